"""`invoice --check`: a finished e-invoice, whoever wrote it, is judged as the product judges its own before it writes them."""

from dataclasses import fields, replace

import pytest

from engine.commands.finished_invoice import check_finished
from engine.documents.einvoice import e_invoice_problems, render_cii, render_factur_x, render_ubl
from engine.documents.einvoice.making import make_e_invoice
from engine.documents.einvoice.profiles import PEPPOL, PROFILES, XRECHNUNG
from engine.documents.einvoice.reading import read_e_invoice, syntax_of
from engine.documents.einvoice.record import EParty
from tests.einvoice.einvoice_tables import CASES, ISSUE
from tests.einvoice.test_checker import BOMB
from tests.einvoice.test_profiles import BROKEN, NATIONAL, NUMBERS, PLAIN, SHOP, WRITERS, of
from tests.extent import first

XML = render_ubl(PLAIN, ISSUE, SHOP, "en", XRECHNUNG)
PARTY = ("name", "city", "postcode", "country", "vat_id", "tax_registration", "email", "phone", "electronic_address", "scheme", "contact")
LINE = ("id", "quantity", "price", "net_amount", "period")
WHOLE = ("number", "issued", "type_code", "currency", "period", "buyer_reference", "notes", "specification", "process", "order")


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.id)
@pytest.mark.parametrize("name", first(6, CASES))
def test_what_was_written_is_read_back(name, profile):
    """Every term that a rule of a profile looks at, from both syntaxes."""
    made, issue, book = of(name)
    right = make_e_invoice(made, issue, book, "en", profile)
    for syntax, write in WRITERS.items():
        xml = write(made, issue, book, "en", profile)
        assert syntax_of(xml) == syntax
        read = read_e_invoice(xml, syntax)
        assert [getattr(read, term) for term in WHOLE] == [getattr(right, term) for term in WHOLE]
        for party in ("seller", "buyer"):
            assert [getattr(getattr(read, party), term) for term in PARTY] == [getattr(getattr(right, party), term) for term in PARTY], party
        assert [[getattr(each, term) for term in LINE] for each in read.lines] == [[getattr(each, term) for term in LINE] for each in right.lines]
        assert [each.base_quantity or 1 for each in read.lines] == [each.base_quantity or 1 for each in right.lines]
        amounts = [[(each.is_charge, each.amount) for each in line.adjustments] for line in right.lines]
        assert [[(each.is_charge, each.amount) for each in line.adjustments] for line in read.lines] == amounts
        assert [replace(each, reason="") for each in read.breakdown] == [replace(each, reason="") for each in right.breakdown]
        assert (read.payment is None) == (right.payment is None)
        if right.payment is not None:
            assert (read.payment.code, read.payment.iban) == (right.payment.code, right.payment.iban)
        # An address that arrives says at least its country; one that is not said is not read.
        assert (read.delivery is None) == (right.delivery is None)
        if right.delivery is not None:
            assert replace(read.delivery, address=right.delivery.address) == right.delivery


def test_no_term_of_a_party_is_forgotten():
    """A further field of a party is read back too, or is none that a rule looks at."""
    assert {each.name for each in fields(EParty)} - set(PARTY) == {"address", "identifier", "registration"}


@pytest.mark.parametrize("name", first(6, [*BROKEN, *NUMBERS]))
def test_the_same_rules_are_told_as_before_it_was_written(name, checker):
    """What would not have been written is written here all the same, and refused for the same."""
    for profile, changed in [BROKEN[name][:2]] if name in BROKEN else [(each, NUMBERS[name][0]) for each in NATIONAL]:
        made, book = changed.get("made", PLAIN), changed.get("book", SHOP)
        before = {each.message for each in e_invoice_problems(made, ISSUE, book, profile=profile) if not each.message.startswith("BR-CL-25")}
        for syntax, write in WRITERS.items():
            found = check_finished(write(made, ISSUE, book, "en", profile), "bill.xml", checker.check)
            told = {each.message for each in found.problems}
            # An address without a known scheme breaks EN 16931 itself, whose rules have words of their own.
            assert before <= told and (before == told or name in ("unknown scheme", "no scheme")), syntax
            assert found.profile is profile and {each.code for each in found.problems} <= {"Q747"}


def test_a_pdf_file_is_checked_by_what_is_inside(checker):
    content, _ = render_factur_x(PLAIN, ISSUE, SHOP, "en", False, XRECHNUNG)
    found = check_finished(content, "bill.pdf", checker.check)
    assert (found.syntax, found.number, found.profile, found.problems) == ("cii", ISSUE.number, XRECHNUNG, ())


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "XML"), (b"<Invoice/>", "XML"), (BOMB, "DOCTYPE"), (XML[:-30], "XML"), (XML.replace(b"<cbc:ID>INV", b"<cbc:Id>INV"), "XML"),
        (XML.replace(b"2026-04-01</cbc:IssueDate>", b"1 April</cbc:IssueDate>"), "XSD"), (b"%PDF-1.7\n%nothing\n", "this PDF file has no data"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 20, "this PDF file has no data"),
    ],
)  # fmt: skip
def test_what_is_no_e_invoice_is_said_to_be_none(content, rule, checker):
    found = check_finished(content, "bill.xml", checker.check)
    assert found.problems and all(each.message.startswith(rule) and each.code == "Q747" and each.help for each in found.problems)


def test_a_profile_that_is_not_known_is_judged_by_en_16931(checker):
    """Only what the document calls itself is passed over."""
    name = PEPPOL.specification.encode()
    for write in (render_ubl, render_cii):
        xml = write(PLAIN, ISSUE, SHOP, "en", PEPPOL)
        found = check_finished(xml.replace(name, b"urn:cen.eu:en16931:2017#compliant#urn:another"), "bill.xml", checker.check)
        assert found.profile is None and found.problems == () and found.specification.endswith("#urn:another")
        wrong = xml.replace(name, b"urn:another").replace(b"Acme SARL", b"")
        assert check_finished(wrong, "bill.xml", checker.check).problems
