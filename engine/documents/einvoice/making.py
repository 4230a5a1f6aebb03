"""An invoice with its number and dates -> the terms of EN 16931. The one place that knows both; it decides no amount.

Contract: `problems.e_invoice_problems` has found nothing. An invoice whose gross amount is negative becomes a credit note (381)
with mirrored signs.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from engine.documents.einvoice.codes import CATEGORIES, CREDIT_TRANSFER, NOT_DEFINED, SEPA_TRANSFER, e_country, is_vat_identifier
from engine.documents.einvoice.lines import e_lines, period_of, places_of
from engine.documents.einvoice.profiles import EMAIL, EN_16931, Profile
from engine.documents.einvoice.record import CREDIT_NOTE, INVOICE, DeliveryAddress, EInvoice, ELine, EParty, PaymentMeans, Period, VatBreakdown
from engine.documents.einvoice.text import clean
from engine.documents.einvoice.words import Words, exemption_words, note_words, words_of
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue
from engine.model.parties import Party
from engine.model.quotes import TaxTotal
from engine.values.exact import ONE, ZERO, add, multiply, negate
from engine.values.iban import SEPA

NOBODY = Party()


def make_e_invoice(invoice: Invoice, issue: Issue, book: PriceBook, language: str | None = None, profile: Profile = EN_16931) -> EInvoice:
    """The e-invoice of an invoice, in one language (left out: the book's), as the profile writes it."""
    words = words_of(book, language)
    credit = invoice.credit_note
    sign = negate(ONE) if credit else ONE
    seller, buyer = book.seller or NOBODY, invoice.customer
    categories = {tax.category for tax in taxes_of(invoice, book)}
    of_buyer, lines = e_party(buyer, "O" in categories, invoice.account), e_lines(invoice, words, sign)
    notes = note_words(words, invoice.book_digest, invoice.book_id)
    period = period_of(invoice.start, invoice.end, book.zone)
    return EInvoice(
        clean(issue.number), issue.date, CREDIT_NOTE if credit else INVOICE, invoice.currency, places_of(invoice),
        e_party(seller, "O" in categories), of_buyer, lines, breakdown_of(invoice, words, sign, profile),
        multiply(sign, invoice.net), multiply(sign, invoice.tax), multiply(sign, invoice.gross),
        due=issue.due if book.status == "published" and not credit else None,
        payment_terms=_terms(invoice, issue, words),
        buyer_reference=clean(buyer.other.get("reference")),
        notes=("; ".join(notes),) if profile.one_note else notes,
        period=_holding(period, lines) if profile.wide_period else period,
        preceding=tuple(filter(None, map(clean, issue.preceding))),
        payment=_payment(seller, invoice, is_owed=book.status == "published" and invoice.payable != issue.paid, profile=profile),
        delivery=DeliveryAddress(of_buyer.country, of_buyer.address, of_buyer.city, of_buyer.postcode) if "K" in categories else None,
        prepaid=add(issue.paid, multiply(sign, invoice.credited)),
        rounding=multiply(sign, invoice.payable_rounding),
        specification=profile.specification, process=profile.process,
        order=clean(buyer.other.get("order")), contract=clean(buyer.other.get("contract")), project=clean(buyer.other.get("project")),
    )  # fmt: skip


def _holding(period: Period, lines: Sequence[ELine]) -> Period:
    """The period, made as wide as those of all lines."""
    inside = [line.period for line in lines if line.period is not None]
    ends = [each.end for each in (period, *inside) if each.end is not None]
    return Period(min(each.start for each in (period, *inside)), max(ends, default=None))


def taxes_of(invoice: Invoice, book: PriceBook) -> tuple[TaxTotal, ...]:
    """The taxes of the invoice; of a book that names none at all, that nothing is subject to VAT (category O)."""
    if invoice.taxes or book.taxes:
        return invoice.taxes
    return (TaxTotal("vat", "O", ZERO, invoice.net, ZERO),)


def e_party(party: Party, without_vat: bool, account: str = "") -> EParty:
    """A seller or buyer. Where nothing is subject to VAT, nobody's VAT identifier may stand in the document (BR-O-02).

    A tax number that begins with a country is a VAT identifier, any other the seller's tax registration; `account` is the
    number under which the seller knows a buyer. An electronic address is written with its scheme, `0204:991-33333TEST-33`; without one it is the e-mail
    address.
    """
    tax_id, other = clean(party.tax_id).replace(" ", "").upper(), party.other
    vat = is_vat_identifier(tax_id)
    email = clean(other.get("email"))
    scheme, _, address = clean(other.get("electronic_address")).partition(":")
    return EParty(
        clean(party.name), tuple(filter(None, map(clean, party.address))), clean(other.get("city")), clean(other.get("postcode")),
        e_country(clean(party.country)), clean(account), clean(other.get("registration")),
        tax_id if vat and not without_vat else "", "" if vat or account else tax_id,
        email, clean(other.get("phone")), address or email, scheme.strip() if address else EMAIL if email else "", clean(other.get("contact")),
    )  # fmt: skip


def breakdown_of(invoice: Invoice, words: Words, sign: Decimal, profile: Profile = EN_16931) -> tuple[VatBreakdown, ...]:
    """The taxes by category and rate, whatever tax of the book they are; each amount as it was rounded when it was due."""
    found: dict[tuple[str | None, Decimal], list[TaxTotal]] = {}
    for tax in taxes_of(invoice, words.book):
        found.setdefault((tax.category, tax.rate), []).append(tax)
    made = []
    for (category, rate), taxes in found.items():
        base, amount = taxes[0].base, taxes[0].amount
        for each in taxes[1:]:
            base, amount = add(base, each.base), add(amount, each.amount)
        kind = CATEGORIES[category or ""]
        reasons = dict.fromkeys(filter(None, (_reason(each, words) for each in taxes))) if kind.exempts else {}
        reason = "; ".join(reasons) or (exemption_words(category or "", words) if kind.exempts else "")
        percent = None if category == "O" and not profile.always_rated else multiply(rate, Decimal(100))
        made.append(VatBreakdown(category or "", percent, multiply(sign, base), multiply(sign, amount), reason, kind.reason_code))
    return tuple(made)


def _reason(tax: TaxTotal, words: Words) -> str:
    """The reason that the book's row of this tax gives."""
    rows = [row for row in words.book.taxes if row.tax == tax.tax and row.category == tax.category and row.rate == tax.rate]
    row = next((row for row in rows if row.id == tax.row), rows[0] if rows else None)
    return words.text(row.reason) if row else ""


def _terms(invoice: Invoice, issue: Issue, words: Words) -> str:
    if invoice.credit_note:
        return words.say("This amount is credited to the customer.")
    if words.book.status != "published":
        return words.say("A draft: nothing to pay.") if words.book.status == "draft" else words.say("A specimen: nothing to pay.")
    if issue.due is None or not invoice.payable:
        return ""
    return words.say("Payable by %(date)s", date=issue.due.isoformat())


def _payment(seller: Party, invoice: Invoice, is_owed: bool, profile: Profile) -> PaymentMeans | None:
    """How to pay; a credit note asks for no payment, and a profile that asks how it is paid is told that there is no such means."""
    if invoice.payable <= 0 or not is_owed:
        return PaymentMeans(NOT_DEFINED) if profile.always_paid else None
    iban, other = clean(seller.iban).replace(" ", "").upper(), seller.other
    if not iban:
        return None
    sepa = invoice.currency == "EUR" and iban[:2] in SEPA
    return PaymentMeans(SEPA_TRANSFER if sepa else CREDIT_TRANSFER, iban, _bic(other), clean(seller.name))


def _bic(other: Mapping[str, str]) -> str:
    return clean(other.get("bic")).replace(" ", "").upper()
