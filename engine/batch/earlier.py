"""Of usage files that were rated before, the rows that may be charged otherwise now: all of the accounts that are touched, and no others.

Contract: what becomes of a touched account, and of an id that is new, is what would become of it if all rows were read. All other accounts'
charges stay as they were.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from engine.batch.sources import LINE, Source, damaged
from engine.batch.usage_scan import UsageScan
from engine.rating.rejects import literal, quoted


@dataclass(frozen=True, slots=True)
class RatedBefore:
    """The names of the files that were rated before, the accounts that are touched for themselves, the ids that rows with different contents
    claimed then, and the ids that are amended now.
    """

    names: frozenset[str]
    accounts: frozenset[str]
    claimed: tuple[str, ...]
    amended: tuple[str, ...] = ()


def restrict(scan: UsageScan, earlier: RatedBefore) -> frozenset[str]:
    """Leaves of the earlier files only the rows that matter, and says which accounts are touched; files were looked at, and not yet counted.

    Touched is an account of which anything is new, and one of which an id comes again or is amended. Of ids that differed before all rows stay.
    """
    connection = scan.session.connection
    _table(scan, "touched", "account", earlier.accounts)
    _table(scan, "asked", "id", earlier.amended)
    kept = [each for each in scan.sources if each.number not in scan.mending.refused]
    for each in kept:
        if each.name not in earlier.names and each.shape.columns:
            _note(scan, each)
    fresh = ", ".join(["-1", *(str(each.number) for each in kept if each.name not in earlier.names)])
    connection.execute(f'INSERT INTO touched SELECT account FROM mended WHERE "#file" IN ({fresh})')
    connection.execute(f'INSERT INTO asked SELECT id FROM mended WHERE "#file" IN ({fresh}) AND id IS NOT NULL')
    _once(scan, "asked", "id")
    for each in kept:
        if each.name in earlier.names and each.shape.columns:
            _ask(scan, each)
    for table in ("mended", "taken"):
        connection.execute(f"INSERT INTO touched SELECT account FROM {table} SEMI JOIN asked USING (id)")
    _once(scan, "touched", "account")
    connection.execute("INSERT INTO asked SELECT unnest(?::VARCHAR[])", [list(earlier.claimed)])
    _once(scan, "asked", "id")
    left = f'"#file" NOT IN ({fresh}) AND account NOT IN (FROM touched) AND (id IS NULL OR id NOT IN (FROM asked))'
    for number, count in connection.execute(f'SELECT "#file", count(*) FROM mended WHERE {left} GROUP BY ALL').fetchall():
        scan.extra_rows[number] -= count
    connection.execute(f"DELETE FROM mended WHERE {left}")
    for each in kept:
        if each.name in earlier.names and each.shape.columns and each.number not in scan.mending.refused:
            scan.sources[each.number] = _extract(scan, scan.sources[each.number])
    return frozenset(account for (account,) in connection.execute("FROM touched").fetchall())


def _table(scan: UsageScan, name: str, column: str, values: Iterable[str]) -> None:
    scan.session.connection.execute(f"CREATE TABLE {name} AS SELECT unnest(?::VARCHAR[]) AS {column}", [list(values)])


def _once(scan: UsageScan, table: str, column: str) -> None:
    scan.session.connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT DISTINCT {column} FROM {table}")


def _trimmed(column: str) -> str:
    return f"trim({quoted(column)}, ' ')"


def _names(source: Source) -> list[str]:
    return [name for name in source.shape.columns if name != LINE]


def _sound(scan: UsageScan, source: Source, sql: Callable[[str], str]) -> tuple[Any, ...] | None:
    """The answer to a question about the rows of a file, which begins with how many there are; None for a file that is refused.

    One whose lines are no rows after all is written anew first.
    """
    # Every cell is read, so that a row that cannot be is found here.
    rows = f"SELECT *, hash({', '.join(map(quoted, _names(source)))}) AS whole FROM ({source.select()})"
    try:
        found = scan.session.connection.execute(sql(rows)).fetchone() or (0,)
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error:
        if LINE in source.shape.columns:
            raise  # what was written anew for the engine is what it reads
        found = (-1,)
    if found[0] == source.rows:
        return found
    if source.parquet:
        scan.refuse(source.number, damaged(source.name).diagnostic)
        return None
    scan.sources[source.number] = anew = scan.write_anew(source)
    return _sound(scan, anew, sql) if source.number not in scan.mending.refused else None


def _note(scan: UsageScan, source: Source) -> None:
    """Notes the accounts and ids of a new file."""
    ids = f"list(DISTINCT {_trimmed('id')}) FILTER (WHERE id <> '')" if "id" in source.shape.columns else "NULL"
    found = _sound(
        scan, source, lambda rows: f"SELECT count(*), list(DISTINCT {_trimmed('account')}) FILTER (WHERE account <> ''), {ids}, max(whole) FROM ({rows})"
    )
    if found is not None:
        scan.session.connection.execute("INSERT INTO touched SELECT unnest(?::VARCHAR[])", [found[1] or []])
        scan.session.connection.execute("INSERT INTO asked SELECT unnest(?::VARCHAR[])", [found[2] or []])


def _ask(scan: UsageScan, source: Source) -> None:
    """Notes the accounts of an earlier file's rows with an id that comes again."""
    ids = "id" in source.shape.columns and scan.any("asked")
    if source.parquet and not ids:
        return
    accounts = f"list(DISTINCT {_trimmed('account')}) FILTER (WHERE asked.id IS NOT NULL)" if ids else "NULL"
    joined = "LEFT JOIN asked ON asked.id = trim(rows.id, ' ')" if ids else ""
    whole = "NULL" if source.parquet else "max(whole)"
    found = _sound(scan, source, lambda rows: f"SELECT count(*), {accounts}, {whole} FROM ({rows}) AS rows {joined}")
    if found is not None:
        scan.session.connection.execute("INSERT INTO touched SELECT unnest(?::VARCHAR[])", [found[1] or []])


def _extract(scan: UsageScan, source: Source) -> Source:
    """The rows of an earlier file that matter, in a file of their own, each with its line."""
    path = str(scan.session.folder / f"earlier-{source.number}.parquet")
    columns = ", ".join(map(quoted, _names(source)))
    among = [f"{_trimmed('account')} IN (FROM touched)", *([f"{_trimmed('id')} IN (FROM asked)"] if "id" in source.shape.columns else ())]
    rows = f'SELECT "#row" AS {quoted(LINE)}, {columns} FROM ({source.select(True)}) WHERE {" OR ".join(among)}'
    (count,) = scan.session.connection.execute(f"COPY ({rows}) TO {literal(path)} (FORMAT parquet)").fetchone() or (0,)
    return replace(source, path=path, parquet=True, shape=replace(source.shape, columns=(LINE, *_names(source))), rows=count)
