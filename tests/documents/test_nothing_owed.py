"""A document never says both that nothing is owed and that an amount is due; what the sum is depends on the book, the number and the sign."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.billing import issue
from engine.documents.einvoice import render_cii, render_ubl
from engine.documents.format import formatter
from engine.documents.invoice_document import render_invoice_markdown, render_invoice_text
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_view import view_of
from engine.documents.invoice_xlsx import render_invoice_xlsx
from engine.model.book import Party
from engine.values.periods import parse_duration
from tests.billing.test_adjustments import invoice
from tests.billing.test_refunds import TAXES, book
from tests.documents.workbooks import read

SELLER = Party("Shop GmbH", ("1 Example Street",), "DE", "DE123456789", "DE02120300000000202051", {"city": "Berlin"})
PLAN = "{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}"
GIVEN = {"owed": [], "nothing": ["{date: 2026-03-20, adjust: {title: Goodwill, amount: -20.00, like: plan}}"], "back": ["{date: 2026-03-20, adjust: {title: Goodwill, amount: -50.00, like: plan}}"]}  # fmt: skip


def made(sum_: str, status: str, number: str | None):
    sold = replace(book(taxes=TAXES), status=status, seller=SELLER, payment_terms=parse_duration("30 days"))
    found = invoice(GIVEN[sum_], events=[PLAN], taxes=TAXES)
    return found, issue(sold, found, number, date(2026, 4, 1)), sold


@pytest.mark.parametrize(
    ("sum_", "status", "number", "label"),
    [
        ("owed", "published", "1", "Amount due by 1 May 2026"),
        ("owed", "published", None, "Amount of the draft"),
        ("owed", "draft", "1", "Amount of the draft"),
        ("owed", "illustrative", "1", "Amount of the specimen"),
        ("owed", "illustrative", None, "Amount of the draft"),
        ("nothing", "published", "1", "Nothing is to be paid"),
        ("nothing", "draft", "1", "Amount of the draft"),
        ("back", "published", "1", "Amount in your favour"),
        ("back", "illustrative", "1", "Amount of the specimen"),
    ],
)
def test_every_format_says_the_same_of_the_sum(sum_, status, number, label):
    """A month of 20.00 at 19%; the same given back; 50.00 given back."""
    found, issued, sold = made(sum_, status, number)
    assert found.gross == {"owed": Decimal("23.80"), "nothing": 0, "back": Decimal("-35.70")}[sum_]
    texts = [
        render_invoice_text(found, issued, sold, "en"),
        render_invoice_markdown(found, issued, sold, "en"),
        render_invoice_html(found, issued, sold, "en").decode(),
    ]
    asked = label.startswith("Amount due")
    for text in texts:
        plain = text.replace("\u00a0", " ").replace("\u2068", "").replace("\u2066", "").replace("\u2069", "")
        assert label in plain
        assert ("Amount due" in plain) == asked and ("DE02 1203" in plain) == asked and ("30 days, net" in plain) == asked
        assert not ("nothing to pay" in plain and asked)
    cells = [cell for sheet in read(render_invoice_xlsx(found, issued, sold, "en")).values() for row in sheet for cell in row]
    assert label in cells and any(str(cell).startswith("Amount due") for cell in cells) == asked


def test_what_comes_to_nothing_is_due_on_no_day():
    assert made("nothing", "published", "1")[1].due is None
    assert made("owed", "published", "1")[1].due == date(2026, 5, 1) == made("back", "published", "1")[1].due


@pytest.mark.parametrize("status", ["draft", "illustrative"])
def test_an_e_invoice_of_prices_that_are_not_real_asks_for_no_money(status):
    found, issued, sold = made("owed", status, "1")
    said = "A draft: nothing to pay." if status == "draft" else "A specimen: nothing to pay."
    for content in (render_ubl(found, issued, sold), render_cii(found, issued, sold)):
        assert said.encode() in content and b"DE02120300000000202051" not in content and b"2026-05-01" not in content and b"20260501" not in content


@pytest.mark.parametrize("language", ["en", "zh", "ar", "de", "ja"])
def test_in_every_language_a_line_by_hand_says_that_it_has_no_list_price(language):
    found, issued, sold = made("nothing", "published", "1")
    words = formatter(language)
    view = view_of(found, issued, sold, words, True)
    line = view.groups[-1].lines[0]
    assert line.rate.price == "" and words.words.gettext("entered by hand, without a list price") in line.details
    assert view.annex[-1].identity == words.words.gettext("Entered by hand: there is no list price.")
