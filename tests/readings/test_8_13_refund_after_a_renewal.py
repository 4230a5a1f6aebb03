"""Rule language, second version, 8.13: refunds and changes where a renewal was paid early. Terms that have not begun come back whole, without
fee; the running one by the rules. R of a term not begun is whole. Shrink and cap are pooled over the covered terms. A change's payment is
consumed from its own instant."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction as F

import pytest

from tests.billing.usage_shop import account, bill, book_of, event, subscription
from tests.pricing.fine_print import plan, quote, reads
from tests.pricing.later_shop import cents, later

DAYS = {"monthly": "actual-days", "yearly": "actual-days", "counts_from": "same-day"}
FEE = {"full_refund_within": "1 hour", "fee": [{"fee": "10%"}]}
EARLY = {"date": "2026-03-10", "term": "3 months"}
LEAVE = {"date": "2026-03-16"}
"""Ten seats at 10.00: March is paid with 100.00, and on the 10th three months from 1 April with 300.00. Left on the 16th, 15 of 31 days
of March are used."""


def shop(leave: Mapping = {}, change: Mapping = {}, **more: object):
    return later(leave=FEE | leave, change={"remaining": DAYS} | change, **({"mode": {"expires": "same-time"}} | more))


def refund(book: Mapping, **order: object) -> Decimal:
    return quote(book, plan({"seat": 10}, **{"renew": EARLY, "unsubscribe": LEAVE, **order})).unsubscription.refund


USED = 100 * F(15, 31)


@pytest.mark.parametrize(
    ("leave", "right", "other"),
    [
        # 100 - 48.39 - 10 for March, 300.00 whole; with the fee on both terms 30.00 less.
        ({}, 400 - USED - 10, 400 - USED - 40),
        # Consumed over both terms together it were 15 of 122 days of 400.00.
        ({"fee": "0%"}, 400 - USED, 400 - 400 * F(15, 122)),
        # What counts once and a half, or is not paid back at all, is the running term's.
        ({"fee": [{"consumed_times": "150%"}]}, 400 - USED * F(3, 2), 400 - 400 * F(15, 122) * F(3, 2)),
        ({"refund": "none"}, F(300), F(0)),
        ({"consumed": {"by": "re-rated"}}, 400 - USED - 10, 400 - USED - 40),
        # Within the first days all of it comes back.
        ({"full_refund_within": "20 days"}, F(400), F(300)),
    ],
)
def test_terms_not_begun_come_back_whole(leave, right, other):
    reads(refund(shop(leave)), cents(right), cents(other))


@pytest.mark.parametrize(("currency", "right"), [("JPY", "342"), ("IQD", "341.613")])
def test_in_other_currencies(currency, right):
    reads(refund(shop(book={"currency": currency})), right, {"JPY": "312", "IQD": "311.613"}[currency])


@pytest.mark.parametrize("zone", ["Atlantic/Azores", "America/Santiago", "America/Havana", "UTC"])
@pytest.mark.parametrize("expires", ["same-time", "end-of-day"])
def test_in_other_zones_and_to_the_end_of_a_day(zone, expires):
    """With `end-of-day` the term is 1 March to 1 April inclusive: 15 of 32 days."""
    used = F(15, 31) if expires == "same-time" else F(15, 32)
    reads(refund(shop(book={"timezone": zone}, mode={"expires": expires})), cents(390 - 100 * used), cents(360 - 100 * used))


def test_once_the_first_term_is_over_the_renewal_is_the_running_one():
    """Left on 1 May: 30 of 91 days of the renewal, and its own fee; March is used up and has none."""
    reads(refund(shop(), unsubscribe={"date": "2026-05-01"}), cents(270 - 300 * F(30, 91)), cents(260 - 300 * F(30, 91)))


def test_a_renewal_at_another_price_returns_what_was_paid_for_it():
    """From 10 March a seat is 20.00: 600.00 were paid for the renewal, and 600.00 come back; at the first price 300.00."""
    dearer = {"effective": "2026-03-10", "billing_mode": "plan", "per": "month", "items": {"seat": Decimal(20)}}
    book = later(dearer, leave=FEE, change={"remaining": DAYS}, mode={"expires": "same-time"})
    reads(refund(book), cents(690 - USED), cents(390 - USED))


def test_an_invoice_says_the_same():
    """-351.61 for the seats, 10.00 kept as the fee; with the fee on all of it 40.00."""
    book = book_of(shop())
    made = account(
        book, subscription(
            "s", "plan", event("2026-03-01", "purchase", term="1 month", items={"seat": 10}), event("2026-03-10", "renew", term="3 months"),
            event("2026-03-16", "unsubscribe"),
        ),
    )  # fmt: skip
    found = {line.bill_type: str(line.amount) for line in bill(book, made, []).lines}
    assert (found["refund-unsubscription"], found["unsubscription-fee"]) == ("-351.61", "10.00") != ("-351.61", "40.00")


# --- R of a term not begun --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("convention", ["calendar-months", "actual-days", "30-day-month", "30-360", "365/12", "days-of-365", "whole-period"])
@pytest.mark.parametrize("counts_from", ["same-day", "next-day", "next-hour", "instant"])
def test_all_of_a_term_not_begun_remains(convention, counts_from):
    """Bought on 15 March, renewed early for a month: whatever remains of the first term, ten more seats cost 100.00 for the second; counted
    from its own start `calendar-months` had 16/30 + 14/31 of it, 98.49."""
    policy = {"monthly": convention, "yearly": convention, "counts_from": counts_from}
    costs = []
    for renew in ({}, {"renew": {"date": "2026-03-20", "term": "1 month"}}):
        order = plan({"seat": 10}, date="2026-03-15", change={"date": "2026-03-25", "items": {"seat": 20}}, **renew)
        costs.append(quote(shop(change={"remaining": policy}), order).changes[0].lines[0].list_amount)
    reads(round(costs[1] - costs[0], 6), "100", cents(100 * (F(16, 30) + F(14, 31))))


def test_the_day_of_the_change_is_told_in_the_books_zone():
    """A term not begun is counted from the instant of the change, as the clock of the book shows it: 25 March, 00:00 in Berlin."""
    found = quote(
        shop(), plan({"seat": 10}, date="2026-03-15", renew={"date": "2026-03-20", "term": "1 month"}, change={"date": "2026-03-25", "items": {"seat": 20}})
    )
    steps = [each for step in found.changes[0].lines[0].trace for each in (step, *step.children) if each.kind == "remaining"]
    assert [step.facts["counted_from"] for step in steps] == ["2026-03-25T00:00:00", "2026-03-25T00:00:00"]


# --- shrink and cap ---------------------------------------------------------------------------------------------------------------


def test_a_refund_shrinks_by_what_coupons_paid_of_all_covered_terms():
    """20.00 off the first term: 180.00 of 200.00 are money. Five of ten seats less: (25.806 + 50.00) x 180/200 = 68.23; term by term
    25.806 x 80/100 + 50.00 = 70.65."""
    book = shop(discounts={"gift": {"title": "Gift", "coupon": "GIFT", "until": "2027-01-01", "amount_off": Decimal("20.00")}}, discount_policy=["gift"])
    order = plan({"seat": 10}, coupons=["GIFT"], renew={"date": "2026-03-10", "term": "1 month"}, change={"date": "2026-03-16", "items": {"seat": 5}})
    both = 50 * F(16, 31) + 50
    reads(quote(book, order).changes[0].refund, cents(both * F(180, 200)), cents(50 * F(16, 31) * F(80, 100) + 50))


def test_a_refund_is_capped_at_what_was_paid_for_all_covered_terms():
    """The first month at half price: 50.00 and 100.00 were paid. Nine seats less at the list price on the first day are 90.00 + 90.00: at most
    150.00 together; capped term by term 50.00 + 90.00."""
    book = shop(
        change={"credit": {"base": "list", "cap": "paid"}},
        discounts={"half": {"title": "Half", "percent_off": "50%", "lasts": "1 month"}},
        discount_policy=["half"],
    )
    order = plan({"seat": 10}, renew={"date": "2026-03-01", "term": "1 month"}, change={"date": "2026-03-01T12:00", "items": {"seat": 1}})
    reads(quote(book, order).changes[0].refund, "150.00", "140.00")


# --- a change's payment -----------------------------------------------------------------------------------------------------------

MORE = {"date": "2026-03-16", "items": {"seat": 20}}
ADDED = F("51.61")
"""Ten more for 16 of 31 days."""


@pytest.mark.parametrize("counts_from", ["same-day", "next-day"])
def test_a_changes_payment_is_consumed_from_its_own_instant(counts_from):
    """Left on the 24th: of March's 100.00 23 of 31 days are used, of the change's payment 8 of its 16; counted from the start of the term it were
    23/31 of it. With `next-day` the change costs 15 of 30 days, 50.00, and its payment is consumed from the 16th all the same, not 7 of 15."""
    paid = ADDED if counts_from == "same-day" else F(50)
    book = shop({"fee": "0%"}, {"remaining": DAYS | {"counts_from": counts_from}})
    found = quote(book, plan({"seat": 10}, change=MORE, unsubscribe={"date": "2026-03-24"})).unsubscription.refund
    reads(found, cents(100 * F(8, 31) + paid * F(8, 16)), cents(100 * F(8, 31) + paid * F(8, 31)))
    reads(found, cents(100 * F(8, 31) + paid * F(8, 16)), cents(100 * F(8, 31) + paid * F(8, 15)))


def test_its_part_in_a_term_not_begun_comes_back_whole():
    """With April renewed on the 10th the change costs 51.61 + 100.00: 200.00 and nothing of a fee for April, for March 10% of 151.61."""
    order = plan({"seat": 10}, renew={"date": "2026-03-10", "term": "1 month"}, change=MORE, unsubscribe={"date": "2026-03-24"})
    march = 100 * F(8, 31) + ADDED * F(8, 16) - F("15.161")
    reads(quote(shop(), order).unsubscription.refund, cents(200 + march), cents(180 + march))


def test_what_a_change_gave_back_runs_from_its_instant_too():
    """Five seats less on the 16th gave 25.81 back. Left on the 24th: 100 x 8/31 less 25.81 x 8/16; over the whole term 25.81 x 8/31."""
    order = plan({"seat": 10}, change={"date": "2026-03-16", "items": {"seat": 5}}, unsubscribe={"date": "2026-03-24"})
    right, other = (100 * F(8, 31) - F("25.81") * share for share in (F(8, 16), F(8, 31)))
    reads(quote(shop({"fee": "0%"}), order).unsubscription.refund, cents(right), cents(other))


def test_by_the_hour_it_begins_with_its_hour():
    """A change on the 16th at 12:30 in UTC, left on the 24th: 180 of 372 hours from 12:00 on; by whole days 8 of 16."""
    book = shop({"fee": "0%", "consumed": {"by": "time-used", "count": "hour"}}, {"remaining": DAYS}, book={"timezone": "UTC"})
    order = plan({"seat": 10}, change=MORE | {"date": "2026-03-16T12:30"}, unsubscribe={"date": "2026-03-24"})
    right, other = (100 * F(8, 31) + ADDED * (1 - share) for share in (F(180, 372), F(8, 16)))
    reads(quote(book, order).unsubscription.refund, cents(right), cents(other))
