"""The same order for every term on sale: what is paid, what a month of it comes to, and how much less that is than for the shortest term.

Contract: each amount is the quote's of the order with that term; nothing else is computed. Source: documents, Quote.
"""

from dataclasses import dataclass, replace

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.quotes import Quote, Refusal
from engine.pricing import price_order
from engine.values.exact import ONE, Number, divide, subtract
from engine.values.periods import Duration


@dataclass(frozen=True, slots=True)
class TermOffer:
    """The order for a term. `amount` is the sum of its lines, `per_month` of one month of it; `saving` is the share that a month (or day)
    of it costs less than one of the first term.

    All but the term are None where the order cannot be bought for it; `per_month` also where it is a number of days, and it and `saving` where a part to
    a unified day makes it longer or shorter.
    """

    term: Duration
    quote: Quote | None = None
    amount: Number | None = None
    per_month: Number | None = None
    saving: Number | None = None


def compare_terms(book: PriceBook, order: Order) -> tuple[TermOffer, ...]:
    """The order, without what happens to it later, for each term of its billing mode in the mode's order; empty for one without terms."""
    plain = replace(order, changes=(), renew=None, switch=None, unsubscribe=None)
    offers = [_offer(book, replace(plain, term=term)) for term in book.billing_modes[order.billing_mode].terms]
    rates = [each.quote.per_unit if each.quote is not None else None for each in offers]
    first = next((rate for rate in rates if rate), None)
    if first is None:
        return tuple(offers)
    return tuple(each if rate is None else replace(each, saving=subtract(ONE, divide(rate, first))) for each, rate in zip(offers, rates, strict=True))


def _offer(book: PriceBook, order: Order) -> TermOffer:
    quote = price_order(book, order)
    if isinstance(quote, Refusal):
        return TermOffer(order.term_length)
    return TermOffer(order.term_length, quote, quote.amount, quote.per_month)
