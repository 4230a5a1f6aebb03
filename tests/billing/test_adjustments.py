"""Lines by hand: one-off charges and goodwill, taxed as an item is on their day, with no list price; every format says so."""

import json
from datetime import date
from decimal import Decimal

import pytest
from jsonschema import Draft7Validator

from engine.billing import invoice_notes, issue, make_invoice
from engine.documents.invoice_json import render_invoice_json
from engine.language.build import load_account, load_issued
from engine.model.invoices import ByHand, Invoice
from engine.resources import schema_bytes
from engine.values.exact import total
from engine.values.periods import add_months, start_of_day
from tests.billing.test_corrections import adjustments
from tests.billing.test_refunds import TAXES, book

BUY = "{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}"
WORKSHOP = "{date: 2026-03-12, adjust: {title: Workshop, amount: 450.00, like: plan, reason: Agreed by phone, reference: OFFER-17}}"
GOODWILL = "{date: 2026-03-20, adjust: {title: Goodwill, amount: -100.00, like: plan}}"
COMPOUND = """taxes:
  - {id: gst, tax: gst, rate: 5%, category: S, effective: 2026-01-01}
  - {id: qst, tax: qst, rate: 9.975%, category: S, compound_on: [gst], effective: 2026-01-01}
"""
BY_ITEM = """taxes:
  - {id: vat, tax: vat, rate: 19%, category: S, effective: 2026-01-01}
  - {id: low, tax: vat, rate: 7%, category: S, items: [seat], effective: 2026-01-01}
"""
BY_COUNTRY = """taxes:
  - {id: vat, tax: vat, rate: 19%, category: S, when: {country: DE}, effective: 2026-01-01}
  - {id: reverse, tax: vat, rate: 0%, category: AE, when: {country: FR}, effective: 2026-01-01}
"""
BY_SEGMENT = """taxes:
  - {id: vat, tax: vat, rate: 19%, category: S, effective: 2026-01-01}
  - {id: exempt, tax: vat, rate: 0%, category: E, when: {segment: education}, effective: 2026-01-01}
"""


def read(rows, events=(BUY,), customer="", **written):
    listed = "".join(f"  - {row}\n" for row in rows)
    own = "".join(f"      - {row}\n" for row in events)
    text = f"id: acme\ncustomer: {{name: Acme GmbH{customer}}}\n" + (f"events:\n{listed}" if rows else "")
    text += f"subscriptions:\n  - id: s-1\n    billing_mode: yearly-monthly\n    events:\n{own}"
    return load_account("account.yaml", text.encode(), book(**written))


def invoice(rows, month=3, months=1, issued=(), events=(BUY,), customer="", **written) -> Invoice:
    made, found = read(rows, events, customer, **written)
    assert made is not None and not found, [each.message for each in found]
    sold, first = book(**written), date(2026, month, 1)
    return make_invoice(sold, made, (), *(start_of_day(day, sold.zone) for day in (first, add_months(first, months))), issued)


def by_hand(found: Invoice):
    return [line for line in found.lines if line.by_hand]


def test_a_charge_and_goodwill_stand_in_order_of_time():
    """A month of 20.00 on 2 March, 450.00 on the 12th, 100.00 back on the 20th: 370.00."""
    found = invoice([WORKSHOP, GOODWILL])
    assert [(line.bill_type, line.item, line.subscription, str(line.amount)) for line in found.lines] == [
        ("new-purchase", "plan", "s-1", "20.00"), ("adjustment-charge", None, "", "450.00"), ("adjustment-compensation", None, "", "-100.00"),
    ]  # fmt: skip
    assert found.net == Decimal("370.00")
    assert found.lines[1].by_hand == ByHand("Workshop", "plan", "Agreed by phone", "OFFER-17")
    assert found.lines[1].list_amount is None and found.lines[1].corrects is None
    assert invoice([WORKSHOP, GOODWILL], 4).lines == ()


def test_an_amount_of_many_digits_is_taxed_to_the_last_one():
    """19% of it, in whole cents; Python's own context would keep 28 digits of the amount."""
    amount = Decimal("1234567890123456789012345678901.23")
    found = invoice([f"{{date: 2026-03-12, adjust: {{title: Workshop, amount: {amount}, like: plan}}}}"], events=(BUY,), taxes=BY_ITEM)
    (line,) = by_hand(found)
    assert [line.amount, line.taxed[0].base] == [amount, amount]
    assert line.taxed[0].amount == Decimal("234567899123456789912345678991.23")


@pytest.mark.parametrize(
    ("row", "written", "customer", "net", "tax", "gross"),
    [
        # 19% of 450.00; inside of 450.00 are 71.85 (450 x 19/119 = 71.848...).
        (WORKSHOP, {"taxes": TAXES}, "", "450.00", "85.50", "535.50"),
        (WORKSHOP, {"taxes": TAXES, "included": True}, "", "378.15", "71.85", "450.00"),
        (GOODWILL, {"taxes": TAXES}, "", "-100.00", "-19.00", "-119.00"),
        # 100 x 19/119 = 15.966...
        (GOODWILL, {"taxes": TAXES, "included": True}, "", "-84.03", "-15.97", "-100.00"),
        # 5% are 22.50; 9.975% of 472.50 are 47.131875.
        (WORKSHOP, {"taxes": COMPOUND}, "", "450.00", "69.63", "519.63"),
        (WORKSHOP.replace("like: plan", "like: seat"), {"taxes": BY_ITEM}, "", "450.00", "31.50", "481.50"),
        (WORKSHOP, {"taxes": BY_ITEM}, "", "450.00", "85.50", "535.50"),
        (WORKSHOP, {"taxes": BY_COUNTRY}, ", country: DE", "450.00", "85.50", "535.50"),
        (WORKSHOP, {"taxes": BY_COUNTRY}, ", country: FR", "450.00", "0.00", "450.00"),
        (WORKSHOP, {"taxes": BY_SEGMENT}, ", attributes: {segment: education}", "450.00", "0.00", "450.00"),
        (WORKSHOP.replace("like: plan", "like: plan, attributes: {segment: education}"), {"taxes": BY_SEGMENT}, "", "450.00", "0.00", "450.00"),
        # The rate of its own day: 7% from 1 May on.
        (WORKSHOP.replace("2026-03", "2026-05"), {"taxes": TAXES}, "", "450.00", "31.50", "481.50"),
        (WORKSHOP.replace("450.00", "4995"), {"taxes": TAXES, "currency": "JPY"}, "", "4995", "949", "5944"),
        # 0.005 at 19% is 0.00095, which is 0.001 of a dinar.
        (WORKSHOP.replace("450.00", "0.005"), {"taxes": TAXES, "currency": "IQD"}, "", "0.005", "0.001", "0.006"),
        (WORKSHOP, {}, "", "450.00", "0", "450.00"),
    ],
)  # fmt: skip
def test_it_is_taxed_as_the_item_is_on_that_day(row, written, customer, net, tax, gross):
    month = 5 if "2026-05" in row else 3
    found = invoice([row], month, events=["{date: 2026-07-01, purchase: {term: 1 month, items: {plan: small}}}"], customer=customer, **written)
    assert (found.net, found.tax, found.gross) == (Decimal(net), Decimal(tax), Decimal(gross))
    (line,) = found.lines
    assert total(row.amount for row in line.taxed) == found.tax
    assert found.credit_note == (Decimal(gross) < 0)


def test_without_a_tax_the_customers_country_is_asked_for():
    made, _ = read([WORKSHOP], taxes=BY_COUNTRY)
    sold = book(taxes=BY_COUNTRY)
    found = invoice([WORKSHOP], taxes=BY_COUNTRY)
    assert [each.message for each in invoice_notes(sold, made, found, ())] == ["no tax applies to `plan`, `Workshop`: `customer.country` is missing"]


@pytest.mark.parametrize(
    ("row", "written", "code", "message"),
    [
        (WORKSHOP.replace("450.00", "450.005"), {}, "Q724", "nobody can pay 450.005 EUR"),
        (WORKSHOP.replace("450.00", "450.5"), {"currency": "JPY"}, "Q724", "nobody can pay 450.5 JPY"),
        (WORKSHOP.replace("450.00", "0.00"), {}, "Q724", "the line comes to nothing"),
        (WORKSHOP.replace("title: Workshop", 'title: " "'), {}, "Q724", "a line by hand has no title"),
        (WORKSHOP.replace("like: plan", "like: plann"), {}, "Q201", "there is no item `plann`"),
        (WORKSHOP.replace("amount: 450.00", "amount: lots"), {}, "S105", ""),
        (WORKSHOP.replace("like: plan, ", ""), {}, "S103", ""),
    ],
)
def test_what_no_invoice_can_show_is_refused_in_its_place(row, written, code, message):
    _, found = read([row], **written)
    assert [each.code for each in found] == [code], [each.message for each in found]
    assert message in found[0].message and found[0].span.line == 4


# --- corrections ----------------------------------------------------------------------------------------------------------------


def read_back(found: Invoice, number: str, **written) -> Invoice:
    sold = book(**written)
    text = render_invoice_json(found, issue(sold, found, number, date(2026, 4, 1)), sold)
    Draft7Validator(json.loads(schema_bytes("invoice"))).validate(json.loads(text))
    loaded, problems = load_issued("march.json", text.encode(), sold)
    assert not problems, [each.message for each in problems]
    return loaded[0]


@pytest.mark.parametrize("included", [False, True])
def test_one_that_comes_to_light_later_is_owed_once(included):
    """March was invoiced without the workshop; April owes it with its tax, and May nothing more of it."""
    written = {"taxes": TAXES, "included": included}
    march = read_back(invoice([], **written), "1", **written)
    april = invoice([WORKSHOP], 4, issued=[march], **written)
    assert adjustments(april) == [("adjustment-charge", None, "450.00")]
    assert april.lines[0].by_hand.title == "Workshop" and april.lines[0].list_amount is None
    assert april.tax == Decimal("71.85" if included else "85.50")
    april = read_back(april, "2", **written)
    assert invoice([WORKSHOP], 5, issued=[march, april], **written).lines == ()


def test_one_that_is_taken_out_is_given_back_under_its_title():
    march = read_back(invoice([WORKSHOP, GOODWILL], taxes=TAXES), "1", taxes=TAXES)
    april = invoice([GOODWILL], 4, issued=[march], taxes=TAXES)
    assert adjustments(april) == [("adjustment-compensation", None, "-450.00")]
    assert april.lines[0].by_hand.title == "Workshop" and april.tax == Decimal("-85.50") and april.credit_note


def test_two_with_one_title_are_two_lines_and_correct_together():
    march = read_back(invoice([GOODWILL, GOODWILL]), "1")
    assert [str(line.amount) for line in by_hand(march)] == ["-100.00", "-100.00"]
    assert adjustments(invoice([GOODWILL], 4, issued=[march])) == [("adjustment-charge", None, "100.00")]


def test_months_add_up_to_the_whole():
    rows = [WORKSHOP, GOODWILL, WORKSHOP.replace("2026-03", "2026-05")]
    parts = [invoice(rows, month, taxes=TAXES) for month in (3, 4, 5)]
    assert total(each.gross for each in parts) == invoice(rows, 3, 3, taxes=TAXES).gross
