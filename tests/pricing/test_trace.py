"""The proof of a trace finds what does not add up (rule language, 3.2: the identity, and every step in the trace)."""

from dataclasses import replace
from fractions import Fraction

import pytest

from engine.model.trace import TraceStep
from tests.pricing.books import D, amount_off, book, discount, order, percent_off, quote, tax
from tests.pricing.traces import adds_up, check_trace, compute_formula


def line_of_a_quote():
    """12 months of a seat: 120.00, less 17% and 20.00, taxed."""
    made = book(discounts=(discount("longer", percent_off(17)), discount("twenty", amount_off("20.00"))), taxes=(tax("vat", 19),))
    return quote(made, order(term="1 year"))


def tampered(number: int, **changes):
    """The gaps of a line one of whose steps says something else."""
    line = line_of_a_quote().lines[0]
    steps = tuple(replace(step, **changes) if step.number == number and not step.idle else step for step in line.trace)
    return {gap.kind for gap in check_trace(replace(line, trace=steps))}


def test_an_honest_trace_has_no_gaps():
    """120.00 - 17% = 99.60, less 20.00 = 79.60."""
    result = line_of_a_quote()
    assert check_trace(result.lines[0]) == ()
    assert adds_up(result)


@pytest.mark.parametrize(
    ("number", "changes", "kinds"),
    [
        (5, {"value": D("99.50")}, {"percent-off", "discount"}),
        (5, {"formula": "120 − 120 × 18%"}, {"percent-off"}),
        (7, {"before": D("100.00")}, {"amount-off"}),
        (7, {"value": D("79.61")}, {"amount-off", "round-invoice"}),
        (9, {"value": D("79.61")}, {"amount"}),
        (9, {"idle": True, "value": D("79.61")}, {"tax", "amount"}),
        (4, {"value": D("121.00")}, {"list", "percent-off", "times-term"}),
        (3, {"adds_up": True, "children": (TraceStep(3, "tier", D("9.00")),)}, {"charge"}),
    ],
)
def test_a_changed_step_is_found(number, changes, kinds):
    """Whatever is changed in one step, the proof names the step that does not fit."""
    assert tampered(number, **changes) == kinds


def test_a_missing_step_is_found():
    """Steps 1 to 9 are all there, idle ones too."""
    line = line_of_a_quote().lines[0]
    for number in range(1, 10):
        kept = tuple(step for step in line.trace if step.number != number)
        assert "order" in {gap.kind for gap in check_trace(replace(line, trace=kept))}
    assert "order" in {gap.kind for gap in check_trace(replace(line, trace=line.trace[::-1]))}


def test_a_changed_amount_is_found():
    """list - discount - rounding = amount, and the last step's value is it."""
    line = line_of_a_quote().lines[0]
    assert {gap.kind for gap in check_trace(replace(line, amount=D("79.61")))} == {"amount", "identity"}
    assert {gap.kind for gap in check_trace(replace(line, rounding_amount=D("0.01")))} == {"identity"}


@pytest.mark.parametrize("field", ["list", "discount", "rounding", "net", "gross"])
def test_changed_totals_are_found(field):
    """The lines add up to the totals, net and tax to gross."""
    result = line_of_a_quote()
    changed = replace(result.totals, **{field: getattr(result.totals, field) + 1})
    assert not adds_up(replace(result, totals=changed))


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1068.00 − 1068.00 × 17%", "886.44"),
        ("100 × 2.40 + 30 × 2.10", "303"),
        ("10 × 1/12", Fraction(5, 6)),
        ("(100/3) × 3", "100"),
        ("113 ÷ 4", "28.25"),
        ("2 × (3 + 4)", "14"),
        ("10 + -3", "7"),
        ("12.5% × 8", "1"),
    ],
)
def test_formulas_are_computed_exactly(formula, value):
    """A formula is arithmetic in digits; a fraction stays one."""
    assert compute_formula(formula) == Fraction(value)


@pytest.mark.parametrize("text", ["", "500 GB", "max(3, 5)", "3 +", "(3", "3)", "1 ÷ 0", "19.005 → 19.01", "%", "3 4", "-", "2 × )"])
def test_what_is_no_arithmetic_is_not_computed(text):
    """Words, comparisons and arrows are for readers; the proof does not judge them."""
    assert compute_formula(text) is None
