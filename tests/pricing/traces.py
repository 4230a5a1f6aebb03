"""Proof that a line's explanation adds up, step by step, from its list amount to its amount (rule language, 3.2).

The trace is data made by rating itself; nothing is priced again here, and no formula is read from its text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.model.formulas import text, value
from engine.model.quotes import ChangeLine, Quote, QuoteLine
from engine.model.trace import STEPS, TraceStep
from engine.values.exact import ZERO, Number, add, shown, subtract, total


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where a trace does not add up: which step, what it should give and what it says."""

    item: str
    number: int
    kind: str
    expected: Number | None
    found: Number | None
    why: str


def adds_up(quote: Quote) -> bool:
    """Whether the explanation of every line adds up to its amount, and the lines to the totals."""
    lines = [*quote.lines, *(line for renewal in quote.renewals or () for line in renewal.lines)]
    if any(check_trace(line) for line in lines) or any(check_change(line) for change in quote.changes or () for line in change.lines):
        return False
    steps = quote.trace + (quote.unsubscription.trace if quote.unsubscription is not None else ())
    if any(gap for step in steps for each in (step, *step.children) for gap in _gaps_of_formula("", each)):
        return False
    amounts = total(line.amount for line in quote.lines)
    totals = quote.totals
    return (
        amounts in (totals.net, totals.gross)
        and totals.gross == add(totals.net, totals.tax)
        and subtract(subtract(totals.list, totals.discount), totals.rounding) == amounts
    )


def check_change(line: ChangeLine) -> tuple[Gap, ...]:
    """Every place where the trace of a change's line does not add up: its sides to the change, the steps after it to the amount."""
    return tuple(_change_gaps(line))


def _change_gaps(line: ChangeLine) -> Iterator[Gap]:
    numbers = [step.number for step in line.trace]
    if numbers != sorted(numbers) or not {1, 4, 5, 6, 8, 9} <= set(numbers):
        yield Gap(line.item, 0, "order", None, None, f"the steps are {numbers}")
    running = next((step.value for step in line.trace if step.number == 4), None)
    yield from _gaps_of_chain(line, running)


def check_trace(line: QuoteLine) -> tuple[Gap, ...]:
    """Every place where the line's trace does not add up; empty where it does.

    Checked, of a line over several periods for each of them and that they add up: the steps 1 to 9 are all there and in order; from step 5 on each begins with the value that the one before left;
    children that claim to add up do; a formula gives the value of its step; the value before step 5 is the list amount, the last
    value is the amount; list - discount - rounding = amount.
    """
    return tuple(_gaps_of_periods(line) if isinstance(line, QuoteLine) and line.parts else _gaps(line))


def _gaps_of_periods(line: QuoteLine) -> Iterator[Gap]:
    """Each period's part by itself, and that the parts add up to the line."""
    for part in line.parts:
        yield from _gaps(part)
    for name in ("list_amount", "discount_amount", "rounding_amount", "amount"):
        whole = total(getattr(part, name) for part in line.parts)
        if whole != getattr(line, name):
            yield Gap(line.item, 0, "periods", getattr(line, name), whole, f"the periods do not add up to the {name}")


def _gaps(line: QuoteLine) -> Iterator[Gap]:
    numbers = [step.number for step in line.trace]
    if numbers != sorted(numbers) or set(numbers) != set(STEPS):
        yield Gap(line.item, 0, "order", None, None, f"the steps are {numbers}")
    running = next((step.value for step in reversed(line.trace) if step.number <= 4 and step.value is not None), None)
    if running is None or shown(running) != line.list_amount:
        yield Gap(line.item, 4, "list", line.list_amount, running, "the list amount is not what steps 1 to 4 give")
    yield from _gaps_of_chain(line, running)


def _gaps_of_chain(line: QuoteLine | ChangeLine, running: Number | None) -> Iterator[Gap]:
    """From `running`, the value before step 5, to the amount; list - discount - rounding = amount."""
    for step in line.trace:
        yield from _gaps_of_step(line.item, step)
        if step.number >= 5:
            if step.before != running:
                yield Gap(line.item, step.number, step.kind, running, step.before, "the step begins with another value")
            running = step.value
    if running != line.amount:
        yield Gap(line.item, 9, "amount", line.amount, running, "the last value is not the amount")
    rest = subtract(subtract(line.list_amount, line.discount_amount), line.rounding_amount)
    if rest != line.amount:
        yield Gap(line.item, 9, "identity", line.amount, rest, "list - discount - rounding is not the amount")


def _gaps_of_step(item: str, step: TraceStep) -> Iterator[Gap]:
    parts = total(child.value or ZERO for child in step.children) if step.adds_up else None
    if parts is not None and parts != step.value:
        yield Gap(item, step.number, step.kind, step.value, parts, "the parts do not add up")
    if step.idle and step.number >= 5 and step.before != step.value:
        yield Gap(item, step.number, step.kind, step.before, step.value, "an idle step changes the value")
    yield from _gaps_of_formula(item, step)
    for child in step.children:
        yield from _gaps_of_step(item, child)


def _gaps_of_formula(item: str, step: TraceStep) -> Iterator[Gap]:
    # What has no amount is about a quantity: as it is charged, or what an allowance leaves of it.
    told = step.value if step.value is not None else step.facts.get("charged_quantity", step.facts.get("quantity"))
    # Taxes and the rounding of an invoice give what is rounded then, or sums of what was.
    also = step.before if step.number in (8, 9) else told
    if step.formula is not None and (computed := value(step.formula)) not in (told, also):
        yield Gap(item, step.number, step.kind, told, computed, f"{text(step.formula)} is another number")
