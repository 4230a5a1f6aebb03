"""An item that stands in an order more than once (rule language, 4): which line a change is about, and what a renewal renews."""

from fractions import Fraction as F

import pytest

from tests.pricing.fine_print import plan, problems, quote, reads, refusals
from tests.pricing.later_shop import amount, cents, later
from tests.pricing.test_own_days import EDITIONS, LADDER, SHARE

BOTH = {"edition": [{"spec": "small", "quantity": 2}, {"spec": "large", "quantity": 1}], "seat": 5}
SEATS = {"seat": [{"quantity": 5}, {"quantity": 10}], "disk": 100}
WHEN = {"date": "2026-04-16T00:00"}
LEFT = F(1, 2)


def lines(**policy):
    return later(EDITIONS, change={"remaining": SHARE} | policy, mode={"expires": "same-time"}, items=LADDER)


def changed(items, start=BOTH, book=None, **order):
    change = items if isinstance(items, list) else WHEN | {"items": items}
    return quote(book or lines(), plan(start, date="2026-04-01", change=change, **order))


@pytest.mark.parametrize(
    ("items", "start", "expected"),
    [
        ({"edition": {"spec": "small", "quantity": 3}}, BOTH, 30 * LEFT),
        ({"edition": {"spec": "large", "quantity": 3}}, BOTH, 120 * LEFT),
        ({"edition": {"spec": "small", "quantity": 0}}, BOTH, -60 * LEFT),
        ({"edition": [{"spec": "small", "quantity": 1}, {"spec": "large", "quantity": 2}]}, BOTH, 30 * LEFT),
        ({"seat": 0}, SEATS, -150 * LEFT),  # 0 drops the item, all of it
    ],
)
def test_a_spec_names_its_line(items, start, expected):
    found = changed(items, start)
    assert str(amount(found)) == cents(expected)


@pytest.mark.parametrize(
    ("items", "start"),
    [
        ({"seat": 20}, SEATS),
        ({"edition": {"spec": "small", "quantity": 1}}, {"edition": [{"spec": "small", "quantity": 2}, {"spec": "small", "quantity": 3}]}),
        ({"edition": [{"spec": "small", "quantity": 1}, {"spec": "small", "quantity": 3}]}, BOTH),
        ({"edition": [{"spec": "large", "quantity": 1}, {"spec": "small", "quantity": 3}]}, {"edition": "small"}),
    ],
)
def test_a_change_that_does_not_say_which_line(items, start):
    assert "which-line-changes" in refusals(lines(), plan(start, date="2026-04-01", change=WHEN | {"items": items}))


@pytest.mark.parametrize(("times", "said"), [(2, "twice"), (3, "3 times")])
def test_an_item_on_one_line_is_given_once(times, said):
    (found,) = {each.message for each in problems(lines(), plan({"seat": 5}, date="2026-04-01", change=WHEN | {"items": {"seat": [{"quantity": 6}] * times}}))}
    assert found == f"`seat` is given {said}, and the subscription has it on one line"


def test_each_line_has_its_own_state():
    """After two changes of the large line the small one is as it was."""
    days = [
        WHEN | {"items": {"edition": {"spec": "large", "quantity": 2}}},
        {"date": "2026-04-21T00:00", "items": {"edition": {"spec": "large", "quantity": 1}}},
        {"date": "2026-04-21T00:00", "items": {"edition": {"spec": "small", "quantity": 1}}},
    ]
    found = changed(days)
    assert [str(amount(found, position)) for position in range(3)] == ["30.00", "-20.00", "-10.00"]


def test_a_renewal_renews_all_lines():
    renew = {"date": "2026-04-25", "term": "1 month"}
    found = changed({"edition": {"spec": "small", "quantity": 3}}, renew=renew)
    reads(found.renewals[0].totals.net, "200.00", "110.00")
    assert [str(line.quantity) for line in found.renewals[0].lines] == ["3", "1", "5"]
    assert str(changed({"disk": 200}, SEATS, renew=renew).renewals[0].totals.net) == "170.00"


def test_lines_keep_their_names_over_a_renewal():
    """The first line is dropped, the second renewed: a later change finds it in both terms."""
    days = [
        WHEN | {"items": {"edition": {"spec": "small", "quantity": 0}}},
        {"date": "2026-04-26T00:00", "items": {"edition": {"spec": "large", "quantity": 2}}},
    ]
    found = changed(days, renew={"date": "2026-04-25", "term": "1 month"})
    reads(amount(found), cents((F(5, 30) + 1) * 60), cents(F(5, 30) * 60))


def test_what_was_paid_is_counted_by_item():
    """3.8: `cap: paid` holds a refund to what was paid for the item: both lines together."""
    policy = {"remaining": {"monthly": "whole-period", "yearly": "whole-period", "counts_from": "instant"}, "credit": {"base": "list"}}
    half = {"half": {"title": "Half", "percent_off": "50%"}}
    book = later(EDITIONS, change=policy, items=LADDER, discounts=half, discount_policy=["half"])
    order = plan(BOTH, date="2026-04-01", change=WHEN | {"items": {"edition": {"spec": "large", "quantity": 0}}})
    # 60.00 of list comes back of 30.00 + 30.00 that were paid.
    reads(amount(quote(book, order)), "-60.00", "-30.00")


def test_leaving_returns_all_lines():
    found = quote(lines(), plan(SEATS, date="2026-04-01", unsubscribe=WHEN)).unsubscription
    reads([found.paid, found.consumed], [160, 80], [110, 55])
