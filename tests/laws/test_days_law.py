"""Laws of terms of days (rule language, second version, 2.1): a price of seven times as much a week is the same, and each day is charged alike."""

import re
from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from tests.extent import examples
from tests.laws.books import loaded, quoted
from tests.laws.test_order_laws import cases
from tests.pricing.fine_print import quote
from tests.pricing.later_shop import amount
from tests.readings.test_2_1_terms_of_days import order, passes, priced

ZONES = ["Europe/Berlin", "Atlantic/Azores", "America/Santiago", "Asia/Shanghai"]
LEAVE = {"leave": {"consumed": {"count": "day"}, "fee": [{"fee": "0%"}]}}


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 40), st.data(), st.integers(1, 500), st.integers(1, 9), st.sampled_from(ZONES))
@examples(40)
def test_each_day_is_charged_alike_by_the_day_and_by_the_week(start, length, data, cents, many, zone):
    """A term of n days at x a day costs n times x; what is added with k days left k times x, and leaving then returns the k days of what was bought."""
    gone = data.draw(st.integers(0, length - 1))
    day, left, term, price = (start + timedelta(days=gone)).isoformat(), length - gone, f"{length} days", D(cents).scaleb(-2)
    for one, per in ((price, "day"), (7 * price, "week")):
        book = passes(priced(one, per), mode={"terms": [term]}, zone=zone, cancellations=LEAVE)
        found = quote(book, order(term, start.isoformat(), many, change={"date": day, "items": {"pass": many + 1}}))
        assert found.totals.net == length * many * price
        assert amount(found) == left * price
        assert quote(book, order(term, start.isoformat(), many, unsubscribe={"date": day})).unsubscription.refund == left * many * price


def in_days(part: object) -> object:
    """A book or order of months in which each month is a day: 1 year is 12 days, a price per month one per day."""
    if isinstance(part, dict):
        return {key: "day" if (key, each) == ("per", "month") else in_days(each) for key, each in part.items()}
    if isinstance(part, list):
        return [in_days(each) for each in part]
    length = re.fullmatch(r"(\d+) (month|year)s?", part) if isinstance(part, str) else None
    return f"{int(length[1]) * (12 if length[2] == 'year' else 1)} days" if length else part


@given(cases())
@examples(200)
def test_days_are_counted_as_months_are(case):
    """2.1: terms, tiers by term, free time and discounts in time give the same amounts for days as for as many months."""
    book, order = case
    book |= {"prices": [entry for entry in book["prices"] if entry["per"] != "year"]}
    months, days = quoted(loaded(book), order), quoted(loaded(in_days(book)), in_days(order))
    assert days.totals == months.totals
    assert [line.amount for line in days.lines] == [line.amount for line in months.lines]
