"""Times of records: every form that programs write and that has one meaning is read, any other is said how to write."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.usage.times import read_time, why_not_read
from engine.values.periods import zone

BERLIN = zone("Europe/Berlin")
TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("2026-03-01T10:00Z", 0),
        ("2026-03-01T10:00:00Z", 0),
        ("2026-03-01T11:00:00", 0),  # of Berlin, an hour ahead
        ("2026-03-01 10:00:00.123Z", 123_000),
        ("2026-03-01T11:00:00.5", 500_000),
        ("2026-03-01T10:00:00,007Z", 7_000),
        ("2026-03-01T10:00:00.123456789Z", 123_456),  # digits beyond microseconds are cut, not rounded
        ("2026-03-01T10:00:00.999999999+00:00", 999_999),
        ("2026-03-01T10:00:00.0000009Z", 0),
        ("2026-03-01T10:00:00+0000", 0),
        ("2026-03-01T10:00:00+00", 0),
        ("2026-03-01T18:00:00+08:00", 0),
        ("2026-03-01T18:00:00+0800", 0),
        ("2026-03-01T18:00+08", 0),
        ("2026-03-01T04:30:00.250-0530", 250_000),
        ("2026-03-01T10:00:00UTC", 0),
        ("2026-03-01 10:00:00 UTC", 0),
        ("2026-03-01 10:00 UTC", 0),
        ("2026-03-01 10:00:00.5 +0000", 500_000),
        ("2026-03-01t10:00:00z", 0),
        ("2026-03-01T10:00-00:00", 0),
    ],
)
def test_every_form_is_the_same_instant(text, microseconds):
    assert read_time(text, BERLIN) == TEN + timedelta(microseconds=microseconds)


def test_a_day_is_its_first_instant():
    assert read_time("2026-03-01", BERLIN) == datetime(2026, 2, 28, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("1772359200", "if it counts from 1970, write `2026-03-01T10:00:00Z`"),
        ("1772359200000", "if it counts from 1970, write `2026-03-01T10:00:00Z`"),
        ("20260301T100000Z", "write `2026-03-01T10:00:00Z`"),
        ("20260301T1000", "write `2026-03-01T10:00:00`"),
        ("2026-03-01T10:00+01:00[Europe/Berlin]", "write `2026-03-01T10:00+01:00`"),
        ("2026-03-01 10:00 CET", "write the offset in place of `CET`: `2026-03-01T10:00+08:00`"),
        ("2026/03/01 10:00", "write `2026-03-01T10:00`"),
        ("2026-3-1", "write `2026-03-01`"),
        ("31.03.2026 9:05:07", "write `2026-03-31T09:05:07`"),
        ("2026-03-01 12:05 AM", "write `2026-03-01T00:05`"),
        ("2026-03-01 12:05 p.m.", "write `2026-03-01T12:05`"),
        ("2026-03-01 9:05", "write `2026-03-01T09:05`"),
        ("3/1/2026 10:00", "write it as `2026-03-01T10:00`, or with its offset: `2026-03-01T10:00+08:00`"),  # March or January
        ("2026-03-01T10:00.5", "write it as `2026-03-01T10:00`, or with its offset: `2026-03-01T10:00+08:00`"),
        ("2026-03-01T10", "write it as `2026-03-01T10:00`, or with its offset: `2026-03-01T10:00+08:00`"),
        ("2026-03-01T10:00:00.", "write it as `2026-03-01T10:00`, or with its offset: `2026-03-01T10:00+08:00`"),
        ("2026-02-30 9:05", "write it as `2026-03-01T10:00`, or with its offset: `2026-03-01T10:00+08:00`"),
        ("45000.5", "write it as `2026-03-01T10:00`, or with its offset: `2026-03-01T10:00+08:00`"),
    ],
)
def test_what_is_not_read_says_what_to_write(text, remedy):
    assert read_time(text, BERLIN) is None
    assert why_not_read(text, BERLIN) == (f"the time `{text}` cannot be read", remedy)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-02-30", "`2026-02-30` is no day and time that exist: February 2026 has 28 days"),
        ("2026-02-30T10:00:00.5Z", "`2026-02-30T10:00:00.5Z` is no day and time that exist: February 2026 has 28 days"),
        ("2026-03-01T24:00", "`2026-03-01T24:00` is no day and time that exist: a day ends before 24:00"),
        ("2026-03-01T10:60", "`2026-03-01T10:60` is no day and time that exist"),
        ("2026-12-31T23:59:60Z", "`2026-12-31T23:59:60Z` is no day and time that exist"),
        ("2026-03-01T10:00+24:00", "`2026-03-01T10:00+24:00` is no day and time that exist"),
        ("2026-03-29T02:30:00.5", "2026-03-29 02:30 does not exist in Europe/Berlin: the clock is put forward over it"),
        ("1800-03-01", "the time `1800-03-01` is not between the years 1900 and 9000"),
        ("9999-12-31T23:30Z", "the time `9999-12-31T23:30Z` is not between the years 1900 and 9000"),
        ("0001-01-01T00:00+10:00", "the time `0001-01-01T00:00+10:00` is not between the years 1900 and 9000"),
        ("", "the time is empty"),
    ],
)
def test_a_time_that_is_not_there_is_refused_with_its_reason(text, message):
    assert why_not_read(text, BERLIN)[0] == message


@given(st.datetimes(datetime(1901, 1, 1), datetime(8999, 1, 1)), st.integers(0, 9), st.sampled_from(["Z", " UTC", "+00", "+0000", " +00:00"]))
def test_the_instant_is_kept_to_the_microsecond(when, more, zero):
    """Further digits change nothing, whatever they are."""
    assert read_time(f"{when:%Y-%m-%dT%H:%M:%S.%f}{more * '9'}{zero}", BERLIN) == when.replace(tzinfo=UTC)


@given(st.text(st.sampled_from("0123456789-:TZ+. /UTCPMam,"), max_size=30))
def test_any_text_is_read_or_answered(text):
    try:
        found = read_time(text, BERLIN)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        message, remedy = why_not_read(text, BERLIN)
        assert message and remedy
