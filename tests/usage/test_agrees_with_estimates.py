"""Estimates and usage share one path: records that say what an estimate says cost the same, to the last digit (3.10, Estimates)."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.language.build import load_book, load_order
from engine.pricing.acceptance import accept_order
from engine.pricing.used import Subscribed, Used, rate_usage
from engine.pricing.windows import MeteredWindow
from engine.usage import UsageRecord, meter_usage
from engine.values.periods import add_months, local_date, start_of_day
from tests.conformance.language import write
from tests.extent import examples
from tests.laws.test_metering_law import metered_books
from tests.pricing.use import rated_use

HEAD = {"id": "shop", "title": "Shop", "status": "draft", "currency": "USD", "timezone": "Europe/Berlin"}


def book_of(data: Mapping):
    found = load_book({"book.yaml": write(data).encode()})
    assert found.book is not None, [each.message for each in found.diagnostics]
    return found.book


def estimated(book, start: str, months: int, level: object):
    """The estimate's rated line of each month, and what usage needs to be rated as the same lines."""
    given = {"date": start, "billing_mode": "use", "for": f"{months} months" if months > 1 else "1 month", "items": {"users": level}}
    order, found = load_order("order.yaml", write(given).encode(), book, None)
    assert order is not None, found
    (line,) = accept_order(book, order)
    return rated_use(book, order), order, line


def used(book, order, line, months: int, records) -> list:
    """The rated line of each calendar month of the records."""
    first = local_date(order.at, book.zone)
    borders = [start_of_day(add_months(first, each), book.zone) for each in range(months + 1)]
    item, stops, found = book.items["users"], {"s-1": [borders[-1]]}, []
    for begin, end in itertools.pairwise(borders):
        (series,) = meter_usage(book, item, records, begin, end, stops)
        found.append(rated(book, order, line, series.windows, (begin, end), borders[-1]))
    return found


def rated(book, order, line, windows, period, ended):
    return rate_usage(book, order, Used(line, windows, order.at, records=1), period, Subscribed(order.at, ((order.at, ended),)))


def record(at: datetime, quantity) -> UsageRecord:
    return UsageRecord("acme", "s-1", "users", at, Decimal(quantity))


@examples(60)
@given(metered_books(), st.sampled_from(["2026-02-01", "2026-03-01", "2026-10-01", "2024-02-01"]), st.sampled_from([1, 2]), st.integers(0, 30))
def test_a_level_that_is_held_costs_what_its_estimate_says(data, start, months, level):
    data["items"]["users"]["meter"] |= {"hold": True}
    book = book_of(data)
    lines, order, accepted = estimated(book, start, months, Decimal(level))
    found = used(book, order, accepted, months, [record(order.at, level)])
    for line, each in zip(lines, found, strict=True):
        assert (each.list_amount, each.unit_periods, each.quantity) == (line.list_amount, line.unit_periods, line.quantity)
        assert [(one.amount, one.exact_amount) for one in each.charges] == [(one.amount, one.exact_amount) for one in line.charges]
        assert (each.spans, each.steps[2:]) == (line.spans, line.steps[2:])


TIERS = {"model": "graduated", "tiers": [{"up_to": Decimal(100), "unit_price": Decimal("0.10")}, {"unit_price": Decimal("0.05")}]}
FEE = {"model": "percentage", "rate": "1.5%", "per_event": Decimal("0.30"), "minimum": Decimal("0.50")}


def total_book(charge: object, **meter):
    """A total of what is used, by the month; `USD` where the charge is a percentage."""
    unit = "USD" if isinstance(charge, Mapping) and charge["model"] == "percentage" else "piece"
    return book_of(
        {
            "book": HEAD | {"rounding": [{"at": "charge", "places": Decimal(4), "mode": "half-up"}, {"at": "line", "mode": "half-up"}]},
            "units": {"piece": {"title": "Piece"}},
            "items": {"users": {"title": "Calls", "unit": unit, "meter": {"measure": "sum", "window": "month"} | meter}},
            "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"users": "required"}}},
            "prices": [{"effective": "2026-01-01", "billing_mode": "use", "items": {"users": charge}}],
        }
    )


@pytest.mark.parametrize("applies_to", ["each-window", "period-total", "each-record"])
@pytest.mark.parametrize("quantity", ["0.5", "100", "250"])
def test_one_record_of_a_total_costs_what_its_estimate_says(applies_to, quantity):
    book = total_book(TIERS | {"applies_to": applies_to})
    (line,), order, accepted = estimated(book, "2026-03-01", 1, Decimal(quantity))
    (found,) = used(book, order, accepted, 1, [record(order.at, quantity)])
    assert (found.list_amount, found.quantity) == (line.list_amount, line.quantity)


@pytest.mark.parametrize(
    ("applies_to", "expected"),
    [("each-window", "12.50"), ("period-total", "12.50"), ("each-record", "15.00")],  # 10 + 50 x 0.05; 60 x 0.10 + 90 x 0.10
)
def test_a_charge_applies_to_records_windows_or_the_period(applies_to, expected):
    book = total_book(TIERS | {"applies_to": applies_to})
    _, order, accepted = estimated(book, "2026-03-01", 1, Decimal(1))
    (found,) = used(book, order, accepted, 1, [record(order.at, 60), record(order.at, 90)])
    assert found.list_amount == Decimal(expected)


@pytest.mark.parametrize(("applies_to", "expected"), [("period-total", "12.50"), ("each-window", "15.00")])
def test_hours_are_charged_one_by_one_or_as_the_sum_of_the_month(applies_to, expected):
    book = total_book(TIERS | {"applies_to": applies_to}, window="hour")
    _, order, accepted = estimated(book, "2026-03-01", 1, Decimal(1))
    records = [record(datetime(2026, 3, 5, 10, tzinfo=UTC), 60), record(datetime(2026, 3, 5, 11, tzinfo=UTC), 90)]
    assert used(book, order, accepted, 1, records)[0].list_amount == Decimal(expected)


@pytest.mark.parametrize(
    ("allowance", "expected"),
    [
        (None, "2.30"),  # 100 x 1.5% + 0.30 = 1.80, and 10 x 1.5% + 0.30 = 0.45, held at 0.50
        ("100", "0.50"),  # the first record is wholly free, and owes no 0.30
        ("105", "0.50"),  # the allowance is used up in order of time: 5 of the second are left
    ],
)
def test_each_record_is_an_event_of_a_percentage(allowance, expected):
    charge = FEE | {"applies_to": "each-record"} | ({"allowance": Decimal(allowance)} if allowance else {})
    book = total_book(charge)
    _, order, accepted = estimated(book, "2026-03-01", 1, Decimal(1))
    later, first = record(datetime(2026, 3, 9, tzinfo=UTC), 10), record(datetime(2026, 3, 5, tzinfo=UTC), 100)
    assert used(book, order, accepted, 1, [later, first])[0].list_amount == Decimal(expected)


def test_each_record_is_rounded_by_itself():
    """Three records at 0.00005 each: 0.0001 rounded up three times, not 0.00015 once."""
    book = total_book({"model": "per_unit", "unit_price": Decimal("0.00005"), "applies_to": "each-record"})
    _, order, accepted = estimated(book, "2026-03-01", 1, Decimal(1))
    (found,) = used(book, order, accepted, 1, [record(order.at, 1)] * 3)
    assert found.list_amount == Decimal("0.0003")


def test_what_is_covered_is_taken_off_in_order_of_time():
    book = total_book(TIERS | {"applies_to": "each-record"})
    _, order, accepted = estimated(book, "2026-03-01", 1, Decimal(1))
    end = start_of_day(add_months(local_date(order.at, book.zone), 1), book.zone)
    window = MeteredWindow(order.at, end, Decimal(150), (Decimal(60), Decimal(90)), covered=Decimal(70))
    found = rated(book, order, accepted, [window], (order.at, end), end)
    assert (found.list_amount, found.quantity) == (Decimal("8.00"), 80)  # nothing of 60, 80 of 90 at 0.10
