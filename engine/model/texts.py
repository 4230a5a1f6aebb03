"""Texts that a book gives in one or more languages, and how the right one is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """A text by language code; `{"en": "Basic edition", "zh": "..."}`. A plain text stands under the book's own language."""

    by_language: Mapping[str, str] = field(default_factory=dict)

    def read(self, language: str, fallback: str) -> str:
        """The text in `language`, else in the book's language, else in the first one given; empty where none is."""
        return self.by_language.get(language) or self.by_language.get(fallback) or next(iter(self.by_language.values()), "")

    def __bool__(self) -> bool:
        return bool(self.by_language)


@dataclass(frozen=True, slots=True)
class UnitTitle:
    """A unit's name by language and CLDR plural category: `{"en": {"one": "user", "other": "users"}}`; `other` is always there."""

    by_language: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def forms(self, language: str, fallback: str) -> Mapping[str, str]:
        """The plural forms in `language`, else in the book's language, else in the first one given."""
        return self.by_language.get(language) or self.by_language.get(fallback) or next(iter(self.by_language.values()), {})
