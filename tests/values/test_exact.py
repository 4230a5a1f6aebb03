"""Exact arithmetic: nothing is rounded unseen, everything rounds as the rule language says."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.exact import (
    ROUNDING_MODES,
    add,
    decimal_places,
    divide,
    exact,
    finite,
    multiply,
    negate,
    plain,
    round_number,
    shown,
    subtract,
    total,
    whole_down,
    whole_up,
)

decimals = st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, allow_infinity=False, places=9)
numbers = decimals | st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)


@pytest.mark.parametrize("value", [0.1, 1.0, True, float("nan")])
def test_a_binary_float_is_refused(value):
    with pytest.raises(TypeError):
        exact(value)


@given(numbers, numbers)
def test_operations_agree_with_rational_arithmetic(left, right):
    assert Fraction(add(left, right)) == Fraction(left) + Fraction(right)
    assert Fraction(subtract(left, right)) == Fraction(left) - Fraction(right)
    assert Fraction(multiply(left, right)) == Fraction(left) * Fraction(right)
    assert Fraction(total([left, right, left])) == 2 * Fraction(left) + Fraction(right)
    if right:
        assert Fraction(divide(left, right)) == Fraction(left) / Fraction(right)


@given(numbers, numbers)
def test_a_finite_result_is_a_decimal(left, right):
    result = add(left, right)
    rest = Fraction(result).denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    assert isinstance(result, Decimal) or rest != 1


def test_products_of_forty_digits_stay_exact_whatever_the_callers_context():
    with decimal.localcontext() as context:
        context.prec = 5
        big = Decimal("1234567890123456789012345678901234567890.12")
        assert multiply(big, big) == Decimal(123456789012345678901234567890123456789012**2).scaleb(-4, decimal.Context(prec=200))
        assert round_number(big, 1, "down") == Decimal("1234567890123456789012345678901234567890.1")
        assert plain(Fraction(1, 3)) == "0.3333333333"


ROUNDING = [
    # value, places, half-up, half-even, half-down, up, down
    ("0.125", 2, "0.13", "0.12", "0.12", "0.13", "0.12"),
    ("0.135", 2, "0.14", "0.14", "0.13", "0.14", "0.13"),
    ("0.1251", 2, "0.13", "0.13", "0.13", "0.13", "0.12"),
    ("0.1249", 2, "0.12", "0.12", "0.12", "0.13", "0.12"),
    ("2.5", 0, "3", "2", "2", "3", "2"),
    ("1250", -2, "1300", "1200", "1200", "1300", "1200"),
    ("0.00", 2, "0.00", "0.00", "0.00", "0.00", "0.00"),
]


@pytest.mark.parametrize("row", ROUNDING)
@pytest.mark.parametrize("kind", [Decimal, Fraction])
@pytest.mark.parametrize("sign", [1, -1])
def test_each_mode_is_symmetric_about_zero(row, kind, sign):
    value, places, *expected = row
    for mode, wanted in zip(("half-up", "half-even", "half-down", "up", "down"), expected, strict=True):
        assert round_number(kind(value) * sign, places, mode) == Decimal(wanted) * sign, mode


@given(numbers, st.integers(0, 12), st.sampled_from(sorted(ROUNDING_MODES)))
def test_rounding_stays_within_one_unit_and_is_idempotent(value, places, mode):
    rounded = round_number(value, places, mode)
    assert abs(Fraction(rounded) - Fraction(value)) < Fraction(1, 10**places)
    assert round_number(rounded, places, mode) == rounded
    assert rounded.as_tuple().exponent == -places


@pytest.mark.parametrize(
    ("value", "at_least", "text"),
    [
        (Decimal("1E+3"), 0, "1000"),
        (Decimal("1E-9"), 0, "0.000000001"),
        (Decimal("-0.00"), 2, "0.00"),
        (Decimal("19"), 2, "19.00"),
        (Decimal("0.0350"), 2, "0.035"),
        (Fraction(1, 3), 0, "0.3333333333"),
        (Fraction(1, 8), 2, "0.125"),
        (Fraction(-2, 3), 2, "-0.6666666667"),
    ],
)
def test_a_number_is_written_without_exponent_and_without_idle_zeros(value, at_least, text):
    assert plain(value, at_least) == text


def test_what_is_shown_is_what_is_printed():
    assert shown(Fraction(2, 3)) == Decimal("0.6666666667")
    assert shown(Decimal("1.230")) == Decimal("1.23")


def test_whole_numbers_and_signs():
    assert (whole_down(Fraction(27, 10)), whole_up(Decimal("12.1")), whole_up(Decimal(12))) == (2, 13, 12)
    assert str(negate(Decimal("0.00"))) == "0.00"
    assert negate(Fraction(1, 3)) == Fraction(-1, 3)
    assert negate(Fraction(0)) == 0


MANY_DIGITS = Decimal("-12345678901234567890123456789012.345678")


def test_a_sign_is_turned_without_rounding():
    """`abs` and `-` round to the caller's context, which has 28 digits."""
    assert abs(MANY_DIGITS) != MANY_DIGITS.copy_abs()
    assert negate(MANY_DIGITS) == MANY_DIGITS.copy_abs()
    assert add(negate(MANY_DIGITS), MANY_DIGITS) == 0


def test_decimals_as_they_are_written():
    assert [decimal_places(Decimal(text)) for text in ("2.40", "19", "1E+1", "-0.005")] == [2, 0, -1, 3]
    with pytest.raises(ValueError, match="not a finite number: NaN"):
        decimal_places(Decimal("NaN"))


def test_what_was_rounded_is_finite():
    assert [finite(Decimal("2.40")), finite(Fraction(1, 8))] == [Decimal("2.40"), Decimal("0.125")]
    with pytest.raises(ValueError, match="a number that was not rounded: 1/3"):
        finite(Fraction(1, 3))
