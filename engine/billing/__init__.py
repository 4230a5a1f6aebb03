"""Billing: an account's events and usage become what is owed for a period."""

from engine.billing.charges import charges_for_usage
from engine.billing.corrections import put_right
from engine.billing.invoice import make_invoice
from engine.billing.issuing import issue
from engine.billing.notes import invoice_notes

__all__ = ["charges_for_usage", "invoice_notes", "issue", "make_invoice", "put_right"]
