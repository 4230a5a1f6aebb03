"""Allowances that are shared, end, or are carried over (second version, 3.2): every sentence and number of the section, and where it reads two ways."""

from decimal import Decimal

import pytest

from engine.model.invoices import Invoice
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, subscription

D = Decimal
COLUMNS = "account,subscription,item,time,quantity,region"
START = event("2026-01-01", "start")
FREE = {"quantity": "100 GB", "across": "attributes"}
MINUTES = {"quantity": D(500), "carry_over": "1 month"}
ONE = D("1.00")


def sold(
    allowance: object, meter: dict | None = None, mode: dict | None = None, more: tuple = (), per: str | None = None, specs: tuple = (),
    chain: tuple = (), **charge: object,
):  # fmt: skip
    """A book that sells `egress` by use at 1.00, with a price of its own in region b (or for each spec), and further prices."""
    price = {"unit_price": ONE, "allowance": allowance} | charge
    head = {"effective": "2025-01-01", "billing_mode": "use"} | ({"per": per} if per else {})
    item = {"title": "Traffic", "unit": "GB", "meter": meter or {"measure": "sum", "window": "month"}}
    prices = [head | {"items": {"egress": price}}, head | {"when": {"region": "b"}, "items": {"egress": price}}]
    if specs:
        item, prices = item | {"specs": {name: {"title": name} for name in specs}}, [head | {"items": {"egress": dict.fromkeys(specs, price)}}]
    return book_of({
        "book": SHOP["book"] | {"rounding": [*chain, SHOP["book"]["rounding"]]},
        "units": {"GB": {"title": "GB"}},
        "attributes": {"region": {"title": "Region", "source": "usage", "values": ["a", "b"]}},
        "items": {"egress": item},
        "billing_modes": {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"egress": "optional"}} | (mode or {})},
        "prices": [*prices, *more],
    })  # fmt: skip


def by_use(book, *starts: str):
    """An account with a subscription for each start."""
    return account(book, *(subscription(f"s-{number}", "use", event(day, "start")) for number, day in enumerate(starts, 1)))


def used(*rows: tuple[str, object] | tuple[str, object, str] | tuple[str, object, str, str]) -> list:
    """Records: time, quantity, region (a) and subscription (s-1)."""
    return [(row[3] if len(row) > 3 else "s-1", "egress", row[0], row[1], row[2] if len(row) > 2 else "a") for row in rows]


def paid(book, made, rows: list, month: str = "2026-03") -> dict[str, Decimal]:
    """What each line of a month's invoice costs, by its subscription (where there are several) and region."""
    year, number = map(int, month.split("-"))
    last = f"{year + number // 12}-{number % 12 + 1:02}-01"
    found = bill(book, made, rows, f"{month}-01", last, COLUMNS)
    assert isinstance(found, Invoice)
    several = len(made.subscriptions) > 1
    return {(f"{line.subscription} " if several else "") + line.attributes.get("region", ""): line.amount for line in found.lines}


# --- across ---------------------------------------------------------------------------------------------------------------------


def test_a_bare_quantity_stays():
    """ "a bare quantity stays": each line has its own, 80 and 40 of 100 each."""
    book = sold("100 GB")
    assert paid(book, by_use(book, "2026-01-01"), used(("03-02T10:00", 80), ("03-05T10:00", 40, "b"))) == {"a": 0, "b": 0}
    alone = sold({"quantity": "100 GB"})
    assert paid(alone, by_use(alone, "2026-01-01"), used(("03-02T10:00", 180), ("03-05T10:00", 40, "b"))) == {"a": 80, "b": 0}


def test_one_allowance_for_all_lines_in_the_period():
    """ "Worked: 100 GB free, 80 in region a, then 40 in b: b pays for 20.\""""
    book = sold(FREE)
    assert paid(book, by_use(book, "2026-01-01"), used(("03-02T10:00", 80), ("03-05T10:00", 40, "b"))) == {"a": 0, "b": 20}


def test_it_is_used_in_order_of_time():
    """The records stand between each other: 40 in a, 40 in b, then 20 of 40 in a. Line by line b would pay for 20."""
    book = sold(FREE)
    rows = used(("03-02T10:00", 40), ("03-05T10:00", 40, "b"), ("03-07T10:00", 40))
    assert paid(book, by_use(book, "2026-01-01"), rows) == {"a": 20, "b": 0}


def test_at_equal_times_in_the_order_of_the_lines():
    """Lines stand in the order of first use, then of their values: at one instant a comes first, unless b was used before."""
    book = sold(FREE)
    together = used(("03-05T10:00", 90, "b"), ("03-05T10:00", 90))
    assert paid(book, by_use(book, "2026-01-01"), together) == {"a": 0, "b": 80}
    assert paid(book, by_use(book, "2026-01-01"), [*together, *used(("03-02T10:00", 5, "b"))]) == {"b": 0, "a": 85}


@pytest.mark.parametrize("window", ["hour", "day", "month", "period"])
@pytest.mark.parametrize("applies_to", ["each-window", "each-record", "period-total"])
def test_it_is_one_for_the_period_whatever_is_charged(window, applies_to):
    book = sold(FREE, {"measure": "sum", "window": window}, applies_to=applies_to)
    rows = used(("03-02T10:00", 60), ("03-02T11:00", 20), ("03-05T10:00", 15, "b"), ("03-06T10:00", 25, "b"))
    assert paid(book, by_use(book, "2026-01-01"), rows) == {"a": 0, "b": 20}
    assert paid(book, by_use(book, "2026-01-01"), rows + used(("04-05T10:00", 101)), "2026-04") == {"a": 1}


def test_tiers_see_what_it_leaves():
    """130 of which 100 are free, then 10 at 1.00 and 20 at 0.50."""
    tiers = {"model": "graduated", "tiers": [{"up_to": D(10), "unit_price": ONE}, {"unit_price": D("0.50")}]}
    price = {"allowance": FREE} | tiers
    head = {"effective": "2025-02-01", "billing_mode": "use"}
    book = sold(FREE, more=(head | {"items": {"egress": price}}, head | {"when": {"region": "b"}, "items": {"egress": price}}))
    assert paid(book, by_use(book, "2026-01-01"), used(("03-02T10:00", 80), ("03-05T10:00", 50, "b"))) == {"a": 0, "b": 20}


def test_specs_share_it_too():
    """ "all of the item's lines": those of its specs among them. Were it attributes alone, each spec would have 100."""
    book = sold(FREE, specs=("x", "y"))
    made = account(book, subscription("s-1", "use", START))
    rows = [("s-1", "egress", "03-02T10:00", 80, "x"), ("s-1", "egress", "03-05T10:00", 40, "y")]
    found = bill(book, made, rows, columns="account,subscription,item,time,quantity,spec")
    assert [line.amount for line in found.lines] == [0, 20]


def test_each_price_frees_up_to_its_own():
    """Where two prices say different quantities, what all lines used counts, and each frees up to its own: 60 of 100, then none of 50."""
    own = {
        "effective": "2025-02-01",
        "billing_mode": "use",
        "when": {"region": "b"},
        "items": {"egress": {"unit_price": ONE, "allowance": FREE | {"quantity": "50 GB"}}},
    }
    book = sold(FREE, more=(own,))
    rows = used(("03-02T10:00", 60), ("03-05T10:00", 30, "b"), ("03-06T10:00", 60))
    assert paid(book, by_use(book, "2026-01-01"), rows) == {"a": 20, "b": 30}


def test_what_is_rounded_is_what_is_used():
    """Rounded up `at: quantity`, 79.5 and 40 are 80 and 40; the shared quantity is that of the line, not of its records."""
    book = sold(FREE, chain=({"at": "quantity", "places": D(0), "mode": "up"},))
    rows = used(("03-02T10:00", "39.75"), ("03-03T10:00", "39.75"), ("03-05T10:00", 40, "b"))
    assert paid(book, by_use(book, "2026-01-01"), rows) == {"a": 0, "b": 20}


def test_a_level_uses_it_up_as_its_total():
    """5 GB-months free: 4 GB a day in a, beside 10 GB from 22 March in b. 21 days use 84/31, five days 14/31 each: of the 5, 1/31 is left for
    a on 27 March. a pays for 19/31, b for 50/31; line by line b would pay for 2.23 alone.
    """
    book = sold(
        {"quantity": "5 GB", "across": "attributes"}, {"measure": "max", "window": "day", "hold": True}, {"stub": "actual-days"},
        per="month", applies_to="period-total",
    )  # fmt: skip
    rows = used(("03-01T00:00", 4), ("03-22T00:00", 10, "b"))
    assert paid(book, by_use(book, "2026-03-01"), rows) == {"a": D("0.61"), "b": D("1.61")}


# --- over -----------------------------------------------------------------------------------------------------------------------


def test_one_for_all_subscriptions_of_the_account():
    """ "`over: account`: one for all subscriptions of the account": by s-2 first, so s-1 pays for 20; without it each has 100."""
    rows = used(("03-02T10:00", 80, "a", "s-2"), ("03-05T10:00", 40, "a", "s-1"))
    book = sold({"quantity": "100 GB", "over": "account"})
    assert paid(book, by_use(book, "2026-01-01", "2026-02-01"), rows) == {"s-1 a": 20, "s-2 a": 0}
    own = sold({"quantity": "100 GB", "across": "attributes"})
    assert paid(own, by_use(own, "2026-01-01", "2026-02-01"), rows) == {"s-1 a": 0, "s-2 a": 0}


def test_over_an_account_each_combination_of_attributes_has_its_own():
    """Without `across` what keeps lines apart keeps the allowance apart too: 100 in a, and 100 in b."""
    rows = used(("03-02T10:00", 80, "a", "s-2"), ("03-05T10:00", 40, "a", "s-1"), ("03-06T10:00", 90, "b", "s-1"))
    book = sold({"quantity": "100 GB", "over": "account"})
    assert paid(book, by_use(book, "2026-01-01", "2026-02-01"), rows) == {"s-1 a": 20, "s-2 a": 0, "s-1 b": 0}
    both = sold(FREE | {"over": "account"})
    assert paid(both, by_use(both, "2026-01-01", "2026-02-01"), rows) == {"s-1 a": 20, "s-2 a": 0, "s-1 b": 90}


# --- lasts ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "month", "free"),
    [
        ("2025-03-15", "2026-02", True),
        ("2025-03-15", "2026-03", True),  # it begins on 1 March, before the twelve months are over
        ("2025-03-15", "2026-04", False),
        ("2025-03-01", "2026-02", True),
        ("2025-03-01", "2026-03", False),  # an end is excluded: twelve months, not thirteen
    ],
)
def test_a_period_that_begins_later_has_none(start, month, free):
    """ "`lasts`: from the subscription's start; a period that begins later has none.\""""
    book = sold({"quantity": "100 GB", "lasts": "12 months"})
    rows = used((f"{month}-02T10:00", 80), (f"{month}-03T10:00", 30, "b"))
    assert paid(book, by_use(book, start), rows, month) == ({"a": 0, "b": 0} if free else {"a": 80, "b": 30})


def test_alone_it_changes_no_window():
    """An allowance that ends is given to each window, as a bare one is: 3 days of 5, each with 4 free."""
    book = sold({"quantity": "4 GB", "lasts": "12 months"}, {"measure": "sum", "window": "day"})
    rows = used(*((f"03-0{day}T10:00", 5) for day in (2, 3, 4)))
    assert paid(book, by_use(book, "2026-01-01"), rows) == {"a": 3}
    assert paid(book, by_use(book, "2025-01-01"), rows) == {"a": 15}


def test_over_an_account_it_counts_from_the_first_subscription():
    """A second subscription does not begin the twelve months anew; by its own start it would have 100."""
    book = sold({"quantity": "100 GB", "over": "account", "lasts": "12 months"})
    rows = used(("03-05T10:00", 40, "a", "s-2"))
    assert paid(book, by_use(book, "2025-01-01", "2026-02-01"), rows) == {"s-2 a": 40}
    own = sold({"quantity": "100 GB", "across": "attributes", "lasts": "12 months"})
    assert paid(own, by_use(own, "2025-01-01", "2026-02-01"), rows) == {"s-2 a": 0}


# --- carry_over -----------------------------------------------------------------------------------------------------------------


def test_what_a_period_leaves_is_added_to_the_next():
    """ "Carry-over: 500 minutes, 420 used: the next month has 580.\""""
    book = sold(MINUTES)
    january = used(("01-10T10:00", 420))
    for minutes, expected in ((580, 0), (581, 1), (700, 120)):
        assert paid(book, by_use(book, "2026-01-01"), january + used(("02-10T10:00", minutes)), "2026-02") == {"a": expected}


def test_it_is_used_first_and_gone_when_that_time_is_over():
    """ "used first, and gone when that time is over": February uses 30 of the 80 that January left, so all 500 of its own go on to March: 1000, not
    1030. Were its own used first, 470 would go on."""
    book = sold(MINUTES)
    rows = used(("01-10T10:00", 420), ("02-10T10:00", 30))
    assert paid(book, by_use(book, "2026-01-01"), rows + used(("03-10T10:00", 1001)), "2026-03") == {"a": 1}
    assert paid(book, by_use(book, "2026-01-01"), rows + used(("03-10T10:00", 1000)), "2026-03") == {"a": 0}


@pytest.mark.parametrize(("carry_over", "day", "expected"), [("10 days", "10", 0), ("10 days", "11", 80), ("2 months", "11", 0)])
def test_it_may_be_gone_inside_a_period(carry_over, day, expected):
    """80 of January can be used until 10 February, the 11th excluded: 580 on the 11th have 500."""
    book = sold({"quantity": D(500), "carry_over": carry_over})
    rows = used(("01-10T10:00", 420), (f"02-{day}T00:00", 580))
    assert paid(book, by_use(book, "2026-01-01"), rows, "2026-02") == {"a": expected}


def test_it_lies_for_as_many_periods_as_it_lasts():
    """Nothing used in January and February: with 2 months March has 1500, with 1 month 1000."""
    for carry_over, free in (("1 month", 1000), ("2 months", 1500)):
        book = sold({"quantity": D(500), "carry_over": carry_over})
        assert paid(book, by_use(book, "2026-01-01"), used(("03-10T10:00", 2000)), "2026-03") == {"a": 2000 - free}


def test_a_period_in_which_nothing_ran_leaves_nothing():
    """Stopped from February to April: in May the 500 of March and April are not there, nor those of January, gone after three months."""
    book = sold({"quantity": D(500), "carry_over": "3 months"})
    made = account(book, subscription("s-1", "use", START, event("2026-02-01", "stop"), event("2026-05-01", "start")))
    assert paid(book, made, used(("05-10T10:00", 501)), "2026-05") == {"a": 1}
    assert paid(book, made, used(("06-10T10:00", 1001)), "2026-06") == {"a": 1}


def test_what_is_gone_first_is_used_first():
    """March uses the 500 of January, which are gone with it: April has those of February, March and its own. Were February's used, it had 1000."""
    book = sold({"quantity": D(500), "carry_over": "2 months"})
    rows = used(("03-10T10:00", 500), ("04-10T10:00", 1501))
    assert paid(book, by_use(book, "2026-01-01"), rows, "2026-04") == {"a": 1}


def test_nothing_is_left_from_before_the_start():
    """The first period has its own 500, and no more; a part of a period has a whole allowance."""
    book = sold(MINUTES)
    assert paid(book, by_use(book, "2026-03-20"), used(("03-25T10:00", 600))) == {"a": 100}
    assert paid(book, by_use(book, "2026-03-20"), used(("04-25T10:00", 1100)), "2026-04") == {"a": 100}


def test_a_price_of_its_time_says_how_much_was_left():
    """500 until February, 600 from then on: January leaves 80 of 500, and February has 680."""
    later = {"effective": "2026-02-01", "billing_mode": "use", "items": {"egress": {"unit_price": ONE, "allowance": MINUTES | {"quantity": D(600)}}}}
    book = sold(MINUTES, more=(later,))
    rows = used(("01-10T10:00", 420), ("02-10T10:00", 681))
    assert paid(book, by_use(book, "2026-01-01"), rows, "2026-02") == {"a": 1}


def test_all_together():
    """One of 100 for the account's regions, for 2 months, carried over for one: January leaves 40; February has 140; March what February left; April nothing."""
    book = sold({"quantity": "100 GB", "across": "attributes", "over": "account", "lasts": "2 months", "carry_over": "1 month"})
    made = by_use(book, "2026-01-01", "2026-02-01")
    rows = used(("01-10T10:00", 60, "b"), ("02-10T10:00", 60, "a", "s-2"), ("02-12T10:00", 90, "b", "s-1"))
    assert paid(book, made, rows, "2026-02") == {"s-1 b": 10, "s-2 a": 0}
    less = [*rows[:2], *used(("03-12T10:00", 90, "b", "s-1"), ("04-12T10:00", 5, "b", "s-1"))]
    assert paid(book, made, less, "2026-03") == {"s-1 b": 10}
    assert paid(book, made, less, "2026-04") == {"s-1 b": 5}
