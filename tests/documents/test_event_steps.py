"""The explained amounts of later events: in every view, in every language, down to the rule's line."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine.billing import make_invoice
from engine.documents.event_steps import event_explanations
from engine.documents.format import formatter, without_isolates
from engine.documents.invoice_document import render_invoice_text
from engine.documents.terminal import Look
from engine.language.build import load_account
from engine.model.invoices import Issue
from engine.pricing import price_order
from engine.store import open_book
from engine.values.periods import start_of_day
from tests.documents.written import render_quote_html, render_quote_markdown, render_quote_text

BOOK = open_book(Path(__file__).resolve().parents[2] / "rules" / "koodrive").book
CASES = [
    # example, of what the first amount is, its amount, what its steps must say, top to bottom
    (
        "upgrade-to-100-users", "Change on 15 Jul 2026", "499.91",
        ["50 users, 500 GB to 100 users, 1 TB", "229/365, 16 Jul 2026 to 1 Mar 2027", "0.62739726 years", "1,272.36164328 × 0.83",
         "169.00 × 0.62739726 × 12", "670.06027368 × 0.83", "−556.1500271544", "499.910136768 to 499.91, half up", "−0.000136768"],
    ),
    (
        "downgrade-to-50-users", "Change on 15 Jul 2026", "−499.91",
        ["100 users, 1 TB to 50 users, 500 GB", "−1,056.0601639224", "−499.910136768 to −499.91, half up"],
    ),
    ("unsubscription-after-half-a-year", "Paid back", "350.94", ["886.44 × 4,428 ÷ 8,784", "88.644", "886.44 − 446.8529508197 − 88.644", "350.9430491803 to 350.94"]),
    ("renewal-for-a-year", "Change on 25 Feb 2027", "805.53", ["4/365, 26 Feb 2027 to 1 Mar 2027", "12 months", "2,028.00 × 0.83"]),
]  # fmt: skip


def quoted(name):
    return price_order(BOOK, BOOK.examples[name].given)


def words_of(steps) -> list[str]:
    return [text for step in steps for text in (step.working, step.result, *words_of(step.children))]


@pytest.mark.parametrize(("name", "what", "amount", "said"), CASES, ids=[case[0] for case in CASES])
def test_each_amount_tells_its_steps_in_order(name, what, amount, said):
    explained = event_explanations(quoted(name), BOOK, formatter("en"))[0]
    assert (explained.what.replace("\u00a0", " "), without_isolates(explained.amount)) == (what, amount)
    told = "\n".join(without_isolates(text) for text in words_of(explained.steps)).replace("\u00a0", " ")
    at = 0
    for text in said:
        assert text in told[at:], f"{text} is not told, or too early:\n{told}"
        at = told.index(text, at)


@pytest.mark.parametrize("name", [case[0] for case in CASES])
@pytest.mark.parametrize("language", ["en", "zh", "ar", "de", "ja"])
def test_every_view_shows_them(name, language):
    quote = quoted(name)
    views = [
        render_quote_text(quote, BOOK, language, explain=True),
        render_quote_markdown(quote, BOOK, language, explain=True),
        render_quote_html(quote, BOOK, language, explain=True).decode(),
    ]
    rule = "policies.yaml:28" if name.startswith("unsubscription") else "2026-01-01.yaml:11"
    for view in views:
        assert view.count(rule) > render_quote_text(quote, BOOK, language).count(rule)
        assert "=None" not in view and "None" not in view


def test_without_explain_no_step_is_shown():
    assert "0.62739726 × 12" not in render_quote_text(quoted("upgrade-to-100-users"), BOOK, "en")


def test_a_fee_above_what_is_unused_says_what_is_kept_and_that_nothing_is_owed():
    """886.44 for 366 days, left in the last weeks: the fee of 88.644 is more than what is unused."""
    found = BOOK.examples["unsubscription-after-half-a-year"].given
    late = replace(found, unsubscribe=replace(found.unsubscribe, at=found.unsubscribe.at + timedelta(days=170)))
    text = render_quote_text(price_order(BOOK, late), BOOK, "en", explain=True, look=Look(120))
    assert "at most what is unused: " in text and text.count("never") == 2
    assert "never" not in render_quote_text(quoted("unsubscription-after-half-a-year"), BOOK, "en", explain=True)


def test_the_invoice_says_so_on_the_fee():
    data = """
id: capped
customer: {name: Capped GmbH, country: DE}
subscriptions:
  - id: year
    billing_mode: yearly-monthly
    events:
      - {date: 2026-03-02, purchase: {term: 1 year, items: {basic-edition: 50-users-500-gb}}}
      - {date: 2027-02-20, unsubscribe: true}
"""
    account, problems = load_account("account.yaml", data.encode(), BOOK)
    invoice = make_invoice(BOOK, account, (), *(start_of_day(date(2027, month, 1), BOOK.zone) for month in (2, 3)))
    text = render_invoice_text(invoice, Issue("1", date(2027, 3, 1)), BOOK, "en", explain=True)
    assert not problems and text.count("at most what is unused") == 2
    for shown in ("88.644", "26.6416393443 to 26.64, half up", "26.64"):
        assert shown in text
    assert "−62.004" not in text, "the cut is a step of its own, no rounding"
