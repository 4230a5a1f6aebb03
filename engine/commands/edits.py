"""What every command that edits files does alike: shows the edits, asks, and writes all of them or none."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.output import counted, rendered_page, say, write_result

if TYPE_CHECKING:
    from datetime import datetime

    from engine.diagnostics import Diagnostic
    from engine.editing.dated import NewPrice
    from engine.editing.edits import Edit
    from engine.store import OpenedBook


def edit_lines(edits: "Sequence[Edit]") -> Iterator[str]:
    """One line a value: where its names end, and where the values do, is the same in all; then new lines, each behind a `+`."""
    values = [each for each in edits if each.before]
    names = [max(len(each.names[at]) for each in values) for at in range(len(values[0].names))] if values else []
    before, after = (max((len(getattr(each, part)) for each in values), default=0) for part in ("before", "after"))
    for each in values:
        named = "  ".join(f"{name:{width}}" for name, width in zip(each.names, names, strict=True))
        yield f"{named}  {each.before:>{before}} -> {each.after:>{after}}  {each.span.file}:{each.span.line}"
    for each in (each for each in edits if not each.before):
        first = each.span.line + each.after.startswith("\n")
        yield f"{each.span.file}:{first}"
        yield from (f"+ {line}" for line in each.after.strip("\n").split("\n"))


def has_person() -> bool:
    """Whether somebody sits before the screen and the keys."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def may_write(what: str, yes: bool) -> bool:
    """Whether it is to be written: with `yes`, or a person says so; without a terminal there is nobody to ask."""
    if yes:
        return True
    if not has_person():
        raise click.UsageError("Nobody can be asked here before the files are written. Add --yes.")
    wanted = click.confirm(f"Write {what}?", err=True)
    if not wanted:
        say("nothing was written")
    return wanted


def write_edits(folder: Path, contents: Mapping[str, bytes], edits: "Sequence[Edit]") -> None:
    """Writes the edited files, all or none; `contents` are the files as they were read. Raises wrong usage where one is another by now."""
    from engine.editing.edits import applied
    from engine.results import make_folder, written

    made = applied(contents, edits)
    root = folder.resolve()
    for name in made:
        if not (folder / name).resolve().is_relative_to(root):
            raise click.UsageError(f"`{name}` leads out of the book's folder by a link, and nothing was written. Put a folder of its own there.")
        if (folder / name).exists() and (folder / name).read_bytes() != contents.get(name):
            raise click.UsageError(f"`{name}` was changed by another program meanwhile, and nothing was written. Run the command again.")
        make_folder((folder / name).parent)
    with written(*((folder / name, content) for name, content in made.items())):
        pass


def change_book(
    opened: "OpenedBook", edits: "Sequence[Edit]", yes: bool, dry_run: bool, prices: "Sequence[NewPrice]" = (), at: "datetime | None" = None,
    adds: bool = False,
) -> int:  # fmt: skip
    """Shows the edits of a book and what they change, checks the edited book, asks unless `yes`, and writes; 1 where nothing is to be written.

    `prices` are those that have to be in force at `at` in the edited book. Of what only `adds` to it the lines alone are shown.
    """
    from engine.commands.reading import show_findings, start_of_today
    from engine.documents.diff_page import diff_page
    from engine.editing.edits import applied
    from engine.review.comparison import compare_books
    from engine.store import inspect_book

    contents = {name: (opened.folder / name).read_bytes() for name in {each.span.file for each in edits} & opened.files}
    edited = inspect_book(opened.folder, edited=applied(contents, edits))
    new = _new_findings(inspect_book(opened.folder), edited)
    show_findings(new, edited.sources, "text") if new else None
    errors = sum(each.severity == "error" for each in new)
    if errors or edited.book is None:
        say(f"{opened.folder.name}: {counted(errors, 'new error')}; nothing was written")
        return 1
    _refuse_unreached(opened, edited, prices, at)
    for line in edit_lines(edits):
        click.echo(line)
    if not adds:
        found = compare_books(opened.rules, edited.rules, start_of_today(opened.rules))
        click.echo()
        write_result(rendered_page(diff_page(found, (opened.folder.name, f"{opened.folder.name} edited")), "text", None))
    if dry_run:
        say("nothing was written: --dry-run")
        return 0
    if not may_write(counted(len(edits), "edit"), yes):
        return 1
    write_edits(opened.folder, contents, edits)
    say(f"wrote {', '.join(dict.fromkeys(each.span.file for each in edits))}")
    return 0


def _new_findings(before: "OpenedBook", after: "OpenedBook") -> "list[Diagnostic]":
    """What is found in the edited book and was not found before, wherever it stood."""
    known = {(each.code, each.message) for each in before.diagnostics}
    return [each for each in after.diagnostics if (each.code, each.message) not in known]


def _refuse_unreached(opened: "OpenedBook", edited: "OpenedBook", prices: "Sequence[NewPrice]", at: "datetime | None") -> None:
    """Raises Unusable where a price would not be in force as it should be: another entry of the book wins, or the file is laid out too oddly."""
    from engine.diagnostics.edits import CANNOT_STAND
    from engine.diagnostics.record import report
    from engine.editing.changing import holds
    from engine.shelf import Unusable

    lost = [each for each in prices if at is not None and not holds(edited.rules, edited.loaded.places.documents, each, at)]
    if lost:
        message = f"`{lost[0].figure.name}` would not be in force as asked: another price of the book holds on that day"
        help_text = f"look at the prices of `{lost[0].entry.item}` in {opened.folder.name}, and edit them by hand"
        raise Unusable(report(CANNOT_STAND, message, subject="PATH", help=help_text))
