"""What a customer holds after a purchase: the paid terms, the state of each item in them, and every payment with its own span.

Contract: records and questions about them; the rules of changes, refunds and renewals stand in their own modules. Amounts are
those of lines as shown, so with prices that include tax they are gross.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from engine.model.book import BillingMode, PriceBook
from engine.model.orders import Order, OrderLine
from engine.pricing.discounts import DiscountContext, TermInTime
from engine.pricing.factors import Profile, discount_profiles
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.running import RunningLine
from engine.pricing.waterfall import Pricing
from engine.values.exact import ZERO, Number, add, subtract, total
from engine.values.periods import Duration, start_of_day

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """One item as it is held: what of it, the factor it was bought with, the date of its prices, and until when it is paid."""

    line: AcceptedLine
    quantity: Number
    profile: Profile
    price_at: datetime
    start: datetime
    expires: date | datetime


@dataclass(slots=True)
class Payment:
    """Money that was paid for an item (negative: paid back) for the time from `start` to `expires`, at the UTC instant `at`.

    `list_amount` is its amount before discounts, `returned` how much of it later changes gave back.
    """

    item: str
    at: datetime
    amount: Number
    list_amount: Number
    start: datetime
    expires: date | datetime
    returned: Number = ZERO


@dataclass(slots=True)
class PaidTerm:
    """A term that was paid: bought at `bought_at` under the price list of `price_at`. `order` is what was bought."""

    start: datetime
    expires: date | datetime
    length: Duration
    bought_at: datetime
    price_at: datetime
    order: Order
    in_time: TermInTime
    rated: tuple[RatedLine, ...]
    held: dict[str, Held] = field(default_factory=dict)
    payments: list[Payment] = field(default_factory=list)
    coupons: dict[str, Number] = field(default_factory=dict)


@dataclass(slots=True)
class Subscription:
    """A subscription as it stands: its terms, what waits for the next renewal, and how it ended, if it did.

    `others` are the lines that are billed by usage; `twice` the items that stand in the order more than once. The subscription's
    days count from `anchor`, since which `anchored_months` have been paid.
    """

    book: PriceBook
    mode: BillingMode
    order: Order
    terms: list[PaidTerm]
    others: tuple[OrderLine, ...] = ()
    twice: frozenset[str] = frozenset()
    pending: dict[str, OrderLine | None] = field(default_factory=dict)
    ended: datetime | None = None
    anchor: datetime | None = None
    anchored_months: int = 0

    @property
    def end(self) -> datetime:
        """The UTC instant before which the subscription lies, as far as it is paid."""
        return last_end(self.terms[-1], self.book)

    @property
    def attributes(self) -> Mapping[str, str]:
        """The order's attributes, which hold for all its events."""
        return self.order.attributes

    def running(self, at: datetime) -> PaidTerm:
        """The term in which `at` lies; the last one where it lies after them all."""
        return next((term for term in self.terms if at < last_end(term, self.book)), self.terms[-1])


def end_of(expires: date | datetime, book: PriceBook) -> datetime:
    """The UTC instant before which a term lies: after its last day, or the instant of expiry itself."""
    return expires if isinstance(expires, datetime) else start_of_day(expires + DAY, book.zone)


def last_end(term: PaidTerm, book: PriceBook) -> datetime:
    """The end of a term; an item that began a term of its own with a change may outlast it."""
    return max(end_of(term.expires, book), *(end_of(held.expires, book) for held in term.held.values()), term.start)


def subscribe(pricing: Pricing, expires: date | datetime) -> Subscription:
    """What is held once the priced order has been paid. The order must have a term."""
    book, order = pricing.book, pricing.order
    prepaid = [line for line in pricing.lines if line.rated.payment == "prepaid"]
    names = [line.rated.item.id for line in prepaid]
    in_time = TermInTime(order.at, order.at, 0, order.term)
    term = paid_term(pricing, prepaid, order.at, expires, order.at, in_time)
    others = tuple(line.rated.line for line in pricing.lines if line.rated.payment != "prepaid")
    twice = frozenset(name for name in names if names.count(name) > 1)
    return Subscription(book, book.billing_modes[order.billing_mode], order, [term], others, twice, anchor=order.at, anchored_months=order.term.months)


def paid_term(
    pricing: Pricing, lines: list[RunningLine], start: datetime, expires: date | datetime, price_at: datetime, in_time: TermInTime
) -> PaidTerm:
    """The term that the prepaid lines of a priced order are, with the factor, the payment and the coupon of each."""
    book, order = pricing.book, pricing.order
    rated = tuple(line.rated for line in lines)
    spend = total(line.rated.list_amount for line in pricing.lines)
    context = DiscountContext(order, book.zone, spend, pricing.places, in_time)
    profiles = discount_profiles(book, lines, context)
    term = PaidTerm(start, expires, order.term, order.at, price_at, order, in_time, rated)
    sold = {each.item: each for each in pricing.book.billing_modes[order.billing_mode].items}
    for position, (line, found) in enumerate(zip(lines, profiles, strict=True)):
        item = line.rated.item.id
        accepted = AcceptedLine(position, line.rated.line, line.rated.item, line.rated.spec, sold[item], line.rated.quantity)
        term.held[item] = Held(accepted, line.rated.quantity, found.profile, price_at, start, expires)
        term.payments.append(Payment(item, order.at, line.left, line.rated.list_amount, start, expires))
        term.coupons[item] = add(term.coupons.get(item, ZERO), _coupons_of(line, found.amount))
    return term


def _coupons_of(line: RunningLine, without_coupons: Number) -> Number:
    """What percent coupons and amounts off took from the line: money that was not paid, and is not returned."""
    after_stages = next((step.value for step in reversed(line.steps) if step.number == 5), line.rated.list_amount)
    amounts = total(subtract(step.before, step.value) for step in line.steps if step.number == 7)
    return add(subtract(without_coupons, after_stages), amounts)


def paid_for(terms: list[PaidTerm], item: str) -> Number:
    """The money that was paid for an item in these terms, before anything was returned."""
    return total(each.amount for term in terms for each in term.payments if each.item == item and each.amount > 0)


def returnable(terms: list[PaidTerm], item: str) -> Number:
    """What was paid for an item less what was refunded before."""
    return total(subtract(each.amount, each.returned) for term in terms for each in term.payments if each.item == item and each.amount > 0)


def give_back(terms: list[PaidTerm], item: str, amount: Number) -> list[tuple[datetime, Number]]:
    """Marks `amount` as returned, the latest payment first, and tells from which payments it came, by their instants.

    Source: rule language, 3.10, Taxes: a refund takes the rate of the payment it returns.
    """
    found: list[tuple[datetime, Number]] = []
    payments = [each for term in terms for each in term.payments if each.item == item and each.amount > 0]
    for payment in sorted(payments, key=lambda each: each.at, reverse=True):
        part = min(amount, subtract(payment.amount, payment.returned))
        if part > 0:
            payment.returned = add(payment.returned, part)
            amount = subtract(amount, part)
            found.append((payment.at, part))
    if amount > 0:
        found.append((payments[0].at if payments else terms[0].bought_at, amount))
    return found


__all__ = [
    "Held", "PaidTerm", "Payment", "Subscription", "end_of", "give_back", "last_end", "paid_for", "paid_term", "returnable",
    "subscribe",
]  # fmt: skip
