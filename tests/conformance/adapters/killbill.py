"""Kill Bill: tiers are blocks of units, their bounds counted in blocks; capacity costs the highest tier any metric needs."""

from collections.abc import Mapping
from decimal import Decimal

from tests.conformance.adapters.common import differences, net, number
from tests.conformance.cases import Case
from tests.conformance.language import usage_book, usage_order


def _bounds(rows: list) -> list[Decimal]:
    bounds, bound = [], Decimal(0)
    for row in rows:
        bound += row["block_size"] * row["max_blocks"]
        bounds.append(bound)
    return bounds


def consumable(vector: Mapping) -> Case:
    """ALL_TIERS is graduated, TOP_TIER volume; a tier's price is per started block (`package`), the last tier is open.

    The amount of one tier is what its bound adds to the total: the difference of two quotes.
    """
    inputs = vector["inputs"]
    rows, quantity = inputs["tiers"], number(inputs["quantity"])
    bounds = _bounds(rows)
    made = [
        ({} if position == len(rows) - 1 else {"up_to": bounds[position]})
        | {"package": {"size": number(row["block_size"]), "price": number(row["price_per_block"])}}
        for position, row in enumerate(rows)
    ]
    model = {"ALL_TIERS": "graduated", "TOP_TIER": "volume"}[inputs["policy"]]
    asked = [bound for bound in bounds[:-1] if bound < quantity] if "tier_amounts" in vector["expected"] else []
    orders = [usage_order({"thing": amount}) for amount in [*asked, quantity]]

    def read(quotes):
        tiers = {"tier_amounts": differences(quotes)} if "tier_amounts" in vector["expected"] else {}
        return tiers | {"amount": net(quotes[-1])}

    return Case(usage_book({"thing": {"model": model, "tiers": made}}), orders, read)


def capacity(vector: Mapping) -> Case:
    """The first tier within whose limits all metrics lie; it stands with the first one used, the others cost nothing."""
    inputs = vector["inputs"]
    units = [*inputs["tiers"][0]["limits"]]
    first = next(iter(inputs["usage"]))
    *rows, last = inputs["tiers"]
    tiers = [{"up_to": {unit: number(row["limits"][unit]) for unit in units}, "flat": number(row["price"])} for row in rows]
    charges = dict.fromkeys(units, Decimal(0)) | {first: {"tier_by": units, "tiers": [*tiers, {"flat": number(last["price"])}]}}
    order = usage_order({unit: number(used) for unit, used in inputs["usage"].items()})
    return Case(usage_book(charges), [order], lambda quotes: {"amount": net(quotes[0]) - inputs.get("prior_billed", 0)})
