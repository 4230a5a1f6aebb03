"""A quote as the rows of one table, for CSV and for spreadsheets: its lines, its sums, and its later events."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from engine.documents.format import Formatter
from engine.documents.invoice_titles import attributes_called, attributes_written
from engine.documents.quote_events import day_text
from engine.documents.quote_json import rate_text
from engine.documents.quote_words import item_title, spec_title
from engine.model.book import PriceBook
from engine.model.quotes import ChangeLine, Quote, QuoteLine
from engine.values.exact import Number, negate


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteTableRow:
    """A line, or a sum. `kind`: line | net | tax | gross, or of a later event the direction of a change, renewal, or `change net`.

    What is named by id has its title beside it; what is taken off is positive, and the `amount` that is paid back negative.
    """

    kind: str
    item: str = ""
    title: str = ""
    spec: str = ""
    spec_title: str = ""
    attributes: str = ""
    attribute_titles: str = ""
    quantity: Number | None = None
    unit: str = ""
    list_amount: Number | None = None
    discount_amount: Number | None = None
    rounding_amount: Number | None = None
    amount: Number | None = None


def quote_rows(quote: Quote, book: PriceBook, words: Formatter) -> Iterator[QuoteTableRow]:
    """The lines and their sums, then each later event with its lines, net amount and tax; titles in the reader's language."""
    yield from (_line("line", line, book, words) for line in quote.lines)
    sums = quote.totals
    if quote.lines:
        yield QuoteTableRow(kind="net", list_amount=sums.list, discount_amount=sums.discount, rounding_amount=sums.rounding, amount=sums.net)
        yield from (QuoteTableRow(kind="tax", title=f"{tax.tax} {rate_text(tax.rate)}", amount=tax.amount) for tax in quote.taxes)
        yield QuoteTableRow(kind="gross", amount=sums.gross)
        if sums.rounded is not None:
            yield QuoteTableRow(kind="payable_rounding", amount=sums.payable_rounding)
            yield QuoteTableRow(kind="payable", amount=sums.payable)
    for change in quote.changes or ():
        yield from (_line(line.direction, line, book, words) for line in change.lines)
        yield from _sums("change", change.at, change.charge, change.refund, change.tax, book)
    for renewal in quote.renewals or ():
        yield from (_line("renewal", line, book, words) for line in renewal.lines)
        yield from _sums("renewal", renewal.at, renewal.totals.net, None, renewal.totals.tax, book)
    if (end := quote.unsubscription) is not None:
        yield from _sums("unsubscription", end.at, None, end.refund, end.tax, book)


def _line(kind: str, line: QuoteLine | ChangeLine, book: PriceBook, words: Formatter) -> QuoteTableRow:
    """A line of an order, or of a change, which has but an amount."""
    row = QuoteTableRow(
        kind=kind, item=line.item, title=item_title(line, book, words), spec=line.spec or "", spec_title=spec_title(line, book, words),
        quantity=None if isinstance(line, QuoteLine) and line.commitment else line.quantity, unit=line.unit, amount=line.amount,
    )  # fmt: skip
    if isinstance(line, ChangeLine):
        return row
    return replace(
        row, attributes=attributes_written(line.attributes), attribute_titles=attributes_called(line.attributes, book, words),
        list_amount=line.list_amount, discount_amount=line.discount_amount, rounding_amount=line.rounding_amount,
    )  # fmt: skip


def _sums(kind: str, at: date | datetime, charge: Number | None, refund: Number | None, tax: Number, book: PriceBook) -> Iterator[QuoteTableRow]:
    day = day_text(at, book)
    net, due = (charge, tax) if refund is None else (negate(refund), negate(tax))
    yield QuoteTableRow(kind=f"{kind} net", title=day, amount=net)
    yield QuoteTableRow(kind=f"{kind} tax", title=day, amount=due)
