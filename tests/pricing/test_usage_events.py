"""Later events of what is billed by usage: nothing was paid in advance, so a change changes no amount and an end returns none."""

import pytest

from tests.pricing.fine_print import SHOP, plan, problems, quote, reads, refusals
from tests.pricing.later_shop import CHANGE, amount, later

HELD = {"hour": 2, "day": 1}
CHANGES = {"date": "2026-03-05", "items": {"hour": 5}}


def flexible(**policy):
    """The shop whose pay-per-use may be changed."""
    book = later(change=policy)
    book["billing_modes"]["use"] = SHOP["billing_modes"]["use"] | {"spec_change": "by-time"}
    return book


def used(book, items=HELD, **events):
    return quote(book, {"date": "2026-03-01", "billing_mode": "use", "for": "1 month", "items": items, **events})


def test_an_end_returns_nothing_and_leaves_the_estimate():
    alone, ended = used(later()), used(later(), unsubscribe={"date": "2026-03-20"})
    assert ended.totals == alone.totals
    found = ended.unsubscription
    reads([found.paid, found.consumed, found.fee, found.refund, found.tax], [0, 0, 0, "0.00", 0], [0, 0, 0, "57.40", 0])


@pytest.mark.parametrize(("items", "direction"), [({"hour": 5}, "expand"), ({"hour": 1}, "reduce"), ({"day": 0}, "reduce"), ({"call": 9}, "expand")])
def test_a_change_costs_nothing(items, direction):
    found = used(flexible(), change={"date": "2026-03-05", "items": items})
    line = found.changes[0].lines[0]
    assert (str(amount(found)), line.direction, line.remaining, line.takes_effect) == ("0.00", direction, None, "immediately")
    assert found.totals == used(flexible()).totals


def test_each_change_sees_the_one_before():
    days = [CHANGES, {"date": "2026-03-06", "items": {"hour": 5}}]
    order = {"date": "2026-03-01", "billing_mode": "use", "for": "1 month", "items": HELD, "change": days}
    assert refusals(flexible(), order) == ["nothing-changes"]
    days[1]["items"] = {"hour": 6}
    assert refusals(flexible(), order) == []


LEAVING = "to leave altogether, `unsubscribe`"


@pytest.mark.parametrize(
    ("start", "items", "presence", "slug", "said"),
    [
        ({"seat": 5, "disk": 100}, {"seat": 0}, {"seat": "required"}, "required-item-missing", "requires `seat`, so a change cannot drop it"),
        ({"seat": 5}, {"seat": 0}, {"seat": "required"}, "required-item-missing", "requires `seat`, so a change cannot drop it"),
        ({"seat": 5}, {"seat": 0}, {}, "nothing-ordered", "nothing would be left of the subscription"),
        ({"seat": 5, "hour": 2}, {"seat": 0}, {}, "term-not-needed", "the last item that is paid in advance, so nothing is left of its term of 1 month"),
    ],
)
def test_a_change_is_no_way_to_leave(start, items, presence, slug, said):
    book = later()
    book["billing_modes"]["plan"] = book["billing_modes"]["plan"] | {"items": book["billing_modes"]["plan"]["items"] | presence}
    length = {"for": "1 month"} if "hour" in start else {}
    found = problems(book, plan(start, change={"date": "2026-03-05", "items": items}, **length))
    assert [each.slug for each in found] == [slug] and said in found[0].message and LEAVING in found[0].help


@pytest.mark.parametrize(
    ("events", "slug"),
    [
        ({"change": CHANGES | {"items": {"seat": 5}}}, "item-not-in-mode"),
        ({"change": CHANGES | {"items": {"chair": 5}}}, "unknown-item"),
        ({"change": CHANGES | {"date": "2026-02-05"}}, "event-before-start"),
        ({"change": CHANGES, "unsubscribe": {"date": "2026-03-04"}}, "event-after-end"),
        ({"renew": {"date": "2026-03-05", "term": "1 month"}}, "renewal-not-supported"),
        ({"unsubscribe": {"date": "2026-02-05"}}, "event-before-start"),
    ],
)
def test_what_cannot_be(events, slug):
    assert refusals(flexible(), {"date": "2026-03-01", "billing_mode": "use", "for": "1 month", "items": HELD} | events) == [slug]


def test_the_policy_decides_about_directions():
    order = {"date": "2026-03-01", "billing_mode": "use", "for": "1 month", "items": HELD, "change": CHANGES}
    assert refusals(flexible(supports=["reduce"]), order) == ["spec-change-not-supported"]
    assert refusals(later(), order) == ["spec-change-not-supported"]


# --- within a prepaid mode --------------------------------------------------------------------------------------------------------------

MIXED = {"seat": 10, "hour": 1}


def mixed(book=None, items=MIXED, **events):
    return quote(book or later(), plan(items, **{"for": "10 hours"}, **events))


def test_an_item_by_usage_beside_a_term():
    """Only the seats cost something; what waits for a renewal in the policy does not wait for use."""
    both = {"date": "2026-03-17", "items": {"seat": 20, "hour": 5}}
    policy = {"remaining": {"monthly": "whole-period", "yearly": "none", "counts_from": "next-day"}}
    found = mixed(later(change=policy), change=both)
    assert [str(line.amount) for line in found.changes[0].lines] == ["100.00", "0.00"]
    waits = later(change=CHANGE | {"takes_effect": "next-renewal", "charge": "none"})
    found = mixed(waits, change=both)
    assert [line.takes_effect for line in found.changes[0].lines] == ["next-renewal", "immediately"]


def test_items_by_usage_come_and_go():
    days = [{"date": "2026-03-05", "items": {"hour": 0}}, {"date": "2026-03-06", "items": {"hour": 3}}]
    found = mixed(change=days, renew={"date": "2026-03-25", "term": "1 month"})
    assert [str(amount(found, position)) for position in (0, 1)] == ["0.00", "0.00"]
    assert [line.item for line in found.renewals[0].lines] == ["seat"]
    brought = quote(later(), plan({"seat": 10}, change=days[1]))
    assert str(amount(brought)) == "0.00"
