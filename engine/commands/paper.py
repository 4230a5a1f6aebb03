"""A page as a PDF file."""

from datetime import datetime

from engine.commands.output import write_result
from engine.commands.reading import show_findings


def write_pdf(page: bytes, at: datetime, output: str | None) -> int:
    """The page as a PDF file, whole or not at all; 1 where the page cannot become one, 3 where the machine cannot make any."""
    from engine.diagnostics.documents import PDF_NOT_INSTALLED
    from engine.documents.pdf import pdf_of_page

    made, problems = pdf_of_page(page, at)
    if made is None:
        show_findings(problems, {}, "text")
        return 3 if problems[0].code == PDF_NOT_INSTALLED.code else 1
    write_result(made, output)
    return 0
