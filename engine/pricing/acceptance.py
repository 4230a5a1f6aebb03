"""Whether an order can be priced at all: its mode, items, quantities, limits, term, attributes, currency and later events.

Contract: every problem of an order is found in one go; what is accepted is complete enough to be rated line by line.
"""

from engine.diagnostics import Diagnostic, orders, report
from engine.model.book import BillingMode, PriceBook
from engine.model.conditions import BUILT_IN_ATTRIBUTES
from engine.model.orders import Order
from engine.pricing.durations import check_term
from engine.pricing.messages import listing, place, suggestion, where
from engine.pricing.quantity import accept_lines, check_limits, check_presence
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.resolution import choose, price_index
from engine.pricing.unpriced import check_currency


def accept_order(book: PriceBook, order: Order) -> tuple[AcceptedLine, ...]:
    """The order's lines in its order, checked against mode, items, quantities, term and limits; raises Refused with all
    problems.
    """
    mode = book.billing_modes.get(order.billing_mode)
    if mode is None:
        remedy = suggestion(order.billing_mode, book.billing_modes)
        message = f"the book has no billing mode `{order.billing_mode}`"
        raise Refused(report(orders.UNKNOWN_BILLING_MODE, message, help=remedy, **where(order, "billing_mode")))
    lines, found = accept_lines(book, mode, order)
    # A misspelt item is told once, as such, and not again as a missing one; limits are asked of an order whose lines all stand.
    if all(line.item in book.items for line in order.lines):
        found += check_presence(book, mode, order)
    if len(lines) == len(order.lines):
        found += check_limits(book, mode, lines)
    payments = {sold.payment for sold in mode.items if any(line.item == sold.item for line in order.lines)}
    found += check_term(mode, order, "prepaid" in payments, "postpaid" in payments)
    found += (*check_attributes(book, order), *check_currency(book, order), *check_later_events(book, mode, order))
    if found:
        raise Refused(*found)
    return lines


def check_attributes(book: PriceBook, order: Order) -> tuple[Diagnostic, ...]:
    """Attributes of the order that the book does not declare, and values that they cannot have."""
    found: list[Diagnostic] = []
    known = (*BUILT_IN_ATTRIBUTES, *book.attributes)
    for name, value in order.attributes.items():
        key = f"attributes.{name}"
        details = where(order, key if key in order.origins else "attributes") | {"path": key, "subject": name}
        if name not in known:
            message = f"the book declares no attribute `{name}`"
            found.append(report(orders.UNKNOWN_ATTRIBUTE, message, help=suggestion(name, known), **details))
            continue
        declared = book.attributes.get(name)
        values = declared.values if declared is not None else ("true", "false") if name == "business" else ()
        if values and value not in values:
            message = f"`{name}` cannot be `{value}`"
            found.append(report(orders.UNKNOWN_ATTRIBUTE_VALUE, message, help=suggestion(value, values), **details))
    return tuple(found)


def check_later_events(book: PriceBook, mode: BillingMode, order: Order) -> tuple[Diagnostic, ...]:
    """What the order wants to do later: refused where the mode does not support it, and where it needs a history to be
    computed.
    """
    found: list[Diagnostic] = []
    if order.changes:
        chosen = choose(mode.spec_change, order.attributes, order.at, price_index(book).rank)
        policy = book.spec_changes.get(chosen.entry.use) if chosen.entry is not None else None
        if policy is None or not policy.supports:
            found.append(_change_not_supported(book, mode, order, policy))
        else:
            found.append(_not_yet(order, "change", "a spec change of a running subscription"))
    for key, event, what in (
        ("renew", order.renew, "a renewal"),
        ("switch", order.switch, "a change of the billing mode"),
        ("unsubscribe", order.unsubscribe, "an unsubscription"),
    ):
        if event is not None:
            found.append(_not_yet(order, key, what))
    return tuple(found)


def _change_not_supported(book: PriceBook, mode: BillingMode, order: Order, policy) -> Diagnostic:
    message = f"`{mode.id}` does not support spec changes"
    details = where(order, "change") | {"span": place(order.changes[0].origin) or where(order, "change")["span"]}
    if policy is None:
        remedy = "leave `change` out, or order in a mode that supports it"
        supporting = [other.id for other in book.billing_modes.values() if other.id != mode.id and other.spec_change]
        notes = (f"spec changes are supported in {listing(supporting)}",) if supporting else ()
        return report(orders.SPEC_CHANGE_NOT_SUPPORTED, message, help=remedy, notes=notes, **details)
    reason, instead = (text.read(book.language, book.language) for text in (policy.reason, policy.instead))
    remedy = instead or "leave `change` out, or order in a mode that supports it"
    return report(orders.SPEC_CHANGE_NOT_SUPPORTED, message, notes=(reason,) if reason else (), help=remedy, **details)


def _not_yet(order: Order, key: str, what: str) -> Diagnostic:
    message = f"{what} (`{key}`) cannot be computed yet"
    remedy = f"leave `{key}` out: the purchase alone can be quoted"
    return report(orders.NOT_EVALUATED_YET, message, help=remedy, **where(order, key))
