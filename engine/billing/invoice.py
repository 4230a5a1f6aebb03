"""An account's invoice for a period: every event that falls in it, and the usage of its windows (rule language, section 4, Account).

Contract: the same account, usage, book and period give the same invoice. Never raises for a user's mistake.
"""

from collections.abc import Sequence
from datetime import datetime

from engine.billing.corrections import corrections, issued_problems
from engine.billing.counting import missing_usage
from engine.billing.credits import use_credits
from engine.billing.ledger import Known, ledger_of
from engine.billing.owed import Owed
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.money import WITHDRAWN_CURRENCY
from engine.diagnostics.record import sorted_diagnostics
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceRefusal
from engine.pricing.line_taxes import joined_rows
from engine.pricing.payable import round_payable
from engine.pricing.refused import Refused
from engine.pricing.tax_days import INSTANT
from engine.pricing.unpriced import withdrawn_words
from engine.values.exact import add, subtract, total


def make_invoice(book: PriceBook, account: Account, usage: Known, start: datetime, end: datetime, issued: Sequence[Invoice] = ()) -> Invoice | InvoiceRefusal:
    """What the account owes for [start, end), or every subscription's first problem. `usage` is all that is known of it.

    Events are owed at their own instants, usage at the end of its billing period: that of a month by the invoice that holds its end.
    `issued` are the account's earlier invoices: what is owed for their periods otherwise by now becomes lines that correct them.
    """
    if withdrawn := _withdrawn(book, account, end):
        return InvoiceRefusal(tuple(withdrawn))
    ledger = ledger_of(book, account, usage, max([end, *(each.end for each in issued)]))
    problems = [*ledger.problems, *issued_problems(book, account, issued, start, end), *missing_usage(book, issued, ledger.rated or ledger.records)]
    owed: list[Owed] = []
    try:
        owed += sorted(ledger.owed(start, end), key=lambda each: each.at)
        if not problems:
            owed += corrections(issued, ledger.owed, end, account.currency, book.prices_include_tax)
    except Refused as refused:
        problems += refused.diagnostics
    return InvoiceRefusal(tuple(sorted_diagnostics(problems))) if problems else _invoice(book, account, owed, start, end, issued)


def _withdrawn(book: PriceBook, account: Account, end: datetime) -> list[Diagnostic]:
    """An invoice is paid after the period that it is for: none can be for days on which its currency is none any more."""
    problem = withdrawn_words(book, account.currency, end - INSTANT, "an invoice for the time that ends")
    return [report(WITHDRAWN_CURRENCY, problem[0], subject="currency", help=problem[1])] if problem is not None else []


def _invoice(book: PriceBook, account: Account, owed: list[Owed], start: datetime, end: datetime, issued: Sequence[Invoice]) -> Invoice:
    net, taxes = total(each.net for each in owed), joined_rows(tax for each in owed for tax in each.taxes)
    tax = total(each.amount for each in taxes)
    lines = tuple(line for each in owed for line in each.lines)
    credited = use_credits(account, lines, end, book.prices_include_tax, issued)
    rounded, rounding = round_payable(book, subtract(add(net, tax), credited.sum), account.currency, end - INSTANT, account.attributes)
    return Invoice(
        book.id, book.digest, account.id, account.customer, account.currency, start, end,
        lines, taxes, net, tax, add(net, tax),
        book.prices_include_tax, None, rounded, (*credited.steps, *rounding), credited.credits,
    )  # fmt: skip
