"""Sentences of a sheet hold for the book that they are about: whom, which items, how long and up to when (rule language, 3.8)."""

import re

import pytest

from engine.documents.html import render_sheet_html
from engine.documents.sheet_json import sheet_data
from engine.documents.sheet_markdown import render_sheet_markdown
from engine.documents.sheet_text import render_sheet_text
from engine.sheet import build_sheet
from tests.sheet.small_books import BEGIN, book_of, quote_of

FORMATS = {
    "text": render_sheet_text,
    "markdown": render_sheet_markdown,
    "html": lambda view, language: render_sheet_html(view, language).decode(),
}


def told(book, format_name: str = "text", language: str = "en") -> str:
    """The sheet with its lines joined and without its marks, so that a sentence is found wherever it was broken."""
    text = FORMATS[format_name](build_sheet(book, BEGIN), language)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>|[*│⁦-⁩]", " ", text))


# --- fees -----------------------------------------------------------------------------------------------------------------------

SEATS = """
units: {{x: {{title: thing}}}}
items: {{seat: {{title: Seat, unit: x, quantity: {{min: 1}}}}}}
billing_modes:
  plan: {{title: Plan, payment: prepaid, cycle: term, terms: [1 month, 1 year, 2 years], items: {{seat: required}}, cancellation: ca}}
prices: [{{effective: 2026-01-01, billing_mode: plan, per: month, items: {{seat: 10.00}}}}]
cancellations: {{ca: {{consumed: {{by: time-used, of: paid, count: day, part: down}}, fee: [{rows}]}}}}
"""


@pytest.mark.parametrize(
    ("rows", "sentences", "untrue"),
    [
        ("{consumed_times: 150%}", ["The used share counts 150%. ", "There is no fee."], ["used for"]),
        (
            "{used_up_to: 30 days, consumed_times: 150%}",
            ["Used for up to 30 days: the used share counts 150%.", "There is no fee."],
            ["– The used share counts 150%"],
        ),
        (
            "{term: 2 years, used_up_to: 6 months, consumed_times: 150%}, {term: 2 years, consumed_times: 120%, fee: 5%}, {fee: 10%}",
            [
                "Term of 2 years, used for up to 6 months: the used share counts 150%.",
                "Term of 2 years, used for more than 6 months: the used share counts 120%.",
            ],
            ["The used share counts 1", "There is no fee"],
        ),
        (
            "{used_up_to: 10 days, consumed_times: 200%}, {used_up_to: 20 days, consumed_times: 150%}, {fee: 10%}",
            [
                "Used for up to 10 days: the used share counts 200%.",
                "Used for more than 10 days, up to 20 days: the used share counts 150%.",
            ],
            ["There is no fee", "The fee is"],
        ),
        # The first row that matches counts: the second says nothing of terms of a year.
        (
            "{term: 1 year, fee: 5%}, {used_up_to: 30 days, consumed_times: 150%}",
            ["Term of 1 month or 2 years, used for up to 30 days: the used share counts 150%."],
            ["There is no fee"],
        ),
        ("{used_up_to: 30 days, fee: 10%}", ["Up to 30 days", "Later"], ["The fee is 10%", "There is no fee"]),
        ("{fee: 10%}", ["The fee is 10% of the amount paid."], ["There is no fee", "Later"]),
        ("{term: 1 year, fee: 0%}, {fee: 0%}", ["There is no fee."], ["Later"]),
    ],
)
@pytest.mark.parametrize("format_name", FORMATS)
def test_a_fee_is_told_with_its_bounds(rows, sentences, untrue, format_name):
    page = told(book_of(SEATS.format(rows=rows)), format_name)
    for sentence in sentences:
        assert sentence in page
    for sentence in untrue:
        assert sentence not in page


def test_fees_and_multiples_stand_in_json():
    data = sheet_data(build_sheet(book_of(SEATS.format(rows="{used_up_to: 30 days, consumed_times: 150%}, {fee: 5%}")), BEGIN))
    (row, *_), columns = data["policies"]["cancellations"][0]["fees"]["rows"], data["policies"]["cancellations"][0]["fees"]["columns"]
    assert columns == ["30 days", None]
    assert row == {"terms": ["1 month", "1 year", "2 years"], "fees": ["0", "0.05"], "consumed_times": ["1.5", None]}


@pytest.mark.parametrize(
    ("left", "steps", "refund"),
    [
        # 120.00 - 120.00 x 19/365 x 150% = 110.630...
        ("2026-01-20", [("payment-used", "120.00 × 19 ÷ 365 × 150%", {"used_up_to": "30 days"})], "110.63"),
        # 120.00 - 120.00 x 70/365 - 10% of 120.00 = 84.986...
        ("2026-03-12", [("payment-used", "120.00 × 70 ÷ 365", {}), ("fee", "120.00 × 10%", {"term": "1 year"})], "84.99"),
    ],
)
def test_the_steps_of_a_refund_name_the_bounds_of_their_row(left, steps, refund):
    book = book_of(SEATS.format(rows="{used_up_to: 30 days, consumed_times: 150%}, {term: 1 year, fee: 10%}"))
    quote = quote_of(book, f"{{date: 2026-01-01, billing_mode: plan, term: 1 year, items: {{seat: 1}}, unsubscribe: {{date: {left}}}}}")
    every = [each for step in quote.unsubscription.trace for each in (step, *step.children)]
    found = [
        (each.kind, each.formula, {name: str(each.facts[name]) for name in ("term", "used_up_to") if name in each.facts})
        for each in every
        if each.kind in ("payment-used", "fee") and not each.idle
    ]
    assert (found, str(quote.unsubscription.refund)) == (steps, refund)
