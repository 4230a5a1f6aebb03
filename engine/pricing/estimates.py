"""Estimates of postpaid lines: a quantity held or used for so long, cut into windows and charged (rule language, 3.3, 3.4 and
3.10, Estimates).

Contract: makes (window, quantity) pairs from `for:`; metering makes the same pairs from records, and `metered` charges both. Equal
windows are one run, so 720 hours cost one evaluation.
"""

from engine.model.book import PriceBook
from engine.model.orders import Order
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
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.windows import WindowRun, cut_windows
from engine.values.exact import ONE, Number, total

TOTALS = ("sum", "count")
"""Measures whose estimate is a total; every other one is a level that is held."""


def rate_estimate(book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> RatedLine:
    """Steps 1 to 4 for a line that is billed by usage: every window (or period) charged and rounded by itself, then added up.

    10 users at 0.0049 an hour for 720 hours: 720 x 0.049 = 35.28. Raises Refused where a window has no price.
    """
    metered = metered_line(book, order, line, order.at)
    level = charged_level(book, order, line, lines)
    pairs = priced(metered, [_pair(metered, level, lines, run) for run in _runs(metered)])
    applications = applications_of(metered, pairs)
    steps = estimate_steps(order, line, level, distinct(pairs), applications, metered.rule, _cut_into(metered))
    return RatedLine(
        line.item, line.spec, level.quantity, line.item.unit, "postpaid", total(a.amount for a in applications),
        charges_of(applications), steps, line.line, unit_periods=unit_periods_of(applications),
        spans=tuple(span_of(one) for one in applications),
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


def _pair(metered: Metered, level: Level, lines: tuple[AcceptedLine, ...], run: WindowRun) -> Pair:
    """A run with the level that is held in it; no `stub` and no part quantity: a part window is charged as a whole one."""
    quantity = _quantity(metered, level, lines, run)
    part_whole = run.covered != ONE and stub_share(metered, run) == ONE and quantity == level.quantity
    return Pair(run, quantity, part_whole=part_whole)


def _quantity(metered: Metered, level: Level, lines: tuple[AcceptedLine, ...], run: WindowRun) -> Number:
    """The level of a window: a `mean` of held levels counts the part of the window in which there was none yet, or no longer."""
    meter = metered.line.item.meter
    if run.covered == ONE or meter is None or meter.measure != "mean" or not meter.hold:
        return level.quantity
    return charged_level(metered.book, metered.order, metered.line, lines, run.covered).quantity
