"""Accounts at the borders of what can be: leap days, last days, clock changes, refunds above what was paid; and what is refused."""

from decimal import Decimal

import pytest

from engine.language.build import load_account
from engine.model.invoices import Invoice
from engine.values.exact import total
from engine.values.periods import local_date
from tests.billing.test_corrections import account, invoice
from tests.billing.test_refunds import book

BUY = "{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small, seat: 10}}}"
HALF = "{date: 2026-03-02, purchase: {term: 6 months, items: {plan: small, seat: 10}}}"


def ends(*events, months=60):
    """The last day of each bill, with its item `plan`."""
    found = invoice(account(list(events)), 1, months=months)
    assert isinstance(found, Invoice), found
    return [str(local_date(line.end, book().zone)) for line in found.lines if line.item == "plan"]


def test_a_purchase_on_29_february_keeps_its_day():
    bought = "{date: 2028-02-29, purchase: {term: 1 year, items: {plan: small}}}"
    renewals = [f"{{date: {year}-02-20, renew: {{}}}}" for year in (2029, 2030, 2031)]
    assert ends(bought, *renewals, months=12 * 6) == ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


def test_a_purchase_on_29_february_for_a_month():
    bought = "{date: 2028-02-29, purchase: {term: 1 month, items: {plan: small}}}"
    assert ends(bought, "{date: 2028-03-10, renew: {}}") == ["2028-03-29", "2028-04-29"]


def test_a_change_on_the_last_day_costs_nothing_and_is_renewed():
    """`counts_from: next-day`: on 1 April nothing remains of the month that ends on 2 April at midnight; the renewal is of 20 seats."""
    found = invoice(account([BUY, "{date: 2026-04-01T12:00, change: {items: {seat: 20}}}", "{date: 2026-04-01T13:00, renew: {}}"]), 4)
    assert [(line.bill_type, line.item, line.quantity, line.amount) for line in found.lines] == [
        ("renewal", "plan", 1, Decimal("20.00")), ("renewal", "seat", 20, Decimal("48.00")),
    ]  # fmt: skip


def test_a_change_in_the_instant_of_the_purchase_is_one_of_the_whole_term_less_its_day():
    found = invoice(account([BUY, "{date: 2026-03-02, change: {items: {seat: 20}}}"]), 3)
    assert [line.bill_type for line in found.lines] == ["new-purchase", "new-purchase", "change"]


@pytest.mark.parametrize(("cap", "most"), [("paid", Decimal("136.80")), ("none", None)])
def test_a_refund_above_what_was_paid(cap, most):
    """136.80 were paid for 10 seats, 5% off. By list prices, not prorated, 144.00 would come back: the cap holds it to what was paid."""
    policy = f"charge: full-difference\n    credit: {{base: list, cap: {cap}}}"
    found = invoice(account([HALF, "{date: 2026-04-10, change: {items: {seat: 0}}}"], change=policy), 4, change=policy)
    (line,) = found.lines
    assert line.bill_type == "refund-change" and found.credit_note
    assert -line.amount == (most if most is not None else Decimal("144.00"))


@pytest.mark.parametrize("event", ["{date: 2026-05-01, change: {items: {seat: 20}}}", "{date: 2026-06-01, unsubscribe: true}"])
def test_an_account_in_yen(event):
    found = invoice(account([HALF, event], currency="JPY"), 3, months=12, currency="JPY")
    assert found.currency == "JPY" and all(amount == int(amount) for line in found.lines for amount in (line.amount, total([found.gross])))


def test_a_purchase_in_the_hour_that_comes_twice_is_in_the_first_one():
    found = invoice(account(["{date: 2026-10-25T02:30, purchase: {term: 1 month, items: {plan: small}}}"]), 10)
    assert found.lines[0].at.hour == 0 and found.lines[0].at.minute == 30


@pytest.mark.parametrize(
    ("events", "code"),
    [
        (["{date: 2026-03-02, purchase: {items: {plan: small}}}"], "Q302"),
        (["{date: 2026-03-02, purchase: {term: 5 months, items: {plan: small}}}"], "Q301"),
        (["{date: 9000-12-31, purchase: {term: 1 year, items: {plan: small}}}"], "Q301"),
        (["{date: 2025-03-02, purchase: {term: 1 year, items: {plan: small}}}"], "Q312"),
        (["{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}, coupons: [NOPE]}}"], "Q401"),
        (["{date: 2026-03-02, purchase: {term: 1 month, items: {seat: 5}}}"], "Q211"),
        (["{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small, seat: 2000}}}"], "Q214"),
        ([BUY, "{date: 2026-03-03, renew: {term: 1200 months}}"], "Q301"),
        ([BUY, "{date: 2026-04-02, change: {items: {seat: 20}}}"], "Q504"),
        ([BUY, "{date: 2026-04-02, unsubscribe: true}"], "Q504"),
        ([BUY, "{date: 2026-03-04, change: {items: {seat: 10}}}"], "Q506"),
        ([BUY, "{date: 2026-03-04, change: {items: {plan: 0}}}"], "Q211"),
        ([BUY, "{date: 2026-03-14, unsubscribe: true}", "{date: 2026-03-14, unsubscribe: true}"], "Q511"),
        ([BUY, "{date: 2026-03-14, unsubscribe: true}", "{date: 2026-03-15, renew: {}}"], "Q511"),
        ([BUY, "{date: 2026-03-14, unsubscribe: true}", BUY.replace("03-02", "03-15")], "Q703"),
        ([BUY, "{date: 2026-03-01, change: {items: {seat: 20}}}"], "Q505"),
        ([BUY, "{date: 2026-03-05, switch: {to: pay-per-use}}"], "Q507"),
    ],
)  # fmt: skip
def test_events_that_cannot_be(events, code):
    found = invoice(account(events), 3)
    assert [each.code for each in found.diagnostics] == [code]
    assert found.diagnostics[0].help and found.diagnostics[0].message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("billing_mode: weekly\n    events: [{date: 2026-03-02, start: true}]", "Q200"),
        ("billing_mode: yearly-monthly\n    events: [{date: 2026-03-29T02:30, unsubscribe: true}]", "Q102"),
        ("billing_mode: yearly-monthly\n    events: [{date: 2026-02-29, unsubscribe: true}]", ""),
        ("billing_mode: yearly-monthly\n    events: [{date: 2026-03-02, switch: {to: weekly}}]", "Q200"),
        ("billing_mode: yearly-monthly\n    events: [{date: 2026-03-02, purchase: {term: 1 month, items: {sofa: 1}}}]", "Q201"),
        ("billing_mode: yearly-monthly\n    events: [{date: 2026-03-02}]", ""),
        ("billing_mode: yearly-monthly\n    events: [{date: 2026-03-02, start: true, stop: true}]", ""),
        ("billing_mode: yearly-monthly\n    events: [{date: 2026-03-02, renew: {automatic: yes}}]", ""),
        ("billing_mode: yearly-monthly\n    events: []", ""),
        ("billing_mode: yearly-monthly", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_read(text, code):
    written = f"id: acme\ncustomer: {{name: Acme GmbH}}\nsubscriptions:\n  - id: s-1\n    {text}\n"
    made, found = load_account("account.yaml", written.encode(), book())
    assert made is None and len({each.span for each in found}) == 1
    assert all(each.code.startswith(code) and each.span is not None and each.help for each in found)
