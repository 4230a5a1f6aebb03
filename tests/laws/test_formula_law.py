"""What people read is what was computed: the text of a calculation, computed again by the rules of school, gives its value."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.formulas import Calculation, Figure, Measure, Percent, Price, difference, number, product, quotient, signed, summed, text, value
from tests.laws.numbers import AMOUNTS, SIGNED

D = Decimal
PLACES = st.integers(0, 3)
FIGURES = st.one_of(
    SIGNED,
    st.builds(Figure, SIGNED, PLACES),
    st.builds(number, SIGNED, PLACES),
    st.builds(signed, SIGNED, PLACES),
    st.builds(Price, SIGNED, PLACES),
    st.builds(Percent, SIGNED),
)


@st.composite
def calculations(draw, parts):
    """One calculation with such parts, which divides by nothing that is 0."""
    sign = draw(st.sampled_from(["+", "−", "×", "÷", "/", "min", "max"]))
    found = draw(st.lists(parts, min_size=2, max_size=3))
    if sign in ("÷", "/"):
        found = [found[0], *(part if value(part) else D(7) for part in found[1:])]
    return Calculation(sign, tuple(found))


def computed(formula: str) -> Fraction:
    """What a text of digits and signs gives: × ÷ / before + −, from left to right; nothing of the engine is asked."""
    tokens = re.findall(r"\d+(?:\.\d+)?|max|min|\S", formula)
    assert "".join(tokens) == formula.replace(" ", "")

    def row() -> Fraction:
        found = term()
        while tokens and tokens[0] in "+−":
            found = found + term() if tokens.pop(0) == "+" else found - term()
        return found

    def term() -> Fraction:
        found = factor()
        while tokens and tokens[0] in "×÷/":
            found = found * factor() if tokens.pop(0) == "×" else found / factor()
        return found

    def factor() -> Fraction:
        token = tokens.pop(0)
        if token == "-":
            return -factor()
        if token in ("max", "min"):
            tokens.pop(0)
            choices = [row()]
            while tokens.pop(0) == ",":
                choices.append(row())
            return max(choices) if token == "max" else min(choices)
        if token == "(":
            found = row()
            assert tokens.pop(0) == ")"
        else:
            found = Fraction(token)
        if tokens and tokens[0] == "%":
            tokens.pop(0)
            found /= 100
        return found

    found = row()
    assert not tokens, tokens
    return found


@given(st.recursive(FIGURES, calculations, max_leaves=12))
def test_the_text_of_a_calculation_gives_its_value(formula):
    assert computed(text(formula)) == Fraction(value(formula))


LIST, NINE = Figure(D("1068.00"), 2), D("9.00")


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        (difference(LIST, product(LIST, Percent(D("0.17")))), "1068.00 − 1068.00 × 17%"),
        (summed((product(D(100), Price(D("2.400"), 2)), Price(D("19.9"), 2))), "100 × 2.400 + 19.90"),
        (product(D(744), D(10), Fraction(1, 744)), "744 × 10 × 1/744"),
        (product(Figure(Fraction(100, 3), 2), Fraction(6, 2)), "(100/3) × 3"),
        (quotient(product(LIST, Percent(D("0.19"))), Percent(D("1.19"))), "1068.00 × 19% ÷ 119%"),
        (quotient(NINE, summed((NINE, LIST))), "9 ÷ (9 + 1068.00)"),
        (quotient(NINE, Fraction(1, 3)), "9 ÷ (1/3)"),
        (difference(signed(D("-5"), 2), signed(D("-3.5"), 2)), "(0 − 5.00) − (0 − 3.50)"),
        (difference(NINE, NINE, summed((NINE, NINE))), "9 − 9 − (9 + 9)"),
        (Calculation("max", (summed((NINE, NINE)), Price(D("50.00")))), "max(9 + 9, 50.00)"),
        (Calculation("→", (number(D("19.005"), 2), number(D("19.01"), 2))), "19.005 → 19.01"),
        (Calculation(";", (Calculation("=", (Measure(D("0.25"), "TB"), Measure(D(256), "GB"))), NINE)), "0.25 TB = 256 GB; 9"),
        (product(Price(Fraction(100, 3), 2), NINE), "100/3 × 9"),
        (quotient(NINE, Price(Fraction(100, 3), 2)), "9 ÷ (100/3)"),
        (summed((None, NINE)), "9"),
        (None, ""),
    ],
)
def test_how_a_calculation_is_written(formula, said):
    assert text(formula) == said


def test_what_is_told_in_two_ways_has_the_value_of_the_last():
    """19.005 → 19.01 is 19.01; 0.25 TB = 256 GB; 256 − 100 is 156."""
    left = difference(D(256), D(100))
    assert value(Calculation("→", (D("19.005"), D("19.01")))) == D("19.01")
    assert value(Calculation(";", (Calculation("=", (Measure(D("0.25"), "TB"), Measure(D(256), "GB"))), left))) == 156


@given(AMOUNTS)
def test_of_no_parts_there_is_no_sum(amount):
    assert summed(()) is None
    assert value(summed((amount, None, amount))) == amount + amount


@pytest.mark.parametrize("reading", [value, text])
def test_a_float_is_no_part_of_a_calculation(reading):
    with pytest.raises(TypeError):
        reading(product(0.1, D(3)))
