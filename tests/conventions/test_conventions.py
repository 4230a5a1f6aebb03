"""The vendor's conventions through the years, each a book with orders and the amounts that the vendor's pages give for them.

What remains: by day and month, days of 365, by the hour. Refunds: by day and by hour, with the fee table. Rounding: each bill or the
total, truncated or half-up, and regimes that follow one another. Where a page contradicts itself the book says so beside the example.
"""

from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.review.examples import PASSED, run_examples

HERE = Path(__file__).parent
BOOKS = sorted(path.parent.name for path in HERE.glob("*/book.yaml"))


def loaded(name):
    found = load_book({"book.yaml": (HERE / name / "book.yaml").read_bytes()})
    assert found.book is not None, [(each.code, each.message) for each in found.diagnostics]
    return found.book


@pytest.mark.parametrize("name", BOOKS)
def test_every_example_comes_to_the_amount_it_names(name):
    book = loaded(name)
    results = run_examples(book)
    assert len(results) == len(book.examples) > 0
    wrong = {each.name: each.cells or [(one.code, one.message) for one in each.refusal] for each in results if each.outcome != PASSED}
    assert not wrong


def test_each_convention_has_a_book():
    assert BOOKS == [
        "by-the-hour", "days-of-365", "each-bill-rounded", "each-bill-truncated", "four-places", "month-fractions", "partners",
        "refund-by-day", "refund-by-hour", "total-rounded", "total-truncated", "whole-yen",
    ]  # fmt: skip
