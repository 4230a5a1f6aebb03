"""The price sheet as Markdown: tables that are tables, and nothing a book says becomes markup."""

import re
from dataclasses import replace

import pytest

from engine.documents.markdown import markdown_line
from engine.model.texts import Text
from tests.documents.written import render_sheet_markdown
from tests.sheet import reading

CELLS = re.compile(r"(?<!\\)\|")


@pytest.mark.parametrize("language", ["en", "zh", "ar", "de", "ja"])
@pytest.mark.parametrize("name", ["koodrive", *reading.ODD])
def test_every_table_has_one_number_of_cells(name: str, language: str) -> None:
    """Each row has as many cells as its head."""
    text = render_sheet_markdown(reading.sheet(name, reading.AUTUMN), language)
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({len(CELLS.findall(row)) for row in table.splitlines()}) == 1, table


def test_the_stamp_comes_before_any_price() -> None:
    """A sheet whose prices are not real says so under its title."""
    text = render_sheet_markdown(reading.sheet("koodrive"), "en")
    assert text.index("> **Illustrative prices**") < text.index("19.00")
    assert "> **" not in render_sheet_markdown(reading.sheet("crates"), "en")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a | b", r"a \| b"),
        ("<script>", r"\<script\>"),
        ("[x](http://y)", r"\[x\](http://y)"),
        ("1. first", r"1\. first"),
        ("1.992", "1.992"),
        ("- item", r"\- item"),
        ("-", r"\-"),
        ("−17%", "−17%"),
        ("two\nlines", "two lines"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
        ("# head", r"\# head"),
    ],
)
def test_what_a_book_says_is_not_markup(text: str, written: str) -> None:
    """Signs that would begin a list, a link, a tag or a cell are written as themselves."""
    assert markdown_line(text) == written


def test_a_title_cannot_break_its_table() -> None:
    """A pipe and a line feed in an item's title stay inside their cell."""
    view = reading.sheet("gym")
    names = replace(view.names, items=dict(view.names.items) | {"locker": Text({"en": "Lock|er\n| x | y |"})})
    text = render_sheet_markdown(replace(view, names=names), "en")
    assert r"**Lock\|er \| x \| y \|**" in text
