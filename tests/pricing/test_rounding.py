"""The rounding chain (rule language, 3.1, 3.2, 3.9). Each docstring states this reading's number and the one it rules out."""

import pytest

from engine.model.book import RoundingStep
from tests.pricing.books import D, amount_off, amounts, book, discount, order, percent_off, price, quote, tax, when

LINE = RoundingStep("line", "half-up")
INVOICE = RoundingStep("invoice", "half-up")


def priced(unit_price, *chain, lines=None, discounts=(), taxes=(), items=("seat",), **ordered):
    """The quote of items at one price under a rounding chain."""
    prices = tuple(price(item, unit_price) for item in items)
    made = book(prices=prices, rounding=chain, discounts=discounts, taxes=taxes)
    return quote(made, order(lines or dict.fromkeys(items, 1), **ordered))


@pytest.mark.parametrize(
    ("mode", "up", "half", "below"),
    [
        ("half-up", "1.01", "1.01", "1.00"),
        ("half-even", "1.01", "1.00", "1.00"),
        ("half-down", "1.01", "1.00", "1.00"),
        ("up", "1.01", "1.01", "1.01"),
        ("down", "1.00", "1.00", "1.00"),
    ],
)
def test_the_modes_of_a_line_step(mode, up, half, below):
    """Section 2: "mode: half-up | half-even | half-down | up | down; places: default the currency's minor unit"."""
    step = RoundingStep("line", mode)
    assert [amounts(priced(value, step))[0] for value in ("1.0051", "1.005", "1.0049")] == [up, half, below]


def test_places_of_a_line_step():
    """Lines may be rounded to more or fewer decimals than the currency has: 1.0050 and 1."""
    assert amounts(priced("1.005", RoundingStep("line", "half-up", 4))) == ("1.0050",)
    assert amounts(priced("1.005", RoundingStep("line", "half-up", 0))) == ("1",)


def test_the_default_places_are_the_currencys():
    """A yen has no decimals: 1.50 JPY is 2."""
    made = book(prices=(price("seat", "1.50", currency="JPY"),))
    assert amounts(quote(made, order(currency="JPY"))) == ("2",)


def test_percentages_are_taken_before_the_line_is_rounded():
    """3.2: step 5 before step 6: 10.05 less 10%, less 10% is 8.1405, so 8.14; rounded in between it were 9.05 (9.045) and 8.15 (8.145)."""
    both = (discount("a", percent_off(10)), discount("b", percent_off(10)))
    assert amounts(priced("10.05", LINE, discounts=both)) == ("8.14",)


def test_amounts_are_taken_after_the_line_is_rounded():
    """3.2: step 7 after step 6: 1.005 is rounded to 1.01, less 1.00 is 0.01; taken first it were 0.005, so 0.01 half-up but 0.00 down."""
    one = (discount("one", amount_off("1.00")),)
    assert amounts(priced("1.009", RoundingStep("line", "up"), discounts=one)) == ("0.01",)
    assert amounts(priced("1.009", RoundingStep("line", "down"), discounts=one)) == ("0.00",)


def test_charges_are_rounded_before_discounts():
    """3.2: rounding `at: charge` gives the list amount: 0.19 x 3 = 0.57 rounded down to 0.5, less half: 0.25; not 0.285, so 0.29."""
    half = (discount("half", percent_off(50)),)
    result = priced("0.19", RoundingStep("charge", "down", 1), LINE, discounts=half, term="3 months")
    assert (str(result.lines[0].list_amount), amounts(result)) == ("0.5", ("0.25",))


def test_steps_with_the_same_at_compete_as_prices_do():
    """3.1: "steps with the same `at` compete as prices do": down since February, up for partners: 1.00 and 1.01, not both in turn."""
    chain = (
        LINE,
        RoundingStep("line", "down", conditions=when(effective="2026-02-01")),
        RoundingStep("line", "up", conditions=when(segment="partner")),
    )
    assert amounts(priced("1.005", *chain, at="2026-01-31")) == ("1.01",)
    assert amounts(priced("1.005", *chain)) == ("1.00",)
    assert amounts(priced("1.001", *chain, attributes={"segment": "partner"})) == ("1.01",)


def test_until_ends_a_step():
    """3.1: `until` ends it, then the earlier one applies again: half-up, 1.01."""
    chain = (LINE, RoundingStep("line", "down", conditions=when(effective="2026-01-01", until="2026-03-01")))
    assert amounts(priced("1.005", *chain)) == ("1.01",)


# --- at invoice -------------------------------------------------------------------------------------------------------------------


def test_the_invoice_step_rounds_the_sum_and_shares_the_difference():
    """3.2: "rounding `at: invoice`, of the sum of the lines; its difference is allocated to them": 3.50 + 6.87 = 10.37 becomes 10:
    0.12 and 0.25 off; each line rounded by itself were 4 + 7 = 11."""
    prices = (price("a", "3.50"), price("b", "6.87"))
    made = book(prices=prices, rounding=(LINE, RoundingStep("invoice", "half-up", 0)))
    result = quote(made, order({"a": 1, "b": 1}))
    assert amounts(result) == ("3.38", "6.62")
    assert str(result.totals.net) == "10.00"
    assert [line.rounding_amount for line in result.lines] == [D("0.12"), D("0.25")]


def test_a_difference_upwards_is_added():
    """10.60 rounded up to 11: 0.40 more, 0.20 a line."""
    assert amounts(priced("5.30", LINE, RoundingStep("invoice", "half-up", 0), items=("a", "b"))) == ("5.50", "5.50")


def test_lines_and_invoice_may_both_round():
    """Rounded at source: three lines of 10.333333 are 10.33 each, 30.99; the invoice step then has nothing to do."""
    assert amounts(priced("10.333333", LINE, INVOICE, items=("a", "b", "c"))) == ("10.33", "10.33", "10.33")


def test_without_a_line_step_only_the_total_is_rounded():
    """3.9: nothing is rounded but by "a rounding that a rule names": three lines of 10.333333 make 31.00 (30.999999), shared as
    10.34 + 10.33 + 10.33; rounded line by line it were 30.99."""
    result = priced("10.333333", INVOICE, items=("a", "b", "c"))
    assert amounts(result) == ("10.34", "10.33", "10.33")
    assert str(result.totals.net) == "31.00"


def test_a_chain_that_rounds_neither_lines_nor_invoice_rounds_lines_half_up():
    """Nobody can pay half a cent: 1.005 is 1.01 where the chain names steps for quantities and charges only."""
    assert amounts(priced("1.005", RoundingStep("charge", "down", 8))) == ("1.01",)
    later = RoundingStep("line", "down", conditions=when(effective="2027-01-01"))
    assert amounts(priced("1.005", later)) == ("1.01",)


def test_amounts_off_unrounded_lines_never_go_below_zero():
    """3.10: an amount above everything takes all: 0.00 and not a rest of thirds."""
    everything = (discount("all", amount_off("5.00")),)
    assert amounts(priced("0.333", INVOICE, items=("a", "b", "c"), discounts=everything)) == ("0.00", "0.00", "0.00")
    some = (discount("some", amount_off("0.99")),)
    result = priced("0.333", INVOICE, items=("a", "b", "c"), discounts=some)
    assert sum(line.amount for line in result.lines) == D("0.01")


def test_tax_is_on_the_lines_as_the_invoice_step_left_them():
    """3.2: step 9 after step 8: 20% of 10.00, not of 10.37."""
    result = priced("10.37", LINE, RoundingStep("invoice", "half-up", 0), taxes=(tax("vat", 20),))
    assert (str(result.totals.net), str(result.totals.tax)) == ("10.00", "2.00")


def test_the_largest_remainders_get_the_missing_units_and_the_first_line_on_a_tie():
    """3.10: "missing units one each to the largest remainders, the first line of the order on a tie": 1.00 off three equal lines:
    0.34 + 0.33 + 0.33 in the order's order."""
    off = (discount("one", amount_off("1.00")),)
    assert amounts(priced("1.00", LINE, items=("c", "a", "b"), discounts=off)) == ("0.66", "0.67", "0.67")
