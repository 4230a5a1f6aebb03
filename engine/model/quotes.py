"""A quote: the lines of an order with their amounts, and why. Amounts are exact numbers in the quote's currency.

Source: rule language, section 4, Quote, and 3.2 (list amount - discounts - rounding difference = amount, on every line).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from engine.diagnostics import Diagnostic
from engine.model.trace import TraceStep
from engine.values.exact import ZERO, Number, divide, exact, negate, subtract, total
from engine.values.periods import Duration
from engine.values.terms import units


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line. `list_amount - discount_amount - rounding_amount = amount` holds for the numbers as shown.

    `attributes` are those of usage that keep the line apart from others of its item. What is billed by usage is for the billing period
    [start, end); over several of them it is the sum of `parts`, a line for each, whose traces follow each other in its own.
    A line that makes a `commitment` (its id) up is of no quantity (0, of an empty unit); its `item` is the one that it is taxed like.
    """

    item: str
    spec: str | None
    quantity: Number
    unit: str
    list_amount: Number
    discount_amount: Number
    rounding_amount: Number
    amount: Decimal
    trace: tuple[TraceStep, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    start: datetime | None = None
    end: datetime | None = None
    parts: tuple["QuoteLine", ...] = ()
    commitment: str | None = None

    @property
    def traced(self) -> tuple["QuoteLine", ...]:
        """The lines that have the trace: its parts, or itself."""
        return self.parts or (self,)


def billing_period(part: QuoteLine) -> tuple[datetime, datetime]:
    """The billing period of a part, which each has."""
    if part.start is None or part.end is None:
        raise ValueError("what is paid ahead has no billing period")
    return part.start, part.end


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
class LineTax:
    """One tax on (a part of) a line: on the net amount `base` the line's share `amount` of the tax; `rate` 0.19 is 19%.

    The bases of one tax add up to the line's net amount, the shares of a tax, category and rate to its `TaxTotal`.
    """

    tax: str
    category: str | None
    rate: Decimal
    base: Decimal
    amount: Decimal
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the lines as shown; gross = net + tax. `rounded` is what is to be paid where a step `at: payable` rounds it, else None."""

    list: Number
    discount: Number
    rounding: Number
    net: Decimal
    tax: Decimal
    gross: Decimal
    rounded: Decimal | None = None

    @property
    def payable(self) -> Decimal:
        """What is to be paid: the gross amount, or what it is rounded to."""
        return self.gross if self.rounded is None else self.rounded

    @property
    def payable_rounding(self) -> Decimal:
        """What rounding adds to the gross amount, or with a minus takes off it."""
        return subtract(self.payable, self.gross)


@dataclass(frozen=True, slots=True)
class RemainingTime:
    """What remains of a term for a change: `value` in `unit` (months | years | terms), after rounding to the policy's places."""

    value: Number
    unit: str
    convention: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One item of a spec change: what is held from then on (0 where it is dropped), and what that costs; negative: paid back.

    `remaining` is that of the running term; None where the policy charges nothing. `takes_effect`: immediately | next-renewal.
    `expires` is until when the item is paid (a last day or a UTC instant); None where nothing is. `changed` is how much more or less of
    the item there is, for another spec what is held of it. `list_amount` is the difference of the list prices for what remains;
    list_amount - discount_amount - rounding_amount = amount, with the limits of a refund counted as discount.
    """

    item: str
    spec: str | None
    quantity: Number
    unit: str
    direction: str  # upgrade | downgrade | expand | reduce
    remaining: RemainingTime | None
    amount: Decimal
    trace: tuple[TraceStep, ...] = ()
    takes_effect: str = "immediately"
    expires: date | datetime | None = None
    changed: Number = ZERO
    list_amount: Number = ZERO
    discount_amount: Number = ZERO
    rounding_amount: Number = ZERO


@dataclass(frozen=True, slots=True)
class QuotedChange:
    """A spec change: a `charge` or a `refund` (both positive and net, the other one is None), with its `tax` beside it."""

    at: datetime
    charge: Decimal | None
    refund: Decimal | None
    tax: Decimal
    lines: tuple[ChangeLine, ...]
    taxes: tuple[TaxTotal, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    taxed: tuple[tuple[LineTax, ...], ...] = ()  # by line
    expires: date | datetime | None = None  # until when it is paid, where that was asked

    @property
    def net(self) -> Decimal:
        """What is to pay; negative: paid back."""
        return negate(self.refund) if self.refund is not None else self.charge or ZERO


@dataclass(frozen=True, slots=True)
class RefundPart:
    """What became of one payment when the subscription was left: `share` of the refund comes from it (gross where prices are).

    `paid`, `consumed` and `fee` are exact; the shares add up to the refund as paid out. `returned` is its part before the fee, to
    which `taxed` belongs; what is kept of it for the fee has `fee_taxed`.
    """

    item: str
    paid_at: datetime
    start: datetime
    end: datetime
    paid: Number
    consumed: Number
    fee: Number
    share: Decimal
    taxed: tuple[LineTax, ...] = ()
    returned: Decimal = Decimal(0)
    fee_taxed: tuple[LineTax, ...] = ()


@dataclass(frozen=True, slots=True)
class QuotedUnsubscription:
    """What an unsubscription returns: max(0, paid - consumed - fee). Only `refund` and its `tax` are rounded.

    As a bill: what `parts` return less `fee_due`, the fee rounded as the refund is, and at most what is unused.
    """

    at: datetime
    paid: Number
    consumed: Number
    fee: Number
    refund: Decimal
    tax: Decimal
    taxes: tuple[TaxTotal, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    parts: tuple[RefundPart, ...] = ()
    fee_due: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class QuotedRenewal:
    """A further term, paid at `at`: it begins where the one before ends (`start` has the form of `expires`)."""

    at: datetime
    term: Duration
    start: date | datetime
    expires: date | datetime
    lines: tuple[QuoteLine, ...]
    totals: Totals
    taxes: tuple[TaxTotal, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    taxed: tuple[tuple[LineTax, ...], ...] = ()  # by line


@dataclass(frozen=True, slots=True)
class QuotedSwitch:
    """A move to the billing mode `to`, asked for at `at`; `effective` is an instant, or the last day of the paid term."""

    at: datetime
    to: str
    effective: date | datetime


@dataclass(frozen=True, slots=True)
class QuoteHead:
    """What makes a quote a paper for somebody, as its caller gives it: its number, for whom it is, the last day on which it can be accepted."""

    number: str = ""
    customer: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order costs. `expires` is a date with `expires: end-of-day`, else a UTC instant; None without a term.

    `lines` stand in the order's order. `trace` holds the steps of the whole order (order-wide discounts considered, invoice rounding,
    taxes). The later events of an order (`changes`, `unsubscription`, `renewals`, `switch`) are None where it names none; `totals`
    and `expires` are those of the purchase alone.
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
    changes: tuple[QuotedChange, ...] | None = None
    unsubscription: QuotedUnsubscription | None = None
    renewals: tuple[QuotedRenewal, ...] | None = None
    switch: QuotedSwitch | None = None
    head: QuoteHead | None = None

    @property
    def amount(self) -> Number:
        """The sum of its lines, tax included where prices include it."""
        return total(line.amount for line in self.lines)

    @property
    def per_unit(self) -> Number | None:
        """What the lines come to by the month (or day) of the term; None without a term, and where a part to a unified day makes it longer or shorter."""
        if self.term is None or any(step.kind == "extra-part" for line in self.lines for step in line.trace):
            return None
        return divide(self.amount, exact(units(self.term)))

    @property
    def per_month(self) -> Number | None:
        """What the lines come to by the month of the term; None for one that is no number of months."""
        return self.per_unit if self.term is not None and self.term.months else None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an order has no price: at least one diagnostic of severity error."""

    diagnostics: tuple[Diagnostic, ...]
