"""The records that an order describes for what adds up: how much each period brings (rule language, second version, 1.4).

Contract: totals only; a level is held throughout. Raises Refused where an order does not say how much falls in which period.
"""

from dataclasses import dataclass
from datetime import datetime

from engine.diagnostics import Diagnostic, orders, report
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.time_bands import BAND
from engine.pricing.billing_periods import frames
from engine.pricing.in_bands import Attributes, used_from
from engine.pricing.indexes import price_index
from engine.pricing.measures import as_record
from engine.pricing.messages import amount_of, listing, place
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.windows import SIZES, Stretch, window_length, window_of, windows_in
from engine.values.exact import ONE, Number, divide, exact, multiply
from engine.values.periods import local

MOST_RECORDS = 1_000_000
"""So many records at most are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Batch:
    """So much at the instant `at`, in the item's unit; `records` are the quantities of its records, where each of them matters."""

    at: datetime
    quantity: Number
    records: tuple[Number, ...] = ()


def batches(book: PriceBook, order: Order, line: AcceptedLine, attributes: Attributes, kind: str, use: Stretch, terms: tuple[Stretch, ...]) -> list[Batch]:
    """What the order says of a sum, a count or distinct values over the time of `use`, billed by `kind`, each with its first instant there.

    `{quantity: 100 GB, each: month}` over twelve months: 100 GB at the beginning of each of them; of a part month its share by days.
    """
    each = line.line.each
    if each is None:
        touched = list(frames(kind, *use, book.zone, terms))
        if len(touched) > 1:
            raise Refused(_unclear(book, order, line, kind, len(touched)))
        whole = used_from(book, line.item, attributes, *use)
        if whole is None:
            raise Refused(never_used(book, line, attributes))
        return [_batch(book, order, line, whole, line.quantity)]
    _check_each(line, each)
    begin = window_of(each, use[0], book.zone)[0]
    found = []
    for start, end in windows_in(each, begin, use[1], book.zone):
        first, last = max(start, use[0]), min(end, use[1])
        share = ONE if (first, last) == (start, end) else divide(_days(book, first, last), _days(book, start, end))
        at = used_from(book, line.item, attributes, first, last)
        if at is not None:
            found.append(_batch(book, order, line, at, multiply(line.quantity, share)))
    if not found:
        raise Refused(never_used(book, line, attributes))
    return found


def never_used(book: PriceBook, line: AcceptedLine, attributes: Attributes) -> Diagnostic:
    """That nothing can be used on the line, because its time band does not come in what is estimated."""
    band = dict(attributes).get(BAND)
    if band is not None:
        message, remedy = f"no time of the band `{band}` lies in what is estimated, so nothing of `{line.item.id}` is used in it", "estimate a time that has it"
    else:
        named = listing(book.time_bands, "or")
        message = f"every time that is estimated lies in a time band, and the order does not say in which `{line.item.id}` is used"
        remedy = f"give it as an attribute, one line for each band: `{BAND}` is {named}"
    return report(orders.ESTIMATE_UNCLEAR, message, place(line.line.origin), subject=line.item.id, help=remedy)


def _days(book: PriceBook, start: datetime, end: datetime) -> Number:
    """The days of the book's zone from one instant to another, parts of days included, whatever the clocks do in between."""
    return window_length(*(local(each, book.zone).replace(tzinfo=None) for each in (start, end)))


def _batch(book: PriceBook, order: Order, line: AcceptedLine, at: datetime, quantity: Number) -> Batch:
    if line.item.metered_by.measure == "sum":
        counted = as_record(book, line.item, quantity)
        return Batch(at, counted, (counted,))
    return Batch(at, quantity, _ones(book, order, line, quantity) if _looked_at(book, order, line) else ())


def _looked_at(book: PriceBook, order: Order, line: AcceptedLine) -> bool:
    """Whether the records of a count are charged, or covered, one by one."""
    key = (order.billing_mode, line.item.id, line.spec.id if line.spec else None, order.currency)
    charges = (charge for entry in price_index(book).entries.get(key, ()) for charge in entry.charges)
    return line.item.covered_by is not None or any(charge.applies_to == "each-record" for charge in charges)


def _ones(book: PriceBook, order: Order, line: AcceptedLine, quantity: Number) -> tuple[Number, ...]:
    whole = int(quantity)
    if whole == quantity and whole <= MOST_RECORDS:
        return (ONE,) * whole
    message = f"each record of `{line.item.id}` is charged by itself, and {amount_of(book, quantity, line.item.unit)} are no number of records"
    remedy = f"estimate a whole number of them, {MOST_RECORDS:,} at most"
    raise Refused(report(orders.ESTIMATE_UNCLEAR, message, place(line.line.origin), subject=line.item.id, help=remedy))


def _check_each(line: AcceptedLine, each: str) -> None:
    """Distinct values of two periods may be the same ones, so what of them a longer window counts is not said."""
    meter = line.item.metered_by
    shorter = meter.window == "period" or SIZES.index(meter.window) > SIZES.index(each)
    if meter.measure == "unique" and shorter and not (meter.window == "period" and each == "month"):
        message = f"`{line.item.id}` counts distinct values in each {meter.window}, and those of two periods of a {each} may be the same"
        remedy = f"say how many each {meter.window} has"
        raise Refused(report(orders.ESTIMATE_UNCLEAR, message, place(line.line.origin), subject=line.item.id, help=remedy))


def _unclear(book: PriceBook, order: Order, line: AcceptedLine, kind: str, count: int) -> Diagnostic:
    each = kind if kind in ("month", "year") else "month"
    item, unit = line.item.id, line.item.unit
    written = f"{amount_of(book, line.quantity, unit)}"
    part = divide(line.quantity, exact(count))
    example = amount_of(book, part, unit) if multiply(part, exact(count)) == line.quantity and len(str(part)) < 12 else written
    voice = order.origin.voice
    length = voice.entry("for", str(order.duration))
    message = f"`{item}` is a total, and {length} touches {count} billing periods: {written} may fall in one of them or in all"
    remedy = (
        f"say how much each {each} brings: `{item}: {{quantity: {example}, each: {each}}}`, or `{item}={example}/{each}` as an option; "
        f"or keep {voice.key('for')} within one billing period"
    )
    return report(orders.ESTIMATE_UNCLEAR, message, place(line.line.origin), subject=item, help=remedy)
