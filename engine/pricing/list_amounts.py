"""Items that are billed on what others cost: their quantity is the list amounts of these, over the whole account (second version, 3.5).

Contract: list amounts in, rated lines out; knows whose they are by nothing but their item. Each is for a calendar month, counts what is billed for times
that end in it, and is computed after all that it counts. A month of which nothing is billed has no line, unless the price is due all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.model.book import PriceBook
from engine.model.facts import StepFacts
from engine.model.formulas import number, summed
from engine.model.orders import Order
from engine.model.trace import TraceStep
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.used import Subscribed, Used, rate_usage
from engine.pricing.windows import MeteredWindow, Stretch
from engine.values.exact import ZERO, Number, total
from engine.values.money import minor_places

MOST_SHOWN = 12
"""So many amounts of a sum are written one by one."""
Listed = tuple[Stretch, str, Number]
"""What is billed for a time of an item, and its list amount."""


@dataclass(frozen=True, slots=True)
class CountedAmounts:
    """What a line is billed on, in a month: the list amount of each item that is counted, in the order in which they are billed.

    `begun` is since when the item is held; `records` 0: of an account's bill, None: of an estimate.
    """

    month: Stretch
    amounts: tuple[tuple[str, Number], ...]
    begun: datetime
    records: int | None = None

    @property
    def sum(self) -> Number:
        """The quantity."""
        return total(amount for _, amount in self.amounts)


def counted_in(month: Stretch, items: frozenset[str], listed: Iterable[Listed]) -> tuple[tuple[str, Number], ...]:
    """What is billed of the items for times that end in the month, item by item."""
    found: dict[str, list[Number]] = {}
    for period, item, amount in listed:
        if item in items and month[0] < period[1] <= month[1]:
            found.setdefault(item, []).append(amount)
    return tuple((item, total(amounts)) for item, amounts in found.items())


def rate_counted(book: PriceBook, order: Order, line: AcceptedLine, counted: CountedAmounts, subscribed: Subscribed) -> RatedLine:
    """The line of steps 1 to 4; raises Refused where it has no price.

    10% of the first 10,000, 7% of the next 70,000, 5% above: 1,000.00 + 4,900.00 + 1,000.00 = 6,900.00 of 100,000.00.
    """
    used = Used(line, [MeteredWindow(*counted.month, counted.sum, (counted.sum,))], counted.begun, records=counted.records)
    rated = rate_usage(book, order, used, counted.month, subscribed)
    return replace(rated, steps=(_sum_step(rated.steps[0], counted.amounts, minor_places(order.currency)), *rated.steps[1:]))


def is_due(rated: RatedLine) -> bool:
    """Whether it stands on the bill: something is counted, or it is due without."""
    return rated.quantity != ZERO or rated.list_amount != ZERO


def _sum_step(step: TraceStep, amounts: Sequence[tuple[str, Number]], places: int) -> TraceStep:
    """Step 1, with the items whose list amounts were added."""
    facts: StepFacts = {**step.facts, "measure": "list-amount"}
    children = tuple(TraceStep(1, "list-amount", amount, formula=number(amount, places), facts={"item": item}) for item, amount in amounts)
    told = 1 < len(amounts) <= MOST_SHOWN and "exact_quantity" not in step.facts
    formula = summed(number(amount, places) for _, amount in amounts) if told else step.formula
    return replace(step, facts=facts, formula=formula, children=children)
