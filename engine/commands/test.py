"""`pricebook test`: the book's examples, compared exactly; only what differs is shown."""

import json
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import click

from engine.commands.options import book_argument, book_option, described, one_book
from engine.commands.output import counted, look, say, write_result

if TYPE_CHECKING:
    from engine.documents.terminal import Look
    from engine.review.coverage import Coverage
    from engine.review.examples import ExampleResult
    from engine.store import OpenedBook
    from engine.values.spans import Origin

    Results = tuple[ExampleResult, ...]

HELP = """Run the book's examples: each is a test and a worked example in one.

Only what an example names is compared, exactly: the price of an order, or the invoice of an account's history. Those that fail are
listed, with what differs, and the exit code is then 1. --update writes the numbers that the engine computes in place of those that differ, after
showing them: only these characters of the files change. --coverage also lists every tier, discount and policy row that no example touches;
`check --profile publish` fails on them."""


@described(HELP, "pricebook test koodrive -k one-year-team")
@book_argument
@book_option
@click.option("-k", "pattern", metavar="NAME", help="Only examples whose name holds this, or matches it with *.")
@click.option("--all", "every", is_flag=True, help="List the examples that pass, too; text only.")
@click.option("--coverage", is_flag=True, help="List the tiers, discounts and policy rows that no example touches.")
@click.option("--update", is_flag=True, help="Write what the engine computes in place of what differs, after showing it.")
@click.option("--yes", is_flag=True, help="With --update: do not ask before writing.")
@click.option("--format", "-f", "format_name", type=click.Choice(["text", "junit", "json"]), default="text", help="How the result is written.")
@click.option("--output", "-o", metavar="FILE", help="Write the result to a file, whole or not at all.")
def command(
    book: str | None, book_name: str | None, pattern: str | None, every: bool, coverage: bool, update: bool, yes: bool, format_name: str, output: str | None
) -> int:
    """Runs and prints; 1 where an example fails, 2 where the pattern names none."""
    from engine.commands.reading import priceable_book
    from engine.review.coverage import cover
    from engine.review.examples import FAILED, PASSED, run_examples

    opened = priceable_book(one_book(book, book_name), format_name)
    if opened is None:
        return 1
    results = run_examples(opened.rules, pattern)
    if pattern and not results:
        raise click.UsageError(f"No example's name holds `{pattern}`. The examples are {', '.join(opened.rules.examples) or 'none'}.")
    if update:
        from engine.commands.update import update_examples

        if format_name != "text" or output:
            raise click.UsageError("--update shows what it writes as text. Leave -f and -o out.")
        return update_examples(opened, results, yes, pattern)
    if yes:
        raise click.UsageError("--yes goes with --update. Leave it out, or add --update.")
    covered = cover(opened.rules, results) if coverage else None
    shown = tuple(each for each in results if every or each.outcome == FAILED) if format_name == "text" else results
    write_result({"text": _text, "junit": _junit, "json": _json}[format_name](shown, opened, covered, look(output)), output, format_name)
    count = {outcome: sum(result.outcome == outcome for result in results) for outcome in (PASSED, FAILED)}
    say(f"{counted(len(results), 'example')}: {count[PASSED]} passed, {count[FAILED]} failed" if results else "the book has no examples")
    if covered:
        say(f"the examples touch {covered.touched} of {counted(len(covered.rules), 'tier, discount and policy row')}")
    return int(count[FAILED] > 0)


def _text(results: "Results", opened: "OpenedBook", covered: "Coverage | None", shows: "Look") -> str:
    colours = {"passed": "green", "failed": "red"}
    lines = []
    for result in results:
        mark = click.style(f"{result.outcome:13}", fg=colours[result.outcome]) if shows.colour else f"{result.outcome:13}"
        lines.append(f"{mark}  {result.name}")
        if result.outcome != "failed":
            continue
        widest = max((len(cell.field) for cell in result.cells), default=0)
        lines += [f"{'':15}{cell.field:{widest}}  expected {cell.expected}, got {cell.actual}" for cell in result.cells]
        lines += [f"{'':15}{diagnostic.code}: {diagnostic.message}" for diagnostic in result.refusal]
        lines.append(f"{'':15}at {_place(result.example.origin, opened)}")
    if covered and covered.untouched:
        lines += [*([""] if lines else []), "no example touches"]
        lines += [f"  {rule.name}, {_place(rule.origin, opened)}" for rule in covered.untouched]
    return "".join(f"{line}\n" for line in lines)


def _place(origin: "Origin", opened: "OpenedBook") -> str:
    from engine.language.characters import visible
    from engine.store import shown_file, shown_folder

    return f"{visible(shown_file(shown_folder(opened.folder), origin.file), whole=True)}:{origin.line}"


def _json(results: "Results", opened: "OpenedBook", covered: "Coverage | None", _: "Look") -> str:
    document: dict[str, object] = {
        "book": {"id": opened.rules.id, "digest": opened.rules.digest},
        "examples": [
            {
                "name": result.name,
                "outcome": result.outcome,
                "place": _place(result.example.origin, opened),
                "cells": [{"field": cell.field, "expected": cell.expected, "actual": cell.actual} for cell in result.cells],
                "refusal": [{"code": found.code, "slug": found.slug, "message": found.message} for found in result.refusal],
            }
            for result in results
        ],
    }
    if covered:
        untouched = [{"kind": rule.kind, "name": rule.name, "place": _place(rule.origin, opened)} for rule in covered.untouched]
        document["coverage"] = {"rules": len(covered.rules), "touched": covered.touched, "untouched": untouched}
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _junit(results: "Results", opened: "OpenedBook", _covered: "Coverage | None", _: "Look") -> str:
    failed = sum(result.outcome == "failed" for result in results)
    suite = f"<testsuite name={quoteattr(opened.rules.id)} tests={_count(len(results))} failures={_count(failed)}>"
    cases = "\n".join(_case(result, opened) for result in results)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{suite}\n{cases}\n</testsuite>\n</testsuites>\n'


def _case(result: "ExampleResult", opened: "OpenedBook") -> str:
    head = f"  <testcase classname={quoteattr(opened.rules.id)} name={quoteattr(result.name)}"
    match result.outcome:
        case "failed":
            said = "\n".join(f"{cell.field}: expected {cell.expected}, got {cell.actual}" for cell in result.cells)
            place = escape(_place(result.example.origin, opened))
            return f"{head}>\n    <failure message={quoteattr(said.splitlines()[0])}>{escape(said)}\n{place}</failure>\n  </testcase>"
    return f"{head}/>"


def _count(number: int) -> str:
    return f'"{number}"'
