"""Of usage files that were rated before, the rows that may be charged otherwise now: all of the accounts that are touched, and no others.

Contract: what becomes of a touched account, and of an id that is new, is what would become of it if all rows were read. All other accounts'
charges stay as they were.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from engine.batch.sources import Source, Staged, damaged, groups_of, select_sql, shape_of
from engine.batch.staging import DECIMALS
from engine.batch.usage_scan import UsageScan
from engine.rating.rejects import Shape, literal, quoted, read_sql


@dataclass(frozen=True, slots=True)
class RatedBefore:
    """The names of the files that were rated before, the accounts that are touched for themselves, the ids that rows with different contents
    claimed then, and the ids that are amended now.

    Records of the items that are `adding` with an instant in `days` (microseconds since 1970, the end excluded) are added to the charges of their
    accounts, which they do not touch.
    """

    names: frozenset[str]
    accounts: frozenset[str]
    claimed: tuple[str, ...]
    amended: tuple[str, ...] = ()
    adding: frozenset[str] = frozenset()
    days: tuple[int, int] = (0, 0)

    def touching(self) -> str:
        """In SQL, whether a row of a new file touches its account."""
        items = ", ".join(["NULL", *map(literal, sorted(self.adding))])
        return f'NOT coalesce("#at" >= {self.days[0]} AND "#at" < {self.days[1]} AND item IN ({items}), false)'


@dataclass(frozen=True, slots=True)
class Reread:
    """The accounts that are touched, of which all rows are read, and those to which new rows are added, of which no others are."""

    touched: frozenset[str]
    added: frozenset[str]

    @property
    def rated(self) -> frozenset[str]:
        """Both."""
        return self.touched | self.added


def restrict(scan: UsageScan, earlier: RatedBefore) -> Reread:
    """Leaves of the earlier files only the rows that matter, and says which accounts are rated; files were looked at, and not yet counted.

    Touched is an account of which anything is new, and one of which an id comes again or is amended. Of ids that differed before all rows stay.
    """
    connection = scan.session.connection
    _table(scan, "touched", "account", earlier.accounts)
    _table(scan, "asked", "id", earlier.amended)
    _table(scan, "added", "account", ())
    kept = [each for each in scan.sources if each.number not in scan.mending.refused]
    for each in kept:
        if each.name not in earlier.names and each.shape.columns:
            _note(scan, each, earlier.touching())
    fresh = ", ".join(["-1", *(str(each.number) for each in kept if each.name not in earlier.names)])
    amending = ", ".join(["-1", *(str(each.number) for each in kept if not each.shape.columns)])
    connection.execute(f'INSERT INTO touched SELECT account FROM mended WHERE "#file" IN ({fresh}) AND ("#file" IN ({amending}) OR {earlier.touching()})')
    connection.execute(f'INSERT INTO added SELECT account FROM mended WHERE "#file" IN ({fresh})')
    connection.execute(f'INSERT INTO asked SELECT id FROM mended WHERE "#file" IN ({fresh}) AND id IS NOT NULL')
    _once(scan, "asked", "id")
    if scan.any("asked"):
        _ask(scan, [each for each in kept if each.name in earlier.names and "id" in each.texts])
    for table in ("mended", "taken_out"):
        connection.execute(f"INSERT INTO touched SELECT account FROM {table} SEMI JOIN asked USING (id)")
    _once(scan, "touched", "account")
    _table(scan, "differing", "id", earlier.claimed)
    left = f'"#file" NOT IN ({fresh}) AND account NOT IN (FROM touched) AND (id IS NULL OR id NOT IN (FROM differing))'
    for number, count in connection.execute(f'SELECT "#file", count(*) FROM mended WHERE {left} GROUP BY ALL').fetchall():
        scan.extra_rows[number] -= count
    connection.execute(f"DELETE FROM mended WHERE {left}")
    for each in kept:
        if each.name in earlier.names and each.shape.columns and each.number not in scan.mending.refused:
            scan.sources[each.number] = _extract(scan, scan.sources[each.number])
    touched, added = (frozenset(name for (name,) in connection.execute(f"SELECT DISTINCT account FROM {each}").fetchall()) for each in ("touched", "added"))
    return Reread(touched, added - touched)


def _table(scan: UsageScan, name: str, column: str, values: Iterable[str]) -> None:
    scan.session.connection.execute(f"CREATE TABLE {name} AS SELECT unnest(?::VARCHAR[]) AS {column}", [list(values)])


def _once(scan: UsageScan, table: str, column: str) -> None:
    scan.session.connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT DISTINCT {column} FROM {table}")


def _trimmed(column: str) -> str:
    return f"trim({quoted(column)}, ' ')"


def _note(scan: UsageScan, source: Source, touching: str) -> None:
    """Notes the accounts and ids of a new file."""
    for column, table, condition in (("account", "touched", touching), ("account", "added", "true"), ("id", "asked", "true")):
        if column in source.texts:
            read = read_sql(shape_of([source]), scan.pieces, select_sql([source]))
            _asked(scan, source, f"INSERT INTO {table} SELECT DISTINCT {_trimmed(column)} FROM ({read}) WHERE {column} <> '' AND {condition}")


def _ask(scan: UsageScan, sources: Iterable[Source]) -> None:
    """Notes the accounts of earlier files' rows with an id that comes again."""
    waiting = groups_of(sources)
    while waiting:
        group = waiting.pop()
        rows = f"SELECT DISTINCT {_trimmed('account')} FROM ({select_sql(group)}) WHERE {_trimmed('id')} IN (FROM asked)"
        try:
            scan.session.connection.execute(f"INSERT INTO touched {rows}")
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error:
            if len(group) == 1:
                _unreadable(scan, group[0])
            else:
                waiting += [[each] for each in group]


def _extract(scan: UsageScan, source: Source) -> Source:
    """The earlier file, of which only the rows that matter are read from then on, each with its number."""
    path = str(scan.session.folder / f"earlier-{source.number}.parquet")
    digits, places = DECIMALS[-1]
    amount = '"#amount"' if source.staged is not None else f'TRY_CAST("#amount" AS DECIMAL({digits}, {places})) AS "#amount"'
    columns = ", ".join(['"#row"', *map(quoted, source.texts), '"#at"', amount])
    among = [f"{_trimmed('account')} IN (FROM touched)"] if scan.any("touched") else []
    among += [f"{_trimmed('id')} IN (FROM differing)"] if "id" in source.texts and scan.any("differing") else []
    if not among:
        return replace(source, rows=0, shape=Shape(()), staged=None)
    read = read_sql(shape_of([source]), scan.pieces, select_sql([source]))
    found = _asked(scan, source, f"COPY (SELECT {columns} FROM ({read}) WHERE {' OR '.join(among)}) TO {literal(path)} (FORMAT parquet)")
    if found is None:
        return source
    known = source.staged or Staged(path, None, digits, min(source.shape.scale, places))
    return replace(source, rows=found[0], staged=replace(known, path=path, first=None))


def _asked(scan: UsageScan, source: Source, sql: str) -> tuple[Any, ...] | None:
    """What the engine answers; None for a file that it cannot read, which is refused."""
    try:
        return scan.session.connection.execute(sql).fetchone() or (0,)
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error:
        _unreadable(scan, source)
        return None


def _unreadable(scan: UsageScan, source: Source) -> None:
    """Refuses a file that the engine could not read just now."""
    if source.staged is not None:
        raise  # it was written here
    scan.refuse(source.number, damaged(source.name).diagnostic)
