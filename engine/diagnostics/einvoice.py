"""Codes of family Q from 740: what an e-invoice under EN 16931 asks of an invoice."""

from engine.diagnostics.record import CodeInfo

E_INVOICE_FIELD = CodeInfo(
    "Q740", "e-invoice-field-missing", "error", "an e-invoice needs a field that is not there",
    "The buyer's system reads the document by its fields and sends back one that lacks a name, an address or a number.",
    bad="customer: {name: Acme SARL}",
    good="customer: {name: Acme SARL, address: [2 Example Street], city: Paris, country: FR}",
)  # fmt: skip
E_INVOICE_CATEGORY = CodeInfo(
    "Q741", "e-invoice-tax-category", "error", "the tax of a line does not fit an e-invoice",
    "Each line of an e-invoice has exactly one VAT category with a rate that the category allows; nothing else can be told in it.",
    bad="taxes: [{id: vat, tax: vat, rate: 19%}]", good="taxes: [{id: vat, tax: vat, rate: 19%, category: S}]",
)  # fmt: skip
E_INVOICE_DECIMALS = CodeInfo(
    "Q742", "e-invoice-decimals", "error", "an amount has more decimals than an e-invoice can hold",
    "Amounts of e-invoices have at most two decimals, in whatever currency; rounding them here would change what is owed.",
    bad="plan: {small: 20.125, large: 90.000}  # in KWD", good="plan: {small: 20.120, large: 90.000}",
)  # fmt: skip
E_INVOICE_TAX = CodeInfo(
    "Q743", "e-invoice-tax-differs", "error", "the tax differs from base times rate by more than an e-invoice allows",
    "Tax is rounded whenever something is due; over very many events the differences add up, and one unit is the most.",
    bad="- {id: s-1, billing_mode: yearly-monthly, events: [{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}]}  # 2 JPY of tax\n"
    "- {id: s-2, billing_mode: yearly-monthly, events: [{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}]}\n"
    "- {id: s-3, billing_mode: yearly-monthly, events: [{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}]}",
    good="- {id: s-1, billing_mode: yearly-monthly, events: [{date: 2026-03-02, purchase: {term: 1 month, items: {plan: small}}}]}",
)  # fmt: skip
E_INVOICE_CODE = CodeInfo(
    "Q744", "e-invoice-code", "error", "a country, currency or tax number that an e-invoice does not know",
    "Countries are two letters of ISO 3166, and a VAT number begins with its country, so that the buyer's system can look it up.",
    bad="country: GB, tax_id: 123456789", good="country: GB, tax_id: GB123456789",
)  # fmt: skip
E_INVOICE_TOTALS = CodeInfo(
    "Q745", "e-invoice-totals", "error", "the invoice does not add up to the cent",
    "The lines, the tax of each category and the totals of an e-invoice are added up by whoever receives it.",
    bad="lines that come to 100.00, and a net amount of 99.00", good="lines that come to 100.00, and a net amount of 100.00",
)  # fmt: skip
E_INVOICE_TOO_LARGE = CodeInfo(
    "Q746", "e-invoice-too-large", "error", "the e-invoice is too large to be checked",
    "An e-invoice is written only after the official rules have passed it, and they may take a minute and two gigabytes of memory.",
    bad="an e-invoice of a million lines", good="an e-invoice for each month, or for each subscription",
)  # fmt: skip
E_INVOICE_REFUSED = CodeInfo(
    "Q747", "e-invoice-refused", "error", "A rule refuses the e-invoice that is checked",
    "Whoever receives the document runs the same rules, and sends back one that breaks any of them.",
    bad="<cbc:DocumentCurrencyCode>EURO</cbc:DocumentCurrencyCode>", good="<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>",
)  # fmt: skip
E_INVOICE_NOT_INSTALLED = CodeInfo(
    "Q748", "e-invoice-not-installed", "error", "What makes and checks e-invoices is not installed",
    "E-invoices need lxml, and the official rules with the program that runs them; all other formats do without.",
    bad="pip install pricebook", good="pip install 'pricebook[einvoice]'",
)  # fmt: skip
E_INVOICE_INVALID = CodeInfo(
    "Q749", "e-invoice-invalid", "error", "The official rules refuse the e-invoice",
    "Every e-invoice is checked before it is written, and one that would be sent back is not written.",
    bad="an e-invoice of which a rule fails", good="an e-invoice that passes all rules",
)  # fmt: skip
