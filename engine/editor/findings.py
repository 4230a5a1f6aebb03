"""Findings of a check as an editor shows them: at their place, with the further places, and what to write instead."""

from collections.abc import Mapping

from lsprotocol import types as lsp

from engine.diagnostics.record import Diagnostic
from engine.documents.findings import readable
from engine.documents.findings_tools import more_said
from engine.editor.books import Reading
from engine.editor.places import Columns, lines_of
from engine.values.spans import Span

SOURCE = "pricebook"
_LEVELS = {"error": lsp.DiagnosticSeverity.Error, "warning": lsp.DiagnosticSeverity.Warning, "info": lsp.DiagnosticSeverity.Information}


def told(reading: Reading, columns: Columns) -> Mapping[str, list[lsp.Diagnostic]]:
    """Every file's findings by its address; a finding of no file stands at the start of the book's first one."""
    lines = {file: lines_of(text) for file, text in reading.sources.items()}
    found: dict[str, list[lsp.Diagnostic]] = {}
    for each in reading.found:
        span = each.span or Span(reading.home, 1, 1, 1, 1)
        found.setdefault(reading.address(span.file), []).append(_told(readable(each), span, reading, lines, columns))
    return found


def _told(found: Diagnostic, span: Span, reading: Reading, lines: Mapping[str, list[str]], columns: Columns) -> lsp.Diagnostic:
    def place(span: Span) -> lsp.Range:
        return columns.range(lines.get(span.file, [""]), span)

    related = [
        lsp.DiagnosticRelatedInformation(lsp.Location(reading.address(label.span.file), place(label.span)), label.text or "and here") for label in found.labels
    ]
    return lsp.Diagnostic(
        range=place(span),
        message="\n".join([found.message, *more_said(found)]),
        severity=_LEVELS[found.severity],
        code=found.code,
        source=SOURCE,
        related_information=related or None,
    )
