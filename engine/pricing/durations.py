"""Step 4 for prepaid lines: the term, which price period applies, and when the subscription ends (rule language, 3.3 and 3.10).

Contract: knows terms and price periods; the remaining durations of changes and refunds are in `remaining`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Unpack

from engine.diagnostics import Diagnostic, orders, report
from engine.model.book import BillingMode, PriceBook
from engine.model.orders import Order
from engine.pricing.messages import Where, where, words
from engine.pricing.refused import Refused
from engine.values.bounds import LATEST_YEAR
from engine.values.exact import ONE, Number, divide, exact
from engine.values.periods import Duration, local_date
from engine.values.terms import UNITS_OF, day_after, end_of_term, periods_of, units


def check_term(mode: BillingMode, order: Order, prepaid: bool, postpaid: bool) -> tuple[Diagnostic, ...]:
    """What is wrong with the order's `term` and `for`, given whether it has prepaid and postpaid items."""
    found: list[Diagnostic] = []
    voice = order.origin.voice
    if prepaid:
        found += _check_offered(mode, order)
    elif order.term is not None and postpaid:
        message = f"nothing in this order is paid in advance, so a term of {order.term} would change nothing"
        remedy = f"for an estimate write {voice.entry('for')} instead of {voice.entry('term')}"
        found.append(report(orders.TERM_NOT_NEEDED, message, help=remedy, **where(order, "term")))
    if postpaid and order.duration is None:
        message = "the order has items that are billed by usage, and does not say for how long they are used"
        remedy = f"add {voice.entry('for', '720 hours')} or {voice.entry('for', '1 month')}"
        found.append(report(orders.ESTIMATE_LENGTH_MISSING, message, help=remedy, **where(order, "for")))
    if prepaid and not postpaid and order.duration is not None:
        message = f"nothing in this order is billed by usage, so {voice.entry('for', str(order.duration))} would change nothing"
        found.append(report(orders.ESTIMATE_LENGTH_NOT_NEEDED, message, help=f"leave {voice.key('for')} out", **where(order, "for")))
    return tuple(found)


def _check_offered(mode: BillingMode, order: Order) -> tuple[Diagnostic, ...]:
    if order.term in mode.terms:
        return ()
    offered = words((str(term) for term in mode.terms), "or")
    if order.term is None:
        message = f"`{mode.id}` is paid in advance, and the order names no term"
        voice = order.origin.voice
        remedy = f"add {voice.key('term')} with {offered}" if voice.types("term") else f"add a term: {offered}"
        return (report(orders.TERM_MISSING, message, help=remedy, **where(order, "term")),)
    message = f"`{mode.id}` is not sold for {order.term}"
    return (report(orders.TERM_NOT_OFFERED, message, help=f"choose one of {offered}", **where(order, "term")),)


def price_period(available: Iterable[str | None], term: Duration) -> str | None:
    """Which of the recurring price periods on offer counts the term: the longest that divides it, else the only one; None
    without any.

    Source: rule language, 3.3, and 3.10, Prices.

    >>> price_period(["month", "year"], Duration(months=24)), price_period(["month", "year"], Duration(months=18))
    ('year', 'month')
    """
    recurring = [per for per in periods_of(term) if per in available]
    if len(recurring) < 2:
        return recurring[0] if recurring else None
    return next((per for per in recurring if units(term) % UNITS_OF[per] == 0), recurring[-1])


def periods_in(term: Duration, per: str | None) -> Number:
    """How many price periods the term has, exactly; a price for `once`, or for no period, counts 1.

    Source: rule language, 3.10, Prices, and second version, 2.1: if only one of them exists it is multiplied by the exact fraction.

    >>> periods_in(Duration(months=18), "year"), periods_in(Duration(months=9), "month"), periods_in(Duration(months=9), "once")
    (Decimal('1.5'), Decimal('9'), Decimal('1'))
    """
    return divide(exact(units(term)), exact(UNITS_OF[per])) if per in UNITS_OF else ONE


def expiry(book: PriceBook, mode: BillingMode, start: datetime, term: Duration) -> date | datetime:
    """When a subscription that starts at `start` ends: its last day with `expires: end-of-day`, else the UTC instant it ends
    before.

    N months after the start keep its day: bought on 31 January for a month it ends on 28 February; N days are those of the calendar.
    Source: rule language, 3.7, and second version, 2.1.
    """
    if mode.expires == "end-of-day":
        return day_after(local_date(start, book.zone), term)
    return end_of_term(start, term, book.zone)


def check_end(end: date, **at: Unpack[Where]) -> None:
    """Raises Refused, with its place `at`, where a term ends after the years that a book speaks of: terms may follow each other without end."""
    if end.year > LATEST_YEAR:
        message = f"the term would end after the year {LATEST_YEAR}"
        raise Refused(report(orders.TERM_NOT_OFFERED, message, help="give an earlier date or a shorter term", **at))
