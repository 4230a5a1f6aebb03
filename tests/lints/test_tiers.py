"""Lints of tiers: what is found, and the numbers that prove it."""

from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.lints import lint_book

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[1] / "errors" / "base").glob("*.yaml")}

BOOK = """\
items:
  desk: {{title: Desk, unit: user, quantity: {{{quantity}}}}}
billing_modes:
  extra: {{title: Extra, payment: prepaid, cycle: term, terms: [1 month], items: {{desk: optional}}}}
prices:
  - {{effective: 2026-01-01, billing_mode: extra, per: month, items: {{desk: {charge}}}}}
"""


def findings(charge: str, quantity: str = "min: 1"):
    loaded = load_book({**BASE, "extra.yaml": BOOK.format(charge=charge, quantity=quantity).encode()})
    assert loaded.book is not None, loaded.diagnostics
    return lint_book(loaded.book, loaded.places)


def volume(*tiers: str, more: str = "") -> str:
    return "{model: volume, " + more + "tiers: [" + ", ".join("{" + tier + "}" for tier in tiers) + "]}"


def test_the_cliff_of_the_handbook_word_for_word():
    (cliff,) = findings(volume("up_to: 100, unit_price: 2.40", "unit_price: 1.80"))
    assert (cliff.code, cliff.severity) == ("T206", "warning")
    assert cliff.message == "buying more costs less: `desk` gets cheaper at 101 users"
    assert cliff.label == "101 users cost 181.80"
    assert [label.text for label in cliff.labels] == ["100 users cost 240.00"]
    note = "in `volume` all units take the price of the tier reached; from 101 to 133 users a customer pays less than for 100"
    assert cliff.notes == (note,)


@pytest.mark.parametrize(
    ("charge", "quantity", "expected"),
    [
        # below 100 means that 100 already costs 1.80 each: 99 cost 237.60, and so do 132 users
        (
            volume("below: 100, unit_price: 2.40", "unit_price: 1.80"),
            "min: 1",
            "from 100 to 131 users a customer pays less than for 99",
        ),
        # in steps of 10
        (
            volume("up_to: 100, unit_price: 2.40", "unit_price: 1.80"),
            "min: 10, step: 10",
            "from 110 to 130 users a customer pays less than for 100",
        ),
        # the item ends before the zone does
        (
            volume("up_to: 100, unit_price: 2.40", "unit_price: 1.80"),
            "max: 120",
            "from 101 to 120 users a customer pays less than for 100",
        ),
        # nothing above the bound is ever dearer
        (
            volume("up_to: 100, unit_price: 2.40", "unit_price: 0"),
            "min: 1",
            "from 101 on users a customer pays less than for 100",
        ),
        # a flat fee makes up for part of it: 101 cost 201.80
        (
            volume("up_to: 100, unit_price: 2.40", "unit_price: 1.80, flat: 20.00"),
            "min: 1",
            "from 101 to 122 users a customer pays less than for 100",
        ),
        # tiers see the quantity after the allowance
        (
            volume("up_to: 100, unit_price: 2.40", "unit_price: 1.80", more="allowance: 10, "),
            "min: 1",
            "from 111 to 143 users a customer pays less than for 110",
        ),
        # packages
        (
            volume("up_to: 100, package: {size: 10, price: 24.00}", "package: {size: 10, price: 18.00}"),
            "min: 1",
            "from 101 to 130 users a customer pays less than for 100",
        ),
    ],
)
def test_the_dead_zone_is_computed(charge, quantity, expected):
    cliffs = [each for each in findings(charge, quantity) if each.code == "T206"]
    assert [expected in each.notes[0] for each in cliffs] == [True], cliffs


@pytest.mark.parametrize(
    "charge",
    [
        volume("up_to: 100, unit_price: 2.40", "unit_price: 2.40, flat: 1.00"),
        volume("up_to: 100, unit_price: 1.80", "unit_price: 2.40"),
        volume("up_to: 100, unit_price: 2.40", "unit_price: 1.80, flat: 60.00"),
        "{model: graduated, tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 1.80}]}",
        "2.40",
    ],
)
def test_no_cliff_where_more_never_costs_less(charge):
    assert [each.code for each in findings(charge)] == []


@pytest.mark.parametrize(
    ("charge", "quantity", "code", "words"),
    [
        (
            "{model: graduated, tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]}",
            "max: 100",
            "T201",
            "tier 2 of `desk` is never reached",
        ),
        (
            "{model: graduated, tiers: [{up_to: 5, unit_price: 2.40}, {unit_price: 2.10}]}",
            "min: 10",
            "T201",
            "tier 1 of `desk` is never reached",
        ),
        (
            "{model: graduated, tiers: [{up_to: 5, unit_price: 2.4}, {up_to: 9, unit_price: 2.40}, {unit_price: 2.10}]}",
            "min: 1",
            "T202",
            "tiers 1 and 2",
        ),
        ("{model: graduated, tiers: [{up_to: 105, unit_price: 2.40}, {unit_price: 2.10}]}", "min: 5, step: 10", None, ""),
        (
            "{model: graduated, tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]}",
            "min: 5, step: 10",
            "T203",
            "ends at 100 users",
        ),
        (
            "{model: graduated, tiers: [{up_to: 5, unit_price: 1}, {up_to: 9, unit_price: 2}, {unit_price: 3}]}",
            "min: 1",
            None,
            "",
        ),
        (
            "{model: graduated, tiers: [{up_to: 5, unit_price: 3}, {up_to: 9, unit_price: 4}, {unit_price: 2}]}",
            "min: 1",
            "T204",
            "from tier 1 to tier 2",
        ),
        ("{model: graduated, allowance: 9, tiers: [{up_to: 9, unit_price: 3}, {unit_price: 2}]}", "min: 1", None, ""),
        (
            "{model: graduated, allowance: 10, tiers: [{up_to: 9, unit_price: 3}, {unit_price: 2}]}",
            "min: 1",
            "T205",
            "larger than its first tier",
        ),
    ],
)
def test_other_lints_of_tiers(charge, quantity, code, words):
    found = findings(charge, quantity)
    assert [each.code for each in found] == ([code] if code else [])
    assert all(words in each.message for each in found)
