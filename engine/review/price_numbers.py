"""The numbers of a price by what each of them is, and the price as a whole in words."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.model.prices import Charge, Flat, Graduated, Package, Percentage, PerUnit, PriceEntry, Tier, Volume
from engine.review.revision import Kind
from engine.values.exact import ZERO, Number, exact, plain
from engine.values.spans import NOWHERE, Origin

PRICED = ("amount", "ratio")
"""Kinds of numbers of which more means that more is paid."""


class Cell(NamedTuple):
    """One number of a price: what it is, of which charge of its kind, and above which quantity it holds, up to which."""

    what: str
    charge: int = 0
    above: Number | None = None
    upto: Number | None = None


class Value(NamedTuple):
    """The number or word of a cell, and where it stands."""

    kind: Kind
    value: Number | str
    origin: Origin


NONE = Value("word", "", NOWHERE)


def models(entry: PriceEntry) -> list[str]:
    """The kinds of charges that a price has."""
    return sorted(type(charge.model).__name__ for charge in entry.charges)


def price_words(entry: PriceEntry) -> str:
    """A price as a whole: `10.00 each`, `9.00 for 10`, `graduated: 2.40 up to 100, then 2.10`."""
    return " + ".join(_charge_words(charge) for charge in entry.charges)


def _charge_words(charge: Charge) -> str:
    free = f", {plain(charge.allowance)} free{_terms_words(charge)}" if charge.allowance is not None else ""
    match charge.model:
        case PerUnit(unit_price):
            return f"{unit_price:f} each{free}"
        case Flat(amount):
            return f"{amount:f} flat{free}"
        case Package(size, price):
            return f"{price:f} for {plain(size)}{free}"
        case Percentage(rate):
            return f"{plain(exact(rate) * 100)}%{free}"
    if charge.tier_by:
        tiers = [f"{_tier_words(tier, True)}{_beside_words(charge, tier)}" for tier in charge.tiers]
        return f"volume by {' and '.join(charge.tier_by)}: {', '.join(tiers)}{free}"
    return f"{type(charge.model).__name__.lower()}: {', '.join(_tier_words(tier, charge.tiers[0] is tier) for tier in charge.tiers)}{free}"


def _terms_words(charge: Charge) -> str:
    """How an allowance is shared, ends or is carried over: ` over account, for 12 months`."""
    terms = charge.terms
    if terms is None:
        return ""
    said = [f"across {terms.across}"] if terms.across is not None else []
    said += [f"over {terms.over}"] if terms.over == "account" else []
    said += [f"for {terms.lasts}"] if terms.lasts is not None else []
    said += [f"carried over for {terms.carry_over}"] if terms.carry_over is not None else []
    return f" {', '.join(said)}"


def _beside_words(charge: Charge, tier: Tier) -> str:
    """The bounds of a tier that the use of other items chooses: ` up to cpu 100 and memory 1000`; empty for the last one."""
    bounds = [f"{name} {plain(bound)}" for name, bound in zip(charge.tier_by, tier.bounds, strict=True) if bound is not None]
    return f"{' up to' if tier.includes_bound else ' below'} {' and '.join(bounds)}" if bounds else " otherwise"


def _tier_words(tier: Tier, first: bool) -> str:
    parts = [f"{tier.unit_price:f}"] if tier.unit_price is not None else []
    parts += [f"{tier.package.price:f} for {plain(tier.package.size)}"] if tier.package is not None else []
    parts += [f"{tier.flat:f} flat"] if tier.flat is not None else []
    upto = f"{' up to' if tier.includes_bound else ' below'} {plain(tier.bound)}" if tier.bound is not None else ""
    return f"{'' if first or upto else 'then '}{' and '.join(parts)}{upto}"


def cells_of(entry: PriceEntry) -> dict[Cell, Value]:
    """The numbers and words of a price by what they are."""
    found: dict[Cell, Value] = {}
    kinds: dict[str, int] = {}
    for charge in entry.charges:
        name = type(charge.model).__name__
        kinds[name] = kinds.get(name, -1) + 1
        for what, above, kind, value, origin in _numbers(charge):
            found[Cell(what, kinds[name], above)] = Value(kind, value, origin)
    return found


Row = tuple[str, Number | None, Kind, Number | str, Origin]


def _numbers(charge: Charge) -> Iterator[Row]:
    place = charge.place_of
    match charge.model:
        case PerUnit(unit_price):
            yield ("unit-price", None, "amount", unit_price, place("unit_price"))
        case Flat(amount):
            yield ("flat", None, "amount", amount, place("amount"))
        case Package(size, price, part):
            yield ("package-price", None, "amount", price, place("price"))
            yield ("package-size", None, "quantity", size, place("size"))
            yield ("part-package", None, "word", part, place("part_package"))
        case Percentage(rate, per_event, minimum, maximum):
            yield ("rate", None, "ratio", rate, place("rate"))
            yield from _given(("per-event", per_event), ("minimum", minimum), ("maximum", maximum), charge=charge)
        case Graduated(tiers) | Volume(tiers):
            yield ("model", None, "word", type(charge.model).__name__.lower(), charge.origin)
            yield from _chosen(charge) if charge.tier_by else _tiers(tiers)
    if charge.allowance is not None:
        yield ("allowance", None, "quantity", charge.allowance, place("allowance"))
    if charge.terms is not None:
        for name in ("across", "over", "lasts", "carry_over"):
            yield (f"allowance-{name.replace('_', '-')}", None, "word", str(getattr(charge.terms, name) or ""), place("allowance"))
    yield from _given(("minimum", charge.minimum), ("maximum", charge.maximum), charge=charge)
    bounds = (("minimum", charge.net_minimum), ("maximum", charge.net_maximum))
    yield from ((f"net-{name}", None, "amount", net, place(name)) for name, net in bounds if net is not None)
    yield ("at-zero", None, "word", charge.at_zero, place("at_zero"))
    yield ("applies-to", None, "word", charge.applies_to, place("applies_to"))


def _given(*numbers: tuple[str, Number | None], charge: Charge) -> Iterator[Row]:
    for what, value in numbers:
        if value is not None:
            yield (what, None, "amount", value, charge.place_of(what.replace("-", "_")))


def _chosen(charge: Charge) -> Iterator[Row]:
    """The tiers that the use of other items chooses, by their position, and the bounds of each."""
    yield ("tier-by", None, "word", ", ".join(charge.tier_by), charge.place_of("tier_by"))
    for position, tier in enumerate(charge.tiers):
        for what, _, kind, value, origin in _tiers((tier,)):
            yield (f"{what}-{position + 1}", None, kind, value, origin)
        yield (f"bounds-of-tier-{position + 1}", None, "word", _beside_words(charge, tier).strip(), tier.origin)


def _tiers(tiers: Sequence[Tier]) -> Iterator[Row]:
    above: Number = ZERO
    for tier in tiers:
        if tier.unit_price is not None:
            yield ("tier", above, "amount", tier.unit_price, tier.price_origin)
        if tier.package is not None:
            yield ("tier-package", above, "amount", tier.package.price, tier.price_origin)
            yield ("package-size", above, "quantity", tier.package.size, tier.origin)
        if tier.flat is not None:
            yield ("tier-flat", above, "amount", tier.flat, tier.origin)
        above = tier.bound if tier.bound is not None else above
