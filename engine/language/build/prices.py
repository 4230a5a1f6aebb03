"""The section `prices`: dated entries, each of which holds what changes on its date."""

from dataclasses import dataclass, replace
from datetime import datetime

from engine.diagnostics import dates, money, policies, references, shape, tiers
from engine.diagnostics.record import Remedy
from engine.language.build.allowances import check_terms
from engine.language.build.charges import read_charge
from engine.language.build.chosen_tiers import check_circles, check_tier_by
from engine.language.build.conditions import read_conditions, read_instant
from engine.language.build.context import Build, Reported
from engine.language.build.items import CHARGE_KEYS
from engine.language.build.node import Node
from engine.language.build.tables import read_table
from engine.model.book import BillingMode, Item, ModeItem
from engine.model.conditions import Conditions
from engine.model.prices import Charge, PriceEntry
from engine.values.money import withdrawn_on
from engine.values.periods import start_of_day
from engine.values.spans import Span

PERIODS_BY_TERMS = {"month": ("month", "year"), "day": ("day", "week")}
"""The price periods of what is paid in advance, by what the terms of the mode are counted in."""


@dataclass(frozen=True)
class Heading:
    """What a dated entry says for all its items."""

    node: Node
    mode: BillingMode | None
    mode_id: str
    currency: str
    conditions: Conditions
    announced: datetime | None
    running: str | None
    per: str | None
    reference: str | None


def read_prices(build: Build, nodes: list[Node]) -> tuple[PriceEntry, ...]:
    """Every price of every dated entry, one per spec and `per`. Source: rule language, 3.1 and 3.10, Prices."""
    found: list[PriceEntry] = []
    for node in nodes:
        found.extend(build.attempt(_read_entry, node) or ())
    check_circles(build, tuple(found))
    return tuple(found)


def _read_entry(build: Build, node: Node) -> list[PriceEntry]:
    mode_id = build.refer(node.need("billing_mode"), "billing_modes", "billing mode")
    node.need("effective")
    currency = build.read(node, "currency", Build.currency_of) or build.currency
    heading = Heading(
        node,
        build.modes.get(mode_id),
        mode_id,
        currency,
        _while_money(build, node, currency, read_conditions(build, node)),
        build.attempt(read_instant, node.get("announced")),
        node.word_or_none(PriceEntry, "running_subscriptions"),
        node.word_or_none(PriceEntry, "per"),
        node.origin().reference,
    )
    found: list[PriceEntry] = []
    _check_announced(build, heading)
    items = node.get("items")
    _check_mode(build, heading, items)
    if all(node.get(key) is None for key in ("items", "table", "withdrawn")):
        build.report(
            references.ENTRY_WITHOUT_PRICES,
            "a dated entry that prices nothing",
            node,
            help="add `items:` with what changes on its date, or remove it",
        )
    for name, each in items.entries() if items is not None else ():
        found.extend(build.attempt(_read_item_prices, heading, name, each) or ())
    for name, spec, conditions, each in read_table(build, node, heading.conditions):
        found.extend(build.attempt(_read_row, heading, name, spec, conditions, each) or ())
    withdrawn = node.get("withdrawn")
    for each in withdrawn.one_or_more() if withdrawn is not None and not isinstance(withdrawn.data, bool) else ():
        found.extend(build.attempt(_read_withdrawn, heading, each) or ())
    return found


def _check_mode(build: Build, heading: Heading, items: Node | None) -> None:
    """Refuses an entry of whose items its mode sells none, where there are several: its mode is the wrong one."""
    names = [name for name in items.mapping if name in build.items] if items is not None else []
    if heading.mode is None or len(names) < 2 or any(name in build.sold_in(heading.mode) for name in names):
        return
    sellers = [mode.id for mode in build.modes.values() if all(name in build.sold_in(mode) for name in names)]
    listed = ", ".join(f"`{name}`" for name in names[:6])
    if len(sellers) == 1:
        remedy = Remedy(help=f"did you mean `{sellers[0]}`?", meant=sellers[0])
    else:
        remedy = Remedy(help=f"name the mode that sells them, or add them to the items of `{heading.mode_id}`")
    raise build.refuse(
        references.NOT_SOLD_IN_MODE,
        f"`{heading.mode_id}` sells none of the items that this entry prices: {listed}",
        heading.node.at("billing_mode"),
        names=(heading.mode_id, names[0]),
        **remedy,
    )


def _while_money(build: Build, node: Node, currency: str, said: Conditions) -> Conditions:
    """What an entry says of its time, in a withdrawn currency until the day on which that is money no longer."""
    day = withdrawn_on(currency)
    if day is None:
        return said
    end = start_of_day(day, build.zone)
    if said.effective is not None and said.effective >= end:
        message = f"a price from {node.at('effective').text()} on is in {currency}, which was withdrawn on {day}"
        remedy = f"name the currency that is in use on that day (`currency: ...`), or begin it before {day}"
        raise build.refuse(money.WITHDRAWN_CURRENCY, message, node.at("effective"), help=remedy)
    return replace(said, until=end if said.until is None else min(said.until, end))


def _check_announced(build: Build, heading: Heading) -> None:
    """Reports prices that began before they were announced."""
    effective, announced = heading.conditions.effective, heading.announced
    if effective is not None and announced is not None and announced > effective:
        node = heading.node
        build.report(
            dates.ANNOUNCED_AFTER,
            f"announced on {node.at('announced').text()}, after it takes effect on {node.at('effective').text()}",
            node.at("announced"),
            labels=build.place_label(node.at("effective"), "in force from here"),
            help="correct the date that is wrong; customers are told before a price takes effect",
        )


def _sold_item(build: Build, heading: Heading, name: str, node: Node, at: Node | Span | None = None) -> tuple[Item, ModeItem]:
    """The item and its place in the mode; raises Reported where it is unknown, not sold there, or has mistakes of its own."""
    at = at or node.key_span() or node
    if name not in build.declared["items"]:
        raise build.refuse(
            references.UNKNOWN_REFERENCE,
            f"item `{name}` is not declared",
            at,
            path=node.dotted(),
            names=(name,),
            **build.suggest(name, "items", "item"),
        )
    item = build.items.get(name)
    if item is None or heading.mode is None:
        raise Reported()
    sold = build.sold_in(heading.mode).get(name)
    if sold is None:
        raise build.refuse(
            references.NOT_SOLD_IN_MODE,
            f"`{name}` has a price in `{heading.mode_id}`, but that mode does not sell it",
            at,
            path=node.dotted(),
            names=(name, heading.mode_id),
            help=f"add `{name}: optional` to the items of `{heading.mode_id}`, or move the price to another mode",
        )
    return item, sold


def _read_item_prices(build: Build, heading: Heading, name: str, node: Node) -> list[PriceEntry]:
    item, sold = _sold_item(build, heading, name, node)
    if _is_spec_map(node, item):
        found: list[PriceEntry] = []
        for spec, each in node.entries():
            if spec != "reference":
                found.extend(build.attempt(_read_spec_price, heading, item, sold, spec, each) or ())
        return found
    _check_keys(build, item, node)
    specs = _all_specs(item)
    build.take_prices(len(specs), node)
    return _entries(build, heading, item, sold, specs, node, heading.conditions)


def _check_keys(build: Build, item: Item, node: Node) -> None:
    """Reports keys that no charge has: the shape check takes them for specs, and only the item says that it has none."""
    if node.mapping.keys() & (CHARGE_KEYS - {"reference"}):
        return
    for key in node.mapping:
        if key != "reference":
            each = node.at(key)
            message = f"`{key}` is no key of a charge, and `{item.id}` has no specs"
            build.report(
                shape.UNKNOWN_KEY,
                message,
                each.key_span(),
                path=each.dotted(),
                **build.meant(key, sorted(CHARGE_KEYS), "key of a charge"),
            )


def _is_spec_map(node: Node, item: Item) -> bool:
    return node.is_mapping and bool(item.specs) and not (node.mapping.keys() - {"reference"} and node.mapping.keys() <= CHARGE_KEYS)


def _read_spec_price(build: Build, heading: Heading, item: Item, sold: ModeItem, spec: str, node: Node) -> list[PriceEntry]:
    build.take_prices(1, node)
    _check_spec(build, item, spec, node, node.key_span())
    return _entries(build, heading, item, sold, (spec,), node, heading.conditions)


def _check_spec(build: Build, item: Item, spec: str, node: Node, at: Span | None) -> None:
    known = build.specs_of(item)
    if spec not in known:
        remedy = build.meant(spec, known, "spec") if known else Remedy(help=f"`{item.id}` has no specs: write its charge instead")
        message = f"`{item.id}` has no spec `{spec}`"
        raise build.refuse(references.UNKNOWN_REFERENCE, message, at, path=node.dotted(), names=(item.id, spec), **remedy)


def _read_row(build: Build, heading: Heading, name: str, spec: str | None, conditions: Conditions, node: Node) -> list[PriceEntry]:
    item, sold = _sold_item(build, heading, name, node, node.span())
    if spec is not None:
        _check_spec(build, item, spec, node, node.document.values[(*node.path, "spec")])
    specs = (spec,) if spec is not None else _all_specs(item)
    build.take_prices(len(specs) - 1, node)  # the row itself is counted where the table is read
    return _entries(build, heading, item, sold, specs, node, conditions)


def _read_withdrawn(build: Build, heading: Heading, node: Node) -> list[PriceEntry]:
    item, sold = _sold_item(build, heading, build.refer(node, "items", "item"), node, node.span())
    build.take_prices(len(_all_specs(item)), node)
    return [_entry(build, heading, item, sold, spec, None, (), node, heading.conditions, True) for spec in _all_specs(item)]


def _all_specs(item: Item) -> tuple[str | None, ...]:
    return tuple(spec.id for spec in item.specs) or (None,)


def _is_withdrawn(node: Node) -> bool:
    return node.mapping.get("withdrawn") is True or node.data == "withdrawn"


def _entries(build: Build, heading: Heading, item: Item, sold: ModeItem, specs: tuple[str | None, ...], node: Node, conditions: Conditions) -> list[PriceEntry]:
    if _is_withdrawn(node):
        return [_entry(build, heading, item, sold, spec, None, (), node, conditions, True) for spec in specs]
    by_per: dict[str | None, list[Charge]] = {}
    first: dict[str | None, Node] = {}
    for each in node.one_or_more():
        charge = build.attempt(read_charge, each, item)
        own = each.word_or_none(PriceEntry, "per") if each.is_mapping else None
        per = own or heading.per
        written = each.at("per") if own else heading.node.get("per") or each
        check_per(build, build.modes.get(heading.mode_id), item, sold, per, written)
        _check_fee(build, build.modes.get(heading.mode_id), item, sold, per, written)
        if charge is not None:
            check_terms(build, build.modes.get(heading.mode_id), item, sold, charge, each)
            check_tier_by(build, build.modes.get(heading.mode_id), item, sold, charge, each)
            _check_net_bounds(build, heading, item, sold, charge, each)
            by_per.setdefault(per, []).append(charge)
            first.setdefault(per, each if node.is_list and len(by_per) > 1 else node)
    return [_entry(build, heading, item, sold, spec, per, tuple(charges), first[per], conditions, False) for spec in specs for per, charges in by_per.items()]


def _check_net_bounds(build: Build, heading: Heading, item: Item, sold: ModeItem, charge: Charge, node: Node) -> None:
    """Reports a bound of what a billing period costs after its discounts, where nothing is billed by the period. Source: second version, 3.3."""
    if sold.payment == "prepaid" and (charge.net_minimum is not None or charge.net_maximum is not None):
        key = "minimum" if charge.net_minimum is not None else "maximum"
        message = f"`of: net` is about what a billing period costs, but `{item.id}` is paid in advance in `{heading.mode_id}`"
        remedy = "write the amount alone: it holds for each price period, before discounts"
        build.report(tiers.NET_BOUND, message, node.at(key).at("of"), names=(item.id, heading.mode_id), help=remedy)


def _entry(
    build: Build, heading: Heading, item: Item, sold: ModeItem, spec: str | None, per: str | None, charges: tuple[Charge, ...],
    node: Node, conditions: Conditions, withdrawn: bool,
) -> PriceEntry:  # fmt: skip
    origin = node.origin()
    if origin.reference is None and heading.reference is not None:
        origin = replace(origin, reference=heading.reference)
    return PriceEntry(
        heading.mode_id,
        item.id,
        heading.currency,
        charges,
        spec=spec,
        per=per,
        withdrawn=withdrawn,
        conditions=conditions,
        announced=heading.announced,
        running_subscriptions=_reach(build, heading, sold),
        origin=origin,
    )


def _reach(build: Build, heading: Heading, sold: ModeItem) -> str:
    if heading.running == "immediately" and sold.payment == "prepaid":
        build.report(
            policies.IMMEDIATELY_ON_PREPAID,
            f"`{heading.mode_id}` is prepaid: a new price cannot reach a term that is already paid",
            heading.node.at("running_subscriptions"),
            help="write `next-renewal` or `never`",
        )
    return heading.running or ("next-renewal" if sold.payment == "prepaid" else "next-period")


def check_per(build: Build, mode: BillingMode | None, item: Item, sold: ModeItem, per: str | None, node: Node) -> None:
    """Reports a `per` that its item cannot have. Source: rule language, 3.3 and 3.10, Prices, and second version, 2.1."""
    allowed = PERIODS_BY_TERMS[mode.sold_by if mode is not None else "month"]
    remedy = f"write `per: {allowed[0]}`, `per: {allowed[1]}` or `per: once`"
    if item.list_amounts is not None:
        if per is not None:
            message = f"`{item.id}` is billed on what others cost in a month, so it cannot be priced per {per}"
            build.report(references.METER_MISMATCH, message, node, names=(item.id,), help="leave `per` out: the price is of these amounts")
    elif item.meter is not None and sold.payment == "postpaid":
        if per is not None and item.meter.measure in ("sum", "count", "unique"):
            message = f"`{item.id}` is metered as a `{item.meter.measure}`, which has no length, so it cannot be priced per {per}"
            build.report(references.METER_MISMATCH, message, node, names=(item.id,), help="leave `per` out: the price is per unit counted")
        elif per == "once" or (per is None and item.meter.measure not in ("sum", "count", "unique")):
            message = f"`{item.id}` is metered as a level over time, and its price does not say for how long one unit is held"
            at = node.key_span() if per is None else node
            remedy = "write `per: hour`, `day`, `month` or `year`"
            build.report(references.METER_MISMATCH, message, at, path=node.dotted(), names=(item.id,), help=remedy)
        elif per == "week":
            message = f"`{item.id}` is billed for how long it is held, and no bill counts weeks"
            build.report(references.METER_MISMATCH, message, node, names=(item.id,), help="write `per: day`, and a seventh of the price")
    elif per is None:
        build.report(
            references.PRICE_PER_MISSING,
            f"the price of `{item.id}` does not say for how long it is",
            node.key_span() or node,
            path=node.dotted(),
            names=(item.id,),
            help=remedy,
        )
    elif sold.payment == "prepaid" and per not in (*allowed, "once"):
        counted = mode.sold_by if mode is not None else "month"
        message = f"`{item.id}` is prepaid for a term of {counted}s, so it cannot be priced per {per}"
        build.report(references.PRICE_PER_MISSING, message, node, names=(item.id,), help=remedy)


def _check_fee(build: Build, mode: BillingMode | None, item: Item, sold: ModeItem, per: str | None, node: Node) -> None:
    """Reports a fee whose `per` is no exact part of what it is billed by. Source: rule language, second version, 1.3."""
    if mode is None or item.meter is not None or sold.payment != "postpaid" or per in (None, "once"):
        return
    period = mode.invoiced or sold.cycle
    if per != period and {per, period} != {"month", "year"}:
        message = f"`{item.id}` is a fee that `{mode.id}` bills by the {period}, and its price is per {per}"
        remedy = f"write `per: {period}` and the price of a whole {period}, or bill the mode by the {per}: `invoiced: {per}`"
        build.report(references.METER_MISMATCH, message, node, names=(item.id, mode.id), help=remedy)
