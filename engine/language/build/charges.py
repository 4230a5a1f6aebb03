"""Charges: what is written for one item becomes a charge model with its allowance, minimum, maximum and tiers.

Source: rule language, 3.5. The model is read from `model`; where it is not named, the keys of a charge that can only belong to
one model say it; tiers alone never do, for `graduated` and `volume` give different amounts.
"""

from decimal import Decimal
from typing import TypeVar

from engine.diagnostics import references, tiers
from engine.language.build.allowances import read_terms
from engine.language.build.chosen_tiers import check_bounds, read_bounds, read_tier_by, refuse_mapping
from engine.language.build.context import Build, Reported
from engine.language.build.items import CHARGE_KEYS, check_range
from engine.language.build.node import Node, Unreadable
from engine.model.book import Item
from engine.model.prices import Charge, ChargeBound, Flat, Graduated, Model, Package, Percentage, PerUnit, Tier, Volume
from engine.values.bounds import MOST_TIERS
from engine.values.exact import Number
from engine.values.money import is_currency

MODEL_KEYS = {
    "per_unit": frozenset({"unit_price"}),
    "flat": frozenset({"amount"}),
    "package": frozenset({"size", "price", "part_package"}),
    "graduated": frozenset({"tiers"}),
    "volume": frozenset({"tiers", "tier_by"}),
    "percentage": frozenset({"rate", "per_event"}),
}
ALL_MODEL_KEYS = frozenset().union(*MODEL_KEYS.values())
Exact = TypeVar("Exact", bound=Number)
_PRICED = ("tier_by", "unit_price", "amount", "price", "rate", "minimum", "maximum", "allowance")


def read_charge(build: Build, node: Node, item: Item) -> Charge:
    """One charge of `item`: a bare number (per unit), a percentage, or a mapping with its model."""
    if not node.is_mapping:
        return Charge(PerUnit(read_unit_price(build, node, item)), origin=node.origin())
    name = _model_of(build, node)
    model = _MODELS[name](build, node, item)
    own = {} if name == "percentage" else _bounds(build, node)
    own |= {f"net_{key}": value for key, value in _bounds(build, node, "net").items()}
    return Charge(
        model,
        allowance=build.read(node, "allowance", _allowance, item),
        terms=build.read(node, "allowance", read_terms),
        at_zero=node.word(Charge, "at_zero"),
        applies_to=_applies_to(build, node, item),
        origin=node.origin(),
        key_origins={key: each.origin() for key, each in node.entries() if key in _PRICED and (key == "tier_by" or not each.is_list)},
        **own,
    )


def _model_of(build: Build, node: Node) -> str:
    keys = {key for key, value in node.mapping.items() if value is not None} & ALL_MODEL_KEYS
    written = node.get("model")
    fitting = [name for name, own in MODEL_KEYS.items() if keys and keys <= own]
    if written is not None:
        name = written.choice(*MODEL_KEYS)
        alien = sorted(keys - MODEL_KEYS[name])
        if alien and node.file not in build.flawed:
            wanted = " and ".join(f"`{key}`" for key in sorted(MODEL_KEYS[name]))
            raise build.refuse(
                references.MODEL_UNCLEAR,
                f"`{alien[0]}` does not belong to a charge of model `{name}`",
                node.at(alien[0]).key_span(),
                path=node.at(alien[0]).dotted(),
                help=f"a `{name}` charge has {wanted}",
            )
        return name
    if len(fitting) == 1:
        return fitting[0]
    if "tiers" in keys:
        message, remedy = (
            "tiers without `model` can be read two ways",
            "write `model: graduated` (each unit at its own tier's price) or `model: volume` (all at one)",
        )
    else:
        message = "the keys of this charge belong to no one model"
        remedy = "write a number, or `model:` with `per_unit`, `flat`, `package`, `graduated`, `volume` or `percentage`"
    if node.file in build.flawed and written is None and node.mapping.keys() - CHARGE_KEYS:
        raise Reported()  # the shape check knows a key of it to be misspelt: most likely `model`
    raise build.refuse(references.MODEL_UNCLEAR, message, node.key_span(), path=node.dotted(), help=remedy)


def _applies_to(build: Build, node: Node, item: Item) -> str:
    chosen, written = node.word(Charge, "applies_to"), node.get("applies_to")
    if item.meter is None and written is not None:
        build.report(
            references.METER_MISMATCH,
            f"`applies_to` is about metered usage, but `{item.id}` has no meter",
            written,
            names=(item.id,),
            help=f"remove it, or give `{item.id}` a `meter`",
        )
    return chosen


def _bounds(build: Build, node: Node, of: str = "list") -> dict[str, Decimal]:
    """The minimum and maximum of each application, or of a line after its discounts (`of` "net": second version, 3.3)."""
    written = {key: bound for key in ("minimum", "maximum") if (bound := build.read(node, key, _bound)) is not None}
    said = {key: bound.amount for key, bound in written.items() if bound.of == of}
    check_range(build, said.get("minimum"), said.get("maximum"), node, ("minimum", "maximum"))
    return said


def _bound(build: Build, node: Node) -> ChargeBound:
    if not node.is_mapping:
        return ChargeBound(read_amount(build, node))
    return ChargeBound(read_amount(build, node.need("amount")), node.word(ChargeBound, "of"))


def read_amount(build: Build, node: Node) -> Decimal:
    """An amount of money that is not negative."""
    return not_negative(build, node.number(), node)


def read_unit_price(build: Build, node: Node, item: Item) -> Decimal:
    """A price per unit; a percentage where the item is counted in money."""
    if not node.is_percent():
        return read_amount(build, node)
    if not is_currency(item.unit):
        raise build.refuse(
            tiers.PERCENT_OF_WHAT,
            f"`{node.text()}` of what? `{item.id}` is counted in `{item.unit}`, not in money",
            node,
            help="write an amount such as `2.40`; for a lower price use a discount",
        )
    return not_negative(build, node.percent(), node)


def not_negative(build: Build, value: Exact, node: Node) -> Exact:
    """The value of the node, with a finding where it is below zero."""
    if value < 0 and node.file not in build.flawed:
        build.report(
            tiers.NEGATIVE_PRICE,
            f"`{node.text()}` is below zero",
            node,
            help="write a number that is not negative; to give money back use a discount",
        )
    return value


def _quantity(build: Build, node: Node, item: Item) -> Number:
    return not_negative(build, build.quantity_in(node, item.unit, f"item `{item.id}`"), node)


def _allowance(build: Build, node: Node, item: Item) -> Number:
    return _quantity(build, node.need("quantity") if node.is_mapping else node, item)


def _per_unit(build: Build, node: Node, item: Item) -> Model:
    return PerUnit(read_unit_price(build, node.need("unit_price"), item))


def _flat(build: Build, node: Node, item: Item) -> Model:
    return Flat(read_amount(build, node.need("amount")))


def read_package(build: Build, node: Node, item: Item) -> Package:
    """`{size, price, part_package}`; the size in the item's unit, above 0."""
    size = node.need("size")
    quantity = build.quantity_in(size, item.unit, f"item `{item.id}`")
    if quantity <= 0:
        build.report(tiers.NEGATIVE_PRICE, "a package holds nothing", size, help="write a size above 0")
    return Package(
        quantity,
        read_amount(build, node.need("price")),
        node.word(Package, "part_package"),
    )


def _percentage(build: Build, node: Node, item: Item) -> Model:
    if not is_currency(item.unit):
        raise build.refuse(
            tiers.PERCENT_OF_WHAT,
            f"a percentage of what? `{item.id}` is counted in `{item.unit}`, not in money",
            node.key_span(),
            path=node.dotted(),
            help=f"give `{item.id}` a currency as its `unit`, such as `unit: {build.currency}`",
        )
    return Percentage(
        not_negative(build, node.need("rate").percent(), node.at("rate")),
        per_event=build.read(node, "per_event", read_amount),
        **_bounds(build, node),
    )


def _graduated(build: Build, node: Node, item: Item) -> Model:
    return Graduated(read_tiers(build, node.need("tiers"), item))


def _volume(build: Build, node: Node, item: Item) -> Model:
    by = build.read(node, "tier_by", read_tier_by) or ()
    return Volume(read_tiers(build, node.need("tiers"), item, by), by)


_MODELS = {
    "per_unit": _per_unit,
    "flat": _flat,
    "package": read_package,
    "graduated": _graduated,
    "volume": _volume,
    "percentage": _percentage,
}


def read_tiers(build: Build, node: Node, item: Item, by: tuple[str, ...] = ()) -> tuple[Tier, ...]:
    """The tiers, top to bottom; bounds rise and the last is open. `by` names what else chooses the tier. Source: rule language, 3.5."""
    nodes = list(node.elements(MOST_TIERS))
    if not nodes:
        raise Unreadable(node, "at least one tier, such as `- {unit_price: 2.40}`")
    made = build.each(_read_tier, nodes, item, by)
    if not made:
        raise Reported()
    if len(made) == len(nodes):
        check = check_bounds if by else _check_tiers
        check(build, made, nodes)
    return made


def _read_tier(build: Build, node: Node, item: Item, by: tuple[str, ...]) -> Tier:
    ends = [key for key in ("up_to", "below") if node.get(key) is not None]
    prices = [key for key in ("unit_price", "package", "flat") if node.get(key) is not None]
    if len(ends) == 2 or {"unit_price", "package"} <= set(prices) or not prices:
        _report_unclear(build, node, ends, prices)
    if ends and not by:
        refuse_mapping(build, node.at(ends[0]))
    return Tier(
        bound=build.read(node, ends[0], _quantity, item) if ends and not by else None,
        bounds=read_bounds(build, node.at(ends[0]) if ends else None, by) if by else (),
        includes_bound="below" not in ends,
        unit_price=build.read(node, "unit_price", read_unit_price, item),
        package=build.read(node, "package", read_package, item),
        flat=build.read(node, "flat", read_amount),
        origin=node.origin(),
        price_origin=(node.at(prices[0]) if prices else node).origin(),
    )


def _report_unclear(build: Build, node: Node, ends: list[str], prices: list[str]) -> None:
    if len(ends) == 2:
        message, remedy = (
            "a tier ends with `up_to` or with `below`, not with both",
            "keep `up_to` if the bound belongs to this tier, else `below`",
        )
    elif prices:
        message, remedy = "a tier has `unit_price` or `package`, not both", "keep the one that is charged"
    else:
        message, remedy = "a tier without a price", "write `unit_price`, `package` or `flat`; `unit_price: 0` where it is free"
    build.report(tiers.TIER_PRICE_UNCLEAR, message, node, help=remedy)


def _check_tiers(build: Build, made: tuple[Tier, ...], nodes: list[Node]) -> None:
    last = len(made) - 1
    for position, tier in enumerate(made):
        node = nodes[position]
        if tier.bound is None and position != last:
            build.report(
                tiers.OPEN_TIER_NOT_LAST,
                f"tier {position + 1} has no end, so the tiers below it are never reached",
                node,
                help="give it `up_to:`, or move it to the end",
            )
        elif tier.bound is not None and position == last:
            key = "up_to" if tier.includes_bound else "below"
            build.report(
                tiers.LAST_TIER_BOUNDED,
                f"the last tier ends at {node.at(key).text()}, so a larger quantity has no price",
                node.at(key),
                help="remove its bound, or add a tier without one below it",
            )
        before = made[position - 1] if position else tier
        earlier = before.bound if position else None
        # `below: 10` then `up_to: 10` is one point wide in `volume`, and so still rises.
        if earlier is not None and tier.bound is not None and (tier.bound, tier.includes_bound) <= (earlier, before.includes_bound):
            build.report(
                tiers.BOUNDS_NOT_RISING,
                f"tier {position + 1} ends at {tier.bound}, which is not above {earlier}, where tier {position} ends",
                node.at("up_to" if tier.includes_bound else "below"),
                labels=build.place_label(nodes[position - 1], f"tier {position} ends at {earlier}"),
                help="order the tiers by their bounds, lowest first",
            )
