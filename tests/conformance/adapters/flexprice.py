"""Flexprice: graduated tiers are called slabs; nothing used costs nothing; lines are rounded half away from zero."""

from collections.abc import Mapping
from fractions import Fraction

from tests.conformance.adapters.common import (
    coupon_amounts,
    each_on_its_own,
    money_lines,
    net,
    number,
    one_quantity,
    package,
    tiered,
    with_and_without,
)
from tests.conformance.cases import Case
from tests.conformance.language import TO_THE_CENT, percent

PART_PACKAGES = {"up": "whole", "down": "drop"}


def _buckets_or_quantity(inputs: Mapping, charge: object) -> Case:
    """Each time bucket is rated on its own, then summed: a line for each."""
    if "bucket_quantities" in inputs:
        return each_on_its_own(charge, inputs["bucket_quantities"])
    return one_quantity(charge, inputs["quantity"])


def graduated(vector: Mapping) -> Case:
    """Slabs; no flat at zero."""
    return _buckets_or_quantity(vector["inputs"], tiered("graduated", vector["inputs"]["tiers"]))


def volume(vector: Mapping) -> Case:
    """All units at the tier reached."""
    return _buckets_or_quantity(vector["inputs"], tiered("volume", vector["inputs"]["tiers"]))


def packages(vector: Mapping) -> Case:
    """Part packages up (whole) or down (drop); the effective unit price is the amount for one unit."""
    inputs = vector["inputs"]
    part = PART_PACKAGES[inputs.get("rounding", "up")]
    case = _buckets_or_quantity(inputs, package(inputs["package_size"], inputs["package_price"], part))

    def read(quotes):
        amount = net(quotes[0])
        made = {"amount": amount, "packages": amount / Fraction(inputs["package_price"])}
        return {key: value for key, value in (made | _effective(inputs, amount)).items() if key in vector["expected"]}

    return Case(case.book, case.orders, read)


def _effective(inputs: Mapping, amount) -> dict[str, object]:
    return {"effective_unit_price": amount / inputs["quantity"]} if inputs.get("quantity") else {}


def per_unit(vector: Mapping) -> Case:
    """A unit price in the currency of the case, rounded at the line."""
    inputs = vector["inputs"]
    charge = {"model": "per_unit", "unit_price": number(inputs["unit_price"])}
    if "currency" in inputs:
        return one_quantity(charge, inputs["quantity"], currency=inputs["currency"], rounding=TO_THE_CENT)
    return _buckets_or_quantity(inputs, charge)


def minimum(vector: Mapping) -> Case:
    """True-up of a commitment on the rounded usage; a window's overage at a multiple is the second tier of a charge."""
    inputs = vector["inputs"]
    if "window_quantities" in inputs:
        price, commitment = number(inputs["unit_price"]), number(inputs["commitment_per_window"])
        steps = [{"up_to": commitment / price, "unit_price": price}, {"unit_price": price * number(inputs["overage_factor"])}]
        charge = {"model": "graduated", "tiers": steps, "minimum": commitment}
        return each_on_its_own(charge, inputs["window_quantities"])
    return with_and_without({"model": "per_unit", "unit_price": "100%"}, number(inputs["commitment"]), number(inputs["used"]), "USD")


def rounding(vector: Mapping) -> Case:
    """Each line is rounded half away from zero at the currency's decimals, then added."""
    inputs = vector["inputs"]
    name = "subtotal" if "line_amounts" in inputs else "amount"
    book, order = money_lines(inputs.get("line_amounts") or [inputs["amount"]], currency=inputs["currency"])
    return Case(book, [order], lambda quotes: {name: net(quotes[0])})


def tax(vector: Mapping) -> Case:
    """A tax on the amount; several taxes are rounded one by one; a discount comes off first."""
    inputs = vector["inputs"]
    rates = inputs.get("tax_percents") or [inputs["tax_percent"]]
    rows = [{"id": f"tax-{n}", "tax": f"tax-{n}", "rate": percent(rate)} for n, rate in enumerate(rates, 1)]
    less = coupon_amounts([number(inputs["discount"])]) if "discount" in inputs else {}
    amount = inputs.get("taxable_amount") or inputs["subtotal"]
    book, order = money_lines([amount], currency=inputs.get("currency", "USD"), taxes=rows, **less)

    def read(quotes):
        totals = quotes[0].totals
        made = {
            "tax": totals.tax,
            "total_tax": totals.tax,
            "total": totals.gross,
            "taxes": [row.amount for row in quotes[0].taxes],
        }
        return {key: made[key] for key in vector["expected"]}

    return Case(book, [order], read)
