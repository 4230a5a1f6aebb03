"""Credits (rule language, second version, 4.2). Each docstring states this reading's number and the one that it rules out."""

import io
import itertools
import json
from datetime import date
from decimal import Decimal as D

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing import invoice_notes, issue, make_invoice
from engine.documents.invoice_csv import render_invoice_csv
from engine.documents.invoice_document import render_invoice_markdown, render_invoice_text
from engine.documents.invoice_html import render_invoice_html
from engine.documents.invoice_json import render_invoice_json
from engine.documents.invoice_xlsx import render_invoice_xlsx
from engine.language.build import load_account, load_book, load_issued
from engine.model.invoices import Invoice
from engine.values.exact import total
from engine.values.periods import start_of_day
from tests.billing.usage_shop import shop
from tests.conformance.language import write
from tests.extent import examples

MONTHS = ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01")
SELLER = {
    "name": "Shop GmbH",
    "address": ["Weg 1"],
    "city": "Berlin",
    "country": "DE",
    "tax_id": "DE123456788",
    "registration": "HRB 1",
    "iban": "DE02120300000000202051",
}
CUSTOMER = {"name": "Acme", "address": ["Gasse 2"], "city": "Bonn", "country": "DE"}


def book(*rounding, **sections):
    """A shop in euros without tax, published."""
    chain = {"currency": "EUR", "status": "published", "payment_terms": "30 days", "seller": SELLER}
    chain |= {"rounding": [{"at": "line", "mode": "half-up"}, *rounding]}
    taxes = sections.pop("taxes", [{"id": "vat", "tax": "vat", "rate": "0%", "category": "Z"}])
    return load_book({"book.yaml": write(shop(book=chain | sections.pop("book", {}), taxes=taxes, **sections)).encode()}).book


def hand(day: str, amount: str, like: str = "plan", title: str = "Visit") -> dict:
    """A line by hand: what there is to pay."""
    return {"date": day, "adjust": {"title": title, "amount": D(amount), "like": like}}


def credit(day: str, amount: str, **more: object) -> dict:
    """A credit of the account."""
    return {"date": day, "credit": {"amount": D(amount), **more}}


def read(made, *events: dict, subscriptions=()):
    """The account with these events, and the findings."""
    text = write({"id": "acme", "customer": CUSTOMER, "events": list(events), "subscriptions": list(subscriptions)})
    return load_account("acme.yaml", text.encode(), made)


def bills(made, *events: dict, months=MONTHS, subscriptions=()) -> list[Invoice]:
    """An invoice for each month, each after those that were issued before it, as they are read back from their files."""
    account, findings = read(made, *events, subscriptions=subscriptions)
    assert account is not None, [each.message for each in findings]
    issued: list[Invoice] = []
    found = []
    for first, last in itertools.pairwise(months):
        start, end = (start_of_day(date.fromisoformat(day), made.zone) for day in (first, last))
        invoice = make_invoice(made, account, (), start, end, issued)
        assert isinstance(invoice, Invoice), [each.message for each in invoice.diagnostics]
        text = render_invoice_json(invoice, issue(made, invoice, first, date.fromisoformat(last)), made)
        again, problems = load_issued(f"{first}.json", text.encode(), made)
        assert again is not None and not problems
        assert (again[0].credits, again[0].payable) == (invoice.credits, invoice.payable)
        issued.append(again[0])
        found.append(invoice)
    return found


def payable(found: list[Invoice]) -> list[str]:
    return [str(each.payable) for each in found]


def test_the_worked_number():
    """10.72 to pay, credits 6.43: 4.29; taken off before the tax it were another sum of it."""
    (found,) = bills(book(), hand("2026-01-10", "10.72"), credit("2026-01-01", "6.43"), months=MONTHS[:2])
    assert [str(each) for each in (found.gross, found.credited, found.payable)] == ["10.72", "6.43", "4.29"]


def test_after_tax():
    """10.00 and 19% are 11.90; credits of 5.00 leave 6.90 to pay and 1.90 of tax. Before tax: 5.95 with 0.95."""
    made = book(taxes=[{"id": "vat", "tax": "vat", "rate": "19%", "category": "S"}])
    (found,) = bills(made, hand("2026-01-10", "10.00"), credit("2026-01-01", "5.00"), months=MONTHS[:2])
    assert [str(each) for each in (found.net, found.tax, found.gross, found.payable)] == ["10.00", "1.90", "11.90", "6.90"]
    (found,) = bills(book(taxes=[{"id": "v", "tax": "v", "rate": "19%", "category": "S"}], book={"prices_include_tax": True}),
                     hand("2026-01-10", "11.90"), credit("2026-01-01", "5.00"), months=MONTHS[:2])  # fmt: skip
    assert [str(each) for each in (found.net, found.tax, found.gross, found.payable)] == ["10.00", "1.90", "11.90", "6.90"]


def test_the_rest_stays():
    """100.00 for 40.00 a month: 60.00, 20.00, and in the third month 20.00 are paid in money."""
    months = [hand(f"2026-0{month}-10", "40.00") for month in (1, 2, 3, 4)]
    found = bills(book(), *months, credit("2026-01-01", "100.00"))
    assert payable(found) == ["0.00", "0.00", "20.00", "40.00"]
    assert [[str(use.left) for use in each.credits] for each in found] == [["60.00"], ["20.00"], ["0.00"], []]
    assert [str(found[1].credits[0].before), str(found[1].credits[0].used)] == ["40.00", "40.00"]


def test_the_one_that_expires_first_is_taken_first():
    """Of one for ever and one until June the second pays; equal ends: the one granted first; no end comes last."""
    lasting, ending = credit("2026-01-01", "10.00", title="lasting"), credit("2026-01-02", "10.00", expires="2026-06-01", title="ending")
    later = credit("2026-01-03", "10.00", expires="2026-06-01", title="later")
    (found,) = bills(book(), hand("2026-01-10", "15.00"), lasting, later, ending, months=MONTHS[:2])
    assert {each.title: str(each.used) for each in found.credits} == {"ending": "10.00", "later": "5.00", "lasting": "0"}


def test_it_pays_invoices_whose_last_day_is_before_it_expires():
    """`expires` is excluded, as every end is: until 1 February it pays January, until 31 January it does not; and nothing before it is granted."""
    visits = [hand("2026-01-10", "5.00"), hand("2026-02-10", "5.00")]
    assert payable(bills(book(), *visits, credit("2026-01-01", "20.00", expires="2026-02-01"), months=MONTHS[:3])) == ["0.00", "5.00"]
    assert payable(bills(book(), *visits, credit("2026-01-01", "20.00", expires="2026-01-31"), months=MONTHS[:3])) == ["5.00", "5.00"]
    assert payable(bills(book(), *visits, credit("2026-02-01", "20.00"), months=MONTHS[:3])) == ["5.00", "0.00"]
    assert payable(bills(book(), *visits, credit("2026-01-31", "20.00"), months=MONTHS[:3])) == ["0.00", "0.00"]


def test_items():
    """A credit for one item pays for its lines alone; one for all pays first what no other is for: 4.00 of the disk, 10.00 of the plan."""
    sub = {"id": "s", "billing_mode": "paid", "events": [{"date": "2026-01-05", "purchase": {"term": "1 month", "items": {"plan": "small", "disk": 100}}}]}
    scoped = credit("2026-01-01", "50.00", items=["plan"])
    (found,) = bills(book(), scoped, subscriptions=[sub], months=MONTHS[:2])
    assert [str(found.gross), str(found.credited), str(found.payable)] == ["20.00", "10.00", "10.00"]
    (found,) = bills(book(), scoped, credit("2026-01-01", "4.00", expires="2027-01-01", title="for all"), subscriptions=[sub], months=MONTHS[:2])
    assert [str(found.credited), str(found.payable)] == ["14.00", "6.00"]
    (found,) = bills(book(), hand("2026-01-10", "5.00"), scoped, months=MONTHS[:2])
    assert found.credited == 0  # a line by hand is of no item


def test_a_group_of_items():
    """`{group: ...}` stands wherever a list of items does."""
    items = shop()["items"]
    made = book(items=items | {"plan": items["plan"] | {"group": "base"}})
    sub = {"id": "s", "billing_mode": "paid", "events": [{"date": "2026-01-05", "purchase": {"term": "1 month", "items": {"plan": "small", "disk": 100}}}]}
    (found,) = bills(made, credit("2026-01-01", "50.00", items={"group": "base"}), subscriptions=[sub], months=MONTHS[:2])
    assert (found.credits[0].items, found.credited) == (("plan",), D("10.00"))


def test_what_was_taken_stays_taken_where_the_credit_is_changed():
    """A longer time, or other items, make no new credit of it: 6.00 of 10.00 were taken, 4.00 are left."""
    made = book()
    first, _ = read(made, hand("2026-01-10", "6.00"), credit("2026-01-01", "10.00", expires="2026-06-01"))
    later, _ = read(made, hand("2026-01-10", "6.00"), hand("2026-02-10", "9.00"), credit("2026-01-01", "10.00", expires="2027-06-01"))
    borders = [start_of_day(date.fromisoformat(day), made.zone) for day in MONTHS]
    january = make_invoice(made, first, (), *borders[:2])
    assert str(make_invoice(made, later, (), *borders[1:3], [january]).payable) == "5.00"


def test_a_document_is_never_negative():
    """What is paid back takes nothing of a credit; 0 to pay takes nothing either."""
    found = bills(book(), hand("2026-01-10", "-5.00"), credit("2026-01-01", "20.00"), months=MONTHS[:3])
    assert (payable(found), [str(each.credited) for each in found]) == (["-5.00", "0"], ["0", "0"])


@pytest.mark.parametrize(("restore", "right"), [(False, ["0.00", "-8.00", "12.00"]), (True, ["0.00", "0.00", "4.00"])])
def test_a_refund_restores_it_only_where_that_is_said(restore, right):
    """10.00 were paid by a credit of 10.00, then 8.00 come back: as money; with `restore` as credit, which pays 8.00 of the next 12.00."""
    events = [hand("2026-01-10", "10.00"), hand("2026-02-10", "-8.00"), hand("2026-03-10", "12.00")]
    found = bills(book(), *events, credit("2026-01-01", "10.00", **({"restore": True} if restore else {})), months=MONTHS[:4])
    assert payable(found) == right


def test_more_is_never_restored_than_was_taken():
    """3.00 were taken: of 8.00 that come back 5.00 are money."""
    found = bills(book(), hand("2026-01-10", "3.00"), hand("2026-02-10", "-8.00"), credit("2026-01-01", "10.00", restore=True), months=MONTHS[:3])
    assert payable(found) == ["0.00", "-5.00"] and str(found[1].credits[0].left) == "10.00"


def test_rounded_is_what_credits_leave():
    """12.37 less 5.00 is 7.37, rounded to 7.35; rounded first it were 12.35 - 5.00 too, so with 5.01: 7.36 to 7.35, not 7.34."""
    step = {"at": "payable", "to": D("0.05"), "mode": "half-up"}
    (found,) = bills(book(step), hand("2026-01-10", "12.37"), credit("2026-01-01", "5.01"), months=MONTHS[:2])
    assert [str(found.payable), str(found.payable_rounding)] == ["7.35", "-0.01"]


def test_corrections_leave_credits_alone():
    """A line that comes late is owed by the next invoice, and paid by what is left."""
    made = book()
    early, _ = read(made, hand("2026-01-10", "4.00"), credit("2026-01-01", "10.00"))
    late, _ = read(made, hand("2026-01-10", "4.00"), hand("2026-01-20", "3.00", title="Late"), credit("2026-01-01", "10.00"))
    borders = [start_of_day(date.fromisoformat(day), made.zone) for day in MONTHS]
    first = make_invoice(made, early, (), *borders[:2])
    second = make_invoice(made, late, (), *borders[1:3], [first])
    assert [str(second.gross), str(second.credited), str(second.credits[0].left)] == ["3.00", "3.00", "3.00"]


# --- documents -----------------------------------------------------------------------------------------------------------------


def test_every_document_shows_granted_used_and_left():
    made = book()
    january, found = bills(made, hand("2026-01-10", "2.00"), hand("2026-02-10", "10.00"), credit("2026-01-01", "8.43", expires="2027-01-01"), months=MONTHS[:3])
    assert january.payable == 0 and issue(made, january, "1", date(2026, 2, 1)).due is None
    document = issue(made, found, "2", date(2026, 3, 1))
    for text in (
        render_invoice_text(found, document, made, "en", True),
        render_invoice_markdown(found, document, made, "en"),
        str(render_invoice_html(found, document, made, "en", True)),
    ):
        assert "Credit of 1 January 2026" in text and "6.43" in text and "3.57" in text
        assert "8.43 granted, 8.43 used, 0.00 left" in text and "expires on 1 January 2027" in text
    assert "Guthaben vom 1. Januar 2026" in render_invoice_text(found, document, made, "de")
    told = render_invoice_text(found, document, made, "en", True).partition("The whole invoice")[2]
    assert "credit" in told and "−6.43" in told and "acme.yaml:" in told
    assert "credits" in render_invoice_csv(found, document, made, "en") and "3.57" in render_invoice_csv(found, document, made, "en")
    cells = [
        cell.value for sheet in openpyxl.load_workbook(io.BytesIO(render_invoice_xlsx(found, document, made, "en", True))) for row in sheet for cell in row
    ]
    assert "Credit of 1 January 2026" in cells
    data = json.loads(render_invoice_json(found, document, made))
    assert (data["totals"]["credits"], data["totals"]["payable"], data["credits"][0]["left"]) == ("6.43", "3.57", "0.00")


def test_without_the_invoices_before_it_is_told():
    """A credit from before the period pays as a whole where no earlier invoice is given, and somebody should know."""
    made = book()
    account, _ = read(made, hand("2026-02-10", "2.00"), credit("2026-01-01", "5.00"))
    borders = [start_of_day(date.fromisoformat(day), made.zone) for day in MONTHS]
    january, february = make_invoice(made, account, (), *borders[:2]), make_invoice(made, account, (), *borders[1:3])
    assert [each.slug for each in invoice_notes(made, account, february, ())] == ["credit-taken-as-whole"]
    assert invoice_notes(made, account, make_invoice(made, account, (), *borders[1:3], [january]), (), [january]) == ()


def test_an_invoice_that_credits_pay_asks_for_nothing():
    made = book()
    (found,) = bills(made, hand("2026-01-10", "2.00"), credit("2026-01-01", "5.00"), months=MONTHS[:2])
    text = render_invoice_text(found, issue(made, found, "1", date(2026, 2, 1)), made, "en")
    assert "Paid in full: nothing is to be paid for January 2026." in text


def test_a_title_acts_on_nothing_beside_it():
    """As of any name, marks of direction and formulas in it are disarmed."""
    made = book()
    (found,) = bills(made, hand("2026-01-10", "2.00"), credit("2026-01-01", "5.00", title="\u202e=1+1 <b>|"), months=MONTHS[:2])
    document = issue(made, found, "1", date(2026, 2, 1))
    for text in (
        render_invoice_text(found, document, made, "en"),
        render_invoice_markdown(found, document, made, "en"),
        str(render_invoice_html(found, document, made, "en")),
    ):
        assert "\u202e" not in text
    assert "<b>|" not in str(render_invoice_html(found, document, made, "en"))


# --- bad input -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ([credit("2026-03-01", "10.00", expires="2026-02-01")], "expires before it is granted"),
        ([credit("2026-03-01", "10.00", expires="2026-03-01")], "expires before it is granted"),
        ([credit("2026-03-01", "10.00"), credit("2026-03-01", "10.00")], "two credits of this date"),
        ([credit("2026-03-01", "0")], "pays nothing"),
        ([credit("2026-03-01", "10.005")], "nobody can pay"),
        ([credit("2026-03-01", "10.00", currency="USD")], "the account is billed in EUR"),
        ([credit("2026-03-01", "10.00", items=["pla"])], "pla"),
        ([credit("2026-03-01", "10.00") | hand("2026-03-01", "1.00")], "two things at once"),
        ([{"date": "2026-03-01"}], "does not say what happened"),
    ],
)
def test_bad_input(events, message):
    """Each with its place and a remedy."""
    account, found = read(book(), *events)
    errors = [each for each in found if each.severity == "error"]
    assert account is None and any(message in each.message for each in errors), [each.message for each in errors]
    assert all(each.help and each.span for each in errors)
    assert read(book(), credit("2026-03-01", "10.00", title="a"), credit("2026-03-01", "10.00", title="b"))[0] is not None


# --- the law -------------------------------------------------------------------------------------------------------------------

CENTS = st.integers(-3000, 6000).filter(bool).map(lambda cents: D(cents).scaleb(-2))


@st.composite
def histories(draw):
    """Lines by hand in four months, and up to four credits."""
    lines = [
        hand(f"2026-0{draw(st.integers(1, 4))}-{draw(st.integers(10, 27))}", str(draw(CENTS)), title=f"line {number}")
        for number in range(draw(st.integers(1, 6)))
    ]
    given = []
    for number in range(draw(st.integers(1, 4))):
        more = draw(st.sampled_from([{}, {"expires": "2026-03-01"}, {"expires": "2026-04-15"}, {"expires": "2027-01-01"}])) | draw(
            st.sampled_from([{}, {"restore": True}])
        )
        given.append(credit(f"2026-0{draw(st.integers(1, 2))}-0{draw(st.integers(1, 9))}", str(abs(draw(CENTS))), title=f"c{number}", **more))
    return lines, given


@given(histories())
@examples(60)
def test_nothing_is_lost_and_nothing_paid_twice(history):
    """Over random histories: gross = paid in money + taken of credits; a credit gives 0 to what it granted, and leaves no document negative."""
    lines, given_credits = history
    made = book()
    found, plainly = bills(made, *lines, *given_credits), bills(made, *lines)
    assert [each.gross for each in found] == [each.gross for each in plainly]
    for each in found:
        assert each.gross == each.payable + each.credited
        assert (0 <= each.payable <= each.gross) if each.gross >= 0 else (each.gross <= each.payable <= 0)
        assert all(0 <= use.before <= use.granted and 0 <= use.left <= use.granted for use in each.credits)
        if each.payable > 0:
            assert not any(use.left for use in each.credits)
    by_title: dict[str, D] = {}
    for use in (use for each in found for use in each.credits):
        assert use.before == by_title.get(use.title, D(0))
        by_title[use.title] = use.before + use.used
    assert total(by_title.values()) == total(each.credited for each in found)
