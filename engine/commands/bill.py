"""`pricebook bill`: every invoice of a period, in any formats, numbered in order; a run that was stopped goes on."""

import click

from engine.commands.invoice_formats import PROFILES, RENDERINGS, profile_options
from engine.commands.options import NAME_OF_FILE, book_option, described, files_option, locale_option, profile_option
from engine.commands.output import ENDINGS

HELP = """Write the invoices of all accounts for a period into a folder, a document each in every format that is asked for.

Numbers are given in the order of the accounts, and kept in the folder's manifest.jsonl before anything is rendered: run the command again
after it was stopped, and it goes on. Nothing owed, no document and no number; an account that cannot be billed takes none either, and has
the next one when it is mended. The folder's summary.json has all counts and sums.
With --issued what was billed before, and is otherwise by now, is corrected."""

EXAMPLE = """pricebook bill --accounts examples/koodrive/growing-team --accounts examples/koodrive/month-by-month -b koodrive \\
    --period 2026-04 --number '2026-{0017}' -f html -f json -o out/april"""


@described(HELP, EXAMPLE)
@click.option("--period", metavar="PERIOD", required=True, help="2026-03, 2026-Q1, 2026, or 2026-03-01..2026-04-01 (the end is excluded).")
@click.option(
    "--accounts", "accounts", metavar="FILE|FOLDER", multiple=True, required=True, type=NAME_OF_FILE,
    help="An account, a folder of them, or a Parquet file with the columns account and document; may be given again.",
)  # fmt: skip
@files_option("--charges", "charges", "Charges (Parquet) that usage was rated to, of the period and of those that are corrected")
@files_option("--usage", "usage_files", "Usage (CSV or Parquet; a file, a folder, or a pattern in quotes), in place of charges")
@files_option("--issued", "issued", "An invoice issued before, as json, or a folder of them: what differs by now is corrected")
@book_option
@click.option(
    "--format", "-f", "formats", multiple=True, type=click.Choice([*RENDERINGS]), help="How the documents are written; may be given again. Default: html."
)
@click.option("--number", metavar="NUMBER", help="The first number, its counter in braces: 2026-{0017}. Without one: drafts.")
@click.option("--date", metavar="DATE", help="The day of issue; default: the first day after the period.")
@files_option("--only", "only", "An account by its id: only its documents are written, again if they are there")
@click.option("--explain", is_flag=True, help="Show every step of every line.")
@profile_option(*PROFILES)
@locale_option
@click.option("--workers", metavar="COUNT", type=click.IntRange(1, 256), help="How many processes; default: one a processor.")
@click.option("--output", "-o", metavar="FOLDER", required=True, type=NAME_OF_FILE, help="The folder of the documents, their manifest and the summary.")
def command(
    period: str, accounts: tuple[str, ...], charges: tuple[str, ...], usage_files: tuple[str, ...], issued: tuple[str, ...],
    book_name: str | None, formats: tuple[str, ...],
    number: str | None, date: str | None, only: tuple[str, ...], explain: bool, profile: str, locale: str | None, workers: int | None, output: str,
) -> int:  # fmt: skip
    """Reads the book and the usage, bills all accounts, says what became of them; 1 where one has no document."""
    from engine.commands.billing_period import day_of_issue, period_of
    from engine.commands.invoice_files import refuse_both, refuse_folder, refuse_format, refuse_number, refuse_profile

    borders = period_of(period)
    day = day_of_issue(date, *borders)
    formats = tuple(dict.fromkeys(formats)) or ("html",)
    refuse_number(number, several=True)
    refuse_folder(output, several=True)
    _refuse_one_ending(formats)
    refuse_both(bool(charges), usage_files, explain)
    for each in formats:
        refuse_format(each, number, explain)
    refuse_profile(profile, formats)
    from engine.commands.reading import language_of, priceable_book

    opened = priceable_book(book_name)
    if opened is None:
        return 1
    from pathlib import Path

    from engine.batch.account_texts import AccountTexts
    from engine.batch.manifest import Manifest
    from engine.commands.bills.billed_from import source_of
    from engine.commands.bills.period import BilledPeriod
    from engine.commands.bills.rendering import Biller, WantedDocuments
    from engine.commands.bills.summary import begin_summary, tell
    from engine.commands.progress import Progress
    from engine.documents.terminal import Look
    from engine.in_processes import can_copy, cores
    from engine.results import aside

    texts = AccountTexts(accounts)
    with source_of(opened, usage_files, charges, borders, issued) as source:
        if source is None:
            return 1
        book, language = opened.rules, language_of(locale, opened.rules)
        run = {
            "book": book.id, "book_digest": book.digest, "period": [each.isoformat() for each in borders], "date": day.isoformat(), "number": number,
            "language": language, "explain": explain, "charges" if charges else "usage": source.digest,
            **({"profile": profile} if profile != PROFILES[0] else {}),
            **({"issued": source.issued.digest} if source.issued.digest is not None else {}),
        }  # fmt: skip
        options: dict[str, object] = {"language": language, "explain": explain, "look": Look(), "raw": False, **profile_options(profile)}
        wanted = WantedDocuments(day, formats, options, number, Path(output), frozenset(only), source.issued.numbers)
        with Manifest(wanted.folder, run) as manifest:
            begin_summary(wanted.folder)
            with Progress("accounts", len(texts)) as progress, aside(wanted.folder):
                work = BilledPeriod(manifest, wanted, period, texts, progress.reached)
                outcome = work.bill(Biller(book, source, wanted), (workers or cores()) if can_copy() else 0)
            return tell(opened, manifest, run, wanted, source, outcome)


def _refuse_one_ending(formats: tuple[str, ...]) -> None:
    """Raises wrong usage for two formats whose files would have one name."""
    first: dict[str, str] = {}
    for each in formats:
        other = first.setdefault(ENDINGS[each][0], each)
        if other != each:
            raise click.UsageError(f"{other} and {each} would both be files that end with .{ENDINGS[each][0]}. Write one of them into another folder.")
