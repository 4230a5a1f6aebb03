"""Codes of family T: tiers that are ambiguous or never reached."""

from engine.diagnostics.record import CodeInfo
