"""Codes of family P: policies and discounts that cannot be meant."""

from engine.diagnostics.record import CodeInfo
