"""The unified day on which terms end (`align`), and what the time from a term's anniversary to that day costs.

Contract: pure functions of a book, a renewal policy and dates. Source: rule language, 2 (`renewals`) and 3.10, Renewals, and second
version, 2.2: a term, the first too, ends on the first unified day on or after its anniversary, and the extra part costs one price
period x `stub`; or the first one ends on the first unified day after its start, and costs no more than that.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from engine.model.book import BillingMode, PriceBook
from engine.model.orders import Order
from engine.model.policies import EACH_DAY, WEEKDAYS, Renewal
from engine.pricing.durations import check_end, expiry
from engine.pricing.indexes import attribute_rank
from engine.pricing.messages import where
from engine.pricing.rated import ExtraPart
from engine.pricing.remaining import share_of_period
from engine.pricing.resolution import choose
from engine.values.periods import Duration, add_months, days_in_month, instant_of, local_date, start_of_day, wall_clock
from engine.values.terms import UNITS_OF, day_after, periods_of, term_of, units

DAY = timedelta(days=1)
A_MONTH, A_DAY = Duration(months=1), Duration(seconds=86400, written="day")
WITHOUT_STUB = "whole-period"
"""Without `stub` the extra part costs a whole price period, as a part month does where a mode has no `stub` (rule language, 3.4)."""


class Unified(NamedTuple):
    """A unified day (`calendar`, `last-day`, 1 to 28, a day of the week, each day) and its time; None: each term keeps its own."""

    day: str | int
    at: time | None = None

    @property
    def of_days(self) -> bool:
        """Whether it is for terms of days."""
        return self.day in (*WEEKDAYS, EACH_DAY)


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
    policy = renewal_in_force_at(book, mode, order, begun)
    if policy is not None and policy.first == "short":
        return _short_end(book, policy, begun, order.term_length, isinstance(anniversary, datetime))
    return unified_end(book, policy, anniversary)


def _short_end(book: PriceBook, policy: Renewal, begun: datetime, length: Duration, at_instants: bool) -> TermEnd:
    """The first unified day after the start of a first term; one that begins on a unified day is whole, from there to the one so much later.

    Bought on 15 March with `{day: 1, first: short}`: to 1 April, for 17/31 of a month. Source: rule language, second version, 2.2.
    """
    tz, align = book.zone, _unified(policy)
    if align is None:
        raise ValueError(f"the policy {policy.id} has no unified day")
    begin: date | datetime = begun if at_instants else local_date(begun, tz) - DAY
    if on_unified_day(align, begin, tz):
        return TermEnd(further_end(align, begin, units(length), tz), None)
    end = next_unified_day(align, begin, tz)
    start, stop = _wall_end(begin, tz), _wall_end(end, tz)
    shares = {}
    for per in periods_of(length):
        period = _wall_end(further_end(align, end, -UNITS_OF[per], tz), tz), stop
        shares[per] = share_of_period(policy.stub or WITHOUT_STUB, (start, stop), period, UNITS_OF[per], tz)
    return TermEnd(end, ExtraPart(begun, instant_of(stop, tz), policy.stub or WITHOUT_STUB, shares, policy.origin, alone=True))


def unified_end(book: PriceBook, policy: Renewal | None, anniversary: date | datetime) -> TermEnd:
    """The first unified day on or after the anniversary, and the part of the term between them."""
    align = _unified(policy)
    if policy is None or align is None or on_unified_day(align, anniversary, book.zone):
        return TermEnd(anniversary, None)
    end = next_unified_day(align, anniversary, book.zone)
    return TermEnd(end, _extra_part(policy, align, anniversary, end, book.zone))


def _unified(policy: Renewal | None) -> Unified | None:
    if policy is None or policy.align is None:
        return None
    return Unified(policy.align, time.fromisoformat(policy.align_time) if policy.align_time is not None else None)


def following_end(
    book: PriceBook, mode: BillingMode, policy: Renewal | None, counted: tuple[datetime, int], length: Duration, last: date | datetime | None
) -> TermEnd:
    """When a term ends that follows the one to `last` (None: it is the first of its kind).

    `counted` is the instant that the days count from and the months (or days) since it, this term included. A term that begins on a unified
    day ends on one: from 30 April to 31 May, with nothing extra.
    """
    align = _unified(policy)
    if align is not None and last is not None and on_unified_day(align, last, book.zone):
        return unified_end(book, policy, further_end(align, last, units(length), book.zone))
    anchor, count = counted
    return unified_end(book, policy, expiry(book, mode, anchor, term_of(count, length)))


def on_unified_day(align: Unified, at: date | datetime, tz: ZoneInfo) -> bool:
    """Whether a term that ends at `at` (a last day, or a UTC instant) ends on a unified day."""
    return next_unified_day(align, at, tz) == at


def next_unified_day(align: Unified, at: date | datetime, tz: ZoneInfo) -> date | datetime:
    """The first unified day on or after `at`: the end of the calendar month, its last day, a day from 1 to 28, or one of the week.

    An instant keeps its time of day, except that a calendar month ends at midnight, and a unified day with a time at that. A last day ends
    then at midnight too: the day before the unified one.

    >>> [next_unified_day(Unified(day), date(2026, 4, 15), None).isoformat() for day in ("calendar", "last-day", 15, 10, "monday")]
    ['2026-04-30', '2026-04-30', '2026-04-15', '2026-05-10', '2026-04-20']
    """
    if not isinstance(at, datetime):
        if align.at is not None:
            return _day_on_or_after(align.day, at + DAY) - DAY
        return _day_on_or_after("last-day" if align.day == "calendar" else align.day, at)
    wall = wall_clock(at, tz)
    if align.day == "calendar":
        first = wall.date().replace(day=1)
        return at if wall == datetime.combine(first, time()) else start_of_day(add_months(first, 1), tz)
    clock = wall.time() if align.at is None else align.at
    day = _day_on_or_after(align.day, wall.date() if wall.time() <= clock else wall.date() + DAY)
    found = datetime.combine(day, clock)
    return at if found == wall else instant_of(found, tz)


def _day_on_or_after(unified: str | int, day: date) -> date:
    if unified == EACH_DAY:
        return day
    if unified == "last-day":
        return day.replace(day=days_in_month(day))
    if unified in WEEKDAYS:
        return day + DAY * ((WEEKDAYS.index(str(unified)) - day.weekday()) % 7)
    return day.replace(day=int(unified)) if day.day <= int(unified) else add_months(day.replace(day=int(unified)), 1)


def further_end(align: Unified, last: date | datetime, count: int, tz: ZoneInfo) -> date | datetime:
    """The day so many months (or days) after the unified day `last`, before it where they are negative: from 30 April to 31 May with `last-day`.

    Source: rule language, 3.7: N months after an anchor keep the anchor's day, here the unified one.
    """
    if not isinstance(last, datetime):
        if align.of_days:
            return last + DAY * count
        if align.at is not None:
            return _month_on(align.day, last + DAY, count) - DAY
        return _month_on("last-day" if align.day == "calendar" else align.day, last, count)
    wall = wall_clock(last, tz)
    day = wall.date() + DAY * count if align.of_days else _month_on(1 if align.day == "calendar" else align.day, wall.date(), count)
    return instant_of(datetime.combine(day, wall.time()), tz)


def _month_on(unified: str | int, day: date, months: int) -> date:
    return _day_on_or_after(unified, add_months(day.replace(day=1), months))


def _extra_part(policy: Renewal, align: Unified, anniversary: date | datetime, end: date | datetime, tz: ZoneInfo) -> ExtraPart:
    """The part with its share of each price period that would begin with it."""
    convention = policy.stub or WITHOUT_STUB
    begin, stop = _wall_end(anniversary, tz), _wall_end(end, tz)
    shares = {}
    for per in periods_of(A_DAY if align.of_days else A_MONTH):
        length = term_of(UNITS_OF[per], A_DAY if align.of_days else A_MONTH)
        if isinstance(anniversary, datetime):
            whole = datetime.combine(day_after(begin.date(), length), begin.time())
        else:
            whole = _wall_end(day_after(anniversary, length), tz)
        shares[per] = share_of_period(convention, (begin, stop), (begin, whole), units(length), tz)
    return ExtraPart(instant_of(begin, tz), instant_of(stop, tz), convention, shares, policy.origin)


def _wall_end(end: date | datetime, tz: ZoneInfo) -> datetime:
    """Where a term ends on the clock on the wall: after its last day, or at the instant."""
    return wall_clock(end, tz) if isinstance(end, datetime) else datetime.combine(end, time()) + DAY
