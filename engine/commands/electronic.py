"""An invoice as an e-invoice: what it lacks is told, and the official rules have passed it before anything is written."""

from typing import TYPE_CHECKING

from engine.commands.invoice_formats import RENDERINGS, Content, Rendering, render, render_bytes
from engine.commands.invoicing import Made

if TYPE_CHECKING:
    from engine.model.book import PriceBook
    from engine.model.invoices import Issue


def electronic_content(made: Made, issue: "Issue", book: "PriceBook", rendering: Rendering, options: dict[str, object]) -> Content:
    """The e-invoice, or None with every field that is missing and every rule that fails."""
    from engine.documents.einvoice import e_invoice_problems
    from engine.workers import check_e_invoice, e_invoice_faults

    problems = e_invoice_problems(made.invoice, issue, book, made.account.origin)
    if not problems:
        # The file that the rules read: the e-invoice itself, or the data inside of it.
        xml = render_bytes(RENDERINGS[rendering.electronic], made.invoice, issue, book, options)
        problems = e_invoice_faults(check_e_invoice(xml, rendering.electronic))
    return (None, problems) if problems else render(rendering, made.invoice, issue, book, options)
