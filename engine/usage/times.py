"""The time of a usage record, as programs and exports write it; what is not read is never guessed, but said how to write.

Contract: an instant is kept to the microsecond, and digits beyond are cut: no window's border lies between two of them.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.language.wording import date_meant, no_such_day
from engine.values.bounds import OutOfBounds, in_years
from engine.values.periods import local_instant, start_of_day

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"(?: ?(?:(Z|UTC)|([+-][0-9]{2}):?([0-9]{2})?))?\Z",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"([1-9][0-9]{9})(?:[0-9]{3}){0,3}\Z")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})[Tt]([0-9]{2})([0-9]{2})([0-9]{2})?(Z|[+-][0-9]{2}:?[0-9]{2})?\Z")
_OTHERWISE = re.compile(r"(\S+?)(?:[Tt]| +)([0-9]{1,2}):([0-9]{2})(:[0-9]{2})?(?: ?([AaPp])\.?[Mm]\.?)?\Z")
_NAMED = re.compile(r"(.*[0-9:]) ?(?:\[[A-Za-z_/]+\]|\(?([A-Za-z][A-Za-z_/]+)\)?)\Z")
ANY_TIME = "write it as `2026-03-01T10:00`, or with its offset: `2026-03-01T10:00+08:00`"


def read_time(text: str, tz: ZoneInfo) -> datetime | None:
    """The UTC instant that the text means: a day (its first instant), or a day and time of the zone or with an offset; else None.

    Raises ValueError or OverflowError for a time that does not exist, also one that a clock change skips.

    >>> read_time("2026-03-01 10:00:00.123456789 +0800", ZoneInfo("Europe/Berlin")).isoformat()
    '2026-03-01T02:00:00.123456+00:00'
    """
    if _DAY.match(text):
        return start_of_day(in_years(datetime.fromisoformat(text)).date(), tz)
    match = _TIME.match(text)
    if match is None:
        return None
    day, clock, seconds, fraction, zero, hours, minutes = match.groups()
    offset = "+00:00" if zero else f"{hours}:{minutes or '00'}" if hours else ""
    when = in_years(datetime.fromisoformat(f"{day}T{clock}:{seconds or '00'}.{(fraction or '')[:6]:0<6}{offset}"))
    return when.astimezone(UTC) if offset else local_instant(when, tz)


def why_not_read(text: str, tz: ZoneInfo) -> tuple[str, str]:
    """Message and remedy for a text that is no time, or one that does not exist.

    >>> why_not_read("3/25/2026 4:05 PM", ZoneInfo("UTC"))
    ('the time `3/25/2026 4:05 PM` cannot be read', 'write `2026-03-25T16:05`')
    """
    if not text:
        return "the time is empty", ANY_TIME
    try:
        found = read_time(text, tz)
    except OutOfBounds as beyond:
        return f"the time `{text}` is {beyond}", beyond.remedy
    except (ValueError, OverflowError) as problem:
        return _not_there(text, str(problem))
    if found is not None:
        raise ValueError(f"a time that can be read: {text}")
    return f"the time `{text}` cannot be read", _remedy(text, tz)


def _not_there(text: str, problem: str) -> tuple[str, str]:
    """Why a time in the right form is none."""
    if "clock" in problem:
        return problem, "write a time that exists, or one with its offset: `2026-03-01T10:00+08:00`"
    no_day = no_such_day(text)
    if no_day is not None:
        return f"`{text}` is no day and time that exist: {no_day[0]}", no_day[1]
    if text[11:13] == "24":
        return f"`{text}` is no day and time that exist: a day ends before 24:00", "write `00:00` of the next day"
    return f"`{text}` is no day and time that exist", "hours run from 00 to 23, minutes and seconds from 00 to 59, an offset to 23:59"


def _remedy(text: str, tz: ZoneInfo) -> str:
    """What to write for the times of other programs; where day and month could be swapped, no reading is said."""
    epoch = _EPOCH.match(text)
    if epoch is not None:
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(epoch[1]))
        return f"if it counts from 1970, write `{instant:%Y-%m-%dT%H:%M:%S}Z`"
    meant = _meant(text)
    try:
        if meant is not None and read_time(meant, tz) is not None:
            return f"write `{meant}`"
    except (ValueError, OverflowError):
        return ANY_TIME
    named = _NAMED.match(text)
    if named is not None and named[2]:
        return f"write the offset in place of `{named[2]}`: `2026-03-01T10:00+08:00`"
    return ANY_TIME


def _meant(text: str) -> str | None:
    """The same time in a form that is read; None where nothing is near."""
    compact = _COMPACT.match(text)
    if compact is not None:
        year, month, day, hour, minute, second, offset = compact.groups()
        return f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}{offset or ''}"
    named = _NAMED.match(text)
    if named is not None and named[2] is None:
        return named[1]
    other = _OTHERWISE.match(text)
    if other is None:
        return date_meant(text)
    day = other[1] if _DAY.match(other[1]) else date_meant(other[1])
    hour = int(other[2])
    if other[5] is not None:
        hour = hour % 12 + (12 if other[5] in "Pp" else 0) if 1 <= hour <= 12 else 24
    return f"{day}T{hour:02}:{other[3]}{other[4] or ''}" if day is not None else None
