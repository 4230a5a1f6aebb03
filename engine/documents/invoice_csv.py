"""An invoice as CSV: one row a line, then taxes, net and gross. Numbers are exact, with a point, signs as in the record.

The columns follow a vendor's bill: whose, what, from when to when (the end is excluded), list amount - discount - rounding = amount.
"""

from decimal import Decimal
from typing import Any

from engine.documents.csv_text import csv_text
from engine.documents.format import Formatter, formatter
from engine.documents.invoice_json import invoice_data
from engine.documents.invoice_titles import attributes_called, attributes_written, line_called, mode_called, spec_called, tax_called
from engine.documents.names import with_plain_names
from engine.documents.quote_json import instant_text
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, InvoiceLine, Issue
from engine.values.exact import plain
from engine.values.money import minor_places

COLUMNS = (
    "kind",
    "document",
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
    "attributes",
    "attribute_titles",
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
    "reason",
    "reference",
)
"""`kind`: line | line-tax | tax | net | gross; credits where any pay something, payable_rounding where the sum to pay is rounded, paid where
something was paid already, payable with either; `document`: invoice | credit-note; `status` is the book's. A line with several taxes leaves
the columns of tax empty and is followed by a `line-tax` row for each, so that those of `line` and `line-tax` add up, by tax and rate, to the
`tax` rows. All sums of the document stand in `amount`."""

NUMBERS = frozenset(
    ("bill_type_number", "quantity", "list_amount", "discount_amount", "rounding_amount", "amount", "tax_base", "tax_amount")
)  # fmt: skip
Row = dict[str, Any]
_SAME = ("subscription", "billing_mode", "bill_type", "bill_type_number", "item", "spec", "quantity", "unit", "per", "term")
_AMOUNTS = ("list_amount", "discount_amount", "rounding_amount", "amount")


def render_invoice_csv(invoice: Invoice, issue: Issue, book: PriceBook, language: str, raw: bool = False) -> str:
    """Lines, taxes, net and gross; titles in the reader's language. `raw`: texts are not disarmed, for machines."""
    invoice, issue, book = with_plain_names(invoice, issue, book)
    words = formatter(language)
    data: Row = invoice_data(invoice, issue, book)
    common = {
        "document": "credit-note" if invoice.credit_note else "invoice", "status": book.status,
        "number": issue.number, "date": issue.date.isoformat(), "account": invoice.account,
        "customer": invoice.customer.name, "currency": invoice.currency,
    }  # fmt: skip
    places = minor_places(invoice.currency)
    rows: list[Row] = []
    for line, written in zip(invoice.lines, data["lines"], strict=True):
        rows.append(_line(line, written, book, words))
        if len(line.taxed) > 1:
            rows += [_line_tax(rows[-1], tax, amount.amount, places) for tax, amount in zip(written["taxed"], line.taxed, strict=True)]
        elif line.taxed:
            rows[-1] |= _taxed(written["taxed"][0]) | {"tax_amount": plain(line.taxed[0].amount, places)}
    for due, written in zip(invoice.taxes, data["taxes"], strict=True):
        rows.append({"kind": "tax", "item_title": tax_called(due, book, words), **_taxed(written), "tax_amount": written["amount"]})
    rows += [
        {"kind": kind, "amount": data["totals"][kind]} for kind in ("net", "gross", "credits", "payable_rounding", "paid", "payable") if kind in data["totals"]
    ]
    return csv_text(COLUMNS, NUMBERS, [common | row for row in rows], raw)


def _line(line: InvoiceLine, written: Row, book: PriceBook, words: Formatter) -> Row:
    row: Row = {
        "kind": "line",
        **{key: written[key] for key in (*_SAME, *_AMOUNTS)},
        "billing_mode_title": mode_called(line.billing_mode, book, words),
        "owed_at": instant_text(line.at, book),
        "item_title": line.by_hand.title if line.by_hand else line_called(line, book, words),
        "spec_title": spec_called(line.item, line.spec, book, words),
        "attributes": attributes_written(line.attributes),
        "attribute_titles": attributes_called(line.attributes, book, words),
        "from": instant_text(line.start, book),
        "until": instant_text(line.end, book) if line.end is not None else None,
    }
    if line.by_hand:
        row |= {"reason": line.by_hand.reason, "reference": line.by_hand.reference}
    if line.corrects:
        row |= {"corrects_from": instant_text(line.corrects[0], book), "corrects_until": instant_text(line.corrects[1], book)}
    return row


def _line_tax(line: Row, tax: Row, amount: Decimal, places: int) -> Row:
    """One of several taxes on a line: whose it is and its own base and amount, no amount of the line again."""
    whose = {key: line[key] for key in ("subscription", "billing_mode", "bill_type", "bill_type_number", "item", "item_title", "owed_at")}
    return {"kind": "line-tax", **whose, **_taxed(tax), "tax_amount": plain(amount, places)}


def _taxed(tax: Row) -> Row:
    return {"tax": tax["tax"], "tax_category": tax["category"], "tax_rate": tax["rate"], "tax_base": tax["base"]}
