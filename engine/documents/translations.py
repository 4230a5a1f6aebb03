"""The words of documents in the reader's language: messages from the PO files in `locales/`, read once a language.

A message is its English text with named places (`%(count)s`); a percent sign in it is written `%%`. What a file lacks is
printed in English, so English needs no translations of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

from engine.resources import package_data
from engine.values.exact import Number, plain

LANGUAGES = ("en", "zh", "ar", "de", "ja")
"""The languages that documents are written in: one folder of `locales/` each, but for English, the language of the messages."""

PLURAL_ORDER = ("zero", "one", "two", "few", "many", "other")
"""CLDR's categories in the order in which a PO file counts them (`msgstr[0]` is the first one that the language has)."""

DOMAIN = "pricebook"

_PLACE = re.compile(r"%\((\w+)\)s|%%")
# What a reader does not see (language tags, isolates) does not part two letters.
_UNSEEN = "\u2066-\u2069\U000e0001-\U000e007f"
_HAN, _LATIN = "\u3007\u3400-\u4dbf\u4e00-\u9fff", "0-9A-Za-z\u00c0-\u024f"
_HAN_END, _LATIN_END = re.compile(rf"[{_HAN}][{_UNSEEN}]*\Z"), re.compile(rf"[{_LATIN}][{_UNSEEN}]*\Z")
_HAN_START, _LATIN_START = re.compile(rf"[{_UNSEEN}]*[{_HAN}]"), re.compile(rf"[{_UNSEEN}]*[{_LATIN}]")


class UnknownLanguage(ValueError):
    """A language or region that does not exist, or that documents are not written in. The message names those that there are."""


class Phrase(str):
    """Words for a place of a message. `oblique` is how they read behind a preposition or as an object: 5 Tage, in 5 Tagen.

    A translation that needs that form writes `%(length_oblique)s` where its message has `%(length)s`.
    """

    oblique: str

    def __new__(cls, said: str, oblique: str) -> "Phrase":
        """Both forms; where the language knows no difference they are the same."""
        phrase = super().__new__(cls, said)
        phrase.oblique = oblique
        return phrase


def oblique(words: object) -> object:
    """The words as they read behind a preposition; what is no phrase reads the same everywhere."""
    return words.oblique if isinstance(words, Phrase) else words


@dataclass(frozen=True, slots=True)
class Translator:
    """Finds messages in one language. `messages` is keyed by (context, English text); plural ones hold their forms in order."""

    language: str
    locale: Locale
    messages: Mapping[tuple[str | None, str], str | tuple[str, ...]] = field(default_factory=dict)

    def find(self, message: str, context: str | None = None) -> str:
        """The message in this language with its places still open."""
        found = self.messages.get((context, message))
        if isinstance(found, tuple):
            found = found[0]
        return found or message

    def find_plural(self, singular: str, plural: str, count: Number | int, context: str | None = None) -> str:
        """The form that goes with `count` (Arabic has six), with its places still open."""
        category = plural_category(self.locale, count)
        forms = self.messages.get((context, singular))
        if isinstance(forms, tuple):
            tags = [tag for tag in PLURAL_ORDER if tag == "other" or tag in self.locale.plural_form.tags]
            position = tags.index(category)
            if position < len(forms) and forms[position]:
                return forms[position]
        # English is the source: what a file lacks is said in it.
        return singular if count == 1 else plural

    def gettext(self, message: str, /, **values: object) -> str:
        """The message in this language, filled with `values`."""
        return self.fill(self.find(message), values)

    def ngettext(self, singular: str, plural: str, count: Number | int, /, **values: object) -> str:
        """The message in the form for `count`, filled with `values`; a place `count` is the caller's formatted number."""
        return self.fill(self.find_plural(singular, plural, count), values)

    def pgettext(self, context: str, message: str, /, **values: object) -> str:
        """The message in the given sense of its English words, filled with `values`."""
        return self.fill(self.find(message, context), values)

    def npgettext(self, context: str, singular: str, plural: str, count: Number | int, /, **values: object) -> str:
        """The message in the given sense and in the form for `count`, filled with `values`."""
        return self.fill(self.find_plural(singular, plural, count, context), values)

    def fill(self, message: str, values: Mapping[str, object]) -> str:
        """The message with `values` in its places; in Chinese a space parts Han from Latin letters and digits, whatever a place holds."""
        if "_oblique)" in message:
            values = {**values, **{f"{name}_oblique": oblique(value) for name, value in values.items()}}
        if self.language != "zh":
            return message % values
        said, at = "", 0
        for place in _PLACE.finditer(message):
            said = _parted(said, message[at : place.start()])
            said = _parted(said, str(values[place[1]])) if place[1] else said + "%"
            at = place.end()
        return _parted(said, message[at:])


def _parted(before: str, after: str) -> str:
    """Two pieces of a Chinese sentence as one: a space between Han and Latin letters, none between Han letters."""
    left, right = before.rstrip(" "), after.lstrip(" ")
    if (left, right) != (before, after) and _HAN_END.search(left) and _HAN_START.match(right):
        return left + right
    mixed = (_HAN_END.search(before) and _LATIN_START.match(after)) or (_LATIN_END.search(before) and _HAN_START.match(after))
    return f"{before} {after}" if mixed else before + after


LONGEST_ASKED = 6
"""Digits before the point that CLDR's plural rules ask for: a million is their largest divisor."""


def plural_category(locale: Locale, count: Number | int) -> str:
    """CLDR's plural category of the number as it is shown: 1 user, 2 users; `two` and `few` in Arabic.

    No rule asks for more than the last six digits before the point and whether there are others, and longer numbers are not divided exactly.

    >>> plural_category(Locale("ar"), 10**40 + 5), plural_category(Locale("ar"), Decimal(10**40 + 5)), plural_category(Locale("en"), 1)
    ('few', 'few', 'one')
    """
    whole, _, rest = (str(count) if isinstance(count, int) else plain(count)).lstrip("-").partition(".")
    whole = whole if len(whole) <= LONGEST_ASKED else f"1{whole[-LONGEST_ASKED:]}"
    return str(locale.plural_form(Decimal(f"{whole}.{rest}") if rest else int(whole)))


def parse_locale(name: str) -> Locale:
    """The locale of a language tag (`de`, `de-AT`, `zh_Hans_CN`); else, and without translations, raises UnknownLanguage.

    Source: documents, Languages.
    """
    try:
        locale = Locale.parse(name.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        raise UnknownLanguage(f"{name} is no language that is known; documents are written in {', '.join(LANGUAGES)}") from None
    if locale.language not in LANGUAGES:
        raise UnknownLanguage(f"documents are not written in {name}; they are in {', '.join(LANGUAGES)}")
    return locale


@cache
def translator(name: str) -> Translator:
    """The translator for a language tag; raises UnknownLanguage."""
    locale = parse_locale(name)
    return Translator(locale.language, locale, _messages(locale.language))


@cache
def _messages(language: str) -> dict[tuple[str | None, str], str | tuple[str, ...]]:
    if language == "en":
        return {}
    lines = package_data("documents", "locales", language, "LC_MESSAGES", f"{DOMAIN}.po").decode("utf-8").splitlines(keepends=True)
    catalog = read_po(lines, locale=language)
    found: dict[tuple[str | None, str], str | tuple[str, ...]] = {}
    for message in catalog:
        if not message.id or message.fuzzy:
            continue
        singular, string = message.id if isinstance(message.id, str) else message.id[0], message.string or ""
        found[(message.context, singular)] = string if isinstance(string, str) else tuple(string)
    return found
