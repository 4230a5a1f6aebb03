"""The factor with which something was bought: what percentages and prices leave of its list price, over the term's time.

Contract: coupons of whatever benefit are left out, amounts are no part of it; a discount with `after` or `lasts` counts with the
share that it has in what remains. Source: rule language, 3.8, and second version, 8.2.
"""

from dataclasses import dataclass

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.policies import FixedPrice
from engine.pricing.benefits import cut_line
from engine.pricing.discounts import DiscountContext
from engine.pricing.rated import RatedLine
from engine.pricing.running import Given, RunningLine, start_running
from engine.pricing.stages import run_stages
from engine.values.exact import ONE, ZERO, Number, add, divide, multiply, subtract, total

Profile = tuple[tuple[Number, Number, Number], ...]
"""Stretches of a term, as shares of it, each with its factor: ((0, 1/2, 0.8), (1/2, 1, 1))."""


@dataclass(frozen=True, slots=True)
class Factor:
    """What was left of a list price over the term's time, and by which benefits: what was bought keeps both."""

    profile: Profile = ((ZERO, ONE, ONE),)
    given: tuple[Given, ...] = ()


UNDISCOUNTED = Factor()


def discounted(book: PriceBook, rated: list[RatedLine], context: DiscountContext) -> list[RunningLine]:
    """Lines as the stages would leave them in an order that was not placed; its coupons compete as they did."""
    lines = [start_running(each) for each in rated]
    run_stages(book, lines, context)
    return lines


def without_coupons(line: RunningLine, order: Order) -> RunningLine:
    """The line under the benefits that it was given but those of coupons, whose place nothing takes."""
    return _under(tuple(each for each in line.given if not each.by_coupon), line.rated, order)


def factor_of(line: RunningLine, order: Order) -> Factor:
    """The factor of a line that went through the stages of `order`."""
    kept = without_coupons(line, order)
    return Factor(_profile(kept), kept.given)


def kept_factor(bought: Factor, new: RatedLine, order: Order) -> Factor:
    """The factor of a new state of what was bought: the same; under a `fixed_price` that / the new list price.

    No tier is chosen again and no stage run again, so a price of 1.00 from 10 pieces on holds for 5 of what were 20. Source: rule
    language, 3.8, and second version, 8.2.
    """
    if not any(isinstance(each.benefit, FixedPrice) for each in bought.given):
        return bought
    return Factor(_profile(_under(bought.given, new, order)), bought.given)


def _under(given: tuple[Given, ...], rated: RatedLine, order: Order) -> RunningLine:
    line = start_running(rated)
    for each in given:
        cut = cut_line(each.benefit, line.parts, line.left, each.coverage, order.term, order.currency, rated.extra_units)
        if cut is not None:
            line.parts, line.left = cut.parts, cut.left
    line.given = given
    return line


def _profile(line: RunningLine) -> Profile:
    listed = total(charge.amount for charge in line.rated.charges if charge.recurring)
    stretches = [part for part in line.parts if not part.once]
    if not listed or not stretches:
        return UNDISCOUNTED.profile
    return tuple((part.start, part.end, divide(part.amount, multiply(listed, subtract(part.end, part.start)))) for part in stretches)


def factor_over(profile: Profile, left: Number) -> Number:
    """The factor over the last `left` of a term (a share of it): each stretch counts with its share in what remains.

    Half of a term at 0.8 and half at 1, with three quarters left: (1/4 x 0.8 + 1/2 x 1) / (3/4) = 14/15.
    """
    if len(profile) == 1:
        return profile[0][2]
    begin = subtract(ONE, min(ONE, left))
    if begin >= ONE:
        return profile[-1][2]
    weighted: Number = ZERO
    for start, end, factor in profile:
        low = max(start, begin)
        if low < end:
            weighted = add(weighted, multiply(subtract(end, low), factor))
    return divide(weighted, subtract(ONE, begin))
