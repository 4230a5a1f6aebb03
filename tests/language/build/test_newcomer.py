"""What a newcomer types wrong, once each, in the base book or an order of it: every finding that answers, and no other."""

from pathlib import Path

import pytest

from engine.language.build import load_book, load_order
from engine.lints import lint_book

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "errors" / "base").glob("*.yaml")}
TIER = "{up_to: 100, unit_price: 2.40}"
MODE_ITEMS = "{plan: required, seat: optional}"
ORDER = "date: 2026-03-01\nbilling_mode: yearly-monthly\nterm: 1 year\nitems:\n"


def answers(found) -> list[tuple[str, str]]:
    """(code, help) of every finding."""
    return [(each.code, each.help) for each in found]


def edited(file: str, old: str, new: str):
    """The findings about the base book with one edit."""
    text = BASE[file].decode()
    assert old in text
    loaded = load_book({**BASE, file: text.replace(old, new, 1).encode()})
    return [*loaded.diagnostics, *(lint_book(loaded.book, loaded.places) if loaded.book else ())]


def ordered(text: str):
    """The findings about an order of the base book."""
    return load_order("order.yaml", text.encode(), load_book(BASE).book, None)[1]


CASCADES = [
    ("prices.yaml", TIER, "{up_to:100, unit_price:2.40}", [("Y115", "write `up_to: 100`"), ("Y115", "write `unit_price: 2.40`")]),
    ("prices.yaml", TIER, "{from: 1, to: 100, unit_price: 2.40}", [("S101", "write `up_to: 100` instead of `from` and `to`")]),
    ("prices.yaml", TIER, "{up_to: 100, unit_price: 2,40}", [("Y113", "write `2.40`")]),
    ("billing-modes.yaml", "plan: required", "plan: mandatory", [("S111", "write one of `required`, `optional`")]),
    ("billing-modes.yaml", "spec_change: prorated", "spec_change: prorate", [("R104", "did you mean `prorated`?")]),
    ("discounts.yaml", "- spring", "- sprng", [("R104", "did you mean `spring`?")]),
    ("discounts.yaml", "[longer-term, education]", "[longer-term, eduction]", [("R104", "did you mean `education`?")]),
    ("prices.yaml", "effective: 2026-01-01", "effectve: 2026-01-01", [("S101", "did you mean `effective`?")]),
    ("prices.yaml", "    per: month", "     per: month", [("Y104", "indent it like its neighbours, with spaces")]),
    (
        "items.yaml",
        "  seat:\n",
        "  further-seat:\n",
        [("R104", "did you mean `further-seat`?"), ("Q201", "did you mean `further-seat`?"), ("R104", "did you mean `further-seat`?")],
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), CASCADES, ids=[each[2].strip() for each in CASCADES])
def test_one_slip_gives_one_finding(file, old, new, expected):
    """What only follows from it is left out."""
    assert answers(edited(file, old, new)) == expected


def test_an_emptied_section_is_said_once():
    """Not once more for each name that is missing with it."""
    assert [code for code, _ in answers(load_book({**BASE, "items.yaml": b"# moved\n"}).diagnostics)] == ["R110", "Y122"]


ORDERS = [
    ("", [("Y122", "write the order: `billing_mode:` and `items:`, with `date:` and `term:`")]),
    ("# later\n", [("Y122", "write the order: `billing_mode:` and `items:`, with `date:` and `term:`")]),
    (ORDER + "\tplan: small\n", [("Y110", "use spaces, two for each level")]),
]


@pytest.mark.parametrize(("text", "expected"), ORDERS)
def test_an_order_is_answered_with_what_to_write(text, expected):
    """Damaged and empty orders: the damage and nothing else."""
    assert answers(ordered(text)) == expected
