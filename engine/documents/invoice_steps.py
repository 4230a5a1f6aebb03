"""The annex of an invoice: how each line was worked out, from the steps that pricing wrote down, to the amount and its identity.

Nothing is computed: the identity is written with the line's own numbers. Source: documents, Invoice; pictures guide, Print.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.documents import invoice_words as said
from engine.documents.event_steps import event_steps
from engine.documents.format import MINUS, Formatter, without_isolates
from engine.documents.invoice_use import UseTable, use_table
from engine.documents.invoice_words import Writer
from engine.documents.quote_steps import ShownStep, order_steps, shown_steps, step_name
from engine.model.invoices import InvoiceLine
from engine.values.exact import Number, negate

EVENTS = ("change-of", "change", "consumed", "refund", "fee", "payment-used", "correction", "by-hand")
"""Kinds of steps that only a later event has, or a line by hand."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How one line was worked out: its steps (idle ones marked so), its amount, and the identity that it ends with.

    The `use` of a line that is charged in many windows is a table of its own, and the steps begin with its sum. `total` is what the amount is
    called where it is not that of a line; then `note` is 0.
    """

    title: str
    about: str
    note: int
    steps: tuple[ShownStep, ...]
    amount: str
    identity: str
    use: UseTable | None = None
    total: str = ""


def annex_about(w: Writer) -> str:
    """What the reader of the annex should know first."""
    return w.say("Amounts in %(currency)s, with all their digits until the step that rounds.", currency=w.words.isolate(w.invoice.currency))


def explanations(lines: tuple[InvoiceLine, ...], notes: list[int], w: Writer) -> Iterator[Explanation]:
    """Of each line, in the order of the document."""
    for line, note in zip(lines, notes, strict=True):
        use, steps = use_table(line, w), tuple(_steps(line, w))
        if use is not None:
            whole = next(step for step in steps if step.number == 4)
            steps = tuple(replace(step, working="", children=()) if step is whole else step for step in steps if not _in_table(step))
        yield Explanation(said.line_title(line, w), _about(line, w), note, steps, w.amount(line.amount), _identity(line, w), use)


def of_the_whole(w: Writer) -> Iterator[Explanation]:
    """What was done once for the whole invoice: what credits pay, and the rounding of what is to be paid."""
    steps = order_steps(w.invoice, w.book, w.words)
    if steps:
        yield Explanation(w.say("The whole invoice"), "", 0, steps, w.amount(w.invoice.payable), "", total=w.say("To pay"))


def _in_table(step: ShownStep) -> bool:
    """Whether the table of use says all of the step: the charge of each stretch, and a quantity that nothing was done to."""
    return step.number == 3 or (step.number == 1 and not step.working and not step.children)


def _about(line: InvoiceLine, w: Writer) -> str:
    """What the steps are of. Of use that comes and goes the quantity is the highest, and is told as such."""
    quantity = said.metered(line, w) or (w.telling(line).quantity(line.quantity) if line.quantity is not None else "")
    period = "".join(said.line_period(line, w))
    return said.told([said.line_spec(line, w), said.line_attributes(line, w), quantity, said.subscription_named(line, w), period], w)


def _steps(line: InvoiceLine, w: Writer) -> Iterator[ShownStep]:
    """All steps of the waterfall; those with nothing to do say so. An event has its own steps, and only those.

    They are shown as they were computed; where the document shows the amount with the other sign, a last step says so.
    """
    telling = w.telling(line)
    if any(step.kind in EVENTS for step in line.trace):
        yield from (step for step in event_steps(line.trace, telling) if step.number != 9)
        yield from _turned(line, w)
        if line.taxed:
            yield _tax(line, w)
        return
    shown: dict[int | None, list[ShownStep]] = {}
    for step in shown_steps(line, w.invoice, w.book, w.words):
        shown.setdefault(step.number, []).append(step)
    for number in range(1, 10):
        if number == 9:
            yield from _turned(line, w)
        if number == 9 and line.taxed:
            yield _tax(line, w)
        elif number in shown:
            yield from shown[number]
        elif number == 1 and line.quantity is not None:
            yield ShownStep(step_name(1, "", w.words), result=telling.quantity(line.quantity), number=1)
        elif line.trace:
            yield ShownStep(step_name(number, "", w.words), result=w.say("none"), number=number, mark="idle")


def _turned(line: InvoiceLine, w: Writer) -> Iterator[ShownStep]:
    """What is paid back is positive in a credit note and negative in an invoice, whatever its steps came to."""
    computed = next((step.value for step in reversed(line.trace) if step.value is not None and step.number != 9), None)
    if not line.amount or computed != negate(w.shown(line.amount)):
        return
    written = without_isolates(w.words.amount(computed, w.invoice.currency))
    working = f"0 {MINUS} ({written})" if computed < 0 else f"0 {MINUS} {written}"
    yield ShownStep(w.say("sign in this document"), w.words.isolate(working), w.amount(line.amount))


def _tax(line: InvoiceLine, w: Writer) -> ShownStep:
    rates = w.say("%(rates)s, in the totals", rates=w.words.row(said.line_tax(line, w)))
    return ShownStep(step_name(9, "", w.words), rates, number=9)


def _identity(line: InvoiceLine, w: Writer) -> str:
    """List amount - discount - rounding = amount, in the line's own digits; a line by hand has no list amount, and says so."""
    if line.list_amount is None:
        return w.say("Entered by hand: there is no list price.")
    digits = w.amount(line.list_amount)
    for value in (line.discount_amount, line.rounding_amount):
        shown = w.shown(value)
        digits += f" {MINUS if shown >= 0 else '+'} {_magnitude(value, w)}"
    written = w.words.isolate(f"{digits} = {w.amount(line.amount)}")
    return w.say("List amount less discount and rounding is the amount: %(identity)s", identity=written)


def _magnitude(value: Number, w: Writer) -> str:
    return w.amount(value if w.shown(value) >= 0 else negate(value))


def idle_steps(explanation: Explanation, words: Formatter) -> str:
    """The steps that had nothing to do, in one line."""
    names = [f"{step.number} {step.name}" for step in explanation.steps if step.mark == "idle"]
    return words.words.gettext("Nothing to do in steps %(steps)s.", steps=words.row(names)) if names else ""
