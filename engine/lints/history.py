"""The prices of one thing in order of time, and one number that stands for each."""

from collections.abc import Iterator
from decimal import Decimal

from engine.lints.wording import amount
from engine.model.book import PriceBook
from engine.model.prices import PriceEntry
from engine.pricing.charges import rate_charge
from engine.values.exact import ONE, Number, add, total

TEN_TIMES = Decimal(8)  # a price that is 8 times another is taken for one that is ten times off


def sequences(book: PriceBook) -> Iterator[list[PriceEntry]]:
    """The entries of each (mode, item, spec, currency, per, when), earliest first; withdrawn ones are left out."""
    groups: dict[tuple[object, ...], list[PriceEntry]] = {}
    for entry in book.prices:
        if not entry.withdrawn and entry.charges:
            key = (entry.billing_mode, entry.item, entry.spec, entry.currency, entry.per, frozenset(entry.conditions.when.items()))
            groups.setdefault(key, []).append(entry)
    for entries in groups.values():
        if all(entry.conditions.effective is not None for entry in entries):
            yield sorted(entries, key=lambda entry: entry.conditions.start)


def ranks(book: PriceBook) -> dict[str, dict[str | None, int]]:
    """The specs of each item with their places on its ladder, the lowest 0."""
    return {item.id: {spec.id: rank for rank, spec in enumerate(item.specs)} for item in book.items.values()}


def representative(entry: PriceEntry, quantity: Number = ONE) -> Number:
    """What `quantity` units cost for one price period: the sum of the entry's charges, without any allowance used up before."""
    return total(rate_charge(charge, quantity).amount for charge in entry.charges)


def said(entry: PriceEntry) -> str:
    """What one unit costs, as findings say it."""
    return amount(representative(entry), entry.currency)


def quantities(entries: list[PriceEntry]) -> list[Number]:
    """The quantities at which prices of these entries may part: 1, and every bound with one unit above it."""
    found: set[Number] = {ONE}
    for entry in entries:
        for charge in entry.charges:
            for tier in charge.tiers:
                if tier.bound is not None:
                    found.update((tier.bound, add(tier.bound, ONE)))
    return sorted(found)
