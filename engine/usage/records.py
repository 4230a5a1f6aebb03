"""Usage files: rows of CSV text become records, each row checked by itself (rule language, 4, Usage, and 3.4).

Contract: takes text, opens no file. A row that is in any doubt is a reject with its place and reason; every row read is rated, a
duplicate or a reject, and no row is two of them.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from engine.diagnostics import Diagnostic, Label, report
from engine.diagnostics.usage import BAD_USAGE_FILE, UNREADABLE_ROW, USAGE_ID_CONFLICT
from engine.language.cells import other_separator, strange_cell, wrong_count
from engine.language.names import suggestion
from engine.model.book import PriceBook
from engine.usage.duplicates import without_duplicates
from engine.usage.findings import RowFindings
from engine.usage.record import UsageRecord
from engine.usage.rows import Row, read_row
from engine.values.spans import Span

REQUIRED = ("account", "subscription", "item", "time", "quantity")
OPTIONAL = ("id", "spec")


@dataclass(frozen=True, slots=True)
class UsageRead:
    """What a usage file held: `read` rows = the `records` to rate + `duplicates` + `rejects`; a file with wrong columns has no rows."""

    records: tuple[UsageRecord, ...]
    read: int
    duplicates: int
    rejects: int
    diagnostics: tuple[Diagnostic, ...]


def read_usage(book: PriceBook, file: str, text: str) -> UsageRead:
    """The records of a usage file in the order of its rows, and what is wrong with the others.

    The first row names the columns: account, subscription, item, time, quantity, perhaps id and spec, and attributes of usage.
    """
    rows = _rows(file, text)
    columns, problem = _columns(book, file, next(rows, None))
    if problem is not None:
        return UsageRead((), 0, 0, 0, (problem,))
    records: list[UsageRecord] = []
    diagnostics = RowFindings()
    read = 0
    for row in rows:
        read += 1
        found = row if isinstance(row, Diagnostic) else _record(book, file, columns, *row)
        if isinstance(found, UsageRecord):
            records.append(found)
        else:
            for each in [found] if isinstance(found, Diagnostic) else found:
                diagnostics.add(each)
    unique = without_duplicates(records)
    for group in unique.conflicting:
        diagnostics.add(_conflict(group))
    rejects = read - len(unique.kept) - len(unique.dropped)
    return UsageRead(unique.kept, read, len(unique.dropped), rejects, diagnostics.listed())


def _rows(file: str, text: str) -> Iterator[tuple[int, list[str]] | Diagnostic]:
    """Every row that is not empty, with its line; one that is not CSV is a diagnostic, and reading goes on after it."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield report(
                UNREADABLE_ROW, "the row cannot be read as CSV", Span(file, line, 1, line, 2),
                help='close every quote, and double a quote inside of quotes: "so called ""quotes"""',
            )  # fmt: skip
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _columns(book: PriceBook, file: str, first: tuple[int, list[str]] | Diagnostic | None) -> tuple[tuple[str, ...], Diagnostic | None]:
    """The names of the columns, or what is wrong with them."""
    if first is None or isinstance(first, Diagnostic):
        return (), _bad_columns(file, 1, "the usage file names no columns", f"begin it with a row `{','.join(REQUIRED)}`")
    line, cells = first
    if other_separator(cells):
        return (), _bad_columns(file, line, "the columns are not separated by commas", "save the file as CSV with commas, in UTF-8")
    strange = next((each for each in map(strange_cell, map(_trimmed, cells)) if each is not None), None)
    if strange is not None:
        return (), report(strange.info, strange.message, Span(file, line, 1, line, 2), subject=strange.plain, help=strange.remedy)
    columns = tuple(_trimmed(cell) for cell in cells)
    attributes = [name for name, attribute in book.attributes.items() if attribute.source == "usage"]
    missing = [name for name in REQUIRED if name not in columns]
    for name in columns:
        if columns.count(name) > 1:
            return (), _bad_columns(file, line, f"the column `{name}` stands there twice", "leave one of them out", name)
        if name not in (*REQUIRED, *OPTIONAL, *attributes):
            if missing:
                remedy = suggestion(name, missing, "column").replace("the book has", "a column is still missing:")
            else:
                remedy = suggestion(name, attributes, "attribute with `source: usage`")
            return (), _bad_columns(file, line, f"the book knows no column `{name}` of usage", remedy, name)
    if missing:
        listed = " and ".join(f"`{name}`" for name in missing)
        return (), _bad_columns(file, line, f"the usage file has no column {listed}", f"add {listed} to its first row and fill it")
    return columns, None


def _bad_columns(file: str, line: int, message: str, remedy: str, subject: str = "") -> Diagnostic:
    return report(BAD_USAGE_FILE, message, Span(file, line, 1, line, 2), subject=subject, help=remedy)


def _record(
    book: PriceBook, file: str, columns: tuple[str, ...], line: int, cells: list[str]
) -> UsageRecord | Diagnostic | list[Diagnostic]:
    """The record of a row, or everything that is wrong with it."""
    miscounted = wrong_count(cells, columns)
    if miscounted is not None:
        return report(UNREADABLE_ROW, miscounted[0], Span(file, line, 1, line, 2), help=miscounted[1])
    row = Row(file, line, {name: _trimmed(cell) for name, cell in zip(columns, cells, strict=True)})
    for name, cell in row.cells.items():
        strange = strange_cell(cell)
        if strange is not None:
            row.refuse(strange.info, name, strange.message, strange.remedy)
    return row.problems or read_row(book, row)


def _trimmed(cell: str) -> str:
    """The cell without the plain spaces around it: any other is a character that nobody sees."""
    return cell.strip(" ")


def _conflict(group: tuple[UsageRecord, ...]) -> Diagnostic:
    """Two records of one id that differ, each with its place."""
    first, second = group[0], next(each for each in group if each.content != group[0].content)
    here, there = (Span(each.origin.file, each.origin.line, 1, each.origin.line, 2) for each in (second, first))
    return report(
        USAGE_ID_CONFLICT, f"the record `{first.id}` stands in lines {first.origin.line} and {second.origin.line} with different contents",
        here, subject=first.id or "", labels=(Label(there, "the first one"),),
        help="give different records different ids, or leave out the one that is wrong",
    )  # fmt: skip
