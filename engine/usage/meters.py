"""The plain interpreter of meters: usage records in, quantities by window out (rule language, 3.4 and 3.10, Windows).

Contract: pure and exact, and the order of the records makes no difference. Knows nothing of prices but which attributes keep records
apart; what covers a quantity, and its rounding `at: quantity`, come after it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from engine.model.book import Item, Meter, PriceBook
from engine.model.time_bands import BAND, band_stretches
from engine.pricing.apart import by_band, kept_apart
from engine.pricing.in_bands import LONGEST
from engine.pricing.indexes import price_index
from engine.pricing.measures import as_record, cut_to, held_in, lasts, measure_held, step_of
from engine.pricing.windows import MeteredWindow, window_of, windows_in
from engine.usage.apart import attributes_of
from engine.usage.held import stretches_of
from engine.usage.record import Series, UsageRecord
from engine.values.exact import Number, divide, exact, total


def meter_usage(
    book: PriceBook,
    item: Item,
    records: Iterable[UsageRecord],
    start: datetime,
    end: datetime,
    stops: Mapping[str, Sequence[datetime]] | None = None,
) -> tuple[Series, ...]:
    """The quantities of a metered item in the windows that belong to the billing period [start, end), series by series.

    `records` are all that is known, without duplicates, also from outside the period: a level that began before it holds on, and the
    last window may reach beyond it. `stops` are the instants at which a subscription's use ends. Series are in the order of their
    names; raises UnitMismatch where the meter's unit does not convert.
    """
    keep_apart, held = kept_apart(book, item.id), lasts(item.metered_by)
    bands = tuple(band_stretches(book.time_bands, start, end + LONGEST, book.zone)) if held and by_band(book, item.id) else ()
    groups: dict[tuple[str, str, str, tuple[tuple[str, str], ...]], list[UsageRecord]] = {}
    for record in records:
        if record.item == item.id:
            attributes = attributes_of(book, record, keep_apart, with_band=not held)
            subscription = "" if item.metered_by.over == "account" else record.subscription
            groups.setdefault((record.account, subscription, record.spec or "", attributes), []).append(record)
    found = []
    for (account, subscription, spec, attributes), members in sorted(groups.items(), key=lambda each: each[0]):
        begun = min(record.at for record in members)
        for band in dict.fromkeys(each[2] for each in bands) if bands else (None,):
            times = [(begin, stop) for begin, stop, name in bands if name == band] if bands else None
            windows = tuple(_windows(book, item, members, start, end, stops or {}, times))
            if windows:
                named = attributes if band is None else (*attributes, (BAND, band))
                found.append(Series(account, subscription or None, item.id, spec or None, named, windows, begun))
    return tuple(sorted(found, key=lambda each: (each.account, each.subscription or "", each.spec or "", each.attributes)))


def _windows(
    book: PriceBook,
    item: Item,
    records: list[UsageRecord],
    start: datetime,
    end: datetime,
    stops: Mapping[str, Sequence[datetime]],
    times: Sequence[tuple[datetime, datetime]] | None = None,
) -> Iterator[MeteredWindow]:
    """The windows of one series that exist, in order of time; of levels that last, what lies in `times` (None: always)."""
    meter = item.metered_by
    names = price_index(book).numbers.get(item.id, ())
    counted = sorted(((record, _quantity(book, item, record)) for record in records), key=lambda each: (each[0].at, each[1], *_numbers(each[0], names)))
    by_window = _by_window(book, meter, counted, start, end)
    if not lasts(meter):
        for begin, stop in sorted(by_window):
            inside = by_window[begin, stop]
            yield MeteredWindow(begin, stop, _measure(meter, inside), *_told(inside), numbers=_each_numbers(inside, names))
        return
    stretches = stretches_of(((record.subscription, record.at, quantity) for record, quantity in counted), stops)
    if times is not None:
        stretches = cut_to(stretches, times)
    for begin, stop, levels in held_in(stretches, windows_in(meter.window, start, end, book.zone)):
        inside = [each for each in by_window.get((begin, stop), []) if times is None or _lies_in(times, each[0].at)]
        level = measure_held(meter.measure, levels, begin, stop, step_of(meter))
        yield MeteredWindow(begin, stop, level, *_told(inside), numbers=_each_numbers(inside, names))


def _lies_in(times: Sequence[tuple[datetime, datetime]], instant: datetime) -> bool:
    """Whether one of the times, which are in order, holds the instant."""
    number = bisect_right(times, instant, key=lambda each: each[0]) - 1
    return number >= 0 and instant < times[number][1]


def _told(records: list[tuple[UsageRecord, Number]]) -> tuple[tuple[Number, ...], tuple[datetime, ...]]:
    """The quantities of a window's records and their instants."""
    return tuple(quantity for _, quantity in records), tuple(record.at for record, _ in records)


def _numbers(record: UsageRecord, names: Sequence[str]) -> tuple[Number, ...]:
    """The numbers of a record under the names; 0 where it has none."""
    return tuple(exact(record.attributes.get(name, "0")) for name in names)


def _each_numbers(records: list[tuple[UsageRecord, Number]], names: Sequence[str]) -> tuple[Mapping[str, Number], ...]:
    return tuple(dict(zip(names, _numbers(record, names), strict=True)) for record, _ in records) if names else ()


def _by_window(
    book: PriceBook, meter: Meter, counted: list[tuple[UsageRecord, Number]], start: datetime, end: datetime
) -> dict[tuple[datetime, datetime], list[tuple[UsageRecord, Number]]]:
    """The records of each window that belongs to the period, in order of time."""
    found: dict[tuple[datetime, datetime], list[tuple[UsageRecord, Number]]] = {}
    # A window that begins in the period may reach beyond it, never by more than a month.
    for record, quantity in counted[bisect_left(counted, start, key=lambda each: each[0].at) :]:
        window = (start, end) if meter.window == "period" else window_of(meter.window, record.at, book.zone)
        if start <= window[0] < end and window[0] <= record.at < window[1]:
            found.setdefault(window, []).append((record, quantity))
    return found


def _quantity(book: PriceBook, item: Item, record: UsageRecord) -> Number:
    """The record's quantity in the item's unit, by the rules for each record."""
    unit = item.metered_by.unit or item.unit
    return as_record(book, item, book.unit_table.convert(record.quantity, unit, item.unit))


def _measure(meter: Meter, records: list[tuple[UsageRecord, Number]]) -> Number:
    """The quantity of one window from its records, which are in order of time, at one instant the larger last."""
    quantities = [quantity for _, quantity in records]
    match meter.measure:
        case "sum":
            return total(quantities)
        case "count":
            return exact(len(quantities))
        case "unique":
            return exact(len({record.attributes[meter.of] for record, _ in records if meter.of is not None and meter.of in record.attributes}))
        case "max":
            return max(quantities)
        case "min":
            return min(quantities)
        case "last":
            return quantities[-1]
        case "mean":
            return divide(total(quantities), exact(len(quantities)))
    raise ValueError(f"not a measure: {meter.measure}")
