"""How much of an estimate is charged: as records count, less what the order's prepaid items provide (rule language, 3.4)."""

from decimal import Decimal as D

import pytest

from tests.pricing.fine_print import quote, refusals, shop, total, use

PRICE = {"effective": "2025-06-01", "billing_mode": "use", "items": {"talk": D(1)}}


def talking(meter, **item):
    """A shop that sells talking time in minutes, by the given meter; `plan` sells seats that provide minutes."""
    modes = shop()["billing_modes"]
    sold = {"talk": {"presence": "optional", "payment": "postpaid", "cycle": "month"}}
    return shop(
        PRICE | {"billing_mode": "plan"},
        PRICE,
        units={
            "piece": {"title": "piece"},
            "GB": {"title": "GB"},
            "TB": "1024 GB",
            "second": {"title": "second"},
            "minute": "60 second",
        },
        resources={"minutes": {"title": "Minutes", "unit": "minute"}},
        items={
            "talk": {"title": "Talk", "unit": "minute", "meter": meter, **item},
            "seat": {"title": "Seat", "unit": "piece", "provides": {"minutes": {"quantity": "100 minute", "every": "month"}}},
        },
        billing_modes={name: mode | {"items": mode["items"] | (sold if name == "plan" else {"talk": "optional"})} for name, mode in modes.items()},
    )


@pytest.mark.parametrize(
    ("record", "talked", "charged"),
    [
        ({"round_up": "1 minute"}, "61 second", "2"),
        ({"round_up": "1 minute"}, "60 second", "1"),
        ({"at_least": "30 second"}, "10 second", "0.5"),
        ({"at_least": "30 second"}, "45 second", "0.75"),
        ({"at_least": "90 second", "round_up": "1 minute"}, "10 second", "2"),
        ({"at_least": "90 second"}, 0, "0"),
    ],
)
def test_an_estimate_counts_as_a_record_does(record, talked, charged):
    """At least so much, then rounded up; nothing used is no record."""
    book = talking({"measure": "sum", "window": "period", "record": record})
    assert total(book, use({"talk": talked}, "1 month")) == D(charged)


METER = {"measure": "sum", "window": "period"}


@pytest.mark.parametrize(("talked", "seats", "charged"), [(150, 1, "60"), (90, 1, "10"), (250, 2, "70"), (0, 1, "10")])
def test_a_quota_of_the_same_order_is_taken_off(talked, seats, charged):
    """One seat (10.00) provides 100 minutes a month; the rest is charged at 1.00."""
    order = {
        "date": "2026-03-01",
        "billing_mode": "plan",
        "term": "1 month",
        "for": "1 month",
        "items": {"seat": seats, "talk": talked},
    }
    assert total(talking(METER, covered_by="minutes"), order) == D(charged)


def test_a_quota_is_not_spread_over_months():
    """A total of two months does not say how much falls in each: it is not estimated, and says so."""
    order = {"date": "2026-03-01", "billing_mode": "plan", "term": "1 year", "for": "2 months", "items": {"seat": 1, "talk": 150}}
    assert refusals(talking(METER, covered_by="minutes"), order) == ["estimate-unclear"]


def test_what_does_not_cover_is_charged():
    """Only what says `covered_by` is covered."""
    order = {"date": "2026-03-01", "billing_mode": "plan", "term": "1 month", "for": "1 month", "items": {"seat": 1, "talk": 150}}
    assert [line.amount for line in quote(talking(METER), order).lines] == [D(10), D(150)]
