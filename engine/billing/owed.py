"""What one event or one period of usage adds to an account: its lines, and its taxes as they were rounded when it was due."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from engine.model.invoices import InvoiceLine
from engine.model.quotes import LineTax, QuoteLine, TaxTotal
from engine.pricing.rated import RatedLine
from engine.values.periods import Duration


@dataclass(frozen=True, slots=True)
class Owed:
    """Due at the UTC instant `at`; what is paid back is negative. `net` + the taxes = what is paid."""

    at: datetime
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[TaxTotal, ...]
    net: Decimal


@dataclass(frozen=True, slots=True)
class Bought:
    """What the lines of one event have in common: whose they are, what kind of bill, when due, and how it was bought."""

    subscription: str
    bill_type: str
    at: datetime
    billing_mode: str
    term: Duration | None = None


def from_quote_line(
    line: QuoteLine, bought: Bought, start: datetime, end: datetime | None, per: str | None = None, taxed: tuple[LineTax, ...] = ()
) -> InvoiceLine:
    """A priced line as a line of an invoice, for the time [start, end)."""
    sold = line.commitment is None
    return InvoiceLine(
        bought.subscription, bought.bill_type, bought.at, line.item, line.spec, line.quantity if sold else None, line.unit if sold else None, start, end,
        line.list_amount, line.discount_amount, line.rounding_amount, line.amount, per, line.trace, taxed,
        bought.billing_mode, bought.term, attributes=line.attributes, commitment=line.commitment,
    )  # fmt: skip


def price_period(line: RatedLine) -> str | None:
    """The `per` of the line's recurring price; None where all of it is due once."""
    return next((charge.per for charge in line.charges if charge.recurring), None)
