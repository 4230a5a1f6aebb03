"""A quote as CSV: one row a line, then the totals. Text that a spreadsheet would run as a formula is disarmed; numbers never change.

Source: documents, Formats (CSV: escape by column type).
"""

from engine.documents.csv_text import csv_text
from engine.documents.format import formatter
from engine.documents.quote_event_rows import Row, event_rows, line_row, total_rows
from engine.documents.quote_json import quote_data
from engine.model.book import PriceBook
from engine.model.quotes import Quote

NUMBERS = ("quantity", "list_amount", "discount_amount", "rounding_amount", "amount")
COLUMNS = ("kind", "item", "title", "spec", "spec_title", "attributes", "attribute_titles", "quantity", "unit", "currency", *NUMBERS[1:])


def render_quote_csv(quote: Quote, book: PriceBook, language: str, raw: bool = False) -> str:
    """Lines, then one row each for net, tax and gross, then the later events; exact numbers with a point, whatever the language.

    `raw`: texts are not disarmed.
    """
    words = formatter(language)
    data: Row = quote_data(quote, book)
    rows: list[Row] = [{"kind": "line", **line_row(line, row, book, words)} for row, line in zip(data["lines"], quote.lines, strict=True)]
    if quote.lines:
        rows += total_rows(data)
    rows += event_rows(data, quote, book, words)
    return csv_text(COLUMNS, NUMBERS, [row | {"currency": quote.currency} for row in rows], raw)
