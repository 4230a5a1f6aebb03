"""The accounts of `pricebook diff --accounts`: read and billed under each of the two books, as `pricebook invoice` bills them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from engine.commands.invoicing import account_files, bill_account
from engine.commands.output import counted, say
from engine.commands.reading import read_account, show_findings
from engine.commands.usage_files import read_usage_of
from engine.diagnostics import Diagnostic
from engine.review.bills import AccountEffect
from engine.values.periods import start_of_day

if TYPE_CHECKING:
    from engine.store import OpenedBook
    from engine.usage import UsageRecord


@dataclass(frozen=True, slots=True)
class UnderBook:
    """What became of an account under one book: its currency where it could be read, and its bill or why there is none."""

    account: str
    currency: str
    gross: Decimal | None
    refused: tuple[str, ...] = ()


def account_effects(
    old: "OpenedBook", new: "OpenedBook", accounts: Sequence[str], usage: Sequence[str], period: tuple[date, date]
) -> list[AccountEffect] | None:
    """Every account's bill of the period under both books; None where the usage cannot be read, which is then shown."""
    names = list(account_files(accounts))
    sides = [_billed(opened, names, usage, period) for opened in (old, new)]
    if sides[0] is None or sides[1] is None:
        return None
    say(f"{counted(len(names), 'account')} billed under both books")
    return [_effect(*pair) for pair in zip(*sides, strict=True)]


def _effect(before: UnderBook, after: UnderBook) -> AccountEffect:
    known = after if after.currency else before
    return AccountEffect(known.account, known.currency, before.gross, after.gross, before.refused or after.refused)


def _billed(opened: "OpenedBook", names: Sequence[str], usage: Sequence[str], period: tuple[date, date]) -> list[UnderBook] | None:
    book, sources = opened.rules, dict(opened.sources)
    read = [(name, *read_account(name, book, sources)) for name in names]
    known = [account.id for _, account, _ in read if account is not None]
    if len(set(known)) < len(known):
        twice = next(each for each in known if known.count(each) > 1)
        raise click.UsageError(f"The account `{twice}` stands in two of the files. Name each account once.")
    used, _ = read_usage_of(usage, book, accounts=set(known) if known else None)
    if any(each.severity == "error" for each in used.diagnostics):
        show_findings(opened.shown(used.diagnostics), sources, "text")
        return None
    records: dict[str, list[UsageRecord]] = {}
    for each in used.records:
        records.setdefault(each.account, []).append(each)
    borders = (start_of_day(period[0], book.zone), start_of_day(period[1], book.zone))
    found = []
    for name, account, problems in read:
        if account is None or _errors(problems):
            found.append(UnderBook(account.id if account else name, account.currency if account else "", None, _slugs(problems)))
            continue
        made, notes = bill_account(book, account, records.get(account.id, ()), borders, ())
        found.append(UnderBook(account.id, account.currency, made[0].gross if made else None, () if made else _slugs(notes)))
    return found


def _errors(problems: Sequence[Diagnostic]) -> bool:
    return any(each.severity == "error" for each in problems)


def _slugs(problems: Sequence[Diagnostic]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_of_errors(problems)))


def _of_errors(problems: Sequence[Diagnostic]) -> Iterator[str]:
    yield from (each.slug for each in problems if each.severity == "error")
