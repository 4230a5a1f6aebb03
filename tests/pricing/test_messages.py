"""Quantities in messages: with their unit in English, in the form for the number."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.model.book import Unit
from engine.model.texts import UnitTitle
from engine.pricing.messages import amount_of, largest_unit, listing, words
from tests.pricing.books import book

ENGLISH = {"en": {"one": "user", "other": "users"}}


@pytest.mark.parametrize(
    ("title", "quantity", "said"),
    [
        (ENGLISH, "1", "1 user"),
        (ENGLISH, "1.00", "1 user"),
        (ENGLISH, "0", "0 users"),
        (ENGLISH, "500", "500 users"),
        (ENGLISH, "0.5", "0.5 users"),
        ({"zh": {"other": "个用户"}} | ENGLISH, "500", "500 users"),
        ({"zh": {"other": "个用户"}}, "500", "500 u"),  # messages are English: the symbol, where there is no English name
        ({"en": {"other": "Gigabyte"}}, "500", "500 u"),  # one form for every number is a name, not a plural
        ({}, "500", "500 u"),
    ],
)
def test_a_unit_takes_the_english_form_for_its_number(title, quantity, said):
    named = replace(book(), units={"u": Unit("u", UnitTitle(title))})
    assert amount_of(named, Decimal(quantity), "u") == said
    assert largest_unit(named, Decimal(quantity), "u") == said


def test_a_unit_that_is_not_declared_is_its_symbol():
    assert amount_of(book(), Decimal(3), "EUR") == "3 EUR"


@pytest.mark.parametrize(
    ("names", "listed", "spoken"),
    [([], "", ""), (["a"], "`a`", "a"), (["a", "b"], "`a` and `b`", "a and b"), (["a", "b", "c"], "`a`, `b` and `c`", "a, b and c")],
)
def test_lists_of_names_end_with_a_word(names, listed, spoken):
    assert (listing(names), words(names)) == (listed, spoken)
