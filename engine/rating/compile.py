"""A book and a period as plans: how each item is metered and charged by usage, or why an engine does not do it.

Contract: decides by the item, its prices and the period alone, before any record is read. What it does not plan the interpreter rates, so
nothing is refused here.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from math import lcm

from engine.model.book import Item, Meter, ModeItem, PriceBook
from engine.pricing.apart import by_band, kept_apart
from engine.pricing.billing_periods import frames, item_by_period, owed_in, period_of
from engine.pricing.cuts import fixes_price
from engine.pricing.measures import lasts, step_of
from engine.pricing.windows import HOUR, Stretch, window_of
from engine.rating.plan import Calendar, ItemPlan, Planning, Unplanned


def plans_of(book: PriceBook, mode: str, start: datetime, end: datetime) -> dict[str, Planning]:
    """Of each item that the mode sells by usage a plan for each billing period that is billed in [start, end), or why there is none."""
    sold = book.billing_modes[mode].items
    found = {each.item: _plan(book, mode, place, each, start, end) for place, each in enumerate(sold)}
    return {item: plan for item, plan in found.items() if plan is not None}


def _plan(book: PriceBook, mode: str, place: int, sold: ModeItem, start: datetime, end: datetime) -> Planning | None:
    item = item_by_period(book, book.billing_modes[mode], sold)
    if item is None:
        return None
    kind = period_of(book.billing_modes[mode], sold)
    why = next(_reasons(book, mode, item), None)
    if why is not None:
        return Unplanned(why)
    window, apart, running = item.metered_by.window, kept_apart(book, item.id), list(frames(kind, start, end, book.zone))
    billed = [(frame, owed) for frame in running if (owed := owed_in(kind, frame, start, end)) is not None]
    if not billed:
        # Its records still say when the use of its subscription began.
        billed = [(running[0], (running[0][0], running[0][0]))]
    fixed = _is_fixed(book, mode, item)
    planned = [(frame, owed, calendar_of(book, window if owed[0] < owed[1] else "period", frame)) for frame, owed in billed]
    return tuple(ItemPlan(mode, place, item, kind, *each, apart, steps_of(item.metered_by, each[-1]), fixed) for each in planned)


def _reasons(book: PriceBook, mode: str, item: Item) -> Iterator[str]:
    """Everything that keeps an engine from rating the item."""
    meter = item.metered_by
    entries = [entry for entry in book.prices if (entry.billing_mode, entry.item) == (mode, item.id)]
    if item.covered_by is not None:
        yield f"`{item.covered_by}` that is paid in advance is taken off its usage, in order of time"
    if by_band(book, item.id):
        yield "its prices have time bands, by which each record is kept apart"
    if meter.measure == "mean" and not lasts(meter):
        yield "its measure is the `mean` of records, of which each window has another number"
    if any(charge.terms is not None for entry in entries for charge in entry.charges):
        yield "its allowance is shared, ends or is carried over, which is found for all lines of an account together"
    if any(charge.tier_by for entry in entries for charge in entry.charges):
        own = any(name not in book.items for entry in entries for charge in entry.charges for name in charge.tier_by)
        yield "a number of each record chooses its tier" if own else "what else is used in its billing period chooses its tier"
    choosing = [each.item for each in book.prices if each.billing_mode == mode and any(item.id in charge.tier_by for charge in each.charges)]
    if choosing and choosing != [item.id]:
        yield f"how much of it is used chooses the tier of `{choosing[0]}`"
    if any(charge.applies_to == "each-record" for entry in entries if entry.per == "once" for charge in entry.charges):
        yield "what is due once is charged on each record of its first window"
    if _is_fixed(book, mode, item) and any(charge.applies_to == "each-record" for entry in entries for charge in entry.charges):
        yield "a discount fixes its price, which is compared with each record"


def _is_fixed(book: PriceBook, mode: str, item: Item) -> bool:
    """Whether any discount may fix its price."""
    reaching = (rule for rule in book.discounts.values() if not rule.billing_modes or mode in rule.billing_modes)
    return any(fixes_price(rule) for rule in reaching if not rule.items or item.id in rule.items)


def steps_of(meter: Meter, calendar: Calendar) -> int:
    """The least number that the steps of every window are part of: of 86,400 and 82,800 seconds 1,987,200; 1 where windows are not metered by steps."""
    if not (lasts(meter) and meter.measure == "mean"):
        return 1
    windows = (calendar.window(number) for number in range(1 if calendar.kind == "hour" else calendar.count))
    return lcm(*{-((start - end) // step_of(meter)) for start, end in windows})


def calendar_of(book: PriceBook, kind: str, frame: Stretch) -> Calendar:
    """The windows of a billing period, from the one that holds its first instant to the last that begins in it."""
    if kind == "period":
        return Calendar(kind, frame, 1)
    window = partial(window_of, kind, tz=book.zone)
    first = window(frame[0])[0]
    if kind == "hour":
        return Calendar(kind, (first,), -((first - frame[1]) // HOUR))
    starts = [first]
    while starts[-1] < frame[1]:
        starts.append(window(starts[-1])[1])
    return Calendar(kind, tuple(starts), len(starts) - 1)
