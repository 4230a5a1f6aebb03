"""The two syntaxes of an e-invoice as files, from the templates `ubl.xml.j2` and `cii.xml.j2`.

Every text is escaped; the bytes are UTF-8 with a declaration and no document type, the same every time.
"""

from functools import cache

from jinja2 import Environment, FunctionLoader, StrictUndefined

from engine.documents.einvoice.making import make_e_invoice
from engine.documents.einvoice.profiles import EN_16931, Profile
from engine.documents.html import template_part
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue
from engine.values.exact import plain


def render_ubl(invoice: Invoice, issue: Issue, book: PriceBook, language: str | None = None, profile: Profile = EN_16931) -> bytes:
    """The invoice as UBL 2.1, its texts in one language (left out: the book's); `e_invoice_problems` has found nothing before."""
    return _written("ubl.xml.j2", invoice, issue, book, language, profile)


def render_cii(invoice: Invoice, issue: Issue, book: PriceBook, language: str | None = None, profile: Profile = EN_16931) -> bytes:
    """The invoice as Cross Industry Invoice, its texts in one language (left out: the book's): the XML of a Factur-X file."""
    return _written("cii.xml.j2", invoice, issue, book, language, profile)


def _written(template: str, invoice: Invoice, issue: Issue, book: PriceBook, language: str | None, profile: Profile) -> bytes:
    from lxml import etree

    text = _environment().get_template(template).render(record=make_e_invoice(invoice, issue, book, language, profile))
    root = etree.fromstring(text, etree.XMLParser(remove_blank_text=True, remove_comments=True, resolve_entities=False))
    etree.indent(root)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


@cache
def _environment() -> Environment:
    made = Environment(loader=FunctionLoader(template_part), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"amount": plain, "number": plain}
    return made
