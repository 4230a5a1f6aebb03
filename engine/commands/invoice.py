"""`pricebook invoice`: what an account owes for a period, as a document, a table, data or an e-invoice."""

from dataclasses import dataclass, replace

import click

from engine.commands.invoice_formats import RENDERINGS
from engine.commands.options import book_option, described, file_argument, files_option, format_option, locale_option, output_option
from engine.commands.output import counted, format_of, look, say, write_result

HELP = """Render an account's invoice for a period: its events and its usage, each line with where its amount comes from.

Invoices that were issued before are given with --issued (as json): a record or an event that came later becomes a correction, never
a changed past invoice. The number comes from you; without one the document is a draft, and an e-invoice is refused."""

EXAMPLE = """pricebook invoice examples/koodrive/project-by-the-hour/account.yaml -b koodrive --period 2026-03 \\
    --usage examples/koodrive/project-by-the-hour/usage-2026-03.csv --number 2026-0017 --explain"""


LONGEST_NUMBER = 64
"""Characters of an invoice's number."""


@described(HELP, EXAMPLE)
@file_argument("account", "ACCOUNT")
@book_option
@click.option("--period", metavar="PERIOD", required=True, help="2026-03, 2026-Q1, 2026, or 2026-03-01..2026-04-01 (the end is excluded).")
@files_option("--usage", "usage_files", "A usage file (CSV)")
@files_option("--issued", "issued_files", "An invoice issued before, as json")
@click.option("--number", metavar="NUMBER", help="The invoice's number; without one it is a draft.")
@click.option("--date", metavar="DATE", help="The day of issue; default: the first day after the period.")
@click.option("--explain", is_flag=True, help="Show every step of every line.")
@locale_option
@click.option("--csv-raw", is_flag=True, help="csv for machines: texts that a spreadsheet would run as formulas stay as they are.")
@format_option(*RENDERINGS)
@output_option
def command(
    account, book_name, period, usage_files, issued_files, number, date, explain, locale, csv_raw, format_name, output
) -> int:
    """Reads the account and its usage, makes the invoice, writes it; 1 where there is none."""
    from engine.commands.billing_period import day_of, period_of

    first, after = period_of(period)
    day = day_of(date, after, "--date")
    if day < first:
        raise click.BadParameter(f"{day} is before the period begins; an invoice is issued in its period or after it", param_hint="--date")
    if format_name == "focus" and output and output.lower().endswith(".parquet"):
        format_name = "focus-parquet"
    format_name = format_of(format_name, output, "text", tuple(RENDERINGS))
    _refuse_combinations(format_name, number, explain, csv_raw)
    from engine.commands.reading import language_of, priceable_book

    opened = priceable_book(book_name, format_name)
    if opened is None:
        return 1
    language = language_of(locale, opened.book)
    made = _make(opened, account, (first, after), usage_files, issued_files, format_name, number)
    if made is None:
        return 1
    if not made.invoice.lines:
        say(f"{made.invoice.account}: nothing is owed for {period}")
    options = {"language": language, "explain": explain, "look": look(output), "raw": csv_raw}
    return _write(opened, made, (number, day), RENDERINGS[format_name], options, output)


@dataclass(frozen=True, slots=True)
class Made:
    """An invoice, the numbers of those that it corrects, where its customer was written, and the texts that were read."""

    invoice: object
    preceding: tuple[str, ...]
    customer: object
    sources: dict[str, str]


def _refuse_combinations(format_name: str, number, explain: bool, csv_raw: bool) -> None:
    rendering = RENDERINGS[format_name]
    if number is not None and not number.strip():
        raise click.UsageError("The number is empty. Give the invoice's number, or leave --number out for a draft.")
    if number is not None and (not number.isprintable() or len(number) > LONGEST_NUMBER):
        reason = f"is longer than {LONGEST_NUMBER} characters" if number.isprintable() else "holds characters that cannot be seen"
        raise click.UsageError(f"The number {reason}. A number is plain characters on one line, at most {LONGEST_NUMBER}: 2026-0017.")
    if explain and not rendering.explains:
        told = ", ".join(name for name, each in RENDERINGS.items() if each.explains)
        raise click.UsageError(f"{format_name} has no place for the steps of a line. Explain with {told}.")
    if csv_raw and format_name != "csv":
        raise click.UsageError(f"--csv-raw is for csv, and the format is {format_name}. Leave --csv-raw out, or use -f csv.")
    if rendering.electronic and number is None:
        raise click.UsageError(f"An invoice in the format {format_name} has a number (BR-02), and none is given. Add --number.")


def _make(opened, name: str, period: tuple, usage_files, issued_files, format_name: str, number: str | None):
    """The invoice; None where there is none: the reasons have then been shown."""
    from engine.billing import invoice_notes, make_invoice
    from engine.commands.reading import read_account, read_issued, read_usage_of, show_findings
    from engine.model.invoices import InvoiceRefusal
    from engine.values.periods import start_of_day

    book, sources = opened.book, dict(opened.sources)
    account, problems = read_account(name, book, sources)
    issued, mistakes = read_issued(issued_files, book, sources)
    used, digest, wrong = read_usage_of(usage_files, book, sources)
    problems = (*problems, *mistakes, *wrong)
    if account is None or any(each.severity == "error" for each in problems):
        show_findings(opened.shown(problems), sources, format_name)
        return None
    if problems:
        show_findings(opened.shown(problems), sources, "text")
    _refuse_number_again(number, issued)
    start, end = (start_of_day(day, book.zone) for day in period)
    before = tuple(each for each, _ in issued)
    if usage_files:
        say(_usage_told(used, len(usage_files), account.id, [(start, end), *((each.start, each.end) for each in before)]))
    invoice = make_invoice(book, account, used.records, start, end, before)
    if isinstance(invoice, InvoiceRefusal):
        # What is said of the issued invoices as a whole stands in no file: it is about the option.
        told = (replace(each, subject="--issued") if each.subject == "issued" and each.span is None else each for each in invoice.diagnostics)
        show_findings(opened.shown(told), sources, format_name)
        return None
    notes = invoice_notes(book, account, invoice, used.records, before)
    if notes:
        show_findings(opened.shown(notes), sources, "text")
    corrected = {line.corrects for line in invoice.lines}
    preceding = tuple(document.number for each, document in issued if (each.start, each.end) in corrected and document.number)
    return Made(replace(invoice, usage_digest=digest), preceding, account.origin, sources)


def _refuse_number_again(number: str | None, issued) -> None:
    """Raises wrong usage where the number is that of an invoice that was issued before: two documents would have the same name."""
    if number is not None and any(document.number.strip() == number.strip() for _, document in issued):
        raise click.UsageError(f"The number {number} is that of an invoice given with --issued. Each invoice has a number of its own.")


def _usage_told(used, files: int, account: str, spans) -> str:
    """How many records there are, and how many of them are not in this invoice: dropped, in no period that is looked at, or others'."""
    own = [record for record in used.records if record.account == account]
    outside = sum(1 for record in own if not any(start <= record.at < end for start, end in spans))
    others = len(used.records) - len(own)
    parts = [
        f"usage: {counted(len(used.records), 'record')} of {counted(files, 'file')}",
        *([f"{counted(used.duplicates, 'duplicate')} dropped"] if used.duplicates else ()),
        *([f"{outside} outside the period{'s' if len(spans) > 1 else ''}"] if outside else ()),
        *([f"{others} for other accounts"] if others else ()),
    ]
    return ", ".join(parts)


def _write(opened, made: Made, numbered: tuple, rendering, options: dict[str, object], output) -> int:
    """Renders the invoice under its number and date, and writes it whole or not at all."""
    from engine.billing import issue
    from engine.commands.invoice_formats import render

    book, invoice = opened.book, made.invoice
    issued = issue(book, invoice, *numbered, made.preceding)
    if rendering.electronic:
        from engine.commands.electronic import Electronic, write_electronic

        return write_electronic(Electronic(opened, invoice, issued, made.customer, made.sources), rendering, options, output)
    content = render(rendering, invoice, issued, book, options)
    if rendering.paper:
        from engine.commands.paper import write_pdf
        from engine.values.periods import start_of_day

        return write_pdf(content, start_of_day(issued.date, book.zone), output)
    if isinstance(content, tuple):
        from engine.commands.paper import write_or_tell

        return write_or_tell(*content, output)
    write_result(content, output)
    return 0
