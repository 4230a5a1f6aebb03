"""Every word of the rule language that section 2's example leaves out, in one book."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.model.policies import FixedPrice, PayFor, PercentOff
from engine.model.prices import Flat, Graduated, Package, Percentage, PerUnit, Volume
from engine.model.quotes import Refusal
from engine.values.periods import Duration

DATA = Path(__file__).parent.parent / "data" / "wide"


@pytest.fixture(scope="module")
def loaded():
    files = {path.relative_to(DATA).as_posix(): path.read_bytes() for path in DATA.rglob("*.*")}
    return load_book(files)


@pytest.fixture(scope="module")
def book(loaded):
    assert loaded.book is not None, loaded.diagnostics
    return loaded.book


def prices(book, mode, item, **wanted):
    found = [entry for entry in book.prices if (entry.billing_mode, entry.item) == (mode, item)]
    return [entry for entry in found if all(getattr(entry, key) == value for key, value in wanted.items())]


def test_only_the_unit_that_nothing_uses_is_found(loaded):
    assert [(each.code, each.path) for each in loaded.diagnostics] == [("R112", "units.hour")]


def test_header(book):
    assert [(step.at, step.mode, bool(step.conditions.effective), bool(step.conditions.until)) for step in book.rounding[1:4]] == [
        ("line", "half-even", False, True),
        ("line", "half-up", True, False),
        ("line", "up", False, False),
    ]
    assert book.rounding[3].conditions.when == {"contract": ("framework",)}
    assert (book.month_is, book.price_notice) == (Duration(seconds=730 * 3600), Duration(months=1))
    assert book.languages == ("en", "de")
    assert book.origin.reference == "the product owner"
    assert book.units["user"].title.by_language == {
        "en": {"one": "user", "other": "users"},
        "de": {"one": "Nutzer", "other": "Nutzer"},
    }
    assert book.units["server"].title.by_language["de"] == {"other": "Server"}
    assert book.unit_table.convert(Decimal(3), "KB", "MB") == Decimal("0.003")


def test_provisions(book):
    traffic, users = book.items["small-server"].provides
    assert (traffic.resource, traffic.quantity, traffic.every) == ("traffic", 1000, "month")
    assert (users.resource, users.quantity, users.every) == ("users", 10, None)


def test_meters(book):
    meter = book.items["traffic"].meter
    assert (meter.unit, meter.places, meter.max, meter.record_at_least, meter.record_round_up) == (
        "MB",
        3,
        100_000_000,
        Decimal("0.128"),
        1,
    )
    assert book.items["traffic"].covered_by == "traffic"
    disk = book.items["disk"].meter
    assert (disk.measure, disk.window, disk.hold, disk.step, disk.over) == ("mean", "day", True, Duration(seconds=60), "account")
    assert book.items["active-users"].meter.of == "destination"


def test_modes(book):
    mode = book.billing_modes["monthly"]
    assert [term.months for term in mode.terms] == [1, 12, 24]
    assert mode.groups == {"compute": "required"}
    assert {each.item: (each.presence, each.payment, each.cycle) for each in mode.items} == {
        "support": ("optional", "prepaid", "term"),
        "seat": ("required", "prepaid", "term"),
        "old-plan": ("optional", "prepaid", "term"),
        "traffic": ("optional", "postpaid", "month"),
        "small-server": ("optional", "prepaid", "term"),
        "large-server": ("optional", "prepaid", "term"),
    }
    assert mode.one_of == (("small-server", "large-server"), ("seat", "old-plan"))
    assert [use.use for use in mode.spec_change] == ["by-day", "by-hour"]
    assert mode.cancellation[1].conditions.when == {"contract": ("framework",)}
    assert mode.stub == "actual-days"
    assert book.limits[0].billing_modes == ("monthly",)
    assert (book.limits[1].min, book.limits[1].max) == (1, None)


def test_a_list_of_charges_is_kept_per_price_period(book):
    assert {entry.per: entry.charges[0].model for entry in prices(book, "monthly", "small-server")} == {
        "month": PerUnit(Decimal("30.00")),
        "once": PerUnit(Decimal("25.00")),
        "year": PerUnit(Decimal("300.00")),
    }


def test_a_bare_number_prices_every_spec(book):
    assert {entry.spec: entry.charges[0].model.unit_price for entry in prices(book, "monthly", "support")} == {
        "basic": 12,
        "gold": 12,
    }


def test_a_charge_with_everything(book):
    charge = prices(book, "monthly", "seat", currency="EUR")[0].charges[0]
    assert isinstance(charge.model, Volume)
    assert (charge.allowance, charge.minimum, charge.maximum, charge.at_zero) == (2, 5, 90000, "bill")
    first, second, third = charge.model.tiers
    assert (first.bound, first.includes_bound) == (10, False)
    assert (second.bound, second.includes_bound, second.package) == (100, True, Package(Decimal(10), Decimal("50.00")))
    assert (third.bound, third.flat, third.unit_price) == (None, 400, 1)


def test_other_models(book):
    assert prices(book, "monthly", "large-server")[0].charges[0].model == Package(Decimal(10), Decimal("900.00"), "proportional")
    payments = prices(book, "usage", "payments")[0].charges[0]
    assert payments.model == Percentage(Decimal("0.015"), Decimal("0.25"), Decimal("0.30"), Decimal("50.00"))
    assert (payments.applies_to, payments.minimum) == ("each-record", None)
    assert prices(book, "usage", "active-users")[0].charges[0].applies_to == "period-total"
    assert not any(isinstance(charge.model, Flat) for entry in book.prices for charge in entry.charges)


def test_dates_currencies_and_reach(book):
    framework = prices(book, "monthly", "seat", currency="USD")[0]
    assert framework.conditions.effective == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert framework.conditions.when == {"contract": ("framework",)}
    assert prices(book, "usage", "calls")[0].running_subscriptions == "immediately"
    assert prices(book, "monthly", "traffic")[0].running_subscriptions == "next-period"
    withdrawn = prices(book, "monthly", "old-plan", withdrawn=True)[0]
    assert (withdrawn.charges, withdrawn.per) == ((), None)


def test_a_table(loaded, book):
    europe, america = prices(book, "monthly", "traffic")
    assert (europe.conditions.when, america.conditions.when) == ({"region": ("eu",)}, {"region": ("us",)})
    assert isinstance(europe.charges[0].model, Graduated)
    assert [(tier.bound, tier.unit_price) for tier in europe.charges[0].model.tiers] == [
        (1000, Decimal("0.02")),
        (None, Decimal("0.01")),
    ]
    assert europe.charges[0].allowance == 10
    assert america.charges[0].model == PerUnit(Decimal("0.03"))
    assert (america.origin.file, america.origin.line) == ("prices/tables/traffic.csv", 4)
    span = loaded.places.span(europe.charges[0].model.tiers[1].origin, "unit_price")
    assert (span.file, span.line, span.column) == ("prices/tables/traffic.csv", 3, 14)


def test_discounts(book):
    assert book.discounts["two-free"].tiers[0].benefit == PayFor(Duration(months=10), Duration(months=12))
    assert [(tier.start, tier.benefit) for tier in book.discounts["many"].tiers] == [
        (100, PercentOff(Decimal("0.05"))),
        (500, PercentOff(Decimal("0.125"))),
    ]
    assert book.discounts["spend"].by == "spend"
    assert book.discounts["servers"].items == ("small-server", "large-server")
    assert isinstance(book.discounts["servers"].benefit, FixedPrice)
    assert book.discounts["servers"].benefit.unit_prices.by_currency == {"EUR": 25, "USD": 27}
    assert (book.discounts["ramp"].items, book.discounts["ramp"].lasts) == (
        ("seat", "small-server", "large-server"),
        Duration(months=3),
    )
    assert (book.discounts["later"].after, book.discounts["later"].lasts) == (Duration(months=12), "forever")
    assert book.discounts["welcome"].benefit.amounts.by_currency == {"EUR": 10}
    assert (book.discounts["welcome"].lasts, book.discounts["repeating"].lasts) == ("once", Duration(months=3))


def test_taxes(book):
    goods, quebec, seats, rest = book.taxes
    assert (goods.rate, quebec.rate, quebec.compound_on) == (Decimal("0.05"), Decimal("0.09975"), ("gst",))
    assert quebec.conditions.when == {"country": ("CA",), "region": ("eu", "us")}
    assert (seats.conditions.when, seats.items) == ({"country": ("DE", "AT"), "business": ("false",)}, ("seat",))
    assert rest.items == ()


def test_policies(book):
    by_hour = book.spec_changes["by-hour"]
    assert by_hour.default.remaining.counts_from == {"purchase-day": "next-day", "later": "next-hour"}
    assert (by_hour.default.remaining.yearly, by_hour.default.remaining.mode) == ("365/12", "down")
    assert (by_hour.default.credit_base, by_hour.default.credit_cap, by_hour.default.discount) == ("list", "none", "current")
    assert {direction: terms.charge for direction, terms in by_hour.by_direction.items()} == {
        "upgrade": "new-less-credit",
        "downgrade": "none",
        "expand": "difference",
        "reduce": "full-difference",
    }
    fee = book.cancellations["with-fee"]
    assert (fee.consumed.by, fee.consumed.of, fee.consumed.count, fee.consumed.part) == ("re-rated", "list", "day", "up")
    assert (fee.fees[0].fee, fee.fees[0].consumed_times) == (0, Decimal("1.50"))
    assert book.cancellations["no-refund"].refund == "none"
    renewal = book.renewals["aligned"]
    assert (renewal.align, renewal.stub, renewal.anchor, renewal.retention) == (15, "30-360", "day-of-change", Duration(months=1))


def test_examples(book):
    order = book.examples["two-lines-of-one-item"].given
    assert order.at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert [(line.item, line.spec, line.quantity, line.unit) for line in order.lines] == [
        ("seat", None, 10, None),
        ("seat", None, 20, "user"),
        ("small-server", None, 2, None),
        ("support", "gold", 3, None),
        ("traffic", None, 2, "TB"),
    ]
    assert order.attributes == {"contract": "framework", "business": "true", "country": "DE", "customer": "0042"}
    assert (order.term, order.duration, order.coupons) == (Duration(months=12), Duration(months=1), ("WELCOME",))
    assert (order.changes[0].lines[0].quantity, order.renew.term, order.switch.to) == (0, Duration(months=12), "usage")
    assert order.unsubscribe.at == datetime(2026, 8, 31, 22, tzinfo=UTC)
    history = book.examples["a-history"]
    assert history.needs_history and history.given.start == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert (history.given.account.customer.name, history.given.account.attributes["country"]) == ("Acme", "DE")
    (row,) = history.given.rows
    assert (row.cells["account"], row.cells["subscription"], row.cells["time"], row.cells["quantity"]) == (
        "acme", "sub-1", "2026-03-01T10:00", "200",
    )  # fmt: skip
    assert history.expect == {"total": Decimal("10.00"), "lines": {"calls": {"amount": Decimal("10.00")}}}
    refused = book.examples["an-unknown-item"].given
    assert isinstance(refused, Refusal) and [each.slug for each in refused.diagnostics] == ["unknown-item"]
