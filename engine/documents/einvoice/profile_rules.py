"""What a national profile asks of an e-invoice beyond EN 16931: each of its rules as a check of the record, before anything is written.

Source: the publishers' rules by their ids (XRechnung 3.0 of KoSIT, Peppol BIS Billing 3 of OpenPeppol), in our own words.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.documents.einvoice.codes import CATEGORIES, CREDIT_TRANSFER, SEPA_TRANSFER
from engine.documents.einvoice.identifiers import address_fault, is_mail, leitweg_fault, vat_fault
from engine.documents.einvoice.profiles import PEPPOL, PEPPOL_BILLING, PEPPOL_SCHEMES, XRECHNUNG, Profile
from engine.documents.einvoice.record import EInvoice, ELine
from engine.language.wording import short
from engine.values.exact import ONE, add, multiply, subtract
from engine.values.iban import fault_of

PARTY_RULE = "write it with its scheme, as `0204:991-33333TEST-33`, or an e-mail address as `%s.email`"
NEAR = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class ProfileRule:
    """A rule by its publisher's id: what it asks, the key with which a user meets it, and whether a record does.

    `key` is empty where nothing that a user writes breaks it: such a rule is kept by how the record is made.
    """

    id: str
    asks: str
    holds: Callable[[EInvoice], bool]
    key: str = ""
    remedy: str = ""


def broken_rules(record: EInvoice, profile: Profile) -> Iterator[ProfileRule]:
    """The rules of the profile that the record does not meet."""
    return (rule for rule in RULES.get(profile.id, ()) if not rule.holds(record))


def wrong_numbers(record: EInvoice) -> Iterator[tuple[str, str]]:
    """Numbers that whoever receives the document looks up and will not find: what is wrong, and the key of the number."""
    for party, key in ((record.seller, "book.seller"), (record.buyer, "customer")):
        called = address_fault(party.scheme, party.electronic_address) if party.electronic_address else ""
        if called:
            yield f"`{short(party.electronic_address)}` is not {called}: its form or its check digits are wrong", f"{key}.electronic_address"
        if party.vat_id and vat_fault(party.vat_id):
            yield f"`{short(party.vat_id)}` is no VAT number: its form or its check digits are wrong", f"{key}.tax_id"
    if leitweg_fault(record.buyer_reference):
        yield f"`{short(record.buyer_reference)}` has the form of a Leitweg-ID, and its check digits are wrong", "customer.reference"


def _digits(text: str) -> int:
    return sum(each.isdigit() for each in text)


def _adds_up(line: ELine) -> bool:
    """Whether a line's net amount is its quantity times the price of one, with charges and without allowances, within 0.02."""
    base, net = line.base_quantity or ONE, line.net_amount
    for each in line.adjustments:
        net = subtract(net, each.amount) if each.is_charge else add(net, each.amount)
    return abs(subtract(multiply(net, base), multiply(line.quantity, line.price))) <= multiply(NEAR, base)


def _is_inside(record: EInvoice, line: ELine, end: bool) -> bool:
    whole, part = record.period, line.period
    if whole is None or part is None:
        return True
    if end:
        return part.end is None or whole.end is None or part.end <= whole.end
    return part.start >= whole.start


COMMON = (
    ProfileRule("PEPPOL-EN16931-R001", "the business process (BT-23)", lambda r: r.process != ""),
    ProfileRule("PEPPOL-EN16931-R007", "the business process of billing (BT-23)", lambda r: r.process == PEPPOL_BILLING),
    ProfileRule(
        "PEPPOL-EN16931-R010", "the buyer's electronic address (BT-49)", lambda r: r.buyer.electronic_address != "", "customer.electronic_address",
        PARTY_RULE % "customer",
    ),
    ProfileRule(
        "PEPPOL-EN16931-R020", "the seller's electronic address (BT-34)", lambda r: r.seller.electronic_address != "", "book.seller.electronic_address",
        PARTY_RULE % "book.seller",
    ),
    ProfileRule("PEPPOL-EN16931-R110", "each line to begin inside the period of the invoice", lambda r: all(_is_inside(r, each, False) for each in r.lines)),
    ProfileRule("PEPPOL-EN16931-R111", "each line to end inside the period of the invoice", lambda r: all(_is_inside(r, each, True) for each in r.lines)),
    ProfileRule("PEPPOL-EN16931-R120", "each line to come to its quantity times its price", lambda r: all(map(_adds_up, r.lines))),
    ProfileRule("PEPPOL-EN16931-R121", "prices of more than 0 units", lambda r: all(each.base_quantity is None or each.base_quantity > 0 for each in r.lines)),
)  # fmt: skip
"""Rules of Peppol that XRechnung 3.0 took over."""


def _has_code(category: str) -> Callable[[EInvoice], bool]:
    """Whether the reason of a category, where it is said by a code, is the one that the category has."""
    return lambda r: all(each.reason_code in ("", CATEGORIES[category].reason_code) for each in r.breakdown if each.category == category)


RULES: dict[str, tuple[ProfileRule, ...]] = {
    PEPPOL.id: (
        *COMMON,
        ProfileRule("PEPPOL-EN16931-R004", "its own specification (BT-24)", lambda r: r.specification == PEPPOL.specification),
        ProfileRule("PEPPOL-EN16931-R002", "one note at most (BT-22)", lambda r: len(r.notes) <= 1),
        ProfileRule(
            "PEPPOL-EN16931-R003", "a reference of the buyer (BT-10) or of its order (BT-13)", lambda r: bool(r.buyer_reference or r.order),
            "customer.reference", "write `customer.reference` or `customer.order`",
        ),
        ProfileRule(
            "PEPPOL-EN16931-CL008", "the scheme of the buyer's electronic address (BT-49) to be one of its list, in which e-mail is not",
            lambda r: not r.buyer.electronic_address or r.buyer.scheme in PEPPOL_SCHEMES, "customer.electronic_address",
            "write the address with its scheme, such as `0088:4000001000005` (GLN) or `9930:DE136695976` (German VAT number)",
        ),
        ProfileRule(
            "PEPPOL-EN16931-CL008", "the scheme of the seller's electronic address (BT-34) to be one of its list, in which e-mail is not",
            lambda r: not r.seller.electronic_address or r.seller.scheme in PEPPOL_SCHEMES, "book.seller.electronic_address",
            "write the address with its scheme, such as `0088:4000001000005` (GLN) or `9930:DE136695976` (German VAT number)",
        ),
        ProfileRule("PEPPOL-EN16931-P0100", "an invoice to be of type 380", lambda r: r.type_code in ("380", "381")),
        ProfileRule("PEPPOL-EN16931-P0101", "a credit note to be of type 381", lambda r: r.type_code in ("380", "381")),
        *(
            ProfileRule(f"PEPPOL-EN16931-{number}", f"the reason of category {category} to have its own code", _has_code(category))
            for number, category in (("P0104", "G"), ("P0105", "O"), ("P0106", "K"), ("P0107", "AE"))
        ),
    ),
    XRECHNUNG.id: (
        *COMMON,
        ProfileRule("BR-DE-21", "its own specification (BT-24)", lambda r: r.specification == XRECHNUNG.specification),
        ProfileRule("BR-DE-1", "how it is paid (BG-16)", lambda r: r.payment is not None, "book.seller.iban"),
        ProfileRule("BR-DE-5", "the seller's contact (BT-41)", lambda r: r.seller.contact != "", "book.seller.contact"),
        ProfileRule("BR-DE-6", "the telephone of the seller's contact (BT-42)", lambda r: r.seller.phone != "", "book.seller.phone"),
        ProfileRule("BR-DE-7", "the e-mail address of the seller's contact (BT-43)", lambda r: r.seller.email != "", "book.seller.email"),
        ProfileRule("BR-DE-3", "the seller's city (BT-37)", lambda r: r.seller.city != "", "book.seller.city"),
        ProfileRule("BR-DE-4", "the seller's postcode (BT-38)", lambda r: r.seller.postcode != "", "book.seller.postcode"),
        ProfileRule("BR-DE-8", "the buyer's city (BT-52)", lambda r: r.buyer.city != "", "customer.city"),
        ProfileRule("BR-DE-9", "the buyer's postcode (BT-53)", lambda r: r.buyer.postcode != "", "customer.postcode"),
        ProfileRule("BR-DE-10", "the city of delivery (BT-77)", lambda r: r.delivery is None or r.delivery.city != "", "customer.city"),
        ProfileRule("BR-DE-11", "the postcode of delivery (BT-78)", lambda r: r.delivery is None or r.delivery.postcode != "", "customer.postcode"),
        ProfileRule("BR-DE-14", "a rate for each VAT category (BT-119)", lambda r: all(each.rate is not None for each in r.breakdown)),
        ProfileRule(
            "BR-DE-15", "a reference of the buyer (BT-10): of a public one its Leitweg-ID", lambda r: r.buyer_reference != "", "customer.reference"
        ),
        ProfileRule(
            "BR-DE-16", "the seller's VAT number (BT-31) or tax number (BT-32)",
            lambda r: bool(r.seller.vat_id or r.seller.tax_registration) or all(each.category == "O" for each in r.breakdown), "book.seller.tax_id",
        ),
        ProfileRule("BR-DE-17", "a type that it knows (BT-3)", lambda r: r.type_code in ("326", "380", "384", "389", "381", "875", "876", "877")),
        ProfileRule(
            "BR-DE-19", "an account number (BT-84) whose check digits match",
            lambda r: r.payment is None or r.payment.code != SEPA_TRANSFER or not fault_of(r.payment.iban), "book.seller.iban",
        ),
        ProfileRule(
            "BR-DE-23", "the account to which a credit transfer goes (BG-17)",
            lambda r: r.payment is None or r.payment.code not in (CREDIT_TRANSFER, SEPA_TRANSFER) or r.payment.iban != "",
        ),
        ProfileRule(
            "BR-DE-27", "a telephone number with three digits at least (BT-42)",
            lambda r: not r.seller.phone or _digits(r.seller.phone) >= 3, "book.seller.phone",
        ),
        ProfileRule(
            "BR-DE-28", "an e-mail address with one @ and something on both sides (BT-43)", lambda r: not r.seller.email or is_mail(r.seller.email),
            "book.seller.email",
        ),
    ),
}  # fmt: skip
"""Profile -> its rules. What EN 16931 itself asks stands in `problems`."""
