"""What one event or one period of usage adds to an account: its lines, and its taxes as they were rounded when it was due."""

from dataclasses import dataclass
from datetime import datetime

from engine.model.invoices import InvoiceLine
from engine.model.quotes import QuoteLine, TaxTotal
from engine.values.exact import Number


@dataclass(frozen=True, slots=True)
class Owed:
    """Due at the UTC instant `at`; what is paid back is negative. `net` + the taxes = what is paid."""

    at: datetime
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[TaxTotal, ...]
    net: Number


def from_quote_line(
    line: QuoteLine, subscription: str, bill_type: str, at: datetime, start: datetime, end: datetime | None, per: str | None = None
) -> InvoiceLine:
    """A priced line as a line of an invoice, for the time [start, end)."""
    return InvoiceLine(
        subscription, bill_type, at, line.item, line.spec, line.quantity, line.unit, start, end, line.list_amount,
        line.discount_amount, line.rounding_amount, line.amount, per, line.trace,
    )  # fmt: skip
