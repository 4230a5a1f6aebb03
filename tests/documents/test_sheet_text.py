"""The price sheet for the terminal: right at 100 and at 80 columns, with and without colour, in scripts of every width."""

import re

import pytest
from rich.cells import cell_len

from engine.documents.terminal import Look
from engine.documents.text_layout import TextCell, TextColumn, plain_text, row_lines, wrap
from tests.documents.written import render_sheet_text
from tests.sheet import reading

BOOKS = ["koodrive", *reading.ODD]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("language", ["en", "zh", "ar", "de", "ja"])
@pytest.mark.parametrize("width", [100, 80, 60])
@pytest.mark.parametrize("name", BOOKS)
def test_no_line_is_wider_than_the_terminal(name: str, width: int, language: str) -> None:
    """Counted in cells, of which a Chinese sign takes two."""
    text = render_sheet_text(reading.sheet(name, reading.AUTUMN), language, Look(width))
    assert [line for line in text.splitlines() if cell_len(line) > width] == []


def test_colour_changes_nothing_but_colour() -> None:
    """Without its escape sequences the coloured sheet is the plain one."""
    view = reading.sheet("koodrive", reading.AUTUMN)
    coloured = render_sheet_text(view, "en", Look(100, True))
    assert "\x1b[1;33m" in coloured
    plain = [line.rstrip() for line in COLOUR.sub("", coloured).splitlines()]
    assert plain == render_sheet_text(view, "en", Look(100)).splitlines()


def test_ascii_where_the_terminal_speaks_nothing_else() -> None:
    """English words and numbers need no sign outside ASCII."""
    text = render_sheet_text(reading.sheet("koodrive", reading.AUTUMN), "en", Look(100, False, False))
    assert text.isascii(), sorted({sign for sign in text if not sign.isascii()})


def test_the_stamp_stands_at_both_ends() -> None:
    """A sheet whose prices are not real says so in its first and its last line; a published one does not."""
    lines = render_sheet_text(reading.sheet("koodrive"), "en").splitlines()
    assert lines[0].endswith("▨ ILLUSTRATIVE PRICES") and lines[-1] == "▨ ILLUSTRATIVE PRICES"
    assert "DRAFT PRICES" in render_sheet_text(reading.sheet("calls"), "en").splitlines()[0]
    assert "▨" not in render_sheet_text(reading.sheet("crates"), "en")


def test_a_control_character_of_a_title_does_not_reach_the_terminal() -> None:
    """What a book says cannot move the cursor or change colours."""
    assert plain_text("a\x1b[31mb\x9bc\nd\u2066e\u2069") == "a [31mb c de"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("", 5, [""]),
        ("   ", 5, [""]),
        ("abcdefgh ij", 4, ["abcd", "efgh", "ij"]),
        ("按小时计费", 4, ["按小", "时计", "费"]),
        ("GB 存储空间", 6, ["GB 存", "储空间"]),
        ("exact", 5, ["exact"]),
    ],
)
def test_wrapping(text: str, width: int, lines: list[str]) -> None:
    """Between words; between signs where a script has no words; inside a word only where it does not fit a line."""
    assert wrap(text, width) == lines


def test_rows_align_numbers_right_and_put_second_lines_below() -> None:
    """Text at the start, numbers at the end of their column, quiet lines under both."""
    columns = [TextColumn(10), TextColumn(8, True)]
    cells = [TextCell("10 users", "100 GB"), TextCell("19.00", "1,602.00")]
    assert row_lines(columns, cells, Look(20)) == ["10 users       19.00", "100 GB      1,602.00"]
