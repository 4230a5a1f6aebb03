"""Invoices of the KooDrive book: events and usage of an account, month by month, are what the quotes and estimates say."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from engine.billing import make_invoice
from engine.language.build import load_account, load_book, load_order
from engine.model.invoices import BILL_TYPES, Invoice
from engine.pricing import price_order
from engine.usage import read_usage
from engine.values.exact import subtract, total
from engine.values.periods import add_months, local, local_date, start_of_day
from tests.conformance.language import write
from tests.pricing.traces import check_trace

RULES = Path(__file__).parent.parent.parent / "rules" / "koodrive"
HEAD = "account,subscription,item,time,quantity\n"
PURCHASE = {"date": "2026-03-01", "purchase": {"term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}}
UPGRADE = {"date": "2026-07-15", "change": {"items": {"basic-edition": "100-users-1-tb"}}}
START = {"date": "2026-03-01", "start": "true"}


@cache
def koodrive():
    found = load_book({path.relative_to(RULES).as_posix(): path.read_bytes() for path in sorted(RULES.rglob("*.yaml"))})
    assert found.book is not None
    return found.book


def account(*events, mode="yearly-monthly", attributes=None):
    customer = {"name": "Acme GmbH", "address": ["2 Example Street"], "country": "DE"} | ({"attributes": attributes} if attributes else {})
    text = write({"id": "acme", "customer": customer, "subscriptions": [{"id": "s-1", "billing_mode": mode, "events": list(events)}]})
    made, found = load_account("account.yaml", text.replace("'true'", "true").replace('"true"', "true").encode(), koodrive())
    assert made is not None, [each.message for each in found]
    return made


def invoice(made, month: str, usage: str = "", months: int = 1):
    """The invoice of so many months from the first day of `2026-03` on."""
    book = koodrive()
    first = local_date(start_of_day(_day(month), book.zone), book.zone)
    borders = [start_of_day(day, book.zone) for day in (first, add_months(first, months))]
    records = read_usage(book, "usage.csv", HEAD + usage)
    assert not records.diagnostics, records.diagnostics[0]
    return make_invoice(book, made, records.records, *borders)


def _day(month: str):
    return date.fromisoformat(f"{month}-01")


def quote(**order):
    made, found = load_order("order.yaml", write({"billing_mode": "yearly-monthly"} | order).encode(), koodrive(), None)
    assert made is not None, found
    return price_order(koodrive(), made)


def bills(found: Invoice) -> list:
    return [(line.bill_type, line.item, line.amount) for line in found.lines]


def test_a_purchase_is_owed_on_its_day_and_not_again():
    made = account(PURCHASE)
    assert bills(invoice(made, "2026-03")) == [("new-purchase", "basic-edition", Decimal("886.44"))]
    assert (invoice(made, "2026-02").lines, invoice(made, "2026-04").lines) == ((), ())


def test_a_year_of_a_growing_customer_is_what_its_quote_says():
    """Every month by itself, a quarter or the year at once: the sum is that of the quoted events."""
    downgrade = {"date": "2026-09-10", "change": {"items": {"user-expansion-package": Decimal(5)}}}
    expand = {"date": "2026-04-12", "change": {"items": {"user-expansion-package": Decimal(10)}}}
    renew = {"date": "2027-02-20", "renew": {"term": "1 year"}}
    made = account(PURCHASE, expand, UPGRADE, downgrade, renew, {"date": "2027-04-01", "unsubscribe": "true"})
    found = [invoice(made, f"{2026 + month // 12}-{month % 12 + 1:02}") for month in range(2, 14 + 2)]
    whole = invoice(made, "2026-03", months=14)
    assert total(each.gross for each in found) == whole.gross
    assert [line for each in found for line in each.lines] == list(whole.lines)
    told = quote(
        date="2026-03-01", term="1 year", items=PURCHASE["purchase"]["items"],
        change=[each["change"] | {"date": each["date"]} for each in (expand, UPGRADE, downgrade)],
        renew={"date": "2027-02-20", "term": "1 year"}, unsubscribe={"date": "2027-04-01"},
    )  # fmt: skip
    changes = total(subtract(each.charge or Decimal(0), each.refund or Decimal(0)) for each in told.changes)
    expected = total([told.totals.net, changes, *(each.totals.net for each in told.renewals)])
    assert whole.net == subtract(expected, told.unsubscription.refund)
    assert [line.bill_type for line in whole.lines][:3] == ["new-purchase", "change", "change"]
    back = [line for line in whole.lines if line.bill_type in ("refund-unsubscription", "unsubscription-fee")]
    assert total(line.amount for line in back) == -told.unsubscription.refund
    assert back[-1].bill_type == "unsubscription-fee" and back[-1].amount == told.unsubscription.fee_due > 0


@pytest.mark.parametrize(
    ("event", "bill_type", "amount"),
    [
        (UPGRADE, "change", "499.91"),
        ({"date": "2026-03-04", "unsubscribe": "true"}, "refund-unsubscription", "-886.44"),
        ({"date": "2027-02-20", "renew": {"term": "1 year"}}, "renewal", "886.44"),
        ({"date": "2027-02-20", "renew": {}}, "renewal", "886.44"),
    ],
)
def test_each_event_has_its_bill_type(event, bill_type, amount):
    last = invoice(account(PURCHASE, event), "2026-03", months=14).lines[-1]
    assert (last.bill_type, last.amount) == (bill_type, Decimal(amount))
    assert bill_type in BILL_TYPES


def hours(first: str, count: int, **quantities: int) -> str:
    """A record of each item in every hour from an instant on."""
    start = start_of_day(_day(first), koodrive().zone)
    rows = []
    for hour in range(count):
        at = local(start + timedelta(hours=hour), koodrive().zone)
        rows += [f"acme,s-1,{item},{at:%Y-%m-%dT%H:%M},{quantity}\n" for item, quantity in quantities.items()]
    return "".join(rows)


def test_a_month_of_pay_per_use_is_what_its_estimate_says():
    made, usage = account(START, mode="pay-per-use"), hours("2026-03", 744, storage=2000, users=150)
    found = invoice(made, "2026-03", usage)
    told = quote(date="2026-03-01", billing_mode="pay-per-use", **{"for": "1 month"}, items={"storage": "2000 GB", "users": Decimal(150)})
    lines = {line.item: (line.quantity, line.list_amount, line.discount_amount, line.rounding_amount, line.amount) for line in told.lines}
    assert {line.item: (line.quantity, line.list_amount, line.discount_amount, line.rounding_amount, line.amount) for line in found.lines} == lines
    assert (found.net, found.tax, found.gross) == (told.totals.net, told.totals.tax, told.totals.gross)
    assert {line.bill_type for line in found.lines} == {"hourly"}
    assert not any(check_trace(line) for line in found.lines)


def test_usage_of_another_month_and_of_other_accounts_is_not_in_the_invoice():
    made, usage = account(START, mode="pay-per-use"), hours("2026-03", 744, users=10)
    assert invoice(made, "2026-04", usage).lines == ()
    assert invoice(made, "2026-03", usage.replace("acme", "other")).lines == ()


def test_the_order_of_usage_makes_no_difference():
    made, usage = account(START, mode="pay-per-use"), hours("2026-03", 30, users=10, storage=50)
    assert invoice(made, "2026-03", "".join(reversed(usage.splitlines(keepends=True)))).gross == invoice(made, "2026-03", usage).gross


def test_a_line_adds_up_on_paper():
    for line in invoice(account(PURCHASE, UPGRADE), "2026-03", months=12).lines:
        assert subtract(subtract(line.list_amount, line.discount_amount), line.rounding_amount) == line.amount


@pytest.mark.parametrize(
    ("mode", "events", "code"),
    [
        ("yearly-monthly", [UPGRADE], "Q701"),
        ("pay-per-use", [{"date": "2026-03-01", "stop": "true"}], "Q701"),
        ("yearly-monthly", [START], "Q702"),
        ("pay-per-use", [PURCHASE], "Q702"),
        ("pay-per-use", [START, {"date": "2026-03-02", "change": {"items": {"users": Decimal(5)}}}], "Q501"),
        ("yearly-monthly", [PURCHASE, PURCHASE], "Q703"),
        ("pay-per-use", [START, START], "Q703"),
        ("pay-per-use", [START, {"date": "2026-03-02", "stop": "true"}, {"date": "2026-03-03", "stop": "true"}], "Q703"),
        ("yearly-monthly", [UPGRADE, PURCHASE], "Q505"),
        ("yearly-monthly", [PURCHASE, {"date": "2027-05-01", "change": UPGRADE["change"]}], "Q504"),
        ("yearly-monthly", [PURCHASE, {"date": "2026-05-01", "unsubscribe": "true"}, UPGRADE], "Q511"),
        ("yearly-monthly", [PURCHASE, {"date": "2027-06-01", "renew": {"term": "1 year"}}], "Q508"),
    ],
)
def test_events_that_cannot_be_are_refused_at_their_place(mode, events, code):
    found = invoice(account(*events, mode=mode), "2026-03")
    assert [each.code for each in found.diagnostics] == [code]
    assert found.diagnostics[0].span is not None and found.diagnostics[0].help


def test_a_change_of_what_is_billed_by_usage_is_none_even_where_the_book_has_a_policy():
    """The policy of the mode supports it, so nothing says that it does not: there is nothing bought that could change."""
    change = {"date": "2026-03-02", "change": {"items": {"users": Decimal(5)}}}
    modes = koodrive().billing_modes
    flexible = replace(modes["pay-per-use"], spec_change=modes["yearly-monthly"].spec_change)
    book = replace(koodrive(), billing_modes={**modes, "pay-per-use": flexible})
    borders = [start_of_day(day, book.zone) for day in (_day("2026-03"), _day("2026-04"))]
    found = make_invoice(book, account(START, change, mode="pay-per-use"), (), *borders)
    assert [each.code for each in found.diagnostics] == ["Q702"]
    assert "billed for what is used" in found.diagnostics[0].message and "leave `change` out" in found.diagnostics[0].help


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("acme,s-1,users,2026-02-28T10:00,5\n", "`s-1` does not run at the time of this record, 2026-02-28 10:00: it starts on 2026-03-01 at 00:00"),
        ("acme,s-1,users,2026-03-20T00:00,5\n", "`s-1` does not run at the time of this record, 2026-03-20 00:00: it was stopped on 2026-03-20 at 00:00"),
        ("acme,s-2,users,2026-03-05T10:00,5\n", "account `acme` has no subscription `s-2`"),
    ],
)
def test_usage_that_no_subscription_accounts_for_is_refused_at_its_row(rows, message):
    found = invoice(account(START, {"date": "2026-03-20", "stop": "true"}, mode="pay-per-use"), "2026-03", rows)
    assert [(each.code, each.message, each.span.line) for each in found.diagnostics] == [("Q704", message, 2)]
