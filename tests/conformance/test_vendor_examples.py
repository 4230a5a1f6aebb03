"""docs/vendor-examples.md is of today, names every example of the pages, and calls equal what is equal."""

import re
from fractions import Fraction

import pytest

from tests.conformance.facts import PAGES
from tests.conformance.vendor_examples import PAGE, ROWS, SAME, page

EQUAL = [*SAME, *(row for row in ROWS if row.why.startswith("Equal"))]
DIFFERENT = [row for row in ROWS if PAGES[row.example]["status"] == "inconsistent" and row not in EQUAL]


def test_the_page_is_of_today():
    assert PAGE.read_text("utf-8") == page()


def test_every_example_has_a_row():
    assert {row.example for row in (*ROWS, *SAME)} == set(PAGES)


def numbers(text: str) -> set[Fraction]:
    return {Fraction(found) for found in re.findall(r"[0-9]+(?:[.][0-9]+)?", text)}


@pytest.mark.parametrize("row", EQUAL, ids=lambda row: row.example)
def test_equal_to_the_last_digit_that_the_page_prints(row):
    assert numbers(row.printed) <= numbers(row.engine())


@pytest.mark.parametrize("row", DIFFERENT, ids=lambda row: row.example)
def test_what_is_said_to_differ_differs(row):
    assert row.engine() != row.printed and row.why
    assert numbers(row.printed.split("= ")[-1]) != numbers(row.engine())
