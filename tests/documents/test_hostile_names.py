"""Names as somebody hostile would write them come out as text in every format: no markup, no formula, no further row or element.

A format is compared with itself for a harmless name: what it is made of must be the same, and the name must be there to be read.
"""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import product

import pytest
from lxml import etree
from markdown_it import MarkdownIt
from pyarrow import parquet
from rich.cells import cell_len

from engine.documents.einvoice import e_invoice_problems, render_cii, render_factur_x, render_ubl
from engine.documents.focus import render_focus_csv
from engine.documents.focus_parquet import render_focus_parquet
from engine.documents.invoice_csv import NUMBERS, render_invoice_csv
from engine.documents.invoice_document import render_invoice_markdown, render_invoice_text
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_json import render_invoice_json
from engine.documents.invoice_xlsx import render_invoice_xlsx
from engine.documents.quote_csv import NUMBERS as QUOTE_NUMBERS
from engine.documents.quote_csv import render_quote_csv
from engine.documents.quote_xlsx import render_quote_xlsx
from engine.documents.terminal import Look
from engine.model.book import Party
from engine.model.texts import CONTROLS, Text, UnitTitle, without_controls
from engine.pricing import price_order
from tests.documents.formulas import runs
from tests.documents.invoice_tables import BOOK, INVOICES, ISSUES
from tests.documents.quote_book import ORDERS
from tests.documents.workbooks import read, texts
from tests.documents.written import render_quote_html, render_quote_markdown, render_quote_text
from tests.extent import one_in

HARMLESS = "Name"
NAMES = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;]]>",
    "formula": "=cmd|' /C calc'!A0",
    "formula-tab": "\t=1+1",
    "formula-full-width": "＝1+1",
    "formula-behind-blanks": "\u2060 \u00a0\u3000＝1+1",
    "override": "\u202egpj.exe\u2066\u2069\u202c end",
    "controls": "bell\x07 escape\x1b[31m unclosed\u2067 next\x85line",
    "lines": "one\r\ntwo\nthree",
    "markdown": "# **bold** [link](javascript:alert(1)) | pipe `code` ![x](http://e.example/x.png)",
    "list": "- 1. item",
    "heading": "=====",
    "number": "12. item",
    "template": "{{ 7*7 }}{% raw %}%(name)s {0} [bold red]red[/]",
    "rich-string": "<r><t>x</t></r>",
    "long": "x" * 10_000,
    "sheet-name": "[a]:b*?/\\'",
}  # fmt: skip
ISSUE = ISSUES["purchase"]
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


def world(name: str):
    """A book, an invoice and its issue in which everything that has a name has this one; a very long one only the customer and one item."""
    if len(name) > 1000:
        invoice, issue, book = world(HARMLESS)
        items = dict(book.items)
        items["basic-edition"] = replace(items["basic-edition"], title=Text({"en": name, "ar": name}))
        return replace(invoice, customer=replace(invoice.customer, name=name)), issue, replace(book, items=items)
    said, unit = Text({"en": name, "ar": name}), UnitTitle({"en": {"one": name, "other": name}})
    party = Party(name, (name, name), "DE", "DE123456789", "DE02120300000000202051", dict.fromkeys(("city", "reference", "phone", "registration"), name))
    party = replace(party, other=dict(party.other) | {"postcode": "10115", "email": "a@b.example"})
    items = {key: replace(each, title=said, specs=tuple(replace(spec, title=said) for spec in each.specs)) for key, each in BOOK.items.items()}
    book = replace(
        BOOK, title=said, seller=party, items=items, units={key: replace(each, title=unit) for key, each in BOOK.units.items()},
        billing_modes={key: replace(each, title=said) for key, each in BOOK.billing_modes.items()},
        taxes=tuple(replace(each, title=said) for each in BOOK.taxes),
        discounts={key: replace(each, title=said) for key, each in BOOK.discounts.items()},
    )  # fmt: skip
    lines = tuple(replace(line, subscription=name) for line in INVOICES["purchase"].lines)
    return replace(INVOICES["purchase"], lines=lines, customer=party, account=name), replace(ISSUE, number=name), book


def plain(text: str) -> str:
    """Without white space, marks of direction and controls that a format may set or drop: what is left must be the name's."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u00ad]+", "", text)


# ------------------------------------------------------------------------------------------------------------------ formats


class Page(HTMLParser):
    """The elements and the text of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.text: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs) -> None:
        self.elements[tag] += tag not in ("br", "wbr", "bdi", "span")
        self.attributes |= {name for name, _ in attrs}
        self.addresses |= {value for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data) -> None:
        self.text.append(data)


def of_html(name: str):
    return read_page(render_invoice_html(*world(name), "en", True))


def of_markdown(name: str):
    return read_page(MARKDOWN.render(render_invoice_markdown(*world(name), "en", True)))


def of_text(name: str):
    text = render_invoice_text(*world(name), "en", True, Look(80))
    widest = max(map(cell_len, text.splitlines()))
    assert widest <= 80
    return read_text(text)


def of_csv(name: str, render=render_invoice_csv, language=("en",), numbers=NUMBERS):
    rows = list(csv.DictReader(io.StringIO(render(*world(name), *language), newline="")))
    for row in rows:
        assert None not in row and None not in row.values()
        assert not [cell for column, cell in row.items() if column not in numbers and runs(cell)]
    return (len(rows), [sorted(key for key, value in row.items() if value) for row in rows]), "\n".join(v for row in rows for v in row.values()), None


def of_focus(name: str):
    return of_csv(name, render_focus_csv, (), {"BilledCost", "ContractedCost", "EffectiveCost", "ListCost", "PricingQuantity"})


def of_parquet(name: str):
    content, problems = render_focus_parquet(*world(name))
    assert not problems
    rows = parquet.read_table(io.BytesIO(content)).to_pylist()
    assert {row["BillingAccountName"] for row in rows} == {without_controls(name)}
    return len(rows), "\n".join(str(value) for row in rows for value in row.values()), None


def of_json(name: str):
    written = render_invoice_json(*world(name))
    assert not CONTROLS.search(written)
    data = json.loads(written)
    assert data["customer"]["name"] == name
    return None, "\n".join((data["customer"]["name"], data["account"], data["number"], data["lines"][0]["subscription"])), None


def of_xlsx(name: str):
    return read_workbook(render_invoice_xlsx(*world(name), "en"))


def of_xml(render):
    def made(name: str):
        invoice, issue, book = world(name)
        assert not e_invoice_problems(invoice, issue, book)
        tree = etree.fromstring(render(invoice, issue, book, "en"))
        return Counter(str(each.tag) for each in tree.iter()), "".join(tree.itertext()), None

    return made


def of_quote(render, read_it):
    """A quote of the same book; its order has no names of its own."""
    quote = price_order(BOOK, ORDERS["converted-and-taxed"])

    def made(name: str):
        return read_it(render(quote, world(name)[2]))

    return made


def read_page(markup: str | bytes):
    page = Page(markup if isinstance(markup, str) else markup.decode("utf-8"))
    assert not [each for each in page.attributes if each.startswith("on")]
    return +page.elements, "".join(page.text), page.addresses


def read_text(text: str):
    """What makes a line longer is no harm; what makes another one is."""
    controls = sorted(set(re.findall(r"[\x00-\x09\x0b-\x1f]", text)))
    assert not controls
    return None, text, None


def read_rows(text: str):
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert not [cell for row in rows for key, cell in row.items() if key not in QUOTE_NUMBERS and runs(cell)]
    return len(rows), "\n".join(value for row in rows for value in row.values()), None


def read_workbook(content: bytes):
    return {title: (len(rows), len(rows[0])) for title, rows in read(content).items()}, "\n".join(texts(content)), None


FORMATS = {
    "html": of_html, "md": of_markdown, "text": of_text, "csv": of_csv, "focus": of_focus, "focus-parquet": of_parquet, "json": of_json,
    "xlsx": of_xlsx, "ubl": of_xml(render_ubl), "cii": of_xml(render_cii),
    "quote html": of_quote(lambda quote, book: render_quote_html(quote, book, "en", True), read_page),
    "quote md": of_quote(lambda quote, book: MARKDOWN.render(render_quote_markdown(quote, book, "en", True)), read_page),
    "quote text": of_quote(lambda quote, book: render_quote_text(quote, book, "en", True, Look(80)), read_text),
    "quote csv": of_quote(lambda quote, book: render_quote_csv(quote, book, "en"), read_rows),
    "quote xlsx": of_quote(lambda quote, book: render_quote_xlsx(quote, book, "en"), read_workbook),
}  # fmt: skip


@cache
def harmless(form: str):
    return FORMATS[form](HARMLESS)


@pytest.mark.parametrize(("form", "name"), one_in(3, product(FORMATS, NAMES)))
def test_a_name_is_text_and_changes_nothing_around_it(form, name):
    made, text, addresses = FORMATS[form](NAMES[name])
    expected, _, allowed = harmless(form)
    assert made == expected
    assert addresses == allowed
    # Nothing of a name turns the direction of what stands beside it. Data for programs keeps the name, and escapes it.
    assert form == "json" or not CONTROLS.search(text)
    # Not `assert ... in ...`: the difference of two very long texts would take minutes to show.
    if plain(NAMES[name]) not in plain(text):
        pytest.fail(f"the name is not in the {form} to be read")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_is_one_in_each_language(language, name):
    page = Page(render_invoice_html(*world(NAMES[name]), language, False).decode("utf-8"))
    assert +page.elements == +Page(render_invoice_html(*world(HARMLESS), language, False).decode("utf-8")).elements


@pytest.mark.whole
def test_a_pdf_is_made_and_opens_nothing():
    """One document with all names, each in another place: setting a page takes seconds. What is in it is the page's text, seen above."""
    invoice, issue, book = world(NAMES["markup"])
    items = {
        key: replace(each, title=Text({"en": NAMES[name]})) for (key, each), name in zip(book.items.items(), ("formula", "lines", "template"), strict=False)
    }
    other = dict(book.seller.other) | {"city": NAMES["override"], "reference": NAMES["list"]}
    customer = replace(book.seller, name=NAMES["long"], address=(NAMES["formula-tab"], NAMES["rich-string"]), other=other)
    content, problems = render_factur_x(replace(invoice, customer=customer), issue, replace(book, items=items), "en")
    assert not problems and content.startswith(b"%PDF-1.7")
