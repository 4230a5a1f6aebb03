"""`pricebook new item|price|discount|example`: a valid, commented starting point in the right file of a book that is there."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from engine.commands.edits import change_book
from engine.commands.options import Function, OneValueEach, book_option, debug_option
from engine.commands.output import listed

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from engine.editing.dated import NewPrice
    from engine.editing.figures import PriceNumber
    from engine.model.book import BillingMode, PriceBook
    from engine.model.quotes import Quote
    from engine.store import OpenedBook

SHOWN = "The lines are shown and the book is checked with them; with new errors nothing is written. Nothing that stands there is overwritten."
MODE = click.option("--mode", metavar="MODE", help="The billing mode; may be left out where the book has one.")
SUMS = ("sum", "count", "unique")
"""Measures whose price has no period: so much for each that is counted."""


def _new(name: str, told: str, help_text: str, sample: str) -> Callable[[Function], click.Command]:
    def decorate(function: Function) -> click.Command:
        epilog = f"\b\nExample:\n  {sample}"
        made = click.command(name, cls=OneValueEach, help=f"{help_text}\n\n{SHOWN}", short_help=told, epilog=epilog)
        return made(debug_option(book_option(function)))

    return decorate


@_new(
    "item", "An item with its first price.", "Add an item to a book: to the items, to those that a billing mode sells, and to the prices.",
    "pricebook new item priority-support -b koodrive --unit user --mode yearly-monthly --price 1.50 --date 2027-01-01",
)  # fmt: skip
@click.argument("identity", metavar="ID")
@click.option("--unit", metavar="UNIT", help="What it is counted in; may be left out where the book has one unit.")
@MODE
@click.option("--price", metavar="NUMBER", help="What one costs.")
@click.option("--per", metavar="PERIOD", help="hour, day, week, month, year or once; default: month. Of what is billed by usage: a fee for each period.")
@click.option("--measure", metavar="WORD", help="Billed by usage: sum, count, unique, max, min, last or mean; default in a postpaid mode: sum.")
@click.option("--date", metavar="DATE", help="The day from which it is sold; default: today.")
def item(
    identity: str, book_name: str | None, unit: str | None, mode: str | None, price: str | None, per: str | None, measure: str | None, date: str | None
) -> int:
    """Writes the item; 1 where the book would have new errors."""
    from engine.diagnostics import Diagnostic
    from engine.editing.additions import NewItem, item_edits
    from engine.shelf import Unusable

    opened = _open(book_name)
    if opened is None:
        return 1
    book = opened.rules
    _refuse_known(identity, book.items, "item")
    sold_in = _mode(book, mode)
    if price is None:
        raise click.UsageError("An item is sold at a price. Add --price 9.00, or another number.")
    _check_price(price)
    counted_in = unit or _only(book.units, "unit", "--unit")
    usage = measure or ("sum" if sold_in.payment == "postpaid" and per is None else None)
    period = per or (None if usage in SUMS else "hour" if usage else sold_in.sold_by)
    new = NewItem(identity, counted_in, sold_in, price, period, _day(date, book), usage)
    edits = item_edits(book, opened.loaded.places.documents, new)
    if isinstance(edits, Diagnostic):
        raise Unusable(*opened.shown((edits,)))
    return change_book(opened, edits, True, False, adds=True)


@_new(
    "price", "A price of an item from a date on.", "Add a price from a date on: what is in force by then is written again, for you to edit, or with --price.",
    "pricebook new price user-expansion-package -b koodrive --date 2028-01-01",
)  # fmt: skip
@click.argument("name", metavar="ITEM")
@click.option("--date", metavar="DATE", required=True, help="The first day of the new price.")
@click.option("--announced", metavar="DATE", help="The day on which customers are told.")
@click.option("--price", metavar="NUMBER", help="The new price, where the item has one number; without it the price in force stands there.")
@click.option("--spec", metavar="SPEC", help="Of this spec only.")
@MODE
def price(name: str, book_name: str | None, date: str, announced: str | None, price: str | None, spec: str | None, mode: str | None) -> int:
    """Writes the price; 1 where the book would have new errors."""
    from engine.commands.set import day_of
    from engine.diagnostics import Diagnostic
    from engine.editing.changing import from_date
    from engine.editing.dated import Dated
    from engine.editing.finding import Wanted, figures_named
    from engine.language.names import suggestion
    from engine.shelf import Unusable

    opened = _open(book_name)
    if opened is None:
        return 1
    book, documents = opened.rules, opened.loaded.places.documents
    if name not in book.items:
        raise click.BadParameter(f"The book has no item `{name}`; {suggestion(name, book.items, 'item')['help']}", param_hint="ITEM")
    start = day_of(date, book, "--date")
    day_of(announced, book, "--announced")
    if price is not None:
        _check_price(price)
    path = f"{name}.{spec}" if spec else name
    found = figures_named(book, documents, Wanted(path, mode, at=start, dated=True))
    if not found:
        raise click.UsageError(f"No price of `{path}` is in force on {date}, so none can follow. `pricebook new item` adds an item with its first price.")
    modes = {each.entry.billing_mode for each in found}
    if len(modes) > 1:
        raise click.UsageError(f"`{name}` has prices in {listed(sorted(modes))}. Say which one with --mode.")
    if any(each.entry.conditions.effective == start for each in found):
        raise click.UsageError(f"`{path}` has a price from {date} on already. `pricebook set` edits it.")
    prices = _followed(found, price, path)
    edits = from_date(book, documents, Dated(date, announced), prices)
    if isinstance(edits, Diagnostic):
        raise Unusable(*opened.shown((edits,)))
    return change_book(opened, edits, True, False, prices if price is not None else (), start, adds=price is None)


def _followed(found: "Sequence[PriceNumber]", price: str | None, path: str) -> "list[NewPrice]":
    """What follows the prices in force: one for each entry and spec."""
    from engine.editing.dated import new_price

    numbers = [each for each in found if each.main]
    if price is not None and len({(each.file, each.path) for each in numbers}) != 1:
        names = listed(list(dict.fromkeys(each.name for each in found)))
        raise click.UsageError(f"The price of `{path}` has several numbers: {names}. Leave --price out and edit what is written, or use `pricebook set`.")
    firsts: dict[tuple[int, str | None], PriceNumber] = {}
    for each in numbers or found:
        firsts.setdefault((id(each.entry), None if each.shared and path == each.entry.item else each.entry.spec), each)
    once = {(each.file, each.path): each for each in firsts.values()} if price is not None else firsts
    return [new_price(each, path, price) if price is not None else _again(each, path) for each in once.values()]


def _again(figure: "PriceNumber", path: str) -> "NewPrice":
    from dataclasses import replace

    from engine.editing.dated import new_price

    return replace(new_price(figure, path, ""), changed={})


@_new(
    "discount", "A discount and its place in the policy.", "Add a discount: by a coupon for a year, or with --term for whoever pays ahead for so long.",
    "pricebook new discount spring -b koodrive --percent 15% --coupon SPRING-2027 --date 2027-03-01 --until 2027-06-01",
)  # fmt: skip
@click.argument("identity", metavar="ID")
@click.option("--percent", metavar="PERCENT", default="10%", show_default=True, help="How much is taken off.")
@click.option("--term", metavar="DURATION", help='For terms of this length and longer: "1 year".')
@click.option("--coupon", metavar="CODE", help="For orders that name it; default: the id in capitals.")
@click.option("--date", metavar="DATE", help="The first day of the coupon; default: today.")
@click.option("--until", metavar="DATE", help="The first day on which it is no longer taken; default: a year later.")
@MODE
def discount(
    identity: str, book_name: str | None, percent: str, term: str | None, coupon: str | None, date: str | None, until: str | None, mode: str | None
) -> int:
    """Writes the discount; 1 where the book would have new errors."""
    from engine.commands.set import day_of
    from engine.editing.additions import NewDiscount, discount_edits
    from engine.values.periods import add_months, local_date

    if term is not None and any((coupon, date, until)):
        raise click.UsageError("--term is for every order of that length. Leave --coupon, --date and --until out.")
    opened = _open(book_name)
    if opened is None:
        return 1
    book = opened.rules
    _refuse_known(identity, book.discounts, "discount")
    start = _day(date, book)
    at = day_of(start, book, "--date")
    day_of(until, book, "--until")
    end = until or (add_months(local_date(at, book.zone), 12).isoformat() if at is not None else "")
    new = NewDiscount(identity, percent, start, end, term, coupon, _mode(book, mode).id if mode else None)
    return change_book(opened, discount_edits(book, opened.loaded.places.documents, new), True, False, adds=term is None)


@_new(
    "example", "A worked example, which is a test.", "Add an example: an order as for `quote`, and what the engine computes for it, for you to check.",
    'pricebook new example large-school -b koodrive --mode yearly-monthly --term "1 year" --item basic-edition=500-users-5-tb --date 2026-09-01',
)  # fmt: skip
@click.argument("name", metavar="NAME")
@MODE
@click.option("--term", metavar="DURATION", help="How long a prepaid order runs; default: the shortest term.")
@click.option("--for", "duration", metavar="DURATION", help="How long usage is estimated for; default: 1 month.")
@click.option("--item", "items", multiple=True, metavar="ITEM=SPEC|QUANTITY|SPEC:QUANTITY", help="May be given again; default: what every order needs.")
@click.option("--date", metavar="DATE", help="The day of the order; default: today.")
@click.option("--coupon", "coupons", multiple=True, metavar="CODE", help="May be given again.")
@click.option("--attribute", "attributes", multiple=True, metavar="NAME=VALUE", help="segment=education; may be given again.")
def example(
    name: str, book_name: str | None, mode: str | None, term: str | None, duration: str | None, items: tuple[str, ...], date: str | None,
    coupons: tuple[str, ...], attributes: tuple[str, ...],
) -> int:  # fmt: skip
    """Prices the order and writes the example; 1 where it has no price."""
    from engine.commands.quote import priced_order
    from engine.editing.additions import example_edits
    from engine.language.build.flags import read_flags

    opened = _open(book_name)
    if opened is None:
        return 1
    book = opened.rules
    _refuse_known(name, book.examples, "example")
    ordered_in = _mode(book, mode)
    if ordered_in.payment == "prepaid":
        term = term or (str(ordered_in.terms[0]) if ordered_in.terms else None)
    else:
        duration = duration or "1 month"
    day = _day(date, book)
    flags = (ordered_in.id, term, items or _needed(book, ordered_in), duration, day, None, coupons, attributes)
    priced = priced_order(opened, None, flags, None, "text")
    if priced is None:
        return 1
    given = read_flags(*flags)
    return change_book(opened, example_edits(book, opened.loaded.places.documents, name, given, day, _expect(priced[1])), True, False, adds=True)


def _expect(quote: "Quote") -> str:
    """The sums of a quote as an example names them."""
    from engine.values.exact import plain
    from engine.values.money import minor_places

    places = minor_places(quote.currency)
    discounted = {"list": quote.totals.list, "discount": quote.totals.discount} if quote.totals.discount else {}
    return "{" + ", ".join(f"{key}: {plain(value, places)}" for key, value in (discounted | {"total": quote.totals.net}).items()) + "}"


def _needed(book: "PriceBook", mode: "BillingMode") -> tuple[str, ...]:
    """The least that can be ordered in the mode: what every order needs, else its first item."""
    sold = [each for each in mode.items if each.presence == "required"] or list(mode.items[:1])
    return tuple(f"{each.item}={_least(book, each.item)}" for each in sold)


def _least(book: "PriceBook", name: str) -> str:
    from engine.values.exact import plain

    found = book.items[name]
    if found.specs:
        return found.specs[0].id
    least = found.quantity.min or found.quantity.step
    return plain(least) if least else "1"


# --- what all of them ask ---------------------------------------------------------------------------------------------------------


def _open(name: str | None) -> "OpenedBook | None":
    from engine.commands.reading import priceable_book

    return priceable_book(name)


def _refuse_known(identity: str, known: "Collection[str]", kind: str) -> None:
    """Raises wrong usage for what cannot be an id, and for one that is there."""
    from engine.language.names import is_id

    if not is_id(identity):
        raise click.BadParameter(f"`{identity}` cannot be an id: use letters, digits and single `.`, `_` or `-` between them, with at least one letter.")
    near = next((each for each in known if each.casefold() == identity.casefold()), None)
    if near is not None:
        raise click.UsageError(f"The book has {'an' if kind[0] in 'aei' else 'a'} {kind} `{near}` already, and nothing is overwritten. Choose another id.")


def _mode(book: "PriceBook", name: str | None) -> "BillingMode":
    from engine.language.names import suggestion

    chosen = name or _only(book.billing_modes, "billing mode", "--mode")
    if chosen not in book.billing_modes:
        remedy = suggestion(chosen, book.billing_modes, "billing mode")["help"]
        raise click.BadParameter(f"The book has no billing mode `{chosen}`; {remedy}", param_hint="--mode")
    return book.billing_modes[chosen]


def _only(known: "Mapping[str, object]", kind: str, option: str) -> str:
    """The one there is; raises wrong usage where there are several."""
    if len(known) != 1:
        said = f"The book has several {kind}s: {listed(list(known))}" if known else f"The book declares no {kind}"
        raise click.UsageError(f"{said}. Say which one with {option}.")
    return next(iter(known))


def _check_price(text: str) -> None:
    from engine.editing.changing import why_no_price

    unfit = why_no_price(text)
    if unfit is not None:
        raise click.BadParameter(f"{unfit[0]}; {unfit[1]}", param_hint="--price")


def _day(text: str | None, book: "PriceBook") -> str:
    """The day as a rule file writes it: as given, else today."""
    from engine.commands.reading import start_of_today
    from engine.commands.set import day_of
    from engine.values.periods import local_date

    day_of(text, book, "--date")
    return text or local_date(start_of_today(book), book.zone).isoformat()
