"""Rule language, second version, 8.8: `30-360` inside a day."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.policies import Remaining
from engine.pricing.remaining import remaining_duration, share_of_month
from engine.values.periods import local_instant, parse_duration, zone
from tests.pricing.fine_print import plan, quote, reads
from tests.pricing.later_shop import amount, changed, later

INSTANT = {"monthly": "30-360", "yearly": "30-360", "counts_from": "instant"}
POLICY = Remaining("30-360", "30-360", "instant")


def left(start: str, end: str, at: str, tz: str = "UTC", counts_from: str = "instant") -> Fraction:
    """What remains of six months, in days of 30/360."""
    instants = [local_instant(datetime.fromisoformat(each), zone(tz)) for each in (start, end, at)]
    policy = Remaining("30-360", "30-360", counts_from)
    return 30 * Fraction(remaining_duration(policy, parse_duration("6 months"), instants[0], instants[1], instants[2], zone(tz)).value)


@pytest.mark.parametrize(
    ("currency", "right", "other"),
    # 65 days and 7/24 of 30: 2.17639 months at 10.00 for ten more; the 30th as a day that has passed at once: 2.2 months, 220.00.
    [("USD", "217.64", "220.00"), ("JPY", "218", "220"), ("IQD", "217.639", "220.000")],
)
def test_a_change_in_the_afternoon_of_the_thirtieth(currency, right, other):
    book = later(change={"remaining": INSTANT}, book={"timezone": "UTC", "currency": currency}, mode={"expires": "same-time"})
    order = plan({"seat": 1}, "6 months", date="2026-01-06", change={"date": "2026-04-30T17:00", "items": {"seat": 11}})
    found = quote(book, order)
    reads(found.changes[0].charge, right, other)
    assert Fraction(found.changes[0].lines[0].remaining.value) == Fraction(65 * 24 + 7, 24 * 30) != Fraction(66, 30)


@pytest.mark.parametrize(
    ("at", "passed", "other"),
    [
        # "29 April 17:00, 30 April 17:00: 17/24 of a day" of the 30th lie before it; with the 30th at once a day they were a whole one more.
        ("2026-04-29T17:00", Fraction(28) + Fraction(17, 24), Fraction(28)),
        ("2026-04-30T17:00", Fraction(29) + Fraction(17, 24), Fraction(29)),
        # "the 30th of a month of 31 days passes none, its 31st passes one"
        ("2026-03-30T17:00", Fraction(-1), Fraction(-1) + Fraction(17, 24)),
        ("2026-03-31T00:00", Fraction(-1), Fraction(0)),
        ("2026-03-31T17:00", Fraction(-1) + Fraction(17, 24), Fraction(-1)),
        # The last day of February runs on to the 1st of March: three days, in a leap year two.
        ("2026-02-28T12:00", Fraction(-33) + Fraction(3, 2), Fraction(-33) + Fraction(1, 2)),
        ("2028-02-29T12:00", Fraction(-32) + Fraction(1), Fraction(-32) + Fraction(1, 2)),
    ],
)
def test_inside_a_day_it_runs_linearly_to_the_next(at, passed, other):
    """Days of the count from 1 April to the instant, as what less remains until 6 July."""
    year = at[:4]
    remains = left(f"{int(year) - 1}-12-06T00:00", f"{year}-07-06T00:00", at)
    reads(Fraction(95) - remains, passed, other)


@pytest.mark.parametrize("tz", ["UTC", "Atlantic/Azores", "America/Santiago", "Asia/Beirut", "Africa/Cairo", "America/Havana", "Europe/Berlin"])
def test_hours_are_those_of_the_clock(tz):
    """A clock change between makes no difference: 17:00 is 17/24 of its day on any wall."""
    assert left("2025-12-06T00:00", "2026-07-06T00:00", "2026-04-30T17:00", tz) == Fraction(65) + Fraction(7, 24)


def test_whole_days_count_as_before():
    """With `same-day` and `next-day` nothing lies inside a day: 30 and 31 March are one, and 1 April is the next."""
    days = [left("2026-01-06T00:00", "2026-07-06T00:00", at, counts_from="same-day") for at in ("2026-03-30T17:00", "2026-03-31T17:00", "2026-04-01T17:00")]
    assert days == [96, 96, 95]


def test_a_refund_of_a_reduction():
    """2 seats to 1 at that instant: -21.76, not -22.00."""
    book = later(change={"remaining": INSTANT}, book={"timezone": "UTC"}, mode={"expires": "same-time"})
    found = changed(book, "2026-04-30T17:00", {"seat": 1}, "6 months", start={"seat": 2}, date="2026-01-06")
    reads(amount(found), "-21.76", "-22.00")


def test_a_part_month_of_usage():
    """A `stub` counts the same way: from 30 March 12:00 to 1 April the 31st alone passes, 1/30; hours of the 30th do not count."""
    begin, end = datetime(2026, 3, 30, 12, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    reads(Fraction(share_of_month("30-360", begin, end, zone("UTC"))), Fraction(1, 30), Fraction(1, 60))


moments = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31), timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))


@given(st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_the_count_never_runs_backwards_and_adds_up(three):
    """What remains falls as time passes, and the parts of a stretch are the whole."""
    first, middle, last = three
    end = last + timedelta(seconds=1)
    remains = [Fraction(remaining_duration(POLICY, parse_duration("1 month"), first, end, at, zone("UTC")).value) for at in three]
    assert remains[0] >= remains[1] >= remains[2] >= 0
    between = Fraction(remaining_duration(POLICY, parse_duration("1 month"), first, middle, first, zone("UTC")).value)
    assert between + remains[1] == remains[0]


@given(st.dates(date(2024, 1, 1), date(2031, 12, 30)), st.integers(0, 23))
def test_an_hour_of_a_day_is_its_share_of_the_day(day, hour):
    """Each hour of one day passes the same: 1/24 of 0, 1, 2 or 3 days of the count."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
    end = begin + timedelta(days=40)
    at = [begin, begin + timedelta(hours=hour), begin + timedelta(hours=hour + 1), begin + timedelta(days=1)]
    values = [30 * Fraction(remaining_duration(POLICY, parse_duration("1 month"), begin, end, each, zone("UTC")).value) for each in at]
    assert values[0] - values[3] in (0, 1, 2, 3)
    assert (values[1] - values[2]) * 24 == values[0] - values[3]
