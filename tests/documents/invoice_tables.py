"""Invoices for the views as tables: a taxed one with traces, one that is paid back, one of usage with a correction, one of odd digits."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from engine.model.book import Party
from engine.model.invoices import Invoice, InvoiceLine, Issue, LineTax
from engine.model.quotes import TaxTotal
from engine.pricing import price_order
from engine.values.periods import Duration
from tests.documents.quote_book import BOOK as PLAIN_BOOK
from tests.documents.quote_book import ORDERS, day, text

SELLER = Party("Example Cloud Ltd", ("1 Example Road", "Shanghai"), "CN", "CN-1", "DE02120300000000202051", {"email": "bills@example.com"})
BOOK = replace(
    PLAIN_BOOK,
    seller=SELLER,
    payment_terms=Duration(seconds=30 * 86400),
    billing_modes=PLAIN_BOOK.billing_modes
    | {"pay-per-use": replace(PLAIN_BOOK.billing_modes["yearly-monthly"], id="pay-per-use", payment="postpaid", title=text("Pay-per-use"))},
)
ACME = Party("Acme GmbH", ("2 Example Street", "10115 Berlin"), "DE", "DE123456789", None, {"email": "ap@acme.example"})
START, END = day(2026, 3, 1), day(2026, 4, 1)
YEAR = Duration(months=12)
RATE = Decimal("0.19")


def taxed(base: str, tax: str) -> LineTax:
    return LineTax("vat", "S", RATE, Decimal(base), Decimal(tax), "vat-de")


def purchase() -> Invoice:
    """A taxed year with its traces."""
    quote = price_order(BOOK, ORDERS["converted-and-taxed"])
    shares = (taxed("886.44", "168.42"), taxed("3017.88", "573.40"), taxed("713.93", "135.65"))
    lines = tuple(
        InvoiceLine(
            "s-1", "new-purchase", START, each.item, each.spec, each.quantity, each.unit, START, day(2027, 3, 2), each.list_amount,
            each.discount_amount, each.rounding_amount, each.amount, "month", each.trace, (share,), "yearly-monthly", YEAR,
        )
        for each, share in zip(quote.lines, shares, strict=True)
    )  # fmt: skip
    totals = quote.totals
    return Invoice(BOOK.id, BOOK.digest, "acme", ACME, "USD", START, END, lines, quote.taxes, totals.net, totals.tax, totals.gross)


def made(lines: tuple[InvoiceLine, ...], currency: str = "USD", taxes: tuple[TaxTotal, ...] = (), **more: object) -> Invoice:
    net = sum((line.amount for line in lines), Decimal(0))
    tax = sum((each.amount for each in taxes), Decimal(0))
    return Invoice(BOOK.id, BOOK.digest, "acme", ACME, currency, START, END, lines, taxes, net, tax, net + tax, **more)


def line(amount: str, bill_type: str = "usage", **more: object) -> InvoiceLine:
    """A line of one thing without discounts; what is named replaces the rest."""
    value = Decimal(amount)
    plain = InvoiceLine(
        "s-1", bill_type, END, "storage-expansion-package", None, Decimal(1), "GB", START, END, value, Decimal(0), Decimal(0), value,
        billing_mode="pay-per-use",
    )  # fmt: skip
    return replace(plain, **more)


def refund() -> Invoice:
    """Money back, for a whole subscription: no item, no end."""
    bare = {"item": None, "spec": None, "quantity": None, "unit": None, "end": None, "start": day(2026, 3, 4), "billing_mode": "yearly-monthly"}
    back = line("-886.44", "refund-unsubscription", taxed=(taxed("-886.44", "-168.42"),), **bare)
    return made((back,), taxes=(TaxTotal("vat", "S", RATE, Decimal("-886.44"), Decimal("-168.42"), "vat-de"),))


def usage() -> Invoice:
    """Usage by the hour, a correction of the month before, and a charge that compensates it."""
    before = (day(2026, 2, 1), START)
    rounded = line("12.34", "hourly", quantity=Decimal("2000"), per="hour", list_amount=Decimal("13.345678"), discount_amount=Decimal("1"),
                   rounding_amount=Decimal("0.005678"))  # fmt: skip
    return made(
        (
            rounded,
            line("-1.50", "adjustment-compensation", corrects=before, start=before[0], end=before[1]),
            line("0.75", "adjustment-charge", corrects=before, start=before[0], end=before[1]),
            line("0.00", "usage", item="basic-edition", spec="50-users-500-gb", unit="edition"),
        ),
        usage_digest="9f86d081" * 8,
    )


def odd_digits() -> Invoice:
    """Three decimals, a number that does not end, and one with more digits than a spreadsheet holds."""
    third = line("0.333", list_amount=Fraction(1, 3), quantity=Fraction(1, 3), rounding_amount=Decimal("0.0003333333"))
    long = line("12345678901234567.891", quantity=Decimal("0.1234567890123456789"))
    return made((third, long, line("0.001", start=END)), "KWD")


INVOICES = {"purchase": purchase(), "refund": refund(), "usage": usage(), "odd-digits": odd_digits(), "empty": made(())}
ISSUES = {
    "purchase": Issue("INV-2026-0042", date(2026, 4, 1), date(2026, 5, 1)),
    "refund": Issue("CN-2026-0007", date(2026, 4, 1), None, ("INV-2026-0042",)),
    "usage": Issue("INV-2026-0043", date(2026, 4, 1), date(2026, 5, 1), ("INV-2026-0041",)),
    "odd-digits": Issue("INV-2026-0044", date(2026, 4, 1)),
    "empty": Issue(None, date(2026, 4, 1)),
}
