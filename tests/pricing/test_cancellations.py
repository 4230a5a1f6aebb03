"""Unsubscriptions: what is consumed, the fee, the refund; rule language 3.8 and 3.10, 5 days."""

from datetime import UTC, datetime
from fractions import Fraction as F

import pytest

from engine.model.policies import Consumed
from engine.pricing.cancellations import units_used, used_counts
from engine.values.periods import Duration, parse_duration, zone
from tests.pricing.fine_print import plan, quote, reads, refusals
from tests.pricing.later_shop import cents, later

SHANGHAI = zone("Asia/Shanghai")
TERM = {"long": {"title": "Long", "by": "term", "tiers": [{"from": "6 months", "percent_off": "10%"}, {"from": "1 year", "percent_off": "20%"}]}}


def leaving(date, leave={}, items={"seat": 10}, term="1 year", book={}, **order):
    made = later(leave=leave | {"fee": leave.get("fee", [{"fee": "0%"}])}, **book)
    return quote(made, plan(items, term, unsubscribe={"date": date}, **order)).unsubscription


def wall(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("count", "part", "start", "end", "at", "used", "ordered"),
    [
        ("day", "down", "2024-06-14T10:00", "2024-07-15T00:00", "2024-06-21T09:00", 7, 31),
        ("day", "up", "2024-06-14T10:00", "2024-07-15T00:00", "2024-06-21T09:00", 8, 31),
        ("day", "up", "2024-06-14T10:00", "2024-07-15T00:00", "2024-06-21T00:00", 7, 31),
        # the vendor's hours: both ends cut, the expiry is the next midnight: 31 days 14 hours ordered, 14 days 8 hours used
        ("hour", "down", "2025-03-14T10:20", "2025-04-15T00:00", "2025-03-28T18:40", 14 * 24 + 8, 31 * 24 + 14),
        ("hour", "up", "2025-03-14T10:20", "2025-04-15T00:00", "2025-03-28T18:40", 14 * 24 + 9, 31 * 24 + 14),
        ("minute", "down", "2025-03-14T10:20:30", "2025-03-14T12:00", "2025-03-14T10:21:10", 1, 100),
        ("second", "down", "2025-03-14T10:20:30", "2025-03-14T10:22:10", "2025-03-14T10:20:40", 10, 100),
        ("month", "down", "2025-01-15T00:00", "2026-01-16T00:00", "2025-05-20T00:00", 4, 12),
        ("month", "up", "2025-01-15T00:00", "2026-01-16T00:00", "2025-05-20T00:00", 5, 12),
        # before its start nothing of a payment is used, after its end no more than all of it; shorter than a count is used at once
        ("day", "down", "2024-06-14T10:00", "2024-07-15T00:00", "2024-06-01T09:00", 0, 31),
        ("day", "down", "2024-06-14T10:00", "2024-06-14T12:00", "2024-06-14T11:00", 1, 1),
    ],
)
def test_whole_counts(count, part, start, end, at, used, ordered):
    """3.8: start, end and leaving are each cut down to a whole count, with `part: up` leaving is cut up; then subtracted."""
    rule = Consumed(count=count, part=part)
    assert used_counts(rule, wall(start), wall(end), wall(at), SHANGHAI) == (used, ordered)


def test_whole_months_and_days():
    for start, at, months in [
        ("2026-01-31", "2026-02-28", 1), ("2026-01-31", "2026-02-27", 0), ("2026-03-01T10:00", "2026-09-01T09:59", 5), ("2026-03-01", "2026-03-01", 0),
    ]:  # fmt: skip
        assert units_used(wall(start), wall(at), Duration(months=1), SHANGHAI) == months
    assert [units_used(wall("2026-03-01T10:00"), wall(at), parse_duration("1 week"), SHANGHAI) for at in ("2026-03-03T09:59", "2026-03-03T10:00")] == [1, 2]


def test_paid_less_consumed_less_fee():
    """3.8: refund = max(0, paid - consumed - fee); only the refund is rounded."""
    found = leaving("2026-06-01", {"fee": [{"fee": "12.5%"}]})
    used = F(1200) * F(92, 366)
    assert (F(found.paid), F(found.consumed), F(found.fee)) == (1200, used, 150)
    reads(found.refund, cents(1200 - used - 150), cents(1200 - used))
    late = leaving("2027-02-20", {"fee": [{"fee": "12.5%"}]})
    reads(late.refund, "0", cents(1200 - F(1200) * F(356, 366) - 150))


def test_no_refund():
    """3.8: `refund: none`; the first days are free all the same."""
    reads(leaving("2026-06-01", {"refund": "none"}).refund, "0", cents(1200 - F(1200) * F(92, 366)))
    assert leaving("2026-03-03", {"refund": "none"}).refund == 1200


def test_of_list():
    """3.8: `time-used` = base x used/ordered; the base is what was paid, or its list price."""
    book = {"discounts": TERM, "discount_policy": ["long"]}
    reads(leaving("2026-06-01", {"consumed": {"of": "list"}}, book=book).refund, cents(960 - F(1200) * F(92, 366)), cents(960 - F(960) * F(92, 366)))
    reads(leaving("2026-06-01", {"consumed": {"of": "paid"}}, book=book).refund, cents(960 - F(960) * F(92, 366)), cents(960 - F(1200) * F(92, 366)))


@pytest.mark.parametrize(("date", "days", "earned"), [("2026-03-20", 19, 0), ("2026-08-31", 183, 0), ("2026-09-01", 184, 10), ("2027-02-28", 364, 10)])
def test_re_rated(date, days, earned):
    """3.8: `re-rated` = list price of the time used x (1 - the term discount earned by the whole months used)."""
    book = {"discounts": TERM, "discount_policy": ["long"]}
    found = leaving(date, {"consumed": {"by": "re-rated"}}, book=book)
    consumed = F(1200) * F(days, 366) * (1 - F(earned, 100))
    assert F(found.consumed) == consumed
    reads(found.refund, cents(max(F(0), 960 - consumed)), cents(960 - F(960) * F(days, 366)))


FEES = [
    {"term": "3 years", "used_up_to": "1 year", "fee": "15%"}, {"term": "3 years", "used_up_to": "2 years", "fee": "10%"},
    {"term": "3 years", "fee": "5%"}, {"fee": "8%"},
]  # fmt: skip
LONG_TERMS = {"mode": {"terms": ["1 year", "3 years"]}}


@pytest.mark.parametrize(
    ("term", "date", "percent"),
    [
        ("3 years", "2026-06-01", 15), ("3 years", "2027-03-01", 15), ("3 years", "2027-03-02", 10), ("3 years", "2028-03-01", 10),
        ("3 years", "2028-03-02", 5), ("1 year", "2026-06-01", 8),
    ],
)  # fmt: skip
def test_fee_rows(term, date, percent):
    """3.8: the first row that matches; of the amount paid."""
    found = leaving(date, {"fee": FEES}, term=term, book=LONG_TERMS)
    assert F(found.fee) == F(found.paid) * F(percent, 100)


def test_no_row_no_fee():
    assert leaving("2026-06-01", {"fee": [{"term": "2 years", "fee": "10%"}]}).fee == 0


def test_consumed_times():
    """3.8: `consumed_times` multiplies consumed in the rows it matches, `fee` is then 0 unless named."""
    found = leaving("2026-06-01", {"fee": [{"used_up_to": "6 months", "consumed_times": "150%"}, {"fee": "10%"}]})
    reads(found.refund, cents(1200 - F(3, 2) * 1200 * F(92, 366)), cents(1200 - 1200 * F(92, 366)))
    both = leaving("2026-06-01", {"fee": [{"consumed_times": "150%", "fee": "10%"}]})
    reads(both.refund, cents(1200 - F(3, 2) * 1200 * F(92, 366) - 120), cents(1200 - F(3, 2) * 1200 * F(92, 366)))


def test_coupons_are_not_returned():
    """3.8: `paid` is money, coupons are not returned."""
    gift = {"gift": {"title": "Gift", "coupon": "GIFT", "amount_off": 200}}
    found = leaving("2026-03-02", book={"discounts": gift, "discount_policy": ["gift"]}, coupons=["GIFT"])
    reads(found.refund, "1000", "1200")


def test_each_payment_has_its_own_span():
    """3.8: each payment is consumed over its own span."""
    order = {"change": {"date": "2026-09-01", "items": {"seat": 20}}}
    found = leaving("2026-12-01", **order)
    change = F(cents(F(181, 365) * 12 * 100))  # 2 September to 1 March, paid on 1 September
    right = 1200 + change - 1200 * F(275, 366) - change * F(91, 182)
    reads(found.refund, cents(right), cents((1200 + change) * (1 - F(275, 366))))


def test_a_refund_of_a_change_is_not_paid_back_twice():
    order = {"change": {"date": "2026-09-01", "items": {"seat": 5}}}
    found = leaving("2026-09-01", **order)
    back = F(cents(F(181, 365) * 12 * 50))
    reads(found.refund, cents(1200 * (1 - F(184, 366)) - back), cents(1200 * (1 - F(184, 366))))


def test_first_purchases_only():
    """Section 2: `full_refund_within` is for first purchases only: a renewed term that has begun is no such case."""
    order = {"renew": {"date": "2027-02-20", "term": "1 year"}}
    found = leaving("2027-03-03", {"fee": [{"fee": "10%"}]}, **order)
    reads(found.refund, cents(1200 - 1200 * F(1, 366) - 120), "1200")


def test_a_term_that_has_not_begun_is_returned_whole():
    """Each payment is consumed over its own span, and the fee is that of the term that runs."""
    order = {"renew": {"date": "2027-02-20", "term": "1 year"}}
    found = leaving("2027-02-25", {"fee": [{"fee": "10%"}]}, **order)
    reads(found.refund, cents(1200 - 1200 * F(361, 366) - 120 + 1200), cents(max(F(0), 1200 - 1200 * F(361, 366) - 120) + 1200))


def test_refusals():
    order = plan({"seat": 10}, unsubscribe={"date": "2026-03-20"})
    none = later()
    del none["billing_modes"]["plan"]["cancellation"], none["cancellations"]
    assert refusals(none, order) == ["unsubscription-not-supported"]
    assert refusals(later(), order | {"unsubscribe": {"date": "2026-04-02"}}) == ["event-after-expiry"]
    assert refusals(later(), order | {"unsubscribe": {"date": "2026-02-20"}}) == ["event-before-start"]
    assert refusals(later(), order | {"change": {"date": "2026-03-21", "items": {"seat": 20}}}) == ["event-after-end"]


def test_policies_are_those_of_the_purchase():
    """3.1: a subscription keeps what was in force when its current term was bought."""
    uses = [{"use": "with-fee"}, {"use": "harsh", "effective": "2026-05-01"}]
    made = later(leave={"fee": [{"fee": "10%"}]}, mode={"cancellation": uses})
    made["cancellations"]["harsh"] = {"fee": [{"fee": "50%"}]}
    order = plan({"seat": 10}, "1 year", unsubscribe={"date": "2026-06-01"})
    reads(quote(made, order).unsubscription.fee, "120", "600")
    reads(quote(made, order | {"date": "2026-05-01"}).unsubscription.fee, "600", "120")
