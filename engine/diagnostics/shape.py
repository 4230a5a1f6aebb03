"""Codes of family S: keys and values that the language does not have."""

from engine.diagnostics.record import CodeInfo
