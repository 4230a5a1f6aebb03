"""What covers usage covers its estimate alike: a level once for all lines, a monthly quota in order of time (rule language, 3.4, 3.10)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing import make_invoice
from engine.language.build import load_order
from engine.model.formulas import text
from engine.model.quotes import Refusal
from engine.pricing import price_order
from engine.usage import UsageRecord
from engine.values.exact import exact, total
from engine.values.periods import add_months, local_date, start_of_day
from tests.billing.usage_shop import SHOP, account, book_of, event, midnight, shop, subscription
from tests.conformance.language import write
from tests.extent import examples
from tests.pricing.traces import check_trace

D = Decimal
HELD = {"measure": "max", "window": "hour", "hold": True}


def covered_shop(zone: str = "UTC", **meters: dict):
    """The shop whose plan provides 100 GB of storage; `first` and `second` are covered by it, `hot` and `cold` by the quota of bundles."""
    both = {"measure": "max", "window": "hour", "hold": True}
    items = {name: SHOP["items"][name] for name in ("plan", "bundle")}
    for name, resource in (("first", "storage"), ("second", "storage"), ("hot", "traffic"), ("cold", "traffic")):
        items[name] = {"title": name, "unit": "GB", "covered_by": resource, "meter": meters.get(name, both)}
    paid = SHOP["billing_modes"]["paid"]
    sold = {name: {"presence": "optional", "payment": "postpaid", "cycle": "month"} for name in ("first", "second", "hot", "cold")}
    modes = {"paid": paid | {"items": {"plan": "required", "bundle": "optional"} | sold}}
    per = {name: items[name]["meter"]["window"] for name in sold}
    prices = [
        {"effective": "2026-01-01", "billing_mode": "paid", "per": "month", "items": {"plan": {"small": D(10), "large": D(60)}, "bundle": D(3)}},
        *(
            {"effective": "2026-01-01", "billing_mode": "paid", "items": {name: D("0.01")}}
            | ({} if items[name]["meter"]["measure"] == "sum" else {"per": per[name]})
            for name in sold
        ),
    ]  # fmt: skip
    return book_of(shop(book=SHOP["book"] | {"timezone": zone}, items=items, billing_modes=modes, prices=prices))


def quote(book, day: str, length: str, **items: object):
    order = {"date": day, "billing_mode": "paid", "term": "1 year", "for": length, "items": {"plan": "small"} | items}
    made, found = load_order("order.yaml", write(order).encode(), book, None)
    assert made is not None, found
    return price_order(book, made)


def listed(book, day: str, length: str, **items: object) -> dict[str, Decimal]:
    """The list amount of each line of usage."""
    found = quote(book, day, length, **items)
    assert not isinstance(found, Refusal), found.diagnostics[0].message
    lines = [line for line in found.lines if line.item not in ("plan", "bundle")]
    assert not any(check_trace(line) for line in lines)
    return {line.item: line.list_amount for line in lines}


def test_a_level_is_used_up_once_by_the_lines_of_an_order():
    """100 GB cover all of 70 and 30 of 50 GB: 20 GB for two hours; each line by itself would be covered wholly."""
    assert listed(covered_shop(), "2026-03-01", "2 hours", first="70 GB", second="50 GB") == {"first": D(0), "second": D("0.40")}
    assert listed(covered_shop(), "2026-03-01", "2 hours", second="50 GB") == {"second": D(0)}
    formulas = [text(quote(covered_shop(), "2026-03-01", "1 hour", first=level).lines[-1].trace[0].formula) for level in ("150 GB", "0.25 TB")]
    assert formulas == ["150 − 100", "0.25 TB = 256 GB; 256 − 100"]


def test_a_quota_covers_the_first_windows_of_a_level():
    """50 GB a month: the hours of 20 GB are charged as 0, 0, 10, 20, 20, and anew in the next month."""
    assert listed(covered_shop(), "2026-03-01", "5 hours", bundle=D(1), hot="20 GB") == {"hot": D("0.50")}
    found = quote(covered_shop(), "2026-03-31T22:00", "5 hours", bundle=D(1), hot="20 GB").lines[-1]
    assert (found.quantity, found.list_amount) == (10, D("0.10"))  # 0 and 0 in March; 0, 0 and 10 in April
    told = [(part.trace[0].facts["metered"], part.trace[0].facts["covered"], part.list_amount) for part in found.parts]
    assert told == [(20, 20, 0), (20, 10, D("0.10"))]


def test_a_quota_is_shared_by_lines_in_order_of_time():
    """15 and 10 GB in every hour under 50 GB: the first two hours are covered, whichever line is written first."""
    for items in ({"hot": "15 GB", "cold": "10 GB"}, {"cold": "10 GB", "hot": "15 GB"}):
        assert listed(covered_shop(), "2026-03-01", "3 hours", bundle=D(1), **items) == {"hot": D("0.15"), "cold": D("0.10")}


def test_a_total_of_several_months_does_not_say_what_falls_in_each():
    book = covered_shop(hot={"measure": "sum", "window": "month"})
    assert listed(book, "2026-03-01", "1 month", bundle=D(1), hot="70 GB") == {"hot": D("0.20")}
    found = quote(book, "2026-03-01", "2 months", bundle=D(1), hot="70 GB")
    assert [each.code for each in found.diagnostics] == ["Q315"] and "touches 2 billing periods" in found.diagnostics[0].message


METERS = st.sampled_from([HELD, HELD | {"window": "day"}, HELD | {"window": "month"}, {"measure": "sum", "window": "month"}])


@examples(20)
@given(
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata"]), st.sampled_from(["2026-03-01", "2026-10-01", "2026-02-01"]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(("first", "second", "hot", "cold"), METERS)),
    st.fixed_dictionaries({"hot": st.integers(0, 60)}, optional={name: st.integers(0, 120) for name in ("first", "second", "cold")}),
    st.sampled_from([1, 2]), st.integers(0, 3),
)  # fmt: skip
def test_covered_usage_costs_what_its_estimate_says(zone, first, meters, levels, months, bundles):
    """Levels that are held through whole months and totals of one, under a plan and bundles: each item's months add up to its estimate."""
    book = covered_shop(zone, **meters)
    if months > 1:
        levels = {name: level for name, level in levels.items() if book.items[name].meter.measure != "sum"}
    if not levels:
        return
    bought = {"plan": "small"} | ({"bundle": D(bundles)} if bundles else {})
    items = {name: f"{level} GB" for name, level in levels.items()} | {key: value for key, value in bought.items() if key != "plan"}
    told = listed(book, first, f"{months} month{'s' if months > 1 else ''}", **items)
    begin = midnight(book, first)
    last = start_of_day(add_months(local_date(begin, book.zone), months), book.zone)
    made = account(
        book,
        subscription("s-1", "paid", event(first, "purchase", term="1 year", items=bought), event(f"{local_date(last, book.zone)}", "unsubscribe")),
    )  # fmt: skip
    records = [UsageRecord("acme", "s-1", name, begin, exact(level)) for name, level in levels.items()]
    found = make_invoice(book, made, records, begin, last + timedelta(days=40))
    usage = [line for line in found.lines if line.bill_type == "usage"]
    assert {name: total(line.list_amount for line in usage if line.item == name) for name in levels} == told


@pytest.mark.parametrize(("first", "second"), [("70 GB", "0.03125 TB"), ("0.0685 TB", "32 GB")])
def test_shared_levels_are_converted(first, second):
    """70 or 70.144 of 100 GB are taken first, whatever the unit in which they were written."""
    found = listed(covered_shop(), "2026-03-01", "1 hour", first=first, second=second)
    assert found["second"] == (D("0.02") if first == "70 GB" else D("0.02144"))
