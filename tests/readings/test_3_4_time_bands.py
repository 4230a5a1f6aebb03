"""Time bands: what is used at which hours has which price (rule language, second version, 3.4)."""

import re
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.language.build import load_book, load_order
from engine.model.invoices import Invoice
from engine.pricing import price_order
from engine.rating.compile import plans_of
from engine.rating.plan import Unplanned
from engine.usage import read_usage
from engine.values.periods import add_months, start_of_day
from tests.billing.one_path import quoted, small
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, subscription
from tests.conformance.language import write

D = Decimal
PEAK = {"hours": ["16:00-21:00"], "days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "months": [6, 7, 8, 9]}


def data(bands: dict | None = None, meter: dict | None = None, zone: str = "UTC", **prices: str):
    """A book that sells `power`, at 0.14 a kWh outside the bands and 0.32 in `peak`."""
    each = prices or {"peak": "0.32"}
    dated = {"effective": "2026-01-01", "billing_mode": "use"} | ({"per": meter["window"]} if meter else {})
    return {
        "book": SHOP["book"] | {"timezone": zone},
        "units": {"kWh": {"title": "kWh"}},
        "time_bands": bands or {"peak": PEAK},
        "items": {"power": {"title": "Power", "unit": "kWh", "meter": meter or {"measure": "sum", "window": "month"}}},
        "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"power": "optional"}}},
        "prices": [
            dated | {"items": {"power": D("0.14")}},
            *(dated | {"items": {"power": D(price)}, "when": {"band": band}} for band, price in each.items()),
        ],
    }


def book(bands: dict | None = None, meter: dict | None = None, zone: str = "UTC", **prices: str):
    """The book of `data`, loaded."""
    return book_of(data(bands, meter, zone, **prices))


def lines(made_of, rows, first: str, last: str, start: str = "2026-01-01") -> dict[str | None, tuple[str, str]]:
    found = bill(made_of, account(made_of, subscription("s-1", "use", event(start, "start"))), [("s-1", "power", *row) for row in rows], first, last)
    assert isinstance(found, Invoice), found.diagnostics
    return {line.attributes.get("band"): (str(line.quantity), str(line.amount)) for line in found.lines}


def test_300_kwh_in_peak_at_0_32_and_700_outside_at_0_14_cost_194() -> None:
    """3.4, worked: 300 kWh in peak at 0.32, 700 outside at 0.14: 194.00."""
    rows = [("2026-07-01T16:00:00Z", "100"), ("2026-07-02T20:59:59Z", "200"), ("2026-07-01T21:00:00Z", "300"), ("2026-07-04T17:00:00Z", "400")]
    found = lines(book(), rows, "2026-07-01", "2026-08-01")
    assert {band: D(net) for band, (_, net) in found.items()} == {"peak": D("96.00"), None: D("98.00")}


def test_hours_over_midnight_belong_to_the_day_on_which_they_begin() -> None:
    """3.4: a band over midnight is written `22:00-06:00` and belongs to the day on which it begins."""
    friday_night = {"night": {"hours": ["22:00-06:00"], "days": ["friday"], "months": [7]}}
    rows = [
        ("2026-07-31T21:59:59Z", "1"), ("2026-07-31T22:00:00Z", "10"), ("2026-08-01T05:59:59Z", "100"), ("2026-08-01T06:00:00Z", "1000"),
        ("2026-07-31T05:00:00Z", "10000"), ("2026-08-01T23:00:00Z", "100000"),
    ]  # fmt: skip
    july = lines(book(friday_night, night="1.00"), rows, "2026-07-01", "2026-08-01")
    august = lines(book(friday_night, night="1.00"), rows, "2026-08-01", "2026-09-01")
    assert (july["night"], july[None]) == (("10", "10.00"), ("10001", "1400.14"))
    assert (august["night"], august[None]) == (("100", "100.00"), ("101000", "14140.00"))


def test_times_are_of_the_zone_of_the_book_and_an_hour_that_comes_twice_is_in_its_band_both_times() -> None:
    """3.4: times are of the book's zone. Berlin, 25 October 2026: 02:30 is shown at 00:30 UTC and again at 01:30 UTC."""
    early = {"early": {"hours": ["02:00-03:00"]}}
    rows = [("2026-10-24T23:59:59Z", "1"), ("2026-10-25T00:30:00Z", "10"), ("2026-10-25T01:30:00Z", "100"), ("2026-10-25T02:00:00Z", "1000")]
    assert lines(book(early, zone="Europe/Berlin", early="1.00"), rows, "2026-10-01", "2026-11-01")["early"] == ("110", "110.00")


@pytest.mark.parametrize(
    ("day", "level"),
    [("2026-03-29", "23"), ("2026-10-25", "25"), ("2026-06-01", "24")],
)
def test_on_a_day_of_any_length_the_bands_and_what_lies_outside_make_the_whole_day(day: str, level: str) -> None:
    """3.4: a held level is cut at a border. Berlin, a level of 24 held for a day: the mean by the second of each part adds up to 24 again."""
    bands = {"early": {"hours": ["02:30-12:00"]}, "late": {"hours": ["12:00-24:00"]}}
    made = book(bands, {"measure": "mean", "window": "day", "hold": True}, "Europe/Berlin", early="1.00", late="1.00")
    begin, end = (start_of_day(date.fromisoformat(day) + timedelta(days=more), made.zone).isoformat() for more in (0, 1))
    month = date.fromisoformat(day).replace(day=1)
    found = lines(made, [(begin, "24"), (end, "0")], str(month), str(add_months(month, 1)))
    hours = D(level)
    shares = {"early": hours - 12 - (2 if level == "23" else D("2.5") if level == "24" else 3), "late": D(12)}
    for band, share in shares.items():
        assert abs(D(found[band][1]) - 24 * share / hours) <= D("0.005"), found


def test_a_maximum_is_found_for_each_band_by_itself() -> None:
    """3.4: windows are kept apart by band: the highest of a day in peak and outside, 7 at 0.32 and 9 at 0.14."""
    rows = [("2026-07-01T15:00:00Z", "9"), ("2026-07-01T16:30:00Z", "7"), ("2026-07-01T17:30:00Z", "5"), ("2026-07-01T22:00:00Z", "2")]
    assert lines(book(meter={"measure": "max", "window": "day"}), rows, "2026-07-01", "2026-08-01") == {"peak": ("7", "2.24"), None: ("9", "1.26")}


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ({"peak": PEAK, "late": {"hours": ["20:00-23:00"]}}, "`peak` and `late` both hold on a monday at 20:00 in month 6"),
        ({"night": {"hours": ["22:00-06:00"], "days": ["sunday"]}, "early": {"hours": ["05:00-07:00"], "days": ["monday"]}}, "both hold on a monday at 05:00"),
        ({"peak": {"hours": ["16:00-25:00"]}}, "`16:00-25:00` are no hours of a day"),
        ({"peak": {"hours": ["16:00-16:00"]}}, "`16:00-16:00` are no hours of a day"),
        ({"peak": {"months": [13]}}, "`13` is no month"),
    ],
)
def test_bands_that_overlap_or_do_not_exist_are_refused(bands: dict, message: str) -> None:
    with pytest.raises(AssertionError, match=re.escape(message)):
        book(bands, **dict.fromkeys(bands, "1.00"))


def test_a_band_that_is_not_declared_is_refused() -> None:
    with pytest.raises(AssertionError, match="`peek` is not among the values of attribute `band`"):
        book(peek="1.00")


def test_bands_rank_below_every_attribute() -> None:
    """3.4: `band` ranks below all attributes."""
    made = book()
    assert max(made.attributes.values(), key=lambda each: each.rank).id == "band"


def test_an_engine_leaves_what_has_bands_to_the_interpreter_and_says_why() -> None:
    made = book()
    plan = plans_of(made, "use", start_of_day(date(2026, 7, 1), made.zone), start_of_day(date(2026, 8, 1), made.zone))["power"]
    assert plan == Unplanned("its prices have time bands, by which each record is kept apart")


# --- estimates


BOTH = [{"quantity": D(300), "attributes": {"band": "peak"}}, {"quantity": D(700)}]


def refused(made, **order: object) -> tuple[str, str]:
    """The message and the remedy of an order that has no price."""
    read, problems = load_order("order.yaml", write({"date": "2026-07-01", "billing_mode": "use", "for": "1 month"} | order).encode(), made, None)
    found = problems if read is None else price_order(made, read).diagnostics
    assert len(found) == 1, found
    return found[0].message, found[0].help


def test_an_order_says_how_much_is_used_in_each_band() -> None:
    """3.4, worked, as an estimate: 300 kWh in peak at 0.32, 700 outside at 0.14: 194.00. A line that names no band is used outside all of them."""
    quote = quoted(book(), date="2026-07-01", billing_mode="use", length="1 month", items={"power": BOTH})
    assert [(dict(line.attributes), line.quantity, line.amount) for line in quote.lines] == [({"band": "peak"}, 300, D("96.00")), ({}, 700, D("98.00"))]
    assert quote.totals.net == D("194.00")
    whole = quoted(book(), date="2026-07-01", billing_mode="use", length="1 month", items={"power": 300}, attributes={"band": "peak"})
    assert [line.amount for line in whole.lines] == [D("96.00")]


def test_a_band_brings_something_in_the_months_that_have_it() -> None:
    """`each: month` from May to October: peak comes in June to September, so four times 100 kWh at 0.32."""
    items = {"power": {"quantity": D(100), "each": "month", "attributes": {"band": "peak"}}}
    (line,) = quoted(book(), date="2026-05-01", billing_mode="use", length="6 months", items=items).lines
    assert (line.quantity, line.amount, len(line.parts)) == (400, D("128.00"), 4)


def test_a_level_that_lasts_is_cut_by_the_calendar() -> None:
    """3.4: a held level is cut at a border: 2 for a day, of which 5 of 24 hours are in peak, are on average 10/24 there and 38/24 outside."""
    made = book(meter={"measure": "mean", "window": "day", "hold": True})
    quote = quoted(made, date="2026-07-01", billing_mode="use", length="1 day", items={"power": 2})
    assert [(dict(line.attributes), line.quantity) for line in quote.lines] == [({}, Fraction(38, 24)), ({"band": "peak"}, Fraction(10, 24))]
    assert [line.amount for line in quote.lines] == [D("0.22"), D("0.13")]
    message, remedy = refused(made, items={"power": {"quantity": D(2), "attributes": {"band": "peak"}}})
    assert "is a level that lasts" in message and "leave `band` out" in remedy


def test_what_an_estimate_cannot_say_of_bands_is_refused() -> None:
    always = {"early": {"hours": ["00:00-12:00"]}, "late": {"hours": ["12:00-24:00"]}}
    message, remedy = refused(book(always, early="1.00"), items={"power": 1})
    assert "the order does not say in which `power` is used" in message and "`early` or `late`" in remedy
    message, _ = refused(book(), date="2026-03-01", items={"power": BOTH})
    assert message == "no time of the band `peak` lies in what is estimated, so nothing of `power` is used in it"
    highest = {"quantity": D(7), "attributes": {"band": "peak"}}
    message, _ = refused(book(meter={"measure": "max", "window": "day"}), date="2026-03-01", items={"power": highest})
    assert message == "no time of the band `peak` lies in what is estimated, so nothing of `power` is used in it"
    message, _ = refused(book(), items={"power": [*BOTH, {"quantity": D(1)}]})
    assert "stands in the order twice" in message
    message, _ = refused(book(), items={"power": {"quantity": D(1), "attributes": {"band": "peek"}}})
    assert message == "attribute `band` cannot be `peek`"


def test_attributes_of_a_line_are_those_of_usage() -> None:
    shop = {
        "items": {"calls": {"title": "Calls", "unit": "call", "meter": {"measure": "sum", "window": "month"}}, "seat": {"title": "Seat", "unit": "call"}},
        "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"calls": "optional", "seat": "optional"}}},
        "attributes": {
            "site": {"title": "Site", "source": "usage", "values": ["ny", "de"]}, "tier": {"title": "Tier", "source": "customer", "values": ["a"]},
        },
        "prices": [
            {"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": D("1.00")}},
            {"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": D("0.50")}, "when": {"site": "ny"}},
            {"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"seat": D("1.00")}},
        ],
    }  # fmt: skip
    made = small(**shop)
    several = [{"quantity": D(5), "attributes": {"site": site}} for site in ("ny", "de")]
    quote = quoted(made, date="2026-07-01", billing_mode="use", length="1 month", items={"calls": several})
    assert [(dict(line.attributes), line.amount) for line in quote.lines] == [({"site": "ny"}, D("2.50")), ({"site": "de"}, D("5.00"))]
    message, _ = refused(made, items={"calls": {"quantity": D(1), "attributes": {"tier": "a"}}})
    assert message == "`tier` is no attribute of usage, so it cannot differ between lines"
    message, _ = refused(made, items={"seat": {"quantity": D(1), "attributes": {"site": "ny"}}})
    assert message == "`seat` has no meter, so nothing is used of it that attributes could keep apart"


# --- what comes later


def test_a_record_that_comes_late_is_charged_in_its_band() -> None:
    """A correction of July: 10 kWh in peak that came late are 3.20 on a line of their own, the other line stays."""
    made = book()
    known = account(made, subscription("s-1", "use", event("2026-01-01", "start")))
    first = [("s-1", "power", "2026-07-01T16:00:00Z", "100"), ("s-1", "power", "2026-07-01T22:00:00Z", "100")]
    july = bill(made, known, first, "2026-07-01", "2026-08-01")
    late = [*first, ("s-1", "power", "2026-07-02T16:00:00Z", "10")]
    august = bill(made, known, late, "2026-08-01", "2026-09-01", issued=[july])
    assert [(line.bill_type, dict(line.attributes), line.amount) for line in august.lines] == [("adjustment-charge", {"band": "peak"}, D("3.20"))]


def test_a_level_that_goes_through_bands_is_billed_again_from_its_own_records() -> None:
    """The lines of each band are made of the same records: these count once, and where one of them is not given any more, that is told."""
    made = book(meter={"measure": "max", "window": "day", "hold": True})
    known = account(made, subscription("s-1", "use", event("2026-07-01", "start")))
    rows = [("s-1", "power", "2026-07-01T15:00:00Z", "1"), ("s-1", "power", "2026-07-03T18:00:00Z", "2")]
    july = bill(made, known, rows, "2026-07-01", "2026-08-01")
    assert [line.records for line in july.lines] == [2, 2]
    late = [*rows, ("s-1", "power", "2026-07-30T00:00:00Z", "0")]
    august = bill(made, known, late, "2026-08-01", "2026-09-01", issued=[july])
    assert isinstance(august, Invoice), august.diagnostics
    assert {line.bill_type for line in august.lines if line.corrects} == {"adjustment-compensation"}
    refused = bill(made, known, rows[1:], "2026-08-01", "2026-09-01", issued=[july])
    assert [each.code for each in refused.diagnostics] == ["Q714"] and "1 of the 2 records" in refused.diagnostics[0].message


def test_a_band_that_no_rule_names_is_told() -> None:
    found = load_book({"book.yaml": write(data() | {"time_bands": {"peak": PEAK, "night": {"hours": ["22:00-06:00"]}}}).encode()}).diagnostics
    assert [each.message for each in found if each.code == "R112"] == ["time band `night` is declared, but nothing uses it"]


def test_usage_has_no_column_of_bands() -> None:
    read = read_usage(book(), "usage.csv", "account,subscription,item,time,quantity,band\nacme,s-1,power,2026-07-01T16:00:00Z,1,peak\n")
    assert read.diagnostics and "band" in read.diagnostics[0].message
