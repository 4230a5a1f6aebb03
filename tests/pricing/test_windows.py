"""Estimates: `for:` cut into periods and windows, and charged (rule language, 3.3, 3.4, 3.10)."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from fractions import Fraction

import pytest

from engine.model.book import BillingMode, Item, Meter, ModeItem, PriceBook, Provision, Resource, RoundingStep, Spec
from engine.model.conditions import Conditions
from engine.model.formulas import text
from engine.model.orders import Order, OrderLine
from engine.model.prices import Charge, Flat, Graduated, Package, PerUnit, PriceEntry, Tier
from engine.model.texts import Text
from engine.pricing.refused import Refused
from engine.pricing.windows import boundaries, used_windows
from engine.values.exact import total
from engine.values.periods import parse_duration, zone
from engine.values.units import UnitTable
from tests.pricing.use import rated_use

SHANGHAI, BERLIN, KOLKATA = zone("Asia/Shanghai"), zone("Europe/Berlin"), zone("Asia/Kolkata")


def at(text: str, tz=SHANGHAI) -> datetime:
    """A wall-clock time of the zone as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=tz).astimezone(UTC)


def charged(charge, quantity="10", length="720 hours", start="2026-03-01", *, window="hour", measure="max", per="hour", cycle="hour",
            invoiced="month", tz=SHANGHAI, rounding=(), prices=None, stub=None, hold=False, **book):  # fmt: skip
    """The rated lines of an estimate of one metered item, one for each billing period."""
    charges = charge if isinstance(charge, tuple) else (charge,)
    entries = prices or (PriceEntry("use", "cpu", "USD", charges, per=per),)
    item = Item("cpu", "unit", meter=Meter(measure, window, hold=hold) if measure else None)
    mode = BillingMode("use", "postpaid", cycle, (ModeItem("cpu", "optional", "postpaid", cycle),), invoiced=invoiced, stub=stub)
    made = PriceBook(
        "b", Text(), "draft", "USD", tz.key, tz, rounding, {"cpu": item}, {"use": mode}, entries,
        unit_table=UnitTable({"unit": ("unit", D(1))}), **book,
    )  # fmt: skip
    order = Order(at(start, tz), "use", "USD", (OrderLine("cpu", quantity=D(quantity)),), duration=parse_duration(length))
    return rated_use(made, order)


def cost(*args, **fields):
    """The list amount, after checking that spans, charges and trace add up to it."""
    lines = charged(*args, **fields)
    for line in lines:
        assert total(span.amount for span in line.spans) == line.list_amount
        assert total(charge.amount for charge in line.charges) == line.list_amount
        assert line.steps[-1].value == line.list_amount
        for step in line.steps:
            assert not step.adds_up or total(child.value for child in step.children) == step.value
    return total(line.list_amount for line in lines)


UNIT = Charge(PerUnit(D("0.01")))
TWICE = Charge(Graduated((Tier(D(100), unit_price=D("0.02")), Tier(unit_price=D("0.01")))))

LENGTHS = [
    ("720 hours are 720 windows", {}, "72.00"),
    ("a month of 31 days has 744 hours", {"length": "1 month"}, "74.40"),
    ("a February has 672", {"length": "1 month", "start": "2026-02-01"}, "67.20"),
    ("two periods: the rest of March, half of April", {"length": "1 month", "start": "2026-03-15"}, "74.40"),
    ("March in Berlin has 743 hours", {"length": "1 month", "tz": BERLIN}, "74.30"),
    ("October in Berlin has 745", {"length": "1 month", "start": "2026-10-01", "tz": BERLIN}, "74.50"),
    ("720 hours from midnight in India reach into 721 hours of UTC", {"tz": KOLKATA}, "72.10"),
    ("720 hours from half past ten too", {"start": "2026-03-01T10:30"}, "72.10"),
    ("a begun hour is a window", {"length": "90 minutes"}, "0.20"),
    ("a year", {"length": "1 year"}, "876.00"),
    ("levels of a day, per day", {"window": "day", "per": "day", "length": "30 days"}, "3.00"),
    ("levels of a day, per hour", {"window": "day", "length": "30 days"}, "72.00"),
    ("30 days in Berlin are 30 windows", {"window": "day", "per": "day", "length": "30 days", "tz": BERLIN}, "3.00"),
    ("and have 719 hours", {"window": "day", "length": "30 days", "tz": BERLIN}, "71.90"),
    ("levels of a month, per month", {"window": "month", "per": "month", "length": "3 months"}, "0.30"),
    ("levels of a month, per hour", {"window": "month", "length": "1 month"}, "74.40"),
    ("levels of a month, per day", {"window": "month", "per": "day", "length": "1 month"}, "3.10"),
    ("levels of an hour, per month: 744/744", {"per": "month", "length": "1 month"}, "0.10"),
    ("of an hour, per month, over two months", {"per": "month", "length": "2 months"}, "0.20"),
    ("levels of an hour, per day", {"per": "day", "length": "10 days"}, "1.00"),
    ("of an hour, per day, with a day of 23 hours", {"per": "day", "length": "1 month", "tz": BERLIN}, "3.10"),
    ("levels of an hour, per year", {"per": "year", "length": "1 year", "start": "2026-01-01"}, "0.10"),
    ("a window without `per` is its own unit", {"per": None}, "72.00"),
    ("an item without a meter is held per cycle", {"measure": None, "cycle": "month", "per": "month", "length": "3 months"}, "0.30"),
    ("a sum is one window", {"measure": "sum", "per": None, "length": "1 month", "quantity": "500"}, "5.00"),
    ("a count too", {"measure": "count", "per": None, "quantity": "500"}, "5.00"),
    ("a mean of held levels counts the part reached", {"measure": "mean", "hold": True, "window": "month", "per": "month", "length": "1 month",
                                                       "start": "2026-04-16", "tz": SHANGHAI}, None),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "amount"), [case[1:] for case in LENGTHS], ids=[case[0] for case in LENGTHS])
def test_levels_held_so_long(fields, amount):
    """3.3: "each window's level for its length (a month has its real hours)"; 10 units at 0.01, unless said otherwise."""
    if amount is None:
        # 15 of April's 30 days and 15 of May's 31.
        assert cost(UNIT, **fields) == (Fraction(1, 2) + Fraction(15, 31)) / 10
    else:
        assert cost(UNIT, **fields) == D(amount)


def test_a_month_is_what_the_book_says():
    """3.3: "`book.month_is: 730 hours`": 720 hours at 7.30 a month for one unit are 7.20; by the real hours of March 7.06..."""
    price = Charge(PerUnit(D("7.30")))
    month_is = parse_duration("730 hours")
    assert cost(price, quantity="1", per="month", month_is=month_is) == D("7.20")
    assert cost(price, quantity="1", per="month") == Fraction(730 * 720, 100 * 744)
    assert cost(UNIT, quantity="1", window="month", length="1 month", month_is=month_is) == D("7.30")


def test_the_whole_amount_is_multiplied_by_the_windows_length():
    """3.3: "with `each-window` ... its whole amount (allowance, flat, minimum too) is multiplied by window length / `per`
    length": a flat of 7.44 a month is 0.01 an hour, so 744 hours cost 7.44; a flat for each hour would be 5535.36.
    """
    assert cost(Charge(Flat(D("7.44"))), per="month", length="1 month") == D("7.44")
    minimum = Charge(PerUnit(D("0.01")), minimum=D("7.44"))
    assert cost(minimum, per="month", length="1 month") == D("7.44")


def test_a_period_total_sees_the_sum_once():
    """3.3: "with `period-total` each window's quantity is multiplied first and the model sees the sum (GB-months) once": 10
    units for 720 hours are 7200: 100 x 0.02 + 7100 x 0.01 = 73.00; with each window by itself 10 x 0.02 x 720 = 144.00.
    """
    assert cost(replace(TWICE, applies_to="period-total")) == D("73.00")
    assert cost(TWICE) == D("144.00")


def test_gb_months():
    """200 GB held all of March are 200 GB-months, whatever the windows: 100 x 0.02 + 100 x 0.01 = 3.00."""
    total_charge = replace(TWICE, applies_to="period-total")
    for window, measure in (("hour", "max"), ("day", "max"), ("month", "mean")):
        assert cost(total_charge, quantity="200", length="1 month", per="month", window=window, measure=measure) == D("3.00")


def test_each_period_is_charged_by_itself():
    """3.10: "`for:` is cut into the mode's periods, each charged by itself": two months with 100 units at 0.02 each; in one
    piece 1444 x 0.01 more.
    """
    charge = replace(TWICE, applies_to="period-total")
    assert cost(charge, length="2 months", quantity="1") == 100 * D("0.02") * 2 + (644 + 620) * D("0.01")
    assert cost(charge, length="2 months", quantity="1", invoiced=None, cycle="day") == D("0.02") * 24 * 61


@pytest.mark.parametrize(("applies_to", "at_zero", "amount"), [
    ("each-window", "skip", "0"), ("each-window", "bill", "3"), ("period-total", "skip", "0"), ("period-total", "bill", "1"),
])  # fmt: skip
def test_at_zero_is_due_for_each_window_or_once(applies_to, at_zero, amount):
    """3.10: "`at_zero: bill` is due for windows that exist, once for period-total": three hours with nothing cost 3, or 1."""
    assert cost(Charge(Flat(D(1)), at_zero=at_zero, applies_to=applies_to), quantity="0", length="3 hours") == D(amount)


def test_the_allowance_is_off_each_application():
    """3.2: "each once per application": 3 of 10 units free in each of 720 hours, or 3 unit-hours of 7200 in the period."""
    assert cost(replace(UNIT, allowance=D(3))) == D("50.40")
    assert cost(replace(UNIT, allowance=D(3), applies_to="period-total")) == D("71.97")


def test_each_window_is_rounded_by_itself():
    """3.2: "rounding `at: charge`: ... each record, window or period of a metered one": 0.333 an hour is 0.33, so 720 hours cost
    237.60; the total rounded once would be 239.76. With period-total it is rounded once.
    """
    down = (RoundingStep("charge", "down", 2),)
    price = Charge(PerUnit(D("0.333")))
    assert cost(price, quantity="1", rounding=down) == D("237.60")
    assert cost(replace(price, applies_to="period-total"), quantity="1", rounding=down) == D("239.76")
    (line,) = charged(price, quantity="1", rounding=down)
    assert text(line.steps[-1].children[0].formula) == "720 × 0.33"


def test_the_quantity_is_rounded_first():
    """3.2, step 1: rounding `at: quantity`."""
    assert cost(UNIT, quantity="1.99", length="1 hour", rounding=(RoundingStep("quantity", "down", 0),)) == D("0.01")


def test_equal_windows_are_charged_once():
    """720 equal hours cost one evaluation; each billing period is told by itself, and days are billed by the month."""
    assert [text(line.steps[3].formula) for line in charged(UNIT, length="3 months")] == ["744 × 0.10", "720 × 0.10", "744 × 0.10"]
    assert text(charged(UNIT)[0].steps[3].formula) == "720 × 0.10"
    daily = charged(UNIT, window="day", per="day", cycle="day", invoiced=None, length="90 days")
    assert [text(line.steps[3].formula) for line in daily] == ["31 × 0.10", "30 × 0.10", "29 × 0.10"]


def test_several_charges_are_summed_and_once_is_due_once():
    """3.3: a set-up fee and an hourly price: 5 + 72; the fee in each window would be 3600."""
    prices = (
        PriceEntry("use", "cpu", "USD", (UNIT,), per="hour"),
        PriceEntry("use", "cpu", "USD", (Charge(Flat(D(5))),), per="once"),
    )
    assert cost(UNIT, prices=prices) == D("77.00")
    assert cost((UNIT, Charge(Package(D(4), D("0.1"))))) == D("288.00")


def change(running, effective="2026-03-11"):
    """0.01 from January, 0.02 from a later day for running subscriptions as said."""
    old = PriceEntry("use", "cpu", "USD", (UNIT,), per="hour", conditions=Conditions(effective=at("2026-01-01")))
    later = replace(old, charges=(Charge(PerUnit(D("0.02"))),), conditions=Conditions(effective=at(effective)), running_subscriptions=running)
    return (old, later)


CHANGES = [
    ("next-period", "2026-03-11", "1 month", "74.40"),
    ("immediately", "2026-03-11", "1 month", "124.80"),
    ("never", "2026-03-11", "2 months", "146.40"),
    ("next-period", "2026-03-11", "2 months", "218.40"),
    ("next-renewal", "2026-03-11", "2 months", "218.40"),
    ("immediately", "2026-03-11", "2 months", "268.80"),
    ("next-period", "2026-04-01", "2 months", "218.40"),
    ("next-period", "2026-02-20", "1 month", "148.80"),
]


@pytest.mark.parametrize(("running", "effective", "length", "amount"), CHANGES)
def test_a_price_that_changes_on_the_way(running, effective, length, amount):
    """3.1: "A pay-per-use window has the price in force at its start, except that a `next-period` entry reaches a subscription
    that began before it only from the first period that starts on or after `effective`".
    """
    assert cost(UNIT, prices=change(running, effective), length=length) == D(amount)


def test_a_period_total_changes_only_with_a_period():
    """3.1: "a `period-total` charge changes only with a period", even one that takes effect `immediately`."""
    prices = tuple(replace(one, charges=tuple(replace(c, applies_to="period-total") for c in one.charges)) for one in change("immediately"))
    assert cost(UNIT, prices=prices, length="1 month") == D("74.40")
    assert cost(UNIT, prices=prices, length="2 months") == D("218.40")


def test_a_price_that_ends_on_the_way_is_refused():
    """No price for a window is no price for the estimate."""
    prices = (PriceEntry("use", "cpu", "USD", (UNIT,), per="hour", conditions=Conditions(until=at("2026-03-11"))),)
    with pytest.raises(Refused) as refused:
        cost(UNIT, prices=prices)
    assert refused.value.diagnostics[0].slug == "no-longer-on-sale"
    assert cost(UNIT, prices=prices, length="240 hours") == D("24.00")


def test_a_withdrawal_ends_new_sales_only():
    """What runs keeps its price when the item is withdrawn later; ordered after it there is none."""
    gone = PriceEntry("use", "cpu", "USD", (), withdrawn=True, conditions=Conditions(effective=at("2026-03-11")))
    prices = (change("never")[0], gone)
    assert cost(UNIT, prices=prices) == D("72.00")
    with pytest.raises(Refused):
        cost(UNIT, prices=prices, start="2026-03-11")


def test_a_part_month_by_the_modes_stub():
    """3.4: "`stub: actual-days` ... prorates first and last part periods of items with a month cycle": 17/31 + 14/30; without it
    2 months.
    """
    fields = {"measure": None, "cycle": "month", "per": "month", "length": "1 month", "start": "2026-03-15"}
    assert cost(UNIT, **fields) == D("0.20")
    assert cost(UNIT, stub="actual-days", **fields) == (Fraction(17, 31) + Fraction(14, 30)) / 10
    assert cost(UNIT, stub="whole-period", **fields) == D("0.20")


def test_the_price_of_one_period_for_a_fixed_price():
    """`unit_periods`: what a unit price of one price period is multiplied by: 10 x 720 hours; 10 x 1 month."""
    assert charged(UNIT)[0].unit_periods == 7200
    assert charged(UNIT, per="month", length="1 month")[0].unit_periods == 10
    assert charged((UNIT, replace(UNIT)))[0].unit_periods == 7200


# --- items that are covered -------------------------------------------------------------------------------------------------------


def covered(quantity, measure="max", every=None, length="1 month", start="2026-03-01"):
    """What an estimate of `traffic` costs beside a plan that provides 100 GB of it."""
    items = {
        "plan": Item("plan", "plan", specs=(Spec("m", provides=(Provision("traffic", D(100), every),)),)),
        "cpu": Item("cpu", "GB", meter=Meter(measure, "month"), covered_by="traffic"),
    }
    sold = (ModeItem("plan", "optional", "prepaid", "term"), ModeItem("cpu", "optional", "postpaid", "month"))
    mode = BillingMode("use", "prepaid", "term", sold, terms=(parse_duration("1 month"),))
    prices = (
        PriceEntry("use", "plan", "USD", (Charge(PerUnit(D(5))),), spec="m", per="month"),
        PriceEntry("use", "cpu", "USD", (UNIT,), per=None if measure == "sum" else "month"),
    )
    units = UnitTable({"GB": ("GB", D(1)), "plan": ("plan", D(1))})
    made = PriceBook(
        "b", Text(), "draft", "USD", "Asia/Shanghai", SHANGHAI, (), items, {"use": mode}, prices, unit_table=units,
        resources={"traffic": Resource("traffic", "GB")},
    )  # fmt: skip
    lines = (OrderLine("plan", "m", D(2)), OrderLine("cpu", quantity=D(quantity)))
    order = Order(at(start), "use", "USD", lines, term=parse_duration("1 month"), duration=parse_duration(length))
    return total(line.list_amount for line in rated_use(made, order))


def test_what_prepaid_items_provide_is_taken_off():
    """3.4, `covered_by`: 2 plans provide 200 GB, so 250 GB are charged as 50, and 150 GB cost nothing."""
    assert covered("250") == D("0.50")
    assert covered("150") == 0


def test_a_monthly_quota_covers_one_month():
    """A quota that resets each month: a total within one month is covered once; over two months it would have to be spread, and
    is refused.
    """
    assert covered("250", "sum", "month") == D("0.50")
    with pytest.raises(Refused) as refused:
        covered("250", "sum", "month", "2 months")
    assert refused.value.diagnostics[0].slug == "estimate-unclear"


# --- cutting ----------------------------------------------------------------------------------------------------------------------


MARCH, APRIL = (at("2026-03-01"), at("2026-04-01")), (at("2026-04-01"), at("2026-05-01"))
INDIA = (at("2026-03-01", KOLKATA), at("2026-04-01", KOLKATA))


def test_a_window_belongs_whole_to_the_period_that_holds_its_start():
    """3.10: "A window belongs whole to the period that holds its start". A month of India ends in the middle of an hour of UTC: that hour
    is March's, and April begins with the next one."""
    use = (INDIA[0] + timedelta(days=3), INDIA[1] + timedelta(days=3))
    (*_, last) = used_windows("hour", INDIA, use, KOLKATA)
    assert (last[1], last[1] - INDIA[1]) == (datetime(2026, 3, 31, 19, tzinfo=UTC), timedelta(minutes=30))
    (first, *_) = used_windows("hour", (INDIA[1], at("2026-05-01", KOLKATA)), use, KOLKATA)
    assert first[0] == last[1]


def test_the_window_in_which_use_begins_belongs_to_the_period_in_which_it_begins():
    """Use from the first of March in India: the hour of UTC that began in February is March's, for there is no bill before it."""
    (first, *_) = used_windows("hour", INDIA, (INDIA[0], INDIA[1]), KOLKATA)
    assert first == (datetime(2026, 2, 28, 18, tzinfo=UTC), datetime(2026, 2, 28, 19, tzinfo=UTC), 1)


@pytest.mark.parametrize("use", [MARCH, (at("2026-03-05T10:30"), at("2026-03-20T23:10")), (at("2026-03-31T23:50"), at("2026-04-09"))])
def test_windows_follow_one_another_without_gap(use):
    """Whatever the cuts, the runs cover what is used once; a window that is reached in part stands by itself."""
    cuts = (at("2026-03-05T07:15"), at("2026-03-20"))
    runs = [run for period in (MARCH, APRIL) for run in used_windows("hour", period, use, SHANGHAI, cuts, ("day", "month"))]
    assert all(one[1] == other[0] for one, other in itertools.pairwise(runs))
    assert all(end - start == count * timedelta(hours=1) for start, end, count in runs)
    assert runs[0][0] <= use[0] < runs[0][1] and runs[-1][0] < use[1] <= runs[-1][1]
    assert all(count == 1 for start, end, count in runs if start < use[0] or end > use[1])


def test_boundaries_are_the_zones_own():
    """Months begin at midnight in the zone: in Berlin an hour earlier in UTC after the clocks are put forward."""
    found = list(boundaries("month", at("2026-03-15", BERLIN), at("2026-06-01", BERLIN), BERLIN))
    assert found == [datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 4, 30, 22, tzinfo=UTC)]
