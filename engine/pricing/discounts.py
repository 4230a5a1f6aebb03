"""What one discount would do to an order: whether it applies, to which lines, for which stretch of time, with which benefit.

Contract: reads the order and the running lines, changes nothing. Whether it does apply is the stages' decision.
Source: rule language, 3.6 and 3.10, Coupons and best_of.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Unpack
from zoneinfo import ZoneInfo

from engine.model.facts import RuleFacts
from engine.model.orders import Order
from engine.model.policies import AmountOff, Benefit, Discount, DiscountTier
from engine.model.trace import Considered
from engine.pricing.benefits import Cut, cut_line
from engine.pricing.rated import ExtraPart
from engine.pricing.running import WHOLE, Coverage, Given, RunningLine, elapsed_seconds, split_parts
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply, subtract, total
from engine.values.periods import Duration, after
from engine.values.spans import NOWHERE, Origin
from engine.values.terms import alike, units

Scope = list[tuple[int, Coverage]]
"""Lines by their index, each with the stretch of its time that a discount covers."""


@dataclass(frozen=True, slots=True)
class Pending:
    """An amount that a discount takes off in step 7 from the lines in `scope`: (index, covered share of what is left)."""

    discount: Discount
    amount: Decimal
    scope: tuple[tuple[int, Number], ...]
    takes: Number
    origin: Origin = NOWHERE  # where the amount was written


@dataclass(frozen=True, slots=True)
class Effect:
    """What a discount would do: `cuts` by index of the line now with what is `given`, `pending` amounts in step 7, and why others are
    left out.
    """

    discount: Discount
    cuts: Mapping[int, Cut] = field(default_factory=dict)
    pending: tuple[Pending, ...] = ()
    left_out: Mapping[int, Considered] = field(default_factory=dict)
    given: Mapping[int, Given] = field(default_factory=dict)

    @property
    def reaches(self) -> bool:
        """Whether any line is in its scope."""
        return bool(self.cuts or self.pending)

    def gives(self, lines: Sequence[RunningLine]) -> bool:
        """Whether it takes anything off any of the lines, as they stand."""
        return any(cut.left != lines[index].left for index, cut in self.cuts.items()) or any(each.takes for each in self.pending)


@dataclass(frozen=True, slots=True)
class TermInTime:
    """A later term of a subscription that began at `started`: it begins at `start`, `offset` months (or days) later, and has `length`.

    `offset` is None where the terms before were no whole months or days, as after a unified day.
    """

    started: datetime
    start: datetime
    offset: int | None
    length: Duration


@dataclass(frozen=True, slots=True)
class DiscountContext:
    """The facts of an order that discounts ask for; `spend` is the order's list amount, `places` the currency's decimals.

    `in_time` is None for a purchase, which starts its subscription.
    """

    order: Order
    zone: ZoneInfo
    spend: Number
    places: int
    in_time: TermInTime | None = None


def why_not(discount: Discount, order: Order, in_time: TermInTime | None = None) -> Considered | None:
    """Why the discount is no option for the order as a whole, whatever its lines are; None where it may be one.

    The dates of a coupon bound its first use, which is the start of the subscription. Source: rule language, second version, 8.7.
    """
    at = in_time.started if in_time is not None and discount.coupon is not None else order.at
    if discount.coupon is not None and discount.coupon not in order.coupons:
        return _not(discount, "coupon-not-given", coupon=discount.coupon)
    if discount.billing_modes and order.billing_mode not in discount.billing_modes:
        return _not(discount, "other-billing-mode", wanted=discount.billing_modes, value=order.billing_mode)
    conditions = discount.conditions
    if conditions.effective is not None and at < conditions.effective:
        return _not(discount, "not-yet-effective", effective=conditions.effective)
    if conditions.until is not None and at >= conditions.until:
        return _not(discount, "expired", until=conditions.until)
    return None


def unmet(discount: Discount, attributes: Mapping[str, str], open_: Container[str] = ()) -> Considered | None:
    """The first condition of `when` that the attributes do not meet; None where all are met. Those named in `open_` are not asked for."""
    for attribute, needed in discount.conditions.when.items():
        given = attributes.get(attribute)
        if given not in needed and attribute not in open_:
            return _not(discount, "condition-not-met", attribute=attribute, wanted=needed, value=given)
    return None


def _not(discount: Discount, reason: str, **facts: Unpack[RuleFacts]) -> Considered:
    return Considered(discount.id, False, reason, facts, discount.origin)


def effect_of(discount: Discount, lines: list[RunningLine], context: DiscountContext) -> Effect | Considered:
    """What the discount would do to the lines as they stand, or why it is no option. Source: rule language, 3.6."""
    order = context.order
    refusal = why_not(discount, order, context.in_time) or _unmet_by_all(discount, order, lines)
    if refusal is not None:
        return refusal
    cuts: dict[int, Cut] = {}
    left_out: dict[int, Considered] = {}
    given: dict[int, Given] = {}
    amounts: dict[int, tuple[AmountOff, Scope]] = {}
    timed = discount.after is not None or not isinstance(discount.lasts, str)
    # Only a tier by quantity is found line by line; every other benefit is the order's, and an amount is given once.
    shared = None if discount.by == "quantity" else _benefit_at(discount, order.term if discount.by == "term" else context.spend)
    for index, line in enumerate(lines):
        if discount.items and line.rated.item.id not in discount.items:
            left_out[index] = _not(discount, "other-item", wanted=discount.items, value=line.rated.item.id)
            continue
        if discount.conditions.when and (condition := unmet(discount, line.rated.attributes_in(order))) is not None:
            left_out[index] = condition
            continue
        found = shared if shared is not None else _benefit_at(discount, line.rated.quantity)
        if isinstance(found, Considered):
            left_out[index] = found
            continue
        coverage = coverage_of(discount, line, context) if timed else WHOLE
        if timed and coverage[0] >= coverage[1]:
            if discount.after is None or coverage[0] < ONE:
                left_out[index] = _not(discount, "already-over")
            else:
                left_out[index] = _not(discount, "begins-later", after=discount.after)
        elif isinstance(found, AmountOff):
            amounts.setdefault(id(found), (found, []))[1].append((index, coverage))
        else:
            cut = cut_line(found, line.parts, line.left, coverage, _length(line, order), order.currency, line.rated.extra_units)
            if cut is None:
                left_out[index] = _unsayable(discount, found, order)
            else:
                cuts[index], given[index] = cut, Given(found, coverage, discount.coupon is not None)
    pending = []
    for benefit, scope in _given_once(discount, list(amounts.values()), left_out, lines, context):
        for index, _ in scope:
            left_out.pop(index, None)
        amount = benefit.amounts.by_currency.get(context.order.currency)
        if amount is None:
            left_out.update({index: _unsayable(discount, benefit, context.order) for index, _ in scope})
        else:
            origin = benefit.origin if benefit.origin.line else discount.origin
            pending.append(replace(_pending(discount, amount, scope, lines), origin=origin))
    return Effect(discount, cuts, tuple(pending), left_out, given)


def _unmet_by_all(discount: Discount, order: Order, lines: list[RunningLine]) -> Considered | None:
    """The condition that no line can meet, because none has attributes of its own and the order's do not meet it."""
    return None if any(line.rated.attributes for line in lines) else unmet(discount, order.attributes)


def _unsayable(discount: Discount, benefit: Benefit, order: Order) -> Considered:
    money = getattr(benefit, "amounts", None) or getattr(benefit, "unit_prices", None)
    if money is not None and order.currency not in money.by_currency:
        return _not(discount, "other-currency", wanted=tuple(money.by_currency), value=order.currency)
    return _not(discount, "not-measurable", benefit=type(benefit).__name__)


def _benefit_at(discount: Discount, reached: Duration | Number | None) -> Benefit | Considered:
    """The benefit of a discount, or of the tier that the term, quantity or spend reaches."""
    if discount.benefit is not None:
        return discount.benefit
    tier = _tier_reached(discount.tiers, reached)
    if tier is None:
        return _not(discount, "tier-not-reached", by=discount.by, wanted=discount.tiers[0].start, value=reached)
    return tier.benefit


def _tier_reached(tiers: tuple[DiscountTier, ...], reached: Duration | Number | None) -> DiscountTier | None:
    """The last tier at or above whose start the value lies; `from: 1 year` is reached by a term of 12 months."""
    found = None
    for tier in tiers:
        if _at_least(reached, tier.start):
            found = tier
    return found


def _given_once(
    discount: Discount, amounts: list[tuple[AmountOff, Scope]], left_out: Mapping[int, Considered], lines: list[RunningLine], context: DiscountContext
) -> list[tuple[AmountOff, Scope]]:
    """The amounts with the lines that they are taken off: by quantity it is one, of the highest tier that any line reaches, off all in scope.

    20 seats and 4 disks, 5.00 off from 5 and 20.00 off from 20: 20.00 off both. Source: rule language, second version, 8.12.
    """
    if discount.by != "quantity" or not amounts:
        return amounts
    highest = next(benefit for tier in reversed(discount.tiers) for benefit, _ in amounts if benefit is tier.benefit)
    below = [index for index, why in left_out.items() if why.reason == "tier-not-reached"]
    scope = [each for _, reaching in amounts for each in reaching]
    scope += [(index, coverage) for index in below if (coverage := coverage_of(discount, lines[index], context))[0] < coverage[1]]
    return [(highest, sorted(scope, key=lambda each: each[0]))]


def _at_least(reached: Duration | Number | None, start: Duration | Number) -> bool:
    if isinstance(reached, Duration) and isinstance(start, Duration):
        # Days never compare with months (rule language, 3.10).
        same_kind = bool(start.months) == bool(reached.months)
        return same_kind and (reached.months, reached.seconds) >= (start.months, start.seconds)
    return isinstance(reached, Number) and isinstance(start, Number) and reached >= start


def _length(line: RunningLine, order: Order) -> Duration | None:
    if line.rated.payment != "prepaid":
        return order.duration
    return None if line.rated.extra is not None and line.rated.extra.alone else order.term


def coverage_of(discount: Discount, line: RunningLine, context: DiscountContext) -> Coverage:
    """The stretch of the line's time that the discount covers, in shares of it: `after: 12 months` of 24 months is (1/2, 1).

    A new order starts its subscription, and is the first use of a coupon. `lasts: once` is this order, the whole of it.
    Source: rule language, 3.6.
    """
    if discount.after is None and isinstance(discount.lasts, str):
        return WHOLE
    if context.in_time is not None and line.rated.payment == "postpaid":
        return _coverage_of_usage(discount, line, context.in_time.started, context.zone)
    begin = (discount.after,) if discount.after is not None else ()
    extra = line.rated.extra
    if extra is not None and extra.alone:
        return _coverage_of_part(discount, begin, extra, context.zone)
    length = context.in_time.length if context.in_time else _length(line, context.order)
    if length is None:
        return WHOLE
    start = _share(begin, length, line, context)
    if isinstance(discount.lasts, str):
        return (start, ONE)
    return (start, _share((*begin, discount.lasts), length, line, context))


def _coverage_of_part(discount: Discount, begin: tuple[Duration, ...], part: ExtraPart, zone: ZoneInfo) -> Coverage:
    """The stretch of a short first term that the discount covers, by the clock."""

    def share(stretches: tuple[Duration, ...]) -> Number:
        border = min(border_at(part.start, stretches, zone), part.end)
        return divide(elapsed_seconds(part.start, border), elapsed_seconds(part.start, part.end))

    return (share(begin) if begin else ZERO, ONE if isinstance(discount.lasts, str) else share((*begin, discount.lasts)))


def _coverage_of_usage(discount: Discount, line: RunningLine, started: datetime, zone: ZoneInfo) -> Coverage:
    """What of a bill's windows the discount covers, counted from the first start: `after: 12 months` begins in the 13th.

    A window that reaches over the border is split there, by time.
    """
    spans = line.rated.spans
    if not spans:
        return WHOLE  # a level whose records are charged one by one, and no record came: nothing is due
    first, last = min(span.start for span in spans), max(span.end for span in spans)
    begin = (discount.after,) if discount.after is not None else ()
    end = None if isinstance(discount.lasts, str) else (*begin, discount.lasts)

    def share(stretches: tuple[Duration, ...]) -> Number:
        border = border_at(started, stretches, zone)
        if border <= first:
            return ZERO
        return ONE if border >= last else divide(elapsed_seconds(first, border), elapsed_seconds(first, last))

    return (share(begin) if begin else ZERO, ONE if end is None else share(end))


def border_at(started: datetime, stretches: tuple[Duration, ...], zone: ZoneInfo) -> datetime:
    """The instant so long after the start; months are added up first, so that the day of the start is kept through short ones."""
    if all(stretch.months for stretch in stretches):
        return after(started, Duration(months=sum(stretch.months for stretch in stretches)), zone)
    for stretch in stretches:
        started = after(started, stretch, zone)
    return started


def _share(stretches: tuple[Duration, ...], length: Duration, line: RunningLine, context: DiscountContext) -> Number:
    if not stretches:
        return ZERO
    term = context.in_time
    start = term.start if term else context.order.at
    border = border_at(term.started if term else start, stretches, context.zone)
    offset = term.offset if term else 0
    if line.rated.payment == "prepaid" and offset is not None and alike(length, *stretches):
        count = sum(map(units, stretches)) - offset
        share = min(ONE, divide(exact(max(0, count)), exact(units(length))))
    elif border <= start:
        share = ZERO
    else:
        # Days of a term in months, and any estimate: by the clock, from the start of the subscription.
        share = min(ONE, divide(elapsed_seconds(start, border), elapsed_seconds(start, after(start, length, context.zone))))
    extra = line.rated.extra
    return share if extra is None else _with_extra_part(share, border, exact(units(length)), extra, line.rated.extra_units)


def _with_extra_part(share: Number, border: datetime, ordered: Number, extra: ExtraPart, extra_units: Number) -> Number:
    """A share of the ordered term as a share of all that was paid, where a part to the unified day follows the term.

    Half of a month that costs half a month more: 1/3; a border in the middle of the extra part: 5/6.
    """
    paid = add(ordered, extra_units)
    if share < ONE or border <= extra.start:
        return divide(multiply(share, ordered), paid)
    beyond = min(ONE, divide(elapsed_seconds(extra.start, border), elapsed_seconds(extra.start, extra.end)))
    return divide(add(ordered, multiply(beyond, extra_units)), paid)


def _pending(discount: Discount, amount: Decimal, scope: Scope, lines: list[RunningLine]) -> Pending:
    shares, caps = [], []
    for index, coverage in scope:
        line = lines[index]
        covered = line.left
        if coverage is not WHOLE:
            covered = total(part.amount for part, inside in split_parts(line.parts, coverage) if inside)
        caps.append(covered)
        shares.append((index, ONE if coverage is WHOLE or not line.left else divide(covered, line.left)))
    return Pending(discount, amount, tuple(shares), min(amount, total(caps)))


def sum_after(effect: Effect, lines: list[RunningLine]) -> Number:
    """The exact sum of all lines directly after the effect, amounts with what they would take.

    Source: rule language, 3.10, best_of.
    """
    result = total(effect.cuts[index].left if index in effect.cuts else line.left for index, line in enumerate(lines))
    taken = total(pending.takes for pending in effect.pending)
    return subtract(result, min(taken, result)) if taken else add(result, ZERO)
