"""Levels that last (`hold: true`): from records to stretches of time with a level, and what a window sees of them.

Source: rule language, 3.4: a record is a level until the next record of the same subscription, item and priced attributes, or
`stop`; a `mean` is over the window's steps, each of which has the highest level that holds in any part of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.values.exact import ZERO, Number, add, divide, exact, multiply, total


@dataclass(frozen=True, slots=True)
class Stretch:
    """A level over [start, end); the last one has no end (None)."""

    start: datetime
    end: datetime | None
    level: Number

    def reaches(self, start: datetime, end: datetime) -> bool:
        """Whether any part of it lies in [start, end)."""
        return self.start < end and (self.end is None or self.end > start)


def stretches_of(levels: Iterable[tuple[str, datetime, Number]], stops: Mapping[str, Sequence[datetime]]) -> tuple[Stretch, ...]:
    """The sum of the levels that several subscriptions hold, over time; none where none holds one.

    `levels` are (subscription, instant, level); at one instant the larger level counts. A stop ends the level that held until
    then; a record of the very instant begins a new one.
    """
    marks: dict[datetime, dict[str, Number | None]] = {}
    found = sorted(levels, key=lambda each: (each[1], each[2]))
    for name in {name for name, _, _ in found}:
        for instant in stops.get(name, ()):
            marks.setdefault(instant, {})[name] = None
    for name, instant, level in found:
        marks.setdefault(instant, {})[name] = level
    stretches: list[Stretch] = []
    holding: dict[str, Number] = {}
    instants = sorted(marks)
    for position, instant in enumerate(instants):
        for name, level in marks[instant].items():
            holding.pop(name, None)
            if level is not None:
                holding[name] = level
        if holding:
            end = instants[position + 1] if position + 1 < len(instants) else None
            stretches.append(Stretch(instant, end, total(holding.values())))
    return tuple(stretches)


def measure_held(
    measure: str, stretches: Sequence[Stretch], start: datetime, end: datetime, step: timedelta
) -> Number:
    """The window's quantity from the stretches that reach into [start, end), of which there is at least one."""
    if measure == "mean":
        return _mean(stretches, start, end, step)
    levels = [stretch.level for stretch in stretches]
    return {"max": max, "min": min, "last": lambda each: each[-1]}[measure](levels)


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
