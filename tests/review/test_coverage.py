"""Which rules no example touches: every example of the covering set is left out in turn, and exactly its rules are missed."""

from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.review.coverage import cover, coverage_findings
from engine.review.examples import run_examples
from tests.errors.samples import good_files

ERRORS = Path(__file__).resolve().parent.parent / "errors"
BASE = {path.name: path.read_bytes() for path in (ERRORS / "base").glob("*.yaml")}
COVERING = good_files(ERRORS / "K201-not-covered-by-examples")["rules/shop/examples.yaml"]

ONLY_TOUCHED_BY = {
    "small-team": set(),
    "many-seats-for-half-a-year": {
        "tier 2 of `seat` in `yearly-monthly`",
        "the tier from 6 months of the discount `longer-term`",
    },
    "school": {"the discount `education`", "the discount `spring`"},
    "upgrade-in-the-first-year": {f"`{direction}` of the spec-change policy `prorated`" for direction in ("upgrade", "downgrade", "expand", "reduce")},
    "left-after-two-months": {"row 1 of the fees of the cancellation `with-fee`"},
    "from-use-to-a-year": {"the mode change from `pay-per-use` to `yearly-monthly`"},
}


@pytest.fixture(scope="module")
def loaded():
    return load_book({**BASE, "examples.yaml": COVERING})


def untouched(book, left_out=None):
    return {rule.name for rule in cover(book, [each for each in run_examples(book) if each.name != left_out]).untouched}


def test_the_table_names_every_example(loaded):
    assert set(ONLY_TOUCHED_BY) == set(loaded.book.examples)


def test_all_examples_together_leave_nothing_out(loaded):
    assert untouched(loaded.book) == set()
    assert {result.outcome for result in run_examples(loaded.book)} == {"passed"}


@pytest.mark.parametrize("name", ONLY_TOUCHED_BY)
def test_what_only_one_example_touches_is_missed_without_it(loaded, name):
    assert untouched(loaded.book, left_out=name) == ONLY_TOUCHED_BY[name]


def test_without_examples_every_rule_is_missed_at_its_place(loaded):
    coverage = cover(loaded.book, ())
    assert coverage.touched == 0 and coverage.untouched == coverage.rules
    findings = coverage_findings(coverage, loaded.places)
    assert len(findings) == 12
    assert all(found.span and found.help and found.severity == "warning" for found in findings)
    second = next(found for found in findings if "tier 2 of `seat`" in found.message)
    assert (second.span.file, second.span.line) == ("prices.yaml", 12)


TAXES = b"""
taxes:
  - {id: full, tax: vat, rate: 19%}
  - {id: reduced, tax: vat, rate: 7%, when: {segment: education}}
"""


def test_a_row_of_taxes_is_touched_where_it_applies():
    book = load_book({**BASE, "examples.yaml": COVERING, "taxes.yaml": TAXES}).book
    assert untouched(book) == set()
    assert untouched(book, left_out="school") == {*ONLY_TOUCHED_BY["school"], "the row `reduced` of the taxes"}


def test_a_volume_price_touches_the_tier_that_it_reaches_only():
    prices = BASE["prices.yaml"].replace(b"model: graduated", b"model: volume")
    book = load_book({**BASE, "examples.yaml": COVERING, "prices.yaml": prices}).book
    assert untouched(book) == set()
    assert "tier 1 of `seat` in `yearly-monthly`" not in untouched(book, left_out="many-seats-for-half-a-year")
    assert "tier 2 of `seat` in `yearly-monthly`" in untouched(book, left_out="many-seats-for-half-a-year")


def test_a_discount_that_loses_against_a_better_one_is_not_touched():
    examples = b"""
examples:
  school-for-a-year:
    given: {date: 2026-02-01, billing_mode: yearly-monthly, term: 1 year, items: {plan: small}, attributes: {segment: education}}
    expect: {total: 204.00}
"""
    book = load_book({**BASE, "examples.yaml": examples}).book
    missed = untouched(book)
    assert "the discount `education`" in missed
    assert "the tier from 1 year of the discount `longer-term`" not in missed
