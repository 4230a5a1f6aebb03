"""Rule language, second version, 7.3: every rule that can change an amount is said on the sheet in words. Each is removed from a book, and the sheet changes."""

import re
from datetime import UTC, datetime

import pytest
import yaml

from engine.language.build import load_book
from engine.language.samples import flow
from engine.sheet import build_sheet
from tests.documents.written import render_sheet_markdown

BOOK = yaml.load(
    """
book: {id: shop, title: Shop, status: draft, currency: EUR, timezone: UTC, month_is: 730 hours, rounding: [{at: charge, places: 4, mode: half-even}, {at: line, mode: down}]}
units: {GB: {title: GB}, MB: {title: MB, is: 1/1024 GB}, call: {title: call}, seat: {title: seat}}
attributes: {region: {source: usage}}
time_bands: {night: {title: Night, hours: ["22:00-06:00"], days: [friday, monday], months: [3, 7]}, noon: {hours: ["12:00-13:00", "15:00-16:00"], days: [tuesday]}}
resources: {space: {title: Space, unit: GB}}
items:
  plan: {title: Plan, unit: seat, specs: {small: {provides: {space: 10 GB}}, large: {provides: {space: {quantity: 20 GB, every: month}}}}}
  level: {title: Level, unit: GB, meter: {measure: mean, window: hour, hold: true, step: 5 minutes, over: account}}
  sent: {title: Sent, unit: GB, meter: {measure: sum, window: hour, record: {at_least: 1 MB, round_up: 2 MB}}}
  stored: {title: Stored, unit: GB, meter: {measure: max, window: hour, hold: true}}
  calls: {title: Calls, unit: call, meter: {measure: sum, window: hour}}
  care: {title: Care, unit: EUR, meter: {measure: list-amount, of: [sent, calls]}}
billing_modes:
  ahead:
    title: Ahead
    payment: prepaid
    cycle: term
    terms: [1 month, 1 year]
    items: {plan: required}
    spec_change: by-day
    cancellation: leave
    renewal: again
  use: {title: Use, payment: postpaid, cycle: hour, invoiced: month, items: {level: optional, sent: optional, stored: optional, calls: optional, care: {presence: optional, cycle: month}}, commitment: floor}
commitments:
  floor: {title: Floor, amount: 50.00, every: month, items: [sent, calls], of: list, stub: actual-days, category_of: calls}
prices:
  - {effective: 2026-01-01, announced: 2025-11-01, billing_mode: ahead, per: month, items: {plan: {small: 10.00, large: 20.00}}}
  - effective: 2026-01-01
    announced: 2025-11-01
    billing_mode: use
    items:
      level: {unit_price: 0.20, per: hour}
      sent: {unit_price: 0.10, applies_to: each-record, allowance: {quantity: 5, across: attributes, over: account, lasts: 12 months, carry_over: 1 month}}
      stored: {unit_price: 7.30, per: month, minimum: {amount: 1.00, of: net}, maximum: {amount: 90.00, of: net}}
      calls:
        model: graduated
        tiers: [{up_to: 100, unit_price: 0.02}, {unit_price: 0.01}]
        applies_to: period-total
        minimum: 0.50
        at_zero: bill
      care: 10%
  - {effective: 2026-06-01, announced: 2026-01-01, billing_mode: use, running_subscriptions: next-renewal, items: {stored: {unit_price: 8.00, per: month}}}
  - {effective: 2026-01-01, announced: 2025-11-01, billing_mode: use, when: {band: night}, items: {calls: 0.01}}
  - {effective: 2026-01-01, announced: 2025-11-01, billing_mode: use, when: {band: noon}, items: {calls: 0.03}}
discounts:
  year: {title: Year, items: [plan], by: term, tiers: [{from: 12 months, pay_for: 10 months}]}
  later: {title: Later, items: [plan], after: 1 month, lasts: 3 months, percent_off: 10%}
  off: {title: Off, items: [plan], amount_off: 1.00}
discount_policy: [year, later, off]
spec_changes:
  by-day:
    supports: [upgrade, downgrade]
    charge: difference
    remaining: {monthly: actual-days, yearly: days-of-365, daily: whole-period, counts_from: next-day, places: 4, mode: down}
    discount: on-difference
    amounts: again
    price_period: round-up
    credit: {cap: none}
    downgrade: {takes_effect: next-renewal, charge: none}
cancellations:
  leave: {full_refund_within: 14 days, refund: unused, consumed: {by: re-rated, count: hour, part: up}, fee: [{term: 1 year, used_up_to: 1 month, fee: 15%}, {consumed_times: 150%}]}
renewals:
  again: {price: original, anchor: day-of-change, auto_renew: 7 days before, grace: 15 days, retention: 15 days, align: 15, stub: actual-days}
taxes:
  - {tax: vat, rate: 19%}
""",
    yaml.BaseLoader,
)
DIGEST = re.compile(r"@\s[0-9a-f]{4}\s[0-9a-f]{4}|[0-9a-f]{64}")
RULES = [
    "book.month_is", "book.rounding.0", "book.rounding.1", "items.plan.specs.large.provides.space.every",
    "items.level.meter.step", "items.level.meter.over", "items.sent.meter.record", "items.sent.meter.record.at_least", "items.sent.meter.record.round_up",
    "items.stored.meter.hold", "items.care.meter.of.1", "prices.1.items.sent.applies_to", "prices.1.items.sent.allowance", "prices.1.items.sent.allowance.across",
    "prices.1.items.sent.allowance.over", "prices.1.items.sent.allowance.lasts", "prices.1.items.sent.allowance.carry_over",
    "prices.1.items.stored.minimum", "prices.1.items.stored.maximum", "prices.1.items.calls.applies_to", "prices.1.items.calls.minimum",
    "prices.1.items.calls.at_zero", "prices.2.running_subscriptions", "discounts.later.after", "discounts.later.lasts",
    "spec_changes.by-day.remaining.daily", "spec_changes.by-day.remaining.places", "spec_changes.by-day.discount", "spec_changes.by-day.amounts", "spec_changes.by-day.price_period",
    "spec_changes.by-day.credit.cap", "spec_changes.by-day.downgrade", "cancellations.leave.full_refund_within", "cancellations.leave.consumed.by",
    "cancellations.leave.consumed.count", "cancellations.leave.consumed.part", "cancellations.leave.fee.0.term", "cancellations.leave.fee.0.used_up_to",
    "cancellations.leave.fee.1", "renewals.again.price", "renewals.again.anchor", "renewals.again.auto_renew", "renewals.again.align",
    "billing_modes.use.commitment", "commitments.floor.items", "commitments.floor.of", "commitments.floor.stub", "commitments.floor.category_of",
    "time_bands.night.hours", "time_bands.night.days", "time_bands.night.days.1", "time_bands.night.months", "time_bands.night.months.0",
    "time_bands.noon.hours.1", "prices.3", "prices.4", "taxes.0",
]  # fmt: skip


def without(data, path):
    """The book without what stands at a path."""
    name, *rest = path
    if isinstance(data, list):
        kept = [(without(each, rest) if rest else None) if str(place) == name else each for place, each in enumerate(data)]
        return [each for each in kept if each is not None]
    return {key: without(each, rest) if key == name else each for key, each in data.items() if key != name or rest}


def sheet(data) -> str:
    loaded = load_book({"book.yaml": flow(data).encode()})
    assert not (wrong := [f"{each.path}: {each.message}" for each in loaded.diagnostics if each.severity == "error"]), wrong
    return DIGEST.sub("", render_sheet_markdown(build_sheet(loaded.book, datetime(2026, 3, 1, tzinfo=UTC), "EUR"), "en"))


@pytest.mark.parametrize("rule", RULES)
def test_the_sheet_changes_without_the_rule(rule):
    assert sheet(without(BOOK, rule.split("."))) != sheet(BOOK)
