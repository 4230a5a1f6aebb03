"""Which steps of the waterfall had nothing to do in a quote, in one sentence."""

from collections.abc import Iterator, Sequence

from engine.documents.format import Formatter
from engine.documents.quote_steps import is_idle, step_name
from engine.model.quotes import Quote
from engine.model.trace import TraceStep
from engine.values.exact import ONE


def idle_sentence(quote: Quote, words: Formatter) -> str:
    """The steps that no line and no order step needed, in one line."""
    busy = {step.number for line in quote.lines for step in line.trace if not is_idle(step)}
    busy |= {number for trace in (quote.trace, *_event_traces(quote)) for step in trace for number in _numbers(step)}
    names = [f"{number} {step_name(number, '', words)}" for number in range(1, 10) if number not in busy]
    return words.words.gettext("Nothing to do in steps %(steps)s.", steps=words.row(names)) if names else ""


def _numbers(step: TraceStep) -> Iterator[int]:
    """The numbers of a step and of those inside it that did something; a factor inside a change is its discount."""
    if step.idle:
        return
    yield step.number
    if step.facts.get("factor", ONE) != ONE:
        yield 5
    for child in step.children:
        yield from _numbers(child)


def _event_traces(quote: Quote) -> list[Sequence[TraceStep]]:
    changed: list[Sequence[TraceStep]] = [line.trace for change in quote.changes or () for line in change.lines]
    return changed + ([quote.unsubscription.trace] if quote.unsubscription is not None else [])
