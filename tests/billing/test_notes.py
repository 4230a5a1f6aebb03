"""What is told of an invoice that was made: untaxed lines, time without an invoice, use without records."""

from decimal import Decimal

import pytest

from engine.billing import invoice_notes
from engine.language.build import load_account
from tests.billing.test_usage_pooled import by_use, pool_of, shared
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, midnight, shop, subscription, usage
from tests.conformance.language import write

D = Decimal
BUY = event("2026-03-02", "purchase", term="3 months", items={"plan": "small"})
RATED = [{"tax": "vat", "rate": "19%", "when": {"country": "DE"}}]


def notes(book, made, rows, first="2026-03-01", last="2026-04-01", issued=()):
    found = bill(book, made, rows, first, last, issued=issued)
    return [(each.code, each.message) for each in invoice_notes(book, made, found, usage(book, rows), issued)]


def customer(book, **facts):
    text = write({"id": "acme", "customer": {"name": "Acme"} | facts, "subscriptions": [subscription("s-1", "paid", BUY)]})
    made, found = load_account("account.yaml", text.encode(), book)
    assert made is not None, found
    return made


@pytest.mark.parametrize(
    ("taxes", "facts", "told"),
    [
        (RATED, {}, "no tax applies to `plan`: `customer.country` is missing"),
        (RATED, {"country": "US"}, "no tax applies to `plan`: no row of `taxes` is for them and a customer in `US`"),
        (RATED, {"country": "DE"}, None),
        (RATED, {"attributes": {"country": "DE"}}, None),
        ([*RATED, {"tax": "vat", "rate": "0%"}], {}, None),
        ([{"tax": "vat", "rate": "19%", "when": {"business": False}}], {}, None),
        ([], {}, None),
    ],
)  # fmt: skip
def test_lines_that_no_tax_applies_to(taxes, facts, told):
    book = book_of(shop(taxes=taxes) if taxes else SHOP)
    assert notes(book, customer(book, **facts), []) == ([("Q707", told)] if told else [])


def test_a_month_that_was_left_out_is_told_where_something_is_owed_for_it():
    """March was issued, July is asked for, and in May a month was bought."""
    book = book_of()
    first = subscription("s-1", "paid", event("2026-03-02", "purchase", term="1 month", items={"plan": "small"}))
    second = subscription("s-2", "paid", event("2026-05-02", "purchase", term="1 month", items={"plan": "small"}))
    march = bill(book, account(book, first), [])
    assert notes(book, account(book, first), [], "2026-07-01", "2026-08-01", (march,)) == []
    told = "no invoice is given for 2026-04-01 to 2026-06-30, and 1 line is owed for it"
    assert notes(book, account(book, first, second), [], "2026-07-01", "2026-08-01", (march,)) == [("Q716", told)]
    between = bill(book, account(book, first, second), [], "2026-04-01", "2026-07-01")
    assert notes(book, account(book, first, second), [], "2026-07-01", "2026-08-01", (march, between)) == []


def test_a_month_whose_usage_was_never_billed_is_told():
    book = book_of()
    made = account(book, subscription("s-1", "use", event("2026-03-01", "start")))
    rows = [("s-1", "calls", f"{month}-03T10:00", 5) for month in ("03", "05")]
    march = bill(book, made, rows)
    told = "no invoice is given for 2026-04-01 to 2026-04-30, and `s-1` ran in it, which is billed by usage"
    assert notes(book, made, rows, "2026-05-01", "2026-06-01", (march,)) == [("Q716", told)]


def test_use_without_records_is_told():
    book = book_of()
    made = account(book, subscription("s-1", "use", event("2026-03-01", "start"), event("2026-04-01", "stop")))
    told = "`s-1` ran in 2026-03-01 to 2026-03-31 and is billed by usage, but no record of it is given"
    assert notes(book, made, []) == [("Q717", told)]
    assert notes(book, made, [("s-1", "calls", "03-03T10:00", 0)]) == []
    assert notes(book, made, [], "2026-04-01", "2026-05-01") == []


def test_a_level_that_lasts_needs_no_new_record():
    book = pool_of(D("1.00"), measure="max", hold=True)
    rows = shared(("s-1", "03-04T10:00", 90))
    assert notes(book, by_use(book, "s-1"), rows, "2026-04-01", "2026-05-01") == []
    assert midnight(book, "2026-04-01") > usage(book, rows)[0].at
