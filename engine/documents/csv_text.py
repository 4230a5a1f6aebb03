"""Rows as CSV for people and for machines: a text that a spreadsheet would run as a formula is disarmed, numbers are never touched.

Source: documents, Formats (CSV: escape by column type).
"""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import SimpleNamespace

from engine.documents.format import without_isolates

DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""How a text begins that some spreadsheet takes for a formula; some read the full-width signs like the plain ones."""


def csv_text(
    columns: Sequence[str], numbers: Collection[str], rows: Iterable[Mapping[str, object]], raw: bool = False, end: str = "\r\n"
) -> str:
    """A head and a row for each mapping. `numbers` are the columns that hold numbers; `raw` leaves texts as they are, for machines."""
    written: list[str] = []
    writer = csv.writer(SimpleNamespace(write=written.append), lineterminator=end)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell_text(row.get(column), raw or column in numbers) for column in columns])
    return "".join(written)


def cell_text(value: object, harmless: bool = False) -> str:
    """The text of one cell; a `'` in front of one that begins like a formula, unless it is known to be harmless."""
    text = "" if value is None else without_isolates(str(value)).replace("\u00a0", " ")
    # A negative number is a number in every spreadsheet; only texts are disarmed.
    return f"'{text}" if not harmless and text.startswith(DANGEROUS) else text
