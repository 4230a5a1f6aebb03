"""Fees of a postpaid mode: owed for each billing period in which they are held, in quotes and invoices alike (second version, 1.3)."""

from decimal import Decimal

import pytest

from engine.billing.further import quote_further_event
from engine.language.build import load_account, load_book, load_order
from engine.model.invoices import Invoice
from engine.pricing import price_order
from engine.values.exact import total
from tests.billing.one_path import HEAD, D, facts, quoted, small
from tests.billing.usage_shop import account, bill, event, refused, subscription
from tests.conformance.language import write

LADDER = {"title": "Plan", "unit": "call", "specs": {"small": {"title": "S"}, "large": {"title": "L"}}}
SUPPORTS = {"any": {"supports": ["upgrade", "downgrade", "expand", "reduce"], "charge": "none"}}


def fees(stub: str | None = None, invoiced: str | None = None, cycle: str = "month", per: str = "month", **mode: object):
    """A platform fee of 49.00, required; support at 10.00 each, optional; a ladder of plans at 20.00 and 50.00; calls at 0.01."""
    sold = {"platform": "required", "support": "optional", "plan": "optional", "calls": {"presence": "optional", "cycle": cycle}}
    use = {"title": "Use", "payment": "postpaid", "cycle": cycle, "items": sold, "spec_change": "any"}
    use |= ({"stub": stub} if stub else {}) | ({"invoiced": invoiced} if invoiced else {}) | mode
    return small(
        items={
            "platform": {"title": "Platform", "unit": "call"}, "support": {"title": "Support", "unit": "call"}, "plan": LADDER,
            "calls": {"title": "Calls", "unit": "call", "meter": {"measure": "sum", "window": cycle if cycle in ("hour", "day") else "month"}},
        },
        billing_modes={"use": use}, spec_changes=SUPPORTS,
        prices=[
            {"effective": "2026-01-01", "billing_mode": "use", "per": per, "items": {"platform": D("49.00"), "support": D("10.00"), "plan": {"small": D(20), "large": D(50)}}},
            {"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": D("0.01")}},
        ],
    )  # fmt: skip


def held(book, *events: dict):
    return account(book, subscription("s", "use", *events))


def lines(found) -> list[tuple]:
    """(item, spec, quantity, amount)."""
    return [(line[0], line[1], line[3], line[7]) for line in facts(found)]


def test_a_fee_and_calls_stand_on_one_bill():
    """49.00 and 1,000 calls at 0.01: 59.00; the fault was 10.00 in silence."""
    book = fees()
    found = bill(book, held(book, event("2026-03-01", "start")), [("s", "calls", "03-02T00:00", 1000)])
    assert lines(found) == [("platform", None, 1, D("49.00")), ("calls", None, 1000, D("10.00"))]
    assert found.net == D("59.00")
    quote = quoted(book, date="2026-03-01", billing_mode="use", length="1 month", items={"platform": 1, "calls": 1000})
    assert facts(quote) == facts(found)


def test_a_fee_is_owed_without_any_use():
    book = fees()
    made = held(book, event("2026-03-01", "start"))
    assert [bill(book, made, [], f"2026-0{month}-01", f"2026-0{month + 1}-01").net for month in (2, 3, 4)] == [0, D("49.00"), D("49.00")]


STUBS = [
    (None, "49.00"),  # without `stub` a part of a period counts whole
    ("actual-days", "26.87"),  # 49 x 17/31
    ("seconds", "26.87"),
    ("30-day-month", "27.77"),  # 49 x 17/30
    ("28-day-month", "24.50"),  # 49 x 14/28: of 31 days 28 count
    ("calendar-months", "26.87"),
    ("365/12", "27.39"),  # 49 x 17 x 12/365
    ("whole-period", "49.00"),
    ("none", "0.00"),
]


@pytest.mark.parametrize(("stub", "amount"), STUBS)
def test_a_part_of_a_period(stub, amount):
    """From 15 to 31 March are 17 of 31 days."""
    book = fees(stub)
    assert bill(book, held(book, event("2026-03-15", "start")), []).net == D(amount)
    assert quoted(book, date="2026-03-15", billing_mode="use", length="17 days", items={"platform": 1}).totals.net == D(amount)


def test_the_last_part_of_a_period():
    """Stopped on 11 March: 10 of 31 days, 15.81; without `stub` all of it."""
    events = event("2026-02-01", "start"), event("2026-03-11", "stop")
    for stub, amount in (("actual-days", "15.81"), (None, "49.00")):
        book = fees(stub)
        assert bill(book, held(book, *events), []).net == D(amount)


def test_a_year_is_twelve_months():
    """A price per year billed by the month: 120.00 / 12; per month billed by the year: 49.00 x 12, and by stub from 1 July half of it."""
    book = fees(per="year")
    assert bill(book, held(book, event("2026-02-01", "start")), []).net == D("4.08")  # 49/12
    book = fees(invoiced="year")
    whole = bill(book, held(book, event("2026-01-01", "start")), [], "2026-12-01", "2027-01-01")
    assert whole.net == D("588.00")
    book = fees("calendar-months", invoiced="year")
    assert bill(book, held(book, event("2026-07-01", "start")), [], "2026-12-01", "2027-01-01").net == D("294.00")


def test_what_is_due_once_comes_with_the_first_period():
    """A set-up of 100.00 beside 49.00 a month: 149.00, then 49.00; of two months 198.00."""
    once = {"effective": "2026-01-01", "billing_mode": "use", "per": "once", "items": {"platform": {"model": "flat", "amount": D(100)}}}
    book = small(
        items={"platform": {"title": "P", "unit": "call"}},
        billing_modes={"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"platform": "required"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"platform": D(49)}}, once],
    )  # fmt: skip
    made = held(book, event("2026-03-15", "start"))
    assert [bill(book, made, [], f"2026-0{month}-01", f"2026-0{month + 1}-01").net for month in (3, 4, 5)] == [149, 49, 49]
    assert quoted(book, date="2026-03-01", billing_mode="use", length="2 months", items={"platform": 1}).totals.net == 198


def test_start_says_what_is_held():
    """Three of support, the large plan, and the platform that nobody named."""
    book = fees()
    begin = event("2026-03-01", "start", items={"support": 3, "plan": "large"})
    assert lines(bill(book, held(book, begin), [])) == [
        ("platform", None, 1, D("49.00")), ("support", None, 3, D("30.00")), ("plan", "large", 1, D("50.00")),
    ]  # fmt: skip


CHANGES = [
    # (stub, change of 11 March, expected lines of March)
    (None, {"support": 5}, [("support", None, 5, "50.00")]),  # whole, at the highest level
    (None, {"support": 1}, [("support", None, 3, "30.00")]),
    ("actual-days", {"support": 5}, [("support", None, 5, "43.55")]),  # 30 x 10/31 + 50 x 21/31
    ("actual-days", {"support": 1}, [("support", None, 3, "16.45")]),  # 30 x 10/31 + 10 x 21/31
    ("actual-days", {"support": 0}, [("support", None, 3, "9.68")]),  # 30 x 10/31
    (None, {"support": 0}, [("support", None, 3, "30.00")]),
]


@pytest.mark.parametrize(("stub", "change", "expected"), CHANGES)
def test_a_change_of_what_is_held(stub, change, expected):
    book = fees(stub)
    events = event("2026-03-01", "start", items={"support": 3}), event("2026-03-11", "change", items=change)
    found = bill(book, held(book, *events), [])
    assert lines(found)[1:] == [(item, spec, quantity, D(amount)) for item, spec, quantity, amount in expected]


def test_a_spec_that_changes_is_billed_for_each_part():
    """From small (20.00) to large (50.00) on 11 March: 6.45 and 33.87 by days, 50.00 without `stub`."""
    events = event("2026-03-01", "start", items={"plan": "small"}), event("2026-03-11", "change", items={"plan": "large"})
    book = fees("actual-days")
    assert lines(bill(book, held(book, *events), []))[1:] == [("plan", "small", 1, D("6.45")), ("plan", "large", 1, D("33.87"))]
    book = fees()
    assert lines(bill(book, held(book, *events), []))[1:] == [("plan", "large", 1, D("50.00"))]
    april = bill(book, held(book, *events), [], "2026-04-01", "2026-05-01")
    assert lines(april)[1:] == [("plan", "large", 1, D("50.00"))]


def test_hours_that_are_held_are_counted_as_they_are_begun():
    """From 10:30 to 12:10 are three hours of UTC."""
    book = fees(cycle="hour", per="hour")
    events = event("2026-03-05T10:30", "start"), event("2026-03-05T12:10", "stop")
    assert bill(book, held(book, *events), []).net == D("147.00")
    assert quoted(book, date="2026-03-05T10:30", billing_mode="use", length="100 minutes", items={"platform": 1}).totals.net == D("147.00")


def test_parts_of_a_month_by_days_add_up():
    """Stopped and started again on 11 and 21 March: 20 of 31 days."""
    book = fees("actual-days")
    events = [event("2026-03-01", "start"), event("2026-03-11", "stop"), event("2026-03-21", "start")]
    found = bill(book, held(book, *events), [])
    assert found.net == D("33.19")  # 49 x 10/31 + 49 x 11/31 = 33.1935...
    assert found.net == total(line.amount for line in found.lines)


REFUSED = [
    ({"start": {"items": {"calls": 5}}}, "Q722"),
    ({"start": {"items": {"support": [1, 2]}}}, "Q520"),
    ({"start": {"items": {"plan": 1}}}, "Q203"),
    ({"start": {"items": {"nothing": 1}}}, "Q201"),
    ({"change": {"items": {"calls": 5}}}, "Q722"),
    ({"change": {"items": {"support": 3}}}, "Q506"),
    ({"change": {"items": {"platform": 0}}}, "Q211"),
]


@pytest.mark.parametrize(("said", "code"), REFUSED)
def test_what_cannot_be_held_is_refused(said, code):
    book = fees()
    begin = {"date": "2026-03-01"} | (said if "start" in said else {"start": {"items": {"support": 3}}})
    events = [begin, *([{"date": "2026-03-11"} | said] if "change" in said else [])]
    text = write({"id": "acme", "customer": {"name": "Acme"}, "subscriptions": [{"id": "s", "billing_mode": "use", "events": events}]})
    made, found = load_account("account.yaml", text.encode(), book)
    codes = [each.code for each in found] if made is None else refused(bill(book, made, []))
    assert codes == [code]


def test_a_change_needs_a_policy_that_supports_it():
    book = small(
        items={"platform": {"title": "P", "unit": "call"}},
        billing_modes={"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"platform": "required"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"platform": D(49)}}],
    )  # fmt: skip
    made = held(book, event("2026-03-01", "start"), event("2026-03-11", "change", items={"platform": 2}))
    assert refused(bill(book, made, [])) == ["Q501"]


def test_a_required_fee_with_specs_must_be_said():
    book = small(
        items={"plan": LADDER}, billing_modes={"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"plan": "required"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"plan": {"small": D(20), "large": D(50)}}}],
    )  # fmt: skip
    assert refused(bill(book, held(book, event("2026-03-01", "start")), [])) == ["Q203"]
    assert isinstance(bill(book, held(book, event("2026-03-01", "start", items={"plan": "small"})), []), Invoice)


@pytest.mark.parametrize(
    ("mode", "per", "message"),
    [
        ({"cycle": "month"}, "hour", "bills by the month, and its price is per hour"),
        ({"cycle": "hour", "invoiced": "month"}, "day", "bills by the month, and its price is per day"),
        ({"cycle": "hour"}, "month", "bills by the hour, and its price is per month"),
        ({"cycle": "month", "invoiced": "year"}, "day", "bills by the year, and its price is per day"),
    ],
)
def test_a_price_that_does_not_fit_the_period_is_refused(mode, per, message):
    data = {
        "book": HEAD, "units": {"call": {"title": "call"}}, "items": {"platform": {"title": "P", "unit": "call"}},
        "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "items": {"platform": "required"}} | mode},
        "prices": [{"effective": "2026-01-01", "billing_mode": "use", "per": per, "items": {"platform": Decimal(1)}}],
    }  # fmt: skip
    (found,) = [each for each in load_book({"book.yaml": write(data).encode()}).diagnostics if each.severity == "error"]
    assert found.code == "R114" and message in found.message


@pytest.mark.parametrize(("items", "code"), [({"support": 5}, None), ({"support": 3}, "Q506"), ({"calls": 5}, "Q722"), ({"platform": 0}, "Q211")])
def test_a_further_change_of_a_fee_is_checked_as_the_invoice_checks_it(items, code):
    """It costs nothing on its day; what could not stand in the account is refused."""
    book = fees()
    made = held(book, event("2026-03-01", "start", items={"support": 3}))
    further = held(book, event("2026-03-11", "change", items=items)).subscriptions[0].events[0]
    found = quote_further_event(book, made, None, further)
    assert [each.code for each in getattr(found, "diagnostics", ())] == ([code] if code else [])


def unquoted(book, length: str, items: dict, start: str = "2026-03-01") -> tuple:
    """What is said against an estimate, from March on or another start, that must be refused."""
    order = write({"date": start, "billing_mode": "use", "for": length, "items": items}).encode()
    made, found = load_order("order.yaml", order, book, None)
    return tuple(found) if made is None else price_order(book, made).diagnostics


def waiting():
    """The platform apart: seats at 10.00 and boxes at 1.00, by actual days; a reduction waits for the next period, and nothing is required."""
    policy = {"supports": ["expand", "reduce"], "takes_effect": "immediately", "charge": "none", "reduce": {"takes_effect": "next-renewal", "charge": "none"}}
    return small(
        items={
            "seat": {"title": "Seat", "unit": "call"}, "box": {"title": "Box", "unit": "call"},
            "calls": {"title": "Calls", "unit": "call", "meter": {"measure": "sum", "window": "month"}},
        },
        billing_modes={"use": {
            "title": "Use", "payment": "postpaid", "cycle": "month", "stub": "actual-days", "spec_change": "wait",
            "items": {"seat": "optional", "box": "optional", "calls": "optional"},
        }},
        spec_changes={"wait": policy},
        prices=[
            {"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"seat": D("10.00"), "box": D("1.00")}},
            {"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": D("0.01")}},
        ],
    )  # fmt: skip


WAITING = [  # what follows a start with 10 seats on 1 March and a reduction to 5 on 10 March; March and April in seats
    ([], "100.00", "50.00"),
    ([("2026-03-16", "stop", None)], "48.39", "0"),
    ([("2026-03-16", "change", {"seat": 20})], "151.61", "200.00"),
    ([("2026-03-16", "change", {"seat": 7})], "100.00", "70.00"),  # compared with the 10 that are held, not with the 5 that wait
    ([("2026-03-16", "stop", None), ("2026-03-20", "start", {"seat": 1})], "52.26", "10.00"),
    ([("2026-04-01", "change", {"seat": 0})], "100.00", "50.00"),  # waits in turn: April is held
]


@pytest.mark.parametrize(("then", "march", "april"), WAITING)
def test_what_waits_gives_way_to_what_follows(then, march, april):
    book = waiting()
    events = [event("2026-03-01", "start", items={"seat": 10}), event("2026-03-10", "change", items={"seat": 5})]
    events += [event(day, kind, **({"items": items} if items else {})) for day, kind, items in then]
    made = held(book, *events)
    assert [bill(book, made, []).net, bill(book, made, [], "2026-04-01", "2026-05-01").net] == [D(march), D(april)]


def test_the_same_change_cannot_wait_twice():
    book = waiting()
    events = (
        event("2026-03-01", "start", items={"seat": 10}),
        event("2026-03-10", "change", items={"seat": 5}),
        event("2026-03-12", "change", items={"seat": 5}),
    )
    assert "from the next renewal on" in bill(book, held(book, *events), []).diagnostics[0].message


def test_each_line_of_a_change_has_its_own_instant():
    """Seats wait for April (30.00), boxes do not: 10 to 15 March and 20 from 16 March, 4.84 + 10.32."""
    book = waiting()
    made = held(book, event("2026-03-01", "start", items={"seat": 3, "box": 10}), event("2026-03-16", "change", items={"seat": 1, "box": 20}))
    assert bill(book, made, []).net == D("45.16")


def test_the_first_fee_may_come_and_the_last_go_by_a_change():
    book = waiting()
    added = held(book, event("2026-03-01", "start"), event("2026-03-16", "change", items={"seat": 2}))
    assert bill(book, added, []).net == D("10.32")  # 2 x 10 x 16/31
    dropped = held(book, event("2026-03-01", "start", items={"seat": 2}), event("2026-03-16", "change", items={"seat": 0}))
    assert bill(book, dropped, [], "2026-04-01", "2026-05-01").net == 0
    stopped = held(book, event("2026-03-01", "start", items={"seat": 2}), event("2026-03-10", "stop"), event("2026-03-16", "change", items={"seat": 3}))
    assert refused(bill(book, stopped, [])) == ["Q702"]


def test_a_fee_of_nothing_is_refused():
    """It would be free, and use up what is due once."""
    book = fees()
    assert refused(bill(book, held(book, event("2026-03-01", "start", items={"platform": 0})), [])) == ["Q206"]
    assert [each.code for each in unquoted(book, "1 month", {"platform": 0})] == ["Q206"]


def test_a_fee_stands_on_one_line_in_an_estimate_too():
    found = unquoted(fees(), "1 month", {"platform": 1, "plan": ["small", "large"]})
    assert [each.code for each in found] == ["Q315"]


@pytest.mark.parametrize(("start", "length"), [("8990-03-01", "10 years"), ("8999-12-15", "17 days"), ("9000-12-31", "1 second")])
def test_an_estimate_beyond_the_calendar_is_refused(start, length):
    assert "reaches beyond the year 9000" in unquoted(fees(), length, {"platform": 1}, start)[0].message


def test_an_hour_that_reaches_into_a_month_is_owed_in_one():
    """In India the month begins in the middle of an hour of UTC: what begins with the month is in no earlier bill, and once in its own."""
    book = small(
        book=HEAD | {"timezone": "Asia/Kolkata"}, items={"box": {"title": "Box", "unit": "call"}},
        billing_modes={"use": {"title": "Use", "payment": "postpaid", "cycle": "hour", "items": {"box": "required"}}},
        prices=[
            {"effective": "2026-01-01", "billing_mode": "use", "per": "hour", "items": {"box": D("1.00")}},
            {"effective": "2026-01-01", "billing_mode": "use", "per": "once", "items": {"box": {"model": "flat", "amount": D(100)}}},
        ],
    )  # fmt: skip
    made = held(book, event("2026-03-01", "start"), event("2026-03-02", "stop"))
    assert [bill(book, made, [], f"2026-0{month}-01", f"2026-0{month + 1}-01").net for month in (2, 3)] == [0, 125]


def test_a_switch_may_follow_a_change():
    """1 seat to 5 March, 2 of them to 10 March, at 10.00 by 31 days: 1.29 + 3.23 (4 and 2 x 5 of 31 days)."""
    book = small(
        items={"seat": {"title": "Seat", "unit": "call"}},
        billing_modes={
            "use": {"title": "Use", "payment": "postpaid", "cycle": "month", "stub": "actual-days", "spec_change": "any", "items": {"seat": "required"}},
            "other": {"title": "Other", "payment": "postpaid", "cycle": "month", "items": {"seat": "required"}},
        },
        mode_changes=[{"from": "use", "to": "other", "takes_effect": "immediately"}],
        spec_changes=SUPPORTS,
        prices=[
            {"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"seat": D("10.00")}},
            {"effective": "2026-01-01", "billing_mode": "other", "per": "month", "items": {"seat": D("11.00")}},
        ],
    )  # fmt: skip
    events = event("2026-03-01", "start"), event("2026-03-05", "change", items={"seat": 2}), event("2026-03-10", "switch", to="other")
    assert bill(book, held(book, *events), []).net == D("4.52")


def test_a_first_hour_that_reaches_into_a_month_takes_what_lasts_once():
    """18:35 UTC on 28 February is 1 March in India, and its hour is February's: 5.00 there, and the whole price afterwards."""
    book = small(
        book=HEAD | {"timezone": "Asia/Kolkata"}, attributes={},
        billing_modes={"use": {"title": "Use", "payment": "postpaid", "cycle": "hour", "items": {"calls": "optional"}}},
        prices=[{"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": D("1.00")}}],
        discounts={"first": {"title": "First", "percent_off": "50%", "lasts": "once"}}, discount_policy=["first"],
    )  # fmt: skip
    made = held(book, event("2026-02-10", "start"))
    records = [("s", "calls", "02-28T18:35:00Z", 10), ("s", "calls", "03-05T00:00", 10)]
    assert [bill(book, made, records, f"2026-0{month}-01", f"2026-0{month + 1}-01").net for month in (2, 3)] == [D("5.00"), D("10.00")]
