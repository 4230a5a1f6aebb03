"""Commitments: what is paid at least in each month, year or term, and the line that makes it up (rule language, second version, 4.1)."""

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from jsonschema import Draft7Validator

from engine.billing import issue, make_invoice
from engine.billing.charges import charges_for_usage
from engine.commands.invoice_formats import RENDERINGS, render
from engine.documents.focus import focus_rows
from engine.documents.invoice_json import render_invoice_json
from engine.documents.quote_json import render_quote_json
from engine.documents.terminal import Look
from engine.language.build import load_book, load_issued, load_order
from engine.model.charges import RatedUsage
from engine.model.invoices import Invoice, InvoiceRefusal
from engine.model.quotes import Quote
from engine.pricing import price_order
from engine.resources import schema_bytes
from engine.values.periods import start_of_day
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, subscription, usage
from tests.conformance.language import write
from tests.documents.test_sheet_truths import told

D = Decimal


def book(commitment: dict | None = None, mode: dict | None = None, prices: tuple = (), **more):
    """A book that sells `egress` at 1.00 and `calls` at 0.50 by the month, under the commitment `floor`."""
    sold = {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"egress": "optional", "calls": "optional"}, "commitment": "floor"}
    floor = {"title": "Least", "amount": {"USD": D("10000.00")}, "every": "month"}
    return book_of(
        {
            "book": SHOP["book"],
            "units": {"GB": {"title": "GB"}, "call": {"title": "call"}},
            "items": {
                "egress": {"title": "Traffic", "unit": "GB", "meter": {"measure": "sum", "window": "day"}},
                "calls": {"title": "Calls", "unit": "call", "meter": {"measure": "sum", "window": "month"}},
            },
            "billing_modes": {"use": sold | (mode or {})},
            "commitments": {"floor": floor | (commitment or {})},
            "prices": [{"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": D("1.00"), "calls": D("0.50")}}, *prices],
        }
        | more
    )


def records(*rows: tuple):
    """Rows of `s-1`: item, time, quantity."""
    return [("s-1", *row) for row in rows]


def charged(made_of, rows, first: str, last: str, *events) -> Invoice:
    found = bill(made_of, account(made_of, subscription("s-1", "use", *(events or (event("2026-01-01", "start"),)))), records(*rows), first, last)
    assert isinstance(found, Invoice), found.diagnostics
    return found


def shown(invoice: Invoice) -> list:
    return [(line.bill_type, line.item, line.amount) for line in invoice.lines]


def test_what_is_missing_is_a_line():
    """ "10,000.00 over 110.00: 9,890.00"."""
    invoice = charged(book(), [("egress", "2026-03-02T10:00", 110)], "2026-03-01", "2026-04-01")
    assert shown(invoice) == [("usage", "egress", D("110.00")), ("shortfall", "egress", D("9890.00"))]
    line = invoice.lines[1]
    assert (line.commitment, line.quantity, line.unit, line.list_amount) == ("floor", None, None, D("9890.00"))
    assert (invoice.net, invoice.gross) == (D("10000.00"), D("10000.00"))


def test_a_part_of_the_time_is_a_share_by_stub():
    """ "10.00 for 15 of 31 days over 2.00: 2.84"; without `stub` all of the 10.00 is owed."""
    rows = [("egress", "2026-03-20T10:00", 2)]
    start = event("2026-03-17", "start")
    assert shown(charged(book({"amount": D(10), "stub": "actual-days"}), rows, "2026-03-01", "2026-04-01", start))[1][2] == D("2.84")
    assert shown(charged(book({"amount": D(10)}), rows, "2026-03-01", "2026-04-01", start))[1][2] == D("8.00")


def test_a_stop_and_a_later_start_count_by_their_days():
    """10 days and 5 days of March: 31.00 x 15/31, and nothing is owed for a month in which nothing ran."""
    events = event("2026-03-01", "start"), event("2026-03-11", "stop"), event("2026-03-27", "start")
    made = book({"amount": D(31), "stub": "actual-days"})
    assert shown(charged(made, [], "2026-03-01", "2026-04-01", *events)) == [("shortfall", "egress", D("15.00"))]
    assert shown(charged(made, [], "2026-02-01", "2026-03-01", *events)) == []


def test_enough_leaves_no_line():
    """ "max(0, ...)": what comes to the amount, or to more, has no line."""
    for quantity in (10000, 12000):
        assert len(charged(book(), [("egress", "2026-03-02", quantity)], "2026-03-01", "2026-04-01").lines) == 1


def test_items_in_scope():
    """ "the sum of the lines in scope": calls do not count for a commitment on egress."""
    rows = [("egress", "2026-03-02", 30), ("calls", "2026-03-02", 100)]
    assert shown(charged(book({"amount": D(100)}), rows, "2026-03-01", "2026-04-01"))[2][2] == D("20.00")
    assert shown(charged(book({"amount": D(100), "items": ["egress"]}), rows, "2026-03-01", "2026-04-01"))[2][2] == D("70.00")


HALF = {"discounts": {"half": {"title": "Half", "percent_off": "50%"}}, "discount_policy": ["half"]}


def test_net_and_list():
    """ "of: net | list": 60.00 at 50% off count for 30.00, or for 60.00."""
    rows = [("egress", "2026-03-02", 60)]
    assert shown(charged(book({"amount": D(100)}, **HALF), rows, "2026-03-01", "2026-04-01"))[1][2] == D("70.00")
    assert shown(charged(book({"amount": D(100), "of": "list"}, **HALF), rows, "2026-03-01", "2026-04-01"))[1][2] == D("40.00")


def test_after_step_6():
    """ "after step 6": a coupon of 5.00 is taken off afterwards, off the line of use alone, and does not make the shortfall larger."""
    gift = {"discounts": {"gift": {"title": "Gift", "coupon": "G", "amount_off": D(5)}}, "discount_policy": ["gift"]}
    start = event("2026-03-01", "start", coupons=["G"])
    invoice = charged(book({"amount": D(100)}, **gift), [("egress", "2026-03-02", 60)], "2026-03-01", "2026-04-01", start)
    assert [line.amount for line in invoice.lines] == [D("55.00"), D("40.00")]


def test_the_tax_is_that_of_the_item():
    """ "taxed as its `category_of: ITEM` says (default: the first item in scope)"."""
    taxes = [{"tax": "vat", "rate": "10%", "items": ["egress"]}, {"tax": "vat", "rate": "20%", "items": ["calls"]}]
    for of, rate, due in ((None, "0.10", "10.00"), ("calls", "0.20", "20.00")):
        commitment = {"amount": D(100)} | ({"category_of": of} if of else {})
        invoice = charged(book(commitment, taxes=taxes), [], "2026-03-01", "2026-04-01")
        assert [(tax.rate, tax.amount) for tax in invoice.taxes] == [(D(rate), D(due))]
    # The first one that the commitment names, where it names some.
    invoice = charged(book({"amount": D(100), "items": ["calls", "egress"]}, taxes=taxes), [], "2026-03-01", "2026-04-01")
    assert invoice.taxes[0].rate == D("0.20")


def test_a_year_is_made_up_in_its_last_bill():
    """ "For each `every`, in the last bill of it": 100.00 in March and 50.00 in December of a year of 1,200.00 leave 1,050.00."""
    made = book({"amount": D(1200), "every": "year"})
    rows = [("egress", "2026-03-02", 100), ("egress", "2026-12-02", 50)]
    assert shown(charged(made, rows, "2026-03-01", "2026-04-01")) == [("usage", "egress", D("100.00"))]
    assert shown(charged(made, rows, "2026-12-01", "2027-01-01"))[1:] == [("shortfall", "egress", D("1050.00"))]
    assert shown(charged(made, rows[:1], "2026-12-01", "2027-01-01")) == [("shortfall", "egress", D("1100.00"))]
    line = charged(made, rows, "2026-12-01", "2027-01-01").lines[-1]
    assert (line.start, line.end) == (start_of_day(date(2026, 1, 1), made.zone), start_of_day(date(2027, 1, 1), made.zone))


def test_part_of_a_year():
    """From 17 March on 15/31 of March and nine months: 1,200.00 x (15/31 + 9)/12."""
    made = book({"amount": D(1200), "every": "year", "stub": "actual-days"})
    assert shown(charged(made, [], "2026-12-01", "2027-01-01", event("2026-03-17", "start"))) == [("shortfall", "egress", D("948.39"))]


def test_a_term():
    """ "every: term": what is used beside a term of three months, in the bill that holds its end."""
    sold = {
        "payment": "prepaid", "cycle": "term", "terms": ["3 months"], "renewal": "again",
        "items": {"plan": "optional", "egress": {"presence": "optional", "payment": "postpaid", "cycle": "month"}},
    }  # fmt: skip
    more = {"items": {
        "plan": {"title": "Plan", "unit": "call"},
        "egress": {"title": "Traffic", "unit": "GB", "meter": {"measure": "sum", "window": "day"}},
    }, "renewals": {"again": {}}}  # fmt: skip
    made = book_of(
        {
            "book": SHOP["book"], "units": {"GB": {"title": "GB"}, "call": {"title": "call"}}, **more,
            "billing_modes": {"use": {"title": "Use", "commitment": "floor"} | sold},
            "commitments": {"floor": {"amount": D(300), "every": "term"}},
            "prices": [
                {"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"plan": D(10)}},
                {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": D(1)}},
            ],
        }
    )  # fmt: skip
    buy = event("2026-02-01", "purchase", term="3 months", items={"plan": 1})
    rows = [("egress", "2026-02-02", 70), ("egress", "2026-04-02", 30)]
    assert shown(charged(made, rows, "2026-02-01", "2026-03-01", buy)) == [("new-purchase", "plan", D("30.00")), ("usage", "egress", D("70.00"))]
    assert shown(charged(made, rows, "2026-04-01", "2026-05-01", buy)) == [("usage", "egress", D("30.00")), ("shortfall", "egress", D("200.00"))]


def test_dates_and_customers():
    """ "effective, until, when", beside the amount or beside the use; the one in force when the time begins."""
    attributes = {"contract": {"source": "customer", "values": ["framework"]}}
    for where in ({"effective": "2026-03-15"}, {"until": "2026-03-01"}, {"when": {"contract": "framework"}}):
        for made in (
            book({"amount": D(10)} | where, attributes=attributes),
            book({"amount": D(10)}, {"commitment": [{"use": "floor"} | where]}, attributes=attributes),
        ):
            assert shown(charged(made, [], "2026-03-01", "2026-04-01")) == []
    made = book({"amount": D(10), "effective": "2026-03-01"})
    assert shown(charged(made, [], "2026-03-01", "2026-04-01")) == [("shortfall", "egress", D("10.00"))]


def test_a_later_correction_of_usage_corrects_the_shortfall():
    """A record that came late pays for itself: its line is owed, and the shortfall paid back."""
    made = book({"amount": D(100)})
    known = account(made, subscription("s-1", "use", event("2026-01-01", "start")))
    first = records(("egress", "2026-03-02", 60))
    march = bill(made, known, first, "2026-03-01", "2026-04-01")
    april = bill(made, known, [*first, *records(("egress", "2026-03-03", 25), ("egress", "2026-04-02", 100))], "2026-04-01", "2026-05-01", issued=[march])
    assert [(line.bill_type, line.commitment, line.amount) for line in april.lines] == [
        ("usage", None, D("100.00")),
        ("adjustment-charge", None, D("25.00")),
        ("adjustment-compensation", "floor", D("-25.00")),
    ]
    may = bill(made, known, [*first, *records(("egress", "2026-03-03", 25), ("egress", "2026-04-02", 100), ("egress", "2026-05-02", 100))],
        "2026-05-01", "2026-06-01", issued=[march, april])  # fmt: skip
    assert [line.amount for line in may.lines] == [D("100.00")]


def estimate(made, items: dict, duration: str, day: str = "2026-03-17") -> Quote:
    order, problems = load_order("order.yaml", write({"date": day, "billing_mode": "use", "for": duration, "items": items}).encode(), made, None)
    assert order is not None, problems
    found = price_order(made, order)
    assert isinstance(found, Quote), found.diagnostics
    return found


@pytest.mark.parametrize("every", ["month", "year"])
@pytest.mark.parametrize("stub", ["actual-days", None, "30-day-month", "seconds"])
def test_an_estimate_is_what_usage_will_cost(every, stub):
    """The law of one path: `for: 3 months` from 17 March is what the invoices of its use say, line by line."""
    commitment = {"amount": D("1234.50"), "every": every} | ({"stub": stub} if stub else {})
    made = book(commitment, taxes=[{"tax": "vat", "rate": "19%"}])
    quote = estimate(made, {"egress": {"quantity": D(31), "each": "month"}}, "3 months")
    rows = [("egress", "2026-03-17", D(15)), ("egress", "2026-04-01", D(31)), ("egress", "2026-05-01", D(31)), ("egress", "2026-06-01", D(31) * 16 / 30)]
    rows = [(item, at, f"{quantity:.10f}") for item, at, quantity in rows]
    invoice = charged(made, rows, "2026-03-01", "2027-01-01", event("2026-03-17", "start"), event("2026-06-17", "stop"))
    of_quote = [part.amount for line in quote.lines if line.commitment for part in line.traced]
    assert of_quote == [line.amount for line in invoice.lines if line.commitment] != []
    assert quote.totals.gross == invoice.gross


def test_charges_make_the_same_bill():
    """A bill from charges is that of the usage; of a commitment for a year the earlier charges are needed."""
    made = book({"amount": D(1200), "every": "year"})
    known = account(made, subscription("s-1", "use", event("2026-01-01", "start")))
    read = usage(made, records(*(("egress", f"2026-{month:02}-02", month * 10) for month in range(1, 13))))
    borders = [start_of_day(date(2026 + month // 12, month % 12 + 1, 1), made.zone) for month in range(13)]
    spans = [*pairwise(borders)]
    periods = {span: tuple(charges_for_usage(made, known, read, *span)) for span in spans}
    from_usage = make_invoice(made, known, read, *spans[-1])
    from_charges = make_invoice(made, known, RatedUsage(periods), *spans[-1])
    assert isinstance(from_usage, Invoice)
    assert isinstance(from_charges, Invoice)
    assert [(line.commitment, line.amount) for line in from_usage.lines] == [(line.commitment, line.amount) for line in from_charges.lines]
    assert from_usage.lines[-1].amount == D("420.00")
    refused = make_invoice(made, known, RatedUsage({spans[-1]: periods[spans[-1]]}), *spans[-1])
    assert isinstance(refused, InvoiceRefusal)
    assert [each.code for each in refused.diagnostics] == ["Q731"]


def test_an_issued_invoice_is_read_back_with_its_commitment():
    """What was written as JSON and is given back says the same, and follows its schema."""
    made = book({"amount": D(100)})
    march = charged(made, [("egress", "2026-03-02", 60)], "2026-03-01", "2026-04-01")
    text = render_invoice_json(march, issue(made, march, "1", date(2026, 4, 1)), made)
    Draft7Validator(json.loads(schema_bytes("invoice"))).validate(json.loads(text))
    read, problems = load_issued("1.json", text.encode(), made)
    assert read is not None, problems
    assert [(line.commitment, line.amount) for line in read[0].lines] == [(None, D("60.00")), ("floor", D("40.00"))]


def test_every_format_says_what_it_is():
    """The title of the commitment is that of the line, in the reader's language too; in cost rows it is an adjustment."""
    made = book({"amount": D(100)})
    march = charged(made, [("egress", "2026-03-02", 60)], "2026-03-01", "2026-04-01")
    document = issue(made, march, "1", date(2026, 4, 1))

    def page(name: str, language: str) -> str:
        options = {"language": language, "explain": True, "look": Look(), "raw": False}
        return str(render(RENDERINGS[name], march, document, made, options)[0])

    assert [name for name in ("text", "html", "md", "csv", "focus") if "Shortfall: Least" not in page(name, "en")] == []
    assert "Fehlbetrag: " in page("html", "de")
    assert [row["ChargeCategory"] for row in focus_rows(march, document, made)] == ["Usage", "Adjustment"]


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("every", "year", "for each calendar year"),
        ("items", ["egress"], "Only Traffic count for it."),
        ("of", "list", "List amounts count."),
        ("stub", "actual-days", "A part of the time is counted in days of the actual period."),
        ("category_of", "calls", "What is missing is taxed like Calls."),
    ],
)
def test_a_sheet_says_each_of_its_rules(key, value, sentence):
    """ "Every rule that can change an amount is said on the sheet in words": with the key the sheet says it, and without it does not."""
    with_it, without = (" ".join(told(book(more)).split()) for more in ({key: value}, {}))
    assert sentence in with_it and sentence not in without and "At least USD 10,000.00 is owed for each calendar month" in without


def test_a_quote_is_data_by_its_schema():
    quote = estimate(book({"amount": D(100)}), {"egress": {"quantity": D(31), "each": "month"}}, "1 month", "2026-03-01")
    data = json.loads(render_quote_json(quote, book({"amount": D(100)})))
    Draft7Validator(json.loads(schema_bytes("quote"))).validate(data)
    assert [(line.get("commitment"), line["amount"]) for line in data["lines"]] == [(None, "31.00"), ("floor", "69.00")]


def beside_a_plan(every: str):
    """Usage beside a plan of three months that is paid in advance."""
    return book_of(
        {
            "book": SHOP["book"],
            "units": {"GB": {"title": "GB"}, "call": {"title": "call"}},
            "items": {
                "plan": {"title": "Plan", "unit": "call"},
                "egress": {"title": "Traffic", "unit": "GB", "meter": {"measure": "sum", "window": "day"}},
            },
            "billing_modes": {
                "use": {
                    "title": "Use", "payment": "prepaid", "cycle": "term", "terms": ["3 months"], "commitment": "floor",
                    "items": {"plan": "required", "egress": {"presence": "optional", "payment": "postpaid", "cycle": "month"}},
                }
            },
            "commitments": {"floor": {"amount": D(300), "every": every}},
            "prices": [
                {"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"plan": D(10)}},
                {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": D(1)}},
            ],
        }
    )  # fmt: skip


@pytest.mark.parametrize("every", ["month", "term"])
def test_an_estimate_beside_a_term_is_what_is_billed_too(every):
    """What is paid in advance does not count: 30.00 for the plan, and 300.00 at least for the usage of each month, or of the term."""
    made = beside_a_plan(every)
    order = {
        "date": "2026-02-01",
        "billing_mode": "use",
        "term": "3 months",
        "for": "3 months",
        "items": {"plan": 1, "egress": {"quantity": D(50), "each": "month"}},
    }
    read, problems = load_order("order.yaml", write(order).encode(), made, None)
    assert read is not None, problems
    quote = price_order(made, read)
    assert isinstance(quote, Quote), quote.diagnostics
    buy = event("2026-02-01", "purchase", term="3 months", items={"plan": 1})
    rows = [("egress", f"2026-0{month}-01", 50) for month in (2, 3, 4)]
    invoice = charged(made, rows, "2026-02-01", "2026-05-01", buy)
    due = [line.amount for line in invoice.lines if line.commitment]
    assert [part.amount for line in quote.lines if line.commitment for part in line.traced] == due == ([D("250.00")] * 3 if every == "month" else [D("150.00")])
    assert quote.totals.gross == invoice.gross
    # Nothing was used at all: the term is billed for it all the same.
    assert [line.amount for line in charged(made, [], "2026-02-01", "2026-05-01", buy).lines if line.commitment] == (
        [D(300)] * 3 if every == "month" else [D(300)]
    )


@pytest.mark.parametrize(
    ("commitment", "mode", "message"),
    [
        ({"amount": {"EUR": D(5)}}, {}, "`floor` names `EUR`, and `use` has no price in it for anything in scope"),
        ({"every": "term"}, {}, "`use` has no terms, and `floor` is for each term"),
        ({}, {"invoiced": "year"}, "`use` bills `egress` by the year, and `floor` is for each month"),
        ({"items": ["seat"]}, {}, "`use` bills none of the items of `floor` by usage"),
        ({"items": ["nothing"]}, {}, "item `nothing` is not declared"),
    ],
)
def test_what_no_bill_can_owe_is_refused(commitment, mode, message):
    data = {
        "book": SHOP["book"], "units": {"GB": {"title": "GB"}},
        "items": {"egress": {"title": "Traffic", "unit": "GB", "meter": {"measure": "sum", "window": "day"}}, "seat": {"title": "Seat", "unit": "GB"}},
        "billing_modes": {
            "use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"egress": "optional"}, "commitment": "floor"} | mode,
            "other": {"title": "Other", "payment": "prepaid", "cycle": "term", "terms": ["1 month"], "items": {"seat": "optional"}},
        },
        "commitments": {"floor": {"amount": {"USD": D(5)}, "every": "month"} | commitment},
        "prices": [
            {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": D(1)}},
            {"effective": "2026-01-01", "billing_mode": "other", "per": "month", "items": {"seat": D(1)}},
        ],
    }  # fmt: skip
    found = load_book({"book.yaml": write(data).encode()}).diagnostics
    assert [each.message for each in found if each.severity == "error"] == [message]


def test_a_mode_that_bills_nothing_by_usage_has_no_commitment():
    data = {
        "book": SHOP["book"], "units": {"GB": {"title": "GB"}}, "items": {"seat": {"title": "Seat", "unit": "GB"}},
        "billing_modes": {"ahead": {"title": "Ahead", "payment": "prepaid", "cycle": "term", "terms": ["1 month"], "items": {"seat": "optional"}, "commitment": "floor"}},
        "commitments": {"floor": {"amount": D(5), "every": "month"}},
        "prices": [{"effective": "2026-01-01", "billing_mode": "ahead", "per": "month", "items": {"seat": D(1)}}],
    }  # fmt: skip
    found = load_book({"book.yaml": write(data).encode()}).diagnostics
    assert [each.code for each in found if each.severity == "error"] == ["P110"]
