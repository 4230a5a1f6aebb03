"""Instants as whole numbers, as engines and files hold them: microseconds since 1970, in UTC."""

from datetime import UTC, datetime, timedelta

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def in_microseconds(at: datetime) -> int:
    """An instant of UTC, or what a clock on the wall shows, in microseconds since 1970.

    >>> in_microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (at.replace(tzinfo=UTC) - EPOCH) // MICROSECOND


def instant_at(microseconds: int) -> datetime:
    """The instant of so many microseconds since 1970, in UTC."""
    return EPOCH + microseconds * MICROSECOND
