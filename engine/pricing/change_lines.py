"""What a spec change of one item costs: its direction, the formula of the policy, coupons and the cap of a refund.

Contract: works on the terms that are paid and not over; changes no state. Nothing is rounded here but what `at: charge` names.
Source: rule language, 3.8 and 3.10, Changes and Renewals.
"""

from dataclasses import dataclass, field

from engine.model.facts import StepFacts
from engine.model.formulas import Calculation, Figure, product, quotient
from engine.model.trace import TraceStep
from engine.pricing.change_sides import (
    Moment,
    Side,
    check_priced,
    extra_of,
    new_factor,
    period_term,
    rate_state,
    share_left,
    side,
    what_remains,
    whole_term,
)
from engine.pricing.durations import check_end
from engine.pricing.factors import UNDISCOUNTED, Factor, factor_over
from engine.pricing.messages import place
from engine.pricing.rated import AcceptedLine
from engine.pricing.remaining import Left
from engine.pricing.subscription import Held, OwnDays, PaidTerm, TermSpan, end_of, paid_for, returnable
from engine.pricing.unified_days import following_end, renewal_in_force_at
from engine.values.exact import ONE, ZERO, Number, add, divide, multiply, negate, subtract, total
from engine.values.money import minor_places
from engine.values.periods import Duration
from engine.values.terms import units


@dataclass(frozen=True, slots=True)
class TermPart:
    """A change's part in one paid term: its exact amount before coupons and cap, its list amount, and the state after it.

    `position` is the term's among those of the subscription, `span` the time of the new term that it begins, if it does.
    """

    position: int
    value: Number
    listed: Number
    factor: Factor
    left: Left | None
    span: TermSpan | None = None


@dataclass(slots=True)
class LineChange:
    """A change of one line on its way to its amount; `left` is the running value that the rounding steps work on.

    `line` is as the change leaves it, or as it was before a change that drops it.
    """

    line: AcceptedLine
    old: Held | None
    new: AcceptedLine | None
    direction: str
    moment: Moment
    parts: list[TermPart] = field(default_factory=list)
    left: Number = ZERO
    exact: Number = ZERO  # what `left` was before anything was rounded
    discount: Number = ZERO  # what amounts off took from it
    steps: list[TraceStep] = field(default_factory=list)

    @property
    def by_usage(self) -> bool:
        """Whether the item is billed by usage."""
        return self.line.mode_item.payment == "postpaid"


def direction_of(old: Held | None, new: AcceptedLine | None) -> str | None:
    """Upgrade or downgrade by the ladder for specs, expand or reduce by quantity; None where nothing is different.

    Adding an item is `expand`, dropping one `reduce`. The new quantity is rounded, the old one is what was ordered: after 1.4
    that were billed as 1, a change to 1.2 is a reduction to 1. Source: rule language, 3.8, and second version, 8.6.
    """
    if old is None or new is None:
        return "expand" if old is None else "reduce"
    if old.line.spec != new.spec:
        return "upgrade" if new.rung > old.line.rung else "downgrade"
    if old.ordered == new.quantity:
        return None
    return "expand" if new.quantity > old.ordered else "reduce"


def compute_change(change: LineChange, given: Number = ZERO) -> None:
    """Steps 1 to 5 of a change: what remains, both sides with their factors, and what a refund may return.

    `given` is what earlier lines of the same change give back for the item, which cannot be returned once more.
    What is billed by usage has nothing that was paid in advance: the change is noted, and changes no amount.
    """
    moment, terms = change.moment, change.moment.terms
    change.steps.append(_state_step(change))
    if change.by_usage or terms.takes_effect == "next-renewal" or terms.charge == "none":
        if change.new is not None:
            check_priced(moment, change.new, change.old)
        if terms.takes_effect == "immediately" and not change.by_usage:
            change.parts = [_free(change, position, term) for position, term in covered(moment).items()]
        facts: StepFacts = {"takes_effect": terms.takes_effect, "charge": terms.charge}
        change.steps.append(TraceStep(4, "no-charge", ZERO, facts=facts, idle=True, origin=moment.origin))
    else:
        children: list[TraceStep] = []
        for (position, term), span in zip(covered(moment).items(), _new_terms(change), strict=True):
            part, steps = _part(change, position, term, span)
            change.parts.append(part)
            children += steps
        change.left = total(part.value for part in change.parts)
        facts = {"charge": terms.charge, "discount": terms.discount, "credit_base": terms.credit_base}
        change.steps.append(TraceStep(4, "change", change.left, facts=facts, children=tuple(children), adds_up=True))
    _limit_refund(change, given)
    change.exact = change.left


def covered(moment: Moment) -> dict[int, PaidTerm]:
    """The paid terms that are not over for the line, by their positions: a change covers them all.

    Source: rule language, 3.10, Renewals.

    A line that a change adds is in the terms of the subscription.
    """
    book = moment.sub.book
    lines = [(term, term.held.get(moment.line)) for term in moment.sub.terms]
    return {position: term for position, (term, held) in enumerate(lines) if moment.at < end_of(held.expires if held else term.expires, book)}


def _new_terms(change: LineChange) -> list[TermSpan | None]:
    """With `new-less-credit`, the new terms that begin with the change, one after the other: as many, and as long, as those that
    were paid. None for any other charge.

    Source: rule language, 3.8, and 3.10, Renewals: each paid term has its own R, f and list.
    """
    moment, terms = change.moment, covered(change.moment).values()
    if moment.terms.charge != "new-less-credit" or change.new is None:
        return [None for _ in terms]
    sub, count, begins = moment.sub, 0, moment.at
    last: TermSpan | None = None
    found: list[TermSpan | None] = []
    policy = renewal_in_force_at(sub.book, sub.mode, sub.order, moment.at)
    for term in terms:
        count += units(term.length)
        end = following_end(sub.book, sub.mode, policy, (moment.at, count), term.length, last.expires if last is not None else None)
        check_end(end.expires, span=place(moment.origin), path="change", subject=change.line.item.id)
        last = TermSpan(begins, end.expires, end.extra, OwnDays(moment.at, count))
        found.append(last)
        begins = end_of(end.expires, sub.book)
    return found


def _state_step(change: LineChange) -> TraceStep:
    old, new = change.old, change.new
    facts: StepFacts = {
        "direction": change.direction,
        "quantity": new.quantity if new else ZERO,
        "old_quantity": old.quantity if old else ZERO,
        "spec": new.spec.id if new and new.spec else None,
        "old_spec": old.line.spec.id if old and old.line.spec else None,
        "unit": change.line.item.unit,
    }
    return TraceStep(1, "change-of", None, facts=facts, origin=change.moment.origin)


def _free(change: LineChange, position: int, term: PaidTerm) -> TermPart:
    held = term.held.get(change.moment.line)
    factor = new_factor(change.moment, term, change.new, held, term.length) if change.new else UNDISCOUNTED
    return TermPart(position, ZERO, ZERO, factor, None)


def _part(change: LineChange, position: int, term: PaidTerm, span: TermSpan | None) -> tuple[TermPart, list[TraceStep]]:
    """The formula of the policy in one paid term: N x R x f - O x R x g, and in the first one that it covers what is due once.

    With `on-difference` g is f. Source: rule language, 3.8, and second version, 6.
    """
    moment, held = change.moment, term.held.get(change.moment.line)
    left = what_remains(moment, term, held)
    length, extra = period_term(moment, term, left), extra_of(term, held)
    steps = [_remaining_step(left, held or term, length)]
    factor = UNDISCOUNTED
    new_side = old_side = None
    if change.new is not None:
        factor = new_factor(moment, term, change.new, held, length)
        rated = rate_state(moment, term, moment.line, change.new, length if span is None else term.length)
        if span is None:
            counts = factor_over(factor.profile, share_left(left, term, rated, extra))
            new_side = side(moment, term, rated, left, counts, False, extra)
        else:
            time = whole_term(term.length, span.extra, left.counts_from, left.counted_from, left.counted_to)
            new_side = side(moment, term, rated, time, factor_over(factor.profile, ONE), False, span.extra)
        steps.append(new_side.step)
    if held is not None:
        rated = rate_state(moment, term, moment.line, held.line, length)
        bought = factor if moment.terms.discount == "on-difference" and change.new is not None else held.factor
        paid = factor_over(bought.profile, share_left(left, term, rated, extra))
        old_side = side(moment, term, rated, left, paid if moment.terms.credit_base == "paid" else ONE, True, extra)
        steps.append(old_side.step)
    once = ZERO if change.parts else _once(new_side, old_side)
    if once:
        steps.append(TraceStep(4, "once", once, formula=Figure(once, minor_places(moment.currency))))
    value = total((new_side.value if new_side else ZERO, old_side.value if old_side else ZERO, once))
    listed = subtract(add(new_side.listed if new_side else ZERO, once), old_side.listed if old_side else ZERO)
    return TermPart(position, value, listed, factor, left, span), steps


def _once(new_side: Side | None, old_side: Side | None) -> Number:
    """What a change adds to the charges that are due once: in full, and never credited."""
    added = subtract(new_side.once if new_side else ZERO, old_side.once if old_side else ZERO)
    return max(ZERO, added)


def _remaining_step(left: Left, term: Held | PaidTerm, length: Duration) -> TraceStep:
    facts: StepFacts = {
        "value": left.value, "exact_value": left.exact_value, "unit": left.unit, "convention": left.convention,
        "counts_from": left.counts_from, "counted_from": left.counted_from.isoformat(), "counted_to": left.counted_to.isoformat(),
        "term_start": term.start, "expires": term.expires, "priced_as": length,
    }  # fmt: skip
    return TraceStep(4, "remaining", ZERO, facts=facts)


def _limit_refund(change: LineChange, given: Number) -> None:
    """A refund shrinks by what coupons paid, and is held to what was paid for the item. Source: rule language, 3.8."""
    terms, item = change.moment.terms, change.line.item.id
    before = change.left
    if before >= 0:
        change.steps.append(TraceStep(5, "refund-limits", before, before, idle=True))
        return
    paid_terms = covered(change.moment).values()
    places = minor_places(change.moment.currency)
    coupon = total(term.coupons.get(item, ZERO) for term in paid_terms)
    if terms.credit_base == "paid" and coupon > 0:
        paid = paid_for(paid_terms, item)
        share = divide(paid, add(paid, coupon))
        value = multiply(before, share)
        facts: StepFacts = {"paid": paid, "coupon": coupon, "paid_share": share}
        of_paid = Figure(paid, places)
        formula = quotient(product(Figure(before, places), of_paid), Calculation("+", (of_paid, Figure(coupon, places))))
        change.steps.append(TraceStep(5, "coupon-share", value, before, formula, facts, idle=value == before))
        before = value
    if terms.credit_cap == "paid":
        most = max(ZERO, subtract(returnable(paid_terms, item), given))
        value = negate(min(negate(before), most))
        change.steps.append(TraceStep(5, "cap-paid", value, before, facts={"most": most}, idle=value == before))
        before = value
    if not any(step.number == 5 for step in change.steps):
        change.steps.append(TraceStep(5, "refund-limits", before, before, idle=True))
    change.left = before
