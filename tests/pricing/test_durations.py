"""Terms, price periods and expiry (rule language, 3.3, 3.7 and 3.10)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal as D
from fractions import Fraction

import pytest

from engine.model.book import BillingMode, Meter
from engine.pricing.durations import check_term, expiry, periods_in, price_period
from engine.pricing.lines import rate_lines
from engine.pricing.refused import Refused
from engine.values.periods import Duration, parse_duration
from tests.pricing.books import book, day, duration, flat, order, price, use, when
from tests.pricing.use import rated_use


def refused(made, given):
    """The diagnostics of an order that is refused."""
    with pytest.raises(Refused) as refusal:
        rate_lines(made, given)
    return refusal.value.diagnostics


PERIODS = [
    ("1 month", ("month", "year"), "month", "1"),
    ("9 months", ("month", "year"), "month", "9"),
    ("18 months", ("month", "year"), "month", "18"),
    ("1 year", ("month", "year"), "year", "1"),
    ("12 months", ("month", "year"), "year", "1"),
    ("3 years", ("month", "year"), "year", "3"),
    ("2 years", ("month",), "month", "24"),
    ("2 years", ("year",), "year", "2"),
    ("9 months", ("year",), "year", "0.75"),
    ("1 year", ("month", "once"), "month", "12"),
]


@pytest.mark.parametrize(("term", "available", "per", "count"), PERIODS)
def test_which_price_period_counts_the_term(term, available, per, count):
    """3.3: "where both exist the longest that divides the term is used"; 3.10: else "multiplied by the exact fraction"."""
    assert price_period(available, duration(term)) == per
    assert periods_in(duration(term), per) == D(count)


def test_a_year_price_alone_is_multiplied_by_the_exact_fraction():
    """3.10: "If only one of `month`/`year` exists it is multiplied by the exact fraction": 9 months of 100 a year are 75, not
    the 100 of a started year; 5 months are 125/3 until a rule rounds it, not 41.67.
    """
    made = book(prices=(price("seat", 100, "year"),), rounding=())
    assert rate_lines(made, order(term="9 months"))[0].list_amount == D(75)
    odd = replace(made, billing_modes={"plan": replace(made.billing_modes["plan"], terms=(Duration(months=5),))})
    assert rate_lines(odd, order(term="5 months"))[0].list_amount == Fraction(125, 3)


def test_a_once_price_is_not_multiplied():
    """3.3: "`once` is not multiplied": 10 x 12 + 50 = 170; multiplied it were 720. Both under one line, each charge for
    itself.
    """
    made = book(prices=(price("seat", 10, "month"), price("seat", flat("50.00"), "once")), rounding=())
    (line,) = rate_lines(made, order(term="1 year"))
    assert line.list_amount == D("170.00")
    assert [(one.per, one.model_amount, one.multiplier, one.recurring) for one in line.charges] == [
        ("month", 10, 12, True),
        ("once", D("50.00"), 1, False),
    ]
    assert line.unit_periods == 12


def test_each_charge_of_a_list_is_kept_under_its_own_per():
    """3.10: "each charge of a list is kept under its own `per`": for a year the year price and the set-up fee, for 6 months the
    month's.
    """
    prices = (price("seat", 10, "month"), price("seat", 100, "year"), price("seat", flat("50.00"), "once"))
    made = book(prices=prices, rounding=())
    assert rate_lines(made, order(term="1 year"))[0].list_amount == D("150.00")
    assert rate_lines(made, order(term="6 months"))[0].list_amount == D("110.00")


EXPIRIES = [
    ("2026-03-01", "1 year", "2027-03-01"),
    ("2026-01-31", "1 month", "2026-02-28"),
    ("2026-01-31", "2 months", "2026-03-31"),
    ("2024-02-29", "1 year", "2025-02-28"),
    ("2026-11-30", "3 months", "2027-02-28"),
]


@pytest.mark.parametrize(("start", "term", "last"), EXPIRIES)
def test_expiry_keeps_the_day_of_its_start(start, term, last):
    """3.7: "N months after an anchor keep the anchor's day: 31 January, 28 February, 31 March." """
    to_end = BillingMode("plan", "prepaid", "term", (), expires="end-of-day")
    same_time = BillingMode("plan", "prepaid", "term", ())
    assert expiry(book(), to_end, day(start), duration(term)) == date.fromisoformat(last)
    assert expiry(book(), same_time, day(start), duration(term)) == day(last)


def test_the_same_time_is_the_zones_time_of_day():
    """`expires: same-time`: bought at 10:30 in Shanghai, it ends at 10:30 there."""
    same_time = BillingMode("plan", "prepaid", "term", ())
    bought = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    assert expiry(book(), same_time, bought, parse_duration("1 month")) == datetime(2026, 4, 1, 2, 30, tzinfo=UTC)


CHECKS = [
    ("on sale", order(term="1 year"), True, False, []),
    ("4 months are not on sale", order(term="4 months"), True, False, ["term-not-offered"]),
    ("days are no term", order(term="30 days"), True, False, ["term-not-offered"]),
    ("no term", order(term=None), True, False, ["term-missing"]),
    ("a term for usage", order(term="1 year", length="1 month"), False, True, ["term-not-needed"]),
    ("usage without a length", order(term="1 year"), True, True, ["estimate-length-missing"]),
    ("usage beside a term", order(term="1 year", length="720 hours"), True, True, []),
    ("a length for nothing", order(term="1 year", length="720 hours"), True, False, ["estimate-length-not-needed"]),
]


@pytest.mark.parametrize(("given", "prepaid", "postpaid", "slugs"), [case[1:] for case in CHECKS], ids=[case[0] for case in CHECKS])
def test_term_and_length(given, prepaid, postpaid, slugs):
    """3.10, Estimates: "A prepaid order may give `for:` for its postpaid items; without it they are refused." """
    mode = book().billing_modes["plan"]
    assert [found.slug for found in check_term(mode, given, prepaid, postpaid)] == slugs


def test_the_message_lists_the_terms():
    """A term not on sale: the terms that are."""
    (found,) = refused(book(), order(term="4 months"))
    assert found.message == "`plan` is not sold for 4 months"
    assert found.help.startswith("choose one of 1 month, 2 months, 3 months")


def dated(effective=None, until=None, **more):
    """A price of `seat` with dates."""
    return price("seat", 10, conditions=when(effective, until, **more.pop("attributes", {})), **more)


def test_why_there_is_no_price():
    """Not on sale yet, any more, in this currency, for this customer: each with its remedy."""
    gone = price("seat", (), None, withdrawn=True, conditions=dated("2026-02-01").conditions)
    cases = [
        ((dated("2026-04-01"),), {}, "not-on-sale-yet", "order on 2026-04-01 or later"),
        ((dated("2026-01-01"), gone), {}, "no-longer-on-sale", "order on a date before 2026-02-01, or something else"),
        ((dated("2026-01-01", "2026-02-15"),), {}, "no-longer-on-sale", "order on a date before 2026-02-15, or something else"),
        ((price("seat", 9, currency="EUR"), price("disk", 1)), {}, "no-price-in-currency", "order in EUR"),
        (
            (dated(attributes={"segment": "education"}),),
            {},
            "no-price",
            "its prices are for segment education; name it under `attributes`",
        ),
        ((dated("2026-01-01"),), {"currency": "GBP"}, "unknown-currency", "order in USD"),
    ]
    for prices, fields, slug, remedy in cases:
        (found,) = refused(book(prices=prices), order({"seat": 1}, **fields))
        assert (found.slug, found.help) == (slug, remedy)


def test_a_price_per_hour_cannot_count_a_term():
    """A term is counted in months and years; a file that says otherwise does not build (R126), so only a caller can get here."""
    with pytest.raises(ValueError, match="per hour"):
        rate_lines(book(prices=(price("seat", 1, "hour"),)), order({"seat": 1}))


def test_a_price_per_hour_of_a_sum_has_no_length():
    """3.3: "Meters that `sum` or count take no `per`"."""
    made = book()
    cpu = replace(made.items["cpu"], meter=Meter("sum"))
    with pytest.raises(ValueError, match="has no length"):
        rated_use(replace(made, items=dict(made.items) | {"cpu": cpu}), use())


def test_a_price_period_that_does_not_count_the_term_is_told_as_not_used():
    """Explain: for a year the year price applies; the month price is in force too, but not used."""
    made = book(prices=(price("seat", 10, "month"), price("seat", 100, "year")), rounding=())
    (line,) = rate_lines(made, order(term="1 year"))
    assert [(one.rule, one.chosen, one.reason) for one in line.steps[1].considered] == [
        ("seat per month", False, "other-price-period"),
        ("seat per year", True, "in-force"),
    ]
