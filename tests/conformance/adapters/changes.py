"""Changes, refunds and part periods of clouds and others: days (or seconds) that remain of a period, at the prices of a month."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from tests.conformance.adapters.common import net, number
from tests.conformance.adapters.terms import both, changed, lines_of, net_of_change, plan_book, prepaid, term, zulu
from tests.conformance.cases import Case, instant
from tests.conformance.language import TO_THE_CENT, percent, usage_book, usage_order

MONTH_OF_DAYS = {31: "2025-03", 30: "2025-04"}
"""A month that has so many days; what its length is compared with is given in days too."""


def two_lines(vector: Mapping) -> Case:
    """The old price is credited and the new one charged for what remains, each rounded by itself."""
    inputs, expected = vector["inputs"], vector["expected"]
    if set(expected) == {"charge"}:
        return _one_line(inputs)
    factor = number(inputs.get("discount_factor", 1))
    whole = inputs["period"]
    # Half of a period is given as one of two: fifteen of thirty days.
    period, left = (30, inputs["remaining"] * 30 // whole) if whole not in MONTH_OF_DAYS else (whole, inputs["remaining"])
    month = MONTH_OF_DAYS[period]
    cut = {"discounts": {"off": {"title": "Off", "percent_off": percent((1 - factor) * 100)}}, "discount_policy": ["off"]}

    def read(quotes):
        credit, charge = lines_of(quotes)
        total = net_of_change(quotes[0].changes[0])
        sides = {"credit": credit, "net": total, "charge": charge}
        made = sides if "net" in expected else {"new_value": charge, "old_value": -credit, "charge": total}
        return {key: made[key] for key in expected}

    return changed(
        [inputs["old_price"]], [inputs["new_price"]], f"{month}-{period - left + 1:02}", f"{month}-01", 1, read,
        **(cut if factor != 1 else {}),
    )  # fmt: skip


def _one_line(inputs: Mapping) -> Case:
    """An upgrade of one thing: the difference is rounded once, to the three decimals of its prices."""
    month = MONTH_OF_DAYS[inputs["period"]]
    rounding = TO_THE_CENT | {"places": 3}
    book = _ladder(inputs["old_price"], inputs["new_price"], 1, remaining=both("actual-days"), rounding=rounding)
    order = _upgrade(f"{month}-01", 1, f"{month}-{inputs['period'] - inputs['remaining'] + 1:02}")
    return Case(book, [order], lambda quotes: {"charge": quotes[0].changes[0].charge})


def _ladder(old: object, new: object, months: int, **sections: object) -> dict[str, object]:
    """A book that sells one thing in two specs, at prices per month."""
    book = plan_book({"thing": {"small": number(old), "large": number(new)}}, months, per="month", **sections)
    book["items"]["thing"]["specs"] = {"small": {"title": "Small"}, "large": {"title": "Large"}}
    return book


def _upgrade(start: str, months: int, day: str) -> dict[str, object]:
    return prepaid(start, months, {"thing": "small"}, change={"date": day, "items": {"thing": "large"}})


def thirty_day_months(vector: Mapping) -> Case:
    """So many days are so many thirtieths of a month; the difference is multiplied by the discount of the purchase."""
    inputs, expected = vector["inputs"], vector["expected"]
    off = percent((1 - number(inputs.get("discount_factor", 1))) * 100)
    day = zulu(instant("2025-12-31") - timedelta(days=inputs["remaining_days"] - 1))[:10]
    book = _ladder(
        inputs["old_monthly"], inputs["new_monthly"], 12, remaining=both("30-day-month"), rounding=TO_THE_CENT,
        discounts={"off": {"title": "Off", "percent_off": off}}, discount_policy=["off"],
    )  # fmt: skip

    def read(quotes):
        change = quotes[0].changes[0]
        (steps,) = (step.children for step in change.lines[0].trace if step.kind == "change")
        listed = {step.kind: step.facts["list"] for step in steps if "list" in step.facts}
        made = {"new_value": listed["new-state"], "old_value": listed["credit"], "charge": change.charge}
        return {key: made[key] for key in expected}

    return Case(book, [_upgrade("2025-01-01", 12, day)], read)


def by_the_second(vector: Mapping) -> Case:
    """What is given up returns its price for the seconds that remain of the month."""
    inputs = vector["inputs"]
    start, end, at = (zulu(datetime.fromtimestamp(inputs[key], UTC)) for key in ("period_start", "period_end", "at"))
    read = lambda quotes: {"credit_minor": _until(quotes[0], end).lines[0].amount * 100}
    return changed([number(inputs["amount_minor"]) / 100], [], at, start, 1, read, convention="seconds")


def _until(quote, end: str):
    assert zulu(quote.expires) == end
    return quote.changes[0]


def scaled_bound(vector: Mapping) -> Case:
    """A tier's bound that grows with the days served: what is above it is free, so the amount of a large level is the bound.

    A level costs its price for each month of so many days that it is held.
    """
    inputs = vector["inputs"]
    tiers = [{"up_to": inputs["step_bound"], "unit_price": 1}, {"unit_price": 0}]
    book = usage_book(
        {"thing": {"model": "graduated", "tiers": tiers}}, meter={"measure": "max", "window": "day"}, per="month",
        book={"month_is": f"{inputs['base_days'] * 24} hours"},
    )  # fmt: skip
    order = usage_order({"thing": 1000 * inputs["step_bound"]}, for_=f"{inputs['days']} days")
    return Case(book, [order], lambda quotes: {"prorated_bound": net(quotes[0])})


def months_of_a_year(vector: Mapping) -> Case:
    """What remains of a year on its first day, in months of 365/12 days."""
    inputs = vector["inputs"]
    assert (inputs["days"], inputs["month_days"]) == ("365", "365/12")
    read = lambda quotes: {"months": quotes[0].changes[0].lines[-1].remaining.value}
    return changed([], [1], "2025-01-01", "2025-01-01", 12, read, convention="365/12")


def earned_discount(vector: Mapping) -> Case:
    """Whole months used cost what their own length would have been sold for; the days after them are pay-per-use."""
    inputs = vector["inputs"]
    paid, (months, hours) = inputs["paid"], inputs["used"]
    off = {each["months"]: percent((1 - number(each["discount_factor"])) * 100) for each in (months, paid)}
    tiers = [{"from": term(length), "percent_off": rate} for length, rate in off.items()]
    book = plan_book(
        {"thing": number(paid["monthly"])}, paid["months"], per="month", rounding=TO_THE_CENT,
        discounts={"longer": {"title": "Longer", "billing_modes": ["plan"], "by": "term", "tiers": tiers}},
        discount_policy=["longer"],
    )  # fmt: skip
    book["cancellations"]["leave"]["consumed"] = {"by": "re-rated", "of": "list", "count": "month", "part": "down"}
    book["billing_modes"]["use"] = {"title": "Use", "payment": "postpaid", "cycle": "hour", "items": {"thing": "optional"}}
    hourly = {"billing_mode": "use", "per": "hour", "items": {"thing": number(hours["hourly"])}}
    book["prices"].append(book["prices"][0] | hourly)
    began, months_over = "2023-01-01", "2024-08-01"
    left = zulu(instant(months_over) + timedelta(hours=hours["hours"]))
    orders = [
        prepaid(began, paid["months"], {"thing": 1}, unsubscribe={"date": left}),
        {"date": months_over, "billing_mode": "use", "for": f"{hours['hours']} hours", "items": {"thing": 1}},
    ]

    def read(quotes):
        ended, after = quotes[0].unsubscription, net(quotes[1])
        return {"paid": ended.paid, "consumed": Fraction(ended.consumed) + after, "refund": Fraction(ended.refund) - after}

    return Case(book, orders, read)
