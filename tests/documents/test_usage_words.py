"""What documents say of usage: how long and how much, what is covered, and of very many windows the first ones and the sum of the others."""

import json
from decimal import Decimal

import pytest

from engine.billing import issue
from engine.documents.format import formatter, without_isolates
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_json import render_invoice_json
from engine.documents.invoice_markdown import render_invoice_markdown
from engine.documents.invoice_text import render_invoice_text
from engine.documents.invoice_view import view_of
from engine.documents.quote_steps import shown_steps
from engine.documents.quote_use import MOST_PARTS
from engine.values.exact import total
from tests.billing.usage_shop import account, bill, book_of, event, shop, subscription

USE = subscription("s-1", "use", event("2026-03-01", "start"))
PAID = subscription(
    "s-1", "paid", event("2026-03-01", "purchase", term="1 month", items={"plan": "small", "bundle": Decimal(1)}),
)  # fmt: skip
BY_DAY = subscription("u-1", "use", event("2026-03-01", "start"))
HOURS = [("s-1", "storage", f"03-{1 + hour // 24:02}T{hour % 24:02}:10", 10 + hour) for hour in range(50)]
SENT = [("u-1", "egress", "03-03T12:00", Decimal("95.9")), ("u-1", "egress", "03-09T12:00", Decimal("120.6"))]
STORED = [("u-1", "storage", "03-03T12:00", Decimal("216.5"))]


def found(rows, *subscriptions):
    book = book_of(shop())
    return bill(book, account(book, *subscriptions), rows), book


def told(rows, *subscriptions, language: str = "en") -> list[str]:
    """The second lines of the lines of usage."""
    invoice, book = found(rows, *subscriptions)
    view = view_of(invoice, issue(book, invoice, "1", invoice.end.date()), book, formatter(language), False)
    return [without_isolates(line.details) for group in view.groups for line in group.lines]


def test_many_hours_say_how_many_and_up_to_what():
    assert told(HOURS, USE)[0].startswith("50 hours, up to 59\u00a0GB")
    assert told(HOURS[:1], USE) == ["1 hour × 0.01"], "a calculation that is short stands there itself"


@pytest.mark.parametrize(("count", "said"), [(1, "total of 1 record"), (1086, "total of 1,086 records")])
def test_a_total_says_of_how_many_records(count, said):
    rows = [("s-1", "calls", f"03-{1 + number // 40:02}T12:{number % 40:02}", 1) for number in range(count)]
    assert said in told(rows, USE)[0]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "covered by Storage: 100 of 216.5\u00a0GB"),
        ("de", "gedeckt durch Storage: 100 von 216,5\u00a0GB"),
        ("zh", "由Storage抵扣：216.5\u00a0GB中的 100"),
        ("ja", "Storageに含まれる分：216.5\u00a0GB中 100"),
        ("ar", "مشمول في Storage: 100 من 216.5\u00a0GB"),
    ],
)
def test_what_is_covered_is_told_in_words(language, said):
    invoice, book = found(STORED, PAID, BY_DAY)
    line = invoice.lines[-1]
    step = shown_steps(line, invoice, book, formatter(language))[0]
    assert (line.quantity, without_isolates(step.working)) == (Decimal("116.5"), said)


def test_a_sum_is_covered_in_all_its_windows():
    invoice, book = found(SENT, PAID, BY_DAY)
    assert without_isolates(shown_steps(invoice.lines[-1], invoice, book, formatter("en"))[0].working) == "covered by Traffic: 50 of 216.5\u00a0GB"


# -------------------------------------------------------------------------------------------------------------- very many windows


def test_of_many_windows_the_first_are_told_and_the_others_add_up():
    invoice, book = found(HOURS, USE)
    (line,) = invoice.lines
    shown = next(step for step in shown_steps(line, invoice, book, formatter("en")) if step.number == 4)
    assert len(shown.children) == MOST_PARTS
    assert shown.children[-1].name == "39 further windows"
    assert total(child.value for child in shown.children) == shown.value == line.list_amount
    charges = next(step for step in shown_steps(line, invoice, book, formatter("en")) if step.number == 3)
    assert (len(charges.children), charges.children[-1].name, charges.children[-1].result) == (MOST_PARTS, "39 further levels", "")


def test_a_few_windows_are_told_one_by_one():
    invoice, book = found(HOURS[:MOST_PARTS], USE)
    shown = next(step for step in shown_steps(invoice.lines[0], invoice, book, formatter("en")) if step.number == 4)
    assert len(shown.children) == MOST_PARTS and "further" not in shown.children[-1].name


def test_what_rounds_each_hour_is_folded_too():
    book = book_of(shop(book={"rounding": [{"at": "charge", "mode": "up"}, {"at": "line", "mode": "half-up"}]}))
    invoice = bill(book, account(book, USE), HOURS)
    for step in shown_steps(invoice.lines[0], invoice, book, formatter("en")):
        assert len(step.children) <= MOST_PARTS


@pytest.mark.parametrize("render", [render_invoice_text, render_invoice_markdown, render_invoice_html])
def test_pages_fold_and_data_keeps_all(render):
    invoice, book = found(HOURS, USE)
    issued = issue(book, invoice, "1", invoice.end.date())
    page = render(invoice, issued, book, "en", True)
    page = page if isinstance(page, str) else page.decode()
    assert page.count("39 further windows") == 1 and "39 further levels" in page
    steps = json.loads(render_invoice_json(invoice, issued, book))["lines"][0]["trace"]["steps"]
    assert [len(step["children"]) for step in steps if step["step"] in (3, 4)] == [50, 50]
