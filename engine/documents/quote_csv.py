"""A quote as CSV: one row a line, then the totals. Text that a spreadsheet would run as a formula is disarmed; numbers never change.

Source: documents, Formats (CSV: escape by column type).
"""

import csv
from types import SimpleNamespace

from engine.documents.format import formatter, without_isolates
from engine.documents.quote_json import quote_data
from engine.documents.quote_words import item_title, spec_title
from engine.model.book import PriceBook
from engine.model.quotes import Quote

TEXTS = ("kind", "item", "title", "spec", "spec_title", "unit", "currency")
NUMBERS = ("quantity", "list_amount", "discount_amount", "rounding_amount", "amount")
COLUMNS = ("kind", "item", "title", "spec", "spec_title", "quantity", "unit", "currency", *NUMBERS[1:])

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def render_quote_csv(quote: Quote, book: PriceBook, language: str) -> str:
    """Lines, then one row each for net, tax and gross; exact numbers with a point, whatever the language."""
    words = formatter(language)
    data = quote_data(quote, book)
    rows = [
        {
            "kind": "line",
            **{key: row[key] for key in ("item", "spec", "quantity", "unit", "list_amount", "discount_amount", "rounding_amount", "amount")},
            "title": item_title(line, book, words),
            "spec_title": spec_title(line, book, words),
        }
        for row, line in zip(data["lines"], quote.lines, strict=True)
    ]
    totals = data["totals"]
    rows.append(
        {"kind": "net", "list_amount": totals["list"], "discount_amount": totals["discount"], "rounding_amount": totals["rounding"], "amount": totals["net"]}
    )
    rows += [{"kind": "tax", "title": f"{tax['tax']} {tax['rate']}", "amount": tax["amount"]} for tax in data["taxes"]]
    rows.append({"kind": "gross", "amount": totals["gross"]})
    written: list[str] = []
    writer = csv.writer(SimpleNamespace(write=written.append), lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        row["currency"] = quote.currency
        writer.writerow([_cell(column, row.get(column)) for column in COLUMNS])
    return "".join(written)


def _cell(column: str, value: object) -> str:
    text = "" if value is None else without_isolates(str(value))
    return f"'{text}" if column in TEXTS and text.startswith(_DANGEROUS) else text
