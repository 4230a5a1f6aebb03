"""An invoice as an e-invoice: what it lacks is told, and the official rules have passed it before anything is written."""

from dataclasses import dataclass

from engine.commands.invoice_formats import Rendering, render
from engine.commands.output import write_result
from engine.commands.reading import show_findings


@dataclass(frozen=True, slots=True)
class Electronic:
    """What an e-invoice is made of: the opened book, the invoice and its issue, and the account's place in its file."""

    opened: object
    invoice: object
    issue: object
    customer: object
    sources: dict[str, str]


def write_electronic(made_of: Electronic, rendering: Rendering, options: dict[str, object], output) -> int:
    """Writes the e-invoice whole; 1 where a field is missing or a rule fails, 3 where this machine cannot make or check any.

    Where anything is found, nothing is written.
    """
    from engine.diagnostics.documents import PDF_NOT_INSTALLED
    from engine.diagnostics.einvoice import E_INVOICE_NOT_INSTALLED
    from engine.documents.einvoice import e_invoice_problems
    from engine.workers import check_e_invoice, e_invoice_faults

    invoice, issue, book = made_of.invoice, made_of.issue, made_of.opened.book
    content, problems = None, e_invoice_problems(invoice, issue, book, made_of.customer)
    if not problems:
        problems = e_invoice_faults(check_e_invoice(_xml(made_of, options, rendering.electronic), rendering.electronic))
    if not problems:
        made = render(rendering, invoice, issue, book, options)
        content, problems = made if isinstance(made, tuple) else (made, ())
    if content is None or problems:
        show_findings(made_of.opened.shown(problems), made_of.sources, "text")
        unable = {PDF_NOT_INSTALLED.code, E_INVOICE_NOT_INSTALLED.code}
        return 3 if unable & {each.code for each in problems} else 1
    write_result(content, output)
    return 0


def _xml(made_of: Electronic, options: dict[str, object], syntax: str) -> bytes:
    """The file that the rules read: the e-invoice itself, or the data inside of it."""
    from engine.commands.invoice_formats import RENDERINGS

    return render(RENDERINGS[syntax], made_of.invoice, made_of.issue, made_of.opened.book, options)
