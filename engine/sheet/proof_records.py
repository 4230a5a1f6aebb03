"""The records of what a sheet proves: which way to pay costs less, and the book's examples with every step.

Contract: facts only, in exact numbers; see `engine.sheet.view`, which is where everything is imported from.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from engine.diagnostics import Diagnostic
from engine.model.facts import StepFacts
from engine.model.formulas import Formula
from engine.model.orders import Order
from engine.model.quotes import Quote
from engine.model.texts import Text
from engine.sheet.price_records import ProvisionView
from engine.values.exact import Number
from engine.values.periods import Duration


@dataclass(frozen=True, slots=True)
class OrderedItem:
    """A line of a reference order."""

    item: str
    spec: str | None
    quantity: Number
    unit: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where paying by use gets dearer than the prepaid price of `term`.

    `monthly` is the prepaid cost of one month. `hours` is the exact crossing (None: it lies between `first_hour` - 1 and `first_hour`, found by
    quoting). `first_hour` is the first whole hour at which prepaid is cheaper (None: never inside the month), `last_hour` the last at which usage
    does not cost more. `share` = last_hour / hours of the month.
    """

    term: Duration
    monthly: Number
    total: Decimal
    discount: Number | None
    hours: Number | None
    first_hour: int | None
    last_hour: int
    share: Number


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Prepaid against pay-per-use for one reference order, over a month of `month_hours` hours.

    The reference is the required items of the prepaid mode, with the second rung of each ladder (the only one where there is one) and the least
    quantity of the others; usage is what these provide. `hourly` is the cost of one hour of use (None where hours differ); `points` are (hours,
    cost).
    """

    prepaid: str
    postpaid: str
    ordered: tuple[OrderedItem, ...]
    used: tuple[OrderedItem, ...]
    provides: tuple[ProvisionView, ...]
    month_hours: int
    hourly: Number | None
    points: tuple[tuple[Number, Number], ...]
    crossings: tuple[Crossing, ...]


# --- worked examples
# -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepCell:
    """One line's part of a step: the calculation and its result. `facts` are those of the trace."""

    formula: Formula | None
    value: Number | None
    before: Number | None
    kind: str
    facts: StepFacts = field(default_factory=StepFacts)
    idle: bool = False


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step over all lines of an example: the waterfall's number and name, what happened, a cell per line (None: not on that
    line)."""

    number: int
    name: str
    kind: str
    cells: tuple[StepCell | None, ...]
    idle: bool = False


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """An example of the book as the engine prices it. `outcome`:

    quote: priced; error: refused, as the book expects; refused: refused although the book expects a price; history: not computed here, because it
    needs an account's history. `per_month` is the sum of the lines divided by the months of the term.
    """

    id: str
    title: Text
    description: Text
    outcome: str
    order: Order | None
    quote: Quote | None = None
    steps: tuple[StepRow, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    per_month: Number | None = None
