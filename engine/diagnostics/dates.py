"""Codes of family D: dates, versions and their order."""

from engine.diagnostics.record import CodeInfo
