"""Invoices for e-invoices, made of a few facts each: what a line costs, in which category and at which rate."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.model.book import BillingMode, Item, Party, PriceBook, RoundingStep, Spec, Unit
from engine.model.invoices import Invoice, InvoiceLine, Issue, LineTax
from engine.model.policies import Tax
from engine.model.quotes import TaxTotal
from engine.model.texts import Text
from engine.values.exact import ZERO, Number, add, divide, multiply, subtract, total
from engine.values.money import allocate, minor_places, round_money
from engine.values.periods import Duration

SELLER = Party(
    "Example Cloud GmbH", ("1 Example Street",), "DE", "DE123456789", "DE02120300000000202051",
    {"city": "Berlin", "postcode": "10115", "email": "bills@seller.example", "registration": "HRB 12345", "bic": "BYLADEM1001", "phone": "+49 30 123456"},
)  # fmt: skip
BUYER = Party(
    "Acme SARL", ("2 Example Street", "Building B", "Floor 3", "Door 4"), "FR", "FR32123456789", None,
    {"city": "Paris", "postcode": "75001", "email": "ap@acme.example", "reference": "PO-2026-17"},
)  # fmt: skip
RATES = {"S": "0.19", "Z": "0", "E": "0", "AE": "0", "K": "0", "G": "0", "O": "0"}


def tax_row(category: str, rate: str, tax: str = "vat", reason: str = "") -> Tax:
    """A row of the book's taxes; its id names it."""
    return Tax(tax, Decimal(rate), f"{tax}-{category}-{rate}", category, reason=Text({"en": reason} if reason else {}))


TAXES = tuple(tax_row(category, rate) for category, rate in (*RATES.items(), ("S", "0.07"), ("S", "0.16"), ("S", "0.255")))
BOOK = PriceBook(
    "shop", Text({"en": "Shop"}), "published", "EUR", "Europe/Berlin", ZoneInfo("Europe/Berlin"), (RoundingStep("line", "half-up"),),
    items={
        "plan": Item("plan", "plan", Text({"en": "Plan", "de": "Tarif"}), specs=(Spec("small", Text({"en": "Small"})),)),
        "disk": Item("disk", "GB", Text({"en": "Disk"})),
        "seat": Item("seat", "user", Text({"en": "Seat"})),
    },
    billing_modes={"yearly": BillingMode("yearly", "prepaid", "term", ())},
    prices=(), digest="a1" * 32, seller=SELLER, payment_terms=Duration(seconds=30 * 86400),
    units={"GB": Unit("GB"), "user": Unit("user"), "plan": Unit("plan")}, taxes=TAXES,
)  # fmt: skip
ISSUE = Issue("INV-2026-0042", date(2026, 4, 1), date(2026, 5, 1))
# March 2026 in Berlin: the clock is put forward on the 29th.
START, END = datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC)


def line(
    amount: str, category: str | None = "S", rate: str | None = None, *, item: str | None = "disk", quantity: str | None = "3",
    unit: str | None = "GB", listed: str | None = None, discount: str = "0", kind: str = "usage", currency: str = "EUR",
    included: bool = False, parts: tuple[tuple[str, str, int], ...] = (), **more: object,
) -> InvoiceLine:  # fmt: skip
    """A line whose amount is net, or gross with `included`. `parts` are (category, rate, weight) where it has several."""
    value, places = Decimal(amount), minor_places(currency)
    shares = parts or (((category, rate or RATES[category], 1),) if category else ())
    taxed = []
    for share, (name, percent, _) in zip(allocate(value, [Decimal(each[2]) for each in shares], places) if shares else (), shares, strict=True):
        exact = multiply(share, Decimal(percent))
        tax = round_money(divide(exact, add(Decimal(1), Decimal(percent))) if included else exact, currency)
        taxed.append(LineTax("vat", name, Decimal(percent), subtract(share, tax) if included else share, tax, f"vat-{name}-{percent}"))
    list_amount, taken = Decimal(listed or amount), Decimal(discount)
    rounding = subtract(subtract(list_amount, taken), value)
    plain = InvoiceLine(
        "s-1", kind, END, item, "small" if item == "plan" else None, Decimal(quantity) if quantity else None, unit, START, END, list_amount,
        taken, rounding, value, None, (), tuple(taxed),
    )  # fmt: skip
    return replace(plain, **more)


def invoice(*lines: InvoiceLine, currency: str = "EUR", included: bool = False, customer: Party = BUYER, **more: object) -> Invoice:
    """The invoice of the lines; each line's tax was rounded for itself, as if each were due alone."""
    totals: dict[tuple, TaxTotal] = {}
    for tax in (each for one in lines for each in one.taxed):
        key = (tax.tax, tax.category, tax.rate)
        known = totals.get(key, TaxTotal(tax.tax, tax.category, tax.rate, ZERO, ZERO, tax.row))
        totals[key] = replace(known, base=add(known.base, tax.base), amount=add(known.amount, tax.amount))
    amounts: Number = total(each.amount for each in lines)
    tax = total(each.amount for each in totals.values())
    net, gross = (subtract(amounts, tax), amounts) if included else (amounts, add(amounts, tax))
    made = Invoice(
        BOOK.id, BOOK.digest, "acme", customer, currency, START, END, tuple(lines), tuple(totals.values()), net, tax, gross, included,
    )  # fmt: skip
    return replace(made, **more)


WITHOUT_VAT = replace(SELLER, tax_id=None)
CASES: dict[str, tuple[Invoice, Issue, PriceBook]] = {
    **{
        f"category-{category}": (invoice(line("100.00", category), line("0.05", category, item="plan", unit="plan", quantity="1")), ISSUE, BOOK)
        for category in RATES
    },
    "several-rates": (invoice(line("100.00"), line("50.00", "S", "0.07"), line("10.01", "Z"), line("3.33", "E")), ISSUE, BOOK),
    "two-rates-in-a-line": (invoice(line("100.01", parts=(("S", "0.19", 2), ("S", "0.16", 1)), listed="110.01", discount="10")), ISSUE, BOOK),
    "allowance": (invoice(line("8.88", listed="12.345678", discount="3.4567", quantity="7")), ISSUE, BOOK),
    "free": (invoice(line("0.00", listed="12.00", discount="12"), line("1.00")), ISSUE, BOOK),
    "nothing-owed": (invoice(line("0.00", listed="12.00", discount="12")), ISSUE, BOOK),
    "rounded": (invoice(line("10.00", listed="10.04")), ISSUE, BOOK),
    "paid-back-within": (invoice(line("100.00"), line("-19.99", kind="refund-change", item="seat", quantity="0", unit="user")), ISSUE, BOOK),
    "correction": (
        invoice(line("100.00"), line("-9.00", listed="-10.00", discount="-1.00", kind="adjustment-compensation")),
        replace(ISSUE, preceding=("INV-2026-0041", "INV-2026-0040")), BOOK,
    ),
    "credit-note": (
        invoice(line("-59.50", kind="refund-unsubscription", item=None, quantity=None, unit=None, end=None)),
        replace(ISSUE, number="CN-2026-0007", due=None, preceding=("INV-2026-0042",)), BOOK,
    ),
    "credit-note-with-charge": (invoice(line("-59.50", listed="-60.00", discount="-0.50"), line("5.00", kind="unsubscription-fee")), ISSUE, BOOK),
    "credit-note-two-rates": (invoice(line("-100.01", parts=(("S", "0.19", 2), ("S", "0.16", 1)))), ISSUE, BOOK),
    "credit-note-reverse-charge": (invoice(line("-10.00", "AE")), ISSUE, BOOK),
    "yen": (invoice(line("1200", currency="JPY", listed="1234.5", discount="34.5"), currency="JPY"), ISSUE, BOOK),
    "dinars-that-fit": (invoice(line("12.340", "Z", currency="KWD"), currency="KWD"), ISSUE, BOOK),
    "prices-include-tax": (
        invoice(line("119.00", included=True, listed="238.00", discount="119"), line("10.70", "S", "0.07", included=True), included=True),
        ISSUE, replace(BOOK, prices_include_tax=True),
    ),
    "include-tax-two-rates": (
        invoice(line("120.00", included=True, parts=(("S", "0.19", 1), ("S", "0.16", 1)), listed="130", discount="10"), included=True),
        ISSUE, replace(BOOK, prices_include_tax=True),
    ),
    "include-tax-free": (
        invoice(line("0.00", included=True, listed="119.00", discount="119"), line("1.19", included=True), included=True),
        ISSUE, replace(BOOK, prices_include_tax=True),
    ),
    "no-taxes-in-the-book": (invoice(line("100.00", None)), ISSUE, replace(BOOK, taxes=())),
    "many-decimals": (invoice(line("0.01", listed="0.0123456789", quantity="33.3333333333")), ISSUE, BOOK),
    "bare-seller": (invoice(line("5.00")), ISSUE, replace(BOOK, seller=Party("S", ("Street",), "DE", "91440300MA5", other={"registration": "HRB 1"}))),
    "bare-buyer": (invoice(line("5.00"), customer=Party("B", (), "FR", other={"city": "Paris"})), ISSUE, BOOK),
    "non-sepa": (invoice(line("5.00", currency="USD"), currency="USD"), ISSUE, BOOK),
    "unsafe-names": (
        invoice(
            line("5.00", item="=cmd|'/c calc'!A1", subscription="<script>alert(1)</script>"),
            customer=replace(BUYER, name="\u202eAcme\x00 <b>&\ufffe ]]> &amp; " + "x" * 10_000, address=("\x1b[31m", "a\r\nb")),
        ),
        ISSUE, BOOK,
    ),
}  # fmt: skip
