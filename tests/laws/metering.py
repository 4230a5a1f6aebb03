"""An estimate once more, window by window, in Fractions (rule language, 3.1, 3.3 and 3.10, Windows and Estimates).

It knows one metered item whose windows are hours or days, invoiced by the month, at a level that is held, and walks the windows
one by one. Days, months and their real hours come from the zone itself.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.laws import reference
from tests.laws.waterfall import charge_amount

ZONE = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def midnight(day: date) -> datetime:
    """When the day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def anniversary(day: date, months: int) -> date:
    """The same day so many months later, or the month's last where it has no such day."""
    first = day.replace(day=1)
    for _ in range(months):
        first = next_month(first)
    last = next_month(first) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)


def windows(kind: str, start: date, length: str) -> list[tuple[datetime, datetime]]:
    """All windows of an estimate that starts at midnight."""
    count, unit = int(length.split()[0]), length.split()[1].rstrip("s")
    if unit == "month":
        stop = midnight(anniversary(start, count))
    elif unit == "day":
        stop = midnight(start + timedelta(days=count))
    else:
        stop = midnight(start) + count * HOUR
    made, at, day = [], midnight(start), start
    while at < stop:
        day += timedelta(days=1)
        until = midnight(day) if kind == "day" else at + HOUR
        made.append((at, until))
        at = until
    return made


def real_length(per: str, at: datetime, month_is: int | None) -> Fraction:
    """How many seconds the hour, day or month has that holds the instant."""
    day = at.astimezone(ZONE).date()
    if per == "month":
        if month_is:
            return Fraction(month_is * 3600)
        return seconds(midnight(next_month(day)) - midnight(day.replace(day=1)))
    return seconds(HOUR if per == "hour" else midnight(day + timedelta(days=1)) - midnight(day))


def seconds(length: timedelta) -> Fraction:
    """Whole seconds."""
    return Fraction(length // timedelta(seconds=1))


def at_zero(charge: object) -> Fraction:
    """What a charge with `at_zero: bill` costs for nothing used; 0 for any other."""
    if not isinstance(charge, Mapping) or charge.get("at_zero", "skip") == "skip":
        return Fraction(0)
    flat = charge["amount"] if charge["model"] == "flat" else charge["tiers"][0].get("flat", 0) if "tiers" in charge else 0
    return max(Fraction(flat), Fraction(charge.get("minimum", 0)))


def cost(charge: object, quantity: Fraction) -> Fraction:
    """One application of a charge."""
    allowance = Fraction(charge.get("allowance", 0)) if isinstance(charge, Mapping) else 0
    return charge_amount(charge, quantity) if quantity > allowance else at_zero(charge)


def in_force(entries: list[Mapping], begun: datetime, at: datetime, period: datetime) -> dict[str, Mapping]:
    """The price of each `per` for a window at `at` in the period that began at `period`, for a subscription begun at `begun`.

    A price for the period's total holds from the period's beginning to its end, and whatever comes in its place waits too.
    """
    kept = {per: entry for per, entry in _reaching(entries, begun, period, period).items() if _of_period(entry)}
    return _reaching(entries, begun, at, period) | kept


def _of_period(entry: Mapping) -> bool:
    charge = entry["items"]["users"]
    return isinstance(charge, Mapping) and charge.get("applies_to") == "period-total"


def _reaching(entries: list[Mapping], begun: datetime, at: datetime, period: datetime) -> dict[str, Mapping]:
    found: dict[str, Mapping] = {}
    for entry in sorted(entries, key=lambda entry: entry["effective"]):
        effective = midnight(date.fromisoformat(entry["effective"]))
        running = entry.get("running_subscriptions", "next-period")
        at_once = period if _of_period(entry) else at
        reaches = effective <= begun or {"immediately": effective <= at_once, "next-period": effective <= period, "never": False}[running]
        if reaches:
            found[entry["per"]] = entry
    return found


def estimate(book: Mapping, start: date, length: str, level: Fraction) -> Fraction:
    """The list amount of holding `level`."""
    entries, kind = book["prices"], book["items"]["users"]["meter"]["window"]
    month_is = int(book["book"]["month_is"].split()[0]) if "month_is" in book["book"] else None
    begun, rounding = midnight(start), book["book"]["rounding"]
    total, totals = Fraction(0), {}
    for at, until in windows(kind, start, length):
        period = max(begun, midnight(at.astimezone(ZONE).date().replace(day=1)))
        for per, entry in in_force(entries, begun, at, period).items():
            charge = entry["items"]["users"]
            if isinstance(charge, Mapping) and charge.get("applies_to") == "period-total":
                continue
            ratio = seconds(until - at) / real_length(per, at, month_is) if per != kind else Fraction(1)
            total += _rounded(cost(charge, level) * ratio, rounding)
        for per, entry in in_force(entries, begun, period, period).items():
            charge = entry["items"]["users"]
            if isinstance(charge, Mapping) and charge.get("applies_to") == "period-total":
                ratio = seconds(until - at) / real_length(per, at, month_is) if per != kind else Fraction(1)
                key = (period, per)
                totals[key] = (charge, totals.get(key, (charge, Fraction(0)))[1] + level * ratio)
    return total + sum(_rounded(cost(charge, quantity), rounding) for charge, quantity in totals.values())


def _rounded(amount: Fraction, chain: list[Mapping]) -> Fraction:
    for step in chain:
        if step["at"] == "charge":
            return reference.rounded(amount, step["places"], step["mode"])
    return amount
