"""By which attributes a record is kept apart from others of its item (rule language, second version, 1.1 and 3.4)."""

from collections.abc import Sequence

from engine.model.book import PriceBook
from engine.model.time_bands import BAND, band_at
from engine.usage.record import UsageRecord


def attributes_of(book: PriceBook, record: UsageRecord, apart: Sequence[str], with_band: bool = True) -> tuple[tuple[str, str], ...]:
    """Those of `apart` that the record has, with the band at its own time: a level that lasts has none, because it goes through many."""
    found = tuple((name, record.attributes[name]) for name in apart if name in record.attributes)
    if not with_band or not book.time_bands or BAND not in apart:
        return found
    band = band_at(book.time_bands, record.at, book.zone)
    return found if band is None else (*found, (BAND, band))
