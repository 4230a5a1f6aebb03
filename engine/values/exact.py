"""Exact arithmetic: a number is a Decimal while it is finite, a Fraction only after a division that is not.

Sums, differences and products of Decimals are Decimals, which is what the overloads say: amounts stay money.
Contract: no result is ever rounded here but in `round_number`, and no float comes in or goes out. Every other module that
computes with money or quantities uses these functions (rule language, section 3.9).
"""

from collections.abc import Iterable
from decimal import (
    MAX_EMAX,
    MIN_EMIN,
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Clamped,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
    Overflow,
    Rounded,
    Subnormal,
    Underflow,
)
from fractions import Fraction
from functools import cache
from typing import overload

Number = Decimal | Fraction

ZERO = Decimal(0)
ONE = Decimal(1)
_TEN = Decimal(10)

_TRAPS = [Clamped, DivisionByZero, FloatOperation, Inexact, InvalidOperation, Overflow, Rounded, Subnormal, Underflow]
# Wide enough for any product of numbers that a rule file may hold (at most 40 digits each); whatever exceeds it raises.
_EXACT = Context(prec=4000, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=_TRAPS)
_ROUND = Context(prec=4000, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[FloatOperation, InvalidOperation, Overflow, DivisionByZero])

ROUNDING_MODES = {
    "half-up": ROUND_HALF_UP,
    "half-even": ROUND_HALF_EVEN,
    "half-down": ROUND_HALF_DOWN,
    "up": ROUND_UP,
    "down": ROUND_DOWN,
}
"""All are symmetric about zero (rule language, 3.10, Allocation): `down` is towards zero, `up` away from it."""


def exact(value: int | str | Decimal | Fraction) -> Number:
    """The number as Decimal where it has finitely many decimals, else as Fraction; a float raises TypeError.

    >>> exact("0.10"), exact(Fraction(1, 4)), exact(Fraction(1, 3))
    (Decimal('0.10'), Decimal('0.25'), Fraction(1, 3))
    """
    # Of a plain type it is known at once; to ask whether a text is a Fraction takes longer than to read it.
    if type(value) is Decimal:
        return value
    if type(value) is int or type(value) is str:
        return Decimal(value)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, Fraction):
        return _simplest(value)
    if isinstance(value, (bool, float)):
        raise TypeError(f"not an exact number: {value!r}")
    return Decimal(value)


def _simplest(value: Fraction) -> Number:
    numerator, denominator = value.numerator, value.denominator
    if denominator == 1:
        return Decimal(numerator)
    twos = fives = 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    if denominator != 1:
        return value
    places = max(twos, fives)
    return Decimal(numerator * 2 ** (places - twos) * 5 ** (places - fives)).scaleb(-places, context=_EXACT)


@overload
def add(left: Decimal, right: Decimal) -> Decimal: ...
@overload
def add(left: Number, right: Number) -> Number: ...
def add(left: Number, right: Number) -> Number:
    """left + right, exact.

    >>> add(Decimal("0.10"), Decimal("0.2"))
    Decimal('0.30')
    """
    if type(left) is Decimal and type(right) is Decimal:
        return _EXACT.add(left, right)
    return _simplest(Fraction(left) + Fraction(right))


@overload
def subtract(left: Decimal, right: Decimal) -> Decimal: ...
@overload
def subtract(left: Number, right: Number) -> Number: ...
def subtract(left: Number, right: Number) -> Number:
    """left - right, exact."""
    if type(left) is Decimal and type(right) is Decimal:
        return _EXACT.subtract(left, right)
    return _simplest(Fraction(left) - Fraction(right))


@overload
def multiply(left: Decimal, right: Decimal) -> Decimal: ...
@overload
def multiply(left: Number, right: Number) -> Number: ...
def multiply(left: Number, right: Number) -> Number:
    """left x right, exact.

    >>> multiply(Decimal("2.40"), Decimal(10))
    Decimal('24.00')
    """
    if type(left) is Decimal and type(right) is Decimal:
        return _EXACT.multiply(left, right)
    return _simplest(Fraction(left) * Fraction(right))


def divide(left: Number, right: Number) -> Number:
    """left / right, exact: a Decimal where the quotient is finite, else a Fraction; division by zero raises.

    >>> divide(Decimal(1), Decimal(8)), divide(Decimal(1), Decimal(3))
    (Decimal('0.125'), Fraction(1, 3))
    """
    above, below = left.as_integer_ratio()
    over, under = right.as_integer_ratio()
    numerator, denominator = above * under, below * over
    if denominator and numerator % denominator == 0:
        return Decimal(numerator // denominator)
    return _simplest(Fraction(numerator, denominator))


@overload
def total(numbers: Iterable[Decimal]) -> Decimal: ...
@overload
def total(numbers: Iterable[Number]) -> Number: ...
def total(numbers: Iterable[Number]) -> Number:
    """The exact sum of any numbers; 0 of none."""
    result: Number = ZERO
    for number in numbers:
        # The common case without a call: a sum of decimals.
        result = _EXACT.add(result, number) if type(number) is Decimal and type(result) is Decimal else add(result, number)
    return result


@overload
def negate(value: Decimal) -> Decimal: ...
@overload
def negate(value: Number) -> Number: ...
def negate(value: Number) -> Number:
    """-value; zero stays an unsigned zero."""
    if isinstance(value, Fraction):
        return -value
    return value.copy_negate() if value else value.copy_abs()


@overload
def magnitude(value: Decimal) -> Decimal: ...
@overload
def magnitude(value: Number) -> Number: ...
def magnitude(value: Number) -> Number:
    """|value|, exact: `abs` of a Decimal keeps the digits of the program's context and no more."""
    return abs(value) if isinstance(value, Fraction) else value.copy_abs()


def whole_down(value: Number) -> int:
    """The largest whole number that is not above `value`: whole_down(2.7) is 2."""
    return Fraction(value).__floor__()


def whole_up(value: Number) -> int:
    """The smallest whole number that is not below `value`: whole_up(12.1) is 13."""
    return Fraction(value).__ceil__()


def round_number(value: Number, places: int, mode: str) -> Decimal:
    """`value` with `places` decimals by one of ROUNDING_MODES. The one place where the product rounds a number.

    >>> round_number(Fraction(2, 3), 2, "half-up"), round_number(Decimal("-0.125"), 2, "half-even")
    (Decimal('0.67'), Decimal('-0.12'))
    """
    rounding = ROUNDING_MODES[mode]
    if type(value) is Decimal:
        return _ROUND_WITH[rounding].quantize(value, _quantum(places))
    scaled = Fraction(value) * Fraction(10) ** places
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    # Only the comparison with one half matters for the modes, so three decimals of it stand for the exact rest.
    half = (2 * rest > scaled.denominator) - (2 * rest < scaled.denominator)
    nearby = _EXACT.add(Decimal(whole), _BESIDE_HALF[half]) if rest else Decimal(whole)
    rounded = _ROUND_WITH[rounding].quantize(nearby, ONE)
    return _ROUND.scaleb(rounded if scaled >= 0 else rounded.copy_negate(), -places)


_BESIDE_HALF = {-1: Decimal("0.25"), 0: Decimal("0.5"), 1: Decimal("0.75")}


@cache
def _quantum(places: int) -> Decimal:
    return Decimal((0, (1,), -places))


def _round_context(rounding: str) -> Context:
    context = _ROUND.copy()
    context.rounding = rounding
    return context


_ROUND_WITH = {mode: _round_context(mode) for mode in (*ROUNDING_MODES.values(), ROUND_FLOOR, ROUND_CEILING)}


def decimal_places(value: Decimal) -> int:
    """How many decimals the number is written with: 2 for 2.40, -1 for 1E+1; infinite ones and NaN raise ValueError."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"not a finite number: {value}")
    return -exponent


def finite(value: Number) -> Decimal:
    """The number as the Decimal that a rounding made of it; one that does not end, because nothing rounded it, raises ValueError."""
    number = exact(value)
    if isinstance(number, Fraction):
        raise ValueError(f"a number that was not rounded: {value}")
    return number


def is_finite_decimal(value: Number) -> bool:
    """Whether the number can be written out in full."""
    return type(exact(value)) is Decimal


def trimmed(value: Number) -> Number:
    """The same number without zeros at the end of its decimals, so that nothing depends on how it was computed.

    >>> trimmed(Decimal("35.2800")), trimmed(Decimal("100.00")), trimmed(Decimal("1E+2"))
    (Decimal('35.28'), Decimal('100'), Decimal('100'))
    """
    number = exact(value)
    if type(number) is not Decimal:
        return number
    short = _EXACT.normalize(number)
    # Only a multiple of ten has an exponent above zero now.
    return short if _EXACT.remainder(short, _TEN) else _EXACT.quantize(short, ONE)


def plain(value: Number, at_least: int = 0) -> str:
    """The number as a text: no exponent, no trailing zeros beyond `at_least` decimals, 10 places half-up where it does not end.

    Source: rule language, 3.10, Output.

    >>> plain(Decimal("19.0"), 2), plain(Decimal("500.00")), plain(Fraction(2, 3), 2)
    ('19.00', '500', '0.6666666667')
    """
    number = value if type(value) is Decimal else exact(value)
    if type(number) is not Decimal:
        number = round_number(number, 10, "half-up")
    text = str(number)
    if "E" in text:
        text = format(number, "f")
    if at_least == 0 and text[-1] != "0":
        return text  # most are: there is nothing to take off
    whole, point, decimals = text.partition(".")
    if point and (len(decimals) > at_least or decimals[-1] == "0"):
        decimals = decimals.rstrip("0")
    if len(decimals) < at_least:
        decimals = decimals.ljust(at_least, "0")
    if whole == "-0" and not decimals.strip("0"):
        whole = "0"
    return f"{whole}.{decimals}" if decimals else whole


def shown(value: Number) -> Decimal:
    """The number that `plain` prints, for identities that must hold on paper."""
    number = exact(value)
    return number if type(number) is Decimal else round_number(number, 10, "half-up")
