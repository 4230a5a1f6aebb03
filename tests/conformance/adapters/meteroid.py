"""Meteroid: percentage coupons first, then amounts, each on what remains; discounts are distributed by largest remainder."""

from collections.abc import Mapping

from tests.conformance.adapters.common import cents, coupon_amounts, money_lines, number, one_quantity
from tests.conformance.cases import Case
from tests.conformance.language import percent


def per_unit(vector: Mapping) -> Case:
    """A unit price below the cent."""
    inputs = vector["inputs"]
    return one_quantity({"model": "per_unit", "unit_price": number(inputs["unit_price"])}, inputs["quantity"])


def coupons(vector: Mapping) -> Case:
    """Stages in the order in which the coupons are taken."""
    inputs = vector["inputs"]
    rates = {f"percent-{n}": percent(rate) for n, rate in enumerate(inputs["percent_coupons"], 1)}
    made = coupon_amounts([cents(amount) for amount in inputs["fixed_coupons_cents"]])
    made["discounts"] = {name: {"title": name, "coupon": name.upper(), "until": "2027-01-01", "percent_off": rate} for name, rate in rates.items()} | made[
        "discounts"
    ]
    made["discount_policy"] = [*rates, *made["discount_policy"]]
    made["coupons"] = [*map(str.upper, rates), *made["coupons"]]
    book, order = money_lines([cents(inputs["subtotal_cents"])], **made)
    return Case(book, [order], lambda quotes: {"discount_cents": quotes[0].totals.discount * 100})


def allocation(vector: Mapping) -> Case:
    """A coupon's amount, distributed over the lines."""
    inputs = vector["inputs"]
    book, order = money_lines([cents(line) for line in inputs["line_cents"]], **coupon_amounts([cents(inputs["discount_cents"])]))
    return Case(book, [order], lambda quotes: {"net_line_cents": [line.amount * 100 for line in quotes[0].lines]})


def tax(vector: Mapping) -> Case:
    """A customer's rate, the most specific region's, a compound tax, or the seller's own rate for consumers abroad.

    Where the tax of every line is asked for, each line has a category, because a tax is rounded once per category.
    """
    inputs, expected = vector["inputs"], vector["expected"]
    amounts = [cents(line) for line in inputs["line_cents"]] if "line_cents" in inputs else [number(inputs["amount"])]
    order_says: dict[str, object] = {}
    if "rates" in inputs:
        rows, more, order_says = _by_region(inputs)
    elif "taxes" in inputs:
        rows, more = _compound(inputs), {}
    elif "buyer" in inputs:
        rows, more = [{"tax": "vat", "rate": "19%", "when": {"country": inputs["buyer"], "business": False}}], {}
        order_says = {"attributes": {"country": inputs["buyer"], "business": False}}
    else:
        rate = percent(inputs["tax_percent"])
        rows = [{"tax": "vat", "rate": rate, "items": [f"line-{n}"], "category": f"C{n}"} for n, _ in enumerate(amounts, 1)]
        more = {}
    rows = [{"id": f"row-{n}"} | row for n, row in enumerate(rows, 1)]
    book, order = money_lines(amounts, taxes=rows, **more, **order_says)

    def read(quotes):
        totals = quotes[0].totals
        made = {"tax": totals.tax, "tax_cents": [row.amount * 100 for row in quotes[0].taxes], "total_cents": totals.gross * 100}
        return {key: made[key] for key in expected}

    return Case(book, [order], read)


def _by_region(inputs: Mapping) -> tuple[list, dict, dict]:
    """Country, then state: an entry that names the state too outranks one that names the country alone."""
    rows = []
    for region, rate in inputs["rates"].items():
        country, _, state = region.partition("-")
        rows.append({"tax": "sales", "rate": percent(rate), "when": {"country": country} | ({"state": region} if state else {})})
    states = [region for region in inputs["rates"] if "-" in region]
    attributes = {"state": {"title": "State", "source": "customer", "values": states}}
    place = {"country": inputs["region"][:2], "state": inputs["region"]}
    return rows, {"attributes_declared": attributes}, {"attributes": place}


def _compound(inputs: Mapping) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for tax_ in inputs["taxes"]:
        row = {"tax": tax_["name"].lower(), "rate": percent(tax_["percent"])}
        rows.append(row | ({"compound_on": [other["tax"] for other in rows]} if tax_.get("compound") else {}))
    return rows
