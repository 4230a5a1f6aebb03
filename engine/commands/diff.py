"""`pricebook diff`: what an edit changed in words of pricing, whom it reaches, and what it does to the examples."""

from datetime import timedelta
from typing import TYPE_CHECKING

import click

from engine.commands.options import NAME_OF_FILE, book_option, described, format_option, output_option
from engine.commands.output import counted, format_of, rendered_page, say, write_result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date as Date  # a command's own `date` is what was typed
    from datetime import datetime

    from engine.review.bills import AccountEffect
    from engine.review.comparison import Comparison
    from engine.review.effect import Effects
    from engine.review.revision import RuleChange
    from engine.review.thresholds import Threshold
    from engine.store import OpenedBook

HELP = """Show what an edit changed: prices and rules by id and date, whom each change reaches, and what it does to the book's examples.

OLD and NEW are books, by name or folder; with --against only the new one is named, and git:main is the book's folder as of a commit.
With --orders every order is priced under both, and with --accounts, --usage and --period every account is billed. -f md is written for the
comment of a pull request, where accounts have no names unless --show-accounts asks for them, and -f csv has every row. --fail-if 'increase > 5%'
ends with exit code 1 where a list price, an example, an order, an account or the sum of all rises by more."""


@described(HELP, "pricebook diff -b koodrive --against git:main --fail-if 'increase > 5%'")
@click.argument("old", required=False)
@click.argument("new", required=False)
@book_option
@click.option("--against", metavar="git:REF|NAME|FOLDER", help="What the book is compared with.")
@click.option("--date", metavar="DATE", help="The day on which the edit is looked at: prices begun by then are in force; default: today.")
@click.option("--fail-if", "limits", multiple=True, metavar="LIMIT", help="'increase > 5%', 'decrease >= 10%' or 'breaks'; may be given again.")
@click.option("--orders", multiple=True, metavar="FILE|FOLDER", type=NAME_OF_FILE, help="Price these orders under both books; may be given again.")
@click.option("--accounts", multiple=True, metavar="FILE|FOLDER", type=NAME_OF_FILE, help="Bill these accounts under both books; may be given again.")
@click.option("--usage", multiple=True, metavar="FILE", type=NAME_OF_FILE, help="Usage records of the accounts, as CSV; may be given again.")
@click.option("--period", metavar="PERIOD", help="The period of the bills: 2026-03, 2026-Q1, 2026, or 2026-03-01..2026-03-31.")
@click.option("--show-accounts", is_flag=True, help="Name accounts in Markdown too; a pull request may be public.")
@format_option("text", "md", "html", "csv", "json")
@output_option
def command(
    old: str | None, new: str | None, book_name: str | None, against: str | None, date: str | None, limits: tuple[str, ...], orders: tuple[str, ...],
    accounts: tuple[str, ...], usage: tuple[str, ...], period: str | None, show_accounts: bool, format_name: str | None, output: str | None,
) -> int:  # fmt: skip
    """Compares and prints; 1 where a limit is passed or a book cannot be priced."""
    from engine.commands.baseline import baseline
    from engine.commands.reading import instant_of, priceable_book, show_obstacles
    from engine.review.comparison import Measured, book_changes, compare_books

    format_name = format_of(format_name, output, "text", ("html", "md", "csv", "json", "text"))
    before, after = _both(old, new, book_name, against)
    span = _period(accounts, usage, period)
    thresholds = _thresholds(limits)
    opened = priceable_book(after, format_name)
    if opened is None:
        return 1
    with baseline(before, opened.folder) as earlier:
        if show_obstacles(earlier, format_name):
            return 1
        at = instant_of(date, opened.rules)
        changes = book_changes(earlier.rules, opened.rules, at)
        billed = _bills(earlier, opened, changes, accounts, usage, span)
        if billed is None:
            return 1
        priced = _orders(earlier, opened, orders, at)
        days = (span[0], span[1] - timedelta(days=1)) if span is not None else None
        found = compare_books(earlier.rules, opened.rules, at, Measured(thresholds, priced, billed, days), changes)
    names = (_called(before), _called(after or opened.folder.name))
    write_result(_rendered(found, names, format_name, output, show_accounts), output, format_name)
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
    if new is None and book_name is None:
        raise click.UsageError("Two books are compared, and one is not named. Write `pricebook diff OLD NEW`, or --against git:main.")
    return old, new or book_name


def _period(accounts: "Sequence[str]", usage: "Sequence[str]", period: str | None) -> "tuple[Date, Date] | None":
    """The first day of the bills' period and the one after it; raises wrong usage where accounts and period do not come together."""
    if accounts and period is None:
        raise click.UsageError("Accounts are billed for a period, and none is named. Add --period 2026-03.")
    if not accounts and (usage or period is not None):
        raise click.UsageError("Usage and a period are those of accounts, and none is named. Add --accounts.")
    if period is None:
        return None
    from engine.commands.billing_period import period_of

    return period_of(period)


def _bills(
    earlier: "OpenedBook", opened: "OpenedBook", changes: "Sequence[RuleChange]", accounts: "Sequence[str]", usage: "Sequence[str]",
    span: "tuple[Date, Date] | None",
) -> "list[AccountEffect] | None":  # fmt: skip
    """The accounts' bills under both books; None where their usage cannot be read."""
    if span is None:
        return []
    from engine.commands.diff_accounts import account_effects

    return account_effects(earlier, opened, changes, accounts, usage, span)


def _orders(earlier: "OpenedBook", opened: "OpenedBook", orders: "Sequence[str]", at: "datetime") -> "Effects | None":
    """What becomes of the orders under both books; None where none are named."""
    if not orders:
        return None
    from engine.commands.diff_orders import order_effects

    return order_effects(earlier.rules, opened.rules, orders, at)


def _called(name: str) -> str:
    return name.removeprefix("git:")


def _thresholds(limits: "Sequence[str]") -> "tuple[Threshold, ...]":
    from engine.review.thresholds import read_threshold

    found = []
    for text in limits:
        threshold = read_threshold(text)
        if threshold is None:
            said = f"`{text}` is no limit; write it as 'increase > 5%', 'decrease >= 10%' or 'breaks' (a promise to existing customers)"
            raise click.BadParameter(said, param_hint="--fail-if")
        found.append(threshold)
    return tuple(found)


def _rendered(found: "Comparison", names: tuple[str, str], format_name: str, output: str | None, show_accounts: bool) -> str | bytes:
    match format_name:
        case "json":
            from engine.documents.diff_json import render_diff_json

            return render_diff_json(found)
        case "csv":
            from engine.documents.diff_csv import render_diff_csv

            return render_diff_csv(found)
        case "md":
            from engine.documents.diff_markdown import diff_markdown

            return diff_markdown(found, names, show_accounts)
    from engine.documents.diff_page import diff_page

    return rendered_page(diff_page(found, names), format_name, output)
