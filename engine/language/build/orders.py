"""Orders: an order file, the flags of a command and an example's `given` all become an Order through this one code.

It checks names and forms only; whether an order can be sold (terms, steps, limits, prices) is decided where it is priced.
Source: rule language, section 4.
"""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from engine.diagnostics import orders
from engine.diagnostics.record import CodeInfo
from engine.language.build.conditions import refuse_value
from engine.language.build.context import Build, Reported
from engine.language.build.node import Node, Unreadable
from engine.language.names import closest
from engine.language.wording import either_of, quantity_meant, readings, same_signs
from engine.model.book import Item
from engine.model.orders import EACH, ChangeRequest, Order, OrderLine, RenewRequest, SwitchRequest, UnsubscribeRequest
from engine.values.bounds import LONGEST_BILLED_YEARS, LONGEST_YEARS, MOST_LINES, check_count
from engine.values.exact import Number
from engine.values.periods import Duration


def read_order(build: Build, node: Node, default_at: datetime | None) -> Order | None:
    """The order written at `node`; None where any part of it cannot be read. `build` knows the book's names and zone."""
    before = (len(build.found), build.dropped)
    build.reading_order = True
    at, mode = build.attempt(_read_at, node, default_at), build.attempt(_read_mode, node)
    currency, lines = build.attempt(_read_currency, node), build.attempt(_read_items, node)
    term, duration = (build.attempt(_read_duration, node, key, years) for key, years in (("term", LONGEST_YEARS), ("for", LONGEST_BILLED_YEARS)))
    attributes, coupons = build.attempt(read_attributes, node), build.attempt(_read_coupons, node)
    changes, renew = build.attempt(_read_changes, node), build.attempt_at(node, "renew", _read_renew)
    switch, unsubscribe = build.attempt_at(node, "switch", _read_switch), build.attempt_at(node, "unsubscribe", _read_unsubscribe)
    build.reading_order = False
    if (len(build.found), build.dropped) != before or at is None or mode is None or currency is None or lines is None:
        return None
    origins = {key: child.origin() for key, child in node.entries()}
    return Order(
        at, mode, currency, lines, term, duration, attributes or {}, coupons or (), changes or (), renew, switch, unsubscribe, node.origin(), origins,
    )  # fmt: skip


def _read_at(build: Build, node: Node, default_at: datetime | None) -> datetime:
    written = node.get("date")
    if written is not None:
        return written.instant(build.zone)
    if default_at is None:
        raise build.refuse(
            orders.DATE_MISSING,
            "the order does not say its date",
            node.key_span() or node,
            path=node.dotted(),
            missing="date",
            help=f"add {node.voice.entry('date', '2026-03-01')}",
        )
    return default_at


def _read_mode(build: Build, node: Node) -> str:
    written = node.get("billing_mode")
    if written is None:
        remedy = build.meant("", build.known("billing_modes"), "billing mode")
        if node.voice.types("billing_mode"):
            remedy["help"] = f"add {node.voice.key('billing_mode')}: {remedy['help']}"
        raise build.refuse(orders.UNKNOWN_BILLING_MODE, "the order names no billing mode", node, missing="billing_mode", **remedy)
    return named(build, written, build.known("billing_modes"), "billing mode", orders.UNKNOWN_BILLING_MODE)


def named(build: Build, node: Node, known: Collection[str], kind: str, info: CodeInfo) -> str:
    """The name written at `node`, which must be among the known ones."""
    name = node.text()
    if name not in known:
        raise build.refuse(info, f"there is no {kind} `{name}`", node, names=(name,), **build.meant(name, known, kind))
    return name


def _read_currency(build: Build, node: Node) -> str:
    return build.read(node, "currency", Build.currency_of) or build.currency


def _read_duration(build: Build, node: Node, key: str, years: int) -> Duration | None:
    return node.read(key, lambda written: written.duration(years=years))


def read_lines(build: Build, node: Node) -> tuple[OrderLine, ...]:
    """The lines of `items`, in the order in which they are written; a list gives several lines of one item."""
    lines: list[OrderLine] = []
    for name, each in node.entries():
        item = build.attempt(_find_item, name, each)
        if item is not None:
            lines.extend(build.each(_read_line, each.one_or_more(), item))
    node.bounded(check_count, len(lines), MOST_LINES)
    return tuple(lines)


def _read_items(build: Build, node: Node) -> tuple[OrderLine, ...]:
    written = node.get("items")
    if written is None or not written.data:
        raise build.refuse(
            orders.NO_ITEMS,
            "the order has no items",
            written or node,
            missing="items",
            help=f"add {node.voice.entry('items')} with at least one item of the billing mode",
        )
    return read_lines(build, written)


def _find_item(build: Build, name: str, node: Node) -> Item:
    if name not in build.declared["items"]:
        raise build.refuse(
            orders.UNKNOWN_ITEM,
            f"there is no item `{name}`",
            node.key_span(),
            path=node.dotted(),
            subject=build.subject(node),
            names=(name,),
            **build.suggest(name, "items", "item"),
        )
    item = build.items.get(name)
    if item is None:
        raise Reported()
    return item


def _read_line(build: Build, node: Node, item: Item) -> OrderLine:
    if node.is_mapping:
        number, unit = build.read(node, "quantity", _read_quantity, item) or (None, None)
        return OrderLine(
            item.id, build.read(node, "spec", _read_spec, item), number, unit, node.origin(), build.read(node, "each", _read_each, item),
            _line_attributes(build, node, item),
        )  # fmt: skip
    specs = build.specs_of(item)
    if specs and node.text() in specs:
        return OrderLine(item.id, node.text(), origin=node.origin())
    if not isinstance(node.data, Decimal) and closest(node.text(), specs, build.guesses):
        _read_spec(build, node, item)
    try:
        number, unit = _read_quantity(build, node, item)
    except Unreadable as problem:
        if problem.beyond is not None:
            raise
        if specs:
            return OrderLine(item.id, _read_spec(build, node, item), origin=node.origin())
        found = readings(node.text(), quantity_meant) if not node.is_list else ()
        sure = found[0] if len(found) == 1 and same_signs(node.text(), found[0]) else None
        raise Unreadable(node, f"a quantity such as `10 {item.unit}` or `10`", either_of(found) if found else "", fix=sure) from None
    return OrderLine(item.id, quantity=number, unit=unit, origin=node.origin())


def _line_attributes(build: Build, node: Node, item: Item) -> tuple[tuple[str, str], ...]:
    """The attributes of usage of one line, in the book's order."""
    found = read_attributes(build, node)
    if found and item.meter is None:
        message = f"`{item.id}` has no meter, so nothing is used of it that attributes could keep apart"
        raise build.refuse(orders.ORDER_UNREADABLE, message, node.need("attributes"), help="give the attributes for the whole order")
    for name in found:
        if name not in build.attributes or build.attributes[name].source != "usage":
            message = f"`{name}` is no attribute of usage, so it cannot differ between lines"
            raise build.refuse(orders.ORDER_UNREADABLE, message, node.need("attributes"), help=f"give `{name}` among the attributes of the whole order")
    return tuple((name, found[name]) for name in build.attributes if name in found)


def _read_each(build: Build, node: Node, item: Item) -> str:
    """What the quantity comes in anew: only what adds up does, a level is held throughout."""
    each, meter = node.text(), item.meter
    if each not in EACH:
        raise build.refuse(orders.ORDER_UNREADABLE, f"`each: {each}` is no stretch of time", node, help=f"write one of {', '.join(EACH)}")
    if meter is None or meter.measure not in ("sum", "count", "unique"):
        why = "it is no usage" if meter is None else f"its meter takes the {meter.measure}, a level that is held throughout"
        raise build.refuse(orders.ORDER_UNREADABLE, f"`{item.id}` does not come in anew in each {each}: {why}", node, help="leave `each` out")
    return each


def _read_spec(build: Build, node: Node, item: Item) -> str:
    name, known = node.text(), build.specs_of(item)
    if not known:
        raise build.refuse(
            orders.SPEC_NOT_APPLICABLE,
            f"`{item.id}` has no specs, so `{name}` says nothing about it",
            node,
            names=(item.id, name),
            help=f"write a quantity in `{item.unit}`",
        )
    if name not in known:
        message = f"`{item.id}` has no spec `{name}`"
        raise build.refuse(orders.UNKNOWN_SPEC, message, node, names=(item.id, name), **build.meant(name, known, "spec"))
    return name


def _read_quantity(build: Build, node: Node, item: Item) -> tuple[Number, str | None]:
    number, symbol = node.quantity()
    if symbol is not None and not build.units.convertible(symbol, item.unit):
        known = build.units.knows(symbol)
        raise build.refuse(
            orders.UNIT_MISMATCH,
            f"`{node.text()}` cannot be converted to `{item.unit}`, the unit of `{item.id}`" if known else f"there is no unit `{symbol}`",
            node,
            names=(symbol, item.unit) if known else (symbol,),
            help=f"write a quantity in `{item.unit}`" if known else _unit_meant(build, node.text(), symbol, item),
        )
    return number, symbol


def _unit_meant(build: Build, written: str, symbol: str, item: Item) -> str:
    """What to write for a quantity in a unit that does not exist: unit symbols are exact, and may be left out."""
    number = written.split(" ")[0]
    near = closest(symbol, (unit for unit in build.units.factors if build.units.convertible(unit, item.unit)), build.guesses)
    if near is not None and near != item.unit:
        return f"did you mean `{number} {near}`?"
    return f"write `{number}` or `{number} {item.unit}`"


def read_attributes(build: Build, node: Node) -> dict[str, str]:
    """The attributes that an order gives, by their ids; reported: what the book does not have."""
    written = node.get("attributes")
    found = {}
    for name, each in written.entries() if written is not None else ():
        value = build.attempt(_read_attribute, name, each)
        if value is not None:
            found[name] = value
    return found


def _read_attribute(build: Build, name: str, node: Node) -> str:
    if not build.is_attribute(name):
        raise build.refuse(
            orders.UNKNOWN_ATTRIBUTE,
            f"there is no attribute `{name}`",
            node.key_span(),
            path=node.dotted(),
            subject=build.subject(node),
            names=(name,),
            **build.attribute_meant(name),
        )
    value = node.text()
    remedy = refuse_value(build, name, value)
    if remedy is not None:
        raise build.refuse(orders.UNKNOWN_ATTRIBUTE_VALUE, f"attribute `{name}` cannot be `{value}`", node, names=(name, value), **remedy)
    return value


def _read_coupons(build: Build, node: Node) -> tuple[str, ...]:
    return node.read("coupons", Node.texts) or ()


def _read_changes(build: Build, node: Node) -> tuple[ChangeRequest, ...]:
    written = node.get("change")
    return build.each(_read_change, written.one_or_more()) if written is not None else ()


def _read_change(build: Build, node: Node) -> ChangeRequest:
    return ChangeRequest(node.need("date").instant(build.zone), read_lines(build, node.need("items")), node.origin())


def _read_renew(build: Build, node: Node) -> RenewRequest:
    return RenewRequest(node.need("date").instant(build.zone), node.need("term").duration(), node.origin())


def _read_switch(build: Build, node: Node) -> SwitchRequest:
    target = named(build, node.need("to"), build.known("billing_modes"), "billing mode", orders.UNKNOWN_BILLING_MODE)
    return SwitchRequest(node.need("date").instant(build.zone), target, node.origin())


def _read_unsubscribe(build: Build, node: Node) -> UnsubscribeRequest:
    return UnsubscribeRequest(node.need("date").instant(build.zone), node.origin())
