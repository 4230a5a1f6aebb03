"""The sheet of a workbook that explains the amounts: one row a step, each with the trace's own number."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from engine.documents.format import Formatter
from engine.documents.quote_steps import ShownStep
from engine.documents.workbook import Cell, Column, Row, Sheet

INDENT = "    "


def steps_sheet(explained: Iterable[tuple[str, Sequence[ShownStep]]], words: Formatter, note: str) -> Sheet:
    """The steps below the title of what they explain, in order; a step that explains another one is indented."""
    say = words.words.gettext
    columns = (
        Column(say("No."), "number"), Column(say("Item")), Column(say("Step")), Column(say("Working")), Column(say("Result")),
        Column(say("Amount"), "number"), Column(say("Source")),
    )  # fmt: skip
    rows = [row for title, steps in explained for step in steps for row in _rows(step, title, 0)]
    return Sheet(say("How each amount comes about"), columns, tuple(rows), note)


def _rows(step: ShownStep, title: str, depth: int) -> Iterator[Row]:
    number: Cell = None if step.number is None else Decimal(step.number)
    yield Row((number, title, INDENT * depth + step.name, step.working, step.result, step.value, step.source))
    for child in step.children:
        yield from _rows(child, title, depth + 1)
