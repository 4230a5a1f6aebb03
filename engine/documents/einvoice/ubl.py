"""UBL 2.1 under EN 16931: an Invoice, or a CreditNote for type 381. Writes what the record says, in the order of the schema."""

from engine.documents.einvoice.record import CREDIT_NOTE, EInvoice, ELine, EParty, Period, VatBreakdown
from engine.documents.einvoice.tree import Writer, amount_text, number_text
from engine.values.exact import Number

SPECIFICATION = "urn:cen.eu:en16931:2017"
SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
EMAIL_SCHEME = "EM"
"""An e-mail address as an electronic address (EAS)."""
OBJECT_CODE = "130"
"""UNTDID 1001: what a line is about, such as a subscription."""


def write_ubl(record: EInvoice) -> bytes:
    """The e-invoice as a UBL file."""
    return _Ubl(record).written()


class _Ubl:
    """One document and the names that its type gives to the same things."""

    def __init__(self, record: EInvoice) -> None:
        self.record, self.credit = record, record.type_code == CREDIT_NOTE
        kind = "CreditNote" if self.credit else "Invoice"
        names = {"doc": kind, "cac": "CommonAggregateComponents", "cbc": "CommonBasicComponents"}
        prefixes = {prefix: f"{SPACE}{name}-2" for prefix, name in names.items()}
        self.kind, self.w = kind, Writer(f"doc:{kind}", prefixes, "doc")

    def amount(self, parent, name: str, amount: Number) -> None:
        """An amount with its currency."""
        self.w.leaf(parent, name, amount_text(amount, self.record.places), currencyID=self.record.currency)

    def written(self) -> bytes:
        self.header()
        root, record = self.w.root, self.record
        self.party("cac:AccountingSupplierParty", record.seller)
        self.party("cac:AccountingCustomerParty", record.buyer)
        self.w.path(root, "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode", record.deliver_to)
        self.payment()
        self.taxes()
        totals = self.w.group(root, "cac:LegalMonetaryTotal")
        self.amount(totals, "cbc:LineExtensionAmount", record.total_net)
        self.amount(totals, "cbc:TaxExclusiveAmount", record.total_net)
        self.amount(totals, "cbc:TaxInclusiveAmount", record.total_gross)
        self.amount(totals, "cbc:PayableAmount", record.total_gross)
        for line in record.lines:
            self.line(line)
        return self.w.bytes()

    def header(self) -> None:
        root, record, leaf = self.w.root, self.record, self.w.leaf
        leaf(root, "cbc:CustomizationID", SPECIFICATION)
        leaf(root, "cbc:ID", record.number)
        leaf(root, "cbc:IssueDate", record.issued.isoformat())
        if record.due is not None and not self.credit:
            leaf(root, "cbc:DueDate", record.due.isoformat())
        leaf(root, f"cbc:{self.kind}TypeCode", record.type_code)
        for note in record.notes:
            leaf(root, "cbc:Note", note)
        leaf(root, "cbc:DocumentCurrencyCode", record.currency)
        leaf(root, "cbc:BuyerReference", record.buyer_reference)
        self.period(root, record.period)
        for number in record.preceding:
            self.w.path(root, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID", number)

    def period(self, parent, period: Period | None) -> None:
        if period is not None:
            group = self.w.group(parent, "cac:InvoicePeriod")
            self.w.leaf(group, "cbc:StartDate", period.start.isoformat())
            self.w.leaf(group, "cbc:EndDate", period.end.isoformat() if period.end else "")

    def party(self, name: str, said: EParty) -> None:
        w = self.w
        party = w.group(w.group(w.root, name), "cac:Party")
        w.leaf(party, "cbc:EndpointID", said.electronic_address, schemeID=EMAIL_SCHEME)
        w.path(party, "cac:PartyIdentification/cbc:ID", said.identifier)
        address = w.group(party, "cac:PostalAddress")
        first, second, *others = (*said.address, "", "")
        w.leaf(address, "cbc:StreetName", first)
        w.leaf(address, "cbc:AdditionalStreetName", second)
        w.leaf(address, "cbc:CityName", said.city)
        w.leaf(address, "cbc:PostalZone", said.postcode)
        w.path(address, "cac:AddressLine/cbc:Line", ", ".join(filter(None, others)))
        w.path(address, "cac:Country/cbc:IdentificationCode", said.country)
        for number, scheme in ((said.vat_id, "VAT"), (said.tax_registration, "LOC")):
            if number:
                tax = w.group(party, "cac:PartyTaxScheme")
                w.leaf(tax, "cbc:CompanyID", number)
                w.path(tax, "cac:TaxScheme/cbc:ID", scheme)
        legal = w.group(party, "cac:PartyLegalEntity")
        w.leaf(legal, "cbc:RegistrationName", said.name)
        w.leaf(legal, "cbc:CompanyID", said.registration)
        if said.phone or said.email:
            contact = w.group(party, "cac:Contact")
            w.leaf(contact, "cbc:Telephone", said.phone)
            w.leaf(contact, "cbc:ElectronicMail", said.email)

    def payment(self) -> None:
        w, record = self.w, self.record
        if record.payment is not None:
            means = w.group(w.root, "cac:PaymentMeans")
            w.leaf(means, "cbc:PaymentMeansCode", record.payment.code)
            w.leaf(means, "cbc:PaymentID", record.number)
            account = w.group(means, "cac:PayeeFinancialAccount")
            w.leaf(account, "cbc:ID", record.payment.iban)
            w.leaf(account, "cbc:Name", record.payment.holder)
            w.path(account, "cac:FinancialInstitutionBranch/cbc:ID", record.payment.bic)
        w.path(w.root, "cac:PaymentTerms/cbc:Note", record.payment_terms)

    def taxes(self) -> None:
        total = self.w.group(self.w.root, "cac:TaxTotal")
        self.amount(total, "cbc:TaxAmount", self.record.total_tax)
        for tax in self.record.breakdown:
            part = self.w.group(total, "cac:TaxSubtotal")
            self.amount(part, "cbc:TaxableAmount", tax.base)
            self.amount(part, "cbc:TaxAmount", tax.amount)
            self.category(part, "cac:TaxCategory", tax)

    def category(self, parent, name: str, tax: VatBreakdown | ELine) -> None:
        group = self.w.group(parent, name)
        self.w.leaf(group, "cbc:ID", tax.category)
        if tax.rate is not None:
            self.w.leaf(group, "cbc:Percent", number_text(tax.rate))
        if isinstance(tax, VatBreakdown):
            self.w.leaf(group, "cbc:TaxExemptionReasonCode", tax.reason_code)
            self.w.leaf(group, "cbc:TaxExemptionReason", tax.reason)
        self.w.path(group, "cac:TaxScheme/cbc:ID", "VAT")

    def line(self, said: ELine) -> None:
        w = self.w
        line = w.group(w.root, f"cac:{self.kind}Line")
        w.leaf(line, "cbc:ID", said.id)
        quantity = "cbc:CreditedQuantity" if self.credit else "cbc:InvoicedQuantity"
        w.leaf(line, quantity, number_text(said.quantity), unitCode=said.unit)
        self.amount(line, "cbc:LineExtensionAmount", said.net_amount)
        self.period(line, said.period)
        if said.subscription:
            about = w.group(line, "cac:DocumentReference")
            w.leaf(about, "cbc:ID", said.subscription)
            w.leaf(about, "cbc:DocumentTypeCode", OBJECT_CODE)
        for each in said.adjustments:
            group = w.group(line, "cac:AllowanceCharge")
            w.leaf(group, "cbc:ChargeIndicator", "true" if each.is_charge else "false")
            w.leaf(group, "cbc:AllowanceChargeReasonCode", each.reason_code)
            w.leaf(group, "cbc:AllowanceChargeReason", each.reason)
            self.amount(group, "cbc:Amount", each.amount)
        item = w.group(line, "cac:Item")
        w.leaf(item, "cbc:Description", said.description)
        w.leaf(item, "cbc:Name", said.name)
        w.path(item, "cac:SellersItemIdentification/cbc:ID", said.item)
        self.category(item, "cac:ClassifiedTaxCategory", said)
        price = w.group(line, "cac:Price")
        self.amount(price, "cbc:PriceAmount", said.price)
        if said.base_quantity is not None:
            w.leaf(price, "cbc:BaseQuantity", number_text(said.base_quantity), unitCode=said.unit)
