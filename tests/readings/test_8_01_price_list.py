"""Rule language, second version, 8.1: the price list of a running term, with both numbers of each reading."""

from fractions import Fraction as F

import pytest

from tests.pricing.fine_print import reads, refusals
from tests.pricing.later_shop import amount, cents
from tests.readings.twice import (
    APRIL,
    MAY,
    MIDDLE,
    MONTHS_LEFT,
    account_of,
    april,
    change,
    counted,
    invoice_of,
    owed,
    priced,
    renew,
    sells,
)  # fmt: skip

DEARER = priced({"seat": 12}, "2026-04-10")
NEW_BUSINESS = DEARER | {"running_subscriptions": "never"}
"""A dearer seat, while the first term runs: for everybody from the next renewal on, or for new business only."""


def renewed(book, items, start=None, on=MAY, term="1 month", **order):
    """A month from 1 April, renewed on the 25th, changed in the middle of May."""
    return owed(book, april(start or {"seat": 10}, term, renew=renew(term=term), change=change(items, on), **order))


def test_the_refund_of_a_reduction_in_a_renewed_term():
    """8.1: a change in a renewed term uses the list that the renewal used: a price for new business only is not in it.

    Six months of 10 at 1.00, renewed after a price of 10.00 for new business had come: one piece less is 6 x 1.00, not 6 x 10.00.
    """
    book = sells(
        priced({"seat": 1}), priced({"seat": 10}, "2026-06-01", running_subscriptions="never"), change=counted("whole-period"),
    )  # fmt: skip
    order = {"date": "2026-05-01", "billing_mode": "plan", "term": "6 months", "items": {"seat": 10}}
    found = owed(book, order | {"renew": renew("2026-10-25", "6 months"), "change": change({"seat": 9}, "2026-12-01")})
    reads([found.renewals[0].totals.net, amount(found)], ["60.00", "-6.00"], ["60.00", "-60.00"])


@pytest.mark.parametrize("convention", [*MONTHS_LEFT])
@pytest.mark.parametrize(("seats", "more"), [(20, 10), (4, -6)])
def test_every_convention_and_direction(convention, seats, more):
    """8.1, for what is left of a month by each convention: the seats cost 10.00 as in the renewal, not 12.00 as for others."""
    left = {"30-day-month": F(31, 60), "28-day-month": F(25, 56), "30-360": F(29, 60), "365/12": F(31 * 12, 730), "days-of-365": F(31 * 12, 730)}
    periods = left.get(convention, MONTHS_LEFT[convention])
    found = renewed(sells(NEW_BUSINESS, change=counted(convention)), {"seat": seats})
    assert str(amount(found)) == cents(more * 10 * periods)
    if periods:
        reads(amount(found), cents(more * 10 * periods), cents(more * 12 * periods))


@pytest.mark.parametrize(
    ("entry", "renewal", "price"),
    [
        (DEARER, {}, 12),  # the renewal's own list, which every running subscription reaches
        (NEW_BUSINESS, {}, 10),
        (DEARER, {"price": "original"}, 10),  # `price: original` is a list too
        (NEW_BUSINESS, {"price": "original"}, 10),
        (NEW_BUSINESS | {"effective": APRIL}, {}, 12),  # bought at that price: it is no other business's
    ],
)
@pytest.mark.parametrize(("charge", "due"), [("difference", (5, 0)), ("full-difference", (10, 0)), ("new-less-credit", (20, 5))])
def test_every_list_and_formula(entry, renewal, price, charge, due):
    """8.1: whatever list the renewal used, both sides of a change use it: ten seats that become twenty when half is left."""
    new, old = due
    found = renewed(sells(entry, change=counted(charge=charge), renew=renewal), {"seat": 20})
    reads([found.renewals[0].totals.net, amount(found)], [10 * price, (new - old) * price], [10 * price, (new - old) * (22 - price)])


def test_specs_and_currencies():
    """8.1 for an upgrade of an edition, in a currency without decimals."""
    book = sells(
        priced({"edition": {"small": 3000, "large": 9000}}, currency="JPY"),
        priced({"edition": {"small": 5000, "large": 20000}}, "2026-04-10", currency="JPY", running_subscriptions="never"),
    )
    # 9,000 - 3,000 for half a month; the list for others would make it 15,000 x 1/2.
    reads(amount(renewed(book, {"edition": "large"}, {"edition": "small"}, currency="JPY")), 3000, 7500)


def test_a_change_of_two_paid_terms():
    """8.1: each paid term has the list that it was bought under, so a change in the first term meets both."""
    found = owed(sells(DEARER), april({"seat": 10}, renew=renew("2026-04-12"), change=change({"seat": 20})))
    reads(amount(found), cents(F(1, 2) * 100 + 120), cents(F(3, 2) * 100))
    found = owed(sells(NEW_BUSINESS), april({"seat": 10}, renew=renew("2026-04-12"), change=change({"seat": 20})))
    reads(amount(found), cents(F(3, 2) * 100), cents(F(1, 2) * 100 + 120))


def test_a_sale_that_ended_for_new_business_only():
    """8.1: what was withdrawn for new business only still stands in the list of the renewal, and in that of a change after it."""
    gone = priced({"seat": "withdrawn"}, "2026-04-10", running_subscriptions="never")
    reads(amount(renewed(sells(gone), {"seat": 20})), "50.00", "0.00")
    assert refusals(sells(gone), april({"seat": 20}) | {"date": "2026-04-10"}) == ["no-longer-on-sale"]


def test_what_the_list_lacks():
    """3.8 beside 8.1: an item that the renewal's list lacks takes the price of the day of change, in the terms after the first too."""
    box = {"box": {"title": "Box", "unit": "piece"}}
    book = sells(priced({"box": 4}, "2026-05-10"), items=box)
    book["billing_modes"]["plan"]["items"] = book["billing_modes"]["plan"]["items"] | {"box": "optional"}
    assert str(amount(renewed(book, {"box": 10}))) == "20.00"


@pytest.mark.parametrize(
    ("how", "items", "right", "wrong"),
    [
        ("as-ordered", {"disk": 100}, "5.00", "2.50"),  # an item that is added: 10.00 for half a month
        ("current", {"disk": 100}, "5.00", "2.50"),
        ("current", {"seat": 20}, "50.00", "0.00"),  # 200 - 100 for half a month; half off the new side would be nothing
    ],
)
def test_discounts_are_those_of_the_renewal(how, items, right, wrong):
    """8.1 and 8.2: a discount of the first order, which the renewal did not get, is no part of a change of the renewed term."""
    first = {"first": {"title": "First order", "percent_off": "50%", "lasts": "once"}}
    reads(amount(renewed(sells(change=counted(discount=how), discounts=first, discount_policy=["first"]), items)), right, wrong)


BOX_AT_FOUR = [priced({"box": 4}, "2026-04-10"), priced({"box": 6}, "2026-05-10")]


def boxes(**renewal):
    """The shop with a box that came on sale on 10 April at 4.00 and costs 6.00 from 10 May on."""
    book = sells(*BOX_AT_FOUR, items={"box": {"title": "Box", "unit": "piece"}}, renew=renewal)
    book["billing_modes"]["plan"]["items"] = book["billing_modes"]["plan"]["items"] | {"box": "optional"}
    return book


def test_the_original_price_of_what_a_change_brought():
    """8.1 with `price: original`: boxes that a change brought at 4.00 are renewed at it, and so a change of the renewed term is at 4.00."""
    days = [change({"box": 10}), change({"box": 20}, MAY)]
    found = owed(boxes(price="original"), april({"seat": 10}, change=days, renew=renew()))
    reads([found.renewals[0].totals.net, amount(found)], ["140.00", "20.00"], ["140.00", "30.00"])


def test_the_original_price_through_every_renewal():
    """8.1: the second renewal finds the boxes' own price too; by the day of the first purchase they would have none at all."""
    events = [
        {"date": APRIL, "purchase": {"term": "1 month", "items": {"seat": 10}}},
        {"date": MIDDLE, "change": {"items": {"box": 10}}},
        {"date": "2026-04-25", "renew": {"term": "1 month"}},
        {"date": "2026-05-25", "renew": {"term": "1 month"}},
    ]
    lines = invoice_of(boxes(price="original"), account_of("plan", events)).lines
    assert [str(line.amount) for line in lines if line.item == "box"] == ["20.00", "40.00", "40.00"]
