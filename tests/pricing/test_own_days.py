"""Items whose days count from a change of their own: `new-less-credit` (rule language, 3.8), and what comes after it (3.10, Renewals).

In April a small edition costs 30.00, a large one 60.00, ten seats 100.00; terms end at the same time. The edition is upgraded on
16 April, in the middle of the month: a new month of 60.00 less 15.00, until 16 May. The seats stay paid until 1 May.
"""

from datetime import UTC, date, datetime
from fractions import Fraction as F

import pytest

from engine.values.periods import local_date, zone
from tests.pricing.fine_print import plan, quote, reads, refusals
from tests.pricing.later_shop import amount, cents, later

BERLIN = zone("Europe/Berlin")
EDITIONS = {"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "items": {"edition": {"small": 30, "large": 60}}}
LADDER = {"edition": {"title": "Edition", "unit": "piece", "specs": {"small": {"title": "Small"}, "large": {"title": "Large"}}}}
SHARE = {"monthly": "actual-days", "yearly": "actual-days", "counts_from": "instant"}
START = {"edition": "small", "seat": 10}
UPGRADE = {"date": "2026-04-16T00:00", "items": {"edition": "large"}}
FURTHER = {"date": "2026-04-25", "term": "1 month"}


def own_days(*prices, renew={}, **change):
    policy = {"remaining": SHARE, "upgrade": {"charge": "new-less-credit"}} | change
    return later(EDITIONS, *prices, change=policy, mode={"expires": "same-time"}, items=LADDER, renew=renew)


def april(items=START, **order):
    return plan(items, date="2026-04-01", **order)


def moved(items=START, book=None, **order):
    return quote(book or own_days(), april(items, **order))


def days(found):
    return [local_date(at, BERLIN).isoformat() for at in (found.start, found.expires)]


def test_each_item_is_renewed_from_its_own_end():
    """The seats from 1 May to 1 June, the edition from 16 May to 16 June, each for a whole month."""
    found = moved(change=UPGRADE, renew=FURTHER)
    assert str(amount(found)) == "45.00"
    assert (days(found.renewals[0]), str(found.renewals[0].totals.net)) == (["2026-05-01", "2026-06-01"], "160.00")


@pytest.mark.parametrize(
    ("on", "items", "expected"),
    [
        # 10 May: of the seats' month from 1 May 22 of 31 days are left; their first month is over.
        ("2026-05-10", {"seat": 20}, F(22, 31) * 100),
        # of the edition's month from 16 April 6 of 30 days, and the whole of the next one
        ("2026-05-10", {"edition": "small"}, -(F(6, 30) + 1) * 30),
        ("2026-05-17", {"seat": 20}, F(15, 31) * 100),
        # of its month from 16 May 30 of 31 days
        ("2026-05-17", {"edition": "small"}, -F(30, 31) * 30),
        # the last half month of April, and all of May
        ("2026-04-26", {"seat": 20}, (F(5, 30) + 1) * 100),
    ],
)
def test_a_change_counts_the_days_of_its_item(on, items, expected):
    found = moved(change=[UPGRADE, {"date": f"{on}T00:00", "items": items}], renew=FURTHER)
    assert str(amount(found)) == cents(expected)


@pytest.mark.parametrize("items", [{"seat": 20}, {"disk": 100}])
def test_an_item_whose_time_is_over_cannot_be_changed(items):
    order = april(change=[UPGRADE, {"date": "2026-05-10", "items": items}])
    assert refusals(own_days(), order) == ["event-after-expiry"]
    assert refusals(own_days(), april(change=[UPGRADE, {"date": "2026-05-10", "items": {"edition": "small"}}])) == []


def test_the_first_item_to_end_decides_how_late_a_renewal_may_be():
    """The seats are over on 1 May and kept for 30 days; that the edition lasts until 16 May does not help them."""
    for day, slugs in (("2026-05-30", []), ("2026-05-31", ["renewal-too-late"])):
        assert refusals(own_days(), april(change=UPGRADE, renew={"date": day, "term": "1 month"})) == slugs


def test_leaving_returns_what_is_left_of_each_item():
    """10 May: the seats are used up and owe no fee; of 45.00 for the edition 24 of 30 days are used, 10% are kept."""
    found = moved(change=UPGRADE, unsubscribe={"date": "2026-05-10"}).unsubscription
    reads([found.paid, found.consumed, found.fee, found.refund], [45, 36, F(9, 2), "4.50"], [175, 166, F(35, 2), "0.00"])


def test_month_ends_are_kept():
    """A change on 31 January: the edition is paid until 28 February, then until 31 March; the seats' day is the 20th."""
    order = plan(START, date="2026-01-20", change={"date": "2026-01-31T00:00", "items": {"edition": "large"}}, renew={"date": "2026-02-10", "term": "1 month"})
    # On 10 March, 21 of the 31 days to 31 March are left of the edition; with the 28th 18 of 28 would be.
    order["change"] = [order["change"], {"date": "2026-03-10T00:00", "items": {"edition": "small"}}]
    reads(amount(quote(own_days(), order)), cents(-F(21, 31) * 30), cents(-F(18, 28) * 30))
    changed_day = own_days(renew={"anchor": "day-of-change"})
    reads(amount(quote(changed_day, order)), cents(-F(18, 28) * 30), cents(-F(21, 31) * 30))


# --- while a further term is paid -------------------------------------------------------------------------------------------------------

DEARER = {"effective": "2026-04-03", "billing_mode": "plan", "per": "month", "items": {"seat": 12}}
NEW = {"charge": "new-less-credit"}
TWO = {"renew": {"date": "2026-04-05", "term": "1 month"}}


def test_a_new_term_for_each_paid_one():
    """3.10: a change covers all paid terms, each with its own R, f and list.

    Seats at 10.00 to 1 May and at 12.00 to 1 June become 20: 200 - 100 x 1/2 until 16 May, and 240 - 120 until 16 June.
    """
    book = own_days(DEARER, **NEW)
    more = {"date": "2026-04-16T00:00", "items": {"seat": 20}}
    found = moved({"seat": 10}, book, change=more, **TWO)
    reads(amount(found), "270.00", "150.00")
    assert found.changes[0].lines[0].expires == datetime(2026, 6, 16, tzinfo=BERLIN).astimezone(UTC)
    # On 17 May the second one runs: 30 of 31 days are left of 240.00.
    found = moved({"seat": 10}, book, change=[more, {"date": "2026-05-17T00:00", "items": {"seat": 30}}], **TWO)
    reads(amount(found), cents(360 - 240 * F(30, 31)), cents(360 - 240 * F(15, 31)))


def test_there_and_back_of_two_terms():
    """Dropping what was begun anew returns the whole of the term that has not begun, and the rest of the one that runs."""
    book = own_days(DEARER, **NEW)
    days = [{"date": "2026-04-16T00:00", "items": {"seat": 20}}, {"date": "2026-05-01T00:00", "items": {"seat": 0}}]
    found = moved({"seat": 10, "disk": 100}, book, change=days, **TWO)
    assert str(amount(found)) == cents(-F(15, 30) * 200 - 240)


def test_all_items_moved_move_the_subscription():
    """Where everything began anew, the subscription's own days have moved: it is renewed from 16 June."""
    book = own_days(**NEW)
    more = {"date": "2026-04-16T00:00", "items": {"seat": 20}}
    found = moved({"seat": 10}, book, change=more, renew={"date": "2026-05-05", "term": "1 month"})
    assert (days(found.renewals[0]), str(found.renewals[0].totals.net)) == (["2026-05-16", "2026-06-16"], "200.00")


def test_a_unified_day_brings_the_days_together():
    """With `align: last-day` the month from 1 April (to 1 May) and the new one from 16 April (to 16 May) both end on 31 May."""
    policy = {"remaining": SHARE, "upgrade": {"charge": "new-less-credit"}}
    book = later(EDITIONS, change=policy, items=LADDER, renew={"align": "last-day", "stub": "actual-days"})
    found = quote(book, april(change=UPGRADE, renew=FURTHER))
    assert [found.expires, found.changes[0].lines[0].expires] == [date(2026, 5, 31), date(2026, 5, 31)]
    assert (found.renewals[0].expires, str(found.renewals[0].totals.net)) == (date(2026, 6, 30), "160.00")
