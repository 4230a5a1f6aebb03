"""The sections `items` and `limits`: what is sold, its ladder of specs, what it provides and how its usage is metered."""

from engine.diagnostics import references, tiers
from engine.language.build.conditions import check_attribute
from engine.language.build.context import Build
from engine.language.build.list_amounts import is_on_amounts, read_list_amounts
from engine.language.build.node import Node
from engine.language.build.sections import check_ids
from engine.language.build.units import add_currency, find_resource
from engine.model.book import Item, Limit, Meter, Provision, QuantityRule, Spec
from engine.values.exact import Number

CHARGE_KEYS = frozenset(
    "model unit_price amount size price part_package tiers tier_by rate per_event minimum maximum allowance at_zero applies_to per "
    "up_to below flat package withdrawn title description reference".split()
)
"""The keys of a charge: no spec may have such a name (rule language, 3.5)."""


def read_items(build: Build, parts: dict[str, Node]) -> dict[str, Item]:
    """Every item that can be built; the groups they name are in `build.groups`."""
    items = {}
    for name, node in parts.items():
        item = build.attempt(_read_item, name, node)
        if item is not None:
            items[name] = item
    return items


def read_groups(parts: dict[str, Node]) -> dict[str, tuple[str, ...]]:
    """Group -> its items in the order of the files, also of items that have mistakes elsewhere."""
    groups: dict[str, list[str]] = {}
    for name, node in parts.items():
        group = node.mapping.get("group")
        if isinstance(group, str):
            groups.setdefault(group, []).append(name)
    return {group: tuple(names) for group, names in groups.items()}


def _read_item(build: Build, name: str, node: Node) -> Item:
    unit = build.unit_of(node.need("unit"))
    add_currency(build, unit)
    on_amounts = is_on_amounts(node)
    return Item(
        name,
        unit,
        title=build.text_of(node.need("title")),
        description=build.text_of(node.get("description")),
        group=node.read("group", Node.text),
        specs=build.read(node, "specs", _read_specs) or (),
        quantity=build.attempt_at(node, "quantity", read_quantity_rule, unit, name) or QuantityRule(),
        provides=read_provisions(build, node.get("provides")),
        meter=build.attempt_at(node, "meter", read_meter, unit) if not on_amounts else None,
        covered_by=node.read("covered_by", lambda each: find_resource(build, each.text(), each).id),
        origin=node.origin(),
        list_amounts=read_list_amounts(build, node, unit) if on_amounts else None,
    )


def _read_specs(build: Build, node: Node) -> tuple[Spec, ...]:
    specs = []
    check_ids(build, dict(node.entries()))
    for name, each in node.entries():
        if name in CHARGE_KEYS:
            build.report(
                references.SPEC_NAMED_AS_CHARGE_KEY,
                f"a spec cannot be called `{name}`: that is a key of a charge",
                each.key_span(),
                path=each.dotted(),
                names=(name,),
                help=f"call it `{name}-spec`, or another name that says what it is",
            )
        spec = build.attempt(_read_spec, name, each)
        if spec is not None:
            specs.append(spec)
    return tuple(specs)


def _read_spec(build: Build, name: str, node: Node) -> Spec:
    return Spec(
        name,
        title=build.text_of(node.get("title")),
        description=build.text_of(node.get("description")),
        provides=read_provisions(build, node.get("provides")),
        origin=node.origin(),
    )


def read_provisions(build: Build, node: Node | None) -> tuple[Provision, ...]:
    """What one unit (or one spec) provides: `{users: 10, storage: 100 GB, traffic: {quantity: 100 GB, every: month}}`."""
    return build.each(_read_provision, node.entries()) if node is not None else ()


def _read_provision(build: Build, entry: tuple[str, Node]) -> Provision:
    name, node = entry
    span_node = node
    resource = find_resource(build, name, span_node)
    amount, every = (node.need("quantity"), node.word_or_none(Provision, "every")) if node.is_mapping else (node, None)
    quantity = build.quantity_in(amount, resource.unit, f"resource `{name}`")
    _not_negative(build, quantity, amount)
    return Provision(name, quantity, every)


def read_quantity_rule(build: Build, node: Node, unit: str, item: str) -> QuantityRule:
    """What may be ordered: `{min, max, step}` in the item's unit. Source: rule language, 3.10, Quantity."""
    said = {key: build.quantity_in(node.at(key), unit, f"item `{item}`") for key in ("min", "max", "step") if node.get(key) is not None}
    for key, value in said.items():
        _not_negative(build, value, node.at(key))
    check_range(build, said.get("min"), said.get("max"), node)
    if said.get("step") == 0:
        build.report(tiers.NEGATIVE_PRICE, "`step` is 0, so nothing could be ordered", node.at("step"), help="write a step above 0")
    return QuantityRule(said.get("min"), said.get("max"), said.get("step"), node.origin())


def check_range(build: Build, low: Number | None, high: Number | None, node: Node, keys: tuple[str, str] = ("min", "max")) -> None:
    """Reports a minimum above its maximum."""
    if low is not None and high is not None and low > high:
        build.report(
            tiers.MINIMUM_ABOVE_MAXIMUM,
            f"`{keys[0]}: {node.at(keys[0]).text()}` is above `{keys[1]}: {node.at(keys[1]).text()}`",
            node.at(keys[0]),
            labels=build.place_label(node.at(keys[1]), "the maximum"),
            help="lower the minimum or raise the maximum",
        )


def _not_negative(build: Build, value: Number, node: Node) -> None:
    if value < 0 and node.file not in build.flawed:
        build.report(tiers.NEGATIVE_PRICE, f"`{node.path[-1]}` is below zero", node, help="write a number that is not negative")


def read_meter(build: Build, node: Node, unit: str) -> Meter:
    """How usage records become quantities. Source: rule language, 3.4."""
    measured = build.read(node, "unit", Build.unit_of)
    if measured is not None and measured != unit and not build.units.convertible(measured, unit):
        build.report(
            references.UNIT_MISMATCH,
            f"the meter counts in `{measured}`, which does not convert to `{unit}`, the unit that is priced",
            node.at("unit"),
            names=(measured, unit),
            help=f"declare how many `{unit}` a `{measured}` is under `units`, or meter in `{unit}`",
        )
        measured = None
    inner, record = measured or unit, node.get("record")
    at_least, round_up = (record.get("at_least"), record.get("round_up")) if record is not None else (None, None)
    rounded = build.quantity_in(round_up, inner, "the meter") if round_up is not None else None
    if rounded == 0:
        build.report(tiers.NEGATIVE_PRICE, "`round_up` is 0, so there is nothing to round records up to", round_up, help="write a quantity above 0")
    if (of := node.get("of")) is not None and (of.is_mapping or of.is_list):
        message = "items whose amounts are added are named for `list-amount` alone"
        raise build.refuse(references.METER_KEY_UNUSED, message, of, help="write `measure: list-amount`, or the name of an attribute for `unique` to count")
    if of is not None:
        check_attribute(build, of.text(), of, of.span())
    measure, hold = node.word(Meter, "measure"), bool(node.read("hold", Node.flag))
    _check_meter_keys(build, node, measure, hold)
    return Meter(
        measure=measure,
        window=node.word(Meter, "window"),
        of=node.read("of", Node.text),
        hold=hold,
        step=node.read("step", Node.duration),
        over=node.word(Meter, "over"),
        unit=measured,
        places=node.read("places", Node.whole),
        max=build.read(node, "max", Build.quantity_in, inner, "the meter"),
        record_at_least=build.quantity_in(at_least, inner, "the meter") if at_least is not None else None,
        record_round_up=rounded or None,
        origin=node.origin(),
    )


def _check_meter_keys(build: Build, node: Node, measure: str, held: bool) -> None:
    """Reports keys of a meter that its measure gives no meaning: they would do nothing, and their author thinks they do."""
    if held and measure in ("sum", "count", "unique"):
        message = f"a `{measure}` adds up records, so there is no level to hold"
        build.report(references.METER_KEY_UNUSED, message, node.at("hold"), help="remove `hold`, or measure `max`, `min`, `last` or `mean`")
    if node.get("step") is not None and not held:
        message = "`step` is the grid on which held levels are read"
        build.report(references.METER_KEY_UNUSED, message, node.at("step"), help="add `hold: true`, or remove `step`")
    if node.get("of") is not None and measure != "unique":
        message = f"`of` names what `unique` counts, but this meter measures `{measure}`"
        build.report(references.METER_KEY_UNUSED, message, node.at("of"), help="remove `of`, or write `measure: unique`")
    if measure == "unique" and node.get("of") is None:
        at = node.at("measure")
        build.report(references.METER_KEY_UNUSED, "`unique` does not say what it counts", at, help="add `of:` with the name of an attribute")


def read_limit(build: Build, node: Node) -> Limit:
    """A limit over a whole order, in the resource's unit."""
    named = node.need("resource")
    resource = find_resource(build, named.text(), named)
    said = {key: build.read(node, key, Build.quantity_in, resource.unit, f"resource `{resource.id}`") for key in ("max", "min")}
    check_range(build, said["min"], said["max"], node)
    return Limit(
        resource.id,
        max=said["max"],
        min=said["min"],
        billing_modes=build.mode_list(node.get("billing_modes")),
        origin=node.origin(),
        title=build.text_of(node.get("title")),
    )
