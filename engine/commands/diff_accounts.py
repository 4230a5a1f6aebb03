"""The accounts of `pricebook diff --accounts`: read and billed under each of the two books, as `pricebook invoice` bills them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from engine.commands.invoicing import account_files, bill_account
from engine.commands.output import counted, say
from engine.commands.progress import Progress
from engine.commands.reading import refuse_order, show_findings
from engine.commands.usage_files import read_usage_of
from engine.diagnostics import Diagnostic
from engine.diagnostics.usage import BAD_USAGE_FILE
from engine.in_processes import in_processes
from engine.language.build import load_account
from engine.review.bills import AccountEffect
from engine.review.timing import BilledBy, when_it_moves
from engine.store import read_input
from engine.values.periods import start_of_day

if TYPE_CHECKING:
    from engine.model.accounts import Account
    from engine.model.book import PriceBook
    from engine.review.revision import RuleChange
    from engine.store import OpenedBook
    from engine.usage import UsageRead, UsageRecord


@dataclass(frozen=True, slots=True)
class UnderBook:
    """One of the two books with what it makes of the files: each account by its place, or why there is none, and the usage of each."""

    book: "PriceBook"
    accounts: tuple["Account | None", ...]
    problems: tuple[tuple[str, ...], ...]
    records: "Mapping[str, Sequence[UsageRecord]]"


def account_effects(
    old: "OpenedBook",
    new: "OpenedBook",
    changes: "Sequence[RuleChange]",
    accounts: Sequence[str],
    usage: Sequence[str],
    period: tuple[date, date],
    workers: int | None = None,
) -> list[AccountEffect] | None:
    """Every account's bill of the period under both books, and when the `changes` between these reach it; None where the usage cannot be read.

    That is then shown. The work is shared by as many processes as the machine has cores, or by `workers`.
    """
    names = list(account_files(accounts))
    books = [opened.rules for opened in (old, new)]
    contents = [read_input(name) for name in names]

    def read_both(number: int) -> "list[tuple[Account | None, tuple[Diagnostic, ...]]]":
        refuse_order(names[number], contents[number])
        return [load_account(names[number], contents[number], book) for book in books]

    with Progress("files of accounts", len(names)) as progress:
        read = in_processes(read_both, len(names), progress.reached, workers)
    taken = [_usage(opened, [each[place] for each in read], usage) for place, opened in enumerate((old, new))]
    for opened, used in zip((old, new), taken, strict=True):
        if _errors(used.diagnostics) and (all(each.refused for each in taken) or not _by_account(used)):
            show_findings(opened.shown(used.diagnostics), opened.sources, "text")
            return None
    before, after = (_side(book, [each[place] for each in read], taken[place]) for place, book in enumerate(books))
    sides = (before, after)

    def effect_of(number: int) -> AccountEffect:
        known = after.accounts[number] or before.accounts[number]
        (was, why), (comes, why_now) = (_billed(side, number, period) for side in sides)
        name, currency = (known.id, known.currency) if known is not None else (names[number], after.book.currency)
        if was is not None and comes is not None and was.invoice.currency != comes.invoice.currency:
            return AccountEffect(name, currency, None, comes.invoice.payable, (f"billed in {was.invoice.currency}",))
        if was is None or comes is None:
            before_gross, after_gross = (each.invoice.payable if each is not None else None for each in (was, comes))
            return AccountEffect(name, currency, before_gross, after_gross, why or why_now)
        moves, since = when_it_moves(was, comes, changes, _used(after, name))
        return AccountEffect(name, currency, was.invoice.payable, comes.invoice.payable, moves=moves, since=since)

    with Progress("accounts", len(names)) as progress:
        found = in_processes(effect_of, len(names), progress.reached, workers)
    say(f"{counted(len(names), 'account')} billed under both books")
    return found


Read = tuple["Account | None", Sequence[Diagnostic]]


def _usage(opened: "OpenedBook", read: "Sequence[Read]", usage: Sequence[str]) -> "UsageRead":
    """The usage of the accounts as a book reads it. Raises wrong usage where an account stands in two files."""
    known = Counter(account.id for account, _ in read if account is not None)
    twice = next((each for each, count in known.items() if count > 1), None)
    if twice is not None:
        raise click.UsageError(f"The account `{twice}` stands in two of the files. Name each account once.")
    return read_usage_of(usage, opened.rules, accounts=set(known) if known else None)[0]


def _by_account(used: "UsageRead") -> bool:
    """Whether all that is refused are rows that name an account, which then fails under the book and leaves the others alone."""
    return sum(used.refused_of.values()) == used.refused > 0 and BAD_USAGE_FILE.slug not in _errors(used.diagnostics)


def _side(book: "PriceBook", read: "Sequence[Read]", used: "UsageRead") -> UnderBook:
    records: dict[str, list[UsageRecord]] = {}
    for each in used.records:
        records.setdefault(each.account, []).append(each)
    reasons = _errors(used.diagnostics)
    problems = [_errors(found) or (reasons if account is not None and account.id in used.refused_of else ()) for account, found in read]
    return UnderBook(book, tuple(account for account, _ in read), tuple(problems), records)


def _used(side: UnderBook, name: str) -> dict[str, set[str]]:
    """The items that each subscription of an account used."""
    found: dict[str, set[str]] = {}
    for each in side.records.get(name, ()):
        found.setdefault(each.subscription, set()).add(each.item)
    return found


def _billed(side: UnderBook, number: int, period: tuple[date, date]) -> tuple[BilledBy | None, tuple[str, ...]]:
    """What an account is billed under a book, or the slugs of the reasons why there is no bill."""
    account, problems = side.accounts[number], side.problems[number]
    if account is None or problems:
        return None, problems
    borders = (start_of_day(period[0], side.book.zone), start_of_day(period[1], side.book.zone))
    made, notes = bill_account(side.book, account, side.records.get(account.id, ()), borders, ())
    return (BilledBy(side.book, account, made[0]), ()) if made is not None else (None, _errors(notes))


def _errors(problems: Sequence[Diagnostic]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.slug for each in problems if each.severity == "error"))
