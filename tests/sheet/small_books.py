"""Small books for the tests of sheets, written as their authors write them: a text a book, and what else a test adds to it."""

from datetime import UTC, datetime

from engine.language.build import load_book, load_order
from engine.model.book import PriceBook
from engine.model.quotes import Quote
from engine.pricing import price_order

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)

BASICS = "book: {id: m, title: M, status: draft, currency: USD, timezone: UTC, rounding: {at: line, mode: half-up}}\n"


def book_of(text: str, basics: str = BASICS) -> PriceBook:
    """The book of a text, which must be without an error."""
    loaded = load_book({"book.yaml": (basics + text).encode()})
    errors = [each for each in loaded.diagnostics if each.severity == "error"]
    assert loaded.book is not None and not errors, errors
    return loaded.book


def quote_of(book: PriceBook, text: str) -> Quote:
    """What an order of the book costs."""
    order, problems = load_order("order.yaml", text.encode(), book, BEGIN)
    assert order is not None and not problems, problems
    quote = price_order(book, order)
    assert isinstance(quote, Quote), quote
    return quote
