"""A renewal that the system paid by itself is a bill of its own kind, on a day that the policy allows."""

from datetime import UTC, date, datetime

import pytest

from engine.billing.automatic_renewals import earliest_day
from engine.values.periods import parse_duration
from tests.billing.test_corrections import account, invoice
from tests.billing.test_refunds import book

BUY = "{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}"


@pytest.mark.parametrize(("day", "written"), [("2026-03-26", "automatic: true"), ("2026-04-01T23:59", "automatic: true, term: 6 months")])
def test_it_is_an_auto_renewal(day, written):
    """The month ends on 2 April at midnight; 7 days before are 26 March."""
    found = invoice(account([BUY, f"{{date: {day}, renew: {{{written}}}}}"]), 3, months=2)
    assert [line.bill_type for line in found.lines] == ["new-purchase", "auto-renewal"]
    assert found.lines[1].start == found.lines[0].end


def test_paid_by_the_customer_it_is_a_renewal():
    found = invoice(account([BUY, "{date: 2026-03-10, renew: {automatic: false}}"]), 3)
    assert [line.bill_type for line in found.lines] == ["new-purchase", "renewal"]


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2026-03-25T23:59", "is not due yet: it is paid 7 days before expiry, from 2026-03-26 on"),
        ("2026-04-02", "comes after expiry, when nothing is renewed by itself any more"),
    ],
)
def test_on_another_day_it_is_refused(day, message):
    found = invoice(account([BUY, f"{{date: {day}, renew: {{automatic: true}}}}"]), 3)
    assert [each.code for each in found.diagnostics] == ["Q710"]
    assert message in found.diagnostics[0].message and found.diagnostics[0].span.line == 8


def test_without_a_policy_nothing_renews_itself():
    made = account([BUY, "{date: 2026-03-26, renew: {automatic: true}}"], renewal="{price: in-force}")
    found = invoice(made, 3, renewal="{price: in-force}")
    assert "has no `auto_renew`" in found.diagnostics[0].message


@pytest.mark.parametrize(
    ("before", "first"), [("7 days", date(2026, 3, 24)), ("1 month", date(2026, 2, 28)), ("36 hours", date(2026, 3, 29)), ("24 hours", date(2026, 3, 30))]
)
def test_the_first_day(before, first):
    expires = datetime(2026, 3, 31, 10, tzinfo=UTC)
    assert earliest_day(book(), parse_duration(before), date(2026, 3, 31)) == first == earliest_day(book(), parse_duration(before), expires)
