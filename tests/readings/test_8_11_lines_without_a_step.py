"""Rule language, second version, 8.11: where the book's chain rounds neither lines nor the invoice, lines are rounded half-up to the
minor unit."""

from decimal import Decimal

import pytest

from tests.pricing.fine_print import plan, quote, reads, use
from tests.pricing.later_shop import amount, changed, later

ALL = {"monthly": "whole-period", "yearly": "whole-period", "counts_from": "same-day"}


def priced(price: str, currency: str = "USD", item: str = "seat", mode: str = "plan", **sections):
    """The shop whose chain has a step for charges only, so that neither lines nor the sum are rounded by it."""
    entry = {"effective": "2025-06-01", "billing_mode": mode, "items": {item: Decimal(price)}}
    entry |= {"per": "month"} if mode == "plan" else {}
    chain = {"currency": currency, "rounding": {"at": "charge", "places": 8, "mode": "down"}}
    leave = {"fee": "0%", "full_refund_within": "1 hour", "consumed": {"by": "time-used", "count": "day"}}
    return later(entry, change={"remaining": ALL}, leave=leave, book=chain, mode={"expires": "same-time"}, **sections)


@pytest.mark.parametrize(
    ("currency", "price", "right", "other"),
    [
        ("USD", "1.005", "1.01", "1.00"),  # half-even, or cut
        ("USD", "1.0049", "1.00", "1.0049"),  # left exact: nobody can pay that
        ("JPY", "10.5", "11", "10"),
        ("JPY", "10.4", "10", "10.4"),
        ("IQD", "1.0005", "1.001", "1.000"),
        ("IQD", "1.005", "1.005", "1.01"),  # three decimals, not two
    ],
)
def test_a_purchase_and_its_renewal(currency, price, right, other):
    found = quote(priced(price, currency), plan({"seat": 1}, renew={"date": "2026-03-20", "term": "1 month"}))
    reads(found.lines[0].amount, right, other)
    assert str(found.renewals[0].lines[0].amount) == str(found.lines[0].amount) == right


def test_each_line_by_itself():
    """Two lines of 1.005 are 1.01 each, 2.02; only their sum rounded it were 2.01."""
    prices = {"seat": Decimal("1.005"), "disk": Decimal("1.005")}
    book = priced("1.005") | {"prices": [{"effective": "2025-01-01", "billing_mode": "plan", "per": "month", "items": prices}]}
    reads(quote(book, plan({"seat": 1, "disk": 1})).totals.net, "2.02", "2.01")


@pytest.mark.parametrize(("to", "right", "other"), [(2, "1.01", "1.005"), (4, "3.02", "3.015")])
def test_a_change(to, right, other):
    reads(amount(changed(priced("1.005"), "2026-03-10", {"seat": to}, start={"seat": 1})), right, other)


def test_a_change_that_pays_back():
    """Half-up is symmetric about zero: -1.005 is -1.01; towards plus infinity it were -1.00."""
    reads(amount(changed(priced("1.005"), "2026-03-10", {"seat": 1}, start={"seat": 2})), "-1.01", "-1.00")


def test_a_refund():
    """March in 31 days for 31.155 is 31.16; left on the 2nd, 1/31 is consumed: 31.16 x 30/31 = 30.1548..., so 30.15; cut up 30.16."""
    found = quote(priced("31.155"), plan({"seat": 1}, unsubscribe={"date": "2026-03-02"}))
    reads(found.lines[0].amount, "31.16", "31.15")
    reads(found.unsubscription.refund, "30.15", "30.16")


def test_what_is_billed_by_usage():
    """201 calls at 0.005: 1.005, so 1.01."""
    found = quote(priced("0.005", item="call", mode="use"), use({"call": 201}, "24 hours"))
    reads(found.lines[0].amount, "1.01", "1.00")
