"""Estimates: what an order with `for:` says is used, period by period, on the path that usage takes (rule language, 3.10, Estimates,
and second version, 1.4).

Contract: an order describes records (a level that is held throughout, a total in each period), and from there on an estimate is rated
and billed as those records would be. Nothing here charges anything.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.diagnostics import Diagnostic, orders, report
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.prices import PriceEntry
from engine.model.time_bands import BAND
from engine.pricing.apart import by_band, without_usage
from engine.pricing.beside import beside_of
from engine.pricing.billing_periods import frames, item_by_period, period_of
from engine.pricing.charges import NOTHING_BESIDE
from engine.pricing.commitments import Floor, floors_of
from engine.pricing.cover import NOTHING, Claim, Covered, Key, Provided, Rank, cover
from engine.pricing.described import Batch, batches, never_used
from engine.pricing.fees import FeeLevel, fee_windows
from engine.pricing.in_bands import Attributes, level_by_band, samples_in_band
from engine.pricing.indexes import price_index
from engine.pricing.measures import HELD, as_record, lasts, measure_held, step_of
from engine.pricing.measures import Stretch as Level
from engine.pricing.messages import place, where
from engine.pricing.pools import Sharer, shares_of
from engine.pricing.quantity import provided_by
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.refused import Refused
from engine.pricing.used import Subscribed, Used, attributes_apart, rate_usage, windows_to_price
from engine.pricing.windows import MeteredWindow, Stretch, first_window, used_windows, window_of
from engine.values.bounds import LATEST_YEAR
from engine.values.exact import Number, exact, multiply, total
from engine.values.periods import after, local, local_date


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is estimated: the order's lines that are billed by usage, over the time of `use`; `terms` are paid in advance beside it.

    The lines stand as they would on an invoice: in the order of the mode's items.
    """

    book: PriceBook
    order: Order
    lines: tuple[AcceptedLine, ...]
    use: Stretch
    terms: tuple[Stretch, ...] = ()
    provided: tuple[Provided, ...] = ()

    @property
    def subscribed(self) -> Subscribed:
        """The subscription that the order describes."""
        return Subscribed(self.use[0], (self.use,), tuple((start, self.order.at) for start, _ in self.terms))

    @property
    def without_usage(self) -> Order:
        """The order with the attributes of customer and order alone: those of usage are its records'."""
        return without_usage(self.book, self.order)


PeriodLines = tuple[Stretch, list[tuple[AcceptedLine, RatedLine]]]
"""A billing period with its lines."""


def estimate_of(book: PriceBook, order: Order, accepted: Sequence[AcceptedLine], bought: Sequence[RatedLine], term: Stretch | None) -> Estimate:
    """The estimate of an order: `bought` are the lines that it pays in advance for the time of `term`."""
    places = {sold.item: number for number, sold in enumerate(book.billing_modes[order.billing_mode].items)}
    by_usage = [line for line in accepted if line.mode_item.payment == "postpaid"]
    _check_once(book, order, by_usage)
    _check_changes(book, order)
    _check_bands(book, order, by_usage)
    ordered = sorted(by_usage, key=lambda line: (places[line.item.id], line.rung, line.position))
    provided = tuple(
        Provided(term[0], term[1], each.resource, multiply(line.quantity, each.quantity), each.every)
        for line in bought if term is not None
        for each in provided_by(line)
    )  # fmt: skip
    use = (order.at, estimate_end(order, book.zone))
    if term is not None and use[1] > term[1]:
        length = order.origin.voice.entry("for", str(order.duration))
        message = f"{length} goes beyond the term of {order.term} that is paid, and what is used after it belongs to no term"
        remedy = "estimate what is used within the term, or order a longer one"
        raise Refused(report(orders.ESTIMATE_UNCLEAR, message, help=remedy, **where(order, "for")))
    return Estimate(book, order, tuple(ordered), use, (term,) if term is not None else (), provided)


def _check_once(book: PriceBook, order: Order, lines: Sequence[AcceptedLine]) -> None:
    """Raises Refused where the same thing is used on two lines: its records would be added up, and its fee be held once."""
    seen: dict[tuple[str, str | None, Attributes], AcceptedLine] = {}
    for line in lines:
        metered = line.item.meter is not None
        key = (line.item.id, line.spec.id if line.spec is not None and metered else None, _attributes(book, order, line) if metered else ())
        if seen.setdefault(key, line) is not line:
            message = f"`{line.item.id}` stands in the order twice, and what is used of it is billed on one line"
            remedy = "give it once, with all that is used of it"
            raise Refused(report(orders.ESTIMATE_UNCLEAR, message, place(line.line.origin), subject=line.item.id, help=remedy))


def _check_changes(book: PriceBook, order: Order) -> None:
    """Raises Refused where a fee changes on the way: its bills would follow the change, and an estimate holds it throughout."""
    for line in (line for change in order.changes for line in change.lines):
        item = book.items.get(line.item)
        sold = price_index(book).modes[order.billing_mode].sold.get(line.item)
        if item is not None and item.meter is None and sold is not None and sold.payment == "postpaid":
            message = f"`{line.item}` is a fee, and an estimate holds it as it is ordered: how its bills change is not in it"
            remedy = "estimate the time before and after the change by themselves, or make the invoice of an account with the `change`"
            raise Refused(report(orders.ESTIMATE_UNCLEAR, message, place(line.origin), subject=line.item, help=remedy))


def _check_bands(book: PriceBook, order: Order, lines: Sequence[AcceptedLine]) -> None:
    """Raises Refused where a level that lasts is said to be held in one time band: the calendar leads it through all of them."""
    for line in lines:
        if lasts(line.item.meter) and by_band(book, line.item.id) and BAND in _said(order, line):
            message = f"`{line.item.id}` is a level that lasts, at every time of the day: it is not used in the band `{_said(order, line)[BAND]}` alone"
            remedy = f"leave `{BAND}` out: the level is cut where a band begins or ends"
            raise Refused(report(orders.ESTIMATE_UNCLEAR, message, place(line.line.origin), subject=line.item.id, help=remedy))


def _said(order: Order, line: AcceptedLine) -> dict[str, str]:
    """The attributes that the order gives the line: its own before those of the whole order."""
    return {**order.attributes, **dict(line.line.attributes)}


def _attributes(book: PriceBook, order: Order, line: AcceptedLine) -> Attributes:
    """Those of usage that keep what is used on the line apart from other lines of its item."""
    return attributes_apart(book, line.item.id, _said(order, line))


def estimate_end(order: Order, zone: ZoneInfo) -> datetime:
    """When what is estimated is over: `for: 30 days` ends at the same time of day 30 days later, 720 hours are elapsed time."""
    duration = order.estimate_length
    if duration.written != "day":
        end = after(order.at, duration, zone)
    else:
        wall = local(order.at, zone).replace(tzinfo=None) + timedelta(seconds=duration.seconds)
        end = wall.replace(tzinfo=zone).astimezone(UTC)
    if end.year >= LATEST_YEAR:
        message = f"{order.origin.voice.entry('for', str(duration))} from {local_date(order.at, zone)} on reaches beyond the year {LATEST_YEAR}"
        raise Refused(report(orders.ESTIMATE_UNCLEAR, message, help="estimate a shorter time, or an earlier one", **where(order, "for")))
    return end


def rate_periods(estimate: Estimate) -> list[PeriodLines]:
    """Steps 1 to 4 for each billing period that the estimate touches, in order; raises Refused with the problems of every line.

    What is billed on what these cost is not among them.
    """
    book, of_use = estimate.book, estimate.without_usage
    found: dict[Stretch, list[tuple[AcceptedLine, RatedLine]]] = {}
    problems: list[Diagnostic] = []
    described = [each for line in estimate.lines if line.item.list_amounts is None for each in _described(estimate, line)]
    covered = _covered(estimate, described)
    used = {(each.rank, each.period): _used(estimate, each, covered) for each in described}
    sharers = list(_sharers(estimate, described, used))
    shares, beside = shares_of(sharers), beside_of(sharers)
    for each in sorted(described, key=lambda each: (each.period, each.rank)):
        line, period, use = each.line, each.period, used[each.rank, each.period]
        if shares:
            use = replace(use, shares=[shares.get((each.rank, window.start), {}) for window in use.windows])
        if beside:
            use = replace(use, beside=[beside.get((each.rank, window.start), NOTHING_BESIDE) for window in use.windows])
        try:
            rated = rate_usage(book, of_use, use, period, estimate.subscribed)
        except Refused as refused:
            problems += refused.diagnostics
            continue
        found.setdefault(period, []).append((line, rated))
    if problems:
        raise Refused(*dict.fromkeys(problems))
    return [*found.items()]


def floors_in(estimate: Estimate) -> list[Floor]:
    """The commitments of the times in which anything is used, in order; beside a paid term they are owed while it runs."""
    book, order, zone = estimate.book, estimate.without_usage, estimate.book.zone
    spans = estimate.terms or (estimate.use,)

    def times(every: str) -> Iterator[Stretch]:
        return frames(every, *estimate.use, zone, estimate.terms)

    return [*floors_of(book, book.billing_modes[order.billing_mode], order.currency, order.attributes, spans, times)]


def _used(estimate: Estimate, described: "_Described", covered: Mapping[Key, Covered]) -> Used:
    """What is used, less what is covered of it."""
    taken = [_with_cover(window, covered.get((described.rank, window.start), NOTHING)) for window in described.windows]
    numbers = _numbers(estimate, described.line)
    taken = [replace(window, numbers=(numbers,) * len(window.records)) for window in taken] if numbers else taken
    return Used(described.line, taken, estimate.use[0], described.attributes)


def _numbers(estimate: Estimate, line: AcceptedLine) -> dict[str, Number]:
    """The numbers that the order gives each record of the line; raises Refused where it lacks one."""
    found: dict[str, Number] = {}
    said = _said(estimate.order, line)
    for name in price_index(estimate.book).numbers.get(line.item.id, ()):
        if name not in said:
            message = f"the price of `{line.item.id}` depends on `{name}` of each record, and the order does not say it"
            raise Refused(report(orders.ESTIMATE_UNCLEAR, message, help=f"give it as an attribute: `{name}`", **where(estimate.order, "attributes")))
        found[name] = exact(said[name])
    return found


def _sharers(estimate: Estimate, described: Sequence["_Described"], used: Mapping[tuple[Rank, Stretch], Used]) -> Iterator[Sharer]:
    """What is used of items whose allowance is shared, ends or is carried over, or that choose a tier."""
    book, together = estimate.book, price_index(estimate.book).together
    for each in described:
        line, use = each.line, used[each.rank, each.period]
        if line.item.meter is not None and line.item.id in together:
            kind = period_of(book.billing_modes[estimate.order.billing_mode], line.mode_item)
            priced, pairs = windows_to_price(book, estimate.without_usage, use, each.period, estimate.subscribed)
            yield Sharer(each.rank, priced, pairs, use.windows, use.attributes, kind, each.period, "", [estimate.use], [estimate.use], estimate.terms)


# --- the windows that an order describes ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Described:
    """What a line of the order uses in a billing period, with the attributes of usage that keep it apart.

    `rank` puts them in order as lines of usage stand: item of the mode, first use in the period, rung of the spec, values of attributes.
    """

    line: AcceptedLine
    period: Stretch
    attributes: Attributes
    windows: Sequence[MeteredWindow]
    rank: Rank


def _described(estimate: Estimate, line: AcceptedLine) -> Iterator[_Described]:
    """What the line uses in each billing period, in order; a period in which it uses nothing is left out."""
    place = next(number for number, sold in enumerate(estimate.book.billing_modes[estimate.order.billing_mode].items) if sold.item == line.item.id)
    found = [*_periods(estimate, line)]
    if not found and line.item.meter is not None and by_band(estimate.book, line.item.id):
        raise Refused(never_used(estimate.book, line, _attributes(estimate.book, estimate.order, line)))
    for period, attributes, windows, first_use in found:
        yield _Described(line, period, attributes, windows, (place, first_use, line.rung, attributes, period[0]))


def _periods(estimate: Estimate, line: AcceptedLine) -> Iterator[tuple[Stretch, Attributes, Sequence[MeteredWindow], datetime]]:
    """The windows of the line in each billing period, by the attributes that keep them apart, and when they are first used in it."""
    book, (start, end) = estimate.book, estimate.use
    mode = book.billing_modes[estimate.order.billing_mode]
    kind = period_of(mode, line.mode_item)
    metered = replace(line, item=item_by_period(book, mode, line.mode_item) or line.item)
    meter = metered.item.meter
    apart = _attributes(book, estimate.order, line) if meter is not None else ()
    records = batches(book, estimate.order, metered, apart, kind, estimate.use, estimate.terms) if meter and meter.measure not in HELD else ()
    for frame in frames(kind, start, end, book.zone, estimate.terms):
        if meter is None:
            fees = [each for use in fee_windows(book, mode, [FeeLevel(line, start, end)], kind, frame) for each in use.windows]
            if fees:
                yield frame, (), fees, frame[0]
        elif meter.measure in HELD:
            for attributes, windows in _held(estimate, metered, apart, frame):
                if windows:
                    yield frame, attributes, windows, next(iter(windows[0].times), windows[0].start)
        else:
            used = [*_totals(book, metered, frame, start, records)]
            if used:
                yield frame, apart, [window for window, _ in used], used[0][1]


def _held(estimate: Estimate, line: AcceptedLine, apart: Attributes, frame: Stretch) -> Iterator[tuple[Attributes, Sequence[MeteredWindow]]]:
    """A level in the windows of a billing period: one that lasts is cut by time bands, a sample is in the band that the line says."""
    if not by_band(estimate.book, line.item.id):
        yield apart, [*_levels(estimate, line, frame)]
        return
    quantity = as_record(estimate.book, line.item, line.quantity)
    if lasts(line.item.meter):
        for band, windows in level_by_band(estimate.book, line.item, quantity, frame, estimate.use):
            yield (apart if band is None else (*apart, (BAND, band))), windows
    else:
        yield apart, [*samples_in_band(estimate.book, line.item, apart, quantity, frame, estimate.use)]


def _levels(estimate: Estimate, line: AcceptedLine, frame: Stretch) -> Iterator[MeteredWindow]:
    """The level in each window that the use touches; where each record is charged, or covered, the windows stand one by one."""
    book, use, meter = estimate.book, estimate.use, line.item.metered_by
    quantity = as_record(book, line.item, line.quantity)
    held = Level(use[0], use[1], quantity)
    entries = _entries(estimate, line)
    cuts = [date for entry in entries for date in (entry.conditions.effective, entry.conditions.until) if date is not None]
    sizes = [entry.per for entry in entries] + [period_of(book.billing_modes[estimate.order.billing_mode], line.mode_item)]
    in_order = line.item.covered_by is not None or line.item.id in price_index(book).together
    singly = in_order or any(charge.applies_to == "each-record" for entry in entries for charge in entry.charges)
    for start, end, count in used_windows(meter.window, frame, use, book.zone, cuts, [size for size in sizes if size]):
        level = measure_held(meter.measure, [held], start, min(end, start + (end - start) // count), step_of(meter)) if lasts(meter) else quantity
        # A level that lasts is one record, in the window in which it begins; any other is a sample in each window.
        records = (quantity,) if not lasts(meter) or start <= use[0] < end else ()
        if not singly or count == 1:
            yield MeteredWindow(start, end, level, records, count=count)
            continue
        length = (end - start) // count
        for number in range(count):
            yield MeteredWindow(start + number * length, start + (number + 1) * length, level, records if number == 0 or not lasts(meter) else ())


def _entries(estimate: Estimate, line: AcceptedLine) -> tuple[PriceEntry, ...]:
    """All prices of the line, whatever their date."""
    key = (estimate.order.billing_mode, line.item.id, line.spec.id if line.spec else None, estimate.order.currency)
    return price_index(estimate.book).entries.get(key, ())


def _totals(book: PriceBook, line: AcceptedLine, frame: Stretch, begun: datetime, records: Sequence[Batch]) -> Iterator[tuple[MeteredWindow, datetime]]:
    """The windows in which what an order says of each period is used, each with its first use: as one delivery at the beginning of the period."""
    by_window: dict[Stretch, list[Batch]] = {}
    kind = line.item.metered_by.window
    first = first_window(kind, begun, frame, book.zone)
    for batch in records[bisect_left(records, first, key=lambda batch: batch.at) :]:
        window = frame if kind == "period" else window_of(kind, batch.at, book.zone)
        if batch.at >= window[1] or window[0] >= frame[1]:
            break
        if first <= window[0]:
            by_window.setdefault(window, []).append(batch)
    for (start, end), found in by_window.items():
        quantities = tuple(quantity for batch in found for quantity in batch.records)
        times = tuple(batch.at for batch in found for _ in batch.records)
        yield MeteredWindow(start, end, total(batch.quantity for batch in found), quantities, times), found[0].at


# --- what is paid in advance ----------------------------------------------------------------------------------------------------------


def _covered(estimate: Estimate, described: Sequence[_Described]) -> Mapping[Key, Covered]:
    """What of each window the order's own prepaid items cover, as they cover usage."""
    claims = [
        Claim(each.rank, item, item.covered_by, window, estimate.use[0])
        for each in described if (item := each.line.item).covered_by for window in each.windows
    ]  # fmt: skip
    return cover(estimate.book, [estimate.provided], claims) if claims else {}


def _with_cover(window: MeteredWindow, taken: Covered) -> MeteredWindow:
    return replace(window, covered=taken.quantity, covered_records=taken.records) if taken is not NOTHING else window
