"""What a caller gives: files by their path, or mappings of the same keys, which are read by the code that reads the files.

Contract: exact or not at all. A mapping is written down in the rule language, so that a finding shows the line it speaks of.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from engine.language.build.node import is_number
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


def written(value: object, path: str, margin: str = "") -> str:
    """The value as a rule file says it; `path` names it where it cannot be said.

    >>> print(written({"items": {"users": Decimal("10"), "storage": "200 GB"}}, "order"))
    {
     "items": {
      "users": 10,
      "storage": "200 GB"
     }
    }
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal() if value.is_finite():
            return f"{value:f}"
        case str():
            return value if is_number(value) else json.dumps(value, ensure_ascii=False)
        case date():
            return json.dumps(value.isoformat())
        case Mapping():
            keys = [json.dumps(str(key), ensure_ascii=False) for key in value]
            values = [written(each, f"{path}.{key}", margin + " ") for key, each in value.items()]
            return _joined("{}", [f"{key}: {each}" for key, each in zip(keys, values, strict=True)], margin)
        case list() | tuple():
            return _joined("[]", [written(each, f"{path}.{number}", margin + " ") for number, each in enumerate(value)], margin)
    raise TypeError(f"`{path}` is {_not_exact(value)}")


def _joined(brackets: str, parts: list[str], margin: str) -> str:
    inner = f",\n{margin} ".join(parts)
    return f"{brackets[0]}\n{margin} {inner}\n{margin}{brackets[1]}" if parts else brackets


def _not_exact(value: object) -> str:
    if isinstance(value, float):
        return f'the float {value!r}, which is not exact: give Decimal("{value!r}") or the text "{value!r}"'
    return f"{value!r}; give a text, a whole number, a Decimal, a date, True or False, or a mapping or list of them"


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
