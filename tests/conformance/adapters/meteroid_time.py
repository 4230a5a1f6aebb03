"""Meteroid: half-open periods that are cut on a billing day, and changes by the days that remain of them.

Its billing day belongs to the customer. A thing that starts on another day joins a subscription that has been renewed on the
billing day: its first period is what is left of that one's term, so it is a short one where the billing day still lies ahead.
"""

from collections.abc import Mapping

from tests.conformance.adapters.common import cents, number
from tests.conformance.adapters.terms import (
    PERIODS,
    both,
    change,
    changed,
    dates,
    joined,
    lines_of,
    net_of_change,
    of_thing,
    plan_book,
    prepaid,
    purchase,
    years_before,
)
from tests.conformance.cases import Case, Life, instant
from tests.conformance.language import TO_THE_CENT, percent

TWELVE = {"at": "line", "places": 12, "mode": "half-up"}


def dates_of(vector: Mapping) -> Life:
    """The period in which a day lies (the first one where it lies before all), or how many are over."""
    inputs = vector["inputs"]
    months, arrears = PERIODS[inputs["billing_period"]], inputs.get("billing_mode") == "in_arrears"
    start = inputs.get("start") or inputs.get("billing_start") or inputs["invoice_date"]
    at = instant(inputs.get("at") or inputs["invoice_date"])
    anchor = years_before(f"{start[:8]}{inputs['billing_day']:02}")

    def read(invoice):
        lines = of_thing(invoice)
        if "elapsed_cycles" in vector["expected"]:
            return {"elapsed_cycles": sum(line.end <= at for line in lines)}
        line = next(line for line in lines if (line.end >= at if arrears else line.end > at))
        return dict(zip(("start", "end"), dates(line.start, line.end), strict=True))

    return joined(anchor, months, start, max(at, instant(start)), read)


def proration(vector: Mapping) -> Case | Life:
    """The share of a period that a thing has which joins or leaves within it; a yearly price in a month."""
    inputs = vector["inputs"]
    if "remaining_days" in inputs:
        return _yearly_in_a_month(inputs)
    if "partial" in inputs:
        (start, end), (first, last) = inputs["partial"], inputs["full"]
        assert end == last
        return _share(first, 3, last, start)
    first, last = inputs["period"]
    if inputs["effective_from"]:
        return _share(first, 1, last, inputs["effective_from"])
    events = [purchase(first, 1, {"thing": 1}), {"date": inputs["effective_until"], "unsubscribe": True}]
    book = plan_book({"thing": number(12)}, 1, rounding=TWELVE)
    return Life(book, events, instant(first), lambda invoice: {"factor": invoice.net})


def _share(first: str, months: int, last: str, start: str) -> Life:
    def read(invoice):
        (line,) = of_thing(invoice)
        assert dates(line.end) == [last]
        return {"factor": line.amount}

    return joined(first, months, start, instant(start), read, rounding=TWELVE)


def _yearly_in_a_month(inputs: Mapping) -> Case:
    """The thirty days of a June are 30/365 of a yearly price."""
    assert inputs["remaining_days"] == 30
    charges = {"host": number(0), "thing": cents(inputs["amount_cents"])}
    book = plan_book(charges, 1, remaining=both("days-of-365"), rounding=TO_THE_CENT)
    order = prepaid("2025-06-01", 1, {"host": 1}, change={"date": "2025-06-01", "items": {"thing": 1}})
    return Case(book, [order], lambda quotes: {"amount_cents": quotes[0].changes[0].charge * 100})


def plan_change(vector: Mapping) -> Case:
    """Old components are given up, new ones join: a line each, rounded by itself. Its January has thirty days, so 30E/360."""
    inputs = vector["inputs"]
    if "credit_cents" in inputs:
        old, new, day, start = [-inputs["credit_cents"]], [inputs["charge_cents"]], "2025-01-01", "2025-01-01"
    elif "component" in inputs:
        return _usage_stays(inputs)
    else:
        old, new, day, (start, end) = inputs["old_cents"], inputs["new_cents"], inputs["change"], inputs["period"]
        assert end == "2025-01-31"

    def read(quotes):
        lines, net = [amount * 100 for amount in lines_of(quotes)], net_of_change(quotes[0].changes[0]) * 100
        made = {"line_cents": lines, "net_cents": net}
        return {key: made[key] for key in vector["expected"]}

    return changed([cents(each) for each in old], [cents(each) for each in new], day, start, 1, read, convention="30-360")


def _usage_stays(inputs: Mapping) -> Life:
    """A change of the plan beside which usage is billed: no line of it is prorated, and lines that cost nothing are left out."""
    start, day = inputs["period"][0], inputs["change"]
    book = plan_book({"plan-a": number(0), "plan-b": number(0), "usage": number(1)}, 1, rounding=TO_THE_CENT)
    book["items"]["usage"]["meter"] = {"measure": "sum", "window": "period"}
    mode = book["billing_modes"]["plan"]
    mode["items"]["usage"] = {"presence": "optional", "payment": "postpaid", "cycle": "month"}
    recurring = {item: book["prices"][0]["items"].pop(item) for item in ("plan-a", "plan-b")}
    metered = {key: value for key, value in book["prices"][0].items() if key != "per"}
    book["prices"] = [metered, metered | {"per": "year", "items": recurring}]
    events = [purchase(start, 1, {"plan-a": 1}), change(day, {"plan-a": 0, "plan-b": 1})]

    def read(invoice):
        lines = [line for line in invoice.lines if line.bill_type in ("change", "refund-change", "usage")]
        return {"line_cents": [line.amount * 100 for line in lines], "net_cents": sum(line.amount for line in lines) * 100}

    return Life(book, events, instant(start), read)


def refund(vector: Mapping) -> Case:
    """A credit of a part of a line: so many of its units are given back, whole, with each tax by its own rate."""
    inputs = vector["inputs"]
    paid, back = inputs["line_net_cents"], inputs["credit_net_cents"]
    vat, city = (percent(number(tax) * 100 / paid) for tax in inputs["taxes_cents"])
    book = plan_book(
        {"thing": number("0.01")}, 1, per="month", rounding=TO_THE_CENT, change={"charge": "full-difference"},
        taxes=[{"id": "vat", "tax": "vat", "rate": vat}, {"id": "city", "tax": "city", "rate": city}],
    )  # fmt: skip
    day = "2025-01-01"
    order = prepaid(day, 1, {"thing": paid}, change={"date": day, "items": {"thing": paid - back}})

    def read(quotes):
        made = quotes[0].changes[0]
        assert made.refund * 100 == back
        taxes = {each.tax: abs(each.amount) * 100 for each in made.taxes}
        return {"vat_cents": taxes["vat"], "city_cents": taxes["city"], "tax_cents": abs(made.tax) * 100}

    return Case(book, [order], read)
