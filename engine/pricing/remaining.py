"""How much of a term is left, by every convention of the language (rule language, 3.7 and 3.10, Durations).

Contract: pure functions of a policy, a term, its start and expiry, and the instant of change. Days and months are those of the
book's zone, days count 24 hours of the clock on the wall from the day's first instant on; only `seconds` measures elapsed time.
Periods are half-open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.model.policies import Remaining
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply, round_number, subtract
from engine.values.periods import Duration, add_months, days_in_month, instant_of, local_date, start_of_day, wall_clock
from engine.values.terms import UNITS_OF

UNITS = {
    "calendar-months": "months",
    "days-of-365": "years",
    "actual-days": "terms",
    "seconds": "terms",
    "30-day-month": "months",
    "28-day-month": "months",
    "30-360": "months",
    "365/12": "months",
    "whole-period": "terms",
    "none": "terms",
}
"""Each convention and what its value counts."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left: `value` in `unit` (months | years | days | terms) after rounding to the policy's places, `exact_value` before it.

    `counted_from` and `counted_to` bound what was counted, as wall-clock times of the zone.
    """

    value: Number
    exact_value: Number
    unit: str
    convention: str
    counts_from: str
    counted_from: datetime
    counted_to: datetime


def remaining_duration(policy: Remaining, term: Duration, start: datetime, expires: date | datetime, at: datetime, tz: ZoneInfo) -> Left:
    """What is left at the instant `at` of a term that runs from `start` to `expires` (a date: to its end; else the UTC instant
    it ends before).

    Terms of whole years use the policy's `yearly` convention, those of days `daily`, all others `monthly`. `places` rounds the value before it is
    multiplied. 24 August in 15 August to 15 November: 7/31 + 2 + 15/30 months with `calendar-months` from the next day.
    """
    convention = policy.for_term(term)
    if convention is None:
        raise ValueError(f"the policy does not say how what is left of a term of {term} is counted")
    rule = counting_rule(policy.counts_from, start, at, tz)
    counted_from, counted_to = counted_start(rule, at, tz), counted_end(rule, expires, tz)
    if convention == "seconds":
        value = _seconds_left(start, expires, at, tz)
    else:
        # The period is counted as the remainder is, so that a change on the first day leaves all of it.
        value = _value(convention, counted_from, counted_to, counted_start(rule, start, tz))
    rounded = value if policy.places is None else round_number(value, policy.places, policy.mode)
    return Left(rounded, value, UNITS[convention], convention, rule, counted_from, counted_to)


def in_units(left: Left, term_units: Number) -> Number:
    """What is left in the units of the term (months, or days): 1 year is 12 months, a term its own `term_units` (with what its extra part costs).

    Source: rule language, 3.10, Durations.
    """
    factor = {"months": ONE, "years": exact(12), "days": ONE, "terms": term_units}[left.unit]
    return multiply(left.value, factor)


def in_periods(left: Left, per: str | None, term_units: Number) -> Number:
    """What is left in price periods of a price per `per`; what has no such period is one of a month.

    A value in years is one for a price per year as it stands.
    """
    if left.unit == "years" and per == "year":
        return left.value
    return divide(in_units(left, term_units), exact(UNITS_OF.get(per or "", 1)))


def in_terms(left: Left, term_units: Number) -> Number:
    """What is left as a share of the whole term."""
    return left.value if left.unit == "terms" else divide(in_units(left, term_units), term_units)


def counting_rule(counts_from: str | Mapping[str, str], start: datetime, at: datetime, tz: ZoneInfo) -> str:
    """Who owns the day of change: the policy's one rule, or its rule for the day of purchase and for later days."""
    if isinstance(counts_from, str):
        return counts_from
    return counts_from["purchase-day" if local_date(start, tz) == local_date(at, tz) else "later"]


def counted_start(rule: str, at: datetime, tz: ZoneInfo) -> datetime:
    """Where the remainder of a change at `at` begins, on the wall clock: the day, the next day, the next full hour, or the
    instant.

    13:40 with `next-hour` begins at 14:00; exactly 14:00 begins at 14:00.
    """
    wall = wall_clock(at, tz)
    midnight = datetime.combine(wall.date(), time())
    match rule:
        case "same-day":
            return midnight
        case "next-day":
            return midnight + _DAY
        case "next-hour":
            return midnight - ((midnight - wall) // _HOUR) * _HOUR
        case "instant":
            return wall
    raise ValueError(f"not a rule for the day of change: {rule}")


def counted_end(rule: str, expires: date | datetime, tz: ZoneInfo) -> datetime:
    """Where the remainder ends, on the wall clock: after the day of expiry where that day belongs to the term, else before it,
    or at its time.
    """
    if not isinstance(expires, datetime):
        return datetime.combine(expires, time()) + _DAY
    wall = wall_clock(expires, tz)
    return datetime.combine(wall.date(), time()) if rule in ("same-day", "next-day") else wall


def _value(convention: str, begin: datetime, end: datetime, period_begin: datetime) -> Number:
    if convention == "none":
        return ZERO
    if convention == "whole-period":
        return ONE
    if end <= begin:
        return ZERO
    days = _days(begin, end)
    match convention:
        case "calendar-months":
            return calendar_months(begin, end)
        case "days-of-365":
            return divide(subtract(days, _leap_days(begin, end)), _YEAR)
        case "actual-days":
            return divide(days, _days(period_begin, end))
        case "30-day-month":
            return divide(days, _THIRTY)
        case "28-day-month":
            return divide(max(ZERO, subtract(_day_of_28(end), _day_of_28(begin))), _TWENTY_EIGHT)
        case "30-360":
            return divide(subtract(_day_30e_360(end), _day_30e_360(begin)), _THIRTY)
        case "365/12":
            return divide(multiply(days, exact(12)), _YEAR)
    raise ValueError(f"not a convention: {convention}")


def calendar_months(begin: datetime, end: datetime) -> Number:
    """The sum over the calendar months touched of days / days in that month; both ends are wall-clock times.

    >>> calendar_months(datetime(2021, 8, 25), datetime(2021, 11, 16))
    Fraction(169, 62)
    """
    value: Number = ZERO
    month = begin.date().replace(day=1)
    while (first := datetime.combine(month, time())) < end:
        after_it = datetime.combine(add_months(month, 1), time())
        days = _days(max(begin, first), min(end, after_it))
        value = add(value, divide(days, exact(days_in_month(month))))
        month = after_it.date()
    return value


def _days(begin: datetime, end: datetime) -> Number:
    """Days of 24 hours between two wall-clock times, exactly."""
    return divide(exact((end - begin) // _MICROSECOND), exact(_DAY // _MICROSECOND))


def _leap_days(begin: datetime, end: datetime) -> Number:
    """How much of 29 Februaries lies between."""
    found: Number = ZERO
    for year in range(begin.year, end.year + 1):
        if days_in_month(date(year, 2, 1)) == 29:
            first = datetime(year, 2, 29)
            low, high = max(begin, first), min(end, first + _DAY)
            if low < high:
                found = add(found, _days(low, high))
    return found


def _day_30e_360(wall: datetime) -> Number:
    """The day of the 30E/360 calendar, where every month has 30 and the 31st counts as the 30th; inside a day it runs linearly on to
    that of the next: 29 April 17:00 to 30 April 17:00 is a day, of which 17/24 lie on the 30th; the 30th of a month of 31 days passes none.

    Source: rule language, 3.10, Durations, and second version, 8.8.
    """
    midnight = datetime.combine(wall.date(), time())
    today, tomorrow = (exact(360 * day.year + 30 * day.month + min(day.day, 30)) for day in (midnight, midnight + _DAY))
    return add(today, multiply(_days(midnight, wall), subtract(tomorrow, today)))


def _day_of_28(wall: datetime) -> Number:
    """The day of a calendar where a month across whose end a period runs has 28 days: days inside one month are real, 23 May to 15 June
    are 20. What begins behind the 28th may so be over before it ends, and counts nothing.

    Source: rule language, second version, 2.3.
    """
    midnight = datetime.combine(wall.date(), time())
    return add(exact(28 * (12 * wall.year + wall.month) + wall.day), _days(midnight, wall))


def _seconds_left(start: datetime, expires: date | datetime, at: datetime, tz: ZoneInfo) -> Number:
    """Elapsed time left / elapsed time of the period: the day of change needs no owner."""
    end = expires if isinstance(expires, datetime) else start_of_day(expires + _DAY, tz)
    if at >= end:
        return ZERO
    return divide(exact((end - at) // _MICROSECOND), exact((end - start) // _MICROSECOND))


def share_of_month(convention: str, start: datetime, end: datetime, tz: ZoneInfo) -> Number:
    """Which share of a month's price a part month from `start` to `end` (UTC) costs, by a `stub` convention. Source: rule
    language, 3.4.

    15 March to 1 April by `actual-days` is 17/31.
    """
    begin, stop = wall_clock(start, tz), wall_clock(end, tz)
    first = begin.date().replace(day=1)
    if convention == "seconds":
        whole = start_of_day(add_months(first, 1), tz) - start_of_day(first, tz)
        return divide(exact((end - start) // _MICROSECOND), exact(whole // _MICROSECOND))
    if convention == "actual-days":
        return divide(_days(begin, stop), exact(days_in_month(first)))
    value = _value(convention, begin, stop, begin)
    return multiply(value, exact(12)) if UNITS[convention] == "years" else value


Stretch = tuple[datetime, datetime]


def share_of_period(convention: str, part: Stretch, period: Stretch, size: int, tz: ZoneInfo) -> Number:
    """Which share of a price period of so many months (or days) a part of it costs; wall-clock times.

    16 April to 1 May of a month to 16 May: 15/30 by `actual-days`, 15 x 12/365 by `days-of-365`. Source: rule language, 3.10, Renewals.
    """
    if convention == "seconds":
        lengths = [exact((instant_of(end, tz) - instant_of(begin, tz)) // _MICROSECOND) for begin, end in (part, period)]
        return divide(*lengths)
    if convention == "actual-days":
        return divide(_days(*part), _days(*period))
    value = _value(convention, *part, part[0])
    return divide(multiply(value, exact({"months": 1, "years": 12, "terms": size}[UNITS[convention]])), exact(size))


_YEAR, _THIRTY, _TWENTY_EIGHT = Decimal(365), Decimal(30), Decimal(28)
