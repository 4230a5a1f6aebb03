"""Why something has no price: another currency has one, it starts later, it was withdrawn, it is for other customers."""

from datetime import datetime

from engine.diagnostics import Diagnostic, orders, report
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.prices import PriceEntry
from engine.pricing.messages import place, where, words
from engine.pricing.rated import AcceptedLine
from engine.pricing.resolution import PricesInForce, price_index, prices_in_force
from engine.values.periods import local_date
from engine.values.spans import dotted


def no_price(book: PriceBook, order: Order, line: AcceptedLine, found: PricesInForce, at: datetime) -> Diagnostic:
    """The diagnostic for a line without a price at `at`, with the nearest remedy: a currency, a date, or an attribute."""
    what = f"`{line.item.id}`" + (f" {line.spec.id}" if line.spec else "")
    spec = line.spec.id if line.spec else None
    entries = price_index(book).entries.get((order.billing_mode, line.item.id, spec, order.currency), ())
    details = {
        "span": place(line.line.origin),
        "subject": line.item.id,
        "path": dotted(line.line.origin.path),
    }
    day = local_date(at, book.zone)
    if found.withdrawn is not None:
        since = _day(book, found.withdrawn.conditions.effective)
        message = f"{what} is not sold any more on {day}: it was withdrawn on {since}"
        remedy = f"order on a date before {since}, or something else"
        return report(orders.NO_LONGER_ON_SALE, message, help=remedy, notes=_standing(found.withdrawn), **details)
    later = [entry for entry in entries if not entry.withdrawn and entry.conditions.effective and entry.conditions.effective > at]
    ended = [entry for entry in entries if entry.conditions.until is not None and entry.conditions.until <= at]
    if ended:
        last = max(ended, key=lambda entry: entry.conditions.until)
        until = _day(book, last.conditions.until)
        return report(
            orders.NO_LONGER_ON_SALE, f"{what} is not sold any more on {day}: its price ended on {until}",
            help=f"order on a date before {until}, or something else", notes=_standing(last), **details,
        )  # fmt: skip
    if later:
        first = min(later, key=lambda entry: entry.conditions.effective)
        start = _day(book, first.conditions.effective)
        message = f"{what} is not on sale yet on {day}: its first price in {order.currency} is in force from {start}"
        return report(orders.NOT_ON_SALE_YET, message, help=f"order on {start} or later", notes=_standing(first), **details)
    return _never(book, order, line, what, entries, at, details)


def _never(book, order: Order, line: AcceptedLine, what: str, entries, at: datetime, details: dict) -> Diagnostic:
    spec = line.spec.id if line.spec else None
    currencies = [
        currency
        for currency in price_index(book).currencies
        if currency != order.currency
        and prices_in_force(book, order.billing_mode, line.item.id, spec, currency, at, order.attributes).entries
    ]
    if currencies and not entries:
        message = f"{what} has no price in {order.currency} in `{order.billing_mode}`"
        return report(orders.NO_PRICE_IN_CURRENCY, message, help=f"order in {words(currencies, 'or')}", **details)
    if entries:
        needed = "; ".join(dict.fromkeys(_wanted(entry) for entry in entries if entry.conditions.when))
        message = f"{what} has no price for this order in `{order.billing_mode}`"
        return report(orders.NO_PRICE, message, help=f"its prices are for {needed}; name it under `attributes`", **details)
    message = f"{what} has no price in `{order.billing_mode}`"
    return report(orders.NO_PRICE, message, help="order something else, or add its price to the book under `prices`", **details)


def _wanted(entry: PriceEntry) -> str:
    return words(f"{name} {words(values, 'or')}" for name, values in entry.conditions.when.items())


def _standing(entry: PriceEntry) -> tuple[str, ...]:
    return (f"the price stands in {entry.origin.label}",) if entry.origin.line else ()


def _day(book: PriceBook, instant: datetime) -> str:
    return str(local_date(instant, book.zone))


def check_currency(book: PriceBook, order: Order) -> tuple[Diagnostic, ...]:
    """Whether the book has any price in the order's currency."""
    known = price_index(book).currencies
    if order.currency in known:
        return ()
    message = f"the book has no prices in {order.currency}"
    remedy = f"order in {words(known, 'or')}" if known else "add prices to the book"
    return (report(orders.UNKNOWN_CURRENCY, message, help=remedy, **where(order, "currency")),)
