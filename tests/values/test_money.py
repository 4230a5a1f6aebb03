"""Currencies and the one allocation."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.money import allocate, currency_codes, is_currency, minor_places, round_money


@pytest.mark.parametrize(("code", "places"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("IQD", 3), ("MGA", 2), ("CLF", 4)])
def test_minor_units_are_those_of_iso_4217(code, places):
    assert minor_places(code) == places


@pytest.mark.parametrize("code", ["usd", "XXXX", "", "EURO"])
def test_an_unknown_currency_is_not_taken_for_one(code):
    assert not is_currency(code)
    assert code not in currency_codes()
    with pytest.raises(KeyError):
        minor_places(code)


def test_money_rounds_to_the_minor_unit_or_to_named_places():
    assert round_money(Decimal("0.045"), "USD") == Decimal("0.05")
    assert round_money(Decimal("0.045"), "USD", "half-even") == Decimal("0.04")
    assert round_money(Decimal("1.5"), "JPY") == Decimal("2")
    assert round_money(Decimal("0.04599822"), "USD", "down") == Decimal("0.04")
    assert round_money(Fraction(1, 3), "USD", places=4) == Decimal("0.3333")


ALLOCATIONS = [
    ("20.00", ["1", "1", "1"], 2, ["6.67", "6.67", "6.66"]),
    ("20.00", ["19", "24"], 2, ["8.84", "11.16"]),
    ("0.01", ["1", "1"], 2, ["0.01", "0.00"]),
    ("-20.00", ["1", "1", "1"], 2, ["-6.67", "-6.67", "-6.66"]),
    ("100", ["1", "2", "3"], 0, ["17", "33", "50"]),
    ("5.00", ["0", "0"], 2, ["2.50", "2.50"]),
    ("0.00", ["3", "7"], 2, ["0.00", "0.00"]),
]


@pytest.mark.parametrize(("amount", "weights", "places", "shares"), ALLOCATIONS)
def test_missing_units_go_to_the_largest_remainders_the_first_on_a_tie(amount, weights, places, shares):
    assert allocate(Decimal(amount), [Decimal(weight) for weight in weights], places) == tuple(Decimal(share) for share in shares)


@given(st.integers(-(10**9), 10**9), st.lists(st.fractions(0, 10**6, max_denominator=997), min_size=1, max_size=9), st.integers(0, 4))
def test_shares_add_up_and_none_is_off_by_a_whole_unit(units, weights, places):
    amount = Decimal(units).scaleb(-places)
    shares = allocate(amount, weights, places)
    assert sum(shares) == amount
    assert allocate(-amount, weights, places) == tuple(-share for share in shares)
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        fair = Fraction(amount) * (weight / whole if whole else Fraction(1, len(weights)))
        assert abs(Fraction(share) - fair) < Fraction(1, 10**places)


@pytest.mark.parametrize(("amount", "weights"), [("0.005", [1]), ("1.00", []), ("1.00", [1, -1])])
def test_what_cannot_be_allocated_is_refused(amount, weights):
    with pytest.raises(ValueError, match=r"multiple|nothing|negative"):
        allocate(Decimal(amount), [Decimal(weight) for weight in weights], 2)
