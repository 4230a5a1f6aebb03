"""An account's invoice for a period: every event that falls in it, and the usage of its windows (rule language, section 4, Account).

Contract: the same account, usage, book and period give the same invoice. Never raises for a user's mistake.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.billing.owed import Owed
from engine.billing.postpaid import outside, running_times, usage_of_period
from engine.billing.stretches import Stretch, stretches
from engine.diagnostics import Diagnostic
from engine.model.accounts import Account, AccountSubscription
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceRefusal
from engine.model.quotes import TaxTotal
from engine.pricing.refused import Refused
from engine.usage import UsageRecord
from engine.values.exact import add, total


def make_invoice(
    book: PriceBook, account: Account, usage: Sequence[UsageRecord], start: datetime, end: datetime, issued: Sequence[Invoice] = ()
) -> Invoice | InvoiceRefusal:
    """What the account owes for [start, end), or every subscription's first problem. `usage` is all that is known, without
    duplicates, of any account.

    Events are owed at their own instants, usage at the end of the period.
    """
    records: dict[str, list[UsageRecord]] = {}
    for record in usage:
        if record.account == account.id:
            records.setdefault(record.subscription, []).append(record)
    owed: list[Owed] = []
    problems: list[Diagnostic] = []
    for sub in account.subscriptions:
        try:
            owed += _owed(book, account, sub, records.pop(sub.id, []), start, end)
        except Refused as refused:
            problems += refused.diagnostics
    for name, unknown in sorted(records.items()):
        problems += [outside(each, f"account `{account.id}` has no subscription `{name}`", "add it to the account") for each in unknown]
    if problems:
        return InvoiceRefusal(tuple(sorted(problems, key=lambda each: each.order)))
    return _invoice(book, account, sorted(owed, key=lambda each: each.at), start, end)


def _owed(
    book: PriceBook, account: Account, sub: AccountSubscription, records: list[UsageRecord], start: datetime, end: datetime
) -> list[Owed]:
    """What one subscription adds to the period."""
    found: list[Owed] = []
    for stretch in stretches(book, account, sub):
        # A record belongs to the stretch in which it was used; what comes after the last one is refused there.
        mine, records = _before(records, stretch.until)
        found += _owed_of_stretch(book, account, stretch, mine, start, end)
    if records:
        raise Refused(*(outside(each, f"`{sub.id}` does not run at the time of this record", "add its `start`") for each in records))
    return found


def _before(records: list[UsageRecord], until: datetime | None) -> tuple[list[UsageRecord], list[UsageRecord]]:
    """The records before the instant, and the others; all where there is none."""
    if until is None:
        return records, []
    return [each for each in records if each.at < until], [each for each in records if each.at >= until]


def _owed_of_stretch(
    book: PriceBook, account: Account, stretch: Stretch, records: list[UsageRecord], start: datetime, end: datetime
) -> list[Owed]:
    sub = stretch.sub
    if book.billing_modes[sub.billing_mode].payment == "prepaid":
        if records:
            why = f"`{sub.id}` is paid in advance, and this version does not bill usage beside it yet"
            raise Refused(*(outside(each, why, "give the usage a subscription of its own") for each in records))
        return [each for each in stretch.owed if start <= each.at < end]
    running = running_times(book, account, sub)
    if running is None:
        if records:
            raise Refused(*(outside(each, f"`{sub.id}` was never started", "add its `start`") for each in records))
        return []
    found = usage_of_period(book, account, sub, running, records, start, end)
    return [found] if found is not None else []


def _invoice(book: PriceBook, account: Account, owed: list[Owed], start: datetime, end: datetime) -> Invoice:
    net, taxes = total(each.net for each in owed), _joined([tax for each in owed for tax in each.taxes])
    tax = total(each.amount for each in taxes)
    return Invoice(
        book.id, book.digest, account.id, account.customer, account.currency, start, end,
        tuple(line for each in owed for line in each.lines), taxes, net, tax, add(net, tax),
        book.prices_include_tax,
    )  # fmt: skip


def _joined(taxes: list[TaxTotal]) -> tuple[TaxTotal, ...]:
    """The taxes of all events by tax, category and rate; each was rounded when it was due, and is not rounded again."""
    found: dict[tuple[str, str | None, Decimal], TaxTotal] = {}
    for each in taxes:
        key = (each.tax, each.category, each.rate)
        same = found.get(key)
        if same is None:
            found[key] = each
        else:
            found[key] = replace(same, base=add(same.base, each.base), amount=add(same.amount, each.amount))
    return tuple(found.values())
