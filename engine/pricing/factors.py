"""The factor with which something was bought: what percentages and prices leave of its list price, over the term's time.

Contract: percent coupons are left out, amounts are no part of it; a discount with `after` or `lasts` counts with the share that it
has in what remains. Source: rule language, 3.8.
"""

from dataclasses import dataclass

from engine.model.book import PriceBook
from engine.model.policies import FixedPrice
from engine.pricing.discounts import DiscountContext, Effect, effect_of
from engine.pricing.rated import RatedLine
from engine.pricing.running import RunningLine, start_running
from engine.pricing.stages import run_stages
from engine.values.exact import ONE, ZERO, Number, add, divide, multiply, subtract, total

Profile = tuple[tuple[Number, Number, Number], ...]
"""Stretches of a term, as shares of it, each with its factor: ((0, 1/2, 0.8), (1/2, 1, 1))."""

UNDISCOUNTED: Profile = ((ZERO, ONE, ONE),)


@dataclass(frozen=True, slots=True)
class Discounted:
    """A line under the discounts of its order, coupons left out: its factor over time, and its exact amount."""

    profile: Profile
    amount: Number


def discount_profiles(book: PriceBook, lines: list[RunningLine], context: DiscountContext) -> list[Discounted]:
    """The factors of lines that went through the stages already: what won there is applied again, without the coupons."""
    shadow = [start_running(line.rated) for line in lines]
    _apply_winners(book, _winners(book, lines), shadow, context)
    return [Discounted(_profile(line), line.left) for line in shadow]


def profiles_of_rated(book: PriceBook, rated: list[RatedLine], context: DiscountContext) -> list[Discounted]:
    """The factors that the stages would give lines that were not bought (the order's coupons decide, and are then left out)."""
    lines = [start_running(each) for each in rated]
    run_stages(book, lines, context)
    return discount_profiles(book, lines, context)


def fixed_profile(
    book: PriceBook, bought: list[RatedLine], index: int, new: RatedLine, context: DiscountContext
) -> Profile | None:
    """The factor of a new state whose item was bought under a `fixed_price`: that price / the new list price; None without one.

    Source: rule language, 3.8: under a `fixed_price`, that / the list price of the new state.
    """
    lines = [start_running(each) for each in bought]
    run_stages(book, lines, context)
    winners = _winners(book, lines)
    before = start_running(bought[index])
    if not any(_is_fixed(book, name) and _reaches(book, name, before, context) for name in winners):
        return None
    shadow = [start_running(new)]
    _apply_winners(book, winners, shadow, context)
    return _profile(shadow[0])


def _is_fixed(book: PriceBook, name: str) -> bool:
    discount = book.discounts[name]
    benefits = [discount.benefit, *(tier.benefit for tier in discount.tiers)]
    return discount.coupon is None and any(isinstance(benefit, FixedPrice) for benefit in benefits)


def _reaches(book: PriceBook, name: str, line: RunningLine, context: DiscountContext) -> bool:
    effect = effect_of(book.discounts[name], [line], context)
    return isinstance(effect, Effect) and 0 in effect.cuts and effect.cuts[0].left != line.left


def _winners(book: PriceBook, lines: list[RunningLine]) -> list[str]:
    """The discounts that applied to any of the lines, in the order of the stages."""
    applied = {step.facts["discount"] for line in lines for step in line.steps if step.number == 5 and "discount" in step.facts}
    return list(dict.fromkeys(name for stage in book.discount_policy for name in stage.discounts if name in applied))


def _apply_winners(book: PriceBook, winners: list[str], shadow: list[RunningLine], context: DiscountContext) -> None:
    for name in winners:
        discount = book.discounts[name]
        effect = effect_of(discount, shadow, context) if discount.coupon is None else None
        if isinstance(effect, Effect):
            for index, cut in effect.cuts.items():
                shadow[index].parts, shadow[index].left = cut.parts, cut.left


def _profile(line: RunningLine) -> Profile:
    listed = total(charge.amount for charge in line.rated.charges if charge.recurring)
    stretches = [part for part in line.parts if not part.once]
    if not listed or not stretches:
        return UNDISCOUNTED
    return tuple(
        (part.start, part.end, divide(part.amount, multiply(listed, subtract(part.end, part.start)))) for part in stretches
    )


def factor_over(profile: Profile, left: Number) -> Number:
    """The factor over the last `left` of a term (a share of it): each stretch counts with its share in what remains.

    Half of a term at 0.8 and half at 1, with three quarters left: (1/4 x 0.8 + 1/2 x 1) / (3/4) = 14/15.
    """
    if len(profile) == 1:
        return profile[0][2]
    begin = subtract(ONE, min(ONE, left))
    if begin >= ONE:
        return profile[-1][2]
    weighted = ZERO
    for start, end, factor in profile:
        low = max(start, begin)
        if low < end:
            weighted = add(weighted, multiply(subtract(end, low), factor))
    return divide(weighted, subtract(ONE, begin))
