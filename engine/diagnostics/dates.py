"""Codes of family D: dates that cannot be, and rules that compete on the same day."""

from engine.diagnostics.record import CodeInfo

AMBIGUOUS_RULES = CodeInfo(
    "D101",
    "ambiguous-rules",
    "error",
    "Two rules for the same thing from the same day",
    "The more specific rule wins, then the later one. Two that are alike in both leave the amount to chance.",
    "prices:\n"
    "  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, items: {seat: 2.00}}\n"
    "  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, items: {seat: 1.90}}",
    "prices:\n"
    "  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, items: {seat: 2.00}}\n"
    "  - {effective: 2028-01-01, billing_mode: yearly-monthly, per: month, items: {seat: 1.90}}",
)
ENDS_BEFORE_START = CodeInfo(
    "D102",
    "ends-before-start",
    "error",
    "A rule that ends before it begins",
    "`until` is the first instant at which the rule no longer holds.",
    "effective: 2026-05-01, until: 2026-04-01",
    "effective: 2026-04-01, until: 2026-05-01",
)
IMPOSSIBLE_DATE = CodeInfo(
    "D103",
    "impossible-date",
    "error",
    "A day or time that does not exist",
    "30 February is no day, and in spring the hour that the clock skips is no time in the book's zone.",
    "effective: 2026-03-29T02:30  # Europe/Berlin puts the clock forward",
    "effective: 2026-03-29T03:30",
)
INSIDE_NOTICE = CodeInfo(
    "D201",
    "increase-inside-notice",
    "warning",
    "A price increase announced too late",
    "`price_notice` promises customers how long before it takes effect an increase is announced.",
    "effective: 2027-01-01, announced: 2026-12-20  # dearer than before; price_notice: 30 days",
    "effective: 2027-01-01, announced: 2026-11-20",
)
NEVER_ANNOUNCED = CodeInfo(
    "D202",
    "increase-not-announced",
    "warning",
    "A price increase that says no day of announcement",
    "The book promises a notice (`price_notice`), so the day on which the increase was announced belongs to its record.",
    "effective: 2027-01-01  # dearer than before",
    "effective: 2027-01-01, announced: 2026-11-20",
)
ENDS_WITHOUT_SUCCESSOR = CodeInfo(
    "D203",
    "price-ends-without-successor",
    "warning",
    "A price that ends, with none after it",
    "From that day nobody can order the item, and nobody can renew it. To end sale on purpose, write `withdrawn`.",
    "- {effective: 2026-01-01, until: 2027-01-01, billing_mode: extra, per: month, items: {seat: 1.00}}",
    "- {effective: 2026-01-01, until: 2027-01-01, billing_mode: extra, per: month, items: {seat: 1.00}}\n"
    "- {effective: 2027-01-01, billing_mode: extra, per: month, items: {seat: 1.00}}",
)
OFF_BOUNDARY = CodeInfo(
    "D204",
    "price-change-inside-period",
    "info",
    "A new price in the middle of a billing period",
    "One invoice will then show two prices for the same item.",
    "effective: 2027-01-15  # invoiced by month",
    "effective: 2027-02-01",
)
ANNOUNCED_AFTER = CodeInfo(
    "D205",
    "announced-after-start",
    "warning",
    "A price that was announced after it began",
    "`announced` is the day on which customers were told; one of the two dates is probably in the wrong year.",
    "effective: 2027-01-01\nannounced: 2027-11-01",
    "effective: 2027-01-01\nannounced: 2026-11-01",
)
FAR_DATE = CodeInfo(
    "D206",
    "date-decades-away",
    "warning",
    "A date decades away from all others of the book",
    "Two digits the other way round move a price out of sight: nobody would ever get it, and nothing else looks wrong.",
    "effective: 2072-07-01  # beside prices of 2026",
    "effective: 2027-07-01",
)
EXAMPLES_BEFORE_SALE = CodeInfo(
    "D207",
    "examples-before-first-price",
    "warning",
    "Examples that order before their billing mode has a price",
    "The examples say that something was sold then: the date of the first prices is probably a slip.",
    "given: {date: 2025-12-01, billing_mode: yearly-monthly, term: 1 month, items: {plan: small}}  # its first price is of 2026-01-01",
    "given: {date: 2026-01-01, billing_mode: yearly-monthly, term: 1 month, items: {plan: small}}",
)
GAP = CodeInfo(
    "D208",
    "gap-between-prices",
    "warning",
    "Days between two prices on which there is none",
    "On these days nobody can order the item, and nobody can renew it.",
    "- {effective: 2027-02-01, billing_mode: extra, per: month, items: {seat: 1.00}}  # the price before ends on 2027-01-01",
    "- {effective: 2027-01-01, billing_mode: extra, per: month, items: {seat: 1.00}}",
)
