"""The rows of a workbook (xlsx) that came back: texts and numbers of the sheet that names its prices by their ids.

Contract: of a workbook nothing is run and nothing is fetched; its parts are bounded, and one with a document type is refused. A spreadsheet keeps
15 digits of a number and may write more: what is read are those 15.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import BytesIO
from posixpath import join, normpath
from xml.parsers import expat

from engine.diagnostics.limits import LARGEST_BOOK, LARGEST_FILE, MOST_PRICES
from engine.values.exact import plain, round_number

PRICE_HEADING = "price_heading"
"""The column whose cells say how the column of prices is headed, in whatever language."""
DIGITS = 15
DEEPEST_HEADING = 20
"""Rows in which the headings are looked for."""
DEEPEST_ELEMENT = 64
MOST_CELLS = 1_000_000
_COLUMN = re.compile(r"\$?([A-Z]{1,3})\$?[0-9]*\Z")

Attributes = Mapping[str, str]
Line = tuple[int, list[str], list[str]]
"""A row's number, its cells, and nothing of how it is written."""


class NotAWorkbook(Exception):
    """A file that cannot be read as one, or holds no rows of prices; the text says why."""


@dataclass(slots=True)
class WorkbookRows:
    """The rows with the headings first, and the letters of the columns."""

    lines: list[Line] = field(default_factory=list)
    letters: dict[str, str] = field(default_factory=dict)


def is_workbook(content: bytes) -> bool:
    """Whether a file begins as a workbook does."""
    return content.startswith(b"PK\x03\x04") and b"xl/" in content


def workbook_rows(content: bytes) -> WorkbookRows:
    """The rows of the first sheet that has a column `item` and one of prices; raises NotAWorkbook."""
    if len(content) > LARGEST_FILE:
        raise NotAWorkbook(f"the workbook has more than {LARGEST_FILE // 1024**2} MB")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _rows_of(archive)
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError, RuntimeError, NotImplementedError, EOFError, UnicodeDecodeError) as problem:
        raise NotAWorkbook("the workbook cannot be read: it is damaged, or locked with a password") from problem


def _rows_of(archive: zipfile.ZipFile) -> WorkbookRows:
    texts = _shared(archive)
    for part in _sheets(archive):
        found = _table(_cells(_part(archive, part), texts))
        if found is not None:
            return found
    raise NotAWorkbook("no sheet of the workbook names its prices by their ids")


def _table(rows: Mapping[int, Mapping[str, str]]) -> WorkbookRows | None:
    """The table below the headings; None where no row has the headings."""
    numbers = sorted(rows)
    for at, number in enumerate(numbers[:DEEPEST_HEADING]):
        heads = {letters: text for letters, text in rows[number].items() if text}
        said = next((letters for letters, text in heads.items() if text == PRICE_HEADING), "")
        headed = next((rows[below][said] for below in numbers[at + 1 :] if said in rows[below]), "price")
        heads = {letters: "price" if text == headed else text for letters, text in heads.items()}
        if {"item", "price"} <= set(heads.values()):
            found = WorkbookRows([(number, list(heads.values()), [])], {text: letters for letters, text in heads.items()})
            for below in numbers[at + 1 :]:
                if rows[below].get(found.letters["item"]) or rows[below].get(found.letters["price"]):
                    found.lines.append((below, [rows[below].get(letters, "") for letters in heads], []))
            return found
    return None


def _sheets(archive: zipfile.ZipFile) -> list[str]:
    """The parts of the sheets, in their order."""
    places: dict[str, str] = {}
    sheets: list[str] = []

    def relation(_tag: str, attributes: Attributes, _text: str) -> None:
        places[attributes.get("Id", "")] = attributes.get("Target", "")

    def content(tag: str, attributes: Attributes, _text: str) -> None:
        target = next((places[value] for key, value in attributes.items() if key.rpartition(":")[2] == "id" and value in places), "")
        if tag == "sheet" and target:
            sheets.append(target[1:] if target.startswith("/") else normpath(join("xl", target)))

    _each_element(_part(archive, "xl/_rels/workbook.xml.rels"), relation)
    _each_element(_part(archive, "xl/workbook.xml"), content)
    return sheets


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LARGEST_BOOK:
        raise NotAWorkbook("a part of the workbook is larger than any price list")
    return archive.read(name)


def _shared(archive: zipfile.ZipFile) -> list[str]:
    """The texts that cells name by their number."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    found: list[str] = []
    parts: list[str] = []

    def take(tag: str, _attributes: Attributes, text: str) -> None:
        if tag == "t":
            parts.append(text)
        elif tag == "rPh":
            del parts[-1:]  # how a word is read aloud is no part of it
        elif tag == "si":
            found.append("".join(parts))
            parts.clear()

    _each_element(_part(archive, "xl/sharedStrings.xml"), take)
    return found


def _cells(xml: bytes, texts: list[str]) -> dict[int, dict[str, str]]:
    """The cells of a sheet by row and letters of the column."""
    found: dict[int, dict[str, str]] = {}
    inside: dict[str, str] = {}
    count = 0

    def take(tag: str, attributes: Attributes, text: str) -> None:
        nonlocal count
        if tag in ("v", "t"):
            inside[tag] = inside.get(tag, "") + text
        if tag != "c":
            return
        place, kind, value = attributes.get("r", ""), attributes.get("t", "n"), inside.get("v", "")
        letters = place.rstrip("0123456789")
        row = place[len(letters) :]
        shown = texts[int(value)] if kind == "s" and value.isdecimal() and int(value) < len(texts) else inside.get("t", "") or value
        inside.clear()
        if shown and _COLUMN.match(letters) and 0 < len(row) < DIGITS:
            found.setdefault(int(row), {})[letters] = _number(shown) if kind == "n" else shown.strip()
            count += 1
        if count > MOST_CELLS or len(found) > MOST_PRICES + DEEPEST_HEADING:
            raise NotAWorkbook(f"a sheet has more than {MOST_PRICES:,} rows, or {MOST_CELLS:,} cells; so many are read at most")

    _each_element(xml, take)
    return found


def _number(written: str) -> str:
    """The number with the digits that a spreadsheet keeps of it.

    >>> _number("6.0000000000000002E-5"), _number("95.5"), _number("x")
    ('0.00006', '95.5', 'x')
    """
    try:
        number = Decimal(written)
    except InvalidOperation:
        return written
    if not number.is_finite() or abs(number.adjusted()) > 2 * DIGITS:
        return written
    return plain(round_number(number, DIGITS - 1 - number.adjusted(), "half-even"))


def _each_element(xml: bytes, take: Callable[[str, Attributes, str], None]) -> None:
    """Gives every element of a part as it ends: its name without the prefix, its attributes, and the text that stands in it alone."""
    opened: list[tuple[str, Attributes, list[str]]] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        opened.append((name.rpartition(":")[2], attributes, []))
        if len(opened) > DEEPEST_ELEMENT:
            raise NotAWorkbook("a part of the workbook is nested deeper than any spreadsheet writes it")

    def end(_name: str) -> None:
        name, attributes, parts = opened.pop()
        take(name, attributes, "".join(parts))

    def text(data: str) -> None:
        opened[-1][2].append(data)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    parser.StartDoctypeDeclHandler = _refuse
    parser.Parse(xml, True)


def _refuse(*_: object) -> None:
    raise NotAWorkbook("a part of the workbook has a document type, which no spreadsheet writes")
