"""The numbers of a plan: what is proved to fit computes exactly, and one more is refused before anything runs."""

from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.prices import Charge, PerUnit
from engine.pricing.bands import bands_of
from engine.rating.numbers import LARGEST, Division, OutOfRange, RecordRule, Scaled, record_rule, whole_rate
from engine.values.exact import ROUNDING_MODES, exact, round_number
from tests.laws.test_band_laws import any_charge

D = Decimal


@given(st.sampled_from(sorted(ROUNDING_MODES)), st.integers(1, 2000), st.integers(0, 10**6))
def test_a_division_rounds_as_the_rules_do(mode, divisor, number):
    assert Division.of(mode, divisor).answer(number) == round_number(Fraction(number, divisor), 0, mode)


@given(
    any_charge(), st.sampled_from(sorted(ROUNDING_MODES)), st.integers(0, 8), st.fractions(min_value=0, max_value=3, max_denominator=800), st.integers(0, 10**7)
)
def test_a_rate_in_whole_numbers_costs_what_the_charge_costs(charge, mode, places, ratio, number):
    quantity = Scaled(D("0.001"), 10**7)
    rate = whole_rate(bands_of(charge), quantity, ratio, (places, mode))
    band = next(band for band in rate.bands if number <= band.last)
    packages = 0 if band.packages is None else (band.packages.times * number + band.packages.added) // band.packages.size
    raised = band.slope * number + band.intercept + band.each * packages
    # What a division adds stands in the band's own constant already.
    amount = Division(rate.division.divisor, 0, rate.division.even).answer(raised)
    exactly = Fraction(next(each for each in bands_of(charge) if each.holds(quantity.of(number))).amount(1, quantity.of(number), packages)) * ratio
    assert amount == round_number(exactly * 10**places, 0, mode)
    assert amount <= rate.greatest


@given(
    st.none() | st.decimals(min_value=0, max_value=9, places=2), st.none() | st.sampled_from([D("0.25"), D(7), exact(Fraction(1, 3))]), st.integers(0, 10**5)
)
def test_a_record_counts_as_its_meter_says(at_least, round_up, number):
    rule, counted = record_rule(D("0.001"), 10**5, at_least, round_up)
    quantity = Fraction(number, 1000)
    if quantity:
        quantity = max(quantity, Fraction(at_least or 0))
        quantity = quantity if round_up is None else -(-quantity // Fraction(round_up)) * Fraction(round_up)
    assert Fraction(counted.of(rule.answer(number))) == quantity
    assert RecordRule().answer(number) == number


def test_the_largest_quantity_that_fits_computes_exactly_and_one_more_is_refused():
    charge = Charge(PerUnit(D(3)))
    most = LARGEST // 3
    rate = whole_rate(bands_of(charge), Scaled(D(1), most), exact(1), (0, "down"))
    with duckdb.connect() as connection:
        answer = connection.execute(f"SELECT CAST({most} AS BIGINT) * {rate.bands[-1].slope}").fetchone()
    assert answer == (3 * most,)
    with pytest.raises(OutOfRange, match="an amount may need more than the 18 digits"):
        whole_rate(bands_of(charge), Scaled(D(1), most + 1), exact(1), (0, "down"))
    with pytest.raises(OutOfRange, match="a quantity may need"):
        Scaled(D(1), LARGEST + 1)
