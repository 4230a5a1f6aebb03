"""Texts that a book gives in one or more languages, and how the right one is found."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those of Unicode that turn the direction of what follows: a name must not reorder what stands beside it."""


def without_controls(text: str) -> str:
    """A user's text without what would act on the text around it; tabs, line ends and marks of direction stay.

    >>> without_controls("\u202egpj.exe")
    'gpj.exe'
    """
    return CONTROLS.sub("", text)


@dataclass(frozen=True, slots=True)
class Text:
    """A text by language code; `{"en": "Basic edition", "zh": "..."}`. A plain text stands under the book's own language."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def read(self, language: str, fallback: str) -> str:
        """The text in `language`, else in the book's language, else in the first one given; empty where none is."""
        found = self.by_language.get(language) or self.by_language.get(fallback) or next(iter(self.by_language.values()), "")
        return without_controls(found)

    def __bool__(self) -> bool:
        return bool(self.by_language)


@dataclass(frozen=True, slots=True)
class UnitTitle:
    """A unit's name by language and CLDR plural category: `{"en": {"one": "user", "other": "users"}}`; `other` is always there."""

    by_language: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def forms(self, language: str, fallback: str) -> Mapping[str, str]:
        """The plural forms in `language`, else in the book's language, else in the first one given."""
        found = self.by_language.get(language) or self.by_language.get(fallback) or next(iter(self.by_language.values()), {})
        return {category: without_controls(form) for category, form in found.items()}
