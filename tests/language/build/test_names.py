"""Ids and near misses."""

from pathlib import Path

import pytest

from engine.language import names
from engine.language.build import load_book
from engine.language.names import closest, is_id, suggestion

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "errors" / "base").glob("*.yaml")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seat", True),
        ("c7.large.2", True),
        ("10-users", True),
        ("a_b", True),
        ("2026", False),
        ("", False),
        ("-a", False),
        ("a-", False),
        ("a..b", False),
        ("a b", False),
        ("é", False),
    ],
)
def test_ids(text, expected):
    assert is_id(text) is expected


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("storge", ["storage", "users"], "storage"),
        ("Storage", ["storage", "users"], "storage"),
        ("basic_edition", ["basic-edition"], "basic-edition"),
        ("usres", ["users", "storage"], "users"),
        ("gb", ["GB", "TB"], "GB"),
        ("a", ["b", "c"], None),
        ("plan-x", ["plan-a", "plan-b"], None),
        ("completely-different", ["users"], None),
    ],
)
def test_only_a_clear_near_miss_is_suggested(name, known, expected):
    assert closest(name, known) == expected


def test_without_a_near_miss_the_names_are_listed():
    assert suggestion("x", ["users", "storage"], "item")["help"] == "the book has `users`, `storage`"
    assert suggestion("x", [], "tax")["help"] == "the book declares no tax"


def test_near_misses_are_looked_for_as_long_as_a_reading_may_spend_on_them(monkeypatch):
    """Thousands of wrong names beside thousands of right ones: the first are answered with a near one, all others with what there is."""
    spent: list[int] = []
    own = names.Guesses.likeness
    monkeypatch.setattr(names.Guesses, "likeness", lambda self, one, other: spent.append(1) or own(self, one, other))
    items = "items:\n" + "".join(f"  product-{number}: {{title: P{number}, unit: user}}\n" for number in range(2_000))
    entry = "prices:\n  - effective: 2027-01-01\n    billing_mode: yearly-monthly\n    per: month\n    items:\n"
    prices = entry + "".join(f"      prodct-{number}: 1.00\n" for number in range(2_000))
    found = [each for each in load_book({**BASE, "x.yaml": (items + prices).encode()}).diagnostics if each.code == "R104"]
    helps = [each.help for each in found]
    assert len(helps) == 2_000 and helps[0] == "did you mean `product-0`?" and helps[-1].startswith("the book has `plan`, ")
    assert 2_000 < len(spent) < names.MOST_GUESSING


@pytest.mark.parametrize("length", [100, 100_000])
def test_a_name_that_nobody_types_is_near_none(length):
    """Two texts of any length would take the square of it to compare."""
    assert names.closest("k" * length, ["k" * length + "j"]) is None
    assert not names.similar("k" * (length + 100), "k" * (length + 100) + "j")
