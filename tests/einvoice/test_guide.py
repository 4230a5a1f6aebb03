"""The page on e-invoices says what the program does: categories, their texts and needs, and every code."""

import re
from pathlib import Path

import pytest

from engine.diagnostics import CODES
from engine.documents.einvoice.codes import CATEGORIES, unit_code
from engine.documents.einvoice.words import exemption_words, words_of
from tests.einvoice.einvoice_tables import BOOK

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "e-invoices.md").read_text(encoding="utf-8")
ROWS = {cells[0]: cells for cells in ([cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|"))}


def test_every_category_has_its_row_and_none_is_left_over():
    assert [name for name in ROWS if re.fullmatch("[A-Z]{1,2}", name)] == list(CATEGORIES)


@pytest.mark.parametrize("name", CATEGORIES)
def test_a_row_says_rate_reason_and_needs(name):
    kind, (_, _, rate, reason, needs) = CATEGORIES[name], ROWS[name]
    assert rate == ("none" if name == "O" else "above 0" if kind.rated == "above" else "0")
    assert (exemption_words(name, words_of(BOOK, "en")) in reason) if kind.exempts else reason == ""
    assert ("VAT number" in needs.partition(";")[0] or "both" in needs) if kind.seller == "vat" else True
    assert bool(kind.buyer) == ("buyer" in needs or "both" in needs)


def test_every_code_is_explained():
    assert [name for name in ROWS if re.fullmatch("Q[0-9]{3}", name)] == [code for code in CODES if "Q740" <= code <= "Q749"]


def test_the_units_of_the_page_are_those_of_the_table():
    assert (unit_code("GB"), unit_code("hour"), unit_code("user"), unit_code("edition")) == ("E34", "HUR", "C62", "C62")
    assert "GB is E34, hour HUR" in PAGE and "C62, one" in PAGE
