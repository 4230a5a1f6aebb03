"""What is looked up for every order, made once for a book: prices by what they price, modes by what they sell, currencies.

Contract: holds nothing that the book does not say. A book is frozen, so its index cannot go stale; it is kept by the book's
identity, because a record with mappings has no hash.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engine.model.book import BillingMode, ModeItem, PriceBook, RoundingStep
from engine.model.checks import choices
from engine.model.conditions import BUILT_IN_ATTRIBUTES
from engine.model.prices import AllowanceTerms, PriceEntry

PriceKey = tuple[str, str, str | None, str]
"""(billing mode, item, spec, currency): what a price is found by."""


@dataclass(frozen=True, slots=True)
class ModeIndex:
    """What a billing mode sells: its items by id, the required ones outside `one_of`, and the members of its required groups."""

    sold: Mapping[str, ModeItem]
    required: tuple[str, ...]
    required_groups: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """A book's price entries by what they price, in the order of the files, and their `places` by identity; its attributes, most important
    first; its currencies; the terms that allowances have, by item; what chooses the tier of an item's prices in place of its own quantity,
    and which of these are `numbers` of each record; of items that are billed on what others cost, which these are, each after those that it counts.
    """

    entries: Mapping[PriceKey, tuple[PriceEntry, ...]]
    places: Mapping[int, int]
    rank: tuple[str, ...]
    currencies: tuple[str, ...]
    modes: Mapping[str, ModeIndex]
    rounding: Mapping[str, tuple[RoundingStep, ...]]
    allowances: Mapping[str, tuple[AllowanceTerms, ...]]
    tier_by: Mapping[str, frozenset[str]]
    numbers: Mapping[str, tuple[str, ...]]
    on_amounts: Mapping[str, frozenset[str]]

    @property
    def together(self) -> frozenset[str]:
        """The items of which a line cannot be charged without the others of its billing period."""
        return frozenset(self.allowances).union(self.tier_by, *self.tier_by.values())


def price_index(book: PriceBook) -> PriceIndex:
    """The book's index, made at its first use and kept as long as the book is one of the last few in use."""
    return _make_index(Same(book))


class Same:
    """A book as the key of a cache, equal to itself alone. It holds the book, so no other one can take its identity."""

    __slots__ = ("book",)

    def __init__(self, book: PriceBook) -> None:
        self.book = book

    def __hash__(self) -> int:
        return id(self.book)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.book is self.book


@lru_cache(maxsize=16)
def _make_index(same: Same) -> PriceIndex:
    book = same.book
    found: dict[PriceKey, list[PriceEntry]] = {}
    for entry in book.prices:
        found.setdefault((entry.billing_mode, entry.item, entry.spec, entry.currency), []).append(entry)
    allowances: dict[str, list[AllowanceTerms]] = {}
    for entry in book.prices:
        for charge in entry.charges:
            if charge.terms is not None:
                allowances.setdefault(entry.item, []).append(charge.terms)
    tier_by: dict[str, frozenset[str]] = {}
    for entry in book.prices:
        for charge in entry.charges:
            if charge.tier_by:
                tier_by[entry.item] = tier_by.get(entry.item, frozenset()).union(charge.tier_by)
    return PriceIndex(
        {key: tuple(entries) for key, entries in found.items()},
        {id(entry): place for place, entry in enumerate(book.prices)},
        attribute_rank(book),
        tuple(dict.fromkeys(entry.currency for entry in book.prices)),
        {mode.id: _mode_index(book, mode) for mode in book.billing_modes.values()},
        {stage: tuple(step for step in book.rounding if step.at == stage) for stage in choices(RoundingStep, "at")},
        {item: tuple(terms) for item, terms in allowances.items()},
        tier_by,
        {item: numbers for item, names in tier_by.items() if (numbers := tuple(sorted(name for name in names if name not in book.items)))},
        _on_amounts(book),
    )


def _on_amounts(book: PriceBook) -> dict[str, frozenset[str]]:
    left = {name: frozenset(book.counted_by(item)) for name, item in book.items.items() if item.list_amounts is not None}
    found: dict[str, frozenset[str]] = {}
    while ready := [name for name, counted in left.items() if counted.isdisjoint(left)]:
        found |= {name: left.pop(name) for name in ready}
    return found


def _mode_index(book: PriceBook, mode: BillingMode) -> ModeIndex:
    alternatives = {name for choice in mode.one_of for name in choice}
    members: dict[str, list[str]] = {group: [] for group, presence in mode.groups.items() if presence == "required"}
    for sold in mode.items:
        group = book.items[sold.item].group
        if group in members:
            members[group].append(sold.item)
    required = tuple(sold.item for sold in mode.items if sold.presence == "required" and sold.item not in alternatives)
    return ModeIndex({sold.item: sold for sold in mode.items}, required, {group: tuple(names) for group, names in members.items()})


def attribute_rank(book: PriceBook) -> tuple[str, ...]:
    """The attributes of the book, most important first; built-ins that it does not declare come before all.

    Source: rule language, 3.1.
    """
    declared = sorted(book.attributes.values(), key=lambda attribute: attribute.rank)
    names = tuple(attribute.id for attribute in declared)
    return tuple(name for name in BUILT_IN_ATTRIBUTES if name not in names) + names
