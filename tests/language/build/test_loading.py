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
    there = load_book({f"/elsewhere/shop/{name}": content for name, content in BASE.items()}).book.digest
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


@pytest.mark.parametrize("expect", ["m", "[1]", "5", "true", "[{discount: 1}]", "{discount: 1}"])
def test_what_an_example_expects_is_looked_at_where_no_discount_is_left(expect):
    """A mapping says that a section is gone; anything else that it is no mapping."""
    order = "{date: 2026-03-31, billing_mode: yearly-monthly, term: 1 month, items: {plan: small}}"
    rest = {name: content for name, content in BASE.items() if b"discounts:" not in content and b"examples:" not in content}
    loaded = load_book({**rest, "examples.yaml": f"examples: {{e: {{given: {order}, expect: {expect}}}}}".encode()})
    errors = [each.code for each in loaded.diagnostics if each.severity == "error"]
    assert errors == (["R132"] if expect == "{discount: 1}" else ["S104"])


def test_a_table_is_found_beside_the_file_that_names_it():
    price = b"prices:\n  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, table: ../tables/seat.csv}\n"
    loaded = load_book({**BASE, "prices/2027.yaml": price, "tables/seat.csv": b"item,unit_price\nseat,2.05\n"})
    assert loaded.diagnostics == ()
    assert loaded.book.prices[-1].origin.label == "tables/seat.csv:2"


@pytest.mark.parametrize("typed", ["NO", "on", "012", "2026", "1.10", "true", "~x", "1e3", "yes"])
def test_where_a_text_is_expected_a_scalar_is_the_text_as_typed(typed):
    loaded = found(a=f"discounts:\n  later: {{title: {typed}, percent_off: 0%}}\n")
    assert loaded.draft.discounts["later"].title.by_language == {"en": typed}


def test_norway_is_a_country():
    loaded = found(a="taxes: [{tax: vat, rate: 25%, when: {country: NO, business: false}}]\n")
    assert loaded.diagnostics == ()
    assert loaded.book.taxes[0].conditions.when == {"country": ("NO",), "business": ("false",)}


def test_digits_of_a_price_are_kept():
    loaded = found(a="prices: [{effective: 2026-02-01, billing_mode: yearly-monthly, per: month, items: {seat: 2.4000}}]\n")
    assert [str(entry.charges[0].model.unit_price) for entry in loaded.book.prices if entry.origin.file == "a.yaml"] == ["2.4000"]


def test_sections_of_all_files_are_joined_in_path_order():
    limits = "limits: [{{resource: users, max: {}}}]\n"
    loaded = load_book({**BASE, "z.yaml": limits.format(3).encode(), "a/b.yaml": limits.format(1).encode(), "a.yml": limits.format(2).encode()})
    assert [limit.max for limit in loaded.book.limits] == [2, 1, 1000, 50 * 1024, 3]


def test_a_rule_keeps_where_it_comes_from():
    price = "prices:\n  - effective: 2025-01-01\n    reference: the price list of 2025\n    billing_mode: yearly-monthly\n    per: month\n"
    own = "    items: {seat: 2.00, plan: {small: {unit_price: 15.00, reference: a mail}}}\n"
    origins = {entry.item: entry.origin for entry in found(a=price + own).book.prices if entry.origin.file == "a.yaml"}
    assert (origins["seat"].reference, origins["plan"].reference) == ("the price list of 2025", "a mail")
    assert (origins["seat"].line, origins["seat"].label) == (6, "a.yaml:6")
