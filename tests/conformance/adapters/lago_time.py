"""Lago: part periods by days, changes and credit notes of such plans, and the periods between the anniversaries of a day.

Its amounts are cents. A fee for a part of a period is that of a thing that joins the period's plan on a day, by `actual-days`;
the day of a change belongs to the new plan. Its periods end with the day before the next one begins.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from engine.values.periods import local_date
from engine.values.periods import zone as time_zone
from tests.conformance.adapters.common import cents, differences, net
from tests.conformance.adapters.terms import both, dates, net_of_change, plan_book, prepaid, subscribed, zulu
from tests.conformance.cases import Case, Life, instant
from tests.conformance.language import TO_THE_CENT, percent, usage_book, usage_order

SHOWN = {"shown": {"title": "Shown", "source": "order", "values": ["precise"]}}
"""One order is shown in cents, another one with all the digits that Lago keeps."""

TO_ALL_DIGITS = [
    {"at": "line", "places": 2, "mode": "half-up"},
    {"at": "line", "places": 16, "mode": "half-up", "when": {"shown": "precise"}},
]

PERIOD_OF_DAYS = {31: ("2022-03-01", 1), 28: ("2022-02-01", 1), 30: ("2022-04-01", 1), 365: ("2022-01-01", 12)}
"""A calendar period that has so many days, and its months."""


def proration(vector: Mapping) -> Case:
    """A plan's fee for some of its days: by calendar, with days of trial, in weeks, and the factor itself."""
    inputs = vector["inputs"]
    if "factor" in vector["expected"]:
        return _factor(inputs)
    if inputs.get("period_days") == 7:
        return _week(inputs)
    if "trial_days" in inputs:
        return _trial(inputs)
    if "total_cents" in vector["expected"]:
        return _taxed_fee(inputs)
    if "period" in inputs:
        return _from_day_to_day(inputs)
    return _both_digits(_joins(inputs["start"], inputs["period_days"], inputs["amount_cents"]))


def _orders(order: Mapping) -> list[Mapping]:
    return [order, order | {"attributes": {"shown": "precise"}}]


def _joins(day: str, days: int, amount_cents: object, remaining: Mapping = both("actual-days"), **book: object) -> tuple:
    """The book and the orders of a thing that joins on a day of a calendar period of so many days."""
    _, months = PERIOD_OF_DAYS[days]
    first = f"{day[:4]}-01-01" if months == 12 else f"{day[:7]}-01"
    charges = {"host": Decimal(0), "thing": cents(amount_cents) * 12 / months}
    made = plan_book(charges, months, remaining=remaining, **{"rounding": TO_ALL_DIGITS, "attributes": SHOWN} | book)
    return made, prepaid(first, months, {"host": 1}, change={"date": day, "items": {"thing": 1}})


def _both_digits(said: tuple) -> Case:
    book, order = said

    def read(quotes):
        shown, precise = (net_of_change(quote.changes[0]) * 100 for quote in quotes)
        return {"amount_cents": shown, "precise_amount_cents": precise}

    return Case(book, _orders(order), read)


def _factor(inputs: Mapping) -> Case:
    """The share of the period, with its sixteen decimals, is what remains."""
    remaining = both("actual-days") | {"places": 16}
    book, order = _joins(inputs["start"], inputs["period_days"], 100, remaining)
    return Case(book, [order], lambda quotes: {"factor": quotes[0].changes[0].lines[0].remaining.value})


def _trial(inputs: Mapping) -> Case:
    """The first days are free: a discount of all that lasts so long. A part period is one of an estimate with `stub`."""
    free = {"trial": {"title": "Trial", "percent_off": "100%", "lasts": f"{inputs['trial_days']} days"}}
    sections = {"discounts": free, "discount_policy": ["trial"], "attributes": SHOWN, "rounding": TO_ALL_DIGITS}
    read = lambda quotes: {"amount_cents": net(quotes[0]) * 100, "precise_amount_cents": net(quotes[1]) * 100}
    if "start" in inputs:
        book = usage_book({"thing": {"model": "flat", "amount": cents(inputs["amount_cents"])}}, per="month", **sections)
        del book["items"]["thing"]["meter"]
        book["billing_modes"]["usage"] |= {"stub": "actual-days"}
        days = inputs["billable_days"] + inputs["trial_days"]
        order = usage_order({"thing": Decimal(1)}, date=inputs["start"], for_=f"{days} days")
        return Case(book, _orders(order), read)
    start, months = PERIOD_OF_DAYS[inputs["period_days"]]
    book = plan_book({"thing": cents(inputs["amount_cents"]) * 12 / months}, months, **sections)
    return Case(book, _orders(prepaid(start, months, {"thing": 1})), read)


def _week(inputs: Mapping) -> Case:
    """No term is a week, but a quantity of days is one of weeks: three days are 3/7 of a week."""
    book = usage_book(
        {"thing": {"model": "per_unit", "unit_price": cents(inputs["amount_cents"])}},
        units={"thing": "week"}, units_declared={"day": {"title": "day"}, "week": "7 day"},
        rounding=TO_ALL_DIGITS, attributes=SHOWN,
    )  # fmt: skip
    order = usage_order({"thing": f"{inputs['billable_days']} day"})
    read = lambda quotes: {"amount_cents": net(quotes[0]) * 100, "precise_amount_cents": net(quotes[1]) * 100}
    return Case(book, _orders(order), read)


def _taxed_fee(inputs: Mapping) -> Case:
    tax = [{"id": "vat", "tax": "vat", "rate": percent(inputs["tax_percent"])}]
    book, order = _joins(inputs["start"], inputs["period_days"], inputs["amount_cents"], taxes=tax, rounding=TO_THE_CENT)
    read = lambda quotes: {"total_cents": (quotes[0].changes[0].charge + quotes[0].changes[0].tax) * 100}
    return Case(book, [order], read)


def _from_day_to_day(inputs: Mapping) -> Case:
    """A thing that joins a quarter and is given up again the day after its last."""
    start, months = inputs["period"][0], 3
    last = local_date(instant(inputs["end_inclusive"]) + timedelta(days=1), time_zone("UTC")).isoformat()
    book = plan_book({"host": Decimal(0), "thing": cents(inputs["amount_cents"]) * 12 / months}, months, rounding=TO_THE_CENT)
    steps = [{"date": inputs["start"], "items": {"thing": 1}}, {"date": last, "items": {"thing": 0}}]
    order = prepaid(start, months, {"host": 1}, change=steps)
    return Case(book, [order], lambda quotes: {"amount_cents": sum(map(net_of_change, quotes[0].changes)) * 100})


def change(vector: Mapping) -> Case:
    """The old plan's credit, with its tax, or the new plan's charge, for the days that remain of 31."""
    inputs, expected = vector["inputs"], vector["expected"]
    day = f"2022-03-{31 - inputs['remaining_days'] + 1:02}"
    taxed = {"taxes": [{"id": "vat", "tax": "vat", "rate": percent(inputs["tax_percent"])}]} if "tax_percent" in inputs else {}
    book, order = _joins(day, inputs["period_days"], inputs["amount_cents"], rounding=TO_THE_CENT, **taxed)
    if "charge_cents" in expected:
        return Case(book, [order], lambda quotes: {"charge_cents": quotes[0].changes[0].charge * 100})
    order = order | {"items": {"host": 1, "thing": 1}, "change": {"date": day, "items": {"thing": 0}}}
    read = lambda quotes: {"credit_cents": (quotes[0].changes[0].refund + quotes[0].changes[0].tax) * 100}
    return Case(book, [order], read)


def refund(vector: Mapping) -> Case:
    """What leaving gives back for the unused days, and its tax; a credit of a whole amount is that of one who leaves at once."""
    inputs, expected = vector["inputs"], vector["expected"]
    paid = inputs.get("amount_cents") or inputs.get("paid_cents") or inputs["credit_net_cents"]
    start, months = PERIOD_OF_DAYS[inputs.get("period_days", 30)]
    used = inputs["period_days"] - inputs["unused_days"] if "period_days" in inputs else 0
    tax = [{"id": "vat", "tax": "vat", "rate": percent(inputs["tax_percent"])}]
    book = plan_book({"thing": cents(paid)}, months, per="month", taxes=tax, rounding=TO_THE_CENT)
    order = prepaid(start, months, {"thing": 1}, unsubscribe={"date": f"{start[:8]}{used + 1:02}"})

    def read(quotes):
        left = quotes[0].unsubscription
        made = {"net_cents": left.refund * 100, "tax_cents": left.tax * 100, "total_cents": (left.refund + left.tax) * 100}
        return {key: made[key] for key in expected}

    return Case(book, [order], read)


def progressive(vector: Mapping) -> Case:
    """Usage that is billed during the month is a quote of its own; the month's end bills all of it, less what was billed."""
    inputs = vector["inputs"]
    charges = {
        "usage": {"model": "per_unit", "unit_price": "100%"},
        "plan": {"model": "flat", "amount": cents(inputs["subscription_cents"])},
    }
    book = usage_book(charges, units={"usage": "USD"}, rounding=TO_THE_CENT)
    before, whole = cents(inputs["progressive_billed_cents"]), cents(inputs["usage_cents_total"])
    orders = [usage_order({"usage": before}), usage_order({"usage": whole, "plan": Decimal(1)})]

    def read(quotes):
        billed, rest = differences(quotes)
        return {"credit_cents": billed * 100, "fees_cents": net(quotes[-1]) * 100, "total_cents": rest * 100}

    return Case(book, orders, read)


def dates_of(vector: Mapping) -> Life:
    """In arrears an invoice is for the last period that is over when it is made, in advance for the one that begins then.

    Calendar years and halves are those of a plan that was bought on a first of January.
    """
    inputs, expected = vector["inputs"], vector["expected"]
    zone, at = inputs.get("timezone", "UTC"), instant(inputs["billing_at"])
    months = inputs.get("interval_months") or {"calendar year": 12, "calendar half": 6}[inputs["interval"]]
    anchor = inputs.get("anchor", "2019-01-01")

    def read(invoice):
        over = [line for line in invoice.lines if (line.end if inputs["billing_mode"] == "in_arrears" else line.start) <= at]
        line = over[-1]
        if zone != "UTC":
            return {"from": zulu(line.start)}
        made = {"from": dates(line.start)[0], "to_inclusive": dates(line.end - timedelta(days=1))[0]}
        return {key: made[key] for key in expected}

    return subscribed(anchor, months, inputs["billing_at"], read, zone=zone)
