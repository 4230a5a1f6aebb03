"""A subscription that is billed by usage: when it runs, for whom, and with which coupons (rule language, section 4, Account).

Contract: reads events, computes no amount. Raises Refused at the first event that cannot be.
"""

from collections.abc import Mapping
from datetime import datetime

from engine.billing.held_fees import held_fees
from engine.billing.prepaid import check_order, refuse_event
from engine.billing.runs import Run, Running
from engine.diagnostics.accounts import COUPON_AT_RESTART, EVENT_TWICE, NOT_BEGUN, WRONG_EVENT
from engine.model.accounts import Account, AccountEvent, AccountSubscription
from engine.model.book import PriceBook
from engine.model.orders import ChangeRequest, Order
from engine.pricing.change_request import not_supported, policy_in_force
from engine.pricing.coupons import unknown_coupons, unusable_coupons
from engine.pricing.discounts import unmet, why_not
from engine.pricing.refused import Refused
from engine.values.periods import local_date


def postpaid_run(book: PriceBook, account: Account, sub: AccountSubscription) -> Run | None:
    """The subscription from its first `start` on, without the times between a stop and the next start; None without a start."""
    running = running_times(book, account, sub)
    if running is None:
        return None
    attributes = {**account.attributes, **sub.attributes, **sub.events[0].attributes}
    coupons, fees = _coupons(book, account, sub, attributes), held_fees(book, account, sub, attributes)
    return Run(sub.id, sub.billing_mode, running, attributes, coupons, fees=fees, origin=sub.origin)


def _coupons(book: PriceBook, account: Account, sub: AccountSubscription, attributes: Mapping[str, str]) -> tuple[str, ...]:
    """The coupons of the first start, which is their first use; one that cannot be used on that day is an error.

    Source: rule language, 3.6, and 3.10, Coupons.
    """
    first, *later = (event for event in sub.events if event.kind == "start")
    for event in later:
        if event.coupons:
            message = f"`{sub.id}` was started before {local_date(event.at, book.zone)}, and a coupon counts from the first start"
            raise refuse_event(COUPON_AT_RESTART, event, message, "give the coupon at the first `start`, or start a subscription of its own")
    order = Order(
        first.at, sub.billing_mode, account.currency, (), attributes=attributes, coupons=first.coupons, origin=first.origin,
        origins={"coupons": first.origin},
    )  # fmt: skip
    named = [name for stage in book.discount_policy for name in stage.discounts]
    # What usage decides is not known before its records come.
    by_usage = {each.id for each in book.attributes.values() if each.source == "usage"}
    rules = {name: book.discounts[name] for name in named}
    outcome = {name: why_not(rule, order) or unmet(rule, attributes, by_usage) for name, rule in rules.items()}
    problems = unknown_coupons(book, order) + unusable_coupons(book, order, outcome)
    if problems:
        raise Refused(*problems)
    return first.coupons


def running_times(book: PriceBook, account: Account, sub: AccountSubscription) -> Running | None:
    """When the subscription ran, from its events; None without any."""
    check_order(book, sub.events)
    spans: list[tuple[datetime, datetime | None]] = []
    for event in sub.events:
        day, open_span = local_date(event.at, book.zone), bool(spans) and spans[-1][1] is None
        if event.kind == "start":
            if open_span:
                raise refuse_event(EVENT_TWICE, event, f"`{sub.id}` is started on {day}, and it runs already", "leave one `start` out")
            spans.append((event.at, None))
        elif event.kind in ("stop", "unsubscribe"):
            if not open_span:
                info, why = (EVENT_TWICE, "was stopped before") if spans else (NOT_BEGUN, "was not started")
                raise refuse_event(info, event, f"`{sub.id}` is stopped on {day}, and it {why}", "begin with a `start`, and stop it once")
            spans[-1] = (spans[-1][0], event.at)
        elif event.kind == "change" and open_span and _sells_fees(book, sub):
            continue
        else:
            raise _refuse(book, account, sub, event)
    return Running(spans[0][0], tuple(spans)) if spans else None


def _sells_fees(book: PriceBook, sub: AccountSubscription) -> bool:
    return any(book.items[each.item].meter is None for each in book.billing_modes[sub.billing_mode].items)


def _refuse(book: PriceBook, account: Account, sub: AccountSubscription, event: AccountEvent) -> Refused:
    """Why the event is none of a subscription that is billed by usage."""
    mode, day = book.billing_modes[sub.billing_mode], local_date(event.at, book.zone)
    called = event.origin.voice.key(event.kind)
    if event.kind == "change":
        order = Order(event.at, mode.id, account.currency, event.lines, attributes={**account.attributes, **sub.attributes})
        policy = policy_in_force(book, mode, order, event.at)
        if policy is None or not policy.supports:
            return Refused(not_supported(book, mode, policy, ChangeRequest(event.at, event.lines, event.origin)))
        message = f"`{sub.id}` is billed for what is used, so nothing of it is bought that the {called} on {day} could alter"
        return refuse_event(WRONG_EVENT, event, message, f"leave {called} out: the usage records alone say how much is billed")
    message = f"`{sub.id}` is billed by usage, so it is not what {called} on {day} is for"
    return refuse_event(WRONG_EVENT, event, message, "write `start` or `stop`, or correct its billing mode")
