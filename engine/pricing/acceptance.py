"""Whether an order can be priced at all: its mode, items, quantities, limits, term, attributes and currency.

Contract: every problem of an order is found in one go; what is accepted is complete enough to be rated line by line.
"""

from collections.abc import Collection

from engine.diagnostics import CodeInfo, Diagnostic, orders, report
from engine.model.book import PriceBook
from engine.model.conditions import BUILT_IN_ATTRIBUTES
from engine.model.orders import Order
from engine.pricing.durations import check_term
from engine.pricing.indexes import price_index
from engine.pricing.messages import suggestion, where
from engine.pricing.quantity import accept_lines, check_limits, check_presence
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.unpriced import check_currency


def accept_order(book: PriceBook, order: Order, settled: Collection[str] = ()) -> tuple[AcceptedLine, ...]:
    """The order's lines in its order, checked against mode, items, quantities, term and limits; raises Refused with all
    problems. Items that were due once and are `settled` are not asked for, whatever the mode requires.
    """
    mode = book.billing_modes.get(order.billing_mode)
    if mode is None:
        remedy = suggestion(order.billing_mode, book.billing_modes)
        message = f"the book has no billing mode `{order.billing_mode}`"
        raise Refused(report(orders.UNKNOWN_BILLING_MODE, message, help=remedy, **where(order, "billing_mode")))
    lines, found = accept_lines(book, mode, order)
    # A misspelt item is told once, as such, and not again as a missing one.
    if all(line.item in book.items for line in order.lines):
        found += check_presence(book, mode, order, settled)
    found += check_limits(book, mode, lines, whole=len(lines) == len(order.lines))
    sold = price_index(book).modes[mode.id].sold
    payments = {sold[line.item].payment for line in order.lines if line.item in sold}
    found += check_term(mode, order, "prepaid" in payments, "postpaid" in payments)
    found += (*check_attributes(book, order), *check_currency(book, order))
    if found:
        raise Refused(*found)
    return lines


def check_attributes(book: PriceBook, order: Order) -> tuple[Diagnostic, ...]:
    """Attributes of the order that the book does not declare, and values that they cannot have."""
    found: list[Diagnostic] = []
    for name, value in order.attributes.items():
        problem = check_attribute(book, name, value)
        if problem is not None:
            info, message, remedy = problem
            key = f"attributes.{name}"
            details = where(order, key if key in order.origins else "attributes") | {"path": key, "subject": name}
            found.append(report(info, message, help=remedy, **details))
    return tuple(found)


def check_attribute(book: PriceBook, name: str, value: str) -> tuple[CodeInfo, str, str] | None:
    """What is wrong with an attribute of a customer or an order, and the remedy; None where the book declares it with this value."""
    known = (*BUILT_IN_ATTRIBUTES, *book.attributes)
    if name not in known:
        return orders.UNKNOWN_ATTRIBUTE, f"the book declares no attribute `{name}`", suggestion(name, known)
    declared = book.attributes.get(name)
    values = declared.values if declared is not None else ("true", "false") if name == "business" else ()
    if values and value not in values:
        return orders.UNKNOWN_ATTRIBUTE_VALUE, f"`{name}` cannot be `{value}`", suggestion(value, values)
    return None
