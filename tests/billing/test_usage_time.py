"""Usage and time: stops and new starts, part months, clock changes, and which price reaches whom when (rule language, 3.1, 3.4, 3.10)."""

from decimal import Decimal

import pytest

from engine.usage import read_usage
from tests.billing.usage_shop import COLUMNS, SHOP, account, bill, book_of, event, lines_of, refused, shop, subscription, used

D = Decimal


def reads(found: object, right: object, wrong: object) -> None:
    """The bill says `right`; the other reading of the sentence would have said `wrong`."""
    assert found == right
    assert right != wrong


def seats(price: object = D("31.00"), zone: str = "UTC", mode: dict | None = None, stub: str | None = None, prices: tuple = (), **meter: object):
    """A shop that sells `seats`, a level that holds, in the modes `use` and `paid` (beside a plan)."""
    item = {"title": "Seats", "unit": "seat", "meter": {"measure": "max", "window": "month", "hold": True} | meter}
    window = item["meter"]["window"]
    per = window if window in ("hour", "day") else "month"
    own = {
        "use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"seats": "required"}} | (mode or {}),
        "paid": {
            "title": "Paid", "payment": "prepaid", "cycle": "term", "terms": ["1 month", "3 months", "1 year"], "renewal": "again",
            "items": {"plan": "required", "seats": {"presence": "optional", "payment": "postpaid", "cycle": "month"}},
        },
    }  # fmt: skip
    own = {name: each | ({"stub": stub} if stub else {}) for name, each in own.items()}
    plan = {"effective": "2026-01-01", "billing_mode": "paid", "per": "month", "items": {"plan": {"small": D(10), "large": D(60)}}}
    sold = [{"effective": "2026-01-01", "billing_mode": name, "per": per, "items": {"seats": price}} for name in own]
    return book_of(
        shop(
            book=SHOP["book"] | {"timezone": zone}, items={"seats": item, "plan": SHOP["items"]["plan"]}, billing_modes=own,
            prices=[plan, *sold, *prices],
        )
    )  # fmt: skip


def by_use(book, *events: dict):
    return account(book, subscription("s-1", "use", *events))


def held(*at_and_level: tuple[str, object]) -> list:
    return [("s-1", "seats", at, level) for at, level in at_and_level]


# --- stop and start ---------------------------------------------------------------------------------------------------------------


def test_a_level_ends_with_the_stop_and_a_new_start_needs_a_new_record():
    """5 seats from 10:00, stopped at 12:00, started at 14:00 with 2: hours 10, 11 and 14 to 23 of the day."""
    book = seats(D("1.00"), window="hour")
    made = by_use(book, event("2026-03-31T10:00", "start"), event("2026-03-31T12:00", "stop"), event("2026-03-31T14:00", "start"))
    found = bill(book, made, held(("03-31T10:00", 5), ("03-31T14:00", 2)))
    reads(used(found), D("30.00"), D("70.00"))  # 2 x 5 + 10 x 2; held on through the stop: 4 x 5 more, and 5 instead of 2
    quiet = bill(book, made, held(("03-31T10:00", 5)))
    reads(used(quiet), D("10.00"), D("70.00"))


def test_a_record_between_a_stop_and_the_next_start_is_refused():
    book = seats()
    made = by_use(book, event("2026-03-05", "start"), event("2026-03-10", "stop"), event("2026-03-20", "start"))
    assert refused(bill(book, made, held(("03-12T10:00", 5)))) == ["Q704"]


@pytest.mark.parametrize(
    ("stub", "events", "amount"),
    [
        (None, (event("2026-03-11", "start"),), "31.00"),
        ("actual-days", (event("2026-03-11", "start"),), "21.00"),
        ("actual-days", (event("2026-03-01", "start"), event("2026-03-11", "stop")), "10.00"),
        ("actual-days", (event("2026-03-06", "start"), event("2026-03-11", "stop")), "5.00"),
        # Stopped in between: both parts are used, the ten days between them are not.
        ("actual-days", (event("2026-03-01", "start"), event("2026-03-11", "stop"), event("2026-03-21", "start")), "21.00"),
        # A stop in March, a new start in May: March is the last part month of the first time of use.
        ("actual-days", (event("2026-01-01", "start"), event("2026-03-11", "stop"), event("2026-05-01", "start")), "10.00"),
        ("30-day-month", (event("2026-03-11", "start"),), "21.70"),  # 21/30
        ("seconds", (event("2026-03-11T12:00", "start"),), "20.50"),  # 20.5/31
    ],
)
def test_first_and_last_part_months_by_stub(stub, events, amount):
    """3.4: `stub` prorates first and last part periods: one seat at 31.00 a month."""
    book = seats(stub=stub)
    starts = [each["date"] for each in events if "start" in each and each["date"] < "2026-04"]
    rows = held(*((day if "T" in day else f"{day}T00:00", 1) for day in starts))
    (line,) = bill(book, by_use(book, *events), rows).lines
    assert line.amount == D(amount)


def test_part_months_beside_a_paid_subscription():
    """Bought on 11 March for a month, `actual-days`: 21/31 of March and 10/30 of April at 31.00; 31.00 each without a `stub`."""
    buy = event("2026-03-11", "purchase", term="1 month", items={"plan": "small"})
    found = []
    for stub in ("actual-days", None):
        book = seats(stub=stub)
        made, rows = account(book, subscription("s-1", "paid", buy)), held(("03-11T00:00", 1))
        found.append([used(bill(book, made, rows)), used(bill(book, made, rows, "2026-04-01", "2026-05-01"))])
    reads(found[0], [D("21.00"), D("10.33")], found[1])


# --- the clock --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25)],  # Berlin puts the clock forward, leaves it, puts it back
)
def test_days_have_their_real_hours(day, hours):
    """Hour windows are hours of UTC: a level held through the day costs 1.00 for each of 23, 24 or 25 hours."""
    book = seats(D("1.00"), "Europe/Berlin", window="hour")
    following = {"2026-03-29": "2026-03-30", "2026-03-30": "2026-03-31", "2026-10-25": "2026-10-26"}[day]
    made = by_use(book, event(day, "start"), event(following, "stop"))
    month = day[:7]
    last = f"{month[:5]}{int(month[5:]) + 1:02}-01"
    reads(used(bill(book, made, held((f"{day}T00:00", 1)), f"{month}-01", last)), D(hours), D(24) if hours != 24 else D(23))


def test_a_day_window_is_the_day_of_the_zone():
    """Windows: the day of 29 March has 23 hours in Berlin, and is one window of one day: 1.00, not 23/24 of it."""
    book = seats(D("1.00"), "Europe/Berlin", window="day")
    made = by_use(book, event("2026-03-29", "start"), event("2026-03-30", "stop"))
    reads(used(bill(book, made, held(("03-29T00:00", 1)))), D("1.00"), D("0.96"))


def test_autumn_hour_without_offset_is_the_first():
    """Windows: in the hour that autumn repeats a local time without offset is the first.

    Stopped at 02:00 without offset, with 5 seats from midnight: 2 hours at 1.00 each; were it the second 02:00, there were 3.
    """
    book = seats(D("1.00"), "Europe/Berlin", window="hour")
    rows = held(("10-25T00:00", 5))
    first = by_use(book, event("2026-10-25", "start"), event("2026-10-25T02:00", "stop"))
    second = by_use(book, event("2026-10-25", "start"), event("2026-10-25T02:00+01:00", "stop"))
    reads(used(bill(book, first, rows, "2026-10-01", "2026-11-01")), D("10.00"), used(bill(book, second, rows, "2026-10-01", "2026-11-01")))


def test_autumn_hour_of_a_record_without_offset_is_the_first():
    """Windows: a level of 7 from 02:30 in the repeated hour on, stopped at 04:00: 3 hours from the first, 2 from the second."""
    book = seats(D("1.00"), "Europe/Berlin", window="hour")
    made = by_use(book, event("2026-10-25", "start"), event("2026-10-25T04:00", "stop"))
    found = [
        used(bill(book, made, held((f"2026-10-25T02:30{offset}", 7)), "2026-10-01", "2026-11-01"))
        for offset in ("", "+02:00", "+01:00")
    ]  # fmt: skip
    assert found[1] == D("21.00")
    reads(found[0], found[1], found[2])


def test_spring_hour_is_refused():
    """Windows: in the hour that spring skips a local time is refused, with or without a record before it (Q602 at its row)."""
    book = seats(zone="Europe/Berlin")
    read = read_usage(book, "usage.csv", f"{COLUMNS}\nacme,s-1,seats,2026-03-29T02:30,5\nacme,s-1,seats,2026-03-29T03:30,5\n")
    assert [(each.code, each.span.line) for each in read.diagnostics] == [("Q602", 2)]
    assert (read.refused, len(read.records)) == (1, 1)


def test_a_window_belongs_to_the_bill_that_holds_its_start():
    """Windows: a window belongs whole to the period that holds its start.

    In Kolkata April begins at 18:30 UTC: the hour from 18:00 belongs to March, with all of its records.
    """
    book = seats(D("1.00"), "Asia/Kolkata", window="hour")
    made = by_use(book, event("2026-03-31T23:00", "start"), event("2026-04-01T01:30", "stop"))
    rows = held(("03-31T23:30", 1), ("04-01T00:10", 4))  # UTC 18:00 and 18:40
    reads(used(bill(book, made, rows)), D("4.00"), D("1.00"))
    reads(used(bill(book, made, rows, "2026-04-01", "2026-05-01")), D("4.00"), D("8.00"))  # 19:00 to 20:00 UTC alone


# --- which price reaches a running subscription --------------------------------------------------------------------------------------


def raised(reach: str | None, mode: str = "use", on: str = "2026-03-16", to: str = "2.00", per: str = "day") -> dict:
    """A new price from a day on."""
    found = {"effective": on, "billing_mode": mode, "per": per, "items": {"seats": D(to)}}
    return found | ({"running_subscriptions": reach} if reach else {})


@pytest.mark.parametrize(
    ("reach", "march", "april"),
    [
        (None, "31.00", "60.00"),  # next-period, the default of what is billed by usage
        ("next-period", "31.00", "60.00"),
        ("immediately", "47.00", "60.00"),  # 15 x 1.00 + 16 x 2.00
        ("never", "31.00", "30.00"),
    ],
)
def test_a_new_price_reaches_a_running_subscription(reach, march, april):
    """3.1: a day's price is the one in force at its start, unless the new one waits for the next period or never comes."""
    book = seats(D("1.00"), window="day", prices=(raised(reach),))
    made, rows = by_use(book, event("2026-01-01", "start")), held(("2026-01-01T00:00", 1))
    found = [used(bill(book, made, rows, *month)) for month in (("2026-03-01", "2026-04-01"), ("2026-04-01", "2026-05-01"))]
    assert found == [D(march), D(april)]


def test_a_subscription_that_begins_after_the_new_price_has_it():
    """3.1: `effective` is the first instant for new business: never is about those that ran before."""
    book = seats(D("1.00"), window="day", prices=(raised("never"),))
    made = by_use(book, event("2026-03-17", "start"))
    reads(used(bill(book, made, held(("03-17T00:00", 1)))), D("30.00"), D("15.00"))


@pytest.mark.parametrize(
    ("reach", "months"),
    [
        (None, ["31.00", "60.00", "62.00"]),  # next-period
        ("next-renewal", ["31.00", "30.00", "62.00"]),  # the term from 1 February is renewed on 20 April, from 1 May on
        ("never", ["31.00", "30.00", "31.00"]),
        ("immediately", ["47.00", "60.00", "62.00"]),
    ],
)
def test_a_new_price_of_usage_beside_a_paid_subscription(reach, months):
    """Bought for three months on 1 February, renewed on 20 April: with `next-renewal` the term that is bought then is the first."""
    book = seats(D("1.00"), window="day", prices=(raised(reach, "paid"),))
    buy = event("2026-02-01", "purchase", term="3 months", items={"plan": "small"})
    made = account(book, subscription("s-1", "paid", buy, event("2026-04-20", "renew", term="3 months")))
    rows = held(("02-01T00:00", 1))
    found = [used(bill(book, made, rows, f"2026-0{month}-01", f"2026-0{month + 1}-01")) for month in (3, 4, 5)]
    assert found == [D(each) for each in months]


@pytest.mark.parametrize(
    ("invoiced", "amount"),
    [("month", "31.00"), (None, "47.00")],  # the month has its price from its first day; a day has that of its own
)
def test_the_period_is_what_is_invoiced_else_the_cycle(invoiced, amount):
    """3.1: a period is the mode's `invoiced`, else its `cycle`: with days as periods the new price comes with the next day."""
    mode = {"cycle": "day"} | ({"invoiced": invoiced} if invoiced else {})
    book = seats(D("1.00"), window="day", mode=mode, prices=(raised("next-period"),))
    made, rows = by_use(book, event("2026-01-01", "start")), held(("2026-01-01T00:00", 1))
    assert used(bill(book, made, rows)) == D(amount)


def test_a_period_total_changes_its_price_with_a_period_alone():
    """3.1: even `immediately` a total of a period keeps the price with which the period began: 31 days at 1.00."""
    charge = {"model": "per_unit", "unit_price": D("1.00"), "applies_to": "period-total"}
    new = raised("immediately") | {"items": {"seats": charge | {"unit_price": D("2.00")}}}
    book = seats(charge, window="day", prices=(new,))
    made, rows = by_use(book, event("2026-01-01", "start")), held(("2026-01-01T00:00", 1))
    reads(used(bill(book, made, rows)), D("31.00"), D("47.00"))
    reads(used(bill(book, made, rows, "2026-04-01", "2026-05-01")), D("60.00"), D("30.00"))


def test_a_year_is_billed_when_it_is_over():
    """`invoiced: year`: one bill for the year, whose tiers see all of it: 100 at 1.00 and 20 at 0.50."""
    charge = {"model": "graduated", "applies_to": "period-total", "tiers": [{"up_to": D(100), "unit_price": D(1)}, {"unit_price": D("0.50")}]}
    book = seats(charge, mode={"invoiced": "year"})
    made, rows = by_use(book, event("2026-01-01", "start")), held(("2026-01-01T00:00", 10))
    assert lines_of(bill(book, made, rows, "2026-03-01", "2026-04-01")) == []
    assert used(bill(book, made, rows, "2026-12-01", "2027-01-01")) == D("110.00")


@pytest.mark.parametrize("invoiced", ["month", "term"])
def test_what_is_billed_by_a_term_that_nobody_bought_is_billed_by_the_month(invoiced):
    """31 days of 10: one total of 310 with its own first 100, not one of each day; and a new price waits for the month."""
    charge = {"model": "graduated", "applies_to": "period-total", "tiers": [{"up_to": D(100), "unit_price": D(1)}, {"unit_price": D("0.50")}]}
    book = seats(charge, window="day", mode={"invoiced": invoiced}, prices=(raised("next-period"),))
    made, rows = by_use(book, event("2026-01-01", "start")), held(("2026-01-01T00:00", 10))
    reads(used(bill(book, made, rows)), D("205.00"), D("310.00"))


# --- periods that are longer than a month --------------------------------------------------------------------------------------------


def by_term(measure: str, window: str, **discounts: object):
    """A shop whose paid mode bills `seats` by the paid term: the item has the mode's own cycle."""
    item = {"title": "Seats", "unit": "seat", "meter": {"measure": measure, "window": window}}
    paid = {
        "title": "Paid", "payment": "prepaid", "cycle": "term", "terms": ["1 month", "3 months"], "renewal": "again",
        "items": {"plan": "required", "seats": {"presence": "optional", "payment": "postpaid"}},
    }  # fmt: skip
    charge = {"model": "graduated", "applies_to": "period-total", "tiers": [{"up_to": D(10), "unit_price": D(1)}, {"unit_price": D("0.50")}]}
    prices = [
        {"effective": "2026-01-01", "billing_mode": "paid", "per": "month", "items": {"plan": {"small": D(10), "large": D(60)}}},
        {"effective": "2026-01-01", "billing_mode": "paid", "items": {"seats": charge}} | ({} if measure == "sum" else {"per": "month"}),
    ]
    return book_of(shop(items={"seats": item, "plan": SHOP["items"]["plan"]}, billing_modes={"paid": paid}, prices=prices, **discounts))


@pytest.mark.parametrize(("measure", "window"), [("sum", "month"), ("sum", "day"), ("sum", "period"), ("max", "month")])
def test_usage_can_be_billed_by_the_paid_term(measure, window):
    """Bought on 15 January for three months, renewed for one: two bills, each with its own first 10; the first window is whole in it."""
    book = by_term(measure, window)
    buy = event("2026-01-15", "purchase", term="3 months", items={"plan": "small"})
    made = account(book, subscription("s-1", "paid", buy, event("2026-04-01", "renew", term="1 month")))
    rows = held(("01-20T10:00", 8), ("03-20T10:00", 6), ("05-02T10:00", 4))
    found = {
        last: lines_of(bill(book, made, rows, first, last))
        for first, last in (("2026-01-01", "2026-04-01"), ("2026-04-01", "2026-05-01"), ("2026-05-01", "2026-06-01"))
    }
    assert found["2026-04-01"] == []
    assert [amount for *_, amount in found["2026-05-01"]] == [D("12.00")]  # 10 at 1.00 and 4 at 0.50
    assert [amount for *_, amount in found["2026-06-01"]] == [D("4.00")]


def test_the_first_bill_of_a_term_takes_what_lasts_once():
    """The window of January began before the purchase of the 15th, and yet its bill is the first one: half of 12.00."""
    offer = {"offer": {"title": "Offer", "percent_off": "50%", "lasts": "once", "items": ["seats"]}}
    book = by_term("sum", "month", discounts=offer, discount_policy=["offer"])
    buy = event("2026-01-15", "purchase", term="3 months", items={"plan": "small"})
    made = account(book, subscription("s-1", "paid", buy, event("2026-04-01", "renew", term="1 month")))
    rows = held(("01-20T10:00", 8), ("03-20T10:00", 6), ("05-02T10:00", 4))
    assert [used(bill(book, made, rows, *each)) for each in (("2026-04-01", "2026-05-01"), ("2026-05-01", "2026-06-01"))] == [D("6.00"), D("4.00")]


@pytest.mark.parametrize(("invoiced", "tax"), [("year", "24.00"), ("month", "18.00")])
def test_usage_takes_the_tax_of_its_periods_last_day(invoiced, tax):
    """Taxes: 10% until June, 20% from July; 10.00 a month are taxed by the year's last day (120.00 x 20%), or by each month's."""
    rates = [
        {"id": "low", "tax": "vat", "rate": "10%", "category": "S", "effective": "2026-01-01"},
        {"id": "high", "tax": "vat", "rate": "20%", "category": "S", "effective": "2026-07-01"},
    ]
    item = {"title": "Seats", "unit": "seat", "meter": {"measure": "max", "window": "month", "hold": True}}
    mode = {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"seats": "required"}, "invoiced": invoiced}
    price = {"effective": "2026-01-01", "billing_mode": "use", "per": "month", "items": {"seats": D(1)}}
    sections = {name: SHOP[name] for name in ("book", "units")}
    book = book_of(sections | {"items": {"seats": item}, "billing_modes": {"use": mode}, "prices": [price], "taxes": rates})
    made, rows = by_use(book, event("2026-01-01", "start")), held(("2026-01-01T00:00", 10))
    found = bill(book, made, rows, "2026-01-01", "2027-01-01")
    assert (found.net, found.tax) == (D("120.00"), D(tax))
