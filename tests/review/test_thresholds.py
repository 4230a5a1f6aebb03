"""Limits of what an edit may do, as they are typed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from engine.review.effect import Effects, ExampleEffect
from engine.review.revision import RuleChange
from engine.review.thresholds import Verdict, judge, read_threshold

RISE = RuleChange("changed", ("prices", "plan", "seat"), "unit-price", "amount", Decimal(10), Decimal("11.2"), paid=Decimal("0.12"))
FALL = RuleChange("changed", ("prices", "plan", "disk"), "unit-price", "amount", Decimal(10), Decimal(9), paid=Decimal("-0.1"))
DEARER = ExampleEffect("team", "total", "USD", Decimal(100), Decimal(104))
REFUND = ExampleEffect("left", "refund", "USD", Decimal(-100), Decimal(-50))


@pytest.mark.parametrize("text", ["", "increase", "increase > 5", "growth > 5%", "increase < 5%", "increase > -5%", "increase > 5%%", "increase > ٥%"])
def test_what_is_no_limit_is_not_read(text):
    assert read_threshold(text) is None


def test_a_promise_that_breaks_is_too_much_where_that_is_asked():
    broken = replace(RISE, breaks="edited")
    assert [judge(read_threshold(" breaks "), changes, Effects(0, ()))[0].failed for changes in ((RISE,), (RISE, broken))] == [False, True]


def test_an_example_that_has_no_price_any_more_is_too_much_for_every_limit():
    lost = ExampleEffect("gone", "total", "USD", Decimal(100), None, ("no-longer-on-sale",))
    found = judge(read_threshold("increase > 50%"), (), Effects(1, (lost,)))
    assert [(each.measure, each.subject, each.failed) for each in found][-1] == ("refused", "gone", True)


def test_how_many_pass_a_limit_is_counted_and_orders_are_a_measure_of_their_own():
    changes = (RISE, replace(RISE, path=("prices", "plan", "disk")), FALL)
    found = judge(read_threshold("increase > 10%"), changes, Effects(0, ()), Effects(1, (replace(DEARER, example="order.yaml", after=Decimal(150)),)))
    assert [(each.measure, each.count, each.subject) for each in found] == [("price", 2, "plan/seat"), ("example", 0, ""), ("order", 1, "order.yaml")]


def test_what_moves_the_other_way_is_nothing():
    assert judge(read_threshold("decrease > 1%"), (RISE,), Effects(0, ()))[0] == Verdict("price", None, "", False)


@pytest.mark.parametrize(
    ("text", "price", "example"),
    [
        ("increase > 10%", True, False),
        ("increase > 12%", False, False),
        ("increase >= 12%", True, False),
        (" increase>3.5 % ", True, True),
        ("decrease > 9.99%", True, False),
        ("decrease > 10%", False, False),
    ],
)
def test_the_worst_of_each_measure_is_held_to_it(text, price, example):
    found = judge(read_threshold(text), (RISE, FALL), Effects(2, (DEARER, REFUND)))
    assert [each.failed for each in found] == [price, example]


def test_the_worst_is_named_and_money_that_comes_back_is_no_rise():
    rise, example = judge(read_threshold("increase > 10%"), (FALL, RISE), Effects(2, (REFUND, DEARER)))
    assert (rise, example) == (Verdict("price", Decimal("0.12"), "plan/seat", True, 1), Verdict("example", Decimal("0.04"), "team", False))
    assert judge(read_threshold("increase > 10%"), (), Effects(0, ()))[0] == Verdict("price", None, "", False)
