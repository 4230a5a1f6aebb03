"""The calculation of a step as a small expression of exact numbers, which has two readings: a text for people, and its value.

Contract: what `text` writes is what `value` computes, by the rules of school: × and ÷ before + and −, equal ones from left to right. Nothing is
rounded, and no text is read back; a page writes the same text with the digits of its language.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from typing import Literal

from engine.model.checks import InvalidRecord
from engine.values.exact import ZERO, Number, add, decimal_places, divide, exact, multiply, negate, plain, subtract


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with `least` decimals, and more only where it has them; one that never ends is a fraction in brackets: (100/3)."""

    value: Number
    least: int = 0

    def __post_init__(self) -> None:
        if type(self.value) is not Decimal and not isinstance(self.value, Fraction):
            raise InvalidRecord(f"{self.value!r} is no exact number")


@dataclass(frozen=True, slots=True)
class Price(Figure):
    """A number as its author wrote it, with at least `least` decimals: 2.400 stays, and 19.9 is 19.90; one that never ends is 100/3."""


@dataclass(frozen=True, slots=True)
class Percent(Figure):
    """A ratio as a percentage: 0.17 is 17%."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with its unit: 500 GB."""

    number: "Formula"
    unit: str


Sign = Literal[";", "=", "→", "+", "−", "×", "÷", "/", "min", "max"]


@dataclass(frozen=True, slots=True)
class Calculation:
    """Two parts or more, joined by a sign. Where the last says the same in other words (=), is what becomes of the others (→), or follows
    them (;), it alone is the value."""

    sign: Sign
    parts: tuple["Formula", ...]

    def __post_init__(self) -> None:
        if len(self.parts) < 2 or self.sign not in _SIGNS:
            raise InvalidRecord(f"a calculation has a sign and two parts or more, and not `{self.sign}` and {len(self.parts)}")


Formula = Decimal | Fraction | Figure | Measure | Calculation
"""A number by itself has no more decimals than it needs; one that never ends is 100/3."""


def number(value: Number, least: int) -> Formula:
    """A number with at least `least` decimals, or one that never ends by itself."""
    return Figure(value, least) if type(value) is Decimal else value


def signed(value: Number, least: int) -> Formula:
    """A number that may be negative, where its sign would be read as a minus: (0 − 5.00)."""
    return Figure(value, least) if value >= 0 else difference(ZERO, Figure(negate(value), least))


def product(*parts: Formula) -> Calculation:
    """All parts multiplied."""
    return Calculation("×", parts)


def quotient(dividend: Formula, divisor: Formula) -> Calculation:
    """One part divided by another."""
    return Calculation("÷", (dividend, divisor))


def difference(*parts: Formula) -> Calculation:
    """The first part less all others."""
    return Calculation("−", parts)


def summed(parts: Iterable[Formula | None]) -> Formula | None:
    """The sum of the parts that there are: one stands by itself, of none there is nothing to say."""
    there = tuple(part for part in parts if part is not None)
    return Calculation("+", there) if len(there) > 1 else there[0] if there else None


_SIGNS: dict[str, tuple[int, int, int, str, Callable[[Number, Number], Number]]] = {
    ";": (0, 0, 0, "; ", lambda _, last: last),
    "=": (1, 1, 1, " = ", lambda _, last: last),
    "→": (1, 1, 1, " → ", lambda _, last: last),
    "+": (2, 2, 2, " + ", add),
    "−": (2, 3, 3, " − ", subtract),
    "×": (3, 3, 3, " × ", multiply),
    "÷": (3, 3, 4, " ÷ ", divide),
    "/": (3, 3, 4, "/", divide),
    "min": (4, 0, 0, ", ", min),
    "max": (4, 0, 0, ", ", max),
}
"""How close a sign binds; how close its first part, and each further one, must bind to stand without brackets; what is written between the parts;
what is computed. What is less than nothing stands apart in every place of a difference: (0 − 5.00) − 3.00."""


def value(formula: Formula) -> Number:
    """What the calculation gives, exactly.

    >>> value(difference(Decimal("1068.00"), product(Decimal("1068.00"), Percent(Decimal("0.17")))))
    Decimal('886.4400')
    """
    match formula:
        case Calculation(sign, parts):
            return reduce(_SIGNS[sign][-1], map(value, parts))
        case Measure(inner):
            return value(inner)
        case Figure(figure):
            return figure
    return exact(formula)


def text(formula: Formula | None, digits: Callable[[Number, int], str] = plain, percent: Callable[[str], str] = "{}%".format) -> str:
    """The calculation as it is written; empty where there is none. `digits` writes a number with at least so many decimals, `percent` a percentage.

    >>> text(difference(Figure(Decimal("1068.00"), 2), product(Figure(Decimal("1068.00"), 2), Percent(Decimal("0.17")))))
    '1068.00 − 1068.00 × 17%'
    """

    def written(part: Formula, must_bind: int = 0) -> str:
        match part:
            case Calculation(sign, parts):
                binds, first, further, between, _ = _SIGNS[sign]
                said = between.join(written(each, further if place else first) for place, each in enumerate(parts))
                said = f"{sign}({said})" if sign in ("min", "max") else said
                return f"({said})" if binds < must_bind else said
            case Measure(inner, unit):
                return f"{written(inner)} {unit}"
            case Percent(ratio, least):
                return percent(written(Figure(multiply(ratio, Decimal(100)), least)))
            case Price(Decimal() as price, least):
                return digits(price, max(least, decimal_places(price)))
            case Figure(Decimal() as finite, least):
                return digits(finite, least)
            case Decimal():
                return digits(part, 0)
        above, below = value(part).as_integer_ratio()
        if below == 1:
            return digits(Decimal(above), 0)
        fraction = f"{digits(Decimal(above), 0)}/{digits(Decimal(below), 0)}"
        return f"({fraction})" if type(part) is Figure or must_bind > _SIGNS["/"][0] else fraction

    return written(formula) if formula is not None else ""
