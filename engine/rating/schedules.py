"""How a thing is charged over a billing period: windows that are charged alike as one segment, found by asking the interpreter's own rules.

Contract: prices, ratios and cuts are those of `engine.pricing` for a window at a time; only windows at which something may change are
looked at. Knows no records and no engine.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.billing.due import order_of, subscribed
from engine.billing.runs import Run
from engine.model.accounts import Account
from engine.model.book import PriceBook, RoundingStep
from engine.model.orders import OrderLine
from engine.model.prices import PriceEntry
from engine.pricing.applications import Application
from engine.pricing.cuts import cuts_of
from engine.pricing.indexes import price_index
from engine.pricing.metered import Metered, applications_of, metered_line, priced
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.resolution import rounding_in_force
from engine.pricing.tallies import uses_up
from engine.pricing.used import pair_of
from engine.pricing.windows import MeteredWindow, boundaries, first_window
from engine.rating.plan import Applied, Calendar, Segment, Thing
from engine.values.exact import ONE, ZERO


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a thing is charged over the period; `rounding` is the rule `at: quantity`, `charge_rounding` the one `at: charge`.

    `segments` hold every window from -1 on, which is all time before the first one. `apart`: what is charged is told window by window.
    """

    thing: Thing
    segments: tuple[Segment, ...]
    rounding: RoundingStep | None
    charge_rounding: RoundingStep | None
    apart: bool = False


def schedule_of(book: PriceBook, thing: Thing, account: Account, run: Run) -> Schedule:
    """The segments of the thing's windows for a subscription, in order and without a gap."""
    return _Probe(book, thing, account, run).schedule()


DAY = timedelta(days=1)


def _is_for(entry: PriceEntry, attributes: Mapping[str, str]) -> bool:
    """Whether the price is one for these attributes, whatever the date."""
    return all(attributes.get(name) in values for name, values in entry.conditions.when.items())


class _Probe:
    """The windows of one thing and one subscription, asked one by one."""

    def __init__(self, book: PriceBook, thing: Thing, account: Account, run: Run) -> None:
        self._book, self._thing, self._run, plan = book, thing, run, thing.plan
        begun = run.running.begun
        order = order_of(account, run)
        spec = next((each for each in plan.item.specs if each.id == thing.spec), None)
        line = AcceptedLine(0, OrderLine(plan.item.id, thing.spec), plan.item, spec, book.billing_modes[plan.mode].items[plan.sold], ZERO)
        self._subscribed = subscribed(run, run.running)
        decided = replace(order, attributes={**order.attributes, **dict(thing.attributes)})
        metered: Metered = metered_line(book, decided, line, plan.owed[0], self._subscribed.terms, once=False)
        # A price for others is in force in no window: of many plans by attribute one is looked at.
        self._metered = replace(metered, entries=tuple(entry for entry in metered.entries if _is_for(entry, decided.attributes)))
        self._rounding = rounding_in_force(book, "quantity", plan.owed[0], decided.attributes)
        self._cuts = cuts_of(book, order, plan.item.id, begun, run.running.spans)
        of_days = any(charge.applies_to == "period-total" or uses_up(charge) for entry in self._metered.entries for charge in entry.charges)
        self._days = of_days and (plan.kind, plan.meter.window) == ("day", "hour")
        self._first = first_window(plan.meter.window, begun, plan.frame, book.zone)

    def schedule(self) -> Schedule:
        calendar = self._thing.plan.calendar
        found: list[Segment] = [Segment(-1, 0)]
        for first, last in itertools.pairwise(sorted(self._numbers(calendar))):
            segment = self._segment(first, last)
            if replace(found[-1], first=first, last=last) == segment:
                segment = replace(segment, first=found.pop().first)
            found.append(segment)
        return Schedule(self._thing, tuple(found), self._rounding, self._metered.rule, self._cuts is None)

    def _numbers(self, calendar: Calendar) -> set[int]:
        """The numbers of windows at which something may change: those that hold an instant at which it does, and the ones after them."""
        numbers = {0, calendar.count}
        for mark in self._marks():
            number = calendar.number(mark)
            numbers |= {max(0, min(calendar.count, each)) for each in (number, number + 1)}
        return numbers

    def _marks(self) -> Iterator[datetime]:
        """Instants at which what a window costs may change."""
        frame, zone = self._thing.plan.frame, self._book.zone
        yield from (*frame, *self._thing.plan.owed, self._subscribed.begun, *(self._cuts or ()))
        yield from (edge for span in self._subscribed.spans for edge in span if edge is not None)
        yield from (edge for start, bought in self._subscribed.terms for edge in (start, bought))
        yield from boundaries("month", *frame, zone)
        dates = [day for entry in self._metered.entries for day in (entry.conditions.effective, entry.conditions.until) if day is not None]
        yield from dates
        days = [frame[0], *boundaries("day", *frame, zone), frame[1]]
        # What takes effect inside the period may wait for the next day that is billed; and a day with another length has another share of a month.
        waits = any(frame[0] <= day < frame[1] for day in dates)
        by_day = self._thing.plan.window_name == "day" or any(entry.per == "day" for entry in self._metered.entries)
        for start, end in itertools.pairwise(days):
            if waits or self._days or (by_day and end - start != DAY):
                yield from (start, end)

    def _segment(self, first: int, last: int) -> Segment:
        """The windows as the first of them is charged."""
        plan, (start, end) = self._thing.plan, self._thing.plan.calendar.window(first)
        counted = max(start, self._subscribed.begun)
        inside = self._first <= start < plan.frame[1]
        if not (inside and plan.owed[0] <= counted < plan.owed[1]):
            return Segment(first, last, inside=inside)
        used = MeteredWindow(start, end, ONE, (ONE,), (start,))
        pair = pair_of(self._metered, None, used, self._subscribed)
        try:
            pairs = priced(self._metered, [pair])
        except Refused:
            return Segment(first, last, inside=True, counts=True, refused=True)
        applied = tuple(self._applied(each) for each in applications_of(self._metered, pairs))
        once = tuple(entry for entry in pairs[0][1].entries if entry.per == "once")
        cuts = self._cuts or ()
        place = bisect_right(cuts, pair.run.start), bisect_left(cuts, pair.run.end)
        return Segment(first, last, applied, once, place, inside=True, counts=True, period=pair.run.period if self._days else None)

    def _applied(self, one: Application) -> Applied:
        entry = price_index(self._book).places[id(one.entry)]
        position = next(place for place, each in enumerate(one.entry.charges) if each is one.charge)
        per_total = one.quantity if one.charge.applies_to == "period-total" and one.entry.per != "once" else None
        return Applied(entry, position, one.charge, one.ratio, one.part_counts_whole, per_total)
