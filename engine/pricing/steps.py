"""The trace of steps 1 to 4, and the rounding that these steps share."""

from collections.abc import Sequence
from decimal import Decimal

from engine.model.book import RoundingStep
from engine.model.facts import StepFacts
from engine.model.formulas import Calculation, Formula, Measure, number, summed
from engine.model.prices import PriceEntry
from engine.model.trace import TraceStep
from engine.pricing.charges import Rated
from engine.pricing.rated import AcceptedLine, RatedCharge
from engine.pricing.resolution import PricesInForce
from engine.values.exact import Number, decimal_places, round_number, total
from engine.values.money import minor_places


def round_to(value: Number, rule: RoundingStep | None, currency: str) -> Number:
    """The value rounded by a step of the chain, or as it is without one; absent `places` mean the currency's minor unit."""
    if rule is None:
        return value
    places = minor_places(currency) if rule.places is None else rule.places
    if type(value) is Decimal and decimal_places(value) <= places:
        return value
    return round_number(value, places, rule.mode)


def quantity_step(line: AcceptedLine, quantity: Number, rule: RoundingStep | None, facts: StepFacts | None = None) -> TraceStep:
    """Step 1: the quantity as ordered and as it is charged, in the item's unit."""
    unit = line.item.unit
    details: StepFacts = {"item": line.item.id, "spec": line.spec.id if line.spec else None, "quantity": quantity, "unit": unit}
    formula: Formula = Measure(quantity, unit)
    written = line.line
    if written.unit is not None and written.unit != unit and written.quantity is not None:
        details |= {"written": written.quantity, "written_unit": written.unit}
        formula = Calculation("=", (Measure(written.quantity, written.unit), formula))
    origin = written.origin
    if rule is not None and quantity != line.quantity:
        details |= {"exact_quantity": line.quantity, "places": rule.places, "mode": rule.mode}
    return TraceStep(1, "quantity", None, formula=formula, facts=details | (facts or {}), origin=origin)


def price_step(found: PricesInForce, per: str | None) -> TraceStep:
    """Step 2: the prices in force, and every other one with the reason why not."""
    first = next((entry for entry in found.entries if entry.per == per), found.entries[0])
    facts: StepFacts = {"effective": first.conditions.effective, "currency": first.currency, "per": per, "billing_mode": first.billing_mode}
    return TraceStep(2, "price-in-force", None, facts=facts, considered=found.considered, origin=first.origin)


def charge_step(charges: Sequence[RatedCharge], rated: Sequence[Rated]) -> TraceStep:
    """Step 3: what the charge models make of the quantity, for one price period (or once)."""
    steps = [charge_of(charge.entry, one) for charge, one in zip(charges, rated, strict=True)]
    if len(steps) == 1:
        return steps[0]
    # A price per month and a price for once have no sum that means anything before the term is counted.
    alike = len({charge.per for charge in charges}) == 1
    value = total(charge.model_amount for charge in charges) if alike else None
    return TraceStep(3, "charges", value, formula=summed(s.formula for s in steps) if alike else None, children=tuple(steps), adds_up=alike)


def charge_of(entry: PriceEntry, rated: Rated) -> TraceStep:
    """One charge's application: its tiers where the model is all there is, else every step from allowance to maximum."""
    last = rated.steps[-1]
    facts: StepFacts = {"per": entry.per, "model": last.kind, "effective": entry.conditions.effective}
    if len(rated.steps) == 1:
        origin = last.origin if last.origin.line else entry.origin
        return TraceStep(3, "charge", rated.amount, None, last.formula, {**facts, **last.facts}, (), last.children, last.adds_up, origin=origin)
    return TraceStep(3, "charge", rated.amount, None, last.formula, facts, (), rated.steps, False, origin=entry.origin)


def rounding_step(step_number: int, kind: str, rule: RoundingStep, before: Number, value: Number, least: int) -> TraceStep:
    """A rounding of the chain, with the value before and after; idle where it changed nothing."""
    facts: StepFacts = {"places": rule.places, "mode": rule.mode}
    idle, start = before == value, number(before, least)
    formula = Calculation("→", (start, start if idle else number(value, least)))
    return TraceStep(step_number, kind, value, before, formula, facts, idle=idle, origin=rule.origin)
