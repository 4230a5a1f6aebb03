"""Codes of family M: amounts that no currency has."""

from engine.diagnostics.record import CodeInfo
