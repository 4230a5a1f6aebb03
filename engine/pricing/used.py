"""What is used of one item in one billing period: windows with their quantities become a rated line (rule language, 3.2 and 3.4).

Contract: the one path of estimates, usage and fees; knows windows and quantities, nothing of records files, accounts or invoices.
Discounts, tax and the rounding of lines come after it, as for every line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.model.book import PriceBook, RoundingStep
from engine.model.charges import Tally, UseSums
from engine.model.facts import StepFacts
from engine.model.formulas import Calculation, Measure, difference
from engine.model.orders import Order
from engine.model.trace import TraceStep
from engine.pricing.apart import kept_apart
from engine.pricing.applications import Application
from engine.pricing.charges import Beside
from engine.pricing.cuts import cuts_of
from engine.pricing.measures import HELD, TOTALS, lasts
from engine.pricing.metered import (
    Metered,
    Pair,
    PricedPair,
    Shares,
    applications_of,
    distinct,
    metered_line,
    priced,
    stub_share,
    window_kind,
)
from engine.pricing.metered_steps import metered_steps, summed_steps
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.resolution import rounding_in_force
from engine.pricing.steps import quantity_step, round_to
from engine.pricing.tallies import charges_of, span_of, tallied, unit_periods_of
from engine.pricing.windows import MeteredWindow, Spans, Stretch, WindowRun, is_longer, period_start, window_length
from engine.values.exact import ONE, ZERO, Number, divide, exact, multiply, subtract, total, trimmed

Attributes = tuple[tuple[str, str], ...]
"""Those of usage that keep a line apart from others of its item."""


@dataclass(frozen=True, slots=True)
class Used:
    """What is used, on one line of a bill: the line as it is sold, its `windows` in the period, and the `attributes` of usage.

    `begun` is when this use began, whatever the period: what is due once is due in the period that holds it. `records` is how many
    records it is made of; None where an order describes it. `shares` is what each window has of allowances that are shared, end or are carried over,
    `beside` what else is used in the billing period of each window; empty where there are none.
    """

    line: AcceptedLine
    windows: Sequence[MeteredWindow]
    begun: datetime
    attributes: tuple[tuple[str, str], ...] = ()
    records: int | None = None
    shares: Sequence[Shares] = ()
    beside: Sequence[Beside] = ()


@dataclass(frozen=True, slots=True)
class Subscribed:
    """The subscription that uses it: since when and when it ran, and (start, bought at) of the terms that are paid in advance beside it.

    `billed_from` is since when the subscription runs that is billed, where others use with it.
    """

    begun: datetime
    spans: Spans
    terms: Sequence[tuple[datetime, datetime]] = ()
    billed_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class RatedUse:
    """What is used, rated window by window: its sums, and what each of them is the sum of."""

    sums: UseSums
    pairs: list[PricedPair]
    applications: list[Application]


def rate_usage(book: PriceBook, order: Order, used: Used, period: Stretch, subscribed: Subscribed) -> RatedLine:
    """Steps 1 to 4 for what was used in a billing period (or the part of it that is billed); raises Refused where a window has no price.

    `order` says the billing mode, the currency and the attributes of customer and order. 10 users in each of 720 hours at 0.0049 an
    hour: 720 x 0.049 = 35.28.
    """
    rated = rate_windows(book, order, used, period, subscribed)
    return rated_line(book, order, used.line, used.attributes, rated.sums, period, rated)


def rate_windows(book: PriceBook, order: Order, used: Used, period: Stretch, subscribed: Subscribed) -> RatedUse:
    """Each window priced, charged and rounded, and their sums. The line's quantity is the sum of a sum or count, else the highest level."""
    line = used.line
    metered, unpriced = windows_to_price(book, order, used, period, subscribed)
    if used.shares:
        unpriced = [replace(pair, shares=shares) for pair, shares in zip(unpriced, used.shares, strict=True)]
    if used.beside:
        unpriced = [replace(pair, beside=beside) for pair, beside in zip(unpriced, used.beside, strict=True)]
    pairs = priced(metered, unpriced)
    applications = applications_of(metered, pairs)
    charged = [multiply(pair.quantity, exact(pair.run.count)) if _adds_up(line) else pair.quantity for pair, _ in pairs]
    quantity = total(charged) if _adds_up(line) else max(charged)
    cuts = cuts_of(book, order, line.item.id, subscribed.billed_from or subscribed.begun, subscribed.spans)
    return RatedUse(_sums(used, quantity, tallied(book, applications, cuts)), pairs, applications)


def windows_to_price(book: PriceBook, order: Order, used: Used, period: Stretch, subscribed: Subscribed) -> tuple[Metered, list[Pair]]:
    """What is charged: the line as it is metered, and of each window the quantity that is charged for."""
    decided = replace(order, at=subscribed.begun, attributes={**order.attributes, **dict(used.attributes)})
    once = period[0] <= used.begun or used.windows[0].start <= used.begun
    metered = metered_line(book, decided, used.line, period[0], subscribed.terms, once)
    rule = rounding_in_force(book, "quantity", period[0], decided.attributes)
    return metered, [pair_of(metered, rule, window, subscribed) for window in used.windows]


def rated_line(
    book: PriceBook, order: Order, line: AcceptedLine, attributes: Attributes, sums: UseSums, period: Stretch, rated: RatedUse | None = None
) -> RatedLine:
    """The line that the sums of a billing period make; its trace explains each window where they are given with what they are the sum of."""
    metered = metered_line(book, replace(order, attributes={**order.attributes, **dict(attributes)}), line, period[0])
    rule = rounding_in_force(book, "quantity", period[0], metered.order.attributes)
    charges, window = charges_of(book, sums.tallies), window_name(metered)
    first = _first_step(order, line, sums, rule)
    if rated is None:
        steps = summed_steps(first, sums.tallies, metered.rule, window, metered.places)
    else:
        steps = metered_steps(first, distinct(rated.pairs), rated.applications, sums.tallies, metered.rule, window, metered.places)
    # What is billed by the year or the term is taxed on the last day of it, whatever its windows are.
    taxed_at = period[1] if metered.period in ("year", "term") else None
    return RatedLine(
        line.item, line.spec, sums.quantity, line.item.unit, "postpaid", total(one.amount for one in charges), charges, steps, line.line,
        unit_periods=unit_periods_of(book, sums.tallies), spans=tuple(span_of(book, one) for one in sums.tallies), attributes=dict(attributes),
        taxed_at=taxed_at,
    )  # fmt: skip


def attributes_apart(book: PriceBook, item: str, attributes: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Those of the attributes that keep records of the item apart, in the book's order."""
    return tuple((name, attributes[name]) for name in kept_apart(book, item) if name in attributes)


def _adds_up(line: AcceptedLine) -> bool:
    return line.item.meter is not None and line.item.meter.measure in TOTALS


def window_name(metered: Metered) -> str:
    """The length of the windows: hour | day | month (a fee's: year), or `whole` where the billing period has no such name."""
    window = window_kind(metered.line)
    named = metered.period if window == "period" else window
    return named if named in ("hour", "day", "month") or (metered.fee and named == "year") else "whole"


def pair_of(metered: Metered, rule: RoundingStep | None, used: MeteredWindow, subscribed: Subscribed) -> Pair:
    """The window as a run, less what is covered, rounded `at: quantity`."""
    quantity = round_to(subtract(used.quantity, used.covered), rule, metered.order.currency)
    records = tuple(round_to(each, rule, metered.order.currency) for each in _after_cover(used))
    run = _run(metered, used, subscribed)
    meter = metered.line.item.meter
    # A mean of held levels counts the part of a window in which there was none; nothing of what adds up lies in a part of it.
    counted = metered.line.item.list_amounts is not None or (meter is not None and (meter.measure not in HELD or (lasts(meter) and meter.measure == "mean")))
    part_whole = not counted and stub_share(metered, run) == ONE and _in_part(run, used, subscribed.spans)
    return Pair(run, quantity, records, part_whole, numbers=used.numbers)


def _in_part(run: WindowRun, used: MeteredWindow, spans: Spans) -> bool:
    """Whether there was use in a part of the window only."""
    return run.covered != ONE or not any(start <= used.start and (end is None or used.end <= end) for start, end in spans)


def _run(metered: Metered, used: MeteredWindow, subscribed: Subscribed) -> WindowRun:
    begun, tz, window = subscribed.begun, metered.book.zone, window_name(metered)
    # Where there are no terms, what is billed by the term is billed by the month.
    period = "month" if metered.period == "term" else metered.period
    home = period_start(period if is_longer(period, window) else window, used.start, begun, tz)
    if metered.period == "term" and metered.terms:
        # The first term has the window too that holds its beginning.
        home = next((start for start, _ in reversed(metered.terms) if start <= used.start), metered.terms[0][0])
    if window == "whole":
        home = max(used.start, begun)
    run = WindowRun(used.start, used.end, used.count, window, home)
    if used.part is not None:
        share = divide(window_length(*used.part), window_length(used.start, used.end))
        return replace(run, start=used.part[0], end=used.part[1], covered=share)
    if window == "hour":
        # In the hour in which the use began, it has the price of that instant: an earlier one it never had.
        return replace(run, start=max(used.start, min(begun, used.end)))
    if window not in ("month", "year"):
        return run
    # Only a month or a year is cut to the time of use, which is what a `stub` counts.
    pieces = tuple(
        (max(used.start, start), used.end if end is None else min(used.end, end))
        for start, end in subscribed.spans
        if start < used.end and (end is None or end > used.start)
    )
    if not pieces or pieces == ((used.start, used.end),):
        return run
    reached = total(window_length(start, end) for start, end in pieces)
    share = divide(reached, window_length(used.start, used.end))
    return replace(run, start=pieces[0][0], end=pieces[-1][1], covered=share, pieces=pieces if len(pieces) > 1 else ())


def _after_cover(used: MeteredWindow) -> list[Number]:
    """The records of a window without what is covered of them, in order of time."""
    if used.covered_records:
        return [subtract(quantity, covered) for quantity, covered in zip(used.records, used.covered_records, strict=True)]
    left, found = used.covered, []
    for quantity in used.records:
        taken = min(left, quantity)
        left = subtract(left, taken)
        found.append(subtract(quantity, taken))
    return found


# --- the trace of the quantity ------------------------------------------------------------------------------------------------------


def _first_step(order: Order, line: AcceptedLine, sums: UseSums, rule: RoundingStep | None) -> TraceStep:
    """Step 1: what was metered, in how many windows and of how many records, or for how long an order says that it is used."""
    meter = line.item.meter
    facts: StepFacts = {
        "measure": meter.measure if meter else None, "window": meter.window if meter else line.mode_item.cycle, "windows": sums.windows,
    }  # fmt: skip
    facts |= {"for": order.duration} if sums.records is None else {"records": sums.records}
    exact_quantity = sums.exact_quantity
    if sums.covered is not None:
        facts |= {"metered": sums.metered, "covered": sums.covered, "covered_by": line.item.covered_by}
    # Where it is used for a part of the window, or comes in anew in each month, it is not just what was written in another unit.
    written = line.line if sums.covered is not None or exact_quantity == line.quantity else replace(line.line, unit=None)
    step = quantity_step(replace(line, quantity=exact_quantity, line=written), sums.quantity, rule, facts)
    if not sums.covered or exact_quantity != sums.quantity:
        return step
    formula = difference(sums.metered, sums.covered)
    if written.unit is not None and written.unit != line.item.unit and written.quantity is not None:
        ordered = Calculation("=", (Measure(written.quantity, written.unit), Measure(line.quantity, line.item.unit)))
        formula = Calculation(";", (ordered, formula))
    return replace(step, formula=formula)


def _sums(used: Used, quantity: Number, tallies: tuple[Tally, ...]) -> UseSums:
    """The sums of a line: what was metered, and what is covered of it."""
    metered, covered = _whole(used.line, used.windows, covered=True), None
    if any(each.covered != ZERO for each in used.windows):
        uncovered, metered = metered, _whole(used.line, _charged_most(used.line, used.windows, quantity))
        covered = subtract(metered, uncovered)
    quantity, metered, covered = trimmed(quantity), trimmed(metered), None if covered is None else trimmed(covered)
    return UseSums(quantity, metered, covered, sum(each.count for each in used.windows), used.records, tallies)


def _whole(line: AcceptedLine, windows: Sequence[MeteredWindow], covered: bool = False) -> Number:
    """The quantity of the line: of what adds up all windows together, else the highest; `covered`: less what is paid in advance."""
    each = [subtract(one.quantity, one.covered) if covered else one.quantity for one in windows]
    if not _adds_up(line):
        return max(each)
    return total(multiply(quantity, exact(one.count)) for quantity, one in zip(each, windows, strict=True))


def _charged_most(line: AcceptedLine, windows: Sequence[MeteredWindow], quantity: Number) -> Sequence[MeteredWindow]:
    """The windows whose quantity is told as metered: of what adds up all of them, of a level the one that is charged for most."""
    most = [each for each in windows if subtract(each.quantity, each.covered) == quantity][:1]
    return windows if _adds_up(line) or not most else most
