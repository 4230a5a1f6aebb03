"""Lengths of time in words, in the plural form and the case that a sentence asks for."""

from datetime import date

from babel.dates import format_skeleton, get_day_names

from engine.documents.translations import Phrase, Translator
from engine.values.exact import Number


def month_words(words: Translator, day: date) -> str:
    """The calendar month of a day: `March 2026`."""
    return str(format_skeleton("yMMMM", day, locale=words.locale))


def weekday_words(words: Translator, day: int) -> str:
    """A day of the week by its name as it stands in a sentence: 0 is `Monday`."""
    return str(get_day_names("wide", "format", locale=words.locale)[day])


def time_words(words: Translator, count: Number | int, number: str, unit: str) -> Phrase:
    """So many of `unit` (second ... year); `number` is the count as the reader writes it."""
    match unit:
        case "second":
            said = words.ngettext("%(count)s second", "%(count)s seconds", count, count=number)
            return Phrase(said, words.npgettext("oblique", "%(count)s second", "%(count)s seconds", count, count=number))
        case "minute":
            said = words.ngettext("%(count)s minute", "%(count)s minutes", count, count=number)
            return Phrase(said, words.npgettext("oblique", "%(count)s minute", "%(count)s minutes", count, count=number))
        case "hour":
            said = words.ngettext("%(count)s hour", "%(count)s hours", count, count=number)
            return Phrase(said, words.npgettext("oblique", "%(count)s hour", "%(count)s hours", count, count=number))
        case "day":
            said = words.ngettext("%(count)s day", "%(count)s days", count, count=number)
            return Phrase(said, words.npgettext("oblique", "%(count)s day", "%(count)s days", count, count=number))
        case "week":
            said = words.ngettext("%(count)s week", "%(count)s weeks", count, count=number)
            return Phrase(said, words.npgettext("oblique", "%(count)s week", "%(count)s weeks", count, count=number))
        case "month":
            said = words.ngettext("%(count)s month", "%(count)s months", count, count=number)
            return Phrase(said, words.npgettext("oblique", "%(count)s month", "%(count)s months", count, count=number))
        case "year":
            said = words.ngettext("%(count)s year", "%(count)s years", count, count=number)
            return Phrase(said, words.npgettext("oblique", "%(count)s year", "%(count)s years", count, count=number))
    raise ValueError(f"not a unit of time: {unit}")
