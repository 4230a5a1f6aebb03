"""Renewals and switches: rule language 2 (`renewals`, `mode_changes`), 3.7 (anchored month ends), 3.10 (Renewals)."""

from datetime import UTC, date, datetime

import pytest

from engine.values.periods import zone
from tests.pricing.fine_print import plan, quote, reads, refusals
from tests.pricing.later_shop import later

BERLIN = zone("Europe/Berlin")
EARLY = {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": 10}}


def renewal(start, date, term="1 month", first="1 month", renew={}, mode={}, **order):
    return quote(later(EARLY, renew=renew, mode=mode), plan({"seat": 10}, first, date=start, renew={"date": date, "term": term}, **order)).renewals[0]


@pytest.mark.parametrize(
    ("start", "first", "paid", "term", "anchor", "expected"),
    [
        # the vendor's: bought on 31 March, over on 30 April, renewed on 18 May for a month
        ("2024-03-31", "1 month", "2024-05-18", "1 month", "original-day", "2024-05-31"),
        ("2024-03-31", "1 month", "2024-05-18", "1 month", "day-of-change", "2024-05-30"),
        # 3.7: 31 January, 28 February, 31 March
        ("2026-01-31", "1 month", "2026-02-20", "1 month", "original-day", "2026-03-31"),
        ("2026-01-31", "1 month", "2026-02-20", "1 month", "day-of-change", "2026-03-28"),
        # 29 February
        ("2024-02-29", "1 year", "2025-02-20", "1 year", "original-day", "2026-02-28"),
        ("2023-12-31", "2 months", "2024-02-20", "1 year", "original-day", "2025-02-28"),
        ("2026-03-15", "1 month", "2026-04-15", "3 months", "original-day", "2026-07-15"),
    ],
)
def test_anchored_month_ends(start, first, paid, term, anchor, expected):
    """3.7: N months after an anchor keep the anchor's day."""
    mode = {"terms": ["1 month", "2 months", "3 months", "1 year"]}
    found = renewal(start, paid, term, first, {"anchor": anchor}, mode)
    assert found.expires == date.fromisoformat(expected)


def test_same_time():
    """Without `end-of-day` a term ends and begins at the same instant."""
    found = renewal("2026-01-31T10:00", "2026-02-20", mode={"expires": "same-time"})
    at = [datetime(2026, month, day, 10, tzinfo=BERLIN).astimezone(UTC) for month, day in ((2, 28), (3, 31))]
    if at[1].astimezone(BERLIN).hour == 10:
        assert [found.start, found.expires] == at


def test_a_late_renewal_starts_at_the_old_expiry():
    """Facts of the vendor: the gap is lost."""
    for paid in ("2026-03-20", "2026-04-10", "2026-04-28"):
        found = renewal("2026-03-01", paid)
        assert (found.start, found.expires) == (date(2026, 4, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("kept", "last", "first_too_late"),
    [
        ({"grace": "15 days", "retention": "15 days"}, "2026-05-01", "2026-05-02"),
        ({"grace": "1 month", "retention": "15 days"}, "2026-05-16T23:59:59", "2026-05-17"),
    ],
)
def test_how_long_it_is_kept(kept, last, first_too_late):
    order = plan({"seat": 10})
    for at, slugs in ((last, []), (first_too_late, ["renewal-too-late"])):
        assert refusals(later(renew=kept), order | {"renew": {"date": at, "term": "1 month"}}) == slugs


def test_a_term_that_is_not_offered():
    order = plan({"seat": 10}, renew={"date": "2026-03-20", "term": "5 months"})
    assert refusals(later(), order) == ["term-not-offered"]


def test_a_switched_subscription_is_not_renewed():
    order = plan({"seat": 10}, switch={"date": "2026-03-10", "to": "use"}, renew={"date": "2026-03-20", "term": "1 month"})
    assert refusals(later(), order) == ["event-after-end"]


def test_a_setup_fee_is_due_once():
    """3.3: `once` is not multiplied; a renewal is no second start."""
    setup = {"effective": "2025-06-01", "billing_mode": "plan", "per": "once", "items": {"seat": {"model": "flat", "amount": 25}}}
    found = quote(later(setup), plan({"seat": 10}, renew={"date": "2026-03-20", "term": "1 month"}))
    reads([found.totals.net, found.renewals[0].totals.net], ["125", "100"], ["125", "125"])


def test_prices_for_new_business_only():
    """Section 2: `running_subscriptions: never` leaves a subscription at the price it began with."""
    new = {"effective": "2026-03-10", "billing_mode": "plan", "per": "month", "items": {"seat": 12}}
    order = plan({"seat": 10}, renew={"date": "2026-03-20", "term": "1 month"})
    reads(quote(later(new), order).renewals[0].totals.net, "120", "100")
    reads(quote(later(new | {"running_subscriptions": "never"}), order).renewals[0].totals.net, "100", "120")
    begun = order | {"date": "2026-03-10"}
    reads(quote(later(new | {"running_subscriptions": "never"}), begun).renewals[0].totals.net, "120", "100")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"lasts": "once"}, ["50", "100"]),
        ({"lasts": "forever"}, ["50", "50"]),
        ({"lasts": "3 months"}, ["50", "75"]),  # of the second term's two months one is still covered
        ({"after": "3 months"}, ["100", "75"]),
        ({"after": "1 month", "lasts": "2 months"}, ["75", "75"]),
    ],
)
@pytest.mark.parametrize("coupon", [False, True])
def test_discounts_count_from_the_start_of_the_subscription(fields, expected, coupon):
    """3.6: `after`, `lasts` count from the subscription's start (a coupon's from its first use)."""
    if coupon and fields == {"after": "3 months"}:
        # A coupon that would begin after the term that it is given for is an error: one that covers its last month is not.
        fields, expected = {"after": "1 month", "lasts": "forever"}, ["75", "50"]
    half = {"half": {"title": "Half", "percent_off": "50%"} | fields | ({"coupon": "HALF"} if coupon else {})}
    book = later(mode={"terms": ["2 months"]}, discounts=half, discount_policy=["half"])
    order = plan({"seat": 5}, "2 months", renew={"date": "2026-04-20", "term": "2 months"}, **({"coupons": ["HALF"]} if coupon else {}))
    found = quote(book, order)
    assert [str(total).removesuffix(".00") for total in (found.totals.net, found.renewals[0].totals.net)] == expected


@pytest.mark.parametrize(("when", "expected"), [("at-expiry", date(2026, 4, 1)), ("immediately", None)])
def test_a_switch(when, expected):
    book = later()
    book["mode_changes"] = [{"from": "plan", "to": "use", "takes_effect": when}]
    found = quote(book, plan({"seat": 10}, switch={"date": "2026-03-10", "to": "use"})).switch
    assert found.effective == (expected or found.at)


def test_a_switch_out_of_usage_is_immediate():
    book = later()
    book["mode_changes"] = [{"from": "use", "to": "plan", "takes_effect": "immediately"}]
    order = {"date": "2026-03-01", "billing_mode": "use", "for": "10 hours", "items": {"hour": 1}}
    assert quote(book, order | {"switch": {"date": "2026-03-05", "to": "plan"}}).switch.to == "plan"
    assert refusals(later(), order | {"switch": {"date": "2026-03-05", "to": "plan"}}) == ["mode-change-not-allowed"]
