"""An account's invoice for a period: every event that falls in it, and the usage of its windows (rule language, section 4, Account).

Contract: the same account, usage, book and period give the same invoice. Never raises for a user's mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.billing.adjustments import owed_by_hand
from engine.billing.corrections import corrections, issued_problems
from engine.billing.counting import missing_usage
from engine.billing.owed import Owed
from engine.billing.postpaid import postpaid_run
from engine.billing.runs import Run, prepaid_run
from engine.billing.stretches import ModeStretch, stretches
from engine.billing.unbillable import unknown_subscriptions
from engine.billing.usage import owed_for_usage
from engine.diagnostics import Diagnostic
from engine.diagnostics.record import sorted_diagnostics
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceRefusal
from engine.pricing.line_taxes import joined_rows
from engine.pricing.refused import Refused
from engine.usage import UsageRecord
from engine.values.exact import add, total


def make_invoice(
    book: PriceBook, account: Account, usage: Sequence[UsageRecord], start: datetime, end: datetime, issued: Sequence[Invoice] = ()
) -> Invoice | InvoiceRefusal:
    """What the account owes for [start, end), or every subscription's first problem. `usage` is all that is known, without
    duplicates, of any account.

    Events are owed at their own instants, usage at the end of its billing period: that of a month by the invoice that holds its end.
    `issued` are the account's earlier invoices: what is owed for their periods otherwise by now becomes lines that correct them.
    """
    ledger = ledger_of(book, account, usage, max([end, *(each.end for each in issued)]))
    problems = [*ledger.problems, *issued_problems(book, account, issued, start, end), *missing_usage(book, issued, ledger.records)]
    owed: list[Owed] = []
    try:
        owed += sorted(ledger.owed(start, end), key=lambda each: each.at)
        if not problems:
            owed += corrections(issued, ledger.owed, end, account.currency, book.prices_include_tax)
    except Refused as refused:
        problems += refused.diagnostics
    return InvoiceRefusal(tuple(sorted_diagnostics(problems))) if problems else _invoice(book, account, owed, start, end)


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is known of an account: what its events owe, when its subscriptions ran, its usage, and what cannot be."""

    book: PriceBook
    account: Account
    events: tuple[Owed, ...]
    runs: tuple[Run, ...]
    records: tuple[UsageRecord, ...]
    problems: tuple[Diagnostic, ...]

    def owed(self, start: datetime, end: datetime) -> list[Owed]:
        """What is owed for [start, end); raises Refused where usage cannot be charged."""
        events = [each for each in self.events if start <= each.at < end]
        return events + owed_for_usage(self.book, self.account, self.runs, self.records, start, end)


def ledger_of(book: PriceBook, account: Account, usage: Sequence[UsageRecord], until: datetime) -> Ledger:
    """The account's history, every subscription's first problem included; terms that renew by themselves do so before `until`."""
    records = [record for record in usage if record.account == account.id]
    owed = owed_by_hand(book, account)
    problems: list[Diagnostic] = []
    runs: list[Run] = []
    known = {sub.id for sub in account.subscriptions}
    unread: set[str] = set()
    used_by = {record.subscription for record in records}
    covering = bool(records) and any(item.covered_by is not None for item in book.items.values())
    for sub in account.subscriptions:
        try:
            for stretch in stretches(book, account, sub, until):
                owed += stretch.owed
                runs += _runs(book, account, stretch, sub.id in used_by or covering)
        except Refused as refused:
            problems += refused.diagnostics
            unread.add(sub.id)
    problems += unknown_subscriptions(account, records)
    mine = tuple(record for record in records if record.subscription in known - unread)
    return Ledger(book, account, tuple(owed), tuple(runs), mine, tuple(problems))


def _runs(book: PriceBook, account: Account, stretch: ModeStretch, with_usage: bool) -> list[Run]:
    """When the subscription ran in the mode of the stretch; what is paid in advance only matters to usage."""
    if book.billing_modes[stretch.sub.billing_mode].payment == "postpaid":
        run = postpaid_run(book, account, stretch.sub)
    else:
        run = prepaid_run(book, account, stretch.sub, stretch.until) if with_usage else None
    return [run] if run is not None else []


def _invoice(book: PriceBook, account: Account, owed: list[Owed], start: datetime, end: datetime) -> Invoice:
    net, taxes = total(each.net for each in owed), joined_rows(tax for each in owed for tax in each.taxes)
    tax = total(each.amount for each in taxes)
    return Invoice(
        book.id, book.digest, account.id, account.customer, account.currency, start, end,
        tuple(line for each in owed for line in each.lines), taxes, net, tax, add(net, tax),
        book.prices_include_tax,
    )  # fmt: skip
