"""How an estimate's stretch of time is cut: into billing periods, and into runs of equal windows (rule language, 3.3, 3.4 and
3.10).

Contract: knows time and zones, nothing of prices. Windows of an hour and a day are laid from the estimate's start, so 720 hours
are 720 windows; months are those of the calendar. A window belongs whole to the period that holds its start.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.model.book import PriceBook
from engine.values.exact import ONE, Number, divide, exact, multiply
from engine.values.periods import Duration, add_months, after, days_in_month, instant_of, local_date, start_of_day, wall_clock

HOUR = timedelta(hours=1)
SIZES = ("hour", "day", "month", "year")


@dataclass(frozen=True, slots=True)
class WindowRun:
    """`count` equal windows one after another inside one billing period, over [start, end) in UTC.

    `covered` is the share of the window that the estimate reaches (1 but for a first or last part window), `period` the instant
    at which the billing period begins for this estimate. `pieces` are the parts of a window that use was stopped in between, empty
    where there is only one.
    """

    start: datetime
    end: datetime
    count: int
    window: str  # hour | day | month | whole
    period: datetime
    covered: Number = ONE
    pieces: tuple[tuple[datetime, datetime], ...] = ()


def cut_windows(
    window: str,
    period: str,
    start: datetime,
    duration: Duration,
    tz: ZoneInfo,
    cuts: Sequence[datetime] = (),
    sizes: Sequence[str] = (),
) -> tuple[WindowRun, ...]:
    """The estimate's windows in runs: a new run begins with each billing period, at each of `cuts` (dates of prices), and where
    one of the `sizes` (hour | day | month | year: what prices are `per`) begins anew, because its length may differ.
    """
    end = after(start, duration, tz)
    if window == "whole":
        return (WindowRun(start, end, 1, "whole", start),)
    if window == "hour":
        return tuple(_hours(period, start, end, tz, cuts, sizes))
    pieces = _days(start, end, duration, tz) if window == "day" else _months(start, end, tz)
    runs: list[WindowRun] = []
    for begin, stop, covered in pieces:
        run = WindowRun(
            begin, stop, 1, window, period_start(period if is_longer(period, window) else window, begin, start, tz), covered
        )
        runs.append(run)
    return tuple(runs)


def is_longer(period: str, window: str) -> bool:
    """Whether a billing period (hour | day | month | year) is longer than a window; what has no length is longer than none."""
    return period in SIZES and window in SIZES and SIZES.index(period) > SIZES.index(window)


def _hours(
    period: str, start: datetime, end: datetime, tz: ZoneInfo, cuts: Sequence[datetime], sizes: Sequence[str]
) -> Iterator[WindowRun]:
    """Runs of hours by counting, not by listing: a year has 8760 of them."""
    marks = {instant for instant in cuts if start < instant < end}
    kinds = {size for size in (period, *sizes) if size in ("day", "month", "year")}
    if "day" in kinds and period != "day":
        # Days only matter to a price per day, and only where a clock change makes one shorter or longer than the day before.
        kinds.discard("day")
        marks |= set(_uneven_days(start, end, tz))
    for kind in kinds:
        marks |= set(boundaries(kind, start, end, tz))
    count = -((start - end) // HOUR)
    indices = sorted({0, count, *(min(count, -((start - mark) // HOUR)) for mark in marks)})
    for first, last in zip(indices, indices[1:], strict=False):
        begin, stop = start + first * HOUR, start + last * HOUR
        home = period_start(period, begin, start, tz) if is_longer(period, "hour") else begin
        if stop > end:
            # The last window is only begun: it stands by itself, for `mean` counts the part that is reached.
            if last - first > 1:
                yield WindowRun(begin, stop - HOUR, last - first - 1, "hour", home)
            yield WindowRun(stop - HOUR, stop, 1, "hour", home, _share(end - (stop - HOUR), HOUR))
        else:
            yield WindowRun(begin, stop, last - first, "hour", home)


def _days(start: datetime, end: datetime, duration: Duration, tz: ZoneInfo) -> Iterator[tuple[datetime, datetime, Number]]:
    """Days from the start's time of day to the next; `for: 30 days` has 30 of them, also where the clock changes."""
    wall = wall_clock(start, tz)
    exactly = duration.seconds // 86400 if duration.seconds and duration.seconds % 86400 == 0 else None
    begin, count = start, 0
    while count < exactly if exactly is not None else begin < end:
        count += 1
        stop = instant_of(wall + timedelta(days=count), tz)
        yield begin, stop, ONE if exactly is not None or stop <= end else _share(end - begin, stop - begin)
        begin = stop


def _months(start: datetime, end: datetime, tz: ZoneInfo) -> Iterator[tuple[datetime, datetime, Number]]:
    """The calendar months that the estimate touches, each cut to it."""
    marks = [start, *boundaries("month", start, end, tz), end]
    for begin, stop in zip(marks, marks[1:], strict=False):
        first = local_date(begin, tz).replace(day=1)
        whole = start_of_day(add_months(first, 1), tz) - start_of_day(first, tz)
        yield begin, stop, _share(stop - begin, whole)


def _share(part: timedelta, whole: timedelta) -> Number:
    return ONE if part == whole else divide(_seconds(part), _seconds(whole))


def window_length(start: datetime, end: datetime) -> Number:
    """The whole seconds from one UTC instant to another."""
    return _seconds(end - start)


def _seconds(length: timedelta) -> Number:
    return exact(length // timedelta(seconds=1))


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


def _uneven_days(start: datetime, end: datetime, tz: ZoneInfo) -> Iterator[datetime]:
    """Where a day begins that is longer or shorter than the day before it."""
    previous = None
    for instant in (start, *boundaries("day", start, end, tz)):
        length = _length("day", instant, tz)
        if previous is not None and length != previous:
            yield instant
        previous = length


def period_start(kind: str, instant: datetime, start: datetime, tz: ZoneInfo) -> datetime:
    """When the billing period that holds the instant begins: never before `start`, where the use itself began."""
    if kind not in ("day", "month", "year"):
        return instant if kind == "hour" else start
    return max(start, start_of_day(_first_of(kind, local_date(instant, tz)), tz))


def _length(kind: str, instant: datetime, tz: ZoneInfo) -> timedelta:
    """How long the day, month or year of the zone is that holds the instant; an hour is an hour."""
    if kind == "hour":
        return HOUR
    day = _first_of(kind, local_date(instant, tz))
    return start_of_day(_next(kind, day), tz) - start_of_day(day, tz)


def window_ratio(book: PriceBook, run: WindowRun, per: str | None) -> Number:
    """Window length / `per` length, exactly: what a price per `per` is multiplied by for one window of the run.

    A month has its real hours, or `book.month_is`; a price without `per` is for the window itself. Source: rule language, 3.3.
    An hour of a 30-day month at a price per month is 1/720.
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
        return _seconds(run.end - run.start)
    return _seconds(_length(kind, run.start, book.zone))
