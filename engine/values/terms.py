"""Terms: lengths that are paid in advance, in whole months or in whole days of the calendar; the two are never counted together.

A term's units are its months, or its days. Source: rule language, 3.7 and 3.10, and second version, 2.1.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.values.periods import Duration, add_months, instant_of, wall_clock

_DAY_SECONDS = 86400

UNITS_OF = {"day": 1, "week": 7, "month": 1, "year": 12}
"""How many units of its terms each price period has: days, or months."""


def kind_of(length: Duration) -> str | None:
    """What a length is counted in as a term: `month` or `day`; None for one of hours, minutes or seconds.

    >>> [kind_of(each) for each in (Duration(months=12), Duration(seconds=7 * 86400), Duration(seconds=3600))]
    ['month', 'day', None]
    """
    if length.months:
        return "month"
    return "day" if length.seconds % _DAY_SECONDS == 0 else None


def alike(*lengths: Duration) -> bool:
    """Whether all of them are months, or all of them whole days."""
    return len({kind_of(each) for each in lengths}) == 1 and kind_of(lengths[0]) is not None


def units(term: Duration) -> int:
    """The months of a term, or its days: 12 for a year, 7 for a week."""
    return term.months or term.seconds // _DAY_SECONDS


def term_of(count: int, like: Duration) -> Duration:
    """A term of so many months or days, whichever `like` is counted in."""
    return Duration(months=count) if like.months else Duration(seconds=count * _DAY_SECONDS, written="day")


def periods_of(term: Duration) -> tuple[str, ...]:
    """The price periods that a term can be counted in, longest first."""
    return ("year", "month") if term.months else ("week", "day")


def day_after(day: date, term: Duration) -> date:
    """The day on which a term ends that begins on `day`: so many months or days of the calendar later.

    >>> day_after(date(2026, 1, 31), Duration(months=1)), day_after(date(2026, 1, 31), Duration(seconds=7 * 86400))
    (datetime.date(2026, 2, 28), datetime.date(2026, 2, 7))
    """
    return add_months(day, term.months) if term.months else day + timedelta(seconds=term.seconds)


def end_of_term(start: datetime, term: Duration, tz: ZoneInfo) -> datetime:
    """The UTC instant at which a term ends that begins at `start`: the same time of the zone's clock, so many months or days later.

    A week over the night in which clocks are put forward has 167 hours.
    """
    wall = wall_clock(start, tz)
    return instant_of(datetime.combine(day_after(wall.date(), term), wall.time()), tz)
