"""Timed discounts and coupons on usage: `after` and `lasts` count from the subscription's start (rule language, 3.6)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.billing import make_invoice
from engine.language.build import load_order
from engine.pricing import price_order
from engine.usage import UsageRecord
from engine.values.periods import Duration, local_date
from engine.values.periods import after as after_months
from tests.billing.usage_shop import SHOP, account, bill, book_of, event, midnight, refused, shop, subscription, used
from tests.conformance.language import write
from tests.extent import examples
from tests.pricing.traces import check_trace

D = Decimal


def sale(name: str, **rule: object) -> dict:
    """The shop with one discount."""
    return shop(discounts={name: {"title": name} | rule}, discount_policy=[name])


def by_use(book, start: str = "2026-01-01", *events: dict, **details: object):
    return account(book, subscription("s-1", "use", event(start, "start", **details), *events))


def monthly(book, made, rows, *months: str) -> list:
    """What usage costs in each month."""
    found = []
    for month in months:
        year, number = int(month[:4]), int(month[5:])
        last = f"{year + number // 12}-{number % 12 + 1:02}-01"
        bought = bill(book, made, rows, f"{month}-01", last)
        assert not any(check_trace(line) for line in bought.lines)
        found.append(used(bought))
    return found


def on_the_first(*months: str) -> list:
    """1000 calls, 10.00, on the first day of each month at noon."""
    return [("s-1", "calls", f"{month}-01T12:00", 1000) for month in months]


MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"percent_off": "50%"}, [5, 5, 5, 5, 5]),
        ({"percent_off": "50%", "lasts": "3 months"}, [5, 5, 5, 10, 10]),
        ({"percent_off": "50%", "after": "2 months"}, [10, 10, 5, 5, 5]),
        ({"percent_off": "50%", "after": "2 months", "lasts": "1 month"}, [10, 10, 5, 10, 10]),
        ({"percent_off": "50%", "lasts": "once"}, [5, 10, 10, 10, 10]),
        ({"percent_off": "50%", "lasts": "31 days"}, [5, 10, 10, 10, 10]),
        ({"amount_off": D(4), "lasts": "2 months"}, [6, 6, 10, 10, 10]),
        ({"amount_off": D(4), "after": "3 months"}, [10, 10, 10, 6, 6]),
        ({"fixed_price": D("0.004"), "lasts": "3 months"}, [4, 4, 4, 10, 10]),
        ({"percent_off": "50%", "after": "6 months"}, [10, 10, 10, 10, 10]),
        # Of a term some months are free; what is billed by usage has no term, so nothing is ever free of it.
        ({"by": "term", "tiers": [{"from": "1 month", "percent_off": "50%"}]}, [10, 10, 10, 10, 10]),
        ({"by": "spend", "tiers": [{"from": D(10), "percent_off": "50%"}]}, [5, 5, 5, 5, 5]),
    ],
)
def test_a_timed_discount_counts_from_the_start(rule, expected):
    book = book_of(sale("offer", **rule))
    made = by_use(book)
    assert monthly(book, made, on_the_first(*MONTHS), *MONTHS) == expected


def test_months_that_are_free_belong_to_a_term():
    """`pay_for: 10 months` of every 12: usage has no term, so it takes nothing, and says so; an estimate of a year has one."""
    book = book_of(sale("offer", by="term", tiers=[{"from": "12 months", "pay_for": "10 months"}]))
    found = bill(book, by_use(book), on_the_first("2026-03"))
    assert used(found) == D("10.00")
    (step,) = (step for step in found.lines[0].trace if step.number == 5)
    assert [each.reason for each in step.considered] == ["tier-not-reached"]


def test_a_month_that_straddles_the_border_is_split_there_by_time():
    """Started on 11 January, half price for 2 months: until 11 March, 10 of 31 days; 10.00 - 10/31 x 10.00 x 50% = 8.39."""
    book = book_of(sale("offer", percent_off="50%", lasts="2 months"))
    rows = [("s-1", "calls", f"{day}T12:00", 1000) for day in ("2026-01-15", "2026-02-01", "2026-03-01")]
    assert monthly(book, by_use(book, "2026-01-11"), rows, "2026-01", "2026-02", "2026-03") == [D("5.00"), D("5.00"), D("8.39")]


@pytest.mark.parametrize(("lasts", "hours"), [("12 hours", 12), ("1 day", 24), ("45 minutes", D("0.75")), ("1 month", 31 * 24)])
def test_hours_are_split_exactly_at_the_border(lasts, hours):
    """10 GB in every hour of January at 0.001: 7.44, less half of 0.01 for every hour of the offer."""
    book = book_of(sale("offer", percent_off="50%", lasts=lasts))
    rows = [("s-1", "storage", f"2026-01-{day:02}T{hour:02}:00", 10) for day in range(1, 32) for hour in range(24)]
    (line,) = bill(book, by_use(book), rows, "2026-01-01", "2026-02-01").lines
    assert line.list_amount == D("7.44")
    assert line.discount_amount == D(hours) * D("0.005")


def test_the_month_ends_are_those_of_the_start():
    """Started on 31 January, one month later for one month: from 28 February to 31 March, not to 28 March."""
    book = book_of(sale("offer", percent_off="50%", after="1 month", lasts="1 month"))
    rows = [("s-1", "egress", f"2026-{day}T00:00", 500) for day in ("02-27", "02-28", "03-28", "03-30", "03-31")]
    book_rows = monthly(book, by_use(book, "2026-01-31"), rows, "2026-02", "2026-03")
    assert book_rows == [D("15.00"), D("20.00")]  # 10 + 5; 5 + 5 + 10, where 28 March would have given 10 + 10 + 10


def test_a_restart_does_not_begin_anew():
    book = book_of(sale("offer", percent_off="50%", lasts="2 months"))
    made = by_use(book, "2026-01-01", event("2026-01-20", "stop"), event("2026-03-01", "start"))
    assert monthly(book, made, on_the_first("2026-01", "2026-03"), "2026-01", "2026-03") == [D("5.00"), D("10.00")]


# --- coupons --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"percent_off": "50%"}, [0, 5, 10, 10, 10]),  # once: the first bill, which is that of February
        ({"percent_off": "50%", "lasts": "3 months"}, [0, 5, 5, 10, 10]),
        ({"percent_off": "50%", "lasts": "forever"}, [0, 5, 5, 5, 5]),
        ({"amount_off": D(4)}, [0, 6, 10, 10, 10]),
        ({"amount_off": D(4), "lasts": "3 months"}, [0, 6, 6, 10, 10]),
        ({"percent_off": "50%", "lasts": "forever", "until": "2026-01-15"}, [0, 5, 5, 5, 5]),  # in force when it was used first
    ],
)
def test_a_coupon_counts_from_the_start_at_which_it_was_given(rule, expected):
    book = book_of(sale("offer", coupon="WELCOME", **rule))
    made = by_use(book, coupons=["WELCOME"])
    assert monthly(book, made, on_the_first(*MONTHS[1:]), *MONTHS) == expected
    assert monthly(book, by_use(book), on_the_first(*MONTHS[1:]), *MONTHS) == [0, 10, 10, 10, 10]


@pytest.mark.parametrize(
    ("rule", "code", "reason"),
    [
        ({"coupon": "OTHER"}, "Q401", "no coupon `WELCOME`"),
        ({"coupon": "WELCOME", "until": "2025-12-31"}, "Q402", "before 2025-12-31 only"),
        ({"coupon": "WELCOME", "effective": "2026-02-01"}, "Q402", "from 2026-02-01 on"),
        ({"coupon": "WELCOME", "billing_modes": ["paid"]}, "Q403", "for `paid`"),
    ],
)
def test_a_coupon_that_cannot_be_used_at_the_start_is_refused(rule, code, reason):
    book = book_of(sale("offer", percent_off="50%", **rule))
    found = bill(book, by_use(book, coupons=["WELCOME"]), on_the_first("2026-02"), "2026-02-01", "2026-03-01")
    assert refused(found) == [code] and reason in found.diagnostics[0].message
    assert found.diagnostics[0].span is not None


def test_beside_a_paid_subscription_the_lasting_coupons_of_the_purchase_go_on():
    """Half price for 3 months on usage too; once, and amounts, were used up by the purchase."""
    for rule, expected in [
        ({"percent_off": "50%", "lasts": "3 months"}, [5, 5, 5, 10]),
        ({"percent_off": "50%"}, [10, 10, 10, 10]),
        ({"amount_off": D(4), "lasts": "3 months"}, [10, 10, 10, 10]),
    ]:
        book = book_of(sale("offer", coupon="WELCOME", **rule))
        buy = event("2026-01-01", "purchase", term="1 year", items={"plan": "small"}, coupons=["WELCOME"])
        made = account(book, subscription("s-1", "paid", buy))
        assert monthly(book, made, on_the_first(*MONTHS[:4]), *MONTHS[:4]) == expected


def test_the_discount_of_a_term_is_that_of_the_term_in_which_the_month_lies():
    """10% off from 3 months on, for all items, as the quote of such an order with an estimate gives it."""
    book = book_of(sale("offer", by="term", tiers=[{"from": "3 months", "percent_off": "10%"}]))
    buy = event("2026-01-01", "purchase", term="1 month", items={"plan": "small"})
    made = account(book, subscription("s-1", "paid", buy, event("2026-01-20", "renew", term="3 months")))
    assert monthly(book, made, on_the_first("2026-01", "2026-02"), "2026-01", "2026-02") == [D("10.00"), D("9.00")]


# --- usage and estimates are one path ---------------------------------------------------------------------------------------------

LENGTHS = st.sampled_from(["36 hours", "10 days", "1 month", "2 months"])


@examples(12)
@given(
    st.sampled_from(["2026-01-31", "2026-03-01", "2026-10-01"]), st.one_of(st.none(), LENGTHS), st.one_of(st.just("forever"), LENGTHS),
    st.sampled_from([{"percent_off": "50%"}, {"fixed_price": D("0.004")}]), st.sampled_from([1, 3]), st.sampled_from(["UTC", "Europe/Berlin"]),
)  # fmt: skip
def test_a_timed_discount_takes_from_the_bills_what_it_takes_from_the_estimate(first, after, lasts, benefit, months, zone):
    """10 GB held for a month of hours or three of days; nothing is rounded, so the bills add up to the estimate to the last digit."""
    rule = benefit | ({"after": after} if after else {}) | {"lasts": lasts}
    items = SHOP["items"] | {"storage": {"title": "S", "unit": "GB", "meter": {"measure": "max", "window": "hour" if months == 1 else "day", "hold": True}}}
    head = SHOP["book"] | {"timezone": zone, "rounding": {"at": "line", "places": D(15), "mode": "half-up"}}
    book = book_of(sale("offer", **rule) | {"book": head, "items": items})
    order = {"date": first, "billing_mode": "use", "for": f"{months} month{'s' if months > 1 else ''}", "items": {"storage": "10 GB"}}
    written, found = load_order("order.yaml", write(order).encode(), book, None)
    assert written is not None, found
    told = price_order(book, written)
    begin = midnight(book, first)
    end = after_months(begin, Duration(months=months), book.zone)
    made = by_use(book, first, event(f"{local_date(end, book.zone)}", "stop"))
    records = [UsageRecord("acme", "s-1", "storage", begin, D(10))]
    billed = make_invoice(book, made, records, begin, end + timedelta(days=40))
    assert sum(line.list_amount for line in billed.lines) == told.lines[0].list_amount
    assert sum(line.discount_amount for line in billed.lines) == told.lines[0].discount_amount
    assert billed.net == told.totals.net


def test_a_coupon_that_takes_nothing_off_the_purchase_may_find_its_use_beside_it():
    """The first month of the plan is free, so that the coupon has nothing to take off there; of 10.00 for calls it takes 3.00."""
    discounts = {
        "trial": {"title": "trial", "items": ["plan"], "percent_off": "100%"},
        "code": {"title": "code", "coupon": "CODE", "percent_off": "30%", "lasts": "1 month"},
    }
    book = book_of(shop(discounts=discounts, discount_policy=["trial", "code"]))
    buy = event("2026-01-01", "purchase", term="1 month", items={"plan": "small"}, coupons=["CODE"])
    found = bill(book, account(book, subscription("p", "paid", buy)), [("p", "calls", "2026-01-05T12:00", 1000)], "2026-01-01", "2026-02-01")
    assert {line.item: line.amount for line in found.lines} == {"plan": 0, "calls": 7}
    # Where nothing is used beside it, it is refused as a quote refuses it.
    modes = {"paid": shop()["billing_modes"]["paid"] | {"items": {"plan": "optional"}}}
    prices = [{"effective": "2026-01-01", "billing_mode": "paid", "per": "month", "items": {"plan": D(10)}}, *SHOP["prices"][3:]]
    alone = book_of(shop(discounts=discounts, discount_policy=["trial", "code"], billing_modes=modes, prices=prices))
    assert refused(bill(alone, account(alone, subscription("p", "paid", buy)), [])) == ["Q403"]
