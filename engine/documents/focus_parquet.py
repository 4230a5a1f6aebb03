"""Cost rows as a Parquet file: exact decimals, instants in UTC, the same bytes every time.

PyArrow writes it; it is imported when a Parquet file is asked for and not before, because it is large and may not be installed.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from engine.diagnostics.record import Diagnostic, report
from engine.diagnostics.tables import PARQUET_NOT_INSTALLED, TOO_PRECISE
from engine.documents.focus import focus_rows
from engine.documents.focus_columns import COLUMNS, FOCUS_VERSION, FocusColumn, FocusRow
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue
from engine.values.exact import plain

INSTALL = "pip install 'pricebook[parquet]'"
PLACES, DIGITS, MOST_DIGITS = 18, 38, 76
"""Decimals have 38 digits, 18 of them after the point; a column that needs more has up to 76."""


def render_focus_parquet(invoice: Invoice, issue: Issue, book: PriceBook) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """The cost rows of `focus_rows` as one file, or why there is none.

    Reported: PyArrow is not installed; a number has more digits than Parquet holds.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        return None, (_not_installed(),)
    rows = focus_rows(invoice, issue, book)
    shapes = {column.id: _shape([row[column.id] for row in rows]) for column in COLUMNS if column.kind == "decimal"}
    too_long = [name for name, (digits, _) in shapes.items() if digits > MOST_DIGITS]
    if too_long:
        return None, tuple(_too_precise(name, shapes[name][0]) for name in too_long)
    schema = pyarrow.schema([_field(pyarrow, column, shapes) for column in COLUMNS], metadata={"focus_version": FOCUS_VERSION})
    table = pyarrow.table([_values(pyarrow, field, rows) for field in schema], schema=schema)
    written = pyarrow.BufferOutputStream()
    parquet.write_table(table, written, version="2.6", compression="zstd", data_page_version="1.0")
    content: bytes = written.getvalue().to_pybytes()
    return content, ()


def _shape(values: Sequence[object]) -> tuple[int, int]:
    """Digits and decimals that the numbers of a column need: 12.5 and 100.125 need 6 and 3, but never less than 38 and 18."""
    whole, places = 0, PLACES
    for value in values:
        if isinstance(value, Decimal):
            before, _, after = plain(value).lstrip("-").partition(".")
            whole, places = max(whole, len(before)), max(places, len(after))
    return max(DIGITS, whole + places), places


def _field(pyarrow: Any, column: FocusColumn, shapes: dict[str, tuple[int, int]]) -> Any:
    if column.kind == "decimal":
        digits, places = shapes[column.id]
        kind = pyarrow.decimal128(digits, places) if digits <= DIGITS else pyarrow.decimal256(digits, places)
    else:
        kind = {"text": pyarrow.string(), "integer": pyarrow.int32(), "instant": pyarrow.timestamp("us", tz="UTC")}[column.kind]
    return pyarrow.field(column.id, kind, nullable=column.nullable)


def _values(pyarrow: Any, field: Any, rows: Sequence[FocusRow]) -> Any:
    return pyarrow.array([row[field.name] for row in rows], type=field.type)


def _not_installed() -> Diagnostic:
    message = "Parquet files cannot be made here: PyArrow, which writes them, is not installed"
    return report(PARQUET_NOT_INSTALLED, message, help=f"{INSTALL}. -f focus writes the same rows as CSV, and needs nothing")


def _too_precise(name: str, digits: int) -> Diagnostic:
    message = f"`{name}` of the cost rows needs {digits} digits, and a decimal of Parquet holds {MOST_DIGITS}"
    return report(TOO_PRECISE, message, help="round the charges with a step `at: charge` in `book.rounding`, or write CSV: -f focus")
