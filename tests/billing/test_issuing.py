"""What makes an invoice a document: its number, its dates, and what it puts right."""

from dataclasses import replace
from datetime import date

import pytest

from engine.billing import issue
from engine.values.periods import parse_duration
from tests.billing.test_corrections import BUY, account, invoice
from tests.billing.test_refunds import book


@pytest.mark.parametrize(
    ("terms", "day", "due"),
    [
        ("30 days", date(2026, 4, 1), date(2026, 5, 1)),
        ("30 days", date(2026, 10, 10), date(2026, 11, 9)),  # the clock change in between is none of a calendar's days
        ("1 month", date(2026, 1, 31), date(2026, 2, 28)),
        ("36 hours", date(2026, 4, 1), date(2026, 4, 3)),
        (None, date(2026, 4, 1), None),
    ],
)
def test_it_is_due_after_the_terms_of_payment(terms, day, due):
    sold = replace(book(), payment_terms=parse_duration(terms) if terms else None)
    found = issue(sold, invoice(account([BUY]), 3), "2026-0001", day)
    assert (found.number, found.date, found.due, found.preceding) == ("2026-0001", day, due, ())


def test_a_draft_has_no_number_and_a_correction_names_what_it_corrects():
    made = invoice(account([BUY]), 3)
    assert issue(book(), made, None, date(2026, 4, 1)).number is None
    assert issue(book(), made, "2", date(2026, 4, 1), ["1"]).preceding == ("1",)


def test_more_paid_back_than_owed_is_a_credit_note():
    bought, left = invoice(account([BUY]), 3), invoice(account([BUY, "{date: 2026-04-01, unsubscribe: true}"]), 4)
    assert not bought.credit_note and not replace(bought, gross=bought.gross - bought.gross).credit_note
    assert left.credit_note == (left.gross < 0)
