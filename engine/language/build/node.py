"""A place in a read document, with the readers that turn what is written there into exact values.

Contract: a reader returns a value or raises `Unreadable`; it never guesses and never reports. The shape check has usually
reported the mistake already, with better words; `Build.unreadable` decides whether a report is still missing.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from engine.language.document import Document
from engine.language.names import closest
from engine.language.wording import duration_meant, either_of, named, number_meant, readings
from engine.model.checks import choices, default_of
from engine.values.bounds import LONGEST_YEARS, OutOfBounds, check_count, in_years, read_digits
from engine.values.exact import Number, divide, multiply, whole_down
from engine.values.periods import Duration, local_instant, parse_duration, start_of_day
from engine.values.spans import Origin, Path, Span
from engine.values.spans import dotted as dotted_path
from engine.values.voices import Voice

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

P = ParamSpec("P")
T = TypeVar("T")

NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
PERCENT = Decimal("0.01")
_NUMBER = re.compile(NUMBER + r"\Z")
_PERCENT = re.compile(rf"({NUMBER})%\Z")
_QUANTITY = re.compile(rf"({NUMBER})(?:/([1-9][0-9]*))? (\S+)\Z")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(Z|[+-][0-9]{2}:[0-9]{2})?\Z")


class Unreadable(Exception):
    """A value that is not of the form its key asks for; `expected` says what to write, in words of the rule language, `meant` what the
    author probably meant, empty where nothing is near. `beyond` is the bound that a value of the right form passes, and `no_such_time`
    tells that the day or time is well written and does not exist. `fix` is what may be written in its place without a doubt.
    """

    def __init__(
        self, node: "Node", expected: str, meant: str = "", beyond: OutOfBounds | None = None, no_such_time: bool = False, fix: str | None = None
    ) -> None:
        super().__init__(expected)
        self.node = node
        self.expected = expected
        self.meant = meant
        self.beyond = beyond
        self.no_such_time = no_such_time
        self.fix = fix


class Node:
    """A value of a document and the path to it. Knows its place; holds no meaning."""

    __slots__ = ("data", "document", "path")

    def __init__(self, document: Document, path: Path, data: object) -> None:
        self.document = document
        self.path = path
        self.data = data

    # --- places

    @property
    def file(self) -> str:
        """The file as it is shown to the user."""
        return self.document.file

    @property
    def voice(self) -> Voice:
        """How messages call the keys of the document."""
        return self.document.voice

    def called(self) -> str:
        """How a message calls the value: by its key or option."""
        return named(self.path, self.voice)

    def span(self) -> Span | None:
        """Where the value stands; its key where the value has no place of its own."""
        return self.document.values.get(self.path) or self.document.keys.get(self.path)

    def key_span(self) -> Span | None:
        """Where the key stands that leads to the value."""
        return self.document.keys.get(self.path) or self.document.values.get(self.path)

    def origin(self) -> Origin:
        """The record's note of where it was written, with the first text of its own `reference`; one that is no text is told where it is read."""
        span = self.key_span()
        reference = self.get("reference") if isinstance(self.data, dict) else None
        texts = () if reference is None else (each for _, each in reference.entries()) if isinstance(reference.data, dict) else (reference,)
        said = next((each.raw() for each in texts if not isinstance(each.data, (dict, list))), None)
        if span is None:
            return Origin(file=self.file, path=self.path, reference=said, voice=self.voice)
        return Origin(span.file, span.line, span.column, self.path, said)

    def dotted(self) -> str:
        """The path as messages write it: `items.basic-edition.unit`."""
        return dotted_path(self.path)

    # --- going down

    def at(self, key: str | int) -> "Node":
        """The value under a key or position that is there."""
        found = self.data[key] if isinstance(self.data, list) and isinstance(key, int) else self.mapping[str(key)]
        return Node(self.document, (*self.path, key), found)

    def get(self, key: str) -> "Node | None":
        """The value under `key`, None where it is not written (or left empty)."""
        data = self.data
        if not isinstance(data, dict):
            raise Unreadable(self, "a mapping: `key: value` pairs")
        value = data.get(key)
        return None if value is None else Node(self.document, (*self.path, key), value)

    def need(self, key: str) -> "Node":
        """The value under `key`, which must be written."""
        found = self.get(key)
        if found is None:
            raise Unreadable(self, f"a mapping with `{key}:`")
        return found

    def read(self, key: str, reader: "Callable[[Node], T]") -> T | None:
        """What a reader makes of the value under `key`; None where it is not written."""
        found = self.get(key)
        return None if found is None else reader(found)

    def entries(self) -> Iterator[tuple[str, "Node"]]:
        """The pairs of a mapping, in the order of the file; an empty value is no pair."""
        if not isinstance(self.data, dict):
            raise Unreadable(self, "a mapping: `key: value` pairs")
        for key, value in self.data.items():
            if value is not None:
                yield key, Node(self.document, (*self.path, key), value)

    def elements(self, most: int | None = None) -> Iterator["Node"]:
        """The entries of a list, which has at most so many."""
        if not isinstance(self.data, list):
            raise Unreadable(self, "a list")
        if most is not None:
            self.bounded(check_count, len(self.data), most)
        for position, value in enumerate(self.data):
            yield Node(self.document, (*self.path, position), value)

    def one_or_more(self) -> list["Node"]:
        """The entries of a list, or the single value as a list of one."""
        return list(self.elements()) if isinstance(self.data, list) else [self]

    @property
    def mapping(self) -> dict[str, object]:
        """The mapping that is written here, as data; an empty one where none is."""
        return self.data if isinstance(self.data, dict) else {}

    @property
    def is_mapping(self) -> bool:
        """Whether a mapping is written here."""
        return isinstance(self.data, dict)

    @property
    def is_list(self) -> bool:
        """Whether a list is written here."""
        return isinstance(self.data, list)

    # --- scalars

    def raw(self) -> str:
        """The scalar exactly as typed: `NO`, `012` and `2026` stay texts where a text is expected."""
        written = self.document.written.get(self.path)
        if written is not None:
            return written
        if self.data is None or isinstance(self.data, (dict, list)):
            raise Unreadable(self, "a text")
        if isinstance(self.data, bool):
            return "true" if self.data else "false"
        return str(self.data)

    def text(self) -> str:
        """A text on one value; a mapping or list raises."""
        if isinstance(self.data, (dict, list)):
            raise Unreadable(self, "a text")
        return self.raw()

    def texts(self) -> tuple[str, ...]:
        """A text or a list of texts."""
        return tuple(node.text() for node in self.one_or_more())

    def choice(self, *allowed: str) -> str:
        """One of the words that the key allows."""
        word = self.text()
        if word not in allowed:
            near = closest(word, allowed)
            raise Unreadable(self, "one of " + ", ".join(f"`{each}`" for each in allowed), f"did you mean `{near}`?" if near else "")
        return word

    def word(self, record: "type[DataclassInstance]", field: str, key: str = "") -> str:
        """The word under a key (that of the field): one that the field of the record may hold; its default where it has one and none is written."""
        found, default = self.get(key or field), default_of(record, field)
        return default if found is None and default is not None else self.need(key or field).choice(*choices(record, field))

    def word_or_none(self, record: "type[DataclassInstance]", field: str) -> str | None:
        """The word under the key of a field; None where none is written."""
        found = self.get(field)
        return None if found is None else found.choice(*choices(record, field))

    def number(self) -> Decimal:
        """An exact number, digits kept."""
        if isinstance(self.data, Decimal):
            return self.bounded(read_digits, self.raw())
        found = readings(self.data, number_meant) if isinstance(self.data, str) else ()
        raise Unreadable(self, "a number such as `0.10`, without quotes", either_of(found) if found else "")

    def whole(self) -> int:
        """A whole number that is not negative."""
        number = self.number()
        if number != whole_down(number) or number < 0:
            raise Unreadable(self, "a whole number such as `2`")
        return int(number)

    def flag(self) -> bool:
        """`true` or `false`."""
        if isinstance(self.data, bool):
            return self.data
        raise Unreadable(self, "`true` or `false`")

    def percent(self) -> Decimal:
        """A ratio written as a percentage: `17%` is 0.17."""
        match = _PERCENT.match(self.text())
        if match is None:
            raise Unreadable(self, "a percentage such as `17%`")
        return multiply(self.bounded(read_digits, match[1]), PERCENT)

    def is_percent(self) -> bool:
        """Whether a percentage is written here."""
        return isinstance(self.data, str) and _PERCENT.match(self.data) is not None

    def duration(self, written: str | None = None, years: int = LONGEST_YEARS) -> Duration:
        """A length of time such as `9 months`, of so many years at most; `written` is the part of the value that says it."""
        try:
            return self.bounded(parse_duration, self.text() if written is None else written, years)
        except ValueError:
            # A number alone could be of any unit.
            meant = None if self.raw().isdigit() else duration_meant(self.raw())
            remedy = f"write `{meant}`" if meant else ""
            raise Unreadable(self, "a duration such as `1 month`, `1 year`, `5 days` or `720 hours`", remedy) from None

    def quantity(self) -> tuple[Number, str | None]:
        """A number with or without its unit: `20`, `100 GB`."""
        if isinstance(self.data, Decimal):
            return self.number(), None
        match = _QUANTITY.match(self.text())
        if match is None:
            raise Unreadable(self, "a quantity such as `20` or `100 GB`, with a space before the unit")
        number = self.bounded(read_digits, match[1])
        return (divide(number, self.bounded(read_digits, match[2])) if match[2] else number), match[3]

    def instant(self, tz: ZoneInfo) -> datetime:
        """A date or an instant, as UTC: a date is the start of its day in `tz`, a time without offset is read in `tz`."""
        try:
            found = self.bounded(instant_of, self.text(), tz)
        except (ValueError, OverflowError):
            expected = "a day and time that exist, such as `2026-01-01` or `2026-01-01T10:00`"
            raise Unreadable(self, expected, no_such_time=True) from None
        if found is None:
            raise Unreadable(self, "a date such as `2026-01-01`, or an instant such as `2026-01-01T10:00`")
        return found

    def bounded(self, read: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What `read` makes of the value; one beyond its bound is unreadable."""
        try:
            return read(*arguments, **named)
        except OutOfBounds as beyond:
            raise Unreadable(self, beyond.remedy, beyond=beyond) from None


def instant_of(text: str, tz: ZoneInfo) -> datetime | None:
    """The UTC instant that a date or an instant as the rule language writes it means; None for any other text.

    Raises ValueError or OverflowError for a day or a time that does not exist, also one that the clock change skips, and OutOfBounds.
    """
    if _DATE.match(text):
        return start_of_day(in_years(date.fromisoformat(text)), tz)
    match = _INSTANT.match(text)
    if match is None:
        return None
    when = in_years(datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3] or ''}"))
    return when.astimezone(UTC) if match[3] else local_instant(when, tz)


def is_number(text: str) -> bool:
    """Whether the text is an exact number as the rule language writes it."""
    return _NUMBER.match(text) is not None
