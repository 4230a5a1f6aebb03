"""What keeps records of usage apart: the attributes that decide what an item costs (rule language, second version, 1.1).

Contract: reads `when` of every rule that can reach the item; knows no records and no amounts.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from engine.model.book import PriceBook
from engine.model.conditions import Conditions
from engine.model.orders import Order
from engine.model.time_bands import BAND
from engine.pricing.indexes import Same, price_index

LINE_STEPS = ("quantity", "charge", "line")
"""Steps of the rounding chain that round one line; `at: invoice` rounds the sum of all, which has no attribute of usage."""


def kept_apart(book: PriceBook, item: str) -> tuple[str, ...]:
    """The attributes of usage by which the item's records are kept apart, in the book's order.

    Ten calls, half of them `service: batch`, and a discount for batch: two lines of five calls, though every price is the same.
    """
    declared = book.attributes
    return tuple(name for name in deciding_attributes(book, item) if name in declared and declared[name].source == "usage")


def by_band(book: PriceBook, item: str) -> bool:
    """Whether the item's records are kept apart by the time band in which each of them lies."""
    return bool(book.time_bands) and BAND in kept_apart(book, item)


def without_usage(book: PriceBook, order: Order) -> Order:
    """The order with the attributes of customer and order alone: those of usage are its records', and decide nothing that is paid in
    advance or held.
    """
    declared = book.attributes
    kept = {name: value for name, value in order.attributes.items() if name not in declared or declared[name].source != "usage"}
    return order if len(kept) == len(order.attributes) else replace(order, attributes=kept)


def deciding_attributes(book: PriceBook, item: str) -> tuple[str, ...]:
    """The attributes that a price, a discount, a tax or a rounding step that can reach the item names, most important first."""
    return _deciding(Same(book), item)


@lru_cache(maxsize=1024)
def _deciding(same: Same, item: str) -> tuple[str, ...]:
    named = {name for conditions in _reaching(same.book, item) for name in conditions.when}
    return tuple(name for name in price_index(same.book).rank if name in named)


def _reaching(book: PriceBook, item: str) -> Iterable[Conditions]:
    """The conditions of every rule that can change what the item costs."""
    modes = {mode.id for mode in book.billing_modes.values() if any(sold.item == item for sold in mode.items)}
    yield from (entry.conditions for entry in book.prices if entry.item == item)
    for discount in book.discounts.values():
        if (not discount.items or item in discount.items) and (not discount.billing_modes or modes.intersection(discount.billing_modes)):
            yield discount.conditions
    yield from (row.conditions for row in book.taxes if not row.items or item in row.items)
    yield from (step.conditions for step in book.rounding if step.at in LINE_STEPS)
