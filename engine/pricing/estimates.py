"""Estimates of postpaid lines: a quantity held or used for so long, cut into windows and charged (rule language, 3.3, 3.4 and
3.10, Estimates).

Contract: makes (window, quantity) pairs from `for:`; metering makes the same pairs from records, and `metered` charges both. Equal
windows are one run, so 720 hours cost one evaluation.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.pricing.apart import kept_apart
from engine.pricing.estimate_steps import estimate_steps
from engine.pricing.levels import Level, charged_level
from engine.pricing.metered import (
    Metered,
    Pair,
    applications_of,
    charges_of,
    distinct,
    metered_line,
    priced,
    span_of,
    stub_share,
    unit_periods_of,
)
from engine.pricing.metered import window_of as metered_window
from engine.pricing.quotas import Taken, quota_taken, starts_of
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.steps import round_to
from engine.pricing.windows import WindowRun, cut_windows
from engine.values.exact import ONE, ZERO, Number, add, exact, multiply, subtract, total

TOTALS = ("sum", "count")
"""Measures whose estimate is a total; every other one is a level that is held."""


def rate_estimate(book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> RatedLine:
    """Steps 1 to 4 for a line that is billed by usage: every window (or period) charged and rounded by itself, then added up.

    10 users at 0.0049 an hour for 720 hours: 720 x 0.049 = 35.28. Raises Refused where a window has no price.
    """
    metered = metered_line(book, order, line, order.at)
    level = charged_level(book, order, line, lines)
    taken = quota_taken(book, order, line, lines, lambda each: _windows(metered_line(book, order, each, order.at), lines))
    told = [each for run, own in _windows(metered, lines) for each in _pairs(metered, level, own, run, taken)]
    pairs = priced(metered, told)
    if taken:
        level = _told_level(level, told, taken)
    applications = applications_of(metered, pairs)
    steps = estimate_steps(order, line, level, distinct(pairs), applications, metered.rule, _cut_into(metered))
    return RatedLine(
        line.item, line.spec, level.quantity, line.item.unit, "postpaid", total(a.amount for a in applications),
        charges_of(applications), steps, line.line, unit_periods=unit_periods_of(applications),
        spans=tuple(span_of(one) for one in applications),
        attributes={name: order.attributes[name] for name in kept_apart(book, line.item.id) if name in order.attributes},
    )  # fmt: skip


def window_of(line: AcceptedLine) -> str:
    """The window of an estimate's line: its meter's, its cycle for an item without a meter, `whole` for a total of a sum or count."""
    meter = line.item.meter
    return "whole" if meter is not None and meter.measure in TOTALS else metered_window(line)


def _cut_into(metered: Metered) -> str:
    """What the estimate is cut into: hour | day | month | whole (one window, as a total has)."""
    window, period = window_of(metered.line), metered.period
    if window != "period":
        return window
    return period if period in ("hour", "day", "month") else "whole"


def _runs(metered: Metered) -> tuple[WindowRun, ...]:
    """The line's windows, cut where prices or the lengths of their `per` change."""
    book, order = metered.book, metered.order
    cuts = [
        date for entry in metered.entries for date in (entry.conditions.effective, entry.conditions.until) if date is not None
    ]
    sizes = [entry.per for entry in metered.entries if entry.per in ("day", "month", "year")]
    return cut_windows(_cut_into(metered), metered.period, order.at, order.duration, book.zone, cuts, sizes)


def _windows(metered: Metered, lines: tuple[AcceptedLine, ...]) -> list[tuple[WindowRun, Level]]:
    """The line's runs, each with the level that is held in its windows."""
    return [(run, _level(metered, lines, run)) for run in _runs(metered)]


def _pairs(metered: Metered, whole: Level, level: Level, run: WindowRun, taken: Taken) -> Iterator[Pair]:
    """A run with the level that is held in it, cut where a quota covers less or more of a window; no `stub` and no part quantity: a
    part window is charged as a whole one.
    """
    for piece, covered in _alike(run, taken):
        quantity = level.quantity
        if covered:
            uncovered = subtract(subtract(level.metered, level.covered), covered)
            quantity = round_to(uncovered, level.rule, metered.order.currency)
        part_whole = run.covered != ONE and stub_share(metered, run) == ONE and level.quantity == whole.quantity
        yield Pair(piece, quantity, part_whole=part_whole)


def _alike(run: WindowRun, taken: Taken) -> Iterator[tuple[WindowRun, Number]]:
    """The run in pieces of windows of which a quota covers the same."""
    if not taken or run.count == 1:
        yield run, taken.get(run.start, ZERO)
        return
    length = (run.end - run.start) // run.count
    for covered, starts in groupby(starts_of(run), key=lambda start: taken.get(start, ZERO)):
        windows = list(starts)
        yield replace(run, start=windows[0], end=windows[-1] + length, count=len(windows)), covered


def _told_level(level: Level, pairs: list[Pair], taken: Taken) -> Level:
    """The line's level as its trace tells it: the highest one charged, what was metered and covered in all windows, as for usage."""
    windows = sum(pair.run.count for pair in pairs)
    covered = add(multiply(level.covered, exact(windows)), total(taken.values()))
    return replace(
        level, quantity=max(pair.quantity for pair in pairs), metered=multiply(level.metered, exact(windows)), covered=covered
    )


def _level(metered: Metered, lines: tuple[AcceptedLine, ...], run: WindowRun) -> Level:
    """The level of a window: a `mean` of held levels counts the part of the window in which there was none yet, or no longer."""
    meter = metered.line.item.meter
    part = run.covered != ONE and meter is not None and meter.measure == "mean" and meter.hold
    return charged_level(metered.book, metered.order, metered.line, lines, run.covered if part else ONE)
