"""What the functions of `pricebook` give: the engine's records, each with its book and with what was found on the way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from engine.diagnostics.record import Diagnostic
from engine.model import invoices, quotes
from engine.model.book import PriceBook
from engine.sheet.view import SheetView
from engine.store import OpenedBook

Sheet: TypeAlias = SheetView
"""Everything that a price sheet says; texts are held in every language of the book."""


@dataclass(frozen=True, slots=True)
class Book:
    """A price book that can be priced. `rules` is all that it says, as records; `findings` are the warnings of reading it."""

    opened: OpenedBook = field(repr=False)
    rules: PriceBook = field(repr=False)
    findings: tuple[Diagnostic, ...] = field(default=(), repr=False)

    @property
    def folder(self) -> Path:
        """Where its files stand."""
        return self.opened.folder

    @property
    def id(self) -> str:
        """What the book calls itself."""
        return self.rules.id

    @property
    def digest(self) -> str:
        """The fingerprint of its files (SHA-256, hex), which every document names."""
        return self.rules.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote(quotes.Quote):
    """A quote with its `book`; `findings` are warnings about the order."""

    book: Book = field(repr=False, compare=False)
    findings: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(invoices.Invoice):
    """An invoice with its `book`, and with what makes it a document: number (None: a draft) and dates.

    `findings` are warnings about the account and its usage, and what is worth knowing of the invoice.
    """

    book: Book = field(repr=False, compare=False)
    issue: invoices.Issue
    findings: tuple[Diagnostic, ...] = ()


class Refused(Exception):
    """What was asked has no answer. `diagnostics` hold every reason with its place and remedy.

    As a text they read as in a terminal, with the lines of `sources` that they speak of.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic], sources: Mapping[str, str] | None = None) -> None:
        self.diagnostics = tuple(diagnostics)
        self.sources = dict(sources or {})
        super().__init__(self.diagnostics, self.sources)

    def __str__(self) -> str:
        from engine.documents.findings import render_findings

        return render_findings(self.diagnostics, self.sources, "text", width=100).rstrip("\n")


def to_json(document: Quote | Invoice | Sheet | Refused) -> str:
    """The document as the command prints it with `-f json`: numbers are exact texts; the forms stand in `schemas/`."""
    match document:
        case Quote():
            from engine.documents.quote_json import render_quote_json

            return render_quote_json(document, document.book.rules)
        case Invoice():
            from engine.documents.invoice_json import render_invoice_json

            return render_invoice_json(document, document.issue, document.book.rules)
        case Sheet():
            from engine.documents.sheet_json import render_sheet_json

            return render_sheet_json(document)
        case Refused():
            from engine.documents.findings import render_findings

            return render_findings(document.diagnostics, document.sources, "json")
    raise TypeError(f"no document of pricebook: {type(document).__name__}")
