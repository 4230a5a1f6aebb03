"""E-invoices that are broken on purpose: each mandatory field left out, each sum falsified, and the rule that says so by its id.

A check that cannot fail proves nothing; these show that every rule that the product relies on does fail.
"""

import pytest
from lxml import etree

from engine.documents.einvoice import render_cii, render_ubl
from engine.workers import Finding, check_e_invoice, e_invoice_faults
from tests.einvoice.einvoice_tables import CASES
from tests.einvoice.reading import NAMES, tree

SELLER, BUYER = "//cac:AccountingSupplierParty/cac:Party", "//cac:AccountingCustomerParty/cac:Party"
LINE, TOTAL = "//cac:InvoiceLine[1]", "//cac:LegalMonetaryTotal"
SELLER_CII, BUYER_CII = "//ram:SellerTradeParty", "//ram:BuyerTradeParty"
LINE_CII, TOTAL_CII = "//ram:IncludedSupplyChainTradeLineItem[1]", "//ram:SpecifiedTradeSettlementHeaderMonetarySummation"
HEAD_TAX = "//ram:ApplicableHeaderTradeSettlement/ram:ApplicableTradeTax"

# Rule, case, what is left out.
LEFT_OUT_OF_UBL = [
    ("BR-01", "category-S", "cbc:CustomizationID"),
    ("BR-02", "category-S", "cbc:ID"),
    ("BR-03", "category-S", "cbc:IssueDate"),
    ("BR-04", "category-S", "cbc:InvoiceTypeCode"),
    ("BR-04", "credit-note", "cbc:CreditNoteTypeCode"),
    ("BR-05", "category-S", "cbc:DocumentCurrencyCode"),
    ("BR-06", "category-S", f"{SELLER}//cbc:RegistrationName"),
    ("BR-07", "category-S", f"{BUYER}//cbc:RegistrationName"),
    ("BR-08", "category-S", f"{SELLER}/cac:PostalAddress"),
    ("BR-09", "category-S", f"{SELLER}/cac:PostalAddress/cac:Country"),
    ("BR-10", "category-S", f"{BUYER}/cac:PostalAddress"),
    ("BR-11", "category-S", f"{BUYER}/cac:PostalAddress/cac:Country"),
    ("BR-12", "category-S", f"{TOTAL}/cbc:LineExtensionAmount"),
    ("BR-13", "category-S", f"{TOTAL}/cbc:TaxExclusiveAmount"),
    ("BR-14", "category-S", f"{TOTAL}/cbc:TaxInclusiveAmount"),
    ("BR-15", "category-S", f"{TOTAL}/cbc:PayableAmount"),
    ("BR-16", "category-S", "//cac:InvoiceLine"),
    ("BR-16", "credit-note", "//cac:CreditNoteLine"),
    ("BR-21", "category-S", f"{LINE}/cbc:ID"),
    ("BR-22", "category-S", f"{LINE}/cbc:InvoicedQuantity"),
    ("BR-22", "credit-note", "//cac:CreditNoteLine/cbc:CreditedQuantity"),
    ("BR-23", "category-S", f"{LINE}/cbc:InvoicedQuantity/@unitCode"),
    ("BR-24", "category-S", f"{LINE}/cbc:LineExtensionAmount"),
    ("BR-25", "category-S", f"{LINE}/cac:Item/cbc:Name"),
    ("BR-26", "category-S", f"{LINE}/cac:Price"),
    ("BR-42", "free", f"{LINE}/cac:AllowanceCharge/*[starts-with(local-name(), 'AllowanceChargeReason')]"),
    ("BR-44", "correction", "//cac:InvoiceLine[2]/cac:AllowanceCharge/cbc:AllowanceChargeReason"),
    ("BR-45", "category-S", "//cac:TaxSubtotal/cbc:TaxableAmount"),
    ("BR-46", "category-S", "//cac:TaxSubtotal/cbc:TaxAmount"),
    ("BR-47", "category-S", "//cac:TaxSubtotal/cac:TaxCategory/cbc:ID"),
    ("BR-48", "category-S", "//cac:TaxSubtotal/cac:TaxCategory/cbc:Percent"),
    ("BR-61", "category-S", "//cac:PayeeFinancialAccount"),
    ("BR-62", "category-S", f"{SELLER}/cbc:EndpointID/@schemeID"),
    ("BR-CO-04", "category-S", f"{LINE}/cac:Item/cac:ClassifiedTaxCategory"),
    ("BR-CO-18", "category-S", "//cac:TaxSubtotal"),
    ("BR-CO-26", "category-O", f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID"),
    ("BR-S-02", "category-S", f"{SELLER}/cac:PartyTaxScheme"),
    ("BR-Z-02", "category-Z", f"{SELLER}/cac:PartyTaxScheme"),
    ("BR-E-02", "category-E", f"{SELLER}/cac:PartyTaxScheme"),
    ("BR-E-10", "category-E", "//cbc:TaxExemptionReason"),
    ("BR-AE-02", "category-AE", f"{BUYER}/cac:PartyTaxScheme"),
    ("BR-AE-10", "category-AE", "//*[starts-with(local-name(), 'TaxExemptionReason')]"),
    ("BR-IC-02", "category-K", f"{BUYER}/cac:PartyTaxScheme"),
    ("BR-IC-11", "category-K", "cac:InvoicePeriod"),
    ("BR-IC-12", "category-K", "cac:Delivery"),
    ("BR-G-02", "category-G", f"{SELLER}/cac:PartyTaxScheme"),
    ("BR-O-10", "category-O", "//*[starts-with(local-name(), 'TaxExemptionReason')]"),
]  # fmt: skip
LEFT_OUT_OF_CII = [
    ("BR-01", "category-S", "//ram:GuidelineSpecifiedDocumentContextParameter"),
    ("BR-02", "category-S", "//rsm:ExchangedDocument/ram:ID"),
    ("BR-03", "category-S", "//rsm:ExchangedDocument/ram:IssueDateTime"),
    ("BR-04", "category-S", "//rsm:ExchangedDocument/ram:TypeCode"),
    ("BR-05", "category-S", "//ram:InvoiceCurrencyCode"),
    ("BR-06", "category-S", f"{SELLER_CII}/ram:Name"),
    ("BR-07", "category-S", f"{BUYER_CII}/ram:Name"),
    ("BR-08", "category-S", f"{SELLER_CII}/ram:PostalTradeAddress"),
    ("BR-09", "category-S", f"{SELLER_CII}/ram:PostalTradeAddress/ram:CountryID"),
    ("BR-10", "category-S", f"{BUYER_CII}/ram:PostalTradeAddress"),
    ("BR-11", "category-S", f"{BUYER_CII}/ram:PostalTradeAddress/ram:CountryID"),
    ("BR-12", "category-S", f"{TOTAL_CII}/ram:LineTotalAmount"),
    ("BR-13", "category-S", f"{TOTAL_CII}/ram:TaxBasisTotalAmount"),
    ("BR-14", "category-S", f"{TOTAL_CII}/ram:GrandTotalAmount"),
    ("BR-15", "category-S", f"{TOTAL_CII}/ram:DuePayableAmount"),
    ("BR-16", "category-S", "//ram:IncludedSupplyChainTradeLineItem"),
    ("BR-21", "category-S", f"{LINE_CII}/ram:AssociatedDocumentLineDocument/ram:LineID"),
    ("BR-22", "category-S", f"{LINE_CII}//ram:BilledQuantity"),
    ("BR-23", "category-S", f"{LINE_CII}//ram:BilledQuantity/@unitCode"),
    ("BR-24", "category-S", f"{LINE_CII}//ram:LineTotalAmount"),
    ("BR-25", "category-S", f"{LINE_CII}//ram:SpecifiedTradeProduct/ram:Name"),
    ("BR-26", "category-S", f"{LINE_CII}//ram:NetPriceProductTradePrice/ram:ChargeAmount"),
    ("BR-42", "free", f"{LINE_CII}//ram:SpecifiedTradeAllowanceCharge/*[starts-with(local-name(), 'Reason')]"),
    ("BR-45", "category-S", f"{HEAD_TAX}/ram:BasisAmount"),
    ("BR-46", "category-S", f"{HEAD_TAX}/ram:CalculatedAmount"),
    ("BR-47", "category-S", f"{HEAD_TAX}/ram:CategoryCode"),
    ("BR-48", "category-S", f"{HEAD_TAX}/ram:RateApplicablePercent"),
    ("BR-61", "category-S", "//ram:IBANID"),
    ("BR-CO-04", "category-S", f"{LINE_CII}//ram:ApplicableTradeTax/ram:CategoryCode"),
    ("BR-CO-18", "category-S", HEAD_TAX),
    ("BR-CO-26", "category-O", f"{SELLER_CII}/ram:SpecifiedLegalOrganization"),
    ("BR-S-02", "category-S", f"{SELLER_CII}/ram:SpecifiedTaxRegistration"),
    ("BR-Z-02", "category-Z", f"{SELLER_CII}/ram:SpecifiedTaxRegistration"),
    ("BR-E-10", "category-E", "//ram:ExemptionReason"),
    ("BR-AE-02", "category-AE", f"{BUYER_CII}/ram:SpecifiedTaxRegistration"),
    ("BR-IC-02", "category-K", f"{BUYER_CII}/ram:SpecifiedTaxRegistration"),
    ("BR-IC-11", "category-K", "//ram:ApplicableHeaderTradeSettlement/ram:BillingSpecifiedPeriod"),
    ("BR-IC-12", "category-K", "//ram:ShipToTradeParty"),
    ("BR-G-02", "category-G", f"{SELLER_CII}/ram:SpecifiedTaxRegistration"),
    ("BR-O-10", "category-O", "//ram:ExemptionReason|//ram:ExemptionReasonCode"),
]  # fmt: skip
# Rule, case, where, what stands there instead.
CHANGED_IN_UBL = [
    ("BR-27", "category-S", f"{LINE}/cac:Price/cbc:PriceAmount", "-1.00"),
    ("BR-29", "category-S", "cac:InvoicePeriod/cbc:EndDate", "2026-02-28"),
    ("BR-30", "category-S", f"{LINE}/cac:InvoicePeriod/cbc:EndDate", "2026-02-28"),
    ("BR-CO-09", "category-S", f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID", "99123456789"),
    ("BR-CO-10", "category-S", f"{TOTAL}/cbc:LineExtensionAmount", "100.06"),
    ("BR-CO-13", "category-S", f"{TOTAL}/cbc:TaxExclusiveAmount", "100.06"),
    ("BR-CO-14", "category-S", "//cac:TaxTotal/cbc:TaxAmount", "19.02"),
    ("BR-CO-15", "category-S", f"{TOTAL}/cbc:TaxInclusiveAmount", "119.07"),
    ("BR-CO-16", "category-S", f"{TOTAL}/cbc:PayableAmount", "119.07"),
    ("BR-CO-17", "category-S", "//cac:TaxSubtotal/cbc:TaxAmount", "20.01"),
    ("BR-S-05", "category-S", f"{LINE}//cac:ClassifiedTaxCategory/cbc:Percent", "0"),
    ("BR-S-08", "category-S", "//cac:TaxSubtotal/cbc:TaxableAmount", "102.00"),
    ("BR-S-09", "category-S", "//cac:TaxSubtotal/cbc:TaxAmount", "20.01"),
    ("BR-Z-05", "category-Z", f"{LINE}//cac:ClassifiedTaxCategory/cbc:Percent", "19"),
    ("BR-O-02", "category-S", "//cbc:ID[. = 'S']", "O"),
    ("BR-O-11", "several-rates", "//cac:TaxSubtotal[1]/cac:TaxCategory/cbc:ID", "O"),
    ("BR-DEC-23", "category-S", f"{LINE}/cbc:LineExtensionAmount", "100.000"),
    ("BR-CL-04", "category-S", "cbc:DocumentCurrencyCode", "EURO"),
    ("BR-CL-14", "category-S", f"{BUYER}//cbc:IdentificationCode", "UK"),
    ("BR-CL-17", "category-S", "//cac:TaxSubtotal/cac:TaxCategory/cbc:ID", "X"),
]  # fmt: skip
CHANGED_IN_CII = [
    ("BR-27", "category-S", f"{LINE_CII}//ram:NetPriceProductTradePrice/ram:ChargeAmount", "-1.00"),
    ("BR-29", "category-S", "//ram:ApplicableHeaderTradeSettlement/ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString", "20260228"),
    ("BR-CO-09", "category-S", f"{SELLER_CII}/ram:SpecifiedTaxRegistration/ram:ID", "99123456789"),
    ("BR-CO-10", "category-S", f"{TOTAL_CII}/ram:LineTotalAmount", "100.06"),
    ("BR-CO-13", "category-S", f"{TOTAL_CII}/ram:TaxBasisTotalAmount", "100.06"),
    ("BR-CO-14", "category-S", f"{TOTAL_CII}/ram:TaxTotalAmount", "19.02"),
    ("BR-CO-15", "category-S", f"{TOTAL_CII}/ram:GrandTotalAmount", "119.07"),
    ("BR-CO-16", "category-S", f"{TOTAL_CII}/ram:DuePayableAmount", "119.07"),
    ("BR-CO-17", "category-S", f"{HEAD_TAX}/ram:CalculatedAmount", "20.02"),
    ("BR-S-08", "category-S", f"{HEAD_TAX}/ram:BasisAmount", "100.06"),
    ("BR-S-09", "category-S", f"{HEAD_TAX}/ram:CalculatedAmount", "20.02"),
    ("BR-O-11", "several-rates", f"{HEAD_TAX}[1]/ram:CategoryCode", "O"),
    ("BR-DEC-23", "category-S", f"{LINE_CII}//ram:LineTotalAmount", "100.000"),
]  # fmt: skip
WRITERS = {"ubl": render_ubl, "cii": render_cii}
LEFT_OUT = [("ubl", *row) for row in LEFT_OUT_OF_UBL] + [("cii", *row) for row in LEFT_OUT_OF_CII]
CHANGED = [("ubl", *row) for row in CHANGED_IN_UBL] + [("cii", *row) for row in CHANGED_IN_CII]


def broken(syntax: str, case: str, path: str, text: str | None = None) -> bytes:
    """The case's document without what stands at the path, or with another text there."""
    root = tree(WRITERS[syntax](*CASES[case]))
    found = root.xpath(path, namespaces=NAMES)
    assert found, path
    for each in found:
        if getattr(each, "is_attribute", False):
            del each.getparent().attrib[each.attrname]
        elif text is None:
            each.getparent().remove(each)
        else:
            each.text = text
    return etree.tostring(root)


def rules_of(findings: tuple[Finding, ...]) -> set[str]:
    return {each.rule for each in findings if each.severity == "error"}


@pytest.mark.parametrize(("syntax", "rule", "case", "path"), LEFT_OUT, ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in LEFT_OUT])
def test_each_field_that_is_left_out_is_missed(syntax, rule, case, path, checker):
    assert rule in rules_of(checker.check(broken(syntax, case, path), syntax))


@pytest.mark.parametrize(("syntax", "rule", "case", "path", "text"), CHANGED, ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in CHANGED])
def test_each_false_sum_or_code_is_found(syntax, rule, case, path, text, checker):
    assert rule in rules_of(checker.check(broken(syntax, case, path, text), syntax))


def test_a_document_that_the_schema_does_not_know_is_found(checker):
    for syntax, path in (("ubl", "//cac:Price"), ("cii", "//ram:SpecifiedTradeProduct/ram:Name")):
        root = tree(WRITERS[syntax](*CASES["category-S"]))
        (*_, last) = root.xpath(path, namespaces=NAMES)
        last.getparent().insert(0, last)
        assert "XSD" in rules_of(checker.check(etree.tostring(root), syntax))


def test_findings_become_messages_that_name_the_rule():
    findings = check_e_invoice(broken("ubl", "category-S", f"{BUYER}//cbc:RegistrationName"), "ubl")
    (problem,) = e_invoice_faults(findings)
    assert problem.code == "Q749" and problem.message.startswith("BR-07: ") and "Buyer name (BT-44)" in problem.message


def test_warnings_keep_no_e_invoice_back():
    assert e_invoice_faults((Finding("PEPPOL-EN16931-R008", "warning", "an empty element"),)) == ()
