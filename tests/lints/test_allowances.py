"""Lints of allowances that are shared or carried over."""

import pytest

from engine.language.build import load_book
from engine.lints import lint_book
from tests.lints.test_tiers import BASE

BOOK = """\
items:
  talk: {{title: Talk, unit: user, meter: {{measure: sum, window: month}}{specs}}}
billing_modes:
  extra: {{title: Extra, payment: postpaid, cycle: month, items: {{talk: optional}}}}
prices:
  - {{effective: 2026-01-01, billing_mode: extra, items: {{talk: {first}}}}}
  - {{effective: 2026-03-01, billing_mode: extra, items: {{talk: {second}}}}}
"""
SPECS = ", specs: {near: {title: Near}, far: {title: Far}}"


def found(first: str, second: str = "0.10", specs: str = "") -> list[tuple[str, str]]:
    loaded = load_book({**BASE, "extra.yaml": BOOK.format(first=first, second=second, specs=specs).encode()})
    assert loaded.book is not None, loaded.diagnostics
    return [(each.code, each.message) for each in lint_book(loaded.book, loaded.places) if each.code in ("T213", "T214", "T215")]


def free(terms: str, quantity: int = 500) -> str:
    return f"{{unit_price: 0.09, allowance: {{quantity: {quantity}, {terms}}}}}"


@pytest.mark.parametrize(("kept", "code"), [("119 months", []), ("10 years", ["T213"]), ("3600 days", ["T213"]), ("3570 days", []), ("1 month", [])])
def test_what_is_kept_as_good_as_for_ever(kept, code):
    assert [each for each, _ in found(free(f"carry_over: {kept}"))] == code


def test_an_allowance_across_attributes_of_which_there_are_none():
    assert found(free("across: attributes")) == [("T214", "the allowance of `talk` is shared across attributes, and its usage has none that decides anything")]
    assert found(free("over: account")) == []


@pytest.mark.parametrize(
    ("near", "far", "second", "expected"),
    [
        (free("across: attributes"), free("across: attributes"), "0.10", 0),
        (free("across: attributes"), free("across: attributes", 400), "0.10", 1),
        (free("across: attributes"), free("across: attributes, lasts: 1 year"), "0.10", 1),
        (free("across: attributes"), free("over: account", 400), "0.10", 0),
        (free("across: attributes"), "0.10", "{near: 0.10, far: " + free("across: attributes", 400) + "}", 0),  # never in force together
        (free("across: attributes"), "0.10", "{far: " + free("across: attributes", 400) + "}", 1),
    ],
)
def test_prices_that_share_one_say_the_same(near, far, second, expected):
    said = found(f"{{near: {near}, far: {far}}}", second, SPECS)
    assert said == [("T215", "prices of `talk` share one allowance, and say different ones")] * expected
