"""The KooDrive sheet of 23 November 2026, as it is: a change of words, numbers or layout shows here as a
difference.

`PRICEBOOK_WRITE_GOLDEN=1 pytest tests/documents/test_sheet_golden.py` writes the files anew; read the difference before
committing it.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.documents.sheet_csv import render_sheet_csv
from engine.documents.terminal import Look
from engine.sheet.view import SheetView
from tests.documents.written import render_sheet_markdown, render_sheet_text
from tests.sheet import reading

GOLDEN = Path(__file__).parent / "golden"

FILES: dict[str, Callable[[SheetView], str]] = {
    "sheet-koodrive.md": lambda view: render_sheet_markdown(view, "en"),
    "sheet-koodrive-zh.md": lambda view: render_sheet_markdown(view, "zh"),
    "sheet-koodrive-100.txt": lambda view: render_sheet_text(view, "en"),
    "sheet-koodrive-80-ascii.txt": lambda view: render_sheet_text(view, "en", Look(80, False, False)),
    "sheet-koodrive-ar.txt": lambda view: render_sheet_text(view, "ar"),
    "sheet-koodrive-de.csv": lambda view: render_sheet_csv(view, "de"),
}


def koodrive() -> SheetView:
    """The sheet with a digest of its own, so that only what the sheet says is compared: any edit of the book would change the
    digest."""
    view = reading.sheet("koodrive", reading.AUTUMN)
    return replace(view, header=replace(view.header, digest="7c41e09b" * 8))


@pytest.mark.parametrize("name", FILES)
def test_the_sheet_is_as_it_was(name: str) -> None:
    """Byte for byte, whatever the machine."""
    written = FILES[name](koodrive())
    file = GOLDEN / name
    if os.environ.get("PRICEBOOK_WRITE_GOLDEN"):
        file.write_bytes(written.encode("utf-8"))
    assert written.encode("utf-8") == file.read_bytes()
