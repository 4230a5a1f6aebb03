"""`pricebook invoice`: what an account owes for a period, as a document, a table, data or an e-invoice."""

import click

from engine.commands.e_invoice_check import check_file
from engine.commands.invoice_formats import PROFILES, RENDERINGS, profile_options
from engine.commands.options import NAME_OF_FILE, book_option, described, files_option, format_option, locale_option, output_option, profile_option
from engine.commands.output import format_of, look

HELP = """Render an account's invoice for a period: its events and its usage, each line with where its amount comes from.

Several accounts, or a folder of them, have a document each in the folder that -o names. Invoices that were issued before are given with
--issued (as json, or a folder of them): a record or an event that came later becomes a correction, never a changed past invoice. The
number comes from you; without one the document is a draft, and an e-invoice is refused. Where nothing is owed no number is used."""

EXAMPLE = """pricebook invoice examples/koodrive/project-by-the-hour/account.yaml -b koodrive --period 2026-03 \\
    --usage examples/koodrive/project-by-the-hour/usage-2026-03.csv --number 2026-0017 --explain"""


@described(HELP, EXAMPLE)
@click.option(
    "--check",
    metavar="FILE",
    is_eager=True,
    expose_value=False,
    callback=check_file,
    help="Say what the rules say of a finished e-invoice (UBL, CII, Factur-X), whoever wrote it; needs nothing else.",
)
@click.argument("accounts", metavar="ACCOUNT|FOLDER...", nargs=-1, required=True, type=NAME_OF_FILE)
@book_option
@click.option("--period", metavar="PERIOD", required=True, help="2026-03, 2026-Q1, 2026, or 2026-03-01..2026-04-01 (the end is excluded).")
@files_option("--usage", "usage_files", "A usage file (CSV)")
@files_option("--charges", "charges_files", "Charges of a period (Parquet) in place of its usage")
@files_option("--issued", "issued_files", "An invoice issued before, as json, or a folder of them")
@click.option("--number", metavar="NUMBER", help="The invoice's number; of several the first, its counter in braces: 2026-{0017}. Without one: drafts.")
@click.option("--date", metavar="DATE", help="The day of issue; default: the first day after the period.")
@click.option("--paid", metavar="AMOUNT", help="What was paid already, in the invoice's currency.")
@click.option("--explain", is_flag=True, help="Show every step of every line.")
@profile_option(*PROFILES)
@locale_option
@click.option("--csv-raw", is_flag=True, help="csv for machines: texts that a spreadsheet would run as formulas stay as they are.")
@format_option(*RENDERINGS)
@output_option
def command(
    accounts: tuple[str, ...], book_name: str | None, period: str, usage_files: tuple[str, ...], charges_files: tuple[str, ...],
    issued_files: tuple[str, ...], number: str | None,
    date: str | None, explain: bool, profile: str, locale: str | None, csv_raw: bool, paid: str | None, format_name: str | None,
    output: str | None,
) -> int:  # fmt: skip
    """Reads the accounts and their usage, makes the invoices, writes them; 1 where an account has none."""
    from engine.commands.billing_period import day_of_issue, period_of
    from engine.commands.invoice_files import InvoiceRequest, refuse_both, refuse_folder, refuse_format, refuse_number, refuse_profile, write_invoices
    from engine.commands.invoicing import Asked, make_invoices

    first, after = period_of(period)
    day = day_of_issue(date, first, after)
    if format_name == "focus" and output and output.lower().endswith(".parquet"):
        format_name = "focus-parquet"
    format_name = format_of(format_name, output, "text", tuple(RENDERINGS))
    refuse_both(bool(charges_files), usage_files, explain)
    asked = Asked(accounts, (first, after), usage_files, issued_files, charges_files)
    refuse_number(number, asked.several)
    refuse_folder(output, asked.several)
    if paid is not None and asked.several:
        raise click.UsageError("What was paid already is said of one invoice. Bill the accounts one by one, or leave --paid out.")
    refuse_format(format_name, number, explain)
    refuse_profile(profile, (format_name,))
    if csv_raw and format_name != "csv":
        raise click.UsageError(f"--csv-raw is for csv, and the format is {format_name}. Leave --csv-raw out, or use -f csv.")
    from engine.commands.reading import language_of, priceable_book

    opened = priceable_book(book_name, format_name)
    if opened is None:
        return 1
    options = {"language": language_of(locale, opened.rules), "explain": explain, "look": look(output), "raw": csv_raw, **profile_options(profile)}
    outcome = make_invoices(opened, asked, format_name)
    rendering = RENDERINGS[format_name]
    wanted = InvoiceRequest(number, day, period, rendering, format_name, options, output, asked.several, paid)
    return write_invoices(opened, outcome, wanted)
