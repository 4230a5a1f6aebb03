"""Every kind of invoice as UBL and CII: the official rules accept it, it adds up line by line, and it says what the invoice says."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.documents.einvoice import e_invoice_problems, render_cii, render_ubl
from engine.model.texts import Text
from engine.values.money import minor_places
from tests.einvoice.einvoice_tables import BOOK, BUYER, CASES, ISSUE, TAXES, invoice, line
from tests.einvoice.reading import lines, number, texts, tree

WRITERS = {"ubl": render_ubl, "cii": render_cii}
EMPTY_DELIVERY = ("PEPPOL-EN16931-R008", "warning")
"""The schema of CII asks for a group that says nothing about a service; the rules warn of it in every such invoice."""

TOTALS = {
    "ubl": ("//cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount", "//cac:TaxTotal/cbc:TaxAmount", "//cac:LegalMonetaryTotal/cbc:PayableAmount"),
    "cii": ("//ram:TaxBasisTotalAmount", "//ram:TaxTotalAmount", "//ram:DuePayableAmount"),
}


@pytest.mark.parametrize("syntax", WRITERS)
@pytest.mark.parametrize("name", CASES)
def test_the_official_rules_accept_it(name, syntax, checker):
    made, issue, book = CASES[name]
    assert e_invoice_problems(made, issue, book) == ()
    found = checker.check(WRITERS[syntax](made, issue, book), syntax)
    assert [each for each in found if (each.rule, each.severity) != EMPTY_DELIVERY] == []


@pytest.mark.parametrize("syntax", WRITERS)
@pytest.mark.parametrize("name", CASES)
def test_it_adds_up_to_the_invoice(name, syntax):
    """Each line comes to its net amount exactly, the lines to the totals, and these are the invoice's; a credit note's are mirrored."""
    made, issue, book = CASES[name]
    root = tree(WRITERS[syntax](made, issue, book))
    sign = -1 if made.gross < 0 else 1
    for each in lines(root):
        assert Fraction(each.quantity) * Fraction(each.price) / Fraction(each.base) - Fraction(each.taken) == Fraction(each.net)
        assert each.price >= 0
    net, tax, gross = (number(root, path) for path in TOTALS[syntax])
    assert (net, tax, gross) == (sign * made.net, sign * made.tax, sign * made.gross)
    assert sum((each.net for each in lines(root)), Decimal(0)) == net


@pytest.mark.parametrize("name", CASES)
def test_both_syntaxes_say_the_same(name):
    made, issue, book = CASES[name]
    assert lines(tree(render_ubl(made, issue, book))) == lines(tree(render_cii(made, issue, book)))


@pytest.mark.parametrize("syntax", WRITERS)
@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_the_same_every_time(name, syntax):
    made, issue, book = CASES[name]
    assert WRITERS[syntax](made, issue, book) == WRITERS[syntax](made, issue, book)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # 8.88 = 12.35 - 3.46 - 0.01: list amount and discount to the cent, and what the cents leave over.
        ("allowance", [("7", "12.35", "7", "3.47", "8.88")]),
        ("free", [("3", "4.00", "1", "12.00", "0.00"), ("3", "1.00", "3", "0", "1.00")]),
        ("rounded", [("3", "10.04", "3", "0.04", "10.00")]),
        # A change is one thing that is charged; what is paid back has a negative quantity.
        ("paid-back-within", [("3", "100.00", "3", "0", "100.00"), ("-1", "19.99", "1", "0", "-19.99")]),
        ("correction", [("3", "100.00", "3", "0", "100.00"), ("-1", "10.00", "1", "-1.00", "-9.00")]),
        # In a credit note signs are mirrored: what is charged in it is negative there.
        ("credit-note", [("1", "59.50", "1", "0", "59.50")]),
        ("credit-note-with-charge", [("3", "20.00", "1", "0.50", "59.50"), ("-1", "5.00", "1", "0", "-5.00")]),
        ("two-rates-in-a-line", [("3", "73.34", "3", "6.67", "66.67"), ("3", "36.67", "3", "3.33", "33.34")]),
        ("yen", [("3", "1235", "3", "35", "1200")]),
        # 238.00 with 19% inside are 200.00 net, of which 100.00 are taken off.
        ("prices-include-tax", [("3", "200.00", "3", "100.00", "100.00"), ("3", "10.00", "3", "0", "10.00")]),
        ("include-tax-free", [("3", "100.00", "3", "100.00", "0.00"), ("3", "1.00", "3", "0", "1.00")]),
        ("many-decimals", [("33.3333333333", "0.01", "33.3333333333", "0", "0.01")]),
    ],
)
def test_what_the_lines_say(name, expected):
    found = lines(tree(render_ubl(*CASES[name])))
    assert [(each.quantity, each.price, each.base, each.taken, each.net) for each in found] == [tuple(map(Decimal, row)) for row in expected]


def test_a_refund_is_a_credit_note_that_names_its_invoice():
    ubl, cii = tree(render_ubl(*CASES["credit-note"])), tree(render_cii(*CASES["credit-note"]))
    assert ubl.tag.endswith("}CreditNote")
    assert texts(ubl, "cbc:CreditNoteTypeCode") == texts(cii, "rsm:ExchangedDocument/ram:TypeCode") == ["381"]
    assert texts(ubl, "//cac:InvoiceDocumentReference/cbc:ID") == texts(cii, "//ram:InvoiceReferencedDocument/ram:IssuerAssignedID") == ["INV-2026-0042"]
    assert texts(ubl, "//cac:PaymentMeans") == [] and texts(ubl, "//cbc:DueDate") == []
    assert texts(ubl, "//cac:Item/cbc:Name") == ["Refund for a cancellation"]


@pytest.mark.parametrize(
    ("category", "code", "reason"),
    [
        ("S", [], []), ("Z", [], []), ("E", [], ["Exempt from VAT"]), ("AE", ["VATEX-EU-AE"], ["Reverse charge"]),
        ("K", ["VATEX-EU-IC"], ["Intra-Community supply"]), ("G", ["VATEX-EU-G"], ["Export outside the EU"]), ("O", ["VATEX-EU-O"], ["Not subject to VAT"]),
    ],
)  # fmt: skip
def test_an_exemption_has_its_reason(category, code, reason):
    root = tree(render_ubl(*CASES[f"category-{category}"]))
    assert texts(root, "//cac:TaxSubtotal//cbc:TaxExemptionReasonCode") == code
    assert texts(root, "//cac:TaxSubtotal//cbc:TaxExemptionReason") == reason


def test_the_reason_of_the_books_row_is_told():
    told = Text({"en": "Training is exempt", "de": "Unterricht ist befreit"})
    book = replace(BOOK, taxes=tuple(replace(row, reason=told) if row.category == "E" else row for row in TAXES))
    made = invoice(line("100.00", "E"))
    for language, reason in ((None, "Training is exempt"), ("de", "Unterricht ist befreit")):
        assert texts(tree(render_ubl(made, ISSUE, book, language)), "//cbc:TaxExemptionReason") == [reason]


def test_what_is_not_subject_to_vat_names_no_vat_number():
    for write in WRITERS.values():
        xml = write(*CASES["category-O"])
        assert b"DE123456789" not in xml and b"FR32123456789" not in xml and b"HRB 12345" in xml


def test_a_change_says_how_much_more_or_less_there_is():
    changed = line("10.00", kind="change", item="seat", quantity="30", unit="user")
    root = tree(render_ubl(invoice(changed, line("-1.00", kind="refund-change", quantity="5")), ISSUE, BOOK))
    assert texts(root, "//cac:Item/cbc:Description") == ["Change", "Refund for a change"]
    assert texts(root, "//cbc:InvoicedQuantity") == ["30", "-5"]


def test_periods_end_on_their_last_day():
    """March in Berlin, its end excluded, ends on the 31st; a line without an end has a first day only."""
    root = tree(render_ubl(*CASES["category-S"]))
    assert texts(root, "cac:InvoicePeriod/*") == ["2026-03-01", "2026-03-31"]
    assert texts(tree(render_ubl(*CASES["credit-note"])), "//cac:CreditNoteLine/cac:InvoicePeriod/*") == ["2026-03-01"]


def test_how_to_pay():
    means = {name: texts(tree(render_ubl(*CASES[name])), "//cac:PaymentMeans/cbc:PaymentMeansCode") for name in ("category-S", "non-sepa", "nothing-owed")}
    assert means == {"category-S": ["58"], "non-sepa": ["30"], "nothing-owed": []}
    root = tree(render_cii(*CASES["category-S"]))
    assert texts(root, "//ram:IBANID") == ["DE02120300000000202051"] and texts(root, "//ram:BICID") == ["BYLADEM1001"]
    assert texts(root, "//ram:SpecifiedTradePaymentTerms/ram:Description") == ["Payable by 2026-05-01"]
    assert texts(root, "//ram:BuyerReference") == [BUYER.other["reference"]]


def test_units_are_those_of_the_united_nations():
    made = invoice(*(line("1.00", unit=unit) for unit in ("GB", "TB", "hour", "month", "user", "edition", "EUR")))
    root = tree(render_ubl(made, ISSUE, BOOK))
    assert [each.get("unitCode") for each in root.iter("{*}InvoicedQuantity")] == ["E34", "E35", "HUR", "MON", "C62", "C62", "C62"]


def test_whatever_a_name_holds_stays_text():
    """Markup, formulas and 10,000 characters are text; what XML cannot hold, and what turns the direction of text, is left out."""
    for syntax, write in WRITERS.items():
        root = tree(write(*CASES["unsafe-names"]))
        (name,) = texts(root, "//cac:AccountingCustomerParty//cbc:RegistrationName" if syntax == "ubl" else "//ram:BuyerTradeParty/ram:Name")
        assert name == "Acme <b>& ]]> &amp; " + "x" * 10_000
        assert {each.tag.rpartition("}")[2] for each in root.iter()} & {"script", "b"} == set()
        assert "=cmd|'/c calc'!A1" in texts(root, "//cac:Item/cbc:Name" if syntax == "ubl" else "//ram:SpecifiedTradeProduct/ram:Name")


def test_amounts_have_the_currencys_decimals():
    for name in ("yen", "category-S", "dinars-that-fit"):
        made = CASES[name][0]
        (total,) = texts(tree(render_ubl(*CASES[name])), "//cbc:PayableAmount")
        assert len(total.partition(".")[2]) == min(2, minor_places(made.currency))
