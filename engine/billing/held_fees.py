"""Which fees a subscription that is billed by usage holds, and since when: from its `start`, its changes and its stops.

Contract: events in, levels over time out; no amount is computed. A change is accepted as one of anything that was bought is. Raises
Refused at the first event that cannot be. Source: rule language, second version, 1.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from engine.billing.prepaid import refuse_event
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.accounts import USAGE_ORDERED, WRONG_EVENT
from engine.diagnostics.orders import WHICH_LINE_CHANGES
from engine.model.accounts import Account, AccountEvent, AccountSubscription
from engine.model.book import PriceBook
from engine.model.orders import ChangeRequest, Order, OrderLine
from engine.pricing.billing_periods import frames, period_of
from engine.pricing.change_request import accept_change
from engine.pricing.factors import UNDISCOUNTED
from engine.pricing.fees import FeeLevel
from engine.pricing.indexes import price_index
from engine.pricing.messages import place
from engine.pricing.quantity import accept_lines, check_limits, check_presence
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.subscription import Held, Subscription
from engine.values.exact import ONE
from engine.values.periods import Duration, local_date

Holding = Mapping[str, AcceptedLine]
"""What is held of each fee, by item."""
FOR_EVER = datetime.max


def held_fees(book: PriceBook, account: Account, sub: AccountSubscription, attributes: Mapping[str, str]) -> tuple[FeeLevel, ...]:
    """The levels of every fee of the subscription, in order of time; none where its mode has no fees.

    A required fee is held from `start` on, with quantity 1 unless `start: {items: ...}` says otherwise.
    """
    if not any(_is_fee(book, each.item) for each in book.billing_modes[sub.billing_mode].items):
        return ()
    levels: list[FeeLevel] = []
    holding: Holding = {}
    for event in sub.events:
        order = Order(
            event.at, sub.billing_mode, account.currency, event.lines, duration=Duration(months=1), attributes=attributes,
            origin=event.origin, origins={"items": event.origin}, metered=True,
        )  # fmt: skip
        match event.kind:
            case "start":
                holding, at = _started(book, order), event.at
            case "change":
                holding, at = _changed(book, order, holding, event)
            case _:
                holding, at = {}, event.at
        levels = _continued(levels, holding, at)
    return tuple(sorted(levels, key=lambda level: level.start))


def _continued(levels: Sequence[FeeLevel], holding: Holding, at: datetime) -> list[FeeLevel]:
    """The levels with what is held from the instant on: those that go on unchanged are left as they are."""
    goes_on = {level.line.item.id for level in levels if level.end is None and holding.get(level.line.item.id) == level.line}
    ended = [
        replace(level, end=at) if level.end is None and level.line.item.id not in goes_on else level
        for level in levels
    ]  # fmt: skip
    return ended + [FeeLevel(line, at, None) for name, line in holding.items() if name not in goes_on]


def _is_fee(book: PriceBook, item: str) -> bool:
    return item in book.items and book.items[item].meter is None


def _started(book: PriceBook, order: Order) -> Holding:
    """What is held from a start on: what it says, and each required fee once."""
    mode = book.billing_modes[order.billing_mode]
    said = {line.item for line in order.lines}
    required = (name for name in price_index(book).modes[mode.id].required if _is_fee(book, name) and name not in said)
    lines = (*order.lines, *(OrderLine(name, quantity=None if book.items[name].specs else ONE, origin=order.origin) for name in required))
    problems = _unfit(book, lines, "start")
    accepted, found = accept_lines(book, mode, replace(order, lines=lines))
    problems += found
    if not problems:
        # Whatever is used comes with its records; a minimum over all that an order provides cannot be asked for here.
        problems += (*(check_presence(book, mode, replace(order, lines=lines)) if lines else ()), *check_limits(book, mode, accepted, whole=False))
    if problems:
        raise Refused(*problems)
    return {line.item.id: line for line in accepted}


def _unfit(book: PriceBook, lines: Sequence[OrderLine], event: str) -> list[Diagnostic]:
    """An error for each line of what is metered, and for a fee that is given twice."""
    found = []
    for number, line in enumerate(lines):
        if line.item in book.items and not _is_fee(book, line.item):
            message = f"`{line.item}` is billed for what is used of it, so nothing of it is held"
            found.append(report(USAGE_ORDERED, message, place(line.origin), path=event, subject=line.item, help="leave it out: its usage records are billed"))
        elif any(line.item == before.item for before in lines[:number]):
            message = f"`{line.item}` is given twice"
            found.append(report(WHICH_LINE_CHANGES, message, place(line.origin), path=event, subject=line.item, help="give it once"))
    return found


def _changed(book: PriceBook, order: Order, holding: Holding, event: AccountEvent) -> tuple[Holding, datetime]:
    """What is held after a change that the mode's policy supports, and from when on."""
    problems = _unfit(book, event.lines, "change")
    if problems:
        raise Refused(*problems)
    if not holding:
        message = f"nothing is held on {local_date(event.at, book.zone)} that the `change` could alter"
        raise refuse_event(WRONG_EVENT, event, message, "give what is held from the beginning on at the `start`")
    mode = book.billing_modes[order.billing_mode]
    held = {name: Held(line, line.quantity, line.quantity, UNDISCOUNTED, event.at, event.at, FOR_EVER.replace(tzinfo=event.at.tzinfo)) for name, line in holding.items()}
    changes = accept_change(Subscription(book, mode, order, [], others=held), ChangeRequest(event.at, event.lines, event.origin))
    after = dict(holding)
    waits = False
    for change in changes:
        waits = waits or change.moment.terms.takes_effect == "next-renewal"
        if change.new is None:
            after.pop(change.item.id)
        else:
            after[change.item.id] = change.new
    return after, _next_period(book, order, after or holding, event.at) if waits else event.at


def _next_period(book: PriceBook, order: Order, holding: Holding, at: datetime) -> datetime:
    """When the billing period after the one of the instant begins: use has no term, so what waits for a renewal waits for it."""
    mode = book.billing_modes[order.billing_mode]
    kinds = [period_of(mode, line.mode_item) for line in holding.values()]
    ends = [next(frames(kind, at, at.replace(microsecond=999_999), book.zone))[1] for kind in kinds]
    return max(ends)
