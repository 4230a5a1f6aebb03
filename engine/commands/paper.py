"""A page as a PDF file, and other files that a machine may not be able to make."""

from collections.abc import Mapping
from datetime import datetime

from engine.commands.output import write_result
from engine.commands.reading import show_findings
from engine.diagnostics.record import Diagnostic


def write_pdf(page: Mapping[str, object], at: datetime, output: str | None) -> int:
    """A page of blocks as a PDF file, whole or not at all; 1 where the page cannot become one, 3 where the machine cannot make any."""
    from engine.documents.html import html_page
    from engine.documents.pdf import pdf_of_page

    return write_or_tell(*pdf_of_page(html_page(page), at), output)


def write_or_tell(made: bytes | None, problems: tuple[Diagnostic, ...], output: str | None, template: dict[str, str] | None = None) -> int:
    """The file, or why there is none: 1 where its content is the reason, 3 where something is not installed.

    `template` is the name and the text of the user's template, where there is one.
    """
    from engine.diagnostics.documents import PDF_NOT_INSTALLED
    from engine.diagnostics.tables import PARQUET_NOT_INSTALLED

    if made is None:
        show_findings(problems, template or {}, "text")
        return 3 if problems[0].code in (PDF_NOT_INSTALLED.code, PARQUET_NOT_INSTALLED.code) else 1
    write_result(made, output)
    return 0
