"""Codes of family X: documents, templates and translations."""

from engine.diagnostics.record import CodeInfo
