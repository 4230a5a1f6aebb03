"""A delivery of usage of any size becomes a relation of an engine: what is a record, once each, and what is not.

Contract: the files are read where they lie, and what is kept of them does not grow with their rows, but for the rows that are in doubt.
Every row is a record of the relation `usage`, repeated, or rejected with the code and line that `invoice` gives it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import duckdb

from engine.batch.doubtful import MENDED, Doubtful, Mending
from engine.batch.session import Session
from engine.batch.sources import LINE, Anew, Source, damaged, groups_of, select_sql, source_of
from engine.diagnostics import Diagnostic
from engine.model.book import PriceBook
from engine.rating.reconcile import Delivery, FileCounts
from engine.rating.rejects import MOST_PLACES, Shape, pieces_of, quoted, read_sql, sure_sql, zoned_sql
from engine.rating.wall_clock import WallPiece, in_microseconds
from engine.usage.table import WrongColumns

RESERVED = ("account", "subscription", "item", "time", "quantity", "id", "spec", "file", "row", "at")
LARGEST = 2**63 - 1
KEY = ("account", "subscription", "item")
TABLES = {
    "aside": "file INTEGER, row BIGINT",
    "unclean": "account VARCHAR, subscription VARCHAR",
    "claimed": "id VARCHAR, contents BIGINT",
    "flagged": "account VARCHAR, subscription VARCHAR, item VARCHAR, code VARCHAR, reason VARCHAR",
}
"""What of the rows does not stay where it lies: rows of Parquet by their numbers, and of CSV names, ids and keys."""


@dataclass(slots=True)
class FileGroup:
    """Files that are read by one statement: how many of their rows are in doubt, and the shape in which all others are sure to be."""

    sources: list[Source]
    shape: Shape
    doubts: int = 0

    @property
    def parquet(self) -> bool:
        """Whether its rows have numbers that cost nothing."""
        return self.sources[0].parquet

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of usage."""
        return tuple(name for name in self.shape.columns if name != LINE)


@dataclass(slots=True)
class UsageScan:
    """The delivery while it is read. `stretch` is the billing period; `reached` is told what is being done."""

    session: Session
    book: PriceBook
    stretch: tuple[datetime, datetime]
    sources: list[Source] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    groups: list[FileGroup] = field(default_factory=list)
    mending: Mending = field(init=False)
    pieces: tuple[WallPiece, ...] = ()
    attributes: tuple[str, ...] = ()
    extra_rows: Counter[int] = field(default_factory=Counter)
    repeated_by_file: Counter[int] = field(default_factory=Counter)
    repeated_by_account: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.attributes = tuple(name for name, each in self.book.attributes.items() if each.source == "usage" and name not in RESERVED)
        for table, columns in TABLES.items():
            self.session.connection.execute(f"CREATE TABLE {table} ({columns})")
        self.pieces = pieces_of(self.book, self.stretch[0].year, self.stretch[1].year)
        self.mending = Mending(self.book, self.session.connection, self.sources, self.attributes)

    # --- files ------------------------------------------------------------------------------------------------------------------

    def open(self, names: Sequence[str]) -> None:
        """Looks at each file; one that is none of usage is refused as a whole, and so is one in which a quote stays open."""
        self.names = list(names)
        for number, name in enumerate(names):
            try:
                source = source_of(self.session, self.book, name, number)
            except WrongColumns as wrong:
                self._refuse(number, wrong.diagnostic)
                self.sources.append(Source(name, number, name, False, Shape(()), 0))
                continue
            self.sources.append(source if source.plain else self._anew(source))
        self.groups = self._census()

    def _refuse(self, number: int, found: Diagnostic) -> None:
        self.mending.findings.add(found)
        self.mending.refused.add(number)

    def _anew(self, source: Source) -> Source:
        """The file written anew for the engine; the rows that cannot be are read here."""
        anew = Anew(self.book, source, str(self.session.folder / f"anew-{source.number}.csv"))
        self.mending.read(self._direct(source, anew))
        if anew.refused:
            self.mending.refused.add(source.number)
        return anew.written

    def _direct(self, source: Source, anew: Anew) -> Iterable[Doubtful]:
        for row in anew:
            self.extra_rows[source.number] += 1
            if isinstance(row, Diagnostic):
                self.mending.reject(source.number, row.span.line if row.span is not None else 0, "", [row], "")
            else:
                line, cells, written = row
                yield Doubtful(replace(source, plain=False), line, cells, written)

    def _census(self) -> list[FileGroup]:
        """Counts what is sure by account, subscription and item. A file whose lines are no rows after all is written anew first."""
        columns = ", ".join(f"{quoted(name)} VARCHAR" for name in KEY)
        numbers = f"sure BIGINT, doubts BIGINT, zoned BIGINT, first BIGINT, last BIGINT, greatest DECIMAL(38, {MOST_PLACES}), places INTEGER"
        self.session.connection.execute(f"CREATE TABLE census (part INTEGER, {columns}, {numbers})")
        waiting = groups_of(each for each in self.sources if each.number not in self.mending.refused)
        done: list[FileGroup] = []
        while waiting:
            sources = waiting.pop()
            if self._counted(sources, len(done)):
                done.append(self._judged(sources, len(done)))
            elif len(sources) > 1:
                waiting += [[each] for each in sources]
            elif sources[0].parquet:
                self._refuse(sources[0].number, damaged(sources[0].name).diagnostic)
            else:
                self.sources[sources[0].number] = made = self._anew(sources[0])
                waiting += [[made]] if made.number not in self.mending.refused else []
        return done

    def _counted(self, sources: list[Source], part: int) -> bool:
        """Whether the engine could read the files, and found as many rows as they have."""
        shape = sources[0].shape
        places = f"max({_decimals('quantity')}) FILTER (WHERE sure)" if shape.quantity == "text" else "NULL"
        zoned = f"count(*) FILTER (WHERE sure AND {zoned_sql()})" if shape.time == "text" else "0"
        key = ", ".join(map(quoted, KEY))
        rows = f"SELECT *, {sure_sql(self.book, shape)} AS sure FROM ({read_sql(shape, self.pieces, select_sql(sources))})"
        counted = f"""SELECT {part}, {key}, count(*) FILTER (WHERE sure), count(*) FILTER (WHERE NOT sure), {zoned},
            min("#at") FILTER (WHERE sure), max("#at") FILTER (WHERE sure), max("#amount") FILTER (WHERE sure), {places} FROM ({rows}) GROUP BY {key}"""
        try:
            self.session.connection.execute(f"INSERT INTO census {counted}")
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            if LINE in shape.columns:
                raise  # what was written anew for the engine is what it reads
            return False
        (found,) = self.session.connection.execute("SELECT coalesce(sum(sure + doubts), 0)::BIGINT FROM census WHERE part = ?", [part]).fetchone() or (0,)
        if found == sum(each.rows or 0 for each in sources):
            return True
        self.session.connection.execute("DELETE FROM census WHERE part = ?", [part])
        return False

    def _judged(self, sources: list[Source], part: int) -> FileGroup:
        """What the census says of a group: whether any row is in doubt, and if none is, in which form all are."""
        sums = "coalesce(sum(sure), 0)::BIGINT, coalesce(sum(doubts), 0)::BIGINT, coalesce(sum(zoned), 0)::BIGINT"
        sure, doubts, zoned = self.session.connection.execute(f"SELECT {sums} FROM census WHERE part = ?", [part]).fetchone() or (0, 0, 0)
        shape = sources[0].shape
        if not doubts and shape.time == "text" and zoned in (0, sure):
            shape = replace(shape, time="zoned text" if zoned else "wall text")
        if not doubts and shape.quantity == "text":
            shape = replace(shape, quantity="sure text")
        return FileGroup(sources, shape, doubts)

    # --- rows -------------------------------------------------------------------------------------------------------------------

    def rows(self, group: FileGroup) -> str:
        """A statement that gives the rows of a group which no other table holds by now, with `#at` and `#amount`."""
        return self._staying(group, select_sql(group.sources))

    def numbered_rows(self, group: FileGroup) -> list[str]:
        """Statements that give the same rows, each with its number."""
        return [self._staying(group, select) for select in self.numbered(group)]

    def numbered(self, group: FileGroup) -> list[str]:
        """Statements that give all rows of a group, each with its number."""
        return [select_sql(group.sources)] if group.parquet else [each.select(True) for each in group.sources]

    def _staying(self, group: FileGroup, select: str) -> str:
        conditions = [*self._kept(group)]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT * FROM ({read_sql(group.shape, self.pieces, select)}){where}"

    def _kept(self, group: FileGroup) -> Iterator[str]:
        """What holds for the rows that stay where they lie: in Parquet by their numbers, in CSV by what is in them."""
        if group.parquet:
            if self._any("aside"):
                yield 'NOT EXISTS (SELECT 1 FROM aside WHERE aside.file = "#file" AND aside.row = "#row")'
            return
        if group.doubts:
            yield sure_sql(self.book, group.shape)
        if self._any("unclean"):
            yield "(account, subscription) NOT IN (SELECT (account, subscription) FROM unclean)"
        if "id" in group.names and self._any("claimed"):
            yield "(id IS NULL OR id NOT IN (SELECT id FROM claimed))"
        if self._any("flagged"):
            yield "(account, subscription, item) NOT IN (SELECT (account, subscription, item) FROM flagged)"

    def _any(self, table: str) -> bool:
        return self.session.connection.execute(f"SELECT count(*) FROM (FROM {table} LIMIT 1)").fetchone() != (0,)

    def typed(self, group: FileGroup, select: str) -> str:
        """The rows of such a statement with the columns of the table `mended`."""
        present = self._present(group, (*MENDED, *self.attributes))
        amount = 'CAST("#amount" AS VARCHAR)'
        plain = f"CASE WHEN contains({amount}, '.') THEN rtrim(rtrim({amount}, '0'), '.') ELSE {amount} END"
        return f'SELECT "#file", "#row", {present}, "#at", {plain} AS "#amount" FROM ({select})'

    # --- the relation -----------------------------------------------------------------------------------------------------------

    def relate(self) -> Delivery:
        """Makes the relations `usage`, in whole numbers, and `records`, with exact quantities as texts; what is known of them."""
        connection = self.session.connection
        number = "SELECT count(*), min(first), max(last), max(greatest), max(places) FROM census WHERE sure > 0"
        _, first, last, greatest, places = connection.execute(number).fetchone() or (None,) * 5
        places = max([places or 0, *(min(group.shape.scale, MOST_PLACES) for group in self.groups)])
        if self._any("mended"):
            more = f"""SELECT min("#at"), max("#at"), max(TRY_CAST("#amount" AS DECIMAL(38, 9))),
                max({_decimals("#amount")}) FROM mended"""
            begun, ended, most, further = connection.execute(more).fetchone() or (None,) * 4
            first, last = min(each for each in (first, begun) if each is not None), max(each for each in (last, ended) if each is not None)
            greatest, places = max(greatest or most or 0, most or 0), min(max(places, further), MOST_PLACES)
        scaled = int((greatest or 0) * 10**places)
        limit = LARGEST // 10**places
        for name, sql in (("records", self._exact()), ("usage", self._whole(places, min(scaled, LARGEST), limit))):
            connection.execute(f"CREATE VIEW {name} AS {sql}")
        unfit = self._unfit(places, limit) if scaled > LARGEST or self._any("mended") else frozenset()
        records, outside = self._counted_records(first, last)
        return Delivery(places, min(scaled, LARGEST), first, last, records, outside, tuple(self._files()), unfit, *self._by_account())

    def _present(self, group: FileGroup, names: Sequence[str]) -> str:
        """The named texts of a group; NULL for what is empty, or what its files have no column for."""
        return ", ".join(f"{_filled(name) if name in group.names else 'NULL::VARCHAR'} AS {quoted(name)}" for name in names)

    def _columns(self) -> str:
        return ", ".join(map(quoted, self._texts()))

    def _exact(self) -> str:
        parts = [*(self.typed(group, self.rows(group)) for group in self.groups), "SELECT * FROM mended"]
        return f'SELECT "#file" AS file, "#row" AS row, {self._columns()}, "#at" AS at, "#amount" AS quantity FROM ({" UNION ALL ".join(parts)})'

    def _whole(self, places: int, greatest: int, limit: int) -> str:
        """Quantities as whole numbers. What has more decimals or digits is left out: `unfit` names its accounts."""
        digits = max(len(str(greatest)), places + 1)
        whole = f"CAST(CAST(amount AS DECIMAL({digits}, {places})) * CAST({10**places} AS DECIMAL({places + 1}, 0)) AS BIGINT)"
        fits = f" WHERE amount <= {limit}" if greatest == LARGEST else ""
        parts = []
        for group in self.groups:
            rows = f'SELECT "#file", "#row", {self._present(group, self._texts())}, "#at", "#amount" AS amount FROM ({self.rows(group)})'
            parts.append(f'SELECT "#file" AS file, "#row" AS row, {self._columns()}, "#at" AS at, {whole} AS quantity FROM ({rows}){fits}')
        mended = f'SELECT *, TRY_CAST("#amount" AS DECIMAL(38, {MOST_PLACES})) AS amount FROM mended WHERE {_decimals("#amount")} <= {places}'
        parts.append(f'SELECT "#file", "#row", {self._columns()}, "#at", {whole} FROM ({mended}) WHERE amount <= {limit}')
        return " UNION ALL ".join(parts)

    def _texts(self) -> tuple[str, ...]:
        return (*(name for name in MENDED if name != "id"), *self.attributes)

    def _unfit(self, places: int, limit: int) -> frozenset[str]:
        amount = f"TRY_CAST(quantity AS DECIMAL(38, {MOST_PLACES}))"
        wide = f"{amount} IS NULL OR {amount} > {limit} OR {_decimals('quantity')} > {places}"
        found = self.session.connection.execute(f"SELECT DISTINCT account FROM records WHERE {wide}").fetchall()
        return frozenset(account for (account,) in found)

    def _counted_records(self, first: int | None, last: int | None) -> tuple[int, int]:
        """How many records there are, and how many lie outside of the period."""
        start, end = (in_microseconds(each) for each in self.stretch)
        all_inside = first is None or last is None or (start <= first and last < end)
        outside = "0::BIGINT" if all_inside else f'count(*) FILTER (WHERE "at" < {start} OR "at" >= {end})'
        records, beyond = self.session.connection.execute(f"SELECT count(*), {outside} FROM records").fetchone() or (0, 0)
        return records, beyond

    def _files(self) -> Iterator[FileCounts]:
        rejected = dict(self.session.connection.execute("SELECT file, count(*) FROM rejected GROUP BY file").fetchall())
        for each in self.sources:
            read = (each.rows or 0) + self.extra_rows[each.number] - self.mending.blank[each.number]
            yield FileCounts(each.name, read, self.repeated_by_file[each.number], rejected.get(each.number, 0))

    def _by_account(self) -> tuple[dict[str, int], dict[str, int]]:
        rejected = self.session.connection.execute("SELECT account, count(*) FROM rejected GROUP BY account ORDER BY account").fetchall()
        return dict(sorted(self.repeated_by_account.items())), dict(rejected)


def _filled(name: str) -> str:
    return f"nullif({quoted(name)}, '')"


def _decimals(name: str) -> str:
    """How many digits stand behind the point of a text."""
    column = quoted(name)
    return f"CASE WHEN contains({column}, '.') THEN strlen({column}) - strpos({column}, '.') ELSE 0 END"
