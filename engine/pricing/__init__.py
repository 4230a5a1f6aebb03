"""Pricing: a book and an order give a quote with its trace, or the reasons why there is none."""

from engine.pricing.quote import price_order
from engine.pricing.quote_notes import quote_notes
from engine.pricing.trace import adds_up, check_change, check_trace

__all__ = ["adds_up", "check_change", "check_trace", "price_order", "quote_notes"]
