"""Examples with an account: their invoice is compared as an order's quote is, and what the account touches counts as covered."""

from decimal import Decimal
from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.model.accounts import History
from engine.review.coverage import cover
from engine.review.examples import run_examples

BASE = Path(__file__).parent.parent / "errors" / "base"
PAID = """
        id: acme
        customer: {name: Acme GmbH}
        subscriptions:
          - id: s-1
            billing_mode: yearly-monthly
            events:
              - {date: 2026-02-01, purchase: {term: 6 months, items: {plan: small, seat: 10}}}
              - {date: 2026-02-11, change: {items: {seat: 20}}}
              - {date: 2026-02-12, change: {items: {seat: 5}}}
              - {date: 2026-03-11, unsubscribe: true}
"""
USED = """
        id: acme
        customer: {name: Acme GmbH}
        subscriptions: [{id: s-1, billing_mode: pay-per-use, events: [{date: 2026-02-01, start: true}]}]
"""
ROWS = "[{item: disk, time: 2026-02-01T10:00, quantity: 50000}, {item: disk, time: 2026-02-03T10:00, quantity: 50000}]"
CSV = "account,subscription,item,time,quantity\nacme,s-1,disk,2026-02-01T10:00,50000\nacme,s-1,disk,2026-02-03T10:00,50000\n"


def load(account: str, rest: str, files=()):
    text = f"examples:\n  one:\n    title: One\n    given:\n      account:{account}{rest}\n"
    books = {path.name: path.read_bytes() for path in sorted(BASE.glob("*.yaml"))} | {"extra.yaml": text.encode()} | dict(files)
    return load_book(books)


def run(account: str, given: str, expect: str, files=()):
    found = load(account, f"      {given}\n    {expect}", files)
    assert found.book is not None, [each.message for each in found.diagnostics]
    return run_examples(found.book, "one")[0]


def test_an_invoice_is_compared_by_totals_and_lines():
    expect = """expect:
      total: 317.33
      lines:
        plan: {amount: 114.00, bill_type: new-purchase}
        seat: [{amount: 136.80, quantity: 10 user}, {bill_type: change}]"""
    result = run(PAID, "period: 2026-02", expect.replace("317.33", "0.00"))
    assert [cell.field for cell in result.cells] == ["total"] and result.invoice is not None and result.quote is None
    net = result.invoice.net
    assert run(PAID, "period: 2026-02", expect.replace("317.33", str(net))).outcome == "passed"


def test_a_fee_is_named_by_its_bill_type():
    result = run(PAID, "period: {from: 2026-03-01, until: 2026-04-01}", "expect: {lines: {unsubscription-fee: {amount: 0.00}}}")
    (cell,) = result.cells
    assert cell.field == "lines.unsubscription-fee.amount" and Decimal(cell.actual) > 0


@pytest.mark.parametrize(
    ("usage", "files"),
    [
        (f"usage: {ROWS}", ()),
        ("usage: usage.csv", [("usage.csv", CSV.encode())]),
        ("usage: |\n" + "".join(f"        {line}\n" for line in CSV.splitlines()).rstrip("\n"), ()),
    ],
)
def test_usage_as_records_as_text_or_as_a_file(usage, files):
    assert run(USED, f"period: 2026-02\n      {usage}", "expect: {total: 7.00, lines: {disk: {amount: 7.00, bill_type: hourly}}}", files).outcome == "passed"


@pytest.mark.parametrize(
    ("usage", "slug"),
    [
        ("[{item: plan, time: 2026-02-01T10:00, quantity: 1}]", "usage-of-unmetered-item"),
        ("[{item: disk, time: 2026-01-01T10:00, quantity: 1}]", "usage-outside-subscription"),
        ("[{item: disk, time: 2026-02-01T10:00, quantity: 1, colour: red}]", "usage-columns"),
        ("[{item: disk, time: 2026-02-01T10:00, quantity: 1, id: a}, {item: disk, time: 2026-02-01T10:00, quantity: 2, id: a}]", "usage-id-conflict"),
    ],
)
def test_usage_that_cannot_be_charged_is_an_error_that_may_be_expected(usage, slug):
    result = run(USED, f"period: 2026-02\n      usage: {usage}", f"expect_error: {slug}")
    assert result.outcome == "passed", (result.cells, [each.slug for each in result.refusal])
    failed = run(USED, f"period: 2026-02\n      usage: {usage}", "expect: {total: 1.00}")
    assert [(cell.field, cell.expected) for cell in failed.cells] == [("price", "an invoice")] and failed.refusal


def test_an_event_that_cannot_be_is_an_error_that_may_be_expected():
    wrong = PAID.replace("purchase: {term: 6 months, items: {plan: small, seat: 10}}", "renew: {term: 1 month}")
    assert run(wrong, "period: 2026-02", "expect_error: subscription-not-begun").outcome == "passed"
    told = run(PAID, "period: 2026-02", "expect_error: subscription-not-begun")
    assert told.cells[0].actual.startswith("an invoice of ")


def test_a_mistake_in_the_account_is_one_of_the_book_unless_it_is_expected():
    wrong = PAID.replace("yearly-monthly", "yearly")
    found = load(wrong, "      period: 2026-02\n    expect: {total: 1.00}")
    assert [each.slug for each in found.diagnostics] == ["unknown-billing-mode"]
    assert run(wrong, "period: 2026-02", "expect_error: unknown-billing-mode").outcome == "passed"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("period: {from: 2026-03-01, until: 2026-02-01}", "K103"), ("period: 2026-02\n      items: {plan: small}", "K103"),
        ("period: 2026-02\n      usage: nowhere.csv", "R121"), ("period: 2026-13", "S"), ("period: {from: 2026-03-01}", "S"), ("", ""),
    ],
)  # fmt: skip
def test_a_history_that_is_not_clear_is_a_finding(given, code):
    found = load(PAID, f"      {given}\n    expect: {{total: 1.00}}")
    assert found.book is None and all(each.code.startswith(code) and each.help for each in found.diagnostics), found.diagnostics
    assert len(found.diagnostics) == 1


def test_what_is_read():
    given = load(USED, f"      period: 2026-02\n      usage: {ROWS}\n    expect: {{total: 1.00}}").book.examples["one"].given
    assert isinstance(given, History) and given.rows[0].file == "extra.yaml" and given.rows[0].line > 5
    assert dict(given.rows[0].cells)["subscription"] == "s-1"


def test_rules_that_an_account_touches_are_covered():
    """Both directions of the change, the fee of the unsubscription and the discount of its months; a switch touches its row."""

    def untouched(*, february: bool, months: str):
        found = load(PAID, f"      period: {months}\n    expect: {{total: 1.00}}").book
        return {rule.name for rule in cover(found, run_examples(found, "one" if february else "small-team")).untouched}

    all_of_it = "{from: 2026-02-01, until: 2026-04-01}"
    missing = untouched(february=False, months=all_of_it) - untouched(february=True, months=all_of_it)
    assert {"`expand` of the spec-change policy `prorated`", "`reduce` of the spec-change policy `prorated`"} <= missing
    assert "row 1 of the fees of the cancellation `with-fee`" in missing
    only_february = untouched(february=False, months="2026-02") - untouched(february=True, months="2026-02")
    assert "row 1 of the fees of the cancellation `with-fee`" not in only_february


def test_a_switch_touches_its_row():
    moved = USED.replace("{date: 2026-02-01, start: true}", "{date: 2026-02-01, start: true}, {date: 2026-02-05, switch: {to: yearly-monthly}}")
    found = load(moved, "      period: 2026-02\n    expect: {total: 0.00}").book
    assert not any("mode change" in rule.name for rule in cover(found, run_examples(found, "one")).untouched)
