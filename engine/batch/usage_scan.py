"""A delivery of usage of any size becomes a relation of an engine: what is a record, once each, and what is not.

Contract: the files are read where they lie, and what is kept of them does not grow with their rows, but for the rows that are in doubt.
Every row is a record of the relation `usage`, repeated, or rejected with the code and line that `invoice` gives it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import duckdb

from engine.batch.doubtful import MENDED, Doubtful, Mending
from engine.batch.session import Session
from engine.batch.sources import Anew, Source, damaged, groups_of, select_sql, shape_of, source_of
from engine.batch.staging import staged
from engine.diagnostics import Diagnostic
from engine.model.book import PriceBook
from engine.pricing.apart import kept_apart
from engine.rating.rejects import MOST_PLACES, Shape, pieces_of, quoted, read_sql, sure_sql
from engine.rating.wall_clock import WallPiece
from engine.usage.table import WrongColumns

RESERVED = ("account", "subscription", "item", "time", "quantity", "id", "spec", "file", "row", "at")
LARGEST = 2**63 - 1
KEY = ("account", "subscription", "item")
RUNS = """EXISTS (SELECT 1 FROM running WHERE running.account = rows.account AND running.subscription = rows.subscription
    AND running.item = rows.item AND "#at" >= running.start AND "#at" < running.until)"""
"""Whether a row of what is flagged lies in a time that is charged all the same."""
TABLES = {
    "aside": "file INTEGER, row BIGINT",
    "unclean": "account VARCHAR, subscription VARCHAR",
    "claimed": "id VARCHAR, contents BIGINT",
    "flagged": "account VARCHAR, subscription VARCHAR, item VARCHAR, code VARCHAR, reason VARCHAR",
    "running": "account VARCHAR, subscription VARCHAR, item VARCHAR, start BIGINT, until BIGINT",
    "removed": "account VARCHAR, count BIGINT",
    "amended": "id VARCHAR, file INTEGER, row BIGINT, fresh BOOLEAN, cells VARCHAR",
    "beyond": "account VARCHAR, count BIGINT",
    "astray": "account VARCHAR",
}
"""What of the rows does not stay where it lies: `aside` by their numbers, and why: names, ids and keys; how many were `removed`.

Accounts are `astray` that have a record outside of the period which was read one by one: no file has it as a record in no doubt.
What lies elsewhere, on a cluster, is a part of `census`; `beyond` counts its records outside of the period, and `brought` holds those that were asked for.
"""
RowOrWhyNot = tuple[int, Mapping[str, str], Sequence[str]] | Diagnostic
"""A row with its line, its cells by column and its text, or what is wrong with it."""


@dataclass(slots=True)
class FileGroup:
    """Files that are read by one statement, and how it finds their columns."""

    sources: list[Source]
    shape: Shape


@dataclass(slots=True)
class UsageScan:
    """The delivery while it is read. `stretch` is the billing period; what lies elsewhere has quantities of so many `places`,
    and of files `as_lines` rows came from there, each with its line."""

    session: Session
    book: PriceBook
    stretch: tuple[datetime, datetime]
    sources: list[Source] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    groups: list[FileGroup] = field(default_factory=list)
    mending: Mending = field(init=False)
    pieces: tuple[WallPiece, ...] = ()
    places: int = 0
    as_lines: set[int] = field(default_factory=set)
    attributes: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    extra_rows: Counter[int] = field(default_factory=Counter)
    repeated_by_file: Counter[int] = field(default_factory=Counter)
    repeated_by_account: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.attributes = tuple(name for name, each in self.book.attributes.items() if each.is_column and name not in RESERVED)
        for table, columns in TABLES.items():
            self.session.connection.execute(f"CREATE TABLE {table} ({columns})")
        self.pieces = pieces_of(self.book, self.stretch[0].year, self.stretch[1].year)
        apart = {name for item in self.book.items.values() if item.meter is not None for name in kept_apart(self.book, item.id)}
        self.apart = tuple(name for name in self.attributes if name in apart)
        columns = ", ".join(f"{quoted(name)} VARCHAR" for name in self.priced)
        exact = f"DECIMAL(38, {MOST_PLACES})"
        numbers = f"sure BIGINT, doubts BIGINT, first BIGINT, last BIGINT, greatest {exact}, total {exact}"
        self.session.connection.execute(f"CREATE TABLE census (part INTEGER, {columns}, {numbers})")
        texts = ", ".join(f"{quoted(name)} VARCHAR" for name in self.texts)
        self.session.connection.execute(f'CREATE TABLE brought (file INTEGER, row BIGINT, {texts}, "at" BIGINT, quantity VARCHAR)')
        self.mending = Mending(self.book, self.session.connection, self.sources, self.attributes)

    @property
    def not_shown(self) -> dict[str, str]:
        """Files of which findings cannot show a line: an empty text by the name of each."""
        return {each.name: "" for each in self.sources if each.number not in self.as_lines and (each.parquet or each.path != each.name)}

    # --- files ------------------------------------------------------------------------------------------------------------------

    def open(self, names: Sequence[str]) -> None:
        """Looks at each file, and counts what is in all of them."""
        self.look_at(names)
        self.count()

    def look_at(self, names: Sequence[str], elsewhere: Callable[[Source], bool] = lambda source: False) -> None:
        """Looks at each file; one that is none of usage is refused as a whole, and so is one in which a quote stays open.

        What is read `elsewhere` is opened only.
        """
        self.names = list(names)
        for number, name in enumerate(names):
            try:
                source = source_of(self.session, self.book, name, number)
            except WrongColumns as wrong:
                self.refuse(number, wrong.diagnostic)
                self.sources.append(Source(name, number, name, False, Shape(()), 0))
                continue
            self.sources.append(source if elsewhere(source) else self.read(source))

    def count(self, sources: Sequence[Source] | None = None) -> None:
        """Counts the rows that are sure, by whose they are; of all files, or of these, which come to those before."""
        self._census(self.sources if sources is None else sources)
        for number in self.mending.refused:
            self.session.connection.execute('DELETE FROM mended WHERE "#file" = ?', [number])

    def refuse(self, number: int, found: Diagnostic) -> None:
        """Refuses a file as a whole."""
        self.mending.findings.add(found)
        self.mending.refused.add(number)

    def read(self, source: Source) -> Source:
        """The file with its texts read; one whose lines are no rows, or not those of the engine, is written anew before."""
        if not source.shape.is_text:
            return source
        read = staged(self.session, source, self.pieces) if source.plain else None
        if read is None and source.parquet:
            self.refuse(source.number, damaged(source.name).diagnostic)
        elif read is None:
            anew = self._anew(source)
            read = staged(self.session, anew, self.pieces) if source.number not in self.mending.refused else anew
        return read or source

    def _anew(self, source: Source) -> Source:
        """The file written anew for the engine; the rows that cannot be are read here."""
        anew = Anew(self.book, source, str(self.session.folder / f"anew-{source.number}.csv"))
        self.read_rows(source, anew)
        if anew.refused:
            self.mending.refused.add(source.number)
        return anew.written

    def read_rows(self, source: Source, rows: Iterable[RowOrWhyNot]) -> None:
        """Reads rows of a file one by one; they count beside those that the file has for the engine."""
        self.mending.read(self._direct(source, rows))

    def _direct(self, source: Source, rows: Iterable[RowOrWhyNot]) -> Iterable[Doubtful]:
        for row in rows:
            self.extra_rows[source.number] += 1
            if isinstance(row, Diagnostic):
                self.mending.reject(source.number, row.span.line if row.span is not None else 0, "", [row], "")
            else:
                line, cells, written = row
                yield Doubtful(replace(source, plain=False), line, cells, written)

    def _census(self, counted: Sequence[Source]) -> None:
        """Counts what is sure by account, subscription and item."""
        waiting = groups_of(each for each in counted if each.shape.columns and each.number not in self.mending.refused)
        while waiting:
            sources = waiting.pop()
            if self._counted(sources, len(self.groups)):
                self.groups.append(FileGroup(sources, shape_of(sources)))
            elif len(sources) > 1:
                waiting += [[each] for each in sources]
            else:
                self.refuse(sources[0].number, damaged(sources[0].name).diagnostic)

    @property
    def priced(self) -> tuple[str, ...]:
        """What the census counts by: whose usage it is, of what, and what keeps its price apart."""
        return (*KEY, "spec", *self.apart)

    def _counted(self, sources: list[Source], part: int) -> bool:
        """Whether the engine could read the files, and found as many rows as they have."""
        shape = shape_of(sources)
        named = [name for name in self.priced if name in shape.columns]
        every = ", ".join(f"nullif({quoted(name)}, '')" if name in named else "NULL" for name in self.priced)
        rows = f"SELECT *, {sure_sql(self.book, shape)} AS sure FROM ({read_sql(shape, self.pieces, select_sql(sources))})"
        # One group for rows that are sure, one for those in doubt: to ask for each number of it whether it counts costs more.
        key = ", ".join(map(quoted, named))
        grouped = f"""SELECT {key}, sure, count(*) AS rows, min("#at") AS first, max("#at") AS last, max("#amount") AS greatest,
            sum("#amount") AS total FROM ({rows}) GROUP BY {key}, sure"""
        counted = f"""SELECT {part}, {every}, CASE WHEN sure THEN rows ELSE 0 END, CASE WHEN sure THEN 0 ELSE rows END,
            CASE WHEN sure THEN first END, CASE WHEN sure THEN last END, CASE WHEN sure THEN greatest END, CASE WHEN sure THEN total END
            FROM ({grouped})"""
        try:
            self.session.connection.execute(f"INSERT INTO census {counted}")
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error:
            if sources[0].staged is not None:
                raise  # it was written here
            return False
        (found,) = self.session.connection.execute("SELECT coalesce(sum(sure + doubts), 0)::BIGINT FROM census WHERE part = ?", [part]).fetchone() or (0,)
        if found == sum(each.rows or 0 for each in sources):
            return True
        self.session.connection.execute("DELETE FROM census WHERE part = ?", [part])
        return False

    # --- rows -------------------------------------------------------------------------------------------------------------------

    def rows(self, group: FileGroup, among: str = "") -> str:
        """A statement that gives the rows of a group which no other table holds by now, with `#at` and `#amount`; `among` those of a condition."""
        select = select_sql(group.sources)
        return self._staying(group, f"SELECT * FROM ({select}) WHERE {among}" if among else select)

    def _staying(self, group: FileGroup, select: str) -> str:
        aside = ' WHERE NOT EXISTS (SELECT 1 FROM aside WHERE aside.file = "#file" AND aside.row = "#row")' if self.any("aside") else ""
        return f"SELECT * FROM ({read_sql(group.shape, self.pieces, select)}) AS rows{aside}"

    def any(self, table: str) -> bool:
        """Whether a table holds anything."""
        return self.session.connection.execute(f"SELECT count(*) FROM (FROM {table} LIMIT 1)").fetchone() != (0,)

    def typed(self, group: FileGroup, select: str, further: str = "") -> str:
        """The rows of such a statement with the columns of the table `mended`, and perhaps further ones."""
        present = self.present(group, self.mended_texts)
        amount = 'CAST("#amount" AS VARCHAR)'
        plain = f"CASE WHEN contains({amount}, '.') THEN rtrim(rtrim({amount}, '0'), '.') ELSE {amount} END"
        return f'SELECT "#file", "#row", {present}, "#at", {plain} AS "#amount"{further} FROM ({select})'

    def present(self, group: FileGroup, names: Sequence[str]) -> str:
        """The named texts of a group; NULL for what is empty, or what its files have no column for."""
        return ", ".join(f"{_filled(group, name)} AS {quoted(name)}" for name in names)

    @property
    def mended_texts(self) -> tuple[str, ...]:
        """The texts of the table `mended`."""
        return (*MENDED, *self.attributes)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of a record that decide what it costs, or that it may be counted by."""
        return (*(name for name in MENDED if name != "id"), *self.attributes)


def _filled(group: FileGroup, name: str) -> str:
    """A text that is NULL where it is empty; what is sure has no empty key."""
    if name not in group.shape.columns:
        return "NULL::VARCHAR"
    return quoted(name) if name in KEY else f"nullif({quoted(name)}, '')"
