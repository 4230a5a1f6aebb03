"""When what an order says is used, where prices follow time bands (rule language, second version, 3.4).

Contract: a line with the attribute `band` is used in that band, one without it outside every band; a level that lasts goes through all of
them by the calendar. Nothing of amounts.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from engine.model.book import Item, PriceBook
from engine.model.time_bands import BAND, band_stretches
from engine.pricing.apart import by_band
from engine.pricing.measures import Stretch as Level
from engine.pricing.measures import cut_to, held_in, measure_held, step_of
from engine.pricing.windows import MeteredWindow, Stretch, first_window, windows_in
from engine.values.exact import Number

Attributes = tuple[tuple[str, str], ...]
LONGEST = timedelta(days=32)
"""No window that begins in a billing period and ends after it is longer."""


def used_from(book: PriceBook, item: Item, attributes: Attributes, start: datetime, end: datetime) -> datetime | None:
    """The first instant of [start, end) at which what the line says can be used; None where its band has no time there."""
    if not by_band(book, item.id):
        return start
    band = dict(attributes).get(BAND)
    return next((begin for begin, _, name in band_stretches(book.time_bands, start, end, book.zone) if name == band), None)


def samples_in_band(book: PriceBook, item: Item, attributes: Attributes, quantity: Number, frame: Stretch, use: Stretch) -> Iterator[MeteredWindow]:
    """A sample of the level in each window of the billing period in which the line's band has any time."""
    for start, end in _windows(book, item, frame, use):
        at = used_from(book, item, attributes, max(start, use[0]), min(end, use[1]))
        if at is not None:
            yield MeteredWindow(start, end, quantity, (quantity,), (at,))


def level_by_band(book: PriceBook, item: Item, quantity: Number, frame: Stretch, use: Stretch) -> Iterator[tuple[str | None, Sequence[MeteredWindow]]]:
    """Of a level that lasts throughout the windows in each band; None: outside every band."""
    meter, windows = item.metered_by, [*_windows(book, item, frame, use)]
    bands = [*band_stretches(book.time_bands, use[0], min(use[1], frame[1] + LONGEST), book.zone)]
    for band in dict.fromkeys(name for _, _, name in bands):
        times = [(begin, stop) for begin, stop, name in bands if name == band]
        found = []
        for start, end, levels in held_in(cut_to([Level(*use, quantity)], times), windows):
            begins = start <= use[0] < end and times[0][0] == use[0]
            level = measure_held(meter.measure, levels, start, end, step_of(meter))
            found.append(MeteredWindow(start, end, level, (quantity,) if begins else (), (use[0],) if begins else ()))
        if found:
            yield band, found


def _windows(book: PriceBook, item: Item, frame: Stretch, use: Stretch) -> Iterator[Stretch]:
    """The windows of the billing period in any part of which there is use, one by one."""
    kind = item.metered_by.window
    first, last = first_window(kind, use[0], frame, book.zone), min(use[1], frame[1])
    found = [frame] if kind == "period" else windows_in(kind, first, last, book.zone)
    return (each for each in found if each[1] > use[0])
