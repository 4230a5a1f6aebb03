"""`pricebook quote`: what an order costs, with every step."""

from typing import TYPE_CHECKING

import click

from engine.commands.options import book_option, described, file_argument, format_option, head_options, locale_option, output_option
from engine.commands.output import format_of, rendered_page, say, write_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.diagnostics import Diagnostic
    from engine.language.build.flags import OrderOptions
    from engine.model.book import PriceBook
    from engine.model.orders import Order
    from engine.model.quotes import Quote, Refusal
    from engine.review.terms import TermOffer
    from engine.store import OpenedBook

HELP = """Price an order: from options, from an order file, or an example of the book.

The date is today in the book's time zone unless one is given. --explain shows each step with the rule that it comes from, and the
rules that did not apply with the reason."""

EXAMPLE = """pricebook quote -b koodrive --mode yearly-monthly --term "1 year" --date 2026-03-01 \\
    --item basic-edition=50-users-500-gb --item user-expansion-package=10 --explain"""


@described(HELP, EXAMPLE)
@file_argument("order", "[ORDER]", required=False)
@book_option
@click.option("--mode", metavar="MODE", help="The billing mode.")
@click.option("--term", metavar="DURATION", help='How long a prepaid order runs: "1 year".')
@click.option("--for", "duration", metavar="DURATION", help='How long usage is estimated for: "720 hours".')
@click.option("--item", "items", multiple=True, metavar="ITEM=SPEC|QUANTITY|SPEC:QUANTITY", help='"storage=200 GB", users=10; may be given again.')
@click.option("--date", metavar="DATE", help="The day of the order; default: today.")
@click.option("--currency", metavar="CODE", help="Default: the book's.")
@click.option("--coupon", "coupons", multiple=True, metavar="CODE", help="May be given again.")
@click.option("--attribute", "attributes", multiple=True, metavar="NAME=VALUE", help="segment=education; may be given again.")
@click.option("--example", metavar="NAME", help="Price an example of the book.")
@click.option("--explain", is_flag=True, help="Show every step.")
@click.option("--compare", is_flag=True, help="Show what the same order costs for every term on sale.")
@head_options
@locale_option
@format_option("text", "json", "html", "pdf", "md", "csv", "xlsx")
@output_option
def command(
    order: str | None, book_name: str | None, mode: str | None, term: str | None, duration: str | None, items: tuple[str, ...], date: str | None,
    currency: str | None, coupons: tuple[str, ...], attributes: tuple[str, ...], example: str | None, explain: bool, compare: bool, number: str | None,
    customer: str | None, valid_until: str | None, locale: str | None, format_name: str | None, output: str | None,
) -> int:  # fmt: skip
    """Reads the order, prices it, prints the quote; 1 where the order has no price."""
    flags = (mode, term, items, duration, date, currency, coupons, attributes)
    _one_source(order, flags, example)
    from engine.commands.reading import language_of, priceable_book

    format_name = format_of(format_name, output, "text")
    if compare and format_name in ("csv", "xlsx"):
        raise click.UsageError(f"{format_name} has no place for other terms. Compare with -f text, md, html, pdf or json.")
    if explain and format_name == "csv":
        raise click.UsageError(f"{format_name} has a row for each line and no place for its steps. Explain with -f text, md, html or json.")
    opened = priceable_book(book_name, format_name)
    if opened is None:
        return 1
    language = language_of(locale, opened.rules)
    priced = priced_order(opened, order, flags, example, format_name)
    if priced is None:
        return 1
    wanted, quote = priced
    quote = with_head(quote, number, customer, valid_until, format_name)
    offers = _offers(opened, wanted) if compare else ()
    return write_quote(quote, opened.rules, format_name, language, explain, output, offers)


def with_head(quote: "Quote", number: str | None, customer: str | None, valid_until: str | None, format_name: str) -> "Quote":
    """The quote with what makes it a paper for somebody; as it is where nothing of that was given. Raises wrong usage."""
    if number is None and customer is None and valid_until is None:
        return quote
    from dataclasses import replace

    from engine.commands.billing_period import day_of
    from engine.model.quotes import QuoteHead

    if format_name in ("csv", "xlsx"):
        raise click.UsageError(f"{format_name} has no place for number, customer and last day of a quote. Write -f text, md, html, pdf or json.")
    last = day_of(valid_until, quote.at.date(), "--valid-until") if valid_until is not None else None
    return replace(quote, head=QuoteHead((number or "").strip(), (customer or "").strip(), last))


def _offers(opened: "OpenedBook", order: "Order") -> "tuple[TermOffer, ...]":
    from engine.review.terms import compare_terms

    offers = compare_terms(opened.rules, order)
    if not offers:
        raise click.UsageError(f"`{order.billing_mode}` has no terms to compare. Leave --compare out, or order in a mode that is paid for a term.")
    return offers


def write_quote(
    quote: "Quote", book: "PriceBook", format_name: str, language: str, explain: bool, output: str | None, offers: "Sequence[TermOffer]" = ()
) -> int:
    """Renders the quote and writes it, whole or not at all; `offers` are compared with it."""
    if format_name == "pdf":
        from engine.commands.paper import write_pdf
        from engine.documents.format import formatter
        from engine.documents.quote_page import quote_page

        return write_pdf(quote_page(quote, book, formatter(language), explain, offers), quote.at, output)
    write_result(_render(quote, book, format_name, language, explain, output, offers), output, format_name)
    return 0


def _one_source(order: str | None, flags: "OrderOptions", example: str | None) -> None:
    sources = [name for name, given in (("an order file", order), ("options", any(flags)), ("--example", example)) if given]
    if not sources:
        raise click.UsageError("No order is given: name an order file, an example (--example), or say --mode, --term and --item.")
    if order:
        _refuse_book_as_order(order)
    if len(sources) > 1:
        raise click.UsageError(f"The order is given twice: by {' and by '.join(sources)}. Give it in one way.")


def _refuse_book_as_order(order: str) -> None:
    from pathlib import Path

    from engine.shelf import is_book_name

    if not Path(order).is_file() and is_book_name(order):
        raise click.UsageError(f"`{order}` is a book, and `quote` takes an order file there. Name the book with `-b {order}`.")


def priced_order(opened: "OpenedBook", order: str | None, flags: "OrderOptions", example: str | None, format_name: str) -> "tuple[Order, Quote] | None":
    """The order and its quote; None where it has none: the reasons have then been shown."""
    from engine.commands.reading import show_findings
    from engine.model.quotes import Refusal
    from engine.pricing import price_order, quote_notes

    sources = dict(opened.sources)
    if example:
        wanted, problems = _example_order(opened, example)
    else:
        wanted, problems = _read_order(opened, order, flags, sources)
    outcome = price_order(opened.rules, wanted) if wanted is not None else Refusal(tuple(problems))
    if any(flags):
        outcome, problems = _in_options(outcome, problems, flags)
    if isinstance(outcome, Refusal) or wanted is None:
        show_findings(opened.shown(outcome.diagnostics if isinstance(outcome, Refusal) else problems), sources, format_name)
        return None
    notes = (*problems, *quote_notes(opened.rules, outcome))
    if notes:
        show_findings(opened.shown(notes), sources, "text")
    return wanted, outcome


def _in_options(outcome: "Quote | Refusal", problems: "Sequence[Diagnostic]", flags: "OrderOptions") -> tuple["Quote | Refusal", tuple["Diagnostic", ...]]:
    """The same outcome and findings, about the options that were typed."""
    from engine.commands.in_options import in_options
    from engine.language.build.flags import read_flags
    from engine.model.quotes import Refusal

    typed = read_flags(*flags)
    if isinstance(outcome, Refusal):
        outcome = Refusal(in_options(outcome.diagnostics, typed))
    return outcome, in_options(problems, typed)


def _example_order(opened: "OpenedBook", name: str) -> tuple["Order | None", tuple["Diagnostic", ...]]:
    from engine.model.orders import Order
    from engine.model.quotes import Refusal

    found = opened.rules.examples.get(name)
    if found is None:
        raise click.UsageError(f"The book has no example `{name}`. Its examples are {', '.join(opened.rules.examples) or 'none'}.")
    if isinstance(found.given, Refusal):
        return None, found.given.diagnostics
    if found.needs_history or not isinstance(found.given, Order):
        raise click.UsageError(f"The example `{name}` is an account's history, and a quote prices orders. `pricebook test -k {name}` makes its invoice.")
    return found.given, ()


def _read_order(opened: "OpenedBook", order: str | None, flags: "OrderOptions", sources: dict[str, str]) -> tuple["Order | None", tuple["Diagnostic", ...]]:
    """The order of a file or of the options; where it names no day it is of today, which is then said."""
    from engine.commands.reading import refuse_account, start_of_today
    from engine.language.build import load_order, order_from_flags
    from engine.store import read_input
    from engine.values.periods import local_date

    book, today = opened.rules, start_of_today(opened.rules)
    if order:
        content = read_input(order)
        refuse_account(order, content)
        sources[order] = content.decode("utf-8-sig", "replace")
        wanted, problems = load_order(order, content, book, today)
    else:
        wanted, problems = order_from_flags(*flags, book, today)
    if wanted is not None and wanted.at == today:
        say(f"date: {local_date(today, book.zone)}, today in {book.timezone}")
    return wanted, problems


def _render(
    quote: "Quote", book: "PriceBook", format_name: str, language: str, explain: bool, output: str | None, offers: "Sequence[TermOffer]"
) -> str | bytes:
    match format_name:
        case "json":
            from engine.documents.quote_json import render_quote_json

            return render_quote_json(quote, book, offers)
        case "csv":
            from engine.documents.quote_csv import render_quote_csv

            return render_quote_csv(quote, book, language)
        case "xlsx":
            from engine.documents.quote_xlsx import render_quote_xlsx

            return render_quote_xlsx(quote, book, language)
    from engine.documents.format import formatter
    from engine.documents.quote_page import quote_page

    return rendered_page(quote_page(quote, book, formatter(language), explain, offers), format_name, output)
