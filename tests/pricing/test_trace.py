"""The proof of a trace finds what does not add up (rule language, 3.2: the identity, and every step in the trace)."""

from dataclasses import replace

import pytest

from engine.model.formulas import Percent, difference, product
from engine.model.trace import TraceStep
from tests.pricing.books import D, amount_off, book, discount, order, percent_off, quote, tax
from tests.pricing.fine_print import quote as quote_of
from tests.pricing.fine_print import shop, use
from tests.pricing.traces import adds_up, check_trace


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
        (5, {"formula": difference(D(120), product(D(120), Percent(D("0.18"))))}, {"percent-off"}),
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


def test_a_step_of_several_bills_is_idle_only_where_it_was_in_each():
    """One seat for February and March: 672 hours come to 42.00, 743 hours to 46.4375, which the invoice rounds to 46."""
    chain = [{"at": "line", "places": 4, "mode": "half-up"}, {"at": "invoice", "places": 0, "mode": "half-up"}]
    prices = {"effective": "2026-01-01", "billing_mode": "use", "per": "hour", "items": {"hour": D("0.0625")}}
    found = quote_of(shop(prices, book={"rounding": chain}), use({"hour": 1}, "2 months", date="2026-02-01"))
    (step,) = (each for each in found.trace if each.kind == "round-invoice")
    assert [each.idle for each in step.children] == [True, False]
    assert (step.idle, step.before, step.value) == (False, D("88.4375"), D(88))
