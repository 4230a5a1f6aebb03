"""An unsubscription: what of each payment is consumed, the fee, and what is paid back (rule language, 3.8).

Contract: refund = max(0, paid - consumed - fee). Each payment is consumed over its own span, coupons are not returned, and only
the refund is rounded. A term that has not begun is returned whole and without a fee.
"""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.diagnostics import report
from engine.diagnostics.orders import UNSUBSCRIPTION_NOT_SUPPORTED
from engine.model.book import RoundingStep
from engine.model.facts import StepFacts
from engine.model.formulas import Formula, Percent, difference, product, quotient, signed, value
from engine.model.orders import UnsubscribeRequest
from engine.model.policies import Cancellation, Consumed, FeeRow
from engine.model.quotes import QuotedUnsubscription
from engine.model.trace import TraceStep
from engine.pricing.discounts import DiscountContext
from engine.pricing.factors import discounted
from engine.pricing.indexes import attribute_rank
from engine.pricing.messages import place
from engine.pricing.refund_parts import PaidLeft, return_payments
from engine.pricing.refused import Refused
from engine.pricing.resolution import choose, rounding_in_force
from engine.pricing.rounding import UNNAMED_LINE_STEP
from engine.pricing.steps import round_to
from engine.pricing.subscription import PaidTerm, Payment, Subscription, end_of
from engine.values.exact import ONE, ZERO, Number, divide, exact, finite, multiply, subtract, total
from engine.values.money import minor_places, round_money
from engine.values.periods import Duration, add_months, after, local_date, wall_clock
from engine.values.terms import day_after, end_of_term, kind_of, term_of

LENGTHS = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Use:
    """What became of one payment: the part of its base that is used, and what that costs."""

    payment: Payment
    consumed: Number
    fee: Number
    step: TraceStep
    row: FeeRow = FeeRow()  # of the fee table, where one applied


def evaluate_unsubscription(sub: Subscription, request: UnsubscribeRequest) -> tuple[Subscription, QuotedUnsubscription]:
    """The subscription that is over from the request's instant on, and what leaving returns.

    886.44 for a year of 366 days, 184 days used, 10% fee: 886.44 - 886.44 x 184/366 - 88.644 = 352.15.
    """
    if not sub.terms:
        # Billed by usage: nothing was paid in advance, so nothing is paid back; what was used until then is what is billed.
        return replace(sub, ended=request.at), QuotedUnsubscription(request.at, ZERO, ZERO, ZERO, round_money(ZERO, sub.order.currency), ZERO)
    policy = _policy(sub, request)
    uses = _uses(sub, policy, request.at)
    paid = total(use.payment.amount for use in uses)
    consumed, fee = total(use.consumed for use in uses), total(use.fee for use in uses)
    left = max(ZERO, subtract(subtract(paid, consumed), fee))
    refund, rule = _rounded(sub, request, left)
    lefts = [PaidLeft(use.payment, use.consumed, use.fee) for use in uses]
    returned = return_payments(sub, lefts, refund, request.at, lambda value: _rounded(sub, request, value)[0])
    taxed = returned.taxed
    tax = total(each.amount for each in taxed.totals) if taxed.totals else ZERO
    steps = (*_steps(sub, uses, (paid, consumed, fee, left), policy), _rounding(rule, left, refund), *taxed.steps)
    net = subtract(refund, tax) if sub.book.prices_include_tax else refund
    quoted = QuotedUnsubscription(request.at, paid, consumed, fee, net, tax, taxed.totals, steps, returned.parts, returned.fee)
    return replace(sub, ended=request.at), quoted


def _policy(sub: Subscription, request: UnsubscribeRequest) -> Cancellation:
    """The cancellation that was in force when the current term was bought."""
    uses, bought = sub.mode.cancellation, sub.running(request.at).bought_at
    chosen = choose(uses, sub.attributes, bought, attribute_rank(sub.book)).entry if uses else None
    if chosen is None:
        title = sub.mode.title.read("en", sub.book.language) or sub.mode.id
        raise Refused(
            report(
                UNSUBSCRIPTION_NOT_SUPPORTED, f"{title} has no rule for an unsubscription", place(request.origin), path="unsubscribe",
                subject=sub.mode.id, help=f"leave {request.origin.voice.key('unsubscribe')} out, or name a `cancellation` in the billing mode",
            )
        )  # fmt: skip
    return sub.book.cancellations[chosen.use]


# --- what is consumed -----------------------------------------------------------------------------------------------------------


def _uses(sub: Subscription, policy: Cancellation, at: datetime) -> list[Use]:
    whole = _returned_whole(sub, policy, at)
    found: list[Use] = []
    for term in sub.terms:
        row = _fee_row(policy, term, at, sub.book.zone) if not whole else FeeRow()
        for payment in term.payments:
            begun = at >= payment.start
            if at >= end_of(payment.expires, sub.book):
                # Over and used up: nothing of it can be returned, and no fee is due on it.
                continue
            if whole or not begun:
                found.append(Use(payment, ZERO, ZERO, _use_step(sub, payment, ZERO, None)))
            elif policy.refund == "none":
                found.append(Use(payment, payment.amount, ZERO, _use_step(sub, payment, payment.amount, None)))
            else:
                formula = _consumed(sub, policy.consumed, term, payment, at)
                if row.consumed_times is not None:
                    formula = product(formula, Percent(row.consumed_times))
                consumed = value(formula)
                step = _use_step(sub, payment, consumed, formula, row if row.consumed_times is not None else FeeRow())
                found.append(Use(payment, consumed, multiply(payment.amount, row.fee), step, row))
    return found


def _returned_whole(sub: Subscription, policy: Cancellation, at: datetime) -> bool:
    """Within the first days of a first purchase: 5 days are 120 elapsed hours, the last instant excluded.

    Source: rule language, 3.10, 5 days.
    """
    return policy.full_refund_within is not None and at < after(sub.order.at, policy.full_refund_within, sub.book.zone)


def _consumed(sub: Subscription, rule: Consumed, term: PaidTerm, payment: Payment, at: datetime) -> Formula:
    """How much of a payment is used up at `at`."""
    places = minor_places(sub.order.currency)
    used, ordered = used_counts(rule, payment.start, end_of(payment.expires, sub.book), at, sub.book.zone)
    base = payment.list_amount if rule.of == "list" or rule.by == "re-rated" else payment.amount
    formula = quotient(product(signed(base, places), used), ordered)
    return product(formula, _earned_factor(sub, term, payment, at)) if rule.by == "re-rated" else formula


def used_counts(rule: Consumed, start: datetime, end: datetime, at: datetime, tz: ZoneInfo) -> tuple[Number, Number]:
    """Whole counts used and ordered: start, end and leaving are each cut down (with `part: up` leaving is cut up), then subtracted.

    Hours, minutes and seconds are elapsed time, days and months those of the calendar. 14 June to the end of 14 July, left on 21 June:
    7 of 31 days; March in Berlin has 743 hours. Source: rule language, 3.8, and second version, 8.9.
    """
    begin, finish = (_cut(instant, rule.count, tz) for instant in (start, end))
    leave = _cut(at, rule.count, tz, up=rule.part == "up")
    ordered = _between(begin, finish, rule.count)
    if ordered <= 0:
        # Shorter than one count: it is used as soon as it has begun.
        return (ONE if at > start else ZERO), ONE
    return max(ZERO, min(ordered, _between(begin, leave, rule.count))), ordered


def _cut(instant: datetime, count: str, tz: ZoneInfo, up: bool = False) -> datetime:
    """Where the count begins (or with `up` ends) that holds the instant: a day or month on the wall clock, others as UTC instants."""
    wall = wall_clock(instant, tz)
    midnight = datetime.combine(wall.date(), time())
    match count:
        case "month":
            first = midnight.replace(day=1)
            return datetime.combine(add_months(first.date(), 1), time()) if up and wall != first else first
        case "day":
            return midnight + LENGTHS[count] if up and wall != midnight else midnight
    over = (wall - midnight) % LENGTHS[count]
    return instant - over + (LENGTHS[count] if up and over else timedelta())


def _between(begin: datetime, end: datetime, count: str) -> Number:
    if count == "month":
        return exact(12 * (end.year - begin.year) + end.month - begin.month)
    return divide(exact((end - begin) // MICROSECOND), exact(LENGTHS[count] // MICROSECOND))


def _earned_factor(sub: Subscription, term: PaidTerm, payment: Payment, at: datetime) -> Number:
    """What the term discount leaves that the whole months (or days) used have earned; 1 in the first of them."""
    used = units_used(term.start, at, term.length, sub.book.zone)
    if used == 0:
        return ONE
    by_term = {name for name, discount in term.book.discounts.items() if discount.by == "term" and discount.coupon is None}
    stages = tuple(
        replace(stage, discounts=tuple(name for name in stage.discounts if name in by_term))
        for stage in term.book.discount_policy
        if by_term.intersection(stage.discounts)
    )
    if payment.line not in term.keys or not stages:
        return ONE
    index = term.keys.index(payment.line)
    spend = total(each.list_amount for each in term.rated)
    order = replace(term.order, term=term_of(used, term.length), coupons=())
    context = DiscountContext(order, sub.book.zone, spend, minor_places(sub.order.currency), term.in_time)
    found = discounted(replace(term.book, discount_policy=stages), list(term.rated), context)[index]
    listed = term.rated[index].list_amount
    return divide(found.left, listed) if listed else ONE


def units_used(start: datetime, at: datetime, term: Duration, tz: ZoneInfo) -> int:
    """How many whole months of a term have passed by the calendar, or whole days."""
    begin, end = local_date(start, tz), local_date(at, tz)
    count = 12 * (end.year - begin.year) + end.month - begin.month if term.months else (end - begin).days
    while count > 0 and end_of_term(start, term_of(count, term), tz) > at:
        count -= 1
    return max(0, count)


# --- the fee --------------------------------------------------------------------------------------------------------------------


def _fee_row(policy: Cancellation, term: PaidTerm, at: datetime, tz: ZoneInfo) -> FeeRow:
    """The first row that matches the term and the time used; no fee where none does."""
    for row in policy.fees:
        if (row.term is None or row.term == term.length) and (row.used_up_to is None or _used_within(row.used_up_to, term, at, tz)):
            return row
    return FeeRow()


def _used_within(limit: Duration, term: PaidTerm, at: datetime, tz: ZoneInfo) -> bool:
    """Whether no more than the limit is used: by calendar, the anniversary included to the end of its day.

    Source: rule language, 3.10, 5 days, and second version, 8.14.
    """
    if kind_of(limit) is None:
        return at <= after(term.start, limit, tz)
    return local_date(at, tz) <= day_after(local_date(term.start, tz), limit)


# --- the refund -----------------------------------------------------------------------------------------------------------------


def _rounded(sub: Subscription, request: UnsubscribeRequest, left: Number) -> tuple[Decimal, RoundingStep]:
    """The refund, rounded once: by the chain's step for lines, else for the invoice, else half-up to the minor unit."""
    line, invoice = (rounding_in_force(sub.book, at, request.at, sub.attributes) for at in ("line", "invoice"))
    rule = line or invoice or UNNAMED_LINE_STEP
    # What the invoice's step has rounded already stays as it is.
    return finite(round_to(round_to(left, rule, sub.order.currency), invoice, sub.order.currency)), rule


def _use_step(sub: Subscription, payment: Payment, consumed: Number, formula: Formula | None, row: FeeRow = FeeRow()) -> TraceStep:
    facts: StepFacts = {"item": payment.item, "paid": payment.amount, "paid_at": payment.at, "start": payment.start, "expires": payment.expires}
    return TraceStep(4, "payment-used", consumed, payment.amount, formula, facts | _bounds(row), origin=row.origin)


def _bounds(row: FeeRow) -> StepFacts:
    """For which term and how much time used a row of the fee table holds; what it does not name holds for all."""
    bounds: StepFacts = {}
    if row.term is not None:
        bounds["term"] = row.term
    if row.used_up_to is not None:
        bounds["used_up_to"] = row.used_up_to
    return bounds


def _steps(sub: Subscription, uses: list[Use], sums: tuple[Number, ...], policy: Cancellation) -> tuple[TraceStep, ...]:
    places = minor_places(sub.order.currency)
    paid, consumed, fee, left = sums
    working = difference(signed(paid, places), signed(consumed, places), signed(fee, places))
    floor = subtract(subtract(paid, consumed), fee) < 0
    facts: StepFacts = {"paid": paid, "consumed": consumed, "fee": fee}
    rows = sorted((use.row for use in uses if use.row.origin.line), key=lambda row: not row.fee)
    charged = next(iter(rows), FeeRow(origin=policy.origin))
    return (
        TraceStep(4, "consumed", consumed, children=tuple(use.step for use in uses), adds_up=True, origin=policy.origin),
        TraceStep(4, "fee", fee, None, _fee_formula(uses, places), {"paid": paid} | _bounds(charged), idle=not fee, origin=charged.origin),
        TraceStep(4, "refund", left, None, None if floor else working, facts | ({"at_least": ZERO} if floor else {})),
    )


def _fee_formula(uses: list[Use], places: int) -> Formula | None:
    """The working of the fee: 2,216.10 at 10%; None where payments have different fees."""
    charged = [use for use in uses if use.row.fee]
    if len({use.row.fee for use in charged}) != 1:
        return None
    return product(signed(total(use.payment.amount for use in charged), places), Percent(charged[0].row.fee))


def _rounding(rule: RoundingStep, left: Number, refund: Number) -> TraceStep:
    facts: StepFacts = {"mode": rule.mode, "places": rule.places}
    return TraceStep(6, "round-line", refund, left, facts=facts, idle=left == refund, origin=rule.origin)
