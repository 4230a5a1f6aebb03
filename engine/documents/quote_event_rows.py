"""A quote's sums and later events as rows of a table of data: the same for CSV and spreadsheets; exact numbers as texts."""

from collections.abc import Iterator
from typing import Any

from engine.documents.format import Formatter
from engine.documents.invoice_titles import attributes_called, attributes_written
from engine.documents.quote_words import item_title, spec_title
from engine.model.book import PriceBook
from engine.model.quotes import ChangeLine, Quote, QuoteLine

Row = dict[str, Any]

LINE = ("item", "spec", "attributes", "quantity", "unit", "list_amount", "discount_amount", "rounding_amount", "amount")
"""What a row takes from a line of the quote's data."""


def line_row(line: QuoteLine | ChangeLine, data: Row, book: PriceBook, words: Formatter) -> Row:
    """A line with its titles: what is named by id has the title beside it."""
    row = {key: data[key] for key in LINE if key in data} | {"title": item_title(line, book, words), "spec_title": spec_title(line, book, words)}
    if isinstance(line, QuoteLine):
        row |= {"attributes": attributes_written(line.attributes), "attribute_titles": attributes_called(line.attributes, book, words)}
    return row


def total_rows(data: Row) -> Iterator[Row]:
    """The sums of the purchase: net, each tax, gross."""
    sums = data["totals"]
    yield {"kind": "net", **{f"{key}_amount": sums[key] for key in ("list", "discount", "rounding")}, "amount": sums["net"]}
    yield from ({"kind": "tax", "title": f"{tax['tax']} {tax['rate']}", "amount": tax["amount"]} for tax in data["taxes"])
    yield {"kind": "gross", "amount": sums["gross"]}


def event_rows(data: Row, quote: Quote, book: PriceBook, words: Formatter) -> Iterator[Row]:
    """A row for each line of a change or a renewal, and for the net amount and tax of each event; what is paid back is negative."""
    for change, told in zip(quote.changes or (), data.get("changes", ()), strict=True):
        for line, row in zip(change.lines, told["lines"], strict=True):
            yield {"kind": line.direction, **line_row(line, row, book, words)}
        yield from _sums("change", told["date"], told["charge"], told["refund"], told["tax"])
    for renewal, told in zip(quote.renewals or (), data.get("renewals", ()), strict=True):
        for again, row in zip(renewal.lines, told["lines"], strict=True):
            yield {"kind": "renewal", **line_row(again, row, book, words)}
        yield from _sums("renewal", told["date"], told["totals"]["net"], None, told["totals"]["tax"])
    if "unsubscription" in data:
        told = data["unsubscription"]
        yield from _sums("unsubscription", told["date"], None, told["refund"], told["tax"])


def _sums(kind: str, date: str, charge: str | None, refund: str | None, tax: str) -> Iterator[Row]:
    yield {"kind": f"{kind} net", "title": date, "amount": _negative(refund) if refund is not None else charge}
    yield {"kind": f"{kind} tax", "title": date, "amount": _negative(tax) if refund is not None else tax}


def _negative(amount: str) -> str:
    """An amount that is paid back; nothing is no less than nothing: `12.50` is `-12.50`, `0.00` stays."""
    return f"-{amount}" if amount.strip("0.") else amount
