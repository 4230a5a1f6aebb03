"""An invoice as an e-invoice: what it lacks is told, and the official rules have passed it before anything is written."""

from engine.commands.invoice_formats import RENDERINGS, render
from engine.commands.output import say, write_result
from engine.commands.reading import show_findings


def write_electronic(opened, invoice, issued, format_name: str, options: dict[str, object], output) -> int:
    """Writes the e-invoice whole; 1 where a field is missing or a rule fails, and nothing is written."""
    from engine.documents.einvoice import e_invoice_problems

    problems = e_invoice_problems(invoice, issued, opened.book)
    if problems:
        show_findings(opened.shown(problems), dict(opened.sources), "text")
        return 1
    made = render(RENDERINGS[format_name], invoice, issued, opened.book, options)
    write_result(made, output)
    return 0
