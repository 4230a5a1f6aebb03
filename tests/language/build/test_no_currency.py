"""A book that does not say its currency is read to its end: what needs one has no finding of its own."""

import pytest

from engine.language.build import load_book

EXAMPLE = """\
examples:
  a:
    title: A
    given:
      account: {id: e, customer: {name: E}, events: [{date: 2026-03-03, adjust: {title: T, amount: %s, like: one}}], subscriptions: []}
      period: 2026-03
    expect: {total: 1.00}
"""


@pytest.mark.parametrize(("amount", "said"), [("0", True), ("0.001", False), ("5.00", False), ("-5", False)])
def test_a_line_by_hand_without_a_currency(amount, said):
    loaded = load_book({"a.yaml": (EXAMPLE % amount).encode()})
    assert loaded.book is None and loaded.diagnostics
    assert any("comes to nothing" in each.message for each in loaded.diagnostics) == said
