"""Records that come again, over all files: the same one counts once, and of those that claim one id and differ none does.

Contract: ids are compared by 64 bits for all rows, and exactly where these agree.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.batch.doubtful import MENDED
from engine.batch.session import Session
from engine.rating.rejects import quoted


@dataclass(frozen=True, slots=True)
class Repeated:
    """How many rows were repeated, by file and by account, and whether any id is claimed by rows that differ (they stand in `conflict`)."""

    by_file: Counter[int]
    by_account: Counter[str]
    conflicts: bool


def find_repeated(session: Session, rows: Callable[[str], Iterable[str]], attributes: tuple[str, ...]) -> Repeated | None:
    """What is repeated among the rows of files and the table `mended`; None where nothing is.

    `rows` gives statements for the rows of files that fulfil a condition on `id`, with the columns of `mended` and `#amount` as a plain text.
    Then `claimed` holds the ids that come more than once, and `suspect` their rows (those that `lies` are in a file, the others were in
    `mended`); the first of each id with one content stands in `mended`.
    """
    connection = session.connection
    hashes = " UNION ALL ".join(f"SELECT hash(id) AS h FROM ({each})" for each in (*rows("id <> ''"), "SELECT id FROM mended WHERE id IS NOT NULL"))
    # One pass: what does not fit into memory the engine spills, which costs less than reading the ids again for each part of them.
    connection.execute(f"CREATE TABLE suspect_hash AS SELECT h FROM ({hashes}) GROUP BY h HAVING count(*) > 1")
    if connection.execute("SELECT count(*) FROM suspect_hash").fetchone() == (0,):
        return None
    suspected = "hash(id) IN (SELECT h FROM suspect_hash)"
    again = [*(f"SELECT *, true AS lies FROM ({each})" for each in rows(suspected)), f"SELECT *, false FROM mended WHERE {suspected}"]
    connection.execute(f"CREATE TABLE suspect AS {' UNION ALL '.join(again)}")
    texts = ", ".join(quoted(name) for name in (*MENDED, *attributes) if name != "id")
    content = f'row({texts}, "#at", "#amount")'
    connection.execute(f"INSERT INTO claimed SELECT id, count(DISTINCT {content}) FROM suspect GROUP BY id HAVING count(*) > 1")
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
