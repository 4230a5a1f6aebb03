"""A line while steps 5 to 9 of the waterfall run over it: what is left of it, and where that lies in the subscription's time.

Most lines are one part that spans the whole term. A discount with `after` or `lasts` splits the part at its border, each piece
keeping its exact share of the amount; the line stays one line and is rounded once (rule language, 3.6).
"""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from engine.model.policies import Benefit
from engine.model.trace import TraceStep
from engine.pricing.rated import RatedLine
from engine.values.exact import ONE, ZERO, Number, add, divide, multiply, subtract, total


class RunningPart(NamedTuple):
    """A stretch of a line's time and what is left of the amount for it.

    `start` and `end` are shares of the ordered time, 0 to 1; a charge due once lies at 0 and has no length. `unit_periods` is
    what a unit price for one price period is multiplied by, None where a fixed price does not reach.
    """

    start: Number
    end: Number
    amount: Number
    unit_periods: Number | None = None

    @property
    def once(self) -> bool:
        """Whether the part is due once, when the subscription starts."""
        return self.start == self.end


Coverage = tuple[Number, Number]
"""From which share of a line's time a discount applies, and until which (excluded)."""

WHOLE: Coverage = (ZERO, ONE)
"""The coverage of a discount without `after` and `lasts`."""


class Given(NamedTuple):
    """A benefit that a stage applied to a line, whether it lowered it or not: of its tier, for which time, by a coupon or not."""

    benefit: Benefit
    coverage: Coverage
    by_coupon: bool


@dataclass(slots=True)
class RunningLine:
    """A rated line on its way to its amount: `left` is the running value, `discount` what discounts have taken so far, `given`
    the benefits of step 5 in their order.
    """

    rated: RatedLine
    parts: tuple[RunningPart, ...]
    left: Number
    discount: Number = ZERO
    given: tuple[Given, ...] = ()
    steps: list[TraceStep] = field(default_factory=list)


def start_running(rated: RatedLine) -> RunningLine:
    """The line before the first discount: its list amount, in parts."""
    return RunningLine(rated, _first_parts(rated), rated.list_amount, steps=list(rated.steps))


def _first_parts(rated: RatedLine) -> tuple[RunningPart, ...]:
    if len(rated.spans) == 1 and rated.spans[0].end > rated.spans[0].start:
        return (RunningPart(ZERO, ONE, rated.list_amount, rated.unit_periods),)
    if rated.spans:
        return _parts_of_spans(rated)
    if all(charge.recurring for charge in rated.charges):
        return (RunningPart(ZERO, ONE, rated.list_amount, rated.unit_periods),)
    recurring = [charge.amount for charge in rated.charges if charge.recurring]
    once = total(charge.amount for charge in rated.charges if not charge.recurring)
    if not recurring:
        return (RunningPart(ZERO, ZERO, once, rated.unit_periods),)
    return (RunningPart(ZERO, ZERO, once), RunningPart(ZERO, ONE, total(recurring), rated.unit_periods))


def _parts_of_spans(rated: RatedLine) -> tuple[RunningPart, ...]:
    """A metered line in time: charges of the same stretch together, what is due once at the start."""
    first, last = min(span.start for span in rated.spans), max(span.end for span in rated.spans)
    whole = elapsed_seconds(first, last)
    together: dict[tuple[datetime, datetime], tuple[Number, Number | None]] = {}
    for span in rated.spans:
        amount, units = together.get((span.start, span.end), (ZERO, None))
        if span.unit_periods is not None:
            units = span.unit_periods if units is None else add(units, span.unit_periods)
        together[span.start, span.end] = (add(amount, span.amount), units)
    parts = []
    for (start, end), (amount, units) in together.items():
        if start == end:
            parts.append(RunningPart(ZERO, ZERO, amount, units))
        else:
            begin, stop = (divide(elapsed_seconds(first, border), whole) for border in (start, end))
            parts.append(RunningPart(begin, stop, amount, units))
    return tuple(parts)


MILLION = Decimal(10**6)


def elapsed_seconds(start: datetime, end: datetime) -> Number:
    """The exact seconds from one UTC instant to another."""
    between = end - start
    return divide(Decimal((between.days * 86400 + between.seconds) * 10**6 + between.microseconds), MILLION)


def split_parts(parts: tuple[RunningPart, ...], coverage: Coverage) -> list[tuple[RunningPart, bool]]:
    """The parts cut at both ends of the coverage, each with whether it is covered; the amounts add up to what they were.

    A part of 24 months with 480.00 left and a discount that begins after 12 months: 240.00 and 240.00, the second one covered.
    Source: rule language, 3.6.
    """
    if coverage is WHOLE:
        return [(part, True) for part in parts]
    begin, finish = coverage
    pieces = []
    for part in parts:
        if part.once:
            pieces.append((part, begin == 0 and finish > 0))
            continue
        borders = sorted({part.start, part.end, *(border for border in coverage if part.start < border < part.end)})
        for start, end in itertools.pairwise(borders):
            pieces.append((_piece(part, start, end), begin <= start and end <= finish))
    return pieces


def _piece(part: RunningPart, start: Number, end: Number) -> RunningPart:
    if start == part.start and end == part.end:
        return part
    share = divide(subtract(end, start), subtract(part.end, part.start))
    units = None if part.unit_periods is None else multiply(part.unit_periods, share)
    return RunningPart(start, end, multiply(part.amount, share), units)
