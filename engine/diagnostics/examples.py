"""Codes of family K: examples of a book."""

from engine.diagnostics.record import CodeInfo

EXPECTS_NOTHING = CodeInfo(
    "K101",
    "example-expects-nothing",
    "error",
    "An example that expects nothing, or both an amount and an error",
    "An example is a test: it proves only what it expects.",
    "given: {date: 2026-02-01, billing_mode: yearly-monthly, term: 1 month, items: {plan: small}}",
    "given: {date: 2026-02-01, billing_mode: yearly-monthly, term: 1 month, items: {plan: small}}, expect: {total: 20.00}",
)
UNKNOWN_CODE = CodeInfo(
    "K102",
    "unknown-expected-error",
    "error",
    "An example expects an error that does not exist",
    "The example could never pass; `expect_error` takes a code or its name.",
    "expect_error: term-not-on-sale",
    "expect_error: term-not-offered",
)
BAD_HISTORY = CodeInfo(
    "K103",
    "example-history-unclear",
    "error",
    "What an example gives as a history cannot be evaluated",
    "A history is an account, its usage and the period that is billed; an order beside it, or a period that ends before it begins, has no invoice.",
    "period: {from: 2026-03-01, until: 2026-02-01}",
    "period: {from: 2026-02-01, until: 2026-03-01}",
)
NOT_COVERED = CodeInfo(
    "K201",
    "not-covered-by-examples",
    "warning",
    "A tier, discount or policy row that no example touches",
    "What no example touches is proven by nothing: a wrong number there shows first on a customer's bill. `--profile publish` asks for it.",
    "many-seats-for-half-a-year:  # the only example of many; the second tier begins above 100\n"
    "  given: {date: 2026-02-01, billing_mode: yearly-monthly, term: 6 months, items: {plan: small, seat: 90}}\n"
    "  expect: {total: 1345.20}",
    "many-seats-for-half-a-year:\n"
    "  given: {date: 2026-02-01, billing_mode: yearly-monthly, term: 6 months, items: {plan: small, seat: 150}}\n"
    "  expect: {total: 2080.50}",
)
