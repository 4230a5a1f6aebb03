"""A subscription that is paid in advance: its dated events, each on what the ones before it left, and what each of them is owed for.

Contract: the amounts are those of a quote for the same events; nothing is computed here. Raises Refused at the first event that
cannot be.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from engine.billing.automatic_renewals import check_automatic, check_renews_by_itself
from engine.billing.owed import Bought, Owed, from_quote_line, price_period
from engine.billing.refunds import owed_of_refund
from engine.diagnostics import CodeInfo, Diagnostic, report
from engine.diagnostics.accounts import EVENT_TWICE, NOT_BEGUN, USAGE_ORDERED, WRONG_EVENT
from engine.diagnostics.orders import EVENTS_OUT_OF_ORDER
from engine.model.accounts import Account, AccountEvent, AccountSubscription
from engine.model.book import PriceBook
from engine.model.invoices import InvoiceLine
from engine.model.orders import ChangeRequest, Order, RenewRequest, SwitchRequest, UnsubscribeRequest
from engine.model.quotes import QuotedChange, QuotedRenewal, QuotedSwitch
from engine.model.trace import TraceStep
from engine.pricing.bills import lasting_coupons
from engine.pricing.cancellations import evaluate_unsubscription
from engine.pricing.changes import evaluate_change
from engine.pricing.coupons import check_coupons, unknown_coupons
from engine.pricing.durations import check_term
from engine.pricing.later_events import check_running
from engine.pricing.line_taxes import line_taxes
from engine.pricing.messages import place
from engine.pricing.refused import Refused
from engine.pricing.renewals import evaluate_renewal, evaluate_switch
from engine.pricing.subscription import Subscription, end_of, subscribe
from engine.pricing.waterfall import Pricing, quote_line, run_waterfall, totals_of
from engine.values.periods import local_date


def refuse_event(info: CodeInfo, event: AccountEvent, message: str, remedy: str) -> Refused:
    """The refusal of one event, at its place."""
    return Refused(report(info, message, place(event.origin), path=event.kind, subject=event.kind, help=remedy))


def check_order(book: PriceBook, events: tuple[AccountEvent, ...]) -> None:
    """Raises Refused where an event stands after a later one."""
    for before, event in itertools.pairwise(events):
        if event.at < before.at:
            days = [local_date(each.at, book.zone) for each in (event, before)]
            message = f"the event on {days[0]} stands after the one on {days[1]}"
            raise refuse_event(EVENTS_OUT_OF_ORDER, event, message, "list the events by their dates")


@dataclass(frozen=True, slots=True)
class Replay:
    """What every event is owed for, in order; how the subscription stands after them (None without an event), and where it moves.

    `changes` are those among the events, each with the instant at which the term that it changed was bought.
    """

    owed: tuple[Owed, ...] = ()
    state: Subscription | None = None
    switch: QuotedSwitch | None = None
    changes: tuple[tuple[datetime, QuotedChange], ...] = ()


def replay(book: PriceBook, account: Account, sub: AccountSubscription) -> Replay:
    """All events of a subscription that is paid in advance, each on what the ones before it left."""
    *_, last = (Replay(), *replayed(book, account, sub))
    return last


def replayed(book: PriceBook, account: Account, sub: AccountSubscription, events: Iterable[AccountEvent] | None = None) -> Iterator[Replay]:
    """The history after each event, in order.

    `events` stand in place of the subscription's own where the next one depends on what the one before it left.
    """
    check_order(book, sub.events)
    done = Replay()
    for event in sub.events if events is None else events:
        done = _after(book, account, sub, done, event)
        yield done


def _after(book: PriceBook, account: Account, sub: AccountSubscription, done: Replay, event: AccountEvent) -> Replay:
    day, state = local_date(event.at, book.zone), done.state
    if event.kind in ("start", "stop"):
        message = f"`{sub.id}` is paid in advance, so it is not what `{event.kind}` on {day} is for"
        raise refuse_event(WRONG_EVENT, event, message, "write `purchase` or `unsubscribe`, or correct its billing mode")
    if event.kind == "purchase":
        if state is not None:
            message = f"`{sub.id}` is purchased on {day}, and it was purchased before"
            raise refuse_event(EVENT_TWICE, event, message, "write a `change` or `renew`, or a subscription of its own")
        state, bought = _purchase(book, account, sub, event)
        return replace(done, owed=(*done.owed, bought), state=state)
    if state is None:
        message = f"{event.origin.voice.key(event.kind)} on {day} comes before any purchase of `{sub.id}`"
        raise refuse_event(NOT_BEGUN, event, message, "begin its events with the `purchase`")
    if event.kind == "switch" and done.switch is not None:
        message = f"`{sub.id}` is switched on {day}, and it moves to `{done.switch.to}` already"
        raise refuse_event(EVENT_TWICE, event, message, f"leave one {event.origin.voice.key('switch')} out")
    return _later(done, state, sub.id, event)


def _purchase(book: PriceBook, account: Account, sub: AccountSubscription, event: AccountEvent) -> tuple[Subscription, Owed]:
    attributes = {**account.attributes, **sub.attributes, **event.attributes}
    order = Order(
        event.at, sub.billing_mode, account.currency, event.lines, event.term, attributes=attributes, coupons=event.coupons,
        origin=event.origin, origins={"term": event.origin, "items": event.origin}, metered=True,
    )  # fmt: skip
    problems = unknown_coupons(book, order) + _ordered_usage(book, order)
    if problems:
        raise Refused(*problems)
    pricing = run_waterfall(Pricing(book, order))
    # A coupon that takes nothing off the purchase may take something off what is used beside it, when that is billed.
    uses = any(each.payment == "postpaid" for each in book.billing_modes[order.billing_mode].items)
    check_coupons(book, order, [pricing.outcome], later=lasting_coupons(book, order.coupons) if uses else ())
    state = subscribe(pricing)
    if event.auto_renew is not None and event.auto_renew.on:
        check_renews_by_itself(state, event.auto_renew)
    end = end_of(state.terms[-1].expires, book)
    quoted = tuple(quote_line(line) for line in pricing.lines)
    taxed = line_taxes(pricing.taxed, len(quoted), order.currency, book.prices_include_tax)
    bought = Bought(sub.id, "new-purchase", event.at, sub.billing_mode, order.term)
    lines = tuple(
        from_quote_line(line, bought, event.at, end, price_period(running.rated), taxes)
        for line, running, taxes in zip(quoted, pricing.lines, taxed, strict=True)
    )
    net = totals_of(quoted, pricing.taxed.totals, book.prices_include_tax).net
    return state, Owed(event.at, lines, pricing.taxed.totals, net)


def _ordered_usage(book: PriceBook, order: Order) -> list[Diagnostic]:
    """An error for each line of what is billed by usage: an amount of it in a purchase would be billed beside its records, or not."""
    by_usage = {each.item for each in book.billing_modes[order.billing_mode].items if each.payment == "postpaid"}
    return [
        report(
            USAGE_ORDERED, f"`{line.item}` is billed for what is used of it, so nothing of it is purchased", place(line.origin),
            path="purchase", subject=line.item, help="leave it out: its usage records are billed",
        )
        for line in order.lines if line.item in by_usage
    ]  # fmt: skip


def _later(done: Replay, state: Subscription, name: str, event: AccountEvent) -> Replay:
    """What follows a later event, checked against what is left of the subscription, then evaluated."""
    request: ChangeRequest | RenewRequest | SwitchRequest | UnsubscribeRequest
    match event.kind:
        case "change":
            request = ChangeRequest(event.at, event.lines, event.origin)
        case "renew" | "auto_renew":
            request = RenewRequest(event.at, event.term or state.terms[-1].length, event.origin)
        case "switch":
            request = SwitchRequest(event.at, event.to or "", event.origin)
        case _:
            request = UnsubscribeRequest(event.at, event.origin)
    check_running(state, done.switch, event.kind, request)
    if event.kind == "auto_renew":
        if event.auto_renew is not None and event.auto_renew.on:
            check_renews_by_itself(state, event.auto_renew)
        return done
    match request:
        case ChangeRequest():
            after, change = evaluate_change(state, request)
            changes = (*done.changes, (state.bought_at(event.at), change))
            return replace(done, owed=(*done.owed, _owed_of_change(after, name, change)), state=after, changes=changes)
        case RenewRequest():
            wanted = replace(state.order, term=request.term, origins={"term": event.origin})
            if problems := check_term(state.mode, wanted, prepaid=True, postpaid=False):
                raise Refused(*problems)
            if event.automatic:
                check_automatic(state, request)
            after, renewal = evaluate_renewal(state, request)
            bill_type = "auto-renewal" if event.automatic else "renewal"
            return replace(done, owed=(*done.owed, _owed_of_renewal(after, name, bill_type, renewal)), state=after)
        case SwitchRequest():
            return replace(done, switch=evaluate_switch(state.book, state.order, request, state.terms[-1].expires))
    after, ended = evaluate_unsubscription(state, request)
    return replace(done, owed=(*done.owed, owed_of_refund(after, name, ended)), state=after)


def _owed_of_change(state: Subscription, name: str, change: QuotedChange) -> Owed:
    """A charge is a change, what is paid back a refund of one; lines that cost nothing are left out."""
    term = state.running(change.at)
    lines = tuple(
        InvoiceLine(
            name, "change" if line.amount > 0 else "refund-change", change.at, line.item, line.spec, line.changed, line.unit,
            change.at, end_of(line.expires or term.expires, state.book), line.list_amount, line.discount_amount, line.rounding_amount,
            line.amount, _period_of(line.trace), line.trace, taxes, state.mode.id, term.length,
        )
        for line, taxes in zip(change.lines, change.taxed, strict=True) if line.amount
    )  # fmt: skip
    return Owed(change.at, lines, change.taxes, change.net)


def _period_of(steps: tuple[TraceStep, ...]) -> str | None:
    """The price period that a change was computed in, which its prices tell."""
    for step in steps:
        found = step.facts.get("per") if step.kind == "times-remaining" else _period_of(step.children)
        if isinstance(found, str):
            return found
    return None


def _owed_of_renewal(state: Subscription, name: str, bill_type: str, renewal: QuotedRenewal) -> Owed:
    """Each line is for its own time: what a change gave days of its own is renewed from them."""
    term = state.terms[-1]
    bought = Bought(name, bill_type, renewal.at, state.mode.id, renewal.term)
    times = [(held.start, end_of(held.expires, state.book)) for held in (term.held[key] for key in term.keys)]
    lines = tuple(
        from_quote_line(line, bought, *time, price_period(rated), taxes)
        for line, time, rated, taxes in zip(renewal.lines, times, term.rated, renewal.taxed, strict=True)
    )
    return Owed(renewal.at, lines, renewal.taxes, renewal.totals.net)
