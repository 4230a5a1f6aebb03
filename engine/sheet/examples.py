"""The book's examples as worked ones: priced here and now by the engine, with every step as table data."""

from dataclasses import replace

from engine.model.accounts import History
from engine.model.book import Example, PriceBook
from engine.model.orders import Order
from engine.model.quotes import Quote, QuoteLine, Refusal
from engine.model.trace import STEPS, TraceStep
from engine.pricing import price_order
from engine.pricing.probing import Scope
from engine.sheet.announced import known_book
from engine.sheet.view import StepCell, StepRow, WorkedExample


def build_examples(scope: Scope) -> tuple[WorkedExample, ...]:
    """Every example of the sheet's currency, in the book's order; one that needs a history is named and not computed.

    One that goes on after its purchase is a test of the book and no example of its prices: the sheet has no place for what a
    change or an unsubscription costs, and the purchase alone would be another example than the author's. One that needs a price that
    is announced only after the day of the sheet is left out (rule language, second version, 7.1).
    """
    known = known_book(scope.book, scope.at)
    examples = [_of_reader(scope, example) for example in scope.book.examples.values()]
    worked = (work_example(scope.book, example) for example in examples if _is_told(scope.book, known, example))
    return tuple(each for each in worked if (each.order is None or each.order.currency == scope.currency) and not _goes_on(each))


def _of_reader(scope: Scope, example: Example) -> Example:
    """The example as the reader would order it."""
    if not scope.attributes or not isinstance(example.given, Order):
        return example
    return replace(example, given=replace(example.given, attributes={**scope.attributes, **example.given.attributes}))


def _is_told(book: PriceBook, known: PriceBook, example: Example) -> bool:
    """Whether the example needs no price that is announced later: without these it comes to the same."""
    if known is book:
        return True
    if isinstance(example.given, Order):
        return _outcome(price_order(book, example.given)) == _outcome(price_order(known, example.given))
    # A history is not computed here: it is told where it ends before all that is still to be announced.
    later = [entry.conditions.effective for entry in book.prices if all(entry is not each for each in known.prices)]
    return not isinstance(example.given, History) or all(start is None or example.given.end <= start for start in later)


def _outcome(outcome: Quote | Refusal) -> object:
    """What is to be paid, or why nothing is."""
    if isinstance(outcome, Refusal):
        return [(each.code, each.message) for each in outcome.diagnostics]
    return [(line.list_amount, line.amount) for line in outcome.lines], outcome.totals


def _goes_on(example: WorkedExample) -> bool:
    quote = example.quote
    return quote is not None and any((quote.changes, quote.renewals, quote.switch, quote.unsubscription))


def work_example(book: PriceBook, example: Example) -> WorkedExample:
    """The example as the engine prices it today, whatever it expects."""
    if example.needs_history or not isinstance(example.given, Order):
        return WorkedExample(example.id, example.title, example.description, "history", None)
    outcome = price_order(book, example.given)
    if not isinstance(outcome, Quote):
        kind = "error" if example.expect_error else "refused"
        return WorkedExample(example.id, example.title, example.description, kind, example.given, diagnostics=outcome.diagnostics)
    return WorkedExample(
        id=example.id,
        title=example.title,
        description=example.description,
        outcome="quote",
        order=example.given,
        quote=outcome,
        steps=step_rows(outcome.lines),
        per_month=outcome.per_month,
    )


def step_rows(lines: tuple[QuoteLine, ...]) -> tuple[StepRow, ...]:
    """The traces of all lines side by side: a row for each step that some line has, in waterfall order.

    A line's second step of a number (another discount stage, a rounding) stands beside the other lines' second step of that
    number.
    """
    by_line = [_counted(line.trace) for line in lines]
    keys = sorted({key for steps in by_line for key in steps})
    rows: list[StepRow] = []
    for number, position in keys:
        steps = [steps.get((number, position)) for steps in by_line]
        present = [step for step in steps if step is not None]
        busy = [step for step in present if not step.idle]
        kind = (busy or present)[0].kind
        rows.append(StepRow(number, STEPS[number], kind, tuple(_cell(step) for step in steps), not busy))
    return tuple(rows)


def _counted(trace: tuple[TraceStep, ...]) -> dict[tuple[int, int], TraceStep]:
    found: dict[tuple[int, int], TraceStep] = {}
    for step in trace:
        position = sum(1 for number, _ in found if number == step.number)
        found[(step.number, position)] = step
    return found


def _cell(step: TraceStep | None) -> StepCell | None:
    return None if step is None else StepCell(step.formula, step.value, step.before, step.kind, step.facts, step.idle)
