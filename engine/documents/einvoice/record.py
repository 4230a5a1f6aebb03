"""An e-invoice before it has a syntax: the terms (BT) and groups (BG) of EN 16931 that a price book's invoice fills.

Amounts have at most two decimals and are those of the document: a credit note (type 381) states what is paid back as positive
numbers. Periods include their last day, rates are percents. Source: EN 16931-1, semantic data model.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engine.values.exact import add, subtract

INVOICE, CREDIT_NOTE = "380", "381"
"""BT-3, the type of the document."""


@dataclass(frozen=True, slots=True)
class EParty:
    """Seller (BG-4) or buyer (BG-7). `vat_id` is BT-31 or BT-48, `tax_registration` BT-32, `registration` BT-30 or BT-47.

    `identifier` is BT-29 or BT-46, `electronic_address` (BT-34, BT-49) one of the `scheme` (list EAS), `contact` BT-41 or BT-56; what is not known is
    empty.
    """

    name: str
    address: tuple[str, ...] = ()
    city: str = ""
    postcode: str = ""
    country: str = ""
    identifier: str = ""
    registration: str = ""
    vat_id: str = ""
    tax_registration: str = ""
    email: str = ""
    phone: str = ""
    electronic_address: str = ""
    scheme: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryAddress:
    """Where what is supplied arrives (BG-15)."""

    country: str
    address: tuple[str, ...] = ()
    city: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last one, both included (BG-14, BG-26); an `end` of None is open."""

    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class AllowanceOrCharge:
    """What is taken off a line (an allowance, BG-27) or added to it (a charge, BG-28): an amount above zero, and why.

    `reason_code` is one of UNTDID 5189, empty where none fits.
    """

    is_charge: bool
    amount: Decimal
    reason: str
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class ELine:
    """A line (BG-25): net amount (BT-131) = quantity x price / base quantity - allowances + charges, to the cent.

    `price` (BT-146) is never negative, what is paid back has a negative `quantity` (BT-129). `base_quantity` (BT-149) None: 1.
    `subscription` is BT-128, `rate` (BT-152) None in category O.
    """

    id: str
    name: str
    description: str
    item: str
    subscription: str
    quantity: Decimal
    unit: str
    price: Decimal
    base_quantity: Decimal | None
    net_amount: Decimal
    category: str
    rate: Decimal | None
    period: Period | None = None
    adjustments: tuple[AllowanceOrCharge, ...] = ()


@dataclass(frozen=True, slots=True)
class VatBreakdown:
    """One category and rate (BG-23): on `base` (BT-116) the tax `amount` (BT-117), with the reason of an exemption."""

    category: str
    rate: Decimal | None
    base: Decimal
    amount: Decimal
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """How it is paid (BG-16): by credit transfer (BG-17) its `code` is 58 within SEPA, else 30; 1 where nothing is to be paid."""

    code: str
    iban: str = ""
    bic: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """The document. `total_net` is BT-106 and BT-109, `total_tax` BT-110, `total_gross` BT-112; less `prepaid` (BT-113), with
    `rounding` (BT-114), it is BT-115.

    `delivery` is where an intra-community supply arrives. `order`, `contract` and `project` are the buyer's numbers (BT-13, BT-12, BT-11),
    `specification` and `process` what the document follows (BT-24, BT-23).
    """

    number: str
    issued: date
    type_code: str
    currency: str
    places: int
    seller: EParty
    buyer: EParty
    lines: tuple[ELine, ...]
    breakdown: tuple[VatBreakdown, ...]
    total_net: Decimal
    total_tax: Decimal
    total_gross: Decimal
    due: date | None = None
    payment_terms: str = ""
    buyer_reference: str = ""
    notes: tuple[str, ...] = ()
    period: Period | None = None
    preceding: tuple[str, ...] = ()
    payment: PaymentMeans | None = None
    delivery: DeliveryAddress | None = None
    prepaid: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)
    specification: str = "urn:cen.eu:en16931:2017"
    process: str = ""
    order: str = ""
    contract: str = ""
    project: str = ""

    @property
    def payable(self) -> Decimal:
        """The amount due for payment (BT-115)."""
        return add(subtract(self.total_gross, self.prepaid), self.rounding)
