"""Of usage files that were rated before, the rows that may be charged otherwise now: all of the accounts that are touched, and no others.

Contract: what becomes of a touched account, and of an id that is new, is what would become of it if all rows were read. All other accounts'
charges stay as they were.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import duckdb

from engine.batch.come_again import for_each_group, set_repeats_aside, surely_sql
from engine.batch.sources import Source, Staged, damaged, select_sql, shape_of
from engine.batch.staging import DECIMALS
from engine.batch.usage_scan import FileGroup, UsageScan
from engine.rating.rejects import Shape, literal, quoted, read_sql, trimmed_sql


@dataclass(frozen=True, slots=True)
class RatedBefore:
    """The names of the files that were rated before, the accounts that are touched for themselves, the ids that rows with different contents
    claimed then, and the ids that are amended now.

    Records of the items that are `adding` with an instant in `days` (microseconds since 1970, the end excluded) are added to the charges of their
    accounts, which they do not touch. Of the accounts `early` there are such records in the files of before.
    """

    names: frozenset[str]
    accounts: frozenset[str]
    claimed: tuple[str, ...]
    amended: tuple[str, ...] = ()
    adding: frozenset[str] = frozenset()
    days: tuple[int, int] | None = None
    early: frozenset[str] = frozenset()

    def touching(self) -> str:
        """In SQL, whether a row of a new file touches its account."""
        if self.days is None:
            return "true"
        items = ", ".join(["NULL", *map(literal, sorted(self.adding))])
        return f'NOT coalesce("#at" >= {self.days[0]} AND "#at" < {self.days[1]} AND item IN ({items}), false)'


@dataclass(frozen=True, slots=True)
class Reread:
    """The accounts that are touched, of which all rows are read, and those to which rows are added, of which no others are; of those of which not
    all are read, the ones with records behind the days that are added.
    """

    touched: frozenset[str]
    added: frozenset[str]
    early: frozenset[str] = frozenset()

    @property
    def rated(self) -> frozenset[str]:
        """All that are read of."""
        return self.touched | self.added


def restrict(scan: UsageScan, earlier: RatedBefore) -> Reread:
    """Leaves of the earlier files only the rows that matter, and says which accounts are rated; files were looked at, and not yet counted.

    Touched is an account of which anything is new, and one of which an id comes again with another content or is amended. Of ids that differed
    before all rows stay.
    """
    connection = scan.session.connection
    _table(scan, "touched", "account", earlier.accounts)
    _table(scan, "asked", "id", earlier.amended)
    _table(scan, "added", "account", ())
    _table(scan, "differing", "id", earlier.claimed)
    _table(scan, "expected", "account", earlier.early)
    kept = [each for each in scan.sources if each.number not in scan.mending.refused]
    before = [each for each in kept if each.name in earlier.names and each.shape.columns]
    new = [each for each in kept if each.name not in earlier.names and each.shape.columns]
    fresh = ", ".join(["-1", *(str(each.number) for each in kept if each.name not in earlier.names)])
    amending = ", ".join(["-1", *(str(each.number) for each in kept if not each.shape.columns)])
    with_ids = [each for each in new if "id" in each.texts]
    for_each_group(scan, with_ids, lambda group: f"INSERT INTO asked SELECT DISTINCT {trimmed_sql('id')} FROM ({select_sql(group.sources)}) WHERE id <> ''")
    connection.execute(f'INSERT INTO asked SELECT id FROM mended WHERE "#file" IN ({fresh}) AND id IS NOT NULL')
    _once(scan, "asked", "id")
    if scan.any("asked"):
        set_repeats_aside(scan, [each for each in before if "id" in each.texts], with_ids, earlier.days)
    for_each_group(scan, new, lambda group: _accounts(scan, group, "touched", earlier.touching()))
    for_each_group(scan, new, lambda group: _accounts(scan, group, "added", "true"))
    connection.execute(f'INSERT INTO touched SELECT account FROM mended WHERE "#file" IN ({fresh}) AND ("#file" IN ({amending}) OR {earlier.touching()})')
    connection.execute(f'INSERT INTO added SELECT account FROM mended WHERE "#file" IN ({fresh})')
    for table in ("mended", "taken_out"):
        connection.execute(f"INSERT INTO touched SELECT account FROM {table} SEMI JOIN asked USING (id)")
    still = _early(scan, before, earlier)
    _once(scan, "touched", "account")
    left = f'"#file" NOT IN ({fresh}) AND account NOT IN (FROM touched) AND (id IS NULL OR id NOT IN (FROM differing))'
    for number, count in connection.execute(f'SELECT "#file", count(*) FROM mended WHERE {left} GROUP BY ALL').fetchall():
        scan.extra_rows[number] -= count
    connection.execute(f"DELETE FROM mended WHERE {left}")
    for each in before:
        if each.number not in scan.mending.refused:
            scan.sources[each.number] = _extract(scan, scan.sources[each.number], earlier)
    touched, added = (frozenset(name for (name,) in connection.execute(f"SELECT DISTINCT account FROM {each}").fetchall()) for each in ("touched", "added"))
    return Reread(touched, added - touched, still - touched)


def _early(scan: UsageScan, before: Sequence[Source], earlier: RatedBefore) -> frozenset[str]:
    """Fills `early` with the earlier files' records of the days that are added, and says whose lie behind these."""
    connection = scan.session.connection
    connection.execute('CREATE TABLE early ("#file" INTEGER, account VARCHAR, "#at" BIGINT)')
    if earlier.days is None or not earlier.early:
        return earlier.early
    start, end = earlier.days

    def found(group: FileGroup) -> str:
        # By the column itself the engine passes over what lies before.
        at = f" WHERE time >= make_timestamp({start})::TIMESTAMPTZ" if group.shape.time == "instant" else ""
        rows = read_sql(group.shape, scan.pieces, f"SELECT * FROM ({select_sql(group.sources)}){at}")
        asked = f'"#at" >= {start} AND account IN (FROM expected) AND {surely_sql(scan, group)}'
        return f'INSERT INTO early SELECT "#file", account, "#at" FROM ({rows}) WHERE {asked}'

    for_each_group(scan, before, found)
    connection.execute(f'INSERT INTO added SELECT account FROM early WHERE "#at" < {end}')
    return frozenset(name for (name,) in connection.execute(f'SELECT DISTINCT account FROM early WHERE "#at" >= {end}').fetchall())


def _table(scan: UsageScan, name: str, column: str, values: Iterable[str]) -> None:
    scan.session.connection.execute(f"CREATE TABLE {name} AS SELECT unnest(?::VARCHAR[]) AS {column}", [list(values)])


def _once(scan: UsageScan, table: str, column: str) -> None:
    scan.session.connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT DISTINCT {column} FROM {table}")


def _accounts(scan: UsageScan, group: FileGroup, table: str, condition: str) -> str:
    """Notes the accounts of new files."""
    return f"INSERT INTO {table} SELECT DISTINCT {trimmed_sql('account')} FROM ({scan.rows(group)}) WHERE account <> '' AND {condition}"


def _extract(scan: UsageScan, source: Source, earlier: RatedBefore) -> Source:
    """The earlier file, of which only the rows that matter are read from then on, each with its number."""
    path = str(scan.session.folder / f"earlier-{source.number}.parquet")
    digits, places = DECIMALS[-1]
    amount = '"#amount"' if source.staged is not None else f'TRY_CAST("#amount" AS DECIMAL({digits}, {places})) AS "#amount"'
    columns = ", ".join(['"#row"', *map(quoted, source.texts), '"#at"', amount])
    among = [f"{trimmed_sql('account')} IN (FROM touched)"] if scan.any("touched") else []
    among += [f"{trimmed_sql('id')} IN (FROM differing)"] if "id" in source.texts and scan.any("differing") else []
    if earlier.days is not None:
        days = f'"#at" >= {earlier.days[0]} AND "#at" < {earlier.days[1]}'
        if scan.any(f'(SELECT 1 FROM early WHERE "#file" = {source.number} AND {days})'):
            among.append(f"({days} AND account IN (SELECT account FROM early) AND {surely_sql(scan, FileGroup([source], shape_of([source])))})")
    if not among:
        return replace(source, rows=0, shape=Shape(()), staged=None)
    read = read_sql(shape_of([source]), scan.pieces, select_sql([source]))
    try:
        copied = f"COPY (SELECT {columns} FROM ({read}) WHERE {' OR '.join(among)}) TO {literal(path)} (FORMAT parquet)"
        found = scan.session.connection.execute(copied).fetchone() or (0,)
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except duckdb.Error:
        if source.staged is not None:
            raise  # it was written here
        scan.refuse(source.number, damaged(source.name).diagnostic)
        return source
    known = source.staged or Staged(path, None, digits, min(source.shape.scale, places))
    return replace(source, rows=found[0], staged=replace(known, path=path, first=None))
