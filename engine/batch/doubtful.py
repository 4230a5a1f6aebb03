"""Rows of usage in any doubt: each goes to the reader of `invoice` itself, so that verdict, code and message are the same.

Contract: a row is a record in the table `mended`, or it stands in `rejected` with its code and reason; findings are kept for a person to read.
What is kept in memory does not grow with the rows.
"""

import csv
import io
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from engine.batch.sources import Source
from engine.diagnostics import Diagnostic
from engine.language.decoding import decode_part
from engine.model.book import PriceBook
from engine.rating.rejects import Shape, quoted
from engine.usage import UsageRecord
from engine.usage.findings import RowFindings
from engine.usage.rows import Facts, FileRow, facts_of, read_row
from engine.values.exact import plain
from engine.values.microseconds import in_microseconds

AT_ONCE = 2048
"""Rows that are fetched or written at a time."""
TAKEN = {
    "file": "INTEGER", "row": "BIGINT", "id": "VARCHAR", "account": "VARCHAR", "subscription": "VARCHAR", "item": "VARCHAR", "instant": "BIGINT",
    "content": "VARCHAR", "cells": "VARCHAR",
}  # fmt: skip
"""Of a row that is replaced or withdrawn: where it stands, and whose record it was, of what and when; NULL where it was none."""
MENDED = ("account", "subscription", "item", "spec", "id")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A row before it is read: where it stands, its cells by column, and the text of its line where that is all of it."""

    source: Source
    row: int
    cells: Mapping[str, str]
    written: Sequence[str] = ()

    @property
    def text(self) -> str:
        """The row as it stands in a file of rejects."""
        stream = io.StringIO()
        csv.writer(stream, lineterminator="").writerow(self.cells.values())
        return stream.getvalue()


@dataclass(slots=True)
class Mending:
    """What became of doubtful rows so far, and the tables in which it stands; a row with an id that is `amended` is taken, whatever it says."""

    book: PriceBook
    connection: duckdb.DuckDBPyConnection
    sources: Sequence[Source]
    attributes: tuple[str, ...]
    findings: RowFindings = field(default_factory=RowFindings)
    blank: Counter[int] = field(default_factory=Counter)
    refused: set[int] = field(default_factory=set)
    amended: frozenset[str] = frozenset()
    _facts: Facts = field(init=False)
    _rejected: list[tuple[Any, ...]] = field(default_factory=list)
    _mended: list[tuple[Any, ...]] = field(default_factory=list)
    _taken: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._facts = facts_of(self.book)
        texts = ", ".join(f"{quoted(name)} VARCHAR" for name in (*MENDED, *self.attributes))
        self.connection.execute(f'CREATE TABLE mended ("#file" INTEGER, "#row" BIGINT, {texts}, "#at" BIGINT, "#amount" VARCHAR)')
        self.connection.execute("CREATE TABLE rejected (file INTEGER, row BIGINT, account VARCHAR, code VARCHAR, reason VARCHAR, cells VARCHAR)")
        self.connection.execute(f"CREATE TABLE taken_out ({', '.join(f'{name} {kind}' for name, kind in TAKEN.items())})")

    def read(self, rows: Iterable[Doubtful]) -> None:
        """Reads each row; records stand in `mended` then, all others are rejected."""
        for row in rows:
            if not row.source.parquet and not any(cell.strip() for cell in row.cells.values()):
                self.blank[row.source.number] += 1  # an empty line of a CSV file is no row
                continue
            if row.cells.get("id", "").strip(" ") in self.amended:
                self.take(row)
                continue
            made = self.made(row)
            if isinstance(made, UsageRecord):
                self.keep(row.source.number, made)
            else:
                self.reject(row.source.number, row.row, row.cells.get("account", ""), made, row.text)
        self.flush()

    def made(self, row: Doubtful) -> UsageRecord | list[Diagnostic]:
        """The record of a row, or everything that is wrong with it."""
        if row.written and row.source.plain:
            # What a whole line may not hold is said before its cells are looked at.
            wrong = decode_part(row.source.name, "".join(row.written).encode(), row.row)
            if isinstance(wrong, Diagnostic):
                return [wrong]
        cells = {name: cell.strip(" ") for name, cell in row.cells.items()}
        return read_row(self._facts, FileRow(row.source.name, row.row, cells, row.written))

    def take(self, row: Doubtful) -> None:
        """One more row that is replaced or withdrawn."""
        made = self.made(row)
        place = (made.subscription, made.item, in_microseconds(made.at), repr(made.content)) if isinstance(made, UsageRecord) else (None,) * 4
        account = made.account if isinstance(made, UsageRecord) else row.cells.get("account", "")
        self._taken.append((row.source.number, row.row, row.cells["id"].strip(" "), account, *place, row.text))
        self._flush_if_many()

    def keep(self, file: int, record: UsageRecord) -> None:
        """One more record."""
        texts = [record.account, record.subscription, record.item, record.spec, record.id, *(record.attributes.get(name) for name in self.attributes)]
        self._mended.append((file, record.line, *texts, in_microseconds(record.at), plain(record.quantity)))
        self._flush_if_many()

    def reject(self, file: int, row: int, account: str, found: Sequence[Diagnostic], text: str, cause: Hashable = None) -> None:
        """One more row that is charged to nobody, with everything that is wrong with it."""
        for each in found:
            self.findings.add(each, cause)
        self.note(file, row, account, found, text)

    def note(self, file: int, row: int, account: str, found: Sequence[Diagnostic], text: str) -> None:
        """The same for a row whose finding is told with another one."""
        self._rejected.append((file, row, account, found[0].code, "; ".join(each.message for each in found), text))
        self._flush_if_many()

    def _flush_if_many(self) -> None:
        if len(self._mended) + len(self._rejected) + len(self._taken) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Writes what was kept in memory into the tables."""
        texts = ["VARCHAR"] * (len(MENDED) + len(self.attributes))
        insert(self.connection, "mended", ["INTEGER", "BIGINT", *texts, "BIGINT", "VARCHAR"], self._mended)
        insert(self.connection, "rejected", ["INTEGER", "BIGINT", *["VARCHAR"] * 4], self._rejected)
        insert(self.connection, "taken_out", [*TAKEN.values()], self._taken)
        self._mended.clear()
        self._rejected.clear()
        self._taken.clear()


def insert(connection: duckdb.DuckDBPyConnection, table: str, types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Writes rows into a table; each column goes over as one list."""
    if rows:
        values = ", ".join(f"unnest(?::{kind}[])" for kind in types)
        connection.execute(f"INSERT INTO {table} SELECT {values}", [list(column) for column in zip(*rows, strict=True)])


def cells_sql(shape: Shape, names: Sequence[str]) -> str:
    """The columns of a row as the texts of its cells."""
    return ", ".join(f"{_cell(shape, name)} AS {quoted(name)}" for name in names)


def text_sql(shape: Shape, names: Sequence[str]) -> str:
    """A row as the text of a line."""
    cells = [_cell(shape, name) for name in names]
    special = '[,"\\r\\n]'
    quote = [f"CASE WHEN regexp_matches({each}, '{special}') THEN '\"' || replace({each}, '\"', '\"\"') || '\"' ELSE {each} END" for each in cells]
    return f"concat_ws(',', {', '.join(quote)})"


def _cell(shape: Shape, name: str) -> str:
    column = quoted(name)
    if name == "time" and shape.time in ("instant", "wall"):
        zone = "Z" if shape.time == "instant" else ""
        return f"coalesce(CASE WHEN isfinite({column}) THEN strftime({column}, '%Y-%m-%dT%H:%M:%S.%f{zone}') ELSE CAST({column} AS VARCHAR) END, '')"
    return f"coalesce(CAST({column} AS VARCHAR), '')"


def fetched(connection: duckdb.DuckDBPyConnection, sql: str, source: Source) -> Iterator[Doubtful]:
    """The rows of a statement that gives row and cells of a source, in this order."""
    whole = not source.parquet and source.shape.columns == source.names
    cursor = connection.cursor()
    result = cursor.execute(sql)
    while rows := result.fetchmany(AT_ONCE):
        for row, *cells in rows:
            yield Doubtful(source, row, dict(zip(source.names, cells, strict=True)), (f"{','.join(cells)}\n",) if whole else ())
    cursor.close()
