"""The KooDrive page of 23 November 2026 as it is, without fonts and styles: a change of words, numbers or structure shows here.

`PRICEBOOK_WRITE_GOLDEN=1 pytest tests/documents/test_html_golden.py` writes the files anew; read the difference before
committing it.
"""

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.documents.written import render_sheet_html
from tests.sheet import reading

GOLDEN = Path(__file__).parent / "golden"


def normalised(language: str) -> str:
    """The page with a digest of its own and without its style element: any edit of the book or of a font would change those."""
    view = reading.sheet("koodrive", reading.AUTUMN)
    view = replace(view, header=replace(view.header, digest="7c41e09b" * 8))
    text = render_sheet_html(view, language).decode("utf-8")
    return re.sub(r"<style>.*</style>", "<style></style>", text, flags=re.DOTALL)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_is_as_it_was(language):
    """Byte for byte, whatever the machine."""
    written, file = normalised(language), GOLDEN / f"sheet-koodrive-{language}.html"
    if os.environ.get("PRICEBOOK_WRITE_GOLDEN"):
        file.write_text(written, encoding="utf-8", newline="\n")
    assert written == file.read_text(encoding="utf-8")


def test_the_same_sheet_is_the_same_bytes():
    assert render_sheet_html(reading.sheet("gym"), "en") == render_sheet_html(reading.sheet("gym"), "en")
