"""Rule language, second version, 8.14: quotas are each subscription's own; `used_up_to` runs to the end of that day; a change that changes nothing,
or drops everything, is an error."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.billing.usage_shop import SHOP, account, bill, book_of, event, lines_of, refused, shop, subscription, used
from tests.pricing.fine_print import plan, quote, reads, refusals, use
from tests.pricing.later_shop import later

# --- quotas: a bundle gives 50 GB of traffic a month, a GB beyond costs 0.02 ----------------------------------------------------------

MOVES = shop(
    billing_modes=SHOP["billing_modes"] | {"again": SHOP["billing_modes"]["paid"] | {"title": "Again"}},
    prices=[*SHOP["prices"], *({**entry, "billing_mode": "again"} for entry in SHOP["prices"] if entry["billing_mode"] == "paid")],
    mode_changes=[{"from": "paid", "to": "again", "takes_effect": "immediately"}],
)
BUNDLE = {"term": "1 month", "items": {"bundle": 1}}
USE = subscription("u", "use", event("2026-03-01", "start"))


def traffic(*subscriptions: Mapping, rows: tuple, book: Mapping = SHOP, last: str = "2026-04-01") -> Decimal:
    built = book_of(book)
    return used(bill(built, account(built, *subscriptions), [("u", "egress", at, quantity) for at, quantity in rows], last=last), "egress")


def test_a_quota_that_follows_another_is_whole():
    """60 GB on the 5th and on the 20th; one bundle until the 11th, another from then on: 10 GB beyond each, 0.40. Counted together, what the first
    one covered had used up the second: 10 and 60 GB, 1.40."""
    first = subscription("a", "paid", event("2026-03-01", "purchase", **BUNDLE), event("2026-03-11", "unsubscribe"))
    second = subscription("b", "paid", event("2026-03-11", "purchase", **BUNDLE))
    reads(traffic(first, second, USE, rows=(("03-05T10:00", 60), ("03-20T10:00", 60))), "0.40", "1.40")


def test_two_at_once_are_two():
    """120 GB with two bundles: 20 GB beyond; with one quota for all 70."""
    both = [subscription(name, "paid", event("2026-03-01", "purchase", **BUNDLE)) for name in "ab"]
    reads(traffic(*both, USE, rows=(("03-05T10:00", 60), ("03-20T10:00", 60))), "0.40", "1.40")


def test_a_subscription_has_one_whatever_mode_it_moves_to():
    """The same subscription in another billing mode since the 11th: its March quota was used up on the 5th, so 10 and 60 GB are beyond; as if it were
    another subscription only 10 and 10."""
    moved = subscription(
        "a", "paid", event("2026-03-01", "purchase", **BUNDLE), event("2026-03-11", "switch", to="again"), event("2026-03-11", "purchase", **BUNDLE)
    )
    reads(traffic(moved, USE, rows=(("03-05T10:00", 60), ("03-20T10:00", 60)), book=MOVES), "1.40", "0.40")


def test_a_change_gives_what_it_adds():
    """A second bundle on the 11th: 100 GB in March, of which 50 were used; 10 GB beyond on the 5th and on the 20th; anew it were 100 on the 20th."""
    grown = subscription("a", "paid", event("2026-03-01", "purchase", **BUNDLE), event("2026-03-11", "change", items={"bundle": 2}))
    reads(traffic(grown, USE, rows=(("03-05T10:00", 60), ("03-20T10:00", 110))), "1.40", "0.40")


def test_a_renewal_in_the_month_gives_no_second_one():
    """A term from 10 March to 10 April and its renewal: one quota for April, not one for each term."""
    renewed = subscription("a", "paid", event("2026-03-10", "purchase", **BUNDLE), event("2026-04-01", "renew", term="1 month"))
    rows = (("04-05T10:00", 60), ("04-20T10:00", 60))
    own = event("2026-03-01", "start")
    built = book_of(SHOP)
    found = bill(built, account(built, renewed, subscription("u", "use", own)), [("u", "egress", *row) for row in rows], "2026-04-01", "2026-05-01")
    reads(used(found, "egress"), "1.40", "0.40")


# --- used_up_to ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "limit", "leaving", "right", "other"),
    [
        # Begun at 14:00: the anniversary counts to its end, not to 14:00.
        ("2026-03-01T14:00", "1 month", "2026-04-01T23:59", "10", "50"),
        ("2026-03-01T14:00", "1 month", "2026-04-02", "50", "10"),
        ("2026-01-31T09:00", "1 month", "2026-02-28T22:00", "10", "50"),
        # Days by the calendar: over the clock change 30 x 24 hours lead an hour into the next day.
        ("2026-03-01T23:30", "30 days", "2026-03-31T23:59", "10", "50"),
        ("2026-03-01T23:30", "30 days", "2026-04-01T00:15", "50", "10"),
        # In autumn they would lead to the day before.
        ("2026-10-20T00:00", "7 days", "2026-10-27T12:00", "10", "50"),
        # Hours are elapsed.
        ("2026-03-28T12:00", "36 hours", "2026-03-30T01:00", "10", "50"),
        ("2026-03-28T12:00", "36 hours", "2026-03-30T01:01", "50", "10"),
    ],
)
@pytest.mark.parametrize("expires", ["same-time", "end-of-day"])
def test_used_up_to_runs_to_the_end_of_the_day(start, limit, leaving, right, other, expires):
    """A year for 120.00; up to the limit the fee is 10%, later 50%."""
    leave = {"full_refund_within": "1 hour", "fee": [{"used_up_to": limit, "fee": "10%"}, {"fee": "50%"}]}
    book = later(leave=leave, mode={"expires": expires})
    found = quote(book, plan({"seat": 1}, "1 year", date=start, unsubscribe={"date": leaving}))
    reads(found.unsubscription.fee, 120 * int(right) / Decimal(100), 120 * int(other) / Decimal(100))


def test_of_a_renewal_it_counts_from_its_own_start():
    """Left on 1 May, a month after the renewed term began: 10%; counted from the purchase two months were over."""
    leave = {"full_refund_within": "1 hour", "fee": [{"used_up_to": "1 month", "fee": "10%"}, {"fee": "50%"}]}
    order = plan({"seat": 1}, renew={"date": "2026-03-20", "term": "1 year"}, unsubscribe={"date": "2026-05-01T23:59"})
    reads(quote(later(leave=leave, mode={"expires": "same-time"}), order).unsubscription.fee, "12", "60")


# --- changes that change nothing, or drop everything --------------------------------------------------------------------------------

SAME = {"seat": 10, "edition": "small"}


@pytest.mark.parametrize(
    "change", [{}, {"charge": "none"}, {"charge": "none", "takes_effect": "next-renewal"}, {"charge": "full-difference"}, {"charge": "new-less-credit"}]
)
@pytest.mark.parametrize(
    ("items", "code"),
    [
        ({"seat": 10}, "nothing-changes"),
        ({"edition": "small"}, "nothing-changes"),
        ({"edition": {"spec": "small", "quantity": 1}}, "nothing-changes"),
        ({"seat": 20, "edition": "small"}, "nothing-changes"),
        ({"disk": 0}, "nothing-changes"),
        ({"seat": 0, "edition": 0}, "nothing-ordered"),
    ],
)
def test_such_a_change_is_an_error(items, code, change):
    """Whatever it would cost, whenever it would take effect: refused, not a change for 0.00."""
    order = plan(SAME, change={"date": "2026-03-10", "items": items})
    assert refusals(later(change=change), order) == [code]


def test_a_second_change_to_what_is_held_by_then():
    changes = [{"date": "2026-03-10", "items": {"seat": 20}}, {"date": "2026-03-12", "items": {"seat": 20}}]
    assert refusals(later(), plan(SAME, change=changes)) == ["nothing-changes"]


@pytest.mark.parametrize("items", [{"seat": 5}, {"seat": 20}, {"edition": "large"}, {"seat": 0}, {"disk": 7}])
def test_a_change_that_waits_already_changes_nothing(items):
    """Reduced, raised, dropped or added at the next renewal: asked for again it is refused; once renewed it is what is held."""
    book = later(change={"charge": "none", "takes_effect": "next-renewal"})
    once = {"date": "2026-03-10", "items": items}
    assert refusals(book, plan(SAME, change=[once, once | {"date": "2026-03-12"}])) == ["nothing-changes"]
    assert refusals(book, plan(SAME, change=[once, {"date": "2026-03-12", "items": {"seat": 3}}])) == []
    renewed = plan(SAME, change=[once, once | {"date": "2026-04-10"}], renew={"date": "2026-03-20", "term": "1 month"})
    assert refusals(book, renewed) == ["nothing-changes"]


def test_of_what_is_billed_by_usage():
    book = later()
    modes = book["billing_modes"] | {"use": book["billing_modes"]["use"] | {"spec_change": "by-time"}}
    book |= {"billing_modes": modes, "spec_changes": {"by-time": book["spec_changes"]["by-time"]}}
    for items, code in (({"hour": 1}, "nothing-changes"), ({"hour": 0}, "nothing-ordered")):
        assert refusals(book, use({"hour": 1}, "1 month", change={"date": "2026-03-10", "items": items})) == [code]


@pytest.mark.parametrize(("items", "code"), [({"plan": "small"}, "Q506"), ({"plan": 0}, "Q216"), ({"disk": 0}, "Q506")])
def test_of_an_account(items, code):
    """An invoice refuses it at the event, instead of a line of 0.00 or of none."""
    built = book_of(SHOP)
    made = account(
        built, subscription("a", "paid", event("2026-03-01", "purchase", term="1 month", items={"plan": "small"}), event("2026-03-10", "change", items=items))
    )
    assert refused(bill(built, made, [])) == [code]


def test_lines_of_a_bill_are_the_quotas_control():
    """Without any bundle the same use costs 2.40: the quotas above are what made the difference."""
    built = book_of(SHOP)
    found = bill(built, account(built, USE), [("u", "egress", "03-05T10:00", 60), ("u", "egress", "03-20T10:00", 60)])
    assert [(line[1], line[3]) for line in lines_of(found)] == [("egress", Decimal("2.40"))]
