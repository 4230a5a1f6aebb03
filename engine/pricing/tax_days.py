"""Which day's tax rate a line takes: a purchase that of its day, usage that of its period's last day.

Source: rule language, 3.10, Taxes.
"""

import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.pricing.rated import RatedLine, RatedSpan
from engine.pricing.running import elapsed_seconds
from engine.values.exact import Number, add, decimal_places, divide, multiply
from engine.values.money import allocate, minor_places
from engine.values.periods import add_months, local_date, start_of_day

INSTANT = timedelta(microseconds=1)


class TaxedPart(NamedTuple):
    """Some of the amount of a line (by its number in the order) that is taxed at the rates in force at the UTC instant `at`; `apart` are the
    attributes of usage that keep the line apart from others.
    """

    line: int
    item: str
    amount: Decimal
    at: datetime
    apart: Mapping[str, str] = MappingProxyType({})


def taxed_parts(book: PriceBook, order: Order, index: int, line: RatedLine, amount: Decimal) -> list[TaxedPart]:
    """The amount of a line by the day that decides its tax: one part, or for usage over a change of rates one on each side of it.

    A line of usage from 20 March to 9 April, billed by the month, with 110.00 of 200.00 in March has two parts, 110.00 and
    90.00, where a rate changes on 1 April; they are shared from the line's amount by largest remainder.
    """
    item, apart = line.item.id, line.attributes
    if line.taxed_at is not None:
        return [TaxedPart(index, item, amount, line.taxed_at - INSTANT, apart)]
    changes = tax_changes(book)
    if line.payment != "postpaid" or not line.spans:
        return [TaxedPart(index, item, amount, order.at, apart)]
    if not changes:
        return [TaxedPart(index, item, amount, line.spans[0].start, apart)]
    by_side: dict[int, tuple[Number, datetime]] = {}
    for span in line.spans:
        for weight, at in _moments(book, order, line, span, changes):
            side = sum(change <= at for change in changes)
            before, first = by_side.get(side, (Decimal(0), at))
            by_side[side] = (add(before, weight), first)
    sides = sorted(by_side)
    if len(sides) == 1:
        return [TaxedPart(index, item, amount, by_side[sides[0]][1], apart)]
    places = max(minor_places(order.currency), decimal_places(amount))
    shares = allocate(amount, [by_side[side][0] for side in sides], places)
    return [TaxedPart(index, item, share, by_side[side][1], apart) for side, share in zip(sides, shares, strict=True)]


def tax_changes(book: PriceBook) -> tuple[datetime, ...]:
    """The instants at which some row of a tax begins or ends, in order."""
    found = {at for row in book.taxes for at in (row.conditions.effective, row.conditions.until) if at is not None}
    return tuple(sorted(found))


def _moments(book: PriceBook, order: Order, line: RatedLine, span: RatedSpan, changes: tuple[datetime, ...]) -> list[tuple[Number, datetime]]:
    """The stretch's amount, by the last instant of the billing period that it lies in."""
    mode = book.billing_modes[order.billing_mode]
    period = mode.invoiced or next((each.cycle for each in mode.items if each.item == line.item.id), mode.cycle)
    if period == "month":
        first = local_date(span.start, book.zone).replace(day=1)
        return [(span.amount, start_of_day(add_months(first, 1), book.zone) - INSTANT)]
    # Billed by the hour or the day: a run of such periods is cut where a rate changes.
    borders = [span.start, *(change for change in changes if span.start < change < span.end), span.end]
    if len(borders) == 2:
        return [(span.amount, max(span.start, span.end - INSTANT))]
    whole = elapsed_seconds(span.start, span.end)
    shares = ((divide(elapsed_seconds(start, end), whole), end) for start, end in itertools.pairwise(borders))
    return [(multiply(span.amount, share), end - INSTANT) for share, end in shares]
