"""Codes of family D: dates that cannot be, and rules that compete on the same day."""

from engine.diagnostics.record import CodeInfo

AMBIGUOUS_RULES = CodeInfo(
    "D101", "ambiguous-rules", "error", "Two rules for the same thing from the same day",
    "The more specific rule wins, then the later one. Two that are alike in both leave the amount to chance.",
    "prices:\n  - {effective: 2026-01-01, billing_mode: monthly, per: month, items: {seat: 5.00}}\n"
    "  - {effective: 2026-01-01, billing_mode: monthly, per: month, items: {seat: 6.00}}",
    "prices:\n  - {effective: 2026-01-01, billing_mode: monthly, per: month, items: {seat: 5.00}}\n"
    "  - {effective: 2027-01-01, billing_mode: monthly, per: month, items: {seat: 6.00}}",
)
ENDS_BEFORE_START = CodeInfo(
    "D102", "ends-before-start", "error", "A rule that ends before it begins",
    "`until` is the first instant at which the rule no longer holds.",
    "effective: 2026-04-01\nuntil: 2026-03-01", "effective: 2026-03-01\nuntil: 2026-04-01",
)
IMPOSSIBLE_DATE = CodeInfo(
    "D103", "impossible-date", "error", "A day or time that does not exist",
    "30 February is no day, and in spring the hour that the clock skips is no time in the book's zone.",
    "effective: 2026-03-29T02:30  # Europe/Berlin puts the clock forward", "effective: 2026-03-29T03:30",
)
