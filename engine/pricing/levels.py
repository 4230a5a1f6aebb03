"""The quantity of one window of an estimate: as a record would be, less the level that covers it, rounded `at: quantity` (rule
language, 3.2 and 3.4). Quotas are in `quotas`.
"""

from dataclasses import dataclass

from engine.model.book import Item, PriceBook, RoundingStep
from engine.model.orders import Order
from engine.pricing.quantity import provided_by
from engine.pricing.rated import AcceptedLine
from engine.pricing.resolution import rounding_in_force
from engine.pricing.steps import round_to
from engine.values.exact import ONE, ZERO, Number, divide, exact, multiply, subtract, total, whole_up


@dataclass(frozen=True, slots=True)
class Level:
    """The quantity that a window is charged for, and what it was made of: ordered, metered (by the record's rules), covered."""

    quantity: Number
    metered: Number
    covered: Number
    covered_by: str | None
    rule: RoundingStep | None


def charged_level(
    book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...], share: Number = ONE
) -> Level:
    """What each window is charged for: the line's quantity x `share`, less the level that the order's prepaid items provide of what
    covers it, which the order's covered lines use up once.
    """
    metered = multiply(as_record(book, line.item, line.quantity), share)
    covered = min(metered, _level_left(book, order, line, lines)) if line.item.covered_by else ZERO
    rule = rounding_in_force(book, "quantity", order.at, order.attributes)
    quantity = round_to(subtract(metered, covered), rule, order.currency)
    return Level(quantity, metered, covered, line.item.covered_by, rule)


def as_record(book: PriceBook, item: Item, quantity: Number) -> Number:
    """The quantity, in the item's unit, as one record of it counts: at least `record.at_least`, rounded up to whole
    `record.round_up`; a record of nothing stays nothing.

    Source: rule language, 3.4. With `at_least: 128 KB` a record of 5 KB counts 128 KB.
    """
    meter = item.meter
    if meter is None or quantity == ZERO:
        return quantity
    unit = meter.unit or item.unit
    if meter.record_at_least is not None:
        quantity = max(quantity, book.unit_table.convert(meter.record_at_least, unit, item.unit))
    if meter.record_round_up is not None:
        size = book.unit_table.convert(meter.record_round_up, unit, item.unit)
        quantity = multiply(exact(whole_up(divide(quantity, size))), size)
    return quantity


def covered_lines(book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> list[AcceptedLine]:
    """The lines of the order that what covers this one covers, in the order in which they are covered: that of the mode's items."""
    names = [sold.item for sold in book.billing_modes[order.billing_mode].items]
    found = [other for other in lines if other.item.covered_by == line.item.covered_by and other.mode_item.payment == "postpaid"]
    return sorted(found, key=lambda each: (names.index(each.item.id), each.position))


def provided_level(line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> Number:
    """The level of what covers the line that the prepaid items of the same order provide, in the resource's unit."""
    return _provided(line.item.covered_by, lines, None)


def provided_quota(line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> Number:
    """The same of each calendar month's quota."""
    return _provided(line.item.covered_by, lines, "month")


def _provided(resource: str | None, lines: tuple[AcceptedLine, ...], every: str | None) -> Number:
    return total(
        multiply(other.quantity, each.quantity)
        for other in lines if other.mode_item.payment == "prepaid"
        for each in provided_by(other) if (each.resource, each.every) == (resource, every)
    )  # fmt: skip


def _level_left(book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> Number:
    """What the covered lines before this one leave of the level, in the line's unit."""
    unit, left = book.resources[line.item.covered_by].unit, provided_level(line, lines)
    for other in covered_lines(book, order, line, lines):
        if other is line:
            break
        left = subtract(left, min(left, book.unit_table.convert(as_record(book, other.item, other.quantity), other.item.unit, unit)))
    return book.unit_table.convert(left, unit, line.item.unit)
