"""Fees: items of a postpaid mode that have no meter, owed for each billing period in which they are held (second version, 1.3).

Contract: levels over time in, windows with their quantities out; how they are charged is the one path of all use. By the mode's `stub`
each level counts for its part of the period; without it a period that is held in part counts whole, at the highest level held in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model.book import BillingMode, PriceBook
from engine.pricing.rated import AcceptedLine
from engine.pricing.windows import MeteredWindow, Stretch, first_window, windows_in
from engine.values.exact import ZERO, Number


@dataclass(frozen=True, slots=True)
class FeeLevel:
    """So much of a fee (`line.quantity`, 0: nothing) is held from `start` on and before `end`; None: until further notice."""

    line: AcceptedLine
    start: datetime
    end: datetime | None

    def within(self, window: Stretch) -> Stretch | None:
        """The part of the window in which it is held; None where there is none."""
        part = max(self.start, window[0]), window[1] if self.end is None else min(self.end, window[1])
        return part if part[0] < part[1] and self.line.quantity > ZERO else None

    @property
    def height(self) -> tuple[int, Number]:
        """What makes one level higher than another: the spec's place on the ladder, then the quantity."""
        return self.line.rung, self.line.quantity


@dataclass(frozen=True, slots=True)
class FeeUse:
    """What of a fee (or one spec of it) is held in a billing period, window by window; `begun` is when it was first held."""

    line: AcceptedLine
    windows: tuple[MeteredWindow, ...]
    begun: datetime


def fee_windows(book: PriceBook, mode: BillingMode, levels: Sequence[FeeLevel], kind: str, period: Stretch) -> list[FeeUse]:
    """The windows of one fee in a billing period (or what is billed of it); `levels` are all that is known of the fee, in order.

    49.00 a month from 15 March with `stub: actual-days`: the part from 15 to 31 March of the window March.
    """
    if levels[0].start >= period[1]:
        # An hour of UTC may reach into the next period of a zone that is half an hour away: it belongs to where it is first held.
        return []
    found: dict[str | None, list[tuple[FeeLevel, MeteredWindow]]] = {}
    by_hour = kind in ("hour", "day")
    first = first_window(kind, levels[0].start, period, book.zone) if by_hour else period[0]
    for window in windows_in(kind, first, period[1], book.zone) if by_hour else (period,):
        for level, metered in _in_window(levels, window, None if by_hour else mode.stub):
            found.setdefault(_spec(level), []).append((level, metered))
    return [
        FeeUse(of_spec[0][0].line, tuple(metered for _, metered in of_spec), min(each.start for each in levels if _spec(each) == spec))
        for spec, of_spec in found.items()
    ]  # fmt: skip


def _spec(level: FeeLevel) -> str | None:
    return level.line.spec.id if level.line.spec is not None else None


def _in_window(levels: Sequence[FeeLevel], window: Stretch, stub: str | None) -> Iterator[tuple[FeeLevel, MeteredWindow]]:
    held = [(level, part) for level in levels if (part := level.within(window)) is not None]
    if not held:
        return
    if stub is not None:
        for level, part in held:
            yield level, MeteredWindow(*window, level.line.quantity, part=part)
        return
    highest = max((level for level, _ in held), key=lambda level: level.height)
    yield highest, MeteredWindow(*window, highest.line.quantity)
