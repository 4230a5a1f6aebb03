"""Codes of family R: names that nothing declares, or that are declared twice."""

from engine.diagnostics.record import CodeInfo
