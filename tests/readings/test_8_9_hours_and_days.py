"""Rule language, second version, 8.9: hours, minutes and seconds of a refund's `count` are elapsed, its days are calendar days; `seconds`
counts from the instant; a month's window at a price per day has its calendar days."""

from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.model.policies import Consumed
from engine.pricing.cancellations import used_counts
from engine.values.periods import local_instant, zone
from tests.billing.usage_shop import account, bill, book_of, event, subscription, used
from tests.pricing.fine_print import book_errors, plan, quote, reads, shop, use
from tests.pricing.later_shop import later

ZONES = {
    # A day that begins at 01:00 lies between start and end of each term, or the clock is put back on one.
    "Europe/Berlin": ("2026-03-01", "2026-03-30", 743, 695), "Atlantic/Azores": ("2026-03-01", "2026-03-30", 743, 695),
    "America/Santiago": ("2026-09-01", "2026-09-30", 719, 695), "Asia/Beirut": ("2026-03-01", "2026-03-30", 743, 695),
    "Africa/Cairo": ("2026-04-01", "2026-04-30", 719, 695), "America/Havana": ("2026-03-01", "2026-03-30", 743, 695),
    "America/New_York": ("2026-11-01", "2026-11-30", 721, 697), "Australia/Lord_Howe": ("2026-10-01", "2026-10-31", Fraction(1487, 2), Fraction(1439, 2)),
    "UTC": ("2026-03-01", "2026-03-30", 744, 696),
}  # fmt: skip


def leaving(count: str, part: str = "down", **more: object) -> dict:
    leave = {"fee": "0%", "full_refund_within": "1 hour", "consumed": {"by": "time-used", "count": count, "part": part}}
    return later(leave=leave, mode={"expires": "same-time"}, **more)


@pytest.mark.parametrize(("currency", "right", "other"), [("USD", "64.60", "64.52"), ("JPY", "646", "645"), ("IQD", "64.603", "64.516")])
def test_a_march_of_743_hours(currency, right, other):
    """1,000 for March in Berlin (of yen 10,000), left on the 30th: 48 of 743 hours are left; by the clock on the wall 48 of 744."""
    order = plan({"seat": 1000 if currency == "JPY" else 100}, unsubscribe={"date": "2026-03-30"})
    found = quote(leaving("hour", book={"currency": currency}), order)
    reads(found.unsubscription.refund, right, other)


@pytest.mark.parametrize("name", ZONES)
def test_hours_are_elapsed_in_any_zone(name):
    start, leave, ordered, used = ZONES[name]
    tz, end = zone(name), f"{leave[:5]}{int(leave[5:7]) + 1:02d}-01"
    at = [local_instant(datetime.fromisoformat(day), tz) for day in (start, leave)]
    finish = datetime.fromisoformat(end)
    for count, per_hour in (("hour", 1), ("minute", 60), ("second", 3600)):
        found = used_counts(Consumed(count=count), at[0], local_instant(finish, tz), at[1], tz)
        assert (Fraction(found[0]), Fraction(found[1])) == (used * per_hour, ordered * per_hour)
    days = used_counts(Consumed(count="day"), at[0], local_instant(finish, tz), at[1], tz)
    # Days are calendar days: a day of 23 or 25 hours is one.
    assert days == (int(leave[8:]) - 1, (finish - datetime.fromisoformat(start)).days)


@pytest.mark.parametrize(
    ("count", "part", "right", "other"),
    [
        # Left at 13:40 on the 10th: 9 days and 13 hours of the wall, and no clock change until then; 743 hours in all, not 744.
        ("hour", "down", Fraction(229, 743), Fraction(229, 744)),
        ("hour", "up", Fraction(230, 743), Fraction(230, 744)),
        ("minute", "down", Fraction(13780, 44580), Fraction(13780, 44640)),
        ("second", "down", Fraction(826800, 2674800), Fraction(826800, 2678400)),
        ("day", "down", Fraction(9, 31), Fraction(9 * 24 + 13, 743)),
        ("day", "up", Fraction(10, 31), Fraction(9, 31)),
    ],
)
def test_every_count_is_whole(count, part, right, other):
    found = quote(leaving(count, part), plan({"seat": 100}, unsubscribe={"date": "2026-03-10T13:40"}))
    reads(found.unsubscription.consumed, 1000 * right, 1000 * other)


def test_after_the_clock_is_put_forward_fewer_hours_are_used():
    """Left on 29 March at 12:00 in Berlin: 28 x 24 + 11 = 683 hours; 684 by the wall."""
    found = quote(leaving("hour"), plan({"seat": 100}, unsubscribe={"date": "2026-03-29T12:00"}))
    reads(found.unsubscription.consumed, Fraction(683000, 743), Fraction(684000, 744))


def test_a_day_that_begins_at_one_is_whole():
    """Azores, bought on 29 March, left on 1 April at 00:30: 3 of 31 days; and `part: up` cuts a leaving on the 29th up to one day."""
    book = leaving("day", "up", book={"timezone": "Atlantic/Azores"})
    found = quote(book, plan({"seat": 100}, date="2026-03-29", unsubscribe={"date": "2026-04-01"}))
    reads(found.unsubscription.consumed, Fraction(3000, 31), Fraction(4000, 31))


@pytest.mark.parametrize("counts_from", ["same-day", "next-day", "next-hour", {"purchase-day": "next-day", "later": "instant"}])
@pytest.mark.parametrize("conventions", [("seconds", "seconds"), ("seconds", "actual-days"), ("actual-days", "seconds")])
def test_seconds_count_from_the_instant_alone(counts_from, conventions):
    """ "any other `counts_from` with it is an error" of the book, wherever it stands: nothing is quoted from it."""
    remaining = {"monthly": conventions[0], "yearly": conventions[1], "counts_from": counts_from}
    assert book_errors(later(change={"remaining": remaining})) == ["seconds-from-a-day"]
    assert book_errors(later(change={"upgrade": {"remaining": remaining}})) == ["seconds-from-a-day"]


@pytest.mark.parametrize("counts_from", ["instant", {"purchase-day": "instant", "later": "instant"}])
def test_seconds_from_the_instant_are_elapsed(counts_from):
    """Ten more seats at 12:00 on 29 March in Berlin: 60 of 743 hours are left, 8.08; by the wall 60 of 744: 8.06."""
    remaining = {"monthly": "seconds", "yearly": "seconds", "counts_from": counts_from}
    book = later(change={"remaining": remaining}, mode={"expires": "same-time"})
    found = quote(book, plan({"seat": 10}, change={"date": "2026-03-29T12:00", "items": {"seat": 20}}))
    reads(found.changes[0].charge, "8.08", "8.06")


MONTHLY = {"title": "Held", "unit": "piece", "meter": {"measure": "max", "window": "month"}}


@pytest.mark.parametrize(("month", "days", "hours"), [("2026-03", 31, 743), ("2026-04", 30, 720), ("2026-10", 31, 745), ("2026-02", 28, 672)])
def test_a_months_window_has_its_calendar_days_in_a_quote(month, days, hours):
    """1 held for a month at 24.00 a day: 31 days of March are 744.00; its 743 hours as days were 743.00."""
    found = quote(held_by_the_month(), use({"held": 1}, "1 month", date=f"{month}-01"))
    assert found.totals.net == 24 * days
    assert (found.totals.net == hours) == (month in ("2026-04", "2026-02"))


def test_a_months_window_has_its_calendar_days_in_an_invoice():
    book = book_of(held_by_the_month())
    made = account(book, subscription("s", "use", event("2026-03-01", "start")))
    reads(used(bill(book, made, [("s", "held", "03-10T10:00", 1)])), "744.00", "743.00")


def held_by_the_month() -> dict:
    sections = {
        "items": {"held": MONTHLY}, "spec_changes": {},
        "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"held": "optional"}}},
        "prices": [{"effective": "2025-01-01", "billing_mode": "use", "per": "day", "items": {"held": Decimal(24)}}],
    }  # fmt: skip
    return {name: section for name, section in (shop() | sections).items() if section}
