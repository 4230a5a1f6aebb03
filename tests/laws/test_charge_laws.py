"""Laws of the charge models (rule language, 3.5): the engine against a naive reading of each, and what holds between amounts."""

import itertools
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from engine.model.prices import Charge, Flat, Graduated, Package, Percentage, PerUnit, Tier, Volume
from engine.pricing.charges import rate_charge, rate_events
from tests.laws import reference
from tests.laws.explained import adds_up
from tests.laws.numbers import AMOUNTS, PRICES, QUANTITIES, SIZES, ladders, quantities_near

ZERO = Decimal(0)


def _model(tiers, kind):
    return kind(tuple(Tier(tier["bound"], tier["includes"], tier["unit_price"], None, tier["flat"] or None) for tier in tiers))


def _cost(charge: Charge, quantity) -> Fraction:
    return Fraction(rate_charge(charge, quantity).amount)


@given(ladders(), st.data())
def test_graduated_prices_each_unit_in_its_own_tier(tiers, data):
    quantity = data.draw(quantities_near(tiers))
    assert _cost(Charge(_model(tiers, Graduated)), quantity) == reference.graduated_between(tiers, Fraction(0), Fraction(quantity))


@given(ladders(), st.data())
def test_graduated_first_a_then_the_rest_is_the_whole(tiers, data):
    """price(a), then price(a..b), is price(b)."""
    a, b = sorted((data.draw(quantities_near(tiers)), data.draw(quantities_near(tiers))))
    charge = Charge(_model(tiers, Graduated))
    assert _cost(charge, a) + reference.graduated_between(tiers, Fraction(a), Fraction(b)) == _cost(charge, b)


@given(ladders(), st.data())
def test_graduated_never_falls(tiers, data):
    a, b = sorted((data.draw(quantities_near(tiers)), data.draw(quantities_near(tiers))))
    charge = Charge(_model(tiers, Graduated))
    assert _cost(charge, a) <= _cost(charge, b)


@given(ladders(), st.integers(1, 12))
def test_graduated_jumps_by_declared_flats_only(tiers, places):
    """A step of size e beyond a bound costs the next tier's flat and e of its unit price, however small e is."""
    charge, step = Charge(_model(tiers, Graduated)), Decimal(1).scaleb(-places)
    for lower, upper in itertools.pairwise(tiers):
        rise = _cost(charge, lower["bound"] + step) - _cost(charge, lower["bound"])
        assert rise == Fraction(upper["flat"]) + Fraction(step) * Fraction(upper["unit_price"])
        fall = _cost(charge, lower["bound"]) - _cost(charge, lower["bound"] - step)
        assert fall == Fraction(step) * Fraction(lower["unit_price"])


@given(ladders(), st.data())
def test_volume_prices_all_units_at_the_tier_reached(tiers, data):
    quantity = data.draw(quantities_near(tiers).filter(bool))
    assert _cost(Charge(_model(tiers, Volume)), quantity) == reference.volume(tiers, Fraction(quantity))


@given(SIZES, PRICES, st.sampled_from(["whole", "proportional", "drop"]), QUANTITIES)
def test_packages_are_counted_up_in_part_or_down(size, price, part, quantity):
    assert _cost(Charge(Package(size, price, part)), quantity) == reference.packages(Fraction(size), Fraction(price), part, Fraction(quantity))


@given(PRICES, QUANTITIES, QUANTITIES)
def test_per_unit_adds(price, first, second):
    charge = Charge(PerUnit(price))
    assert _cost(charge, first) + _cost(charge, second) == _cost(charge, first + second)


EVENTS = st.lists(AMOUNTS, min_size=1, max_size=6)


@given(st.decimals(min_value=0, max_value=1, places=4), AMOUNTS, AMOUNTS, AMOUNTS, EVENTS)
def test_percentage_is_the_sum_of_its_events(rate, per_event, one, other, events):
    low, high = sorted((one, other))
    charge = Charge(Percentage(rate, per_event, low, high))
    owed = [reference.percentage(Fraction(rate), Fraction(per_event), Fraction(low), Fraction(high), Fraction(event)) for event in events if event]
    assert Fraction(rate_events(charge, events).amount) == sum(owed)


MODELS = st.one_of(
    PRICES.map(PerUnit),
    AMOUNTS.map(Flat),
    st.builds(Package, SIZES, PRICES, st.sampled_from(["whole", "proportional", "drop"])),
    ladders().map(lambda tiers: _model(tiers, Graduated)),
    ladders().map(lambda tiers: _model(tiers, Volume)),
)


@st.composite
def charges(draw, at_zero=None) -> Charge:
    """Any charge, with or without allowance, minimum and maximum (never below the minimum)."""
    low, high = sorted((draw(AMOUNTS), draw(AMOUNTS)))
    return Charge(
        draw(MODELS),
        allowance=draw(st.none() | QUANTITIES),
        minimum=draw(st.none() | st.just(low)),
        maximum=draw(st.none() | st.just(high)),
        at_zero=at_zero or draw(st.sampled_from(["skip", "bill"])),
    )


@given(charges("skip"))
def test_nothing_used_costs_nothing(charge):
    assert _cost(charge, ZERO) == 0


def _flat_due(model) -> Decimal:
    match model:
        case Flat(amount):
            return amount
        case Graduated(tiers) | Volume(tiers):
            return tiers[0].flat or ZERO
    return ZERO


@given(charges("bill"))
def test_nothing_used_costs_what_is_due_at_zero(charge):
    """total(0): the flat parts of the first tier or the flat amount, held between minimum and maximum."""
    due = max(_flat_due(charge.model), charge.minimum or ZERO)
    assert _cost(charge, ZERO) == Fraction(due if charge.maximum is None else min(due, charge.maximum))


@given(charges(), QUANTITIES)
def test_the_allowance_is_taken_off_first(charge, quantity):
    without = Charge(charge.model, None, charge.minimum, charge.maximum, charge.at_zero, charge.applies_to)
    assert _cost(charge, quantity) == _cost(without, max(ZERO, quantity - (charge.allowance or ZERO)))


@given(charges(), QUANTITIES)
def test_minimum_and_maximum_hold_the_amount_once(charge, quantity):
    plain = _cost(Charge(charge.model, charge.allowance, at_zero=charge.at_zero), quantity)
    if quantity > (charge.allowance or ZERO) or charge.at_zero == "bill":
        plain = max(plain, Fraction(charge.minimum or 0))
        plain = plain if charge.maximum is None else min(plain, Fraction(charge.maximum))
    assert _cost(charge, quantity) == plain


@given(charges(), QUANTITIES)
def test_the_steps_of_a_charge_add_up_to_it(charge, quantity):
    rated = rate_charge(charge, quantity)
    assert rated.steps[-1].value == rated.amount
    for step in rated.steps:
        adds_up(step)
