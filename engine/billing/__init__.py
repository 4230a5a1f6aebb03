"""Billing: an account's events and usage become what is owed for a period."""

from engine.billing.invoice import make_invoice

__all__ = ["make_invoice"]
