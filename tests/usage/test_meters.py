"""Meters: each measure, with levels that last and without, by every window (rule language, 3.4)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from engine.values.periods import parse_duration
from engine.values.units import UnitMismatch
from tests.usage.meter_books import at, metered, metered_book, quantities, record

SAMPLES = [record("03-01 10:05", 4), record("03-01 10:50", 1), record("03-01 10:20", 10), record("03-01 12:00", 2)]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("sum", [15, 2]), ("count", [3, 1]), ("max", [10, 2]), ("min", [1, 2]), ("last", [1, 2]), ("mean", [5, 2])],
)
def test_samples_make_only_the_windows_that_have_one(measure, expected):
    assert quantities(metered_book(measure), SAMPLES) == expected


def test_a_mean_that_does_not_end_stays_exact():
    records = [record("03-01 10:00", 1), record("03-01 10:01", 1), record("03-01 10:02", 0)]
    assert quantities(metered_book("mean"), records) == [Fraction(2, 3)]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("max", [4, 10, 10]),  # 11:00 to 12:00 has both levels, 12:00 to 12:30 the second
        ("min", [4, 4, 10]),
        ("last", [4, 10, 10]),
        ("mean", [2, 6, 5]),  # (0 x 30 + 4 x 30) / 60, (4 x 40 + 10 x 20) / 60, (10 x 30) / 60
    ],
)
def test_a_level_lasts_until_the_next_record_or_stop(measure, expected):
    records = [record("03-01 10:30", 4), record("03-01 11:40", 10)]
    assert quantities(metered_book(measure, hold=True), records, s_1="03-01 12:30") == expected


def test_a_level_from_before_the_period_holds_on():
    assert quantities(metered_book(hold=True, window="day"), [record("02-10", 7)], end="03-04") == [7, 7, 7]


@pytest.mark.parametrize(("step", "expected"), [("1 second", Fraction(91, 3600)), ("1 minute", Fraction(3, 60)), ("1 hour", 1)])
def test_a_step_has_the_highest_level_of_any_part_of_it(step, expected):
    """From 10:00:59 to 10:02:30 a level of 1: 91 seconds, parts of 3 minutes, a part of 1 hour."""
    book = metered_book("mean", hold=True, step=parse_duration(step))
    assert quantities(book, [record("03-01 10:00:59", 1)], s_1="03-01 10:02:30") == [expected]


def test_two_levels_in_one_step_count_the_higher():
    book = metered_book("mean", hold=True, step=parse_duration("1 minute"))
    records = [record("03-01 10:00:10", 60), record("03-01 10:00:20", 180), record("03-01 10:00:30", 0)]
    assert quantities(book, records, end="03-01 11:00") == [3]


def test_a_stop_at_the_instant_of_a_record_ends_only_the_level_before_it():
    records = [record("03-01 10:00", 5), record("03-01 11:00", 2)]
    assert quantities(metered_book(hold=True), records, end="03-01 13:00", s_1="03-01 11:00") == [5, 2, 2]


@pytest.mark.parametrize(
    ("measure", "hold", "expected"),
    [("max", False, [8]), ("sum", False, [11]), ("max", True, [11]), ("last", True, [11]), ("min", True, [3])],
)
def test_an_account_pools_records_and_adds_levels(measure, hold, expected):
    records = [record("03-01 10:00", 3, "s-1"), record("03-01 10:30", 8, "s-2")]
    assert quantities(metered_book(measure, hold=hold, over="account"), records, end="03-01 11:00") == expected


def test_subscriptions_are_kept_apart():
    records = [record("03-01 10:00", 3, "s-2"), record("03-01 10:30", 8, "s-1")]
    assert [(each.subscription, each.windows[0].quantity) for each in metered(metered_book(), records)] == [("s-1", 8), ("s-2", 3)]


def test_attributes_that_prices_name_keep_apart_and_others_do_not():
    records = [record("03-01 10:00", 3, region="eu", tier="hot"), record("03-01 10:30", 8, region="us", tier="hot")]
    records.append(record("03-01 10:40", 2, region="eu", tier="cold"))
    found = metered(metered_book("sum", when={"region": ("eu",)}), records)
    assert [(each.attributes, each.windows[0].quantity) for each in found] == [((("region", "eu"),), 5), ((("region", "us"),), 8)]


def test_a_record_of_other_priced_attributes_does_not_end_a_level():
    records = [record("03-01 10:00", 3, region="eu"), record("03-01 11:00", 8, region="us")]
    found = metered(metered_book(hold=True, when={"region": ("eu",)}), records, end="03-01 12:00")
    assert [[window.quantity for window in each.windows] for each in found] == [[3, 3], [8]]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"record_at_least": Decimal(2)}, 7),  # 2 + 5
        ({"record_round_up": Decimal(3)}, 9),  # 3 + 6
        ({"record_at_least": Decimal(4), "record_round_up": Decimal(3)}, 12),  # 1 -> 4 -> 6, 5 -> 6
    ],
)
def test_rules_for_each_record_come_before_windows(rules, expected):
    assert quantities(metered_book("sum", **rules), [record("03-01 10:00", 1), record("03-01 10:01", 5)]) == [expected]


def test_records_are_converted_to_the_unit_of_the_item():
    book = metered_book("sum", unit="MB", record_round_up=Decimal(512))
    assert quantities(book, [record("03-01 10:00", 100), record("03-01 10:01", 1024)]) == [Decimal("1.5")]


def test_a_unit_that_does_not_convert_raises():
    with pytest.raises(UnitMismatch):
        quantities(metered_book("sum", unit="hour"), [record("03-01 10:00", 1)])


@pytest.mark.parametrize(
    ("window", "zone_name", "expected"),
    [
        ("hour", "Asia/Shanghai", [("03-01 15:00", "03-01 16:00"), ("03-01 16:00", "03-01 17:00")]),
        ("day", "Asia/Shanghai", [("02-28 16:00", "03-01 16:00"), ("03-01 16:00", "03-02 16:00")]),
        ("month", "Asia/Shanghai", [("02-28 16:00", "03-31 16:00")]),
        ("period", "Asia/Shanghai", [("02-28 16:00", "03-31 16:00")]),
    ],
)
def test_hours_are_those_of_utc_and_days_those_of_the_zone(window, zone_name, expected):
    records = [record("03-01 15:59:59"), record("03-01 16:00")]
    (series,) = metered(metered_book(zone_name=zone_name, window=window), records, "02-28 16:00", "03-31 16:00")
    assert [(each.start, each.end) for each in series.windows] == [(at(start), at(end)) for start, end in expected]


def test_the_day_on_which_the_clock_is_put_forward_has_23_hours():
    book = metered_book("mean", zone_name="Europe/Berlin", hold=True, window="day", step=parse_duration("1 hour"))
    records = [record("03-28 23:00", 23), record("03-29 00:00", 0)]
    assert quantities(book, records, "03-28 23:00", "03-29 22:00") == [1]


def test_windows_carry_their_records_in_order_of_time():
    (series,) = metered(metered_book("sum"), SAMPLES)
    assert [each.records for each in series.windows] == [(4, 10, 1), (2,)]


def test_no_records_make_no_series():
    assert metered(metered_book(), []) == ()
