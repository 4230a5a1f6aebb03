"""Where the time of what is used is cut, so that sums of windows can be treated as the windows would be.

Contract: discounts and taxes split a line by time; between two cuts they treat all windows alike. A price that a discount fixes is compared with
each window, so there every window is kept by itself.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.policies import Discount, FixedPrice
from engine.pricing.discounts import border_at
from engine.pricing.tax_days import tax_changes
from engine.values.periods import Duration

Cuts = Sequence[datetime] | None
"""Instants in order; None: each window is kept by itself."""


def cuts_of(book: PriceBook, order: Order, item: str, begun: datetime, spans: Iterable[tuple[datetime, datetime | None]]) -> Cuts:
    """Where the use of an item in `spans` is cut: starts and stops, changes of taxes, and the borders of discounts.

    `order` says the billing mode and the coupons; discounts with `after` or `lasts` count from `begun`, when the subscription that is billed was.
    """
    rules = [rule for rule in book.discounts.values() if _may_apply(rule, order, item)]
    if any(fixes_price(rule) for rule in rules):
        return None
    found = {edge for span in spans for edge in span if edge is not None} | set(tax_changes(book))
    for rule in rules:
        stretches = tuple(stretch for stretch in (rule.after, rule.lasts) if isinstance(stretch, Duration))
        found |= {border_at(begun, stretches[: count + 1], book.zone) for count in range(len(stretches))}
    return sorted(found)


def _may_apply(rule: Discount, order: Order, item: str) -> bool:
    """Whether the discount is one for the item in the order's mode, with the coupons that were given."""
    given = rule.coupon is None or rule.coupon in order.coupons
    return given and (not rule.billing_modes or order.billing_mode in rule.billing_modes) and (not rule.items or item in rule.items)


def fixes_price(rule: Discount) -> bool:
    """Whether the discount fixes a unit price."""
    return any(isinstance(benefit, FixedPrice) for benefit in (rule.benefit, *(tier.benefit for tier in rule.tiers)))
