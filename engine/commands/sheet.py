"""`pricebook sheet`: the price sheet, in every format and language."""

from typing import TYPE_CHECKING

import click

from engine.commands.options import book_argument, book_option, described, format_option, locale_option, one_book, output_option
from engine.commands.output import format_of, rendered_page, write_result

if TYPE_CHECKING:
    from engine.model.book import PriceBook
    from engine.sheet.view import SheetView

HELP = """Render the price sheet: the ways to pay, prices and tiers, what each term costs, worked examples, policies, limits.

Without --customer or --attribute it is the public sheet: rules that name a customer, or an attribute declared private, stay off it.
Every number comes from the engine that prices orders, so the sheet cannot disagree with a quote. html is one self-contained
file for screen, phone and print; pdf is made from it, for archives (PDF/A) and screen readers (PDF/UA)."""


@described(HELP, "pricebook sheet koodrive --date 2026-03-01 --locale ar -o sheet.html")
@book_argument
@book_option
@click.option("--date", metavar="DATE", help="The day whose prices are shown; default: today.")
@click.option("--currency", metavar="CODE", help="Default: the book's.")
@click.option("--customer", metavar="ID", help="The sheet of one customer: what holds for it and nothing of others. Default: the public sheet.")
@click.option("--attribute", "attributes", multiple=True, metavar="NAME=VALUE", help="contract=framework: what is known of the customer; may be given again.")
@locale_option
@click.option("--template", metavar="FILE", help="A page template of your own (Jinja2, run in a sandbox); html and pdf.")
@click.option("--csv-raw", is_flag=True, help="csv for machines: texts that a spreadsheet would run as formulas stay as they are.")
@format_option("html", "pdf", "md", "csv", "xlsx", "json", "text")
@output_option
def command(
    book: str | None, book_name: str | None, date: str | None, currency: str | None, customer: str | None, attributes: tuple[str, ...],
    locale: str | None, template: str | None, csv_raw: bool, format_name: str | None, output: str | None,
) -> int:  # fmt: skip
    """Opens the book, builds the sheet, renders and writes it."""
    format_name = format_of(format_name, output, "html" if template else "text")
    if template and format_name not in ("html", "pdf"):
        raise click.UsageError(f"--template makes a page, and the format is {format_name}. Leave --template out, or use -f html or pdf.")
    if csv_raw and format_name != "csv":
        raise click.UsageError(f"--csv-raw is for csv, and the format is {format_name}. Leave --csv-raw out, or use -f csv.")
    from engine.commands.reading import currency_of, instant_of, language_of, priceable_book
    from engine.sheet import build_sheet

    opened = priceable_book(one_book(book, book_name), format_name)
    if opened is None:
        return 1
    rules = opened.rules
    language = language_of(locale, rules)
    known = _known_of(customer, attributes, rules)
    view = build_sheet(rules, instant_of(date, rules), currency_of(currency, rules), known)
    if view.header.nothing_in_force:
        _say_without_prices(view)
    if template:
        return _write_from_template(view, language, template, format_name, output)
    if format_name == "pdf":
        from engine.commands.paper import write_pdf
        from engine.documents.format import formatter
        from engine.documents.page import sheet_page

        return write_pdf(sheet_page(view, formatter(language)), view.header.at, output)
    write_result(_render(view, format_name, language, output, csv_raw), output, format_name)
    return 0


def _known_of(customer: str | None, attributes: tuple[str, ...], book: "PriceBook") -> dict[str, str]:
    """What is known of the customer whose sheet it is; an attribute that the book does not know, or a value that it cannot have, is wrong usage."""
    from engine.pricing.acceptance import check_attribute

    found = {"customer": customer} if customer else {}
    for written in attributes:
        name, equals, value = written.partition("=")
        problem = check_attribute(book, name, value) if equals and value and name not in found else None
        if not equals or not value:
            raise click.BadParameter(f"`{written}` is no attribute with its value; write it as NAME=VALUE", param_hint="--attribute")
        if name in found:
            raise click.BadParameter(f"`{name}` is given twice. Leave one of them out.", param_hint="--attribute")
        if problem is not None:
            raise click.BadParameter(f"{problem[1]}; {problem[2]}", param_hint="--attribute")
        found[name] = value
    return found


def _say_without_prices(view: "SheetView") -> None:
    """The warning that the sheet has no prices, which a date mistyped by a year is enough for."""
    from engine.commands.output import say
    from engine.values.periods import local_date, zone

    header = view.header
    day = local_date(header.at, zone(header.timezone))
    begin = f"; the first one begins on {local_date(header.prices_begin, zone(header.timezone))}" if header.prices_begin else ""
    say(f"No price in {header.currency} is in force on {day}{begin}. The sheet is written without prices.")


def _render(view: "SheetView", format_name: str, language: str, output: str | None, csv_raw: bool) -> str | bytes:
    match format_name:
        case "csv":
            from engine.documents.sheet_csv import render_sheet_csv

            return render_sheet_csv(view, language, csv_raw)
        case "xlsx":
            from engine.documents.format import formatter
            from engine.documents.sheet_workbook import sheet_workbook
            from engine.documents.workbook import workbook_bytes
            from engine.values.periods import local_date, zone

            f, header = formatter(language), view.header
            title = header.title.read(language, view.names.language) or header.book_id
            return workbook_bytes(sheet_workbook(view, f), title, local_date(header.at, zone(header.timezone)), f.right_to_left)
        case "json":
            from engine.documents.sheet_json import render_sheet_json

            return render_sheet_json(view)
    from engine.documents.format import formatter
    from engine.documents.page import sheet_page

    return rendered_page(sheet_page(view, formatter(language)), format_name, output)


def _write_from_template(view: "SheetView", language: str, template: str, format_name: str, output: str | None) -> int:
    """The page by a template of the user, which runs in processes of its own; 1 where it cannot be made, with the reasons."""
    from engine.commands.paper import write_or_tell
    from engine.documents.format import formatter
    from engine.documents.html import with_styles
    from engine.documents.page import sheet_page
    from engine.store import read_input
    from engine.workers import lay_out_page, render_user_template

    content = read_input(template)
    made, problems = render_user_template(template, content, with_styles(sheet_page(view, formatter(language))))
    if made is not None and format_name == "pdf":
        made, problems = lay_out_page(template, content, made, view.header.at)
    return write_or_tell(made, problems, output, {template: content.decode("utf-8", "replace")})
