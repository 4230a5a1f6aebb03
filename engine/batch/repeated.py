"""Records that come again, over all files: the same one counts once, and of those that claim one id and differ none does.

Contract: ids are compared by 64 bits for all rows, and exactly where these agree.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from engine.batch.doubtful import MENDED
from engine.batch.session import Session
from engine.rating.rejects import plain_id_sql, quoted


@dataclass(frozen=True, slots=True)
class Repeated:
    """How many rows were repeated, by file and by account, and whether any id is claimed by rows that differ (they stand in `conflict`)."""

    by_file: Counter[int]
    by_account: Counter[str]
    conflicts: bool


def find_suspects(session: Session, ids: Iterable[str]) -> bool:
    """Fills `suspect_hash` with the hashes of ids that may come more than once; whether any id is not surely what it seems to be.

    Each statement gives the column `id` of rows; those of the table `mended` are good.
    """
    connection = session.connection
    plain = f"CASE WHEN {plain_id_sql()} THEN hash(id) END"
    hashes = " UNION ALL ".join(
        [*(f"SELECT {plain} AS h FROM ({each}) WHERE id <> ''" for each in ids), "SELECT hash(id) AS h FROM mended WHERE id IS NOT NULL"]
    )
    # One pass: what does not fit into memory the engine spills, which costs less than reading the ids again for each part of them.
    connection.execute(f"CREATE OR REPLACE TABLE suspect_hash AS SELECT h FROM ({hashes}) GROUP BY h HAVING count(*) > 1 OR h IS NULL")
    strange = connection.execute("SELECT count(*) FROM suspect_hash WHERE h IS NULL").fetchone() != (0,)
    connection.execute("DELETE FROM suspect_hash WHERE h IS NULL")
    return strange


def find_repeated(session: Session, selects: Iterable[str], attributes: tuple[str, ...]) -> Repeated | None:
    """What is repeated among the rows of the statements and the table `mended`; None where nothing is.

    Each statement gives the columns of `mended` for rows whose id is suspect, with `#amount` as a plain text. Then `claimed` holds the ids that
    come more than once, and `suspect` their rows (those that `lies` are in a file, the others were in `mended`); the first of each id with one
    content stands in `mended`.
    """
    connection = session.connection
    if connection.execute("SELECT count(*) FROM suspect_hash").fetchone() == (0,):
        return None
    mended = "SELECT *, false AS lies FROM mended WHERE hash(id) IN (SELECT h FROM suspect_hash)"
    connection.execute("CREATE TABLE suspect AS " + " UNION ALL ".join([*(f"SELECT *, true AS lies FROM ({each})" for each in selects), mended]))
    connection.execute(f"INSERT INTO claimed SELECT id, count(DISTINCT {content_sql(attributes)}) FROM suspect GROUP BY id HAVING count(*) > 1")
    connection.execute("DELETE FROM mended WHERE id IN (SELECT id FROM claimed)")
    connection.execute("DELETE FROM suspect WHERE id NOT IN (SELECT id FROM claimed)")
    later = 'row_number() OVER (PARTITION BY id ORDER BY "#file", "#row")'
    alike = "id IN (SELECT id FROM claimed WHERE contents = 1)"
    connection.execute(f"INSERT INTO mended SELECT * EXCLUDE (lies) FROM suspect WHERE {alike} QUALIFY {later} = 1")
    by_file, by_account = Counter[int](), Counter[str]()
    counted = f'SELECT "#file", account, count(*) FROM (SELECT * FROM suspect WHERE {alike} QUALIFY {later} > 1) GROUP BY ALL'
    for file, account, count in connection.execute(counted).fetchall():
        by_file[file] += count
        by_account[account] += count
    conflicts = connection.execute("SELECT count(*) FROM claimed WHERE contents > 1").fetchone() != (0,)
    return Repeated(by_file, by_account, conflicts)


def content_sql(attributes: tuple[str, ...]) -> str:
    """What a row of the table `mended` says, but for its id: rows of one id with the same one are one record."""
    texts = ", ".join(quoted(name) for name in (*MENDED, *attributes) if name != "id")
    return f'row({texts}, "#at", "#amount")'
