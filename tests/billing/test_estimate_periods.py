"""Estimates over several billing periods: how much each of them brings, period by period (second version, 1.4)."""

import pytest

from engine.language.build import load_order, order_from_flags
from engine.model.quotes import Refusal
from engine.pricing import price_order, quote_notes
from engine.values.exact import total
from tests.billing.one_path import HEAD, D, quoted, small
from tests.conformance.language import write

TIERS = {"model": "graduated", "allowance": D(100), "tiers": [{"up_to": D(10240), "unit_price": D("0.09")}, {"unit_price": D("0.085")}]}


def egress(cycle: str = "month", invoiced: str | None = None, charge: object = TIERS, **meter: object):
    """Egress in GB, 100 GB free in each window, then 0.09."""
    mode = {"title": "On demand", "payment": "postpaid", "cycle": cycle, "items": {"egress": "optional", "disk": "optional"}}
    return small(
        units={"GB": {"title": "GB"}, "TB": "1024 GB"}, attributes={},
        items={
            "egress": {"title": "Egress", "unit": "GB", "meter": {"measure": "sum", "window": "period"} | meter},
            "disk": {"title": "Disk", "unit": "GB", "meter": {"measure": "max", "window": "hour", "hold": True}},
        },
        billing_modes={"on-demand": mode | ({"invoiced": invoiced} if invoiced else {})},
        prices=[
            {"effective": "2026-01-01", "billing_mode": "on-demand", "items": {"egress": charge}},
            {"effective": "2026-01-01", "billing_mode": "on-demand", "per": "hour", "items": {"disk": D("0.001")}},
        ],
    )  # fmt: skip


def refusal(book, **order: object) -> Refusal:
    order["for"] = order.pop("length")
    made, found = load_order("order.yaml", write({"date": "2026-01-01", "billing_mode": "on-demand"} | order).encode(), book, None)
    assert made is not None, [each.message for each in found]
    outcome = price_order(book, made)
    assert isinstance(outcome, Refusal)
    return outcome


def test_a_total_of_twelve_months_is_refused_with_both_ways_to_write_it():
    """1,200 GB in one month are 99.00, in twelve 0.00: neither is guessed."""
    (found,) = refusal(egress(), length="12 months", items={"egress": "1200 GB"}).diagnostics
    assert found.code == "Q315" and "touches 12 billing periods" in found.message
    assert "`egress: {quantity: 100 GB, each: month}`" in found.help and "`egress=100 GB/month` as an option" in found.help


def test_what_each_month_brings_is_charged_month_by_month():
    """100 GB a month are free; 150 GB a month cost 50 x 0.09 = 4.50 in each of twelve."""
    for written, amount in (("100 GB", 0), ("150 GB", D("54.00")), ("0.25 TB", D("168.48"))):
        line = quoted(
            egress(), date="2026-01-01", billing_mode="on-demand", length="12 months", items={"egress": {"quantity": written, "each": "month"}}
        ).lines[0]
        assert line.amount == amount and len(line.parts) == 12 and total(part.amount for part in line.parts) == amount


@pytest.mark.parametrize(
    ("length", "first", "amounts"),
    [
        # 155 GB in March; in April 15 of its 30 days, 77.5 GB
        ("46 days", "2026-03-01", [D("4.95"), 0]),
        # from 15 March: 17/31 of 310 GB are 170 GB; all of April; 14/31 of May: 140 GB
        ("2 months", "2026-03-15", [D("6.30"), D("18.90"), D("3.60")]),
    ],
)  # fmt: skip
def test_a_part_period_brings_its_share_by_days(length, first, amounts):
    quantity = "155 GB" if length == "46 days" else "310 GB"
    line = quoted(egress(), date=first, billing_mode="on-demand", length=length, items={"egress": {"quantity": quantity, "each": "month"}}).lines[0]
    assert [part.amount for part in line.parts] == amounts


ONE_PERIOD = [("month", None, "1 month", True), ("month", None, "31 days", True), ("month", None, "32 days", False), ("month", "year", "12 months", True),
              ("month", "year", "13 months", False), ("hour", None, "720 hours", True), ("hour", None, "745 hours", False), ("day", None, "3 days", True),
              ("hour", "month", "2 months", False)]  # fmt: skip


@pytest.mark.parametrize(("cycle", "invoiced", "length", "clear"), ONE_PERIOD)
def test_a_bare_total_lies_within_one_billing_period(cycle, invoiced, length, clear):
    """Hours and days are billed together, by calendar months."""
    book, items = egress(cycle, invoiced), {"egress": 150}
    if clear:
        assert quoted(book, date="2026-01-01", billing_mode="on-demand", length=length, items=items).lines[0].amount == D("4.50")
    else:
        assert [each.code for each in refusal(book, length=length, items=items).diagnostics] == ["Q315"]


@pytest.mark.parametrize(("measure", "more"), [("count", {}), ("unique", {"of": "who"})])
def test_counts_and_distinct_values_too(measure, more):
    book = small(
        items={"egress": {"title": "E", "unit": "call", "meter": {"measure": measure, "window": "month"} | more}},
        attributes={"who": {"title": "Who", "source": "usage"}},
        billing_modes={"on-demand": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"egress": "optional"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "on-demand", "items": {"egress": {"unit_price": D("0.10"), "allowance": D(5)}}}],
    )  # fmt: skip
    assert [each.code for each in refusal(book, length="2 months", items={"egress": 12}).diagnostics] == ["Q315"]
    line = quoted(book, date="2026-01-01", billing_mode="on-demand", length="2 months", items={"egress": {"quantity": 6, "each": "month"}}).lines[0]
    assert [part.amount for part in line.parts] == [D("0.10"), D("0.10")]


def test_distinct_values_of_days_may_be_the_same_in_a_month():
    book = small(
        items={"egress": {"title": "E", "unit": "call", "meter": {"measure": "unique", "of": "who", "window": "month"}}},
        attributes={"who": {"title": "Who", "source": "usage"}},
        billing_modes={"on-demand": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"egress": "optional"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "on-demand", "items": {"egress": D("0.10")}}],
    )  # fmt: skip
    (found,) = refusal(book, length="1 month", items={"egress": {"quantity": 6, "each": "day"}}).diagnostics
    assert found.code == "Q315" and "may be the same" in found.message


def test_a_level_is_held_throughout():
    """2 GB for January and February: 1.488 and 1.344, each rounded on its own bill; `each` says nothing of a level."""
    line = quoted(egress(), date="2026-01-01", billing_mode="on-demand", length="2 months", items={"disk": 2}).lines[0]
    assert [part.amount for part in line.parts] == [D("1.49"), D("1.34")] and line.amount == D("2.83")
    made, found = load_order("o.yaml", b"billing_mode: on-demand\ndate: 2026-01-01\nfor: 2 months\nitems: {disk: {quantity: 2, each: month}}\n", egress(), None)
    assert made is None and [each.code for each in found] == ["Q102"] and "a level that is held throughout" in found[0].message


FLAGS = [("egress=100 GB/month", D(0)), ("egress=150/month", D("9.00")), ("egress=0.25 TB / month", D("28.08"))]


@pytest.mark.parametrize(("typed", "amount"), FLAGS)
def test_the_option_says_it_with_a_slash(typed, amount):
    book = egress()
    order, found = order_from_flags("on-demand", None, [typed], "2 months", "2026-01-01", None, [], [], book, None)
    assert order is not None, [each.message for each in found]
    assert price_order(book, order).totals.net == amount


@pytest.mark.parametrize("typed", ["egress=100 GB/week", "egress=100 GB/", "disk=1/month"])
def test_an_option_that_says_no_stretch_of_time_is_refused(typed):
    order, found = order_from_flags("on-demand", None, [typed], "2 months", "2026-01-01", None, [], [], egress(), None)
    assert order is None and found


def test_each_period_has_its_own_rounding_discounts_and_tax():
    """0.333 a month, taxed at 10% and from April at 20%: 0.33 and 0.33, not 0.67 at once."""
    book = small(
        book=HEAD, attributes={}, items={"seats": {"title": "Seats", "unit": "call", "meter": {"measure": "max", "window": "month", "hold": True}}},
        billing_modes={"on-demand": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"seats": "optional"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "on-demand", "per": "month", "items": {"seats": D("0.333")}}],
        taxes=[{"id": "a", "tax": "vat", "rate": "10%"}, {"id": "b", "tax": "vat", "rate": "20%", "effective": "2026-04-01"}],
    )  # fmt: skip
    quote = quoted(book, date="2026-03-01", billing_mode="on-demand", length="2 months", items={"seats": 1})
    assert [part.amount for part in quote.lines[0].parts] == [D("0.33"), D("0.33")]
    assert [(tax.rate, tax.base, tax.amount) for tax in quote.taxes] == [(D("0.1"), D("0.33"), D("0.03")), (D("0.2"), D("0.33"), D("0.07"))]


def test_the_same_thing_stands_in_an_estimate_once():
    """Its records would be added up on one line of the invoice, so two lines of a quote would be another price."""
    (found,) = refusal(egress(), length="1 month", items={"egress": [{"quantity": 100}, {"quantity": 200}]}).diagnostics
    assert found.code == "Q315" and "stands in the order twice" in found.message


PLATFORM = {"title": "Platform", "unit": "call"}
NOTES = [
    ({}, "2026-03-15", "1 month", 2, True), ({}, "2026-03-15", "30 days", 2, True), ({}, "2026-03-01", "1 month", 1, False),
    ({}, "2026-03-01", "2 months", 2, False), ({}, "2026-03-15", "17 days", 1, False), ({}, "2026-03-31", "2 days", 2, True),
    ({"stub": "actual-days"}, "2026-03-15", "1 month", 2, False), ({"invoiced": "year"}, "2026-10-01", "6 months", 2, True),
]  # fmt: skip


@pytest.mark.parametrize(("mode", "first", "length", "touched", "told"), NOTES)
def test_a_fee_for_more_periods_than_the_estimate_is_long_is_told(mode, first, length, touched, told):
    """Without `stub` a part of a month counts whole: a month from 15 March owes two fees, and the quote says so."""
    book = small(
        items={"platform": PLATFORM}, prices=[{"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"platform": D(49)}}],
        billing_modes={"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"platform": "required"}} | mode},
    )  # fmt: skip
    quote = quoted(book, date=first, billing_mode="use", length=length, items={"platform": 1})
    assert len(quote.lines[0].traced) == touched
    notes = quote_notes(book, quote)
    assert [note.code for note in notes] == (["Q316"] if told else [])
    assert all(f"it is owed {touched} times" in note.message for note in notes)


def test_an_estimate_does_not_follow_the_change_of_a_fee():
    """Its bills would: so it is refused, and not quoted as if nothing changed."""
    book = small(
        items={"platform": PLATFORM}, prices=[{"effective": "2026-01-01", "billing_mode": "on-demand", "per": "month", "items": {"platform": D(49)}}],
        billing_modes={"on-demand": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"platform": "required"}, "spec_change": "any"}},
        spec_changes={"any": {"supports": ["expand"], "charge": "none"}},
    )  # fmt: skip
    (found,) = refusal(book, length="1 month", items={"platform": 1}, change={"date": "2026-01-10", "items": {"platform": 2}}).diagnostics
    assert found.code == "Q315" and "holds it as it is ordered" in found.message
