"""Usage files as rows: the names of the columns, and the cells of each row that follows.

Contract: knows the columns of usage, nothing of what their cells mean. A row that is no CSV is said by itself, and reading goes on
after it.
"""

import csv
from collections.abc import Callable, Iterator, Sequence

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.usage import BAD_USAGE_FILE, UNREADABLE_ROW
from engine.language.cells import other_separator, strange_cell, wrong_count
from engine.language.names import suggestion
from engine.model.book import PriceBook
from engine.usage.lines import Lines
from engine.usage.rows import FileRow
from engine.values.spans import Span

REQUIRED = ("account", "subscription", "item", "time", "quantity")
OPTIONAL = ("id", "spec")
COMMAS = ("the columns are not separated by commas", "save the file as CSV with commas, in UTF-8")

Written = tuple[int, list[str]] | Diagnostic
Check = Callable[[PriceBook, str, int, Sequence[str]], None]
"""Raises WrongColumns for a book, a file, the line that names its columns, and these."""


def known_columns(book: PriceBook) -> tuple[str, ...]:
    """Every column that usage of the book may have."""
    return (*REQUIRED, *OPTIONAL, *(name for name, attribute in book.attributes.items() if attribute.is_column))


def rows_of(book: PriceBook, lines: Lines, check: Check | None = None) -> Iterator[FileRow | Diagnostic]:
    """Each row behind the first that is not empty, or why it is none.

    Raises WrongColumns where the file is none of usage, or its columns are none that `check` takes.
    """
    columns, written = opened_table(book, lines, check)
    for each in written:
        if isinstance(each, Diagnostic):
            yield each
            continue
        line, cells = each
        miscounted = wrong_count(cells, columns)
        if miscounted is not None:
            yield report(UNREADABLE_ROW, miscounted[0], Span(lines.file, line, 1, line, 2), help=miscounted[1])
        else:
            yield FileRow(lines.file, line, dict(zip(columns, map(_trimmed, cells), strict=True)), lines.written)


def opened_table(book: PriceBook, lines: Lines, check: Check | None = None) -> tuple[Sequence[str], Iterator[Written]]:
    """The names of a file's columns, and the rows behind them as they are written.

    Raises WrongColumns where the file is none of usage.
    """
    if lines.other_kind is not None:
        raise WrongColumns(lines.other_kind)
    written = _written(lines)
    return _columns(book, lines.file, next(written, None), check or check_columns), written


class WrongColumns(Exception):
    """A file that no record can be read from; `diagnostic` says what is wrong with its columns, or with the file as a whole."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def _written(lines: Lines) -> Iterator[Written]:
    """The line and cells of every row that is not empty, or why it cannot be read."""
    reader = csv.reader(lines, strict=True)
    while True:
        line = lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield lines.problems[0] if lines.problems else _no_csv(lines, line)
            continue
        if lines.problems:
            yield lines.problems[0]
        elif any(cell.strip() for cell in cells):
            yield line, cells


def _no_csv(lines: Lines, line: int) -> Diagnostic:
    """A row that is no CSV: most often a quote that is not closed, and the rows after it are read as one long cell."""
    message = "the row cannot be read as CSV"
    if lines.number > line:
        message = f"a quote that is opened in this row is not closed up to line {lines.number}"
    return report(
        UNREADABLE_ROW, message, Span(lines.file, line, 1, line, 2),
        help='close every quote, and double a quote inside of quotes: "so called ""quotes"""',
    )  # fmt: skip


def _columns(book: PriceBook, file: str, first: Written | None, check: Check) -> Sequence[str]:
    """The names of the columns; raises WrongColumns."""
    if first is None:
        raise wrong_columns(file, 1, "the usage file names no columns", f"begin it with a row `{','.join(REQUIRED)}`")
    if isinstance(first, Diagnostic):
        raise WrongColumns(first)
    line, cells = first
    if other_separator(cells):
        raise wrong_columns(file, line, *COMMAS)
    columns = tuple(map(_trimmed, cells))
    check(book, file, line, columns)
    return columns


def check_columns(book: PriceBook, file: str, line: int, columns: Sequence[str]) -> None:
    """Raises WrongColumns for columns, named in this line, that are not those of usage."""
    for strange in filter(None, map(strange_cell, columns)):
        raise WrongColumns(report(strange.info, strange.message, Span(file, line, 1, line, 2), subject=strange.plain, help=strange.remedy))
    known = known_columns(book)
    missing = [name for name in REQUIRED if name not in columns]
    for name in columns:
        if columns.count(name) > 1:
            raise wrong_columns(file, line, f"the column `{name}` stands there twice", "leave one of them out", name)
        if name not in known:
            if missing:
                remedy = suggestion(name, missing, "column", have="a column is still missing:")
            else:
                remedy = suggestion(name, known[len(REQUIRED) + len(OPTIONAL) :], "attribute with `source: usage`")
            raise wrong_columns(file, line, f"the book knows no column `{name}` of usage", remedy["help"], name)
    if missing:
        listed = " and ".join(f"`{name}`" for name in missing)
        raise wrong_columns(file, line, f"the usage file has no column {listed}", f"add {listed} to its first row and fill it")


def wrong_columns(file: str, line: int, message: str, remedy: str, subject: str = "") -> WrongColumns:
    """What is said of a file whose columns are wrong."""
    return WrongColumns(report(BAD_USAGE_FILE, message, Span(file, line, 1, line, 2), subject=subject, help=remedy))


def _trimmed(cell: str) -> str:
    """The cell without the plain spaces around it: any other is a character that nobody sees."""
    return cell.strip(" ")
