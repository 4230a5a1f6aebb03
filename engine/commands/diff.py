"""`pricebook diff`: what an edit changed in words of pricing, whom it reaches, and what it does to the examples."""

from typing import TYPE_CHECKING

import click

from engine.commands.options import book_option, described, format_option, output_option
from engine.commands.output import counted, format_of, rendered_page, say, write_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.review.comparison import Comparison
    from engine.review.thresholds import Threshold
    from engine.store import OpenedBook

HELP = """Show what an edit changed: prices and rules by id and date, whom each change reaches, and what it does to the book's examples.

OLD and NEW are books, by name or folder; with --against only the new one is named, and git:main is the book's folder as of a commit.
Nothing has to be run by hand in a pull request: -f md is written for its comment, and --fail-if 'increase > 5%' ends with exit code 1 where a
list price or an example rises by more."""


@described(HELP, "pricebook diff -b koodrive --against git:main --fail-if 'increase > 5%'")
@click.argument("old", required=False)
@click.argument("new", required=False)
@book_option
@click.option("--against", metavar="git:REF|NAME|FOLDER", help="What the book is compared with.")
@click.option("--date", metavar="DATE", help="The day on which the edit is looked at: prices begun by then are in force; default: today.")
@click.option("--fail-if", "limits", multiple=True, metavar="LIMIT", help="'increase > 5%' or 'decrease >= 10%'; may be given again.")
@format_option("text", "md", "html", "json")
@output_option
def command(
    old: str | None, new: str | None, book_name: str | None, against: str | None, date: str | None, limits: tuple[str, ...], format_name: str | None,
    output: str | None,
) -> int:  # fmt: skip
    """Compares and prints; 1 where a limit is passed or a book cannot be priced."""
    from engine.commands.baseline import baseline
    from engine.commands.reading import instant_of, priceable_book, show_obstacles
    from engine.review.comparison import compare_books

    format_name = format_of(format_name, output, "text")
    before, after = _both(old, new, book_name, against)
    thresholds = _thresholds(limits)
    opened = priceable_book(after, format_name)
    if opened is None:
        return 1
    with baseline(before, opened.folder) as earlier:
        if show_obstacles(earlier, format_name):
            return 1
        found = compare_books(earlier.rules, opened.rules, instant_of(date, opened.rules), thresholds)
    names = (_called(before), _called(after or opened.folder.name))
    write_result(_rendered(found, opened, names, format_name, output), output, format_name)
    say(f"{counted(len(found.changes), 'change')}; {counted(found.effects.examples, 'example')} priced under both")
    return int(any(verdict.failed for _, verdicts in found.verdicts for verdict in verdicts))


def _both(old: str | None, new: str | None, book_name: str | None, against: str | None) -> tuple[str, str | None]:
    """The name of the book before and of the one after; of the latter None where it is the only one. Raises wrong usage."""
    if against is not None:
        if old is not None and (new is not None or book_name is not None):
            raise click.UsageError("--against is the book before, so one book at most is named beside it. Leave one of them out.")
        return against, old or book_name
    if old is None:
        raise click.UsageError("Two books are compared, and one is not named. Write `pricebook diff OLD NEW`, or --against git:main.")
    if new is not None and book_name is not None:
        raise click.UsageError("Three books are named. Write `pricebook diff OLD NEW`, or name one with -b and the other with --against.")
    return old, new or book_name


def _called(name: str) -> str:
    return name.removeprefix("git:")


def _thresholds(limits: "Sequence[str]") -> "tuple[Threshold, ...]":
    from engine.review.thresholds import read_threshold

    found = []
    for text in limits:
        threshold = read_threshold(text)
        if threshold is None:
            raise click.BadParameter(f"`{text}` is no limit; write it as 'increase > 5%' or 'decrease >= 10%'", param_hint="--fail-if")
        found.append(threshold)
    return tuple(found)


def _rendered(found: "Comparison", opened: "OpenedBook", names: tuple[str, str], format_name: str, output: str | None) -> str | bytes:
    if format_name == "json":
        from engine.documents.diff_json import render_diff_json

        return render_diff_json(found)
    from engine.documents.diff_page import diff_page

    return rendered_page(diff_page(found, names), format_name, output)
