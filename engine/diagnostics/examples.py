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
