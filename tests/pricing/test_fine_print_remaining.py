"""Fine print of what remains of a term (3.7), of unified days and of the day that decides a tax (3.10)."""

from datetime import date
from fractions import Fraction as F

from tests.pricing.fine_print import plan, quote, reads, use
from tests.pricing.later_shop import amount, cents, changed, later, left

MORE = {"seat": 20}
SAME_TIME = {"expires": "same-time"}


def by(convention, counts_from="next-day", **more):
    return {"remaining": {"monthly": convention, "yearly": convention, "counts_from": counts_from} | more}


def test_leap_day():
    """Remaining (3.7): 29 February is not counted in `days-of-365`"""
    # 1 February to 1 November 2024 are 275 days, one of them the 29th.
    early = {"effective": "2023-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": 10}}
    found = changed(later(early, change=by("days-of-365")), "2024-01-31", MORE, "1 year", date="2023-11-01")
    reads(left(found), F(274, 365), F(275, 365))
    # A change on the 29th leaves what one on the 28th leaves.
    days = [changed(later(early, change=by("days-of-365")), f"2024-02-{day}", MORE, "1 year", date="2023-11-01") for day in (28, 29)]
    reads([left(each) for each in days], [F(246, 365)] * 2, [F(247, 365), F(246, 365)])


def test_hours():
    """Remaining (3.7): hours count as day fractions, by the clock on the wall"""
    book = later(change=by("calendar-months", "instant"), mode=SAME_TIME)
    reads(left(changed(book, "2026-03-16T12:00", MORE)), (15 + F(1, 2)) / 31, F(15, 31))
    # In the night of 29 March two o'clock is skipped: 22 of 24 hours are left on the wall, 21 have still to pass.
    book = later(change=by("calendar-months", "next-hour"), mode=SAME_TIME)
    reads(left(changed(book, "2026-03-29T01:40", MORE)), (2 + F(22, 24)) / 31, (2 + F(21, 24)) / 31)


def test_seconds():
    """Remaining (3.7): `seconds` are elapsed ones, the change of the clock included"""
    book = later(change=by("seconds", "instant"), mode=SAME_TIME)
    # March 2026 has 743 hours in Berlin.
    reads(left(changed(book, "2026-03-29T12:00", MORE)), F(60, 743), F(60, 744))
    reads(left(changed(book, "2026-03-28T12:00", MORE)), F(83, 743), F(84, 744))


def test_by_case():
    """Remaining (3.7): `{purchase-day: next-day, later: next-hour}` counts by case"""
    cases = {"purchase-day": "next-day", "later": "next-hour"}
    book = later(change=by("calendar-months", cases))
    # The day after the purchase to 1 April: 30/31 + 1/30. The next hour would be 14:00 of the same day.
    reads(left(changed(book, "2026-03-01T13:40", MORE)), F(30, 31) + F(1, 30), (30 + F(10, 24)) / 31 + F(1, 30))
    reads(left(changed(book, "2026-03-02T13:40", MORE)), (29 + F(10, 24)) / 31 + F(1, 30), F(29, 31) + F(1, 30))
    # Exactly on the hour it is that one.
    reads(left(changed(book, "2026-03-02T14:00", MORE)), (29 + F(10, 24)) / 31 + F(1, 30), (29 + F(9, 24)) / 31 + F(1, 30))


def test_places():
    """Remaining (3.7): `places` rounds the duration before it is multiplied; absent, the ratio stays exact"""
    share = F(15, 31) + F(1, 30)
    exact = changed(later(change=by("calendar-months")), "2026-03-16", MORE)
    reads([left(exact), amount(exact)], [share, "51.72"], [F(52, 100), "52.00"])
    cut = changed(later(change=by("calendar-months", places=2)), "2026-03-16", MORE)
    reads([left(cut), amount(cut)], ["0.52", "52.00"], [share, "51.72"])


def test_anchor():
    """Remaining (3.7): N months after an anchor keep the anchor's day"""
    early = {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": 10}}
    found = quote(later(early), plan({"seat": 10}, date="2026-01-31", renew={"date": "2026-02-20", "term": "1 month"}))
    reads([found.expires, found.renewals[0].expires], [date(2026, 2, 28), date(2026, 3, 31)], [date(2026, 2, 28), date(2026, 3, 28)])
    leap = quote(later(early), plan({"seat": 10}, "1 year", date="2024-02-29", renew={"date": "2025-02-20", "term": "1 year"}))
    reads([leap.expires, leap.renewals[0].expires], [date(2025, 2, 28), date(2026, 2, 28)], [date(2025, 3, 1), date(2026, 3, 1)])


def test_half_open():
    """Remaining (3.7): periods are half-open"""
    book = later(change=by("actual-days", "same-day"), mode=SAME_TIME)
    # 1 March to 1 April are 31 days, the day of expiry is none of them.
    reads(left(changed(book, "2026-03-31", MORE)), F(1, 31), F(2, 32))


# --- unified days -----------------------------------------------------------------------------------------------------------------


def test_unified_day():
    """Renewals: with `align` a term, the first too, ends on the first unified day on or after its anniversary"""
    book = later(renew={"align": "last-day", "stub": "none"})
    order = plan({"seat": 10}, date="2026-03-15", renew={"date": "2026-04-20", "term": "1 month"})
    found = quote(book, order)
    reads([found.expires, found.renewals[0].expires], [date(2026, 4, 30), date(2026, 5, 31)], [date(2026, 4, 15), date(2026, 5, 31)])
    # On the unified day itself it ends there.
    reads(quote(book, plan({"seat": 10}, date="2026-03-31")).expires, date(2026, 4, 30), date(2026, 5, 31))


def test_extra_part():
    """Renewals: the extra part costs one price period x `stub`"""
    # 16 to 30 April: half of one month, not half of the three that were bought.
    order = plan({"seat": 10}, "3 months", date="2026-01-15")
    reads(quote(later(renew={"align": "last-day", "stub": "actual-days"}), order).totals.net, "350.00", "450.00")
    reads(quote(later(renew={"align": "last-day", "stub": "whole-period"}), order).totals.net, "400.00", "350.00")
    reads(quote(later(renew={"align": "last-day", "stub": "days-of-365"}), order).totals.net, cents(300 + 100 * F(15 * 12, 365)), "350.00")


# --- tax --------------------------------------------------------------------------------------------------------------------------


def test_tax_of_usage():
    """Taxes: usage that of the period's last day"""
    rising = [{"id": "old", "tax": "vat", "rate": "10%"}, {"id": "new", "tax": "vat", "rate": "20%", "effective": "2026-03-20"}]
    # March has 743 hours: 74.30, all of it taxed as on 31 March.
    reads(quote(later(taxes=rising), use({"hour": 1}, "1 month")).totals.tax, "14.86", "7.43")
