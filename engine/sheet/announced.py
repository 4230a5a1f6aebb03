"""Prices that change after the date of the sheet: what they are now and what they will be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.model.book import PriceBook
from engine.model.prices import PriceEntry
from engine.pricing.probing import Scope
from engine.pricing.resolution import prices_in_force
from engine.sheet.components import Component, Key, components, numbered
from engine.sheet.customers import Customers, customer_groups
from engine.sheet.view import AnnouncedPrice, PriceRow, When
from engine.values.exact import ONE, Number, divide, subtract

INSTANT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class _Place:
    """What a price is found by: a mode, an item, a spec and the customers."""

    mode: str
    item: str
    spec: str | None
    when: When
    attributes: Mapping[str, str]


def build_announced(scope: Scope) -> tuple[AnnouncedPrice, ...]:
    """Every price that changes, begins or ends later, by date; entries that are announced only after the sheet's date are left
    out."""
    book = known_book(scope.book, scope.at)
    dates = sorted(
        {
            instant
            for entry in book.prices
            if entry.currency == scope.currency
            for instant in (entry.conditions.effective, entry.conditions.until)
            if instant is not None and instant > scope.at
        }
    )
    return tuple(change for date in dates for change in _changes(replace(scope, book=book, at=date, quotes={})))


def known_book(book: PriceBook, at: datetime) -> PriceBook:
    """The book without the prices that nobody has been told of at the date."""
    known = tuple(
        entry
        for entry in book.prices
        if entry.announced is None or entry.announced <= at or entry.conditions.effective is None or entry.conditions.effective <= at
    )
    return book if len(known) == len(book.prices) else replace(book, prices=known)


def _changes(scope: Scope) -> Iterable[AnnouncedPrice]:
    """The differences between the prices in force just before the scope's instant and at it."""
    for place in _places(scope):
        entries = _entries(scope, place, scope.at)
        new = _prices(scope, place, entries)
        old = _prices(scope, place, _entries(scope, place, scope.at - INSTANT))
        for key, component in {**old, **new}.items():
            before, after = (prices[key].price if key in prices else None for prices in (old, new))
            if before != after:
                yield _announced(scope, place, key[0], component.row, before, after, entries)


Turning = dict[tuple[str, str, str | None], list[When]]
"""By mode, item and spec the customers whose price begins or ends."""


def _places(scope: Scope) -> Iterable[_Place]:
    """Every price for which an entry begins or ends at the instant, for exactly the customers of that entry, in the book's
    order."""
    turning: Turning = {}
    for entry in scope.book.prices:
        if entry.currency == scope.currency and scope.at in (entry.conditions.effective, entry.conditions.until):
            turning.setdefault((entry.billing_mode, entry.item, entry.spec), []).append(scope.open_part(entry.conditions.when))
    for mode in scope.book.billing_modes.values():
        for sold in mode.items:
            specs: list[str | None] = [*(spec.id for spec in scope.book.items[sold.item].specs)] or [None]
            if any((mode.id, sold.item, spec) in turning for spec in specs):
                yield from _of_item(scope, mode.id, sold.item, specs, turning)


def _of_item(scope: Scope, mode: str, item: str, specs: list[str | None], turning: Turning) -> Iterable[_Place]:
    """The item's places; groups of customers are those just before the instant and at it, everybody first."""
    groups: dict[tuple[tuple[str, tuple[str, ...]], ...], Customers] = {}
    for at in (scope.at - INSTANT, scope.at):
        for customers in customer_groups(replace(scope, at=at), mode, item, specs):
            groups.setdefault(tuple(customers.when.items()), customers)
    for customers in groups.values():
        for spec in specs:
            if customers.when in turning.get((mode, item, spec), ()):
                yield _Place(mode, item, spec, customers.shown, customers.attributes)


def _entries(scope: Scope, place: _Place, at: datetime) -> tuple[PriceEntry, ...]:
    return prices_in_force(scope.book, place.mode, place.item, place.spec, scope.currency, at, place.attributes).entries


def _prices(scope: Scope, place: _Place, entries: tuple[PriceEntry, ...]) -> dict[tuple[str | None, int, Key], Component]:
    item = scope.book.items[place.item]
    found: dict[tuple[str | None, int, Key], Component] = {}
    for entry in entries:
        for position, charge in enumerate(entry.charges):
            for key, component in numbered(components(charge, item, scope.book.items)).items():
                found[(entry.per, position, key)] = component
    return found


def _announced(
    scope: Scope,
    place: _Place,
    per: str | None,
    row: PriceRow,
    old: Number | None,
    new: Number | None,
    entries: tuple[PriceEntry, ...],
) -> AnnouncedPrice:
    entry = next((each for each in entries if each.per == per), None)
    return AnnouncedPrice(
        effective=scope.at,
        mode=place.mode,
        item=place.item,
        spec=place.spec,
        per=per,
        row=row,
        quantity=ONE,
        unit=scope.book.items[place.item].unit,
        old=old,
        new=new,
        change=_change(old, new),
        when=place.when,
        announced=entry.announced if entry else None,
        running_subscriptions=entry.running_subscriptions if entry else None,
        withdrawn=not entries,
    )


def _change(old: Number | None, new: Number | None) -> Number | None:
    return subtract(divide(new, old), ONE) if old and new is not None else None
