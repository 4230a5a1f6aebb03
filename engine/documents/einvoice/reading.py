"""A finished e-invoice, of whatever program, back as the terms of EN 16931 that profiles ask about. What no rule of theirs looks at is left out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.documents.einvoice.record import AllowanceOrCharge, DeliveryAddress, EInvoice, ELine, EParty, PaymentMeans, Period, VatBreakdown
from engine.values.exact import ZERO

if TYPE_CHECKING:
    from lxml import etree

NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}


@dataclass(frozen=True, slots=True)
class Syntax:
    """Where each term stands, as paths of XPath: from the root, from a party, an address, a line, an allowance, a tax, a means of payment."""

    id: str
    whole: Mapping[str, str]
    party: Mapping[str, str]
    place: Mapping[str, str]
    line: Mapping[str, str]
    adjustment: Mapping[str, str]
    tax: Mapping[str, str]
    payment: Mapping[str, str]


UBL = Syntax(
    "ubl",
    MappingProxyType({
        "specification": "cbc:CustomizationID", "process": "cbc:ProfileID", "number": "cbc:ID", "issued": "cbc:IssueDate",
        "type": "cbc:InvoiceTypeCode|cbc:CreditNoteTypeCode", "note": "cbc:Note", "currency": "cbc:DocumentCurrencyCode",
        "buyer_reference": "cbc:BuyerReference", "order": "cac:OrderReference/cbc:ID", "start": "cac:InvoicePeriod/cbc:StartDate",
        "end": "cac:InvoicePeriod/cbc:EndDate", "seller": "cac:AccountingSupplierParty/cac:Party", "buyer": "cac:AccountingCustomerParty/cac:Party",
        "delivery": "cac:Delivery/cac:DeliveryLocation/cac:Address", "payment": "cac:PaymentMeans", "tax": "cac:TaxTotal/cac:TaxSubtotal",
        "line": "cac:InvoiceLine|cac:CreditNoteLine",
    }),
    MappingProxyType({
        "name": "cac:PartyLegalEntity/cbc:RegistrationName", "vat_id": "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID='VAT']/cbc:CompanyID",
        "tax_registration": "cac:PartyTaxScheme[cac:TaxScheme/cbc:ID!='VAT']/cbc:CompanyID", "contact": "cac:Contact/cbc:Name",
        "phone": "cac:Contact/cbc:Telephone", "email": "cac:Contact/cbc:ElectronicMail", "electronic_address": "cbc:EndpointID", "place": "cac:PostalAddress",
    }),
    MappingProxyType({"city": "cbc:CityName", "postcode": "cbc:PostalZone", "country": "cac:Country/cbc:IdentificationCode"}),
    MappingProxyType({
        "id": "cbc:ID", "quantity": "cbc:InvoicedQuantity|cbc:CreditedQuantity", "net": "cbc:LineExtensionAmount", "price": "cac:Price/cbc:PriceAmount",
        "base": "cac:Price/cbc:BaseQuantity", "start": "cac:InvoicePeriod/cbc:StartDate", "end": "cac:InvoicePeriod/cbc:EndDate",
        "adjustment": "cac:AllowanceCharge",
    }),
    MappingProxyType({"is_charge": "cbc:ChargeIndicator", "amount": "cbc:Amount"}),
    MappingProxyType({
        "category": "cac:TaxCategory/cbc:ID", "rate": "cac:TaxCategory/cbc:Percent", "base": "cbc:TaxableAmount", "amount": "cbc:TaxAmount",
        "reason_code": "cac:TaxCategory/cbc:TaxExemptionReasonCode",
    }),
    MappingProxyType({"code": "cbc:PaymentMeansCode", "iban": "cac:PayeeFinancialAccount/cbc:ID"}),
)  # fmt: skip

AGREEMENT, DELIVERED, SETTLEMENT = (f"rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTrade{part}" for part in ("Agreement", "Delivery", "Settlement"))
CONTEXT, DATE = "rsm:ExchangedDocumentContext", "udt:DateTimeString"
CII = Syntax(
    "cii",
    MappingProxyType({
        "specification": f"{CONTEXT}/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        "process": f"{CONTEXT}/ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", "number": "rsm:ExchangedDocument/ram:ID",
        "issued": f"rsm:ExchangedDocument/ram:IssueDateTime/{DATE}", "type": "rsm:ExchangedDocument/ram:TypeCode",
        "note": "rsm:ExchangedDocument/ram:IncludedNote/ram:Content", "currency": f"{SETTLEMENT}/ram:InvoiceCurrencyCode",
        "buyer_reference": f"{AGREEMENT}/ram:BuyerReference", "order": f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID",
        "start": f"{SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:StartDateTime/{DATE}",
        "end": f"{SETTLEMENT}/ram:BillingSpecifiedPeriod/ram:EndDateTime/{DATE}", "seller": f"{AGREEMENT}/ram:SellerTradeParty",
        "buyer": f"{AGREEMENT}/ram:BuyerTradeParty", "delivery": f"{DELIVERED}/ram:ShipToTradeParty/ram:PostalTradeAddress",
        "payment": f"{SETTLEMENT}/ram:SpecifiedTradeSettlementPaymentMeans", "tax": f"{SETTLEMENT}/ram:ApplicableTradeTax",
        "line": "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem",
    }),
    MappingProxyType({
        "name": "ram:Name", "vat_id": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='VA']",
        "tax_registration": "ram:SpecifiedTaxRegistration/ram:ID[@schemeID='FC']", "contact": "ram:DefinedTradeContact/ram:PersonName",
        "phone": "ram:DefinedTradeContact/ram:TelephoneUniversalCommunication/ram:CompleteNumber",
        "email": "ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID",
        "electronic_address": "ram:URIUniversalCommunication/ram:URIID", "place": "ram:PostalTradeAddress",
    }),
    MappingProxyType({"city": "ram:CityName", "postcode": "ram:PostcodeCode", "country": "ram:CountryID"}),
    MappingProxyType({
        "id": "ram:AssociatedDocumentLineDocument/ram:LineID", "quantity": "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity",
        "net": "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount",
        "price": "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount",
        "base": "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:BasisQuantity",
        "start": f"ram:SpecifiedLineTradeSettlement/ram:BillingSpecifiedPeriod/ram:StartDateTime/{DATE}",
        "end": f"ram:SpecifiedLineTradeSettlement/ram:BillingSpecifiedPeriod/ram:EndDateTime/{DATE}",
        "adjustment": "ram:SpecifiedLineTradeSettlement/ram:SpecifiedTradeAllowanceCharge",
    }),
    MappingProxyType({"is_charge": "ram:ChargeIndicator/udt:Indicator", "amount": "ram:ActualAmount"}),
    MappingProxyType({
        "category": "ram:CategoryCode", "rate": "ram:RateApplicablePercent", "base": "ram:BasisAmount", "amount": "ram:CalculatedAmount",
        "reason_code": "ram:ExemptionReasonCode",
    }),
    MappingProxyType({"code": "ram:TypeCode", "iban": "ram:PayeePartyCreditorFinancialAccount/ram:IBANID"}),
)  # fmt: skip


def syntax_of(xml: bytes) -> str:
    """`cii` for a Cross Industry Invoice, else `ubl`: which rules look at a document; what is neither they refuse."""
    return CII.id if b"CrossIndustryInvoice" in xml[:4000] else UBL.id


def read_e_invoice(xml: bytes, syntax: str) -> EInvoice:
    """The record of a document that its schema has passed and that has no document type. What it does not say is empty."""
    from lxml import etree

    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    return _record(root, CII if syntax == CII.id else UBL)


def _record(root: "etree._Element", syntax: Syntax) -> EInvoice:
    def said(term: str) -> str:
        return _text(root, syntax.whole[term])

    delivery, payment = (next(_all(root, syntax.whole[term]), None) for term in ("delivery", "payment"))
    return EInvoice(
        said("number"), _day(said("issued")) or date.min, said("type"), said("currency"), 2,
        _party(next(_all(root, syntax.whole["seller"]), None), syntax), _party(next(_all(root, syntax.whole["buyer"]), None), syntax),
        tuple(_line(each, syntax) for each in _all(root, syntax.whole["line"])),
        tuple(_tax(each, syntax) for each in _all(root, syntax.whole["tax"])), ZERO, ZERO, ZERO,
        buyer_reference=said("buyer_reference"), notes=tuple(filter(None, (_text(each, ".") for each in _all(root, syntax.whole["note"])))),
        period=_period(said("start"), said("end")),
        payment=None if payment is None else PaymentMeans(_text(payment, syntax.payment["code"]), _text(payment, syntax.payment["iban"])),
        delivery=None if delivery is None else _delivery(delivery, syntax),
        specification=said("specification"), process=said("process"), order=said("order"),
    )  # fmt: skip


def _all(node: "etree._Element", path: str) -> Iterator["etree._Element"]:
    yield from node.xpath(path, namespaces=NAMES)


def _text(node: "etree._Element", path: str) -> str:
    """The text of the first element at a path; empty where there is none."""
    return next(((each.text or "").strip() for each in _all(node, path)), "")


def _number(node: "etree._Element", path: str) -> Decimal:
    text = _text(node, path)
    return Decimal(text) if text else ZERO


def _day(text: str) -> date | None:
    """A day as UBL writes it (2026-03-01), with or without a zone, or as CII does (20260301)."""
    return date.fromisoformat(text[:10] if "-" in text else text[:8]) if text else None


def _period(start: str, end: str) -> Period | None:
    return Period(_day(start) or date.min, _day(end)) if start or end else None


def _party(node: "etree._Element | None", syntax: Syntax) -> EParty:
    if node is None:
        return EParty("")
    at, place = syntax.party, next(_all(node, syntax.party["place"]), node)
    return EParty(
        _text(node, at["name"]), (), _text(place, syntax.place["city"]), _text(place, syntax.place["postcode"]), _text(place, syntax.place["country"]),
        vat_id=_text(node, at["vat_id"]), tax_registration=_text(node, at["tax_registration"]), contact=_text(node, at["contact"]),
        phone=_text(node, at["phone"]), email=_text(node, at["email"]), electronic_address=_text(node, at["electronic_address"]),
        scheme=next((each.get("schemeID", "") for each in _all(node, at["electronic_address"])), ""),
    )  # fmt: skip


def _delivery(node: "etree._Element", syntax: Syntax) -> DeliveryAddress:
    at = syntax.place
    return DeliveryAddress(_text(node, at["country"]), (), _text(node, at["city"]), _text(node, at["postcode"]))


def _line(node: "etree._Element", syntax: Syntax) -> ELine:
    at = syntax.line
    adjustments = tuple(
        AllowanceOrCharge(_text(each, syntax.adjustment["is_charge"]) == "true", _number(each, syntax.adjustment["amount"]), "")
        for each in _all(node, at["adjustment"])
    )
    base = _text(node, at["base"])
    return ELine(
        _text(node, at["id"]), "", "", "", "", _number(node, at["quantity"]), "", _number(node, at["price"]), Decimal(base) if base else None,
        _number(node, at["net"]), "", None, _period(_text(node, at["start"]), _text(node, at["end"])), adjustments,
    )  # fmt: skip


def _tax(node: "etree._Element", syntax: Syntax) -> VatBreakdown:
    at = syntax.tax
    rate = _text(node, at["rate"])
    amounts = _number(node, at["base"]), _number(node, at["amount"])
    return VatBreakdown(_text(node, at["category"]), Decimal(rate) if rate else None, *amounts, reason_code=_text(node, at["reason_code"]))
