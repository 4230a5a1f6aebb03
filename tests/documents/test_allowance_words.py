"""What documents say of allowances that are shared, end or are carried over (second version, 3.2 and 7.3)."""

import re

import pytest

from engine.billing import issue
from engine.commands.invoice_formats import RENDERINGS, render
from engine.documents.sheet_json import sheet_data
from engine.documents.terminal import Look
from engine.documents.translations import LANGUAGES
from engine.sheet import build_sheet
from tests.billing.test_allowance_terms import COLUMNS, by_use, sold, used
from tests.billing.usage_shop import bill
from tests.documents.test_sheet_truths import told
from tests.sheet.small_books import BEGIN, book_of

ALL = {"across": "attributes", "over": "account", "lasts": "12 months", "carry_over": "1 month"}
SENTENCES = {
    "across": "They count once for all that is used of it, in order of time.",
    "over": "All subscriptions of an account share them.",
    "lasts": "They end 1 year after the start of the first subscription: a billing period that begins then or later has none.",
    "carry_over": "What a billing period leaves of them is used first in the next ones, and is gone 1 month after its end.",
}


def sheet_of(terms: dict[str, str]):
    """A book that sells minutes with 500 free in each month."""
    said = "".join(f", {key}: {value}" for key, value in terms.items())
    return book_of(
        f"""
units: {{x: {{title: thing}}}}
items: {{talk: {{title: Talk, unit: x, meter: {{measure: sum, window: day}}}}}}
billing_modes: {{use: {{title: Use, payment: postpaid, cycle: month, items: {{talk: optional}}}}}}
prices: [{{effective: 2026-01-01, billing_mode: use, items: {{talk: {{unit_price: 0.09, allowance: {{quantity: 500{said}}}}}}}}}]
"""
    )


@pytest.mark.parametrize("key", ALL)
@pytest.mark.parametrize("format_name", ["text", "markdown", "html"])
def test_each_key_is_said_on_the_sheet(key, format_name):
    """7.3: the sheet of a book without the key is another one, and only it lacks the sentence."""
    whole, without = told(sheet_of(ALL), format_name), told(sheet_of({name: value for name, value in ALL.items() if name != key}), format_name)
    assert SENTENCES[key] in whole and SENTENCES[key] not in without


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_key_is_said_in_every_language(language):
    whole = told(sheet_of(ALL), language=language)
    assert all(told(sheet_of({name: value for name, value in ALL.items() if name != key}), language=language) != whole for key in ALL)


def test_what_is_shared_is_given_for_the_period():
    """A bare allowance is given to each day; one that is shared or carried over to the billing period, whatever the window."""
    assert "The first 500 thing on each day are free." in told(sheet_of({}))
    assert "The first 500 thing on each day are free. They end 1 year after the start of the subscription:" in told(sheet_of({"lasts": "12 months"}))
    assert "The first 500 thing in each billing period are free. What a billing period leaves" in told(sheet_of({"carry_over": "1 month"}))


def test_the_sheet_as_data_has_the_terms_where_there_are_any():
    """A book of the first version has the form that it had."""

    def group(terms):
        return sheet_data(build_sheet(sheet_of(terms), BEGIN))["modes"][0]["tables"][0]["groups"][0]

    assert group(ALL)["allowance_terms"] == {**ALL, "lasts": "1 year"}
    assert "allowance_terms" not in group({})


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("02", "100 − 100, 30 GB left by earlier billing periods"),
        ("03", "40 − 40, 50 of 100 GB were used before"),
        ("04", "160 − 110, 10 GB left by earlier billing periods"),
        ("05", "none since 1 May 2026"),
    ],
)
def test_an_invoice_explains_why_so_much_was_free(month, words):
    """January leaves 30, February 30, March 10; the allowance is over on 1 May."""
    book = sold({"quantity": "100 GB", "across": "attributes", "over": "account", "lasts": "4 months", "carry_over": "1 month"})
    rows = used(
        ("01-10T10:00", 70), ("02-11T10:00", 100), ("03-02T10:00", 80), ("03-05T10:00", 40, "b", "s-2"), ("04-02T10:00", 160), ("05-02T10:00", 60),
    )  # fmt: skip
    found = bill(book, by_use(book, "2026-01-01", "2026-02-01"), rows, f"2026-{month}-01", f"2026-{int(month) + 1:02}-01", COLUMNS)
    issued = issue(book, found, "17", found.end.date())
    page = render(RENDERINGS["md"], found, issued, book, {"language": "en", "explain": True, "look": Look(), "raw": False})[0]
    assert words in re.sub(r"[\u2066-\u2069]|\*", "", page.decode() if isinstance(page, bytes) else page).replace("\u00a0", " ")


def test_what_was_used_up_before_says_so():
    """A line that gets nothing of it is told why: all of it was used before."""
    book = sold({"quantity": "100 GB", "across": "attributes"})
    found = bill(book, by_use(book, "2026-01-01"), used(("03-02T10:00", 100), ("03-05T10:00", 40, "b")), columns=COLUMNS)
    issued = issue(book, found, "17", found.end.date())
    page = render(RENDERINGS["md"], found, issued, book, {"language": "en", "explain": True, "look": Look(), "raw": False})[0]
    assert "100 of 100 GB were used before" in (page.decode() if isinstance(page, bytes) else page).replace("\u00a0", " ")


def test_what_is_free_for_whom_is_said_before_what_holds_for_all():
    page = told(
        book_of(
            """
units: {x: {title: thing}}
attributes: {plan: {title: Plan, source: order, values: [small, large]}}
items: {talk: {title: Talk, unit: x, meter: {measure: sum, window: day}}}
billing_modes: {use: {title: Use, payment: postpaid, cycle: month, items: {talk: optional}}}
prices:
  - {effective: 2026-01-01, billing_mode: use, items: {talk: {unit_price: 0.09, allowance: {quantity: 500, carry_over: 1 month}}}}
  - {effective: 2026-01-01, billing_mode: use, when: {plan: large}, items: {talk: {unit_price: 0.09, allowance: {quantity: 900, carry_over: 1 month}}}}
"""
        )
    )
    assert (
        "Everybody else: the first 500 thing in each billing period are free. Plan: large: the first 900 thing in each billing period are free. "
        "What a billing period leaves of them"
    ) in page
