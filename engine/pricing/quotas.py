"""What an estimate's lines take of the monthly quotas that the prepaid items of the same order provide (rule language, 3.4).

Contract: windows in order of time, at one instant the lines in the order of the mode's items; each calendar month has the whole quota. A total has
one window, so its month must be known: raises Refused where it lies in several.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from engine.diagnostics import orders, report
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.pricing.levels import Level, covered_lines, provided_quota
from engine.pricing.messages import place
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.windows import WindowRun
from engine.values.exact import ZERO, Number, subtract
from engine.values.periods import Duration, after, local_date

_MOMENT = timedelta(microseconds=1)

Windows = Callable[[AcceptedLine], Sequence[tuple[WindowRun, Level]]]
"""The runs of a line, each with the level of one window of it."""

Taken = dict[datetime, Number]
"""What is taken of a quota for a window, in the line's unit, by the window's start; windows of which nothing is taken are left out."""


def quota_taken(book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...], windows: Windows) -> Taken:
    """What the line takes of the quota, window by window.

    100 GB a month, used at 30 GB an hour: 30, 30, 30, 10, and nothing more until the next month.
    """
    quota = provided_quota(line, lines) if line.item.covered_by else ZERO
    if quota == ZERO:
        return {}
    convert, unit = book.unit_table.convert, book.resources[line.item.covered_by].unit
    claims: list[tuple[datetime, int, Number, bool]] = []
    for rank, other in enumerate(covered_lines(book, order, line, lines)):
        if other.item.meter is not None and other.item.meter.measure in ("sum", "count"):
            _check_month(book, order, other)
        for run, level in windows(other):
            uncovered = convert(subtract(level.metered, level.covered), other.item.unit, unit)
            claims += [(start, rank, uncovered, other is line) for start in starts_of(run)]
    left: dict[tuple[int, int], Number] = {}
    found: Taken = {}
    for start, _, amount, own in sorted(claims, key=lambda each: each[:2]):
        day = local_date(start, book.zone)
        month = (day.year, day.month)
        taken = min(amount, left.setdefault(month, quota))
        left[month] = subtract(left[month], taken)
        if own and taken:
            found[start] = convert(taken, unit, line.item.unit)
    return found


def starts_of(run: WindowRun) -> Iterator[datetime]:
    """When each window of a run begins."""
    length = (run.end - run.start) // run.count
    return (run.start + number * length for number in range(run.count))


def _check_month(book: PriceBook, order: Order, line: AcceptedLine) -> None:
    """Raises Refused where a total is used in more than one calendar month: how much of each quota it uses is not said."""
    end = after(order.at, order.duration or Duration(seconds=1), book.zone)
    first, last = local_date(order.at, book.zone), local_date(end - _MOMENT, book.zone)
    if (first.year, first.month) == (last.year, last.month):
        return
    covered = f"`{line.item.id}` is covered by a monthly quota of `{line.item.covered_by}`"
    message = f"{covered}, and an estimate over several months does not say how much falls in each"
    raise Refused(
        report(orders.NOT_EVALUATED_YET, message, place(line.line.origin), help="estimate one calendar month at a time")
    )
