"""Views of a quote: the same numbers in every format, laid out as the picture shows, word for word as the golden files.

To accept a change on purpose: delete the golden file and run the tests twice; look at what was written before committing it.
"""

import csv
import io
import json
import re
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len

from engine.documents.quote_csv import render_quote_csv
from engine.documents.quote_json import quote_data, render_quote_json
from engine.documents.terminal import Look
from engine.pricing import price_order
from engine.resources import schema_bytes
from tests.documents.quote_book import BOOK, ORDERS
from tests.documents.written import render_quote_html, render_quote_markdown, render_quote_text

GOLDEN = Path(__file__).parent / "golden"
QUOTES = {name: price_order(BOOK, order) for name, order in ORDERS.items()}
ANSI = re.compile(r"\x1b\[[0-9;]*m")

RENDERED = {
    "quote-picture-100.txt": lambda: render_quote_text(QUOTES["picture"], BOOK, "en", True, Look(100)),
    "quote-picture-80-ascii.txt": lambda: render_quote_text(QUOTES["picture"], BOOK, "en", True, Look(80, unicode=False)),
    "quote-converted-100.txt": lambda: render_quote_text(QUOTES["converted-and-taxed"], BOOK, "en", True, Look(100)),
    "quote-converted-80.txt": lambda: render_quote_text(QUOTES["converted-and-taxed"], BOOK, "en", True, Look(80)),
    "quote-converted.md": lambda: render_quote_markdown(QUOTES["converted-and-taxed"], BOOK, "en", True),
    "quote-converted.csv": lambda: render_quote_csv(QUOTES["converted-and-taxed"], BOOK, "en").replace("\r\n", "\n"),
    "quote-converted.json": lambda: render_quote_json(QUOTES["converted-and-taxed"], BOOK),
}


@pytest.mark.parametrize("name", RENDERED)
def test_a_view_is_what_the_golden_file_holds(name):
    rendered, golden = RENDERED[name](), GOLDEN / name
    if not golden.exists():
        golden.write_text(rendered, encoding="utf-8")
        pytest.fail(f"{golden.name} was missing and has been written: look at it")
    assert rendered == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [100, 80, 60, 40])
@pytest.mark.parametrize("language", ["en", "zh", "ja", "de"])
@pytest.mark.parametrize("name", QUOTES)
def test_no_line_is_wider_than_the_terminal(name, language, width):
    text = render_quote_text(QUOTES[name], BOOK, language, True, Look(width))
    assert max(map(cell_len, text.splitlines())) <= width


def test_colour_changes_no_column_and_ascii_no_word():
    plain = render_quote_text(QUOTES["picture"], BOOK, "en", True, Look(100))
    coloured = render_quote_text(QUOTES["picture"], BOOK, "en", True, Look(100, colour=True))
    assert ANSI.sub("", coloured) == plain
    assert "\x1b[" in coloured and "\x1b[" not in plain
    assert render_quote_text(QUOTES["picture"], BOOK, "en", True, Look(100, unicode=False)).isascii()


@pytest.mark.parametrize("name", QUOTES)
def test_json_follows_its_schema_and_adds_up(name):
    data = quote_data(QUOTES[name], BOOK)
    jsonschema.Draft7Validator(json.loads(schema_bytes("quote"))).validate(json.loads(json.dumps(data)))
    for line in data["lines"]:
        parts = [Decimal(line[field]) for field in ("list_amount", "discount_amount", "rounding_amount", "amount")]
        assert parts[0] - parts[1] - parts[2] == parts[3]
    assert sum(Decimal(line["amount"]) for line in data["lines"]) == Decimal(data["totals"]["net"])
    assert Decimal(data["totals"]["net"]) + Decimal(data["totals"]["tax"]) == Decimal(data["totals"]["gross"])


def test_json_holds_no_binary_number():
    def numbers(value):
        if isinstance(value, dict):
            return [found for part in value.values() for found in numbers(part)]
        if isinstance(value, list):
            return [found for part in value for found in numbers(part)]
        return [value] if isinstance(value, float) else []

    assert numbers(quote_data(QUOTES["picture"], BOOK)) == []


def test_csv_disarms_text_that_a_spreadsheet_would_run_and_no_number():
    rows = list(csv.DictReader(io.StringIO(render_quote_csv(QUOTES["picture"], BOOK, "en"))))
    assert rows[2]["title"] == "'=Storage | expansion_package"
    assert [row["amount"] for row in rows] == ["886.44", "3017.88", "244.02", "4148.34", "4148.34"]


def test_markdown_keeps_the_books_words_out_of_the_markup():
    text = render_quote_markdown(QUOTES["picture"], BOOK, "en")
    assert "=Storage \\| expansion\\_package" in text


@pytest.mark.parametrize("language", ["en", "ar"])
def test_html_is_one_safe_page_that_shows_every_amount(language):
    page = render_quote_html(QUOTES["converted-and-taxed"], BOOK, language, explain=True).decode("utf-8")
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    assert all(amount in page for amount in ("886.44", "3,017.88", "713.93", "4,618.25", "877.47", "5,495.72"))
    # The name of SVG's namespace is no address that anything is fetched from.
    assert "<script" not in page and set(re.findall(r"https?://[^\s\"'<)]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert page == render_quote_html(QUOTES["converted-and-taxed"], BOOK, language, explain=True).decode("utf-8")
