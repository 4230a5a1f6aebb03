"""What keeps an invoice from being an e-invoice under EN 16931: each with the rule, the field and the key to write.

Contract: where nothing is found, the written UBL and CII files pass the official rules. Nothing is guessed and nothing left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.einvoice import E_INVOICE_CODE, E_INVOICE_FIELD, E_INVOICE_INVALID, E_INVOICE_NOT_INSTALLED
from engine.documents.einvoice.amounts import amount_problems
from engine.documents.einvoice.categories import category_problems
from engine.documents.einvoice.codes import CATEGORIES, COUNTRIES, CURRENCIES_NOT_LISTED, e_country
from engine.documents.einvoice.making import NOBODY, e_party, make_e_invoice, taxes_of
from engine.documents.einvoice.profile_rules import broken_rules, wrong_numbers
from engine.documents.einvoice.profiles import EN_16931, SCHEMES, Profile
from engine.documents.einvoice.record import EParty
from engine.documents.einvoice.text import clean
from engine.language.wording import short
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue
from engine.pricing.messages import listing, place
from engine.values.spans import NOWHERE, Origin, Span

INSTALL = "pip install 'pricebook[einvoice]'"
PACKAGES = {"lxml": "lxml", "saxonche": "saxonche", "facturx": "factur-x", "stdnum": "python-stdnum"}
"""Module -> the package that brings it."""


@dataclass(frozen=True, slots=True)
class FieldPlaces:
    """Where the seller and the customer were written; None where no file is known."""

    book: Span | None
    customer: Span | None


def e_invoice_problems(invoice: Invoice, issue: Issue, book: PriceBook, customer: Origin = NOWHERE, profile: Profile = EN_16931) -> tuple[Diagnostic, ...]:
    """Everything that an e-invoice needs and that is missing; none: it can be written. `customer`: where the account was written.

    Reported: packages that are not installed, fields, categories and rates, decimals, codes and sums, and what the profile asks beyond
    that. Source: EN 16931-1, rules BR-01 and following, and those of the profile; the number of the rule stands in each message.
    """
    places = FieldPlaces(_span(book.origin), _span(customer))
    # Where no tax applies because the buyer's country is not known, the country is what is missing.
    unknown = not clean(invoice.customer.country) and any("country" in tax.conditions.when for tax in book.taxes)
    found = (
        *not_installed(), *_fields(invoice, issue, book, places), *_codes(invoice, book, places),
        *category_problems(invoice, book, places.book, unknown), *amount_problems(invoice, book, places.book),
    )  # fmt: skip
    # Where no more than fields are missing there is a record, and the profile is asked in the same breath.
    asked = _of_profile(invoice, issue, book, places, profile) if all(each.code == E_INVOICE_FIELD.code for each in found) else ()
    return tuple(dict.fromkeys((*found, *asked)))


def _of_profile(invoice: Invoice, issue: Issue, book: PriceBook, places: FieldPlaces, profile: Profile) -> Iterator[Diagnostic]:
    """What a national profile asks, and numbers of which the check digits do not match, which it would look up."""
    if profile is EN_16931:
        return
    record = make_e_invoice(invoice, issue, book, profile=profile)
    for rule in broken_rules(record, profile):
        message = f"{rule.id}: {profile.title} asks for {rule.asks}"
        if rule.key:
            span = places.book if rule.key.startswith("book.") else places.customer
            yield report(E_INVOICE_FIELD, message, span, path=rule.key, subject=rule.key, help=rule.remedy or f"write `{rule.key}`")
        else:
            yield report(E_INVOICE_INVALID, message, help="this is a fault of the program: tell those who maintain it, and send the invoice as html or pdf")
    for what, key in wrong_numbers(record):
        span = places.book if key.startswith("book.") else places.customer
        yield report(E_INVOICE_CODE, what, span, path=key, subject=key, help="copy the number again from where it was given")


def _span(origin: Origin) -> Span | None:
    """Where to point: at the key, or at the top of a file of which no more is known."""
    return place(origin) or (Span(origin.file, 1, 1, 1, 2) if origin.file != NOWHERE.file else None)


def not_installed() -> Iterator[Diagnostic]:
    """What has to be installed before e-invoices can be made or checked; nothing where all is there."""
    lacking = [package for module, package in PACKAGES.items() if find_spec(module) is None]
    if lacking:
        message = f"E-invoices cannot be made here: {listing(lacking)} {'are' if len(lacking) > 1 else 'is'} not installed"
        yield report(E_INVOICE_NOT_INSTALLED, message, help=f"{INSTALL}; all other formats need none of them")


def _missing(rule: str, what: str, key: str, span: Span | None, remedy: str = "") -> Diagnostic:
    """One missing field: `what` names it with its number in EN 16931, `key` is what the user writes."""
    message = f"{rule}: an e-invoice names {what}"
    return report(E_INVOICE_FIELD, message, span, path=key, subject=key, help=remedy or f"write `{key}`")


def _fields(invoice: Invoice, issue: Issue, book: PriceBook, places: FieldPlaces) -> Iterator[Diagnostic]:
    """The fields that every e-invoice has, then those that its categories ask for."""
    categories = [tax.category for tax in taxes_of(invoice, book)]
    without_vat = set(categories) == {"O"}
    seller, buyer = e_party(book.seller or NOBODY, without_vat), e_party(invoice.customer, without_vat, invoice.account)
    at, to = places.book, places.customer
    if not clean(issue.number):
        remedy = "give the number with `--number`: it comes from you, never from here"
        yield _missing("BR-02", "its number (BT-1)", "--number", None, remedy)
    if not seller.name:
        yield _missing("BR-06", "the seller (BT-27)", "book.seller.name", at)
    if not (seller.address or seller.city):
        yield _missing("BR-08", "the seller's postal address (BG-5)", "book.seller.address", at)
    if not seller.country:
        yield _missing("BR-09", "the seller's country (BT-40)", "book.seller.country", at)
    if not buyer.name:
        yield _missing("BR-07", "the buyer (BT-44)", "customer.name", to)
    if not (buyer.address or buyer.city):
        yield _missing("BR-10", "the buyer's postal address (BG-8)", "customer.address", to)
    if not buyer.country:
        yield _missing("BR-11", "the buyer's country (BT-55)", "customer.country", to)
    if not invoice.lines:
        yield _missing("BR-16", "at least one line (BG-25)", "--period", None, "choose a period in which something is owed")
    if issue.due is None and invoice.payable > issue.paid:
        remedy = "write `book.payment_terms`, such as 30 days"
        yield _missing("BR-CO-25", "the day until which it is to be paid (BT-9)", "book.payment_terms", at, remedy)
    if not (seller.vat_id or seller.registration):
        yield _unidentified(without_vat, at)
    for category in dict.fromkeys(categories):
        yield from _identified(category or "", seller, buyer, places)


def _unidentified(without_vat: bool, at: Span | None) -> Diagnostic:
    if without_vat:
        because = "as nothing in it is subject to VAT and no VAT number may stand there (BR-O-02)"
        what = f"the seller's number in the register of companies (BT-30), {because}"
        return _missing("BR-CO-26", what, "book.seller.registration", at)
    what = "the seller's VAT number (BT-31) or number in the register of companies (BT-30)"
    return _missing("BR-CO-26", what, "book.seller.tax_id", at, "write `book.seller.tax_id` or `book.seller.registration`")


def _identified(category: str, seller: EParty, buyer: EParty, places: FieldPlaces) -> Iterator[Diagnostic]:
    """Who a category needs to know: the seller at the tax office, with reverse charge the buyer too."""
    kind = CATEGORIES.get(category)
    if kind is None:
        return
    rule, because = f"{kind.rule}-02", f"as a line is in category {category}"
    if kind.seller == "vat" and not seller.vat_id:
        remedy = "write `book.seller.tax_id`, the country's two letters first"
        yield _missing(rule, f"the seller's VAT number (BT-31), {because}", "book.seller.tax_id", places.book, remedy)
    if kind.seller == "tax" and not (seller.vat_id or seller.tax_registration):
        yield _missing(rule, f"the seller's VAT number (BT-31), {because}", "book.seller.tax_id", places.book)
    if kind.buyer == "vat" and not buyer.vat_id:
        yield _missing(rule, f"the buyer's VAT number (BT-48), {because}", "customer.tax_id", places.customer)
    if kind.buyer == "legal" and not (buyer.vat_id or buyer.registration):
        what = f"the buyer's VAT number (BT-48) or number in the register of companies (BT-47), {because}"
        yield _missing(rule, what, "customer.tax_id", places.customer, "write `customer.tax_id` or `customer.registration`")


def _codes(invoice: Invoice, book: PriceBook, places: FieldPlaces) -> Iterator[Diagnostic]:
    """Countries, currency and the buyer's VAT number; a seller's other tax number has a field of its own."""
    if invoice.currency in CURRENCIES_NOT_LISTED:
        message = f"BR-CL-04: the list of currencies of e-invoices does not have {invoice.currency}"
        yield report(E_INVOICE_CODE, message, places.book, subject=invoice.currency, help="send it as html or pdf")
    both = ((book.seller or NOBODY, "book.seller", places.book), (invoice.customer, "customer", places.customer))
    for party, key, span in both:
        country = e_country(clean(party.country))
        if country and country not in COUNTRIES:
            message = f"BR-CL-14: `{short(country)}` is no country of ISO 3166, which an e-invoice names by two letters"
            remedy = "write its two letters, such as DE, or GB for the United Kingdom"
            yield report(E_INVOICE_CODE, message, span, path=f"{key}.country", subject=short(country), help=remedy)
        written = clean(party.other.get("electronic_address"))
        scheme, _, address = written.partition(":")
        if written and not (scheme in SCHEMES and address):
            message = f"BR-CL-25: the electronic address `{short(written)}` does not begin with a scheme of the list EAS and a colon"
            remedy = "write the scheme first, such as `0204:991-33333TEST-33` (Leitweg-ID) or `0088:4000001000005` (GLN)"
            yield report(E_INVOICE_CODE, message, span, path=f"{key}.electronic_address", subject=short(written), help=remedy)
    buyer, tax_id = e_party(invoice.customer, False, invoice.account), clean(invoice.customer.tax_id)
    if tax_id and not buyer.vat_id:
        message = f"BR-CO-09: the buyer's VAT number (BT-48) begins with a country's two letters, and `{short(tax_id)}` does not"
        remedy = "write the country first, such as DE123456789; a number of another kind is `customer.registration`"
        yield report(E_INVOICE_CODE, message, places.customer, path="customer.tax_id", subject="customer.tax_id", help=remedy)
