"""Codes of family Q: orders and usage."""

from engine.diagnostics.record import CodeInfo
