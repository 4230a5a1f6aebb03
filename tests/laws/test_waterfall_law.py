"""The whole waterfall against a second reading of it, which knows nothing of the engine (rule language, 3.2)."""

from fractions import Fraction

from hypothesis import given

from tests.laws.books import loaded, quoted
from tests.laws.test_order_laws import cases
from tests.laws.waterfall import Waterfall


@given(cases())
def test_an_order_costs_what_the_waterfall_says(case):
    book, order = case
    quote, said = quoted(loaded(book), order), Waterfall(book, order)
    assert {line.item: Fraction(line.list_amount) for line in quote.lines} == said.list
    assert {line.item: Fraction(line.amount) for line in quote.lines} == said.left
    assert {row.tax: Fraction(row.amount) for row in quote.taxes} == said.taxes
