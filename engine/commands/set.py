"""`pricebook set`: one value of a book, or a price of its own from a date on; shown and checked before it is written."""

from typing import TYPE_CHECKING

import click

from engine.commands.edits import change_book
from engine.commands.options import NAME_OF_FILE, book_option, described
from engine.commands.output import say

if TYPE_CHECKING:
    from datetime import datetime

    from engine.model.book import PriceBook

HELP = """Change one value of a book: a price by its item, spec and tier, or any value by the path that `check` shows.

PATH is basic-edition.50-users-500-gb, user-expansion-package.above-100, 'discounts.longer-term.tiers.1 year.percent_off', or FILE:PATH. With
--effective the price that is in force stays, and one of its own begins on that date: in prices/DATE.yaml, which then holds only what changes.
What changes is shown as `diff` shows it, and the edited book is checked: with new errors nothing is written. Only the named words change.

--table reads a whole price list: what `pricebook sheet` wrote as csv or xlsx, with other numbers in its column of list prices. Rows are matched by
their ids, hidden ones in a workbook, and what is not in the list stays as it is."""


@described(HELP, "pricebook set storage-expansion-package 0.040 -b koodrive --effective 2027-10-01 --announced 2027-08-01 --dry-run")
@click.argument("path", required=False)
@click.argument("value", required=False)
@book_option
@click.option("--table", metavar="FILE", type=NAME_OF_FILE, help="A price list as csv or xlsx, in place of PATH and VALUE.")
@click.option("--effective", metavar="DATE", help="Leave what is in force, and add a price from this date on.")
@click.option("--announced", metavar="DATE", help="With --effective: the day on which customers are told.")
@click.option("--mode", metavar="MODE", help="The billing mode, where several have a price of that name.")
@click.option("--currency", metavar="CODE", help="The currency, where there are prices in several.")
@click.option("--per", metavar="PERIOD", help="hour, day, week, month, year or once, where there are prices for several.")
@click.option("--attribute", "attributes", multiple=True, metavar="NAME=VALUE", help="The price of these customers only; may be given again.")
@click.option("--date", metavar="DATE", help="Without --effective: the price in force on this day, where there are several.")
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
def command(
    path: str | None, value: str | None, book_name: str | None, table: str | None, effective: str | None, announced: str | None, mode: str | None,
    currency: str | None, per: str | None, attributes: tuple[str, ...], date: str | None, yes: bool, dry_run: bool,
) -> int:  # fmt: skip
    """Finds the value, shows what changes, checks the edited book and writes; 1 where it would have new errors."""
    from engine.commands.reading import priceable_book
    from engine.commands.set_table import set_table
    from engine.diagnostics import Diagnostic
    from engine.editing.changing import from_date, overwritten
    from engine.editing.dated import Dated, new_price
    from engine.editing.finding import Wanted, find_target
    from engine.shelf import Unusable

    if announced is not None and effective is None:
        raise click.UsageError("--announced is for a price from a date on, and there is none. Add --effective.")
    if table is None and date is not None and effective is not None:
        raise click.UsageError("--effective is the day whose price is followed by the new one. Leave --date out.")
    if table is None and (path is None or value is None):
        raise click.UsageError("PATH and VALUE say what is to become what. Write both, or name a price list with --table.")
    if table is not None and (path is not None or any((mode, currency, per, attributes))):
        raise click.UsageError("--table names the prices itself. Leave PATH, VALUE, --mode, --currency, --per and --attribute out.")
    opened = priceable_book(book_name)
    if opened is None:
        return 1
    book, documents = opened.rules, opened.loaded.places.documents
    start = day_of(effective, book, "--effective") or day_of(date, book, "--date")
    day_of(announced, book, "--announced")
    dated = Dated(effective, announced) if effective is not None else None
    if table is not None or path is None or value is None:
        return set_table(opened, table or "", dated, date, yes, dry_run)
    target = find_target(book, documents, Wanted(path, mode, currency, per, attributes_of(attributes), start, dated is not None))
    if isinstance(target, Diagnostic):
        raise Unusable(*opened.shown((target,)))
    if dated is not None and target.figure is None:
        raise click.UsageError("--effective is for prices, and the path leads to none. Leave it out, or name a price.")
    edit = overwritten(documents, target, value, path)
    if isinstance(edit, Diagnostic):
        raise Unusable(*opened.shown((edit,)))
    if edit is None:
        say(f"`{path}` is {documents[target.file].written[target.path]} already; nothing is to be written")
        return 0
    if dated is None or start is None or target.figure is None:
        return change_book(opened, [edit], yes, dry_run)
    prices = [new_price(target.figure, path, edit.after)]
    edits = from_date(book, documents, dated, prices)
    if isinstance(edits, Diagnostic):
        raise Unusable(*opened.shown((edits,)))
    return change_book(opened, edits, yes, dry_run, prices, start)


def day_of(text: str | None, book: "PriceBook", option: str) -> "datetime | None":
    """The instant that an option means, written as a rule file writes it; None where it is not given. Raises wrong usage."""
    from engine.language.build.node import instant_of

    if text is None:
        return None
    try:
        found = instant_of(text, book.zone)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise click.BadParameter(f"`{text}` is no date; write it as 2026-03-01 or 2026-03-01T10:00", param_hint=option)
    return found


def attributes_of(written: tuple[str, ...]) -> dict[str, str]:
    """The attributes of `NAME=VALUE`. Raises wrong usage."""
    found: dict[str, str] = {}
    for each in written:
        name, equals, value = each.partition("=")
        if not equals or not value or name in found:
            raise click.BadParameter(f"`{each}` is no attribute with its value, or given twice; write it as NAME=VALUE", param_hint="--attribute")
        found[name] = value
    return found
