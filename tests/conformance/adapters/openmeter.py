"""OpenMeter: bounds are inclusive, tiers continuous; a line of a split period bills G(before + q) - G(before)."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from tests.conformance.adapters.common import differences, money_lines, net, number, package, per_thousand, tiered, which_tier
from tests.conformance.cases import Case
from tests.conformance.language import TO_THE_CENT, TO_THE_LAST_DIGIT, percent, usage_book, usage_order

LINE_MODES = {"line": {"title": "Which line of a split period", "source": "order", "values": ["first", "mid", "last"]}}


def rated(vector: Mapping) -> Case:
    """Any of its rating tests: one line, a line after prior usage, or phases that book the difference of re-rated totals.

    A minimum spend is due with the last line of a period only, so the price that has it is for `line: last`.
    """
    inputs = vector["inputs"]
    if "package_size" in inputs and "packages" in vector["expected"]:
        return _package_count(inputs)
    if "tier_index" in vector["expected"]:
        return which_tier("volume", inputs["tiers"], inputs["quantity"])
    dynamic = inputs.get("model") == "dynamic"
    charge = _charge(inputs, vector["kind"])
    final = charge | {"minimum": number(inputs["min_spend"]), "at_zero": "bill"} if "min_spend" in inputs else charge
    book = usage_book(
        {"thing": charge},
        units={"thing": "USD"} if dynamic else None,
        rounding=TO_THE_CENT if dynamic else TO_THE_LAST_DIGIT,
        when=[({"line": "last"}, {"thing": final})],
        attributes=LINE_MODES,
    )
    return _phases(book, inputs) if "phases" in inputs else _line(book, inputs)


def _charge(inputs: Mapping, kind: str) -> dict[str, object]:
    model = inputs.get("model", kind)
    if model in ("graduated", "volume"):
        # Its first line charges the first tier's flat for nothing used, but not beside a unit price (that line is 0 units).
        charge = tiered(model, inputs["tiers"], "bill" if inputs["tiers"][0].get("unit_price") is None else "skip")
    elif model == "package":
        charge = package(inputs["package_size"], inputs["package_price"])
    elif model == "dynamic":
        charge = {"model": "per_unit", "unit_price": percent(number(inputs["multiplier"]) * 100)}
    else:
        charge = per_thousand(inputs)
    if "max_spend" in inputs:
        charge["maximum"] = number(inputs["max_spend"])
    if "usage_discount_quantity" in inputs:
        charge["allowance"] = number(inputs["usage_discount_quantity"])
    return charge


def _line(book: dict, inputs: Mapping) -> Case:
    line = "mid" if inputs.get("line_mode") == "mid_period_split" else "last"
    before = number(inputs.get("prior_quantity", 0))
    orders = [usage_order({"thing": before + number(inputs["quantity"])}, attributes={"line": line})]
    if before:
        orders.insert(0, usage_order({"thing": before}, attributes={"line": "mid"}))
    return Case(book, orders, lambda quotes: {"amount": differences(quotes)[-1]})


def _phases(book: dict, inputs: Mapping) -> Case:
    totals = [number(phase["cumulative_quantity"]) for phase in inputs["phases"]]
    lines = ["mid"] * (len(totals) - 1) + ["last"]
    orders = [usage_order({"thing": total}, attributes={"line": line}) for total, line in zip(totals, lines, strict=True)]
    return Case(book, orders, lambda quotes: {"phase_amounts": differences(quotes)})


def _package_count(inputs: Mapping) -> Case:
    charge = package(inputs["package_size"], inputs["package_price"])
    price = Fraction(inputs["package_price"])
    return Case(
        usage_book({"thing": charge}),
        [usage_order({"thing": number(inputs["quantity"])})],
        lambda quotes: {"packages": net(quotes[0]) / price},
    )


def flat(vector: Mapping) -> Case:
    """A flat price is due once a period: with its first line in advance, with its last in arrears."""
    inputs = vector["inputs"]
    due = {"model": "flat", "amount": number(inputs["amount"]), "at_zero": "bill"}
    when = {"in_advance": "first", "in_arrears": "last"}[inputs["payment_term"]]
    book = usage_book({"thing": due | {"amount": Decimal(0)}}, when=[({"line": when}, {"thing": due})], attributes=LINE_MODES)
    line = {"mid_period_split": "mid", "last_in_period_split": "last"}[inputs["line_mode"]]
    order = usage_order({"thing": number(inputs["quantity"])}, attributes={"line": line})
    return Case(book, [order], lambda quotes: {"amount": net(quotes[0])})


CONVERTED = {
    "ceiling": [{"at": "quantity", "places": 0, "mode": "up"}],
    "half_up": [{"at": "quantity", "places": 0, "mode": "half-up"}],
    "none": [],
}


def _converted(factor: object, rounding: str, charge: Mapping) -> dict[str, object]:
    return usage_book(
        {"thing": charge},
        units={"thing": "block"},
        units_declared={"call": {"title": "call"}, "block": f"{factor} call"},
        rounding=[*CONVERTED[rounding], TO_THE_LAST_DIGIT],
    )


def converted_discount(vector: Mapping) -> Case:
    """Convert, round, then take the free quantity off: the unit's factor, `rounding at: quantity`, `allowance`."""
    inputs = vector["inputs"]
    convert = inputs["convert"]
    charge = {
        "model": "per_unit",
        "unit_price": number(inputs["unit_price"]),
        "allowance": number(inputs["usage_discount_quantity"]),
    }
    order = usage_order({"thing": f"{inputs['quantity']} call"})
    return Case(_converted(convert["factor"], convert["rounding"], charge), [order], lambda quotes: {"amount": net(quotes[0])})


def conversion(vector: Mapping) -> Case:
    """The quantity that is billed, as the quote's line says it."""
    inputs = vector["inputs"]
    book = _converted(inputs["factor"], inputs["rounding"], {"model": "per_unit", "unit_price": Decimal(1)})
    order = usage_order({"thing": f"{inputs['quantity']} call"})
    return Case(book, [order], lambda quotes: {"billed_quantity": quotes[0].lines[0].quantity})


def rounding(vector: Mapping) -> Case:
    """An amount rounded to the currency's decimals; credits are no ISO currency, their four decimals are named."""
    inputs = vector["inputs"]
    iso = inputs["currency"] in ("USD", "JPY")
    book, order = money_lines(
        [inputs["amount"]],
        currency=inputs["currency"] if iso else "USD",
        rounding=TO_THE_CENT if iso else TO_THE_CENT | {"places": inputs["precision"]},
    )
    return Case(book, [order], lambda quotes: {"amount": net(quotes[0])})


def allocation(vector: Mapping) -> Case:
    """A coupon's amount is allocated to lines that cost what the weights say (large enough that no share is capped).

    A tie goes to the first line of the order, so a tie broken by key is an order whose lines stand by key. Shares of 0 are left
    out.
    """
    inputs = vector["inputs"]
    weights = {row["key"]: number(row["weight"]) for row in inputs["weights"]}
    keys = sorted(weights) if inputs["tie_break"] == "key" else list(weights)
    book, order = money_lines(
        [weights[key] * 1000000 for key in keys],
        discounts={
            "shared": {
                "title": "Shared",
                "coupon": "SHARED",
                "amount_off": {"USD": number(inputs["amount"])},
                "until": "2027-01-01",
            }
        },
        discount_policy=["shared"],
        coupons=["SHARED"],
    )

    def read(quotes):
        shares = zip(keys, (line.discount_amount for line in quotes[0].lines), strict=True)
        return {"shares": {key: share for key, share in shares if share}}

    return Case(book, [order], read)
