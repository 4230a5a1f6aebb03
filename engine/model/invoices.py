"""An invoice: what a customer owes for a period, line by line, and why. Amounts are in the invoice's currency.

On every line list amount - discounts - rounding difference = amount, for the numbers as shown (rule language, 3.2), but on one that was
entered by hand.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from engine.diagnostics import Diagnostic
from engine.model.parties import Party
from engine.model.quotes import LineTax, TaxTotal
from engine.model.trace import TraceStep
from engine.values.exact import Number, subtract, total
from engine.values.periods import Duration

Day = date  # a field of that name hides the type
BILL_TYPES = {
    "new-purchase": 1, "renewal": 2, "change": 3, "refund-unsubscription": 4, "usage": 5, "auto-renewal": 8,
    "adjustment-compensation": 9, "hourly": 12, "unsubscription-fee": 13, "adjustment-charge": 16, "shortfall": 17, "refund-change": 20,
}  # fmt: skip
"""The kinds of bill with the vendor's own numbers."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """What is said of a line that was entered by hand: its title, the item `like` which it is taxed, why, and a reference."""

    title: str
    like: str
    reason: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CreditUse:
    """A credit of the account and what an invoice takes of it: `granted` at the UTC instant `at`, taken by earlier invoices `before`, here `used`.

    `used` is negative where a refund restores it; `items` empty: it pays for all.
    """

    at: datetime
    title: str
    granted: Decimal
    expires: datetime | None
    items: tuple[str, ...]
    before: Decimal
    used: Decimal

    @property
    def left(self) -> Decimal:
        """What the invoice leaves of it."""
        return subtract(subtract(self.granted, self.before), self.used)


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line; what is paid back is negative. `start` and `end` are the time that it is for, `per` the price's period.

    A line `by_hand` is of no subscription (an empty text) and no item, and has no list price: its `list_amount` is None.

    `taxed` is empty where no tax applies. `corrects` is the period, as UTC instants, of the earlier invoice that an adjustment
    puts right. `records` is how many usage records it is made of; an adjustment's, how many were known by then. None: not of usage. `attributes` are those
    of usage that keep the line apart from others of its item. A line that makes a `commitment` (its id) up has the `item` that it is taxed like.
    """

    subscription: str
    bill_type: str
    at: datetime
    item: str | None
    spec: str | None
    quantity: Number | None
    unit: str | None
    start: datetime
    end: datetime | None
    list_amount: Number | None
    discount_amount: Number
    rounding_amount: Number
    amount: Decimal
    per: str | None = None
    trace: tuple[TraceStep, ...] = ()
    taxed: tuple[LineTax, ...] = ()
    billing_mode: str | None = None
    term: Duration | None = None
    corrects: tuple[datetime, datetime] | None = None
    records: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    by_hand: ByHand | None = None
    commitment: str | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """What is owed for [start, end). `net` + `tax` = `gross`; `taxes` are those of the events, each rounded when it was due.

    `prices_include_tax`: the lines' amounts are gross, so their sum is `gross`, else it is `net`. `usage_digest` is the SHA-256 of
    the usage files, hex. `rounded` is what is to be paid where a step `at: payable` of the book rounds it; `credits` are
    those of the account that are in force. What either does to the sum to pay are the steps of `trace`.
    """

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
    prices_include_tax: bool = False
    usage_digest: str | None = None
    rounded: Decimal | None = None
    trace: tuple[TraceStep, ...] = ()
    credits: tuple[CreditUse, ...] = ()

    @property
    def credited(self) -> Decimal:
        """What credits pay of it; negative where a refund restores them."""
        return total(each.used for each in self.credits)

    @property
    def payable(self) -> Decimal:
        """What is to be paid: the gross amount less credits, or what that is rounded to."""
        return subtract(self.gross, self.credited) if self.rounded is None else self.rounded

    @property
    def payable_rounding(self) -> Decimal:
        """What rounding adds to the sum to pay, or with a minus takes off it."""
        return subtract(self.payable, subtract(self.gross, self.credited))

    @property
    def credit_note(self) -> bool:
        """Whether more is paid back than is owed: such a document is a credit note. -12.00 is one, 0.00 is an invoice."""
        return self.gross < 0


@dataclass(frozen=True, slots=True)
class Issue:
    """What makes an invoice a document: its number and dates, which come from the caller. `number` None: a draft.

    `due` is None where the book names no payment terms. `preceding` are the numbers of the invoices that a correction refers to, `paid` is
    what was paid already, at most what is to be paid.
    """

    number: str | None
    date: Day
    due: Day | None = None
    preceding: tuple[str, ...] = ()
    paid: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class InvoiceRefusal:
    """Why there is no invoice: at least one diagnostic of severity error."""

    diagnostics: tuple[Diagnostic, ...]


def record_digest(record: Mapping[str, object]) -> str:
    """The SHA-256, hex, of an invoice's JSON record without its own `digest`: of the text with sorted keys, no spaces, in ASCII.

    How the file is laid out does not matter. It shows that a record was edited, not by whom: it is no signature.

    >>> record_digest({"number": "1", "digest": "..."}) == record_digest({"number": "1"}) != record_digest({"number": "2"})
    True
    """
    rest = {key: value for key, value in record.items() if key != "digest"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()
