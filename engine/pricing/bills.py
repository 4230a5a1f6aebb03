"""The bill of a billing period: what was used in it and the fees for it, down the waterfall (rule language, 3.2 and 3.6).

Contract: a quote of use and an invoice of it run this one function for each period, so they cannot disagree. Rated lines in, the
waterfall's outcome out; knows no records and no accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.policies import AmountOff, Discount
from engine.pricing.commitments import DueFloor
from engine.pricing.discounts import TermInTime
from engine.pricing.rated import RatedLine
from engine.pricing.renewals import after_first_order
from engine.pricing.waterfall import Pricing, run_waterfall
from engine.pricing.windows import Stretch
from engine.values.periods import Duration

A_MONTH = Duration(months=1)


@dataclass(frozen=True, slots=True)
class Billed:
    """Whose bill it is: of a subscription that was `begun`; `term` is what is paid in advance beside it; `later`: not its first bill."""

    begun: datetime
    term: Duration | None = None
    later: bool = False


def run_bill(book: PriceBook, order: Order, rated: Sequence[RatedLine], period: Stretch, billed: Billed, due: Sequence[DueFloor] = ()) -> Pricing:
    """Steps 5 to 9 for what is billed together; discounts and roundings are those of the day on which the period (or use in it) begins.

    `order` says the billing mode, the currency, the coupons and the attributes of customer and order; what is missing of a commitment that is `due`
    with the bill is its last line. Raises Refused.
    """
    at = max(period[0], billed.begun)
    of_bill = replace(order, at=at, term=billed.term, duration=None)
    in_time = TermInTime(billed.begun, at, 0, billed.term or A_MONTH)
    return run_waterfall(Pricing(after_first_order(book) if billed.later else book, of_bill, rated=tuple(rated), in_time=in_time, due=tuple(due)))


def lasting_coupons(book: PriceBook, coupons: Sequence[str]) -> tuple[str, ...]:
    """The coupons of a purchase that go on for the usage beside it: those that `lasts: once` were used up by it, and amounts are given
    once an order.
    """
    rules = {code: [each for each in book.discounts.values() if each.coupon == code] for code in coupons}
    return tuple(code for code, found in rules.items() if any(each.lasts != "once" and not _gives_amounts(each) for each in found))


def _gives_amounts(rule: Discount) -> bool:
    return any(isinstance(each, AmountOff) for each in (rule.benefit, *(tier.benefit for tier in rule.tiers)))
