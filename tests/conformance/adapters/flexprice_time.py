"""Flexprice: periods by the second, days by the calendar, credits held to what was paid, and the next date of an anchor.

An anchor is the day and time on which a subscription has been renewed; what starts in between joins it, and ends with its term.
"""

from collections.abc import Mapping
from decimal import Decimal

from tests.conformance.adapters.common import number
from tests.conformance.adapters.terms import (
    PERIODS,
    Days,
    both,
    changed,
    ended,
    joined,
    left_of_year,
    lines_of,
    net_of_change,
    of_thing,
    plan_book,
    prepaid,
    subscribed,
    years_before,
    zulu,
)
from tests.conformance.cases import Case, Life, Used, instant

A_MONDAY = "2024-01-01"
"""The weeks of the calendar begin with it."""


def proration(vector: Mapping) -> Used:
    """A grant from an instant of a period to its end: a level that holds from then on, at a price for the whole month.

    A grant at the very end lies in no window of the period.
    """
    inputs = vector["inputs"]
    amount, held = number(inputs["amount"]), {"measure": "mean", "window": "hour", "hold": True, "step": "1 second"}
    book = {
        "book": {
            "id": "conformance", "title": "Conformance", "status": "illustrative", "currency": "USD", "timezone": "UTC",
            "rounding": {"at": "line", "places": inputs["precision"], "mode": "half-up"},
        },
        "units": {"piece": {"title": "piece"}},
        "items": {"grant": {"title": "Grant", "unit": "piece", "meter": held}},
        "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"grant": "optional"}}},
        "prices": [{"effective": "2000-01-01", "billing_mode": "use", "per": "month", "items": {"grant": amount}}],
    }  # fmt: skip
    events = [{"date": inputs["start"], "start": True}]
    records = [("grant", inputs["at"], 1)]
    return Used(book, events, records, (inputs["start"], inputs["end"]), lambda invoice: {"amount": invoice.net})


def refund(vector: Mapping) -> Case:
    """A component that is taken out, or a credit after earlier ones, held to what was paid."""
    inputs = vector["inputs"]
    if "old" in inputs:
        return _taken_out(inputs)
    return _held_to_paid(inputs)


def _taken_out(inputs: Mapping) -> Case:
    """The old thing is given up, nothing comes instead; the day of the change belongs to what remains."""
    amount = number(inputs["old"]["unit_price"]) * inputs["old"]["quantity"]
    assert inputs["period_start"].endswith("-01") and inputs["period_end_inclusive"].endswith("-31")

    def read(quotes):
        lines, net = lines_of(quotes), net_of_change(quotes[0].changes[0])
        return {"net": net, "credit": sum(line for line in lines if line < 0), "charge": sum(line for line in lines if line > 0)}

    return changed([amount], [], inputs["change"], inputs["period_start"], 1, read)


def _held_to_paid(inputs: Mapping) -> Case:
    """Units with a list price of 1 that were bought at 20% of it: two changes give units back at their list price, `cap: paid`.

    A credit below zero is a charge: a change that adds units.
    """
    paid, before, asked = (int(inputs[key]) for key in ("original_paid", "previous_credits", "potential_credit"))
    listed = paid * 5
    book = plan_book(
        {"thing": Decimal(1)}, 1, per="month",
        change={"charge": "full-difference", "discount": "none", "credit": {"base": "list", "cap": "paid"}},
        discounts={"cheap": {"title": "Cheap", "percent_off": "80%"}}, discount_policy=["cheap"],
    )  # fmt: skip
    quantities = [listed - before, listed - before - asked]
    steps = [{"date": f"2025-01-0{n}", "items": {"thing": quantity}} for n, quantity in enumerate(quantities, 2)]
    order = prepaid("2025-01-01", 1, {"thing": listed}, change=steps)

    def read(quotes):
        assert quotes[0].totals.net == paid
        return {"credit": quotes[0].changes[-1].refund or Decimal(0)}

    return Case(book, [order], read)


def dates_of(vector: Mapping) -> Case | Life:
    """Days between two dates, the first boundary of the calendar, or the next date of an anchor."""
    inputs, expected = vector["inputs"], vector["expected"]
    if "days" in expected:
        return _days(inputs)
    period = PERIODS[inputs["billing_period"]]
    length = type(period)(period * inputs.get("interval_count", 1))
    start = inputs.get("period_start") or inputs["start"]

    def read(invoice):
        end, left = of_thing(invoice)[0].end, ended(invoice)
        return {next(iter(expected)): zulu(min(end, left) if left else end)}

    if (day := _unified(inputs, start)) is not None:
        keep = {"anchor": "original-day", "grace": "1 day", "align": day, "stub": "actual-days"}
        return subscribed(start, length, start, read, remaining=both("seconds"), renewals={"keep": keep})
    if isinstance(length, Days):
        anchor = inputs.get("anchor", A_MONDAY)
        if anchor == start:
            return subscribed(start, length, start, read, end=inputs.get("subscription_end"), remaining=both("seconds"))
    else:
        anchor = years_before(inputs.get("anchor") or f"{start[:4]}-01-01")
        if instant(anchor) > instant(years_before(start)):
            anchor = years_before(anchor)
    return joined(anchor, length, start, instant(start), read, end=inputs.get("subscription_end"), remaining=both("seconds"))


def _unified(inputs: Mapping, start: str) -> dict[str, object] | None:
    """The anchor as a unified day, where the start lies on it at another time: whose first period is a whole one, and goes on to the anchor's time.

    Of days each is the anchor's, of other periods the one with its number.
    """
    anchor = inputs.get("anchor", start)
    if anchor[11:16] == start[11:16] or inputs["billing_period"] not in ("daily", "monthly"):
        return None
    time = {"time": anchor[11:16]}
    if inputs["billing_period"] == "daily":
        return time
    return time | {"day": int(anchor[8:10])} if anchor[8:10] == start[8:10] else None


def _days(inputs: Mapping) -> Case:
    """What remains at `start` of a year that ends with `end`, in days of which a month has thirty, at 30 a month.

    It counts the days of the book's zone, one of 23 hours too. The times are those of UTC, taken for times of the zone.
    """
    start, end = (inputs[key].removesuffix("Z") for key in ("start", "end"))
    read = lambda change: {"days": net_of_change(change)}
    return left_of_year(end, start, Decimal(30), both("30-day-month"), read, zone=inputs["timezone"])
