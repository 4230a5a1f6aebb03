"""Sentences of a sheet hold for the book that they are about: whom, which items, how long and up to when (rule language, 3.8)."""

import re

import pytest

from engine.documents.sheet_json import sheet_data
from engine.model.formulas import text
from engine.sheet import build_sheet
from tests.documents.written import render_sheet_html, render_sheet_markdown, render_sheet_text
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
        (each.kind, text(each.formula), {name: str(each.facts[name]) for name in ("term", "used_up_to") if name in each.facts})
        for each in every
        if each.kind in ("payment-used", "fee") and not each.idle
    ]
    assert (found, str(quote.unsubscription.refund)) == (steps, refund)


# --- to which items a term's discount applies -----------------------------------------------------------------------------------

TERMS = """
units: {{x: {{title: thing}}}}
items:
  seat: {{title: Seat, unit: x, quantity: {{min: 1}}}}
  extra: {{title: Extra, unit: x}}
  setup: {{title: Setup, unit: x}}
  calls: {{title: Calls, unit: x, meter: {{measure: sum, window: period}}}}
billing_modes:
  plan: {{title: Plan, payment: prepaid, cycle: term, terms: [1 month, 1 year], items: {{seat: required, {others}}}}}
prices:
  - {{effective: 2026-01-01, billing_mode: plan, per: month, items: {{seat: 10.00}}}}
  {prices}
discounts:
  longer: {{title: Longer is cheaper, {discount}, by: term, tiers: [{{from: 1 year, percent_off: 20%}}]}}
discount_policy: [longer]
"""
PRICED = {
    "extra": "- {effective: 2026-01-01, billing_mode: plan, per: month, items: {extra: 1.00}}\n  ",
    "setup": "- {effective: 2026-01-01, billing_mode: plan, per: once, items: {setup: 50.00}}\n  ",
    "calls": "- {effective: 2026-01-01, billing_mode: plan, items: {calls: 0.10}}\n  ",
}
METERED = "calls: {presence: optional, payment: postpaid, cycle: month}"


@pytest.mark.parametrize(
    ("others", "discount", "prices", "sentence", "rows"),
    [
        ("extra: optional", "items: all", "", "Applies to every item.", [((), "0.8")]),
        # A set-up fee has no term, so it is not cheaper with a longer one; nor is use.
        ("setup: optional", "items: [seat]", "", "Applies to seat.", [(("seat",), "0.8")]),
        ("extra: optional, setup: optional", "items: [seat, extra]", "", "Applies to seat and extra.", [(("seat", "extra"), "0.8")]),
        (f"extra: optional, {METERED}", "items: all", "", "Applies to seat and extra.", [(("seat", "extra"), "0.8")]),
        (f"extra: optional, {METERED}", "items: [extra]", "", "", [(("seat",), "1"), (("extra",), "0.8")]),
        # Schools have no monthly price for a year: what an extra costs by term stands in its table alone.
        (
            "extra: optional", "items: all",
            "- {effective: 2026-01-01, billing_mode: plan, per: year, when: {country: DE}, items: {extra: 6.00}}",
            "Applies to seat.", [(("seat",), "0.8")],
        ),
        ("extra: optional", "items: all, until: 2026-09-01", "", "Applies to every item. Until 31 August 2026.", [((), "0.8")]),
        ("extra: optional", "items: all, lasts: 6 months", "", "Applies to every item. For 6 months.", [((), "0.9")]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("format_name", FORMATS)
def test_a_terms_discount_names_the_items_that_it_applies_to(others, discount, prices, sentence, rows, format_name):
    priced = "".join(entry for item, entry in PRICED.items() if f"{item}:" in others)
    book = book_of(TERMS.format(others=others, discount=discount, prices=priced + prices))
    page = told(book, format_name)
    assert sentence in page
    assert ("Applies to every item" in page) == ("every item" in sentence)
    assert "every item" in sentence or "Applies to" not in page.replace(sentence or "-", "")
    shown = [(row.items, str(row.pay.normalize())) for row in build_sheet(book, BEGIN).modes[0].terms_table if row.terms[-1].months == 12]
    assert shown == rows


@pytest.mark.parametrize(
    ("discount", "sentence"),
    [
        ("coupon: TEN, percent_off: 10%", "Ten: −10%. With its coupon, once an order."),
        ("coupon: TEN, lasts: 3 months, percent_off: 10%", "Ten: −10%. With its coupon. For 3 months."),
        ("coupon: TEN, lasts: forever, percent_off: 10%", "Ten: −10%. With its coupon. With renewals too."),
        ("coupon: TEN, items: [extra], percent_off: 10%", "With its coupon, once an order. On extra."),
        ("lasts: once, percent_off: 10%", "Ten: −10%. With the purchase, not with renewals."),
        ("percent_off: 10%", "Ten: −10%. Not together"),
    ],
)
def test_a_discount_says_how_long_it_is_given(discount, sentence):
    text = TERMS.format(others="extra: optional", discount="items: all", prices=PRICED["extra"])
    text = text.replace("discount_policy: [longer]", f"  ten: {{title: Ten, {discount}}}\ndiscount_policy: [{{best_of: [longer, ten]}}]")
    assert sentence in told(book_of(text))


# --- changes, allowances, roundings ---------------------------------------------------------------------------------------------

CHANGES = """
units: {{x: {{title: thing}}}}
items: {{seat: {{title: Seat, unit: x, quantity: {{min: 1}}}}}}
billing_modes: {{plan: {{title: Plan, payment: prepaid, cycle: term, terms: [1 month, 1 year], items: {{seat: required}}, spec_change: sc}}}}
prices: [{{effective: 2026-01-01, billing_mode: plan, per: month, items: {{seat: 10.00}}}}]
spec_changes:
  sc: {{supports: [expand, reduce], remaining: {{monthly: actual-days, yearly: actual-days, counts_from: same-day}}, {terms}}}
"""


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ("charge: difference", "charge = (new price − old price) × time left × (1 − discount as ordered)"),
        ("discount: none", "charge = (new price − old price less the discount as ordered) × time left"),
        ("discount: none, credit: {base: list}", "charge = (new price − old price) × time left"),
        ("credit: {base: list}", "charge = (new price less the discount as ordered − old price) × time left"),
        ("discount: current", "charge = (new price less the discount of that day − old price less the discount as ordered) × time left"),
        ("charge: full-difference, discount: current, credit: {base: list}", "charge = (new price less the discount of that day − old price) × whole term"),
        # Of a direction that keeps nothing of the rest, everything is said.
        (
            "charge: none, reduce: {charge: difference}",
            "Reducing or dropping items: charge = (new price − old price) × time left × (1 − discount as ordered). Time left is counted",
        ),
        ("price_period: round-up, reduce: {price_period: ordered}", "Reducing or dropping items: A remainder takes the price of the term that was ordered."),
        ("discount: none, reduce: {credit: {base: list}}", "Reducing or dropping items: charge = (new price − old price) × time left."),
    ],
)
def test_a_change_is_told_as_it_is_charged(terms, sentence):
    assert sentence in told(book_of(CHANGES.format(terms=terms)))


@pytest.mark.parametrize(
    ("window", "charge", "sentence"),
    [
        ("hour", "{unit_price: 2.00, allowance: 3}", "The first 3 thing in each hour are free."),
        ("day", "{unit_price: 2.00, allowance: 3}", "The first 3 thing on each day are free."),
        ("month", "{unit_price: 2.00, allowance: 3}", "The first 3 thing in each month are free."),
        ("hour", "{unit_price: 2.00, allowance: 3, applies_to: period-total}", "The first 3 thing in each billing period are free."),
        ("hour", "{unit_price: 2.00, allowance: 3, applies_to: period-total}", "free units count what each billing period adds up to."),
    ],
)
def test_an_allowance_says_how_often_it_is_given(window, charge, sentence):
    page = told(
        book_of(
            f"""
units: {{x: {{title: thing}}}}
items: {{level: {{title: Level, unit: x, meter: {{measure: max, window: {window}}}}}}}
billing_modes: {{use: {{title: Use, payment: postpaid, cycle: {window}, invoiced: month, items: {{level: optional}}}}}}
prices: [{{effective: 2026-01-01, billing_mode: use, per: hour, items: {{level: {charge}}}}}]
"""
        )
    )
    assert sentence in page


@pytest.mark.parametrize(
    ("rounding", "taxes", "sentence"),
    [
        ("{at: line, mode: down}", "", "Lines: down, to 2 decimals. Nothing else is rounded."),
        ("{at: invoice, mode: half-even}", "", "The invoice: half to even, to 2 decimals. Nothing else is rounded."),
        ("{at: quantity, places: 3, mode: up}", "", "Quantities: up, to 3 decimals. Lines: half up, to 2 decimals. Nothing else is rounded."),
        ("{at: line, mode: down}", "taxes: [{tax: vat, rate: 19%}]", "Lines: down, to 2 decimals. Taxes: half up, to 2 decimals. Nothing else is rounded."),
    ],
)
def test_every_rounding_is_told(rounding, taxes, sentence):
    """Lines that nothing rounds are rounded half up to the minor unit, and so is tax (rule language, 3.10, Taxes, and 8.11)."""
    basics = f"book: {{id: m, title: M, status: draft, currency: USD, timezone: UTC, rounding: {rounding}}}\n"
    assert sentence in told(book_of(SEATS.format(rows="{fee: 10%}") + taxes, basics))


TIERED = """
units: {{user: {{title: {{en: {{one: user, other: users}}}}}}}}
items: {{seat: {{title: Seat, unit: user, quantity: {{min: 1, step: 1}}}}}}
billing_modes: {{plan: {{title: Plan, payment: prepaid, cycle: term, terms: [1 month], items: {{seat: required}}}}}}
prices:
  - {{effective: 2026-01-01, billing_mode: plan, per: month, items: {{seat: {{{allowance}model: graduated, tiers: [{{up_to: 100, unit_price: 2.00{flat}}}, {{unit_price: 1.00}}]}}}}}}
"""


@pytest.mark.parametrize(
    ("allowance", "flat", "sentences", "untrue"),
    [
        # 200 users: 200.00 and 100.00; 100 of them 200.00.
        ("", "", ["Users 1 to 100", "200 users cost USD 300.00: on average 1.50 per user, against 2.00 at the end of the first tier."], "free"),
        # With 10.00 once: 100 users cost 210.00, 2.10 each.
        ("", ", flat: 10.00", ["200 users cost USD 310.00: on average 1.55 per user, against 2.10 at the end"], "free"),
        # 50 are free, so the first tier ends with user 150, who have cost 200.00: 1.3333 each. 300 cost 200.00 and 150.00.
        (
            "allowance: 50, ", "",
            ["The first 50 users are free. Tiers begin after them.", "The first 100 users", "300 users cost USD 350.00: on average 1.1667 per user, against 1.3333"],
            "Users 1 to 100",
        ),
    ],
)  # fmt: skip
def test_tiers_begin_where_they_are_said_to(allowance, flat, sentences, untrue):
    page = told(book_of(TIERED.format(allowance=allowance, flat=flat)))
    assert not [sentence for sentence in sentences if sentence.replace("USD ", "") not in page.replace("USD ", "")]
    assert untrue not in page


@pytest.mark.parametrize(
    ("more", "policy", "title"),
    [
        ("", "[longer]", "Longer is cheaper"),
        # Half off for everybody is no part of what a longer term saves, but of what is paid for it.
        ("  half: {title: Half, percent_off: 50%}\n", "[longer, half]", "What each term costs"),
        ("  half: {title: Half, when: {country: DE}, percent_off: 50%}\n", "[longer, half]", "Longer is cheaper"),
        ("  half: {title: Half, coupon: HALF, percent_off: 50%}\n", "[longer, half]", "Longer is cheaper"),
    ],
)
def test_the_terms_are_named_after_the_one_discount_that_makes_them_cheaper(more, policy, title):
    text = TERMS.format(others="extra: optional", discount="items: all", prices=PRICED["extra"])
    page = told(book_of(text.replace("discount_policy: [longer]", f"{more}discount_policy: {policy}")))
    assert f"{title} Share of the list price that is paid, by term." in page
    assert ("Longer is cheaper: −20% from 1 year." in page) == (title == "What each term costs")


# --- curves ---------------------------------------------------------------------------------------------------------------------

CURVED = """
units: {{call: {{title: call}}}}
items: {{calls: {{title: Calls, unit: call, quantity: {quantity}}}}}
billing_modes: {{plan: {{title: Plan, payment: prepaid, cycle: term, terms: [1 month], items: {{calls: optional}}}}}}
prices:
  - effective: 2026-01-01
    billing_mode: plan
    per: month
    items: {{calls: {{model: {model}, tiers: [{{up_to: {bound}, unit_price: {price}}}, {{unit_price: 0.20}}]{more}}}}}
"""


@pytest.mark.parametrize("model", ["graduated", "volume"])
@pytest.mark.parametrize(
    ("quantity", "bound", "price", "more", "points"),
    [
        ("{min: 1}", "10", "0.30", "", ["0", "10", "20"]),
        ("{min: 1}", "0", "0.30", "", ["0", "2"]),
        ("{min: 1, max: 15}", "10", "0.30", "", ["0", "10", "15"]),
        ("{min: 1}", "0", "0.30", ", allowance: 5", ["0", "5", "10"]),
        ("{min: 1, max: 6}", "10", "0.30", ", allowance: 5", ["0", "5", "6"]),
        # All that may be ordered is free: nothing rises, so nothing is drawn.
        ("{min: 1, max: 5}", "10", "0.30", ", allowance: 5", []),
        ("{min: 1, max: 3}", "10", "0.30", ", allowance: 5", []),
        ("{min: 1, max: 10}", "10", "0", "", []),
    ],
)
def test_a_curve_goes_from_nothing_to_what_is_charged(model, quantity, bound, price, more, points):
    book = book_of(CURVED.format(quantity=quantity, bound=bound, more=more, model=model, price=price))
    (mode,) = sheet_data(build_sheet(book, BEGIN))["modes"]
    found = [point["quantity"] for curve in mode["curves"] for point in curve["points"]]
    assert found == sorted(found, key=int) and list(dict.fromkeys(found)) == points
    for format_name in FORMATS:
        assert "Calls" in told(book, format_name)
