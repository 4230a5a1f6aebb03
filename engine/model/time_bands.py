"""Time bands: the hours, weekdays and months of the book's zone in which a price holds (rule language, second version, 3.4).

Contract: knows clocks and calendars of a zone, nothing of prices or records. Instants are UTC.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.model.checks import refuse
from engine.model.texts import Text
from engine.values.periods import local
from engine.values.spans import NOWHERE, Origin

BAND = "band"
"""The attribute that `when` names: the band at a record's own time; what lies in no band has none."""
DAY = 24 * 60
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class TimeBand:
    """A band: `hours` in minutes of the clock from midnight on, half-open, an end above 1,440 lies on the day after the one on which
    the hours begin; `days` from 0 (monday) on and `months` from 1 on are those of that day, and empty: every one.
    """

    id: str
    hours: tuple[tuple[int, int], ...] = ((0, DAY),)
    days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    title: Text = Text()
    description: Text = Text()
    origin: Origin = NOWHERE

    def __post_init__(self) -> None:
        refuse(not self.hours, "a band has hours")
        refuse(any(not 0 <= start < DAY or not start < end <= start + DAY for start, end in self.hours), "hours begin on their day and last a day at most")

    @property
    def written(self) -> tuple[str, str, str]:
        """Hours, days and months in the words of a rule file."""
        hours = ", ".join(f"{clock(start)}-{clock(end if end <= DAY else end - DAY)}" for start, end in self.hours)
        return hours, ", ".join(WEEKDAYS[day] for day in sorted(self.days)) or "every day", ", ".join(map(str, sorted(self.months))) or "every month"

    def begins_on(self, day: date) -> bool:
        """Whether its hours begin on the day."""
        return (not self.days or day.weekday() in self.days) and (not self.months or day.month in self.months)

    def holds(self, wall: datetime) -> bool:
        """Whether a clock of the zone that shows `wall` shows a time of the band."""
        minute, today = wall.hour * 60 + wall.minute, wall.date()
        return any(
            (start <= minute < end and self.begins_on(today)) or (minute < end - DAY and self.begins_on(today - timedelta(days=1)))
            for start, end in self.hours
        )  # fmt: skip


def clock(minute: int) -> str:
    """A time of the clock so many minutes after midnight: `16:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"


def band_at(bands: Mapping[str, TimeBand], instant: datetime, zone: ZoneInfo) -> str | None:
    """The band at the instant; None where it lies in none. An hour that the clocks show twice is in its band both times."""
    wall = local(instant, zone).replace(tzinfo=None)
    return next((band.id for band in bands.values() if band.holds(wall)), None)


def band_stretches(bands: Mapping[str, TimeBand], start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, str | None]]:
    """[start, end) cut where a band begins or ends, in order, each part with its band; an hour that the clocks leave out is in none."""
    marks = sorted({start, end, *(each for each in _borders(bands, start, end, zone) if start < each < end)})
    open_at, open_band = start, band_at(bands, start, zone)
    for mark in marks[1:]:
        band = band_at(bands, mark, zone) if mark < end else None
        if mark == end or band != open_band:
            yield open_at, mark, open_band
            open_at, open_band = mark, band


def _borders(bands: Mapping[str, TimeBand], start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Every instant at which the clock may pass from one band to another: the borders of each day, both times where it shows them
    twice, and each whole quarter of an hour of a day on which the clocks are changed.
    """
    minutes = {0} | {border % DAY for band in bands.values() for hours in band.hours for border in hours}
    day, last = local(start, zone).date(), local(end, zone).date()
    utc = start.tzinfo
    while day <= last:
        midnight = datetime.combine(day, time(), zone)
        begin, stop = midnight.astimezone(utc), datetime.combine(day + timedelta(days=1), time(), zone).astimezone(utc)
        if stop - begin != timedelta(days=1):
            yield from (begin + timedelta(minutes=quarter) for quarter in range(-120, 2 * DAY, 15) if begin + timedelta(minutes=quarter) < stop)
        for minute in minutes:
            wall = midnight + timedelta(minutes=minute)
            yield from (wall.replace(fold=fold).astimezone(utc) for fold in (0, 1))
        day += timedelta(days=1)


def overlap_of(one: TimeBand, other: TimeBand) -> tuple[int, int, int] | None:
    """The first (month, weekday, minute) at which both bands hold; None where they never do.

    Every month has each weekday after each weekday, so a day and the day before it stand for all; the first of a month follows a day
    of the month before.
    """
    edges = sorted({0} | {border % DAY for band in (one, other) for hours in band.hours for border in hours})
    for month in range(1, 13):
        for weekday in range(7):
            for before in (month, 12 if month == 1 else month - 1):
                for minute in edges:
                    if all(_shows(band, month, weekday, before, minute) for band in (one, other)):
                        return month, weekday, minute
    return None


def _shows(band: TimeBand, month: int, weekday: int, month_before: int, minute: int) -> bool:
    today = (not band.days or weekday in band.days) and (not band.months or month in band.months)
    yesterday = (not band.days or (weekday - 1) % 7 in band.days) and (not band.months or month_before in band.months)
    return any((start <= minute < end and today) or (minute < end - DAY and yesterday) for start, end in band.hours)
