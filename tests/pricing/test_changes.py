"""Spec changes: every formula, factor and limit of rule language 3.8, with both numbers where a sentence can be read two ways."""

from datetime import date
from decimal import Decimal as D
from fractions import Fraction as F

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.values.periods import local_date, zone
from tests.extent import examples
from tests.pricing.fine_print import SHOP, plan, quote, reads, refusals
from tests.pricing.later_shop import CHANGE, amount, cents, changed, later
from tests.pricing.traces import adds_up, check_change

BERLIN = zone("Europe/Berlin")
HALF = {"remaining": {"monthly": "seconds", "yearly": "seconds", "counts_from": "instant"}}
"""Elapsed seconds: 16 March 12:00 in March (of a subscription that ends the same time) leaves exactly a half."""
EXACT = {"expires": "same-time"}
MIDDLE = "2026-04-16T00:00"  # of 1 April to 1 May: 15 of 30 days, without a change of the clock
APRIL = {"date": "2026-04-01"}
LADDER = {"edition": {"title": "Edition", "unit": "piece", "specs": {"small": {"title": "Small"}, "large": {"title": "Large"}}}}
EDITIONS = {"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "items": {"edition": {"small": 30, "large": 90}}}


def half(*prices, change={}, **sections):
    return later(*prices, change=HALF | change, mode=EXACT, **sections)


def at_half(book, items, start=None, term="1 month", **order):
    return changed(book, MIDDLE, items, term, start or {"seat": 10}, **APRIL, **order)


@pytest.mark.parametrize(
    ("charge", "expected"),
    [
        ("difference", "50.00"),  # (200 - 100) x 1/2
        ("full-difference", "100.00"),  # the whole term for R
        ("new-less-credit", "150.00"),  # a new month of 200 - 100 x 1/2
        ("none", "0.00"),
    ],
)
def test_every_formula(charge, expected):
    """3.8: `difference`, `full-difference`, `new-less-credit`, `none`, for 10 seats that become 20 in the middle of a month."""
    assert str(amount(at_half(half(change={"charge": charge}), {"seat": 20}))) == expected


def test_a_new_full_term_begins_with_the_change():
    """3.8: `new-less-credit` = N x a new full term that begins with the change: a second change sees its time."""
    days = [{"date": MIDDLE, "items": {"seat": 20}}, {"date": "2026-05-01T00:00", "items": {"seat": 30}}]
    found = quote(half(change={"charge": "new-less-credit"}), plan({"seat": 10}, change=days[:1], **APRIL))
    reads(amount(found), "150.00", "50.00")
    # The old month is over on 1 May, the new one runs to 16 May: half of it is left, and of 200 paid 100.
    found = quote(half(change={"charge": "new-less-credit"}), plan({"seat": 10}, change=days, **APRIL))
    reads(amount(found), cents(F(300) - 200 * F(1, 2)), "300.00")
    order = plan({"seat": 10}, change=days[:1], renew={"date": "2026-05-10", "term": "1 month"}, **APRIL)
    renewal = quote(half(change={"charge": "new-less-credit"}), order).renewals[0]
    assert (local_date(renewal.start, BERLIN), local_date(renewal.expires, BERLIN)) == (date(2026, 5, 16), date(2026, 6, 16))


@pytest.mark.parametrize(
    ("start", "items", "direction"),
    [
        ({"edition": "small"}, {"edition": "large"}, "upgrade"),
        ({"edition": "large"}, {"edition": "small"}, "downgrade"),
        ({"seat": 10}, {"seat": 11}, "expand"),
        ({"seat": 10}, {"seat": 9}, "reduce"),
        ({"seat": 10}, {"disk": 100}, "expand"),
        ({"seat": 10, "disk": 100}, {"disk": 0}, "reduce"),
    ],
)
def test_directions(start, items, direction):
    """3.8: by the ladder for specs, by quantity otherwise; adding an item is `expand`, dropping one `reduce`."""
    found = changed(later(EDITIONS, items=LADDER), "2026-03-10", items, start=start)
    assert [line.direction for line in found.changes[0].lines] == [direction]
    for support in ("upgrade", "downgrade", "expand", "reduce"):
        book = later(EDITIONS, items=LADDER, change={"supports": [support]})
        wanted = [] if support == direction else ["spec-change-not-supported"]
        assert refusals(book, plan(start, change={"date": "2026-03-10", "items": items})) == wanted


def test_the_refusal_gives_reason_and_remedy():
    from engine.language.build import load_order
    from engine.pricing import price_order
    from tests.conformance.language import write
    from tests.pricing.fine_print import loaded

    book = loaded(later(change={"supports": ["expand"], "reason": "Seats are sold for the term.", "instead": "Wait for the renewal."}))
    read, _ = load_order("order.yaml", write(plan({"seat": 10}, change={"date": "2026-03-10", "items": {"seat": 5}})).encode(), book, None)
    found = price_order(book, read).diagnostics[0]
    assert (found.message, found.help) == ("Plan does not support a reduction of `seat`", "Wait for the renewal.")
    assert found.notes[0] == "Seats are sold for the term."


def test_a_direction_has_its_own_terms():
    """Section 2: a direction's own block overrides, key by key."""
    book = half(change={"reduce": {"takes_effect": "next-renewal", "charge": "none"}})
    reads(amount(at_half(book, {"seat": 20})), "50.00", "0.00")
    reads(amount(at_half(book, {"seat": 5})), "0.00", "-25.00")


def test_what_waits_for_the_renewal():
    """3.8: `none` = 0 until renewal; until then the old state is held, and the renewal has the new one."""
    book = half(change={"reduce": {"takes_effect": "next-renewal", "charge": "none"}})
    order = plan({"seat": 10}, change={"date": MIDDLE, "items": {"seat": 5}}, renew={"date": "2026-04-25", "term": "1 month"}, **APRIL)
    reads(quote(book, order).renewals[0].totals.net, "50.00", "100.00")
    later_one = order | {"change": [order["change"], {"date": "2026-04-20", "items": {"seat": 12}}]}
    # A later change of the same item takes the place of the one that waits: 12 seats, counted from the 10 that are held.
    found = quote(book, later_one)
    reads([amount(found), found.renewals[0].totals.net], [cents(F(11, 30) * 20), "120.00"], [cents(F(11, 30) * 70), "50.00"])


# --- factors ------------------------------------------------------------------------------------------------------------------------

LONG = {"long": {"title": "Long", "by": "term", "tiers": [{"from": "3 months", "percent_off": "20%"}]}}


def discounted(discounts, *prices, **change):
    return half(*prices, change=change, discounts=discounts, discount_policy=list(discounts))


@pytest.mark.parametrize(
    ("how", "items", "expected"),
    [
        ("as-ordered", {"seat": 20}, "120.00"),  # (200 - 100) x 1.5 x 0.8
        ("none", {"seat": 20}, "180.00"),  # 200 x 1.5 - 100 x 1.5 x 0.8
        ("current", {"seat": 20}, "120.00"),
        ("as-ordered", {"disk": 100}, "12.00"),  # not bought: what the stages would have given it in the bought order
        ("none", {"disk": 100}, "15.00"),
    ],
)
def test_discount_of_the_new_side(how, items, expected):
    """3.8: f by `discount`, for three months of which one and a half are left."""
    term = {"remaining": {"monthly": "365/12", "yearly": "365/12", "counts_from": "same-day", "places": 1}}
    book = later(change=term | {"discount": how}, mode=EXACT, discounts=LONG, discount_policy=["long"])
    assert str(amount(changed(book, "2026-05-16", items, "3 months", **APRIL))) == expected


def test_current_stages_of_the_day():
    """3.8: `current` = the stages run on the new state that day: a campaign that began after the purchase counts."""
    spring = {"spring": {"title": "Spring", "percent_off": "50%", "effective": "2026-04-10"}}
    reads(amount(at_half(discounted(spring, discount="current"), {"seat": 20})), "0.00", "50.00")
    reads(amount(at_half(discounted(spring, discount="as-ordered"), {"seat": 20})), "50.00", "0.00")


def test_current_spend_is_that_of_the_new_state():
    tiers = {"big": {"title": "Big", "by": "spend", "tiers": [{"from": 150, "percent_off": "10%"}]}}
    reads(amount(at_half(discounted(tiers, discount="current"), {"seat": 20})), "40.00", "50.00")


def test_a_fixed_price():
    """3.8: under a `fixed_price`, that / the list price of the new state."""
    fixed = {"deal": {"title": "Deal", "items": ["edition"], "fixed_price": 20}}
    book = half(EDITIONS, items=LADDER, discounts=fixed, discount_policy=["deal"])
    # Small at 20 instead of 30, large at 20 instead of 90: the same price, so the upgrade is free; 60 x 2/3 x 1/2 would be 20.
    reads(amount(at_half(book, {"edition": "large"}, {"edition": "small"})), "0.00", "20.00")


def test_a_timed_discount():
    """3.8: timed discounts count with the share they have in what remains."""
    ramp = {"ramp": {"title": "Ramp", "percent_off": "50%", "lasts": "1 month"}}
    months = {"remaining": {"monthly": "30-360", "yearly": "30-360", "counts_from": "same-day"}}
    book = later(change=months, mode=EXACT, discounts=ramp, discount_policy=["ramp"])
    # Two months from 1 April, half price in the first: one and a half months are left, a third of them at 50%.
    found = changed(book, "2026-04-16", {"seat": 20}, "2 months", **APRIL)
    reads(amount(found), cents(F(3, 2) * 100 * (F(1, 3) * F(1, 2) + F(2, 3))), cents(F(3, 2) * 100 * F(3, 4)))


# --- refunds ------------------------------------------------------------------------------------------------------------------------

COUPON = {"gift": {"title": "Gift", "coupon": "GIFT", "amount_off": 40}}
PERCENT = {"gift": {"title": "Gift", "coupon": "GIFT", "percent_off": "40%"}}


@pytest.mark.parametrize("coupons", [COUPON, PERCENT], ids=["amount", "percent"])
def test_a_coupon_is_not_returned(coupons):
    """3.8: with `base: paid` a refund shrinks by paid/(paid + coupon) of that item."""
    found = at_half(discounted(coupons), {"seat": 5}, coupons=["GIFT"])
    # 50 x 1/2 = 25.00 of list price; 60 of 100 was paid.
    reads(amount(found), "-15.00", "-25.00")
    reads(amount(at_half(discounted(coupons, credit={"base": "list", "cap": "none"}), {"seat": 5}, coupons=["GIFT"])), "-25.00", "-15.00")


def test_a_percent_coupon_is_left_out_of_f():
    """3.8: percent coupons are left out of f, amounts are not given again."""
    for coupons in (PERCENT, COUPON):
        reads(amount(at_half(discounted(coupons), {"seat": 20}, coupons=["GIFT"])), "50.00", "30.00")


def test_base_list_credits_the_list_price():
    """3.8: g is the factor the old state was bought with (`base: paid`) or 1 (`base: list`)."""
    sale = {"sale": {"title": "Sale", "percent_off": "20%"}}
    reads(amount(at_half(discounted(sale), {"seat": 20})), "40.00", "30.00")
    reads(amount(at_half(discounted(sale, credit={"base": "list"}), {"seat": 20})), "30.00", "40.00")


@pytest.mark.parametrize(("cap", "expected"), [("paid", ["-80.00", "0.00"]), ("none", ["-90.00", "-10.00"])])
def test_never_more_than_paid(cap, expected):
    """3.8: `cap: paid` holds a refund to what was paid for the item less what was refunded before."""
    sale = {"sale": {"title": "Sale", "percent_off": "20%"}}
    whole = {"remaining": {"monthly": "whole-period", "yearly": "whole-period", "counts_from": "same-day"}}
    policy = whole | {"credit": {"base": "list", "cap": cap}, "discount": "none"}
    book = later(change=policy, mode=EXACT, discounts=sale, discount_policy=["sale"])
    days = [{"date": "2026-04-10", "items": {"seat": 1}}, {"date": "2026-04-11", "items": {"seat": 0, "disk": 0}}]
    found = quote(book, plan({"seat": 10, "disk": 1000}, change=days[:1], **APRIL))
    second = quote(book, plan({"seat": 10, "disk": 1000}, change=[days[0], {"date": "2026-04-11", "items": {"seat": 0}}], **APRIL))
    assert [str(amount(found)), str(amount(second))] == expected


def test_setup_fees():
    """3.8: a `once` charge is due in full when a change adds or raises it, and never credited."""
    setup = {"effective": "2025-06-01", "billing_mode": "plan", "per": "once", "items": {"disk": {"model": "flat", "amount": 7}}}
    book = half(setup)
    reads(amount(at_half(book, {"disk": 100})), "12.00", "8.50")  # 10 x 1/2 + 7
    reads(amount(at_half(book, {"disk": 0}, {"seat": 10, "disk": 100})), "-5.00", "-12.00")
    reads(amount(at_half(book, {"disk": 200}, {"seat": 10, "disk": 100})), "5.00", "12.00")


def test_the_price_list_of_the_running_term():
    """3.8: both sides use the price list under which the running term was bought; what it lacks takes the price of the day of change."""
    new = {"effective": "2026-04-10", "billing_mode": "plan", "per": "month", "items": {"seat": 12, "box": 4}}
    items = {"box": {"title": "Box", "unit": "piece"}}
    book = half(new, items=items)
    book["billing_modes"]["plan"]["items"] = SHOP["billing_modes"]["plan"]["items"] | {"box": "optional"}
    reads(amount(at_half(book, {"seat": 20})), "50.00", "70.00")
    reads(amount(at_half(book, {"box": 10})), "20.00", "0.00")


def test_the_charge_is_rated_again():
    """3.8: the charge is re-rated: model(new q) - model(old q)."""
    tiers = {"model": "graduated", "tiers": [{"up_to": 10, "unit_price": 10}, {"unit_price": 4}]}
    book = half({"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "items": {"seat": tiers}})
    reads(amount(at_half(book, {"seat": 20}, {"seat": 8})), "30.00", "60.00")  # (140 - 80) x 1/2, not 12 x 10 x 1/2


def test_what_cannot_be_changed_is_said():
    book = later()
    day = {"date": "2026-03-10"}
    cases = [
        ({"seat": 10}, "nothing-changes"),
        ({"disk": 0}, "nothing-changes"),
        ({"seat": 0}, "nothing-ordered"),
        ({"call": 5}, "item-not-in-mode"),
    ]
    start = plan({"seat": 10, "hour": 1}, **{"for": "10 hours"})
    for items, slug in cases:
        order = (plan({"seat": 10}) if slug == "nothing-ordered" else start) | {"change": day | {"items": items}}
        assert refusals(book, order) == [slug], items


# --- laws ---------------------------------------------------------------------------------------------------------------------------

CONVENTIONS = ("calendar-months", "days-of-365", "actual-days", "seconds", "30-day-month", "28-day-month", "30-360", "365/12", "whole-period", "none")
COUNTS = ("same-day", "next-day", "next-hour", "instant")


@examples(60)
@given(
    convention=st.sampled_from(CONVENTIONS), counts=st.sampled_from(COUNTS), term=st.sampled_from(["1 month", "6 months", "1 year", "2 years"]),
    day=st.integers(1, 31), hour=st.integers(0, 23), old=st.integers(1, 300), new=st.integers(1, 300),
    period=st.sampled_from(["ordered", "round-up", "round-down"]), percent=st.integers(0, 90), per=st.sampled_from(["month", "year"]),
)  # fmt: skip
def test_there_and_back_is_nothing(convention, counts, term, day, hour, old, new, period, percent, per):
    """Upgrade then downgrade on the same instant nets zero (`difference`, `base: paid`, `as-ordered`, no coupon)."""
    if old == new:
        return
    if convention == "seconds":
        counts = "instant"  # seconds count from no day
    policy = {"remaining": {"monthly": convention, "yearly": convention, "counts_from": counts, "places": 8}, "price_period": period}
    sale = {"sale": {"title": "Sale", "percent_off": f"{percent}%"}}
    tiers = {"model": "graduated", "tiers": [{"up_to": 100, "unit_price": D("2.40")}, {"unit_price": D("2.10")}]}
    price = {"effective": "2025-06-01", "billing_mode": "plan", "per": per, "items": {"seat": tiers}}
    book = later(price, change=policy | {"credit": {"base": "paid", "cap": "none"}}, discounts=sale, discount_policy=["sale"])
    at = f"2026-03-{day:02d}T{hour:02d}:00" if (day, hour) != (29, 2) else "2026-03-29T03:00"
    found = quote(book, plan({"seat": old}, term, change=[{"date": at, "items": {"seat": count}} for count in (new, old)]))
    there, back = (amount(found, position) for position in (0, 1))
    assert there == -back and (there >= 0) == (new > old or there == 0)
    assert adds_up(found) and not any(check_change(line) for change in found.changes for line in change.lines)


@examples(60)
@given(
    changes=st.lists(st.tuples(st.integers(1, 31), st.integers(0, 40)), min_size=1, max_size=4),
    convention=st.sampled_from(CONVENTIONS), how=st.sampled_from(["as-ordered", "on-difference", "current", "none"]),
    base=st.sampled_from(["paid", "list"]), coupon=st.booleans(), amounts=st.sampled_from(["once", "again"]),
)  # fmt: skip
def test_never_more_back_than_paid(changes, convention, how, base, coupon, amounts):
    """Refund <= paid under `cap: paid`, over any changes of a period, and with an unsubscription after them."""
    assume((how, base) != ("on-difference", "list"))
    counts = "instant" if convention == "seconds" else "same-day"
    policy = CHANGE | {"remaining": {"monthly": convention, "yearly": convention, "counts_from": counts}}
    book = later(
        change=policy | {"discount": how, "amounts": amounts, "credit": {"base": base, "cap": "paid"}}, leave={"fee": [{"fee": "0%"}]},
        discounts=COUPON | {"off": {"title": "Off", "amount_off": 5}}, discount_policy=["gift", "off"],
    )  # fmt: skip
    held, asked = 10, []
    for day, count in sorted(changes):
        if count != held:
            asked.append({"date": f"2026-03-{day:02d}", "items": {"seat": count}})
            held = count
    order = plan({"seat": 10, "disk": 1}, unsubscribe={"date": "2026-03-31T12:00"}, **({"coupons": ["GIFT"]} if coupon else {}))
    found = quote(book, order | ({"change": asked} if asked else {}))
    paid = found.totals.net
    for each in found.changes or ():
        paid += each.charge if each.refund is None else -each.refund
        assert paid >= 0
    assert 0 <= found.unsubscription.refund <= paid
