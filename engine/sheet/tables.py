"""The price tables of a billing mode: ladders of specs, packages by quantity, metered usage; each price once, none missing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.model.book import BillingMode, Item, ModeItem, Provision, Spec
from engine.model.prices import Charge, PriceEntry
from engine.model.texts import Text
from engine.pricing.durations import price_period
from engine.pricing.probing import Scope, least_above
from engine.pricing.resolution import prices_in_force
from engine.sheet.components import TIERED, Component, Key, components, model_name, numbered
from engine.sheet.customers import Customers, customer_groups
from engine.sheet.month_equivalents import month_equivalent, month_hours
from engine.sheet.term_prices import TermEffect, term_effect
from engine.sheet.view import PriceCell, PriceColumn, PriceGroup, PriceRow, PriceTable, ProvisionView, When
from engine.values.exact import ONE, Number, subtract
from engine.values.periods import Duration
from engine.values.terms import UNITS_OF

PERIODS = ("once", "hour", "day", "week", "month", "year", None)
"""The order of list-price columns."""


@dataclass(frozen=True, slots=True)
class Priced:
    """The prices of one item (and spec) for one group of customers: for each `per` what its charges consist of.

    `parts[n][per]` are the components of the n-th charge under that `per`.
    """

    item: Item
    spec: Spec | None
    sold: ModeItem
    when: When
    attributes: Mapping[str, str]
    charges: tuple[Mapping[str | None, Charge], ...]
    parts: tuple[Mapping[str | None, Mapping[Key, Component]], ...]

    @property
    def periods(self) -> tuple[str | None, ...]:
        """Every `per` that has a price."""
        return tuple(per for per in PERIODS if any(per in charges for charges in self.charges))

    @property
    def simple(self) -> bool:
        """Whether each `per` has one price and nothing else: a row of a ladder."""
        return len(self.parts) == 1 and all(len(parts) == 1 for parts in self.parts[0].values()) and not self._conditional

    @property
    def _conditional(self) -> bool:
        plain = ("per_unit", "flat")
        return any(charge.allowance or model_name(charge) not in plain for charge in self.charges[0].values())


def build_tables(scope: Scope, mode: BillingMode) -> tuple[PriceTable, ...]:
    """The mode's tables: one ladder for each item with specs, then packages, then usage, those of an item group and of the same groups
    of customers together. Source: documents, Price sheet.
    """
    ladders: list[PriceTable] = []
    together: dict[tuple[str, str | None, tuple[object, ...]], tuple[list[Priced], list[PriceGroup]]] = {}
    for sold in mode.items:
        found = priced_of(scope, mode, sold)
        if sold.payment == "prepaid" and found and found[0].spec is not None and all(priced.simple for priced in found):
            ladders.append(replace(_ladder(scope, mode, found), side_by_side=_side_by_side(found)))
            continue
        kind = "usage" if sold.payment == "postpaid" else "packages"
        beside = tuple(tuple(when.items()) for when in _side_by_side(found))
        priced, unpriced = together.setdefault((kind, scope.book.items[sold.item].group, beside), ([], []))
        priced += found
        unpriced += [] if found else [_unpriced(scope, sold)]
    rates = []
    for (kind, *_), (priced, unpriced) in together.items():
        table = _rates(scope, mode, kind, priced) if priced else PriceTable(kind, (), ())
        rates.append(replace(table, groups=(*table.groups, *unpriced), side_by_side=_side_by_side(priced)))
    return (*ladders, *sorted(rates, key=lambda table: table.kind))


def _side_by_side(found: Sequence[Priced]) -> tuple[When, ...]:
    """The groups of customers that the prices are for, where there are several and nothing of one's is told by another's.

    What everybody pays holds for a group too where it has no price of its own: an empty cell beside it would say that nothing is sold.
    """
    whens = _distinct(found)
    sold = [[(priced.item.id, priced.spec, [_keys(parts) for parts in priced.parts]) for priced in found if priced.when == when] for when in whens]
    return tuple(whens) if len(whens) > 1 and ({} not in whens or all(each == sold[0] for each in sold)) else ()


def _keys(parts: Mapping[str | None, Mapping[Key, Component]]) -> dict[str | None, tuple[Key, ...]]:
    return {per: tuple(components) for per, components in parts.items()}


def _unpriced(scope: Scope, sold: ModeItem) -> PriceGroup:
    """An item that is sold and has no price in force: it is named, so that nobody takes its absence for an oversight or a gift."""
    item = scope.book.items[sold.item]
    return _group(scope, Priced(item, None, sold, {}, scope.attributes, (), ()), (), "unpriced", {})


def priced_of(scope: Scope, mode: BillingMode, sold: ModeItem) -> list[Priced]:
    """The item's prices in force, group of customers by group, spec by spec."""
    item = scope.book.items[sold.item]
    specs: Sequence[Spec | None] = item.specs or (None,)
    found: list[Priced] = []
    for customers in customer_groups(scope, mode.id, item.id, [spec.id if spec else None for spec in specs]):
        for spec in specs:
            entries = prices_in_force(scope.book, mode.id, item.id, spec.id if spec else None, scope.currency, scope.at, customers.attributes).entries
            if any(scope.open_part(entry.conditions.when) == customers.when for entry in entries):
                found.append(_priced(scope, item, spec, sold, customers, entries))
    return found


def _priced(scope: Scope, item: Item, spec: Spec | None, sold: ModeItem, customers: Customers, entries: Iterable[PriceEntry]) -> Priced:
    charges: list[dict[str | None, Charge]] = []
    for entry in entries:
        for position, charge in enumerate(entry.charges):
            while len(charges) <= position:
                charges.append({})
            charges[position][entry.per] = charge
    parts = tuple({per: numbered(components(charge, item, scope.book.items)) for per, charge in each.items()} for each in charges)
    return Priced(item, spec, sold, customers.shown, customers.attributes, tuple(charges), parts)


# --- columns
# ---------------------------------------------------------------------------------------------------------------------


def _columns(scope: Scope, mode: BillingMode, priced: Sequence[Priced]) -> tuple[PriceColumn, ...]:
    periods = [per for per in PERIODS if any(per in each.periods for each in priced)]
    columns: list[PriceColumn] = []
    for per in periods:
        columns.append(PriceColumn("list", per))
        if per in ("hour", "day") and priced[0].sold.payment == "postpaid":
            columns.append(PriceColumn("month", per, hours=month_hours(scope.book)))
    if priced[0].sold.payment == "prepaid":
        columns += _term_columns(scope, mode, priced)
    return tuple(columns)


def _term_columns(scope: Scope, mode: BillingMode, priced: Sequence[Priced]) -> list[PriceColumn]:
    """A column for every term that costs something else than its months, days or weeks at list price."""
    columns: list[PriceColumn] = []
    by_week = mode.sold_by == "day" and not any("day" in each.periods for each in priced)
    period = "week" if by_week else mode.sold_by
    for term in mode.terms:
        effects = [effect for each in priced if (effect := _effect(scope, mode, each, term)) is not None]
        if not any(_differs(each, term, effect) for each in priced if (effect := _effect(scope, mode, each, term)) is not None):
            continue
        shares = {subtract(ONE, effect.share) for effect in effects}
        columns.append(PriceColumn("term", period, term, shares.pop() if len(shares) == 1 else None))
    return columns


def _differs(priced: Priced, term: Duration, effect: TermEffect) -> bool:
    """Whether the term's price of a month, day or week is another than the first list price says."""
    shown = [per for per in priced.periods if per in UNITS_OF]
    if effect.share != ONE or effect.fixed is not None:
        return True
    return len(shown) > 1 and effect.per != shown[0]


def _effect(scope: Scope, mode: BillingMode, priced: Priced, term: Duration, quantity: Number | None = None) -> TermEffect | None:
    spec = priced.spec.id if priced.spec else None
    effect = term_effect(scope, mode, priced.item, spec, term, priced.attributes, quantity)
    if effect is None and quantity is not None:
        return term_effect(scope, mode, priced.item, spec, term, priced.attributes)
    return effect


# --- rows
# ------------------------------------------------------------------------------------------------------------------------


def _ladder(scope: Scope, mode: BillingMode, found: list[Priced]) -> PriceTable:
    """The specs of one item, lowest first, one group for each group of customers."""
    columns = _columns(scope, mode, found)
    groups: list[PriceGroup] = []
    for when in _distinct(found):
        rows = tuple(_spec_row(scope, mode, priced, priced.spec, columns) for priced in found if priced.when == when and priced.spec is not None)
        groups.append(_group(scope, found[0], rows, "specs", when))
    return _table(scope, mode, "ladder", columns, groups, found)


def _table(scope: Scope, mode: BillingMode, kind: str, columns: tuple[PriceColumn, ...], groups: list[PriceGroup], found: list[Priced]) -> PriceTable:
    is_alike = found[0].sold.payment == "prepaid" and len(mode.terms) > 1 and _terms_alike(scope, mode, found)
    return PriceTable(kind, columns, tuple(groups), any(column.kind == "term" for column in columns), is_alike)


def _terms_alike(scope: Scope, mode: BillingMode, found: list[Priced]) -> bool:
    """Whether a month of every term costs the same, as quotes of the least that can be ordered show."""
    if not any(set(priced.periods) & set(UNITS_OF) for priced in found):
        return False
    for term in mode.terms:
        effects = [_effect(scope, mode, priced, term) for priced in found]
        if any(effect is None or _differs(each, term, effect) for each, effect in zip(found, effects, strict=True)):
            return False
    return True


def _distinct(found: Iterable[Priced]) -> list[When]:
    whens: list[When] = []
    for priced in found:
        if priced.when not in whens:
            whens.append(priced.when)
    return whens


def _spec_row(scope: Scope, mode: BillingMode, priced: Priced, spec: Spec, columns: tuple[PriceColumn, ...]) -> PriceRow:
    cells = tuple(_spec_cell(scope, mode, priced, column) for column in columns)
    return PriceRow("spec", cells, spec.id, spec.title, provisions(scope, spec.provides or priced.item.provides))


def _spec_cell(scope: Scope, mode: BillingMode, priced: Priced, column: PriceColumn) -> PriceCell | None:
    by_period = {per: next(iter(parts.values())).price for per, parts in priced.parts[0].items()}
    if column.term is None:
        price = by_period.get(column.per)
        return None if price is None else PriceCell(price, price)
    effect = _effect(scope, mode, priced, column.term)
    if effect is None or effect.per not in by_period:
        return None
    of_term = effect.effective(by_period[effect.per], "unit", column.per or effect.per)
    return PriceCell(of_term, of_term, effect.line.amount)


def _rates(scope: Scope, mode: BillingMode, kind: str, found: list[Priced]) -> PriceTable:
    """Items by quantity or usage: a group for each charge of each item, a row for each price in it."""
    columns = _columns(scope, mode, found)
    groups: list[PriceGroup] = []
    for priced in found:
        for position in range(len(priced.parts)):
            groups.append(_rate_group(scope, mode, priced, position, columns))
    kept = [index for index, column in enumerate(columns) if column.kind != "month" or _has_cells(groups, index)]
    groups = [replace(group, rows=tuple(replace(row, cells=tuple(row.cells[each] for each in kept)) for row in group.rows)) for group in groups]
    return _table(scope, mode, kind, tuple(columns[index] for index in kept), groups, found)


def _has_cells(groups: Iterable[PriceGroup], index: int) -> bool:
    return any(row.cells[index] is not None for group in groups for row in group.rows)


def _rate_group(scope: Scope, mode: BillingMode, priced: Priced, position: int, columns: tuple[PriceColumn, ...]) -> PriceGroup:
    by_period, charges = priced.parts[position], priced.charges[position]
    keys: dict[Key, PriceRow] = {}
    for parts in by_period.values():
        for key, component in parts.items():
            keys.setdefault(key, component.row)
    rows = tuple(replace(row, cells=tuple(_rate_cell(scope, mode, priced, position, key, row, column) for column in columns)) for key, row in keys.items())
    listed = [charges[per] for per in PERIODS if per in charges]
    main = next((charge for charge in listed if model_name(charge) in TIERED), listed[-1])
    return replace(
        _group(scope, priced, rows, model_name(main), priced.when),
        spec=priced.spec.id if priced.spec else None,
        allowance=main.allowance,
        allowance_terms=main.terms,
        net_minimum=main.net_minimum,
        net_maximum=main.net_maximum,
        at_zero=main.at_zero,
        by_month=priced.item.meter is not None and priced.item.meter.window in ("hour", "day") and not {"month", "year"}.isdisjoint(charges),
        month_is=scope.book.month_is,
        applies_to=main.applies_to,
        tier_by=main.tier_by or None,
    )


def _rate_cell(scope: Scope, mode: BillingMode, priced: Priced, position: int, key: Key, row: PriceRow, column: PriceColumn) -> PriceCell | None:
    by_period = priced.parts[position]

    def price_per(per: str | None) -> Number | None:
        return by_period[per][key].price if per in by_period and key in by_period[per] else None

    if column.kind == "month":
        component, charge = by_period.get(column.per, {}).get(key), priced.charges[position].get(column.per)
        spec = priced.spec.id if priced.spec else None
        if component is None or charge is None:
            return None
        price = month_equivalent(scope, mode, priced.sold, spec, column.per, charge, component)
    elif column.term is None:
        price = price_per(column.per)
    else:
        price = _term_price(scope, mode, priced, row, price_per, column.term, column.per)
    return None if price is None else PriceCell(price, price)


def _term_price(
    scope: Scope, mode: BillingMode, priced: Priced, row: PriceRow, price_per: Callable[[str | None], Number | None], term: Duration, period: str | None
) -> Number | None:
    per = price_period(priced.periods, term)
    price = price_per(per) if per is not None else None
    if price is None or row.part in ("rate", "per-event"):
        return None
    quantity = None if priced.spec else least_above(priced.item, row.above, row.includes_lower)
    effect = _effect(scope, mode, priced, term, quantity)
    return None if effect is None else effect.effective(price, row.part, period or effect.per)


def _group(scope: Scope, priced: Priced, rows: tuple[PriceRow, ...], model: str, when: When) -> PriceGroup:
    item = priced.item
    group = PriceGroup(
        item=item.id,
        title=item.title,
        description=item.description,
        unit=item.unit,
        presence=priced.sold.presence,
        model=model,
        rows=rows,
        when=when,
        min=item.quantity.min,
        max=item.quantity.max,
        step=item.quantity.step,
        provides=provisions(scope, item.provides),
        covered_by=item.covered_by,
        counts=_counts(scope, item),
    )
    meter = item.meter
    if meter is None:
        return group
    return replace(
        group, measure=meter.measure, window=meter.window, hold=meter.hold, meter_step=meter.step, over=meter.over,
        record_at_least=meter.record_at_least, record_round_up=meter.record_round_up,
    )  # fmt: skip


def _counts(scope: Scope, item: Item) -> tuple[str, ...] | None:
    """Of an item on what others cost those that its reader sees; empty: all others."""
    if item.list_amounts is None or not item.list_amounts.items:
        return None if item.list_amounts is None else ()
    return tuple(name for name in item.list_amounts.items if name in scope.book.items) or None


def provisions(scope: Scope, given: Iterable[Provision]) -> tuple[ProvisionView, ...]:
    """What is provided, with the resource's unit."""
    resources = scope.book.resources
    return tuple(ProvisionView(each.resource, each.quantity, resources[each.resource].unit, each.every) for each in given)


def spec_title(item: Item, spec: str | None) -> Text:
    """The title of one of the item's specs; empty where there is none."""
    return next((each.title for each in item.specs if each.id == spec), Text())
