"""An issued period is compared only where all records that were billed are given again; further ones may come late."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.billing import issue
from engine.billing.counting import days
from engine.documents.invoice_json import render_invoice_json
from engine.language.build import load_issued
from engine.model.invoices import Invoice
from tests.billing.test_usage_pooled import by_use, pool_of, shared
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, shop, subscription

D = Decimal
MARCH = [("s-1", "calls", f"03-{day:02d}T10:00", 100) for day in range(1, 11)]
APRIL = [("s-1", "calls", f"04-{day:02d}T10:00", 10) for day in range(1, 4)]


def one_use():
    return account(book_of(), subscription("s-1", "use", event("2026-03-01", "start")))


def counts(invoice: Invoice) -> list[tuple[str, int | None]]:
    return [(line.bill_type, line.records) for line in invoice.lines]


def said(found) -> list[str]:
    assert not isinstance(found, Invoice)
    assert all(each.help for each in found.diagnostics)
    return [f"{each.code} {each.message}" for each in found.diagnostics]


def of_april(book, made, rows, *issued):
    return bill(book, made, rows, "2026-04-01", "2026-05-01", issued=issued)


@pytest.mark.parametrize("given", [0, 1, 9])
def test_fewer_records_than_were_billed_are_refused(given):
    book, made = book_of(), one_use()
    march = bill(book, made, MARCH)
    assert counts(march) == [("hourly", 10)]
    found = of_april(book, made, [*MARCH[:given], *APRIL], march)
    told = "no record of it is given" if not given else f"{given} of the 10 records that were billed {'is' if given == 1 else 'are'} given"
    assert said(found) == [f"Q714 `calls` of `s-1` was billed for 2026-03-01 to 2026-03-31, and {told}"]
    assert found.diagnostics[0].help.startswith("give the usage files of 2026-03 too")


def test_records_that_come_late_are_owed_and_counted_from_then_on():
    book, made, late = book_of(), one_use(), [("s-1", "calls", "03-20T10:00", 7000)]
    march = bill(book, made, MARCH)
    april = of_april(book, made, [*MARCH, *late, *APRIL], march)
    assert counts(april) == [("hourly", 3), ("adjustment-charge", 11)]
    may = bill(book, made, [*MARCH, *APRIL], "2026-05-01", "2026-06-01", issued=(march, april))
    assert said(may) == ["Q714 `calls` of `s-1` was billed for 2026-03-01 to 2026-03-31, and 10 of the 11 records that were billed are given"]
    assert bill(book, made, [*MARCH, *late, *APRIL], "2026-05-01", "2026-06-01", issued=(march, april)).lines == ()


def test_a_record_with_another_quantity_is_a_correction():
    book, made = book_of(), one_use()
    march = bill(book, made, MARCH)
    april = of_april(book, made, [("s-1", "calls", "03-01T10:00", 0), *MARCH[1:]], march)
    assert [(line.bill_type, line.amount, line.records) for line in april.lines] == [("adjustment-compensation", D("-1.00"), 10)]


def test_lines_of_one_time_are_counted_together():
    """Charged apart by region: each line says its own, and all are needed again."""
    attributes = {"region": {"source": "usage", "values": ["eu", "us"]}}
    prices = [
        {"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": D("0.01")}, "when": {"region": "us"}},
        *SHOP["prices"],
    ]
    book = book_of(shop(attributes=attributes, prices=prices))
    made = account(book, subscription("s-1", "use", event("2026-03-01", "start")))
    rows = [(*row, "eu" if number < 4 else "us") for number, row in enumerate(MARCH)]
    march = bill(book, made, rows, columns="account,subscription,item,time,quantity,region")
    assert sorted(line.records for line in march.lines) == [4, 6]
    found = bill(book, made, rows[:9], "2026-04-01", "2026-05-01", issued=(march,), columns="account,subscription,item,time,quantity,region")
    assert "9 of the 10 records" in said(found)[0]


def test_records_of_a_pool_may_stand_with_any_subscription():
    """A late record of s-1 moves the line to it: the two records of s-2 are still there."""
    book = pool_of()
    made = by_use(book, "s-1", "s-2")
    rows = shared(("s-2", "03-04T10:00", 90), ("s-2", "03-09T10:00", 60))
    march = bill(book, made, rows)
    assert [(line.subscription, line.records) for line in march.lines] == [("s-2", 2)]
    april = of_april(book, made, [*rows, *shared(("s-1", "03-05T10:00", 1))], march)
    assert [(line.subscription, line.records) for line in april.lines] == [("s-2", 0), ("s-1", 3)]
    assert "1 of the 2 records" in said(of_april(book, made, rows[:1], march))[0]


def test_a_level_that_lasts_counts_the_records_before_it():
    book = pool_of(D("1.00"), measure="max", hold=True)
    made = by_use(book, "s-1")
    rows = shared(("s-1", "03-04T10:00", 90), ("s-1", "03-09T10:00", 60))
    april = of_april(book, made, rows)
    assert [line.records for line in april.lines] == [2]
    assert "1 of the 2 records" in said(bill(book, made, rows[:1], "2026-05-01", "2026-06-01", issued=(april,)))[0]
    assert isinstance(bill(book, made, rows, "2026-05-01", "2026-06-01", issued=(april,)), Invoice)


def test_an_invoice_that_does_not_say_how_many_needs_one():
    book, made = book_of(), one_use()
    march = bill(book, made, MARCH)
    text = json.loads(render_invoice_json(march, issue(book, march, "1", date(2026, 4, 1)), book))
    for line in text["lines"]:
        del line["records"]
    del text["digest"]  # written later than the number of records
    read, problems = load_issued("issued.json", json.dumps(text).encode(), book)
    assert [each.code for each in problems] == ["Q727"] and [line.records for line in read[0].lines] == [None]
    assert isinstance(of_april(book, made, MARCH[:1], read[0]), Invoice)
    assert "no record of it is given" in said(of_april(book, made, APRIL, read[0]))[0]


@pytest.mark.parametrize("damaged", [-1, 1.5, "10", True, [1]])
def test_a_number_of_records_is_a_whole_number(damaged):
    book = book_of()
    march = bill(book, one_use(), MARCH)
    text = json.loads(render_invoice_json(march, issue(book, march, "1", date(2026, 4, 1)), book))
    text["lines"][0]["records"] = damaged
    read, problems = load_issued("issued.json", json.dumps(text).encode(), book)
    assert read is None and [each.code for each in problems] == ["Q715"]


def test_what_was_bought_has_no_records():
    book = book_of()
    made = account(book, subscription("s-1", "paid", event("2026-03-01", "purchase", term="1 month", items={"plan": "small"})))
    march = bill(book, made, [])
    assert counts(march) == [("new-purchase", None)]
    corrected = of_april(book, made, [], replace(march, lines=()))
    assert counts(corrected) == [("adjustment-charge", None)]


def test_periods_in_words():
    march = bill(book_of(), one_use(), MARCH)
    assert days(book_of(), march.start, march.end) == "2026-03-01 to 2026-03-31"
