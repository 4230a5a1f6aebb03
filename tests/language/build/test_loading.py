"""Loading as a whole: nothing raises, everything is found in one run, the digest belongs to the content."""

from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.language.build.loading import digest_of

BASE = {path.name: path.read_bytes() for path in sorted((Path(__file__).parents[2] / "errors" / "base").glob("*.yaml"))}


def found(**files):
    return load_book({**BASE, **{f"{name}.yaml": text.encode() for name, text in files.items()}})


def test_the_base_book_has_no_finding():
    loaded = load_book(BASE)
    assert loaded.diagnostics == () and loaded.book is not None


def test_the_digest_does_not_depend_on_the_place_of_the_folder():
    here = load_book({f"rules/shop/{name}": content for name, content in BASE.items()}).book.digest
    there = load_book({f"/home/somebody/shop/{name}": content for name, content in BASE.items()}).book.digest
    assert here == there == digest_of(BASE)


@pytest.mark.parametrize("change", [{"prices.yaml": b"x"}, {"table.csv": b"item,unit_price\n"}, {"sub/book.yaml": b"x"}])
def test_the_digest_depends_on_every_file_and_its_name(change):
    assert digest_of({**BASE, **change}) != digest_of(BASE)


def test_the_digest_cannot_be_fooled_by_moving_text_between_files():
    assert digest_of({"a": b"xy", "b": b""}) != digest_of({"a": b"x", "b": b"y"})


def test_no_file_at_all():
    loaded = load_book({})
    assert loaded.book is None and [each.slug for each in loaded.diagnostics] == ["missing-section"]


def test_all_mistakes_of_all_files_come_in_one_run_and_in_order():
    loaded = found(
        a="items:\n  desk: {title: Desk, unit: usr}\n",
        b="prices:\n  - {effective: 2026-01-01, billing_mode: yearly, per: month, items: {seat: 1.00}}\n",
        c="discounts:\n  lost: {title: Lost, when: {sgment: education}, percent_off: 5%}\n",
    )
    assert loaded.book is None
    assert [(each.span.file, each.slug) for each in loaded.diagnostics if each.severity == "error"] == [
        ("a.yaml", "unknown-unit"),
        ("b.yaml", "unknown-reference"),
        ("c.yaml", "discount-without-stage"),
        ("c.yaml", "undeclared-attribute"),
    ]


def test_a_part_with_mistakes_does_not_make_others_wrong():
    loaded = found(
        a="items:\n  desk: {title: Desk, unit: usr}\n"
        "billing_modes:\n  m: {title: M, payment: prepaid, cycle: term, terms: [1 month], items: {desk: required}}\n"
        "prices:\n  - {effective: 2026-01-01, billing_mode: m, per: month, items: {desk: 1.00}}\n"
    )
    assert [each.slug for each in loaded.diagnostics] == ["unknown-unit"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "just text",
        "items: 5",
        "items: [a]",
        "prices: {a: b}",
        "prices: [5]",
        "items: {seat2: []}",
        "book: []",
        "units: {A: 1}",
        "units: {A: {is: 5}}",
        "discount_policy: {a: b}",
        "discounts: {x: {tiers: 5, by: term}}",
        "examples: {x: {given: []}}",
        "examples: {x: {given: {items: [1]}, expect: {total: 1}}}",
        "taxes: [{tax: [], rate: 1}]",
        "spec_changes: {x: {supports: up}}",
        "billing_modes: {x: {title: X, payment: prepaid, cycle: term, terms: 1, items: {seat: 1}, one_of: 5}}",
        "limits: [{}]",
        "attributes: {a: 5}",
        "renewals: {x: {align: 40, auto_renew: soon}}",
        "cancellations: {x: {fee: {a: b}}}",
        "mode_changes: [{from: 1, to: 2}]",
        "prices: [{effective: x, billing_mode: pay-per-use, table: [x]}]",
        "resources: {r: 5}",
        "items: {a: {title: {en: []}, unit: user, meter: 5}}",
        "prices: [{effective: 2026-01-01, billing_mode: yearly-monthly, per: month, items: {seat: {tiers: [{}]}}}]",
        "prices: [{effective: 2026-01-01, billing_mode: yearly-monthly, per: month, items: {plan: [[1]]}}]",
        "\t",
        "a: b: c",
        "book: {rounding: {at: line, mode: half-up, places: 99999999999999999999999999999999999999}}",
    ],
)
def test_nothing_raises_and_nothing_wrong_is_silent(text):
    loaded = found(a=text)
    assert loaded.diagnostics or text in ("", "[]", "just text")


def test_a_table_is_found_beside_the_file_that_names_it():
    price = b"prices:\n  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, table: ../tables/seat.csv}\n"
    loaded = load_book({**BASE, "prices/2027.yaml": price, "tables/seat.csv": b"item,unit_price\nseat,2.05\n"})
    assert loaded.diagnostics == ()
    assert loaded.book.prices[-1].origin.label == "tables/seat.csv:2"
