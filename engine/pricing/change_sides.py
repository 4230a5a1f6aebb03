"""The two sides of a spec change: the list price of the new and of the old state for what remains, each with its factor.

Source: rule language, 3.8: N and O are list prices for one price period, R what remains in that period's unit, f and g factors.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.diagnostics import report
from engine.diagnostics.policies import REMAINING_MISSING
from engine.model.facts import StepFacts
from engine.model.formulas import Figure, Formula, difference, product, quotient
from engine.model.orders import Order
from engine.model.policies import ChangeTerms
from engine.model.trace import TraceStep
from engine.pricing.discounts import DiscountContext
from engine.pricing.factors import UNDISCOUNTED, Factor, discounted, factor_of, kept_factor
from engine.pricing.lines import rate_prepaid
from engine.pricing.messages import place
from engine.pricing.rated import AcceptedLine, ExtraPart, RatedLine
from engine.pricing.refused import Refused
from engine.pricing.remaining import Left, in_periods, in_terms, in_units, remaining_duration
from engine.pricing.resolution import prices_in_force, rounding_in_force
from engine.pricing.steps import round_to, rounding_step
from engine.pricing.subscription import Held, PaidTerm, Subscription, charged_units
from engine.pricing.unpriced import no_price
from engine.values.exact import ONE, ZERO, Number, add, exact, multiply, negate, total
from engine.values.money import minor_places
from engine.values.periods import Duration, wall_clock
from engine.values.spans import Origin
from engine.values.terms import UNITS_OF, units


@dataclass(frozen=True, slots=True)
class Moment:
    """One change of one line: when, by which terms of the policy, and the whole state after the change, by line."""

    sub: Subscription
    at: datetime
    terms: ChangeTerms
    state: Mapping[str, AcceptedLine]
    origin: Origin
    line: str

    @property
    def currency(self) -> str:
        """The order's currency."""
        return self.sub.order.currency


@dataclass(frozen=True, slots=True)
class Side:
    """One state's price for what remains: N x R rounded `at: charge` = `listed`, x factor = `value`; what is due `once`."""

    listed: Number
    value: Number
    once: Number
    step: TraceStep
    rated: RatedLine


def what_remains(moment: Moment, term: PaidTerm, held: Held | None) -> Left:
    """R of one paid term: the whole of a term that has not begun or is not prorated, else by the policy's convention."""
    policy = moment.terms.remaining
    start, expires = (held.start, held.expires) if held else (term.start, term.expires)
    if moment.terms.charge == "full-difference" or moment.at < start:
        wall = wall_clock(moment.at, moment.sub.book.zone)
        return whole_term(term.length, extra_of(term, held), "instant", wall, wall)
    if policy is None:
        raise Refused(
            report(
                REMAINING_MISSING, "the policy does not say how the time that remains is counted", place(moment.origin),
                path="change", subject="change", help="add `remaining` to the policy",
            )
        )  # fmt: skip
    return remaining_duration(policy, term.length, start, expires, moment.at, moment.sub.book.zone)


def whole_term(length: Duration, extra: ExtraPart | None, counts_from: str, start: datetime, end: datetime) -> Left:
    """All of a term, in its months or days; with a part to a unified day, as one term."""
    value, unit = (exact(units(length)), "months" if length.months else "days") if extra is None else (ONE, "terms")
    return Left(value, value, unit, "whole-period", counts_from, start, end)


def extra_of(term: PaidTerm, held: Held | None) -> ExtraPart | None:
    """The part after the anniversary of the term as a line has it."""
    return held.extra if held is not None else term.extra


def period_term(moment: Moment, term: PaidTerm, left: Left) -> Duration:
    """The term whose price period and discount tier count what remains: as ordered, or the mode's next longer or shorter one.

    Two and a half years left, with `round-up`, are priced as three years. Source: rule language, 3.10, Durations.
    """
    if moment.terms.price_period == "ordered":
        return term.length
    count, offered = in_units(left, exact(units(term.length))), moment.sub.mode.terms
    if moment.terms.price_period == "round-up":
        return next((each for each in offered if exact(units(each)) >= count), offered[-1])
    return next((each for each in reversed(offered) if exact(units(each)) <= count), offered[0])


def rate_state(moment: Moment, term: PaidTerm, key: str, line: AcceptedLine, length: Duration, extra: ExtraPart | None = None) -> RatedLine:
    """A state's charges under the price list of the running term; what it lacks takes the price of the day of change.

    Source: rule language, 3.8, and second version, 8.1 and 8.6: the list is the one that the term was bought under, a renewal's
    too; roundings are those of the day of change, and a quantity was rounded when it was asked for. A state that is held has had
    a price in any case: its own date is the last resort. `extra` counts in the list amount of a whole term.
    """
    order, book, held = replace(term.order, at=moment.at, term=length), moment.sub.book, term.held.get(key)
    lists = [(term.book, term.priced_at.get(key, term.price_at)), (book, moment.at)]
    if held is not None and held.line.spec == line.spec:
        lists.append((book, held.price_at))
    for listed, day in lists[:-1]:
        try:
            return rate_prepaid(listed, order, line, extra, day, rounded=True)
        except Refused:
            continue
    listed, day = lists[-1]
    return rate_prepaid(listed, order, line, extra, day, rounded=True)


def check_priced(moment: Moment, new: AcceptedLine, held: Held | None) -> None:
    """Raises Refused where a state that costs nothing now has no price at all: what is not priced cannot be held.

    Source: rule language, second version, 8.4.
    """
    sub = moment.sub
    if new.mode_item.payment == "prepaid":
        term = sub.running(moment.at)
        rate_state(moment, term, moment.line, new, term.length)
    elif held is None or held.line.spec != new.spec:
        order, spec = replace(sub.order, at=moment.at), new.spec.id if new.spec else None
        found = prices_in_force(sub.book, order.billing_mode, new.item.id, spec, order.currency, moment.at, order.attributes)
        if not found.entries:
            raise Refused(no_price(sub.book, order, new, found, moment.at))


def side(moment: Moment, term: PaidTerm, rated: RatedLine, left: Left, factor: Number, credit: bool, extra: ExtraPart | None = None) -> Side:
    """N x R x f, or O x R x g with its sign turned, for a state and what remains. 169.00 x 0.62739726 x 12 x 83%.

    `extra` is the part of the term after its anniversary, which a whole term costs too.
    """
    rule = rounding_in_force(moment.sub.book, "charge", moment.at, moment.sub.attributes)
    listed: Number = ZERO
    children: list[TraceStep] = []
    for charge in rated.charges:
        if not charge.recurring:
            continue
        charged = charged_units(term.length, extra, charge.per)
        periods = in_periods(left, charge.per, charged)
        amount = multiply(charge.model_amount, periods)
        rounded = round_to(amount, rule, moment.currency)
        formula = product(Figure(charge.model_amount, minor_places(moment.currency)), _periods(left, charge.per, charged))
        of_charge: StepFacts = {"per": charge.per, "periods": periods, "amount": charge.model_amount, "unit": left.unit}
        children.append(TraceStep(4, "times-remaining", amount, charge.model_amount, formula, of_charge, origin=charge.entry.origin))
        if rule is not None and rounded != amount:
            children.append(rounding_step(4, "round-charge", rule, amount, rounded, minor_places(moment.currency)))
        listed = add(listed, rounded)
    value = multiply(listed, factor)
    formula = product(Figure(listed, minor_places(moment.currency)), factor)
    spec = rated.spec.id if rated.spec else None
    facts: StepFacts = {"term_start": term.start, "list": listed, "factor": factor, "quantity": rated.quantity, "spec": spec}
    prices = tuple(step for step in rated.steps if step.number in (2, 3))
    if credit:
        value, formula = negate(value), difference(ZERO, formula)
    step = TraceStep(4, "credit" if credit else "new-state", value, formula=formula, facts=facts, children=(*prices, *children))
    once = total(charge.amount for charge in rated.charges if not charge.recurring)
    return Side(listed, value, once, step, rated)


def _periods(left: Left, per: str | None, term_units: Number) -> Formula:
    """What remains in price periods: a value in years for a monthly price is 0.62739726 × 12."""
    value, size = Figure(left.value), exact(UNITS_OF.get(per or "", 1))
    if left.unit == "years":
        return value if per == "year" else product(value, exact(12))
    counted: Formula = product(value, Figure(term_units)) if left.unit == "terms" else value
    return counted if size == ONE else quotient(counted, size)


def new_factor(moment: Moment, term: PaidTerm, new: AcceptedLine, held: Held | None, length: Duration) -> Factor:
    """f over the term: as the item was bought, as the stages stand on the day of change, or undiscounted.

    Source: rule language, 3.8, `discount`, and second version, 8.2.
    """
    match moment.terms.discount:
        case "none":
            return UNDISCOUNTED
        case "current":
            return _current(moment, term, new, length)
    full = rate_state(moment, term, moment.line, new, term.length, extra_of(term, held))
    if held is not None:
        return kept_factor(held.factor, full, term.order)
    # What was not bought gets what it would have got in that order; dropped and added again, it counts once.
    bought = [each for each in term.rated if each.item.id != new.item.id]
    return factor_of(discounted(term.book, [*bought, full], _context(moment, term, [*bought, full]))[-1], term.order)


def _context(moment: Moment, term: PaidTerm, rated: list[RatedLine], order: Order | None = None) -> DiscountContext:
    spend = total(each.list_amount for each in rated)
    return DiscountContext(order or term.order, moment.sub.book.zone, spend, minor_places(moment.currency), term.in_time)


def _current(moment: Moment, term: PaidTerm, new: AcceptedLine, length: Duration) -> Factor:
    """The stages run on the whole new state of that day, for the length that `price_period` picks, without coupons."""
    rated = [rate_state(moment, term, key, line, length) for key, line in moment.state.items()]
    order = replace(term.order, at=moment.at, term=length, coupons=())
    index = list(moment.state).index(moment.line)
    return factor_of(discounted(term.book, rated, _context(moment, term, rated, order))[index], order)


def share_left(left: Left, term: PaidTerm, rated: RatedLine, extra: ExtraPart | None) -> Number:
    """What remains as a share of the term, at most all of it: 31 of 30 days are no more than the term."""
    per = next((charge.per for charge in rated.charges if charge.recurring), None)
    return min(ONE, in_terms(left, charged_units(term.length, extra, per)))
