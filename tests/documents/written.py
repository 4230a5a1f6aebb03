"""Sheets and quotes as pages of blocks, written by the writers of pages: as the commands write them."""

from engine.documents.format import formatter
from engine.documents.html import html_page
from engine.documents.markdown import markdown_page
from engine.documents.page import sheet_page
from engine.documents.quote_page import quote_page
from engine.documents.terminal import Look
from engine.documents.text import text_page
from engine.model.book import PriceBook
from engine.model.quotes import Quote
from engine.sheet.view import SheetView


def render_sheet_html(view: SheetView, language: str) -> bytes:
    """The sheet as an HTML file."""
    return html_page(sheet_page(view, formatter(language)))


def render_sheet_markdown(view: SheetView, language: str) -> str:
    """The sheet as Markdown."""
    return markdown_page(sheet_page(view, formatter(language)))


def render_sheet_text(view: SheetView, language: str, look: Look = Look()) -> str:
    """The sheet for a terminal."""
    return text_page(sheet_page(view, formatter(language)), look)


def render_quote_html(quote: Quote, book: PriceBook, language: str, explain: bool = False) -> bytes:
    """The quote as an HTML file."""
    return html_page(quote_page(quote, book, formatter(language), explain))


def render_quote_markdown(quote: Quote, book: PriceBook, language: str, explain: bool = False) -> str:
    """The quote as Markdown."""
    return markdown_page(quote_page(quote, book, formatter(language), explain))


def render_quote_text(quote: Quote, book: PriceBook, language: str, explain: bool = False, look: Look = Look()) -> str:
    """The quote for a terminal."""
    return text_page(quote_page(quote, book, formatter(language), explain), look)
