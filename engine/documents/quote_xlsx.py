"""A quote as an Excel workbook: its lines, taxes and totals, its later events, and how each amount comes about.

The rows are those of the quote as CSV, in words; what is paid back is negative, and so is a discount: list amount + discount + rounding =
amount. Nothing is computed here.
"""

from engine.documents.format import Formatter, formatter
from engine.documents.invoice_titles import unit_called
from engine.documents.quote_page import explanations
from engine.documents.quote_rows import QuoteTableRow, quote_rows
from engine.documents.quote_words import stamp_words, when_words
from engine.documents.workbook import Cell, Column, Row, Sheet, money, workbook_bytes
from engine.documents.workbook_steps import steps_sheet
from engine.model.book import PriceBook
from engine.model.quotes import Quote
from engine.values.exact import negate
from engine.values.periods import local_date

LINE_KINDS = ("line", "upgrade", "downgrade", "expand", "reduce", "renewal")


def render_quote_xlsx(quote: Quote, book: PriceBook, language: str) -> bytes:
    """The workbook's file; words in the reader's language, a right-to-left one on sheets from right to left."""
    words = formatter(language)
    name = words.words.gettext("Quote")
    note = stamp_words(book, words)
    sheets = [_lines(quote, book, words, name, note), _facts(quote, book, words, note)]
    sheets.append(steps_sheet([(title, steps) for title, _, steps in explanations(quote, book, words)], words, note))
    return workbook_bytes(sheets, name, local_date(quote.at, book.zone), words.right_to_left)


def _lines(quote: Quote, book: PriceBook, words: Formatter, name: str, note: str) -> Sheet:
    say = words.words.gettext
    columns = (
        Column(say("What")), Column(say("Item")), Column(say("Specification")), Column(say("Attributes")),
        Column(say("Quantity"), "number"), Column(say("Unit")),
        money(say("List amount"), quote.currency), money(say("Discount"), quote.currency),
        money(say("Rounding"), quote.currency), money(say("Amount, %(currency)s", currency=quote.currency), quote.currency),
    )  # fmt: skip
    return Sheet(name, columns, tuple(_row(row, book, words) for row in quote_rows(quote, book, words)), note)


def _row(row: QuoteTableRow, book: PriceBook, words: Formatter) -> Row:
    # The table holds what is taken off; a reader sees the change, with its sign.
    taken_off = (None if value is None else negate(value) for value in (row.discount_amount, row.rounding_amount))
    cells: tuple[Cell, ...] = (
        _kind_words(row.kind, words), row.title, row.spec_title, row.attribute_titles, row.quantity,
        unit_called(row.unit, row.quantity, book, words), row.list_amount, *taken_off, row.amount,
    )  # fmt: skip
    return Row(cells, strong=row.kind not in LINE_KINDS)


def _kind_words(kind: str, words: Formatter) -> str:
    say = words.words.gettext
    sums = {"net": say("Without tax"), "tax": say("Tax"), "gross": say("Total with tax")}
    sums |= {"payable_rounding": say("Rounding of the sum to pay"), "payable": say("To pay")}
    events = {
        "line": "", "upgrade": say("upgrade"), "downgrade": say("downgrade"), "expand": say("expand"), "reduce": say("reduce"),
        "renewal": say("Renewal"), "change": say("Change"), "unsubscription": say("Cancellation"),
    }  # fmt: skip
    event, _, part = kind.partition(" ")
    return words.row(told for told in (events.get(event, ""), sums.get(part or event, "")) if told)


def _facts(quote: Quote, book: PriceBook, words: Formatter, note: str) -> Sheet:
    """What was quoted, when and from which book."""
    say = words.words.gettext
    rows = (
        Row((say("Date"), local_date(quote.at, book.zone))),
        Row((say("Billing mode"), when_words(quote, book, words))),
        Row((say("Currency"), quote.currency)),
        Row((say("Price book"), words.text(book.title, book.language) or book.id)),
        Row((say("Book digest"), quote.book_digest)),
    )
    return Sheet(say("The order"), (Column(say("The order")), Column("")), rows, note)
