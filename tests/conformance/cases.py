"""A case: a price book and orders in the rule language, and what their quotes must say. Any implementation can run the table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction

from engine.billing import make_invoice
from engine.language.build import load_account, load_book, load_order
from engine.model.book import PriceBook
from engine.model.invoices import Invoice
from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.pricing.charges import Rated, rate_events
from engine.usage import read_usage
from tests.conformance.language import write

THEIR_OWN = {"lines"}
"""Expected fields that are not compared: how another system names and cuts its invoice lines; their sum is the amount."""


@dataclass(frozen=True)
class Case:
    """`book` and `orders` as data for YAML; `read` makes the vector's expected fields from the quotes."""

    book: Mapping[str, object]
    orders: Sequence[Mapping[str, object]]
    read: Callable[[list[Quote]], Mapping[str, object]]


@dataclass(frozen=True)
class Records:
    """A case whose charge says `applies_to: each-record`.

    An order has no usage records, so the charge that the book gives is applied to `amounts` in order of time as metering does it;
    `read` makes the expected fields from what that gives.
    """

    book: Mapping[str, object]
    amounts: Sequence[Decimal]
    read: Callable[[Rated], Mapping[str, object]]


@dataclass(frozen=True)
class Life:
    """An account with one subscription: its `events` in order, and a renewal whenever its term ends, up to and including `until`.

    When a term ends, the engine says; nothing here counts days. `read` makes the expected fields from the invoice of all of it.
    """

    book: Mapping[str, object]
    events: Sequence[Mapping[str, object]]
    until: datetime
    read: Callable[[Invoice], Mapping[str, object]]


@dataclass(frozen=True)
class Issued:
    """A life whose invoice becomes a document; `read` makes the expected fields from the book and the invoice."""

    life: Life
    read: Callable[[PriceBook, Invoice], Mapping[str, object]]

    @property
    def book(self) -> Mapping[str, object]:
        """The book of the life."""
        return self.life.book


@dataclass(frozen=True)
class Used:
    """An account that is billed by usage: its `events`, its records (item, time, quantity), and the period of the invoice."""

    book: Mapping[str, object]
    events: Sequence[Mapping[str, object]]
    records: Sequence[tuple[str, str, int]]
    period: tuple[str, str]
    read: Callable[[Invoice], Mapping[str, object]]


AnyCase = Case | Records | Life | Issued | Used

TERMS = ("new-purchase", "renewal", "auto-renewal")
"""The bill types that begin a term."""


def answer(case: AnyCase) -> dict[str, object]:
    """The expected fields as this implementation computes them; numbers are Fractions."""
    book = _book(case)
    if isinstance(case, Life):
        found = case.read(_lived(book, case))
    elif isinstance(case, Used):
        found = case.read(_invoice(book, case.events, case.records, tuple(map(instant, case.period))))
    elif isinstance(case, Issued):
        found = case.read(book, _lived(book, case.life))
    elif isinstance(case, Records):
        (charge,) = book.prices[0].charges
        assert charge.applies_to == "each-record"
        found = case.read(rate_events(charge, case.amounts))
    else:
        found = case.read([_quote(book, order) for order in case.orders])
    return {key: normal(value) for key, value in found.items()}


def _lived(book: PriceBook, case: Life) -> Invoice:
    """The invoice of the whole life; every term that is over when something else happens, or at `until`, is renewed first."""
    events, waiting = [case.events[0]], list(case.events[1:])
    while True:
        invoice = _invoice(book, events)
        end = max(line.end for line in invoice.lines if line.bill_type in TERMS)
        if end <= min([case.until, *(_instant(book, each) for each in waiting[:1])]) and "unsubscribe" not in events[-1]:
            events.append({"date": end.isoformat(), "renew": {}})
        elif waiting:
            events.append(waiting.pop(0))
        else:
            return invoice


ALWAYS = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))


def _invoice(book: PriceBook, events: Sequence[Mapping[str, object]], records: Sequence[tuple[str, str, int]] = (), period: tuple = ALWAYS) -> Invoice:
    sub = {"id": "s", "billing_mode": next(iter(book.billing_modes)), "events": list(events)}
    text = write({"id": "a", "customer": {"name": "A"}, "subscriptions": [sub]})
    account, findings = load_account("account.yaml", text.encode(), book)
    assert account is not None, _told(findings, text)
    rows = ["account,subscription,item,time,quantity", *(f"a,s,{item},{time},{quantity}" for item, time, quantity in records)]
    usage = read_usage(book, "usage.csv", "\n".join(rows) + "\n")
    assert not usage.diagnostics, _told(usage.diagnostics, "\n".join(rows))
    invoice = make_invoice(book, account, usage.records, *period)
    assert isinstance(invoice, Invoice), _told(getattr(invoice, "diagnostics", ()), text)
    return invoice


def _instant(book: PriceBook, event: Mapping[str, object]) -> datetime:
    """The UTC instant of an event; without an offset it is the time of the book's zone."""
    return instant(str(event["date"]), book.zone)


def instant(text: str, zone: tzinfo = UTC) -> datetime:
    """The UTC instant of a date or time as a vector writes it, in `zone` where it has no offset."""
    made = datetime.fromisoformat(text)
    return (made if made.tzinfo else made.replace(tzinfo=zone)).astimezone(UTC)


def _book(case: AnyCase) -> PriceBook:
    loaded = load_book({"book.yaml": write(case.book).encode()})
    errors = [finding for finding in loaded.diagnostics if finding.severity == "error"]
    assert loaded.book is not None and not errors, _told(errors, write(case.book))
    return loaded.book


def _quote(book: PriceBook, data: Mapping[str, object]) -> Quote:
    order, findings = load_order("order.yaml", write(data).encode(), book, None)
    assert order is not None, _told(findings, write(data))
    quote = price_order(book, order)
    assert isinstance(quote, Quote), _told(getattr(quote, "diagnostics", ()), write(data))
    return quote


def _told(findings, text: str) -> str:
    return "\n".join(f"{finding.code} {finding.message}" for finding in findings) + "\n" + text


def normal(value: object) -> object:
    """Numbers in any writing as Fractions, inside lists and mappings too; other texts stay."""
    if isinstance(value, Mapping):
        return {key: normal(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [normal(part) for part in value]
    if isinstance(value, bool) or value is None:
        return value
    try:
        return Fraction(value)
    except ValueError:
        return value


def expected(vector: Mapping) -> dict[str, object]:
    """What the other system answered, without what is its own."""
    return {key: normal(value) for key, value in vector["expected"].items() if key not in THEIR_OWN}
