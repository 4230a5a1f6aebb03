"""Files that are no text of rules or rows at all: spreadsheets, archives, pages, pictures, told by how they begin.

Contract: looks at the first bytes alone, so a file of any size can be asked about before it is read.
"""

import re

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import text as codes
from engine.values.spans import Span

ENOUGH = 4096
"""How many bytes of a file say what it is."""

_AS_CSV = "open it in its program and save it as CSV with commas, in UTF-8"
_AS_TEXT = "unpack it first, and give the text file that is in it"
_NO_ROWS = "give the text file itself, in UTF-8"
_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (xls or doc)", _AS_CSV),
    (b"%PDF-", "a PDF", "a PDF holds pages, not rows: ask for the table it was made of, as text in UTF-8"),
    (b"PAR1", "a Parquet file", "write its rows as CSV with commas, in UTF-8"),
    (b"ARROW1", "an Arrow file", "write its rows as CSV with commas, in UTF-8"),
    (b"ORC\n", "an ORC file", "write its rows as CSV with commas, in UTF-8"),
    (b"Obj\x01", "an Avro file", "write its rows as CSV with commas, in UTF-8"),
    (b"SQLite format 3\x00", "an SQLite database", "write its rows as CSV with commas, in UTF-8"),
    (b"\x1f\x8b", "a gzip archive", _AS_TEXT),
    (b"BZh91AY", "a bzip2 archive", _AS_TEXT),
    (b"\xfd7zXZ\x00", "an xz archive", _AS_TEXT),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", _AS_TEXT),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _AS_TEXT),
    (b"Rar!\x1a\x07", "a RAR archive", _AS_TEXT),
    (b"{\\rtf", "an RTF document of a word processor", "save it as plain text, in UTF-8"),
    (b"\x89PNG\r\n", "a picture (PNG)", _NO_ROWS),
    (b"\xff\xd8\xff", "a picture (JPEG)", _NO_ROWS),
    (b"GIF8", "a picture (GIF)", _NO_ROWS),
)
_OFFICE = (
    (b"xl/", "a spreadsheet of Excel (xlsx)", _AS_CSV),
    (b"opendocument.spreadsheet", "a spreadsheet of LibreOffice (ods)", _AS_CSV),
    (b"word/", "a document of Word (docx)", "save it as plain text, in UTF-8"),
    (b"opendocument.text", "a document of LibreOffice (odt)", "save it as plain text, in UTF-8"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\s")


def other_kind(file: str, content: bytes) -> Diagnostic | None:
    """The finding for a file that is of another kind than text, named for what it is; None where it may be text.

    `content` is the file, or its first `ENOUGH` bytes.
    """
    found = _kind(content[:ENOUGH])
    if found is None:
        return None
    kind, remedy = found
    info = codes.NOT_UTF8 if "UTF-16" in kind or "UTF-32" in kind else codes.OTHER_KIND_OF_FILE
    return report(info, f"the file is {kind}, not text in UTF-8", Span(file, 1, 1, 1, 2), help=remedy)


def _kind(head: bytes) -> tuple[str, str] | None:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        inside = next(((kind, remedy) for sign, kind, remedy in _OFFICE if sign in head), None)
        return inside or ("a zip archive, as spreadsheets (xlsx, ods) are saved", f"{_AS_CSV}; or unpack it first")
    for start, kind, remedy in _BEGINNINGS:
        if head.startswith(start):
            return kind, remedy
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(plain):
        return "a web page (HTML)", "the address may have answered with a page to log in: download the file itself"
    if _XML.match(plain):
        return "an XML file", "save what it holds as text: YAML for rules, CSV with commas for rows"
    return _wide(head)


def _wide(head: bytes) -> tuple[str, str] | None:
    """Text in two or four bytes a letter, as Excel's `Unicode Text` is saved."""
    remedy = "save the file with the encoding UTF-8; in Excel choose `CSV UTF-8`"
    if head.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "text in UTF-32", remedy
    # Without its mark: of Latin letters every other byte is zero.
    zeros = [half.count(0) * 10 >= 9 * len(half) for half in (head[:64:2], head[1:64:2])]
    unmarked = len(head) > 7 and zeros[0] != zeros[1]
    return ("text in UTF-16", remedy) if unmarked or head.startswith((b"\xff\xfe", b"\xfe\xff")) else None
