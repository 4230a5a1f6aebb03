"""Charges and readings that several systems share."""

import itertools
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from engine.model.quotes import Quote
from tests.conformance.cases import Case
from tests.conformance.language import TO_THE_CENT, number, percent, usage_book, usage_order


def tiers(rows: Sequence[Mapping], money: bool = False) -> list[dict[str, object]]:
    """Tiers of the language: the last is open, its bound (where a system writes one) only says what may be ordered.

    With `money` the quantity is an amount of money and prices are percentages of it (`rate_percent`).
    """
    made = []
    for position, row in enumerate(rows):
        tier: dict[str, object] = {} if position == len(rows) - 1 else {"up_to": number(row["up_to"])}
        if money:
            tier["unit_price"] = percent(row["rate_percent"])
        elif row.get("unit_price") is not None:
            tier["unit_price"] = number(row["unit_price"])
        if row.get("flat_price") is not None:
            tier["flat"] = number(row["flat_price"])
        made.append(tier)
    return made


def tiered(kind: str, rows: Sequence[Mapping], at_zero: str = "skip") -> dict[str, object]:
    """A graduated or volume charge; `at_zero: bill` where the system charges the first tier's flat for nothing used."""
    return {"model": kind, "tiers": tiers(rows)} | ({"at_zero": "bill"} if at_zero == "bill" else {})


def package(size: object, price: object, part: str = "whole", free: object = None) -> dict[str, object]:
    """A charge per package."""
    charge = {"model": "package", "size": number(size), "price": number(price), "part_package": part}
    return charge | ({"allowance": number(free)} if free else {})


def per_thousand(inputs: Mapping, free: object = None) -> dict[str, object]:
    """A price for N units of which parts are charged in proportion, as clouds print them."""
    if str(inputs.get("per", 1)) != "1":
        return package(inputs["per"], inputs["unit_price"], "proportional", free)
    charge = {"model": "per_unit", "unit_price": number(inputs["unit_price"])}
    return charge | ({"allowance": number(free)} if free else {})


def net(quote: Quote) -> Fraction:
    """The total before tax."""
    return Fraction(quote.totals.net)


def differences(quotes: Sequence[Quote]) -> list[Fraction]:
    """What each further part costs when the whole is priced again: G(b) - G(a)."""
    totals = [Fraction(0), *map(net, quotes)]
    return [after - before for before, after in itertools.pairwise(totals)]


def one_quantity(charge: object, quantity: object, **book: object) -> Case:
    """One quantity of one thing; the amount is the total."""
    return Case(
        usage_book({"thing": charge}, **book),
        [usage_order({"thing": number(quantity)})],
        lambda quotes: {"amount": net(quotes[0])},
    )


def each_on_its_own(charge: object, quantities: Sequence[object], **book: object) -> Case:
    """Time buckets or transactions that are rated one by one: an item each, all at the same price."""
    names = [f"thing-{position}" for position in range(1, len(quantities) + 1)]
    order = usage_order({name: {"quantity": number(quantity)} for name, quantity in zip(names, quantities, strict=True)})
    if units := book.pop("units", None):
        book["units"] = dict.fromkeys(names, units["thing"])
    return Case(usage_book(dict.fromkeys(names, charge), **book), [order], lambda quotes: {"amount": net(quotes[0])})


def further_part(charge: object, before: object, quantity: object, **book: object) -> Case:
    """What `quantity` costs on top of what was billed before: the difference of two quotes."""
    orders = [usage_order({"thing": total}) for total in (number(before), number(before) + number(quantity))]
    return Case(usage_book({"thing": charge}, **book), orders, lambda quotes: {"amount": differences(quotes)[-1]})


def which_tier(kind: str, rows: Sequence[Mapping], quantity: object) -> Case:
    """The position of the tier that prices a quantity: tier n costs n, whatever the quantity."""
    numbered = [{"up_to": row["up_to"], "flat_price": position + 1} for position, row in enumerate(rows)]
    charge = tiered(kind, numbered, "bill")
    return Case(
        usage_book({"thing": charge}),
        [usage_order({"thing": number(quantity)})],
        lambda quotes: {"tier_index": net(quotes[0]) - 1},
    )


def money_lines(amounts: Sequence[object], **more: object) -> tuple[dict[str, object], dict[str, object]]:
    """A book and an order with one line for each amount; a line's price is its amount."""
    charges = {f"line-{position}": {"model": "flat", "amount": number(amount), "at_zero": "bill"} for position, amount in enumerate(amounts, 1)}
    order = {key: more.pop(key) for key in ("coupons", "attributes") if key in more}
    if "attributes_declared" in more:
        more["attributes"] = more.pop("attributes_declared")
    more.setdefault("rounding", TO_THE_CENT)
    return usage_book(charges, **more), usage_order({item: Decimal(1) for item in charges}, **order)


def cents(value: object) -> Decimal:
    """An amount given in cents, in units of the currency."""
    return number(value).scaleb(-2)


def coupon_amounts(amounts: list, until: str = "2027-01-01") -> dict[str, object]:
    """Discounts and their policy, for coupons with an amount in the order in which they are used up."""
    named = {f"coupon-{position}": amount for position, amount in enumerate(amounts, 1)}
    return {
        "discounts": {name: {"title": name, "coupon": name.upper(), "until": until, "amount_off": {"USD": amount}} for name, amount in named.items()},
        "discount_policy": list(named),
        "coupons": [name.upper() for name in named],
    }


COMMITMENT = {"commitment": {"title": "Whether the minimum is asked for", "source": "order", "values": ["with"]}}


def with_and_without(charge: Mapping, minimum: Decimal, quantity: Decimal, unit: str, **book: object) -> Case:
    """What a minimum adds: the same usage priced with and without it."""
    full = usage_book(
        {"thing": charge},
        units={"thing": unit},
        when=[({"commitment": "with"}, {"thing": dict(charge) | {"minimum": minimum}})],
        attributes=COMMITMENT,
        rounding=TO_THE_CENT,
        **book,
    )
    orders = [usage_order({"thing": quantity}), usage_order({"thing": quantity}, attributes={"commitment": "with"})]
    return Case(full, orders, lambda quotes: {"true_up": differences(quotes)[-1]})
