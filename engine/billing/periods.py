"""The billing periods of metered items: an hour, a day, a calendar month or year, or a paid term (rule language, 3.1 and 3.10).

Contract: half-open, in UTC; hours and days are billed together, by calendar months. Knows no prices and no records.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.billing.runs import Run
from engine.model.book import BillingMode, Item, ModeItem, PriceBook
from engine.usage.calendar import window_of
from engine.values.periods import add_months, local_date, start_of_day

Stretch = tuple[datetime, datetime]
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


def frames(book: PriceBook, run: Run, kind: str, start: datetime, end: datetime) -> Iterator[Stretch]:
    """The whole billing periods that lie in any part of [start, end), in order; hours and days by calendar months.

    Usage that is billed by the paid term but belongs to nothing that is paid in advance is billed by the month.
    """
    if kind == "term" and run.terms:
        yield from ((term.start, term.end) for term in run.terms if term.start < end and start < term.end)
        return
    count = MONTHS.get(kind, 1)
    day = local_date(start, book.zone).replace(day=1)
    if kind == "year":
        day = day.replace(month=1)
    while (begin := start_of_day(day, book.zone)) < end:
        day = add_months(day, count)
        yield begin, start_of_day(day, book.zone)


def metered_over(run: Run, item: Item, kind: str, frame: Stretch, zone: ZoneInfo) -> Stretch:
    """The time whose windows belong to a billing period: from the window on that holds the beginning of a first paid term.

    A window belongs to the period that holds its start; no period comes before the first term, so it has the first window too.
    """
    if kind != "term" or not run.terms or frame[0] != run.terms[0].start or item.meter.window == "period":
        return frame
    return window_of(item.meter.window, frame[0], zone)[0], frame[1]


def owed_in(kind: str, frame: Stretch, start: datetime, end: datetime) -> Stretch | None:
    """What of a billing period an invoice for [start, end) bills: hours and days their part of it, any other period the whole of it
    in the invoice that holds its end (usage is owed when its period is over). None: nothing.
    """
    if kind in ("hour", "day"):
        cut = max(frame[0], start), min(frame[1], end)
        return cut if cut[0] < cut[1] else None
    return frame if start < frame[1] <= end else None


def start_of_month(instant: datetime, tz: ZoneInfo) -> datetime:
    """When the calendar month began that holds the instant."""
    return start_of_day(local_date(instant, tz).replace(day=1), tz)
