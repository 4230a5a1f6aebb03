"""Rule language, second version, 2.2: unified days of the week, with a time, and short first terms, with both numbers of each reading."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from fractions import Fraction as F

import pytest

from engine.language.build import load_book, load_order
from engine.review.terms import compare_terms
from engine.sheet import build_sheet
from engine.values.periods import zone
from tests.billing.usage_shop import account, bill, book_of, event, subscription
from tests.conformance.language import write
from tests.documents.written import render_sheet_markdown
from tests.pricing.fine_print import loaded
from tests.pricing.fine_print import quote as quoted
from tests.pricing.later_shop import amount, cents
from tests.pricing.traces import adds_up
from tests.readings.test_2_1_terms_of_days import order, passes, priced

BERLIN = zone("Europe/Berlin")
SHORT = {"align": {"day": 1, "first": "short"}, "stub": "actual-days"}
DAYS = {"monthly": "actual-days", "yearly": "actual-days", "daily": "actual-days", "counts_from": "same-day"}


def plans(renew: Mapping = SHORT, *, mode: Mapping = {}, price: object = 31, per: str = "month", **sections: object) -> dict:
    """The shop with terms of months: a pass at 31.00 a month."""
    terms = {"terms": ["1 month", "3 months", "1 year"]}
    return passes(priced(price, per), remaining=DAYS, mode=terms | mode, renew={"grace": "15 days"} | renew, **sections)


def bought(policy: Mapping = SHORT, term: str = "1 month", day: str = "2026-03-15", **more: object):
    book = more.pop("book", None) or plans(policy)
    found = quoted(book, order(term, day, **more))
    assert adds_up(found)
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def test_a_short_first_term_costs_its_part_and_then_whole_terms():
    """2.2: "31.00 a month, `align: {day: 1, first: short}`, `stub: actual-days`, bought 15 March: 31 x 17/31 = 17.00, then 31.00 from 1 April"."""
    found = bought(renew={"date": "2026-03-31", "term": "1 month"}, book=plans())
    assert (found.totals.net, found.expires) == (D("17.00"), at("2026-04-01"))
    assert (found.renewals[0].totals.net, found.renewals[0].expires) == (D("31.00"), at("2026-05-01"))
    # `long`, which a bare day means too: to the first unified day on or after 15 April, a month and 16 days of the one that would begin with it.
    long = bought({"align": {"day": 1}, "stub": "actual-days"})
    assert (long.totals.net, long.expires) == (D(cents(31 + 31 * F(16, 30))), at("2026-05-01"))
    assert bought({"align": 1, "stub": "actual-days"}).totals.net == long.totals.net


def test_a_short_first_term_in_an_account():
    """The invoice of an account owes what the order is quoted."""
    book = book_of(plans(SHORT | {"auto_renew": "1 day before"}))
    bought = event("2026-03-15", "purchase", term="1 month", items={"pass": 1}, auto_renew=True)
    made = bill(book, account(book, subscription("s", "pass", bought)), [], "2026-03-01", "2026-06-01")
    assert [line.amount for line in made.lines] == [D("17.00"), D("31.00"), D("31.00"), D("31.00")]
    assert [line.end for line in made.lines] == [at(f"2026-{month:02}-01") for month in (4, 5, 6, 7)]


@pytest.mark.parametrize(
    ("day", "unified", "right", "other"),
    [
        # The price period that ends with the unified day is what the part is of: 15 January to 15 February has 31 days, and 10 of them are left on the 5th.
        ("2026-02-05", 15, 10 * 31 / F(31), 10 * 31 / F(28)),
        # Where both have as many days there is one reading.
        ("2026-03-15", 1, F(17), F(17)),
    ],
)
def test_the_part_is_of_the_period_that_ends_with_it(day, unified, right, other):
    """2.2 and 3.7: days left / days in the period; other: of the period that would begin with the part, as with `long`."""
    found = bought({"align": {"day": unified, "first": "short"}, "stub": "actual-days"}, day=day)
    assert found.totals.net == D(cents(right))
    assert (right == other) == (unified == 1)


@pytest.mark.parametrize(
    ("stub", "right"),
    [
        ("actual-days", 17),
        ("seconds", None),
        ("calendar-months", 17),
        ("30-360", F(31 * 16, 30)),
        ("30-day-month", F(31 * 17, 30)),
        ("whole-period", 31),
        ("none", 0),
    ],
)
def test_every_convention_counts_a_short_term(stub, right):
    # March has an hour less in Berlin: 17 days less an hour of 31 days less an hour.
    hours = F(31 * (17 * 24 - 1), 31 * 24 - 1)
    assert bought(SHORT | {"stub": stub}).totals.net == D(cents(F(hours if right is None else right)))


@pytest.mark.parametrize(("term", "per", "right"), [("3 months", "month", F(17)), ("1 year", "month", F(17)), ("1 year", "year", F(17 * 365, 365))])
def test_the_part_is_of_one_price_period_whatever_the_term(term, per, right):
    """2.2: "costs `stub` of one price period": 17 days of a month at 31.00, or of a year at 365.00."""
    found = bought(term=term, book=plans(price=31 if per == "month" else 365, per=per))
    assert (found.totals.net, found.expires) == (D(cents(right)), at("2026-04-01"))


@pytest.mark.parametrize(("term", "right", "end"), [("1 month", "31.00", "2026-05-01"), ("3 months", "93.00", "2026-07-01")])
@pytest.mark.parametrize("expires", ["same-time", "end-of-day"])
def test_a_term_that_begins_on_a_unified_day_is_whole(term, right, end, expires):
    """What is bought on 1 April has nothing short: other: three months to the next unified instant, 1 May, for 31.00."""
    found = bought(term=term, day="2026-04-01", book=plans(mode={"expires": expires}))
    assert found.totals.net == D(right)
    assert found.expires == (at(end) if expires == "same-time" else date.fromisoformat(end) - timedelta(days=1))


def test_to_the_end_of_a_day_it_is_the_day_before():
    """2.2, `expires: end-of-day`: with a mapping the unified instant is the beginning of 1 April, so 31 March is the last day: 17.00.
    A bare `1` keeps its meaning: 1 April belongs to the term."""
    found = bought(book=plans(mode={"expires": "end-of-day"}), renew={"date": "2026-03-31", "term": "1 month"})
    assert (found.expires, found.totals.net) == (date(2026, 3, 31), D("17.00"))
    assert (found.renewals[0].expires, found.renewals[0].totals.net) == (date(2026, 4, 30), D("31.00"))
    bare = bought(book=plans({"align": 1, "stub": "actual-days"}, mode={"expires": "end-of-day"}))
    assert bare.expires == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("start", "first", "right", "other"),
    [
        # The day's beginning is before noon, so the term ends on it, or a month later where it is long: "the instant is compared by date and time".
        ("2026-04-14", "short", "2026-04-14T12:00", "2026-05-14T12:00"),
        ("2026-04-14", "long", "2026-05-14T12:00", "2026-05-14"),
        ("2026-04-14T13:00", "short", "2026-05-14T12:00", "2026-04-14T12:00"),
        ("2026-04-14T12:00", "short", "2026-05-14T12:00", "2026-04-14T12:00"),
        ("2026-04-14T12:00", "long", "2026-05-14T12:00", "2026-06-14T12:00"),
        ("2026-04-14T13:00", "long", "2026-06-14T12:00", "2026-05-14T12:00"),
    ],
)
def test_the_instant_is_compared_by_date_and_time(start, first, right, other):
    found = bought({"align": {"day": 14, "time": "12:00", "first": first}, "stub": "actual-days"}, day=start)
    assert found.expires == at(right) != at(other)


@pytest.mark.parametrize(
    ("day", "align", "expires", "right"),
    [
        # Wednesday, 4 March: to Monday the 9th, 5 of 7 days, at 1.00 a week; bought on a Monday it is whole.
        ("2026-03-04", {"day": "monday", "first": "short"}, "2026-03-09", F(5, 7)),
        ("2026-03-09", {"day": "monday", "first": "short"}, "2026-03-16", F(1)),
        ("2026-03-08", {"day": "monday", "first": "short"}, "2026-03-09", F(1, 7)),
        # Long: a week to the 11th, and to the first Monday after it 5 days more.
        ("2026-03-04", "monday", "2026-03-16", F(12, 7)),
        ("2026-03-04", "wednesday", "2026-03-11", F(1)),
        ("2026-03-04", {"day": "wednesday"}, "2026-03-11", F(1)),
        ("2026-03-04", {"time": "00:00"}, "2026-03-11", F(1)),
    ],
)
def test_weeks_end_on_a_day_of_the_week(day, align, expires, right):
    """2.2: "`align: monday ... sunday` for terms of days"."""
    book = passes(renew={"align": align, "stub": "actual-days"})
    found = quoted(book, order("1 week", day, renew={"date": expires, "term": "1 week"}))
    assert adds_up(found)
    assert (found.totals.net, found.expires) == (D(cents(right)), at(expires))
    assert (found.renewals[0].totals.net, found.renewals[0].expires) == (D("1.00"), at(expires) + timedelta(days=7))


def test_other_terms_of_days_go_to_the_next_such_day():
    """Of 28 days each fourth Monday; a day goes on to the next one."""
    book = passes(renew={"align": "monday", "stub": "actual-days"})
    assert quoted(book, order("28 days", "2026-03-02")).expires == at("2026-03-30")
    day = quoted(book, order("1 day", "2026-03-03", renew={"date": "2026-03-09", "term": "1 day"}))
    assert (day.expires, day.totals.net) == (at("2026-03-09"), D(cents(F(6, 7))))  # Tuesday, and five days more
    assert (day.renewals[0].expires, day.renewals[0].totals.net) == (at("2026-03-16"), D("1.00"))


def test_each_day_at_its_time():
    """A pass for a day from 08:00 ends at 14:30 of the next, six and a half hours longer; a short one at 14:30 of the same day."""
    book = passes(priced(24, "day"), renew={"align": {"time": "14:30"}, "stub": "seconds"})
    long = quoted(book, order("1 day", "2026-03-10T08:00"))
    assert (long.expires, long.totals.net) == (at("2026-03-11T14:30"), D("30.50"))
    book = passes(priced(24, "day"), renew={"align": {"time": "14:30", "first": "short"}, "stub": "seconds"})
    short = quoted(book, order("1 day", "2026-03-10T08:00"))
    assert (short.expires, short.totals.net) == (at("2026-03-10T14:30"), D("6.50"))


def test_a_change_in_a_short_term_counts_what_is_left_of_it():
    """On 24 March 8 of the 17 days are left: a second pass costs 8/31 of 31.00, and leaving then returns as much."""
    assert amount(bought(change={"date": "2026-03-24", "items": {"pass": 2}})) == D("8.00")
    assert bought(unsubscribe={"date": "2026-03-24"}).unsubscription.refund == D("8.00")


def test_what_is_due_once_is_due_in_a_short_term_too():
    book = plans()
    book["prices"].append(priced(5, "once"))
    found = bought(book=book, renew={"date": "2026-03-31", "term": "1 month"})
    assert (found.totals.net, found.renewals[0].totals.net) == (D("22.00"), D("31.00"))


@pytest.mark.parametrize(
    ("discount", "first", "then"),
    [
        ({"percent_off": "50%"}, "8.50", "15.50"),
        ({"fixed_price": D("15.50")}, "8.50", "15.50"),
        # Half of the first 17 days are free: by the clock, 8.5 days less half an hour for the spring's hour.
        ({"lasts": "10 days", "percent_off": "100%"}, cents(17 * (1 - F(10 * 24, 17 * 24 - 1))), "31.00"),
        ({"lasts": "1 month", "percent_off": "100%"}, "0.00", cents(31 * (1 - F(14, 30)))),
        ({"by": "term", "tiers": [{"from": "1 month", "percent_off": "10%"}]}, "15.30", "27.90"),
    ],
)
def test_discounts_reach_a_short_term(discount, first, then):
    book = plans(discounts={"d": {"title": "D", **discount}}, discount_policy=["d"])
    found = bought(book=book, renew={"date": "2026-03-31", "term": "1 month"})
    assert (str(found.totals.net), str(found.renewals[0].totals.net)) == (first, then)


def test_no_free_time_is_counted_in_a_short_term():
    """Of three months one is free; 17 days have none."""
    tiers = [{"from": "3 months", "pay_for": "2 months"}]
    book = plans(discounts={"d": {"title": "D", "by": "term", "tiers": tiers}}, discount_policy=["d"])
    found = bought(book=book, term="3 months", renew={"date": "2026-03-31", "term": "3 months"})
    assert (found.totals.net, found.renewals[0].totals.net) == (D("17.00"), D("62.00"))


@pytest.mark.parametrize("policy", [{}, {"align": 15, "stub": "actual-days"}, SHORT])
def test_a_sheet_compares_whole_terms(policy):
    """What a year costs against a month is not told by the days to the next 15th: it said 72.21% for a year at twelve times the price of a month."""
    text = render_sheet_markdown(build_sheet(loaded(plans(policy)), datetime(2026, 3, 2, tzinfo=UTC), "EUR"), "en")
    assert "The price per month is the same for each term." in text
    assert "72.21%" not in text
    assert "What each term costs" not in text


@pytest.mark.parametrize("policy", [{"align": 15, "stub": "actual-days"}, SHORT])
def test_terms_to_a_unified_day_are_not_compared_by_the_month(policy):
    """In a short first term three months cost what one costs; that they are 67% less a month was told."""
    book = loaded(plans(policy))
    asked, _ = load_order("order.yaml", write(order("1 month", "2026-03-20")).encode(), book, None)
    assert [(each.amount is None, each.per_month, each.saving) for each in compare_terms(book, asked)] == [(False, None, None)] * 3


def findings(book: Mapping) -> list[tuple[str, str, str]]:
    return [(each.code, each.message, each.help) for each in load_book({"book.yaml": write(book).encode()}).diagnostics]


@pytest.mark.parametrize(
    ("book", "said", "remedy"),
    [
        (plans({"align": "monday"}), "terms end on a day of the week, or each day, and those of `pass` are counted in months", "`align: 1`"),
        (passes(renew={"align": 15}), "terms end on a day of the month, and those of `pass` are counted in days", "`align: monday`"),
        (passes(renew={"align": "monday", "stub": "30-360"}), "counts a part of a term by `30-360`, and those of `pass` are counted in days", "`stub: actual-days`"),
        (
            plans({"align": {"day": 1, "time": "12:00"}}, mode={"expires": "end-of-day"}),
            "terms of `pass` last to the end of a day, and under `again` they end at 12:00", "leave `time` out",
        ),
    ],
)  # fmt: skip
def test_a_policy_fits_the_terms(book, said, remedy):
    ((code, message, fix),) = findings(book)
    assert code == "P114"
    assert said in message
    assert remedy in fix


@pytest.mark.parametrize(
    "align",
    [0, 29, 31, "someday", {"day": 30}, {"day": 1, "time": "24:00"}, {"day": 1, "time": "9:00"}, {"day": "calendar", "time": "12:00"}, {"first": "never"}],
)
def test_a_day_that_months_lack_is_refused(align):
    """Bad input: "`align` with a day that months lack"."""
    assert findings(plans({"align": align}))


@pytest.mark.parametrize(
    ("align", "said"),
    [
        (
            {"day": 1, "first": "short"},
            "Terms end as day 1 of a month begins. The first term is shorter: it ends on the first such day after its start. It costs a part of a period",
        ),
        ({"day": 15, "time": "12:00"}, "Terms end on day 15 of a month, at 12:00. The extra part of a period is counted"),
        ({"day": "last-day", "time": "18:30"}, "Terms end on the last day of a month, at 18:30."),
        ({"day": "calendar", "first": "short"}, "Terms end with the calendar month. The first term is shorter"),
        (15, "Terms end on day 15 of a month."),
    ],
)
def test_a_sheet_says_the_day_and_the_first_term(align, said):
    text = render_sheet_markdown(build_sheet(loaded(plans({"align": align, "stub": "actual-days"})), datetime(2026, 3, 2, tzinfo=UTC), "EUR"), "en")
    assert said in text


@pytest.mark.parametrize(("language", "said"), [("en", "Terms end on a Monday."), ("de", "Montag"), ("ja", "月曜日"), ("zh", "星期一"), ("ar", "الاثنين")])
def test_a_sheet_says_the_day_of_the_week(language, said):
    text = render_sheet_markdown(build_sheet(loaded(passes(renew={"align": "monday"})), datetime(2026, 3, 2, tzinfo=UTC), "EUR"), language)
    assert said in text


def test_a_new_full_term_is_not_cut_short():
    """3.8 and 2.2: what begins anew with a change on 24 March is a full month and goes on to 1 May: 62.00 x (1 + 7/30), less 8/17 of 17.00; a first term alone is short."""
    book = plans(spec_changes={"by-day": {"supports": ["expand"], "charge": "new-less-credit", "remaining": DAYS}})
    assert amount(bought(book=book, change={"date": "2026-03-24", "items": {"pass": 2}})) == D(cents(62 * (1 + F(7, 30)) - 8))
