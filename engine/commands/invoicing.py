"""From files to invoices: usage and issued invoices are read once, and each account has its invoice or its findings.

Contract: what is wrong with one account hides nothing of the others.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.commands.output import counted, listed, say
from engine.diagnostics import Diagnostic

if TYPE_CHECKING:
    from engine.billing.ledger import Known
    from engine.commands.reading import Issued
    from engine.model.accounts import Account
    from engine.model.book import PriceBook
    from engine.model.invoices import Invoice
    from engine.store import OpenedBook


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be billed: files or folders of accounts, the first day of the period and the one after it, usage or charges of it, issued
    invoices.
    """

    accounts: tuple[str, ...]
    period: tuple[date, date]
    usage: tuple[str, ...]
    issued: tuple[str, ...]
    charges: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether each account has a file of its own in a folder: more than one is named, or a folder of them."""
        return len(self.accounts) > 1 or Path(self.accounts[0]).is_dir()


@dataclass(frozen=True, slots=True)
class Made:
    """An account's invoice, and the numbers of the issued ones that it puts right."""

    account: "Account"
    invoice: "Invoice"
    preceding: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The invoices in the order of the accounts, how many accounts cannot be billed, the numbers that were given before, the texts."""

    made: tuple[Made, ...]
    refused: int
    numbers: frozenset[str]
    sources: dict[str, str]


def make_invoices(opened: "OpenedBook", asked: Asked, format_name: str) -> Outcome:
    """Reads everything and bills each account; what is found is shown, of all accounts together."""
    from engine.commands.reading import read_account, read_issued, show_findings
    from engine.commands.usage_files import charges_of, rated_usage, read_usage_of, usage_told
    from engine.values.periods import start_of_day

    book, sources = opened.rules, dict(opened.sources)
    accounts: list[tuple[str, Account]] = []
    found: list[Diagnostic] = []
    names = list(account_files(asked.accounts))
    for name in names:
        account, problems = read_account(name, book, sources)
        found += problems
        if account is not None and not _errors(problems):
            accounts.append((name, account))
    _refuse_twice(accounts)
    named, in_folders, wrong = read_issued(asked.issued, book, sources)
    used, digest = read_usage_of(asked.usage, book, accounts={account.id for _, account in accounts} if accounts else None)
    found += (*wrong, *used.diagnostics)
    borders = (start_of_day(asked.period[0], book.zone), start_of_day(asked.period[1], book.zone))
    rated = charges_of(asked.charges, book, borders)
    given = [_issued_of(account, named, in_folders, asked.several) for _, account in accounts]
    if asked.usage and accounts:
        spans = [borders, *((each.start, each.end) for pairs in given for each, _ in pairs)]
        say(usage_told(used, len(set(asked.usage)), spans))
    if _errors((*wrong, *used.diagnostics)):
        accounts, given = [], []
    made: list[Made] = []
    for (_, account), before in zip(accounts, given, strict=True):
        known = rated_usage(rated, account.id) if rated else used.records
        invoice, notes = bill_account(book, account, known, borders, before)
        found += notes
        if invoice is not None:
            of_usage = rated[borders].head.usage_digest if rated else digest
            made.append(Made(account, replace(invoice[0], usage_digest=of_usage), invoice[1]))
    if accounts:
        billed = {account.id for _, account in accounts}
        tell_others(Counter(each.account for each, _ in (*named, *in_folders) if each.account not in billed))
    if found:
        show_findings(opened.shown(found), sources, "text" if made or asked.several else format_name)
    numbers = frozenset((document.number or "").strip() for _, document in (*named, *in_folders))
    return Outcome(tuple(made), len(names) - len(made), numbers, sources)


def account_files(names: Iterable[str]) -> Iterator[str]:
    """The files of accounts: those that are named, and of a folder all in it and below that are accounts, in the order of their paths."""
    from engine.commands.reading import may_be_account
    from engine.shelf import ACCOUNT_FILES, files_below
    from engine.store import read_input

    for name in names:
        if not Path(name).is_dir():
            yield name
            continue
        files = [str(each) for each in sorted(files_below(Path(name))) if each.suffix in ACCOUNT_FILES]
        kept = [each for each in files if may_be_account(each, read_input(each))]
        if not kept:
            raise click.UsageError(f"No account stands in the folder `{name}`. An account is a .yaml or .json file with a customer and subscriptions.")
        if len(kept) < len(files):
            left = [each for each in files if each not in kept]
            say(f"left out, because no account stands there: {listed(left)}")
        yield from kept


def _errors(problems: Iterable[Diagnostic]) -> bool:
    return any(each.severity == "error" for each in problems)


def _refuse_twice(accounts: Sequence[tuple[str, "Account"]]) -> None:
    """Raises wrong usage where two files hold one account: its subscriptions would be billed twice."""
    first: dict[str, str] = {}
    for name, account in accounts:
        if account.id in first:
            raise click.UsageError(f"The account `{account.id}` stands in `{first[account.id]}` and in `{name}`. Name each account once.")
        first[account.id] = name


def _issued_of(account: "Account", named: Sequence["Issued"], in_folders: Sequence["Issued"], several: bool) -> list["Issued"]:
    """The issued invoices of the account. One that is named for a single account is compared with it whoever's it is, and refused."""
    return [*(pair for pair in named if not several or pair[0].account == account.id), *(pair for pair in in_folders if pair[0].account == account.id)]


def tell_others(counts: Mapping[str, int]) -> None:
    """Says how many issued invoices belong to accounts that are not billed here, by their ids."""
    if counts:
        named = listed([f"{name} ({count})" for name, count in sorted(counts.items())])
        say(f"issued: {counted(sum(counts.values()), 'invoice')} of accounts that are not billed here: {named}")


def bill_account(
    book: "PriceBook", account: "Account", usage: "Known", borders: tuple[datetime, datetime], given: Sequence["Issued"]
) -> tuple[tuple["Invoice", tuple[str, ...]] | None, Sequence[Diagnostic]]:
    """The invoice with the numbers of those that it puts right, and what is to be said of it; None with the reasons where there is none."""
    from engine.billing import invoice_notes, make_invoice, put_right
    from engine.model.invoices import InvoiceRefusal

    before = tuple(each for each, _ in given)
    invoice = make_invoice(book, account, usage, *borders, before)
    if isinstance(invoice, InvoiceRefusal):
        # What is said of the issued invoices as a whole stands in no file: it is about the option.
        return None, [replace(each, subject="--issued") if each.subject == "issued" and each.span is None else each for each in invoice.diagnostics]
    righted = put_right(invoice, before)
    preceding = tuple(document.number or "" for one in righted for each, document in given if each is one)
    return (invoice, preceding), invoice_notes(book, account, invoice, usage, before)
