"""The bands of a charge: stretches of quantity in each of which what it costs is a straight line (rule language, 3.5).

Contract: says of every quantity what `charges.rate_charge` says, as numbers instead of steps: sums over many windows follow from their
number, the sum of their quantities and the number of their packages. Knows no windows, no rounding and no currency.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.model.prices import Charge, Flat, Graduated, Package, Percentage, PerUnit, Tier, Volume
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply, negate, subtract, whole_down, whole_up


@dataclass(frozen=True, slots=True)
class Packing:
    """Packages of `size` from the quantity `start` on, each at `price`: whole ones, a begun one counts as one (`up`) or as none."""

    size: Number
    price: Number
    start: Number = ZERO
    up: bool = True

    def count(self, quantity: Number) -> int:
        """How many packages the quantity has."""
        parts = divide(subtract(quantity, self.start), self.size)
        return whole_up(parts) if self.up else whole_down(parts)


@dataclass(frozen=True, slots=True)
class BandPart:
    """A price that a quantity in the band has: of a `unit` (of `size` units), a `flat`, what the `allowance` frees, a `minimum`, a `maximum`.

    Of one quantity q it prices `offset`, with `moves` q + `offset`; None: whatever the quantity is. `tier` are the bounds of its tier.
    """

    kind: str
    price: Number
    offset: Number | None = None
    moves: bool = False
    size: Number = ONE
    tier: tuple[Number, Number | None] | None = None

    def quantity(self, count: int, quantity: Number) -> Number | None:
        """How much of `count` quantities that are `quantity` together it prices; None where it has a price whatever they are."""
        if self.offset is None:
            return None
        fixed = multiply(self.offset, exact(count))
        return add(quantity, fixed) if self.moves else fixed


@dataclass(frozen=True, slots=True)
class Band:
    """The quantities from `lower` to `upper` (None: open), which cost `slope` x quantity + `intercept` + their packages.

    `parts` are the prices that make it, in the order of the charge.
    """

    lower: Number
    upper: Number | None
    slope: Number
    intercept: Number
    packing: Packing | None = None
    parts: tuple[BandPart, ...] = ()
    includes_lower: bool = True
    includes_upper: bool = True

    def holds(self, quantity: Number) -> bool:
        """Whether the quantity lies in the band."""
        above = quantity > self.lower or (self.includes_lower and quantity == self.lower)
        return above and (self.upper is None or quantity < self.upper or (self.includes_upper and quantity == self.upper))

    def packages(self, quantity: Number) -> int:
        """How many packages of the band's one package price the quantity has; 0 where it has none."""
        return self.packing.count(quantity) if self.packing is not None else 0

    def amount(self, count: int, quantity: Number, packages: int = 0) -> Number:
        """What `count` quantities of the band cost that are `quantity` together and have so many packages."""
        amount = add(multiply(self.slope, quantity), multiply(self.intercept, exact(count)))
        return amount if self.packing is None else add(amount, multiply(self.packing.price, exact(packages)))


def bands_of(charge: Charge) -> tuple[Band, ...]:
    """The bands of a charge in order, from 0 on without a gap: what one application to any quantity costs.

    The running allowance of a `percentage` is none of one quantity: its records have the bands of what it leaves of each. An allowance with terms is
    shared, so that one quantity has no bands: the first is of what is free, the others of what it leaves. Where other quantities choose the tier, each
    tier has bands of its own, one after the other.

    >>> [(band.upper, band.slope, band.intercept) for band in bands_of(Charge(PerUnit(exact("2.40")), minimum=exact(12), at_zero="bill"))]
    [(Decimal('5'), Decimal('0'), Decimal('12')), (None, Decimal('2.40'), Decimal('0'))]
    """
    return _bands_of(_Kept(charge))


def band_at(charge: Charge, quantity: Number, tier: int = 0) -> int:
    """The position of the band that holds the quantity, which is not negative; of an allowance with terms it is what that leaves.

    `tier` is the position of the tier that other quantities chose.
    """
    skipped = 0 if charge.terms is None else 1
    if charge.tier_by:
        apart = [bands_of(each) for each in by_tier(replace(charge, allowance=None, terms=None) if skipped else charge)]
        before = skipped + sum(map(len, apart[:tier]))
        return before + next(position for position, band in enumerate(apart[tier]) if band.holds(quantity))
    return next(position for position, band in enumerate(bands_of(charge)) if position >= skipped and band.holds(quantity))


class _Kept:
    """A charge as the key of a cache: it is frozen, but its places are a mapping, which has no hash."""

    __slots__ = ("charge",)

    def __init__(self, charge: Charge) -> None:
        self.charge = charge

    def __hash__(self) -> int:
        return id(self.charge)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and other.charge is self.charge


@lru_cache(maxsize=65536)
def _bands_of(kept: _Kept) -> tuple[Band, ...]:
    charge = kept.charge
    if charge.terms is not None:
        return (FREE, *bands_of(replace(charge, allowance=None, terms=None)))
    if charge.tier_by:
        return tuple(_nameless(band) for each in by_tier(charge) for band in bands_of(each))
    bands, freed = _clamped(charge, _of_model(charge.model)), charge.allowance or ZERO
    nothing = charge.at_zero == "skip"
    found: list[Band] = []
    if nothing or freed:
        found.append(NOTHING if nothing else _at_zero(bands[0], ZERO, True))
        bands = [replace(band, includes_lower=position > 0 and band.includes_lower) for position, band in enumerate(bands) if band.upper != ZERO]
    if freed:
        # A percentage owes no `per_event` for what is freed; everything else is due as at 0.
        at_zero = NOTHING if nothing else _clamped(charge, _of_model(charge.model, freed=True))[0]
        band = _at_zero(at_zero, freed, False)
        found.append(replace(band, parts=(BandPart("allowance", ZERO, ZERO, moves=True), *band.parts)))
    return (*found, *(_shifted(band, freed) for band in bands))


def by_tier(charge: Charge) -> Iterator[Charge]:
    """The charge as it is in each of its tiers, which other quantities choose."""
    for tier in charge.tiers:
        yield replace(charge, model=Volume((replace(tier, bounds=()),)))


def _nameless(band: Band) -> Band:
    """The band without the bounds of its tier, which are none of the quantity that is charged."""
    return replace(band, parts=tuple(replace(part, tier=None) for part in band.parts))


NOTHING = Band(ZERO, ZERO, ZERO, ZERO)
"""Where nothing is due because nothing is charged."""
FREE = Band(ZERO, None, ZERO, ZERO, None, (BandPart("allowance", ZERO, ZERO, moves=True),))
"""What a shared allowance frees."""


def _at_zero(band: Band, upper: Number, includes_lower: bool) -> Band:
    """What the band costs at 0, for all quantities up to `upper`: what is left of them is nothing."""
    parts = tuple(replace(part, moves=False) for part in band.parts)
    return Band(ZERO, upper, ZERO, band.amount(1, ZERO, band.packages(ZERO)), None, parts, includes_lower)


def _shifted(band: Band, freed: Number) -> Band:
    """The band of what is charged as one of what is used, which is so much more."""
    if not freed:
        return band
    parts = tuple(replace(part, offset=subtract(part.offset, freed)) if part.offset is not None and part.moves else part for part in band.parts)
    return replace(
        band, lower=add(band.lower, freed), upper=None if band.upper is None else add(band.upper, freed),
        intercept=subtract(band.intercept, multiply(band.slope, freed)),
        packing=None if band.packing is None else replace(band.packing, start=add(band.packing.start, freed)),
        parts=(BandPart("allowance", ZERO, freed), *parts),
    )  # fmt: skip


# --- the models -------------------------------------------------------------------------------------------------------------------


def _of_model(model: object, freed: bool = False) -> list[Band]:
    """The bands of a model, from 0 on; `freed`: of a quantity that an allowance reaches."""
    match model:
        case PerUnit(unit_price):
            return [Band(ZERO, None, unit_price, ZERO, None, (BandPart("unit", unit_price, ZERO, moves=True),))]
        case Flat(amount):
            return [Band(ZERO, None, ZERO, amount, None, (BandPart("flat", amount),))]
        case Package():
            return [_of_packages(model, Band(ZERO, None, ZERO, ZERO), None)]
        case Graduated(tiers):
            return list(_graduated(tiers))
        case Volume(tiers):
            return list(_volume(tiers))
        case Percentage(rate, per_event, minimum, maximum):
            due = ZERO if per_event is None or freed else per_event
            # A share of money has no price of a unit, so no part is told of it.
            return [replace(band, parts=()) for band in _held([Band(ZERO, None, rate, due)], minimum, maximum)]
    raise TypeError(f"not a charge model: {model!r}")


def _of_packages(package: Package, band: Band, tier: tuple[Number, Number | None] | None) -> Band:
    """The band with packages of all that is above its lower end."""
    offset = negate(band.lower) if tier is not None else ZERO
    part = BandPart("unit", package.price, offset, True, package.size, tier)
    if package.part_package == "proportional":
        slope = divide(package.price, package.size)
        return replace(band, slope=slope, intercept=add(band.intercept, multiply(slope, offset)), parts=(*band.parts, part))
    return replace(band, packing=Packing(package.size, package.price, negate(offset), package.part_package == "whole"), parts=(*band.parts, part))


def _graduated(tiers: tuple[Tier, ...]) -> Iterator[Band]:
    """Each tier with all of those below it; one that holds no quantity only speaks for 0."""
    lower: Number = ZERO
    below: Number = ZERO
    parts: tuple[BandPart, ...] = ()
    for position, tier in enumerate(tiers):
        if position > 0 and tier.bound == lower:
            continue
        own = _of_tier(tier, Band(lower, tier.bound, ZERO, ZERO, includes_lower=position == 0), (lower, tier.bound), lower)
        yield replace(own, intercept=add(own.intercept, below), parts=(*parts, *own.parts))
        if tier.bound is not None and tier.bound > lower:
            width = subtract(tier.bound, lower)
            below = add(below, own.amount(1, tier.bound, own.packages(tier.bound)))
            parts += tuple(replace(part, moves=False, offset=None if part.offset is None else width) for part in own.parts)
            lower = tier.bound


def _volume(tiers: tuple[Tier, ...]) -> Iterator[Band]:
    lower: Number = ZERO
    above = True
    for tier in tiers:
        if tier.bound != ZERO or tier.includes_bound:
            band = Band(lower, tier.bound, ZERO, ZERO, None, (), above, tier.includes_bound)
            yield _of_tier(tier, band, (lower, tier.bound), ZERO)
            above = not tier.includes_bound
        lower = ZERO if tier.bound is None else tier.bound


def _of_tier(tier: Tier, band: Band, bounds: tuple[Number, Number | None], start: Number) -> Band:
    """The band with the tier's own price for all that is above `start`."""
    if tier.unit_price is not None:
        part = BandPart("unit", tier.unit_price, negate(start), moves=True, tier=bounds)
        band = replace(band, slope=tier.unit_price, intercept=negate(multiply(tier.unit_price, start)), parts=(part,))
    elif tier.package is not None:
        band = replace(_of_packages(tier.package, replace(band, lower=start), bounds), lower=band.lower)
    if tier.flat is not None:
        band = replace(band, intercept=add(band.intercept, tier.flat), parts=(*band.parts, BandPart("flat", tier.flat, tier=bounds)))
    return band


# --- minimum and maximum ----------------------------------------------------------------------------------------------------------


def _clamped(charge: Charge, bands: list[Band]) -> list[Band]:
    return _held(bands, charge.minimum, charge.maximum)


def _held(bands: list[Band], minimum: Number | None, maximum: Number | None) -> list[Band]:
    """The bands with the parts of them that cost less than the minimum or more than the maximum held at it."""
    if minimum is not None:
        bands = [part for band in bands for part in _cut(band, minimum, _below)]
    if maximum is not None:
        bands = [part for band in bands for part in _cut(band, maximum, _above)]
    return bands


Side = Callable[[Band, Number], tuple[Band | None, Band | None]]


def _cut(band: Band, bound: Number, side: Side) -> Iterator[Band]:
    """The band in two: where the bound holds the amount and where it does not, in order."""
    held, free = side(band, bound)
    kind = "minimum" if side is _below else "maximum"
    if held is not None:
        held = replace(held, slope=ZERO, intercept=bound, packing=None, parts=(*held.parts, BandPart(kind, bound)))
    found = [each for each in (held, free) if each is not None]
    yield from found if side is _below else found[::-1]


def _below(band: Band, bound: Number) -> tuple[Band | None, Band | None]:
    """What of the band costs less than the bound, and the rest above it."""
    packing, over = band.packing, subtract(bound, band.intercept)
    if packing is not None and packing.price:
        fewest = whole_up(divide(over, packing.price))
        return _split(band, add(packing.start, multiply(exact(fewest - packing.up), packing.size)), packing.up)
    if band.slope:
        return _split(band, divide(over, band.slope), False)
    return (band, None) if band.intercept < bound else (None, band)


def _above(band: Band, bound: Number) -> tuple[Band | None, Band | None]:
    """What of the band costs more than the bound, and the rest below it."""
    packing, over = band.packing, subtract(bound, band.intercept)
    if packing is not None and packing.price:
        most = whole_down(divide(over, packing.price))
        left, right = _split(band, add(packing.start, multiply(exact(most + (not packing.up)), packing.size)), packing.up)
        return right, left
    if band.slope:
        left, right = _split(band, divide(over, band.slope), True)
        return right, left
    return (band, None) if band.intercept > bound else (None, band)


def _split(band: Band, at: Number, in_left: bool) -> tuple[Band | None, Band | None]:
    """The band up to a quantity and from it on; `in_left`: which of both has the quantity itself."""
    left, right = replace(band, upper=at, includes_upper=in_left), replace(band, lower=at, includes_lower=not in_left)
    if not (band.lower < at or (band.lower == at and band.includes_lower and in_left)):
        return None, band
    if band.upper is not None and not (at < band.upper or (at == band.upper and band.includes_upper and not in_left)):
        return band, None
    return left, right
