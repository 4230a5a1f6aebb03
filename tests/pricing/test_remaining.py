"""Remaining durations by every convention (rule language, 3.7 and 3.10, Durations), on the worked values that it prints."""

from datetime import UTC, date, datetime
from decimal import Decimal as D
from fractions import Fraction

import pytest

from engine.model.policies import Remaining
from engine.pricing.remaining import in_periods, in_terms, in_units, remaining_duration, share_of_month
from engine.values.periods import parse_duration, zone

SHANGHAI, BERLIN = zone("Asia/Shanghai"), zone("Europe/Berlin")


def wall(text: str, tz=SHANGHAI) -> datetime:
    """A wall-clock time of the zone as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=tz).astimezone(UTC)


def left(convention, start, expires, at, counts_from="next-day", term="3 months", tz=SHANGHAI, **rounding):
    """What is left; `expires` with a `T` is an instant, else the last day."""
    policy = Remaining(convention, convention, counts_from, **rounding)
    end = wall(expires, tz) if "T" in expires else date.fromisoformat(expires)
    return remaining_duration(policy, parse_duration(term), wall(start, tz), end, wall(at, tz), tz)


WORKED = [
    # 3.7: 24 Aug in 15 Aug-15 Nov
    ("calendar-months", "2021-08-15", "2021-11-15", "2021-08-24", "next-day", Fraction(7, 31) + 2 + Fraction(15, 30)),
    ("calendar-months", "2021-08-15", "2021-11-15", "2021-08-24", "same-day", Fraction(8, 31) + 2 + Fraction(15, 30)),
    # 3.10: 15 March for one month
    ("calendar-months", "2026-03-15", "2026-04-15", "2026-03-15", "next-day", Fraction(16, 31) + Fraction(15, 30)),
    # the vendor's own: 12/30 + 8/31, 15/30, 13/31 + 8/30, 12/31 + 17/30
    ("calendar-months", "2021-09-01", "2021-10-08", "2021-09-18", "next-day", Fraction(12, 30) + Fraction(8, 31)),
    ("calendar-months", "2021-08-01", "2021-08-31", "2021-08-16", "next-day", Fraction(15, 31)),
    # by the hour: 25 May 13:40 begins at 14:00: (10/24 + 6)/31 + 1
    ("calendar-months", "2026-05-01", "2026-06-30", "2026-05-25T13:40", "next-hour", (Fraction(10, 24) + 6) / 31 + 1),
    ("calendar-months", "2026-05-01", "2026-06-30", "2026-05-25T14:00", "next-hour", (Fraction(10, 24) + 6) / 31 + 1),
    ("calendar-months", "2026-05-01", "2026-06-30", "2026-05-25T14:01", "next-hour", (Fraction(9, 24) + 6) / 31 + 1),
    ("calendar-months", "2026-05-01", "2026-06-30", "2026-05-25T12:00", "instant", (Fraction(1, 2) + 6) / 31 + 1),
    # 3.7: 1 May 2024 to 1 Nov 2026; 29 February is not counted
    ("days-of-365", "2023-11-01", "2026-11-01", "2024-05-01", "next-day", Fraction(244, 365) + 1 + Fraction(305, 365)),
    ("days-of-365", "2024-02-01", "2025-02-01", "2024-02-01", "next-day", Fraction(365, 365)),
    # days left / days in the period
    ("actual-days", "2026-03-15", "2026-04-15", "2026-03-31", "next-day", Fraction(15, 31)),
    ("actual-days", "2026-03-15", "2026-04-15", "2026-03-31", "same-day", Fraction(16, 32)),
    ("actual-days", "2026-03-15T10:00", "2026-04-15T10:00", "2026-03-31T10:00", "instant", Fraction(15, 31)),
    # without `end-of-day` the day of expiry is not counted
    ("actual-days", "2026-03-15T10:00", "2026-04-15T10:00", "2026-03-31T10:00", "next-day", Fraction(14, 30)),
    ("seconds", "2026-03-15T10:00", "2026-04-15T10:00", "2026-03-31T10:00", "instant", Fraction(15, 31)),
    ("30-day-month", "2026-03-15", "2026-04-15", "2026-03-31", "next-day", Fraction(15, 30)),
    # second version, 2.3: "days inside one calendar month are real; across its end, days + (28 - length of the first month); over 28.
    # 23 May to 15 June: 20."
    ("28-day-month", "2023-05-23T00:00", "2023-06-15T00:00", "2023-05-23", "same-day", Fraction(20, 28)),
    ("28-day-month", "2023-05-01T00:00", "2023-05-31T00:00", "2023-05-01", "same-day", Fraction(30, 28)),
    ("28-day-month", "2023-05-01T00:00", "2023-06-01T00:00", "2023-05-01", "same-day", 1),
    ("28-day-month", "2023-05-23T12:00", "2023-06-15T00:00", "2023-05-23T12:00", "instant", Fraction(39, 56)),
    # every month across whose end it runs has 28, so that two whole months are two
    ("28-day-month", "2023-05-23T00:00", "2023-07-15T00:00", "2023-05-23", "same-day", Fraction(48, 28)),
    # 31 May to 1 June: 1 + (28 - 31) is less than nothing
    ("28-day-month", "2023-05-31T00:00", "2023-06-01T00:00", "2023-05-31", "same-day", 0),
    ("365/12", "2026-03-15", "2026-04-15", "2026-03-31", "next-day", Fraction(15 * 12, 365)),
    # 30E/360: 16 January to 1 July is 165 days of 30, in months
    ("30-360", "2026-01-01", "2026-06-30", "2026-01-15", "next-day", Fraction(165, 30)),
    ("30-360", "2026-01-01", "2026-06-30", "2026-01-30", "next-day", Fraction(151, 30)),
    ("whole-period", "2026-03-15", "2026-04-15", "2026-03-31", "next-day", 1),
    ("none", "2026-03-15", "2026-04-15", "2026-03-31", "next-day", 0),
]


@pytest.mark.parametrize(("convention", "start", "expires", "at", "counts_from", "value"), WORKED)
def test_worked_values(convention, start, expires, at, counts_from, value):
    """3.7: the table of conventions."""
    assert left(convention, start, expires, at, counts_from).value == value


def test_places_round_before_the_multiplication():
    """3.7: "`places` ... rounds the duration before it is multiplied; absent, the ratio stays exact": 1.20698925 x 39 =
    47.07258075.
    """
    rounded = left("calendar-months", "2026-05-01", "2026-06-30", "2026-05-25T13:40", "next-hour", places=8)
    assert rounded.value == D("1.20698925")
    assert rounded.value * 39 == D("47.07258075")
    assert rounded.exact_value == (Fraction(10, 24) + 6) / 31 + 1
    assert left("calendar-months", "2026-05-01", "2026-06-30", "2026-05-25T13:40", "next-hour", places=2, mode="up").value == D("1.21")


def test_whole_years_use_yearly_and_all_others_monthly():
    """3.10: "Terms of whole years use `yearly`, all others `monthly`": 18 months use `monthly`."""
    policy = Remaining("calendar-months", "days-of-365", "next-day")

    def convention(term):
        return remaining_duration(policy, parse_duration(term), wall("2026-01-01"), date(2027, 1, 1), wall("2026-02-01"), SHANGHAI).convention

    assert [convention(term) for term in ("1 year", "24 months", "18 months", "1 month")] == [
        "days-of-365", "days-of-365", "calendar-months", "calendar-months",
    ]  # fmt: skip


def test_a_change_on_the_first_day_leaves_all_of_it():
    """3.10: "the period is counted as the remainder is, so a change on the first day leaves exactly 1 in `actual-days`": not
    31/32.
    """
    for counts_from in ("same-day", "next-day"):
        assert left("actual-days", "2026-03-15", "2026-04-15", "2026-03-15T18:00", counts_from).value == 1


def test_on_the_last_day_nothing_remains():
    """3.10, Changes: "on the last day 0 remains"."""
    for convention in ("calendar-months", "days-of-365", "actual-days", "30-day-month", "28-day-month", "30-360", "365/12"):
        assert left(convention, "2026-03-15", "2026-04-15", "2026-04-15").value == 0


def test_who_owns_the_day_of_change_by_case():
    """3.7: "or by case, `{purchase-day: next-day, later: next-hour}`"."""
    by_case = {"purchase-day": "next-day", "later": "next-hour"}
    first = left("calendar-months", "2026-05-25T09:00", "2026-06-30", "2026-05-25T13:40", by_case)
    assert (first.counts_from, first.value) == ("next-day", Fraction(6, 31) + 1)
    later = left("calendar-months", "2026-05-24T09:00", "2026-06-30", "2026-05-25T13:40", by_case)
    assert (later.counts_from, later.value) == ("next-hour", (Fraction(10, 24) + 6) / 31 + 1)


def test_days_are_of_the_zone():
    """The day of change is the book's: 23:30 UTC is already the next day in Berlin."""
    at = "2026-07-02T01:30"
    assert wall(at, BERLIN) == datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert left("actual-days", "2026-07-01", "2026-07-31", at, tz=BERLIN).value == Fraction(29, 30)


def test_seconds_are_elapsed_time():
    """A month with a clock change has an hour less: half of March's 743 hours are left at the middle of them."""
    begin, end = "2026-03-01T00:00", "2026-04-01T00:00"
    assert left("seconds", begin, end, "2026-03-31T00:00", tz=BERLIN).value == Fraction(24, 743)
    assert left("actual-days", begin, end, "2026-03-31T00:00", "instant", tz=BERLIN).value == Fraction(1, 31)


def test_values_convert_between_months_years_and_terms():
    """3.10: "the value is in months, years or terms by its convention and is converted (1 year = 12 months) after `places`"."""
    years = left("days-of-365", "2026-01-01", "2028-01-01T00:00", "2026-12-31", term="2 years")
    assert (years.value, in_periods(years, "month", D(24)), in_periods(years, "year", D(24)), in_terms(years, D(24))) == (1, 12, 1, D("0.5"))
    terms = left("actual-days", "2026-03-15", "2026-04-15", "2026-03-15", term="1 month")
    assert in_units(terms, D(1)) == 1
    assert in_periods(terms, "year", D(1)) == Fraction(1, 12)
    rounded = left("days-of-365", "2023-11-01", "2026-11-01", "2024-05-01", term="3 years", places=2)
    assert in_units(rounded, D(36)) == D("30.00")  # 2.50 years, not the exact 30.05 months


STUBS = [
    ("actual-days", Fraction(17, 31)),
    ("calendar-months", Fraction(17, 31)),
    ("seconds", Fraction(17, 31)),
    ("30-day-month", Fraction(17, 30)),
    ("28-day-month", Fraction(14, 28)),
    ("30-360", Fraction(16, 30)),
    ("365/12", Fraction(17 * 12, 365)),
    ("days-of-365", Fraction(17 * 12, 365)),
    ("whole-period", 1),
    ("none", 0),
]


@pytest.mark.parametrize(("convention", "share"), STUBS)
def test_a_part_month(convention, share):
    """3.4: "`stub: actual-days` on a mode (any convention of 3.7)": 15 March to 1 April."""
    assert share_of_month(convention, wall("2026-03-15"), wall("2026-04-01"), SHANGHAI) == share
