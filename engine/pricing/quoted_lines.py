"""A quote's lines from its bills: what is paid in advance, and for what is billed by usage a part for each billing period.

Contract: adds up what the bills say and decides no amount: a line of several periods is the sum of its parts, as twelve invoices are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.model.facts import StepFacts
from engine.model.formulas import Figure, summed
from engine.model.quotes import QuoteLine, TaxTotal, Totals
from engine.model.trace import TraceStep
from engine.pricing.line_taxes import joined_rows
from engine.pricing.measures import TOTALS
from engine.pricing.rated import AcceptedLine
from engine.pricing.waterfall import Pricing, quote_line, totals_of
from engine.pricing.windows import Stretch
from engine.values.exact import total


@dataclass(frozen=True, slots=True)
class Bill:
    """What is billed together: the accepted lines of the order with the waterfall's outcome for them; `period` None: the purchase."""

    pricing: Pricing
    lines: tuple[AcceptedLine, ...]
    period: Stretch | None = None


def quote_lines(accepted: Sequence[AcceptedLine], bills: Sequence[Bill]) -> tuple[QuoteLine, ...]:
    """The order's lines in its order, those that time bands cut by band, then what is missing of commitments; one of several bills is their sum."""
    by_position: dict[int, dict[tuple[tuple[str, str], ...], list[QuoteLine]]] = {}
    made_up: dict[str, list[QuoteLine]] = {}
    for bill in bills:
        for line, running in zip(bill.lines, bill.pricing.lines, strict=False):
            part = quote_line(running)
            if bill.period is not None:
                part = replace(part, start=bill.period[0], end=bill.period[1])
            by_position.setdefault(line.position, {}).setdefault((*part.attributes.items(),), []).append(part)
        for running in bill.pricing.lines[len(bill.lines) :]:
            part, (time,) = quote_line(running), running.rated.spans
            made_up.setdefault(part.commitment or "", []).append(replace(part, start=time.start, end=time.end))
    ordered = [_joined(parts, _adds_up(line)) for line in accepted for _, parts in sorted(by_position.get(line.position, {}).items(), key=lambda each: each[0])]
    return (*ordered, *(_joined(parts, False) for parts in made_up.values()))


def _adds_up(line: AcceptedLine) -> bool:
    """Whether quantities of several periods are one sum: of what is counted and of amounts, and not of levels."""
    meter = line.item.meter
    return line.item.list_amounts is not None or (meter is not None and meter.measure in TOTALS)


def _joined(parts: list[QuoteLine], adds_up: bool) -> QuoteLine:
    """A line of 10.00 in March and 10.00 in April: 20.00."""
    if len(parts) == 1:
        return parts[0]
    quantities = [part.quantity for part in parts]
    return QuoteLine(
        parts[0].item, parts[0].spec, total(quantities) if adds_up else max(quantities), parts[0].unit,
        total(part.list_amount for part in parts), total(part.discount_amount for part in parts),
        total(part.rounding_amount for part in parts), total(part.amount for part in parts),
        tuple(step for part in parts for step in part.trace), parts[0].attributes, parts=tuple(parts), start=parts[0].start, end=parts[-1].end,
        commitment=parts[0].commitment,
    )  # fmt: skip


def joined_taxes(bills: Sequence[Bill]) -> tuple[TaxTotal, ...]:
    """The taxes of all bills by tax, category and rate; each was rounded in its bill, and is not rounded again."""
    return joined_rows([row for bill in bills for row in bill.pricing.taxed.totals])


def quote_totals(lines: Sequence[QuoteLine], bills: Sequence[Bill], included: bool) -> Totals:
    """The sums over the lines as shown, and the taxes of all bills."""
    return totals_of(tuple(lines), joined_taxes(bills), included)


def joined_steps(bills: Sequence[Bill], places: int) -> tuple[TraceStep, ...]:
    """The steps of the whole order; the same one of several bills as their sum."""
    found: dict[tuple[int, str, tuple[object, ...]], list[TraceStep]] = {}
    for bill in bills:
        for step in bill.pricing.steps:
            found.setdefault((step.number, step.kind, _of_what(step)), []).append(step)
    return tuple(steps[0] if len(steps) == 1 else _summed(steps, places) for _, steps in sorted(found.items(), key=lambda each: each[0][0]))


def _of_what(step: TraceStep) -> tuple[object, ...]:
    return tuple(step.facts.get(name) for name in ("tax", "taxes", "category", "rate", "rates"))


def _summed(steps: list[TraceStep], places: int) -> TraceStep:
    first = steps[0]
    values = [step.value for step in steps if step.value is not None]
    before = None if first.before is None else total(step.before for step in steps if step.before is not None)
    facts: StepFacts = {**first.facts, "bills": len(steps)}
    for name in _SUMS:
        if name in first.facts:
            facts[name] = total(step.facts[name] for step in steps)
    formula = summed(Figure(value, places) for value in values) if len(steps) <= 12 else None
    return TraceStep(first.number, first.kind, total(values), before, formula, facts, (), tuple(steps), True, all(step.idle for step in steps), first.origin)


_SUMS: tuple[Literal["base", "gross", "net"], ...] = ("base", "gross", "net")
