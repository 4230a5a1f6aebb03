"""A further term of a subscription, and the move to another billing mode (rule language, 3.8, 3.10, Renewals, and 2, mode_changes).

Contract: a renewal is an order of its own day that runs down the waterfall; it begins where the term before it ends, however late it
is paid, and keeps the day of the first purchase.
"""

from dataclasses import replace
from datetime import date, datetime

from engine.diagnostics import report
from engine.diagnostics.orders import MODE_CHANGE_NOT_ALLOWED, NOT_EVALUATED_YET, RENEWAL_NOT_SUPPORTED, RENEWAL_TOO_LATE
from engine.model.book import PriceBook
from engine.model.orders import Order, OrderLine, RenewRequest, SwitchRequest
from engine.model.policies import Renewal
from engine.model.quotes import QuotedRenewal, QuotedSwitch
from engine.pricing.acceptance import accept_order
from engine.pricing.discounts import TermInTime
from engine.pricing.line_taxes import line_taxes
from engine.pricing.lines import rate_prepaid
from engine.pricing.messages import listing, place
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.refused import Refused
from engine.pricing.resolution import attribute_rank, choose, prices_in_force
from engine.pricing.subscription import PaidTerm, Subscription, end_of, paid_term
from engine.pricing.waterfall import Pricing, quote_line, run_waterfall, totals_of
from engine.values.periods import Duration, add_months, after, local, local_date


def evaluate_renewal(sub: Subscription, request: RenewRequest) -> QuotedRenewal:
    """What a further term costs, and the subscription with it; raises Refused where the mode has no renewal, or it is too late."""
    policy = renewal_in_force(sub, request)
    last = sub.terms[-1]
    _check_time(sub, policy, last, request)
    start = end_of(last.expires, sub.book)
    in_time = TermInTime(sub.order.at, start, sum(term.length.months for term in sub.terms), request.term)
    expires = renewed_until(sub, policy, request.term)
    book = _book_of_renewal(sub, policy)
    order = _order(sub, book, request)
    rated = _rate(sub, book, policy, order)
    pricing = run_waterfall(Pricing(book, order, rated=rated, in_time=in_time))
    price_at = sub.order.at if policy.price == "original" else request.at
    sub.terms.append(paid_term(pricing, pricing.lines, start, expires, price_at, in_time))
    sub.anchored_months += request.term.months
    sub.pending.clear()
    lines = tuple(quote_line(line) for line in pricing.lines)
    totals = totals_of(lines, pricing.taxed, book.prices_include_tax)
    return QuotedRenewal(
        request.at, request.term, last.expires, expires, lines, totals, pricing.taxed.totals, tuple(pricing.steps),
        line_taxes(pricing.taxed, len(lines), order.currency, book.prices_include_tax),
    )  # fmt: skip


def renewal_in_force(sub: Subscription, request: RenewRequest) -> Renewal:
    """The renewal that was in force when the current term was bought."""
    uses = sub.mode.renewal
    chosen = choose(uses, sub.attributes, sub.terms[-1].bought_at, attribute_rank(sub.book)).entry if uses else None
    if chosen is None:
        title = sub.mode.title.read("en", sub.book.language) or sub.mode.id
        raise Refused(
            report(
                RENEWAL_NOT_SUPPORTED, f"{title} has no renewal", place(request.origin), path="renew", subject=sub.mode.id,
                help="leave `renew` out, or name a `renewal` in the billing mode",
            )
        )  # fmt: skip
    policy = sub.book.renewals[chosen.use]
    moved = any(held.expires != sub.terms[-1].expires for held in sub.terms[-1].held.values())
    if policy.align is not None or moved:
        why = "to a unified day" if policy.align is not None else "of items that end on different days"
        raise Refused(
            report(
                NOT_EVALUATED_YET, f"this version does not compute a renewal {why} yet, so the order has no quote",
                place(request.origin), path="renew", subject="renew", help="leave `renew` out to get the quote of what comes before it",
            )
        )  # fmt: skip
    return policy


def renewed_until(sub: Subscription, policy: Renewal, term: Duration) -> date | datetime:
    """Until when a further term lasts: the day of the first purchase is kept through short months (`original-day`), or the day
    on which the last term ended counts (`day-of-change`).

    Bought on 31 March for a month it ends on 30 April; renewed for a month on 31 May, or with `day-of-change` on 30 May.
    """
    zone, last = sub.book.zone, sub.terms[-1].expires
    if policy.anchor == "day-of-change":
        return after(last, term, zone) if isinstance(last, datetime) else add_months(last, term.months)
    months = term.months + sub.anchored_months
    if isinstance(last, datetime):
        return after(sub.anchor, Duration(months=months), zone)
    return add_months(local_date(sub.anchor, zone), months)


def _check_time(sub: Subscription, policy: Renewal, last: PaidTerm, request: RenewRequest) -> None:
    """After grace and retention the subscription is released; the end is excluded, as every end is."""
    gone = end = end_of(last.expires, sub.book)
    for kept in (policy.grace, policy.retention):
        gone = after(gone, kept, sub.book.zone) if kept is not None else gone
    if request.at < gone:
        return
    ended, released = local_date(end, sub.book.zone), local(gone, sub.book.zone)
    raise Refused(
        report(
            RENEWAL_TOO_LATE, f"the subscription was released on {released:%Y-%m-%d} and cannot be renewed on "
            f"{local_date(request.at, sub.book.zone)}", place(request.origin), path="renew", subject="renew",
            notes=(f"its term was over on {ended}, grace and retention of policy `{policy.id}` included it was kept until then",),
            help=f"renew before {released:%Y-%m-%d}, or order anew",
        )
    )  # fmt: skip


# --- what is renewed ------------------------------------------------------------------------------------------------------------


def _book_of_renewal(sub: Subscription, policy: Renewal) -> PriceBook:
    """The book as a renewal sees it: no charges that are due once, no discounts of a first order, no prices for new business only."""
    book, began = sub.book, sub.order.at
    prices = tuple(
        entry
        for entry in book.prices
        if entry.per != "once"
        and not (entry.running_subscriptions == "never" and entry.conditions.effective is not None and entry.conditions.effective > began)
    )
    first_only = {name for name, discount in book.discounts.items() if discount.lasts == "once"}
    stages = tuple(
        replace(stage, discounts=tuple(name for name in stage.discounts if name not in first_only)) for stage in book.discount_policy
    )
    return replace(book, prices=prices, discount_policy=tuple(stage for stage in stages if stage.discounts))


def _order(sub: Subscription, book: PriceBook, request: RenewRequest) -> Order:
    """What is renewed: what is held, with the changes that waited for this day; a coupon goes on only where it lasts."""
    lines: dict[str, OrderLine | None] = {name: held.line.line for name, held in sub.terms[-1].held.items()} | sub.pending
    going_on = tuple(
        code for code in sub.order.coupons
        if any(each.coupon == code and each.lasts != "once" for each in book.discounts.values())
    )  # fmt: skip
    origins = {"term": request.origin, "items": request.origin}
    kept = tuple(line for line in lines.values() if line is not None and _recurs(sub, line))
    return replace(
        sub.order, at=request.at, term=request.term, lines=(*kept, *sub.others), coupons=going_on, origins=origins, origin=request.origin
    )


def _recurs(sub: Subscription, line: OrderLine) -> bool:
    """Whether the line has any price that comes with every term; a set-up fee of its own is not renewed."""
    return any(
        entry.item == line.item and entry.per != "once" and not entry.withdrawn and entry.billing_mode == sub.mode.id
        for entry in sub.book.prices
    )


def _rate(sub: Subscription, book: PriceBook, policy: Renewal, order: Order) -> tuple[RatedLine, ...]:
    """The renewed lines at the prices of the renewal's day, or with `price: original` at those of the first purchase."""
    accepted = [line for line in accept_order(sub.book, order) if line.mode_item.payment == "prepaid"]
    if policy.price != "original":
        return tuple(rate_prepaid(book, order, line) for line in accepted)
    return tuple(rate_prepaid(book, replace(order, at=_priced_at(sub, book, line)), line) for line in accepted)


def _priced_at(sub: Subscription, book: PriceBook, line: AcceptedLine) -> datetime:
    """The date of an item's original price: of the first purchase, or of the change that brought what had no price then."""
    order, spec = sub.order, line.spec.id if line.spec else None
    found = prices_in_force(book, order.billing_mode, line.item.id, spec, order.currency, order.at, order.attributes)
    if found.entries or line.item.id not in sub.terms[-1].held:
        return order.at
    return sub.terms[-1].held[line.item.id].price_at


# --- another billing mode -------------------------------------------------------------------------------------------------------


def evaluate_switch(book: PriceBook, order: Order, request: SwitchRequest, expires: date | datetime | None) -> QuotedSwitch:
    """When a move to another billing mode takes effect: at once, or when the paid term is over."""
    row = next((each for each in book.mode_changes if (each.source, each.target) == (order.billing_mode, request.to)), None)
    if row is None:
        offered = [each.target for each in book.mode_changes if each.source == order.billing_mode]
        raise Refused(
            report(
                MODE_CHANGE_NOT_ALLOWED, f"the book allows no change from `{order.billing_mode}` to `{request.to}`",
                place(request.origin), path="switch", subject=request.to,
                help=f"switch to {listing(offered, 'or')}" if offered else "leave `switch` out, or add a row to `mode_changes`",
            )
        )  # fmt: skip
    if row.takes_effect == "immediately" or expires is None:
        return QuotedSwitch(request.at, request.to, request.at)
    return QuotedSwitch(request.at, request.to, expires)
