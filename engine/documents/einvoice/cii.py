"""UN/CEFACT Cross Industry Invoice under EN 16931: the XML inside a Factur-X file. Writes what the record says."""

from datetime import date

from engine.documents.einvoice.record import EInvoice, ELine, EParty, Period, VatBreakdown
from engine.documents.einvoice.tree import Writer, amount_text, number_text
from engine.documents.einvoice.ubl import EMAIL_SCHEME, OBJECT_CODE, SPECIFICATION

PREFIXES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
DAY = "102"
"""UNTDID 2379: a date as YYYYMMDD."""


def write_cii(record: EInvoice) -> bytes:
    """The e-invoice as a CII file of the profile EN 16931."""
    return _Cii(record).written()


class _Cii:
    """One document on its way into XML."""

    def __init__(self, record: EInvoice) -> None:
        self.record, self.w = record, Writer("rsm:CrossIndustryInvoice", PREFIXES)

    def text(self, amount) -> str:
        """An amount; only the total of the tax names its currency."""
        return amount_text(amount, self.record.places)

    def day(self, parent, name: str, day: date | None) -> None:
        if day is not None:
            self.w.path(parent, f"{name}/udt:DateTimeString", day.strftime("%Y%m%d"), format=DAY)

    def written(self) -> bytes:
        w, record = self.w, self.record
        context = w.group(w.root, "rsm:ExchangedDocumentContext")
        w.path(context, "ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", SPECIFICATION)
        document = w.group(w.root, "rsm:ExchangedDocument")
        w.leaf(document, "ram:ID", record.number)
        w.leaf(document, "ram:TypeCode", record.type_code)
        self.day(document, "ram:IssueDateTime", record.issued)
        for note in record.notes:
            w.path(document, "ram:IncludedNote/ram:Content", note)
        transaction = w.group(w.root, "rsm:SupplyChainTradeTransaction")
        for line in record.lines:
            self.line(transaction, line)
        agreement = w.group(transaction, "ram:ApplicableHeaderTradeAgreement")
        w.leaf(agreement, "ram:BuyerReference", record.buyer_reference)
        self.party(agreement, "ram:SellerTradeParty", record.seller)
        self.party(agreement, "ram:BuyerTradeParty", record.buyer)
        delivery = w.group(transaction, "ram:ApplicableHeaderTradeDelivery")
        w.path(delivery, "ram:ShipToTradeParty/ram:PostalTradeAddress/ram:CountryID", record.deliver_to)
        self.settlement(transaction)
        return w.bytes()

    def party(self, parent, name: str, said: EParty) -> None:
        w = self.w
        party = w.group(parent, name)
        w.leaf(party, "ram:ID", said.identifier)
        w.leaf(party, "ram:Name", said.name)
        w.path(party, "ram:SpecifiedLegalOrganization/ram:ID", said.registration)
        if said.phone or said.email:
            contact = w.group(party, "ram:DefinedTradeContact")
            w.path(contact, "ram:TelephoneUniversalCommunication/ram:CompleteNumber", said.phone)
            w.path(contact, "ram:EmailURIUniversalCommunication/ram:URIID", said.email)
        address = w.group(party, "ram:PostalTradeAddress")
        first, second, *others = (*said.address, "", "")
        w.leaf(address, "ram:PostcodeCode", said.postcode)
        w.leaf(address, "ram:LineOne", first)
        w.leaf(address, "ram:LineTwo", second)
        w.leaf(address, "ram:LineThree", ", ".join(filter(None, others)))
        w.leaf(address, "ram:CityName", said.city)
        w.leaf(address, "ram:CountryID", said.country)
        w.path(party, "ram:URIUniversalCommunication/ram:URIID", said.electronic_address, schemeID=EMAIL_SCHEME)
        w.path(party, "ram:SpecifiedTaxRegistration/ram:ID", said.vat_id, schemeID="VA")
        w.path(party, "ram:SpecifiedTaxRegistration/ram:ID", said.tax_registration, schemeID="FC")

    def period(self, parent, period: Period | None) -> None:
        if period is not None:
            group = self.w.group(parent, "ram:BillingSpecifiedPeriod")
            self.day(group, "ram:StartDateTime", period.start)
            self.day(group, "ram:EndDateTime", period.end)

    def settlement(self, transaction) -> None:
        w, record = self.w, self.record
        settlement = w.group(transaction, "ram:ApplicableHeaderTradeSettlement")
        w.leaf(settlement, "ram:PaymentReference", record.number if record.payment else "")
        w.leaf(settlement, "ram:InvoiceCurrencyCode", record.currency)
        if record.payment is not None:
            means = w.group(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
            w.leaf(means, "ram:TypeCode", record.payment.code)
            account = w.group(means, "ram:PayeePartyCreditorFinancialAccount")
            w.leaf(account, "ram:IBANID", record.payment.iban)
            w.leaf(account, "ram:AccountName", record.payment.holder)
            w.path(means, "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID", record.payment.bic)
        for tax in record.breakdown:
            self.tax(settlement, tax)
        self.period(settlement, record.period)
        if record.payment_terms or record.due is not None:
            terms = w.group(settlement, "ram:SpecifiedTradePaymentTerms")
            w.leaf(terms, "ram:Description", record.payment_terms)
            self.day(terms, "ram:DueDateDateTime", record.due)
        totals = w.group(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
        w.leaf(totals, "ram:LineTotalAmount", self.text(record.total_net))
        w.leaf(totals, "ram:TaxBasisTotalAmount", self.text(record.total_net))
        w.leaf(totals, "ram:TaxTotalAmount", self.text(record.total_tax), currencyID=record.currency)
        w.leaf(totals, "ram:GrandTotalAmount", self.text(record.total_gross))
        w.leaf(totals, "ram:DuePayableAmount", self.text(record.total_gross))
        for number in record.preceding:
            w.path(settlement, "ram:InvoiceReferencedDocument/ram:IssuerAssignedID", number)

    def tax(self, parent, tax: VatBreakdown | ELine) -> None:
        """The tax of a line, or with its amounts and reason that of the document."""
        w, group, whole = self.w, self.w.group(parent, "ram:ApplicableTradeTax"), isinstance(tax, VatBreakdown)
        if whole:
            w.leaf(group, "ram:CalculatedAmount", self.text(tax.amount))
        w.leaf(group, "ram:TypeCode", "VAT")
        if whole:
            w.leaf(group, "ram:ExemptionReason", tax.reason)
            w.leaf(group, "ram:BasisAmount", self.text(tax.base))
        w.leaf(group, "ram:CategoryCode", tax.category)
        if whole:
            w.leaf(group, "ram:ExemptionReasonCode", tax.reason_code)
        if tax.rate is not None:
            w.leaf(group, "ram:RateApplicablePercent", number_text(tax.rate))

    def line(self, transaction, said: ELine) -> None:
        w = self.w
        line = w.group(transaction, "ram:IncludedSupplyChainTradeLineItem")
        w.path(line, "ram:AssociatedDocumentLineDocument/ram:LineID", said.id)
        product = w.group(line, "ram:SpecifiedTradeProduct")
        w.leaf(product, "ram:SellerAssignedID", said.item)
        w.leaf(product, "ram:Name", said.name)
        w.leaf(product, "ram:Description", said.description)
        price = w.group(w.group(line, "ram:SpecifiedLineTradeAgreement"), "ram:NetPriceProductTradePrice")
        w.leaf(price, "ram:ChargeAmount", self.text(said.price))
        if said.base_quantity is not None:
            w.leaf(price, "ram:BasisQuantity", number_text(said.base_quantity), unitCode=said.unit)
        w.path(line, "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", number_text(said.quantity), unitCode=said.unit)
        settlement = w.group(line, "ram:SpecifiedLineTradeSettlement")
        self.tax(settlement, said)
        self.period(settlement, said.period)
        for each in said.adjustments:
            group = w.group(settlement, "ram:SpecifiedTradeAllowanceCharge")
            w.path(group, "ram:ChargeIndicator/udt:Indicator", "true" if each.is_charge else "false")
            w.leaf(group, "ram:ActualAmount", self.text(each.amount))
            w.leaf(group, "ram:ReasonCode", each.reason_code)
            w.leaf(group, "ram:Reason", each.reason)
        summation = w.group(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
        w.leaf(summation, "ram:LineTotalAmount", self.text(said.net_amount))
        if said.subscription:
            about = w.group(settlement, "ram:AdditionalReferencedDocument")
            w.leaf(about, "ram:IssuerAssignedID", said.subscription)
            w.leaf(about, "ram:TypeCode", OBJECT_CODE)
