"""Fine print of changes, taxes, windows, estimates and output; docstrings are sentences of the rule language, 3.10."""

import json
from decimal import Decimal as D
from fractions import Fraction

from engine.documents.quote_json import render_quote_json
from engine.review.examples import run_examples
from tests.pricing.fine_print import loaded, plan, quote, reads, refusals, shop, total, use


def test_unsupported_line():
    """Changes: one unsupported line refuses the whole change"""
    order = use({"hour": 10}, "10 hours", change={"date": "2026-03-01T05:00", "items": {"hour": 20, "call": 5}})
    reads(refusals(shop(), order), ["spec-change-not-supported"], [])


def taxed(*rows, **more):
    return shop(taxes=[{"id": f"row-{n}"} | row for n, row in enumerate(rows, 1)], **more)


def tax(book, items, **attributes):
    return quote(book, plan(items, attributes=attributes) if attributes else plan(items)).totals.tax


def test_rows_compete():
    """Taxes: rows of one `tax` compete as prices do"""
    book = taxed({"tax": "vat", "rate": "10%"}, {"tax": "vat", "rate": "20%", "when": {"country": "DE"}, "effective": "2020-01-01"})
    reads(tax(book, {"seat": 10}, country="DE"), "20", "30")
    reads(tax(book, {"seat": 10}, country="FR"), "10", "0")


def test_taxes_add():
    """Taxes: different `tax`es add up"""
    reads(tax(taxed({"tax": "state", "rate": "10%"}, {"tax": "city", "rate": "5%"}), {"seat": 10}), "15", "10")


def test_compound():
    """Taxes: `compound_on: [gst]` computes on net plus those"""
    book = taxed({"tax": "gst", "rate": "5%"}, {"tax": "pst", "rate": "7%", "compound_on": ["gst"]})
    reads(tax(book, {"seat": 10}), "12.35", "12")


def test_items_limit():
    """Taxes: `items:` limits a row"""
    reads(tax(taxed({"tax": "vat", "rate": "10%", "items": ["disk"]}), {"seat": 10, "disk": 1000}), "10", "20")


def test_category():
    """Taxes: `category` and rate group the totals"""
    rows = [
        {"tax": "vat", "rate": "19%", "items": ["seat"], "category": "S"},
        {"tax": "vat", "rate": "19%", "items": ["disk"], "category": "A"},
    ]
    found = quote(taxed(*rows), plan({"seat": 1, "disk": 100}))
    reads([row.amount for row in found.taxes], ["1.90", "1.90"], ["3.80"])


CHEAP = {"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "items": {"seat": D("1.03"), "disk": D("1.03")}}


def test_tax_once():
    """Taxes: tax is rounded once per tax, category and rate"""
    book = taxed({"tax": "vat", "rate": "19%"})
    book["prices"] = [*book["prices"], CHEAP]
    reads(tax(book, {"seat": 1, "disk": 1}), "0.39", "0.40")  # 2.06 x 19% = 0.3914; each line's 0.1957 would be 0.20


def test_tax_half_up():
    """Taxes: tax is rounded half-up, whatever the book's mode"""
    reads(
        tax(taxed({"tax": "vat", "rate": "12.25%"}, book={"rounding": {"at": "line", "mode": "down"}}), {"seat": 1}),
        "1.23",
        "1.22",
    )


def test_compound_exact():
    """Taxes: compounds use the exact tax"""
    book = taxed({"tax": "gst", "rate": "5%"}, {"tax": "pst", "rate": "50%", "compound_on": ["gst"]})
    found = quote(book, plan({"disk": 1}))  # 0.10: gst 0.005, shown as 0.01
    reads([row.amount for row in found.taxes], ["0.01", "0.05"], ["0.01", "0.06"])  # 0.105 x 50% = 0.0525, not 0.11 x 50% = 0.055


def test_items_outrank():
    """Taxes: a row that names `items` outranks one that does not, before `when`"""
    book = taxed({"tax": "vat", "rate": "19%", "when": {"country": "DE"}}, {"tax": "vat", "rate": "7%", "items": ["seat"]})
    reads(tax(book, {"seat": 10}, country="DE"), "7", "19")


def test_gross_prices():
    """Taxes: with `prices_include_tax: true` lines are gross, tax = round(gross x r/(1+r)), net = gross - tax"""
    found = quote(taxed({"tax": "vat", "rate": "19%"}, book={"prices_include_tax": True}), plan({"seat": 10}))
    totals = found.totals
    reads(found.taxes[0].base, "84.03", "100")
    reads([totals.gross, totals.tax, totals.net], ["100", "15.97", "84.03"], ["119", "19", "100"])


def metered(price, item="hour", per="hour"):
    return shop(
        {"effective": "2025-06-01", "billing_mode": "use", "per": per, "items": {item: price}},
        {"effective": "2025-06-01", "billing_mode": "plan", "per": "hour", "items": {"hour": D(1)}},
        without=item,
    )


def test_at_zero():
    """Windows: `at_zero: bill` is due for windows that exist, once for period-total"""
    fee = {"model": "flat", "amount": D(2), "at_zero": "bill"}
    reads(total(metered(fee), use({"hour": 0}, "3 hours")), "6", "2")
    reads(total(metered(fee | {"applies_to": "period-total"}), use({"hour": 0}, "3 hours")), "2", "6")
    reads(total(metered(fee | {"at_zero": "skip"}), use({"hour": 0}, "3 hours")), "0", "6")


FIRST_UNIT = {
    "model": "graduated",
    "applies_to": "period-total",
    "tiers": [{"up_to": 1, "unit_price": D(10)}, {"unit_price": D(1)}],
}


def test_window_home():
    """Windows: a window belongs whole to the period that holds its start"""
    order = use({"day": 1}, "1 day", date="2026-03-31T12:00")
    reads(
        total(metered(FIRST_UNIT, "day", "day"), order), "20", "10"
    )  # the days are those of the zone: a unit in March and one in April, not one unit of a day from noon to noon


NEW_PRICE = {"effective": "2026-10-25T01:00Z", "billing_mode": "plan", "per": "month", "items": {"seat": D(20)}}


def test_autumn():
    """Windows: in the hour that autumn repeats a local time without offset is the first"""
    reads(total(shop(NEW_PRICE), plan({"seat": 1}, date="2026-10-25T02:30")), "10", "20")  # 00:30 UTC, before the new price of 01:00 UTC
    reads(total(shop(NEW_PRICE), plan({"seat": 1}, date="2026-10-25T02:30+01:00")), "20", "10")


def test_spring():
    """Windows: in the hour that spring skips it is refused"""
    reads(refusals(shop(), plan({"seat": 1}, date="2026-03-29T02:30")) != [], True, False)
    reads(refusals(shop(), plan({"seat": 1}, date="2026-03-29T03:30")), [], ["refused"])


def test_real_hours():
    """Windows: `for: 1 month` holds the calendar month's real hours"""
    reads(total(shop(), use({"hour": 1}, "1 month", date="2026-02-01")), "67.20", "73")  # 672 hours, not 730
    reads(total(shop(), use({"hour": 1}, "1 month", date="2026-03-01")), "74.30", "74.40")  # the clock is put forward: 743


def test_periods():
    """Estimates: `for:` is cut into the mode's periods, each charged by itself"""
    reads(total(metered(FIRST_UNIT, "day", "month"), use({"day": 1}, "2 months")), "20", "11")


def test_one_window():
    """Estimates: a total of a sum or count is one window"""
    price = {"model": "graduated", "tiers": [{"up_to": 500, "unit_price": D("0.01")}, {"unit_price": D(0)}]}
    book = shop({"effective": "2025-06-01", "billing_mode": "use", "items": {"call": price}})
    reads(total(book, use({"call": 1000}, "1 month")), "5", "10")  # 500 at 0.01, not as if each half of it came by itself


def test_prepaid_and_postpaid():
    """Estimates: a prepaid order may give `for:` for its postpaid items"""
    reads(total(shop(), plan({"seat": 1, "hour": 1} | {}) | {"for": "10 hours"}), "11", "10")


def test_without_for():
    """Estimates: without it they are refused"""
    reads(refusals(shop(), plan({"seat": 1, "hour": 1})), ["estimate-length-missing"], [])


THIRDS = {
    "effective": "2025-06-01",
    "billing_mode": "plan",
    "per": "month",
    "items": {"seat": {"model": "package", "size": 3, "price": D(2), "part_package": "proportional"}},
}


def test_ten_places():
    """Output: a shown number that is no finite decimal has 10 places half-up"""
    reads(quote(shop(THIRDS), plan({"seat": 1})).lines[0].list_amount, "0.6666666667", Fraction(2, 3))


def test_digits():
    """Output: amounts carry at least the currency's decimals, quantities no trailing zeros"""
    book = shop()
    line = json.loads(render_quote_json(quote(book, plan({"disk": D("100.00")})), loaded(book)))["lines"][0]
    assert [line["quantity"], line["amount"], line["list_amount"]] == ["100", "10.00", "10.00"]
    reads(len(line["amount"]), 5, 2)


def test_identity():
    """Output: `rounding_amount` is computed from shown numbers so that the identity holds on paper"""
    line = quote(shop(THIRDS), plan({"seat": 1})).lines[0]
    reads(line.rounding_amount, "-0.0033333333", Fraction(2, 3) - Fraction(67, 100))
    assert line.list_amount - line.discount_amount - line.rounding_amount == line.amount


def test_line_order():
    """Output: lines come in the order's order"""
    reads([line.item for line in quote(shop(), plan({"disk": 10, "seat": 1})).lines], ["disk", "seat"], ["seat", "disk"])


def test_expected_error():
    """Output: `expect_error` takes a code or its slug"""
    given = use({"hour": 10}, "10 hours", change={"date": "2026-03-01T05:00", "items": {"hour": 20}})
    book = shop(examples={f"by-{name}": {"given": given, "expect_error": name} for name in ("spec-change-not-supported", "Q501", "no-price")})
    reads([result.outcome for result in run_examples(loaded(book))], ["passed", "passed", "failed"], ["passed", "failed", "failed"])
