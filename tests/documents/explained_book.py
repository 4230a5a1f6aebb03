"""A book whose quotes are hard to explain: several charges in one price, tiers of discounts, a coupon, part months, totals.

The lines of its files are what the tests ask for, so the files are written out.
"""

from engine.language.build import load_book, order_from_flags
from engine.model.quotes import Quote
from engine.pricing import price_order

BOOK = """\
book: {id: nova, title: Nova, status: published, currency: EUR, timezone: Europe/Berlin, rounding: {at: line, mode: half-up}}
units: {seat: {title: {en: {one: seat, other: seats}}}, GB: {title: GB}, call: {title: {en: {one: call, other: calls}}}}
items:
  support: {title: Support, unit: seat}
  storage: {title: Storage, unit: GB}
  addon: {title: Add-on, unit: seat}
  room: {title: Room, unit: seat}
  desk: {title: Desk, unit: seat, meter: {measure: max, window: hour}}
  calls: {title: Calls, unit: call, meter: {measure: count, window: hour}}
attributes: {segment: {source: customer, values: [education, business]}}
billing_modes:
  plan: {title: Plan, payment: prepaid, cycle: term, terms: [1 month, 6 months, 1 year], items: {support: optional, storage: optional, addon: optional}}
  use: {title: Use, payment: postpaid, cycle: month, items: {room: optional, desk: optional, calls: optional}}
"""
PRICES = """\
prices:
  - effective: 2026-01-01
    billing_mode: plan
    per: month
    items:
      support:
        - {per: once, amount: 99.00}
        - per: month
          unit_price: 19.9
      storage: 0.0333
      addon:
        model: graduated
        tiers:
          - up_to: 10
            unit_price: 4.00
          - unit_price: 3.5
  - {effective: 2026-01-01, billing_mode: plan, per: year, items: {addon: 40.00}}
  - {effective: 2026-01-01, billing_mode: use, per: month, items: {room: 30.00}}
  - {effective: 2026-01-01, billing_mode: use, per: hour, items: {desk: 0.1}}
  - effective: 2026-01-01
    billing_mode: use
    items:
      calls:
        unit_price: 0.0003
        allowance: 1000
"""
DISCOUNTS = """\
discounts:
  longer-term:
    title: Longer term
    by: term
    items: [support, storage]
    tiers:
      - from: 6 months
        percent_off: 10%
      - {from: 1 year, percent_off: 17%}
  education:
    title: For schools
    when: {segment: education}
    percent_off: 10%
  hello:
    title: Hello
    coupon: HELLO
    until: 2030-01-01
    billing_modes: [plan]
    amount_off:
      EUR: 20.00
discount_policy: [longer-term, education, hello]
taxes:
  - tax: vat
    title: VAT
    when: {country: DE}
    rate: 19%
"""

LOADED = load_book({"book.yaml": BOOK.encode(), "prices.yaml": PRICES.encode(), "discounts.yaml": DISCOUNTS.encode()})


def quoted(items: tuple[str, ...], term: str | None = "6 months", **given) -> Quote:
    """The quote of an order by options: `quoted(("support=2",), coupons=("HELLO",))`."""
    flags = {"duration": None, "coupons": (), "attributes": ()} | given
    mode = "plan" if term else "use"
    order, problems = order_from_flags(mode, term, items, flags["duration"], "2026-03-10", None, flags["coupons"], flags["attributes"], LOADED.book, None)
    assert order is not None, [problem.message for problem in problems]
    quote = price_order(LOADED.book, order)
    assert isinstance(quote, Quote), [problem.message for problem in quote.diagnostics]
    return quote
