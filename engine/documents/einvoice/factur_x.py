"""Factur-X: the page of an invoice as a PDF for archives, with its CII file inside, so that people and programs read one file.

Source: Factur-X 1.0, profiles EN 16931 and XRECHNUNG: file name, relationship and metadata of the attachment.
"""

from engine.diagnostics import Diagnostic
from engine.documents.einvoice.profiles import EN_16931, Profile
from engine.documents.einvoice.writing import render_cii
from engine.documents.invoice_html import render_invoice_html
from engine.documents.pdf import AttachedFile, pdf_of_page
from engine.documents.pdf_structure import MetadataSchema
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue
from engine.values.periods import start_of_day

TOLD = (
    ("DocumentFileName", "Text", "external", "The name of the embedded XML document"),
    ("DocumentType", "Text", "external", "The type of the hybrid document in capital letters, such as INVOICE"),
    ("Version", "Text", "external", "The version of the standard that the embedded XML document follows"),
    ("ConformanceLevel", "Text", "external", "The conformance level of the embedded XML document"),
)
"""What the metadata of the file say of the data inside: name, type, whether from outside, meaning."""


def schema_of(level: str, name: str) -> MetadataSchema:
    """The metadata of a file whose data are of that level and in a file of that name."""
    said = {"DocumentType": "INVOICE", "DocumentFileName": name, "Version": "1.0", "ConformanceLevel": level}
    return MetadataSchema("urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#", "fx", "Factur-X PDFA Extension Schema", said, TOLD)


def render_factur_x(
    invoice: Invoice, issue: Issue, book: PriceBook, language: str, explain: bool = False, profile: Profile = EN_16931
) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """The invoice in one language as a Factur-X file (PDF/A-3a and PDF/UA-1), or why there is none (X108, X109).

    Its XML is that of `render_cii` in the same language; `e_invoice_problems` has found nothing before.
    """
    if profile.hybrid is None:
        raise ValueError(f"{profile.title} has no form inside of a PDF file")
    level, name = profile.hybrid
    xml = render_cii(invoice, issue, book, language, profile)
    attached = AttachedFile(name, xml, "The invoice as data (Factur-X)", "Alternative", schema_of(level, name))
    page = render_invoice_html(invoice, issue, book, language, explain)
    return pdf_of_page(page, start_of_day(issue.date, book.zone), attached)
