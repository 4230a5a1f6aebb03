"""Files of another kind are named for what they are, as rules, as tables, as orders and as usage."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.language.decoding import decode
from engine.language.document import read_document

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[1] / "errors" / "base").glob("*.yaml")}


def archive(*names: str) -> bytes:
    """A zip archive of files with these names, as Office programs write it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name in names:
            file.writestr(name, b"<x/>" * 20)
    return made.getvalue()


KINDS = [
    (archive("[Content_Types].xml", "xl/workbook.xml"), "Y123", "a spreadsheet of Excel (xlsx)", "save it as CSV"),
    (archive("mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), "Y123", "a spreadsheet of LibreOffice (ods)", "save it as CSV"),
    (archive("[Content_Types].xml", "word/document.xml"), "Y123", "a document of Word (docx)", "plain text"),
    (archive("usage.csv"), "Y123", "a zip archive", "unpack it"),
    (b"PK\x03\x04" + bytes(60), "Y123", "a zip archive, as spreadsheets (xlsx, ods) are saved", "save it as CSV"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "Y123", "an old Office file (xls or doc)", "save it as CSV"),
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "Y123", "a PDF", "text in UTF-8"),
    (b"PAR1\x15\x04\x15\x10", "Y123", "a Parquet file", "as CSV"),
    (gzip.compress(b"a,b\n1,2\n"), "Y123", "a gzip archive", "unpack it"),
    (b"SQLite format 3\x00\x10\x00", "Y123", "an SQLite database", "as CSV"),
    (b"{\\rtf1\\ansi", "Y123", "an RTF document", "plain text"),
    (b"\x89PNG\r\n\x1a\n", "Y123", "a picture (PNG)", "text file"),
    (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "Y123", "a web page (HTML)", "page to log in"),
    (b"\xef\xbb\xbf<html>", "Y123", "a web page (HTML)", "page to log in"),
    (b"<?xml version='1.0'?><Workbook/>", "Y123", "an XML file", "as text"),
    ("item,unit_price\nseat,2.05\n".encode("utf-16"), "Y102", "text in UTF-16", "`CSV UTF-8`"),
    ("item,unit_price\nseat,2.05\n".encode("utf-16-le"), "Y102", "text in UTF-16", "`CSV UTF-8`"),
    ("item,unit_price\nseat,2.05\n".encode("utf-16-be"), "Y102", "text in UTF-16", "`CSV UTF-8`"),
    ("item,unit_price\n".encode("utf-32"), "Y102", "text in UTF-32", "`CSV UTF-8`"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "code", "kind", "remedy"), KINDS, ids=[each[2] for each in KINDS])
def test_a_file_of_another_kind_is_named(content, code, kind, remedy):
    """One finding at its first character, with what to do, whoever reads the file."""
    in_text = decode("usage.csv", content)
    _, (in_rules,) = read_document("a.yaml", content)
    entry = b"prices:\n  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, table: seat.csv}\n"
    (in_table,) = load_book({**BASE, "a.yaml": entry, "seat.csv": content}).diagnostics
    for found in (in_text, in_rules, in_table):
        assert (found.code, found.span.line, found.span.column) == (code, 1, 1)
        assert found.message == f"the file is {kind}{found.message.removeprefix(f'the file is {kind}')}"
        assert found.message.endswith("not text in UTF-8")
        assert remedy in found.help


@pytest.mark.parametrize("content", [b"", b"a: 1\n", "é: 1\n".encode(), b"\x00" * 20, b"PK: {title: Pack}\n", b"<: 1\n", b"ORDER: 1\n", b"BZ: 1\n"])
def test_what_only_begins_alike_is_read_as_text(content):
    """Rules whose first key is short, and damaged texts, keep their own findings."""
    assert "the file is" not in (getattr(decode("a.yaml", content), "message", ""))


def test_a_price_table_that_is_too_large_is_refused_not_cut():
    """One byte more than is read of a file; the rest of its rows would be missing without a word."""
    entry = b"prices:\n  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, table: seat.csv}\n"
    rows = b"item,unit_price\nseat,2.05\n" + b"\n" * (8 * 1024 * 1024)
    (found,) = load_book({**BASE, "a.yaml": entry, "seat.csv": rows}).diagnostics
    assert (found.code, found.span.file) == ("Y101", "seat.csv")
