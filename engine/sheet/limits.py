"""Bounds on orders: of resources over a whole order, and on the quantity of single items."""

from collections.abc import Iterable

from engine.model.book import PriceBook
from engine.sheet.probing import Scope
from engine.sheet.view import LimitView
from engine.values.exact import ONE, Number, is_finite_decimal


def build_limits(scope: Scope) -> tuple[LimitView, ...]:
    """The book's limits, then every item with a least, largest or stepped quantity."""
    book = scope.book
    found = [
        _limit(
            book, book.resources[limit.resource].unit, limit.min, limit.max, resource=limit.resource, modes=limit.billing_modes
        )
        for limit in book.limits
    ]
    for item in _sold(book):
        rule = book.items[item].quantity
        if rule.max is not None or (rule.min or ONE) != ONE or (rule.step or ONE) != ONE:
            found.append(_limit(book, book.items[item].unit, rule.min, rule.max, item=item, step=rule.step))
    return tuple(found)


def _sold(book: PriceBook) -> Iterable[str]:
    return dict.fromkeys(sold.item for mode in book.billing_modes.values() for sold in mode.items)


def _limit(book: PriceBook, unit: str, least: Number | None, most: Number | None, **fields) -> LimitView:
    shown_max, max_unit = in_largest_unit(book, most, unit) if most is not None else (None, "")
    shown_min, min_unit = in_largest_unit(book, least, unit) if least is not None else (None, "")
    return LimitView(
        unit=unit,
        min=least,
        max=most,
        shown_max=shown_max,
        shown_max_unit=max_unit,
        shown_min=shown_min,
        shown_min_unit=min_unit,
        **fields,
    )


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
