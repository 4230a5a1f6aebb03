"""Price lists, bills and issue threads of many others: plain tiers, thresholds, free quantities, bounds and roundings."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from tests.conformance.adapters.common import (
    further_part,
    money_lines,
    net,
    number,
    one_quantity,
    package,
    per_thousand,
    tiered,
)
from tests.conformance.cases import Case
from tests.conformance.language import TO_THE_CENT, TO_THE_LAST_DIGIT, percent, usage_book, usage_order


def graduated(vector: Mapping) -> Case:
    """Each unit at the price of its tier."""
    return one_quantity(tiered("graduated", vector["inputs"]["tiers"]), vector["inputs"]["quantity"])


def volume(vector: Mapping) -> Case:
    """All units at the price of the tier reached."""
    return one_quantity(tiered("volume", vector["inputs"]["tiers"]), vector["inputs"]["quantity"])


def nth_unit(vector: Mapping) -> Case:
    """The price of the q-th unit: what it adds to the q - 1 before it."""
    inputs = vector["inputs"]
    case = further_part(tiered("graduated", inputs["tiers"]), inputs["unit_number"] - 1, 1)
    return Case(case.book, case.orders, lambda quotes: {"unit_price": case.read(quotes)["amount"]})


def packages(vector: Mapping) -> Case:
    """Started packages are billed whole."""
    inputs = vector["inputs"]
    return one_quantity(package(inputs["package_size"], inputs["package_price"]), inputs["quantity"])


def threshold_bound(vector: Mapping) -> Case:
    """Whether the threshold itself is cheap (`up_to`) or dear (`below`)."""
    inputs = vector["inputs"]
    bound = {"inclusive_low_tier": "up_to", "exclusive_low_tier": "below"}[inputs["bound"]]
    charge = {"model": "volume", "tiers": [{bound: number(inputs["threshold"]), "flat": Decimal(1)}, {"flat": Decimal(2)}]}
    tiers = {1: "low", 2: "high"}
    order = usage_order({"thing": number(inputs["input_tokens"])})
    return Case(usage_book({"thing": charge}), [order], lambda quotes: {"tier": tiers[int(net(quotes[0]))]})


def threshold_selected(vector: Mapping) -> Case:
    """Input and output tokens at the prices of a long context; which context it is, the order says (`tier_by` is reserved)."""
    lines = {f"line-{n}": line for n, line in enumerate(vector["inputs"]["lines"], 1)}
    book = usage_book(
        {item: package(line["per"], 0, "proportional") for item, line in lines.items()},
        when=[({"context": "long"}, {item: per_thousand(line) for item, line in lines.items()})],
        attributes={"context": {"title": "Context", "source": "order", "values": ["short", "long"]}},
    )
    order = usage_order({item: number(line["quantity"]) for item, line in lines.items()}, attributes={"context": "long"})
    return Case(book, [order], _amounts)


def _amounts(quotes) -> dict[str, object]:
    return {"amounts": [line.amount for line in quotes[0].lines], "amount": net(quotes[0])}


def two_lines(vector: Mapping) -> Case:
    """The other reading of the same price list: input tokens graduated, output tokens at one price."""
    inputs = vector["inputs"]
    second = inputs["second_line"]
    charges = {
        "input": tiered("graduated", inputs["tiers"]),
        "output": {"model": "per_unit", "unit_price": number(second["unit_price"])},
    }
    order = usage_order({"input": number(inputs["quantity"]), "output": number(second["quantity"])})
    return Case(usage_book(charges), [order], _amounts)


def cloud_line(vector: Mapping) -> Case:
    """A line of a bill: free quantity off, parts of N units in proportion, rounded half up; or the sum of such lines."""
    inputs = vector["inputs"]
    if "lines" in inputs:
        book, order = money_lines(inputs["lines"])
        return Case(book, [order], lambda quotes: {"amount": net(quotes[0])})
    return one_quantity(per_thousand(inputs, inputs.get("free")), inputs["quantity"], rounding=TO_THE_CENT)


def base_and_overage(vector: Mapping) -> Case:
    """A base fee and a price for each million above it: a list of two charges."""
    inputs = vector["inputs"]
    base = {"model": "flat", "amount": number(inputs["base"])}
    return one_quantity([base, {"model": "per_unit", "unit_price": number(inputs["overage_per_million"])}], inputs["overage_millions"])


def minimum_maximum(vector: Mapping) -> Case:
    """An amount, or a quantity at a price, held between a minimum and a maximum."""
    inputs = vector["inputs"]
    limits = {key: number(inputs[field]) for key, field in (("minimum", "min"), ("maximum", "max")) if inputs[field] is not None}
    if "amount" in inputs:
        return one_quantity({"model": "per_unit", "unit_price": "100%"} | limits, inputs["amount"], units={"thing": "USD"})
    return one_quantity({"model": "per_unit", "unit_price": number(inputs["unit_price"])} | limits, inputs["quantity"])


def sustained_use(vector: Mapping) -> Case:
    """Bands over the share of the month used, each at its part of the base rate; the discount is what they save against it."""
    inputs = vector["inputs"]
    base, width, used = number(inputs["base_rate"]), inputs["band_width_pct"], inputs["usage_pct"]
    rates = [base * number(rate) for rate in inputs["band_rates"]]
    bands = [{"up_to": Decimal(width * n), "unit_price": rate} for n, rate in enumerate(rates[:-1], 1)] + [{"unit_price": rates[-1]}]
    book = usage_book({"thing": {"model": "graduated", "tiers": bands}}, rounding=TO_THE_LAST_DIGIT)
    full = Fraction(base) * used
    return Case(book, [usage_order({"thing": Decimal(used)})], lambda quotes: {"net_discount_pct": 100 * (1 - net(quotes[0]) / full)})


def increments(vector: Mapping) -> Case:
    """Time is billed in whole increments: the increment is the item's unit, its quantity is rounded up."""
    inputs = vector["inputs"]
    book = usage_book(
        {"thing": {"model": "per_unit", "unit_price": Decimal(1)}},
        units={"thing": "increment"},
        units_declared={"ms": {"title": "ms"}, "increment": f"{inputs['increment_ms']} ms"},
        rounding=[{"at": "quantity", "places": 0, "mode": "up"}, TO_THE_LAST_DIGIT],
    )
    order = usage_order({"thing": f"{inputs['duration_ms']} ms"})
    return Case(book, [order], lambda quotes: {"billed_ms": quotes[0].lines[0].quantity * inputs["increment_ms"]})


def net_of_gross(vector: Mapping) -> Case:
    """Prices that include a tax of 30%, rounded once per category: one category is `global`, one for each line `per_line`."""
    inputs = vector["inputs"]
    rate = percent((100 * (number(inputs["divisor"]) - 1)).normalize())
    if inputs["method"] == "global":
        rows: list[dict[str, object]] = [{"id": "vat", "tax": "vat", "rate": rate}]
    else:
        rows = [{"id": f"vat-{n}", "tax": "vat", "rate": rate, "items": [f"line-{n}"], "category": f"C{n}"} for n, _ in enumerate(inputs["gross_lines"], 1)]
    book, order = money_lines(inputs["gross_lines"], taxes=rows, book={"prices_include_tax": True})
    return Case(book, [order], lambda quotes: {"net": net(quotes[0])})


def taxes_on_one_base(vector: Mapping) -> Case:
    """Two taxes on the same net amount, each rounded on its own."""
    inputs = vector["inputs"]
    rows = [{"id": f"tax-{n}", "tax": f"tax-{n}", "rate": percent(rate)} for n, rate in enumerate(inputs["rates_pct"], 1)]
    book, order = money_lines([inputs["net"]], taxes=rows)
    return Case(book, [order], lambda quotes: {"taxes": [row.amount for row in quotes[0].taxes], "total": quotes[0].totals.gross})
