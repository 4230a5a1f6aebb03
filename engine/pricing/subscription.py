"""What a customer holds after a purchase: the paid terms, the state of each item in them, and every payment with its own span.

Contract: records and questions about them; the rules of changes, refunds and renewals stand in their own modules. Nothing is changed
in place: an event makes a new subscription. Amounts are those of lines as shown, so with prices that include tax they are gross.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from engine.model.book import BillingMode, PriceBook
from engine.model.orders import Order
from engine.pricing.discounts import Pending, TermInTime
from engine.pricing.factors import UNDISCOUNTED, Factor, factor_of, without_coupons
from engine.pricing.indexes import price_index
from engine.pricing.quantity import accept_line
from engine.pricing.rated import AcceptedLine, ExtraPart, RatedLine
from engine.pricing.running import RunningLine
from engine.pricing.unified_days import first_end
from engine.pricing.waterfall import Pricing
from engine.values.exact import ONE, ZERO, Number, add, exact, finite, subtract, total
from engine.values.periods import Duration, start_of_day
from engine.values.terms import units

DAY = timedelta(days=1)


class OwnDays(NamedTuple):
    """The instant that the days of a subscription, or of a line since a change began its own term, count from, and the months (or days) paid since."""

    anchor: datetime
    units: int


class TermSpan(NamedTuple):
    """The time of one line in a term: its start, its expiry, the part after its anniversary, its own days where it has them."""

    start: datetime
    expires: date | datetime
    extra: ExtraPart | None = None
    own: OwnDays | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """One line as it is held: what of it, the factor it was bought with, the date of its prices, and until when it is paid.

    `quantity` is what is billed of the line; `ordered` what was asked for before that was rounded.
    """

    line: AcceptedLine
    quantity: Number
    ordered: Number
    factor: Factor
    price_at: datetime
    start: datetime
    expires: date | datetime
    extra: ExtraPart | None = None
    own: OwnDays | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that was paid for an item (negative: paid back) for the time from `start` to `expires`, at the UTC instant `at`.

    `list_amount` is its amount before discounts, `returned` how much of it later changes gave back, `line` the line's key.
    """

    item: str
    at: datetime
    amount: Decimal
    list_amount: Number
    start: datetime
    expires: date | datetime
    returned: Decimal = ZERO
    line: str = ""


@dataclass(frozen=True, slots=True)
class PaidTerm:
    """A term that was paid: bought at `bought_at` under the price list of `price_at` in `book`. `order` is what was bought.

    `book` is the book as the term saw it: that of a renewal has no prices for new business only, no discounts of a first order.
    Items that were due once, before it, are `settled`; lines whose prices are of another day have it in `priced_at`. `keys` names
    the lines of `rated`, in their order; `held` and the coupons' amounts are kept by them and by item. `extra` is the part after
    the anniversary of a term that ends on a unified day. `amounts` are discounts of a fixed amount for all of its time, of no coupon.
    """

    book: PriceBook
    start: datetime
    expires: date | datetime
    length: Duration
    bought_at: datetime
    price_at: datetime
    order: Order
    in_time: TermInTime
    rated: tuple[RatedLine, ...]
    held: Mapping[str, Held] = field(default_factory=dict)
    payments: tuple[Payment, ...] = ()
    coupons: Mapping[str, Number] = field(default_factory=dict)
    extra: ExtraPart | None = None
    keys: tuple[str, ...] = ()
    settled: frozenset[str] = frozenset()
    priced_at: Mapping[str, datetime] = field(default_factory=dict)
    amounts: tuple[Pending, ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription as it stands: its terms, what waits for the next renewal, and how it ended, if it did.

    `others` are the lines that are billed by usage: without a term where all are. `pending` are changes that wait for the renewal,
    by line (None: dropped). `days` are those of the subscription's next term.
    """

    book: PriceBook
    mode: BillingMode
    order: Order
    terms: tuple[PaidTerm, ...]
    days: OwnDays
    others: Mapping[str, Held] = field(default_factory=dict)
    pending: Mapping[str, AcceptedLine | None] = field(default_factory=dict)
    ended: datetime | None = None

    @property
    def end(self) -> datetime:
        """The UTC instant before which the subscription lies, as far as it is paid; it has at least one term."""
        return last_end(self.terms[-1], self.book)

    @property
    def attributes(self) -> Mapping[str, str]:
        """The order's attributes, which hold for all its events."""
        return self.order.attributes

    def running(self, at: datetime) -> PaidTerm:
        """The term in which `at` lies; the last one where it lies after them all."""
        return next((term for term in self.terms if at < last_end(term, self.book)), self.terms[-1])

    def bought_at(self, at: datetime) -> datetime:
        """When the term in which `at` lies was bought: what is billed by usage has none, and keeps what was in force at its start."""
        return self.running(at).bought_at if self.terms else self.order.at

    def standing(self, at: datetime) -> dict[str, Held]:
        """What is held at the instant, by line: each line in the term that is running for it, then what is billed by usage."""
        found: dict[str, Held] = {}
        for term in self.terms:
            for key, held in term.held.items():
                if key not in found and held.start <= at < end_of(held.expires, self.book):
                    found[key] = held
        return {**found, **self.others}

    def with_term(self, position: int, term: PaidTerm) -> "Subscription":
        """The subscription with another term in that place."""
        return replace(self, terms=(*self.terms[:position], term, *self.terms[position + 1 :]))


def end_of(expires: date | datetime, book: PriceBook) -> datetime:
    """The UTC instant before which a term lies: after its last day, or the instant of expiry itself."""
    return expires if isinstance(expires, datetime) else start_of_day(expires + DAY, book.zone)


def last_end(term: PaidTerm, book: PriceBook) -> datetime:
    """The end of a term; an item that began a term of its own with a change may outlast it."""
    return max(end_of(term.expires, book), *(end_of(held.expires, book) for held in term.held.values()), term.start)


def line_keys(items: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """A name for each line: its item, with a number where the item stands in the order again.

    >>> line_keys(["seat", "disk", "seat"])
    ['seat', 'disk', 'seat#2']
    """
    known, found = set(taken), []
    for item in items:
        key, count = item, 1
        while key in known:
            count += 1
            key = f"{item}#{count}"
        known.add(key)
        found.append(key)
    return found


def subscribe(pricing: Pricing, by_usage: Sequence[AcceptedLine] = ()) -> Subscription:
    """What is held once the priced order has been paid; without a term it is billed by usage alone, which `by_usage` names.

    Where the renewal policy names a unified day the first term ends on it.
    """
    book, order = pricing.book, pricing.order
    mode = book.billing_modes[order.billing_mode]
    keys = line_keys(line.rated.item.id for line in pricing.lines)
    others = line_keys((line.item.id for line in by_usage), keys)
    held = {key: _by_usage(order, line) for key, line in zip(others, by_usage, strict=True)}
    sub = Subscription(book, mode, order, (), OwnDays(order.at, 0), held)
    prepaid = dict(zip(keys, pricing.lines, strict=True))
    if order.term is None or not prepaid:
        return sub
    end = first_end(book, order)
    span = TermSpan(order.at, end.expires, end.extra)
    in_time = TermInTime(order.at, order.at, 0, order.term)
    term = paid_term(pricing, prepaid, [span] * len(prepaid), span, order.at, in_time)
    return replace(sub, terms=(term,), days=days_after(book, span, OwnDays(order.at, units(order.term))))


def days_after(book: PriceBook, span: TermSpan, days: OwnDays) -> OwnDays:
    """Where the days of the subscription's next term count from: a unified day that was reached is a new beginning."""
    end = span.expires
    return days if span.extra is None else OwnDays(end if isinstance(end, datetime) else start_of_day(end, book.zone), 0)


def _by_usage(order: Order, line: AcceptedLine) -> Held:
    """A line that is billed by usage: nothing is paid for it in advance, and it has no end."""
    return Held(line, line.quantity, line.quantity, UNDISCOUNTED, order.at, order.at, datetime.max.replace(tzinfo=order.at.tzinfo))


def _held(pricing: Pricing, line: RunningLine, position: int, factor: Factor, price_at: datetime, span: TermSpan) -> Held:
    book, rated = pricing.book, line.rated
    sold = price_index(book).modes[pricing.order.billing_mode].sold[rated.item.id]
    ordered = accept_line(book, sold, rated.item, rated.line, position)
    return Held(replace(ordered, quantity=rated.quantity), rated.quantity, ordered.quantity, factor, price_at, *span)


def paid_term(
    pricing: Pricing,
    lines: Mapping[str, RunningLine],
    spans: Sequence[TermSpan],
    term_span: TermSpan,
    price_at: datetime,
    in_time: TermInTime,
    settled: frozenset[str] = frozenset(),
    priced_at: Mapping[str, datetime] | None = None,
) -> PaidTerm:
    """The term that the prepaid lines of a priced order are, with the factor, the payment and the coupon of each.

    `lines` are by their keys, `spans` the time of each, `term_span` that of the subscription; `settled` and `priced_at` of a term.
    """
    order, own_days = pricing.order, priced_at or {}
    held: dict[str, Held] = {}
    payments: list[Payment] = []
    coupons: dict[str, Number] = {}
    for position, ((key, line), span) in enumerate(zip(lines.items(), spans, strict=True)):
        item = line.rated.item.id
        held[key] = _held(pricing, line, position, factor_of(line, order), own_days.get(key, price_at), span)
        payments.append(Payment(item, order.at, finite(line.left), line.rated.list_amount, span.start, span.expires, line=key))
        coupons[item] = add(coupons.get(item, ZERO), _coupons_of(line, order))
    return PaidTerm(
        pricing.book, term_span.start, term_span.expires, order.term_length, order.at, price_at, order, in_time,
        tuple(line.rated for line in lines.values()), held, tuple(payments), coupons, term_span.extra, tuple(lines), settled, own_days,
        tuple(each for each in pricing.pending if each.discount.coupon is None and all(share == ONE for _, share in each.scope)),
    )  # fmt: skip


def charged_units(length: Duration, extra: ExtraPart | None, per: str | None) -> Number:
    """How many months (or days) of a price per `per` a term of that length costs, the part to its unified day included: 1 + 15/30."""
    if extra is None:
        return exact(units(length))
    return extra.units(per) if extra.alone else add(exact(units(length)), extra.units(per))


def _coupons_of(line: RunningLine, order: Order) -> Number:
    """What percent coupons and amounts off took from the line: money that was not paid, and is not returned."""
    return subtract(without_coupons(line, order).left, subtract(line.rated.list_amount, line.discount))


def paid_for(terms: Iterable[PaidTerm], item: str) -> Decimal:
    """The money that was paid for an item in these terms, before anything was returned."""
    return total(each.amount for term in terms for each in term.payments if each.item == item and each.amount > 0)


def returnable(terms: Iterable[PaidTerm], item: str) -> Decimal:
    """What was paid for an item less what was refunded before."""
    return total(subtract(each.amount, each.returned) for term in terms for each in term.payments if each.item == item and each.amount > 0)


def give_back(sub: Subscription, positions: Iterable[int], item: str, amount: Decimal) -> tuple[Subscription, list[tuple[datetime, Decimal]]]:
    """The subscription with `amount` marked as returned, the latest payment in the terms at these positions first, and from which
    payments it came, by their instants.

    Source: rule language, 3.10, Taxes: a refund takes the rate of the payment it returns.
    """
    found: list[tuple[datetime, Decimal]] = []
    payments = [(position, each) for position in positions for each in sub.terms[position].payments if each.item == item and each.amount > 0]
    for position, payment in sorted(payments, key=lambda each: each[1].at, reverse=True):
        part = min(amount, subtract(payment.amount, payment.returned))
        if part > 0:
            sub = _marked(sub, position, payment, part)
            amount = subtract(amount, part)
            found.append((payment.at, part))
    if amount > 0:
        found.append((payments[0][1].at if payments else sub.terms[next(iter(positions))].bought_at, amount))
    return sub, found


def _marked(sub: Subscription, position: int, payment: Payment, part: Decimal) -> Subscription:
    term, returned = sub.terms[position], replace(payment, returned=add(payment.returned, part))
    return sub.with_term(position, replace(term, payments=tuple(returned if each is payment else each for each in term.payments)))
