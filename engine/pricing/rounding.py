"""Steps 6 and 8 of the waterfall: rounding `at: line` and `at: invoice` (rule language, 3.1, 3.2 and 3.9).

Which step of the chain applies is decided as for prices (`resolution.rounding_in_force`). Where the chain has no step for lines:
- but one for the invoice, only the total is rounded: lines stay exact until step 8, then share the rounded total by largest
  remainder;
- and none for the invoice either, lines are rounded half-up to the currency's minor unit, because nobody can pay less than that.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from engine.model.book import RoundingStep
from engine.model.facts import StepFacts
from engine.model.formulas import Figure, summed
from engine.model.trace import TraceStep
from engine.values.exact import Number, round_number, subtract, total
from engine.values.money import share_rounding


class Rounded(Protocol):
    """A line on its way to its amount, of an order or of a change: `left` is the running value."""

    left: Number
    steps: list[TraceStep]


UNNAMED_LINE_STEP = RoundingStep("line", "half-up")


def line_step(named: RoundingStep | None, invoice: RoundingStep | None) -> RoundingStep | None:
    """The step that rounds lines: the chain's own, half-up where the chain rounds neither lines nor the invoice, else none."""
    if named is None and invoice is None:
        return UNNAMED_LINE_STEP
    return named


def round_lines(lines: Sequence[Rounded], chosen: Iterable[RoundingStep | None], minor: int) -> None:
    """Step 6: each line's amount by the step chosen for it, with its decimals or the currency's `minor` ones (886.445: 886.45 half-up)."""
    for line, step in zip(lines, chosen, strict=True):
        if step is None:
            line.steps.append(TraceStep(6, "round-line", line.left, line.left, idle=True))
            continue
        places = minor if step.places is None else step.places
        rounded = round_number(line.left, places, step.mode)
        facts: StepFacts = {"mode": step.mode, "places": places}
        line.steps.append(TraceStep(6, "round-line", rounded, line.left, facts=facts, idle=rounded == line.left, origin=step.origin))
        line.left = rounded


def round_invoice(lines: Sequence[Rounded], step: RoundingStep | None, minor: int) -> tuple[TraceStep, ...]:
    """Step 8: the sum of the lines rounded, its difference shared by largest remainder; returns the step of the whole order.

    57.8524 and 1200.00 and 12.00 rounded up to 1269.86: the first line becomes 57.86. 10.37 rounded to 10 takes 0.37 off the lines, in
    proportion to their amounts. Source: rule language, 3.2 and 3.10, Allocation, and second version, 8.10.
    """
    if step is None or not lines:
        for line in lines:
            line.steps.append(TraceStep(8, "round-invoice", line.left, line.left, idle=True))
        return ()
    places = minor if step.places is None else step.places
    amounts = [line.left for line in lines]
    exact_sum = total(amounts)
    rounded = round_number(exact_sum, places, step.mode)
    for line, amount in zip(lines, share_rounding(rounded, amounts, max(places, minor)), strict=True):
        difference = subtract(amount, line.left)
        facts: StepFacts = {"mode": step.mode, "places": places, "sum": exact_sum, "rounded": rounded, "difference": difference}
        line.steps.append(TraceStep(8, "round-invoice", amount, line.left, facts=facts, idle=amount == line.left, origin=step.origin))
        line.left = amount
    formula = summed(Figure(amount, minor) for amount in amounts)
    facts = {"mode": step.mode, "places": places}
    return (TraceStep(8, "round-invoice", rounded, exact_sum, formula, facts, idle=rounded == exact_sum, origin=step.origin),)
