"""What several commands read: a book that can be priced, an order, the date of today."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.options import why_unreadable
from engine.commands.output import counted, has_colour, listed, say, say_as_it_is, width, write_result
from engine.commands.process import OutputLost
from engine.diagnostics.accounts import ISSUED_UNPROVEN
from engine.diagnostics.record import Diagnostic
from engine.shelf import called, find_book
from engine.store import OpenedBook, open_book

if TYPE_CHECKING:
    from engine.model.accounts import Account
    from engine.model.book import PriceBook
    from engine.model.invoices import Invoice, Issue

    Issued = tuple[Invoice, Issue]

IN_ACCOUNTS = {"customer", "subscriptions"}
"""Keys that an account has and an order has not."""


def priceable_book(name: str | None, format_name: str = "text") -> OpenedBook | None:
    """The book, opened; None where errors stand in the way: they have then been shown, and the exit code is 1."""
    opened = open_book(find_book(name))
    return None if show_obstacles(opened, format_name) else opened


def show_obstacles(opened: OpenedBook, format_name: str) -> bool:
    """Whether errors stand in the way of pricing the book; they have then been shown."""
    found = obstacles(opened)
    if opened.book is not None and not found:
        return False
    errors = sum(finding.severity == "error" for finding in found)
    show_findings(found, opened.sources, format_name)
    say(f"{opened.folder.name}: {counted(errors, 'error')}; no price can be computed before `pricebook check {called(opened.folder)}` is clean")
    return True


def obstacles(opened: OpenedBook) -> tuple[Diagnostic, ...]:
    """What stands in the way of pricing: the book's errors, or all that was found where there is no book; nothing where it can be priced."""
    errors = tuple(finding for finding in opened.diagnostics if finding.severity == "error")
    return errors or (opened.diagnostics if opened.book is None else ())


def show_findings(findings: Iterable[Diagnostic], sources: Mapping[str, str], format_name: str) -> None:
    """Findings in place of a result: JSON to stdout where JSON was asked for and there is a stdout, else text to stderr."""
    import sys

    from engine.commands.usage_files import with_excerpts
    from engine.documents.findings import render_findings

    findings = tuple(findings)
    if format_name == "json":
        with suppress(OutputLost):
            write_result(render_findings(findings, {}, "json", False, width()), form="json")
            return
    say_as_it_is(render_findings(findings, with_excerpts(sources, findings), "text", has_colour(sys.stderr), width()).rstrip("\n"))


def start_of_today(book: "PriceBook") -> datetime:
    """The instant at which today began in the book's time zone. The only clock on which an answer depends."""
    from engine.values.periods import local_date, start_of_day

    return start_of_day(local_date(datetime.now(UTC), book.zone), book.zone)


def instant_of(text: str | None, book: "PriceBook") -> datetime:
    """A `--date`: a day, or an instant of the book's zone or with offset; today where none is given, which is then said."""
    from engine.values.bounds import in_years
    from engine.values.periods import local_date, local_instant

    if text is None:
        today = start_of_today(book)
        say(f"date: {local_date(today, book.zone)}, today in {book.timezone}")
        return today
    try:
        written = datetime.fromisoformat(text) if text[:4].isdigit() and "-" in text else None
        if written is None:
            raise ValueError(text)
        in_years(written)
        return written.astimezone(UTC) if written.tzinfo else local_instant(written, book.zone)
    except ValueError as fault:
        said = why_unreadable(text, fault, "`{}` is no date; write it as 2026-03-01 or 2026-03-01T10:00")
        raise click.BadParameter(said, param_hint="--date") from None


def language_of(locale: str | None, book: "PriceBook") -> str:
    """The language of a document: as asked for, else the book's."""
    from engine.documents.translations import LANGUAGES, UnknownLanguage, translator

    name = locale or (book.language if book.language in LANGUAGES else "en")
    try:
        translator(name)
    except UnknownLanguage as error:
        raise click.BadParameter(str(error), param_hint="--locale") from None
    return name


def currency_of(code: str | None, book: "PriceBook") -> str:
    """The currency of a document: as asked for, else the book's; one without any price is wrong usage."""
    known = {book.currency, *(entry.currency for entry in book.prices)}
    if code is None or code in known:
        return code or book.currency
    raise click.BadParameter(f"the book has no price in `{code}`; its prices are in {', '.join(sorted(known))}", param_hint="--currency")


def read_account(name: str, book: "PriceBook", sources: dict[str, str]) -> tuple["Account | None", tuple[Diagnostic, ...]]:
    """The account of a file; None with the reasons where it cannot be read."""
    from engine.language.build import load_account
    from engine.store import read_input

    content = read_input(name)
    refuse_order(name, content)
    sources[name] = content.decode("utf-8-sig", "replace")
    return load_account(name, content, book)


def refuse_order(name: str, content: bytes) -> None:
    """Raises wrong usage for an order in the place of an account."""
    keys = _keys(name, content)
    if "billing_mode" in keys and not IN_ACCOUNTS & keys:
        raise click.UsageError(f"`{name}` is an order, and an account is needed here. `pricebook quote {name}` prices it.")


def refuse_account(name: str, content: bytes) -> None:
    """Raises wrong usage for an account in the place of an order."""
    if is_account(name, content):
        raise click.UsageError(f"`{name}` is an account, and an order is needed here. `pricebook invoice {name} --period MONTH` bills it.")


def read_issued(names: Sequence[str], book: "PriceBook", sources: dict[str, str]) -> tuple[list["Issued"], list["Issued"], tuple[Diagnostic, ...]]:
    """The invoices that were issued before, each with its number and date: those that are named, those in folders that are named, and
    what is wrong with their files.
    """
    from engine.language.build import load_issued
    from engine.store import read_input

    named: list[Issued] = []
    in_folders: list[Issued] = []
    problems: list[Diagnostic] = []
    for name, below in issued_files(names).items():
        found = in_folders if below else named
        content = read_input(name)
        sources[name] = content.decode("utf-8-sig", "replace")
        made, wrong = load_issued(name, content, book)
        problems += wrong
        found += [made] if made is not None else []
    return named, in_folders, tuple(_said_once(problems))


def issued_files(names: Iterable[str]) -> dict[str, bool]:
    """The files of issued invoices that are meant, and of each whether it lies in a folder that is named; what `bill` says of its run is none."""
    from engine.batch.manifest import MANIFEST, SUMMARY
    from engine.shelf import files_below

    found: dict[str, bool] = {}
    for name in names:
        if Path(name).is_dir():
            below = [each for each in sorted(files_below(Path(name))) if each.suffix == ".json"]
            found |= {str(each): True for each in below if each.name != SUMMARY or not each.with_name(MANIFEST).exists()}
        else:
            found[name] = False
    return found


def _said_once(problems: list[Diagnostic]) -> list[Diagnostic]:
    """The findings; that invoices carry no digest is one, at the first of them, however many an older version wrote."""
    unproven = [each for each in problems if each.code == ISSUED_UNPROVEN.code]
    others = [each.span.file for each in unproven[1:] if each.span is not None]
    first = [replace(each, notes=(f"{counted(len(others), 'other')} like it: {listed(others)}",) if others else ()) for each in unproven[:1]]
    return [*(each for each in problems if each not in unproven), *first]


def read_account_or_order(name: str, book: "PriceBook", sources: dict[str, str]) -> tuple["Account | None", tuple[Diagnostic, ...]]:
    """The account of a file, or of an order file as what was bought; None with the reasons where it cannot be read."""
    from engine.store import read_input

    content = read_input(name)
    sources[name] = content.decode("utf-8-sig", "replace")
    return account_or_order(name, content, book)


def account_or_order(name: str, content: bytes, book: "PriceBook") -> tuple["Account | None", tuple[Diagnostic, ...]]:
    """The account in a text, or the order in it as what was bought; None with the reasons where it cannot be read."""
    from engine.billing.further import account_of_order
    from engine.language.build import load_account, load_order

    if is_account(name, content):
        return load_account(name, content, book)
    order, problems = load_order(name, content, book, None)
    return (account_of_order(order) if order is not None else None), problems


def is_account(name: str, content: bytes) -> bool:
    """Whether a file is an account: it names a `customer` or `subscriptions`; an order has neither."""
    return bool(IN_ACCOUNTS & _keys(name, content))


def is_order(name: str, content: bytes) -> bool:
    """Whether a file names a billing mode, as an order does and a file of a book does not, or cannot be read."""
    from engine.language.document import read_document

    document, _ = read_document(name, content)
    return document is None or "billing_mode" in _keys(name, content)


def may_be_account(name: str, content: bytes) -> bool:
    """Whether a file of a folder is an account, or one that cannot be read: what is wrong with it must not pass for an order."""
    from engine.language.document import read_document

    document, _ = read_document(name, content)
    return document is None or (isinstance(document.data, dict) and "subscriptions" in document.data)


def written_id(name: str, content: bytes) -> str | None:
    """The id that an account says it has, also where the rest of it is wrong; None where none can be read."""
    from engine.language.document import read_document

    document, _ = read_document(name, content)
    found = document.data.get("id") if document is not None and isinstance(document.data, dict) else None
    return found if isinstance(found, str) else None


def _keys(name: str, content: bytes) -> set[str]:
    """The keys at the top of a file; none where it cannot be read as a mapping."""
    from engine.language.document import read_document

    document, _ = read_document(name, content)
    return set(document.data) if document is not None and isinstance(document.data, dict) else set()
