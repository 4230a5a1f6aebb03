"""Usage of one item in one billing period: metered windows, charged on the path that estimates take (rule language, 3.2 and 3.4).

Contract: knows windows and quantities, nothing of records files, accounts or invoices. Discounts, tax and the rounding of lines come
after it, as for every line.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.model.book import PriceBook, RoundingStep
from engine.model.orders import Order
from engine.model.trace import TraceStep
from engine.pricing.charges import count_of
from engine.pricing.estimate_steps import metered_steps
from engine.pricing.metered import (
    Metered,
    Pair,
    applications_of,
    charges_of,
    distinct,
    metered_line,
    priced,
    span_of,
    unit_periods_of,
    window_of,
)
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.resolution import rounding_in_force
from engine.pricing.steps import round_to
from engine.pricing.windows import WindowRun, is_longer, period_start, window_length
from engine.values.exact import ZERO, Number, divide, subtract, total

TOTALS = ("sum", "count")


@dataclass(frozen=True, slots=True)
class UsedWindow:
    """What was used in the window [start, end), in the item's unit; `covered` of it is taken off before anything is charged.

    `records` are the quantities of its records in order of time; they add up to `quantity` for sums only. `covered_records` is what is
    taken off each of them; empty, what is covered is taken off them in order of time.
    """

    start: datetime
    end: datetime
    quantity: Number
    records: tuple[Number, ...] = ()
    covered: Number = ZERO
    covered_records: tuple[Number, ...] = ()


Spans = Sequence[tuple[datetime, datetime | None]]
"""When a subscription ran, in order: half-open, the last one perhaps without an end."""


def rate_usage(
    book: PriceBook, order: Order, line: AcceptedLine, used: Sequence[UsedWindow], period: datetime, ended: datetime | None = None,
    spans: Spans = (), terms: Sequence[tuple[datetime, datetime]] = (),
) -> RatedLine:
    """Steps 1 to 4 for what was used in the billing period that begins at `period`; raises Refused where a window has no price.

    `order.at` is when the use began and `ended` when it was over, or `spans` all times of use, which cut first and last months;
    `terms` are (start, bought at) of what is paid in advance beside it. The line's quantity is the sum of a sum or count, else the
    highest level. 10 users in each of 720 hours at 0.0049 an hour: 720 x 0.049 = 35.28.
    """  # fmt: skip
    metered = metered_line(book, order, line, period, terms)
    rule = rounding_in_force(book, "quantity", period, order.attributes)
    ran = spans or ((order.at, ended),)
    pairs = priced(metered, [_pair(metered, rule, window, ran) for window in used])
    applications = applications_of(metered, pairs)
    charged = [pair.quantity for pair, _ in pairs]
    quantity = total(charged) if line.item.meter.measure in TOTALS else max(charged)
    first = _first_step(line, used, quantity, rule)
    steps = metered_steps(first, distinct(pairs), applications, metered.rule, _window(metered), metered.places)
    return RatedLine(
        line.item, line.spec, quantity, line.item.unit, "postpaid", total(one.amount for one in applications),
        charges_of(applications), steps, line.line, unit_periods=unit_periods_of(applications),
        spans=tuple(span_of(one) for one in applications),
    )  # fmt: skip


def _window(metered: Metered) -> str:
    """The length of the windows: hour | day | month, or `whole` where the billing period has no such name."""
    window = window_of(metered.line)
    named = metered.period if window == "period" else window
    return named if named in ("hour", "day", "month") else "whole"


def _pair(metered: Metered, rule: RoundingStep | None, used: UsedWindow, ran: Spans) -> Pair:
    """The window as a run of one, less what is covered, rounded `at: quantity`."""
    quantity = round_to(subtract(used.quantity, used.covered), rule, metered.order.currency)
    records = tuple(round_to(each, rule, metered.order.currency) for each in _after_cover(used))
    return Pair(_run(metered, used, ran), quantity, records)


def _run(metered: Metered, used: UsedWindow, ran: Spans) -> WindowRun:
    begun, tz, window = metered.order.at, metered.book.zone, _window(metered)
    home = period_start(metered.period if is_longer(metered.period, window) else window, used.start, begun, tz)
    if metered.period == "term" and metered.terms:
        # The first term has the window too that holds its beginning.
        home = next((start for start, _ in reversed(metered.terms) if start <= used.start), metered.terms[0][0])
    if window == "whole":
        home = max(used.start, begun)
    run = WindowRun(used.start, used.end, 1, window, home)
    if window == "hour":
        # In the hour in which the use began, it has the price of that instant: an earlier one it never had.
        return replace(run, start=max(used.start, min(begun, used.end)))
    if window != "month":
        return run
    # Only a month is cut to the time of use, which is what a `stub` counts.
    pieces = tuple(
        (max(used.start, start), used.end if end is None else min(used.end, end))
        for start, end in ran
        if start < used.end and (end is None or end > used.start)
    )
    if not pieces or pieces == ((used.start, used.end),):
        return run
    reached = total(window_length(start, end) for start, end in pieces)
    share = divide(reached, window_length(used.start, used.end))
    return replace(run, start=pieces[0][0], end=pieces[-1][1], covered=share, pieces=pieces if len(pieces) > 1 else ())


def _after_cover(used: UsedWindow) -> list[Number]:
    """The records of a window without what is covered of them, in order of time."""
    if used.covered_records:
        return [subtract(quantity, covered) for quantity, covered in zip(used.records, used.covered_records, strict=True)]
    left, found = used.covered, []
    for quantity in used.records:
        taken = min(left, quantity)
        left = subtract(left, taken)
        found.append(subtract(quantity, taken))
    return found


def _first_step(line: AcceptedLine, used: Sequence[UsedWindow], quantity: Number, rule: RoundingStep | None) -> TraceStep:
    """Step 1: what was metered, in how many windows and of how many records."""
    meter = line.item.meter
    facts = {
        "item": line.item.id, "spec": None, "quantity": quantity, "unit": line.item.unit, "measure": meter.measure,
        "window": meter.window, "windows": len(used), "records": sum(len(each.records) for each in used),
    }  # fmt: skip
    formula = f"{count_of(quantity)} {line.item.unit}"
    if any(each.covered != ZERO for each in used):
        metered, covered = _uncovered(meter.measure, used, quantity)
        facts |= {"metered": metered, "covered": covered, "covered_by": line.item.covered_by}
        if covered != ZERO and subtract(metered, covered) == quantity:
            formula = f"{count_of(metered)} − {count_of(covered)}"
    if rule is not None:
        facts |= {"places": rule.places, "mode": rule.mode}
    return TraceStep(1, "quantity", None, formula=formula, facts=facts, origin=line.line.origin)


def _uncovered(measure: str, used: Sequence[UsedWindow], quantity: Number) -> tuple[Number, Number]:
    """What was metered and what of it is covered: of all windows, or for a level of the window that is charged for most."""
    most = [each for each in used if subtract(each.quantity, each.covered) == quantity][:1]
    windows = used if measure in TOTALS or not most else most
    return total(each.quantity for each in windows), total(each.covered for each in windows)
