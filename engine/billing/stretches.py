"""A subscription as its stretches in one billing mode each: a switch ends one, and what is bought or started after it is the next.

Contract: the events of a stretch are those of its mode alone; a move is checked against the book's `mode_changes`. Raises Refused at
the first event that cannot be. Source: rule language, 2 (`mode_changes`) and 4, Account.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from engine.billing.owed import Owed
from engine.billing.prepaid import check_order, refuse_event, replay
from engine.billing.self_renewing import with_automatic_renewals
from engine.diagnostics.accounts import EVENT_TWICE, MODE_NOT_YET, NOT_BEGUN
from engine.model.accounts import Account, AccountEvent, AccountSubscription
from engine.model.book import PriceBook
from engine.model.orders import Order, SwitchRequest
from engine.model.quotes import QuotedChange, QuotedSwitch
from engine.pricing.renewals import evaluate_switch
from engine.pricing.subscription import Subscription, end_of
from engine.values.periods import local_date


@dataclass(frozen=True, slots=True)
class ModeStretch:
    """A subscription in one billing mode: its events there, until when (None: no `switch`), and if paid in advance what it owed.

    `changes` are the quoted ones, each with the instant at which the term that it changed was bought. Billed by usage, a switch stands
    among the events as a `stop`. `state` is how it stood after its events; None without any.
    """

    sub: AccountSubscription
    until: datetime | None
    owed: tuple[Owed, ...] = ()
    state: Subscription | None = None
    switch: QuotedSwitch | None = None
    changes: tuple[tuple[datetime, QuotedChange], ...] = ()


def stretches(book: PriceBook, account: Account, sub: AccountSubscription, until: datetime) -> tuple[ModeStretch, ...]:
    """All stretches of the subscription, in the order of time, with the automatic renewals that are due before `until`."""
    check_order(book, sub.events)
    found: list[ModeStretch] = []
    rest: AccountSubscription | None = sub
    while rest is not None:
        paid = book.billing_modes[rest.billing_mode].payment == "prepaid"
        stretch, rest = _paid(book, account, rest, until) if paid else _by_usage(book, account, rest)
        found.append(stretch)
    return tuple(found)


Cut = tuple[ModeStretch, AccountSubscription | None]


def _switch_in(sub: AccountSubscription) -> int | None:
    return next((index for index, each in enumerate(sub.events) if each.kind == "switch"), None)


def _paid(book: PriceBook, account: Account, sub: AccountSubscription, until: datetime) -> Cut:
    """Until the switch takes effect, which may be when the paid term is over, the events are still those of the paid mode."""
    index = _switch_in(sub)
    cut = len(sub.events) if index is None else index + 1
    own, later = with_automatic_renewals(book, account, replace(sub, events=sub.events[:cut]), until), sub.events[cut:]
    history = replay(book, account, own)
    switch = history.switch
    if switch is None:
        return ModeStretch(own, None, history.owed, history.state, changes=history.changes), None
    moved = end_of(switch.effective, book)
    between = tuple(each for each in later if each.at < moved)
    for each in between:
        if each.kind in ("purchase", "start"):
            day = local_date(moved, book.zone)
            message = f"`{sub.id}` moves to `{switch.to}` on {day}, and `{each.kind}` is written for {local_date(each.at, book.zone)}"
            raise refuse_event(MODE_NOT_YET, each, message, f"give it a date from {day} on")
    own = replace(own, events=(*own.events, *between))
    history = replay(book, account, own)
    made = ModeStretch(own, moved, history.owed, history.state, switch, history.changes)
    return made, _after(sub, switch.to, later[len(between) :])


def _by_usage(book: PriceBook, account: Account, sub: AccountSubscription) -> Cut:
    """A mode that is billed by usage has no paid term to wait for, so a switch takes effect at once and stops what runs."""
    index = _switch_in(sub)
    if index is None:
        return ModeStretch(sub, None), None
    before, event = sub.events[:index], sub.events[index]
    if next((each.kind for each in reversed(before) if each.kind != "change"), None) != "start":
        message = f"`{sub.id}` does not run on {local_date(event.at, book.zone)}, so there is nothing to switch"
        raise refuse_event(NOT_BEGUN, event, message, f"add the `start` that is missing, or leave {event.origin.voice.key('switch')} out")
    order = Order(event.at, sub.billing_mode, account.currency, ())
    switch = evaluate_switch(book, order, SwitchRequest(event.at, event.to or "", event.origin), None)
    own = replace(sub, events=(*before, AccountEvent(event.at, "stop", origin=event.origin)))
    return ModeStretch(own, event.at, switch=switch), _after(sub, switch.to, sub.events[index + 1 :])


def _after(sub: AccountSubscription, mode: str, events: tuple[AccountEvent, ...]) -> AccountSubscription | None:
    """What follows a switch, as a subscription in the new mode; None where nothing does."""
    if not events:
        return None
    if events[0].kind == "switch":
        remedy = f"leave one {events[0].origin.voice.key('switch')} out"
        raise refuse_event(EVENT_TWICE, events[0], f"`{sub.id}` is switched again before it began in `{mode}`", remedy)
    return replace(sub, billing_mode=mode, events=events)
