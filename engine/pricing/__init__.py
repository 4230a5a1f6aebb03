"""Pricing: a book and an order give a quote with its trace, or the reasons why there is none."""

from engine.pricing.quote import price_order
from engine.pricing.quote_notes import quote_notes

__all__ = ["price_order", "quote_notes"]
