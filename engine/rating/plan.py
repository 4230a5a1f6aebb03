"""The plan of rating usage: what is read of each record, in which windows it falls, what is made of a window, and what that costs.

Contract: records only. A plan knows windows by their number in the billing period, things that are sold by theirs, and prices as records
of the book; whole numbers are made of them where SQL is printed (`emit`).
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime

from engine.model.book import Item, Meter
from engine.model.prices import Charge, PriceEntry
from engine.pricing.measures import lasts
from engine.pricing.windows import HOUR, Stretch, is_longer
from engine.values.exact import Number


@dataclass(frozen=True, slots=True)
class Unplanned:
    """Why an engine does not rate an item: the interpreter does it then. A sentence for people who bill."""

    reason: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The windows of a billing period by number: hours are counted from `starts[0]`, any others have their own starts and the last one's end.

    Number 0 is the window that holds the period's first instant, which may begin before it.
    """

    kind: str  # hour | day | month | period
    starts: tuple[datetime, ...]
    count: int

    def window(self, number: int) -> Stretch:
        """The window with a number."""
        if self.kind == "hour":
            return self.starts[0] + number * HOUR, self.starts[0] + (number + 1) * HOUR
        return self.starts[number], self.starts[number + 1]

    @property
    def end(self) -> datetime:
        """When the last window ends."""
        return self.window(self.count - 1)[1]

    def number(self, instant: datetime) -> int:
        """The number of the window that holds the instant; -1 before the first one, `count` after the last."""
        if self.kind == "hour":
            return max(-1, min(self.count, (instant - self.starts[0]) // HOUR))
        return bisect_right(self.starts, instant) - 1


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """How usage of an item is metered in a billing mode, for the billing period `frame` of which `owed` is billed now, which may be nothing.

    `kind` is what it is billed by, `sold` its place in the mode. `item` has the meter with its window as it is counted. `steps` is the least number
    that the steps of every window are part of, where it is metered by them; else 1. `fixed`: a discount may fix its price, which is compared with
    each window, so that windows are not summed up.
    """

    mode: str
    sold: int
    item: Item
    kind: str
    frame: Stretch
    owed: Stretch
    calendar: Calendar
    apart: tuple[str, ...]
    steps: int = 1
    fixed: bool = False

    @property
    def meter(self) -> Meter:
        """How it is metered."""
        return self.item.metered_by

    @property
    def by_steps(self) -> bool:
        """Whether a window is the mean of the steps of a level that lasts."""
        return self.meter.measure == "mean" and lasts(self.meter)

    @property
    def window_name(self) -> str:
        """What its windows are called: hour | day | month."""
        return self.kind if self.meter.window == "period" else self.meter.window

    @property
    def by_window(self) -> bool:
        """Whether each window is a billing period of its own: what is billed by the hour or day has no longer one than a window."""
        return self.kind in ("hour", "day") and self.window_name in ("hour", "day") and not is_longer(self.kind, self.window_name)

    @property
    def aligned(self) -> bool:
        """Whether what is billed begins and ends with a window: in a zone that is half an hour away an hour of UTC reaches over both."""
        return all(edge in (self.frame[1], self.calendar.window(self.calendar.number(edge) - (edge == self.calendar.end))[0]) for edge in self.owed)


Planning = tuple[ItemPlan, ...] | Unplanned
"""How usage of an item is rated in a billing mode: a plan for each of its billing periods, or why there is none."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is metered by itself in a billing period: an item's usage with a spec (None: it has none) and values of the attributes that keep records apart."""

    number: int
    plan: ItemPlan
    spec: str | None
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """One charge of a price as it is applied to each window, or each record, of a segment: times `ratio`.

    `entry` is the price's place in the book, `position` that of the charge in it. `per_total` is what a `period-total` multiplies a window's
    quantity with; None for any other charge.
    """

    entry: int
    position: int
    charge: Charge
    ratio: Number
    part_whole: bool = False
    per_total: Number | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """The windows from number `first` to before `last` that are charged alike, and by what.

    Those `inside` are of the billing period and of the time of use, and those that `count` are billed now.

    `once` are the prices that are due once where they are in force in the first window of the use; `place` is between which cuts of the line
    the windows lie. `refused`: there is no price for them, and only the interpreter can say why. `period` is when their billing period began, where
    several of the same time are told apart by it: what is charged for the total of each day, or less an allowance of it.
    """

    first: int
    last: int
    applied: tuple[Applied, ...] = ()
    once: tuple[PriceEntry, ...] = ()
    place: tuple[int, int] = (0, 0)
    inside: bool = False
    counts: bool = False
    refused: bool = False
    period: datetime | None = None
