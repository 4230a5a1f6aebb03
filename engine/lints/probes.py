"""Small orders that checks let the engine price: when, and how many of them a check may cost."""

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.model.book import BillingMode, PriceBook
from engine.pricing.probing import Scope

UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""When an order is placed in a mode whose prices hold at any time."""
MOST_DATES = 3
"""Days on which a mode is looked at: the latest on which a price begins."""


class Purse:
    """How many prices a check may still ask for: what it costs is counted, so that the same book gives the same findings everywhere."""

    def __init__(self, count: int) -> None:
        self._left = count

    def pays(self, count: int = 1) -> bool:
        """Whether there is enough for so many; then they are taken."""
        if self._left < count:
            return False
        self._left -= count
        return True


def days_of(book: PriceBook) -> dict[str, list[datetime]]:
    """For each billing mode with prices the days on which prices of it begin, earliest first."""
    starts: dict[str, set[datetime]] = {}
    for entry in book.prices:
        if not entry.withdrawn:
            starts.setdefault(entry.billing_mode, set()).add(entry.conditions.effective or UNDATED)
    return {mode: sorted(days) for mode, days in starts.items()}


def scopes(book: PriceBook, mode: BillingMode, days: dict[str, list[datetime]]) -> Iterator[Scope]:
    """The mode on each of its latest days, the last one first, for a customer of whom nothing is known."""
    for day in reversed(days.get(mode.id, [])[-MOST_DATES:]):
        yield Scope(book, day, book.currency)
