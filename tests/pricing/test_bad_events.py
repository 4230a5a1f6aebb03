"""Later events that cannot be, or that lie on an awkward day: each is refused by name, or computed to the amount that is written here."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction as F

import pytest

from tests.pricing.fine_print import plan, quote, refusals
from tests.pricing.later_shop import amount, cents, changed, later, left

MORE = {"seat": 20}
DAILY = {"monthly": "actual-days", "yearly": "actual-days", "counts_from": "next-day"}
EARLY = {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": 10}}


def at(day, items=MORE):
    return {"date": day, "items": items}


@pytest.mark.parametrize(
    ("events", "slugs"),
    [
        # before the purchase
        ({"change": at("2026-02-28")}, ["event-before-start"]),
        ({"renew": {"date": "2026-02-28", "term": "1 month"}}, ["event-before-start"]),
        ({"unsubscribe": {"date": "2026-02-28"}}, ["event-before-start"]),
        ({"switch": {"date": "2026-02-28", "to": "use"}}, ["event-before-start"]),
        # out of order
        ({"change": [at("2026-03-20"), at("2026-03-10", {"seat": 30})]}, ["events-out-of-order"]),
        # twice
        ({"change": [at("2026-03-10"), at("2026-03-10")]}, ["nothing-changes"]),
        ({"change": at("2026-03-10", {"seat": [{"quantity": 20}, {"quantity": 30}]})}, ["which-line-changes"] * 2),
        # after the end
        ({"change": at("2026-04-02")}, ["event-after-expiry"]),
        ({"unsubscribe": {"date": "2026-04-02"}}, ["event-after-expiry"]),
        ({"switch": {"date": "2026-04-02", "to": "use"}}, ["event-after-expiry"]),
        ({"unsubscribe": {"date": "2026-03-10"}, "change": at("2026-03-11")}, ["event-after-end"]),
        ({"unsubscribe": {"date": "2026-03-10"}, "renew": {"date": "2026-03-11", "term": "1 month"}}, ["event-after-end"]),
        ({"switch": {"date": "2026-03-10", "to": "use"}, "renew": {"date": "2026-03-11", "term": "1 month"}}, ["event-after-end"]),
        ({"renew": {"date": "2026-06-01", "term": "1 month"}}, ["renewal-too-late"]),
        # of another mode, of nothing
        ({"change": at("2026-03-10", {"call": 5})}, ["item-not-in-mode"]),
        ({"change": at("2026-03-10", {"chair": 5})}, ["unknown-item"]),
        ({"change": at("2026-03-10", {"disk": 0})}, ["nothing-changes"]),
        ({"change": at("2026-03-10", {"seat": 0})}, ["nothing-ordered"]),
        ({"switch": {"date": "2026-03-10", "to": "plan"}}, ["mode-change-not-allowed"]),
        # a day, and an hour, that does not exist
        ({"change": at("2026-02-30")}, ["impossible-date"]),
        ({"change": at("2026-03-29T02:30")}, ["order-unreadable"]),
    ],
)
def test_what_cannot_be_is_refused_by_name(events, slugs):
    assert refusals(later(), plan({"seat": 10}) | events) == slugs


@pytest.mark.parametrize("mode", ["end-of-day", "same-time"])
def test_29_february(mode):
    """Bought on the 29th for a year it ends on 28 February; changed on the 29th of a later leap year it counts like any day."""
    book = later(EARLY, change={"remaining": DAILY}, mode={"expires": mode})
    order = plan({"seat": 10}, "1 year", date="2024-02-29", change=at("2024-02-29"))
    found = quote(book, order)
    end = date(2025, 2, 28) if mode == "end-of-day" else datetime(2025, 2, 27, 23, tzinfo=UTC)
    assert (found.expires, left(found)) == (end, 1)
    year = quote(book, plan({"seat": 10}, "1 year", date="2023-06-01", change=at("2024-02-29")))
    # From 1 March to 1 June: 92 days, or 93 with the day of expiry; the year has 366 of them, less the day of the purchase.
    assert left(year) == (F(93, 366) if mode == "end-of-day" else F(92, 365))


def test_the_last_day():
    """Nothing is left after it: a change costs nothing, leaving returns nothing, and both are still possible."""
    found = changed(later(change={"remaining": DAILY}), "2026-04-01T23:59:59", MORE)
    assert (left(found), str(amount(found))) == (0, "0.00")
    gone = quote(later(), plan({"seat": 10}, unsubscribe={"date": "2026-04-01T23:59:59"})).unsubscription
    assert gone.refund == 0


def test_the_hour_that_autumn_repeats():
    """25 October 02:30 without offset is the first one; the second, given with its offset, leaves an hour less."""
    seconds = {"monthly": "seconds", "yearly": "seconds", "counts_from": "instant"}
    book = later(change={"remaining": seconds}, mode={"expires": "same-time"})
    order = plan({"seat": 10}, date="2026-10-01")
    first, second = (left(quote(book, order | {"change": at(day)})) for day in ("2026-10-25T02:30", "2026-10-25T02:30+01:00"))
    whole = 31 * 24 + 1
    assert (first, second) == (F(7 * 24 * 2 - 3, 2 * whole), F(7 * 24 * 2 - 5, 2 * whole))


@pytest.mark.parametrize(("currency", "price", "expected"), [("JPY", "1480", "6684"), ("IQD", "12.345", "55.752"), ("EUR", "9.90", "44.71")])
def test_every_currency_in_its_minor_unit(currency, price, expected):
    """14 of 31 days of ten seats more: whole yen, three places of the dinar; the same comes back."""
    entry = {"effective": "2025-02-01", "billing_mode": "plan", "per": "month", "currency": currency, "items": {"seat": Decimal(price)}}
    book = later(entry, change={"remaining": DAILY | {"counts_from": "same-day"}}, mode={"expires": "same-time"})
    days = [at("2026-03-18"), at("2026-03-18", {"seat": 10})]
    found = quote(book, plan({"seat": 10}, currency=currency, change=days))
    assert [str(found.changes[0].charge), str(found.changes[1].refund)] == [expected, expected]


def test_more_than_was_paid_never_comes_back():
    """Bought at half the list price, all of the list price is credited: the cap holds it to what was paid."""
    half = {"half": {"title": "Half", "percent_off": "50%"}}
    policy = {"remaining": {"monthly": "whole-period", "yearly": "none", "counts_from": "instant"}, "credit": {"base": "list"}}
    order = plan({"seat": 10, "disk": 1}, change=at("2026-03-16", {"seat": 1}))
    found = quote(later(change=policy, discounts=half, discount_policy=["half"]), order)
    assert str(amount(found)) == cents(-F(50))
