"""CloudKitty's hashmap: in a group the dearest flat x all rates; groups are added; the highest threshold reached wins."""

from collections.abc import Mapping
from decimal import Decimal

from tests.conformance.adapters.common import each_on_its_own, money_lines, net, number, one_quantity
from tests.conformance.cases import Case
from tests.conformance.language import TO_THE_LAST_DIGIT, percent, usage_book, usage_order


def flat(vector: Mapping) -> Case:
    """Groups are added: a list of charges. The dearest of several flats has no counterpart; the nearest is their sum."""
    inputs = vector["inputs"]
    flats = [group["flats"][0] for group in inputs["groups"]] if "groups" in inputs else inputs["flats"]
    charge = [{"model": "per_unit", "unit_price": number(price)} for price in flats]
    return one_quantity(charge, inputs.get("quantity", 1))


def per_unit(vector: Mapping) -> Case:
    """A field's price where its value matches, else nothing; a rate of 1.10 makes one hour of it count as 1.10 hours."""
    inputs = vector["inputs"]
    group = inputs["groups"][0]
    matched = bool(group["flats"])
    price = number(group["flats"][0]) if matched else Decimal(1)
    rate = number(group["rates"][0]) if group["rates"] else Decimal(1)
    book = usage_book(
        {"machine": {"model": "per_unit", "unit_price": Decimal(0)}},
        units={"machine": "plain-hour"},
        units_declared={"plain-hour": {"title": "hour"}, "rated-hour": f"{rate} plain-hour"},
        when=[({"flavour": "known"}, {"machine": {"model": "per_unit", "unit_price": price}})],
        attributes={"flavour": {"title": "Flavour", "source": "order", "values": ["known", "other"]}},
    )
    order = usage_order({"machine": f"{inputs['quantity']} rated-hour"}, attributes={"flavour": "known" if matched else "other"})
    return Case(book, [order], lambda quotes: {"amount": net(quotes[0])})


def threshold(vector: Mapping) -> Case:
    """A level belongs to the price that it starts, so bounds are `below`. Every machine of that size is a line."""
    inputs = vector["inputs"]
    levels = inputs.get("thresholds")
    prices = [Decimal(0), *(number(level["price"]) for level in levels)]
    stairs = [{"below": number(level["level"]), "flat": price} for level, price in zip(levels, prices, strict=False)]
    charge = {"model": "volume", "tiers": [*stairs, {"flat": prices[-1]}]}
    if "value" in inputs:
        return each_on_its_own(charge, [inputs["value"]] * inputs["quantity"])
    return one_quantity(charge, inputs["quantity"])


def rates(vector: Mapping) -> Case:
    """Rates multiply, as discount stages do: 0.5 is 50% off what the stage before left; a rate of 1 is no stage."""
    stages = {f"rate-{n}": 100 * (1 - number(rate)) for n, rate in enumerate(vector["inputs"]["rates"], 1) if number(rate) != 1}
    book, order = money_lines(
        [1],
        rounding=TO_THE_LAST_DIGIT,
        discounts={name: {"title": name, "percent_off": percent(off.normalize())} for name, off in stages.items()},
        discount_policy=list(stages),
    )
    return Case(book, [order], lambda quotes: {"rate": net(quotes[0])})
