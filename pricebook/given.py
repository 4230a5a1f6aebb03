"""What a caller gives: files by their path, or mappings of the same keys, which are read by the code that reads the files.

Contract: exact or not at all. A mapping is written down in the rule language, so that a finding shows the line it speaks of.
"""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime

from engine.language.build.notation import written
from engine.model.book import PriceBook
from engine.store import read_input
from engine.values.bounds import OutOfBounds, in_years
from engine.values.periods import local_instant, start_of_day

Source = str | os.PathLike[str] | Mapping[str, object]
"""A file by its path, or what would stand in it."""


def content_of(given: Source, called: str) -> tuple[str, bytes]:
    """The name by which findings call it, and the bytes to read.

    Raises Unusable where a file cannot be read, and TypeError for a value that no file could say, such as a float.
    """
    if isinstance(given, Mapping):
        return called, (written(given, called) + "\n").encode("utf-8")
    name = os.fspath(given)
    return name, read_input(name)


def instant_of(day: date, book: PriceBook) -> datetime:
    """The UTC instant at which a day begins in the book's time zone; a datetime without an offset is of that zone.

    Raises ValueError for a year that no price book speaks of and for a time that the clock skips, TypeError for anything else.
    """
    if not isinstance(day, date):
        raise TypeError(f"{day!r} is no date; give a datetime.date or a datetime.datetime")
    try:
        in_years(day)
    except OutOfBounds as beyond:
        raise ValueError(f"{day} is {beyond}") from None
    if not isinstance(day, datetime):
        return start_of_day(day, book.zone)
    return day.astimezone(UTC) if day.tzinfo else local_instant(day, book.zone)
