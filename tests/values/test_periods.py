"""Durations, instants and calendar arithmetic."""

from datetime import UTC, date, datetime

import pytest

from engine.values.periods import (
    Duration,
    add_months,
    after,
    days_in_month,
    local_date,
    local_instant,
    parse_duration,
    start_of_day,
    zone,
)

BERLIN, SHANGHAI = zone("Europe/Berlin"), zone("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "duration", "said"),
    [
        ("1 month", Duration(months=1), "1 month"),
        ("9 months", Duration(months=9), "9 months"),
        ("12 months", Duration(months=12), "1 year"),
        ("3 years", Duration(months=36), "3 years"),
        ("5 days", Duration(seconds=432000), "5 days"),
        ("2 weeks", Duration(seconds=1209600), "14 days"),
        ("720 hours", Duration(seconds=2592000), "720 hours"),
        ("1 minute", Duration(seconds=60), "1 minute"),
        ("90 seconds", Duration(seconds=90), "90 seconds"),
    ],
)
def test_durations_as_the_language_writes_them(text, duration, said):
    assert parse_duration(text) == duration
    assert str(duration) == said


@pytest.mark.parametrize("text", ["1m", "P1M", "0 months", "1.5 years", "-1 month", "month", "1  month", "1 month\n", ""])
def test_what_is_no_duration(text):
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


def test_months_and_seconds_never_mix():
    for months, seconds in ((1, 1), (0, 0), (-1, 0)):
        with pytest.raises(ValueError, match="months or seconds"):
            Duration(months, seconds)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "/etc/passwd", "Europe//Berlin"])
def test_an_unknown_zone_is_a_key_error(name):
    with pytest.raises((KeyError, ValueError)):
        zone(name)


@pytest.mark.parametrize(
    ("anchor", "months", "day"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-01-31", 2, "2026-03-31"), ("2024-01-31", 1, "2024-02-29"), ("2026-03-31", -1, "2026-02-28"), ("2024-02-29", 12, "2025-02-28")],
)  # fmt: skip
def test_months_after_an_anchor_keep_its_day(anchor, months, day):
    assert add_months(date.fromisoformat(anchor), months) == date.fromisoformat(day)


def test_days_and_months_belong_to_the_zone():
    midnight = start_of_day(date(2026, 3, 1), SHANGHAI)
    assert midnight == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert local_date(midnight, SHANGHAI) == date(2026, 3, 1)
    assert after(midnight, Duration(months=1), SHANGHAI) == start_of_day(date(2026, 4, 1), SHANGHAI)
    assert days_in_month(date(2028, 2, 3)) == 29


def test_elapsed_time_and_calendar_time_differ_at_a_clock_change():
    start = start_of_day(date(2026, 3, 29), BERLIN)
    assert after(start, Duration(seconds=24 * 3600), BERLIN) == datetime(2026, 3, 29, 23, tzinfo=UTC)
    assert start_of_day(date(2026, 3, 30), BERLIN) == datetime(2026, 3, 29, 22, tzinfo=UTC)


def test_the_repeated_hour_is_the_first_and_the_skipped_one_is_refused():
    """In the hour that autumn repeats a local time without offset is the first; in the hour that spring skips it is refused."""
    assert local_instant(datetime(2026, 10, 25, 2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the second: 01:30
    with pytest.raises(ValueError, match="does not exist"):
        local_instant(datetime(2026, 3, 29, 2, 30), BERLIN)
