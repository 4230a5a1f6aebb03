"""Amendments of usage: files by which records are replaced or withdrawn, by their ids; the records stay where they lie.

Contract: of the amendments of an id the last one holds. What an amendment says is read as usage is; one that is wrong changes nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.batch.doubtful import Doubtful, insert
from engine.batch.made_of import GoneRecord
from engine.batch.sources import Source
from engine.batch.usage_scan import UsageScan
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.usage import USAGE_AMENDMENT
from engine.model.book import PriceBook
from engine.rating.rejects import Shape
from engine.store import open_input
from engine.usage import UsageRecord
from engine.usage.lines import Lines
from engine.usage.rows import FileRow
from engine.usage.table import WrongColumns, check_columns, rows_of, wrong_columns
from engine.values.spans import Span

WITHDRAW = "withdraw"
YES = "yes"


@dataclass(frozen=True, slots=True)
class Amendment:
    """What becomes of the record with the id: another one in its place, or None: it is withdrawn. `row` says so; `fresh`: in this run."""

    id: str
    row: Doubtful
    record: UsageRecord | None
    fresh: bool


@dataclass(frozen=True, slots=True)
class Amendments:
    """The amendments by their ids, their files, and the accounts of records that a later amendment put another one in place of."""

    by_id: dict[str, Amendment]
    sources: tuple[Source, ...]
    superseded: frozenset[str]

    @property
    def fresh(self) -> list[str]:
        """The ids that are amended in this run."""
        return [each.id for each in self.by_id.values() if each.fresh]


def read_amendments(scan: UsageScan, names: Sequence[str], known: Iterable[str], first: int) -> Amendments:
    """The amendments in files, of which some were known before, in the order in which they hold; `first` is the number of the first file.

    From then on the rows with these ids are taken out of usage. What is wrong with an amendment stands among the rejected rows.
    """
    found: dict[str, Amendment] = {}
    superseded: set[str] = set()
    sources = []
    for number, name in enumerate(names, first):
        sources.append(source := Source(name, number, name, False, Shape(()), 0, False))
        for each in _read(scan, source, name not in known):
            before = found.pop(each.id, None)
            if before is not None and before.record is not None and each.fresh:
                superseded.add(before.record.account)
            found[each.id] = each
    scan.mending.amended = frozenset(found)
    rows = [(each.id, each.row.source.number, each.row.row, each.fresh, each.row.text if each.record is not None else None) for each in found.values()]
    insert(scan.session.connection, "amended", ["VARCHAR", "INTEGER", "BIGINT", "BOOLEAN", "VARCHAR"], rows)
    return Amendments(found, tuple(sources), frozenset(superseded))


def add_amended(scan: UsageScan, amendments: Amendments) -> None:
    """Adds the records that stand in place of others to those of the files, which were looked at."""
    scan.sources += amendments.sources
    for each in amendments.by_id.values():
        if each.record is not None:
            scan.extra_rows[each.row.source.number] += 1
            scan.mending.keep(each.row.source.number, each.record)
    scan.mending.flush()


def _read(scan: UsageScan, source: Source, fresh: bool) -> list[Amendment]:
    found: list[Amendment] = []
    with open_input(source.name) as stream:
        try:
            for row in rows_of(scan.book, Lines(source.name, stream), _check):
                made = row if isinstance(row, Diagnostic) else _amendment(scan, source, row, fresh)
                if isinstance(made, Amendment):
                    found.append(made)
                else:
                    _reject(scan, source, row, made)
        except WrongColumns as wrong:
            scan.refuse(source.number, wrong.diagnostic)
    twice = {name for name, count in Counter(each.id for each in found).items() if count > 1}
    for each in found:
        if each.id in twice:
            message = f"the id `{each.id}` stands twice in `{source.name}`"
            _reject_amendment(scan, each, message, "say once what becomes of the record")
    return [each for each in found if each.id not in twice]


def _check(book: PriceBook, file: str, line: int, columns: Sequence[str]) -> None:
    """Raises WrongColumns for columns that are not those of amendments: `id`, and `withdraw` or those of usage or both."""
    others = [name for name in columns if name != WITHDRAW]
    if "id" not in columns:
        raise wrong_columns(file, line, "the amendments have no column `id`", "name in it the record that is replaced or withdrawn", "id")
    if others != ["id"] or WITHDRAW not in columns:
        check_columns(book, file, line, others)
    if len(columns) - len(others) > 1:
        raise wrong_columns(file, line, f"the column `{WITHDRAW}` stands there twice", "leave one of them out", WITHDRAW)


def _amendment(scan: UsageScan, source: Source, row: FileRow, fresh: bool) -> Amendment | list[Diagnostic]:
    cells = {name: cell for name, cell in row.cells.items() if name != WITHDRAW}
    doubtful, withdraw = Doubtful(source, row.line, cells, tuple(row.written)), row.cells.get(WITHDRAW, "")
    if not cells["id"]:
        return [_wrong(source, row.line, "the row names no id", "fill in the id of the record that is replaced or withdrawn")]
    if withdraw not in ("", YES):
        return [_wrong(source, row.line, f"`{withdraw}` does not say whether `{cells['id']}` is withdrawn", f"write `{YES}`, or leave the cell empty")]
    if withdraw:
        filled = next((name for name, cell in cells.items() if cell and name != "id"), None)
        if filled is not None:
            told = f"`{cells['id']}` is withdrawn, and has a new `{filled}`"
            return [_wrong(source, row.line, told, f"leave all cells but `id` and `{WITHDRAW}` empty, or this one, if the record is to be replaced")]
        return Amendment(cells["id"], doubtful, None, fresh)
    if set(cells) == {"id"}:
        told = f"nothing is said of `{cells['id']}`"
        return [_wrong(source, row.line, told, f"write `{YES}` into the column `{WITHDRAW}`, or add the columns of usage with what it was")]
    made = scan.mending.made(doubtful)
    return Amendment(cells["id"], doubtful, made, fresh) if isinstance(made, UsageRecord) else made


def _wrong(source: Source, line: int, message: str, remedy: str) -> Diagnostic:
    return report(USAGE_AMENDMENT, message, Span(source.name, line, 1, line, 2), help=remedy)


def _reject(scan: UsageScan, source: Source, row: FileRow | Diagnostic, found: Diagnostic | list[Diagnostic]) -> None:
    scan.extra_rows[source.number] += 1
    listed = [found] if isinstance(found, Diagnostic) else found
    if isinstance(row, Diagnostic):
        scan.mending.reject(source.number, row.span.line if row.span is not None else 0, "", listed, "")
    else:
        scan.mending.reject(source.number, row.line, row.cells.get("account", ""), listed, Doubtful(source, row.line, row.cells).text)


def _reject_amendment(scan: UsageScan, each: Amendment, message: str, remedy: str) -> None:
    source, row = each.row.source, each.row
    scan.extra_rows[source.number] += 1
    scan.mending.reject(source.number, row.row, row.cells.get("account", ""), [_wrong(source, row.row, message, remedy)], row.text)


def refuse_unknown(scan: UsageScan) -> None:
    """Rejects the amendments of this run of which no row of usage has the id; all rows were read."""
    connection = scan.session.connection
    unknown = "SELECT amended.* FROM amended ANTI JOIN taken_out USING (id) WHERE fresh"
    for name, number, row, _, cells in connection.execute(f"{unknown} ORDER BY file, row").fetchall():
        source = scan.sources[number]
        found = _wrong(source, row, f"no record has the id `{name}`", "look up the id in the usage files; what is new is delivered as usage")
        of = connection.execute('SELECT account FROM mended WHERE "#file" = ? AND "#row" = ?', [number, row]).fetchone()
        scan.extra_rows[number] += cells is None
        scan.mending.reject(number, row, of[0] if of is not None else "", [found], cells if cells is not None else f"{name},{YES}")
        connection.execute('DELETE FROM mended WHERE "#file" = ? AND "#row" = ?', [number, row])
    scan.mending.flush()


def gone_records(scan: UsageScan) -> Iterator[GoneRecord]:
    """The places of records that were taken, and for which none stands at the same place."""
    names = ("account", "subscription", "item", "instant")
    once = f"SELECT id, {', '.join(f'any_value({each}) AS {each}' for each in names)} FROM taken_out GROUP BY id HAVING count(DISTINCT content) = 1"
    stands = " AND ".join(['mended."#at" = instant', *(f"mended.{each} = old.{each}" for each in ("id", *names[:3]))])
    left = f"SELECT {', '.join(names)} FROM ({once}) AS old WHERE instant IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mended WHERE {stands})"
    yield from scan.session.connection.execute(f"{left} ORDER BY ALL").fetchall()


def amended_ids(scan: UsageScan) -> tuple[int, int]:
    """How many records this run replaces, and how many it withdraws."""
    counted = "count(DISTINCT id) FILTER (WHERE amended.cells IS NOT NULL), count(DISTINCT id) FILTER (WHERE amended.cells IS NULL)"
    return scan.session.connection.execute(f"SELECT {counted} FROM amended SEMI JOIN taken_out USING (id) WHERE fresh").fetchone() or (0, 0)


AMENDED_ROWS = """SELECT id, CASE WHEN amended.cells IS NULL THEN 'withdrawn' ELSE 'replaced' END AS became, old.name AS file, taken_out.row,
    taken_out.cells AS record, new.name AS by_file, amended.row AS by_row, amended.cells AS new_record
    FROM taken_out JOIN amended USING (id) JOIN names AS old ON old.file = taken_out.file JOIN names AS new ON new.file = amended.file
    WHERE fresh ORDER BY id, old.name, taken_out.row"""
"""The rows that this run amends, old and new; `names` has the names of the files by their numbers."""
