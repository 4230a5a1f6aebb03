"""The unified day on which terms end (`align`), and what the time from a term's anniversary to that day costs.

Contract: pure functions of a book, a renewal policy and dates. Source: rule language, 2 (`renewals`) and 3.10, Renewals: a term, the
first too, ends on the first unified day on or after its anniversary; the extra part costs one price period x `stub`.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from engine.model.book import BillingMode, PriceBook
from engine.model.orders import Order
from engine.model.policies import Renewal
from engine.pricing.durations import check_end, expiry
from engine.pricing.indexes import attribute_rank
from engine.pricing.messages import where
from engine.pricing.rated import ExtraPart
from engine.pricing.remaining import share_of_period
from engine.pricing.resolution import choose
from engine.values.periods import Duration, add_months, days_in_month, instant_of, start_of_day, wall_clock
from engine.values.terms import UNITS_OF, periods_of, term_of

DAY = timedelta(days=1)
A_MONTH = Duration(months=1)
WITHOUT_STUB = "whole-period"
"""Without `stub` the extra part costs a whole price period, as a part month does where a mode has no `stub` (rule language, 3.4)."""


class TermEnd(NamedTuple):
    """When a term ends, and the part of it that lies after its anniversary; None where it ends on its anniversary."""

    expires: date | datetime
    extra: ExtraPart | None


def renewal_in_force_at(book: PriceBook, mode: BillingMode, order: Order, at: datetime) -> Renewal | None:
    """The mode's renewal policy for a term that is bought at `at`; None where it has none. Source: rule language, 3.1."""
    chosen = choose(mode.renewal, order.attributes, at, attribute_rank(book)).entry if mode.renewal else None
    return book.renewals.get(chosen.use) if chosen is not None else None


def first_end(book: PriceBook, order: Order, start: datetime | None = None) -> TermEnd:
    """When a term of the order's length that begins at `start` (default: with the order) ends.

    Bought on 15 March for a month with `align: last-day`: the anniversary is 15 April, the term ends on 30 April.
    """
    mode = book.billing_modes[order.billing_mode]
    begun = order.at if start is None else start
    anniversary = expiry(book, mode, begun, order.term_length)
    check_end(anniversary, **where(order, "term"))
    if not any(policy.align is not None for policy in book.renewals.values()):
        return TermEnd(anniversary, None)
    return unified_end(book, renewal_in_force_at(book, mode, order, begun), anniversary)


def unified_end(book: PriceBook, policy: Renewal | None, anniversary: date | datetime) -> TermEnd:
    """The first unified day on or after the anniversary, and the part of the term between them."""
    if policy is None or policy.align is None or on_unified_day(policy.align, anniversary, book.zone):
        return TermEnd(anniversary, None)
    end = next_unified_day(policy.align, anniversary, book.zone)
    return TermEnd(end, _extra_part(policy, anniversary, end, book.zone))


def following_end(
    book: PriceBook, mode: BillingMode, policy: Renewal | None, counted: tuple[datetime, int], length: Duration, last: date | datetime | None
) -> TermEnd:
    """When a term ends that follows the one to `last` (None: it is the first of its kind).

    `counted` is the instant that the days count from and the months (or days) since it, this term included. A term that begins on a unified
    day ends on one: from 30 April to 31 May, with nothing extra.
    """
    align = policy.align if policy is not None else None
    if align is not None and last is not None and on_unified_day(align, last, book.zone):
        return TermEnd(further_end(align, last, length.months, book.zone), None)
    anchor, count = counted
    return unified_end(book, policy, expiry(book, mode, anchor, term_of(count, length)))


def on_unified_day(align: str | int, at: date | datetime, tz: ZoneInfo) -> bool:
    """Whether a term that ends at `at` (a last day, or a UTC instant) ends on a unified day."""
    return next_unified_day(align, at, tz) == at


def next_unified_day(align: str | int, at: date | datetime, tz: ZoneInfo) -> date | datetime:
    """The first unified day on or after `at`: the end of the calendar month, its last day, or a day from 1 to 28.

    An instant keeps its time of day, except that a calendar month ends at midnight.

    >>> [next_unified_day(align, date(2026, 4, 15), None).isoformat() for align in ("calendar", "last-day", 15, 10)]
    ['2026-04-30', '2026-04-30', '2026-04-15', '2026-05-10']
    """
    if not isinstance(at, datetime):
        return _day_on_or_after("last-day" if align == "calendar" else align, at)
    wall = wall_clock(at, tz)
    if align != "calendar":
        day = _day_on_or_after(align, wall.date())
        return at if day == wall.date() else instant_of(datetime.combine(day, wall.time()), tz)
    first = wall.date().replace(day=1)
    return at if wall == datetime.combine(first, time()) else start_of_day(add_months(first, 1), tz)


def _day_on_or_after(align: str | int, day: date) -> date:
    if align == "last-day":
        return day.replace(day=days_in_month(day))
    return day.replace(day=int(align)) if day.day <= int(align) else add_months(day.replace(day=int(align)), 1)


def further_end(align: str | int, last: date | datetime, months: int, tz: ZoneInfo) -> date | datetime:
    """The unified day so many months after the unified day `last`: from 30 April to 31 May with `last-day`.

    Source: rule language, 3.7: N months after an anchor keep the anchor's day, here the unified one.
    """
    if not isinstance(last, datetime):
        return _day_on_or_after("last-day" if align == "calendar" else align, add_months(last.replace(day=1), months))
    wall = wall_clock(last, tz)
    first = add_months(wall.date().replace(day=1), months)
    day = first if align == "calendar" else _day_on_or_after(align, first)
    return instant_of(datetime.combine(day, wall.time()), tz)


def _extra_part(policy: Renewal, anniversary: date | datetime, end: date | datetime, tz: ZoneInfo) -> ExtraPart:
    """The part with its share of each price period that would begin with it."""
    convention = policy.stub or WITHOUT_STUB
    begin, stop = _wall_end(anniversary, tz), _wall_end(end, tz)
    shares = {}
    for per in periods_of(A_MONTH):
        months = UNITS_OF[per]
        if isinstance(anniversary, datetime):
            whole = datetime.combine(add_months(begin.date(), months), begin.time())
        else:
            whole = _wall_end(add_months(anniversary, months), tz)
        shares[per] = share_of_period(convention, begin, stop, whole, months, tz)
    return ExtraPart(instant_of(begin, tz), instant_of(stop, tz), convention, shares, policy.origin)


def _wall_end(end: date | datetime, tz: ZoneInfo) -> datetime:
    """Where a term ends on the clock on the wall: after its last day, or at the instant."""
    return wall_clock(end, tz) if isinstance(end, datetime) else datetime.combine(end, time()) + DAY
