"""A credit note says which invoices it puts right: those in which was paid what it returns, and those of the periods that it corrects."""

import pytest

from engine.billing import invoice_notes, put_right
from tests.billing.test_adjustments import GOODWILL
from tests.billing.test_adjustments import invoice as by_hand
from tests.billing.test_corrections import account, invoice
from tests.billing.test_refunds import book

YEAR = "{date: 2026-03-02, purchase: {term: 1 year, items: {plan: large, seat: 10}}}"
MONTH = "{date: 2026-03-02, purchase: {term: 1 month, items: {plan: large, seat: 10}}}"
MORE = "{date: 2026-04-10, change: {items: {seat: 20}}}"
PLAN = "{date: 2026-05-10, change: {items: {plan: large}}}"
AGAIN = "{date: 2026-03-30, renew: {term: 6 months}}"
LEAVE = "{date: 2026-05-10, unsubscribe: true}"


@pytest.mark.parametrize(
    ("events", "months"),
    [
        ([YEAR, LEAVE], [3]),
        ([YEAR, MORE, LEAVE], [3, 4]),
        # The month of March is over by then; what is left is of the renewal, which March paid.
        ([MONTH, AGAIN, LEAVE], [3]),
        ([MONTH, AGAIN, MORE, LEAVE], [3, 4]),
    ],
)
def test_an_unsubscription_names_the_invoices_in_which_it_was_paid(events, months):
    known = account(events)
    issued = [invoice(known, month) for month in (3, 4)]
    found = invoice(known, 5, issued)
    assert found.credit_note and [each.start for each in put_right(found, issued)] == [
        each.start for each in issued if each.start in {issued[month - 3].start for month in months}
    ]
    assert put_right(found, issued[::-1]) == put_right(found, issued)
    assert not [each for each in invoice_notes(book(), known, found, (), issued) if each.code == "Q725"]


def test_fewer_of_an_item_names_the_invoices_of_that_item_alone():
    """March paid plan and seats, April more seats, May another plan: what fewer seats return in June was paid in March and April."""
    events = [YEAR.replace("plan: large", "plan: small"), MORE, PLAN, "{date: 2026-06-10, change: {items: {seat: 4}}}"]
    issued = [invoice(account(events), month) for month in (3, 4, 5)]
    assert [len(each.lines) for each in issued] == [2, 1, 1]
    found = invoice(account(events), 6, issued)
    assert [line.bill_type for line in found.lines] == ["refund-change"] and put_right(found, issued) == tuple(issued[:2])


def test_without_the_invoice_it_is_said_that_one_is_missing():
    known = account([YEAR, LEAVE])
    found = invoice(known, 5)
    (note,) = [each for each in invoice_notes(book(), known, found, ()) if each.code == "Q725"]
    assert note.severity == "warning" and "--issued" in note.help


def test_goodwill_corrects_no_invoice():
    march = by_hand([], 3)
    found = by_hand([GOODWILL.replace("2026-03", "2026-04")], 4, issued=[march])
    assert found.credit_note and put_right(found, [march]) == ()
