"""A quote as CSV: one row a line, then the totals. Text that a spreadsheet would run as a formula is disarmed; numbers never change.

Source: documents, Formats (CSV: escape by column type).
"""

from dataclasses import asdict

from engine.documents.csv_text import csv_text
from engine.documents.format import formatter
from engine.documents.quote_rows import quote_rows
from engine.model.book import PriceBook
from engine.model.quotes import Quote
from engine.values.exact import Number, plain
from engine.values.money import minor_places

AMOUNTS = ("list_amount", "discount_amount", "rounding_amount", "amount")
NUMBERS = ("quantity", *AMOUNTS)
COLUMNS = ("kind", "item", "title", "spec", "spec_title", "attributes", "attribute_titles", "quantity", "unit", "currency", *AMOUNTS)


def render_quote_csv(quote: Quote, book: PriceBook, language: str, raw: bool = False) -> str:
    """Lines, then one row each for net, tax and gross, then the later events; exact numbers with a point, whatever the language.

    `raw`: texts are not disarmed.
    """
    places = minor_places(quote.currency)
    rows = []
    for row in quote_rows(quote, book, formatter(language)):
        numbers: dict[str, Number | None] = {column: getattr(row, column) for column in NUMBERS}
        written = {column: plain(value, places if column in AMOUNTS else 0) for column, value in numbers.items() if value is not None}
        rows.append(asdict(row) | written | {"currency": quote.currency})
    return csv_text(COLUMNS, NUMBERS, rows, raw)
