"""Codes of family K: examples of a book."""

from engine.diagnostics.record import CodeInfo

EXPECTS_NOTHING = CodeInfo(
    "K101",
    "example-expects-nothing",
    "error",
    "An example that expects nothing, or both an amount and an error",
    "An example is a test: it proves only what it expects.",
    "examples: {team: {given: {date: 2026-03-01, billing_mode: monthly, items: {seat: 5}}}}",
    "examples: {team: {given: {date: 2026-03-01, billing_mode: usage, items: {seat: 5}}, expect: {total: 25.00}}}",
)
UNKNOWN_CODE = CodeInfo(
    "K102",
    "unknown-expected-error",
    "error",
    "An example expects an error that does not exist",
    "The example could never pass; `expect_error` takes a code or its name.",
    "expect_error: no-such-error",
    "expect_error: term-not-offered",
)
BAD_HISTORY = CodeInfo(
    "K103",
    "example-history-unclear",
    "error",
    "What an example gives as a history cannot be evaluated",
    "A history is an account, its usage and the period that is billed; an order beside it, or a period that ends before it begins, has no invoice.",
    "given: {account: {...}, period: 2026-03, items: {seat: 5}}",
    "given: {account: {...}, period: 2026-03}",
)
NOT_COVERED = CodeInfo(
    "K201",
    "not-covered-by-examples",
    "warning",
    "A tier, discount or policy row that no example touches",
    "What no example touches is proven by nothing: a wrong number there shows first on a customer's bill. `--profile publish` asks for it.",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 21.0}]\n# the only example orders 5",
    "tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.10}]\n# one example orders 5, another 150",
)
