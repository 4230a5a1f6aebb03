"""The sections `units`, `attributes` and `resources`."""

from engine.diagnostics import references
from engine.language.build.context import Build, Reported
from engine.language.build.node import Node, Unreadable
from engine.language.wording import short
from engine.model.book import Attribute, Resource, Unit
from engine.model.texts import UnitTitle
from engine.values.bounds import in_digits
from engine.values.exact import ONE, Number, multiply
from engine.values.money import is_currency
from engine.values.units import UnitTable


def read_units(build: Build, parts: dict[str, Node]) -> dict[str, Unit]:
    """Every declared unit, and their factors in `build.units`. Source: rule language, section 2 (`TB: 1024 GB`)."""
    build.unit_nodes = parts
    factors: dict[str, tuple[str, Number] | None] = {}
    for symbol in parts:
        build.attempt(_resolve, symbol, factors)
    build.units = UnitTable({symbol: factor for symbol, factor in factors.items() if factor is not None})
    units = {}
    for symbol, node in parts.items():
        unit = build.attempt(_read_unit, symbol, node)
        if unit is not None:
            units[symbol] = unit
    return units


def add_currency(build: Build, code: str) -> None:
    """Makes a currency usable as a unit of quantity (an item counted in money)."""
    if is_currency(code) and not build.units.knows(code):
        build.units = UnitTable({**build.units.factors, code: (code, ONE)})


def _definition(node: Node) -> Node | None:
    """Where a unit says how many of another unit it is: `TB: 1024 GB`, or `TB: {title: ..., is: 1024 GB}`; None for a base."""
    return node.get("is") if node.is_mapping else node


def _resolve(build: Build, symbol: str, factors: dict[str, tuple[str, Number] | None]) -> None:
    """Adds the factors of the unit and of those on the way to its base: None where the way leads to none, which is told once."""
    way: dict[str, tuple[Node, Number]] = {}
    while symbol not in factors:
        definition = _definition(build.unit_nodes[symbol])
        factors[symbol] = (symbol, ONE) if definition is None else None
        if definition is None:
            break
        number, other = definition.quantity()
        if other is None or number <= 0:
            raise Unreadable(definition, "how many of another unit it is, such as `1024 GB`, or `{title: ...}` for a unit of its own")
        way[symbol] = definition, number
        if other in way:
            circle = " -> ".join([*list(way)[list(way).index(other) :], other])
            raise build.refuse(
                references.CIRCULAR_UNIT,
                f"units are declared by each other: {short(circle, 200)}",
                way[other][0],
                help="declare one of them by `{title: ...}`",
            )
        if other not in build.unit_nodes:
            remedy = build.meant(other, build.unit_nodes, "unit", besides=symbol)
            remedy["help"] += "; unit symbols are case-sensitive"
            raise build.refuse(
                references.UNKNOWN_UNIT,
                f"unit `{other}` is not declared",
                definition,
                names=(other,),
                **remedy,
            )
        build.used.add(("units", other))
        symbol = other
    for each, (definition, number) in reversed(way.items()):
        found = factors[symbol]
        if found is None:
            raise Reported()
        base, factor = found
        factors[each] = (base, definition.bounded(in_digits, multiply(number, factor)))
        symbol = each


def _read_unit(build: Build, symbol: str, node: Node) -> Unit:
    title = node.get("title") if node.is_mapping else None
    return Unit(symbol, read_unit_title(build, title, symbol), node.origin())


PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")
"""CLDR's names of plural forms; none of them is a language."""


def read_unit_title(build: Build, node: Node | None, symbol: str) -> UnitTitle:
    """A unit's name: a text, one per language, or plural forms per language; the symbol where none is given."""
    if node is None:
        return UnitTitle({build.language: {"other": symbol}})
    if not node.is_mapping:
        title = UnitTitle({build.language: {"other": node.text()}})
    elif all(name in PLURAL_FORMS for name, _ in node.entries()):
        forms = ", ".join(f"{name}: {each.text()}" for name, each in node.entries())
        raise Unreadable(node, f"the forms under their language: `{{{build.language}: {{{forms}}}}}`")
    else:
        title = UnitTitle({language: _forms(each) for language, each in node.entries()})
    if node.is_mapping or node.text() != symbol:
        build.texts.append((node, title))
    return title


def _forms(node: Node) -> dict[str, str]:
    if not node.is_mapping:
        return {"other": node.text()}
    node.need("other")
    return {category: each.text() for category, each in node.entries()}


def read_attributes(build: Build, node: Node | None) -> dict[str, Attribute]:
    """The attributes in order of importance, which is the order in which they are written."""
    attributes = {}
    for rank, (name, each) in enumerate(node.entries() if node is not None else ()):
        attribute = build.attempt(_read_attribute, name, each, rank)
        if attribute is not None:
            attributes[name] = attribute
    return attributes


def _read_attribute(build: Build, name: str, node: Node, rank: int) -> Attribute:
    return Attribute(
        name,
        source=node.word(Attribute, "source"),
        rank=rank,
        title=build.text_of(node.get("title")),
        values=node.read("values", Node.texts) or (),
        origin=node.origin(),
        description=build.text_of(node.get("description")),
        private=bool(node.read("private", Node.flag)),
        kind=node.word(Attribute, "kind"),
    )


def read_resources(build: Build, parts: dict[str, Node]) -> dict[str, Resource]:
    """The resources that items provide and limits count."""
    resources = {}
    for name, node in parts.items():
        resource = build.attempt(_read_resource, name, node)
        if resource is not None:
            resources[name] = resource
    return resources


def _read_resource(build: Build, name: str, node: Node) -> Resource:
    unit = build.unit_of(node.need("unit"))
    add_currency(build, unit)
    return Resource(name, unit, build.text_of(node.get("title")), node.origin(), build.text_of(node.get("description")))


def find_resource(build: Build, name: str, at: Node) -> Resource:
    """The resource of that name, which must be declared; raises Reported otherwise."""
    if name in build.resources:
        build.used.add(("resources", name))
        return build.resources[name]
    if name in build.declared["resources"]:
        raise Reported()
    if not build.declared["resources"]:
        build.gone.append(("resources", "resource", name, at))
        raise Reported()
    raise build.refuse(
        references.UNKNOWN_RESOURCE,
        f"resource `{name}` is not declared",
        at.key_span() if at.path[-1:] == (name,) else at,
        path=at.dotted(),
        names=(name,),
        **build.meant(name, build.known("resources"), "resource"),
    )
