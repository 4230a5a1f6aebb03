"""The windows of a meter: hours of UTC, days and months of the book's zone, or the billing period itself (rule language, 3.3 and 3.4).

Contract: knows time and zones, nothing of prices. Windows are half-open, in UTC, one directly after the other, and the same for what
is estimated and for what is used. A window belongs whole to the period that holds its start; the one in which use begins belongs to
the period in which it begins, because no period comes before that.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.model.book import PriceBook
from engine.values.exact import ONE, ZERO, Number, divide, exact, multiply
from engine.values.periods import add_months, days_in_month, local_date, start_of_day

HOUR = timedelta(hours=1)
SIZES = ("hour", "day", "month", "year")
Stretch = tuple[datetime, datetime]
"""A stretch of time, half-open, in UTC."""
Spans = Sequence[tuple[datetime, datetime | None]]
"""When a subscription ran, in order: half-open, the last one perhaps without an end."""


@dataclass(frozen=True, slots=True)
class MeteredWindow:
    """What was used in each of `count` equal windows that make up [start, end), in the item's unit, before anything is charged.

    `records` are the quantities of a window's own records in order of time, for charges on each record, `times` their instants.
    `covered` of the quantity is paid in advance, `covered_records` of each record; empty, what is covered is taken off them in order.
    `numbers` are those of each record that choose the tier of a charge on it; empty where none do.
    `part`: a fee is held at this level in a part of the window only, and is charged for it alone.
    """

    start: datetime
    end: datetime
    quantity: Number
    records: tuple[Number, ...] = ()
    times: tuple[datetime, ...] = ()
    count: int = 1
    covered: Number = ZERO
    covered_records: tuple[Number, ...] = ()
    part: Stretch | None = None
    numbers: tuple[Mapping[str, Number], ...] = ()


@dataclass(frozen=True, slots=True)
class WindowRun:
    """`count` equal windows one after another inside one billing period, over [start, end) in UTC, as they are priced.

    `covered` is the share of the window in which there was use (1 but for a first or last part month), `period` the instant at which
    the billing period begins for this use. `pieces` are the parts of a window that use was stopped in between, empty where there is
    only one.
    """

    start: datetime
    end: datetime
    count: int
    window: str  # hour | day | month | year | whole
    period: datetime
    covered: Number = ONE
    pieces: tuple[Stretch, ...] = ()


# --- where windows lie ------------------------------------------------------------------------------------------------------------


def window_of(kind: str, instant: datetime, tz: ZoneInfo) -> Stretch:
    """The hour, day, month or year that holds the instant."""
    if kind == "hour":
        begin = instant.replace(minute=0, second=0, microsecond=0)
        return begin, begin + HOUR
    first = _first_of(kind, local_date(instant, tz))
    return start_of_day(first, tz), start_of_day(_next(kind, first), tz)


def windows_in(kind: str, start: datetime, end: datetime, tz: ZoneInfo) -> Iterator[Stretch]:
    """Every window that belongs to the period [start, end), in order of time; a `period` is one window."""
    if kind == "period":
        yield start, end
        return
    begin, stop = window_of(kind, start, tz)
    while begin < end:
        if begin >= start:
            yield begin, stop
        begin, stop = window_of(kind, stop, tz)


def first_window(kind: str, begun: datetime, period: Stretch, tz: ZoneInfo) -> datetime:
    """From when on the windows of a billing period count: where use begins in the period, from the window on that it begins in."""
    if kind == "period" or not period[0] <= begun < period[1]:
        return period[0]
    return min(period[0], window_of(kind, begun, tz)[0])


def used_windows(
    kind: str, period: Stretch, use: Stretch, tz: ZoneInfo, cuts: Sequence[datetime] = (), sizes: Sequence[str] = ()
) -> Iterator[tuple[datetime, datetime, int]]:
    """The windows of a billing period in any part of which there was use, in order: start, end and number of equal ones in a run.

    Hours are runs: a new one begins at each of `cuts` (dates of prices), and where one of the `sizes` (day | month | year: what prices
    are `per`, or are billed by) begins anew, because its length may differ. A window that use reaches only a part of stands by itself.
    """
    if kind == "period":
        yield (*period, 1)
        return
    first, last = first_window(kind, use[0], period, tz), min(use[1], period[1])
    if kind != "hour":
        yield from ((*each, 1) for each in windows_in(kind, first, last, tz) if each[1] > use[0])
        return
    begin = window_of("hour", max(first, use[0]), tz)[0]
    begin = begin if begin >= first else begin + HOUR
    count = -((begin - last) // HOUR)
    if count <= 0:
        return
    marks = {instant for instant in cuts if begin < instant < last} | set(_borders(sizes, begin, last, tz))
    indices = {0, count, *(min(count, -((begin - mark) // HOUR)) for mark in marks)}
    if begin < use[0]:
        indices.add(1)
    if begin + count * HOUR > use[1]:
        indices.add(count - 1)
    ordered = sorted(indices)
    for one, two in itertools.pairwise(ordered):
        yield begin + one * HOUR, begin + two * HOUR, two - one


def _borders(sizes: Sequence[str], start: datetime, end: datetime, tz: ZoneInfo) -> Iterator[datetime]:
    """Where a day, month or year begins inside (start, end) whose length may differ from that of the one before."""
    for kind in dict.fromkeys(sizes):
        if kind in ("day", "month", "year"):
            yield from boundaries(kind, start, end, tz)


def boundaries(kind: str, start: datetime, end: datetime, tz: ZoneInfo) -> Iterator[datetime]:
    """The instants inside (start, end) at which a day, month or year of the zone begins, in order."""
    day = _first_of(kind, local_date(start, tz))
    while (instant := start_of_day(day, tz)) < end:
        if instant > start:
            yield instant
        day = _next(kind, day)


def _first_of(kind: str, day: date) -> date:
    return day if kind == "day" else day.replace(day=1) if kind == "month" else day.replace(month=1, day=1)


def _next(kind: str, day: date) -> date:
    return day + timedelta(days=1) if kind == "day" else add_months(day, 1 if kind == "month" else 12)


def period_start(kind: str, instant: datetime, start: datetime, tz: ZoneInfo) -> datetime:
    """When the billing period that holds the instant begins: never before `start`, where the use itself began."""
    if kind not in ("day", "month", "year"):
        return instant if kind == "hour" else start
    return max(start, start_of_day(_first_of(kind, local_date(instant, tz)), tz))


def is_longer(period: str, window: str) -> bool:
    """Whether a billing period (hour | day | month | year) is longer than a window; what has no length is longer than none."""
    return period in SIZES and window in SIZES and SIZES.index(period) > SIZES.index(window)


# --- how long they are ------------------------------------------------------------------------------------------------------------


def window_length(start: datetime, end: datetime) -> Number:
    """The exact seconds from one UTC instant to another."""
    return divide(exact((end - start) // timedelta(microseconds=1)), exact(10**6))


def _length(kind: str, instant: datetime, tz: ZoneInfo) -> timedelta:
    """How long the hour, day, month or year is that holds the instant."""
    start, end = window_of(kind, instant, tz)
    return end - start


def window_ratio(book: PriceBook, run: WindowRun, per: str | None) -> Number:
    """Window length / `per` length, exactly: what a price per `per` is multiplied by for one window of the run.

    A month has its real hours, or `book.month_is`; a price without `per` is for the window itself. Source: rule language, 3.3. An hour
    of a 30-day month at a price per month is 1/720.
    """
    if per is None or per == run.window or run.window == "whole":
        return ONE
    if (run.window, per) == ("month", "day") and book.month_is is None:
        return exact(days_in_month(local_date(run.start, book.zone)))
    return divide(_book_length(book, run.window, run), _book_length(book, per, run))


def _book_length(book: PriceBook, kind: str, run: WindowRun) -> Number:
    if book.month_is is not None and kind in ("month", "year"):
        return multiply(exact(book.month_is.seconds), exact(12 if kind == "year" else 1))
    if kind == "day" and run.window == "day":
        return window_length(run.start, run.end)
    return exact(_length(kind, run.start, book.zone) // timedelta(seconds=1))
