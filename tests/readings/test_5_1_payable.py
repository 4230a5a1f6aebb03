"""Rule language, second version, 5.1: `{at: payable, to: 0.05, mode: half-up}` rounds the sum to pay, after tax, to a multiple of `to`; the
difference is a line of the totals, in no line and no tax. Each docstring states this reading's number and the one that it rules out."""

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal as D

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing import issue
from engine.commands.invoice_files import paid_fault
from engine.documents.invoice_csv import render_invoice_csv
from engine.documents.invoice_document import render_invoice_markdown, render_invoice_text
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_json import render_invoice_json
from engine.documents.invoice_xlsx import render_invoice_xlsx
from engine.documents.quote_csv import render_quote_csv
from engine.documents.quote_json import render_quote_json
from engine.language.build import load_account, load_book, load_issued
from engine.lints import lint_book
from engine.model.invoices import Invoice
from engine.review.examples import run_examples
from engine.sheet import build_sheet
from tests.billing.usage_shop import bill
from tests.conformance.language import write
from tests.documents.written import render_quote_text, render_sheet_text
from tests.extent import examples
from tests.laws.books import books, loaded, numbers, orders, quoted
from tests.pricing.fine_print import loaded as shop_loaded
from tests.pricing.fine_print import plan, quote, reads, shop

AT = datetime(2026, 3, 1, tzinfo=UTC)
LINE = {"at": "line", "mode": "half-up"}
CHF = {"at": "payable", "to": D("0.05"), "mode": "half-up"}
VAT = {"id": "vat", "tax": "vat", "rate": "7.7%", "category": "S"}


def francs(seat: str, *steps, taxes=(), **book):
    """The shop in francs with one price, for a seat, and a rounding chain."""
    prices = [{"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "items": {"seat": D(seat)}}]
    return shop(book={"currency": "CHF", "rounding": [LINE, *steps], **book}, taxes=list(taxes)) | {"prices": prices}


def sums(book, **order) -> list[str]:
    """Gross amount, rounding and sum to pay of an order for a seat."""
    found = quote(book, plan({"seat": 1}, **order)).totals
    return [str(each) for each in (found.gross, found.payable_rounding, found.payable)]


def test_the_worked_number():
    """12.37 becomes 12.35; to the next multiple up 12.40, to one decimal 12.40."""
    reads(sums(francs("12.37", CHF)), ["12.37", "-0.02", "12.35"], ["12.37", "0.03", "12.40"])
    assert sums(francs("12.37")) == ["12.37", "0.00", "12.37"]


@pytest.mark.parametrize(
    ("to", "mode", "right"),
    [("0.05", "half-up", "12.40"), ("0.05", "half-down", "12.35"), ("0.05", "half-even", "12.40"), ("0.05", "down", "12.35"), ("0.05", "up", "12.40"),
     ("0.10", "half-up", "12.40"), ("0.25", "half-up", "12.50"), ("5", "half-up", "10"), ("0.03", "down", "12.36"), ("100", "half-up", "0")],
)  # fmt: skip
def test_multiples_and_modes(to, mode, right):
    """12.375 francs, lines in three decimals: 247.5 times 0.05, a half."""
    step = {"at": "payable", "to": D(to), "mode": mode}
    book = francs("12.375", step) | {}
    book["book"] = book["book"] | {"rounding": [LINE | {"places": D(3)}, step]}
    assert D(sums(book)[2]) == D(right)


def test_after_tax_and_in_no_tax():
    """6.75 and 7.7% of it, 0.52: 7.27 becomes 7.25. Rounded before the tax it were 6.75 and 7.27; the tax stays that of 6.75."""
    found = quote(francs("6.75", CHF, taxes=[VAT]), plan({"seat": 1}))
    plainly = quote(francs("6.75", taxes=[VAT]), plan({"seat": 1}))
    reads(found.totals.payable, "7.25", "7.27")
    assert (found.lines[0].amount, found.lines[0].rounding_amount, found.taxes) == (plainly.lines[0].amount, 0, plainly.taxes)
    assert (found.totals.net, found.totals.tax, found.totals.rounding) == (D("6.75"), D("0.52"), 0)


def test_prices_that_include_tax():
    """The lines are what is paid, 7.27 with 0.52 of tax inside: 7.25 are paid, 6.75 stay net."""
    found = quote(francs("7.27", CHF, taxes=[VAT], prices_include_tax=True), plan({"seat": 1})).totals
    assert [str(each) for each in (found.net, found.tax, found.gross, found.payable)] == ["6.75", "0.52", "7.27", "7.25"]


def test_effective_until_and_when():
    """ "`effective`, `until`, `when` as on any step": coins until June, and never for schools."""
    schools = {"at": "payable", "to": D("1"), "mode": "down", "when": {"segment": "education"}}
    book = francs("12.37", CHF | {"effective": "2026-02-01", "until": "2026-06-01"}, schools)
    assert sums(book)[2] == "12.35"
    assert [sums(book, date=day)[2] for day in ("2026-01-31", "2026-02-01", "2026-05-31", "2026-06-01")] == ["12.37", "12.35", "12.35", "12.37"]
    assert sums(book, attributes={"segment": "education"})[2] == "12"


def test_other_currencies():
    """A number is in the book's currency; sums in another are rounded where `to` names it."""
    euros = {"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "currency": "EUR", "items": {"seat": D("12.37")}}
    for to, right in ((D("0.05"), "12.37"), ({"EUR": D("1"), "CHF": D("0.05")}, "12")):
        book = francs("12.37", CHF | {"to": to})
        book["prices"] = [*book["prices"], euros]
        assert [sums(book)[2], sums(book, currency="EUR")[2]] == ["12.35", right]


def test_a_renewal_is_rounded_on_its_day():
    """Each document for itself: 12.35 are paid in March, 12.37 for the renewal in June."""
    renewals = {"again": {"price": "in-force", "anchor": "original-day", "grace": "15 days"}}
    book = francs("12.37", CHF | {"until": "2026-04-01"}) | {"renewals": renewals}
    book["billing_modes"] = book["billing_modes"] | {"plan": book["billing_modes"]["plan"] | {"renewal": "again"}}
    found = quote(book, plan({"seat": 1}, "3 months", renew={"date": "2026-03-20", "term": "1 month"}))
    assert [str(found.totals.payable), str(found.renewals[0].totals.payable)] == ["37.10", "12.35"]
    later = quote(book, plan({"seat": 1}, "3 months", renew={"date": "2026-04-20", "term": "1 month"}))
    assert str(later.renewals[0].totals.payable) == "12.37"


# --- invoices ------------------------------------------------------------------------------------------------------------------


SELLER = {
    "name": "Shop AG",
    "address": ["Weg 1"],
    "city": "Zug",
    "country": "CH",
    "tax_id": "CHE123456788MWST",
    "registration": "CHE-123",
    "iban": "CH9300762011623852957",
}


def invoiced(*steps, adjust: str = "6.75", currency: str = "CHF", **book):
    """A book, its account with one line by hand in March, and the invoice for March."""
    data = francs("10.00", *(steps or (CHF,)), taxes=[VAT], status="published", payment_terms="30 days", seller=SELLER, **book)
    made = load_book({"book.yaml": write(data).encode()}).book
    told = {
        "id": "acme", "subscriptions": [], "events": [{"date": "2026-03-12", "adjust": {"title": "Visit", "amount": D(adjust), "like": "seat"}}],
        "customer": {"name": "Acme", "address": ["Gasse 2"], "city": "Bern", "country": "CH"},
    }  # fmt: skip
    account, findings = load_account("acme.yaml", write(told).encode(), made)
    assert account is not None, findings
    found = bill(made, account, ())
    assert isinstance(found, Invoice)
    return made, account, found


def test_an_invoice():
    """6.75 and 0.52: 7.25 to pay; what was paid already comes off that."""
    book, _, found = invoiced()
    assert [str(each) for each in (found.net, found.tax, found.gross, found.payable_rounding, found.payable)] == ["6.75", "0.52", "7.27", "-0.02", "7.25"]
    totals = json.loads(render_invoice_json(found, issue(book, found, "1", date(2026, 4, 1), paid=D("5.00")), book))["totals"]
    assert totals == {"net": "6.75", "tax": "0.52", "gross": "7.27", "payable_rounding": "-0.02", "paid": "5.00", "payable": "2.25"}
    assert paid_fault("7.25", found) == "" and "comes to 7.25" in paid_fault("7.27", found)
    assert issue(book, found, "1", date(2026, 4, 1), paid=D("7.25")).due is None


def test_what_is_paid_back_is_the_mirror():
    """-7.27 is -7.25 by half-up, and -7.30 by `up`: away from zero."""
    _, _, found = invoiced(adjust="-6.75")
    assert (found.credit_note, str(found.payable)) == (True, "-7.25")
    _, _, found = invoiced(CHF | {"mode": "up"}, adjust="-6.75")
    assert str(found.payable) == "-7.30"


def test_an_invoice_is_rounded_by_the_step_of_its_last_day():
    """A step that begins on 31 March holds for the invoice of March, one that ends on that day does not."""
    assert str(invoiced(CHF | {"effective": "2026-03-31"})[2].payable) == "7.25"
    assert str(invoiced(CHF | {"until": "2026-03-31"})[2].payable) == "7.27"


def test_corrections_know_no_rounding():
    """An issued invoice is read back with its rounding; what it still owes is compared by its lines, and comes to nothing."""
    book, account, found = invoiced()
    text = render_invoice_json(found, issue(book, found, "1", date(2026, 4, 1)), book)
    issued, problems = load_issued("1.json", text.encode(), book)
    assert issued is not None and not problems and (issued[0].payable, issued[0].rounded) == (D("7.25"), D("7.25"))
    april = bill(book, account, (), "2026-04-01", "2026-05-01", issued=[issued[0]])
    assert isinstance(april, Invoice) and (april.lines, april.payable) == ((), 0)


def test_every_document_says_it():
    """The rounding and the sum to pay stand in each format, and with `--explain` the step with its place."""
    book, _, found = invoiced()
    document = issue(book, found, "1", date(2026, 4, 1))
    text = render_invoice_text(found, document, book, "en", explain=True)
    assert "Rounding  " in text and "Please pay CHF 7.25" in " ".join(text.split()).replace("\u00a0", " ")
    assert "7.27 to 7.25, half up" in text and "The whole invoice" in text and "book.yaml:" in text.partition("The whole invoice")[2]
    markdown = render_invoice_markdown(found, document, book, "de", explain=True)
    assert "Rundung" in markdown and "Die ganze Rechnung" in markdown
    page = render_invoice_html(found, document, book, "en", explain=True)
    assert "Rounding</th>" in str(page) and "The whole invoice" in str(page)
    rows = render_invoice_csv(found, document, book, "en").splitlines()
    assert any("payable_rounding" in row and "-0.02" in row for row in rows)
    cells = [
        cell.value
        for sheet in openpyxl.load_workbook(io.BytesIO(render_invoice_xlsx(found, document, book, "en", explain=True)))
        for row in sheet
        for cell in row
    ]
    assert "Rounding" in cells and "The whole invoice" in cells
    priced = quote(francs("12.37", CHF), plan({"seat": 1}))
    data = json.loads(render_quote_json(priced, shop_loaded(francs("12.37", CHF))))
    assert (data["totals"]["payable_rounding"], data["totals"]["payable"], data["trace"]["steps"][-1]["kind"]) == ("-0.02", "12.35", "round-payable")
    assert "payable,,,,,,,,,CHF,,,,12.35" in render_quote_csv(priced, shop_loaded(francs("12.37", CHF)), "en")
    told = render_quote_text(priced, shop_loaded(francs("12.37", CHF)), "en", explain=True)
    assert "12.37 to 12.35, half up" in told and "To pay" in told


def test_the_sheet_says_it():
    """In words, as every rule that can change an amount; and its worked example ends with what is paid."""
    example = {"one": {"title": "One seat", "given": plan({"seat": 1}), "expect": {"gross": D("12.37"), "payable": D("12.35")}}}
    book = shop_loaded(francs("12.37", CHF) | {"examples": example})
    text = " ".join(render_sheet_text(build_sheet(book, AT), "en").split())
    assert "The sum to pay: half up, to a multiple of 0.05." in text
    assert "To pay" in text and "12.35" in text
    assert all(each.outcome == "passed" for each in run_examples(book))
    assert "multiple" not in render_sheet_text(build_sheet(shop_loaded(francs("12.37")), AT), "en")


# --- bad input -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"at": "payable", "mode": "up"}, "does not say to what multiple"),
        ({"at": "payable", "to": D("0"), "mode": "up"}, "nothing is a multiple of 0"),
        ({"at": "payable", "to": {"CHF": D("0.05"), "EUR": D("0.00")}, "mode": "up"}, "nothing is a multiple of 0"),
        ({"at": "payable", "to": D("0.025"), "mode": "up"}, "nobody can pay 0.025 CHF"),
        ({"at": "payable", "to": D("0.05"), "places": D(2), "mode": "up"}, "has both `places` and `to`"),
        ({"at": "line", "to": D("0.05"), "mode": "up"}, "`to` is for what is to be paid"),
    ],
)  # fmt: skip
def test_bad_input(step, message):
    """Each with its place and a remedy."""
    book = francs("1.00")
    book["book"] = book["book"] | {"rounding": [step, *([LINE] if step["at"] != "line" else [])]}
    (found,) = (each for each in load_book({"book.yaml": write(book).encode()}).diagnostics if each.severity == "error")
    assert (found.slug, message in found.message, bool(found.help), found.span is not None) == ("payable-step-unclear", True, True, True)


def test_a_negative_multiple_is_no_amount():
    book = francs("1.00", CHF | {"to": D("-0.05")})
    assert [each.slug for each in load_book({"book.yaml": write(book).encode()}).diagnostics if each.severity == "error"]


def test_the_sum_to_pay_knows_no_column_of_usage():
    attributes = {"region": {"title": "Region", "source": "usage"}}
    read = load_book({"book.yaml": write(francs("1.00", CHF | {"when": {"region": "eu"}}) | {"attributes": attributes}).encode()})
    assert any("the rounding of the sum to pay (`at: payable`) asks for `region`" in each.message for each in lint_book(read.book, read.places))


# --- the law -------------------------------------------------------------------------------------------------------------------

MULTIPLE = st.sampled_from(["5", "1", "20", "3"])


@given(st.data())
@examples(60)
def test_nothing_but_what_is_paid_changes(data):
    """Over random books: with the step, lines, taxes and sums are those without it; what is paid is a multiple, less than one away."""
    book = data.draw(books())
    order = data.draw(orders(book))
    unit = D(1).scaleb(-{"USD": 2, "JPY": 0, "KWD": 3}[book["book"]["currency"]])
    to = D(data.draw(MULTIPLE)) * unit
    step = {"at": "payable", "to": to, "mode": data.draw(st.sampled_from(["half-up", "half-even", "half-down", "up", "down"]))}
    chain = [each for each in book["book"]["rounding"] if each["at"] != "payable"]
    plainly = quoted(loaded(book | {"book": book["book"] | {"rounding": chain}}), order)
    found = quoted(loaded(book | {"book": book["book"] | {"rounding": [*chain, step]}}), order)
    (lines, totals, *rest), (other, sums, *others) = numbers(found), numbers(plainly)
    assert (lines, rest, totals.gross, totals.net, totals.tax, totals.rounding) == (other, others, sums.gross, sums.net, sums.tax, sums.rounding)
    assert not totals.payable % to and abs(totals.payable_rounding) < to
