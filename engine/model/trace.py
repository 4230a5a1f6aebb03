"""The trace: data made by rating itself, from which explanations, worked examples and calculation notes are views.

A line's top-level steps are in waterfall order (rule language, 3.2); each states the value before and after itself, and the values
of one chain: `list` steps build up to the list amount, then each discount, rounding and coupon step changes it, and the last step's
`value` is the line's amount. `children` explain their parent and add up to its `value` where `adds_up` is true.
"""

from dataclasses import dataclass, field

from engine.model.charges import Tally
from engine.model.facts import RuleFacts, StepFacts
from engine.model.formulas import Formula
from engine.values.exact import Number
from engine.values.spans import NOWHERE, Origin

TRACE_VERSION = 1

STEPS = {
    1: "quantity",
    2: "price-in-force",
    3: "charge",
    4: "duration",
    5: "discount",
    6: "round-line",
    7: "amount-off",
    8: "round-invoice",
    9: "tax",
}
"""The waterfall's numbers and names, as every line has them: the one list that every view prints. 10 is what is done to the sum to pay."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A rule that was looked at: chosen, or not and why. `reason` is a key of the views' phrase book, `facts` fill it."""

    rule: str
    chosen: bool
    reason: str
    facts: RuleFacts = field(default_factory=RuleFacts)
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of a calculation.

    `number` is the waterfall's (1..10), `kind` what happened ("tier", "times-term", "percent-off", ...), `facts` its inputs by name
    (exact numbers, ids, dates), `formula` the calculation (100 × 2.40 + 30 × 2.10; no words), `before` and `value` the
    running value before and after, `idle` True where there was nothing to do. A run of windows `multiplies` the charge of one window;
    all windows of a line have their sums as `tallies`.
    """

    number: int
    kind: str
    value: Number | None = None
    before: Number | None = None
    formula: Formula | None = None
    facts: StepFacts = field(default_factory=StepFacts)
    considered: tuple[Considered, ...] = ()
    children: tuple["TraceStep", ...] = ()
    adds_up: bool = False
    idle: bool = False
    origin: Origin = NOWHERE
    multiplies: "TraceStep | None" = None
    tallies: tuple[Tally, ...] = ()


def known(number: Number | None) -> Number:
    """The value of a step that must have one: that it is missing is a fault of who made the step, and told as such."""
    if number is None:
        raise ValueError("a step has no value where one is told")
    return number
