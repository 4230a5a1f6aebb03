"""The comment of a pull request: two lines that say all, findings before what folds, no names of accounts, and never too long."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.documents.diff_markdown import LONGEST, diff_markdown
from engine.documents.diff_page import diff_page
from engine.documents.terminal import Look
from engine.documents.text import text_page
from engine.language.build import load_book
from engine.review.bills import AccountEffect, bills_of
from engine.review.comparison import Measured, compare_books
from engine.review.effect import Effects, ExampleEffect
from engine.review.thresholds import read_threshold
from tests.review.test_timing import DEAR, OLD

TODAY = datetime(2026, 6, 1, tzinfo=UTC)
NAMES = ("main", "koodrive")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
ACCOUNTS = (
    AccountEffect("zebra", "USD", Decimal("100.00"), Decimal("112.00"), moves="now", since=date(2026, 10, 3)),
    *(AccountEffect(f"yak-{number}", "USD", Decimal("50.00"), Decimal("45.00"), moves="at-renewal", since=date(2026, 11, 1)) for number in range(3)),
    AccountEffect("xenia", "USD", Decimal("10.00"), Decimal("10.00"), moves="later"),
    AccountEffect("walrus", "USD", Decimal("10.00"), None, ("no-longer-sold",)),
)


def compared(old, new, **measured):
    return compare_books(old, new, TODAY, Measured(**measured))


BOOK = """book: {{id: shop, title: Shop, status: draft, currency: USD, timezone: UTC, rounding: {{at: line, mode: half-up}}}}
units: {{piece: {{title: piece}}}}
items:
{items}
billing_modes:
  plan:
    title: Plan
    payment: prepaid
    cycle: term
    terms: [1 month]
    items:
{sold}
prices:
  - effective: 2026-01-01
    billing_mode: plan
    per: month
    items:
{prices}
"""


def of_items(count, price, title=""):
    """A book with so many items, each with its price."""
    names = [f"item-{number:04}" for number in range(count)]
    items = "\n".join(f'  {name}: {{title: "Item {name}{title}", unit: piece}}' for name in names)
    sold = "\n".join(f"      {name}: optional" for name in names)
    prices = "\n".join(f"      {name}: {price(number)}" for number, name in enumerate(names))
    found = load_book({"book.yaml": BOOK.format(items=items, sold=sold, prices=prices).encode()})
    assert found.book is not None, found.diagnostics[:3]
    return found.book


def test_the_first_two_lines_are_the_whole_message():
    limits = [read_threshold("increase > 10%"), read_threshold("breaks")]
    lines = diff_markdown(compared(OLD, DEAR, thresholds=limits, accounts=ACCOUNTS, period=YEAR), NAMES).splitlines()
    assert lines[0] == "### KooDrive: 1 change"
    assert (
        lines[2]
        == "**1 account pays more, 3 less, 1 the same, 1 without a bill under one of the books.** Bills of 2026-01-01 to 2026-12-31: 260.00 to 257.00 USD, −3.00 USD (−1.2%).<br>"
    )
    assert lines[3] == "**✕ failed**: `increase > 10%`: list price +12.0%, an example +12.0%, an account +12.0%, 1 without a price now.<br>"
    assert lines[4] == "**✓ passed**: `breaks`: no promise breaks."


def test_without_accounts_and_limits_examples_and_promises_are_the_message():
    lines = diff_markdown(compared(OLD, DEAR), NAMES).splitlines()
    assert lines[2:4] == ["**Of 38 examples 2 cost more, 0 less.**<br>", "**✓ No promise to existing customers breaks.**"]
    orders = Effects(3, (ExampleEffect("a.yaml", "total", "USD", Decimal(9), Decimal(8)), ExampleEffect("b.yaml", "total", "USD", Decimal(9), None, ("gone",))))
    assert "**Of 3 orders 0 cost more, 1 less, 1 has no price under one of the books.**" in diff_markdown(compared(OLD, DEAR, orders=orders), NAMES)


def test_a_promise_that_breaks_is_the_second_line_and_is_told_with_its_remedy():
    old, new = (of_items(2, lambda number, more=more: 10 + more) for more in (0, 1))
    lines = diff_markdown(compared(old, new), NAMES).splitlines()
    assert lines[3] == "**⚠ 2 changes break a promise to existing customers.**"
    (told,) = [line for line in lines if line.startswith("> ⚠ ")]
    assert "and 1 other, each** was in force and is edited" in told and told.endswith("Add a dated price instead: pricebook set --effective.")


def test_accounts_have_names_only_where_that_is_asked_for():
    found = compared(OLD, DEAR, thresholds=[read_threshold("increase > 10%")], accounts=ACCOUNTS, period=YEAR)
    hidden, shown = diff_markdown(found, NAMES), diff_markdown(found, NAMES, show_accounts=True)
    for name in ("zebra", "yak", "walrus", "xenia"):
        assert name not in hidden
    assert "zebra" in shown and "walrus fails under the new book: no-longer-sold" in shown
    assert "An account fails under the new book: no-longer-sold" in hidden
    assert "| 3 accounts<br>each |  |  | −5.00 |  | 2026-11-01 |" in hidden


def test_what_folds_has_its_finding_in_its_summary():
    text = diff_markdown(compared(OLD, DEAR, accounts=ACCOUNTS, period=YEAR), NAMES)
    for said in (
        "<summary><b>Examples:</b> 2 of 38 differ, −106.37 USD to +106.37 USD</summary>",
        "<summary><b>Largest increases:</b> +12.00 USD</summary>",
        "<summary><b>Largest decreases:</b> −5.00 USD</summary>",
        "<summary><b>Distribution:</b> of the change of 4 bills, USD</summary>",
        "<summary><b>Moves with them:</b> Upgrade from 10 users, 100 GB to 50 users, 500 GB 70.00 to 80.68; ",
        "| at renewal<br>in the period | 3 | 150.00 | 135.00 | −15.00 | −10.0% |", "| later<br>",
    ):  # fmt: skip
        assert said in text, said
    assert text.count("<details>") == text.count("</details>") == 5 and "\n\n\n" not in text


def test_where_nothing_changes_one_line_says_so():
    quiet = tuple(each for each in ACCOUNTS if each.direction == "same")
    text = diff_markdown(compared(OLD, OLD, accounts=quiet), NAMES)
    assert text.count("\n") == 1 and text.startswith("**KooDrive**: no change in prices or rules. 38 examples and 1 account cost the same. main @ ")


def test_two_hundred_prices_that_rise_alike_read_in_one_screen():
    old, new = (of_items(200, lambda number, factor=factor: (number + 1) * factor) for factor in (100, 103))
    found = compared(old, new)
    assert len(found.changes) == 200
    text = text_page(diff_page(found, NAMES), Look(100))
    assert len(text.splitlines()) <= 50 and "and 199 like it" in text and "+3.0%" in text and "200 changes, 200 promises broken" in text


def test_two_hundred_prices_that_rise_differently_read_in_one_screen():
    old = of_items(200, lambda number: 100)
    new = of_items(200, lambda number: 101 + number)
    text = text_page(diff_page(compared(old, new), NAMES), Look(100))
    assert len(text.splitlines()) <= 50 and "+200.0%" in text and "and 190 more: +1.0% to +190.0%; -f csv has all of them" in text


@pytest.mark.parametrize("title", ["", "*" * 400])
def test_a_thousand_items_fit_a_comment(title):
    old = of_items(1000, lambda number: 100, title=title)
    new = of_items(1000, lambda number: 101 + number, title=title)
    assert len(diff_markdown(compared(old, new, thresholds=[read_threshold("increase > 1%")]), NAMES)) < LONGEST


DEARER = compared(OLD, DEAR, thresholds=[read_threshold("increase > 5%")])
TEXT = st.text(max_size=100)
AMOUNTS = st.decimals(0, 10**9, places=2)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(TEXT, TEXT, AMOUNTS, AMOUNTS), max_size=20), st.lists(st.tuples(TEXT, AMOUNTS, AMOUNTS), max_size=30), TEXT, st.integers(1, 40),
)  # fmt: skip
def test_no_input_is_too_long_for_a_comment(examples, accounts, name, often):
    effects = Effects(99, tuple(ExampleEffect(f"{number} {name}" * often, what, "USD", *sides) for number, (name, what, *sides) in enumerate(examples)))
    billed = [AccountEffect(f"{number} {name}", "USD", *sides, moves="now") for number, (name, *sides) in enumerate(accounts)]
    found = replace(DEARER, orders=effects, bills=bills_of(billed), period=YEAR, verdicts=DEARER.verdicts * often)
    text = diff_markdown(found, (name * often, name), show_accounts=True)
    assert len(text) < LONGEST and text.startswith("### KooDrive: 1 change")
