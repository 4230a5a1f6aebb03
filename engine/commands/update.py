"""`pricebook test --update`: the numbers that examples expect become those that the engine computes, in place, and nothing else changes.

An example that has no price where one is expected is not updated: what it says is wrong by more than a number. Source: authoring pictures,
test --update.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from engine.commands.edits import edit_lines, may_write, write_edits
from engine.commands.output import counted, say

if TYPE_CHECKING:
    from engine.review.examples import ExampleResult
    from engine.store import OpenedBook


def update_examples(opened: "OpenedBook", results: "Sequence[ExampleResult]", yes: bool, pattern: str | None) -> int:
    """Shows the edits, asks unless `yes`, writes them and runs the examples again; 1 where one still fails."""
    from engine.editing.expected import expected_edits
    from engine.review.examples import FAILED, run_examples
    from engine.store import open_book

    failed = [each for each in results if each.outcome == FAILED]
    contents = {name: (opened.folder / name).read_bytes() for name in dict.fromkeys(each.example.origin.file for each in failed)}
    edits = list(expected_edits(failed, {each.file: each for each in opened.loaded.documents}))
    for line in edit_lines(edits):
        click.echo(line)
    for each in failed:
        for cell in each.cells:
            if not cell.path:
                say(f"{each.name} is not updated: expected {cell.expected}, got {cell.actual}")
    if not edits:
        say("no value is to be updated")
        return int(bool(failed))
    _say_past(opened, failed)
    if not may_write(counted(len(edits), "value"), yes):
        return 1
    write_edits(opened.folder, contents, edits)
    again = run_examples(open_book(opened.folder).rules, pattern)
    still = sum(each.outcome == FAILED for each in again)
    say(f"{counted(len(edits), 'value')} written; {counted(len(again), 'example')}: {len(again) - still} passed, {still} failed")
    return int(still > 0)


def _say_past(opened: "OpenedBook", failed: "Sequence[ExampleResult]") -> None:
    """The most expensive mistake is a silent one: a price that was in force is edited where a later one was meant."""
    from engine.commands.reading import start_of_today
    from engine.model.orders import Order

    today = start_of_today(opened.rules)
    past = sum(isinstance(each.example.given, Order) and each.example.given.at < today for each in failed)
    if past:
        say(f"{counted(past, 'example')} of a day before today: was a date forgotten? `pricebook diff --against git:HEAD` shows what the edit reaches")
