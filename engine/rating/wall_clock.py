"""Times of a zone without their offset, as an engine reads them: pieces of the clock on the wall, each with its offset from UTC.

Contract: pure. The offsets are those of the book's own zone (`tzdata`), never an engine's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from engine.values.microseconds import MICROSECOND, in_microseconds

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class WallPiece:
    """From `start` on and before `end` (microseconds since 1970 as it shows them) a clock is so many microseconds ahead of UTC; None: it is skipped."""

    start: int
    end: int
    ahead: int | None


@cache
def wall_pieces(zone: ZoneInfo, first_year: int, last_year: int) -> tuple[WallPiece, ...]:
    """The pieces of the clock from the first of January of one year to that of the year behind the last, in order of time.

    Of an hour that comes twice the first one is meant, as `local_instant` does.

    >>> [(each.start, each.end, each.ahead) for each in wall_pieces(ZoneInfo("UTC"), 2026, 2026)]
    [(1767225600000000, 1798761600000000, 0)]
    """
    return tuple(_pieces(zone, datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)))


def _pieces(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[WallPiece]:
    at, ahead = start, _ahead(zone, start)
    wall = in_microseconds(start) + ahead
    while at < end:
        following = min(at + DAY, end)
        after = _ahead(zone, following)
        if after != ahead:
            change = in_microseconds(_change(zone, at, following))
            yield WallPiece(wall, change + ahead, ahead)
            if after > ahead:
                yield WallPiece(change + ahead, change + after, None)
            wall = change + max(ahead, after)
        at, ahead = following, after
    yield WallPiece(wall, in_microseconds(end) + ahead, ahead)


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first second with the offset of `high`, where that of `low` is another."""
    old = _ahead(zone, low)
    while high - low > SECOND:
        middle = low + timedelta(seconds=(high - low) // SECOND // 2)
        low, high = (middle, high) if _ahead(zone, middle) == old else (low, middle)
    return high


def _ahead(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return 0 if offset is None else offset // MICROSECOND
