"""A quote: the lines of an order with their amounts, and why. Amounts are exact numbers in the quote's currency.

Source: rule language, section 4, Quote, and 3.2 (list amount - discounts - rounding difference = amount, on every line).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from engine.diagnostics import Diagnostic
from engine.model.trace import TraceStep
from engine.values.exact import Number
from engine.values.periods import Duration


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line. `list_amount - discount_amount - rounding_amount = amount` holds for the numbers as shown."""

    item: str
    spec: str | None
    quantity: Number
    unit: str
    list_amount: Number
    discount_amount: Number
    rounding_amount: Number
    amount: Decimal
    trace: tuple[TraceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """One tax, category and rate: on the net amount `base` the tax `amount`, rounded once, half-up. `rate` 0.19 is 19%."""

    tax: str
    category: str | None
    rate: Decimal
    base: Decimal
    amount: Decimal
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the lines as shown; gross = net + tax."""

    list: Number
    discount: Number
    rounding: Number
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order costs. `expires` is a date with `expires: end-of-day`, else a UTC instant; None without a term.

    `lines` stand in the order's order. `trace` holds the steps of the whole order (order-wide discounts considered, invoice rounding,
    taxes). The later events of an order (`changes`, `unsubscription`, `renewals`, `switch`) are None until they are evaluated.
    """

    book_id: str
    book_digest: str
    currency: str
    at: datetime
    billing_mode: str
    term: Duration | None
    duration: Duration | None
    lines: tuple[QuoteLine, ...]
    totals: Totals
    taxes: tuple[TaxTotal, ...] = ()
    expires: date | datetime | None = None
    attributes: Mapping[str, str] | None = None
    coupons: tuple[str, ...] = ()
    trace: tuple[TraceStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order has no price: at least one diagnostic of severity error."""

    diagnostics: tuple[Diagnostic, ...]
