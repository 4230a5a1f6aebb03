"""What an order costs, and what its later events do: what is paid in advance, a bill for each period of use, then each event.

Contract: a book and an order in, a quote or a refusal out; never raises for a user's mistake, reads no clock and no file.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.quotes import Quote, Refusal
from engine.pricing.acceptance import accept_order
from engine.pricing.apart import without_usage
from engine.pricing.bills import Billed, lasting_coupons, run_bill
from engine.pricing.commitments import DueFloor, last_bills, others
from engine.pricing.coupons import check_coupons, unknown_coupons
from engine.pricing.estimated_amounts import with_counted
from engine.pricing.estimates import Estimate, estimate_of, floors_in, rate_periods
from engine.pricing.later_events import LaterEvents, evaluate_later_events, refuse_later_events
from engine.pricing.lines import rate_lines
from engine.pricing.payable import round_payable
from engine.pricing.quoted_lines import Bill, joined_steps, joined_taxes, quote_lines, quote_totals
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.refused import Refused
from engine.pricing.subscription import end_of
from engine.pricing.unified_days import first_end
from engine.pricing.waterfall import Pricing, run_waterfall
from engine.pricing.windows import Stretch
from engine.values.money import minor_places


def price_order(book: PriceBook, order: Order) -> Quote | Refusal:
    """What the order costs, line by line with the trace, or the problems that leave it without a price.

    What is paid in advance costs what it costs at the order's instant; what is billed by usage is billed period by period, as the
    records that the order describes would be. Source: rule language, 3.2, and second version, 1.5. A year of `50-users-500-gb` at 89.00
    a month, 17% off: 89.00 x 12 x 0.83 = 886.44.
    """
    try:
        accepted = _accepted(book, order)
        of_purchase = without_usage(book, order)
        bought = rate_lines(book, of_purchase, accepted)
        estimate = _estimate(book, order, accepted, bought)
        purchase = run_waterfall(Pricing(book, of_purchase, rated=bought))
        bills = [Bill(purchase, tuple(line for line in accepted if line.mode_item.payment == "prepaid"))] if bought else []
        bills += _bills_of_use(book, order, estimate) if estimate is not None else []
        check_coupons(book, order, [bill.pricing.outcome for bill in bills])
        events = evaluate_later_events(purchase, [line for line in accepted if line.mode_item.payment == "postpaid"])
    except Refused as refused:
        return Refusal(refused.diagnostics)
    return _quote(book, order, accepted, bills, events)


def _accepted(book: PriceBook, order: Order) -> tuple[AcceptedLine, ...]:
    """The lines of an order that nothing below could make good: later events that are not computed, coupons that the book does not
    know; raises Refused with all problems in one run.
    """
    problems = refuse_later_events(book, order) + unknown_coupons(book, order)
    try:
        accepted = accept_order(book, order)
    except Refused as refused:
        raise Refused(*refused.diagnostics, *problems) from None
    if problems:
        raise Refused(*problems)
    return accepted


def _estimate(book: PriceBook, order: Order, accepted: Sequence[AcceptedLine], bought: Sequence[RatedLine]) -> Estimate | None:
    """The estimate of what is billed by usage beside the lines that are `bought`; None where nothing is."""
    if all(line.mode_item.payment == "prepaid" for line in accepted):
        return None
    term = (order.at, end_of(first_end(book, order).expires, book)) if bought else None
    return estimate_of(book, order, accepted, bought, term)


def _bills_of_use(book: PriceBook, order: Order, estimate: Estimate) -> list[Bill]:
    """A bill for each billing period of an estimate, as its invoices would be."""
    coupons = lasting_coupons(book, order.coupons) if estimate.terms else order.coupons
    of_use = replace(estimate.without_usage, coupons=coupons)
    rated = with_counted(estimate, rate_periods(estimate))
    held = any(line.item.list_amounts is not None for line in estimate.lines)
    last = last_bills(floors_in(estimate), rated, book.zone)
    found: dict[Stretch, Bill] = {}
    # The last bill of a commitment's time is made after all others of it.
    for period in sorted({*rated, *last}, key=lambda each: (each in last, each)):
        lines = rated.get(period, [])
        billed = Billed(order.at, order.term, later=period > min(rated, default=period) or (held and order.at < period[0]))
        due = [DueFloor(floor, others(floor, {each: bill.pricing.lines for each, bill in found.items()})) for floor in last.get(period, ())]
        pricing = run_bill(book, of_use, [each for _, each in lines], period, billed, due)
        found[period] = Bill(pricing, tuple(line for line, _ in lines), period)
    return [found[period] for period in sorted(found)]


def _quote(book: PriceBook, order: Order, accepted: Sequence[AcceptedLine], bills: Sequence[Bill], events: LaterEvents) -> Quote:
    lines = quote_lines(accepted, bills)
    totals = quote_totals(lines, bills, book.prices_include_tax)
    rounded, rounding = round_payable(book, totals.gross, order.currency, order.at, order.attributes)
    return Quote(
        book_id=book.id,
        book_digest=book.digest,
        currency=order.currency,
        at=order.at,
        billing_mode=order.billing_mode,
        term=order.term,
        duration=order.duration,
        lines=lines,
        totals=replace(totals, rounded=rounded),
        taxes=joined_taxes(bills),
        expires=first_end(book, order).expires if order.term else None,
        attributes=order.attributes,
        coupons=order.coupons,
        trace=joined_steps(bills, minor_places(order.currency)) + rounding,
        **events,
    )
