"""Rule language, second version, 5.2: `{at: tax, places: 0, mode: down}` is how each tax (by tax, category and rate) is rounded; without
such a step half-up to the minor unit, as before. Each docstring states this reading's number and the one that it rules out."""

from datetime import UTC, datetime
from decimal import Decimal as D

import pytest

from engine.language.build import load_account, load_book
from engine.lints import lint_book
from engine.model.invoices import Invoice
from engine.sheet import build_sheet
from tests.billing.usage_shop import bill
from tests.conformance.language import write
from tests.documents.written import render_quote_text, render_sheet_text
from tests.pricing.fine_print import book_errors, loaded, plan, quote, reads, shop
from tests.pricing.later_shop import later

AT = datetime(2026, 3, 1, tzinfo=UTC)
LINE = {"at": "line", "mode": "down"}
DOWN = {"at": "tax", "places": D(0), "mode": "down"}
TEN = {"id": "ten", "tax": "ct", "rate": "10%", "category": "S"}
EIGHT = {"id": "eight", "tax": "ct", "rate": "8%", "category": "S", "items": ["disk"]}


def taxed(seat: str, *steps, taxes=(TEN,), currency: str = "JPY", disk: str = "1", **book):
    """The shop in a currency, one seat and one GB at these prices, with a rounding chain and taxes."""
    prices = {"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "items": {"seat": D(seat), "disk": D(disk)}}
    chain = {"currency": currency, "rounding": [LINE, *steps], **book}
    return shop(prices, book=chain, taxes=list(taxes))


def sums(book, **order) -> list[str]:
    """Each tax of an order for a seat, in the order of the rows."""
    return [str(each.amount) for each in quote(book, plan({"seat": 1}, **order)).taxes]


def test_the_worked_number():
    """10% of 1,238 yen is 123.8: 123; half-up 124."""
    reads(sums(taxed("1238", DOWN)), ["123"], ["124"])
    assert sums(taxed("1238")) == ["124"]


def test_each_tax_and_rate_by_itself():
    """8% of 660 is 52.8, 10% of 744 is 74.4: 52 and 74, 1,530 to pay; rounded as one sum of 127.2 they were 127."""
    found = quote(taxed("744", DOWN, taxes=(EIGHT, TEN), disk="660"), plan({"seat": 1, "disk": 1}))
    reads(found.totals.tax, "126", "127")
    assert found.totals.gross == 1530


def test_each_category_by_itself():
    """Two rows of one rate in two categories: 10% of 5 and of 5 are 0 and 0, not 10% of 10, 1."""
    other = TEN | {"id": "other", "category": "AA", "items": ["disk"]}
    found = quote(taxed("5", DOWN, taxes=(other, TEN), disk="5"), plan({"seat": 1, "disk": 1}))
    reads(found.totals.tax, "0", "1")


@pytest.mark.parametrize(
    ("mode", "places", "right"),
    [("half-up", 0, "27"), ("down", 1, "27.2"), ("up", 0, "28"), ("half-even", 3, "27.270"), ("up", None, "27.27"), ("down", 2, "27.27")],
)
def test_modes_and_places(mode, places, right):
    """27% of 101 forint is 27.27: a whole forint where the step says so; without `places` the currency's two decimals."""
    step = {"at": "tax", "mode": mode} | ({} if places is None else {"places": D(places)})
    assert sums(taxed("101", step, taxes=(TEN | {"rate": "27%"},), currency="HUF")) == [right]


@pytest.mark.parametrize(("places", "right"), [(0, ["15", "16"]), (2, ["15.96", "15.97"]), (3, ["15.966", "15.966"])])
def test_taxes_in_the_price(places, right):
    """Of 200.00 gross at twice 9.5%, 31.9327... are tax: 31, 31.93 or 31.932, rounded once and then shared."""
    twice = (TEN | {"id": "a", "tax": "a", "rate": "9.5%"}, TEN | {"id": "b", "tax": "b", "rate": "9.5%"})
    found = quote(taxed("200", {"at": "tax", "places": D(places), "mode": "down"}, taxes=twice, currency="USD", prices_include_tax=True), plan({"seat": 1}))
    assert sorted(str(each.amount) for each in found.taxes) == right
    assert found.totals.gross == 200


def test_steps_compete_as_prices_do():
    """`effective` and `when` decide as for any step: in March down to 123, for schools and from April half-up."""
    school = {"at": "tax", "mode": "up", "when": {"segment": "education"}}
    april = {"at": "tax", "mode": "half-up", "effective": "2026-04-01"}
    book = taxed("1234", DOWN | {"effective": "2026-01-01"}, school, april)
    assert sums(book) == ["123"]
    assert sums(book, attributes={"segment": "education"}) == ["124"]
    assert sums(taxed("1236", DOWN | {"effective": "2026-01-01"}, april), date="2026-04-01") == ["124"]
    assert sums(taxed("1236", DOWN | {"until": "2026-03-01"})) == ["124"]


def later_shop(*taxes):
    """The shop with changes and refunds, whose terms of 31 days are counted by days."""
    prices = {"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "items": {"seat": D("10.37")}}
    change = {"remaining": {"monthly": "actual-days", "yearly": "actual-days", "counts_from": "same-day"}}
    leave = {"fee": "0%", "full_refund_within": "1 hour", "consumed": {"by": "time-used", "count": "day"}}
    chain = {"rounding": [{"at": "line", "mode": "half-up"}, {"at": "tax", "mode": "down", "places": D(1)}]}
    return later(prices, change=change, leave=leave, mode={"expires": "same-time"}, book=chain, taxes=list(taxes or (TEN,)))


def test_changes_renewals_and_refunds():
    """10% of 10.37 is 1.0 in the purchase and its renewal; of 9.37 for another seat from 4 March on 0.9; of what comes back too."""
    changed = quote(later_shop(), plan({"seat": 1}, change={"date": "2026-03-04", "items": {"seat": 2}}))
    assert (str(changed.totals.tax), str(changed.changes[0].charge), str(changed.changes[0].tax)) == ("1.0", "9.37", "0.9")
    renewed = quote(later_shop(), plan({"seat": 1}, renew={"date": "2026-03-20", "term": "1 month"}))
    assert str(renewed.renewals[0].totals.tax) == "1.0"
    left = quote(later_shop(), plan({"seat": 1}, unsubscribe={"date": "2026-03-02"}))
    assert (str(left.unsubscription.refund), str(left.unsubscription.tax)) == ("10.04", "1.0")


def test_an_invoice_and_its_lines():
    """An invoice has the same taxes, also of what was entered by hand, and its lines share them."""
    book = loaded(later_shop())
    events = [{"date": "2026-03-01", "purchase": {"term": "1 month", "items": {"seat": 1}}}]
    told = {
        "id": "acme", "customer": {"name": "Acme"}, "subscriptions": [{"id": "s", "billing_mode": "plan", "events": events}],
        "events": [{"date": "2026-03-02", "adjust": {"title": "Visit", "amount": D("1.99"), "like": "seat"}}],
    }  # fmt: skip
    account, findings = load_account("a.yaml", write(told).encode(), book)
    assert account is not None, findings
    found = bill(book, account, ())
    assert isinstance(found, Invoice)
    assert [[str(row.amount) for row in line.taxed] for line in found.lines] == [["1.00"], ["0.10"]]
    assert found.tax == D("1.1")


def test_the_whole_bill_knows_no_column_of_usage():
    """A tax is on lines of several regions: a step `at: tax` that names a column of usage never applies, and is told."""
    attributes = {"region": {"title": "Region", "source": "usage"}}
    book = taxed("10", DOWN | {"when": {"region": "eu"}}) | {"attributes": attributes}
    read = load_book({"book.yaml": write(book).encode()})
    told = [each.message for each in lint_book(read.book, read.places)]
    assert any("the rounding of taxes (`at: tax`) asks for `region`" in each for each in told)


def test_two_steps_of_one_day_are_an_error():
    assert book_errors(taxed("10", DOWN, {"at": "tax", "mode": "up"})) == ["ambiguous-rules"]


def test_why_this_tax():
    """The explanation names the step and its place; the sheet says it in words, in place of half up."""
    book = loaded(taxed("1238", DOWN))
    found = quote(taxed("1238", DOWN), plan({"seat": 1}))
    (child,) = found.trace[-1].children
    assert (child.kind, child.before, str(child.value), child.origin.line > 0) == ("round-tax", D("123.8"), "123", True)
    assert "123.8 to 123, down" in render_quote_text(found, book, "en", explain=True)
    assert "Taxes: down, to 0 decimals." in " ".join(render_sheet_text(build_sheet(book, AT), "en").split())
    assert "Taxes: half up" in " ".join(render_sheet_text(build_sheet(loaded(taxed("1238")), AT), "en").split())
