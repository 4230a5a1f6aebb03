"""Records that a delivery on a cluster holds more than once, over all of its files: each id counts once, and one with several contents not at all.

Contract: the verdict is that of `without_duplicates`. Ids are compared by their hashes first; only those whose hash comes again are looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.batch.spark import view

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from engine.batch.spark_usage import ClusterUsage


@dataclass(frozen=True, slots=True)
class Dropped:
    """A record that is not billed: one of `id` was there before, or (`conflict`) there is one with other contents."""

    file: str
    line: int
    account: str
    id: str
    conflict: bool


def drop_repeated(session: "SparkSession", found: "ClusterUsage", attributes: Sequence[str]) -> tuple[Dropped, ...]:
    """Makes the views `dropped` and `usage` (the records without their ids, those that are dropped among them); returns what is dropped, in order.

    `attributes` are the columns behind `spec`.
    """
    content = ", ".join(f"coalesce(`{name}`, '')" for name in ("spec", *attributes))
    again = session.sql(
        f"""WITH hashes AS (SELECT xxhash64(id) AS hash FROM usage_records WHERE id IS NOT NULL GROUP BY 1 HAVING count(*) > 1),
            suspects AS (SELECT file, row, account, id, struct(account, subscription, item, at, quantity, {content}) AS content
                FROM usage_records LEFT SEMI JOIN hashes ON xxhash64(usage_records.id) = hashes.hash WHERE id IS NOT NULL),
            beside AS (SELECT file, row, account, id, count(*) OVER (PARTITION BY id) AS count,
                min(content) OVER (PARTITION BY id) < max(content) OVER (PARTITION BY id) AS conflict FROM suspects)
        SELECT file, row, account, id, conflict FROM beside WHERE count > 1"""
    ).toArrow()
    placed = sorted((found.names[each["file"]], found.line(each["row"]), each["file"], each["row"], each) for each in again.to_pylist())
    seen: set[str] = set()
    dropped, rows = [], []
    for name, line, file, row, each in placed:
        if each["conflict"] or each["id"] in seen:
            dropped.append(Dropped(name, line, each["account"], each["id"], each["conflict"]))
            rows.append((file, row))
        seen.add(each["id"])
    view(session, "dropped", ("file",), ("row",), rows)
    session.sql("SELECT * EXCEPT (id) FROM usage_records").createOrReplaceTempView("usage")
    return tuple(dropped)
