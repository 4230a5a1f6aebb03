"""The trace of steps 1 to 4 of metered lines: the prices in force, one window's charge, all windows, their rounding."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from engine.model.book import RoundingStep
from engine.model.charges import Tally
from engine.model.facts import StepFacts
from engine.model.formulas import number, product, summed
from engine.model.trace import TraceStep
from engine.pricing.applications import Application
from engine.pricing.resolution import PricesInForce
from engine.pricing.steps import charge_of, price_step, rounding_step
from engine.values.exact import ONE, Number, divide, exact, total


def metered_steps(
    first: TraceStep,
    prices: Sequence[tuple[datetime, PricesInForce]],
    applications: Sequence[Application],
    tallies: tuple[Tally, ...],
    rule: RoundingStep | None,
    window: str,
    places: int,
) -> tuple[TraceStep, ...]:
    """Steps 1 (`first`) to 4 in order; the children of `windows` add up to the exact amount, those of `round-charge` to the list
    amount.
    """
    charges = _charge_steps(applications)
    _, windows, *rounding = summed_steps(first, tallies, rule, window, places)
    told = _windows_step(applications, charges, windows, window, places)
    steps = [first, _prices_step(prices), _charges_step(tuple(charges.values())), told]
    return (*steps, *(_rounding_step(applications, step, places) for step in rounding))


def summed_steps(first: TraceStep, tallies: tuple[Tally, ...], rule: RoundingStep | None, window: str, places: int) -> tuple[TraceStep, ...]:
    """Steps 1 (`first`) and 4 as far as sums tell them: of what each window costs only the tallies."""
    before, value, count = total(one.exact_amount for one in tallies), total(one.amount for one in tallies), sum(one.count for one in tallies)
    steps = [first, summed_windows(tallies, window)]
    if rule is not None and (value == before or count == 1):
        steps.append(rounding_step(4, "round-charge", rule, before, value, places))
    elif rule is not None:
        facts: StepFacts = {"places": rule.places, "mode": rule.mode, "each": True}
        steps.append(TraceStep(4, "round-charge", value, before, facts=facts, origin=rule.origin))
    return tuple(steps)


def summed_windows(tallies: tuple[Tally, ...], window: str) -> TraceStep:
    """All windows of a line as one step, which says of them what the tallies say."""
    facts: StepFacts = {"windows": sum(one.count for one in tallies), "window": window}
    return TraceStep(4, "windows", total(one.exact_amount for one in tallies), facts=facts, tallies=tallies)


def _prices_step(prices: Sequence[tuple[datetime, PricesInForce]]) -> TraceStep:
    pers = [next((entry.per for entry in found.entries if entry.per != "once"), "once") for _, found in prices]
    steps = [price_step(found, per) for (_, found), per in zip(prices, pers, strict=True)]
    if len(steps) == 1:
        return steps[0]
    return TraceStep(2, "prices-in-force", None, facts={"from": tuple(start for start, _ in prices)}, children=tuple(steps))


Charged = tuple[int, tuple[object, ...]]
"""A charge, and the quantity that it is applied to with what is free of it."""


def _charge_steps(applications: Sequence[Application]) -> dict[Charged, TraceStep]:
    """What the charge models make of one window, by charge and quantity: each different one once, in the order in which they come."""
    distinct: dict[Charged, TraceStep] = {}
    for one in applications:
        key = (id(one.charge), one.freeing)
        if key not in distinct:
            distinct[key] = charge_of(one.entry, one.rated)
    return distinct


def _charges_step(steps: tuple[TraceStep, ...]) -> TraceStep:
    return steps[0] if len(steps) == 1 else TraceStep(3, "charges", None, children=steps)


def _windows_step(applications: Sequence[Application], charges: Mapping[Charged, TraceStep], summed_up: TraceStep, window: str, places: int) -> TraceStep:
    steps = [_one_run(one, charges[id(one.charge), one.freeing], window, places) for one in applications]
    if len(steps) == 1:
        return replace(steps[0], tallies=summed_up.tallies)
    formula = summed(step.formula for step in steps) if len(steps) <= 12 else None
    return replace(summed_up, formula=formula, children=tuple(steps), adds_up=True)


def _one_run(one: Application, charge: TraceStep, window: str, places: int) -> TraceStep:
    """720 × 0.049, or 744 × 10 × 1/744 where a window is a part of the price's `per`."""
    facts: StepFacts = {
        "count": one.count, "from": one.start, "until": one.end, "ratio": one.ratio, "amount": one.rated.amount,
        "quantity": one.quantity, "per": one.entry.per, "applies_to": one.charge.applies_to,
        "window": window, "part_counts_whole": one.part_counts_whole,
    }  # fmt: skip
    count, amount = exact(one.count), number(one.rated.amount, places)
    formula = product(count, amount) if one.ratio == ONE else product(count, amount, Fraction(one.ratio))
    idle = one.count == 1 and one.ratio == ONE
    return TraceStep(4, "windows", one.exact_amount, one.rated.amount, formula, facts, idle=idle, multiplies=charge)


def _rounding_step(applications: Sequence[Application], summed_up: TraceStep, places: int) -> TraceStep:
    """The rounding with that of each window, where it changed anything and there are several."""
    if "each" not in summed_up.facts:
        return summed_up
    children = tuple(
        TraceStep(
            4, "round-charge", one.amount, one.exact_amount, product(exact(one.count), number(_each(one), places)),
            {"count": one.count, "each": _each(one)}, idle=one.amount == one.exact_amount, origin=summed_up.origin,
        )
        for one in applications
    )  # fmt: skip
    formula = summed(child.formula for child in children) if len(children) <= 12 else None
    return replace(summed_up, formula=formula, children=children, adds_up=True)


def _each(one: Application) -> Number:
    """What one window costs after rounding."""
    return divide(one.amount, exact(one.count))
