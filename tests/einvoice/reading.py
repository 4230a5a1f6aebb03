"""E-invoices read back from their XML, by nothing of the product: names, amounts and sums as any receiver finds them."""

from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}


@dataclass(frozen=True)
class ReadLine:
    """A line as it stands: `taken` are its allowances less its charges."""

    quantity: Decimal
    price: Decimal
    base: Decimal
    taken: Decimal
    net: Decimal
    category: str
    rate: str


def tree(xml: bytes):
    """The document's root; a document type would have been refused before."""
    return etree.fromstring(xml)


def texts(root, path: str) -> list[str]:
    """The texts of all elements at a path."""
    return [each.text or "" for each in root.xpath(path, namespaces=NAMES)]


def number(root, path: str, otherwise: str = "") -> Decimal:
    """The number at a path, of which there is one."""
    found = texts(root, path) or [otherwise]
    assert len(found) == 1, (path, found)
    return Decimal(found[0])


def lines(root) -> list[ReadLine]:
    """Every line of a document of either syntax."""
    if root.tag.endswith("CrossIndustryInvoice"):
        return [_cii(line) for line in root.xpath("//ram:IncludedSupplyChainTradeLineItem", namespaces=NAMES)]
    return [_ubl(line) for line in root.xpath("//cac:InvoiceLine|//cac:CreditNoteLine", namespaces=NAMES)]


def _ubl(line) -> ReadLine:
    taken = [
        Decimal(amount) * (-1 if charged == "true" else 1)
        for charged, amount in zip(texts(line, "cac:AllowanceCharge/cbc:ChargeIndicator"), texts(line, "cac:AllowanceCharge/cbc:Amount"), strict=True)
    ]
    return ReadLine(
        number(line, "cbc:InvoicedQuantity|cbc:CreditedQuantity"), number(line, "cac:Price/cbc:PriceAmount"), number(line, "cac:Price/cbc:BaseQuantity", "1"),
        sum(taken, Decimal(0)), number(line, "cbc:LineExtensionAmount"),
        *texts(line, "cac:Item/cac:ClassifiedTaxCategory/cbc:ID"), *(texts(line, "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent") or [""]),
    )  # fmt: skip


def _cii(line) -> ReadLine:
    settlement = "ram:SpecifiedLineTradeSettlement"
    charged = texts(line, f"{settlement}/ram:SpecifiedTradeAllowanceCharge/ram:ChargeIndicator/udt:Indicator")
    amounts = texts(line, f"{settlement}/ram:SpecifiedTradeAllowanceCharge/ram:ActualAmount")
    taken = [Decimal(amount) * (-1 if charge == "true" else 1) for charge, amount in zip(charged, amounts, strict=True)]
    price = "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice"
    return ReadLine(
        number(line, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"), number(line, f"{price}/ram:ChargeAmount"),
        number(line, f"{price}/ram:BasisQuantity", "1"), sum(taken, Decimal(0)),
        number(line, f"{settlement}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"),
        *texts(line, f"{settlement}/ram:ApplicableTradeTax/ram:CategoryCode"),
        *(texts(line, f"{settlement}/ram:ApplicableTradeTax/ram:RateApplicablePercent") or [""]),
    )  # fmt: skip
