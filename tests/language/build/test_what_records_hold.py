"""What the records of a book say of their fields holds for what is read: quantities that do not end, and examples that cannot be read."""

from fractions import Fraction

from engine.language.build import load_book
from engine.model.quotes import Refusal

BOOK = """
book: {id: m, title: M, status: draft, currency: USD, timezone: UTC, rounding: {at: line, mode: half-up}}
units: {hour: {title: hour}, minute: 1/60 hour}
items: {call: {title: Call, unit: hour}}
billing_modes: {plan: {title: Plan, payment: prepaid, cycle: term, terms: [1 month], items: {call: optional}}}
prices:
  - effective: 2026-01-01
    billing_mode: plan
    per: month
    items: {call: {model: graduated, tiers: [{up_to: 7 minute, unit_price: 2}, {unit_price: 1}]}}
discounts: {bulk: {title: Bulk, by: quantity, tiers: [{from: 7 minute, percent_off: 5%}, {from: 1 hour, percent_off: 10%}]}}
discount_policy: [bulk]
"""


def test_a_bound_in_a_unit_that_does_not_divide_is_kept_exactly():
    book = load_book({"book.yaml": BOOK.encode()}).book
    assert book.prices[0].charges[0].tiers[0].bound == Fraction(7, 60)
    assert book.discounts["bulk"].tiers[0].start == Fraction(7, 60)


def test_an_example_that_cannot_be_read_holds_why():
    """Also where the author expects a price: the draft of the book has the example with what is wrong with it, and nothing that is None."""
    given = "examples: {one: {title: One, given: {date: 2026-02-30, billing_mode: plan, term: 1 month, items: {call: 1}}, expect: {total: 1.00}}}\n"
    loaded = load_book({"book.yaml": (BOOK + given).encode()})
    wrong = loaded.draft.examples["one"].given
    assert loaded.book is None and isinstance(wrong, Refusal)
    assert [each.code for each in wrong.diagnostics] == [each.code for each in loaded.diagnostics if each.severity == "error"]
