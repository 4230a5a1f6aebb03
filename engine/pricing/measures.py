"""How a record counts, and what a window sees of levels that last (rule language, 3.4).

Contract: one rule for records that are delivered and for those that an estimate describes. A `mean` of held levels is over the window's
steps, each of which has the highest level that holds in any part of it, 0 before the first record.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.model.book import Item, Meter, PriceBook
from engine.values.exact import ZERO, Number, add, divide, exact, multiply, total, whole_up

FINEST = timedelta(seconds=1)
"""The step of a `mean` of held levels where the meter names none."""
HELD = ("max", "min", "last", "mean")
"""Measures of a level; sums, counts and distinct values are of records, whether their levels last or not."""
TOTALS = ("sum", "count")
"""Measures that add up over windows."""


def as_record(book: PriceBook, item: Item, quantity: Number) -> Number:
    """The quantity, in the item's unit, as one record of it counts: at least `record.at_least`, rounded up to whole
    `record.round_up`; a record of nothing stays nothing.

    Source: rule language, 3.4. With `at_least: 128 KB` a record of 5 KB counts 128 KB.
    """
    meter = item.meter
    if meter is None or quantity == ZERO:
        return quantity
    unit = meter.unit or item.unit
    if meter.record_at_least is not None:
        quantity = max(quantity, book.unit_table.convert(meter.record_at_least, unit, item.unit))
    if meter.record_round_up is not None:
        size = book.unit_table.convert(meter.record_round_up, unit, item.unit)
        quantity = multiply(exact(whole_up(divide(quantity, size))), size)
    return quantity


def lasts(meter: Meter | None) -> bool:
    """Whether a record is a level that goes on until the next one."""
    return meter is not None and meter.hold and meter.measure in HELD


def step_of(meter: Meter) -> timedelta:
    """The step of a `mean` over held levels."""
    return timedelta(seconds=meter.step.seconds) if meter.step is not None else FINEST


@dataclass(frozen=True, slots=True)
class Stretch:
    """A level over [start, end); the last one has no end (None)."""

    start: datetime
    end: datetime | None
    level: Number

    def reaches(self, start: datetime, end: datetime) -> bool:
        """Whether any part of it lies in [start, end)."""
        return self.start < end and self.ends_after(start)

    def ends_after(self, instant: datetime) -> bool:
        """Whether it goes on beyond the instant."""
        return self.end is None or self.end > instant


def cut_to(stretches: Sequence[Stretch], times: Sequence[tuple[datetime, datetime]]) -> tuple[Stretch, ...]:
    """What of the stretches lies in the times; both are in order, and none reaches into the next."""
    found, position = [], 0
    for each in stretches:
        while position < len(times) and times[position][1] <= each.start:
            position += 1
        number = position
        while number < len(times) and (each.end is None or times[number][0] < each.end):
            start, end = times[number]
            found.append(Stretch(max(each.start, start), end if each.end is None else min(each.end, end), each.level))
            number += 1
    return tuple(found)


def held_in(stretches: Sequence[Stretch], windows: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime, Sequence[Stretch]]]:
    """Each window that a level reaches, with the stretches that lie in any part of it; all are in order of time."""
    first = 0
    for start, end in windows:
        while first < len(stretches) and not stretches[first].ends_after(start):
            first += 1
        last = first
        while last < len(stretches) and stretches[last].start < end:
            last += 1
        if last > first:
            yield start, end, stretches[first:last]


def measure_held(measure: str, stretches: Sequence[Stretch], start: datetime, end: datetime, step: timedelta) -> Number:
    """The window's quantity from the stretches that reach into [start, end), of which there is at least one."""
    if measure == "mean":
        return _mean(stretches, start, end, step)
    levels = [stretch.level for stretch in stretches]
    return max(levels) if measure == "max" else min(levels) if measure == "min" else levels[-1]


def _mean(stretches: Sequence[Stretch], start: datetime, end: datetime, step: timedelta) -> Number:
    """The mean over the window's steps; a step that no level reaches counts 0.

    Steps inside one stretch are counted, not listed; only those in which a level begins or ends are looked at one by one.
    """
    whole: Number = ZERO
    shared: dict[int, Number] = {}
    for stretch in stretches:
        begin = max(stretch.start, start) - start
        stop = (end if stretch.end is None else min(stretch.end, end)) - start
        first, last = begin // step, -(-stop // step)
        for number in {first, last - 1}:
            shared[number] = max(shared.get(number, ZERO), stretch.level)
        inner = last - first - 2
        if inner > 0:
            whole = add(whole, multiply(stretch.level, exact(inner)))
    return divide(add(whole, total(shared.values())), exact(-((start - end) // step)))
