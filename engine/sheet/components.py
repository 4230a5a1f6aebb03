"""A charge taken apart into the single prices that it consists of: what each is for, and how much it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.model.book import Item
from engine.model.prices import Charge, Flat, Graduated, Package, Percentage, PerUnit, Tier, Volume
from engine.pricing.probing import largest_up_to, least_above
from engine.sheet.view import PriceRow, TierBound
from engine.values.exact import Number
from engine.values.money import is_currency

MODEL_NAMES = {
    PerUnit: "per_unit",
    Flat: "flat",
    Package: "package",
    Graduated: "graduated",
    Volume: "volume",
    Percentage: "percentage",
}

TIERED = ("graduated", "volume")


@dataclass(frozen=True, slots=True)
class Component:
    """One price of a charge: `row` says what it is for (its cells are empty), `price` what it is in the price's currency."""

    row: PriceRow
    price: Decimal


def model_name(charge: Charge) -> str:
    """The model's name as rules write it."""
    return MODEL_NAMES[type(charge.model)]


def components(charge: Charge, item: Item, items: Mapping[str, Item]) -> tuple[Component, ...]:
    """Every price that the charge holds, tiers from the lowest; minimum and maximum last. `items` are those of the book."""
    found = list(_of_model(charge, item, items))
    model = charge.model
    limits = (model.minimum, model.maximum) if isinstance(model, Percentage) else (charge.minimum, charge.maximum)
    for part, amount in zip(("minimum", "maximum"), limits, strict=True):
        if amount is not None:
            found.append(Component(PriceRow(part, ()), amount))
    return tuple(found)


def _of_model(charge: Charge, item: Item, items: Mapping[str, Item]) -> Iterable[Component]:
    unit_part = "rate" if is_currency(item.unit) else "unit"
    match charge.model:
        case PerUnit(unit_price):
            yield Component(PriceRow(unit_part, ()), unit_price)
        case Flat(amount):
            yield Component(PriceRow("flat", ()), amount)
        case Package(size, price, part_package):
            yield Component(PriceRow("package", (), package_size=size, part_package=part_package), price)
        case Percentage(rate, per_event):
            yield Component(PriceRow("rate", ()), rate)
            if per_event is not None:
                yield Component(PriceRow("per-event", ()), per_event)
        case Volume(tiers, by) if by:
            for position, tier in enumerate(tiers):
                yield from _of_tier(tier, PriceRow("", (), beside=_beside(charge, position, items)), unit_part)
        case Graduated(tiers) | Volume(tiers):
            yield from _of_tiers(tiers, item, unit_part, charge.allowance)


def _of_tiers(tiers: tuple[Tier, ...], item: Item, unit_part: str, allowance: Number | None) -> Iterable[Component]:
    above: Number | None = None
    lower_included = False
    for tier in tiers:
        row = PriceRow("", (), above=above, up_to=tier.bound, includes_upper=tier.includes_bound, includes_lower=lower_included)
        # Tiers see what the allowance left, so only without one can their first and last units be named.
        if item.quantity.step is not None and not allowance:
            row = _with_ends(row, item)
        yield from _of_tier(tier, row, unit_part)
        above, lower_included = tier.bound, not tier.includes_bound


def _of_tier(tier: Tier, row: PriceRow, unit_part: str) -> Iterable[Component]:
    if tier.unit_price is not None:
        yield Component(replace(row, part=unit_part), tier.unit_price)
    if tier.package is not None:
        package = replace(row, part="package", package_size=tier.package.size, part_package=tier.package.part_package)
        yield Component(package, tier.package.price)
    if tier.flat is not None:
        yield Component(replace(row, part="tier-flat"), tier.flat)


def _beside(charge: Charge, position: int, items: Mapping[str, Item]) -> tuple[TierBound, ...]:
    """The bounds of a tier that the use of other items chooses. Of one item it begins where the tier before ends; of several that is not one bound each."""
    by, tier, found = charge.tier_by, charge.tiers[position], []
    before = charge.tiers[position - 1] if position and len(by) == 1 else None
    for number, (name, bound) in enumerate(zip(by, tier.bounds, strict=True)):
        above = before.bounds[number] if before is not None else None
        if above is not None or bound is not None:
            lower = before is not None and not before.includes_bound
            found.append(TierBound(name, items[name].unit if name in items else "", above, bound, tier.includes_bound, lower))
    return tuple(found)


def _with_ends(row: PriceRow, item: Item) -> PriceRow:
    """The row with the first and last quantity that can be ordered in its tier; as it is where none can."""
    first = least_above(item, row.above, row.includes_lower)
    if row.up_to is None:
        return replace(row, first=first)
    last = largest_up_to(item, row.up_to, row.includes_upper)
    return replace(row, first=first, last=last) if last is not None and first <= last else row


Key = tuple[str, Number | None, Number | None, bool, Number | None, str | None, int]
"""What a price is for, as a value that can be compared: the same key under another `per` is the same row in another column."""


def numbered(parts: Iterable[Component]) -> dict[Key, Component]:
    """Prices by what they are for; the same thing priced twice in one charge is numbered."""
    found: dict[Key, Component] = {}
    for component in parts:
        row, count = component.row, 0
        while (key := (row.part, row.above, row.up_to, row.includes_upper, row.package_size, row.part_package, count)) in found:
            count += 1
        found[key] = component
    return found
