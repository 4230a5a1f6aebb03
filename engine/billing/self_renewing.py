"""Subscriptions that renew by themselves: the renewals that nobody writes, as events among those that the account writes.

Contract: with them the account is the one in which each had been written by hand (`renew: {automatic: true}`), on the first day on which
it is due. They end with what is known: before `until`, or with the last event that is written. Source: rule language, second version, 4.4.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from engine.billing.automatic_renewals import due_at
from engine.billing.prepaid import Replay, replayed
from engine.diagnostics import report
from engine.diagnostics.accounts import AUTO_RENEWAL_REFUSED
from engine.model.accounts import Account, AccountEvent, AccountSubscription, AutoRenewal
from engine.model.book import PriceBook
from engine.pricing.messages import place
from engine.pricing.refused import Refused
from engine.values.bounds import MOST_RENEWALS
from engine.values.periods import local_date


def with_automatic_renewals(book: PriceBook, account: Account, sub: AccountSubscription, until: datetime) -> AccountSubscription:
    """The subscription, paid in advance, with every automatic renewal that is due before its last event or before `until`.

    What the account says for the same instant comes first: unsubscribed on the day of the renewal, it is not renewed. Raises Refused
    for a renewal that cannot be, with the reason; an event that is written and cannot be is left for the replay to refuse.
    """
    if not any(event.auto_renew is not None for event in sub.events):
        return sub
    taken: list[AccountEvent] = []
    history: Replay | None = None

    def in_time() -> Iterator[AccountEvent]:
        for event in sub.events:
            yield from due_before(event.at)
            taken.append(event)
            yield event
        yield from due_before(until)

    def due_before(at: datetime) -> Iterator[AccountEvent]:
        while (event := next_by_itself(history, taken)) is not None and event.at < at:
            taken.append(event)
            if len(taken) - len(sub.events) > MOST_RENEWALS:
                message = f"it has been renewed by itself {MOST_RENEWALS:,} times, and further ones are not computed"
                raise Refused(report(AUTO_RENEWAL_REFUSED, message))
            yield event

    try:
        for history in replayed(book, account, sub, in_time()):  # noqa: B007  # `due_before` looks at it
            pass
    except Refused as refused:
        if taken[-1] not in sub.events:
            raise _refusal(book, sub, taken[-1], refused) from None
        return sub
    return replace(sub, events=tuple(taken))


def next_by_itself(history: Replay | None, taken: list[AccountEvent]) -> AccountEvent | None:
    """The next renewal that comes by itself after the events `taken`, which left `history`; None where nothing renews so: it was told
    otherwise, has ended, or moves elsewhere.
    """
    said = _said(taken)
    if said is None or not said.on or history is None or history.state is None:
        return None
    if history.switch is not None or history.state.ended is not None:
        return None
    return AccountEvent(due_at(history.state, taken[-1].at), "renew", origin=said.origin, automatic=True)


def _said(events: list[AccountEvent]) -> AutoRenewal | None:
    """What was said last."""
    return next((event.auto_renew for event in reversed(events) if event.auto_renew is not None), None)


def _refusal(book: PriceBook, sub: AccountSubscription, event: AccountEvent, refused: Refused) -> Refused:
    """The renewal that cannot be, where it was asked for: the reason has no place of its own in the account."""
    first, *others = refused.diagnostics
    message = f"`{sub.id}` cannot be renewed by itself on {local_date(event.at, book.zone)}: {first.message}"
    remedy = "say `auto_renew: false` on that day or before it, or change what is renewed until then"
    notes = (*first.notes, *(each.message for each in others))
    return Refused(report(AUTO_RENEWAL_REFUSED, message, place(event.origin), path="auto_renew", subject="auto_renew", notes=notes, help=remedy))
