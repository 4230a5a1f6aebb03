"""An issued invoice is never changed: what comes to light later is owed or paid back once, by lines that name the period they correct."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.billing import issue, make_invoice
from engine.billing.corrections import corrections
from engine.documents.invoice_json import render_invoice_json
from engine.language.build import load_account, load_issued
from engine.model.book import Party
from engine.model.formulas import value
from engine.model.invoices import BILL_TYPES, Invoice
from engine.usage import read_usage
from engine.values.exact import subtract, total
from engine.values.periods import add_months, start_of_day
from tests.billing.test_refunds import TAXES, book

BUY = "{date: 2026-03-02, purchase: {term: 6 months, items: {plan: small, seat: 10}}}"
EXPAND = "{date: 2026-03-20, change: {items: {seat: 20}}}"
MORE = "{date: 2026-04-10, change: {items: {seat: 40}}}"
LEAVE = "{date: 2026-05-10, unsubscribe: true}"
HEAD = "account,subscription,item,time,quantity\n"


def account(events, mode="yearly-monthly", **written):
    rows = "\n".join(f"      - {row}" for row in events)
    text = f"id: acme\ncustomer: {{name: Acme GmbH}}\nsubscriptions:\n  - id: s-1\n    billing_mode: {mode}\n    events:\n{rows}\n"
    made, found = load_account("account.yaml", text.encode(), book(**written))
    assert made is not None, found
    return made


def invoice(made, month: int, issued=(), usage="", months=1, **written):
    """The invoice of so many months of 2026."""
    sold = book(**written)
    first = date(2026, month, 1)
    start, end = (start_of_day(day, sold.zone) for day in (first, add_months(first, months)))
    return make_invoice(sold, made, read_usage(sold, "usage.csv", HEAD + usage).records, start, end, issued)


def adjustments(found: Invoice):
    return [(line.bill_type, line.item, str(line.amount)) for line in found.lines if line.corrects]


def test_an_event_that_came_to_light_later_is_owed_once():
    """March was invoiced without the expansion of 20 March: April owes it, May nothing more of it."""
    march = invoice(account([BUY]), 3)
    known = account([BUY, EXPAND, MORE])
    april = invoice(known, 4, [march])
    would_be = invoice(known, 3)
    assert adjustments(april) == [("adjustment-charge", "seat", str(subtract(would_be.net, march.net)))]
    assert [line.bill_type for line in april.lines] == ["change", "adjustment-charge"]
    may = invoice(known, 5, [march, april])
    assert may.lines == () and may.gross == 0
    assert total(each.gross for each in (march, april, may)) == invoice(known, 3, months=3).gross


def test_another_one_later_is_owed_the_next_time():
    march, earlier = invoice(account([BUY]), 3), account([BUY, EXPAND])
    april = invoice(earlier, 4, [march])
    late = "{date: 2026-03-25, change: {items: {seat: 15}}}"
    known = account([BUY, EXPAND, late, LEAVE])
    may = invoice(known, 5, [march, april])
    assert [each[:2] for each in adjustments(may)] == [("adjustment-compensation", "seat")]
    assert invoice(known, 6, [march, april, may]).lines == ()
    assert total(each.gross for each in (march, april, may)) == invoice(known, 3, months=3).gross


def test_an_event_that_did_not_happen_is_paid_back():
    march = invoice(account([BUY, EXPAND]), 3)
    april = invoice(account([BUY]), 4, [march])
    assert [each[0] for each in adjustments(april)] == ["adjustment-compensation"]
    assert april.credit_note and total([march.gross, april.gross]) == invoice(account([BUY]), 3).gross


def test_a_line_adds_up_and_says_before_and_after():
    march = invoice(account([BUY]), 3)
    april = invoice(account([BUY.replace("seat: 10", "seat: 30")]), 4, [march])
    for line in april.lines:
        assert subtract(subtract(line.list_amount, line.discount_amount), line.rounding_amount) == line.amount
        assert line.corrects == (march.start, march.end) and line.bill_type in BILL_TYPES
        (step,) = line.trace
        assert (step.kind, step.value) == ("correction", line.amount)
        assert subtract(step.facts["now"], step.facts["billed"]) == value(step.formula) == line.amount
        assert (step.facts["billed_quantity"], step.facts["quantity"]) == (10, 30)


USE = "acme,s-1,disk,2026-03-03T10:00,5000\nacme,s-1,disk,2026-04-03T10:00,5000\n"
LATE = "acme,s-1,disk,2026-03-05T10:00,90000\n"


def test_usage_that_comes_late_is_owed_in_the_next_invoice():
    made = account(["{date: 2026-03-01, start: true}"], "pay-per-use")
    march = invoice(made, 3, usage=USE)
    april = invoice(made, 4, [march], USE + LATE)
    assert [line.bill_type for line in april.lines] == ["hourly", "adjustment-charge"]
    assert total([march.gross, april.gross]) == invoice(made, 3, usage=USE + LATE, months=2).gross
    assert invoice(made, 5, [march, april], USE + LATE).lines == ()


def test_usage_that_is_not_given_again_is_not_paid_back():
    made = account(["{date: 2026-03-01, start: true}"], "pay-per-use")
    march = invoice(made, 3, usage=USE)
    found = invoice(made, 4, [march], "acme,s-1,disk,2026-04-03T10:00,5000\n")
    assert [each.code for each in found.diagnostics] == ["Q714"]


@pytest.mark.parametrize("included", [False, True])
def test_taxes_are_corrected_by_their_difference(included):
    """A rate that was wrong: 19% was billed, 7% is right, from the day of the purchase on."""
    right = TAXES.replace("19%", "7%")
    march = invoice(account([BUY], taxes=TAXES), 3, taxes=TAXES, included=included)
    april = invoice(account([BUY], taxes=right), 4, [march], taxes=right, included=included)
    today = invoice(account([BUY], taxes=right), 3, taxes=right, included=included)
    assert {line.bill_type for line in april.lines} == {"adjustment-compensation"}
    assert [total(getattr(each, name) for each in (march, april)) for name in ("net", "tax", "gross")] == [today.net, today.tax, today.gross]
    for each in april.taxes:
        assert each.base == total(row.base for line in april.lines for row in line.taxed if row.rate == each.rate)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"account": "globex"}, "Q712"), ({"currency": "USD"}, "Q712"), ({"book_id": "other"}, "Q712"), ({"prices_include_tax": True}, "Q712"),
    ],
)  # fmt: skip
def test_an_invoice_of_somebody_else_is_refused(change, code):
    march = replace(invoice(account([BUY]), 3), **change)
    found = invoice(account([BUY]), 4, [march])
    assert [each.code for each in found.diagnostics] == [code] and found.diagnostics[0].help


def test_a_period_is_invoiced_once():
    made = account([BUY])
    march = invoice(made, 3)
    assert [each.code for each in invoice(made, 3, [march]).diagnostics] == ["Q713"]
    assert [each.code for each in invoice(made, 4, [march, march]).diagnostics] == ["Q713"]
    assert isinstance(invoice(made, 2, [march]), Invoice)


def test_an_invoice_is_read_back_as_it_was_issued():
    made = account([BUY, EXPAND, MORE, LEAVE], taxes=TAXES)
    march = invoice(account([BUY], taxes=TAXES), 3, taxes=TAXES)
    april = invoice(made, 4, [march], taxes=TAXES)
    for each in (march, april, invoice(made, 5, [march, april], taxes=TAXES)):
        document = issue(book(taxes=TAXES), each, "2026-0001", date(2026, 6, 1), ("2026-0000",))
        content = render_invoice_json(each, document, book(taxes=TAXES)).encode()
        read, problems = load_issued("issued.json", content, book(taxes=TAXES))
        assert problems == ()
        bare = replace(each, lines=tuple(replace(line, trace=()) for line in each.lines))
        assert read == (bare, document)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace('"rounding_amount"', '"rounding"'),
        lambda text: text.replace('"amount": "', '"amount": "1e5'),
        lambda text: text.replace('"bill_type": "new-purchase"', '"bill_type": "gift"'),
        lambda text: text.replace('"schema_version": 1', '"schema_version": 1.5'),
        lambda text: text.replace('"prices_include_tax": false', '"prices_include_tax": "no"'),
        lambda text: text.replace("Z\"", "\""),
        lambda text: "[]",
        lambda text: text[:-20],
        lambda text: "[" * 100000,
        lambda text: text.replace('"lines": [', '"lines": [7, '),
        lambda text: text.replace('"schema_version": 1', '"schema_version": 2'),
        lambda text: text.replace('"schema_version": 1', '"schema_version": true'),
        lambda text: text.replace('"schema_version": 1,', ""),
        lambda text: text.replace('"number": "1"', '"number": null'),
        lambda text: text.replace('"number": "1"', '"number": " "'),
    ],
)  # fmt: skip
def test_a_file_that_is_no_invoice_is_refused(damage):
    march = invoice(account([BUY]), 3)
    text = render_invoice_json(march, issue(book(), march, "1", date(2026, 4, 1)), book())
    damaged = damage(text)
    assert damaged != text
    read, problems = load_issued("issued.json", damaged.encode(), book())
    assert read is None and [each.code for each in problems] == ["Q715"]


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data["lines"][1].update(amount="1.00"), "on line 2 (`seat` of `s-1`) the list amount, less discount and rounding, is not the amount of 1.00"),
        (lambda data: data["lines"][1].update(list_amount="1.00"), "on line 2 (`seat` of `s-1`) the list amount"),
        (lambda data: data["lines"].pop(), "its lines come to "),
        (lambda data: data["totals"].update(net="1.00"), None),
        (lambda data: data["totals"].update(gross="1.00"), None),
        (lambda data: data["totals"].update(tax="1.00"), "and `totals.tax` is 1.00"),
        (lambda data: data["taxes"][0].update(amount="1.00"), "its taxes come to 1.00, and `totals.tax` is "),
        (lambda data: data["taxes"].pop(), "its taxes come to 0"),
    ],
)  # fmt: skip
def test_amounts_that_were_changed_are_refused(change, said, included):
    sold = book(taxes=TAXES, included=included)
    march = invoice(account([BUY], taxes=TAXES, included=included), 3, taxes=TAXES, included=included)
    data = json.loads(render_invoice_json(march, issue(sold, march, "1", date(2026, 4, 1)), sold))
    assert load_issued("issued.json", json.dumps(data).encode(), sold)[1] == ()
    change(data)
    read, (problem,) = load_issued("issued.json", json.dumps(data).encode(), sold)
    assert read is None and problem.code == "Q715"
    assert (said or "`totals.") in problem.message, problem.message


def march_as_data(number="1"):
    march = invoice(account([BUY], taxes=TAXES), 3, taxes=TAXES)
    sold = book(taxes=TAXES)
    return sold, json.loads(render_invoice_json(march, issue(sold, march, number, date(2026, 4, 1)), sold))


def every_leaf(data, path=()):
    """The path of each value in a JSON document that holds no other."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = [leaf for key, value in inner for leaf in every_leaf(value, (*path, key))]
    return found or [path]


def edited(data, path):
    """The document with another value there, of the same kind."""
    again = json.loads(json.dumps(data))
    at = again
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = {bool: lambda value: not value, int: lambda value: value + 1, str: lambda value: value + "1"}.get(type(at[path[-1]]), lambda _: "1")(
        at[path[-1]]
    )
    return again


def test_no_value_of_an_issued_invoice_can_be_edited_unseen():
    """Also one that is not read back, such as a step of a trace; what cannot be, or does not add up, is named as that."""
    sold, data = march_as_data()
    codes = [load_issued("march.json", json.dumps(edited(data, path)).encode(), sold)[1][0].code for path in every_leaf(data)]
    assert set(codes) == {"Q715", "Q726"} and codes.count("Q726") > 200


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["lines"][0].update(quantity="2"),
        lambda data: data["customer"].update(name="Acme Gmbh"),
        lambda data: data["lines"].reverse(),
        lambda data: data["lines"][0]["trace"]["steps"].pop(),
        lambda data: data.update(paid=True),
        lambda data: data.update(account="globex"),
        lambda data: data["book"].update(id="other"),
        lambda data: data.update(digest="0" * 64),
        lambda data: data.update(digest=None),
        lambda data: data.update(digest=7),
        lambda data: data.update(digest=data["digest"].upper()),
    ],
)  # fmt: skip
def test_an_edited_invoice_is_named(change):
    sold, data = march_as_data("M-7")
    change(data)
    read, (problem,) = load_issued("old/march.json", json.dumps(data).encode(), sold)
    assert read is None and (problem.code, problem.severity, problem.span.file) == ("Q726", "error", "old/march.json")
    assert "the invoice M-7 was edited" in problem.message and "as it was written" in problem.help


@pytest.mark.parametrize("layout", [{"indent": None}, {"indent": 7, "ensure_ascii": False}, {"sort_keys": True}, {"separators": (" ,", " :\n")}])
def test_another_layout_is_no_edit(layout):
    sold, data = march_as_data()
    written = ("\ufeff" + json.dumps(dict(reversed(data.items())), **layout)).encode()
    assert load_issued("march.json", written, sold) == load_issued("march.json", json.dumps(data).encode(), sold)
    assert load_issued("march.json", written, sold)[1] == ()


def test_the_digest_is_what_the_schema_says_it_is():
    """SHA-256 of the document without it: sorted keys, no spaces, ASCII. It depends on no name that is not in ASCII either."""
    march = replace(invoice(account([BUY]), 3), customer=Party("M\u00fcller \U0001f600 & S\u00f6hne\t", other={"\uffee": "1", "\U0001f600": "2"}))
    data = json.loads(render_invoice_json(march, issue(book(), march, "1", date(2026, 4, 1)), book()))
    text = json.dumps({key: data[key] for key in sorted(data) if key != "digest"}, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    assert data["digest"] == hashlib.sha256(text.encode("ascii")).hexdigest()
    assert load_issued("march.json", json.dumps(data).encode(), book())[1] == ()


def test_an_invoice_of_an_older_version_is_read_with_a_warning():
    sold, data = march_as_data()
    whole, _ = load_issued("march.json", json.dumps(data).encode(), sold)
    del data["digest"]
    read, (problem,) = load_issued("march.json", json.dumps(data).encode(), sold)
    assert read == whole and (problem.code, problem.severity, problem.span.file) == ("Q727", "warning", "march.json")


def test_nothing_issued_nothing_corrected():
    assert corrections([], lambda start, end: [], start_of_day(date(2026, 4, 1), book().zone), "EUR", False) == []


def test_no_discount_is_lost_in_a_correction():
    """10 seats at 24.00 for 6 months, 5% off: 136.80; 30 of them 410.40, so 273.60 is owed, of which the list says 288.00."""
    march = invoice(account([BUY]), 3)
    (line,) = invoice(account([BUY.replace("seat: 10", "seat: 30")]), 4, [march]).lines
    assert (line.list_amount, line.discount_amount, line.amount) == (Decimal("288.00"), Decimal("14.40"), Decimal("273.60"))


def test_a_tax_that_was_forgotten_is_billed_on_the_same_net_amount():
    """Billed without tax, taxed by now: what was untaxed is taken back, and owed again with its tax."""
    march = invoice(account([BUY]), 3)
    april = invoice(account([BUY], taxes=TAXES), 4, [march], taxes=TAXES)
    today = invoice(account([BUY], taxes=TAXES), 3, taxes=TAXES)
    assert (april.net, april.tax) == (Decimal(0), today.tax)
    assert sorted((line.bill_type, bool(line.taxed)) for line in april.lines if line.item == "plan") == [
        ("adjustment-charge", True), ("adjustment-compensation", False),
    ]  # fmt: skip
    assert invoice(account([BUY], taxes=TAXES), 5, [march, april], taxes=TAXES).lines == ()


TWO_TAXES = """taxes:
  - {id: gst, tax: gst, rate: 5%, category: S, effective: 2026-01-01}
  - {id: pst, tax: pst, rate: 7%, category: S, effective: 2026-01-01}
"""


def read_back(made: Invoice, sold) -> Invoice:
    """The invoice as its issued file holds it."""
    content = render_invoice_json(made, issue(sold, made, "1", date(2026, 12, 1)), sold).encode()
    read, problems = load_issued("issued.json", content, sold)
    assert read is not None, problems
    return read[0]


@pytest.mark.parametrize("included", [False, True])
@pytest.mark.parametrize("tax", ["5%", "7%"])
def test_one_of_two_taxes_is_corrected_once(tax, included):
    """1% more is right of one of two taxes: April owes the difference, on lines that keep the other tax; later nothing is left."""
    right = TWO_TAXES.replace(tax, "8%")
    sold = book(taxes=right, included=included)
    known = account([BUY], taxes=right, included=included)
    march = invoice(account([BUY], taxes=TWO_TAXES, included=included), 3, taxes=TWO_TAXES, included=included)
    issued = [read_back(march, book(taxes=TWO_TAXES, included=included))]
    april = invoice(known, 4, issued, taxes=right, included=included)
    assert april.tax > 0 and all({row.tax for row in line.taxed} == {"gst", "pst"} for line in april.lines)
    assert all(each.base or each.amount for each in april.taxes)
    today = invoice(known, 3, taxes=right, included=included)
    assert [total(getattr(each, name) for each in (march, april)) for name in ("net", "tax", "gross")] == [today.net, today.tax, today.gross]
    issued.append(read_back(april, sold))
    for month in (5, 6, 7):
        later = invoice(known, month, issued, taxes=right, included=included)
        assert (later.lines, later.taxes, later.gross) == ((), (), 0)
        issued.append(read_back(later, sold))


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["period"].update(start="0001-01-01T00:00:00Z", end="0001-01-02T00:00:00Z"),
        lambda data: data["period"].update(start="9998-12-31T00:00:00Z", end="9999-12-31T23:59:59Z"),
        lambda data: data["period"].update(start="1898-12-31T23:59:59Z"),
        lambda data: data["period"].update(end="9002-01-01T00:00:00Z"),
        lambda data: data["lines"][0]["period"].update(start="0001-01-01T00:00:00Z"),
        lambda data: data["lines"][0].update(at="9999-12-31T23:59:59Z"),
        lambda data: data["lines"][0].update(corrects={"start": "0001-01-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"}),
    ],
)  # fmt: skip
def test_a_time_that_nobody_means_is_refused(change):
    march = invoice(account([BUY]), 3)
    data = json.loads(render_invoice_json(march, issue(book(), march, "1", date(2026, 4, 1)), book()))
    change(data)
    read, (problem,) = load_issued("issued.json", json.dumps(data).encode(), book())
    assert read is None and problem.code == "Q715"
    assert "is not between the years 1900 and 9000" in problem.message
