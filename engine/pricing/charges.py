"""Charge models: what a quantity costs in one application of one charge (rule language, 3.5 and 3.10, Tiers and `percentage`).

Contract: knows a charge and a quantity, nothing of items, dates or currencies. Amounts are exact; nothing is rounded here. The
order of an application is always: allowance off, then the model, then `minimum`, then `maximum`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from engine.model.facts import StepFacts
from engine.model.formulas import Calculation, Formula, Percent, Price, difference, number, product, summed
from engine.model.prices import Charge, Flat, Graduated, Package, Percentage, PerUnit, Tier, Volume
from engine.model.trace import TraceStep
from engine.values.exact import ZERO, Number, add, divide, exact, multiply, subtract, total, whole_down, whole_up

STEP = 3
Beside = Mapping[str, Number]
"""What else is used in the billing period, by item: it chooses the tier of a charge with `tier_by`. What is not in it is 0."""
NOTHING_BESIDE: Beside = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AllowanceShare:
    """What one application has of an allowance that is shared, ends or is carried over: `freed` of its quantity, `carried` of that from earlier
    periods. `before` was used of the period's own allowance before it; `ended` says since when there is none.
    """

    freed: Number
    carried: Number = ZERO
    before: Number = ZERO
    ended: datetime | None = None


def joined_share(shares: Sequence[AllowanceShare]) -> AllowanceShare:
    """The shares that the parts of one quantity have, in order of time, as one."""
    first, last = shares[0], shares[-1]
    return AllowanceShare(total(each.freed for each in shares), total(each.carried for each in shares), first.before, last.ended)


@dataclass(frozen=True, slots=True)
class Rated:
    """An exact amount in the price's currency, and the steps that explain it; the last step's `value` is the amount.

    `freed` is what an allowance took off the quantity, `share` what it had of one that is shared; `tier` is the position of the tier that other
    quantities chose, which are `chosen_by`.
    """

    amount: Number
    steps: tuple[TraceStep, ...]
    freed: Number = ZERO
    share: AllowanceShare | None = None
    tier: int = 0
    chosen_by: tuple[tuple[str, Number], ...] = ()


def rate_charge(charge: Charge, quantity: Number, places: int = 0, share: AllowanceShare | None = None, beside: Beside = NOTHING_BESIDE) -> Rated:
    """What one application of the charge to `quantity` costs: one price period, record, window or period.

    Without a `share` all of the allowance is at hand.

    `quantity` is in the item's unit and not negative; formulas show amounts with at least `places` decimals. Source: rule
    language, 3.5.

    >>> rate_charge(Charge(PerUnit(exact("2.40"))), exact(10)).amount
    Decimal('24.00')
    """
    return _apply(charge, quantity, charge.allowance, places, share, beside)


def rate_events(charge: Charge, quantities: Iterable[Number]) -> Rated:
    """What a charge with `applies_to: each-record` costs for records in order of time: the sum of its applications.

    A `percentage` uses one allowance up in that order; any other model takes its allowance off each record.
    Source: rule language, 3.10, `percentage`.

    >>> fee = Charge(Percentage(exact("0.01"), per_event=exact("0.30")), allowance=exact(100))
    >>> rate_events(fee, [exact(80), exact(70)]).amount
    Decimal('0.80')
    """
    counted = tuple(quantities)
    applications = rate_each_event(charge, counted)
    amount = total(rated.amount for rated in applications)
    children = tuple(
        TraceStep(STEP, "record", rated.amount, facts={"quantity": quantity}, children=rated.steps)
        for quantity, rated in zip(counted, applications, strict=True)
    )
    return Rated(amount, (TraceStep(STEP, "records", amount, children=children, adds_up=True),))


def rate_each_event(charge: Charge, quantities: Iterable[Number], freed: Number = ZERO, places: int = 0, beside: Sequence[Beside] = ()) -> tuple[Rated, ...]:
    """Each record's application by itself, in order of time: a `percentage` uses one allowance up.

    `freed` is how much of it earlier records of the same period used, `beside` what chooses the tier of each; empty: nothing does.
    """
    applications = []
    for position, quantity in enumerate(quantities):
        left: Number | None = charge.allowance
        if left is not None and isinstance(charge.model, Percentage):
            left = subtract(left, freed)
        rated = _apply(charge, quantity, left, places, None, beside[position] if beside else NOTHING_BESIDE)
        freed = add(freed, rated.freed)
        applications.append(rated)
    return tuple(applications)


def _apply(
    charge: Charge, quantity: Number, allowance: Number | None, places: int = 0, share: AllowanceShare | None = None, beside: Beside = NOTHING_BESIDE
) -> Rated:
    """One application with so much allowance at hand, or with its share of one."""
    tier, chosen_by = 0, tuple((name, beside.get(name, ZERO)) for name in charge.tier_by)
    if isinstance(charge.model, Volume) and chosen_by:
        tier = tier_beside(charge.model, beside)
    steps: list[TraceStep] = []
    used: Number = ZERO
    charged = quantity
    if allowance is not None:
        used = min(quantity, allowance) if share is None else share.freed
        charged = subtract(quantity, used)
        steps.append(_allowance_step(quantity, allowance, used, charged, charge, share))
    if charged == ZERO and charge.at_zero == "skip":
        steps.append(TraceStep(STEP, "nothing-due", ZERO, facts={"quantity": charged}, origin=charge.origin))
        return Rated(ZERO, tuple(steps), used, share, tier, chosen_by)
    amount, step = _rate_model(charge, charged, used > ZERO, places, beside)
    steps.append(step)
    for kind, bound in (("minimum", charge.minimum), ("maximum", charge.maximum)):
        if bound is not None:
            held = max(amount, bound) if kind == "minimum" else min(amount, bound)
            steps.append(_clamp_step(kind, amount, held, bound, places, charge))
            amount = held
    return Rated(amount, tuple(steps), used, share, tier, chosen_by)


def tier_beside(volume: Volume, beside: Beside) -> int:
    """The position of the first tier within whose bounds all quantities lie that choose it.

    Source: rule language, second version, 3.1. `tier_by: [cpu, memory]`, `up_to: {cpu: 100, memory: 1000}`: 100 and 1,001 are in the next tier.
    """
    chosen_by = [beside.get(name, ZERO) for name in volume.by]
    return next(position for position, tier in enumerate(volume.tiers) if all(map(_within(tier), chosen_by, tier.bounds)))


def _within(tier: Tier) -> Callable[[Number, Number | None], bool]:
    """Whether a quantity lies within a bound as the tier has it: `up_to` still holds it and `below` does not."""
    return lambda quantity, bound: bound is None or quantity < bound or (tier.includes_bound and quantity == bound)


def _rate_model(charge: Charge, quantity: Number, freed: bool, places: int, beside: Beside = NOTHING_BESIDE) -> tuple[Number, TraceStep]:
    model = charge.model
    match model:
        case PerUnit(unit_price):
            amount = multiply(quantity, unit_price)
            formula = product(quantity, Price(unit_price, places))
            facts: StepFacts = {"quantity": quantity, "unit_price": unit_price}
            return amount, TraceStep(STEP, "per-unit", amount, formula=formula, facts=facts, origin=charge.place_of("unit_price"))
        case Flat(amount):
            return amount, TraceStep(STEP, "flat", amount, formula=Price(amount, places), facts={"quantity": quantity}, origin=charge.place_of("amount"))
        case Package():
            amount, formula, facts = _packages(model, quantity, places)
            return amount, TraceStep(STEP, "package", amount, formula=formula, facts=facts, origin=charge.place_of("price"))
        case Graduated(tiers):
            return _graduated(tiers, quantity, charge, places)
        case Volume(tiers, by) if by:
            return _chosen(model, quantity, charge, places, beside)
        case Volume(tiers):
            return _volume(tiers, quantity, charge, places)
        case Percentage():
            return _percentage(model, quantity, charge, freed, places)
    raise TypeError(f"not a charge model: {model!r}")


def _packages(package: Package, quantity: Number, places: int = 0) -> tuple[Number, Calculation, StepFacts]:
    """n x price; n = quantity / size: rounded up (`whole`), exact (`proportional`) or down (`drop`).

    >>> _packages(Package(exact(10), exact(100)), exact(121))[0]
    Decimal('1300')
    """
    count: Number = divide(quantity, package.size)
    if package.part_package == "whole":
        count = exact(whole_up(count))
    elif package.part_package == "drop":
        count = exact(whole_down(count))
    facts: StepFacts = {
        "quantity": quantity,
        "size": package.size,
        "packages": count,
        "price": package.price,
        "part_package": package.part_package,
    }
    return multiply(count, package.price), product(count, Price(package.price, places)), facts


def _graduated(tiers: tuple[Tier, ...], quantity: Number, charge: Charge, places: int) -> tuple[Number, TraceStep]:
    """Each unit at its own tier's price, plus `flat` once for each tier that holds any of the quantity.

    A bound belongs to the tier that it ends, whether written `up_to` or `below`. Source: rule language, 3.10, Tiers.
    """
    steps: list[TraceStep] = []
    amount: Number = ZERO
    lower: Number = ZERO
    for position, tier in enumerate(tiers):
        upper = quantity if tier.bound is None or quantity <= tier.bound else tier.bound
        part = subtract(upper, lower)
        # The first tier also speaks for a quantity of 0, which only gets here with `at_zero: bill`.
        if part > ZERO or (position == 0 and quantity == ZERO):
            due, step = _tier_step(tier, position, part, lower, places)
            steps.append(step)
            amount = add(amount, due)
        if tier.bound is None or quantity <= tier.bound:
            break
        lower = tier.bound
    return amount, _tiered_step("graduated", amount, quantity, steps, charge)


def _volume(tiers: tuple[Tier, ...], quantity: Number, charge: Charge, places: int) -> tuple[Number, TraceStep]:
    """All units at the price of the tier that the quantity reaches, plus that tier's `flat`.

    At a bound, `up_to` still holds the quantity and `below` does not. Source: rule language, 3.10, Tiers.
    """
    lower: Number = ZERO
    for position, tier in enumerate(tiers):
        bound = tier.bound
        if bound is None or quantity < bound or (tier.includes_bound and quantity == bound):
            amount, step = _tier_step(tier, position, quantity, lower, places)
            return amount, _tiered_step("volume", amount, quantity, [step], charge)
        lower = bound
    raise ValueError("the last tier has a bound: no tier holds the quantity")


def _chosen(volume: Volume, quantity: Number, charge: Charge, places: int, beside: Beside) -> tuple[Number, TraceStep]:
    """All units at the price of the tier that other quantities choose, plus that tier's `flat`."""
    position = tier_beside(volume, beside)
    amount, step = _tier_step(volume.tiers[position], position, quantity, ZERO, places)
    facts: StepFacts = {**step.facts, "tier_by": tuple((name, beside.get(name, ZERO)) for name in volume.by)}
    return amount, _tiered_step("volume", amount, quantity, [replace(step, facts=facts)], charge)


def _tier_step(tier: Tier, position: int, part: Number, lower: Number, places: int) -> tuple[Number, TraceStep]:
    """What the part of the quantity that a tier prices costs, with the tier's own place in the rules."""
    amount: Number = ZERO
    terms: list[Formula] = []
    facts: StepFacts = {
        "tier": position + 1,
        "from": lower,
        "bound": tier.bound,
        "includes_bound": tier.includes_bound,
        "quantity": part,
    }
    if tier.unit_price is not None:
        amount = multiply(part, tier.unit_price)
        terms.append(product(part, Price(tier.unit_price, places)))
        facts["unit_price"] = tier.unit_price
    elif tier.package is not None:
        amount, formula, packages = _packages(tier.package, part, places)
        terms.append(formula)
        facts |= packages
    if tier.flat is not None:
        amount = add(amount, tier.flat)
        terms.append(Price(tier.flat, places))
        facts["flat"] = tier.flat
    origin = tier.price_origin if tier.price_origin.line else tier.origin
    return amount, TraceStep(STEP, "tier", amount, formula=summed(terms), facts=facts, origin=origin)


def _tiered_step(kind: str, amount: Number, quantity: Number, tiers: list[TraceStep], charge: Charge) -> TraceStep:
    facts: StepFacts = {"quantity": quantity}
    return TraceStep(STEP, kind, amount, None, summed(tier.formula for tier in tiers), facts, (), tuple(tiers), True, origin=charge.origin)


def _percentage(model: Percentage, quantity: Number, charge: Charge, freed: bool, places: int) -> tuple[Number, TraceStep]:
    """clamp(q x rate + per_event, minimum, maximum) of one event; an event that the allowance wholly freed owes no `per_event`.

    Source: rule language, 3.10, `percentage`.
    """
    raw = multiply(quantity, model.rate)
    formula: Formula = product(quantity, Percent(model.rate))
    if model.per_event is not None and not (freed and quantity == ZERO):
        raw = add(raw, model.per_event)
        formula = Calculation("+", (formula, Price(model.per_event, places)))
    amount: Number = raw
    children = [TraceStep(STEP, "event", raw, formula=formula)]
    for kind, bound in (("minimum", model.minimum), ("maximum", model.maximum)):
        if bound is not None:
            held = max(amount, bound) if kind == "minimum" else min(amount, bound)
            children.append(_clamp_step(kind, amount, held, bound, places, charge))
            amount = held
    facts: StepFacts = {
        "quantity": quantity,
        "rate": model.rate,
        "per_event": model.per_event,
        "minimum": model.minimum,
        "maximum": model.maximum,
    }
    shown = tuple(children) if len(children) > 1 else ()
    # Where a minimum or maximum holds the amount, its calculation is what gives it.
    last = next(child for child in reversed(children) if not child.idle)
    return amount, TraceStep(STEP, "percentage", amount, formula=last.formula, facts=facts, children=shown, origin=charge.place_of("rate"))


def _allowance_step(quantity: Number, allowance: Number, used: Number, charged: Number, charge: Charge, share: AllowanceShare | None) -> TraceStep:
    facts: StepFacts = {"quantity": quantity, "allowance": allowance, "used": used, "charged_quantity": charged}
    if share is not None:
        facts |= {"used_before": share.before, "carried": share.carried}
        facts |= {"ended": share.ended} if share.ended is not None else {}
    formula = difference(quantity, used)
    return TraceStep(STEP, "allowance", None, formula=formula, facts=facts, idle=used == ZERO, origin=charge.place_of("allowance"))


def _clamp_step(kind: str, before: Number, after: Number, bound: Number, places: int, charge: Charge) -> TraceStep:
    formula = Calculation("max" if kind == "minimum" else "min", (number(before, places), Price(bound, places)))
    facts: StepFacts = {"minimum": bound} if kind == "minimum" else {"maximum": bound}
    return TraceStep(STEP, kind, after, before=before, formula=formula, facts=facts, idle=after == before, origin=charge.place_of(kind))
