"""The quantity of one window of an estimate: as a record would be, less what is covered, rounded `at: quantity` (rule language,
3.2 and 3.4).
"""

from dataclasses import dataclass
from datetime import timedelta

from engine.diagnostics import orders, report
from engine.model.book import Item, PriceBook, RoundingStep
from engine.model.orders import Order
from engine.pricing.messages import place
from engine.pricing.quantity import provided_by
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.resolution import rounding_in_force
from engine.pricing.steps import round_to
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply, subtract, whole_up
from engine.values.periods import Duration, after, local_date

_MOMENT = timedelta(microseconds=1)


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
    """What each window is charged for: the line's quantity x `share`, less what the order's prepaid items provide of what covers
    it.

    Raises Refused for a quota that a total over several months would have to be spread over.
    """
    metered = multiply(as_record(book, line.item, line.quantity), share)
    covered = min(metered, _covering(book, order, line, lines)) if line.item.covered_by else ZERO
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


def _covering(book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> Number:
    """What the prepaid items of the same order provide of the resource that covers the line, in the line's unit."""
    resource = book.resources[line.item.covered_by]
    amount: Number = ZERO
    for other in lines:
        if other.mode_item.payment != "prepaid":
            continue
        for provision in provided_by(other):
            if provision.resource != resource.id:
                continue
            if provision.every is not None and not _one_quota(book, order, line):
                _refuse_quota(line, resource.id)
            amount = add(amount, multiply(other.quantity, provision.quantity))
    return book.unit_table.convert(amount, resource.unit, line.item.unit)


def _one_quota(book: PriceBook, order: Order, line: AcceptedLine) -> bool:
    """Whether a total is used within one calendar month, so that exactly one quota covers it."""
    if line.item.meter is None or line.item.meter.measure not in ("sum", "count"):
        return False
    end = after(order.at, order.duration or Duration(seconds=1), book.zone)
    first, last = local_date(order.at, book.zone), local_date(end - _MOMENT, book.zone)
    return (first.year, first.month) == (last.year, last.month)


def _refuse_quota(line: AcceptedLine, resource: str) -> None:
    covered = f"`{line.item.id}` is covered by a monthly quota of `{resource}`"
    message = f"{covered}, and an estimate over several months does not say how much falls in each"
    raise Refused(
        report(orders.NOT_EVALUATED_YET, message, place(line.line.origin), help="estimate one calendar month at a time")
    )
