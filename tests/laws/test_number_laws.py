"""Laws of rounding, allocation and units (rule language, 3.9 and 3.10, Allocation)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pricing.settlement import share_capped
from engine.values.exact import ROUNDING_MODES, round_number
from engine.values.money import allocate
from engine.values.units import UnitTable
from tests.laws import reference
from tests.laws.numbers import SIGNED

PLACES = st.integers(0, 6)
MODES = pytest.mark.parametrize("mode", sorted(ROUNDING_MODES))


def test_every_mode_has_a_definition_of_its_own():
    assert set(ROUNDING_MODES) == set(reference.ROUND)


@MODES
@given(value=SIGNED, places=PLACES)
def test_rounding_is_its_definition(mode, value, places):
    assert Fraction(round_number(value, places, mode)) == reference.rounded(Fraction(value), places, mode)


@MODES
@given(value=SIGNED, places=PLACES)
def test_rounding_is_symmetric_about_zero(mode, value, places):
    assert round_number(-value, places, mode) == -round_number(value, places, mode)


@MODES
@given(value=SIGNED, places=PLACES)
def test_a_rounded_number_stays(mode, value, places):
    once = round_number(value, places, mode)
    assert round_number(once, places, mode) == once
    assert abs(Fraction(once) - Fraction(value)) < Fraction(1, 10**places)


@MODES
@given(first=SIGNED, second=SIGNED, places=PLACES)
def test_rounding_keeps_the_order(mode, first, second, places):
    low, high = sorted((first, second), key=Fraction)
    assert round_number(low, places, mode) <= round_number(high, places, mode)


WEIGHTS = st.lists(
    st.one_of(st.integers(0, 50).map(Decimal), st.fractions(0, 5, max_denominator=9), st.decimals(0, 100, places=2)),
    min_size=1,
    max_size=8,
)
MINOR_UNITS = st.integers(0, 100000)


@given(MINOR_UNITS, WEIGHTS, st.integers(0, 3))
def test_allocation_gives_all_of_it_by_largest_remainder(units, weights, places):
    shares = allocate(Decimal(units).scaleb(-places), weights, places)
    assert [Fraction(share) * 10**places for share in shares] == reference.shares(units, [Fraction(weight) for weight in weights])
    assert sum(map(Fraction, shares)) == Fraction(units, 10**places)


@given(MINOR_UNITS, WEIGHTS, st.integers(0, 3))
def test_allocation_is_proportional_within_one_minor_unit(units, weights, places):
    parts = [Fraction(weight) for weight in weights]
    whole = sum(parts)
    for share, part in zip(allocate(Decimal(units).scaleb(-places), weights, places), parts, strict=True):
        exact = Fraction(units, 10**places) * (part / whole if whole else Fraction(1, len(parts)))
        assert abs(Fraction(share) - exact) < Fraction(1, 10**places)
        assert share >= 0


@given(MINOR_UNITS, WEIGHTS, st.integers(0, 3))
def test_a_document_of_credits_mirrors_its_allocation(units, weights, places):
    amount = Decimal(units).scaleb(-places)
    assert allocate(-amount, weights, places) == tuple(-share for share in allocate(amount, weights, places))


@given(MINOR_UNITS, WEIGHTS, st.integers(1, 1000))
def test_only_the_proportion_of_weights_matters(units, weights, factor):
    amount = Decimal(units).scaleb(-2)
    assert allocate(amount, weights, 2) == allocate(amount, [Fraction(weight) * factor for weight in weights], 2)


LEFT = st.lists(st.decimals(0, 60, places=4), min_size=1, max_size=6)


@given(st.integers(1, 20000), LEFT)
def test_a_coupon_takes_no_more_than_a_line_has(units, left):
    """Whole minor units of what each line has left, all of the amount where there is room for it, never more."""
    amount, whole = Decimal(units).scaleb(-2), [reference.rounded(Fraction(each), 2, "down") for each in left]
    shares = [Fraction(share) for share in share_capped(amount, left, 2)]
    assert all(0 <= share <= each for share, each in zip(shares, map(Fraction, left), strict=True))
    if amount >= sum(left):
        assert shares == [Fraction(each) for each in left]
    else:
        assert sum(shares) == min(Fraction(amount), sum(whole))
        assert all((share * 100).denominator == 1 for share in shares)


FACTORS = st.one_of(st.integers(1, 4096).map(Decimal), st.decimals("0.001", 5000, places=3), st.fractions(Fraction(1, 60), 60, max_denominator=60))


@given(SIGNED.map(abs), FACTORS, FACTORS)
def test_a_quantity_converted_there_and_back_is_the_same(quantity, small, large):
    table = UnitTable({"base": ("base", Decimal(1)), "small": ("base", small), "large": ("base", large)})
    for other in ("base", "large"):
        there = table.convert(quantity, "small", other)
        assert Fraction(table.convert(there, other, "small")) == Fraction(quantity)
    assert Fraction(table.convert(quantity, "small", "base")) == Fraction(quantity) * Fraction(small)


@given(SIGNED.map(abs), FACTORS, FACTORS)
def test_a_way_over_a_third_unit_changes_nothing(quantity, small, large):
    table = UnitTable({"base": ("base", Decimal(1)), "small": ("base", small), "large": ("base", large)})
    over = table.convert(table.convert(quantity, "small", "base"), "base", "large")
    assert Fraction(over) == Fraction(table.convert(quantity, "small", "large"))
