"""Why something has no price: another currency has one, it starts later, it was withdrawn, it is for other customers."""

from datetime import datetime

from engine.diagnostics import Diagnostic, orders, report
from engine.diagnostics.money import WITHDRAWN_CURRENCY
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.prices import PriceEntry
from engine.pricing.indexes import price_index
from engine.pricing.messages import Where, among_attributes, place, where, words
from engine.pricing.rated import AcceptedLine
from engine.pricing.resolution import PricesInForce, prices_in_force
from engine.values.money import withdrawn_on
from engine.values.periods import local_date
from engine.values.spans import dotted


def no_price(book: PriceBook, order: Order, line: AcceptedLine, found: PricesInForce, at: datetime) -> Diagnostic:
    """The diagnostic for a line without a price at `at`, with the nearest remedy: a currency, a date, or an attribute."""
    what = f"`{line.item.id}`" + (f" {line.spec.id}" if line.spec else "")
    spec = line.spec.id if line.spec else None
    entries = price_index(book).entries.get((order.billing_mode, line.item.id, spec, order.currency), ())
    details = Where(span=place(line.line.origin), path=dotted(line.line.origin.path), subject=line.item.id)
    day = local_date(at, book.zone)
    if found.withdrawn is not None and (effective := found.withdrawn.conditions.effective) is not None:
        since = local_date(effective, book.zone)
        message = f"{what} is not sold any more on {day}: it was withdrawn on {since}"
        remedy = f"order on a date before {since}, or something else"
        return report(orders.NO_LONGER_ON_SALE, message, help=remedy, notes=_standing(found.withdrawn), **details)
    later = [(start, entry) for entry in entries if not entry.withdrawn and (start := entry.conditions.effective) and start > at]
    ended = [(end, entry) for entry in entries if (end := entry.conditions.until) is not None and end <= at]
    if ended:
        end, last = max(ended, key=lambda each: each[0])
        until = local_date(end, book.zone)
        return report(
            orders.NO_LONGER_ON_SALE, f"{what} is not sold any more on {day}: its price ended on {until}",
            help=f"order on a date before {until}, or something else", notes=_standing(last), **details,
        )  # fmt: skip
    if later:
        start, first = min(later, key=lambda each: each[0])
        begins = local_date(start, book.zone)
        message = f"{what} is not on sale yet on {day}: its first price in {order.currency} is in force from {begins}"
        return report(orders.NOT_ON_SALE_YET, message, help=f"order on {begins} or later", notes=_standing(first), **details)
    return _never(book, order, line, what, entries, at, details)


def _never(book: PriceBook, order: Order, line: AcceptedLine, what: str, entries: tuple[PriceEntry, ...], at: datetime, details: Where) -> Diagnostic:
    spec = line.spec.id if line.spec else None
    currencies = [
        currency
        for currency in price_index(book).currencies
        if currency != order.currency and prices_in_force(book, order.billing_mode, line.item.id, spec, currency, at, order.attributes).entries
    ]
    if currencies and not entries:
        message = f"{what} has no price in {order.currency} in `{order.billing_mode}`"
        return report(orders.NO_PRICE_IN_CURRENCY, message, help=f"order in {words(currencies, 'or')}", **details)
    if entries:
        needed = "; ".join(dict.fromkeys(_wanted(entry) for entry in entries if entry.conditions.when))
        message = f"{what} has no price for this order in `{order.billing_mode}`"
        return report(orders.NO_PRICE, message, help=f"its prices are for {needed}; name it {among_attributes(order)}", **details)
    message = f"{what} has no price in `{order.billing_mode}`"
    return report(orders.NO_PRICE, message, help="order something else, or add its price to the book under `prices`", **details)


def _wanted(entry: PriceEntry) -> str:
    return words(f"{name} {words(values, 'or')}" for name, values in entry.conditions.when.items())


def _standing(entry: PriceEntry) -> tuple[str, ...]:
    return (f"the price stands in {entry.origin.label}",) if entry.origin.line else ()


def withdrawn_words(book: PriceBook, currency: str, at: datetime, what: str) -> tuple[str, str] | None:
    """What is wrong with `what` at the UTC instant `at` in a currency that was withdrawn before, and the remedy; None where nothing is."""
    withdrawn, day = withdrawn_on(currency), local_date(at, book.zone)
    if withdrawn is None or day < withdrawn:
        return None
    return f"{what} on {day} is in {currency}, which was withdrawn on {withdrawn}", f"give a date before {withdrawn}, or another currency"


def check_currency(book: PriceBook, order: Order) -> tuple[Diagnostic, ...]:
    """Whether the order's currency is one on its day, and the book has any price in it."""
    if (problem := withdrawn_words(book, order.currency, order.at, "the order")) is not None:
        return (report(WITHDRAWN_CURRENCY, problem[0], help=problem[1], **where(order, "currency")),)
    known = price_index(book).currencies
    if order.currency in known:
        return ()
    message = f"the book has no prices in {order.currency}"
    voice = order.origin.voice
    said = f"write {voice.key('currency')} with" if voice.types("currency") else "order in"
    remedy = f"{said} {words(known, 'or')}" if known else "add prices to the book"
    return (report(orders.UNKNOWN_CURRENCY, message, help=remedy, **where(order, "currency")),)
