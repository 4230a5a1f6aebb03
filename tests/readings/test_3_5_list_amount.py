"""Items that are billed on what others cost: the list amounts of these in a month, over the account (rule language, second version, 3.5)."""

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from jsonschema import Draft7Validator

from engine.billing import issue, make_invoice
from engine.billing.charges import charges_for_usage
from engine.commands.invoice_formats import RENDERINGS, render
from engine.documents.invoice_json import render_invoice_json
from engine.documents.quote_json import render_quote_json
from engine.documents.terminal import Look
from engine.language.build import load_book, load_issued, load_order
from engine.model.charges import RatedUsage
from engine.model.invoices import Invoice
from engine.model.quotes import Quote, Refusal
from engine.pricing import price_order
from engine.rating.describe import described
from engine.rating.rating_plan import plan_book
from engine.resources import schema_bytes
from engine.usage import read_usage
from engine.values.exact import total
from engine.values.periods import start_of_day
from tests.billing.usage_shop import COLUMNS, SHOP, account, bill, book_of, event, subscription, usage
from tests.conformance.language import write
from tests.documents.test_sheet_truths import told
from tests.pricing.traces import adds_up

D = Decimal
TIERS = {"model": "graduated", "tiers": [{"up_to": 10000, "unit_price": "10%"}, {"up_to": 80000, "unit_price": "7%"}, {"unit_price": "5%"}]}


def data(of: object = None, price: object = None, mode: dict | None = None, **more) -> dict:
    """A book that sells `egress` at 1.00 and `calls` at 0.50 by the month, a `seat` at 50.00 a month, and `support` on what they cost."""
    sold = {"title": "Use", "payment": "postpaid", "cycle": "month", "items": dict.fromkeys(("egress", "calls", "seat", "support"), "optional")}
    return {
        "book": SHOP["book"],
        "units": {"GB": {"title": "GB"}, "call": {"title": "call"}},
        "items": {
            "egress": {"title": "Traffic", "unit": "GB", "group": "network", "meter": {"measure": "sum", "window": "day"}},
            "calls": {"title": "Calls", "unit": "call", "meter": {"measure": "sum", "window": "month"}},
            "seat": {"title": "Seat", "unit": "call"},
            "support": {"title": "Support", "unit": "USD", "meter": {"measure": "list-amount", "of": of or {"group": "all"}}},
        },
        "billing_modes": {"use": sold | (mode or {})},
        "prices": [
            {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": D("1.00"), "calls": D("0.50"), "support": price or TIERS}},
            {"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"seat": D("50.00")}},
        ],
    } | more


def book(*given, **more):
    return book_of(data(*given, **more))


def holding(made, *others: dict, day: str = "2026-01-01"):
    """An account whose subscription `s-1` holds support, with others beside it."""
    return account(made, subscription("s-1", "use", event(day, "start", items={"support": 1})), *others)


def charged(made, rows, first: str = "2026-03-01", last: str = "2026-04-01", of=None, issued=()) -> Invoice:
    found = bill(made, of or holding(made), rows, first, last, issued=issued)
    assert isinstance(found, Invoice), found.diagnostics
    return found


def shown(invoice: Invoice) -> list:
    return [(line.subscription, line.item, line.quantity, line.amount) for line in invoice.lines]


def support(invoice: Invoice) -> list[Decimal]:
    return [line.amount for line in invoice.lines if line.item == "support"]


def test_a_hundred_thousand():
    """ "10% of the first 10,000, 7% of the next 70,000, 5% of the next 170,000: 100,000 costs 6,900.00"."""
    invoice = charged(book(), [("s-1", "egress", "2026-03-02", 100000)])
    assert shown(invoice) == [("s-1", "egress", D(100000), D("100000.00")), ("s-1", "support", D("100000.00"), D("6900.00"))]
    assert invoice.gross == D("106900.00")


def test_of_the_account():
    """ "The named items of the account": 60,000 of one subscription and 40,000 of another are one sum, on the bill of the first that holds it."""
    made = book()
    of = holding(made, subscription("s-2", "use", event("2026-01-01", "start", items={"support": 1})))
    invoice = charged(made, [("s-1", "egress", "2026-03-02", 60000), ("s-2", "egress", "2026-03-03", 40000)], of=of)
    assert shown(invoice)[1:] == [("s-1", "support", D("100000.00"), D("6900.00")), ("s-2", "egress", D(40000), D("40000.00"))]
    only_second = account(
        made, subscription("s-1", "use", event("2026-01-01", "start")), subscription("s-2", "use", event("2026-01-01", "start", items={"support": 1}))
    )
    assert shown(charged(made, [("s-1", "egress", "2026-03-02", 100)], of=only_second))[-1] == ("s-2", "support", D("100.00"), D("10.00"))


def test_in_the_period():
    """ "In the period": each month counts by itself, in an invoice of several months too."""
    rows = [("s-1", "egress", "2026-03-02", 100), ("s-1", "egress", "2026-04-02", 200)]
    assert support(charged(book(), rows)) == [D("10.00")]
    assert support(charged(book(), rows, "2026-03-01", "2026-05-01")) == [D("10.00"), D("20.00")]
    # An invoice that ends within a month leaves it to the one that holds its end, which counts all of it.
    by_the_hour = {name: {"presence": "optional", "cycle": "hour"} for name in ("egress", "seat")}
    by_hour = book(
        mode={"items": {"calls": "optional", "support": "optional"} | by_the_hour},
        items=data()["items"] | {"egress": {"title": "Traffic", "unit": "GB", "meter": {"measure": "sum", "window": "hour"}}},
        prices=[
            {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": D("1.00"), "calls": D("0.50"), "support": TIERS}},
            {"effective": "2026-01-01", "billing_mode": "use", "per": "hour", "items": {"seat": D("0.10")}},
        ],
    )
    assert support(charged(by_hour, rows, "2026-03-01", "2026-03-15")) == []
    assert support(charged(by_hour, rows, "2026-03-15", "2026-04-15")) == [D("10.00")]


def test_list_amounts():
    """ "The sum of the list amounts": 100.00 at half price still count for 100.00; the discount on support is its own."""
    half = {"discounts": {"half": {"title": "Half", "items": ["egress"], "percent_off": "50%"}}, "discount_policy": ["half"]}
    assert shown(charged(book(**half), [("s-1", "egress", "2026-03-02", 100)])) == [
        ("s-1", "egress", D(100), D("50.00")), ("s-1", "support", D("100.00"), D("10.00")),
    ]  # fmt: skip
    half["discounts"]["half"]["items"] = ["support"]
    assert support(charged(book(**half), [("s-1", "egress", "2026-03-02", 100)])) == [D("5.00")]


def test_the_named_items():
    """ "The named items": ids and groups; fees count as use does."""
    rows = [("s-1", "egress", "2026-03-02", 100), ("s-1", "calls", "2026-03-02", 100)]

    def of(named) -> list[Decimal]:
        made = book(named)
        held = account(made, subscription("s-1", "use", event("2026-01-01", "start", items={"support": 1, "seat": 2})))
        return support(charged(made, rows, of=held))

    assert of({"group": "all"}) == [D("25.00")]
    assert of(["calls"]) == [D("5.00")]
    assert of({"group": "network"}) == [D("10.00")]
    assert of([{"group": "network"}, "seat"]) == [D("20.00")]


def test_items_of_other_modes():
    """A mode of its own counts what the account has in others, as soon as it names it."""
    modes = {
        "use": data()["billing_modes"]["use"] | {"items": {"egress": "optional"}},
        "care": {"title": "Care", "payment": "postpaid", "cycle": "month", "items": {"support": "required"}},
    }
    prices = [
        {"effective": "2026-01-01", "billing_mode": "use", "items": {"egress": D("1.00")}},
        {"effective": "2026-01-01", "billing_mode": "care", "items": {"support": TIERS}},
    ]
    items = {name: item for name, item in data(["egress"])["items"].items() if name in ("egress", "support")}
    made = book(billing_modes=modes, prices=prices, items=items)
    of = account(made, subscription("s-1", "use", event("2026-01-01", "start")), subscription("s-2", "care", event("2026-03-20", "start")))
    invoice = charged(made, [("s-1", "egress", "2026-03-02", 100)], of=of)
    # Support that is held in a part of the month counts all of the month.
    assert shown(invoice)[1:] == [("s-2", "support", D("100.00"), D("10.00"))]
    assert support(charged(made, [("s-1", "egress", "2026-02-02", 100)], "2026-02-01", "2026-03-01", of=of)) == []


def test_computed_last():
    """ "The item is computed last", after all that it counts; one that counts another one comes after it."""
    items = data()["items"] | {
        "care": {"title": "Care", "unit": "USD", "meter": {"measure": "list-amount", "of": ["support", "egress"]}},
    }  # fmt: skip
    mode = {"items": {"care": "required", "support": "required", "egress": "optional", "calls": "optional", "seat": "optional"}}
    prices = [*data()["prices"], {"effective": "2026-01-01", "billing_mode": "use", "items": {"care": "20%"}}]
    made = book(items=items, mode=mode, prices=prices)
    of = account(made, subscription("s-1", "use", event("2026-01-01", "start")))
    # 10% of 1,000.00, and 20% of 1,100.00. "All others" are those that are not computed so themselves.
    assert [each[1:] for each in shown(charged(made, [("s-1", "egress", "2026-03-02", 1000)], of=of))] == [
        ("care", D("1100.00"), D("220.00")), ("support", D("1000.00"), D("100.00")), ("egress", D(1000), D("1000.00")),
    ]  # fmt: skip


def test_nothing_is_counted():
    """A month of which nothing is billed has no line, unless the price is due at zero too: at least 100.00."""
    least = TIERS | {"minimum": D("100.00")}
    assert shown(charged(book(None, least), [])) == []
    assert shown(charged(book(None, least | {"at_zero": "bill"}), [])) == [("s-1", "support", D(0), D("100.00"))]
    assert support(charged(book(None, least), [("s-1", "egress", "2026-03-02", 1)])) == [D("100.00")]


def test_a_part_of_the_month_is_not_prorated():
    """A `stub` makes fees and levels smaller; what others cost is charged as it is."""
    made = book(mode={"stub": "actual-days"})
    of = holding(made, day="2026-03-17")
    assert support(charged(made, [("s-1", "egress", "2026-03-20", 100)], of=of)) == [D("10.00")]


def test_its_tax_is_its_own():
    taxes = [{"tax": "vat", "rate": "10%", "items": ["egress"]}, {"tax": "vat", "rate": "20%", "items": ["support"]}]
    invoice = charged(book(taxes=taxes), [("s-1", "egress", "2026-03-02", 1000)])
    assert [(tax.rate, tax.base, tax.amount) for tax in invoice.taxes] == [(D("0.1"), D("1000.00"), D("100.00")), (D("0.2"), D("100.00"), D("20.00"))]


def test_a_commitment_comes_after_it():
    """Support counts for a commitment, and what a commitment lacks is no list amount: 1,000.00 + 100.00 of 1,500.00 leave 400.00."""
    made = book(commitments={"floor": {"title": "Least", "amount": {"USD": D(1500)}, "every": "month"}}, mode={"commitment": "floor"})
    invoice = charged(made, [("s-1", "egress", "2026-03-02", 1000)])
    assert [(line.bill_type, line.amount) for line in invoice.lines] == [("usage", D("1000.00")), ("usage", D("100.00")), ("shortfall", D("400.00"))]
    year = book(commitments={"floor": {"title": "Least", "amount": {"USD": D(1500)}, "every": "year"}}, mode={"commitment": "floor"})
    december = charged(year, [("s-1", "egress", "2026-03-02", 1000)], "2026-12-01", "2027-01-01")
    assert [(line.bill_type, line.amount) for line in december.lines] == [("shortfall", D("400.00"))]


def test_a_correction_of_what_is_counted_corrects_it():
    """A record that came late is owed, and its part of the support too, once."""
    made = book()
    first = [("s-1", "egress", "2026-03-02", 1000)]
    march = charged(made, first)
    late = [*first, ("s-1", "egress", "2026-03-03", 500), ("s-1", "egress", "2026-04-02", 10)]
    april = charged(made, late, "2026-04-01", "2026-05-01", issued=[march])
    assert [(line.bill_type, line.item, line.amount) for line in april.lines] == [
        ("usage", "egress", D("10.00")),
        ("usage", "support", D("1.00")),
        ("adjustment-charge", "egress", D("500.00")),
        ("adjustment-charge", "support", D("50.00")),
    ]
    may = charged(made, [*late, ("s-1", "egress", "2026-05-02", 10)], "2026-05-01", "2026-06-01", issued=[march, april])
    assert [line.amount for line in may.lines] == [D("10.00"), D("1.00")]


def order_of(made, items: dict, duration: str, day: str = "2026-03-17"):
    order, problems = load_order("order.yaml", write({"date": day, "billing_mode": "use", "for": duration, "items": items}).encode(), made, None)
    assert order is not None, problems
    return price_order(made, order)


def estimate(made, items: dict, duration: str, day: str = "2026-03-17") -> Quote:
    found = order_of(made, items, duration, day)
    assert isinstance(found, Quote), found.diagnostics
    return found


@pytest.mark.parametrize("stub", ["actual-days", None])
@pytest.mark.parametrize("price", [TIERS, TIERS | {"minimum": D(20)}, "3%", {"model": "percentage", "rate": "2.5%", "per_event": D(1)}])
def test_an_estimate_is_what_usage_will_cost(price, stub):
    """The law of one path: `for: 3 months` from 17 March is what the invoices of its use say, line by line and tax by tax."""
    made = book(None, price, {"stub": stub} if stub else {}, taxes=[{"tax": "vat", "rate": "19%"}])
    quote = estimate(made, {"egress": {"quantity": D(31), "each": "month"}, "seat": D(2), "support": D(1)}, "3 months")
    rows = [("egress", "2026-03-17", D(15)), ("egress", "2026-04-01", D(31)), ("egress", "2026-05-01", D(31)), ("egress", "2026-06-01", D(31) * 16 / 30)]
    rows = [("s-1", item, at, f"{quantity:.10f}") for item, at, quantity in rows]
    of = account(made, subscription("s-1", "use", event("2026-03-17", "start", items={"support": 1, "seat": 2}), event("2026-06-17", "stop")))
    invoice = charged(made, rows, "2026-03-01", "2026-07-01", of=of)
    of_quote = [part.amount for line in quote.lines if line.item == "support" for part in line.traced]
    assert of_quote == support(invoice) and len(of_quote) == 4
    # Of several months the amounts that were counted are one sum, as what is counted by records is.
    (line,) = (each for each in quote.lines if each.item == "support")
    assert line.quantity == total(part.quantity for part in line.traced)
    assert quote.totals.gross == invoice.gross


def test_an_estimate_of_nothing_has_what_is_due_at_zero():
    made = book(None, TIERS | {"minimum": D(20), "at_zero": "bill"})
    quote = estimate(made, {"egress": {"quantity": D(0), "each": "month"}, "support": D(1)}, "1 month", "2026-03-01")
    assert [(line.item, line.amount) for line in quote.lines] == [("egress", D("0.00")), ("support", D("20.00"))]


def test_a_sum_that_is_rounded_as_a_quantity_adds_up():
    """`at: quantity` rounds what is counted, too: 15.50 to 16, of which 10% are 1.60."""
    made = book(book=SHOP["book"] | {"rounding": [{"at": "quantity", "places": D(0), "mode": "half-up"}, {"at": "line", "mode": "half-up"}]})
    quote = estimate(
        made, {"egress": {"quantity": D(15), "each": "month"}, "calls": {"quantity": D(1), "each": "month"}, "support": D(1)}, "1 month", "2026-03-01"
    )
    assert [(line.item, line.quantity, line.amount) for line in quote.lines][2] == ("support", D(16), D("1.60"))
    assert adds_up(quote)


def test_charges_make_the_same_bill():
    """A bill from charges is that of the usage: charges hold what was used, and what is billed on it is computed with the bill."""
    made = book(mode={"stub": "actual-days"})
    known = holding(made, subscription("s-2", "use", event("2026-01-15", "start", items={"seat": 3})))
    rows = [(name, item, f"2026-{month:02}-02", month * 10) for month in range(2, 5) for name in ("s-1", "s-2") for item in ("egress", "calls")]
    read = usage(made, rows)
    spans = [*pairwise(start_of_day(date(2026, month, 1), made.zone) for month in range(2, 6))]
    periods = {span: tuple(charges_for_usage(made, known, read, *span)) for span in spans}
    assert not any(charge.item == "support" for charges in periods.values() for charge in charges)
    for span in spans:
        from_usage, from_charges = make_invoice(made, known, read, *span), make_invoice(made, known, RatedUsage(periods), *span)
        assert isinstance(from_usage, Invoice) and isinstance(from_charges, Invoice)
        assert [(line.item, line.quantity, line.amount) for line in from_usage.lines] == [
            (line.item, line.quantity, line.amount) for line in from_charges.lines
        ]
        assert support(from_usage)


def test_the_plan_of_rating_says_that_it_is_made_with_the_bills():
    made = book()
    plan = plan_book(made, start_of_day(date(2026, 3, 1), made.zone), start_of_day(date(2026, 4, 1), made.zone))
    assert described(plan, "support") == "support in use\n  not rated: it is made with the bills, of what an account pays for egress, calls, seat by list"


def test_the_trace_says_what_was_added():
    """Step 1 names each item with its list amount, and they add up; every format tells it."""
    made = book()
    march = charged(made, [("s-1", "egress", "2026-03-02", 100), ("s-1", "calls", "2026-03-02", 10)])
    step = march.lines[-1].trace[0]
    assert [(child.kind, child.facts["item"], child.value) for child in step.children] == [("list-amount", "egress", D(100)), ("list-amount", "calls", D(5))]
    document = issue(made, march, "1", date(2026, 4, 1))

    def page(name: str, language: str) -> str:
        options = {"language": language, "explain": True, "look": Look(), "raw": False}
        return str(render(RENDERINGS[name], march, document, made, options)[0])

    for name in ("text", "html", "md"):
        told_of = " ".join(page(name, "en").split())
        assert "list amount: " in told_of.lower() and "Charged on the list amounts of other items" in told_of
    assert "Listenbetrag: " in page("html", "de")
    quote = estimate(made, {"egress": {"quantity": D(31), "each": "month"}, "support": D(1)}, "1 month", "2026-03-01")
    Draft7Validator(json.loads(schema_bytes("quote"))).validate(json.loads(render_quote_json(quote, made)))


def test_an_issued_invoice_is_read_back():
    made = book()
    march = charged(made, [("s-1", "egress", "2026-03-02", 60)])
    text = render_invoice_json(march, issue(made, march, "1", date(2026, 4, 1)), made)
    Draft7Validator(json.loads(schema_bytes("invoice"))).validate(json.loads(text))
    read, problems = load_issued("1.json", text.encode(), made)
    assert read is not None, problems
    assert [(line.item, line.amount) for line in read[0].lines] == [("egress", D("60.00")), ("support", D("6.00"))]


def test_the_sheet_says_it():
    assert "the list amounts of all other items in a calendar month count" in " ".join(told(book()).split()).lower()
    assert "the list amounts of Calls and seat in a calendar month count" in " ".join(told(book(["calls", "seat"])).split())


def test_it_is_held_or_not():
    """An order of two of them, and usage records of them, are refused."""
    refused = order_of(book(), {"egress": {"quantity": D(31), "each": "month"}, "support": D(2)}, "1 month")
    assert isinstance(refused, Refusal)
    assert "held or not" in refused.diagnostics[0].message
    read = read_usage(book(), "usage.csv", f"{COLUMNS}\nacme,s-1,support,2026-03-02,5\n")
    assert "billed on what others cost" in read.diagnostics[0].message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"of": ["support"]}, "`support` counts `support`"),
        ({"of": ["support", "egress"]}, "`support` counts `support`"),
        ({"of": ["nothing"]}, "nothing"),
        ({"of": {"group": "nothing"}}, "no item has the group `nothing`"),
        ({"of": "egress"}, "names an attribute"),
        ({"price": {"unit_price": D("0.1"), "per": "month"}}, "cannot be priced per month"),
        ({"price": {"unit_price": D("0.1"), "applies_to": "each-record"}}, "has no meter"),
        ({"mode": {"invoiced": "year"}}, "billed by the year"),
        ({"mode": {"items": {"support": "optional"}}}, "bill nothing else by usage"),
        ({"prices": [*data()["prices"], {"effective": "2026-01-01", "billing_mode": "use", "currency": "EUR", "items": {"support": TIERS}}]}, "a price in EUR"),
    ],
)
def test_what_no_bill_can_have_is_refused(change, said):
    found = load_book({"book.yaml": write(data(**change)).encode()})
    messages = [each.message for each in found.diagnostics if each.severity == "error"]
    assert any(said in message for message in messages), messages
    assert all(each.help or each.fix for each in found.diagnostics if each.severity == "error")


@pytest.mark.parametrize(
    ("meter", "said"),
    [
        ({"measure": "list-amount"}, "does not say of which items"),
        ({"measure": "list-amount", "of": ["egress"], "window": "day"}, "`window` has no meaning"),
        ({"measure": "sum", "of": ["egress"]}, "named for `list-amount` alone"),
        ({"measure": "sum", "of": {"group": "all"}}, "named for `list-amount` alone"),
    ],
)
def test_keys_that_have_no_meaning(meter, said):
    items = data()["items"] | {"support": {"title": "Support", "unit": "USD", "meter": meter}}
    found = load_book({"book.yaml": write(data(items=items)).encode()})
    assert any(said in each.message for each in found.diagnostics if each.severity == "error"), [each.message for each in found.diagnostics]


def test_a_circle_of_two():
    """Each counts the other: neither can be computed last."""
    items = data()["items"] | {
        "support": {"title": "Support", "unit": "USD", "meter": {"measure": "list-amount", "of": ["care"]}},
        "care": {"title": "Care", "unit": "USD", "meter": {"measure": "list-amount", "of": ["support"]}},
    }  # fmt: skip
    mode = {"items": dict.fromkeys(("egress", "calls", "seat", "support", "care"), "optional")}
    prices = [*data()["prices"], {"effective": "2026-01-01", "billing_mode": "use", "items": {"care": "20%"}}]
    found = load_book({"book.yaml": write(data(items=items, mode=mode, prices=prices)).encode()})
    assert [each.code for each in found.diagnostics if each.severity == "error"] == ["R138", "R138"]
