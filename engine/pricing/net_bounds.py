"""The end of step 5: a minimum and maximum `of: net` hold what a line of a billing period costs after its discounts (second version, 3.3).

Contract: knows a rated line and what discounts left of it. The bounds are those of the price that the period begins with, whole even where the
period is cut short; `at_zero: skip` owes no minimum where nothing is charged.
"""

from decimal import Decimal

from engine.model.book import PriceBook
from engine.model.charges import Tally
from engine.model.facts import StepFacts
from engine.model.formulas import Calculation, Price, number
from engine.model.prices import Charge
from engine.model.trace import TraceStep
from engine.pricing.bands import bands_of
from engine.pricing.running import RunningLine
from engine.pricing.tallies import price_of
from engine.values.exact import ZERO, subtract


def hold_net(book: PriceBook, line: RunningLine, places: int) -> None:
    """Raises or lowers what is left of the line to its bounds, with a step for each that it reaches.

    270.00 at 50% off are 135.00, at most 100.00: 100.00.
    """
    charges = [each.charge for each in line.rated.charges if each.entry is line.rated.charges[0].entry]
    for kind in ("minimum", "maximum"):
        held = [(bound, charge) for charge in charges if (bound := _bound(charge, kind)) is not None and (kind == "maximum" or _due(book, line, charge))]
        if held:
            bound, charge = (max if kind == "minimum" else min)(held, key=lambda each: each[0])
            _hold(line, kind, bound, charge, places)


def _bound(charge: Charge, kind: str) -> Decimal | None:
    return charge.net_minimum if kind == "minimum" else charge.net_maximum


def _hold(line: RunningLine, kind: str, bound: Decimal, charge: Charge, places: int) -> None:
    before, after = line.left, max(line.left, bound) if kind == "minimum" else min(line.left, bound)
    if after == before:
        return
    formula = Calculation("max" if kind == "minimum" else "min", (number(before, places), Price(bound, places)))
    facts: StepFacts = {"minimum": bound} if kind == "minimum" else {"maximum": bound}
    line.steps.append(TraceStep(5, kind, after, before, formula, facts, origin=charge.place_of(kind)))
    line.left = after
    line.discount = subtract(line.rated.list_amount, after)


def _due(book: PriceBook, line: RunningLine, charge: Charge) -> bool:
    """Whether the charge owes a minimum: always with `at_zero: bill`, else where anything is left to charge after an allowance."""
    if charge.at_zero == "bill":
        return True
    tallies = next((step.tallies for step in line.rated.steps if step.kind == "windows"), ())
    return any(_charged(book, tally) for tally in tallies if price_of(book, tally)[1] is charge)


def _charged(book: PriceBook, tally: Tally) -> bool:
    band = bands_of(price_of(book, tally)[1])[tally.band]
    return tally.exact_amount != ZERO or (tally.quantity > ZERO and any(part.kind != "allowance" for part in band.parts))
