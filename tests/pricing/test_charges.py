"""Charge models (rule language, 3.5) and the fine print about tiers and percentages (3.10)."""

from decimal import Decimal as D
from fractions import Fraction

import pytest

from engine.model.formulas import text
from engine.model.prices import Charge, Flat, Graduated, Package, Percentage, PerUnit, Tier, Volume
from engine.pricing.charges import rate_charge, rate_events
from engine.values.exact import total


def charge(model, **more):
    """A charge whose added amounts are written as texts."""
    return Charge(model, **{key: D(value) if key in ("allowance", "minimum", "maximum") else value for key, value in more.items()})


def tier(bound=None, price=None, flat=None, below=False, package=None):
    """A tier from texts; `below` leaves its bound out."""
    return Tier(
        None if bound is None else D(bound),
        not below,
        None if price is None else D(price),
        package,
        None if flat is None else D(flat),
    )


def packs(size, price, part="whole"):
    """Packages of `size` at `price`."""
    return Package(D(size), D(price), part)


def cost(given, quantity):
    """What one application costs, after checking that its steps explain it."""
    rated = rate_charge(given, D(quantity) if isinstance(quantity, str) else quantity)
    assert rated.steps[-1].value == rated.amount
    for step in rated.steps:
        if step.adds_up:
            assert total(child.value for child in step.children) == step.value
    return rated.amount


DISCOUNT_LADDER = (tier("100", "2.40"), tier(None, "2.10"))
WITH_FLATS = (tier("100", "2.40", flat="5"), tier(None, "2.10", flat="7"))

MODELS = [
    ("10 x 2.40", PerUnit(D("2.40")), "10", "24.00"),
    ("a part unit costs its part", PerUnit(D("2.40")), "0.5", "1.20"),
    ("one amount, whatever the quantity", Flat(D("99")), "17", "99"),
    ("121 in tens, rounded up: 13 packages", packs("10", "100"), "121", "1300"),
    ("120 in tens is exactly 12", packs("10", "100"), "120", "1200"),
    ("121 in tens, in proportion: 12.1 packages", packs("10", "100", "proportional"), "121", "1210"),
    ("121 in tens, rounded down: 12 packages", packs("10", "100", "drop"), "121", "1200"),
    ("9 in tens, rounded down: none", packs("10", "100", "drop"), "9", "0"),
    ("each unit in its own tier: 240 + 105", Graduated(DISCOUNT_LADDER), "150", "345"),
    ("the bound belongs to the tier it ends", Graduated(DISCOUNT_LADDER), "100", "240"),
    ("flats of both tiers", Graduated(WITH_FLATS), "150", "357"),
    ("all units at the price of the tier reached", Volume(DISCOUNT_LADDER), "150", "315"),
    ("all units and only that tier's flat", Volume(WITH_FLATS), "150", "322"),
    ("5.5 units lie in the tier that ends at 6", Volume((tier("6", "1"), tier(None, "2"))), "5.5", "5.5"),
    ("stairs: tiers of a flat alone", Volume((tier("10", flat="20"), tier("50", flat="80"), tier(None, flat="300"))), "11", "80"),
    (
        "packages in a tier: 100 x 1, then 21 in tens at 5",
        Graduated((tier("100", "1"), tier(None, package=packs("10", "5")))),
        "121",
        "115",
    ),
    ("packages by volume: 121 in tens at 5", Volume((tier("100", "1"), tier(None, package=packs("10", "5")))), "121", "65"),
    ("a rate of an amount of money", PerUnit(D("0.07")), "200", "14.00"),
    ("1.5% of 200 and 0.30", Percentage(D("0.015"), D("0.30")), "200", "3.30"),
    ("a percentage is at least its minimum", Percentage(D("0.015"), None, D("5")), "200", "5"),
    ("a percentage is at most its maximum", Percentage(D("0.015"), D("0.30"), None, D("2")), "200", "2"),
]


@pytest.mark.parametrize(("model", "quantity", "amount"), [case[1:] for case in MODELS], ids=[case[0] for case in MODELS])
def test_each_model(model, quantity, amount):
    """3.5: the worked numbers of each model."""
    assert cost(Charge(model), quantity) == D(amount)


def test_the_formula_shows_the_digits():
    """`explain` prints what was multiplied, tier by tier: 100 × 2.40 + 30 × 2.10."""
    step = rate_charge(Charge(Graduated(DISCOUNT_LADDER)), D(130)).steps[-1]
    assert text(step.formula) == "100 × 2.40 + 30 × 2.10"
    assert [(text(child.formula), child.value) for child in step.children] == [("100 × 2.40", D(240)), ("30 × 2.10", D(63))]


def test_a_formula_never_rounds():
    """A third of a package of 10 is written as a fraction, not as 0.33."""
    rated = rate_charge(Charge(packs("3", "10", "proportional")), D(1))
    assert rated.amount == Fraction(10, 3)
    assert text(rated.steps[-1].formula) == "1/3 × 10"


# --- the order of one application: allowance, model, minimum, maximum -------------------------------------------------------------

ORDER = [
    ("allowance off first: 10 of 15 are charged", charge(PerUnit(D(2)), allowance="5"), "15", "20"),
    ("all of it is free", charge(PerUnit(D(2)), allowance="5"), "5", "0"),
    ("the minimum holds after the model", charge(PerUnit(D(2)), minimum="50"), "15", "50"),
    ("the maximum holds after the model", charge(PerUnit(D(2)), maximum="25"), "15", "25"),
    ("the minimum does not raise a larger amount", charge(PerUnit(D(2)), minimum="29"), "15", "30"),
    ("allowance, then minimum: 1 x 2 becomes 3", charge(PerUnit(D(2)), allowance="14", minimum="3"), "15", "3"),
]


@pytest.mark.parametrize(("given", "quantity", "amount"), [case[1:] for case in ORDER], ids=[case[0] for case in ORDER])
def test_the_order_of_one_application(given, quantity, amount):
    """3.2: "allowance off first, then tiers, then `minimum` and `maximum`"."""
    assert cost(given, quantity) == D(amount)


def test_tiers_see_the_quantity_after_the_allowance():
    """3.10: "Tiers see the quantity after the allowance." 140 less 30 are 110: 240 + 21 = 261.00; taking the free units out of
    the first tier instead would give 70 x 2.40 + 40 x 2.10 = 252.00.
    """
    assert cost(charge(Graduated(DISCOUNT_LADDER), allowance="30"), "140") == D("261.00")
    assert cost(charge(Volume(DISCOUNT_LADDER), allowance="30"), "120") == D("216.00")  # at 2.40; the tier of 120 would give 189.00


def test_any_part_of_a_unit_counts_for_flat():
    """3.10: "Any part of a unit counts for `flat`." 100.5 is 240 + 5 + 1.05 + 7 = 253.05; by whole units only it were 246.05."""
    assert cost(Charge(Graduated(WITH_FLATS)), "100.5") == D("253.05")


@pytest.mark.parametrize("below", [False, True])
def test_below_and_up_to_are_the_same_in_graduated(below):
    """3.10: "In `graduated`, `below` and `up_to` are the same (at the bound the next tier's `flat` is not yet due)": 245, never
    252.
    """
    tiers = (tier("100", "2.40", flat="5", below=below), tier(None, "2.10", flat="7"))
    assert cost(Charge(Graduated(tiers)), "100") == D("245.00")


@pytest.mark.parametrize(
    ("below", "quantity", "amount"),
    [(False, "99", "237.60"), (True, "99", "237.60"), (False, "100", "240.00"), (True, "100", "210.00"), (False, "101", "212.10"), (True, "101", "212.10")],
)  # fmt: skip
def test_below_and_up_to_differ_at_the_bound_only_in_volume(below, quantity, amount):
    """3.10: "in `volume` they differ at the bound only": 100 costs 240.00 with `up_to`, 210.00 with `below`; 99 and 101 are
    alike.
    """
    tiers = (tier("100", "2.40", below=below), tier(None, "2.10"))
    assert cost(Charge(Volume(tiers)), quantity) == D(amount)


AT_ZERO = [
    ("a flat amount", charge(Flat(D(9))), "9"),
    ("a minimum", charge(PerUnit(D(2)), minimum="9"), "9"),
    ("the first tier's flat", charge(Graduated(WITH_FLATS)), "5"),
    ("the flat of the tier that 0 reaches", charge(Volume(WITH_FLATS)), "5"),
    ("a price per unit: nothing", charge(PerUnit(D(2))), "0"),
    ("packages: none", charge(packs("10", "100")), "0"),
    ("a fee per event", charge(Percentage(D("0.01"), D("0.30"))), "0.30"),
]


@pytest.mark.parametrize(("given", "due"), [case[1:] for case in AT_ZERO], ids=[case[0] for case in AT_ZERO])
def test_what_is_due_at_zero(given, due):
    """3.5: "`at_zero: skip | bill` (whether flat parts and the minimum are due when q = 0 after the allowance; default skip)"."""
    from dataclasses import replace

    assert cost(given, "0") == 0
    assert cost(replace(given, at_zero="bill"), "0") == D(due)


def test_an_allowance_that_takes_all_is_zero_too():
    """ "when q = 0 after the allowance": 5 used of 5 free owe the flat of 9 only with `bill`."""
    assert cost(charge(Flat(D(9)), allowance="5"), "5") == 0
    assert cost(charge(Flat(D(9)), allowance="5", at_zero="bill"), "5") == 9
    assert cost(charge(Flat(D(9)), allowance="5"), "5.1") == 9


# --- percentage: events -----------------------------------------------------------------------------------------------------------


def test_minimum_and_maximum_of_a_percentage_are_per_event():
    """3.10: "sum over events of clamp(amount x rate + per_event, minimum, maximum), which here are per event only": of 100 and
    1000 at 1% with 2 to 5: 2 + 5 = 7; clamping the sum of 11 would give 5.
    """
    given = Charge(Percentage(D("0.01"), None, D(2), D(5)))
    assert rate_events(given, [D(100), D(1000)]).amount == 7


def test_the_allowance_is_used_up_in_order_of_time():
    """3.10: "the allowance is used up in order of time and an event wholly free owes no `per_event`": 80 free, then 50 of 70
    charged: 0.50 + 0.30 = 0.80; with a `per_event` for the free one too it were 1.10.
    """
    given = charge(Percentage(D("0.01"), D("0.30")), allowance="100")
    assert rate_events(given, [D(80), D(70)]).amount == D("0.80")
    assert rate_events(given, [D(70), D(80)]).amount == D("0.80")
    assert rate_events(given, [D(70), D(20), D(30)]).amount == D("0.50")


def test_a_wholly_free_event_owes_no_fee_even_when_zero_is_billed():
    """ "an event wholly free owes no `per_event`": 0, not 0.30, also with `at_zero: bill`."""
    given = charge(Percentage(D("0.01"), D("0.30")), allowance="100", at_zero="bill")
    assert cost(given, "80") == 0


def test_in_an_order_the_quantity_is_one_event():
    """3.10: "a record is an event, in an order the quantity is one": 1100 at 1% at most 5 is 5; as two events it were 6."""
    given = Charge(Percentage(D("0.01"), None, None, D(5)))
    assert cost(given, "1100") == 5
    assert rate_events(given, [D(100), D(1000)]).amount == 6


def test_other_models_take_their_allowance_off_each_record():
    """3.2: "each once per application (one price period, record, window or period)": 2 records of 3 with 1 free each are 2 + 2
    units.
    """
    assert rate_events(charge(PerUnit(D(10)), allowance="1"), [D(3), D(3)]).amount == 40
