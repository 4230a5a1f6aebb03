"""Codes of family M: amounts and currencies."""

from engine.diagnostics.record import CodeInfo

UNKNOWN_CURRENCY = CodeInfo(
    "M101", "not-a-currency", "error", "A currency that ISO 4217 does not have",
    "The code decides how amounts are rounded and what invoices say.",
    "currency: US$", "currency: USD",
)
