"""Rule language, second version, 8.7: coupons that give nothing, and how long a coupon goes on, with both readings of each.

Ten seats cost 100.00 a month.
"""

from decimal import Decimal as D

import pytest

from tests.pricing.fine_print import problems, reads, refusals, use
from tests.pricing.later_shop import amount
from tests.readings.twice import APRIL, account_of, april, change, counted, invoice_of, owed, priced, renew, sells

GIFT = {"coupons": ["GIFT"]}
GONE = ["coupon-not-applicable"]


def shop(*stages, prices=(), change=None, **rules):
    named = {name: {"title": name} | rule for name, rule in rules.items()}
    return sells(*prices, change=change, discounts=named, discount_policy=list(stages) or list(named))


def gift(**rule):
    return {"coupon": "GIFT"} | rule


FREE = priced({"edition": {"small": 0}})
SETUP = priced({"disk": 5}, per="once")
THREE = {"by": "term", "tiers": [{"from": "3 months", "pay_for": "2 months"}]}
ALL = {"percent_off": "100%"}


@pytest.mark.parametrize(
    ("rules", "items", "term"),
    [
        ({"d": gift(fixed_price=12)}, {"seat": 10}, "1 month"),  # more than the list price
        ({"d": gift(fixed_price=10)}, {"seat": 10}, "1 month"),  # as much
        ({"d": gift(by="quantity", tiers=[{"from": 5, "fixed_price": 10}])}, {"seat": 10, "disk": 1}, "1 month"),
        ({"d": gift(by="term", tiers=[{"from": "1 month", "percent_off": "0%"}])}, {"seat": 10}, "1 month"),
        ({"d": gift(**THREE, lasts="2 months")}, {"seat": 10}, "3 months"),  # no three months of them are covered
        ({"d": gift(**THREE)}, {"disk": 4}, "3 months"),  # nothing comes with the months
        ({"d": gift(percent_off="50%")}, {"edition": "small"}, "1 month"),  # half of nothing
        ({"d": gift(amount_off=20)}, {"edition": "small"}, "1 month"),
        ({"d": gift(fixed_price=12)}, {"edition": "small"}, "1 month"),
        ({"all": ALL, "d": gift(percent_off="50%")}, {"seat": 10}, "1 month"),  # nothing is left
        ({"all": ALL, "d": gift(amount_off=20)}, {"seat": 10}, "1 month"),
        ({"half": {"percent_off": "50%"}, "d": gift(fixed_price=8)}, {"seat": 10}, "1 month"),  # 5.00 a seat is left
        ({"all": ALL | {"items": ["seat"]}, "d": gift(percent_off="50%", items=["seat"])}, {"seat": 1, "disk": 9}, "1 month"),
    ],
)
def test_a_coupon_that_gives_nothing(rules, items, term):
    """8.7: a coupon that gives nothing on any line in scope is inapplicable, whatever its benefit.

    The other reading takes the coupon and takes nothing off: the order costs what it costs without.
    """
    named = {name: {"title": name} | rule for name, rule in rules.items()}
    book = sells(FREE, SETUP, without="disk", discounts=named, discount_policy=list(named))
    assert refusals(book, april(items, term, **GIFT)) == GONE
    assert refusals(book, april(items, term)) == []


@pytest.mark.parametrize(("currency", "listed", "fixed", "lower"), [("JPY", 1000, 1200, 999), ("IQD", D("1.250"), D("1.250"), D("1.249"))])
def test_other_currencies(currency, listed, fixed, lower):
    """8.7 in other currencies: a coupon's price gives nothing where it is not lower, by the least that a currency can tell."""
    for price, slugs in ((fixed, GONE), (lower, [])):
        book = shop(prices=[priced({"seat": listed}, currency=currency)], d=gift(fixed_price={currency: price}))
        assert refusals(book, april({"seat": 10}, currency=currency, **GIFT)) == slugs


def test_one_line_is_enough():
    """8.7: it is the order that a coupon must give something to: a price of 8.00 gives to the seats, and nothing to the edition."""
    book = shop(prices=[priced({"edition": {"small": 5}})], d=gift(fixed_price=8))
    found = owed(book, april({"seat": 10, "edition": "small"}, **GIFT))
    assert [str(line.amount) for line in found.lines] == ["80.00", "5.00"]


def test_an_amount_after_another_that_took_all():
    """8.7: of two amounts the first takes all that there is, so the second is given for nothing."""
    book = shop(first={"coupon": "FIRST", "amount_off": 150}, d=gift(amount_off=20))
    assert refusals(book, april({"seat": 10}, coupons=["FIRST", "GIFT"])) == GONE
    found = owed(shop(first={"coupon": "FIRST", "amount_off": 90}, d=gift(amount_off=20)), april({"seat": 10}, coupons=["FIRST", "GIFT"]))
    assert str(found.totals.net) == "0.00"


def test_in_best_of():
    """8.7 beside 3.10: a coupon that loses in `best_of` is no error; one that would give nothing there is."""
    stage = {"best_of": ["d", "ten"]}
    assert str(owed(shop(stage, d=gift(percent_off="5%"), ten={"percent_off": "10%"}), april({"seat": 10}, **GIFT)).totals.net) == "90.00"
    assert refusals(shop(stage, d=gift(fixed_price=12), ten={"percent_off": "10%"}), april({"seat": 10}, **GIFT)) == GONE


def test_an_account_and_an_estimate():
    """8.7 for the purchase of an account, and for an estimate of what is used."""
    events = [{"date": APRIL, "purchase": {"term": "1 month", "items": {"seat": 10}, **GIFT}}]
    with pytest.raises(AssertionError, match="cannot be used"):
        invoice_of(shop(d=gift(fixed_price=12)), account_of("plan", events))
    book = shop(d=gift(fixed_price=1, billing_modes=["use"]))
    assert refusals(book, use({"hour": 2}, "10 hours", **GIFT)) == GONE
    assert refusals(shop(d=gift(fixed_price=D("0.05"), billing_modes=["use"])), use({"hour": 2}, "10 hours", **GIFT)) == []


def test_what_is_said():
    """The finding says why, and what to do."""
    (found,) = problems(shop(d=gift(fixed_price=12)), april({"seat": 10}, **GIFT))
    assert (found.code, found.message) == ("Q403", "coupon `GIFT` cannot be used: it would take nothing off this order")
    assert found.help == "leave the coupon out"


# --- how long it goes on ------------------------------------------------------------------------------------------------------------

FIRST_USE = {"until": "2026-04-10"}


@pytest.mark.parametrize("benefit", [{"percent_off": "50%"}, {"fixed_price": 5}])
@pytest.mark.parametrize(
    ("lasts", "term", "right", "wrong"),
    [
        ("forever", "1 month", "50.00", "100.00"),
        ("3 months", "1 month", "50.00", "100.00"),
        ("2 months", "2 months", "150.00", "200.00"),  # one of the two months of the renewal is still covered
        ("once", "1 month", "100.00", "50.00"),
    ],
)
def test_until_bounds_the_first_use(benefit, lasts, term, right, wrong):
    """8.7: `until` bounds a coupon's first use, on 1 April; `lasts` then runs its time, in a renewal after `until` too."""
    book = shop(d=gift(lasts=lasts, **benefit, **FIRST_USE))
    found = owed(book, april({"seat": 10}, renew=renew(term=term), **GIFT))
    reads([found.totals.net, found.renewals[0].totals.net], ["50.00", right], ["50.00", wrong])
    assert refusals(book, april({"seat": 10}, **GIFT) | {"date": "2026-04-10"}) == ["coupon-not-in-force"]


def test_every_renewal():
    """8.7 through the years of an account: half price for four months from the first of them."""
    book = shop(d=gift(lasts="4 months", percent_off="50%", **FIRST_USE))
    days = ["2026-04-25", "2026-05-25", "2026-06-25", "2026-07-25"]
    events = [{"date": APRIL, "purchase": {"term": "1 month", "items": {"seat": 10}, **GIFT}}]
    events += [{"date": day, "renew": {"term": "1 month"}} for day in days]
    assert [str(line.amount) for line in invoice_of(book, account_of("plan", events)).lines] == ["50.00", "50.00", "50.00", "50.00", "100.00"]


def test_a_discount_without_a_coupon():
    """3.10 beside 8.7: `until` of a discount that needs no coupon ends it for the renewals of later days."""
    found = owed(shop(d={"percent_off": "50%", **FIRST_USE}), april({"seat": 10}, renew=renew()))
    reads([found.totals.net, found.renewals[0].totals.net], ["50.00", "100.00"], ["50.00", "50.00"])


def test_a_coupon_that_gives_nothing_in_a_renewal():
    """8.7: the coupon was used when it was given; where it has nothing to give in a later term the renewal is made without it."""
    found = owed(shop(prices=[priced({"seat": 4}, "2026-04-20")], d=gift(lasts="forever", fixed_price=5)), april({"seat": 10}, renew=renew(), **GIFT))
    assert [str(found.totals.net), str(found.renewals[0].totals.net)] == ["50.00", "40.00"]


def test_a_coupon_that_gives_nothing_leaves_its_place():
    """8.7 in `best_of`: what is inapplicable does not compete, so of two prices that do not lower 4.00 in the renewal, the one applies
    that needs no coupon, and an upgrade is at that price too; had the coupon won the tie, the upgrade would be at 30.00.
    """
    ladder = {"edition": {"title": "Edition", "unit": "piece", "specs": {"small": {"title": "Small"}, "large": {"title": "Large"}}}}
    rules = {"d": gift(lasts="forever", fixed_price=5), "price": {"fixed_price": 4}}
    prices = [priced({"edition": {"small": 9, "large": 30}}), priced({"edition": {"small": 4}}, "2026-04-20")]
    book = shop({"best_of": ["d", "price"]}, prices=prices, **rules)
    book["items"] = book["items"] | ladder
    order = april({"edition": "small"}, renew=renew(), change=change({"edition": "large"}, "2026-05-16T12:00"), **GIFT)
    reads(amount(owed(book, order)), "0.00", "13.00")


def test_an_item_added_after_until():
    """8.7 with 8.2: in the renewed term the coupon still wins over 10% off, and nothing takes its place."""
    book = shop({"best_of": ["d", "ten"]}, change=counted(), d=gift(lasts="forever", percent_off="50%", **FIRST_USE), ten={"percent_off": "10%"})
    found = owed(book, april({"seat": 10}, renew=renew(), change=change({"disk": 100}, "2026-05-16T12:00"), **GIFT))
    reads([found.renewals[0].totals.net, amount(found)], ["50.00", "5.00"], ["90.00", "4.50"])
