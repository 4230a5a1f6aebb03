"""The two syntaxes of an e-invoice as files."""

from engine.documents.einvoice.cii import write_cii
from engine.documents.einvoice.making import make_e_invoice
from engine.documents.einvoice.ubl import write_ubl
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue


def render_ubl(invoice: Invoice, issue: Issue, book: PriceBook, language: str | None = None) -> bytes:
    """The invoice as UBL 2.1, its texts in one language (left out: the book's); `e_invoice_problems` has found nothing before."""
    return write_ubl(make_e_invoice(invoice, issue, book, language))


def render_cii(invoice: Invoice, issue: Issue, book: PriceBook, language: str | None = None) -> bytes:
    """The invoice as Cross Industry Invoice, its texts in one language (left out: the book's): the XML of a Factur-X file."""
    return write_cii(make_e_invoice(invoice, issue, book, language))
