"""What an edit of prices changed: by what a price is for and by date, however the files are cut, and whom it reaches."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.review.comparison import book_changes
from engine.review.price_changes import price_changes
from engine.values.periods import local_date
from tests.laws.books import books, loaded
from tests.pricing.fine_print import shop

TODAY = datetime(2026, 6, 15, tzinfo=UTC)
EARLY = {"effective": "2026-01-01", "billing_mode": "plan", "per": "month"}
OCTOBER = {"effective": "2026-10-01", "announced": "2026-08-01", "billing_mode": "plan", "per": "month"}


def D(text):
    return Decimal(text)


def tiers(*rows):
    return {"model": "graduated", "tiers": [{**({"up_to": D(bound)} if bound else {}), "unit_price": D(price)} for bound, price in rows]}


def book(*prices, **settings):
    return loaded(shop(book=settings) | {"prices": list(prices)})


def named(each):
    return f"{each.path[-1]} above {each.above}" + (f" up to {each.upto}" if each.upto else "") if each.what == "tier" else each.path[-1]


def told(old, new):
    """Each change as (sign, what it is of, tier, before, after, from which day, what it breaks)."""
    return [
        (each.sign, named(each), str(each.before), str(each.after),
         str(local_date(each.reach.since, new.zone)) if each.reach.since else None, each.breaks)
        for each in price_changes(old, new, TODAY)
    ]  # fmt: skip


SEAT = EARLY | {"items": {"seat": D("10.00")}}
CASES = {
    "nothing": ([SEAT], [SEAT], []),
    "a price for later supersedes the one in force": (
        [SEAT], [SEAT, OCTOBER | {"items": {"seat": D("11.20")}}], [("changed", "seat", "10.00", "11.20", "2026-10-01", None)],
    ),
    "a price in force is edited, not superseded": (
        [SEAT], [EARLY | {"items": {"seat": D("11.20")}}], [("changed", "seat", "10.00", "11.20", "2026-01-01", "edited")],
    ),
    "a price begins before the day of the edit": (
        [SEAT], [SEAT, OCTOBER | {"effective": "2026-06-01", "items": {"seat": D("9.00")}}],
        [("changed", "seat", "10.00", "9.00", "2026-06-01", "backdated")],
    ),
    "what was announced is taken back": (
        [SEAT, OCTOBER | {"items": {"seat": D("11.20")}}], [SEAT], [("changed", "seat", "11.20", "10.00", "2026-10-01", None)],
    ),
    "what was announced is another price": (
        [SEAT, OCTOBER | {"items": {"seat": D("11.20")}}], [SEAT, OCTOBER | {"items": {"seat": D("12.00")}}],
        [("changed", "seat", "11.20", "12.00", "2026-10-01", None)],
    ),
    "an edit is told once, and not again with each later date that keeps it": (
        [SEAT, OCTOBER | {"items": {"disk": D("5.00")}}], [EARLY | {"items": {"seat": D("11.20")}}, OCTOBER | {"items": {"disk": D("5.00")}}],
        [("changed", "seat", "10.00", "11.20", "2026-01-01", "edited")],
    ),
    "a tier is put between two": (
        [EARLY | {"items": {"seat": tiers(("100", "2.40"), (None, "2.10"))}}],
        [EARLY | {"items": {"seat": tiers(("100", "2.40"), (None, "2.10"))}},
         OCTOBER | {"items": {"seat": tiers(("100", "2.40"), ("500", "2.10"), (None, "1.90"))}}],
        [("changed", "seat above 500", "2.10", "1.90", "2026-10-01", None)],
    ),
    "a tier begins elsewhere": (
        [EARLY | {"items": {"seat": tiers(("100", "2.40"), (None, "2.10"))}}],
        [EARLY | {"items": {"seat": tiers(("100", "2.40"), (None, "2.10"))}}, OCTOBER | {"items": {"seat": tiers(("200", "2.40"), (None, "2.10"))}}],
        [("changed", "seat above 100 up to 200", "2.10", "2.40", "2026-10-01", None)],
    ),
    "a tier in the middle is dearer": (
        [EARLY | {"items": {"seat": tiers(("100", "2.40"), ("250", "2.20"), (None, "2.10"))}}],
        [EARLY | {"items": {"seat": tiers(("100", "2.40"), ("250", "2.30"), (None, "2.10"))}}],
        [("changed", "seat above 100 up to 250", "2.20", "2.30", "2026-01-01", "edited")],
    ),
    "who had no price of his own gets one": (
        [SEAT], [SEAT, EARLY | {"effective": "2026-02-01", "when": {"segment": "partner"}, "items": {"seat": D("13.00")}}],
        [("changed", "seat", "10.00", "13.00", "2026-02-01", "backdated")],
    ),
    "an item is sold that was not": ([SEAT], [SEAT, OCTOBER | {"items": {"disk": D("5.00")}}], [("added", "disk", "None", "5.00", "2026-10-01", None)]),
    "a sale ends": (
        [SEAT], [SEAT, {"effective": "2026-10-01", "billing_mode": "plan", "items": {"seat": {"withdrawn": True}}}],
        [("removed", "seat", "10.00", "None", "2026-10-01", None)],
    ),
    "a price of another kind is told as a whole": (
        [SEAT], [SEAT, OCTOBER | {"items": {"seat": {"model": "package", "size": D("10"), "price": D("90.00")}}}],
        [("changed", "seat", "10.00 each", "90.00 for 10", "2026-10-01", None)],
    ),
    "a fee beside a price": (
        [EARLY | {"items": {"seat": [D("10.00"), {"model": "flat", "amount": D("5.00")}]}}], [EARLY | {"items": {"seat": tiers(("5", "9.00"), (None, "8.00"))}}],
        [("changed", "seat", "10.00 each + 5.00 flat", "graduated: 9.00 up to 5, then 8.00", "2026-01-01", "edited")],
    ),
    "a price in force is gone": ([SEAT, EARLY | {"items": {"disk": D("5.00")}}], [SEAT], [("removed", "disk", "5.00", "None", "2026-01-01", "withdrawn")]),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), CASES.values(), ids=CASES)
def test_a_price_is_told_by_what_it_is_for_and_from_when(before, after, expected):
    assert told(book(*before), book(*after)) == expected


@pytest.mark.parametrize(
    ("announced", "price", "broken"),
    [("2026-09-15", "11.20", "notice"), ("2026-08-20", "11.20", None), (None, "11.20", "notice"), (None, "9.00", None)],
)
def test_a_rise_that_is_announced_too_late_breaks_what_the_book_promises(announced, price, broken):
    later = {key: value for key, value in OCTOBER.items() if key != "announced"} | ({"announced": announced} if announced else {})
    old, new = book(SEAT, price_notice="30 days"), book(SEAT, later | {"items": {"seat": D(price)}}, price_notice="30 days")
    assert [each.breaks for each in price_changes(old, new, TODAY)] == [broken]


@pytest.mark.parametrize(
    ("told", "price", "notice", "broken"),
    [
        ("2026-06-01", "12.00", "120 days", "announced"),  # on 15 June nobody can be told of 12.00 in time any more
        ("2026-06-01", None, "120 days", "announced"),  # 9.00 is taken back, and 10.00 goes on
        ("2026-06-01", "8.00", "120 days", None),
        ("2026-06-01", "12.00", "30 days", None),
        ("2026-07-01", "12.00", "90 days", None),  # nobody was told yet
        ("2026-06-01", "12.00", None, None),
    ],
)
def test_an_announced_price_that_is_taken_back_breaks_a_promise_where_the_book_makes_one(told, price, notice, broken):
    settings = {"price_notice": notice} if notice else {}
    announced = OCTOBER | {"announced": told}
    later = [announced | {"items": {"seat": D(price)}}] if price else []
    old, new = book(SEAT, announced | {"items": {"seat": D("9.00")}}, **settings), book(SEAT, *later, **settings)
    assert [each.breaks for each in price_changes(old, new, TODAY)] == [broken]


def test_whom_a_price_reaches_and_when_it_was_announced_are_told_too():
    later = OCTOBER | {"items": {"seat": D("11.20")}}
    found = [
        (each.what, each.breaks)
        for changed in ({"running_subscriptions": "never"}, {"announced": "2026-09-20"})
        for each in price_changes(book(SEAT, later, price_notice="30 days"), book(SEAT, later | changed, price_notice="30 days"), TODAY)
    ]
    assert found == [("running-subscriptions", None), ("announced", "notice")]


@pytest.mark.parametrize("word", ["next-renewal", "never"])
def test_running_subscriptions_are_reached_as_the_price_says(word):
    (found,) = price_changes(book(SEAT), book(SEAT, OCTOBER | {"running_subscriptions": word, "items": {"seat": D("11.20")}}), TODAY)
    assert (found.reach.running, found.paid) == (word, D("0.12"))


@given(books(), st.data())
def test_a_book_differs_from_itself_by_nothing_and_by_one_number_in_that_number(data, drawn):
    """Whatever a book sells: one unit price that is edited is the one that is told, with what it was and what it is."""
    old = loaded(data)
    assert book_changes(old, old, TODAY) == ()
    priced = [(number, item) for number, row in enumerate(data["prices"]) for item, price in row["items"].items() if isinstance(price, Decimal)]
    if not priced:
        return
    number, item = drawn.draw(st.sampled_from(priced))
    rows = [dict(row, items=dict(row["items"])) for row in data["prices"]]
    before = rows[number]["items"][item]
    rows[number]["items"][item] = before + 1
    new = loaded({**data, "prices": rows})
    found = book_changes(old, new, TODAY)
    assert found and {(each.path[2], each.before, each.after) for each in found} == {(item, before, before + 1)}
    assert all(each.paid == (Fraction(1) / Fraction(before) if before else None) for each in found)
