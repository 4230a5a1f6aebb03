"""Bounds on orders: of resources over a whole order, and on the quantity of single items."""

from collections.abc import Iterable
from dataclasses import replace

from engine.model.book import PriceBook
from engine.pricing.probing import Scope
from engine.sheet.view import LimitView
from engine.values.exact import ONE, Number, is_finite_decimal


def build_limits(scope: Scope) -> tuple[LimitView, ...]:
    """The book's limits, then every item with a least, largest or stepped quantity."""
    book = scope.book
    found = [LimitView(book.resources[limit.resource].unit, limit.resource, min=limit.min, max=limit.max, modes=limit.billing_modes) for limit in book.limits]
    for item in _sold(book):
        rule = book.items[item].quantity
        if rule.max is not None or (rule.min or ONE) != ONE or (rule.step or ONE) != ONE:
            found.append(LimitView(book.items[item].unit, item=item, min=rule.min, max=rule.max, step=rule.step))
    return tuple(_shown(book, limit) for limit in found)


def _sold(book: PriceBook) -> Iterable[str]:
    return dict.fromkeys(sold.item for mode in book.billing_modes.values() for sold in mode.items)


def _shown(book: PriceBook, limit: LimitView) -> LimitView:
    most, max_unit = in_largest_unit(book, limit.max, limit.unit) if limit.max is not None else (None, "")
    least, min_unit = in_largest_unit(book, limit.min, limit.unit) if limit.min is not None else (None, "")
    return replace(limit, shown_max=most, shown_max_unit=max_unit, shown_min=least, shown_min_unit=min_unit)


def in_largest_unit(book: PriceBook, quantity: Number, unit: str) -> tuple[Number, str]:
    """The quantity in the largest unit in which it is a whole number: 99614720 GB are 95 PB, 1500 GB stay."""
    best = (quantity, unit)
    for other in book.unit_table.factors:
        if other == unit or not book.unit_table.convertible(unit, other):
            continue
        converted = book.unit_table.convert(quantity, unit, other)
        if is_finite_decimal(converted) and converted == int(converted) and ONE <= converted < best[0]:
            best = (converted, other)
    return best
