"""Views of an invoice: the same amounts in every format and language, laid out as the pictures show, as the golden files hold.

To accept a change on purpose: run with PRICEBOOK_WRITE_GOLDEN=1, and look at what was written before committing it.
"""

import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.documents.format import formatter, without_isolates
from engine.documents.invoice_document import render_invoice_markdown, render_invoice_text
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_view import view_of
from engine.documents.terminal import Look
from engine.documents.translations import LANGUAGES
from engine.model.book import Party
from engine.model.invoices import Invoice, Issue
from engine.values.exact import add, subtract, total
from tests.documents.invoice_book import CREDIT, DRAFT, ISSUE, book, credit_note, invoice

GOLDEN = Path(__file__).parent / "golden"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = "</style><script>alert(1)</script>\u202eevil | `code` **bold** =cmd|' /C calc'!A0\u2069"
AMOUNT = re.compile(r"[+−]?\d{1,3}(?:,\d{3})*\.\d{2,}")


@cache
def sample(name: str) -> tuple[Invoice, Issue]:
    return {
        "invoice": lambda: (invoice(), ISSUE),
        "credit": lambda: (credit_note(), CREDIT),
        "draft": lambda: (invoice(), DRAFT),
    }[name]()


def html(name: str, language: str = "en", explain: bool = True) -> str:
    return render_invoice_html(*sample(name), book(), language, explain).decode("utf-8")


def text(name: str, language: str = "en", explain: bool = True, look: Look = Look()) -> str:
    return render_invoice_text(*sample(name), book(), language, explain, look)


def markdown(name: str, language: str = "en", explain: bool = True) -> str:
    return render_invoice_markdown(*sample(name), book(), language, explain)


def body(page: str) -> str:
    """The page without its styles and fonts: what the golden file holds."""
    return re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


RENDERED = {
    "invoice-en-100.txt": lambda: text("invoice"),
    "invoice-en-80-ascii.txt": lambda: text("invoice", look=Look(80, unicode=False)),
    "invoice-credit-80.txt": lambda: text("credit", look=Look(80)),
    "invoice-de.md": lambda: markdown("invoice", "de"),
    "invoice-credit-zh.md": lambda: markdown("credit", "zh"),
    "invoice-en.html": lambda: body(html("invoice")),
    "invoice-credit-ar.html": lambda: body(html("credit", "ar")),
}


@pytest.mark.parametrize("name", RENDERED)
def test_a_view_is_what_the_golden_file_holds(name):
    rendered, golden = RENDERED[name](), GOLDEN / name
    if os.environ.get("PRICEBOOK_WRITE_GOLDEN"):
        golden.write_text(rendered, encoding="utf-8")
    assert rendered == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["invoice", "credit"])
def test_every_format_shows_the_same_amounts(name, language):
    made, issue = sample(name)
    view = view_of(made, issue, book(), formatter(language), True)
    wanted = [line.amount for group in view.groups for line in group.lines] + [view.net, view.tax, view.gross, view.due]
    page = re.sub(r"<[^>]+>", "", html(name, language))
    for shown in (page, text(name, language), markdown(name, language)):
        plain = without_isolates(shown).replace("\u00a0", " ").replace("\\", "")
        assert [each for each in wanted if without_isolates(each).replace("\u00a0", " ") not in plain] == []
    assert len(view.annex) == len(made.lines)


def test_a_line_adds_up_on_paper_and_the_annex_says_so():
    made, issue = sample("invoice")
    view = view_of(made, issue, book(), formatter("en"), True)
    for line, explanation in zip(made.lines, view.annex, strict=True):
        assert subtract(subtract(line.list_amount, line.discount_amount), line.rounding_amount) == line.amount
        assert explanation.identity.endswith(f"= {explanation.amount}")
    storage = view.annex[-2]
    assert storage.identity.endswith("17.4288 − 0.00 + 0.0012 = 17.43")
    assert "0.0012" not in view.groups[1].lines[0].details, "digits before rounding belong to the annex"


def test_lines_stand_under_their_subscription_and_say_what_they_are_for():
    view = view_of(*sample("invoice"), book(), formatter("en"), False)
    assert [(group.title, group.about.split(",")[0]) for group in view.groups] == [
        ("Yearly/Monthly", "subscription KD-2041"), ("Pay-per-use", "subscription KD-2077"),
    ]  # fmt: skip
    bought, once, grown = (view.groups[0].lines[index] for index in (0, 3, 4))
    assert (bought.details, bought.rate.price, bought.rate.per, bought.discount) == ("50\u00a0users, 500\u00a0GB", "89.00", "a month", "17%")
    assert bought.period == ("1\u00a0Mar\u00a02026", " – 1\u00a0Mar\u00a02027")
    assert once.period == ("1\u00a0Mar\u00a02026", ""), "what is charged once is for no length of time"
    assert "before: 700\u00a0GB" in grown.details and not view.annex


def test_every_note_leads_to_a_rule():
    page = html("invoice")
    led = set(re.findall(r'href="#(rule-\d+)"', page))
    assert led and led == set(re.findall(r'<li id="(rule-\d+)"', page))
    assert all(name in page for name in ("longer-term", "prorated-difference", "vat-de-reduced", "pay-per-use"))


def test_a_credit_note_is_called_so_and_shows_positive_amounts():
    made, issue = sample("credit")
    assert made.gross < 0
    view = view_of(made, issue, book(), formatter("en"), False)
    assert view.name == "Credit note" and "2026-000417" in dict(view.facts)["Corrects"]
    assert not [amount for amount in (view.net, view.tax, view.gross, view.due) if "−" in amount]
    mirrored = [without_isolates(formatter("en").amount(-line.amount, "EUR")) for line in made.lines]
    assert [line.amount for group in view.groups for line in group.lines] == mirrored
    assert view.due_label == "Amount of the specimen" and "IBAN" not in dict(view.payment)
    real = view_of(made, issue, replace(book(), status="published"), formatter("en"), False)
    assert real.due_label == "Amount in your favour" and "IBAN" not in dict(real.payment)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_says_so_and_asks_for_no_money(language):
    view = view_of(*sample("draft"), book(), formatter(language), False)
    assert view.notices and view.notices[0] in html("draft", language, False)
    assert "IBAN" not in dict(view.payment)
    assert text("draft", language, False).count("DE02") == 0


@pytest.mark.parametrize(("status", "words"), [("illustrative", "Illustrative prices"), ("draft", "Draft prices"), ("published", "")])
def test_the_stamp_is_that_of_the_book(status, words):
    made = invoice(status=status)
    page = render_invoice_html(made, ISSUE, book(status), "en").decode()
    others = [render_invoice_text(made, ISSUE, book(status), "en"), render_invoice_markdown(made, ISSUE, book(status), "en")]
    assert page.count('class="hatch"') == bool(words) and ('class="stamp"' in page) == bool(words)
    assert all((words.lower() in each.lower()) if words else ("nothing is owed" not in each.lower()) for each in [page, *others])


def test_a_tax_of_nothing_says_why():
    view = view_of(invoice(country="FR"), ISSUE, book(), formatter("en"), False)
    assert [(tax.title, tax.about, tax.amount) for tax in view.taxes] == [("VAT 0%", "reverse charge: the buyer owes the tax", "0.00")]


def test_an_invoice_without_taxes_and_one_without_lines():
    untaxed = view_of(invoice(country="CH"), ISSUE, book(), formatter("en"), False)
    assert untaxed.net == untaxed.gross
    assert [(tax.title, tax.about) for tax in untaxed.taxes] == [("No tax", "no tax of the price book applies to this customer")]
    empty = invoice("{date: 2026-03-01, purchase: {term: 1 year, items: {handbook: 1}}}", month=5, hours=0)
    for language in LANGUAGES:
        assert b"0.00" in render_invoice_html(empty, ISSUE, book(), language, True).replace(b"0,00", b"0.00")
        assert render_invoice_text(empty, ISSUE, book(), language, True)
        assert render_invoice_markdown(empty, ISSUE, book(), language, True)
    page = body(render_invoice_html(empty, ISSUE, book(), "en").decode())
    assert "Nothing is owed for May 2026." in page and 'class="lines"' not in page


def test_an_adjustment_says_which_period_it_corrects():
    made, issue = sample("invoice")
    adjusted = replace(made, lines=(replace(made.lines[0], bill_type="adjustment-charge", corrects=(made.start, made.end)),))
    view = view_of(adjusted, issue, book(), formatter("en"), True)
    assert "corrects 1 March 2026 to 31 March 2026" in view.groups[0].lines[0].details
    assert view.rules[0].text.startswith("Correction of an earlier invoice")


def test_the_digests_of_book_and_usage_are_on_every_document():
    made, issue = sample("invoice")
    used = replace(made, usage_digest="1d90b7c2" * 8)
    views = [
        render_invoice_html(used, issue, book(), "en").decode(),
        render_invoice_markdown(used, issue, book(), "en"),
        render_invoice_text(used, issue, book(), "en"),
    ]
    assert all(f"sha256:{digest}" in view for view in views for digest in (made.book_digest, used.usage_digest))


@pytest.mark.parametrize("width", [100, 80, 60, 40])
@pytest.mark.parametrize("language", ["en", "zh", "ja", "de"])
@pytest.mark.parametrize("name", ["invoice", "credit", "draft"])
def test_no_line_is_wider_than_the_terminal(name, language, width):
    assert max(map(cell_len, text(name, language, look=Look(width)).splitlines())) <= width


def test_colour_changes_no_column_and_ascii_no_word():
    assert ANSI.sub("", text("invoice", look=Look(colour=True))) == text("invoice")
    assert text("invoice", look=Look(unicode=False)).isascii()


@pytest.mark.parametrize("name", [HOSTILE, "x" * 10_000, "A long name " * 833, "=SUM(A1)", "\u202e\u2066\u2067", "\u0634\u0631\u0643\u0629 5"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_names_are_text_and_whole_in_every_format(name, language):
    made, issue = sample("invoice")
    named = replace(made, customer=Party(name, (name,), "DE", "DE1"), account="acme")
    page = render_invoice_html(named, issue, book(), language).decode()
    shown = re.sub(r"<wbr>", "", page)
    assert "<script" not in page and page.count("</style>") == 1
    if name.startswith("x"):
        assert name in shown and name in render_invoice_markdown(named, issue, book(), language).replace("\\", "")
    lines = render_invoice_text(named, issue, book(), language, False, Look(80)).splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert "\x1b" not in "".join(lines)


def test_the_same_invoice_gives_the_same_bytes():
    again = render_invoice_html(invoice(), ISSUE, book(), "ar", True)
    assert again == render_invoice_html(*sample("invoice"), book(), "ar", True)


def test_the_totals_are_those_of_the_lines():
    made, _ = sample("invoice")
    assert total(line.amount for line in made.lines) == made.net and add(made.net, made.tax) == made.gross
