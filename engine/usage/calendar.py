"""The windows of a meter: hours of UTC, days and months of the book's zone, or the billing period itself (rule language, 3.4).

Contract: half-open, in UTC, and one directly after the other. A window belongs whole to the period that holds its start.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.values.periods import add_months, local_date, start_of_day

HOUR = timedelta(hours=1)


def window_of(kind: str, instant: datetime, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """The hour, day or month that holds the instant."""
    if kind == "hour":
        begin = instant.replace(minute=0, second=0, microsecond=0)
        return begin, begin + HOUR
    day = local_date(instant, tz)
    first = day if kind == "day" else day.replace(day=1)
    last = day + timedelta(days=1) if kind == "day" else add_months(first, 1)
    return start_of_day(first, tz), start_of_day(last, tz)


def windows_in(kind: str, start: datetime, end: datetime, tz: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Every window that belongs to the period [start, end), in order of time; a `period` is one window."""
    if kind == "period":
        yield start, end
        return
    begin, stop = window_of(kind, start, tz)
    while begin < end:
        if begin >= start:
            yield begin, stop
        begin, stop = window_of(kind, stop, tz)
