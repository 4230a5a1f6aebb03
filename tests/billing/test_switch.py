"""A switch of the billing mode: what comes after it is of the new mode, usage stops there, and the move must be one of the book's."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine.billing.stretches import stretches
from engine.model.invoices import Invoice
from engine.values.exact import total
from tests.billing.test_invoice import START, account, bills, hours, invoice, koodrive

PURCHASE = {"date": "2026-03-11", "purchase": {"term": "1 month", "items": {"basic-edition": "50-users-500-gb"}}}
TO_PAID = {"date": "2026-03-11", "switch": {"to": "yearly-monthly"}}
TO_USE = {"date": "2026-03-20", "switch": {"to": "pay-per-use"}}


def test_from_pay_per_use_to_a_paid_term():
    """Ten days by the hour, then a month in advance: both stand in the invoice of March, with their own modes."""
    made = account(START, TO_PAID, PURCHASE, mode="pay-per-use")
    found = invoice(made, "2026-03", hours("2026-03", 240, users=10))
    assert [(line.bill_type, line.billing_mode) for line in found.lines] == [
        ("new-purchase", "yearly-monthly"), ("hourly", "pay-per-use"),
    ]  # fmt: skip
    alone = invoice(account(START, mode="pay-per-use"), "2026-03", hours("2026-03", 240, users=10))
    assert found.gross == total([alone.gross, Decimal("89.00")])


def test_usage_stops_at_the_switch():
    made = account(START, TO_PAID, PURCHASE, mode="pay-per-use")
    late = hours("2026-03", 241, users=10).splitlines(keepends=True)[-1]
    found = invoice(made, "2026-03", late)
    assert [each.code for each in found.diagnostics] == ["Q704"]


def test_from_a_paid_term_to_pay_per_use_when_it_is_over():
    """Bought on 11 March for a month, the 11th of April still belongs to it; a change after the switch was asked for is one of the term."""
    change = {"date": "2026-03-25", "change": {"items": {"basic-edition": "100-users-1-tb"}}}
    start = {"date": "2026-04-12", "start": "true"}
    made = account(PURCHASE, TO_USE, change, start)
    found = invoice(made, "2026-03", months=2, usage="acme,s-1,users,2026-04-12T00:30,10\n")
    assert [line.bill_type for line in found.lines] == ["new-purchase", "change", "hourly"]
    first, second = stretches(koodrive(), made, made.subscriptions[0], datetime(2027, 1, 1, tzinfo=UTC))
    assert first.until == second.sub.events[0].at and second.until is None
    assert [each.kind for each in first.sub.events] == ["purchase", "switch", "change"]


def test_back_and_forth():
    start = {"date": "2026-04-12", "start": "true"}
    again = {"date": "2026-04-20", "switch": {"to": "yearly-monthly"}}
    bought = {"date": "2026-04-21", "purchase": PURCHASE["purchase"]}
    made = account(PURCHASE, TO_USE, start, again, bought)
    assert bills(invoice(made, "2026-04")) == [("new-purchase", "basic-edition", Decimal("89.00"))]


@pytest.mark.parametrize(
    ("mode", "events", "code"),
    [
        ("yearly-monthly", [PURCHASE, TO_USE, {"date": "2026-04-11", "start": "true"}], "Q711"),
        ("yearly-monthly", [PURCHASE, TO_USE, {"date": "2026-03-21", "switch": {"to": "pay-per-use"}}], "Q703"),
        ("yearly-monthly", [PURCHASE, TO_USE, {"date": "2026-03-25", "renew": {}}], "Q511"),
        ("yearly-monthly", [PURCHASE, TO_USE, {"date": "2026-04-12", "purchase": PURCHASE["purchase"]}], "Q702"),
        ("yearly-monthly", [PURCHASE, {"date": "2026-03-12", "switch": {"to": "yearly-monthly"}}], "Q507"),
        ("yearly-monthly", [TO_USE], "Q701"),
        ("pay-per-use", [TO_PAID], "Q701"),
        ("pay-per-use", [START, TO_PAID, {"date": "2026-03-12", "start": "true"}], "Q702"),
        ("pay-per-use", [START, TO_PAID, {"date": "2026-03-12", "change": {"items": {"users": Decimal(5)}}}], "Q701"),
        ("pay-per-use", [START, TO_PAID, TO_USE], "Q703"),
    ],
)
def test_moves_that_cannot_be_are_refused_at_their_place(mode, events, code):
    found = invoice(account(*events, mode=mode), "2026-03")
    assert not isinstance(found, Invoice), found
    assert [each.code for each in found.diagnostics] == [code]
    assert found.diagnostics[0].span is not None and found.diagnostics[0].help
