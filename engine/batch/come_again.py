"""Records of before that come again in new files: where each row of an id says the same, it is repeated, and nothing of before is charged otherwise.

Contract: strict to one side. What is set aside here is what `settle` would find if all rows were read; the accounts of all other rows of before
whose id comes again are touched.
"""

from collections.abc import Callable, Iterable, Sequence

import duckdb

from engine.batch.repeated import content_sql
from engine.batch.sources import Source, damaged, groups_of, select_sql, shape_of
from engine.batch.usage_scan import FileGroup, UsageScan
from engine.rating.rejects import plain_sql, quoted, read_sql, sure_sql, trimmed_sql


def set_repeats_aside(scan: UsageScan, before: Sequence[Source], fresh: Sequence[Source], days: tuple[int, int] | None) -> None:
    """Notes in `touched` the accounts of earlier rows with an id that is `asked`, but for ids of which all rows say the same: of these the new
    rows are repeated. Of the `days` that are added (microseconds since 1970, the end excluded) the earlier records of `expected` accounts are read.
    """
    connection = scan.session.connection
    columns = ", ".join([*(f"{quoted(name)} VARCHAR" for name in scan.mended_texts), '"#at" BIGINT', '"#amount" VARCHAR', "sure BOOLEAN"])
    connection.execute(f'CREATE TABLE spoken ("#file" INTEGER, "#row" BIGINT, {columns})')
    connection.execute(f'CREATE TABLE said_again ("#file" INTEGER, "#row" BIGINT, {columns})')
    asked = "SELECT id FROM asked"
    for_each_group(scan, before, lambda group: f"INSERT INTO spoken {_rows(scan, group, asked)}")
    if not scan.any("spoken"):
        return
    spoken = f"SELECT {trimmed_sql('id')} FROM spoken"
    for_each_group(scan, fresh, lambda group: f"INSERT INTO said_again {_rows(scan, group, spoken)}")
    every = "SELECT *, false AS fresh FROM spoken UNION ALL SELECT *, true FROM said_again"
    # Rows of one content have one account and instant.
    read = "true"
    if days is not None:
        read = f'min("#at") < {days[0]} OR (min("#at") < {days[1]} AND min(account) IN (FROM expected))'
    alike = f"bool_and(sure) AND bool_or(fresh) AND count(DISTINCT {content_sql(scan.attributes)}) = 1 AND ({read})"
    connection.execute(f"CREATE TABLE alike AS SELECT {trimmed_sql('id')} AS id FROM ({every}) GROUP BY ALL HAVING {alike}")
    for table in ("differing", "mended", "taken_out", "amended"):
        connection.execute(f"DELETE FROM alike WHERE id IN (SELECT id FROM {table} WHERE id IS NOT NULL)")
    connection.execute(f"INSERT INTO touched SELECT trim(account, ' ') FROM spoken WHERE {trimmed_sql('id')} NOT IN (FROM alike)")
    rows = "said_again WHERE id IN (FROM alike)"
    for file, account, count in connection.execute(f'SELECT "#file", account, count(*) FROM {rows} GROUP BY ALL').fetchall():
        scan.repeated_by_file[file] += count
        scan.repeated_by_account[account] += count
    connection.execute(f"INSERT INTO removed SELECT account, count(*) FROM {rows} GROUP BY account")
    connection.execute(f'INSERT INTO aside SELECT "#file", "#row" FROM {rows}')


def _rows(scan: UsageScan, group: FileGroup, ids: str) -> str:
    """The rows of a group with any of these ids, with the columns of `mended`, and whether each is surely a record."""
    read = f"SELECT * FROM ({read_sql(group.shape, scan.pieces, select_sql(group.sources))}) WHERE {trimmed_sql('id')} IN ({ids})"
    return scan.typed(group, f"SELECT *, {surely_sql(scan, group)} AS sure FROM ({read})", ", sure")


def surely_sql(scan: UsageScan, group: FileGroup) -> str:
    """Whether a row is surely a record, with names and an id that are surely what they seem."""
    names = [name for name in ("account", "subscription", "id") if name in group.shape.columns]
    return " AND ".join([sure_sql(scan.book, group.shape), *(f"coalesce({quoted(name)} = '' OR ({plain_sql(name)}), true)" for name in names)])


def for_each_group(scan: UsageScan, sources: Iterable[Source], statement: Callable[[FileGroup], str]) -> None:
    """Runs a statement for the files of each group; a file that the engine cannot read is refused."""
    waiting = groups_of(each for each in sources if each.number not in scan.mending.refused)
    while waiting:
        group = waiting.pop()
        try:
            scan.session.connection.execute(statement(FileGroup(group, shape_of(group))))
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error:
            if len(group) > 1:
                waiting += [[each] for each in group]
                continue
            if group[0].staged is not None:
                raise  # it was written here
            scan.refuse(group[0].number, damaged(group[0].name).diagnostic)
