"""What the rule language says, once more and naively, in Fractions: the laws compare the engine with this, never with itself."""

from fractions import Fraction
from math import ceil, floor

ROUND = {
    "half-up": lambda whole, rest: whole + (rest >= Fraction(1, 2)),
    "half-down": lambda whole, rest: whole + (rest > Fraction(1, 2)),
    "half-even": lambda whole, rest: whole + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)),
    "up": lambda whole, rest: whole + (rest > 0),
    "down": lambda whole, rest: whole,
}
"""Modes on the size of a number: `whole` units of the last place and the rest, 0 <= rest < 1; the sign is put back after."""


def rounded(value: Fraction, places: int, mode: str) -> Fraction:
    """The nearest multiples of 10^-places, one of them by the mode, mirrored for negative numbers."""
    size = abs(value) * 10**places
    units = ROUND[mode](floor(size), size - floor(size))
    return Fraction(units, 10**places) * (-1 if value < 0 else 1)


def graduated_between(tiers: list[dict], start: Fraction, end: Fraction) -> Fraction:
    """What the units above `start` and up to `end` cost: each at its own tier's price, a `flat` where a tier is entered."""
    cost, lower = Fraction(0), Fraction(0)
    for tier in tiers:
        upper = Fraction(tier["bound"]) if tier["bound"] is not None else max(end, lower)
        held = max(Fraction(0), min(end, upper) - max(start, lower))
        cost += held * Fraction(tier["unit_price"])
        if start <= lower < end:  # its first unit lies in the stretch
            cost += Fraction(tier["flat"])
        lower = upper
    return cost


def volume(tiers: list[dict], quantity: Fraction) -> Fraction:
    """All units at the price of the first tier that is not too small, and its `flat`."""
    for tier in tiers:
        bound = tier["bound"]
        if bound is None or quantity < bound or (quantity == bound and tier["includes"]):
            return quantity * Fraction(tier["unit_price"]) + Fraction(tier["flat"])
    raise AssertionError("the last tier is open")


def packages(size: Fraction, price: Fraction, part: str, quantity: Fraction) -> Fraction:
    """Packages are counted whole, in proportion, or without the last part."""
    count = quantity / size
    return price * {"whole": Fraction(ceil(count)), "proportional": count, "drop": Fraction(floor(count))}[part]


def percentage(rate: Fraction, per_event: Fraction, low: Fraction, high: Fraction | None, amount: Fraction) -> Fraction:
    """One event: a share of the amount and a fixed fee, held between a minimum and a maximum."""
    owed = max(amount * rate + per_event, low)
    return owed if high is None else min(owed, high)


def shares(units: int, weights: list[Fraction]) -> list[int]:
    """Largest remainder, one unit at a time: whoever is furthest below the exact share gets the next missing one."""
    whole = sum(weights)
    exact = [units * weight / whole if whole else Fraction(units, len(weights)) for weight in weights]
    given = [floor(share) for share in exact]
    behind = [(given[i] - exact[i], i) for i in range(len(exact))]
    for _, index in sorted(behind)[: units - sum(given)]:
        given[index] += 1
    return given
