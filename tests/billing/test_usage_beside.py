"""Usage beside a subscription that is paid in advance: metered from its purchase to its end (rule language, 3.4)."""

from decimal import Decimal

import pytest

from tests.billing.usage_shop import SHOP, account, bill, book_of, event, lines_of, refused, shop, subscription, used

D = Decimal
PLAN = {"plan": "small"}
BUY = event("2026-01-15", "purchase", term="1 month", items=PLAN)
RENEW = event("2026-02-10", "renew", term="1 month")


def paid(*events):
    return account(book_of(), subscription("s-1", "paid", *(events or (BUY, RENEW))))


def calls(*days: str, quantity: int = 100) -> list:
    return [("s-1", "calls", f"{day}T10:00", quantity) for day in days]


def test_usage_beside_a_paid_subscription_is_billed_by_the_month():
    """100 calls at 0.01 on each of three days in February: 3.00; the purchase and the renewal are owed on their own days."""
    found = bill(book_of(), paid(), calls("02-01", "02-10", "02-28"), "2026-02-01", "2026-03-01")
    assert lines_of(found) == [("s-1", "calls", D(300), D("3.00"))]
    assert [(line.bill_type, line.amount) for line in found.lines] == [("renewal", D("10.00")), ("usage", D("3.00"))]


@pytest.mark.parametrize(
    ("events", "day", "billed"),
    [
        ((BUY,), "01-15", True),
        ((BUY,), "01-14", False),
        ((BUY,), "02-14", True),  # bought on 15 January for a month
        ((BUY,), "02-15", False),
        ((BUY, RENEW), "02-15", True),
        ((BUY, RENEW), "03-14", True),
        ((BUY, RENEW), "03-15", False),
        ((BUY, event("2026-02-20", "renew", term="1 month")), "02-17", True),  # late: the further term begins where the first ended
        ((BUY, event("2026-02-01", "unsubscribe")), "01-31", True),
        ((BUY, event("2026-02-01", "unsubscribe")), "02-01", False),
    ],
)
def test_it_runs_from_the_purchase_to_its_end(events, day, billed):
    month = day[:2]
    found = bill(book_of(), paid(*events), calls(day), f"2026-{month}-01", f"2026-{int(month) + 1:02}-01")
    if billed:
        assert used(found) == D("1.00")
    else:
        assert refused(found) == ["Q704"]


def test_each_month_of_a_year_and_the_year_at_once():
    days = ["01-20", "02-03", "02-20", "03-10"]
    months = [bill(book_of(), paid(), calls(*days), f"2026-{m:02}-01", f"2026-{m + 1:02}-01") for m in (1, 2, 3)]
    assert [used(each) for each in months] == [D("1.00"), D("2.00"), D("1.00")]
    whole = bill(book_of(), paid(), calls(*days), "2026-01-01", "2026-04-01")
    assert sorted(line for each in months for line in lines_of(each)) == sorted(lines_of(whole))
    assert whole.gross == sum(each.gross for each in months)


def test_usage_of_a_month_is_owed_when_the_month_is_over():
    """A bill for 1 to 16 February holds nothing of the month, the one for the rest of it all: an allowance is given once."""
    rows = calls("02-03", "02-20")
    assert lines_of(bill(book_of(), paid(), rows, "2026-02-01", "2026-02-16")) == []
    assert used(bill(book_of(), paid(), rows, "2026-02-16", "2026-03-01")) == D("2.00")


def test_an_item_that_the_mode_does_not_meter_is_refused():
    book = book_of(shop(items=SHOP["items"] | {"other": {"title": "O", "unit": "call", "meter": {"measure": "sum", "window": "month"}}}))
    made = account(book, subscription("s-1", "paid", BUY))
    found = bill(book, made, [("s-1", "other", "02-01T10:00", 1)], "2026-02-01", "2026-03-01")
    assert refused(found) == ["Q704"] and "`calls`" not in found.diagnostics[0].message
    assert "calls" in found.diagnostics[0].help


def test_after_a_switch_the_usage_is_that_of_the_new_mode():
    book = book_of(shop(mode_changes=[{"from": "paid", "to": "use", "takes_effect": "immediately"}]))
    made = account(book, subscription("s-1", "paid", BUY, event("2026-02-10", "switch", to="use"), event("2026-02-10", "start")))
    found = bill(book, made, calls("02-05", "02-12"), "2026-02-01", "2026-03-01")
    assert lines_of(found) == [("s-1", "calls", D(100), D("1.00")), ("s-1", "calls", D(100), D("1.00"))]
    assert [line.billing_mode for line in found.lines] == ["paid", "use"]
