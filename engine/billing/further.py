"""What one more event of a subscription would come to, before it is done: its history is replayed, then the event evaluated on top.

Contract: the amounts are those that the invoice will have once the event stands in the account; nothing is computed here.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from engine.billing.owed import Owed
from engine.billing.postpaid import postpaid_run
from engine.billing.prepaid import Replay, refuse_event, replay, replayed
from engine.billing.self_renewing import next_by_itself
from engine.billing.stretches import ModeStretch, stretches
from engine.diagnostics import report
from engine.diagnostics.accounts import NOT_BEGUN
from engine.diagnostics.orders import EVENT_AFTER_END, EVENT_BEFORE_START, ORDER_UNREADABLE
from engine.model.accounts import Account, AccountEvent, AccountSubscription
from engine.model.book import PriceBook
from engine.model.orders import ChangeRequest, Order, RenewRequest, SwitchRequest, UnsubscribeRequest
from engine.model.parties import Party
from engine.model.quotes import Quote, QuotedChange, Refusal, Totals
from engine.pricing.cancellations import evaluate_unsubscription
from engine.pricing.changes import evaluate_change
from engine.pricing.refused import Refused
from engine.pricing.renewals import evaluate_renewal, evaluate_switch
from engine.pricing.subscription import Subscription, end_of
from engine.values.exact import ZERO
from engine.values.periods import local
from engine.values.voices import Voice

SECOND = timedelta(seconds=1)
MOST_TERMS = 60
"""Further terms that are looked at: five years of months."""


def quote_further_event(book: PriceBook, account: Account, name: str | None, event: AccountEvent) -> Quote | Refusal:
    """The event alone as a quote without lines, or why it cannot be: an upgrade in July shows its charge, not the purchase again.

    `name` is the subscription; it may be None where the account has one. The account stays as it is; what it says for later than the
    event is left out, as if asked on that day.
    """
    try:
        whole = _subscription(account, name, event.origin.voice)
        sub = replace(whole, events=split_at(whole, event.at)[0])
        _check_alive(book, whole, sub, event)
        current = stretches(book, account, sub, event.at)[-1].sub
        if book.billing_modes[current.billing_mode].payment == "prepaid":
            return _prepaid(book, account, current, event)
        return _by_usage(book, account, current, event)
    except Refused as refused:
        return Refusal(tuple(refused.diagnostics))


def running_at(book: PriceBook, account: Account, sub: AccountSubscription, end: datetime) -> ModeStretch | None:
    """The subscription in the billing mode in which it runs at the UTC instant `end`, as if asked just before; None where it does not run.

    Raises Refused at the first event that cannot be.
    """
    begun = replace(sub, events=tuple(each for each in sub.events if each.at < end))
    last = stretches(book, account, begun, end)[-1] if begun.events else None
    if last is None or last.switch is not None or not last.sub.events or last.sub.events[-1].kind in ("stop", "unsubscribe"):
        return None
    return last if last.state is None or not last.state.terms or last.state.end >= end else None


def further_terms(book: PriceBook, account: Account, last: ModeStretch, until: datetime) -> Iterator[Owed]:
    """What each further term of a subscription that is paid in advance will owe if nothing else happens to it, until the first one that is bought
    at the UTC instant `until` or later. A term renews for its length, by itself or else in its last second. Raises Refused.
    """
    if last.state is None or not last.state.terms:
        return
    taken = list(last.sub.events)
    written, history = len(taken), Replay(state=last.state)

    def events() -> Iterator[AccountEvent]:
        yield from last.sub.events
        while len(taken) == written or (taken[-1].at < until and len(taken) < written + MOST_TERMS):
            ends = history.state.end if history.state is not None else until
            taken.append(next_by_itself(history, taken) or AccountEvent(ends - SECOND, "renew"))
            yield taken[-1]

    for number, history in enumerate(replayed(book, account, last.sub, events()), 1):  # `events` looks at it
        if number > written:
            yield history.owed[-1]


def split_at(sub: AccountSubscription, at: datetime) -> tuple[tuple[AccountEvent, ...], tuple[AccountEvent, ...]]:
    """The subscription's events until the UTC instant `at`, itself included, and those after it."""
    return tuple(each for each in sub.events if each.at <= at), tuple(each for each in sub.events if each.at > at)


def renewals_by_themselves(book: PriceBook, account: Account, sub: AccountSubscription, at: datetime) -> int:
    """How many terms of the subscription have renewed by themselves before the UTC instant `at`; raises Refused as its events do."""
    before = replace(sub, events=split_at(sub, at)[0])
    return sum(len(stretch.sub.events) for stretch in stretches(book, account, before, at)) - len(before.events)


def account_of_order(order: Order) -> Account:
    """An order with its later events as the account of a customer who bought it; one subscription, called `order`."""
    begin = "start" if order.term is None else "purchase"
    purchase = AccountEvent(order.at, begin, order.lines, order.term, coupons=order.coupons, attributes=order.attributes, origin=order.origin)
    events = [AccountEvent(each.at, "change", each.lines, origin=each.origin) for each in order.changes]
    if order.renew is not None:
        events.append(AccountEvent(order.renew.at, "renew", term=order.renew.term, origin=order.renew.origin))
    if order.switch is not None:
        events.append(AccountEvent(order.switch.at, "switch", to=order.switch.to, origin=order.switch.origin))
    if order.unsubscribe is not None:
        events.append(AccountEvent(order.unsubscribe.at, "unsubscribe", origin=order.unsubscribe.origin))
    later = sorted(events, key=lambda each: each.at)
    sub = AccountSubscription("order", order.billing_mode, (purchase, *later), order.attributes, order.origin)
    return Account("order", Party(), order.currency, (sub,), order.attributes, order.origin)


def _subscription(account: Account, name: str | None, voice: Voice) -> AccountSubscription:
    known = {each.id: each for each in account.subscriptions}
    if name is None and len(known) == 1:
        return next(iter(known.values()))
    if name in known:
        return known[name]
    listed = ", ".join(f"`{each}`" for each in known) or "none"
    message = f"the account has no subscription `{name}`" if name else f"the account has {len(known)} subscriptions"
    option = f"{voice.dashes}subscription"
    raise Refused(report(ORDER_UNREADABLE, message, subject=option, help=f"name one with `{option}`: {listed}"))


def _check_alive(book: PriceBook, whole: AccountSubscription, sub: AccountSubscription, event: AccountEvent) -> None:
    """Raises Refused where the subscription has not begun by the event, or has ended; it is the date that is at fault."""
    asked_by = f"{event.origin.voice.dashes}date"
    if whole.events and not sub.events:
        begun, asked = _days_of(book, min(whole.events, key=lambda each: each.at), event)
        message, remedy = f"`{sub.id}` begins on {begun}, after {asked}", f"give a date from {begun} on"
        raise Refused(report(EVENT_BEFORE_START, message, subject=asked_by, help=remedy))
    last = sub.events[-1] if sub.events else None
    if last is not None and (last.kind == "unsubscribe" or (last.kind == "stop" and event.kind != "change")):
        ended, asked = _days_of(book, last, event)
        message = f"`{sub.id}` has ended on {ended} with its `{last.kind}`: on {asked} nothing of it is left to change"
        raise Refused(report(EVENT_AFTER_END, message, subject=asked_by, help=f"ask for a date before {ended}"))


def _days_of(book: PriceBook, *events: AccountEvent) -> list[str]:
    """The local days of the events, with their times where the day alone would tell no difference."""
    walls = [local(each.at, book.zone) for each in events]
    form = "%Y-%m-%dT%H:%M" if len({wall.date() for wall in walls}) < len(walls) else "%Y-%m-%d"
    return [wall.strftime(form) for wall in walls]


def _by_usage(book: PriceBook, account: Account, sub: AccountSubscription, event: AccountEvent) -> Quote:
    """What is billed by usage has nothing to pay for an event: it is refused, or it is a move or an end without an amount."""
    after = replace(sub, events=(*sub.events, event))
    for stretch in stretches(book, account, after, event.at):
        if book.billing_modes[stretch.sub.billing_mode].payment != "prepaid":
            postpaid_run(book, account, stretch.sub)
    quote = _alone(book, account, sub, event.at, None)
    if event.kind != "switch":
        return quote
    order = Order(event.at, sub.billing_mode, account.currency, ())
    return replace(quote, switch=evaluate_switch(book, order, SwitchRequest(event.at, event.to or "", event.origin), None))


def _prepaid(book: PriceBook, account: Account, sub: AccountSubscription, event: AccountEvent) -> Quote:
    state = replay(book, account, sub).state
    if state is None:
        raise refuse_event(NOT_BEGUN, event, f"`{sub.id}` was never purchased", "begin its events with the `purchase`")
    # Whatever the invoice would refuse once the event stands in the account is refused here, in the same words.
    replay(book, account, replace(sub, events=(*sub.events, event)))
    request = _request(state, event)
    quote = _alone(book, account, sub, state.running(event.at).start, state)
    match request:
        case ChangeRequest():
            _, change = evaluate_change(state, request)
            return replace(quote, changes=(replace(change, expires=_expiry(state, change)),))
        case RenewRequest():
            return replace(quote, renewals=(evaluate_renewal(state, request)[1],))
        case SwitchRequest():
            return replace(quote, switch=evaluate_switch(book, state.order, request, state.terms[-1].expires))
    return replace(quote, unsubscription=evaluate_unsubscription(state, request)[1])


def _request(state: Subscription, event: AccountEvent) -> ChangeRequest | RenewRequest | SwitchRequest | UnsubscribeRequest:
    match event.kind:
        case "change":
            return ChangeRequest(event.at, event.lines, event.origin)
        case "renew":
            return RenewRequest(event.at, event.term or state.terms[-1].length, event.origin)
        case "switch":
            return SwitchRequest(event.at, event.to or "", event.origin)
    return UnsubscribeRequest(event.at, event.origin)


def _expiry(state: Subscription, change: QuotedChange) -> date | datetime:
    """Until when what changed is paid, which a change that begins a new term moves; what is dropped leaves the rest as it was."""
    ends = [line.expires for line in change.lines if line.expires is not None] or [state.terms[-1].expires]
    return max(ends, key=lambda each: end_of(each, state.book))


def _alone(book: PriceBook, account: Account, sub: AccountSubscription, begun: datetime, state: Subscription | None) -> Quote:
    """A quote in which nothing is bought: the event will be added to it."""
    nothing = Totals(ZERO, ZERO, ZERO, Decimal(0), Decimal(0), Decimal(0))
    term = state.terms[-1] if state is not None else None
    return Quote(
        book.id, book.digest, account.currency, begun, sub.billing_mode, term.length if term else None, None, (), nothing,
        expires=term.expires if term else None, attributes={**account.attributes, **sub.attributes},
    )  # fmt: skip
