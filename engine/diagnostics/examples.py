"""Codes of family K: examples of a book."""

from engine.diagnostics.record import CodeInfo
