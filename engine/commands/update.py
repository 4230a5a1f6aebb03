"""`pricebook test --update`: the numbers that examples expect become those that the engine computes, in place, and nothing else changes.

An example that has no price where one is expected is not updated: what it says is wrong by more than a number. Source: authoring pictures,
test --update.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.output import counted, say

if TYPE_CHECKING:
    from engine.review.examples import ExampleResult
    from engine.store import OpenedBook
    from engine.values.spans import Span

QUOTES = ("'", '"')


@dataclass(frozen=True, slots=True)
class _Edit:
    """A value that becomes another one: of which example, what it is, and where it stands."""

    example: str
    field: str
    before: str
    after: str
    span: "Span"


def update_examples(opened: "OpenedBook", results: "Sequence[ExampleResult]", yes: bool, pattern: str | None) -> int:
    """Shows the edits, asks unless `yes`, writes them and runs the examples again; 1 where one still fails."""
    from engine.review.examples import FAILED, run_examples
    from engine.store import open_book

    failed = [each for each in results if each.outcome == FAILED]
    contents = {name: (opened.folder / name).read_bytes() for name in dict.fromkeys(each.example.origin.file for each in failed)}
    edits = list(_edits(failed, contents))
    for line in _lines(edits):
        click.echo(line)
    for each in failed:
        for cell in each.cells:
            if not cell.path:
                say(f"{each.name} is not updated: expected {cell.expected}, got {cell.actual}")
    if not edits:
        say("no value is to be updated")
        return int(bool(failed))
    _say_past(opened, failed)
    if not yes and not _asked(len(edits)):
        say("nothing was written")
        return 1
    _write(opened.folder, contents, edits)
    again = run_examples(open_book(opened.folder).rules, pattern)
    still = sum(each.outcome == FAILED for each in again)
    say(f"{counted(len(edits), 'value')} written; {counted(len(again), 'example')}: {len(again) - still} passed, {still} failed")
    return int(still > 0)


def _edits(failed: "Sequence[ExampleResult]", contents: dict[str, bytes]) -> Iterator[_Edit]:
    from engine.language.document import read_document

    documents = {name: read_document(name, content)[0] for name, content in contents.items()}
    for result in failed:
        document = documents[result.example.origin.file]
        for cell in result.cells:
            path = (*result.example.origin.path, "expect", *cell.path)
            if document is None or not cell.path or path not in document.values:
                continue
            span = document.values[path]
            typed = document.text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1]
            quote = typed[0] if typed[:1] in QUOTES else ""
            yield _Edit(result.name, cell.field, typed, f"{quote}{cell.actual}{quote}", span)


def _lines(edits: "Sequence[_Edit]") -> Iterator[str]:
    """One line a number: where the names end, and where the numbers do, is the same in all."""
    if not edits:
        return
    names, fields, before, after = (max(len(getattr(each, part)) for each in edits) for part in ("example", "field", "before", "after"))
    for each in edits:
        place = f"{each.span.file}:{each.span.line}"
        yield f"{each.example:{names}}  {each.field:{fields}}  {each.before:>{before}} -> {each.after:>{after}}  {place}"


def _say_past(opened: "OpenedBook", failed: "Sequence[ExampleResult]") -> None:
    """The most expensive mistake is a silent one: a price that was in force is edited where a later one was meant."""
    from engine.commands.reading import start_of_today
    from engine.model.orders import Order

    today = start_of_today(opened.rules)
    past = sum(isinstance(each.example.given, Order) and each.example.given.at < today for each in failed)
    if past:
        say(f"{counted(past, 'example')} of a day before today: was a date forgotten? `pricebook diff --against git:HEAD` shows what the edit reaches")


def has_person() -> bool:
    """Whether somebody sits before the screen and the keys."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _asked(count: int) -> bool:
    """Whether a person says yes; without a terminal there is nobody to ask."""
    if not has_person():
        raise click.UsageError("Nobody can be asked here before the numbers are written. Add --yes.")
    return click.confirm(f"Write {counted(count, 'value')}?", err=True)


def _write(folder: Path, contents: dict[str, bytes], edits: "Sequence[_Edit]") -> None:
    from engine.language.splice import spliced
    from engine.results import written

    by_file = {name: {each.span: each.after for each in edits if each.span.file == name} for name in contents}
    with written(*((folder / name, spliced(contents[name], places)) for name, places in by_file.items() if places)):
        pass
