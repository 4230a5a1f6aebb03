"""XRechnung and Peppol: what is written meets every rule that the profile adds, and whoever breaks one is told its id and the key to write."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given

from engine.billing import issue as issued_as
from engine.commands.invoice_formats import PROFILES as NAMED
from engine.documents.einvoice import PROFILES, e_invoice_problems, render_cii, render_factur_x, render_ubl
from engine.documents.einvoice.making import make_e_invoice
from engine.documents.einvoice.profile_rules import RULES, broken_rules
from engine.documents.einvoice.profiles import NAME_OF_FACTUR_X, PEPPOL, PEPPOL_SCHEMES, XRECHNUNG, is_passed_over
from engine.documents.einvoice.record import PaymentMeans, Period
from tests.einvoice import test_samples as samples
from tests.einvoice.einvoice_tables import BOOK, BUYER, CASES, END, ISSUE, SELLER, START, invoice, line
from tests.einvoice.reading import lines, number, texts, tree
from tests.einvoice.test_random import drawn_invoices
from tests.extent import examples, first

SOLD = replace(
    SELLER, tax_id="DE136695976", other={**SELLER.other, "contact": "Accounts receivable", "electronic_address": "9930:DE136695976"},
)  # fmt: skip
BOUGHT = replace(BUYER, tax_id="FR40303265045", other={**BUYER.other, "electronic_address": "0204:991-33333TEST-33"})
NATIONAL = (XRECHNUNG, PEPPOL)
WRITERS = {"ubl": render_ubl, "cii": render_cii}
PLAIN = invoice(line("100.00"), customer=BOUGHT)
SHOP = replace(BOOK, seller=SOLD)


def of(name: str):
    """A case whose parties can be billed under both profiles."""
    made, issue, book = CASES[name]
    seller = replace(SOLD, tax_id=book.seller.tax_id and SOLD.tax_id, iban=book.seller.iban or SOLD.iban)
    return replace(made, customer=replace(BOUGHT, country=made.customer.country)), issue, replace(book, seller=seller)


def rules_of(made, issue, book, profile) -> list[str]:
    """The rules that are told, by their ids."""
    return [each.message.partition(":")[0] for each in e_invoice_problems(made, issue, book, profile=profile)]


def wrong(checker, xml: bytes, syntax: str, profile) -> set[str]:
    """The official rules of EN 16931 that a document breaks; what Factur-X calls its own specifications is none of them."""
    found = {each.rule for each in checker.check(xml, syntax) if each.severity == "error"}
    assert syntax == "ubl" or NAME_OF_FACTUR_X in found
    return {each for each in found if not is_passed_over(each, profile)}


def meets(xml: bytes, profile) -> None:
    """The facts of the profile, looked for in a UBL document by a reader of XML alone."""
    root = tree(xml)
    assert texts(root, "cbc:CustomizationID") == [profile.specification] and texts(root, "cbc:ProfileID") == [profile.process]
    for party in ("cac:AccountingSupplierParty", "cac:AccountingCustomerParty"):
        assert len(texts(root, f"{party}/cac:Party/cbc:EndpointID")) == 1
    begin, end = texts(root, "cac:InvoicePeriod/cbc:StartDate"), texts(root, "cac:InvoicePeriod/cbc:EndDate")
    assert all(each >= begin[0] for each in texts(root, "*/cac:InvoicePeriod/cbc:StartDate"))
    assert all(each <= end[0] for each in texts(root, "*/cac:InvoicePeriod/cbc:EndDate"))
    for each in lines(root):
        assert abs(each.net + each.taken - each.quantity * each.price / each.base) <= Decimal("0.02")
    if profile is PEPPOL:
        assert len(texts(root, "cbc:Note")) <= 1
        assert set(root.xpath("//*[local-name()='EndpointID']/@schemeID")) <= PEPPOL_SCHEMES
        assert texts(root, "cbc:BuyerReference") or texts(root, "cac:OrderReference/cbc:ID")
        return
    assert texts(root, "cac:PaymentMeans/cbc:PaymentMeansCode")
    for field in ("cac:Contact/cbc:Name", "cac:Contact/cbc:Telephone", "cac:Contact/cbc:ElectronicMail"):
        assert len(texts(root, f"cac:AccountingSupplierParty/cac:Party/{field}")) == 1
    for address in root.xpath("//*[local-name()='PostalAddress' or local-name()='DeliveryLocation']"):
        assert address.xpath(".//*[local-name()='CityName']/text()") and address.xpath(".//*[local-name()='PostalZone']/text()")
    assert len(texts(root, "cac:TaxTotal/cac:TaxSubtotal")) == len(texts(root, "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:Percent"))
    assert texts(root, "cbc:BuyerReference")


@pytest.mark.parametrize("profile", NATIONAL, ids=lambda profile: profile.id)
@pytest.mark.parametrize("name", first(4, CASES))
def test_every_case_meets_the_profile_and_still_en_16931(name, profile, checker):
    made, issue, book = of(name)
    assert rules_of(made, issue, book, profile) == []
    assert [each.id for each in broken_rules(make_e_invoice(made, issue, book, profile=profile), profile)] == []
    for syntax, write in WRITERS.items():
        xml = write(made, issue, book, "en", profile)
        assert wrong(checker, xml, syntax, profile) == set()
    meets(render_ubl(made, issue, book, "en", profile), profile)


@examples(200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=drawn_invoices())
def test_every_invoice_meets_both_profiles(drawn, checker):
    """Whatever it is made of: where the profile asks for nothing, the document has what it asks for."""
    made, issue, book = drawn
    customer = replace(BOUGHT, name=made.customer.name, address=made.customer.address, country=made.customer.country)
    made, book = replace(made, customer=customer), replace(book, seller=replace(SOLD, iban=SOLD.iban))
    for profile in NATIONAL:
        problems = {each.code for each in e_invoice_problems(made, issue, book, profile=profile)}
        assert problems <= {"Q743"}
        for syntax, write in WRITERS.items():
            found = wrong(checker, write(made, issue, book, "en", profile), syntax, profile)
            assert found <= ({"BR-CO-17", "BR-S-09"} if problems else set())
        meets(render_ubl(made, issue, book, "en", profile), profile)


@pytest.mark.parametrize("profile", NATIONAL, ids=lambda profile: profile.id)
@pytest.mark.parametrize("name", first(1, samples.ACCOUNTS))
def test_every_sample_meets_both_profiles(name, profile, checker):
    """Month by month, with a seller and a buyer who say what the profile asks for."""
    shop = samples.book(name)
    shop = replace(shop, seller=replace(shop.seller, tax_id=SOLD.tax_id, iban=SOLD.iban, other={**SOLD.other, **shop.seller.other}))
    for position, found in enumerate(samples.invoices(name), 1):
        customer = replace(found.customer, tax_id=found.customer.tax_id and BOUGHT.tax_id, other={**BOUGHT.other, **found.customer.other})
        made = replace(found, customer=customer)
        preceding = ("2026-0001",) if made.gross < 0 else ()
        issued = issued_as(shop, made, f"2026-{position:04}", samples.day_of(made, shop), preceding)
        assert rules_of(made, issued, shop, profile) == []
        for syntax, write in WRITERS.items():
            assert wrong(checker, write(made, issued, shop, "en", profile), syntax, profile) == set()
        meets(render_ubl(made, issued, shop, "en", profile), profile)


def sold(**other: str):
    return {"book": replace(SHOP, seller=replace(SOLD, other={**SOLD.other, **other}))}


def bought(country: str = "FR", **other: str):
    return {"made": replace(PLAIN, customer=replace(BOUGHT, country=country, other={**BOUGHT.other, **other}))}


WITHIN = invoice(line("100.00", "K"), customer=replace(BOUGHT, other={**BOUGHT.other, "city": "", "postcode": ""}))
NOWHERE = replace(PLAIN, customer=replace(BOUGHT, other={key: value for key, value in BOUGHT.other.items() if key not in ("email", "electronic_address")}))
SILENT = replace(SHOP, seller=replace(SOLD, other={key: value for key, value in SOLD.other.items() if key not in ("email", "electronic_address")}))
# Profile, what is changed; then the rules that are told, and the key that each names.
BROKEN = {
    "no account": (XRECHNUNG, {"book": replace(SHOP, seller=replace(SOLD, iban=None))}, {"BR-DE-1": "book.seller.iban"}),
    "seller's contact": (XRECHNUNG, sold(contact=" "), {"BR-DE-5": "book.seller.contact"}),
    "seller's telephone": (XRECHNUNG, sold(phone=""), {"BR-DE-6": "book.seller.phone"}),
    "seller's e-mail": (XRECHNUNG, sold(email=""), {"BR-DE-7": "book.seller.email"}),
    "seller's city": (XRECHNUNG, sold(city=""), {"BR-DE-3": "book.seller.city"}),
    "seller's postcode": (XRECHNUNG, sold(postcode=""), {"BR-DE-4": "book.seller.postcode"}),
    "buyer's city": (XRECHNUNG, bought(city=""), {"BR-DE-8": "customer.city"}),
    "buyer's postcode": (XRECHNUNG, bought(postcode=""), {"BR-DE-9": "customer.postcode"}),
    "where it arrives": (
        XRECHNUNG, {"made": WITHIN},
        {"BR-DE-8": "customer.city", "BR-DE-9": "customer.postcode", "BR-DE-10": "customer.city", "BR-DE-11": "customer.postcode"},
    ),
    "buyer's reference": (XRECHNUNG, bought(reference=""), {"BR-DE-15": "customer.reference"}),
    "account number": (XRECHNUNG, {"book": replace(SHOP, seller=replace(SOLD, iban="DE02120300000000202015"))}, {"BR-DE-19": "book.seller.iban"}),
    "telephone of two digits": (XRECHNUNG, sold(phone="at 12"), {"BR-DE-27": "book.seller.phone"}),
    "e-mail without @": (XRECHNUNG, sold(email="bills"), {"BR-DE-28": "book.seller.email"}),
    "e-mail with two @": (XRECHNUNG, sold(email="a@b@c"), {"BR-DE-28": "book.seller.email"}),
    "buyer's address": (XRECHNUNG, {"made": NOWHERE}, {"PEPPOL-EN16931-R010": "customer.electronic_address"}),
    "seller's address": (XRECHNUNG, {"book": SILENT}, {"PEPPOL-EN16931-R020": "book.seller.electronic_address", "BR-DE-7": "book.seller.email"}),
    "buyer's address, Peppol": (PEPPOL, {"made": NOWHERE}, {"PEPPOL-EN16931-R010": "customer.electronic_address"}),
    "seller's address, Peppol": (PEPPOL, {"book": SILENT}, {"PEPPOL-EN16931-R020": "book.seller.electronic_address"}),
    "buyer's e-mail, Peppol": (PEPPOL, bought(electronic_address=""), {"PEPPOL-EN16931-CL008": "customer.electronic_address"}),
    "seller's e-mail, Peppol": (PEPPOL, sold(electronic_address=""), {"PEPPOL-EN16931-CL008": "book.seller.electronic_address"}),
    "buyer's reference, Peppol": (PEPPOL, bought(reference=""), {"PEPPOL-EN16931-R003": "customer.reference"}),
    "unknown scheme": (PEPPOL, bought(electronic_address="0001:12345"), {"BR-CL-25": "customer.electronic_address"}),
    "no scheme": (XRECHNUNG, bought(electronic_address="991-33333TEST-33"), {"BR-CL-25": "customer.electronic_address"}),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_that_is_broken_is_told_with_the_key_to_write(name):
    profile, changed, right = BROKEN[name]
    problems = e_invoice_problems(changed.get("made", PLAIN), ISSUE, changed.get("book", SHOP), profile=profile)
    assert {each.message.partition(":")[0]: each.path for each in problems} == right
    assert all(f"`{each.path}`" in each.help or each.path.split(".")[-1] == "electronic_address" for each in problems)
    # EN 16931 itself asks for none of it, but that an address names its scheme.
    assert {each.message.partition(":")[0] for each in e_invoice_problems(changed.get("made", PLAIN), ISSUE, changed.get("book", SHOP))} <= {"BR-CL-25"}


def test_a_seller_without_any_tax_number_is_told_by_both():
    """BR-DE-16 asks for it whatever the category is, EN 16931 by that of the line (BR-S-02)."""
    assert rules_of(PLAIN, ISSUE, replace(SHOP, seller=replace(SOLD, tax_id=None)), XRECHNUNG) == ["BR-S-02", "BR-DE-16"]


RECORD = {profile.id: make_e_invoice(PLAIN, ISSUE, SHOP, profile=profile) for profile in NATIONAL}
FIRST = RECORD["peppol"].lines[0]
# What nothing that a user writes can break: a record that is made in another way is refused all the same.
MADE_WRONG = {
    "PEPPOL-EN16931-R001": {"process": ""},
    "PEPPOL-EN16931-R007": {"process": "urn:another"},
    "PEPPOL-EN16931-R110": {"lines": (replace(FIRST, period=Period(date(2026, 2, 1), date(2026, 3, 31))),)},
    "PEPPOL-EN16931-R111": {"lines": (replace(FIRST, period=Period(date(2026, 3, 1), date(2027, 3, 1))),)},
    "PEPPOL-EN16931-R120": {"lines": (replace(FIRST, net_amount=Decimal("100.03")),)},
    "PEPPOL-EN16931-R121": {"lines": (replace(FIRST, base_quantity=Decimal(-1)),)},
    "PEPPOL-EN16931-R004": {"specification": "urn:cen.eu:en16931:2017"},
    "PEPPOL-EN16931-R002": {"notes": ("one", "two")},
    "PEPPOL-EN16931-P0100": {"type_code": "326"},
    "PEPPOL-EN16931-P0101": {"type_code": "396"},
    **{
        f"PEPPOL-EN16931-{rule}": {"breakdown": (replace(RECORD["peppol"].breakdown[0], category=category, reason_code="VATEX-EU-F"),)}
        for rule, category in (("P0104", "G"), ("P0105", "O"), ("P0106", "K"), ("P0107", "AE"))
    },
    "BR-DE-21": {"specification": "urn:cen.eu:en16931:2017"},
    "BR-DE-14": {"breakdown": (replace(RECORD["peppol"].breakdown[0], rate=None),)},
    "BR-DE-17": {"type_code": "325"},
    "BR-DE-23": {"payment": PaymentMeans("30")},
}


@pytest.mark.parametrize("rule", MADE_WRONG)
def test_a_rule_that_the_making_keeps_is_checked_too(rule):
    profile = PEPPOL if rule in {each.id for each in RULES["peppol"]} else XRECHNUNG
    record = RECORD[profile.id]
    assert rule not in {each.id for each in broken_rules(record, profile)}
    assert rule in {each.id for each in broken_rules(replace(record, **MADE_WRONG[rule]), profile)}


def test_every_rule_has_a_document_that_breaks_it():
    told = {rule for _, _, right in BROKEN.values() for rule in right} | set(MADE_WRONG) | {"BR-DE-16"}
    assert told - {"BR-CL-25"} == {each.id for rules in RULES.values() for each in rules}


NUMBERS = {
    "Leitweg-ID": (bought(electronic_address="0204:991-33333TEST-34"), "customer.electronic_address"),
    "GLN": (bought(electronic_address="0088:4000001000006"), "customer.electronic_address"),
    "VAT number": ({"made": replace(PLAIN, customer=replace(BOUGHT, tax_id="FR40303265054"))}, "customer.tax_id"),
    "seller's VAT number": ({"book": replace(SHOP, seller=replace(SOLD, tax_id="DE136695967"))}, "book.seller.tax_id"),
    "reference": (bought(reference="04011000-1234512345-60"), "customer.reference"),
}


@pytest.mark.parametrize("profile", NATIONAL, ids=lambda profile: profile.id)
@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_that_was_copied_wrong_is_told(name, profile):
    changed, key = NUMBERS[name]
    (problem,) = e_invoice_problems(changed.get("made", PLAIN), ISSUE, changed.get("book", SHOP), profile=profile)
    assert (problem.code, problem.path) == ("Q744", key) and "check digits are wrong" in problem.message


def test_other_numbers_are_not_doubted():
    """A reference that is no Leitweg-ID, a VAT number from outside of the EU, a scheme of which nothing is known."""
    for changed in (bought(reference="2026-17"), bought("NO", electronic_address="0096:123"), bought(electronic_address="0204:04011000-1234512345-06")):
        assert rules_of(changed["made"], ISSUE, SHOP, XRECHNUNG) == []
    foreign = replace(PLAIN, customer=replace(BOUGHT, country="NO", tax_id="NO123456789MVA"))
    assert rules_of(foreign, ISSUE, SHOP, XRECHNUNG) == []


def test_the_buyers_numbers_and_contacts_stand_in_both_syntaxes():
    """BT-11 to BT-13, BT-41 and BT-56, and in a credit note, whose schema has no place for a project, among the documents."""
    customer = replace(BOUGHT, other={**BOUGHT.other, "order": "PO-7", "contract": "C-3", "project": "P-12", "contact": "Accounts payable"})
    for made in (replace(PLAIN, customer=customer), invoice(line("-10.00"), customer=customer)):
        issue = ISSUE if made.gross > 0 else replace(ISSUE, due=None)
        ubl, cii = (tree(write(made, issue, SHOP, "en")) for write in (render_ubl, render_cii))
        project = "cac:ProjectReference/cbc:ID" if made.gross > 0 else "cac:AdditionalDocumentReference/cbc:ID"
        for path, right in (
            ("cac:OrderReference/cbc:ID", "PO-7"), ("cac:ContractDocumentReference/cbc:ID", "C-3"), (project, "P-12"),
            ("cac:AccountingSupplierParty/cac:Party/cac:Contact/cbc:Name", "Accounts receivable"),
            ("cac:AccountingCustomerParty/cac:Party/cac:Contact/cbc:Name", "Accounts payable"),
            ("cac:AccountingCustomerParty/cac:Party/cbc:EndpointID", "991-33333TEST-33"),
        ):  # fmt: skip
            assert texts(ubl, path) == [right]
        for path, right in (
            ("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", "PO-7"), ("ram:ContractReferencedDocument/ram:IssuerAssignedID", "C-3"),
            ("ram:SpecifiedProcuringProject/ram:ID", "P-12"), ("ram:SellerTradeParty/ram:DefinedTradeContact/ram:PersonName", "Accounts receivable"),
            ("ram:BuyerTradeParty/ram:URIUniversalCommunication/ram:URIID", "991-33333TEST-33"),
        ):  # fmt: skip
            assert texts(cii, f"//{path}") == [right]


def test_the_buyers_numbers_pass_the_official_rules(checker):
    customer = replace(BOUGHT, other={**BOUGHT.other, "order": "PO-7", "contract": "C-3", "project": "P-12", "contact": "Accounts payable"})
    for made in (replace(PLAIN, customer=customer), invoice(line("-10.00"), customer=customer)):
        issue = ISSUE if made.gross > 0 else replace(ISSUE, due=None)
        for syntax, write in WRITERS.items():
            assert wrong(checker, write(made, issue, SHOP, "en", XRECHNUNG), syntax, XRECHNUNG) == set()


def test_a_period_is_made_as_wide_as_its_lines():
    """A term that was paid ahead ends after the month of its invoice; EN 16931 itself leaves the month."""
    made = invoice(line("100.00", end=END.replace(year=2027)), customer=BOUGHT)
    end = "cac:InvoicePeriod/cbc:EndDate"
    assert texts(tree(render_ubl(made, ISSUE, SHOP, "en", PEPPOL)), end) == ["2027-03-31"]
    assert texts(tree(render_ubl(made, ISSUE, SHOP, "en")), end) == ["2026-03-31"] and START < END


def test_what_is_not_paid_says_so():
    """A credit note, a draft and what was paid already have no means of payment; XRechnung asks for one, and UNTDID 4461 has a code for it."""
    credit, draft = invoice(line("-10.00"), customer=BOUGHT), replace(SHOP, status="draft")
    for made, issue, book in ((credit, replace(ISSUE, due=None), SHOP), (PLAIN, ISSUE, draft), (PLAIN, replace(ISSUE, paid=PLAIN.gross), SHOP)):
        root = tree(render_ubl(made, issue, book, "en", XRECHNUNG))
        assert texts(root, "cac:PaymentMeans/cbc:PaymentMeansCode") == ["1"] and texts(root, "//cac:PayeeFinancialAccount") == []
        assert texts(tree(render_ubl(made, issue, book, "en", PEPPOL)), "cac:PaymentMeans") == []
    assert number(tree(render_ubl(PLAIN, ISSUE, SHOP, "en", XRECHNUNG)), "cac:PaymentMeans/cbc:PaymentMeansCode") == 58


def test_a_factur_x_file_with_xrechnung_calls_itself_so():
    import facturx

    content, problems = render_factur_x(PLAIN, ISSUE, SHOP, "en", False, XRECHNUNG)
    assert content is not None and problems == ()
    name, xml = facturx.get_xml_from_pdf(content)
    assert name == "xrechnung.xml" and XRECHNUNG.specification.encode() in xml
    with pytest.raises(ValueError, match="no form inside of a PDF"):
        render_factur_x(PLAIN, ISSUE, SHOP, "en", False, PEPPOL)


def test_the_command_names_every_profile():
    assert list(NAMED) == [*PROFILES]
