"""Tiers that other quantities choose: `tier_by`, and bounds that name each of them. Source: rule language, second version, 3.1."""

from collections.abc import Mapping

from engine.diagnostics import tiers
from engine.language.build.context import Build, Reported
from engine.language.build.node import Node
from engine.model.book import BillingMode, Item, ModeItem
from engine.model.prices import Charge, PriceEntry, Tier
from engine.values.exact import Number
from engine.values.spans import Origin

Bounds = tuple[Number | None, ...]


def read_tier_by(build: Build, node: Node) -> tuple[str, ...]:
    """The items, or attributes of each record, that choose the tier, each once. A name of both is the item's."""
    return tuple(dict.fromkeys(_named(build, each) for each in node.one_or_more()))


def _named(build: Build, node: Node) -> str:
    name = node.text()
    if name not in build.known("items") and name in build.attributes:
        build.used.add(("attributes", name))
        return name
    return build.refer(node, "items", "item")


def read_bounds(build: Build, node: Node | None, by: tuple[str, ...]) -> Bounds:
    """The bounds of a tier, one for each name in `by`; where that is one name, the bound may stand alone."""
    if node is None:
        return (None,) * len(by)
    if not node.is_mapping and len(by) > 1:
        message = f"`{node.text()}` does not say of what it is the bound: the tier is chosen by {' and '.join(f'`{name}`' for name in by)}"
        remedy = f"name each: `{{{', '.join(f'{name}: {node.text()}' for name in by)}}}`"
        raise build.refuse(tiers.TIER_BY, message, node, names=by, help=remedy)
    written = dict(node.entries()) if node.is_mapping else {by[0]: node}
    for name in written.keys() - set(by):
        message = f"`{name}` does not choose the tier, so it has no bound"
        raise build.refuse(tiers.TIER_BY, message, written[name].key_span(), path=written[name].dotted(), names=(name,), **build.meant(name, by, "item"))
    return tuple(_bound(build, written[name], name) if name in written else None for name in by)


def _bound(build: Build, node: Node, name: str) -> Number:
    item = build.items.get(name)
    if item is None and name in build.known("items"):
        raise Reported()
    value = build.quantity_in(node, item.unit, f"item `{name}`") if item is not None else node.number()
    if value < 0:
        build.report(tiers.NEGATIVE_PRICE, f"`{node.text()}` is below zero", node, help="write a number that is not negative")
    return value


def refuse_mapping(build: Build, node: Node) -> None:
    """Refuses bounds by name where nothing but the charge's own quantity chooses the tier."""
    if node.is_mapping:
        message = "bounds by name are for a tier that other items choose"
        raise build.refuse(tiers.TIER_BY, message, node, help="write one quantity, or name the items: `model: volume`, `tier_by: [...]`")


def check_bounds(build: Build, made: tuple[Tier, ...], nodes: list[Node]) -> None:
    """Reports a tier that all within its bounds never reaches, because an earlier one holds it; and a last tier that has an end."""
    last = len(made) - 1
    for position, tier in enumerate(made):
        node = nodes[position]
        ended = any(bound is not None for bound in tier.bounds)
        at = node.get("up_to") or node.get("below") or node
        if position == last and ended:
            message = "the last tier has an end, so larger quantities have no price"
            build.report(tiers.LAST_TIER_BOUNDED, message, at, help="remove its bound, or add a tier without one below it")
        elif position != last and not ended:
            message = f"tier {position + 1} has no end, so the tiers below it are never reached"
            build.report(tiers.OPEN_TIER_NOT_LAST, message, node, help="give it `up_to:`, or move it to the end")
        holder = next((number for number, other in enumerate(made[:position]) if ended and _holds(other, tier)), None)
        if holder is not None:
            message = f"tier {position + 1} is never reached: all that lies within its bounds lies within those of tier {holder + 1}"
            labels = build.place_label(nodes[holder], f"tier {holder + 1}")
            build.report(tiers.BOUNDS_NOT_RISING, message, at, labels=labels, help="order the tiers by their bounds, lowest first")


def _holds(one: Tier, other: Tier) -> bool:
    """Whether everything within the bounds of the other tier lies within those of the one."""
    edges = zip(one.bounds, other.bounds, strict=True)
    return all(mine is None or (bound is not None and (bound, other.includes_bound) <= (mine, one.includes_bound)) for mine, bound in edges)


def check_tier_by(build: Build, mode: BillingMode | None, item: Item, sold: ModeItem, charge: Charge, node: Node) -> None:
    """Reports a tier that cannot be chosen so in the mode: what chooses it is metered and billed by the same periods."""
    if not charge.tier_by or mode is None:
        return
    at = node.at("tier_by")
    if charge.tier_by == (item.id,):
        message = f"`{item.id}` chooses its own tier, as it does without `tier_by`"
        build.report(tiers.TIER_BY, message, at, names=(item.id,), help="leave `tier_by` out, or name another item")
        return
    offered, period = build.sold_in(mode), mode.invoiced or sold.cycle
    for name in charge.tier_by:
        if name not in build.known("items"):
            _check_number(build, item, charge, name, at)
    for name in (item.id, *charge.tier_by):
        other, place = build.items.get(name), offered.get(name)
        if other is None:
            continue
        if place is None:
            why, remedy = f"`{mode.id}` does not sell `{name}`", f"add `{name}: optional` to the items of `{mode.id}`, or name an item that it sells"
        elif other.meter is None or place.payment != "postpaid":
            why, remedy = f"`{name}` is not billed by its use in `{mode.id}`", f"give `{name}` a `meter` and bill it by its use, or name an item that has one"
        elif (mode.invoiced or place.cycle) != period:
            why = f"`{mode.id}` bills `{item.id}` by the {period} and `{name}` by the {mode.invoiced or place.cycle}"
            remedy = "bill both by the same period: give them the same `cycle`, or the mode an `invoiced`"
        else:
            continue
        build.report(tiers.TIER_BY, f"the tier of `{item.id}` is chosen by use in the same billing period, and {why}", at, names=(name, mode.id), help=remedy)


def _check_number(build: Build, item: Item, charge: Charge, name: str, at: Node) -> None:
    """Reports an attribute that is no number of each record."""
    attribute = build.attributes[name]
    if attribute.source != "usage" or attribute.kind != "number":
        message = f"attribute `{name}` is no number of a record of usage, so it cannot choose a tier"
        build.report(
            tiers.TIER_BY, message, at, names=(name,), help=f"declare it with `source: usage` and `kind: number`, or name an item: `tier_by: {item.id}`"
        )
    elif charge.applies_to != "each-record":
        message = f"`{name}` is a number of each record, and the charge is not on each of them"
        build.report(tiers.TIER_BY, message, at, names=(name,), help="write `applies_to: each-record`, or name an item")


def check_circles(build: Build, prices: tuple[PriceEntry, ...]) -> None:
    """Reports items each of which chooses the tier of the other, in one billing mode."""
    chosen_by: dict[tuple[str, str], dict[str, Origin]] = {}
    for entry in prices:
        for charge in entry.charges:
            for name in charge.tier_by:
                if name != entry.item:
                    chosen_by.setdefault((entry.billing_mode, entry.item), {}).setdefault(name, charge.place_of("tier_by"))
    told: set[frozenset[str]] = set()
    for (mode, item), names in chosen_by.items():
        for name, origin in names.items():
            circle = _way(chosen_by, mode, name, item)
            if circle and frozenset(circle) not in told:
                told.add(frozenset(circle))
                round_ = " by ".join(f"`{each}`" for each in (item, *circle))
                message = f"tiers are chosen in a circle: {round_}"
                remedy = "let one of them have tiers of its own quantity: leave its `tier_by` out"
                build.report(tiers.TIER_BY_CIRCLE, message, build.places.nearest(origin), path=".".join(map(str, origin.path)), names=circle, help=remedy)


def _way(chosen_by: Mapping[tuple[str, str], Mapping[str, Origin]], mode: str, start: str, end: str) -> tuple[str, ...]:
    """The items from one to the other, each chosen by the next; none where there is no way."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = {start}
    for way in ways:
        if way[-1] == end:
            return way
        for name in chosen_by.get((mode, way[-1]), {}):
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return ()
