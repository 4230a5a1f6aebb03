"""`pricebook check`: every mistake in a book, in one run."""

import os
import re
import sys
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.options import book_argument, book_option, described, one_book
from engine.commands.output import has_colour, say, say_as_it_is, width, write_result

if TYPE_CHECKING:
    from engine.diagnostics import Diagnostic
    from engine.lints.baseline import Earlier
    from engine.store import OpenedBook

FORMATS = ("auto", "text", "concise", "json", "github", "sarif", "junit")
WHOLE_DOCUMENTS = ("json", "sarif", "junit")
"""Formats that are one document even where nothing was found."""

DRAFT_FAMILIES = ("Y", "S", "R")
LEVELS = ("error", "warning", "info")

HELP = """Find every mistake in a book, in one run.

Text, keys and values, names, dates, tiers, amounts and policies: each finding says where, what, why, and what to write instead.
With --against also what an edit does to what was sold and promised before. The exit code is 1 when a finding reaches the level of --fail-on."""


@described(HELP, "pricebook check koodrive")
@book_argument
@book_option
@click.option("--format", "-f", "format_name", type=click.Choice(FORMATS), default="auto", help="auto: github in GitHub Actions, else text.")
@click.option("--fail-on", type=click.Choice(LEVELS), default=None, help="The lowest level that fails; default: error.")
@click.option(
    "--profile",
    type=click.Choice(["draft", "default", "publish"]),
    default="default",
    help="draft: text, shape and names only; publish: warnings fail, so do failing examples, and examples must touch every tier, discount and policy row.",
)
@click.option("--select", multiple=True, metavar="CODE", help="Only these codes or families (T, T206); may be given again.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Without these codes or families; may be given again.")
@click.option("--against", metavar="git:REF|NAME|FOLDER", help="The book before: also what became of what it sold, and of prices that have begun.")
@click.option("--max-increase", metavar="PERCENT", help="With --against: by how much a price may rise; default: 10%.")
@click.option("--date", metavar="DATE", help="With --against: the day on which the edit is looked at; default: today.")
@click.option("--fix", is_flag=True, help="Write what is safe in place of what is wrong (`50TB`, a full-width sign, a slip in a key), then check.")
@click.option("--diff", is_flag=True, help="Show what --fix would write, and write nothing; exit code 1 where it would write something.")
@click.option("--all", "every", is_flag=True, help="Show all findings as text; without it 100 are shown, the gravest, and the others counted by code.")
@click.option("--watch", is_flag=True, help="Check again whenever a file of the book changes, until you press Ctrl-C.")
def command(
    book: str | None, book_name: str | None, format_name: str, fail_on: str | None, profile: str, select: tuple[str, ...], ignore: tuple[str, ...],
    against: str | None, max_increase: str | None, date: str | None, fix: bool, diff: bool, every: bool, watch: bool,
) -> int:  # fmt: skip
    """Reads, checks and prints; 1 where a finding fails."""
    from engine.commands.process import nobody_reads
    from engine.shelf import find_book
    from engine.store import changes_below

    if against is None and (max_increase or date):
        raise click.UsageError("--max-increase and --date are about an edit, and no book before it is named. Add --against git:HEAD.")
    if against is not None and profile == "draft":
        raise click.UsageError("The profile `draft` leaves out what --against asks for. Leave one of the two out.")
    edit = EditRequest(against, _ratio(max_increase), date) if against is not None else None
    chosen = CheckRequest(format_name, fail_on, profile, _codes(select), _codes(ignore), every, edit)
    folder = find_book(one_book(book, book_name))
    if fix + diff + watch > 1:
        raise click.UsageError("--fix writes, --diff shows what it would write, --watch goes on checking. Name one of them.")
    if diff and format_name not in ("auto", "text"):
        raise click.UsageError(f"--diff shows changed lines, and -f {format_name} is for findings. Leave one of the two out.")
    if fix or diff:
        from engine.commands.mending import difference, mend, write_mended

        done = mend(folder, partial(_chosen, chosen))
        if diff:
            changed = difference(folder, done)
            write_result(changed, form="diff")
            return int(bool(changed))
        write_mended(folder, done)
    if not watch:
        return check_once(folder, chosen)
    for _ in changes_below(folder):
        check_once(folder, chosen)
        if nobody_reads():
            break
    return 0


@dataclass(frozen=True, slots=True)
class EditRequest:
    """The book with which the checked one is compared, by how much prices may rise (None: as is usual), and the day, as the options say."""

    against: str
    most: Decimal | None
    date: str | None


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """How to check and what to show, as the options say."""

    format_name: str
    fail_on: str | None
    profile: str
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    every: bool
    edit: EditRequest | None = None


def _chosen(wanted: CheckRequest, finding: "Diagnostic") -> bool:
    """Whether the options ask for the finding."""
    return (
        (not wanted.select or finding.code.startswith(wanted.select))
        and not (wanted.ignore and finding.code.startswith(wanted.ignore))
        and (wanted.profile != "draft" or finding.code.startswith(DRAFT_FAMILIES))
    )


def check_once(folder: Path, wanted: CheckRequest) -> int:
    """One run over the book; 1 where a finding fails."""
    from engine.documents.findings import MOST_SHOWN, render_findings, summary_line
    from engine.language.characters import visible
    from engine.store import inspect_book

    draft, publish = wanted.profile == "draft", wanted.profile == "publish"
    earlier = _earlier(folder, wanted.edit, wanted.format_name) if wanted.edit is not None else None
    if wanted.edit is not None and earlier is None:
        return 1
    opened = inspect_book(folder, lints=not draft, coverage=publish, earlier=earlier)
    findings = [finding for finding in opened.diagnostics if _chosen(wanted, finding)]
    form = wanted.format_name
    if form == "auto":
        form = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
    if findings or form in WHOLE_DOCUMENTS:
        most = None if wanted.every else MOST_SHOWN
        write_result(render_findings(findings, opened.sources, form, has_colour(), width(), most), form=form)
    say_as_it_is(f"{visible(opened.folder.name)}: {summary_line(findings, len(opened.files), has_colour(sys.stderr))}")
    failing = LEVELS.index(wanted.fail_on or ("warning" if publish else "error"))
    failed = any(LEVELS.index(finding.severity) <= failing for finding in findings)
    return int(failed or (publish and opened.book is not None and _examples_fail(opened)))


def _earlier(folder: Path, edit: EditRequest, format_name: str) -> "Earlier | None":
    """The book before the edit; None where it has errors, which have then been shown."""
    from engine.commands.baseline import baseline
    from engine.commands.reading import instant_of, show_obstacles
    from engine.lints.baseline import DEFAULT_INCREASE, Earlier

    with baseline(edit.against, folder) as before:
        if show_obstacles(before, format_name):
            return None
        return Earlier(before.rules, instant_of(edit.date, before.rules), DEFAULT_INCREASE if edit.most is None else edit.most)


def _ratio(text: str | None) -> Decimal | None:
    """A limit as it is typed, `10%`."""
    match = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*%", (text or "").strip(), re.ASCII)
    if text is not None and match is None:
        raise click.BadParameter(f"`{text}` is no percentage; write it as 10%", param_hint="--max-increase")
    return Decimal(match[1]).scaleb(-2) if match is not None else None


def _codes(names: tuple[str, ...]) -> tuple[str, ...]:
    from engine.diagnostics import CODES, by_code_or_slug

    found = []
    for name in names:
        info = by_code_or_slug(name)
        if info is None and not any(code.startswith(name.upper()) for code in CODES):
            raise click.BadParameter(f"there is no code `{name}`; `pricebook rule` lists them all")
        found.append(info.code if info else name.upper())
    return tuple(found)


def _examples_fail(opened: "OpenedBook") -> bool:
    from engine.review.examples import FAILED, run_examples
    from engine.shelf import called

    failed = [result.name for result in run_examples(opened.rules) if result.outcome == FAILED]
    if failed:
        say(f"examples that fail: {', '.join(failed)}; see `pricebook test {called(opened.folder)}`")
    return bool(failed)
