"""An invoice: what a customer owes for a period, line by line, and why. Amounts are in the invoice's currency.

On every line list amount - discounts - rounding difference = amount, for the numbers as shown (rule language, 3.2).
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.diagnostics import Diagnostic
from engine.model.book import Party
from engine.model.quotes import TaxTotal
from engine.model.trace import TraceStep
from engine.values.exact import Number

BILL_TYPES = {
    "new-purchase": 1, "renewal": 2, "change": 3, "refund-unsubscription": 4, "usage": 5, "hourly": 12, "refund-change": 20,
}  # fmt: skip
"""The kinds of bill with the vendor's own numbers."""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line; what is paid back is negative. `start` and `end` are the time that it is for, `per` the price's period."""

    subscription: str
    bill_type: str
    at: datetime
    item: str | None
    spec: str | None
    quantity: Number | None
    unit: str | None
    start: datetime
    end: datetime | None
    list_amount: Number
    discount_amount: Number
    rounding_amount: Number
    amount: Decimal
    per: str | None = None
    trace: tuple[TraceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Invoice:
    """What is owed for [start, end). `net` + `tax` = `gross`; `taxes` are those of the events, each rounded when it was due."""

    book_id: str
    book_digest: str
    account: str
    customer: Party
    currency: str
    start: datetime
    end: datetime
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[TaxTotal, ...]
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class InvoiceRefusal:
    """Why there is no invoice: at least one diagnostic of severity error."""

    diagnostics: tuple[Diagnostic, ...]
