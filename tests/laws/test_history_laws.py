"""Laws of what happens to a subscription (rule language, 3.7, 3.8, 3.10): parts add up, nobody gets back more than was paid."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.model.policies import Remaining
from engine.pricing.remaining import remaining_duration, share_of_month, share_of_period
from engine.values.money import minor_places
from engine.values.periods import Duration, zone
from tests.extent import examples
from tests.pricing.fine_print import plan, quote
from tests.pricing.later_shop import later
from tests.pricing.traces import adds_up, check_change

BERLIN = zone("Europe/Berlin")
BY_LENGTH = ("calendar-months", "days-of-365", "30-day-month", "30-360", "365/12")
BY_SHARE = ("actual-days", "seconds")
DAYS = st.dates(date(2023, 1, 1), date(2027, 12, 31))


def left(convention, start, end, at, counts="same-day"):
    policy = Remaining(convention, convention, counts)
    instants = [datetime(each.year, each.month, each.day, tzinfo=BERLIN).astimezone(UTC) for each in (start, end, at)]
    begin, finish, moment = instants
    return remaining_duration(policy, Duration(months=1), begin, finish, moment, BERLIN).value


@examples(40)
@given(days=st.lists(DAYS, min_size=3, max_size=3, unique=True).map(sorted), convention=st.sampled_from(BY_LENGTH))
def test_parts_of_a_period_add_up(days, convention):
    """From a to b and from b to c is from a to c, for every convention that measures a length."""
    start, middle, end = days
    whole = left(convention, start, end, start)
    assert Fraction(left(convention, start, middle, start)) + Fraction(left(convention, middle, end, middle)) == whole


@examples(40)
@given(days=st.lists(DAYS, min_size=4, max_size=4, unique=True).map(sorted), convention=st.sampled_from(BY_SHARE))
def test_shares_of_a_period_add_up(days, convention):
    """What measures a share of its own period: all at the start, nothing at the end, and equal stretches are equal shares."""
    start, one, other, end = days
    assert (left(convention, start, end, start), left(convention, start, end, end)) == (1, 0)
    used = Fraction(left(convention, start, end, one)) - Fraction(left(convention, start, end, other))
    if convention == "actual-days":
        assert used == Fraction((other - one).days, (end - start).days)
    assert 0 < used < 1


@examples(40)
@given(month=DAYS, cuts=st.lists(st.integers(1, 27), min_size=1, max_size=3, unique=True).map(sorted), convention=st.sampled_from((*BY_LENGTH, *BY_SHARE)))
def test_parts_of_a_month_add_up(month, cuts, convention):
    """3.4, `stub`: a month cut in parts costs what it costs in one, by every convention that prorates."""
    first = datetime(month.year, month.month, 1)
    after = datetime(month.year + month.month // 12, month.month % 12 + 1, 1)
    borders = [first, *(first + timedelta(days=cut) for cut in cuts), after]
    instants = [wall.replace(tzinfo=BERLIN).astimezone(UTC) for wall in borders]
    parts = [Fraction(share_of_month(convention, *pair, BERLIN)) for pair in itertools.pairwise(instants)]
    assert sum(parts) == Fraction(share_of_month(convention, instants[0], instants[-1], BERLIN))


@examples(40)
@given(days=st.lists(DAYS, min_size=3, max_size=3, unique=True).map(sorted), convention=st.sampled_from((*BY_LENGTH, *BY_SHARE)))
def test_the_extra_part_of_a_term_grows_by_its_days(days, convention):
    """3.10, `align`: a later unified day costs more, never less; none at all costs nothing."""
    start, one, other = (datetime(each.year, each.month, each.day) for each in days)
    end = start + timedelta(days=365)
    none, less, more = (Fraction(share_of_period(convention, (start, to), (start, end), 12, BERLIN)) for to in (start, one, other))
    assert none == 0 <= less <= more


# --- histories ----------------------------------------------------------------------------------------------------------------------

CONVENTIONS = (*BY_LENGTH, *BY_SHARE, "28-day-month", "whole-period", "none")
PRICES = {"EUR": Decimal("9.90"), "JPY": Decimal(1480), "IQD": Decimal("12.345")}
SALE = {"sale": {"title": "Sale", "percent_off": "15%"}}
GIFT = {"gift": {"title": "Gift", "amount_off": {"EUR": 5, "JPY": 500, "IQD": 5}}}


def price_in(currency, items):
    return {"effective": "2025-02-01", "billing_mode": "plan", "per": "month", "currency": currency, "items": items}


@st.composite
def histories(draw):
    """A book of one currency and policy, and an order with changes, perhaps a renewal among them, and an end."""
    currency = draw(st.sampled_from(sorted(PRICES)))
    convention = draw(st.sampled_from(CONVENTIONS))
    counts = "instant" if convention == "seconds" else draw(st.sampled_from(["same-day", "next-day"]))
    policy = {
        "charge": draw(st.sampled_from(["difference", "full-difference", "new-less-credit"])),
        "remaining": {"monthly": convention, "yearly": convention, "counts_from": counts},
        "discount": draw(st.sampled_from(["as-ordered", "on-difference", "current", "none"])),
        "amounts": draw(st.sampled_from(["once", "again"])),
        "credit": {"base": draw(st.sampled_from(["paid", "list"])), "cap": "paid"},
    }
    if policy["discount"] == "on-difference":
        assume(policy["charge"] != "new-less-credit" and policy["credit"]["base"] == "paid")
    seat = price_in(currency, {"seat": PRICES[currency], "disk": Decimal(1)})
    gift = draw(st.sampled_from([{}, GIFT]))
    book = later(
        seat, change=policy, leave={"fee": [{"fee": draw(st.sampled_from(["0%", "10%"]))}]}, discounts=SALE | gift, discount_policy=["sale", *gift],
        renew=draw(st.sampled_from([{}, {"align": "last-day", "stub": "actual-days"}, {"align": 10, "stub": "calendar-months"}])),
        taxes=[{"id": "vat", "tax": "vat", "rate": "10%"}],
    )  # fmt: skip
    held = {"seat": 10, "disk": 7}
    changes = []
    for day in sorted(draw(st.lists(st.integers(2, 31), min_size=1, max_size=4))):
        item = draw(st.sampled_from(["seat", "disk"]))
        count = draw(st.integers(1, 30).filter(lambda each, item=item: each != held[item]))
        held[item] = count
        changes.append({"date": f"2026-03-{day:02d}", "items": {item: count}})
    order = plan({"seat": 10, "disk": 7}, currency=currency, change=changes, unsubscribe={"date": "2026-03-31T18:00"})
    if draw(st.booleans()):
        order["renew"] = {"date": f"2026-03-{draw(st.integers(2, 30)):02d}", "term": "1 month"}
    return book, order


@examples(30)
@given(histories())
def test_no_history_returns_more_than_was_paid(case):
    """Refund <= paid under `cap: paid`: at no moment is less than nothing paid in all, and leaving returns no more than that."""
    found = quote(*case)
    paid = found.totals.net
    events = [(each.at, each.charge if each.refund is None else -each.refund) for each in found.changes]
    events += [(each.at, each.totals.net) for each in found.renewals or ()]
    for _, amount in sorted(events, key=lambda each: each[0]):
        paid += amount
        assert paid >= 0
    assert 0 <= found.unsubscription.refund <= paid


@examples(30)
@given(histories())
def test_totals_are_the_sums_of_the_lines_in_every_currency(case):
    """To the minor unit: none in JPY, three places in IQD."""
    found = quote(*case)
    places = minor_places(found.currency)
    assert found.totals.net == sum(line.amount for line in found.lines)
    for renewal in found.renewals or ():
        assert renewal.totals.net == sum(line.amount for line in renewal.lines)
    for change in found.changes:
        owed = change.charge if change.refund is None else -change.refund
        assert owed == sum(line.amount for line in change.lines)
        assert change.tax == (sum(each.amount for each in change.taxes) if change.refund is None else -sum(each.amount for each in change.taxes))
        assert not any(check_change(line) for line in change.lines)
    amounts = [line.amount for line in found.lines] + [line.amount for change in found.changes for line in change.lines]
    assert all((Fraction(amount) * 10**places).denominator == 1 for amount in (*amounts, found.unsubscription.refund))
    assert adds_up(found)


@pytest.mark.parametrize("currency", sorted(PRICES))
@pytest.mark.parametrize("charge", ["difference", "full-difference"])
@examples(8)
@given(day=st.integers(1, 31), to=st.integers(1, 60).filter(lambda count: count != 10), convention=st.sampled_from(CONVENTIONS))
def test_there_and_back_on_one_instant_is_nothing(currency, charge, day, to, convention):
    """Upgrade then downgrade nets zero, whatever the currency: both ways the same charge, `base: paid`, `as-ordered`, no coupon."""
    counts = "instant" if convention == "seconds" else "same-day"
    policy = {"charge": charge, "remaining": {"monthly": convention, "yearly": convention, "counts_from": counts}, "credit": {"cap": "none"}}
    book = later(price_in(currency, {"seat": PRICES[currency]}), change=policy, discounts=SALE, discount_policy=["sale"])
    days = [{"date": f"2026-03-{day:02d}", "items": {"seat": count}} for count in (to, 10)]
    there, back = quote(book, plan({"seat": 10}, currency=currency, change=days)).changes
    assert (there.charge, there.refund) == (back.refund, back.charge) or there.charge == back.charge == 0
