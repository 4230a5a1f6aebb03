"""Rule language, second version, 2.1: terms of days, with both numbers of each reading.

A pass at 1.00 a week, sold for a day, a week and 28 days, from Monday, 2 March 2026.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal as D
from fractions import Fraction as F

import pytest

from engine.model.quotes import Quote
from engine.pricing.durations import price_period
from engine.values.periods import parse_duration
from tests.billing.usage_shop import account, bill, book_of, event, subscription
from tests.pricing.fine_print import book_errors, loaded, refusals
from tests.pricing.fine_print import quote as quoted
from tests.pricing.later_shop import amount, cents

DAILY = {"daily": "actual-days", "counts_from": "same-day"}


def passes(*prices: Mapping, remaining: Mapping = DAILY, mode: Mapping = {}, zone: str = "Europe/Berlin", renew: Mapping = {}, **sections: object) -> dict:
    """The shop: a pass, priced per week unless `prices` say otherwise."""
    return {
        "book": {"id": "passes", "title": "Passes", "status": "illustrative", "currency": "EUR", "timezone": zone, "rounding": {"at": "line", "mode": "half-up"}},
        "units": {"person": {"title": "person"}},
        "items": {"pass": {"title": "Pass", "unit": "person"}},
        "billing_modes": {
            "pass": {
                "title": "Pass", "payment": "prepaid", "cycle": "term", "terms": ["1 day", "1 week", "28 days"], "items": {"pass": "required"},
                "spec_change": "by-day", "cancellation": "leave", "renewal": "again",
            } | mode,
        },
        "prices": list(prices) or [priced(1)],
        "spec_changes": {"by-day": {"supports": ["expand", "reduce"], "remaining": remaining}},
        "cancellations": {"leave": {"consumed": {"count": "day"}, "fee": [{"term": "28 days", "used_up_to": "14 days", "fee": "10%"}, {"fee": "0%"}]}},
        "renewals": {"again": {"grace": "1 week"} | renew},
        **sections,
    }  # fmt: skip


def priced(price: object, per: str = "week") -> dict[str, object]:
    return {"effective": "2026-01-01", "billing_mode": "pass", "per": per, "items": {"pass": price}}


def order(term: str = "1 week", day: str = "2026-03-02", many: int = 1, **events: object) -> dict[str, object]:
    return {"date": day, "billing_mode": "pass", "term": term, "items": {"pass": many}, **events}


def quote(term: str = "1 week", book: Mapping | None = None, **more: object) -> Quote:
    return quoted(book or passes(), order(term, **more))


@pytest.mark.parametrize(("term", "right", "other"), [("1 day", "0.14", "1.00"), ("1 week", "1.00", "7.00"), ("28 days", "4.00", "28.00")])
def test_a_price_per_week_counts_days_in_sevenths(term, right, other):
    """2.1: "a price per week is multiplied by days/7"; other: each day, or what is begun of a week, at its price."""
    assert quote(term).totals.net == D(right) != D(other)


@pytest.mark.parametrize(("term", "per"), [("1 day", "day"), ("6 days", "day"), ("1 week", "week"), ("28 days", "week"), ("30 days", "day")])
def test_of_a_price_per_day_and_per_week_the_longest_that_divides_the_term_counts(term, per):
    """2.1 and 3.3: "where both exist the longest that divides the term is used"."""
    assert price_period(["day", "week", "once"], parse_duration(term)) == per


def test_what_is_due_once_is_due_once():
    """2.1: "Prices are `per: day | week | once`"."""
    book = passes(priced(D("0.20"), "day"), priced(1), priced(3, "once"))
    assert [quote(term, book).totals.net for term in ("1 day", "1 week", "28 days")] == [D("3.20"), D("4.00"), D("7.00")]


@pytest.mark.parametrize(
    ("convention", "at", "right", "other"),
    [
        # "1.00 a week, 4 of 7 days left: 0.57": bought on Monday the 2nd, a second pass is added on Thursday the 5th.
        ("actual-days", "2026-03-05", "0.57", "0.43"),
        ("seconds", "2026-03-05T12:00", "0.50", "0.57"),
        ("whole-period", "2026-03-05", "1.00", "0.57"),
        ("none", "2026-03-05", "0.00", "0.57"),
    ],
)
def test_what_is_left_of_a_term_of_days(convention, at, right, other):
    """2.1: "`remaining: {daily: actual-days | seconds | whole-period | none}` beside `monthly` and `yearly`"."""
    counts = {"daily": convention, "counts_from": "instant"}
    found = quote(book=passes(remaining=counts), change={"date": at, "items": {"pass": 2}})
    assert amount(found) == D(right) != D(other)


def test_the_three_conventions_stand_beside_each_other():
    """A term of days takes `daily`, whatever the others say: with 30 days a month it would be 4/30 x 4.00."""
    three = {"monthly": "30-day-month", "yearly": "days-of-365", **DAILY}
    assert amount(quote(book=passes(remaining=three), change={"date": "2026-03-05", "items": {"pass": 2}})) == D("0.57")


@pytest.mark.parametrize(
    ("rule", "right", "other"),
    [
        # The day on which it ends belongs to the term to its end, as that of a month does: from the next day on a week has seven days, of which four are left.
        ("next-day", "0.57", "0.67"),
        # Counted from the day of purchase it has eight, of which the 5th to the 9th are left.
        ("same-day", "0.63", "0.57"),
    ],
)
def test_to_the_end_of_the_day_the_last_day_is_so_many_days_later(rule, right, other):
    """2.1 and 2, `expires`; other: the last day is the n-th day of the term, the day of purchase counted: 8 March for a week."""
    book = passes(remaining=DAILY | {"counts_from": rule}, mode={"expires": "end-of-day"})
    found = quote(book=book, change={"date": "2026-03-05" if rule == "same-day" else "2026-03-05T10:00", "items": {"pass": 2}})
    assert found.expires == date(2026, 3, 9) != date(2026, 3, 8)
    assert amount(found) == D(right) != D(other)


def test_a_term_of_days_ends_at_the_same_local_time():
    """2.1: "A term of n days ends at the same local time n calendar days later": over the night of 29 March a week has 167 hours."""
    found = quote(day="2026-03-24T10:00")
    assert found.expires == datetime(2026, 3, 31, 8, tzinfo=UTC) != datetime(2026, 3, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Atlantic/Azores", "America/Santiago", "America/Havana"])
def test_a_term_bought_on_a_day_without_midnight_ends_where_one_of_any_other_day_does(zone):
    """1.6: where the day of purchase begins at 01:00 the term ends with the first instant of its last day's next."""
    skipped = {"Atlantic/Azores": "2026-03-29", "America/Santiago": "2026-09-06", "America/Havana": "2026-03-08"}[zone]
    found = quote(book=passes(zone=zone), day=skipped, change={"date": skipped, "items": {"pass": 2}})
    assert amount(found) == D("1.00")


def test_discounts_by_term_and_free_time_count_days():
    """2.1: "`by: term`, `pay_for`, fee rows and `every` of such a mode use days"."""
    tiers = [{"from": "1 week", "percent_off": "10%"}, {"from": "4 weeks", "pay_for": "21 days"}]
    book = passes(discounts={"longer": {"title": "Longer", "by": "term", "tiers": tiers}}, discount_policy=["longer"])
    assert [quote(term, book).totals.net for term in ("1 day", "1 week", "28 days")] == [D("0.14"), D("0.90"), D("3.00")]


def test_days_never_reach_a_tier_of_months():
    """3.10: "days never compare with months", however many they are."""
    tiers = [{"from": "28 days", "percent_off": "10%"}, {"from": "1 month", "percent_off": "50%"}]
    book = passes(discounts={"longer": {"title": "Longer", "by": "term", "tiers": tiers}}, discount_policy=["longer"], mode={"terms": ["28 days", "400 days"]})
    assert [quote(term, book, many=7).totals.net for term in ("28 days", "400 days")] == [D("25.20"), D("360.00")]


@pytest.mark.parametrize(("lasts", "right"), [("1 week", "2.00"), ("2 weeks", "1.00"), ("14 days", "1.00")])
def test_a_discount_in_time_is_split_at_its_day(lasts, right):
    """3.6: of two weeks the first is free, or both: by the calendar, also over the night of 29 March."""
    book = passes(
        discounts={"trial": {"title": "Trial", "lasts": lasts, "percent_off": "100%"}}, discount_policy=["trial"], mode={"terms": ["1 week", "3 weeks"]}
    )
    assert quote("3 weeks", book, day="2026-03-23").totals.net == D(right)


def test_a_discount_in_time_goes_on_into_the_next_term():
    """3.6: `lasts` counts from the subscription's start: of the second week, three days are free."""
    book = passes(discounts={"trial": {"title": "Trial", "lasts": "10 days", "percent_off": "100%"}}, discount_policy=["trial"])
    found = quote(book=book, renew={"date": "2026-03-08", "term": "1 week"})
    assert found.totals.net == 0
    assert found.renewals[0].totals.net == D("0.57")  # 4/7


@pytest.mark.parametrize(("day", "right"), [("2026-03-09", "2.60"), ("2026-03-16", "1.60"), ("2026-03-17", "1.86")])
def test_a_fee_row_is_reached_by_days(day, right):
    """4.00 for 28 days: 7 used, less 10%: 2.60; "used_up_to" includes its day, the 16th; on the 17th 15 are used, without fee."""
    found = quote("28 days", unsubscribe={"date": day})
    assert found.unsubscription.refund == D(right)


def test_what_is_used_is_rated_anew_by_days():
    """3.8, `re-rated`: of 28 days at 25% off, eight days used are priced as eight days, at 10% off: 4.00 x 75% - 8/7 x 90%."""
    tiers = [{"from": "1 week", "percent_off": "10%"}, {"from": "28 days", "percent_off": "25%"}]
    book = passes(discounts={"longer": {"title": "Longer", "by": "term", "tiers": tiers}}, discount_policy=["longer"])
    book["cancellations"] = {"leave": {"consumed": {"by": "re-rated", "count": "day"}, "fee": [{"fee": "0%"}]}}
    refund = quote("28 days", book, unsubscribe={"date": "2026-03-10"}).unsubscription.refund
    assert refund == D("1.97")
    assert round(3 - F(8, 7) * F(9, 10), 2) == F("1.97") != round(3 - F(8, 7) * F(3, 4), 2)


def test_renewals_follow_each_other_by_days():
    """A week, and 28 days after it: to 6 April, at the same local time; as an account with the same events."""
    found = quote(renew={"date": "2026-03-08", "term": "28 days"})
    assert [found.expires, found.renewals[0].expires] == [datetime(2026, 3, 8, 23, tzinfo=UTC), datetime(2026, 4, 5, 22, tzinfo=UTC)]
    assert found.renewals[0].totals.net == D("4.00")
    book = book_of(passes())
    events = [
        event("2026-03-02", "purchase", term="1 week", items={"pass": 1}),
        event("2026-03-08", "renew", term="28 days"),
        event("2026-03-20", "change", items={"pass": 2}),
    ]
    made = bill(book, account(book, subscription("s", "pass", *events)), [])
    # 17 of the 28 days from the 9th are left on the 20th: 17/28 x 4.00.
    assert [line.amount for line in made.lines] == [D("1.00"), D("4.00"), D("2.43")]


def test_a_pass_renews_by_itself_each_week():
    """4.4: `auto_renew: true`; from 2 March to the end of the month there are five weeks."""
    book = book_of(passes(renew={"auto_renew": "1 day before"}))
    bought = event("2026-03-02", "purchase", term="1 week", items={"pass": 1}, auto_renew=True)
    made = bill(book, account(book, subscription("s", "pass", bought)), [])
    assert [line.amount for line in made.lines] == [D("1.00")] * 5


def test_after_grace_of_a_week_it_is_gone():
    assert refusals(passes(), order(renew={"date": "2026-03-16", "term": "1 week"})) == ["renewal-too-late"]
    assert quote(renew={"date": "2026-03-15T23:00", "term": "1 week"}).renewals[0].totals.net == 1


@pytest.mark.parametrize(("policy", "right"), [("ordered", "2.57"), ("round-up", "2.57"), ("round-down", "1.80")])
def test_the_price_period_is_picked_among_terms_of_days(policy, right):
    """3.8, `price_period`: 18 of 28 days left are priced by the week, as 28 days are; rounded down to six days, by the day."""
    book = passes(spec_changes={"by-day": {"supports": ["expand"], "remaining": DAILY, "price_period": policy}})
    book["prices"] = [priced(1), priced(D("0.10"), "day")]
    book["billing_modes"]["pass"]["terms"] = ["6 days", "28 days"]
    assert amount(quote("28 days", book, change={"date": "2026-03-12", "items": {"pass": 2}})) == D(right)


def test_an_estimate_beside_a_term_of_days():
    """An order with a paid week and what is billed by its use in it: `for:` ends with the term."""
    book = passes()
    book["items"] |= {"call": {"title": "Call", "unit": "person", "meter": {"measure": "sum", "window": "day"}}}
    book["billing_modes"]["pass"] |= {"items": {"pass": "required", "call": {"presence": "optional", "payment": "postpaid", "cycle": "day"}}}
    book["prices"].append({"effective": "2026-01-01", "billing_mode": "pass", "items": {"call": D("0.10")}})
    both = order() | {"items": {"pass": 1, "call": 10}, "for": "1 week"}
    assert quoted(book, both).totals.net == D("2.00")
    assert refusals(book, both | {"for": "8 days"}) == ["estimate-unclear"]


def test_weeks_are_days_of_the_calendar():
    assert parse_duration("2 weeks") == parse_duration("14 days")
    assert [str(parse_duration(text)) for text in ("1 week", "2 weeks", "7 days", "28 days")] == ["1 week", "2 weeks", "7 days", "28 days"]
    assert loaded(passes()).billing_modes["pass"].terms == tuple(map(parse_duration, ("1 day", "1 week", "28 days")))


@pytest.mark.parametrize(("stub", "term", "stop", "right"), [
    ("actual-days", "1 week", "2026-03-05", 7 * F(3, 7) - 1),
    ("actual-days", "28 days", "2026-03-16", 7 * F(14, 28) - 1),
    # Over the night of 29 March the four weeks have an hour less.
    ("seconds", "28 days", "2026-03-16", 7 * F(14 * 24, 28 * 24 - 1) - 1),
    ("whole-period", "1 week", "2026-03-05", F(6)),
    ("none", "1 week", "2026-03-05", None),
])  # fmt: skip
def test_a_commitment_for_each_term_counts_days(stub, term, stop, right):
    """4.1, `every: term`: 7.00 for each term, of which the days until it was left count; 1.00 of it is used."""
    found = bill(book := book_of(committed(stub)), account(book, subscription("s", "pass", *left_on(term, stop))), [("s", "call", "03-03T10:00", 10)])
    shortfalls = [line.amount for line in found.lines if line.bill_type == "shortfall"]
    assert shortfalls == ([] if right is None else [D(cents(right))])


def test_a_commitment_for_each_term_of_days_has_no_months():
    assert book_errors(committed("calendar-months")) == ["policy-of-other-terms"]


def committed(stub: str) -> dict:
    """The shop with calls at 0.10, and 7.00 that are paid at least in each term."""
    book = passes()
    book["items"] |= {"call": {"title": "Call", "unit": "person", "meter": {"measure": "sum", "window": "day"}}}
    call = {"presence": "optional", "payment": "postpaid", "cycle": "day"}
    book["billing_modes"]["pass"] |= {"items": {"pass": "required", "call": call}, "invoiced": "term", "commitment": "floor"}
    book["prices"].append({"effective": "2026-01-01", "billing_mode": "pass", "items": {"call": D("0.10")}})
    return book | {"commitments": {"floor": {"title": "Floor", "amount": {"EUR": D("7.00")}, "every": "term", "stub": stub}}}


def left_on(term: str, day: str) -> list[dict]:
    return [event("2026-03-02", "purchase", term=term, items={"pass": 1}), event(day, "unsubscribe")]


def test_a_change_begins_a_new_full_term_of_days():
    """3.8, `new-less-credit`: two for a new week from Thursday, less 4/7 of the one that was paid; renewed, it goes on from Thursday to Thursday."""
    policy = {"by-day": {"supports": ["expand"], "charge": "new-less-credit", "remaining": DAILY}}
    book = passes(spec_changes=policy)
    found = quote(book=book, change={"date": "2026-03-05", "items": {"pass": 2}}, renew={"date": "2026-03-08", "term": "1 week"})
    assert amount(found) == D("1.43")
    assert found.renewals[0].lines[0].amount == D("2.00")
    left = quote(book=book, change={"date": "2026-03-05", "items": {"pass": 2}}, unsubscribe={"date": "2026-03-10"})
    assert left.unsubscription.refund == D("0.41")  # 2 of the 7 days to the 12th, of the 1.43 that were paid for them
