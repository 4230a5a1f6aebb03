"""A further term of a subscription, and the move to another billing mode (rule language, 3.8, 3.10, Renewals, and 2, mode_changes).

Contract: a renewal is an order of its own day that runs down the waterfall; it begins where the term before it ends, however late it
is paid, and keeps the day of the first purchase.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.diagnostics import report
from engine.diagnostics.orders import MODE_CHANGE_NOT_ALLOWED, NO_ITEMS, RENEWAL_NOT_SUPPORTED, RENEWAL_TOO_LATE
from engine.model.book import PriceBook
from engine.model.orders import Order, RenewRequest, SwitchRequest
from engine.model.policies import Renewal
from engine.model.prices import PriceEntry
from engine.model.quotes import QuotedRenewal, QuotedSwitch
from engine.pricing.acceptance import accept_order
from engine.pricing.discounts import TermInTime
from engine.pricing.durations import check_end
from engine.pricing.indexes import Same
from engine.pricing.line_taxes import line_taxes
from engine.pricing.lines import rate_prepaid
from engine.pricing.messages import listing, place
from engine.pricing.payable import round_payable
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.refused import Refused
from engine.pricing.resolution import prices_in_force
from engine.pricing.subscription import OwnDays, PaidTerm, Subscription, TermSpan, days_after, end_of, paid_term
from engine.pricing.unified_days import TermEnd, following_end, renewal_in_force_at
from engine.pricing.waterfall import Pricing, quote_line, run_waterfall, totals_of
from engine.values.periods import Duration, after, local, local_date, start_of_day
from engine.values.terms import end_of_term, kind_of, units


def evaluate_renewal(sub: Subscription, request: RenewRequest) -> tuple[Subscription, QuotedRenewal]:
    """The subscription with a further term, and what that costs; raises Refused where the mode has no renewal, or it is too late.

    `start` and `expires` of the answer are the subscription's; a line whose days count from a change of its own keeps them: its
    term begins where its own paid time ends.
    """
    policy = renewal_in_force(sub, request)
    last = sub.terms[-1]
    check_end(end_of_term(sub.end, request.term, sub.book.zone), span=place(request.origin), path="renew", subject="renew")
    _check_time(sub, policy, last, request)
    book = _book_of_renewal(sub)
    days = _price_days(sub, book, policy, request)
    lines, settled = _renewed_lines(sub, book, request, days)
    order = _order(sub, book, request, lines)
    common, spans = _spans(sub, policy, request.term, lines)
    in_time = TermInTime(sub.order.at, common.start, _units_before(sub), request.term)
    rated = _rate(sub, book, order, lines, spans, settled, days)
    pricing = run_waterfall(Pricing(book, order, rated=rated, in_time=in_time))
    price_at = sub.order.at if policy.price == "original" else request.at
    own = {key: days[key] for key in lines if days[key] != price_at}
    running = dict(zip(lines, pricing.lines, strict=True))
    term = paid_term(pricing, running, spans, common, price_at, in_time, settled, own)
    counted = days_after(sub.book, common, OwnDays(sub.days.anchor, sub.days.units + units(request.term)))
    quoted = tuple(quote_line(line) for line in pricing.lines)
    totals = totals_of(quoted, pricing.taxed.totals, book.prices_include_tax)
    rounded, rounding = round_payable(book, totals.gross, order.currency, request.at, order.attributes)
    renewal = QuotedRenewal(
        request.at, request.term, last.expires, common.expires, quoted, replace(totals, rounded=rounded), pricing.taxed.totals, (*pricing.steps, *rounding),
        line_taxes(pricing.taxed, len(quoted), order.currency, book.prices_include_tax),
    )  # fmt: skip
    return replace(sub, terms=(*sub.terms, term), days=counted, pending={}), renewal


def renewal_in_force(sub: Subscription, request: RenewRequest) -> Renewal:
    """The renewal that was in force when the current term was bought."""
    policy = renewal_in_force_at(sub.book, sub.mode, sub.order, sub.terms[-1].bought_at)
    if policy is None:
        title = sub.mode.title.read("en", sub.book.language) or sub.mode.id
        raise Refused(
            report(
                RENEWAL_NOT_SUPPORTED, f"{title} has no renewal", place(request.origin), path="renew", subject=sub.mode.id,
                help=f"leave {request.origin.voice.key('renew')} out, or name a `renewal` in the billing mode",
            )
        )  # fmt: skip
    return policy


def renewed_until(sub: Subscription, policy: Renewal, term: Duration) -> TermEnd:
    """Until when a further term lasts: the day of the first purchase is kept through short months (`original-day`), or the day
    on which the last term ended counts (`day-of-change`); with `align` it is the first unified day on or after that.

    Bought on 31 March for a month it ends on 30 April; renewed for a month on 31 May, or with `day-of-change` on 30 May.
    """
    return _until(sub, policy, sub.terms[-1].expires, sub.days, term)


def _until(sub: Subscription, policy: Renewal, last: date | datetime, counted: tuple[datetime, int], term: Duration) -> TermEnd:
    book, anchor, count = sub.book, *counted
    if policy.anchor == "day-of-change":
        # An instant keeps its time of day; a last day stands for its own beginning.
        anchor, count = (last, 0) if isinstance(last, datetime) else (start_of_day(last, book.zone), 0)
    return following_end(book, sub.mode, policy, (anchor, count + units(term)), term, last)


def _spans(sub: Subscription, policy: Renewal, term: Duration, lines: Mapping[str, AcceptedLine]) -> tuple[TermSpan, list[TermSpan]]:
    """The further term of the subscription, and that of each line: its own where a change gave it days of its own.

    Items that begin a new full term with a change (`new-less-credit`) end on their own day. Nothing in the language cuts a renewal
    to a part of a term, so each goes on for the whole term from its own end; only a unified day can bring them together again.
    """
    last = sub.terms[-1]
    end = renewed_until(sub, policy, term)
    common = TermSpan(end_of(last.expires, sub.book), end.expires, end.extra)
    spans = []
    for key in lines:
        held = last.held.get(key)
        if held is None or held.own is None:
            spans.append(common)
            continue
        own = _until(sub, policy, held.expires, held.own, term)
        span = TermSpan(end_of(held.expires, sub.book), own.expires, own.extra, OwnDays(held.own.anchor, held.own.units + units(term)))
        spans.append(span if span.expires != common.expires else span._replace(own=None))
    return common, spans


def _units_before(sub: Subscription) -> int | None:
    """How many whole months (or days) were paid before the further term; None where a part to a unified day was among them."""
    if any(term.extra is not None for term in sub.terms):
        return None
    return sum(units(term.length) for term in sub.terms)


def _check_time(sub: Subscription, policy: Renewal, last: PaidTerm, request: RenewRequest) -> None:
    """After grace and retention the subscription is released; the end is excluded, as every end is. The first line to end counts."""
    expires = min((held.expires for held in last.held.values()), key=lambda each: end_of(each, sub.book), default=last.expires)
    gone = end_of(expires, sub.book)
    for kept in (policy.grace, policy.retention):
        gone = _kept_until(gone, kept, sub.book.zone) if kept is not None else gone
    if request.at < gone:
        return
    ended = local_date(expires, sub.book.zone) if isinstance(expires, datetime) else expires
    released = local(gone, sub.book.zone)
    raise Refused(
        report(
            RENEWAL_TOO_LATE, f"the subscription was released on {released:%Y-%m-%d} and cannot be renewed on "
            f"{local_date(request.at, sub.book.zone)}", place(request.origin), path="renew", subject="renew",
            notes=(f"its term ended on {ended}; with the grace and retention of policy `{policy.id}` it was kept until {released:%Y-%m-%d}",),
            help=f"renew before {released:%Y-%m-%d}, or order anew",
        )
    )  # fmt: skip


def _kept_until(end: datetime, kept: Duration, tz: ZoneInfo) -> datetime:
    """So long after the end, whole days by the calendar: a term to 25 March is kept for 7 days until 1 April, whatever the clocks do."""
    return after(end, kept, tz) if kind_of(kept) is None else end_of_term(end, kept, tz)


# --- what is renewed ------------------------------------------------------------------------------------------------------------


def _book_of_renewal(sub: Subscription) -> PriceBook:
    """The book as a further term sees it: no discounts of a first order, no prices for new business only."""
    began = sub.order.at
    hidden = frozenset(
        index for index, entry in enumerate(sub.book.prices)
        if entry.running_subscriptions == "never" and (start := entry.conditions.effective) is not None and start > began
    )  # fmt: skip
    return _without_prices(Same(after_first_order(sub.book)), hidden)


@lru_cache(maxsize=64)
def _without_prices(same: Same, hidden: frozenset[int]) -> PriceBook:
    """The book without some of its prices, the same one for every subscription that cannot have them."""
    kept = tuple(entry for index, entry in enumerate(same.book.prices) if index not in hidden)
    return replace(same.book, prices=kept) if hidden else same.book


@lru_cache(maxsize=64)
def _first_order_over(same: Same) -> PriceBook:
    book = same.book
    once = {name for name, discount in book.discounts.items() if discount.lasts == "once"}
    if not once:
        return book
    kept = [(stage, tuple(name for name in stage.discounts if name not in once)) for stage in book.discount_policy]
    return replace(book, discount_policy=tuple(replace(stage, discounts=names) for stage, names in kept if names))


def after_first_order(book: PriceBook) -> PriceBook:
    """The book without what `lasts: once`: it belongs to the first order, or the first bill of what is used (rule language, 3.6)."""
    return _first_order_over(Same(book))


def _recurring(book: PriceBook) -> PriceBook:
    """The book without the prices that are due once."""
    return _without_prices(Same(book), frozenset(index for index, entry in enumerate(book.prices) if entry.per == "once"))


def _wanted(sub: Subscription) -> dict[str, AcceptedLine]:
    """What goes on into a further term, by line: what is held, with the changes that waited for it."""
    lines = {**{key: held.line for key, held in sub.terms[-1].held.items()}, **sub.pending}
    return {key: line for key, line in lines.items() if line is not None}


def _price_days(sub: Subscription, book: PriceBook, policy: Renewal, request: RenewRequest) -> dict[str, datetime]:
    """The day of each line's prices: that of the renewal; with `price: original` that of the first purchase, or of the change
    that brought what had no price then.
    """
    wanted, held, began = _wanted(sub), sub.terms[-1].held, sub.order.at
    if policy.price != "original":
        return dict.fromkeys(wanted, request.at)
    own = {key for key, line in wanted.items() if key in held and not _prices(sub, book, line, began)}
    return {key: held[key].price_at if key in own else began for key in wanted}


def _renewed_lines(sub: Subscription, book: PriceBook, request: RenewRequest, days: Mapping[str, datetime]) -> tuple[dict[str, AcceptedLine], frozenset[str]]:
    """What is renewed, by line, and the items that are settled.

    What has only charges that are due once is left out, required or not. Source: rule language, second version, 8.5.
    """
    found = _wanted(sub)
    over = {key for key, line in found.items() if _is_over(sub, book, key, line, days[key])}
    if found and len(over) == len(found):
        message = "all that the subscription has was due once, so there is nothing to renew"
        raise Refused(report(NO_ITEMS, message, place(request.origin), path="renew", subject="renew", help=f"leave {request.origin.voice.key('renew')} out"))
    settled = sub.terms[-1].settled.union(found[key].item.id for key in over)
    return {key: line for key, line in found.items() if key not in over}, settled


def _is_over(sub: Subscription, book: PriceBook, key: str, line: AcceptedLine, day: datetime) -> bool:
    """Whether all that is due for the line was due once: by the prices of the renewal and by those that it was bought at.

    A line that had a price for each term, and has none any more, is not over: it cannot be renewed, and rating says why.
    """
    held = sub.terms[-1].held.get(key)
    days = [(book, day), *([(sub.book, held.price_at)] if held is not None else [])]
    periods = [{entry.per for entry in _prices(sub, listed, line, at)} for listed, at in days]
    return any(periods) and all(pers <= {"once"} for pers in periods)


def _prices(sub: Subscription, book: PriceBook, line: AcceptedLine, at: datetime) -> tuple[PriceEntry, ...]:
    order, spec = sub.order, line.spec.id if line.spec else None
    return prices_in_force(book, order.billing_mode, line.item.id, spec, order.currency, at, order.attributes).entries


def _order(sub: Subscription, book: PriceBook, request: RenewRequest, lines: Mapping[str, AcceptedLine]) -> Order:
    """The renewal as an order of its day; a coupon goes on only where it lasts."""
    going_on = tuple(
        code for code in sub.order.coupons
        if any(each.coupon == code and each.lasts != "once" for each in book.discounts.values())
    )  # fmt: skip
    origins = {"term": request.origin, "items": request.origin}
    others = tuple(held.line.line for held in sub.others.values())
    length = (sub.order.duration or Duration(months=1)) if others else None
    return replace(
        sub.order, at=request.at, term=request.term, lines=(*(line.line for line in lines.values()), *others), coupons=going_on,
        duration=length, origins=origins, origin=request.origin,
    )  # fmt: skip


def _rate(
    sub: Subscription,
    book: PriceBook,
    order: Order,
    lines: Mapping[str, AcceptedLine],
    spans: list[TermSpan],
    settled: frozenset[str],
    days: Mapping[str, datetime],
) -> tuple[RatedLine, ...]:
    """The renewed lines, each at the prices of its day and without what is due once."""
    accepted = [line for line in accept_order(sub.book, order, settled) if line.mode_item.payment == "prepaid"]
    listed = _recurring(book)
    return tuple(rate_prepaid(listed, order, line, span.extra, days[key]) for key, line, span in zip(lines, accepted, spans, strict=True))


# --- another billing mode -------------------------------------------------------------------------------------------------------


def evaluate_switch(book: PriceBook, order: Order, request: SwitchRequest, expires: date | datetime | None) -> QuotedSwitch:
    """When a move to another billing mode takes effect: at once, or when the paid term is over."""
    row = next((each for each in book.mode_changes if (each.source, each.target) == (order.billing_mode, request.to)), None)
    if row is None:
        offered = [each.target for each in book.mode_changes if each.source == order.billing_mode]
        otherwise = f"leave {request.origin.voice.key('switch')} out, or add a row to `mode_changes`"
        raise Refused(
            report(
                MODE_CHANGE_NOT_ALLOWED, f"the book allows no change from `{order.billing_mode}` to `{request.to}`",
                place(request.origin), path="switch", subject=request.to,
                help=f"switch to {listing(offered, 'or')}" if offered else otherwise,
            )
        )  # fmt: skip
    if row.takes_effect == "immediately" or expires is None:
        return QuotedSwitch(request.at, request.to, request.at)
    return QuotedSwitch(request.at, request.to, expires)
