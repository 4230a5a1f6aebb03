"""An invoice's lines as lines of an e-invoice: one category and rate each, to the cent, prices never below zero.

Contract: the net amount of a line is the one that the invoice shows. What stands beside it (list amount, discount, rounding) is
said in cents, as a price, allowances and charges that come to exactly that amount.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from engine.documents.einvoice.codes import ONE_UNIT, unit_code
from engine.documents.einvoice.record import AllowanceOrCharge, ELine, Period
from engine.documents.einvoice.text import clean
from engine.documents.einvoice.words import Words, bill_words, item_words
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceLine
from engine.values.exact import (
    ONE,
    ZERO,
    Number,
    add,
    divide,
    magnitude,
    multiply,
    negate,
    round_number,
    shown,
    subtract,
    total,
)
from engine.values.money import allocate, minor_places, round_money
from engine.values.periods import local_date

PRICE_PLACES = 4
"""A price of one unit with more decimals is given for the whole quantity instead (BT-149)."""

SOLD = frozenset({"new-purchase", "renewal", "auto-renewal", "usage", "hourly", "change", "refund-change"})
"""Kinds of bill whose quantity is what is sold, or how much more or less a change makes it; any other is one thing."""

DISCOUNT_CODE = "95"
"""UNTDID 5189: discount."""


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a line that has one category and rate (0.19 is 19%): its net amount."""

    category: str | None
    rate: Decimal
    net: Decimal


def parts_of(line: InvoiceLine, book: PriceBook) -> tuple[Part, ...]:
    """The line by category and rate, in the order of its taxes; several only where its time or its refund has several rates.

    A book that names no taxes at all sells what is not subject to VAT (category O); none where no tax applies.
    """
    if not book.taxes and not line.taxed:
        return (Part("O", ZERO, line.amount),)
    found: dict[tuple[str | None, Decimal], Decimal] = {}
    for tax in line.taxed:
        key = (tax.category, tax.rate)
        found[key] = add(found.get(key, ZERO), tax.base)
    return tuple(Part(category, rate, net) for (category, rate), net in found.items())


def net_of(line: InvoiceLine, invoice: Invoice) -> Number:
    """What the line comes to without tax: its amount, less the taxes in it where prices include them."""
    return subtract(line.amount, total(each.amount for each in line.taxed)) if invoice.prices_include_tax else line.amount


def e_lines(invoice: Invoice, words: Words, sign: Decimal) -> tuple[ELine, ...]:
    """All lines, numbered from 1; `sign` is -1 in a credit note, whose amounts are mirrored."""
    made: list[ELine] = []
    places = places_of(invoice)
    for line in invoice.lines:
        for part, amounts in _amounts_of_parts(invoice, line, parts_of(line, words.book), sign, places):
            made.append(_e_line(line, part, amounts, words, str(len(made) + 1)))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Amounts:
    """A part's amounts in cents, signs as in the document: list - discount - rounding = net."""

    list: Decimal
    discount: Decimal
    rounding: Decimal
    net: Decimal


def _amounts_of_parts(invoice: Invoice, line: InvoiceLine, parts: tuple[Part, ...], sign: Decimal, places: int) -> Iterator[tuple[Part, _Amounts]]:
    """Each part with its share of the list amount and of the discount; what is left over by the cents is rounding."""
    lists, discounts = (
        _shares(_without_tax(invoice, line, parts, value), parts, places, invoice.currency) for value in (line.list_amount or ZERO, line.discount_amount)
    )
    for part, listed, discount in zip(parts, lists, discounts, strict=True):
        net = part.net
        if multiply(listed, net) < 0 or (not listed and net):
            # A list amount of the other sign, or none, explains nothing: the net amount is the price.
            listed, discount = net, ZERO
        rounding = subtract(subtract(listed, discount), net)
        yield part, _Amounts(*(multiply(sign, each) for each in (listed, discount, rounding, net)))


def _without_tax(invoice: Invoice, line: InvoiceLine, parts: tuple[Part, ...], value: Number) -> Number:
    """A list amount or discount without the tax that is in it, in the proportion in which the line's amount has it.

    Of 119.00 with 19% inside 100.00 are net, so of a list amount of 238.00 it is 200.00.
    """
    if not invoice.prices_include_tax or not line.taxed:
        return value
    if line.amount:
        return divide(multiply(value, total(part.net for part in parts)), line.amount)
    return divide(value, add(ONE, parts[0].rate))


def _shares(value: Number, parts: tuple[Part, ...], places: int, currency: str) -> tuple[Decimal, ...]:
    """The amount in cents, shared among the parts in proportion to their net amounts."""
    return allocate(round_money(value, currency, places=places), [magnitude(part.net) for part in parts], places)


def places_of(invoice: Invoice) -> int:
    """How many decimals the document's amounts have: those of the currency, but at most two, and two where an amount has some.

    Source: EN 16931, BR-DEC-01 and following.
    """
    least = min(2, minor_places(invoice.currency))
    return least if fits(invoice, least) else 2


def fits(invoice: Invoice, places: int) -> bool:
    """Whether no amount of the invoice has more decimals."""
    lines = [amount for line in invoice.lines for amount in (line.amount, *(tax.base for tax in line.taxed))]
    taxes = [amount for tax in invoice.taxes for amount in (tax.base, tax.amount)]
    amounts = (*lines, *taxes, invoice.net, invoice.tax, invoice.gross, invoice.payable, invoice.credited)
    return all(round_number(amount, places, "half-up") == amount for amount in amounts)


def _e_line(line: InvoiceLine, part: Part, amounts: _Amounts, words: Words, id: str) -> ELine:
    quantity, unit = _quantity(line)
    price, base = _price(magnitude(amounts.list), quantity)
    backwards = amounts.net < 0 or (not amounts.net and amounts.list < 0)
    return ELine(
        id, item_words(line, words), bill_words(line, words), clean(line.item), clean(line.subscription),
        negate(quantity) if backwards else quantity, unit, price, base, amounts.net, part.category or "",
        None if part.category == "O" else multiply(part.rate, Decimal(100)), period_of(line.start, line.end, words.book.zone),
        tuple(_adjustments(amounts, words)),
    )  # fmt: skip


def _quantity(line: InvoiceLine) -> tuple[Decimal, str]:
    """How much the line charges, above zero, and the unit's code."""
    quantity = shown(line.quantity) if line.quantity is not None and line.bill_type in SOLD else ZERO
    return (magnitude(quantity), unit_code(line.unit)) if quantity else (ONE, ONE_UNIT)


def _price(amount: Decimal, quantity: Decimal) -> tuple[Decimal, Decimal | None]:
    """The price and what it is for: one unit, else the whole quantity where the price of one has too many decimals.

    288.00 for 10 are 28.80 each; 20.00 for 3 stay 20.00 for 3.
    """
    one = divide(amount, quantity)
    if isinstance(one, Decimal) and round_number(one, PRICE_PLACES, "down") == one:
        return one, None
    return amount, quantity


def _adjustments(amounts: _Amounts, words: Words) -> Iterator[AllowanceOrCharge]:
    """Discount and rounding: taken off as an allowance, added as a charge."""
    both = ((amounts.discount, words.say("Discount"), DISCOUNT_CODE), (amounts.rounding, words.say("Rounding"), ""))
    for amount, reason, code in both:
        if amount:
            yield AllowanceOrCharge(amount < 0, magnitude(amount), reason, code if amount > 0 else "")


def period_of(start: datetime, end: datetime | None, tz: ZoneInfo) -> Period:
    """The days of a time whose end is excluded: the last day is the one on which its last instant falls in the zone."""
    first = local_date(start, tz)
    last = max(first, local_date(end - timedelta(microseconds=1), tz)) if end is not None else None
    return Period(first, last)
