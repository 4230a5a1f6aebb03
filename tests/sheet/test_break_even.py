"""Where prepaid and pay-per-use cross: exactly where hours add up, by quoting where they do not."""

from decimal import Decimal

from engine.language.build import load_book
from engine.model.book import PriceBook
from engine.model.orders import Order, OrderLine
from engine.pricing import price_order
from engine.sheet import build_sheet
from engine.sheet.view import BreakEven
from engine.values.exact import subtract, total
from engine.values.periods import Duration
from tests.sheet.reading import SPRING

BOOK = """
book: {{id: tanks, title: Tanks, status: draft, currency: USD, timezone: UTC, rounding: {{at: line, mode: half-up}}}}
units: {{tank: {{title: tank}}}}
resources: {{room: {{title: Room, unit: tank}}}}
items:
  plan:
    title: Plan
    unit: tank
    specs:
      one: {{title: One, provides: {{room: 1}}}}
      five: {{title: Five, provides: {{room: 5}}}}
      nine: {{title: Nine, provides: {{room: 9}}}}
  use: {{title: Use, unit: tank, provides: {{room: 1}}, meter: {{measure: max, window: hour}}}}
  gate: {{title: Gate, unit: tank, quantity: {{min: 1, step: 1}}, meter: {{measure: max, window: hour}}}}
billing_modes:
  plans: {{title: Plans, payment: prepaid, cycle: term, terms: [1 month, 1 year], items: {{plan: required}}}}
  hours: {{title: Hours, payment: postpaid, cycle: hour, invoiced: month, items: {{use: required, gate: {gate}}}}}
prices:
  - {{effective: 2026-01-01, billing_mode: plans, per: month, items: {{plan: {{one: 10.00, five: {five}, nine: 70.00}}}}}}
  - {{effective: 2026-01-01, billing_mode: hours, per: hour, items: {{use: {use}, gate: 0.01}}}}
"""


def tanks(five: str = "40.00", use: str = "0.02", gate: str = "optional") -> PriceBook:
    """A book of plans and of tanks by the hour."""
    loaded = load_book({"book.yaml": BOOK.format(five=five, use=use, gate=gate).encode()})
    assert loaded.book is not None, loaded.diagnostics
    return loaded.book


def compared(book: PriceBook) -> BreakEven | None:
    """The sheet's comparison, None where the modes cannot be compared."""
    return next(iter(build_sheet(book, SPRING).break_even), None)


def cost(book: PriceBook, hours: int):
    """What five tanks cost for so many hours, before the rounding of lines."""
    order = Order(SPRING, "hours", "USD", (OrderLine("use", None, Decimal(5)),), None, Duration(seconds=3600 * hours))
    return total(subtract(line.list_amount, line.discount_amount) for line in price_order(book, order).lines)


def test_hours_that_add_up_cross_exactly() -> None:
    """5 tanks at 0.02: 40.00 are reached at 400 hours, where both cost the same; from 401 on the plan is cheaper."""
    found = compared(tanks())
    first = found.crossings[0]
    assert [(each.item, each.spec) for each in found.ordered] == [("plan", "five")]
    assert (str(found.hourly), first.hours, first.last_hour, first.first_hour) == ("0.1", 400, 400, 401)


def test_hours_that_do_not_add_up_are_found_by_quoting() -> None:
    """The price falls with the month's total, so no exact hour is told; the whole hours are where quotes cross."""
    book = tanks(use="{model: graduated, applies_to: period-total, tiers: [{up_to: 500, unit_price: 0.05}, {unit_price: 0.01}]}")
    found = compared(book)
    first = found.crossings[0]
    assert (found.hourly, first.hours) == (None, None)
    assert cost(book, first.last_hour) <= first.monthly < cost(book, first.first_hour)
    assert first.first_hour == first.last_hour + 1
    assert found.points[-1] == (730, cost(book, 730))


def test_use_that_never_gets_dearer() -> None:
    """At 0.001 a tank the whole month costs 3.65: the plan is never cheaper."""
    first = compared(tanks(use="0.001")).crossings[0]
    assert (first.first_hour, first.last_hour, first.share) == (None, 730, 1)


def test_use_that_is_dearer_from_the_first_hour() -> None:
    """At 9.00 a tank one hour costs 45.00."""
    first = compared(tanks(use="9.00")).crossings[0]
    assert (first.first_hour, first.last_hour) == (1, 0)


def test_modes_that_do_not_give_the_same_are_not_compared() -> None:
    """A gate that use requires, and plans do not have, makes the two unlike; so does free use."""
    assert compared(tanks(gate="required")) is None
    assert compared(tanks(use="0.00")) is None
