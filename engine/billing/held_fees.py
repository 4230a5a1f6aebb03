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
from engine.model.book import BillingMode, ModeItem, PriceBook
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
from engine.pricing.subscription import Held, OwnDays, Subscription
from engine.values.exact import ONE
from engine.values.periods import Duration, local_date

FOR_EVER = datetime.max


def held_fees(book: PriceBook, account: Account, sub: AccountSubscription, attributes: Mapping[str, str]) -> tuple[FeeLevel, ...]:
    """The levels of every fee of the subscription, in order of time; none where its mode has no fees.

    A required fee is held from `start` on, with quantity 1 unless `start: {items: ...}` says otherwise.
    """
    if not any(_is_fee(book, each.item) for each in book.billing_modes[sub.billing_mode].items):
        return ()
    levels: list[FeeLevel] = []
    running = False
    for event in sub.events:
        order = Order(
            event.at, sub.billing_mode, account.currency, event.lines, duration=Duration(months=1), attributes=attributes,
            origin=event.origin, origins={"items": event.origin}, metered=True,
        )  # fmt: skip
        match event.kind:
            case "start":
                levels = [*_until(levels, event.at), *(FeeLevel(line, event.at, None) for line in _started(book, order))]
            case "change":
                levels = _changed(book, order, levels, event, running)
            case _:
                levels = _until(levels, event.at)
        running = event.kind in ("start", "change")
    return tuple(sorted(levels, key=lambda level: level.start))


def _until(levels: Sequence[FeeLevel], at: datetime, item: str | None = None) -> list[FeeLevel]:
    """The levels (those of the item, or all) as far as they lie before the instant: what was to come after it never begins."""
    return [
        level if item not in (None, level.line.item.id) else replace(level, end=at if level.end is None else min(level.end, at))
        for level in levels
        if item not in (None, level.line.item.id) or level.start < at
    ]  # fmt: skip


def _is_fee(book: PriceBook, item: str) -> bool:
    return item in book.items and book.items[item].meter is None


def _started(book: PriceBook, order: Order) -> tuple[AcceptedLine, ...]:
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
    return accepted


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


def _changed(book: PriceBook, order: Order, levels: Sequence[FeeLevel], event: AccountEvent, running: bool) -> list[FeeLevel]:
    """The levels after a change that the mode's policy supports: each line from its own instant on, in place of what waited for it."""
    problems = _unfit(book, event.lines, "change")
    if problems:
        raise Refused(*problems)
    if not running:
        message = f"nothing is held on {local_date(event.at, book.zone)} that the {event.origin.voice.key('change')} could alter"
        raise refuse_event(WRONG_EVENT, event, message, "give what is held from the beginning on at the `start`")
    mode = book.billing_modes[order.billing_mode]
    holding, pending = _standing(levels, event.at)
    never = FOR_EVER.replace(tzinfo=event.at.tzinfo)
    held = {name: Held(line, line.quantity, line.quantity, UNDISCOUNTED, event.at, event.at, never) for name, line in holding.items()}
    found = list(levels)
    sub = Subscription(book, mode, order, (), OwnDays(order.at, 0), others=held, pending=pending)
    for change in accept_change(sub, ChangeRequest(event.at, event.lines, event.origin)):
        sold = price_index(book).modes[mode.id].sold[change.line.item.id]
        at = _next_period(book, mode, sold, event.at) if change.moment.terms.takes_effect == "next-renewal" else event.at
        found = _until(found, at, change.line.item.id)
        if change.new is not None:
            found.append(FeeLevel(change.new, at, None))
    return found


def _standing(levels: Sequence[FeeLevel], at: datetime) -> tuple[dict[str, AcceptedLine], dict[str, AcceptedLine | None]]:
    """What is held at the instant, by item, and what waits for the next period in its place (None: nothing)."""
    holding = {level.line.item.id: level.line for level in levels if level.start <= at and (level.end is None or at < level.end)}
    coming = {level.line.item.id: level.line for level in levels if at < level.start}
    ending = {level.line.item.id: None for level in levels if level.end is not None and level.start <= at < level.end}
    return holding, ending | coming


def _next_period(book: PriceBook, mode: BillingMode, sold: ModeItem, at: datetime) -> datetime:
    """When the billing period after the one of the instant begins: use has no term, so what waits for a renewal waits for it."""
    return next(frames(period_of(mode, sold), at, at.replace(microsecond=999_999), book.zone))[1]
