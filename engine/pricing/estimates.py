"""Estimates of postpaid lines: a quantity held or used for so long, cut into windows and charged (rule language, 3.3, 3.4 and
3.10, Estimates).

Contract: makes (window, quantity) pairs from `for:` and charges them; metering makes the same pairs from records. Equal windows
are charged once and multiplied, which is exact, so 720 hours cost one evaluation.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from engine.model.book import PriceBook, RoundingStep
from engine.model.orders import Order
from engine.model.prices import PriceEntry
from engine.pricing.applications import Application, apply_charge, merged
from engine.pricing.charges import rate_charge
from engine.pricing.estimate_steps import estimate_steps
from engine.pricing.levels import Level, charged_level
from engine.pricing.rated import AcceptedLine, RatedCharge, RatedLine, RatedSpan
from engine.pricing.refused import Refused
from engine.pricing.remaining import share_of_month
from engine.pricing.resolution import PricesInForce, choose_prices, price_index, rounding_in_force
from engine.pricing.unpriced import no_price
from engine.pricing.windows import WindowRun, cut_windows, window_ratio
from engine.values.exact import ONE, Number, exact, multiply, total
from engine.values.money import minor_places

TOTALS = ("sum", "count")
"""Measures whose estimate is a total; every other one is a level that is held."""


@dataclass(frozen=True, slots=True)
class _Estimate:
    """What charging one line needs to know; `entries` are all prices of the line, whatever their date."""

    book: PriceBook
    order: Order
    line: AcceptedLine
    lines: tuple[AcceptedLine, ...]
    entries: tuple[PriceEntry, ...]
    rank: tuple[str, ...]
    rule: RoundingStep | None
    level: Level

    @property
    def window(self) -> str:
        """What the estimate is cut into: hour | day | month | whole (one window, as a total has)."""
        window, period = window_of(self.line), self.period
        if window != "period":
            return window
        return period if period in ("hour", "day", "month") else "whole"

    @property
    def places(self) -> int:
        """The decimals of the order's currency."""
        return minor_places(self.order.currency)

    @property
    def period(self) -> str:
        """What the mode charges by: its `invoiced`, else the line's `cycle`."""
        return self.book.billing_modes[self.order.billing_mode].invoiced or self.line.mode_item.cycle


def rate_estimate(book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> RatedLine:
    """Steps 1 to 4 for a line that is billed by usage: every window (or period) charged and rounded by itself, then added up.

    10 users at 0.0049 an hour for 720 hours: 720 x 0.049 = 35.28. Raises Refused where a window has no price.
    """
    estimate = _estimate(book, order, line, lines)
    prices = [(run, _prices_of(estimate, run)) for run in _runs(estimate)]
    applications = merged([*_window_applications(estimate, prices), *_period_applications(estimate, prices)])
    steps = estimate_steps(order, line, estimate.level, _distinct(prices), applications, estimate.rule, estimate.window)
    return RatedLine(
        line.item, line.spec, estimate.level.quantity, line.item.unit, "postpaid", total(a.amount for a in applications),
        _charges(applications), steps, line.line, unit_periods=_unit_periods(applications),
        spans=tuple(_span(one) for one in applications),
    )  # fmt: skip


def _estimate(book: PriceBook, order: Order, line: AcceptedLine, lines: tuple[AcceptedLine, ...]) -> _Estimate:
    index = price_index(book)
    key = (order.billing_mode, line.item.id, line.spec.id if line.spec else None, order.currency)
    rule = rounding_in_force(book, "charge", order.at, order.attributes)
    return _Estimate(
        book, order, line, lines, index.entries.get(key, ()), index.rank, rule, charged_level(book, order, line, lines)
    )


def window_of(line: AcceptedLine) -> str:
    """The window of a line: its meter's, its cycle for an item without a meter, `whole` for a total of a sum or count."""
    meter = line.item.meter
    if meter is None:
        return line.mode_item.cycle if line.mode_item.cycle != "term" else "whole"
    if meter.measure in TOTALS:
        return "whole"
    return meter.window


def _runs(estimate: _Estimate) -> tuple[WindowRun, ...]:
    """The line's windows, cut where prices or the lengths of their `per` change."""
    book, order = estimate.book, estimate.order
    cuts = [
        date for entry in estimate.entries for date in (entry.conditions.effective, entry.conditions.until) if date is not None
    ]
    sizes = [entry.per for entry in estimate.entries if entry.per in ("day", "month", "year")]
    return cut_windows(estimate.window, estimate.period, order.at, order.duration, book.zone, cuts, sizes)


def _prices_of(estimate: _Estimate, run: WindowRun) -> PricesInForce:
    """The prices in force for a run of windows; raises Refused where there are none. A `per` for a total is a fault."""
    found = choose_prices(_reaching(estimate, run.start, run.period), run.start, estimate.order.attributes, estimate.rank)
    if not found.entries:
        raise Refused(no_price(estimate.book, estimate.order, estimate.line, found, run.start))
    for entry in found.entries:
        if run.window == "whole" and entry.per not in (None, "once"):
            raise ValueError(f"{estimate.line.item.id} is a total, which has no length, and its price is per {entry.per}")
    return found


def _reaching(estimate: _Estimate, at: datetime, period: datetime) -> tuple[PriceEntry, ...]:
    """The entries that a subscription begun with the estimate can have at `at`.

    One that takes effect later reaches it `immediately`, from the first period that starts on or after it (the default), or
    never; and a later withdrawal ends new sales only. Source: rule language, 3.1.
    """
    begun = estimate.order.at

    def reaches(entry: PriceEntry) -> bool:
        effective = entry.conditions.effective
        # What is still to come loses by its date, and is told as such.
        if effective is None or effective <= begun or effective > at:
            return True
        if entry.withdrawn or entry.running_subscriptions == "never":
            return False
        return entry.running_subscriptions == "immediately" or effective <= period

    return tuple(filter(reaches, estimate.entries))


def _window_applications(estimate: _Estimate, prices: list[tuple[WindowRun, PricesInForce]]) -> Iterator[Application]:
    """Every charge that is applied to each window (or record: an estimate's quantity is one), and what is due once."""
    for position, (run, found) in enumerate(prices):
        for entry in found.entries:
            once = entry.per == "once"
            if once and position > 0:
                continue
            ratio = ONE if once else multiply(window_ratio(estimate.book, run, entry.per), _stub(estimate, run))
            quantity = _quantity(estimate, run)
            for charge in entry.charges:
                if charge.applies_to != "period-total" or once:
                    rated, count = rate_charge(charge, quantity, estimate.places), 1 if once else run.count
                    group = run.start if once else _group(estimate, run)
                    part = not once and run.covered != ONE and _whole(estimate, run)
                    application = Application(entry, charge, rated, quantity, ratio, count, run.start, run.end, group, part)
                    yield apply_charge(application, estimate.rule, estimate.order.currency)


def _period_applications(estimate: _Estimate, prices: list[tuple[WindowRun, PricesInForce]]) -> Iterator[Application]:
    """Every `period-total` charge: each window's quantity x its length, summed over the period, charged once.

    Its price changes only with a period. Source: rule language, 3.1 and 3.3.
    """
    if not any(charge.applies_to == "period-total" for _, found in prices for entry in found.entries for charge in entry.charges):
        return
    for members in _by_period(estimate, prices):
        first, last = members[0][0], members[-1][0]
        for entry in members[0][1].entries:
            for charge in entry.charges:
                if charge.applies_to != "period-total" or entry.per == "once":
                    continue
                quantity = total(
                    multiply(_quantity(estimate, run), multiply(window_ratio(estimate.book, run, entry.per), exact(run.count)))
                    for run, _ in members
                )
                group = _group(estimate, first)
                application = Application(
                    entry,
                    charge,
                    rate_charge(charge, quantity, estimate.places),
                    quantity,
                    _stub(estimate, first),
                    1,
                    first.start,
                    last.end,
                    group,
                )
                yield apply_charge(application, estimate.rule, estimate.order.currency)


def _by_period(
    estimate: _Estimate, prices: list[tuple[WindowRun, PricesInForce]]
) -> Iterator[list[tuple[WindowRun, PricesInForce]]]:
    """The runs of each billing period together; where a period is no longer than a window, each window is one."""
    members: list[tuple[WindowRun, PricesInForce]] = []
    for run, found in prices:
        if run.count > 1 and estimate.period == run.window:
            length = (run.end - run.start) // run.count
            for number in range(run.count):
                start = run.start + number * length
                yield [(replace(run, start=start, end=start + length, count=1, period=start), found)]
            continue
        if members and run.period != members[0][0].period:
            yield members
            members = []
        members.append((run, found))
    if members:
        yield members


def _group(estimate: _Estimate, run: WindowRun) -> datetime | None:
    """What keeps windows apart in the trace: their month; equal hours and days are told as one."""
    return None if estimate.period in ("hour", "day") and run.window in ("hour", "day") else run.period


def _quantity(estimate: _Estimate, run: WindowRun) -> Number:
    """The level of a window: a `mean` of held levels counts the part of the window in which there was none yet, or no longer."""
    meter = estimate.line.item.meter
    if run.covered == ONE or meter is None or meter.measure != "mean" or not meter.hold:
        return estimate.level.quantity
    return charged_level(estimate.book, estimate.order, estimate.line, estimate.lines, run.covered).quantity


def _stub(estimate: _Estimate, run: WindowRun) -> Number:
    """What a part month of an item with a month cycle is multiplied by: the mode's `stub` convention, else 1 (rule language,
    3.4).
    """
    stub = estimate.book.billing_modes[estimate.order.billing_mode].stub
    if stub is None or estimate.line.mode_item.cycle != "month" or run.window != "month" or run.covered == ONE:
        return ONE
    return share_of_month(stub, run.start, run.end, estimate.book.zone)


def _whole(estimate: _Estimate, run: WindowRun) -> bool:
    """Whether a part window is charged as a whole one: no `stub` counts its part, and its quantity is not that of a part."""
    return _stub(estimate, run) == ONE and _quantity(estimate, run) == estimate.level.quantity


def _charges(applications: list[Application]) -> tuple[RatedCharge, ...]:
    """One rated charge for each charge of the prices, over all its windows."""
    by_charge: dict[tuple[int, int], list[Application]] = {}
    for application in applications:
        by_charge.setdefault((id(application.entry), id(application.charge)), []).append(application)
    charges = []
    for same in by_charge.values():
        whole, rounded = total(one.exact_amount for one in same), total(one.amount for one in same)
        charges.append(RatedCharge(same[0].entry, same[0].charge, same[0].entry.per, whole, ONE, whole, rounded))
    return tuple(charges)


def _span(one: Application) -> RatedSpan:
    """Where an application lies in time, and what a fixed unit price would be multiplied by there (of several charges the first
    counts).
    """
    if one.entry.per == "once":
        return RatedSpan(one.start, one.start, one.amount)
    units = multiply(multiply(one.quantity, one.ratio), exact(one.count)) if one.charge is one.entry.charges[0] else None
    return RatedSpan(one.start, one.end, one.amount, units)


def _unit_periods(applications: list[Application]) -> Number:
    """Sum over the windows of quantity x window length / `per`; of several charges of a price, the first one's windows count."""
    return total(
        multiply(multiply(one.quantity, one.ratio), exact(one.count))
        for one in applications
        if one.entry.per != "once" and one.charge is one.entry.charges[0]
    )


def _distinct(prices: list[tuple[WindowRun, PricesInForce]]) -> list[tuple[datetime, PricesInForce]]:
    """The prices in force in the order in which they begin to apply, each told once."""
    found: list[tuple[datetime, PricesInForce]] = []
    for run, candidate in prices:
        if not found or [id(entry) for entry in found[-1][1].entries] != [id(entry) for entry in candidate.entries]:
            found.append((run.start, candidate))
    return found
