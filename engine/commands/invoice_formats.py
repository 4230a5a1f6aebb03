"""The formats of an invoice: which function makes each, and what it is told. One table; a further format is a further row."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.diagnostics import Diagnostic
    from engine.model.book import PriceBook
    from engine.model.invoices import Invoice, Issue


@dataclass(frozen=True, slots=True)
class Rendering:
    """The function that makes a format (`module:function`), and which of the command's options it takes beside the invoice.

    `electronic` is the syntax of an e-invoice, which the official rules check before it is written; `paper` formats are set from
    the page that the function gives; `explains` says whether steps have a place in it.
    """

    function: str
    takes: tuple[str, ...] = ()
    electronic: str = ""
    paper: bool = False
    explains: bool = False


RENDERINGS = {
    "text": Rendering("engine.documents.invoice_document:render_invoice_text", ("language", "explain", "look"), explains=True),
    "html": Rendering("engine.documents.invoice_html:render_invoice_html", ("language", "explain"), explains=True),
    "pdf": Rendering("engine.documents.invoice_html:render_invoice_html", ("language", "explain"), paper=True, explains=True),
    "md": Rendering("engine.documents.invoice_document:render_invoice_markdown", ("language", "explain"), explains=True),
    "csv": Rendering("engine.documents.invoice_csv:render_invoice_csv", ("language", "raw")),
    "xlsx": Rendering("engine.documents.invoice_xlsx:render_invoice_xlsx", ("language", "explain"), explains=True),
    "json": Rendering("engine.documents.invoice_json:render_invoice_json", ("explain",), explains=True),
    "ubl": Rendering("engine.documents.einvoice:render_ubl", ("language",), electronic="ubl"),
    "cii": Rendering("engine.documents.einvoice:render_cii", ("language",), electronic="cii"),
    "factur-x": Rendering("engine.documents.einvoice:render_factur_x", ("language", "explain"), electronic="cii", explains=True),
    "focus": Rendering("engine.documents.focus:render_focus_csv"),
    "focus-parquet": Rendering("engine.documents.focus_parquet:render_focus_parquet"),
}  # fmt: skip


PROFILES = ("en16931", "xrechnung", "peppol")
"""Names of the profiles of e-invoices, those of `engine.documents.einvoice` without what that loads."""


def profile_options(name: str) -> dict[str, object]:
    """The profile of that name among the options of a document; none for the first, which needs none."""
    if name == PROFILES[0]:
        return {}
    from engine.documents.einvoice import PROFILES as BY_NAME

    return {"profile": BY_NAME[name]}


Content = tuple[str | bytes | None, Sequence["Diagnostic"]]
"""A document's text or bytes, or None with the reasons."""


def render(rendering: Rendering, invoice: "Invoice", issue: "Issue", book: "PriceBook", options: dict[str, object]) -> Content:
    """The invoice in the format, or why there is none."""
    module, _, name = rendering.function.partition(":")
    profiled = {"profile": options["profile"]} if rendering.electronic and "profile" in options else {}
    made = getattr(import_module(module), name)(invoice, issue, book, *(options[each] for each in rendering.takes), **profiled)
    return made if isinstance(made, tuple) else (made, ())


def render_bytes(rendering: Rendering, invoice: "Invoice", issue: "Issue", book: "PriceBook", options: dict[str, object]) -> bytes:
    """The invoice in a format from which another is made; TypeError for one that is no bytes."""
    content, _ = render(rendering, invoice, issue, book, options)
    if not isinstance(content, bytes):
        raise TypeError(f"{rendering.function} makes no bytes")
    return content
