"""Durations, instants and calendar arithmetic. Instants are UTC datetimes; days and months belong to a named time zone.

Two aware datetimes of one zone compare by the clock on the wall, which is wrong twice a year: so every instant is kept in UTC and
only turned local (`local`) to read its date.
"""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from engine.values.bounds import LONGEST_YEARS, YEAR, OutOfBounds

_WRITTEN = re.compile(r"([1-9][0-9]*) (month|year|week|day|hour|minute|second)s?\Z")
_SECONDS = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1}


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: whole months, or whole seconds; never both, and the two never compare (rule language, 3.10).

    `written` is the unit of a rule's own words, so that `30 days` is not told as 720 hours (and `for: 30 days` are those of a calendar).

    >>> parse_duration("1 year") == parse_duration("12 months")
    True
    """

    months: int = 0
    seconds: int = 0
    written: str = field(default="", compare=False, repr=False)

    def __post_init__(self) -> None:
        if (self.months > 0) == (self.seconds > 0) or self.months < 0 or self.seconds < 0:
            raise ValueError("a duration has months or seconds, and one of them only")

    def __str__(self) -> str:
        count, unit = self.counted()
        return f"{count} {unit}" if count == 1 else f"{count} {unit}s"

    def counted(self) -> tuple[int, str]:
        """How the duration is said: (1, "year"), (9, "month"), (5, "day"), (720, "hour")."""
        if self.months:
            return (self.months // 12, "year") if self.months % 12 == 0 else (self.months, "month")
        if self.written in _SECONDS and self.seconds % _SECONDS[self.written] == 0:
            return self.seconds // _SECONDS[self.written], self.written
        for unit in ("day", "hour", "minute"):
            # 720 hours stay hours: people say "5 days" for whole days up to a fortnight, hours beyond it.
            if self.seconds % _SECONDS[unit] == 0 and (unit != "day" or self.seconds <= 14 * 86400):
                return self.seconds // _SECONDS[unit], unit
        return self.seconds, "second"


def parse_duration(text: str, years: int = LONGEST_YEARS) -> Duration:
    """A duration as the rule language writes it (`9 months`, `1 year`, `5 days`); anything else raises ValueError.

    Raises OutOfBounds for one that is longer than so many years.
    """
    match = _WRITTEN.match(text)
    if match is None:
        raise ValueError(f"not a duration: {text!r}")
    count, unit = int(match[1][:20]), match[2]  # further digits would only make it longer
    made = Duration(seconds=count * _SECONDS[unit], written=unit) if unit in _SECONDS else Duration(months=count * (12 if unit == "year" else 1))
    if made.months > 12 * years or made.seconds > YEAR.days * _SECONDS["day"] * years:
        raise OutOfBounds(f"longer than {years} years", f"write {years} years at most")
    return made


@cache
def zone(name: str) -> ZoneInfo:
    """The time zone from the `tzdata` package, never the machine's; an unknown name raises KeyError.

    Source: rule language, 3.9: the same book gives the same bytes on every machine.
    """
    parts = name.split("/")
    if not name or any(part in ("", ".", "..") for part in parts):
        raise KeyError(name)
    source = resources.files("tzdata").joinpath("zoneinfo", *parts)
    if not source.is_file():
        raise KeyError(name)
    with source.open("rb") as stream:
        return ZoneInfo.from_file(stream, key=name)


@cache
def zone_names() -> tuple[str, ...]:
    """The names of all time zones that `zone` knows, sorted."""
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return tuple(sorted(listed.split()))


def local(instant: datetime, tz: ZoneInfo) -> datetime:
    """The wall-clock time of a UTC instant in the zone."""
    return instant.astimezone(tz)


def local_date(instant: datetime, tz: ZoneInfo) -> date:
    """The calendar day in the zone on which the instant falls."""
    return instant.astimezone(tz).date()


def start_of_day(day: date, tz: ZoneInfo) -> datetime:
    """The UTC instant at which the day begins in the zone: 01:00 by its clock where the clock is put forward over midnight."""
    return instant_of(datetime.combine(day, time()), tz)


def wall_clock(instant: datetime, tz: ZoneInfo) -> datetime:
    """The time of a UTC instant in the zone as days are counted: the first instant of a day is its midnight, whatever hour it shows.

    Source: rule language, second version, 1.6.

    >>> wall_clock(datetime(2026, 3, 29, 1, tzinfo=UTC), zone("Atlantic/Azores"))
    datetime.datetime(2026, 3, 29, 0, 0)
    """
    wall = instant.astimezone(tz).replace(tzinfo=None)
    return datetime.combine(wall.date(), time()) if begins_day(instant, tz) else wall


def begins_day(instant: datetime, tz: ZoneInfo) -> bool:
    """Whether it is the first instant of a day of the zone: what a date means."""
    return instant == start_of_day(local_date(instant, tz), tz)


def written_instant(instant: datetime, tz: ZoneInfo) -> str:
    """The instant as the rule language writes it: the day alone where it is the day's first instant, else with time and offset.

    >>> written_instant(datetime(2026, 3, 29, 1, tzinfo=UTC), zone("Atlantic/Azores"))
    '2026-03-29'
    """
    wall = instant.astimezone(tz)
    return wall.date().isoformat() if begins_day(instant, tz) else wall.isoformat()


def instant_of(wall: datetime, tz: ZoneInfo) -> datetime:
    """The UTC instant of a time in the zone: the first of two in autumn; one that spring skips is moved on by the gap, as calendars do."""
    return wall.replace(tzinfo=tz, fold=0).astimezone(UTC)


def local_instant(wall: datetime, tz: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time without offset: the first of two in autumn; a skipped one raises ValueError.

    Source: rule language, 3.10, Windows.
    """
    instant = instant_of(wall, tz)
    if instant.astimezone(tz).replace(tzinfo=None) != wall:
        raise ValueError(f"{wall:%Y-%m-%d %H:%M} does not exist in {tz.key}: the clock is put forward over it")
    return instant


def add_months(anchor: date, months: int) -> date:
    """The day that many months after the anchor, keeping the anchor's day where the month has it (31 Jan + 1 = 28 Feb).

    Source: rule language, 3.7.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2026, 1, 31), 2)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))
    """
    year, month0 = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month0 + 1, min(anchor.day, monthrange(year, month0 + 1)[1]))


def after(start: datetime, duration: Duration, tz: ZoneInfo) -> datetime:
    """The UTC instant `duration` after `start`: months by the zone's calendar at the same wall-clock time, the rest elapsed time.

    From the first instant of a day it is the first instant of another. Source: rule language, second version, 1.6.
    """
    if duration.seconds:
        return start + timedelta(seconds=duration.seconds)
    wall = wall_clock(start, tz)
    return instant_of(datetime.combine(add_months(wall.date(), duration.months), wall.time()), tz)


def days_in_month(day: date) -> int:
    """How many days the month of `day` has."""
    return monthrange(day.year, day.month)[1]
