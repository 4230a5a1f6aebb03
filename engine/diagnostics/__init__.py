"""The one record of a user's mistake, and the catalogue of its codes."""

from engine.diagnostics.record import CodeInfo, Diagnostic, Label, report

__all__ = ["CODES", "CodeInfo", "Diagnostic", "Label", "by_code_or_slug", "report"]

from engine.diagnostics.catalogue import CODES, by_code_or_slug
