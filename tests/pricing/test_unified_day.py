"""Terms that end on a unified day: rule language 2 (`renewals`, `align`), 3.7 and 3.10, Renewals.

Ten seats at 10.00 a month, bought on 15 March for a month: the anniversary is 15 April, so with `last-day` the term ends on 30 April
and 16 to 30 April are extra: 15 days.
"""

from datetime import UTC, date, datetime
from fractions import Fraction as F

import pytest

from engine.model.formulas import text
from engine.values.periods import zone
from tests.pricing.fine_print import plan, quote, reads
from tests.pricing.later_shop import amount, cents, later
from tests.pricing.traces import adds_up

BERLIN = zone("Europe/Berlin")
YEARLY = {"effective": "2025-01-01", "billing_mode": "plan", "per": "year", "items": {"seat": 100}}
EARLY = {"effective": "2020-01-01", "billing_mode": "plan", "per": "month", "items": {"seat": 10}}


def aligned(*prices, align="last-day", stub="actual-days", mode={}, **more):
    unified = {"align": align} | ({"stub": stub} if stub else {})
    return later(EARLY, *prices, renew=unified, mode=mode, **more)


def bought(book, term="1 month", start="2026-03-15", **order):
    return quote(book, plan({"seat": 10}, term, date=start, **order))


@pytest.mark.parametrize(
    ("stub", "expected"),
    [
        ("actual-days", "150.00"),  # 15 of the 30 days from 16 April to 15 May
        ("seconds", "150.00"),
        ("calendar-months", "150.00"),  # 15/30 of April
        ("30-day-month", "150.00"),
        ("30-360", "150.00"),
        ("days-of-365", "149.32"),  # 15/365 of a year, that is 180/365 of a month
        ("365/12", "149.32"),
        ("whole-period", "200.00"),
        ("none", "100.00"),
        (None, "200.00"),  # without `stub` nothing is prorated, as with a mode's first and last months (3.4)
    ],
)
def test_the_extra_part_costs_one_price_period_times_stub(stub, expected):
    found = bought(aligned(stub=stub))
    reads(found.totals.net, expected, "100.00" if expected != "100.00" else "150.00")
    assert found.expires == date(2026, 4, 30)


@pytest.mark.parametrize(
    ("align", "expires", "months"),
    [
        ("last-day", "2026-04-30", 1 + F(15, 30)),
        ("calendar", "2026-04-30", 1 + F(15, 30)),
        (10, "2026-05-10", 1 + F(15, 30) + F(10, 31)),
        (28, "2026-04-28", 1 + F(13, 30)),
        (15, "2026-04-15", F(1)),
    ],
)
def test_the_first_unified_day_on_or_after_the_anniversary(align, expires, months):
    found = bought(aligned(align=align, stub="calendar-months"))
    assert (found.expires, str(found.totals.net)) == (date.fromisoformat(expires), cents(100 * months))


@pytest.mark.parametrize(
    ("align", "start", "expires"),
    [
        ("calendar", "2026-03-15T10:00", "2026-05-01T00:00"),
        ("calendar", "2026-03-01T00:00", "2026-04-01T00:00"),
        ("last-day", "2026-03-15T10:00", "2026-04-30T10:00"),
        (10, "2026-03-15T10:00", "2026-05-10T10:00"),
        (28, "2026-02-28T02:30", "2026-03-28T02:30"),
    ],
)
def test_at_the_same_time(align, start, expires):
    """Without `end-of-day` a term ends at its own time of day; a calendar month ends at midnight."""
    found = bought(aligned(align=align, mode={"expires": "same-time"}), start=start)
    assert found.expires == datetime.fromisoformat(expires).replace(tzinfo=BERLIN).astimezone(UTC)


def test_hours_count_as_parts_of_days():
    """15 April 10:00 to 1 May: 15 days and 14 hours of the 30 days to 15 May 10:00."""
    found = bought(aligned(align="calendar", mode={"expires": "same-time"}), start="2026-03-15T10:00")
    assert str(found.totals.net) == cents(100 + 100 * F(15 * 24 + 14, 30 * 24))


def test_a_price_per_year():
    """16 to 31 March 2027 are 16 of the 366 days of the price period that begins with them."""
    found = bought(aligned(YEARLY), "1 year")
    assert (found.expires, str(found.totals.net)) == (date(2027, 3, 31), cents(1000 + 1000 * F(16, 366)))


def test_a_step_of_its_own():
    found = bought(aligned())
    step = next(step for step in found.lines[0].trace if step.kind == "extra-part")
    assert (step.before, step.value, text(step.formula)) == (100, 150, "100.00 + 100.00 × 0.5")
    assert adds_up(found)


def test_what_is_due_once_has_no_extra_part():
    setup = {"effective": "2025-06-01", "billing_mode": "plan", "per": "once", "items": {"seat": {"model": "flat", "amount": 25}}}
    reads(bought(aligned(setup)).totals.net, "175.00", "187.50")


@pytest.mark.parametrize(
    ("benefit", "expected"),
    [
        ({"percent_off": "10%"}, "135.00"),
        ({"fixed_price": 8}, "120.00"),  # 8.00 x 10 x 1.5
        ({"percent_off": "50%", "lasts": "1 month"}, "100.00"),  # the month at half its price, the extra part in full
        ({"percent_off": "50%", "after": "1 month"}, "125.00"),
        ({"percent_off": "50%", "lasts": "2 months"}, "75.00"),
        # 45 days end on 29 April 01:00, after 313 of the 360 hours of the extra part
        ({"percent_off": "50%", "lasts": "45 days"}, cents(150 - 50 - 25 * F(313, 360))),
    ],
)
def test_discounts_reach_the_extra_part(benefit, expected):
    book = aligned(discounts={"sale": {"title": "Sale"} | benefit}, discount_policy=["sale"])
    assert str(bought(book).totals.net) == expected


def test_pay_for_counts_months_of_the_term():
    """10 of 12 months are paid, and the extra part in full: 16 of the 31 days from 16 March on."""
    tiers = [{"from": "1 year", "pay_for": "10 months"}]
    book = aligned(discounts={"sale": {"title": "Sale", "by": "term", "tiers": tiers}}, discount_policy=["sale"])
    assert str(bought(book, "1 year").totals.net) == cents(1000 + 100 * F(16, 31))


@pytest.mark.parametrize(
    ("align", "start", "ends"),
    [
        ("last-day", "2026-03-15", ["2026-04-30", "2026-05-31"]),
        ("last-day", "2026-01-31", ["2026-02-28", "2026-03-31"]),
        ("last-day", "2024-01-10", ["2024-02-29", "2024-03-31"]),
        ("calendar", "2026-03-15", ["2026-04-30", "2026-05-31"]),
        (10, "2026-03-15", ["2026-05-10", "2026-06-10"]),
    ],
)
def test_a_renewal_goes_from_unified_day_to_unified_day(align, start, ends):
    """From 30 April to 31 May is a month: 100.00, where a term that began on 15 March again would owe an extra part once more."""
    paid = (date.fromisoformat(ends[0])).isoformat()
    found = bought(aligned(align=align), start=start, renew={"date": paid, "term": "1 month"})
    assert [found.expires, found.renewals[0].expires] == [date.fromisoformat(end) for end in ends]
    reads(found.renewals[0].totals.net, "100.00", "150.00")


def test_a_calendar_month_at_the_same_time_is_renewed():
    book = aligned(align="calendar", mode={"expires": "same-time"})
    found = bought(book, start="2026-03-15T10:00", renew={"date": "2026-04-20", "term": "2 months"}).renewals[0]
    assert found.expires == datetime(2026, 7, 1, tzinfo=BERLIN).astimezone(UTC)
    assert str(found.totals.net) == "200.00"


def test_a_discount_that_ends_within_a_renewal():
    """Two months from 15 March end on 15 May: 14 of the 31 days of the second term."""
    half = {"half": {"title": "Half", "percent_off": "50%", "lasts": "2 months"}}
    found = bought(aligned(discounts=half, discount_policy=["half"]), renew={"date": "2026-04-20", "term": "1 month"})
    assert [str(found.totals.net), str(found.renewals[0].totals.net)] == ["75.00", cents(100 - 50 * F(14, 31))]


@pytest.mark.parametrize(
    ("charge", "convention", "expected"),
    [
        ("difference", "calendar-months", F(14, 30) * 100),
        ("difference", "actual-days", F(14, 46) * 150),  # of the 46 days from the next day on, that cost 1.5 months
        ("full-difference", "actual-days", F(150)),
    ],
)
def test_what_remains_counts_to_the_unified_day(charge, convention, expected):
    """Ten seats more on 16 April: 17 to 30 April remain; on the anniversary nothing would."""
    policy = {"charge": charge, "remaining": {"monthly": convention, "yearly": convention, "counts_from": "next-day"}}
    more = {"date": "2026-04-16", "items": {"seat": 20}}
    back = {"date": "2026-04-16", "items": {"seat": 10}}
    found = bought(aligned(change=policy), change=[more, back])
    reads(amount(found, 0), cents(expected), "0.00")
    assert amount(found, 1) == -amount(found, 0)


def test_a_new_term_ends_on_the_unified_day_too():
    """From 16 April the anniversary is 16 May, the term ends on 31 May: 15 of 31 days extra; 14/30 of the old month come back."""
    more = {"date": "2026-04-16", "items": {"seat": 20}}
    found = bought(aligned(change={"charge": "new-less-credit"}), change=more, renew={"date": "2026-05-20", "term": "1 month"})
    reads(amount(found), cents(200 * (1 + F(15, 31)) - 100 * F(14, 30)), cents(200 - 100 * F(14, 30)))
    assert (found.renewals[0].start, found.renewals[0].expires) == (date(2026, 5, 31), date(2026, 6, 30))


def test_a_refund_counts_the_whole_span():
    """32 of the 47 days are used on 15 April, not 32 of 32."""
    found = bought(aligned(leave={"fee": [{"fee": "10%"}]}), unsubscribe={"date": "2026-04-16"}).unsubscription
    reads([found.paid, found.consumed, found.fee], [150, F(150 * 32, 47), 15], [100, 100, 10])
    assert str(found.refund) == cents(150 - F(150 * 32, 47) - 15)


def test_an_estimate_has_no_term_to_move():
    order = {"date": "2026-03-01", "billing_mode": "use", "for": "10 hours", "items": {"hour": 1}}
    assert quote(aligned(), order).expires is None
