"""Examples: only what is named is compared, exactly; what cannot be evaluated never passes in silence."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.language.build import load_book
from engine.model.quotes import ChangeLine, QuotedChange, QuotedUnsubscription, RemainingTime
from engine.review.examples import differences, run_examples

BOOK = """\
book:
  id: small
  title: Small
  status: draft
  currency: USD
  timezone: UTC
  rounding: {at: line, mode: half-up}
units:
  user: {title: {en: {one: user, other: users}}}
items:
  seats: {title: Seats, unit: user, quantity: {max: 100}}
billing_modes:
  monthly:
    title: Monthly
    payment: prepaid
    cycle: term
    terms: [1 month, 1 year]
    expires: end-of-day
    items: {seats: required}
    spec_change: prorated
  hourly:
    title: Hourly
    payment: prepaid
    cycle: term
    terms: [1 month]
    items: {seats: required}
spec_changes:
  prorated:
    supports: [expand, reduce]
    remaining: {monthly: actual-days, yearly: actual-days, counts_from: same-day}
prices:
  - {effective: 2026-01-01, billing_mode: monthly, per: month, items: {seats: 2.505}}
  - {effective: 2026-01-01, billing_mode: hourly, per: month, items: {seats: 1.00}}
taxes:
  - {id: vat-de, tax: vat, when: {country: DE}, rate: 19%, category: S}
"""

GIVEN = "    given: {date: 2026-03-01, billing_mode: monthly, term: 1 month, items: {seats: 3}, attributes: {country: DE}}\n"


def run(example: str):
    content = BOOK + "examples:\n  one:\n" + example
    loaded = load_book({"book.yaml": content.encode()})
    assert loaded.book is not None, loaded.diagnostics
    (result,) = run_examples(loaded.book)
    return result


@pytest.mark.parametrize(
    "expect",
    [
        "total: 7.52",
        "total: 7.520",
        "list: 7.515",
        "discount: 0",
        "tax: 1.43",
        "gross: 8.95",
        "expires: 2026-04-01",
        "lines: {seats: {amount: 7.52, quantity: 3, unit: user, list_amount: 7.515, rounding_amount: -0.005}}",
        "lines: {seats: {quantity: 3 user}}",
    ],
)
def test_what_is_named_and_right_passes(expect):
    result = run(f"{GIVEN}    expect: {{{expect}}}\n")
    assert (result.outcome, result.cells) == ("passed", ())


@pytest.mark.parametrize(
    ("expect", "cells"),
    [
        ("total: 7.53", [("total", "7.53", "7.52")]),
        ("total: 7.5200001", [("total", "7.5200001", "7.52")]),
        ("total: 7.52, tax: 1.42, gross: 8.95", [("tax", "1.42", "1.43")]),
        ("expires: 2026-03-31", [("expires", "2026-03-31", "2026-04-01")]),
        ("lines: {seats: {amount: 7.51, unit: user}}", [("lines.seats.amount", "7.51", "7.52")]),
        ("lines: {seats: {unit: users}}", [("lines.seats.unit", "users", "user")]),
    ],
)
def test_only_cells_that_differ_are_told(expect, cells):
    result = run(f"{GIVEN}    expect: {{{expect}}}\n")
    assert result.outcome == "failed"
    assert [(cell.field, cell.expected, cell.actual) for cell in result.cells] == cells


def test_an_expected_error_passes_by_slug_or_code_and_a_price_instead_fails():
    wrong = GIVEN.replace("1 month, items", "2 months, items")
    by_slug = run(f"{wrong}    expect_error: term-not-offered\n")
    assert by_slug.outcome == "passed"
    by_code = run(f"{wrong}    expect_error: {by_slug.refusal[0].code}\n")
    assert by_code.outcome == "passed"
    priced = run(f"{GIVEN}    expect_error: term-not-offered\n")
    assert [(cell.field, cell.expected, cell.actual) for cell in priced.cells] == [("error", "term-not-offered", "a price of 7.52")]
    other = run(f"{wrong}    expect_error: limit-exceeded\n")
    assert [cell.actual for cell in other.cells] == ["refused: term-not-offered"]
    refused = run(f"{wrong}    expect: {{total: 1.00}}\n")
    assert refused.outcome == "failed" and refused.refusal


def test_an_invoice_has_no_charge_of_a_last_change():
    given = "    given: {account: {id: a, customer: {name: A}, subscriptions: []}, period: 2026-03}\n"
    result = run(f"{given}    expect: {{charge: 10.00}}\n")
    assert [(cell.field, cell.expected, cell.actual) for cell in result.cells] == [("charge", "10.00", "none")]
    assert run(f"{given}    expect: {{total: 0.00}}\n").outcome == "passed"


def test_a_change_that_the_order_does_not_have_is_a_difference():
    result = run(f"{GIVEN}    expect: {{charge: 1.00}}\n")
    assert [(cell.field, cell.expected, cell.actual) for cell in result.cells] == [("charge", "1.00", "none")]


def test_the_last_change_and_the_unsubscription_are_compared():
    book = load_book({"book.yaml": (BOOK + "examples:\n  one:\n" + GIVEN + "    expect: {total: 7.52}\n").encode()}).book
    quote = run_examples(book)[0].quote
    at = quote.at
    left = RemainingTime(Decimal("4.5"), "months", "actual-days")
    line = ChangeLine("seats", None, Decimal(5), "user", "expand", left, Decimal("12.50"))
    changes = (QuotedChange(at, Decimal("1.00"), None, Decimal(0), ()), QuotedChange(at, Decimal("12.50"), None, Decimal(0), (line,)))
    end = QuotedUnsubscription(at, Decimal("20.00"), Decimal("8.00"), Decimal("2.00"), Decimal("10.00"), Decimal(0))
    changed, ended = replace(quote, changes=changes), replace(quote, changes=changes, unsubscription=end)

    def cells(expect, found):
        return [(cell.field, cell.expected, cell.actual) for cell in differences(book, expect, found)]

    assert cells({"charge": Decimal("12.5"), "remaining": Decimal("4.50")}, changed) == []
    assert cells({"charge": Decimal("1.00"), "refund": Decimal("1.00")}, changed) == [("charge", "1.00", "12.50"), ("refund", "1.00", "none")]
    assert cells({"refund": Decimal(10), "fee": Decimal(2)}, ended) == []


def test_examples_are_chosen_by_part_of_their_name_or_by_pattern():
    content = BOOK + "examples:\n" + "".join(f"  {name}:\n{GIVEN}    expect: {{total: 7.52}}\n" for name in ("team-a", "team-b", "school"))
    book = load_book({"book.yaml": content.encode()}).book
    assert [result.name for result in run_examples(book)] == ["team-a", "team-b", "school"]
    assert [result.name for result in run_examples(book, "team")] == ["team-a", "team-b"]
    assert [result.name for result in run_examples(book, "*-b")] == ["team-b"]
