"""Rated lines of what an order says is used, one for each billing period and line."""

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.pricing.acceptance import accept_order
from engine.pricing.estimates import estimate_of, rate_periods
from engine.pricing.lines import rate_lines
from engine.pricing.rated import RatedLine
from engine.pricing.subscription import end_of
from engine.pricing.unified_days import first_end


def rated_use(book: PriceBook, order: Order) -> list[RatedLine]:
    """Steps 1 to 4 of each billing period that the estimate touches; raises Refused."""
    accepted = accept_order(book, order)
    bought = rate_lines(book, order, accepted)
    term = (order.at, end_of(first_end(book, order).expires, book)) if bought else None
    return [rated for _, lines in rate_periods(estimate_of(book, order, accepted, bought, term)) for _, rated in lines]
