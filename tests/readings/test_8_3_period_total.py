"""Rule language, second version, 8.3: `period-total` has the price in force at the period's start (for a subscription that began inside it, at
its own start), whenever the use came."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from engine.language.build import load_order
from engine.pricing import price_order
from tests.billing.usage_shop import account, bill, book_of, event, subscription, used
from tests.conformance.language import write
from tests.pricing.fine_print import reads


def vendor(
    *prices: Mapping,
    zone: str = "UTC",
    currency: str = "USD",
    meter: Mapping = {"measure": "sum", "window": "hour"},
    cycle: str = "hour",
    invoiced: str = "month",
):
    """One item by usage, invoiced by the month; each price is (effective, charge) with further keys."""
    entries = [{"billing_mode": "use", **{key: each[key] for key in each if key != "a"}, "items": {"a": each["a"]}} for each in prices]
    mode = {"title": "Use", "payment": "postpaid", "cycle": cycle, "invoiced": invoiced, "items": {"a": "optional"}}
    return book_of({
        "book": {"id": "b", "title": "B", "status": "draft", "currency": currency, "timezone": zone, "rounding": {"at": "line", "mode": "half-up"}},
        "units": {"GB": {"title": "GB"}}, "items": {"a": {"title": "A", "unit": "GB", "meter": dict(meter)}}, "billing_modes": {"use": mode}, "prices": entries,
    })  # fmt: skip


def total_at(price: str) -> dict:
    return {"unit_price": Decimal(price), "applies_to": "period-total"}


OLD = {"effective": "2020-01-01", "a": total_at("1.00")}
NOW = {"running_subscriptions": "immediately"}
NEW = {"effective": "2026-10-16", **NOW, "a": total_at("2.00")}


def october(book, *days: int, start: str = "2026-09-20", month: str = "2026-10", each: int = 10) -> Decimal:
    """What 10 GB on each of these days of the month cost."""
    made = account(book, subscription("s", "use", event(start, "start")))
    first, following = f"{month}-01", f"{month[:5]}{int(month[5:]) + 1:02d}-01"
    return used(bill(book, made, [("s", "a", f"{month}-{day:02d}T10:00", each) for day in days], first, following))


@pytest.mark.parametrize(
    ("days", "right", "other"),
    [
        ((25,), "10.00", "20.00"),  # all of it after the change, at the price of the 1st
        ((10, 25), "20.00", "40.00"),
        ((5, 25), "20.00", "30.00"),  # or each part at the price of its day
    ],
)
def test_whenever_the_use_came(days, right, other):
    reads(october(vendor(OLD, NEW), *days), right, other)


@pytest.mark.parametrize(
    ("start", "right", "other"),
    [
        ("2026-10-20", "20.00", "10.00"),  # began after the change: at its own start
        ("2026-10-16", "20.00", "10.00"),  # with it
        ("2026-10-10", "10.00", "20.00"),  # before it, inside the period
    ],
)
def test_a_subscription_that_began_inside_the_period(start, right, other):
    reads(october(vendor(OLD, NEW), 25, start=start), right, other)


def test_the_next_period_has_the_new_price():
    reads(october(vendor(OLD, NEW), 5, month="2026-11"), "20.00", "10.00")


@pytest.mark.parametrize("reach", ["immediately", "next-period", "never"])
def test_however_the_new_price_reaches_running_subscriptions(reach):
    reads(october(vendor(OLD, NEW | {"running_subscriptions": reach}), 25), "10.00", "20.00")


def test_an_end_inside_the_period_waits_too():
    """3.00 until the 16th, then the older 1.00 applies again: October has 3.00 to its end."""
    passing = {"effective": "2026-08-01", "until": "2026-10-16", **NOW, "a": total_at("3.00")}
    reads(october(vendor(OLD, passing), 25), "30.00", "10.00")
    reads(october(vendor(OLD, passing), 25, month="2026-11"), "10.00", "30.00")


def test_a_price_for_windows_does_not_become_free():
    """From 2.00 for each window to 1.00 on the total, on the 16th: until the period is over windows are charged; in between nothing was."""
    book = vendor({"effective": "2020-01-01", "a": Decimal("2.00")}, {"effective": "2026-10-16", **NOW, "a": total_at("1.00")})
    reads(october(book, 25), "20.00", "0.00")
    reads(october(book, 25, month="2026-11"), "10.00", "20.00")


def test_a_price_on_the_total_is_not_charged_beside_one_for_windows():
    """From 1.00 on the total to 2.00 for each window: the total is the period's; with both it were 30.00."""
    book = vendor(OLD, {"effective": "2026-10-16", **NOW, "a": Decimal("2.00")})
    reads(october(book, 25), "10.00", "30.00")
    reads(october(book, 25, month="2026-11"), "20.00", "10.00")


def test_tiers_see_the_whole_period():
    """Up to 15 at 1.00, then 0.50: 20 on both sides of the change are 17.50; split there they were 20.00."""
    tiers = {"model": "graduated", "applies_to": "period-total", "tiers": [{"up_to": 15, "unit_price": Decimal(1)}, {"unit_price": Decimal("0.5")}]}
    reads(october(vendor({"effective": "2020-01-01", "a": tiers}, NEW), 10, 25), "17.50", "20.00")


@pytest.mark.parametrize(("currency", "right", "other"), [("JPY", "10", "20"), ("IQD", "10.000", "20.000")])
def test_in_other_currencies(currency, right, other):
    reads(october(vendor(OLD, NEW, currency=currency), 25), right, other)


@pytest.mark.parametrize(
    ("zone", "effective", "right", "other"),
    [
        # October begins in the zone: at 01:00 in Asunción, with the price of that very date.
        ("America/Asuncion", "2023-10-01", "20.00", "10.00"),
        ("America/Asuncion", "2023-10-02", "10.00", "20.00"),
        # In UTC it is still 30 September when Auckland's October begins.
        ("Pacific/Auckland", "2023-10-01", "20.00", "10.00"),
    ],
)
def test_the_period_begins_in_the_books_zone(zone, effective, right, other):
    book = vendor(OLD, NEW | {"effective": effective}, zone=zone)
    reads(october(book, 25, month="2023-10", start="2023-09-20"), right, other)


HELD = {"measure": "max", "window": "hour", "hold": True}


def test_an_estimate_and_its_usage():
    """A level held from 10 October for 40 days at 1.00 an hour on the total: 22 days of October at 1.00, 18 of November at 2.00."""
    prices = [OLD | {"per": "hour"}, NEW | {"per": "hour"}]
    book = vendor(*prices, meter=HELD)
    order, _ = load_order("order.yaml", write({"date": "2026-10-10", "billing_mode": "use", "for": "40 days", "items": {"a": 1}}).encode(), book, None)
    # Cut at the change it were 6 days at 1.00 and 34 at 2.00.
    reads(price_order(book, order).totals.net, 22 * 24 * 1 + 18 * 24 * 2, 6 * 24 * 1 + 34 * 24 * 2)
    made = account(book, subscription("s", "use", event("2026-10-10", "start"), event("2026-11-19", "stop")))
    bills = [used(bill(book, made, [("s", "a", "10-10", 1)], *month)) for month in (("2026-10-01", "2026-11-01"), ("2026-11-01", "2026-12-01"))]
    assert bills == [528, 864]


def test_what_is_billed_by_the_year():
    """A price from the next period on reaches a subscription of 2024 with the year 2026: 2.00; read from its own start it never did."""
    entries = [OLD | {"effective": "2020-01-01"}, {"effective": "2026-01-01", "a": total_at("2.00")}]
    book = vendor(*entries, meter={"measure": "sum", "window": "period"}, invoiced="year")
    made = account(book, subscription("s", "use", event("2024-03-01", "start")))
    reads(used(bill(book, made, [("s", "a", "03-09T10:00", 10)], "2026-01-01", "2027-01-01")), "20.00", "10.00")
