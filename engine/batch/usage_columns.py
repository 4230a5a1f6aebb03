"""The columns of a usage file, by its first line or its schema: what a reader in bulk has to know before it reads."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.usage import BAD_USAGE_FILE
from engine.model.book import PriceBook
from engine.store import open_input
from engine.usage.lines import LONGEST_LINE, Lines
from engine.usage.rows import FileRow
from engine.usage.table import WrongColumns, rows_of
from engine.values.spans import Span

PARQUET = b"PAR1"


@dataclass(frozen=True, slots=True)
class UsageColumns:
    """The names of a file's columns in its order. Those of Parquet have a kind each: `text`, `number`, `instant` (with a zone) or `local`."""

    names: tuple[str, ...]
    kinds: tuple[str, ...] = ()

    @property
    def is_typed(self) -> bool:
        """Whether cells are values: a file of texts has no kinds."""
        return bool(self.kinds)


def columns_of(book: PriceBook, name: str) -> UsageColumns | Diagnostic | None:
    """The columns of a file, or why a Parquet file cannot be read; None where the first line of a CSV file alone does not say them."""
    with open_input(name) as stream:
        head = stream.readline(LONGEST_LINE)
    if head.startswith(PARQUET):
        return _of_schema(book, name)
    text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1").rstrip("\r\n")
    if not text.strip(" ,") or '"' in text or len(head) == LONGEST_LINE:
        return None
    found = _checked(book, name, head.rstrip(b"\r\n"), len(text.split(",")))
    return None if isinstance(found, Diagnostic) else found


def _checked(book: PriceBook, name: str, head: bytes, count: int) -> UsageColumns | Diagnostic | None:
    """The columns that a first line names, as the interpreter reads it, which is asked for a row of so many cells."""
    try:
        row = next(rows_of(book, Lines(name, BytesIO(head + b"\n" + b",".join([b"x"] * count)))))
    except WrongColumns as wrong:
        return wrong.diagnostic
    return UsageColumns(tuple(row.cells)) if isinstance(row, FileRow) else None


def _of_schema(book: PriceBook, name: str) -> UsageColumns | Diagnostic | None:
    import pyarrow
    import pyarrow.parquet

    try:
        schema = pyarrow.parquet.read_schema(name)
    except pyarrow.ArrowException:
        return _refused(name, "the Parquet file is not whole", "deliver it again")
    columns = _checked(book, name, ",".join(schema.names).encode(), len(schema.names))
    if not isinstance(columns, UsageColumns):
        return columns
    kinds = [_kind(schema.field(each).type) for each in schema.names]
    for column, kind in zip(columns.names, kinds, strict=True):
        if kind not in {"quantity": ("number", "text"), "time": ("instant", "local", "text")}.get(column, ("text",)):
            message = f"the column `{column}` holds values of the kind `{schema.field(column).type}`"
            return _refused(name, message, REMEDIES.get(column, "write it as texts"), column)
    return UsageColumns(columns.names, tuple(kinds))


REMEDIES = {
    "quantity": "write exact numbers: as DECIMAL, as whole numbers or as texts; a binary float is none",
    "time": "write instants as TIMESTAMP of microseconds or milliseconds, or texts",
}


def _kind(kind: Any) -> str:
    from pyarrow import types

    if types.is_string(kind) or types.is_large_string(kind) or (types.is_dictionary(kind) and types.is_string(kind.value_type)):
        return "text"
    if types.is_integer(kind) or (types.is_decimal128(kind) and kind.scale <= 9):
        return "number"
    if types.is_timestamp(kind) and kind.unit in ("us", "ms"):
        return "local" if kind.tz is None else "instant"
    return "other"


def _refused(name: str, message: str, remedy: str, subject: str = "") -> Diagnostic:
    return report(BAD_USAGE_FILE, message, Span(name, 1, 1, 1, 2), subject=subject, help=remedy)
