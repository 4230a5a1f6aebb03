"""An unsubscription as bills of their own kinds: what each item returns, and the handling fee; together the refund of the quote."""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from engine.billing import make_invoice
from engine.language.build import load_account, load_book
from engine.values.exact import subtract, total
from engine.values.periods import add_months, start_of_day

BASE = Path(__file__).parent.parent / "errors" / "base"
TAXES = """taxes:
  - {id: old, tax: vat, rate: 19%, category: S, effective: 2026-01-01}
  - {id: new, tax: vat, rate: 7%, category: S, effective: 2026-05-01}
"""


@cache
def book(taxes: str = "", included: bool = False, fee: str = "[{fee: 10%}]", currency: str = "EUR", renewal: str = "", change: str = "charge: difference"):
    files = {path.name: path.read_bytes() for path in sorted(BASE.glob("*.yaml"))}
    if taxes:
        files["taxes.yaml"] = taxes.encode()
    if included:
        files["book.yaml"] = files["book.yaml"].replace(b"  status: draft\n", b"  status: draft\n  prices_include_tax: true\n")
    files["billing-modes.yaml"] = files["billing-modes.yaml"].replace(b"[{fee: 10%}]", fee.encode())
    files["billing-modes.yaml"] = files["billing-modes.yaml"].replace(b"charge: difference", change.encode())
    if renewal:
        old = b"{price: in-force, anchor: original-day, auto_renew: 7 days before}"
        assert old in files["billing-modes.yaml"]
        files["billing-modes.yaml"] = files["billing-modes.yaml"].replace(old, renewal.encode())
    for name in ("book.yaml", "discounts.yaml", "examples.yaml"):
        files[name] = files[name].replace(b"EUR", currency.encode())
    found = load_book(files)
    assert found.book is not None, [each.message for each in found.diagnostics]
    return found.book


def made(events: str, months: int = 12, **written):
    """The invoice of the account's whole history."""
    sold = book(**written)
    rows = "\n".join(f"      - {row}" for row in events.strip().splitlines())
    text = f"id: acme\ncustomer: {{name: Acme GmbH}}\nsubscriptions:\n  - id: s-1\n    billing_mode: yearly-monthly\n    events:\n{rows}\n"
    account, found = load_account("account.yaml", text.encode(), sold)
    assert account is not None, found
    first = date(2026, 3, 1)
    return make_invoice(sold, account, (), *(start_of_day(day, sold.zone) for day in (first, add_months(first, months))))


def returned(found):
    return [(line.bill_type, line.item, str(line.amount)) for line in found.lines if line.bill_type in ("refund-unsubscription", "unsubscription-fee")]


BOUGHT = "{date: 2026-03-01, purchase: {term: 6 months, items: {plan: small, seat: 10}}}\n"


def test_each_item_shows_what_it_returns_and_the_fee_is_a_bill_of_its_own():
    """114.00 and 136.80 for 184 days, 61 of them used: 76.21 and 91.45 are unused, 25.08 is kept, 142.57 comes back."""
    found = made(BOUGHT + "{date: 2026-05-01, unsubscribe: true}")
    assert returned(found) == [
        ("refund-unsubscription", "plan", "-76.20"), ("refund-unsubscription", "seat", "-91.45"), ("unsubscription-fee", None, "25.08"),
    ]  # fmt: skip


def test_within_the_first_days_all_comes_back_and_no_fee_is_due():
    found = made(BOUGHT + "{date: 2026-03-04, unsubscribe: true}")
    assert {each[0] for each in returned(found)} == {"refund-unsubscription"} and found.net == 0


@pytest.mark.parametrize(("fee", "bills"), [("[{fee: 90%}]", 3), ("[{fee: 100%}]", 3)])
def test_a_fee_above_what_is_unused_keeps_all_of_it(fee, bills):
    found = made(BOUGHT + "{date: 2026-06-01, unsubscribe: true}", fee=fee)
    assert len(returned(found)) == bills and total(Decimal(each[2]) for each in returned(found)) == 0


def test_a_fee_cut_to_what_is_unused_tells_that_step():
    found = made(BOUGHT + "{date: 2026-06-01, unsubscribe: true}", fee="[{fee: 90%}]")
    (fee,) = [line for line in found.lines if line.bill_type == "unsubscription-fee"]
    steps = {step.kind: step for step in fee.trace}
    assert list(steps) == ["fee", "fee-cap", "round-line"]
    assert steps["fee-cap"].before == steps["fee"].value > steps["fee-cap"].value == steps["round-line"].before
    assert steps["round-line"].value == fee.amount
    whole = made(BOUGHT + "{date: 2026-05-01, unsubscribe: true}")
    assert "fee-cap" not in {step.kind for line in whole.lines for step in line.trace}


def test_on_the_last_day_nothing_is_left():
    found = made(BOUGHT + "{date: 2026-08-31T23:00, unsubscribe: true}")
    assert total(Decimal(each[2]) for each in returned(found)) == 0


@pytest.mark.parametrize("included", [False, True])
def test_a_refund_takes_the_rates_of_the_payments_that_it_returns(included):
    """Seats were bought at 19% and added at 7%: the refund of seats holds both rates, and so does the fee."""
    added = "{date: 2026-05-11, change: {items: {seat: 40}}}\n"
    found = made(BOUGHT + added + "{date: 2026-06-01, unsubscribe: true}", taxes=TAXES, included=included)
    seat = next(line for line in found.lines if (line.bill_type, line.item) == ("refund-unsubscription", "seat"))
    assert {row.rate for row in seat.taxed} == {Decimal("0.19"), Decimal("0.07")}
    net = subtract(seat.amount, total(row.amount for row in seat.taxed)) if included else seat.amount
    assert total(row.base for row in seat.taxed) == net
    fee = found.lines[-1]
    assert fee.bill_type == "unsubscription-fee" and {row.rate for row in fee.taxed} == {Decimal("0.19"), Decimal("0.07")}
    for each in found.taxes:
        rows = [row for line in found.lines for row in line.taxed if row.rate == each.rate]
        assert (total(row.base for row in rows), total(row.amount for row in rows)) == (each.base, each.amount)


def test_a_currency_without_minor_units():
    found = made(BOUGHT + "{date: 2026-05-01, unsubscribe: true}", currency="JPY", taxes=TAXES)
    assert all(amount == amount.to_integral_value() for line in found.lines for amount in (line.amount, *(row.amount for row in line.taxed)))
    assert found.gross == found.gross.to_integral_value() == found.net + found.tax


BY_ITEM = """taxes:
  - {id: full, tax: vat, rate: 25%, category: S, items: [plan], effective: 2026-01-01}
  - {id: low, tax: vat, rate: 7%, category: S, items: [seat], effective: 2026-01-01}
"""


def _owed_of(found, item):
    return total(line.amount for line in found.lines if line.item == item)


def test_what_a_change_gave_back_is_taken_off_the_payment_that_it_came_from():
    """Expanded by 90 at 7%, reduced by 99 at once: 79 of 19% are left, and nothing of 7%. Leaving in the first days returns all."""
    events = (
        "{date: 2026-04-30, purchase: {term: 6 months, items: {plan: small, seat: 10}}}\n"
        "{date: 2026-05-02, change: {items: {seat: 100}}}\n{date: 2026-05-02T00:01, change: {items: {seat: 1}}}\n"
        "{date: 2026-05-03, unsubscribe: true}"
    )
    found = made(events, taxes=TAXES)
    assert (found.net, found.tax, found.gross) == (0, 0, 0)
    assert {str(row.rate) for line in found.lines if line.bill_type == "refund-unsubscription" for row in line.taxed} == {"0.19"}


@pytest.mark.parametrize("leaves", ["2026-03-03", "2026-03-20", "2026-05-11", "2026-08-30"])
def test_no_item_returns_more_than_was_paid_for_it(leaves):
    """With a reduction on the way, by itself and with other items and rates beside it."""
    events = (
        "{date: 2026-03-01, purchase: {term: 6 months, items: {plan: large, seat: 120}}}\n"
        f"{{date: 2026-03-02, change: {{items: {{seat: 20}}}}}}\n{{date: {leaves}, unsubscribe: true}}"
    )
    found = made(events, taxes=BY_ITEM, fee="[{fee: 0%}]")
    assert all(_owed_of(found, item) >= 0 for item in ("plan", "seat"))
    assert all(total(row.base for line in found.lines for row in line.taxed if row.rate == rate) >= 0 for rate in (Decimal("0.25"), Decimal("0.07")))
    if leaves == "2026-03-03":
        assert (found.net, found.tax, found.gross) == (0, 0, 0)


def test_two_lines_of_one_item_return_no_more_than_one_line_would():
    """Ten and ten seats at a discount, credited at list: what was paid for them is the most that comes back."""
    bought = (
        "{{date: 2026-03-01, purchase: {{term: 1 year, items: {{plan: small, seat: {seats}}}}}}}\n{{date: 2026-03-01T00:01, change: {{items: {{seat: 0}}}}}}"
    )
    change = "charge: difference\n    credit: {base: list, cap: paid}"
    backs = []
    for seats in ("20", "[{quantity: 10}, {quantity: 10}]"):
        found = made(bought.format(seats=seats), change=change)
        backs.append(total(line.amount for line in found.lines if line.bill_type == "refund-change"))
        assert _owed_of(found, "seat") == 0
    assert backs[0] == backs[1]
