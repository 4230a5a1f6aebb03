"""Billing: an account's events and usage become what is owed for a period."""

from engine.billing.invoice import make_invoice
from engine.billing.issuing import issue

__all__ = ["issue", "make_invoice"]
