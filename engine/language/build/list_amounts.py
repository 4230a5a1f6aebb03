"""Items that are billed on what others cost: `meter: {measure: list-amount, of: {group: all}}`. Source: rule language, second version, 3.5."""

from collections.abc import Iterator

from engine.diagnostics import references
from engine.language.build.context import Build
from engine.language.build.node import Node
from engine.model.book import Item, ListAmounts, ModeItem, PriceBook
from engine.values.money import is_currency
from engine.values.spans import dotted

EVERY = "all"
"""The group of all other items, where the book has none of that name."""


def is_on_amounts(item: Node) -> bool:
    """Whether the item's meter measures what others cost."""
    meter = item.get("meter")
    return meter is not None and meter.is_mapping and meter.mapping.get("measure") == "list-amount"


def read_list_amounts(build: Build, item: Node, unit: str) -> ListAmounts:
    """Which items are counted; reports what has no meaning beside them."""
    meter = item.at("meter")
    for key, node in meter.entries():
        if key not in ("measure", "of", "reference"):
            message = f"`list-amount` adds up what other items cost in a month, so `{key}` has no meaning"
            build.report(references.METER_KEY_UNUSED, message, node.key_span(), path=node.dotted(), help=f"remove `{key}`")
    for key in ("covered_by", "quantity"):
        if item.get(key) is not None:
            message = f"what other items cost is neither ordered nor provided, so `{key}` has no meaning"
            build.report(references.METER_KEY_UNUSED, message, item.at(key).key_span(), path=item.at(key).dotted(), help=f"remove `{key}`")
    if not is_currency(unit) and item.file not in build.flawed:
        message = f"amounts of other items are counted, and its unit `{unit}` is no currency"
        build.report(
            references.LIST_AMOUNT_UNUSABLE, message, item.at("unit"), names=(unit,), help=f"write `unit: {build.currency}`, or the currency of its prices"
        )
    of = meter.get("of")
    if of is None:
        at = meter.at("measure")
        remedy = "add `of: {group: all}` for all others, or a list of items and groups"
        raise build.refuse(references.METER_KEY_UNUSED, "`list-amount` does not say of which items", at, help=remedy)
    if not of.is_mapping and not of.is_list:
        message = f"`of: {of.text()}` names an attribute, and `list-amount` adds up what items cost"
        raise build.refuse(references.METER_KEY_UNUSED, message, of, help=f"write `of: [{of.text()}]`, or `of: {{group: all}}` for all others")
    if of.is_mapping and of.mapping.get("group") == EVERY and EVERY not in build.groups:
        return ListAmounts(origin=of.origin())
    return ListAmounts(build.item_list(of), of.origin())


def check(build: Build, book: PriceBook) -> None:
    """Reports items on what others cost that no bill can have: in a circle, of nothing, or in a mode that does not bill by the month afterwards."""
    counted = {name: book.counted_by(item) for name, item in book.items.items() if item.list_amounts is not None}
    for name, names in counted.items():
        item = book.items[name]
        for message, remedy in _faults(book, item, names, counted):
            origin = item.list_amounts.origin if item.list_amounts is not None else item.origin
            build.report(references.LIST_AMOUNT_UNUSABLE, message, build.places.span(origin), path=dotted(origin.path), names=(name,), help=remedy)
        for mode in book.billing_modes.values():
            for sold in mode.items:
                if sold.item == name and (why := _unfit(sold, mode.payment, mode.invoiced or sold.cycle)) is not None:
                    message = f"`{name}` is billed on what others cost in a month, and in `{mode.id}` it is {why[0]}"
                    place, path = build.places.span(sold.origin), dotted(sold.origin.path)
                    build.report(references.LIST_AMOUNT_UNUSABLE, message, place, path=path, names=(name, mode.id), help=why[1])


def _unfit(sold: ModeItem, payment: str, period: str) -> tuple[str, str] | None:
    """Why a mode cannot bill it, and what to do; None where it can."""
    if "prepaid" in (payment, sold.payment):
        return "paid in advance", "sell it in a mode that is `postpaid`; a mode of its own will do, for it counts the whole account"
    if period != "month":
        return f"billed by the {period}", "write `invoiced: month` on the mode"
    return None


def _faults(book: PriceBook, item: Item, names: tuple[str, ...], counted: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Why nothing can be counted so, and what to do."""
    billed = {sold.item for mode in book.billing_modes.values() for sold in mode.items if sold.payment == "postpaid"}
    circle = _circle(item.id, counted)
    unbilled = [name for name in names if name not in billed]
    if circle:
        way = " counts ".join(f"`{name}`" for name in (*circle, circle[0]))
        yield f"{way}: none of them can be computed last", "leave one of them out of `of`"
    elif not names:
        yield f"`{item.id}` counts all others of its billing modes, and these bill nothing else by usage", "name items of other modes: `of: [ITEM]`, or a group"
    elif unbilled:
        yield f"`{unbilled[0]}` is billed by usage in no mode, so it has no amount in a month", "leave it out, or bill it `postpaid`"
    elif others := sorted({entry.currency for entry in book.prices if entry.item == item.id} - {item.unit}):
        remedy = f"price it in {item.unit}, and for {others[0]} make another item, with `unit: {others[0]}`"
        yield f"`{item.id}` counts amounts in {item.unit}, and has a price in {others[0]}", remedy


def _circle(name: str, counted: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The items by which one counts itself, from it on; none where it does not."""
    ways: list[tuple[str, ...]] = [(name,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for other in counted.get(way[-1], ()):
            if other == name:
                return way
            if other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return ()
