"""Rows as CSV for people and for machines: a text that a spreadsheet would run as a formula is disarmed, numbers are never touched.

Source: documents, Formats (CSV: escape by column type).
"""

import csv
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import SimpleNamespace
from unicodedata import normalize

from engine.documents.format import without_isolates
from engine.language.characters import HIDDEN_OR_CONTROL

_SIGNS, _BREAKS = ("=", "+", "-", "@"), ("\t", "\r", "\n")
_BLANK = re.compile(f"[ {HIDDEN_OR_CONTROL.pattern[1:]}*")


def may_run(text: str) -> bool:
    """Whether some spreadsheet may take the text for a formula: some skip what leaves no ink, and read a sign of any width as the plain one.

    >>> may_run("=1+1"), may_run(" \\u00a0\\u200b＝1+1"), may_run("1+1")
    (True, True, False)
    """
    blank = _BLANK.match(text)
    first = blank.end() if blank is not None else 0
    return text.startswith(_BREAKS) or normalize("NFKC", text[first : first + 1]).startswith(_SIGNS)


def csv_text(columns: Sequence[str], numbers: Collection[str], rows: Iterable[Mapping[str, object]], raw: bool = False, end: str = "\r\n") -> str:
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
    return f"'{text}" if not harmless and may_run(text) else text
