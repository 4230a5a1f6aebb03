"""Numbers inside a formula of a trace: written so that the formula can be computed again, exactly."""

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from engine.values.exact import Number, multiply, negate, plain

HUNDRED = Decimal(100)


def written(value: Number, at_least: int = 0) -> str:
    """A number in full: one that does not end stays a fraction.

    >>> written(Decimal("12.5"), 2), written(Fraction(100, 3))
    ('12.50', '(100/3)')
    """
    if type(value) is Fraction:
        return f"({value.numerator}/{value.denominator})"
    return plain(value, at_least)


def signed(value: Number, places: int) -> str:
    """A number that may be negative, in a place where a sign would be read as a minus."""
    return written(value, places) if value >= 0 else f"(0 − {written(negate(value), places)})"


@lru_cache(maxsize=1024)
def percent(ratio: Number) -> str:
    """A ratio as a percentage.

    >>> percent(Decimal("0.17")), percent(Decimal("0.125"))
    ('17%', '12.5%')
    """
    return written(multiply(ratio, HUNDRED)) + "%"
