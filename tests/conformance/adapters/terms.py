"""Books of prepaid plans whose terms end on the days that a vector names, and the questions about them that systems share."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from engine.model.invoices import Invoice, InvoiceLine
from engine.model.policies import CONVENTIONS_OF_DAYS
from engine.model.quotes import Quote, QuotedChange
from engine.values.periods import zone as time_zone
from tests.conformance.adapters.common import number
from tests.conformance.cases import Case, Life, instant
from tests.conformance.language import TO_THE_CENT


class Days(int):
    """So many days; any other length is in months."""


PERIODS = {"monthly": 1, "quarterly": 3, "quarter": 3, "half_year": 6, "annual": 12, "weekly": Days(7), "daily": Days(1), "thirty_days": Days(30)}
"""Billing periods as terms: months, or days."""

EXACT = {"at": "line", "places": 9, "mode": "half-up"}

SAME_DAY = {"counts_from": "same-day"}


def both(convention: str) -> dict[str, str]:
    """A convention for terms of any length, where the day of a change belongs to the new state; seconds have no day."""
    daily = {"daily": convention} if convention in CONVENTIONS_OF_DAYS else {}
    return {"monthly": convention, "yearly": convention} | daily | ({"counts_from": "instant"} if convention == "seconds" else SAME_DAY)


def term(length: int) -> str:
    """So many months or days as the language writes a term."""
    unit = "day" if isinstance(length, Days) else "month"
    return f"1 {unit}" if length == 1 else f"{length} {unit}s"


def plan_book(
    charges: Mapping[str, object],
    length: int,
    *,
    remaining: Mapping[str, object] | None = None,
    per: str = "",
    rounding: object = EXACT,
    change: Mapping[str, object] = {},
    zone: str = "UTC",
    **sections: object,
) -> dict[str, object]:
    """A book with one prepaid mode `plan` of terms of so many months or days; prices are `per` a year, or a week, unless it says otherwise.

    Its subscriptions keep the day of their purchase; changes cost the difference for what remains, leaving returns the rest.
    """
    return {
        "book": {
            "id": "conformance", "title": "Conformance", "status": "illustrative", "currency": "USD", "timezone": zone,
            "rounding": rounding,
        },
        "units": {"piece": {"title": "piece"}},
        "items": {item: {"title": item, "unit": "piece"} for item in charges},
        "billing_modes": {
            "plan": {
                "title": "Plan", "payment": "prepaid", "cycle": "term", "terms": [term(length)],
                "items": dict.fromkeys(charges, "optional"),
                "spec_change": "change", "cancellation": "leave", "renewal": "keep",
            }
        },
        "prices": [{"effective": "2000-01-01", "billing_mode": "plan", "per": per or ("week" if isinstance(length, Days) else "year"), "items": dict(charges)}],
        "spec_changes": {
            "change": {
                "supports": ["upgrade", "downgrade", "expand", "reduce"], "charge": "difference",
                "remaining": dict(remaining or both("actual-days")), **change,
            }
        },
        "cancellations": {"leave": {"consumed": {"by": "time-used", "of": "paid", "count": "day"}}},
        "renewals": {"keep": {"anchor": "original-day", "grace": "1 day"}},
        **sections,
    }  # fmt: skip


def each_period(length: int) -> Decimal:
    """The price per year that makes 1 for a period of so many months; per week, for one of days."""
    return Decimal(7 if isinstance(length, Days) else 12) / length


def prepaid(date: str, length: int, items: Mapping[str, object], **later: object) -> dict[str, object]:
    """An order for such a term, with what is done later (`change`, `unsubscribe`)."""
    return {"date": date, "billing_mode": "plan", "term": term(length), "items": dict(items)} | later


def purchase(date: str, length: int, items: Mapping[str, object]) -> dict[str, object]:
    """A purchase for a first term."""
    return {"date": date, "purchase": {"term": term(length), "items": dict(items)}}


def change(date: str, items: Mapping[str, object]) -> dict[str, object]:
    """A change of what is held."""
    return {"date": date, "change": {"items": dict(items)}}


def unsubscribe(date: str) -> dict[str, object]:
    """The end."""
    return {"date": date, "unsubscribe": True}


def subscribed(
    start: str,
    length: int,
    until: str,
    read: Callable[[Invoice], Mapping[str, object]],
    *,
    zone: str = "UTC",
    end: str | None = None,
    **book: object,
) -> Life:
    """A thing for 1 a period, bought at `start` and renewed up to `until`, or left at `end`."""
    events = [purchase(start, length, {"thing": 1}), *([unsubscribe(end)] if end else [])]
    made = plan_book({"thing": each_period(length)}, length, zone=zone, **book)
    return Life(made, events, instant(until), read)


def joined(
    anchor: str,
    length: int,
    start: str,
    until: datetime,
    read: Callable[[Invoice], Mapping[str, object]],
    *,
    end: str | None = None,
    price: Decimal = Decimal(1),
    **book: object,
) -> Life:
    """A thing for `price` a period that joins at `start` a subscription that is renewed on the days of `anchor`: it ends with it.

    The subscription has been there for longer than a year, so any day of the year can be its day; what it holds itself is free.
    """
    events = [purchase(anchor, length, {"host": 1}), change(start, {"thing": 1}), *([unsubscribe(end)] if end else [])]
    made = plan_book({"host": Decimal(0), "thing": price * each_period(length)}, length, **book)
    return Life(made, events, until, read)


def years_before(date: str, years: int = 1) -> str:
    """The same day of an earlier year, as an anchor."""
    return f"{int(date[:4]) - years}{date[4:]}"


def of_thing(invoice: Invoice) -> list[InvoiceLine]:
    """The periods of the thing, in order."""
    return [line for line in invoice.lines if line.item == "thing"]


def ended(invoice: Invoice) -> datetime | None:
    """When the subscription was left."""
    return next((line.at for line in invoice.lines if line.bill_type == "refund-unsubscription"), None)


def dates(*instants: datetime) -> list[str]:
    """Instants at midnight as the dates that vectors write."""
    assert all(each.time() == datetime.min.time() for each in instants), instants
    return [each.date().isoformat() for each in instants]


def zulu(at: datetime) -> str:
    """A UTC instant as vectors write it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def left_of_year(
    end: str,
    start: str,
    price: Decimal,
    remaining: Mapping[str, object],
    read: Callable[[QuotedChange], Mapping[str, object]],
    zone: str = "UTC",
) -> Case:
    """What of a year that ends with `end` remains at `start`: a thing that costs `price` a month is added then.

    The quote must say that the year ends with `end`.
    """
    made = plan_book({"host": Decimal(0), "thing": price}, 12, remaining=remaining, per="month", zone=zone)
    order = prepaid(years_before(end), 12, {"host": 1}, change={"date": start, "items": {"thing": 1}})

    def checked(quotes: list[Quote]) -> Mapping[str, object]:
        assert quotes[0].expires == instant(end, time_zone(zone))
        return read(quotes[0].changes[0])

    return Case(made, [order], checked)


def lines_of(quotes: list[Quote]) -> list[Decimal]:
    """What each line of the change costs, paid back negative."""
    return [line.amount for line in quotes[0].changes[0].lines]


def net_of_change(change: QuotedChange) -> Decimal:
    """What a change costs, negative where it is paid back."""
    return change.charge if change.refund is None else -change.refund


def changed(
    old: Sequence[object],
    new: Sequence[object],
    day: str,
    start: str,
    months: int,
    read: Callable[[list[Quote]], Mapping[str, object]],
    *,
    convention: str = "actual-days",
    **book: object,
) -> Case:
    """Things `old-1`, ... are given up for `new-1`, ... on a day of a term; prices are for a whole month.

    The change names them in pairs: what is given up, what comes instead.
    """
    held = {f"old-{n}": number(price) for n, price in enumerate(old, 1)}
    prices = {"host": Decimal(0)} | held | {f"new-{n}": number(price) for n, price in enumerate(new, 1)}
    pairs: dict[str, int] = {}
    for n in range(1, max(len(old), len(new)) + 1):
        pairs |= ({f"old-{n}": 0} if n <= len(old) else {}) | ({f"new-{n}": 1} if n <= len(new) else {})
    made = plan_book(prices, months, **({"remaining": both(convention), "per": "month", "rounding": TO_THE_CENT} | book))
    order = prepaid(start, months, {"host": 1} | dict.fromkeys(held, 1), change={"date": day, "items": pairs})
    return Case(made, [order], read)
