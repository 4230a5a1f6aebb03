"""What an order costs, and what its later events do: the waterfall for the purchase, then each event on what stands after it.

Contract: a book and an order in, a quote or a refusal out; never raises for a user's mistake, reads no clock and no file.
"""

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.quotes import Quote, Refusal
from engine.pricing.acceptance import accept_order
from engine.pricing.coupons import unknown_coupons
from engine.pricing.later_events import evaluate_later_events, refuse_later_events
from engine.pricing.refused import Refused
from engine.pricing.unified_days import first_end
from engine.pricing.waterfall import Pricing, quote_line, run_waterfall, totals_of


def price_order(book: PriceBook, order: Order) -> Quote | Refusal:
    """What the order costs at its instant, line by line with the trace, or the problems that leave it without a price.

    Source: rule language, 3.2. A year of `50-users-500-gb` at 89.00 a month, 17% off: 89.00 x 12 x 0.83 = 886.44.
    """
    pricing = Pricing(book, order)
    try:
        _check_order(pricing)
        run_waterfall(pricing)
        events = evaluate_later_events(pricing)
    except Refused as refused:
        return Refusal(refused.diagnostics)
    return _quote(pricing, events)


def _check_order(pricing: Pricing) -> None:
    """What no step below could make good: later events that are not computed, coupons that the book does not know."""
    problems = refuse_later_events(pricing.book, pricing.order) + unknown_coupons(pricing.book, pricing.order)
    if problems:
        # Whatever else is wrong with the order is told in the same run.
        try:
            accept_order(pricing.book, pricing.order)
        except Refused as refused:
            problems = [*refused.diagnostics, *problems]
        raise Refused(*problems)


def _quote(pricing: Pricing, events: dict[str, object]) -> Quote:
    book, order = pricing.book, pricing.order
    lines = tuple(quote_line(line) for line in pricing.lines)
    return Quote(
        book_id=book.id,
        book_digest=book.digest,
        currency=order.currency,
        at=order.at,
        billing_mode=order.billing_mode,
        term=order.term,
        duration=order.duration,
        lines=lines,
        totals=totals_of(lines, pricing.taxed, book.prices_include_tax),
        taxes=pricing.taxed.totals,
        expires=first_end(book, order).expires if order.term else None,
        attributes=order.attributes,
        coupons=order.coupons,
        trace=tuple(pricing.steps),
        **events,
    )
