"""The words of documents in the reader's language: messages from the PO files in `locales/`, read once a language.

A message is its English text with named places (`%(count)s`); a percent sign in it is written `%%`. What a file lacks is
printed in English, so English needs no translations of its own.
"""

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


class UnknownLanguage(ValueError):
    """A language or region that does not exist, or that documents are not written in. The message names those that there are."""


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
        return self.find(message) % values

    def ngettext(self, singular: str, plural: str, count: Number | int, /, **values: object) -> str:
        """The message in the form for `count`, filled with `values`; a place `count` is the caller's formatted number."""
        return self.find_plural(singular, plural, count) % values

    def pgettext(self, context: str, message: str, /, **values: object) -> str:
        """The message in the given sense of its English words, filled with `values`."""
        return self.find(message, context) % values

    def npgettext(self, context: str, singular: str, plural: str, count: Number | int, /, **values: object) -> str:
        """The message in the given sense and in the form for `count`, filled with `values`."""
        return self.find_plural(singular, plural, count, context) % values


def plural_category(locale: Locale, count: Number | int) -> str:
    """CLDR's plural category of the number as it is shown: 1 user, 2 users; `two` and `few` in Arabic."""
    return locale.plural_form(Decimal(plain(count)) if not isinstance(count, int) else count)


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
        singular = message.id[0] if message.pluralizable else message.id
        found[(message.context, singular)] = tuple(message.string) if message.pluralizable else message.string
    return found
