"""Who tells a sheet: a reader's language, the sheet's names and its currency; how single values are said."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.documents.format import Formatter
from engine.model.texts import Text, UnitTitle
from engine.model.time_bands import BAND
from engine.sheet.view import Names, SheetView
from engine.values.exact import Number, exact, is_finite_decimal, round_number
from engine.values.periods import local_date, zone

ENDLESS_DECIMALS = 4
"""A price that does not end (a third of a cent) is shown with so many decimals, and the table says so."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Who tells: a reader's language, the sheet's names and its currency."""

    f: Formatter
    names: Names
    currency: str
    zone: ZoneInfo

    def say(self, message: str, /, **values: object) -> str:
        """A message in the reader's language."""
        return self.f.words.gettext(message, **values)

    def sentence(self, words: str) -> str:
        """Words that are a sentence of their own, with the full stop of the language."""
        return self.say("%(words)s.", words=words)

    def say_many(self, one: str, many: str, count: Number | int, /, **values: object) -> str:
        """A message in the form for `count`."""
        return self.f.words.ngettext(one, many, count, **values)

    def say_in(self, context: str, message: str, /, **values: object) -> str:
        """A message in the sense of `context`."""
        return self.f.words.pgettext(context, message, **values)

    def text(self, text: Text) -> str:
        """A text of the book, else of its own language."""
        return self.f.text(text, self.names.language)

    def item(self, item: str) -> str:
        """The item's title, else its id."""
        return self.text(self.names.items.get(item, Text())) or self.f.name(item)

    def mode(self, mode: str) -> str:
        """The billing mode's title, else its id."""
        return self.text(self.names.modes.get(mode, Text())) or self.f.name(mode)

    def resource(self, resource: str) -> str:
        """The resource's title, else its id."""
        return self.text(self.names.resources.get(resource, Text())) or self.f.name(resource)

    def attribute(self, attribute: str) -> str:
        """The attribute's title, else its id; that of time bands has no title in the book."""
        if attribute == BAND and self.names.time_bands is not None:
            return self.say("Time band")
        return self.text(self.names.attributes.get(attribute, Text())) or self.f.name(attribute)

    def value(self, attribute: str, value: str) -> str:
        """A value of the attribute: the title of a time band, or as it is written."""
        return self.band(attribute, value) or self.f.name(value)

    def band(self, attribute: str, value: str) -> str:
        """The title of the time band that a value of the attribute names; empty where it is none, or has none."""
        return self.text((self.names.time_bands or {}).get(value, Text())) if attribute == BAND else ""

    def spec(self, item: str, spec: str) -> str:
        """The title of one of the item's specs, else its id."""
        return self.kept_together(self.names.specs.get((item, spec), Text())) or self.f.name(spec)

    def kept_together(self, text: Text) -> str:
        """A text with its quantities whole: a number never leaves its unit at the end of a line, nor changes sides with it."""
        said = self.f.quantities_whole(text.read(self.f.language, self.names.language))
        return self.f.borrowed(said, text.by_language, self.names.language)

    def quantity(self, value: Number, unit: str) -> str:
        """A quantity with its unit: `10 users`, `100 GB`."""
        return self.f.quantity(value, self._unit(unit), unit, self.names.language)

    def largest(self, value: Number, unit: str) -> str:
        """A quantity in the largest unit in which it is a whole number: 1,024 GB are 1 TB, 1,500 GB stay."""
        return self.quantity(*self.in_largest(value, unit))

    def in_largest(self, value: Number, unit: str) -> tuple[Number, str]:
        """The quantity and the largest unit in which it is a whole number."""
        return self.names.unit_table.largest(value, unit)

    def noun(self, unit: str, count: Number | int) -> str:
        """The unit alone, in the form for `count`."""
        return self.f.noun(self._unit(unit), unit, count, self.names.language)

    def counted(self, unit: str) -> bool:
        """Whether the unit has a name that changes with its number, as what is counted has (`user`, `users`)."""
        return any(len(forms) > 1 for forms in self._unit(unit).by_language.values())

    def day(self, at: datetime | date) -> str:
        """A day in words; an instant falls on its day in the book's zone."""
        return self.f.date(local_date(at, self.zone) if isinstance(at, datetime) else at)

    def last_day(self, end: datetime | date) -> str:
        """The last day of what holds until before `end`, in words."""
        return self.day(end - (timedelta(microseconds=1) if isinstance(end, datetime) else timedelta(days=1)))

    def _unit(self, unit: str) -> UnitTitle:
        view = self.names.units.get(unit)
        return view.title if view else UnitTitle()


def teller(view: SheetView, f: Formatter) -> Teller:
    """The teller of a sheet for one reader."""
    return Teller(f, view.names, view.header.currency, zone(view.header.timezone))


def shown_ratio(ratio: Number) -> Number:
    """A ratio as it is shown: exact, or with two decimals of a percent where it does not end."""
    return ratio if is_finite_decimal(ratio) else round_number(ratio, 4, "half-up")


def shown(value: Number) -> Number:
    """A price as it is shown: exact, or with a few decimals where it does not end."""
    number = exact(value)
    return number if is_finite_decimal(number) else round_number(number, ENDLESS_DECIMALS, "half-up")


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after another; Chinese and Japanese ones need no space, and get none from their own full stop."""
    text = ""
    for part in parts:
        if part:
            text += ("" if not text or text.endswith(("\u3002", "\uff1a")) else " ") + part
    return text


def capital(text: str) -> str:
    """The text with the letter that it begins with large, whatever marks stand before it; a number stays what begins a text."""
    match = re.match(r"[\W_]*([^\W\d_])", text)
    return f"{text[: match.start(1)]}{match[1].upper()}{text[match.end() :]}" if match else text
