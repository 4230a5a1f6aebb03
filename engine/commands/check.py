"""`pricebook check`: every mistake in a book, in one run."""

import os
import sys

import click

from engine.commands.options import book_argument, book_option, described, one_book
from engine.commands.output import has_colour, say, width, write_result

FORMATS = ("auto", "text", "concise", "json", "github")
DRAFT_FAMILIES = ("Y", "S", "R")
LEVELS = ("error", "warning", "info")

HELP = """Find every mistake in a book, in one run.

Text, keys and values, names, dates, tiers, amounts and policies: each finding says where, what, why, and what to write instead.
The exit code is 1 when a finding reaches the level of --fail-on."""


@described(HELP, "pricebook check koodrive")
@book_argument
@book_option
@click.option("--format", "-f", "format_name", type=click.Choice(FORMATS), default="auto", help="auto: github in GitHub Actions, else text.")
@click.option("--fail-on", type=click.Choice(LEVELS), default=None, help="The lowest level that fails; default: error.")
@click.option(
    "--profile",
    type=click.Choice(["draft", "default", "publish"]),
    default="default",
    help="draft: text, shape and names only; publish: warnings fail, and so do failing examples.",
)
@click.option("--select", multiple=True, metavar="CODE", help="Only these codes or families (T, T206); may be given again.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Without these codes or families; may be given again.")
def command(book, book_name, format_name, fail_on, profile, select, ignore) -> int:
    """Reads, checks and prints; 1 where a finding fails."""
    from engine.documents.findings import render_findings, summary_line
    from engine.store import find_book, inspect_book

    chosen, left_out = _codes(select), _codes(ignore)
    opened = inspect_book(find_book(one_book(book, book_name)), lints=profile != "draft")
    findings = [
        finding
        for finding in opened.diagnostics
        if (not chosen or finding.code.startswith(chosen))
        and not (left_out and finding.code.startswith(left_out))
        and (profile != "draft" or finding.code.startswith(DRAFT_FAMILIES))
    ]
    if format_name == "auto":
        format_name = "github" if os.environ.get("GITHUB_ACTIONS") == "true" else "text"
    if findings or format_name == "json":
        write_result(render_findings(findings, opened.sources, format_name, has_colour(), width()))
    say(f"{opened.folder.name}: {summary_line(findings, len(opened.files), has_colour(sys.stderr))}")
    failing = LEVELS.index(fail_on or ("warning" if profile == "publish" else "error"))
    failed = any(LEVELS.index(finding.severity) <= failing for finding in findings)
    return int(failed or (profile == "publish" and opened.book is not None and _examples_fail(opened)))


def _codes(names: tuple[str, ...]) -> tuple[str, ...]:
    from engine.diagnostics import CODES, by_code_or_slug

    found = []
    for name in names:
        info = by_code_or_slug(name)
        if info is None and not any(code.startswith(name.upper()) for code in CODES):
            raise click.BadParameter(f"there is no code `{name}`; `pricebook rule` lists them all")
        found.append(info.code if info else name.upper())
    return tuple(found)


def _examples_fail(opened) -> bool:
    from engine.review.examples import FAILED, run_examples

    failed = [result.name for result in run_examples(opened.book) if result.outcome == FAILED]
    if failed:
        say(f"examples that fail: {', '.join(failed)}; see `pricebook test`")
    return bool(failed)
