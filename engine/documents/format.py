"""Numbers, money, dates and quantities as a reader of one language writes them. Nothing is rounded here.

Every digit comes from `plain`, so a document prints what was computed; the locale gives separators, order and words only. In
right-to-left languages each number is isolated left to right (U+2066 ... U+2069), or its sign and unit would change sides; the
page turns the isolates into `<bdi>` elements. Source: documents, Languages; pictures guide, Right to left.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import get_currency_name, get_decimal_symbol, get_group_symbol

from engine.documents.time_words import time_words
from engine.documents.translations import Phrase, Translator, oblique, plural_category, translator
from engine.model import formulas
from engine.model.texts import Text, UnitTitle
from engine.values.exact import Number, exact, multiply, plain, shown
from engine.values.money import minor_places
from engine.values.periods import Duration, begins_day

LEFT_TO_RIGHT, FIRST_STRONG, END = "\u2066", "\u2068", "\u2069"
LANGUAGE, NO_LANGUAGE = "\U000e0001", "\U000e0001\U000e007f"
"""Around a text in another language than the page's: Unicode's language tag (then the code in tag letters) and its end."""
MINUS, TIMES, DASH, NO_BREAK = "\u2212", "\u00d7", "\u2013", "\u00a0"
RIGHT_TO_LEFT_LANGUAGES = ("ar",)

_LANGUAGE_MARKS = re.compile("\U000e0001(?:\U000e007f|([\U000e0061-\U000e007a\U000e002d\U000e0030-\U000e0039\U000e0041-\U000e005a]+))")
_STRONG_LEFT = re.compile(r"[A-Za-z\u00c0-\u024f]")
_STRONG_RIGHT = re.compile(r"[\u0590-\u08ff]")
# The embedded faces have no narrow no-break space; CLDR's own isolation marks would be doubled.
_CLEAN = str.maketrans({"\u202f": NO_BREAK, "\u200e": None, "\u200f": None})


@dataclass(frozen=True, slots=True)
class Formatter:
    """Writes values for the readers of one locale. `words` finds the messages that go with them."""

    locale: Locale
    words: Translator
    decimal: str
    group: str

    @property
    def language(self) -> str:
        """The language code, as a book's texts are keyed (`en`)."""
        return self.locale.language

    @property
    def right_to_left(self) -> bool:
        """Whether the script runs from right to left."""
        return self.language in RIGHT_TO_LEFT_LANGUAGES

    @property
    def direction(self) -> str:
        """The value of HTML's `dir`."""
        return "rtl" if self.right_to_left else "ltr"

    def isolate(self, text: str) -> str:
        """The text set left to right as one piece, whatever stands around it (in left-to-right languages it is so anyway)."""
        return f"{LEFT_TO_RIGHT}{text}{END}" if self.right_to_left and text else text

    def name(self, text: str) -> str:
        """A name in a script of its own (a product, an id) kept together in a right-to-left sentence."""
        left, right = _STRONG_LEFT.search(text), _STRONG_RIGHT.search(text)
        foreign = left is not None and (right is None or left.start() < right.start())
        return f"{FIRST_STRONG}{text}{END}" if self.right_to_left and foreign else text

    def text(self, text: Text, fallback: str = "en") -> str:
        """A text of the book in the reader's language, else in the book's own (`fallback`)."""
        said = text.read(self.language, fallback)
        # Between letters that run to the left, a number would change sides with its unit.
        said = self.quantities_whole(said) if self.right_to_left and self.language in text.by_language else said
        return self.name(self.borrowed(said, text.by_language, fallback))

    def borrowed(self, said: str, by_language: Mapping[str, object], fallback: str) -> str:
        """What is said in another language for want of the reader's, marked with that language: `<span lang>` in a page."""
        if not said or self.language in by_language:
            return said
        return in_language(said, fallback if fallback in by_language else next(iter(by_language), fallback))

    def quantities_whole(self, text: str) -> str:
        """A text whose quantities stay whole: a number never leaves its unit at the end of a line, nor changes sides with it."""
        said = re.sub(r"(?<=\d) (?=\w)", NO_BREAK, text)
        return re.sub(rf"\d[\d.,]*{NO_BREAK}[A-Za-z]+", lambda match: self.isolate(match[0]), said)

    # Numbers

    def number(self, value: Number | int, places: int | None = None, at_least: int = 0, sign: bool = False) -> str:
        """The number with the locale's separators: all its decimals, `at_least` so many, or exactly `places`."""
        return self.isolate(self._digits(value, places, at_least, sign))

    def amount(self, value: Number, currency: str, places: int | None = None, sign: bool = False) -> str:
        """An amount of money without its currency, with at least the decimals of the currency's minor unit (ISO 4217)."""
        return self.number(value, places, minor_places(currency), sign)

    def money(self, value: Number, currency: str, sign: bool = False) -> str:
        """An amount with its currency code where the locale puts it: `USD 93.79`, `93,79 USD`."""
        digits = self._digits(value, None, minor_places(currency), sign)
        first = self.locale.currency_formats["standard"].pattern.lstrip("\u200f").startswith("\u00a4")
        parts = (currency, digits) if first else (digits, currency)
        return self.isolate(NO_BREAK.join(parts))

    def percent(self, ratio: Number, places: int | None = None, sign: bool = False) -> str:
        """A ratio as a percentage: 0.17 is `17%`, in German `17 %`; all its decimals, or exactly `places`."""
        return self.isolate(self._percent(self._digits(multiply(exact(ratio), Decimal(100)), places, 0, sign)))

    def _percent(self, digits: str) -> str:
        pattern = self.locale.percent_formats[None]
        return f"{pattern.prefix[0]}{digits}{pattern.suffix[0].translate(_CLEAN)}"

    def taxed(self, title: str, rate: str) -> str:
        """A tax and its rate as one piece: `VAT 19%`, also where the words around them run to the left."""
        return self.name(self.words.pgettext("tax", "%(title)s %(rate)s", title=title, rate=rate))

    def formula(self, formula: formulas.Formula | None) -> str:
        """A calculation (`100 × 2.40 + 30 × 2.10`) in the locale's digits, kept together as one piece; empty where there is none."""
        return self.isolate(formulas.text(formula, lambda value, least: self._digits(value, None, least, False), self._percent))

    def _digits(self, value: Number | int, places: int | None, at_least: int, sign: bool) -> str:
        number = exact(value)
        digits = plain(number, at_least if places is None else places)
        if places is not None and len(digits.partition(".")[2]) > places:
            raise ValueError(f"{digits} has more than {places} decimals, and a document rounds nothing")
        if digits.startswith("-"):
            return MINUS + self._grouped(digits[1:])
        return ("+" if sign and number > 0 else "") + self._grouped(digits)

    def _grouped(self, digits: str) -> str:
        whole, _, decimals = digits.partition(".")
        last, before = self.locale.decimal_formats[None].grouping
        parts: list[str] = []
        rest, size = whole, last
        while len(rest) > size:
            parts.insert(0, rest[-size:])
            rest, size = rest[:-size], before
        return self.group.join([rest, *parts]) + (self.decimal + decimals if decimals else "")

    # Quantities

    def noun(self, unit: UnitTitle, symbol: str, count: Number | int, fallback: str = "en") -> str:
        """The unit's name in the form for `count`; its symbol where the book gives no name."""
        forms = unit.forms(self.language, fallback)
        # A borrowed name follows the rule of the language that it is in: one edition, two editions, in a Japanese page too.
        spoken = next((name for name in (self.language, fallback, *unit.by_language) if name in unit.by_language), fallback)
        locale = self.locale if spoken == self.language else _locale_of(spoken)
        said = forms.get(plural_category(locale, count)) or forms.get("other") or symbol
        # A symbol is the same in every language.
        return said if said == symbol and len(set(forms.values())) < 2 else self.borrowed(said, unit.by_language, fallback)

    def quantity(self, value: Number | int, unit: UnitTitle, symbol: str, fallback: str = "en") -> str:
        """A quantity with its unit: `10 users`, `100 GB`; a symbol stays with its number, a word flows with the script."""
        noun = self.noun(unit, symbol, value, fallback)
        if self.right_to_left and _STRONG_RIGHT.search(noun):
            if value == 1:
                # One follows its noun, as an adjective of the noun's gender.
                return noun + NO_BREAK + ("واحدة" if noun.endswith("ة") else "واحد")
            # The dual says its number itself: two users are one word.
            dual = value == 2 and noun != unit.forms(self.language, fallback).get("other")
            return noun if dual else f"{self.number(value)}{NO_BREAK}{noun}"
        return self.isolate(f"{self._digits(value, None, 0, False)}{NO_BREAK}{noun}")

    # Time

    def short_date(self, day: date) -> str:
        """A calendar day for columns and workings, its month abbreviated where the language does that: `1 Mar 2026`."""
        pattern = {"en": "d MMM y", "de": "d. MMM y", "ar": "d MMM y"}.get(self.language, "long")
        written = format_date(day, pattern, self.locale).translate(_CLEAN).replace(" ", NO_BREAK)
        return written if self.right_to_left else self.isolate(written)

    def date(self, day: date) -> str:
        """A calendar day in words: `1 March 2026`."""
        pattern = "d MMMM y" if self.language == "en" else "long"
        return format_date(day, pattern, self.locale).translate(_CLEAN)

    def instant(self, at: datetime, tz: ZoneInfo) -> str:
        """A UTC instant in the book's zone: its day, and the time unless it begins the day."""
        wall = at.astimezone(tz)
        day = self.date(wall.date())
        return day if begins_day(at, tz) else f"{day}, {self.isolate(f'{wall:%H:%M}')}"

    def short_instant(self, at: datetime, tz: ZoneInfo) -> str:
        """A UTC instant in the book's zone in few letters: its day, and the time unless it begins the day."""
        return self.short_moment(at.astimezone(tz), begins_day(at, tz))

    def short_moment(self, wall: datetime, day_alone: bool) -> str:
        """A wall-clock time in few letters; the day alone, or with the time."""
        day = self.short_date(wall.date())
        return day if day_alone else f"{day}{NO_BREAK}{self.isolate(f'{wall:%H:%M}')}"

    def duration(self, duration: Duration) -> Phrase:
        """A length of time: `9 months`, `1 year`."""
        count, unit = duration.counted()
        return self.time(count, unit)

    def time(self, count: Number | int, unit: str) -> Phrase:
        """So many of `unit` (second ... year), in the plural form of the language."""
        return time_words(self.words, count, self.number(count), unit)

    def durations(self, durations: Sequence[Duration]) -> str:
        """Several lengths of time as a row, each unit said once: `1, 2, 3, 6, 9 months`, `9 months, 1 year`."""
        runs: list[tuple[str, list[int]]] = []
        for count, unit in (duration.counted() for duration in durations):
            if runs and runs[-1][0] == unit:
                runs[-1][1].append(count)
            else:
                runs.append((unit, [count]))
        return self.numbers(self._run(counts, unit) for unit, counts in runs)

    def _run(self, counts: list[int], unit: str) -> str:
        last = self.time(counts[-1], unit)
        # A form that says its number in words (the Arabic dual) cannot end a row of digits.
        before = self.number if self.number(counts[-1]) in last else lambda count: self.time(count, unit)
        return self.numbers([*(before(count) for count in counts[:-1]), last])

    # Words

    def row(self, parts: Iterable[str]) -> str:
        """Parts in a row, without an `and`: `A, B, C`."""
        return self.words.pgettext("between the parts of a list", ", ").join(parts)

    def numbers(self, parts: Iterable[str]) -> str:
        """Short parts of one kind in a row: `1, 2, 3`."""
        return self.words.pgettext("between the numbers of a list", ", ").join(parts)

    def labelled(self, label: str, text: str) -> str:
        """A text behind what it is about, with the colon of the language: `Cloud: 886.44`."""
        return self.words.pgettext("label", "%(label)s: %(text)s", label=label, text=text)

    def list(self, parts: Iterable[str]) -> str:
        """Parts joined as a sentence does: `A, B, and C`."""
        return self._joined(list_of(parts), "standard")

    def either(self, parts: Iterable[str]) -> Phrase:
        """Alternatives joined as a sentence does: `A, B, or C`."""
        found = list_of(parts)
        return Phrase(self._joined(found, "or"), self._joined([str(oblique(part)) for part in found], "or"))

    def _joined(self, parts: Sequence[str], style: Literal["standard", "or"]) -> str:
        places = [f"%({index})s" for index in range(len(parts))]
        return self.words.fill(format_list(places, style, self.locale), {str(index): part for index, part in enumerate(parts)})

    def titles(self, titles: Iterable[str]) -> str:
        """Titles joined as a list, in English lower-cased after the first: `Basic edition, storage package, and user package`.

        Source: documents, Price sheet.
        """
        first, *rest = list_of(titles) or [""]
        return self.list([first, *(self.lowered(title) for title in rest)])

    def lowered(self, title: str) -> str:
        """A title inside a sentence: in English its first letter is small, unless the word is a name or an abbreviation."""
        if self.language != "en" or not re.match(r"[A-Z][a-z]", title) or re.match(r"\w*[A-Z]", title[1:]):
            return title
        return title[0].lower() + title[1:]

    def currency_name(self, currency: str) -> str:
        """The currency in words with its code: `US dollar (USD)`."""
        name = get_currency_name(currency, count=1, locale=self.locale).translate(_CLEAN)
        return f"{name[:1].upper()}{name[1:]} ({self.isolate(currency)})"

    def country(self, code: str) -> str:
        """A country by its name in the reader's language."""
        return str(self.locale.territories.get(code, code))

    def language_name(self, language: str) -> str:
        """A language by its name in the reader's: English, Englisch."""
        return str(self.locale.languages.get(language.partition("-")[0], language))


@cache
def _locale_of(language: str) -> Locale:
    """The locale of a book's language; English where there is no such language."""
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def list_of(parts: Iterable[str]) -> list[str]:
    """The parts that are not empty."""
    return [part for part in parts if part]


@cache
def formatter(name: str) -> Formatter:
    """The formatter for a language tag (`en`, `de-AT`); raises UnknownLanguage."""
    words = translator(name)
    decimal, group = get_decimal_symbol(words.locale), get_group_symbol(words.locale)
    return Formatter(words.locale, words, decimal.translate(_CLEAN), group.translate(_CLEAN))


def decimals(values: Iterable[Number], at_least: int = 0) -> int:
    """How many decimals a column needs so that all its numbers have the same: the most that one of them has.

    Source: pictures guide, Tables (one number of decimals per column).
    """
    return max([at_least, *(len(plain(shown(value)).partition(".")[2]) for value in values)])


def without_isolates(text: str) -> str:
    """The text for places that carry their own direction and have one language (attributes, SVG, plain terminals)."""
    return without_languages(text.translate({0x2066: None, 0x2067: None, 0x2068: None, 0x2069: None}))


def isolated(text: str) -> str:
    """The text for a cell, whose letters decide its direction: beside letters that run to the left, numbers and names stay isolated."""
    return without_languages(text) if _STRONG_RIGHT.search(text) else without_isolates(text)


def without_languages(text: str) -> str:
    """The text without the marks of `in_language`."""
    return _LANGUAGE_MARKS.sub("", text)


def in_language(text: str, language: str) -> str:
    """The text marked as one in `language`; formats that cannot say so drop the marks (`without_isolates`)."""
    tag = "".join(chr(0xE0000 + ord(letter)) for letter in language if letter.isascii())
    return f"{LANGUAGE}{tag}{without_languages(text)}{NO_LANGUAGE}"


def languages_in(text: str) -> list[str]:
    """The languages with which parts of the text are marked, in their order, each once."""
    return list(dict.fromkeys(_code(match[1]) for match in _LANGUAGE_MARKS.finditer(text) if match[1]))


def with_language_spans(markup: str) -> str:
    """Escaped markup whose language marks are written as elements, so that a screen reader changes its voice."""
    return _LANGUAGE_MARKS.sub(_span, markup)


def _span(match: re.Match[str]) -> str:
    if not match[1]:
        return "</span>"
    code = _code(match[1])
    return f'<span lang="{code}" dir="{"rtl" if code.partition("-")[0] in RIGHT_TO_LEFT_LANGUAGES else "ltr"}">'


def _code(tag: str) -> str:
    return "".join(chr(ord(letter) - 0xE0000) for letter in tag)
