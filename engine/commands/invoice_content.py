"""What the file of an invoice holds, in any format. What an e-invoice lacks is told, and the official rules have passed it before it is written."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.commands.invoice_formats import RENDERINGS, Content, Rendering, render, render_bytes
from engine.commands.invoicing import Made

if TYPE_CHECKING:
    from engine.model.book import PriceBook
    from engine.model.invoices import Issue
    from engine.workers import Finding

    Check = Callable[[bytes, str], tuple[Finding, ...]]


def content_of(book: "PriceBook", made: Made, issued: "Issue", rendering: Rendering, options: dict[str, object], check: "Check | None" = None) -> Content:
    """The document's text or bytes, or None with the reasons. `check` is who runs the official rules, where they are run again and again."""
    if rendering.electronic:
        return _electronic(book, made, issued, rendering, options, check)
    if rendering.paper:
        from engine.documents.pdf import pdf_of_page
        from engine.values.periods import start_of_day

        return pdf_of_page(render_bytes(rendering, made.invoice, issued, book, options), start_of_day(issued.date, book.zone))
    return render(rendering, made.invoice, issued, book, options)


def _electronic(book: "PriceBook", made: Made, issued: "Issue", rendering: Rendering, options: dict[str, object], check: "Check | None") -> Content:
    """The e-invoice, or None with every field that is missing and every rule that fails."""
    from engine.documents.einvoice import e_invoice_problems, is_passed_over, profile_in
    from engine.workers import check_e_invoice, e_invoice_faults

    problems = e_invoice_problems(made.invoice, issued, book, made.account.origin, profile_in(options))
    if problems:
        return None, problems
    # The file that the rules read: the e-invoice itself, or the data inside of it.
    inside = RENDERINGS[rendering.electronic]
    xml = render_bytes(inside, made.invoice, issued, book, options)
    found = (check or check_e_invoice)(xml, rendering.electronic)
    problems = e_invoice_faults(tuple(each for each in found if not is_passed_over(each.rule, profile_in(options))))
    if problems:
        return None, problems
    return (xml, ()) if inside is rendering else render(rendering, made.invoice, issued, book, options)


def own_faults() -> set[str]:
    """Codes of what is wrong with no invoice: this machine cannot make the document, or the program made one that the rules refuse."""
    from engine.diagnostics.documents import PDF_NOT_INSTALLED
    from engine.diagnostics.einvoice import E_INVOICE_INVALID, E_INVOICE_NOT_INSTALLED
    from engine.diagnostics.tables import PARQUET_NOT_INSTALLED

    return {PDF_NOT_INSTALLED.code, E_INVOICE_NOT_INSTALLED.code, E_INVOICE_INVALID.code, PARQUET_NOT_INSTALLED.code}
