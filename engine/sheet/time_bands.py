"""Which hours the time bands of a sheet are (rule language, second version, 3.4)."""

from collections.abc import Iterator

from engine.model.book import PriceBook
from engine.model.conditions import Conditions
from engine.model.time_bands import BAND
from engine.sheet.rule_records import TimeBandView


def build_time_bands(book: PriceBook) -> tuple[TimeBandView, ...] | None:
    """The bands that rules of the book name, as they are written; None where none does."""
    named = {band for conditions in _rules(book) for band in conditions.when.get(BAND, ())}
    return tuple(_view(book, name) for name in book.time_bands if name in named) or None


def _view(book: PriceBook, name: str) -> TimeBandView:
    band = book.time_bands[name]
    return TimeBandView(name, band.description, band.hours, tuple(sorted(band.days)), tuple(sorted(band.months)))


def _rules(book: PriceBook) -> Iterator[Conditions]:
    yield from (entry.conditions for entry in book.prices)
    yield from (discount.conditions for discount in book.discounts.values())
    yield from (tax.conditions for tax in book.taxes)
    yield from (step.conditions for step in book.rounding)
