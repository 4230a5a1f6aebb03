"""An order for every term on sale: each amount is what a quote of it says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.review.terms import compare_terms
from engine.values.exact import add, multiply, total
from tests.sheet import reading

BOOK = reading.book("koodrive")
ORDER = next(each.given for name, each in BOOK.examples.items() if name == "one-year-team")


def test_a_team_of_60():
    """89.00 and 10 x 2.40 a month: 113.00; 83% of it for a year, 75% for two, 65% for three."""
    found = {str(each.term): each for each in compare_terms(BOOK, ORDER)}
    assert [(term, found[term].amount, found[term].per_month, found[term].saving) for term in ("1 month", "1 year", "2 years", "3 years")] == [
        ("1 month", Decimal("113.00"), Decimal("113.00"), 0),
        ("1 year", Decimal("1125.48"), Decimal("93.79"), Decimal("0.17")),
        ("2 years", Decimal("2034.00"), Decimal("84.75"), Decimal("0.25")),
        ("3 years", Decimal("2644.20"), Decimal("73.45"), Decimal("0.35")),
    ]
    assert list(found) == [str(term) for term in BOOK.billing_modes["yearly-monthly"].terms]


@pytest.mark.parametrize("name", [name for name, each in BOOK.examples.items() if getattr(each.given, "term", None) is not None])
def test_each_offer_is_the_quote_of_its_term(name):
    order = BOOK.examples[name].given
    for offer in compare_terms(BOOK, order):
        quote = price_order(BOOK, replace(order, term=offer.term, changes=(), renew=None, switch=None, unsubscribe=None))
        assert offer.quote == (quote if isinstance(quote, Quote) else None)
        if offer.amount is not None:
            assert offer.amount == total(line.amount for line in quote.lines) == multiply(offer.per_month, Decimal(offer.term.months))


def test_a_term_that_cannot_be_bought_is_there_without_an_amount_and_usage_has_no_terms():
    refused = replace(ORDER, lines=(replace(ORDER.lines[0], spec="no-such-spec"),))
    assert {each.quote for each in compare_terms(BOOK, refused)} == {None}
    assert compare_terms(BOOK, BOOK.examples["month-of-use"].given) == ()


def test_the_shortest_term_that_has_a_price_is_what_is_saved_against():
    offers = compare_terms(BOOK, ORDER)
    assert offers[0].saving == 0 and all(add(each.saving, each.per_month / offers[0].per_month) == 1 for each in offers)
