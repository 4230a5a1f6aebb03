"""Lines by hand: a one-off charge or goodwill that no price of the book gives (rule language, second version, 4.3).

Contract: the amount is the one that is written; only its tax is computed, as that of the item that it is taxed like, on its day.
"""

from engine.billing.owed import Owed
from engine.model.accounts import Account, Adjustment
from engine.model.book import PriceBook
from engine.model.invoices import ByHand, InvoiceLine
from engine.model.quotes import TaxTotal
from engine.model.trace import TraceStep
from engine.pricing.line_taxes import line_taxes, negated
from engine.pricing.tax_days import TaxedPart
from engine.pricing.taxes import tax_parts
from engine.values.exact import ZERO, magnitude, subtract, total


def owed_by_hand(book: PriceBook, account: Account) -> list[Owed]:
    """What each adjustment of the account owes, or with a negative amount gives back.

    450.00 at 19% owe 85.50 of tax; where prices include tax, 450.00 hold 71.85. What is given back mirrors it.
    """
    return [_owed(book, account, each) for each in account.adjustments]


def _owed(book: PriceBook, account: Account, each: Adjustment) -> Owed:
    part = TaxedPart(0, each.like, magnitude(each.amount), each.at)
    taxed = tax_parts(book, [part], account.currency, {**account.attributes, **each.attributes}, each.at)
    (rows,) = line_taxes(taxed, 1, account.currency, book.prices_include_tax)
    rows = negated(rows) if each.amount < 0 else rows
    line = InvoiceLine(
        "", "adjustment-charge" if each.amount > 0 else "adjustment-compensation", each.at, None, None, None, None, each.at, None,
        None, ZERO, ZERO, each.amount, None, (TraceStep(4, "by-hand", each.amount),), rows,
        by_hand=ByHand(each.title, each.like, each.reason, each.reference),
    )  # fmt: skip
    totals = tuple(TaxTotal(row.tax, row.category, row.rate, row.base, row.amount, row.row) for row in rows)
    net = subtract(each.amount, total(row.amount for row in rows)) if book.prices_include_tax else each.amount
    return Owed(each.at, (line,), totals, net)
