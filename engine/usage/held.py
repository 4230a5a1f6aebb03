"""Levels that last (`hold: true`): from records to stretches of time with a level.

Source: rule language, 3.4: a record is a level until the next record of the same subscription, item, spec and attributes that keep
apart, or `stop`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from engine.pricing.measures import Stretch
from engine.values.exact import Number, total


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
        for name, mark in marks[instant].items():
            holding.pop(name, None)
            if mark is not None:
                holding[name] = mark
        if holding:
            end = instants[position + 1] if position + 1 < len(instants) else None
            stretches.append(Stretch(instant, end, total(holding.values())))
    return tuple(stretches)
