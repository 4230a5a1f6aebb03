"""What an order wants to do after its purchase: its events in the order of their dates, each on what the ones before it left.

Source: rule language, 2 (`spec_changes`), 3.8, 3.10 (Changes, Renewals) and 4; a mode that names no `spec_change` supports none.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import TypedDict

from engine.diagnostics import CodeInfo, Diagnostic, report
from engine.diagnostics.money import WITHDRAWN_CURRENCY
from engine.diagnostics.orders import (
    EVENT_AFTER_END,
    EVENT_AFTER_EXPIRY,
    EVENT_BEFORE_START,
    EVENTS_OUT_OF_ORDER,
    RENEWAL_NOT_SUPPORTED,
)
from engine.model.book import PriceBook
from engine.model.orders import ChangeRequest, Order, RenewRequest, SwitchRequest, UnsubscribeRequest
from engine.model.quotes import QuotedChange, QuotedRenewal, QuotedSwitch, QuotedUnsubscription
from engine.pricing.cancellations import evaluate_unsubscription
from engine.pricing.change_request import not_supported, policy_in_force
from engine.pricing.changes import evaluate_change
from engine.pricing.messages import place
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.renewals import evaluate_renewal, evaluate_switch
from engine.pricing.subscription import Subscription, end_of, subscribe
from engine.pricing.unpriced import withdrawn_words
from engine.pricing.waterfall import Pricing
from engine.values.periods import local_date

Event = ChangeRequest | RenewRequest | SwitchRequest | UnsubscribeRequest

WORDS = {
    "change": "a spec change", "renew": "a renewal", "auto_renew": "what is said of automatic renewal", "switch": "a move to another billing mode",
    "unsubscribe": "an unsubscription",
}  # fmt: skip


def events_of(order: Order) -> list[tuple[str, Event]]:
    """The later events of an order with their keys, by date; on one instant changes come first, an unsubscription last."""
    events: list[tuple[str, Event]] = [("change", change) for change in order.changes]
    events += [(key, event) for key in ("renew", "switch", "unsubscribe") if (event := getattr(order, key)) is not None]
    return sorted(events, key=lambda each: each[1].at)


def refuse_later_events(book: PriceBook, order: Order) -> list[Diagnostic]:
    """What can be said against the later events before anything is priced: policies that do not support them, dates out of order."""
    found: list[Diagnostic] = []
    mode = book.billing_modes.get(order.billing_mode)
    if mode is None:
        return found
    if order.changes:
        policy = policy_in_force(book, mode, order, order.at)
        if policy is None or not policy.supports:
            found.append(not_supported(book, mode, policy, order.changes[0]))
    for key, event in events_of(order):
        if event.at < order.at:
            start = local_date(order.at, book.zone)
            message = f"{WORDS[key]} on {local_date(event.at, book.zone)} is before the start of the subscription on {start}"
            found.append(_about(EVENT_BEFORE_START, key, event, message, f"give a date from {start} on"))
    for before, change in pairwise(order.changes):
        if change.at < before.at:
            days = [local_date(each.at, book.zone) for each in (change, before)]
            message = f"the change on {days[0]} stands after the one on {days[1]}"
            found.append(_about(EVENTS_OUT_OF_ORDER, "change", change, message, "list the changes by their dates"))
    return found


class LaterEvents(TypedDict, total=False):
    """The later events of a priced order, as fields of its quote."""

    changes: tuple[QuotedChange, ...]
    renewals: tuple[QuotedRenewal, ...]
    switch: QuotedSwitch
    unsubscription: QuotedUnsubscription


def evaluate_later_events(pricing: Pricing, by_usage: Sequence[AcceptedLine] = ()) -> LaterEvents:
    """What the later events of a priced order cost; raises Refused at the first that cannot be. `by_usage` are its lines
    that are billed by usage.

    An order of what is billed by usage alone has no term: its changes change no amount, its end returns none. The estimate stays
    that of the length that `for:` names.
    """
    book, order = pricing.book, pricing.order
    events = events_of(order)
    if not events:
        return {}
    sub = subscribe(pricing, by_usage)
    changes, renewals = [], []
    fields: LaterEvents = {}
    for key, event in events:
        check_running(sub, fields.get("switch"), key, event)
        match event:
            case ChangeRequest():
                sub, change = evaluate_change(sub, event)
                changes.append(change)
                fields["changes"] = tuple(changes)
            case RenewRequest():
                sub, renewal = evaluate_renewal(sub, event)
                renewals.append(renewal)
                fields["renewals"] = tuple(renewals)
            case SwitchRequest():
                fields["switch"] = evaluate_switch(book, order, event, sub.terms[-1].expires if sub.terms else None)
            case UnsubscribeRequest():
                sub, fields["unsubscription"] = evaluate_unsubscription(sub, event)
    return fields


def check_running(sub: Subscription, switch: QuotedSwitch | None, key: str, event: Event) -> None:
    """Whether there is anything left for the event: the subscription is neither ended nor moved, its term is not over, its money still money."""
    zone, voice = sub.book.zone, event.origin.voice
    if (problem := withdrawn_words(sub.book, sub.order.currency, event.at, WORDS[key])) is not None:
        raise Refused(_about(WITHDRAWN_CURRENCY, key, event, *problem))
    if sub.ended is not None:
        message = f"{WORDS[key]} on {local_date(event.at, zone)} comes after the unsubscription of {local_date(sub.ended, zone)}"
        raise Refused(_about(EVENT_AFTER_END, key, event, message, f"leave {voice.key(key)} out, or give it an earlier date"))
    if switch is not None and (key in ("renew", "auto_renew") or event.at >= end_of(switch.effective, sub.book)):
        message = f"{WORDS[key]} on {local_date(event.at, zone)} comes after the switch to `{switch.to}`"
        raise Refused(_about(EVENT_AFTER_END, key, event, message, f"leave {voice.key(key)} or {voice.key('switch')} out"))
    if not sub.terms:
        if key == "renew":
            message = "nothing in this order is paid in advance, so there is no term to renew"
            raise Refused(_about(RENEWAL_NOT_SUPPORTED, key, event, message, f"leave {voice.key('renew')} out"))
        return
    if key != "renew" and event.at >= sub.end:
        last = sub.terms[-1].expires
        until = f"ended on {local_date(last, zone) if isinstance(last, datetime) else last}"
        message = f"{WORDS[key]} on {local_date(event.at, zone)} comes too late: the paid term {until}"
        raise Refused(_about(EVENT_AFTER_EXPIRY, key, event, message, "give a date within the term, or renew before it"))


def _about(info: CodeInfo, key: str, event: Event, message: str, remedy: str) -> Diagnostic:
    return report(info, message, span=place(event.origin), path=key, subject=key, help=remedy)
