"""Rule language, second version, 8.2: `as-ordered` keeps what was bought, with both numbers of each reading.

Unless a test says otherwise half of a month is left: ten seats at 10.00 are 100.00 a month, the small edition 30.00, the large 90.00.
"""

from decimal import Decimal as D
from fractions import Fraction as F

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.extent import examples
from tests.pricing.fine_print import reads, refusals
from tests.pricing.later_shop import amount, cents
from tests.readings.twice import MONTHS_LEFT, april, change, counted, owed, priced, renew, sells

EDITIONS = priced({"edition": {"small": 30, "large": 90}})
LARGE, SMALL = {"edition": "large"}, {"edition": "small"}


def deal(*stages, change=None, prices=(), **discounts):
    """A shop with discounts, in one stage each, or in the `stages` given."""
    named = {name: {"title": name} | rule for name, rule in discounts.items()}
    return sells(*prices, change=change, discounts=named, discount_policy=list(stages) or list(named))


def changed(book, items, start=None, term="1 month", **order):
    return amount(owed(book, april(start or {"seat": 20}, term, change=change(items), **order)))


# --- a fixed price that applied -----------------------------------------------------------------------------------------------------

FROM_TEN = {"by": "quantity", "tiers": [{"from": 10, "fixed_price": 1}]}


@pytest.mark.parametrize("convention", [*MONTHS_LEFT])
def test_a_price_by_quantity_holds_for_what_is_left(convention):
    """8.2: a fixed price that applied is kept, and no tier is chosen again: 5 of 20 seats at 1.00, where fewer than 10 cost 10.00.

    (5 - 20) x 1.00 comes back; with the tier of 5 it would be 50.00 - 20.00 to pay, for a reduction.
    """
    left = MONTHS_LEFT[convention]
    found = changed(deal(change=counted(convention), d=FROM_TEN), {"seat": 5})
    assert str(found) == cents(-15 * left)
    if left:
        reads(found, cents(-15 * left), cents(30 * left))


@pytest.mark.parametrize(
    ("charge", "right", "wrong"),
    [
        ("difference", "-7.50", "15.00"),  # 5 x 1/2 - 20 x 1/2; the new side at 10.00: 25 - 10
        ("full-difference", "-15.00", "30.00"),
        ("new-less-credit", "-5.00", "40.00"),  # 5 - 20 x 1/2; 50 - 10
        ("none", "0.00", "15.00"),
    ],
)
def test_every_formula(charge, right, wrong):
    """8.2 for each formula: 20 seats at 1.00 that become 5."""
    reads(changed(deal(change=counted(charge=charge), d=FROM_TEN), {"seat": 5}), right, wrong)


@pytest.mark.parametrize(
    ("start", "items", "right", "wrong"),
    [
        # Bought at 30.00, which a price of 30.00 does not lower: the upgrade is at that price too, not at 90.00.
        (SMALL, LARGE, "0.00", "30.00"),
        # Down again to what costs less than the price: it never raises, so the credit of 30.00 meets 10.00 at its list price.
        (LARGE, {"edition": "tiny"}, "-10.00", "0.00"),
    ],
)
def test_a_price_that_did_not_lower_what_was_bought(start, items, right, wrong):
    """8.2: a fixed price that applied is kept, whether or not it lowered anything."""
    specs = {name: {"title": name} for name in ("tiny", "small", "large")}
    edition = {"edition": {"title": "Edition", "unit": "piece", "specs": specs}}
    book = deal(prices=[priced({"edition": {"tiny": 10, "small": 30, "large": 90}})], d={"fixed_price": 30})
    book["items"] = book["items"] | edition
    reads(changed(book, items, start), right, wrong)


@pytest.mark.parametrize(
    ("currency", "listed", "price", "right", "wrong"),
    [
        ("JPY", 500, 100, -750, 250),  # (500 - 2,000) x 1/2; 5 x 500 x 1/2 - 1,000
        ("IQD", 1, D("0.125"), "-0.938", "1.250"),  # (0.625 - 2.5) x 1/2 = -0.9375; 2.5 - 1.25
    ],
)
def test_other_currencies(currency, listed, price, right, wrong):
    """8.2 in a currency without decimals and in one with three: 20 seats at the fixed price that become 5."""
    tiers = {"by": "quantity", "tiers": [{"from": 10, "fixed_price": {currency: price}}]}
    reads(changed(deal(prices=[priced({"seat": listed}, currency=currency)], d=tiers), {"seat": 5}, currency=currency), right, wrong)


@pytest.mark.parametrize(
    ("charge", "listed"),
    [
        ({"model": "graduated", "tiers": [{"up_to": 10, "unit_price": 10}, {"unit_price": 4}]}, 50),
        ({"model": "volume", "tiers": [{"up_to": 10, "unit_price": 10}, {"unit_price": 4}]}, 50),
        ({"model": "package", "size": 5, "price": 40}, 40),
        ({"model": "flat", "amount": 60}, 60),
    ],
)
def test_every_charge_model(charge, listed):
    """8.2: under the fixed price the model of the list price makes no difference; at list prices the new side would be `listed`."""
    found = changed(deal(prices=[priced({"seat": charge})], d=FROM_TEN), {"seat": 5})
    reads(found, cents(F(-15, 2)), cents(F(listed - 20, 2)))


def test_percentages_around_a_fixed_price():
    """8.2: what stands before and after the fixed price is kept as well: half off, then 3.00, then a tenth off, for 20 seats and for 4."""
    tenth = {"by": "quantity", "tiers": [{"from": 10, "percent_off": "10%"}, {"from": 30, "percent_off": "20%"}]}
    book = deal(half={"percent_off": "50%"}, price={"fixed_price": 3}, tenth=tenth)
    # (4 - 20) x 3.00 x 0.9 x 1/2; with the tier of 4 chosen again the new side would be 4 x 3.00 x 1/2.
    reads(changed(book, {"seat": 4}), cents(F(-216, 10)), cents(F(12, 2) - F(54, 2)))
    # (40 - 20) x 3.00 x 0.9 x 1/2; with the tier of 40, 0.8.
    reads(changed(book, {"seat": 40}), cents(F(54, 2)), cents(F(96, 2) - F(54, 2)))


def test_a_price_that_lost_was_not_bought():
    """8.2: only what applied is kept: in `best_of` half off won over 8.00, so four seats are at half their price too."""
    book = deal({"best_of": ["price", "half"]}, price={"fixed_price": 8}, half={"percent_off": "50%"})
    reads(changed(book, {"seat": 4}), cents(F(-16 * 5, 2)), cents(F(4 * 8 - 20 * 5, 2)))


def test_no_stage_is_run_again():
    """8.2: 2.00 a seat won over 8% off all; that 8% off would win for what is left does not matter.

    Twenty seats and 2000 GB: 160.00 off the seats' 200.00, or 8% of 400.00. Of one seat the price takes 8.00, the 8% would take 16.64.
    """
    book = deal({"best_of": ["price", "eight"]}, price={"items": ["seat"], "fixed_price": 2}, eight={"percent_off": "8%"})
    start = {"seat": 20, "disk": 2000}
    reads(changed(book, {"seat": 1}, start), cents(F(2 - 40, 2)), cents((F(10) * F(92, 100) - 40) / 2))


def test_a_timed_price():
    """8.2 with 3.8: a fixed price of the first month counts with the share that it has in what remains, for the new state as well."""
    months = {"remaining": {"monthly": "30-360", "yearly": "30-360", "counts_from": "same-day"}}
    book = deal(change=months, d=FROM_TEN | {"lasts": "1 month"})
    # Of two months one and a half are left, a third of them at 1.00: per seat 0.50 + 10.00. 5 instead of 20 seats.
    reads(changed(book, {"seat": 5}, term="2 months"), cents(F(-15) * F(21, 2)), cents(5 * 15 - 20 * F(21, 2)))


def test_a_second_change():
    """8.2 after a change: what was added under a fixed price keeps the price, not the factor that it made of the first list price."""
    book = deal(prices=[EDITIONS], d={"items": ["edition"], "fixed_price": 20})
    days = [change(SMALL), change(LARGE, "2026-04-16T12:00")]
    found = owed(book, april({"seat": 1}, change=days))
    # Small is 20.00 instead of 30.00, large 20.00 instead of 90.00: nothing to pay. Two thirds of 60.00 for 14.5 of 30 days: 19.33.
    reads(amount(found), "0.00", cents(F(2, 3) * 60 * F(29, 60)))


# --- percentages as they were -------------------------------------------------------------------------------------------------------

BY_QUANTITY = {"by": "quantity", "tiers": [{"from": 10, "percent_off": "20%"}]}
BY_SPEND = {"by": "spend", "tiers": [{"from": 150, "percent_off": "20%"}]}


@pytest.mark.parametrize("tiers", [BY_QUANTITY, BY_SPEND])
@pytest.mark.parametrize(
    ("start", "now", "right", "wrong"),
    [
        (20, 5, "-60.00", "-55.00"),  # (5 - 20) x 10 x 0.8 x 1/2; 25.00 - 80.00
        (5, 20, "75.00", "55.00"),  # bought without, so 15 x 10 x 1/2; 80.00 - 25.00
    ],
)
def test_a_tier_is_not_chosen_again(tiers, start, now, right, wrong):
    """8.2: the percentages as they were, whatever tier the new quantity or the new sum would reach."""
    reads(changed(deal(d=tiers), {"seat": now}, {"seat": start}), right, wrong)


def test_a_tier_by_term_is_that_of_the_term():
    """8.2: what remains does not choose a tier by term, `price_period: round-up` or not: 20% off for three months, kept in the last."""
    months = {"remaining": {"monthly": "30-360", "yearly": "30-360", "counts_from": "same-day"}, "price_period": "round-up"}
    book = deal(change=months, d={"by": "term", "tiers": [{"from": "3 months", "percent_off": "20%"}]})
    found = owed(book, april({"seat": 10}, "3 months", change=change({"seat": 20}, "2026-06-16")))
    reads(amount(found), "40.00", "60.00")  # 100.00 x 0.8 x 1/2; 200 x 1/2 - 100 x 0.8 x 1/2


def test_free_months_are_kept():
    """8.2: of every three months two are paid, so all of what is bought is at two thirds; of the month and a half left none is a third."""
    months = {"remaining": {"monthly": "30-360", "yearly": "30-360", "counts_from": "same-day"}}
    book = deal(change=months, d={"tiers": [{"from": "3 months", "pay_for": "2 months"}], "by": "term"})
    found = owed(book, april({"seat": 10}, "3 months", change=change({"seat": 20}, "2026-05-16")))
    reads([found.totals.net, amount(found)], ["200.00", "100.00"], ["200.00", "200.00"])


# --- coupons ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("benefit", [{"percent_off": "40%"}, {"fixed_price": 6}, {"amount_off": 80}])
@pytest.mark.parametrize("how", ["as-ordered", "current"])
def test_all_coupons_are_left_out(benefit, how):
    """8.2: coupons of whatever benefit are left out of f: five seats more are 50.00 x 1/2, not 30.00 x 1/2."""
    book = deal(change=counted(discount=how), d={"coupon": "GIFT"} | benefit)
    found = owed(book, april({"seat": 20}, change=change({"seat": 25}), coupons=["GIFT"]))
    reads([found.totals.net, amount(found)], ["120.00", "25.00"], ["120.00", "15.00"])


def test_a_coupon_of_free_months_is_left_out():
    """8.2 for `pay_for` with a coupon: one of three months is free, of the change none is."""
    months = {"remaining": {"monthly": "30-360", "yearly": "30-360", "counts_from": "same-day"}}
    book = deal(change=months, d={"coupon": "GIFT", "by": "term", "tiers": [{"from": "3 months", "pay_for": "2 months"}]})
    found = owed(book, april({"seat": 10}, "3 months", change=change({"seat": 20}, "2026-05-16"), coupons=["GIFT"]))
    reads([found.totals.net, amount(found)], ["200.00", "150.00"], ["200.00", "100.00"])


@pytest.mark.parametrize("benefit", [{"percent_off": "40%"}, {"fixed_price": 6}])
@pytest.mark.parametrize("items", [{"seat": 25}, {"disk": 500}])
def test_nothing_takes_the_place_of_a_coupon(benefit, items):
    """8.2: the coupon won over 10% off; without it the list price counts, for what is held and for what is added."""
    book = deal({"best_of": ["d", "ten"]}, d={"coupon": "GIFT"} | benefit, ten={"percent_off": "10%"})
    if "fixed_price" in benefit:
        book["discounts"]["d"]["items"] = ["seat"]
    reads(changed(book, items, coupons=["GIFT"]), "25.00", "22.50")


def test_what_the_coupon_stood_before_is_kept():
    """8.2: 30.00 instead of what half off had left applied, and lowers the price once the coupon is left out: 60.00 less 30.00."""
    prices = [priced({"edition": {"small": 60, "large": 90}})]
    book = deal("gift", "price", prices=prices, gift={"coupon": "GIFT", "percent_off": "50%"}, price={"fixed_price": 30})
    found = owed(book, april(SMALL, change=change(LARGE), coupons=["GIFT"]))
    reads([found.totals.net, amount(found)], ["30.00", "0.00"], ["30.00", "15.00"])


# --- a recurring list price of 0 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("once", "right", "wrong"), [(0, "45.00", "36.00"), (50, "45.00", "36.00")])
def test_nothing_bought_has_a_factor_of_one(once, right, wrong):
    """8.2: recurring list 0: f = 1, whatever is due once: from an edition at 0.00 with 20% off to one of 90.00, for half a month."""
    prices = [priced({"edition": {"small": 0, "large": 90}})]
    prices += [priced({"edition": {"model": "flat", "amount": once}}, per="once")] if once else []
    reads(changed(deal(prices=prices, d={"percent_off": "20%"}), LARGE, SMALL), right, wrong)


def test_a_new_price_of_nothing():
    """8.2: down to an edition at 0.00 the whole of what was paid for what remains comes back: 90.00 x 0.8 x 1/2."""
    reads(changed(deal(prices=[priced({"edition": {"small": 0, "large": 90}})], d={"percent_off": "20%"}), SMALL, LARGE), "-36.00", "-45.00")


# --- what was not bought ------------------------------------------------------------------------------------------------------------


def test_an_item_added_in_a_renewed_term():
    """8.2: it gets what the stages gave the renewal: 10% off since the 20th, no longer the half off of the first order."""
    first = {"percent_off": "50%", "lasts": "once"}
    book = deal({"best_of": ["first", "spring"]}, first=first, spring={"percent_off": "10%", "effective": "2026-04-20"})
    found = owed(book, april({"seat": 20}, renew=renew(), change=change({"disk": 100}, "2026-05-16T12:00")))
    reads([found.renewals[0].totals.net, amount(found)], ["180.00", "4.50"], ["180.00", "2.50"])
    # In the first term it gets what that was bought with.
    reads(changed(book, {"disk": 100}), "2.50", "4.50")


@pytest.mark.parametrize(
    ("again", "right", "wrong"),
    [
        (10, "50.00", "40.00"),  # 100.00 is below 150.00; counted twice it would be 200.00, and 20% off
        (15, "60.00", "75.00"),  # 150.00 x 0.8 x 1/2: it counts as it is now
    ],
)
def test_dropped_and_added_again_counts_once(again, right, wrong):
    """8.2: an item dropped and added again counts once in what the stages look at."""
    days = [change({"seat": 0}), change({"seat": again})]
    found = owed(deal(d=BY_SPEND | {"items": ["seat"]}), april({"seat": 10, "disk": 1}, change=days))
    reads(amount(found), right, wrong)


# --- laws ---------------------------------------------------------------------------------------------------------------------------

PERCENT = st.integers(1, 60).map(lambda value: {"percent_off": f"{value}%"})
PRICE = st.integers(1, 15).map(lambda value: {"fixed_price": value})
TIERED = st.tuples(st.sampled_from(["quantity", "spend"]), PERCENT | PRICE, PERCENT | PRICE).map(
    lambda drawn: {"by": drawn[0], "tiers": [{"from": 1, **drawn[1]}, {"from": 10, **drawn[2]}]}
)
RULES = st.lists(st.tuples(PERCENT | PRICE | TIERED, st.booleans()), min_size=1, max_size=4).map(
    lambda drawn: {f"d{index}": rule | {"items": ["seat"]} | ({"coupon": "GIFT"} if gift else {}) for index, (rule, gift) in enumerate(drawn)}
)


def a_piece(rules, seats) -> F:
    """What is paid for one of so many seats of 10.00 under the rules that need no coupon, one after the other."""
    price = F(10)
    for rule in rules.values():
        reached = {"quantity": seats, "spend": 10 * seats + 1, None: 0}[rule.get("by")]
        benefit = [tier for tier in rule["tiers"] if tier["from"] <= reached][-1] if "by" in rule else rule
        if "coupon" not in rule:
            price = min(price, F(benefit["fixed_price"])) if "fixed_price" in benefit else price * (1 - F(benefit["percent_off"].rstrip("%")) / 100)
    return price


@examples(60)
@given(RULES, st.integers(1, 30), st.integers(1, 30), st.booleans())
def test_a_piece_more_or_less_costs_what_a_piece_was_bought_at(rules, bought, now, coupon):
    """A law of 8.2: at one price a piece, a change counts (new - old) pieces at what one was bought at, coupons left out.

    A coupon's share of a refund is not paid out (3.8), so with the coupon it is what more pieces cost.
    """
    gifts = coupon and any("coupon" in rule for rule in rules.values())
    assume(bought != now and (now > bought or not gifts))
    book = deal(change=counted("whole-period"), **rules)
    order = april({"seat": bought, "disk": 10}, change=change({"seat": now})) | ({"coupons": ["GIFT"]} if gifts else {})
    assume(not gifts or refusals(book, order) == [])
    assert str(amount(owed(book, order))) == cents(a_piece(rules, bought) * (now - bought))


@examples(40)
@given(RULES, st.integers(1, 30), st.integers(1, 30), st.integers(1, 400))
def test_a_change_of_one_item_leaves_the_others_what_they_were(rules, bought, now, more):
    """A law of 8.2: after any change of the seats a change of the disk costs what it would have cost before, and the other way round."""
    assume(bought != now)
    book = deal(change=counted("whole-period"), **{name: rule | {"items": ["seat", "disk"]} for name, rule in rules.items()})
    start = {"seat": bought, "disk": 500}
    seats, disk = change({"seat": now}), change({"disk": 500 + more})
    alone = [owed(book, april(start, change=each)) for each in (seats, disk)]
    both = owed(book, april(start, change=[seats, disk]))
    assert [amount(both, 0), amount(both, 1)] == [amount(found) for found in alone]
