"""Ids and near misses."""

import pytest

from engine.language.names import closest, is_id, suggestion


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
    assert suggestion("x", ["users", "storage"], "item") == "the book has `users`, `storage`"
    assert suggestion("x", [], "tax") == "the book declares no tax"
