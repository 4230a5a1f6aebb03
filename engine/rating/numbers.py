"""Numbers as an engine computes with them: whole ones of 64 bits, whose range is proved before anything runs.

Contract: the one place that proves that a value fits, and that turns prices, ratios and roundings into whole constants. A rounding is a
division of whole numbers; everything in it is a constant but the quantity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from engine.pricing.bands import Band, Packing
from engine.values.exact import Number, divide, exact, multiply

LARGEST = 2**63 - 1
"""What a column of 64 bits holds."""
LARGEST_SUM = 10**38 - 1
"""What a sum holds, on every engine."""


class OutOfRange(ValueError):
    """A value that 64 bits may not hold; the text says which."""


def in_range(value: int, what: str) -> int:
    """The value; raises OutOfRange where a column may not hold it."""
    if abs(value) > LARGEST:
        raise OutOfRange(f"{what} may need more than the 18 digits that an engine computes with")
    return value


@dataclass(frozen=True, slots=True)
class Scaled:
    """Whole numbers from 0 to `greatest`, each of which stands for so many times `unit` (0.000001 GB)."""

    unit: Number
    greatest: int

    def __post_init__(self) -> None:
        in_range(self.greatest, "a quantity")

    def last(self, upper: Number | None, included: bool) -> int:
        """The last whole number that stands for no more than `upper` (where it is not `included`: for less); None: the greatest."""
        if upper is None:
            return self.greatest
        parts = Fraction(divide(upper, self.unit))
        whole = parts.__floor__()
        return min(self.greatest, whole if included or whole != parts else whole - 1)

    def of(self, number: int) -> Number:
        """What so many stand for."""
        return multiply(exact(number), self.unit)


@dataclass(frozen=True, slots=True)
class Division:
    """A rounding of n/`divisor` by one of the rules' modes: (n + `added`) // `divisor`, and of exact halves the even one.

    >>> [Division.of("half-up", 4).answer(n) for n in (1, 2, 3, 6)], [Division.of("half-even", 4).answer(n) for n in (1, 2, 3, 6)]
    ([0, 1, 1, 2], [0, 0, 1, 2])
    """

    divisor: int
    added: int
    even: bool = False

    @classmethod
    def of(cls, mode: str, divisor: int) -> "Division":
        """The rounding of a quotient that is not below zero."""
        added = {"down": 0, "up": divisor - 1, "half-down": (divisor - 1) // 2}.get(mode, divisor // 2)
        # An odd divisor leaves no exact half.
        return cls(divisor, added, mode == "half-even" and divisor % 2 == 0)

    def answer(self, number: int) -> int:
        """What an engine makes of a number: the one rule of every rounding there, in Python."""
        raised = number + self.added
        whole = raised // self.divisor
        return whole - whole % 2 if self.even and raised % self.divisor == 0 else whole


@dataclass(frozen=True, slots=True)
class RecordRule:
    """How a record counts, of a quantity n above 0: (`times` n + `added`) // `divisor`, and `least` at least."""

    times: int = 1
    added: int = 0
    divisor: int = 1
    least: int = 0

    def answer(self, number: int) -> int:
        """What an engine makes of a record's number."""
        return 0 if number == 0 else max((self.times * number + self.added) // self.divisor, self.least)


def record_rule(unit: Number, greatest: int, at_least: Number | None, round_up: Number | None) -> tuple[RecordRule, Scaled]:
    """Records of so many times `unit` by the rules of a meter, in that unit too: how they count, and as what."""
    if round_up is not None:
        size = Fraction(divide(round_up, unit))
        least = 0 if at_least is None else -(-Fraction(divide(at_least, round_up)) // 1)
        rule, counted = RecordRule(size.denominator, size.numerator - 1, size.numerator, least), round_up
    elif at_least is not None:
        bound = Fraction(divide(at_least, unit))
        rule, counted = RecordRule(bound.denominator, 0, 1, bound.numerator), divide(unit, exact(bound.denominator))
    else:
        rule, counted = RecordRule(), unit
    in_range(rule.times * greatest + rule.added, "a record")
    return rule, Scaled(counted, rule.answer(greatest))


@dataclass(frozen=True, slots=True)
class Packages:
    """How many packages a number has: (`times` n + `added`) // `size`."""

    times: int
    added: int
    size: int


@dataclass(frozen=True, slots=True)
class WholeBand:
    """A band of a charge in whole numbers: up to `last` it costs (`slope` n + `intercept` + `each` x packages) of the rate's divisor."""

    last: int
    slope: int
    intercept: int
    each: int = 0
    packages: Packages | None = None


@dataclass(frozen=True, slots=True)
class WholeRate:
    """What a charge costs for one window of a scaled quantity, in units of the last decimal that is kept; `division` rounds it.

    `greatest` is the highest amount. Without a rounding `division` is None: an amount then follows from the sums of each band, and is
    not computed for a window.
    """

    bands: tuple[WholeBand, ...]
    division: Division | None
    greatest: int = 0


def whole_rate(bands: Sequence[Band], quantity: Scaled, ratio: Number, rounding: tuple[int, str] | None) -> WholeRate:
    """A charge by its bands on a quantity, times `ratio`, rounded to (places, mode); raises OutOfRange where an engine might not hold a value."""
    lasts = [quantity.last(band.upper, band.includes_upper) for band in bands]
    if rounding is None:
        return WholeRate(tuple(_unpriced(band, last, quantity) for band, last in zip(bands, lasts, strict=True)), None)
    places, mode = rounding
    scale = Fraction(ratio) * 10**places
    exacts = [_in_parts(band, quantity, scale) for band in bands]
    divisor = lcm(*(part.denominator for parts in exacts for part in parts))
    division = Division.of(mode, divisor)
    in_range(2 * divisor, "the parts of a price")
    found, greatest = [], 0
    for band, last, (slope, intercept, each) in zip(bands, lasts, exacts, strict=True):
        made = WholeBand(last, int(slope * divisor), int(intercept * divisor) + division.added, int(each * divisor), _packages(band.packing, quantity, last))
        greatest = max(greatest, _most(made) // divisor)
        found.append(made)
    return WholeRate(tuple(found), division, greatest)


def _in_parts(band: Band, quantity: Scaled, scale: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """Slope, intercept and price of a package, each for one of the scaled quantity."""
    each = band.packing.price if band.packing is not None else exact(0)
    return Fraction(band.slope) * Fraction(quantity.unit) * scale, Fraction(band.intercept) * scale, Fraction(each) * scale


def _unpriced(band: Band, last: int, quantity: Scaled) -> WholeBand:
    return WholeBand(last, 0, 0, 0, _packages(band.packing, quantity, last))


def _packages(packing: Packing | None, quantity: Scaled, last: int) -> Packages | None:
    """(n unit - start) / size as whole numbers: rounded up (n unit - start + size - 1) // size."""
    if packing is None:
        return None
    times, start = Fraction(divide(quantity.unit, packing.size)), Fraction(divide(packing.start, packing.size))
    size = lcm(times.denominator, start.denominator)
    found = Packages(int(times * size), -int(start * size) + (size - 1 if packing.up else 0), size)
    in_range(found.times * last + abs(found.added), "the number of packages")
    return found


def _most(band: WholeBand) -> int:
    """More than any step on the way to the amount of any quantity in the band; raises OutOfRange where that might not fit."""
    count = 0
    if band.packages is not None:
        count = max(0, (band.packages.times * band.last + band.packages.added) // band.packages.size)
    return in_range(band.slope * max(band.last, 0) + abs(band.intercept) + band.each * count, "an amount")


def quantity_division(quantity: Scaled, places: int, mode: str) -> tuple[int, Division] | None:
    """Rounding `at: quantity`: what to multiply with and then divide by; None where every quantity has no more decimals than that.

    Raises OutOfRange where the product might not fit.
    """
    factor = Fraction(quantity.unit) * 10**places
    if factor.denominator == 1:
        return None
    division = Division.of(mode, factor.denominator)
    in_range(factor.numerator * quantity.greatest + division.added, "a rounded quantity")
    return factor.numerator, division


def largest_sum(quantities: Sequence[int]) -> None:
    """Raises OutOfRange where a sum of so much might not fit."""
    if any(each > LARGEST_SUM for each in quantities):
        raise OutOfRange("a sum may need more than the 38 digits that an engine adds up with")
