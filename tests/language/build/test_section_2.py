"""The example of the rule language, section 2: every value arrives in the records as written."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.model.policies import AmountOff, PercentOff
from engine.model.prices import Graduated, PerUnit
from engine.values.periods import Duration

DATA = Path(__file__).parent.parent / "data" / "section-2"


@pytest.fixture(scope="module")
def loaded():
    return load_book({"rules/book.yaml": (DATA / "book.yaml").read_bytes()})


@pytest.fixture(scope="module")
def book(loaded):
    assert loaded.book is not None, loaded.diagnostics
    return loaded.book


def test_findings_are_only_the_attributes_that_the_example_leaves_unused(loaded):
    assert [(each.code, each.path) for each in loaded.diagnostics] == [
        ("R112", "attributes.contract"),
        ("R112", "attributes.region"),
    ]


def test_header(book):
    assert (book.id, book.status, book.currency, book.timezone, book.language) == (
        "koodrive",
        "illustrative",
        "USD",
        "Asia/Shanghai",
        "en",
    )
    assert [(step.at, step.places, step.mode) for step in book.rounding] == [
        ("quantity", 10, "down"),
        ("charge", 8, "down"),
        ("line", None, "half-up"),
    ]
    assert book.payment_terms == book.price_notice == Duration(seconds=30 * 86400)
    assert (book.seller.country, book.seller.tax_id) == ("CN", "91440300")


def test_units_and_items(book):
    assert book.unit_table.convert(Decimal(1), "PB", "GB") == 1024 * 1024
    edition = book.items["basic-edition"]
    assert [spec.id for spec in edition.specs] == ["10-users-100-gb", "50-users-500-gb"]
    assert {each.resource: each.quantity for each in edition.specs[1].provides} == {"users": 50, "storage": 500}
    assert (book.items["storage-expansion-package"].quantity.min, book.items["storage-expansion-package"].quantity.step) == (
        100,
        100,
    )
    assert (book.items["storage"].meter.measure, book.items["storage"].meter.window) == ("max", "hour")
    assert {limit.resource: limit.max for limit in book.limits} == {"storage": 95 * 1024 * 1024, "users": 20000}
    assert [(each.id, each.rank) for each in book.attributes.values()] == [("contract", 0), ("segment", 1), ("region", 2)]


def test_modes(book):
    mode = book.billing_modes["yearly-monthly"]
    assert [term.months for term in mode.terms] == [1, 2, 3, 6, 9, 12, 24, 36]
    assert (mode.payment, mode.cycle, mode.expires) == ("prepaid", "term", "end-of-day")
    assert {each.item: each.presence for each in mode.items} == {
        "basic-edition": "required",
        "storage-expansion-package": "optional",
        "user-expansion-package": "optional",
    }
    assert (mode.spec_change[0].use, mode.cancellation[0].use, mode.renewal[0].use) == (
        "prorated-difference",
        "five-days-then-fee",
        "anniversary",
    )
    assert book.billing_modes["pay-per-use"].invoiced == "month"


def test_prices(book):
    by_item = {(entry.billing_mode, entry.item, entry.spec): entry for entry in book.prices}
    assert len(book.prices) == 6
    small = by_item["yearly-monthly", "basic-edition", "10-users-100-gb"]
    assert (small.charges[0].model, small.per, small.currency) == (PerUnit(Decimal("19.00")), "month", "USD")
    assert str(small.charges[0].model.unit_price) == "19.00"
    assert small.conditions.effective == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert (small.running_subscriptions, by_item["pay-per-use", "users", None].running_subscriptions) == (
        "next-renewal",
        "next-period",
    )
    tiers = by_item["yearly-monthly", "user-expansion-package", None].charges[0].model
    assert isinstance(tiers, Graduated)
    assert [(tier.bound, tier.unit_price) for tier in tiers.tiers] == [(100, Decimal("2.40")), (None, Decimal("2.10"))]


def test_discounts(book):
    longer = book.discounts["longer-term"]
    assert [(tier.start.months, tier.benefit) for tier in longer.tiers] == [
        (12, PercentOff(Decimal("0.17"))),
        (24, PercentOff(Decimal("0.25"))),
        (36, PercentOff(Decimal("0.35"))),
    ]
    assert (longer.items, longer.billing_modes) == ((), ("yearly-monthly",))
    assert book.discounts["education"].conditions.when == {"segment": ("education",)}
    spring = book.discounts["spring"]
    assert (spring.coupon, spring.lasts, longer.lasts) == ("SPRING-2026", "once", "forever")
    assert isinstance(spring.benefit, AmountOff) and spring.benefit.amounts.by_currency == {"USD": Decimal("20.00")}
    assert [(stage.discounts, stage.best_of) for stage in book.discount_policy] == [
        (("longer-term", "education"), True),
        (("spring",), False),
    ]


def test_a_direction_overrides_the_keys_of_its_policy(book):
    change = book.spec_changes["prorated-difference"]
    assert (change.by_direction["upgrade"].charge, change.by_direction["upgrade"].price_period) == ("difference", "round-up")
    assert (change.by_direction["downgrade"].takes_effect, change.by_direction["downgrade"].charge) == ("next-renewal", "none")
    assert change.by_direction["downgrade"].remaining == change.default.remaining
    assert (change.default.remaining.counts_from, change.default.remaining.places) == ("next-day", 8)
    assert book.spec_changes["not-supported"].supports == ()


def test_policies_taxes_and_examples(book):
    policy = book.cancellations["five-days-then-fee"]
    assert policy.full_refund_within == Duration(seconds=5 * 86400)
    assert [(row.term and row.term.months, row.used_up_to and row.used_up_to.months, row.fee) for row in policy.fees] == [
        (36, 12, Decimal("0.15")),
        (None, None, Decimal("0.10")),
    ]
    assert book.renewals["anniversary"].auto_renew == Duration(seconds=7 * 86400)
    assert [(each.source, each.target, each.takes_effect) for each in book.mode_changes] == [
        ("pay-per-use", "yearly-monthly", "immediately"),
        ("yearly-monthly", "pay-per-use", "at-expiry"),
    ]
    assert (book.taxes[0].tax, book.taxes[0].rate, book.taxes[0].category) == ("vat", Decimal("0.19"), "S")
    example = book.examples["one-year-team"]
    assert example.expect == {"total": Decimal("1125.48")}
    assert [(line.item, line.spec, line.quantity) for line in example.given.lines] == [
        ("basic-edition", "50-users-500-gb", None),
        ("user-expansion-package", None, Decimal(10)),
    ]
    assert book.examples["no-change-in-pay-per-use"].given.changes[0].lines[0].quantity == 20


def test_every_place_is_found_again(loaded, book):
    edition = book.items["basic-edition"]
    lines = (DATA / "book.yaml").read_text(encoding="utf-8").splitlines()
    span = loaded.places.span(edition.origin, "specs", "50-users-500-gb", "provides", "storage")
    assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == "500 GB"
    price = next(entry for entry in book.prices if entry.spec == "50-users-500-gb")
    span = loaded.places.span(price.origin)
    assert lines[span.line - 1][span.column - 1 : span.end_column - 1] == "50-users-500-gb"
