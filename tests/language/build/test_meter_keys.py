"""No key of a meter does nothing in silence."""

import pytest

from engine.language.build import load_book

BOOK = """
book: {{id: shop, title: Shop, status: draft, currency: EUR, timezone: UTC, rounding: {{at: line, mode: half-up}}}}
units: {{call: {{title: call}}}}
attributes: {{user: {{source: usage}}}}
items: {{calls: {{title: Calls, unit: call, meter: {{{meter}}}}}}}
billing_modes: {{use: {{title: Use, payment: postpaid, cycle: month, items: {{calls: required}}}}}}
prices:
  - {{effective: 2026-01-01, billing_mode: use, {per} items: {{calls: 0.02}}}}
"""


@pytest.mark.parametrize(
    ("meter", "word"),
    [
        ("measure: sum, hold: true", "a `sum` adds up records"),
        ("measure: count, hold: true", "a `count` adds up records"),
        ("measure: max, step: 1 minute", "`step` is the grid"),
        ("measure: sum, of: user", "`of` names what `unique` counts"),
        ("measure: unique", "`unique` does not say what it counts"),
        ("measure: sum", ""),
        ("measure: unique, of: user", ""),
        ("measure: mean, hold: true, step: 1 minute", ""),
    ],
)
def test_a_key_without_meaning_is_reported(meter, word):
    per = "per: hour," if "max" in meter or "mean" in meter else ""
    loaded = load_book({"shop.yaml": BOOK.format(meter=meter, per=per).encode()})
    found = [each.message for each in loaded.diagnostics if each.code == "R129"]
    assert [word in message for message in found] == ([True] if word else [])


@pytest.mark.parametrize(
    ("meter", "invoiced", "word"),
    [
        ("measure: max, window: period", "year", "a level over the whole year"),
        ("measure: max, window: period", "month", ""),
        ("measure: max, window: month", "year", ""),
        ("measure: sum, window: period", "year", ""),
        ("measure: max, window: month", "day", "is metered by the month"),
    ],
)
def test_a_level_has_a_window_of_a_month_at_most(meter, invoiced, word):
    """A price is for a level that is held an hour, a day, a month; a total has no length."""
    per = "per: month," if "max" in meter else ""
    text = BOOK.format(meter=meter, per=per).replace("cycle: month", f"cycle: month, invoiced: {invoiced}")
    found = [each.message for each in load_book({"shop.yaml": text.encode()}).diagnostics if each.code == "R114"]
    assert [word in message for message in found] == ([True] if word else [])
