"""Rule language, second version, 8.12: `amount_off` by quantity is once an order: the highest tier that a line in scope reaches."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.pricing.fine_print import SHOP, plan, quote, reads, refusals, shop, use
from tests.pricing.later_shop import later

TIERS = [{"from": 5, "amount_off": Decimal("5.00")}, {"from": 20, "amount_off": Decimal("20.00")}]
"""Seats cost 10.00 a month, an edition 30.00; a second item `chair`, 10.00 too, is counted in pieces as seats are."""


def priced(*tiers: Mapping, make=shop, currency: str = "USD", **rule: object):
    held = SHOP["billing_modes"]["plan"] | {"items": SHOP["billing_modes"]["plan"]["items"] | {"chair": "optional"}}
    chair = {"effective": "2025-01-01", "billing_mode": "plan", "per": "month", "items": {"chair": Decimal("10.00")}}
    many = {"title": "Many", "items": ["seat", "chair", "call"], "by": "quantity", "tiers": list(tiers or TIERS), **rule}
    extra = {"items": {"chair": {"title": "Chair", "unit": "piece"}}, "book": {"currency": currency}, "discounts": {"many": many}, "discount_policy": ["many"]}
    if make is later:
        return later(chair, mode={"items": held["items"]}, **extra)
    return shop(chair, billing_modes=SHOP["billing_modes"] | {"plan": held}, **extra)


def amounts(book: Mapping, order: Mapping) -> list[str]:
    return [str(line.amount) for line in quote(book, order).lines]


@pytest.mark.parametrize(
    ("lines", "right", "other"),
    [
        # 200.00 and 50.00: 20.00 once, shared in proportion; each line at its own tier it were 20.00 and 5.00.
        ({"seat": 20, "chair": 5}, ["184.00", "46.00"], ["180.00", "45.00"]),
        # Both reach the same tier: once, not twice.
        ({"seat": 5, "chair": 5}, ["47.50", "47.50"], ["45.00", "45.00"]),
        # A line that reaches no tier is in scope, and bears its part.
        ({"seat": 20, "chair": 1}, ["180.95", "9.05"], ["180.00", "10.00"]),
        # On two lines of one item as well.
        ({"seat": [{"quantity": 20}, {"quantity": 5}]}, ["184.00", "46.00"], ["180.00", "45.00"]),
        # Quantities are not added up: 4 and 4 reach nothing.
        ({"seat": 4, "chair": 4}, ["40.00", "40.00"], ["37.50", "37.50"]),
        # What is not in scope bears nothing.
        ({"seat": 20, "edition": "small"}, ["180.00", "30.00"], ["182.61", "27.39"]),
    ],
)
def test_once_an_order_at_the_highest_tier(lines, right, other):
    assert amounts(priced(), plan(lines)) == right != other


def test_the_last_line_may_reach_the_highest_tier():
    reads(quote(priced(), plan({"chair": 5, "seat": 20})).totals.net, "230.00", "225.00")


@pytest.mark.parametrize(("currency", "right", "other"), [("JPY", "230", "225"), ("IQD", "230.000", "225.000")])
def test_in_other_currencies(currency, right, other):
    tiers = [{"from": each["from"], "amount_off": int(each["amount_off"])} for each in TIERS]
    found = quote(priced(*tiers, currency=currency), plan({"seat": 20, "chair": 5}))
    reads(found.totals.net, right, other)
    assert str(found.totals.net) == right


def test_never_more_than_what_is_left_of_the_lines_in_scope():
    """300.00 off 250.00 takes 250.00, as every amount."""
    huge = [{"from": 20, "amount_off": Decimal("300.00")}]
    assert amounts(priced(*huge), plan({"seat": 20, "chair": 5})) == ["0.00", "0.00"]


def test_beside_percentages_by_quantity():
    """A line whose own tier is a percentage takes that; the amount is shared by the others: 20 seats less 20.00, 5 chairs less 10%."""
    mixed = [{"from": 5, "percent_off": "10%"}, {"from": 20, "amount_off": Decimal("20.00")}]
    assert amounts(priced(*mixed), plan({"seat": 20, "chair": 5})) == ["180.00", "45.00"]


def test_as_a_coupon():
    """A code is usable where any line reaches a tier, and gives its amount once; where none does it is refused."""
    book = priced(coupon="MANY", until="2027-01-01")
    reads(quote(book, plan({"seat": 20, "chair": 5}, coupons=["MANY"])).totals.net, "230.00", "225.00")
    assert refusals(book, plan({"seat": 4, "chair": 4}, coupons=["MANY"])) == ["coupon-not-applicable"]


def test_in_best_of_it_competes_with_what_it_takes_once():
    """9% of 250.00 is 22.50, more than 20.00 once; with 25.00 for both lines the amount had won."""
    book = priced()
    book["discounts"] = book["discounts"] | {"nine": {"title": "Nine", "items": ["seat", "chair"], "percent_off": "9%"}}
    book["discount_policy"] = [{"best_of": ["many", "nine"]}]
    reads(quote(book, plan({"seat": 20, "chair": 5})).totals.net, "227.50", "225.00")


def test_a_renewal_gives_it_once_again():
    """A renewal is an order of its own: 230.00 both times; 25.00 off it were 225.00."""
    found = quote(priced(make=later), plan({"seat": 20, "chair": 5}, renew={"date": "2026-03-20", "term": "1 month"}))
    reads(found.renewals[0].totals.net, "230.00", "225.00")


def test_what_is_billed_by_usage():
    """Of a bill the same: 2,000 calls at 0.01 reach `from: 20`, 20.00 less 20.00."""
    assert amounts(priced(), use({"call": 2000}, "24 hours")) == ["0.00"]


def test_by_spend_and_by_term_it_is_the_orders_in_any_case():
    spend = [{"from": Decimal(100), "amount_off": Decimal("5.00")}, {"from": Decimal(200), "amount_off": Decimal("20.00")}]
    assert amounts(priced(*spend, by="spend"), plan({"seat": 20, "chair": 5})) == ["184.00", "46.00"]
