"""An invoice as CSV: one row a line, then taxes, net and gross. Numbers are exact, with a point, signs as in the record.

The columns follow a vendor's bill: whose, what, from when to when (the end is excluded), list amount - discount - rounding = amount.
"""

from engine.documents.csv_text import csv_text
from engine.documents.format import Formatter, formatter
from engine.documents.invoice_json import invoice_data
from engine.documents.invoice_titles import item_called, mode_called, spec_called, tax_called
from engine.documents.quote_json import instant_text
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceLine, Issue
from engine.values.exact import plain, total
from engine.values.money import minor_places

COLUMNS = (
    "kind",
    "status",
    "number",
    "date",
    "account",
    "customer",
    "subscription",
    "billing_mode",
    "billing_mode_title",
    "bill_type",
    "bill_type_number",
    "owed_at",
    "item",
    "item_title",
    "spec",
    "spec_title",
    "quantity",
    "unit",
    "from",
    "until",
    "per",
    "term",
    "currency",
    "list_amount",
    "discount_amount",
    "rounding_amount",
    "amount",
    "tax",
    "tax_category",
    "tax_rate",
    "tax_base",
    "tax_amount",
    "corrects_from",
    "corrects_until",
)
"""`kind`: line | tax | net | gross. `status` is the book's. Of several taxes on a line the words are joined by ` + `, the amounts added
up; `tax_base` is then empty. The row of a tax holds its base and amount; `net` and `gross` hold the document's in `amount`."""

NUMBERS = frozenset(
    ("bill_type_number", "quantity", "list_amount", "discount_amount", "rounding_amount", "amount", "tax_base", "tax_amount")
)  # fmt: skip
_SAME = ("subscription", "billing_mode", "bill_type", "bill_type_number", "item", "spec", "quantity", "unit", "per", "term")
_AMOUNTS = ("list_amount", "discount_amount", "rounding_amount", "amount")


def render_invoice_csv(invoice: Invoice, issue: Issue, book: PriceBook, language: str, raw: bool = False) -> str:
    """Lines, taxes, net and gross; titles in the reader's language. `raw`: texts are not disarmed, for machines."""
    words, data = formatter(language), invoice_data(invoice, issue, book)
    common = {
        "status": book.status, "number": issue.number, "date": issue.date.isoformat(), "account": invoice.account,
        "customer": invoice.customer.name, "currency": invoice.currency,
    }  # fmt: skip
    places = minor_places(invoice.currency)
    rows = [_line(line, written, places, book, words) for line, written in zip(invoice.lines, data["lines"], strict=True)]
    for tax, written in zip(invoice.taxes, data["taxes"], strict=True):
        rows.append({"kind": "tax", "item_title": tax_called(tax, book, words), **_taxed([written]), "tax_amount": written["amount"]})
    rows += [{"kind": kind, "amount": data["totals"][kind]} for kind in ("net", "gross")]
    return csv_text(COLUMNS, NUMBERS, [common | row for row in rows], raw)


def _line(line: InvoiceLine, written: dict, places: int, book: PriceBook, words: Formatter) -> dict[str, object]:
    row = {
        "kind": "line",
        **{key: written[key] for key in (*_SAME, *_AMOUNTS)},
        "billing_mode_title": mode_called(line.billing_mode, book, words),
        "owed_at": instant_text(line.at, book),
        "item_title": item_called(line.item, book, words),
        "spec_title": spec_called(line.item, line.spec, book, words),
        "from": instant_text(line.start, book),
        "until": instant_text(line.end, book) if line.end is not None else None,
        **_taxed(written["taxed"]),
    }
    if line.taxed:
        row["tax_amount"] = plain(total(tax.amount for tax in line.taxed), places)
    if line.corrects:
        row |= {"corrects_from": instant_text(line.corrects[0], book), "corrects_until": instant_text(line.corrects[1], book)}
    return row


def _taxed(taxes: list[dict]) -> dict[str, object]:
    if not taxes:
        return {}
    return {
        "tax": " + ".join(tax["tax"] for tax in taxes),
        "tax_category": " + ".join(tax["category"] or "" for tax in taxes),
        "tax_rate": " + ".join(tax["rate"] for tax in taxes),
        "tax_base": taxes[0]["base"] if len(taxes) == 1 else None,
    }
