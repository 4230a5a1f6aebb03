"""The billing periods of what is billed by usage: an hour, a day, a calendar month or year, or a paid term (rule language, 3.1 and 3.10).

Contract: half-open, in UTC; hours and days are billed together, by calendar months. Knows no prices and no records; the same for what
is estimated and for what is used.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.model.book import BillingMode, Item, ModeItem, PriceBook
from engine.pricing.windows import Stretch, window_of
from engine.values.periods import add_months, local_date, start_of_day

MONTHS = {"month": 1, "year": 12}


def period_of(mode: BillingMode, sold: ModeItem) -> str:
    """What the item is billed by: the mode's `invoiced`, else its `cycle` (hour | day | month | year | term)."""
    return mode.invoiced or sold.cycle


def item_by_period(book: PriceBook, mode: BillingMode, sold: ModeItem) -> Item | None:
    """The item as it is metered in the mode; a window that is the `period`, an hour or a day, is that window. None: not by usage."""
    item = book.items[sold.item]
    if sold.payment != "postpaid" or item.meter is None:
        return None
    period = period_of(mode, sold)
    if item.meter.window == "period" and period in ("hour", "day"):
        return replace(item, meter=replace(item.meter, window=period))
    return item


def frames(kind: str, start: datetime, end: datetime, zone: ZoneInfo, terms: Sequence[Stretch] = ()) -> Iterator[Stretch]:
    """The whole billing periods that lie in any part of [start, end), in order; hours and days by calendar months.

    `terms` are what is paid in advance beside the usage; where there are none, usage that is billed by the term is billed by the month.
    """
    if kind == "term" and terms:
        yield from (term for term in terms if term[0] < end and start < term[1])
        return
    count = MONTHS.get(kind, 1)
    day = local_date(start, zone).replace(day=1)
    if kind == "year":
        day = day.replace(month=1)
    while (begin := start_of_day(day, zone)) < end:
        day = add_months(day, count)
        yield begin, start_of_day(day, zone)


def owed_in(kind: str, frame: Stretch, start: datetime, end: datetime) -> Stretch | None:
    """What of a billing period a bill for [start, end) is for: of hours and days their part of it, of any other period the whole of it
    in the bill that holds its end (usage is owed when its period is over). None: nothing.
    """
    if kind in ("hour", "day"):
        cut = max(frame[0], start), min(frame[1], end)
        return cut if cut[0] < cut[1] else None
    return frame if start < frame[1] <= end else None


def start_of_month(instant: datetime, tz: ZoneInfo) -> datetime:
    """When the calendar month began that holds the instant."""
    return window_of("month", instant, tz)[0]
