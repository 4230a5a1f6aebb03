"""What a price sheet says: prices of each billing mode, terms, break-even, worked examples, policies, limits, announced
changes."""

from engine.sheet.build import build_sheet

__all__ = ["build_sheet"]
