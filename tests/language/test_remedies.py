"""Typical slips of a newcomer, each with the whole of what is said about it: the code, the line, the message and the remedy."""

import pytest

from engine.language.document import read_document
from engine.language.shape import check_shape

TIER = "prices:\n  - items:\n      seat:\n        tiers:\n          - {{{}}}\n"


def said(text: str) -> list[tuple[str, int, str, str]]:
    """(code, line, message, help) of every finding about a file's text."""
    _, found = read_document("a.yaml", text.encode())
    return [(each.code, each.span.line, each.message, each.help) for each in found]


def shaped(text: str, schema: str) -> list[tuple[str, str]]:
    """(code, help) of every finding about a file's text and shape."""
    document, found = read_document("a.yaml", text.encode())
    return [(each.code, each.help) for each in (*found, *check_shape(document, schema))]


COMMAS = [
    ("up_to: 100, unit_price: 2,40", "write `2.40`"),
    ("unit_price: 9,99", "write `9.99`"),
    ("unit_price: 0,000060", "write `0.000060`"),
    ("unit_price: 0,035", "write `0.035`"),
    ("unit_price: 1200,500", "write `1200.500`"),
    ("unit_price: 1,200", "write `1200`, or `1.200` if a decimal is meant"),
    ("up_to: 1,200, unit_price: 2.40", "write `1200`, or `1.200` if a decimal is meant"),
    ("unit_price: 1,234.50", "write `1234.50`"),
    ("unit_price: 1.234,50", "write `1234.50`"),
    ("unit_price: 1,200,500", "write `1200500`"),
    ("percent_off: 17,5%", "write `17.5%`"),
    ("up_to: 1,5 TB, unit_price: 2", "write `1.5 TB`"),
    ("up_to: 100, 2.40", "write the key that `2.40` belongs to before it, such as `unit_price: 2.40`"),
]


@pytest.mark.parametrize(("written", "remedy"), COMMAS, ids=[each[0] for each in COMMAS])
def test_a_comma_in_a_number_never_makes_it_a_hundred_times_higher(written, remedy):
    """Inside { } a comma cuts a number: the remedy is the decimal, or both readings, in one finding."""
    assert [(code, line, remedy) for code, line, _, remedy in said(TIER.format(written))] == [("Y113", 5, remedy)]


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("1,200", "write `1200`, or `1.200` if a decimal is meant"),
        ("0,035", "write `0.035`"),
        ("2,40", "write `2.40`"),
        ("12,345,678", "write `12345678`"),
    ],
)
def test_a_comma_outside_of_braces_is_read_with_the_same_care(written, remedy):
    """The same numbers on lines of their own."""
    text = f"prices:\n  - effective: 2026-01-01\n    billing_mode: monthly\n    items:\n      seat: {written}\n"
    assert shaped(text, "book-file") == [("S105", remedy)]
