"""Fine print of coupons, `best_of` and allocation; docstrings are sentences of the rule language, 3.10."""

from decimal import Decimal as D

from engine.values.exact import ROUNDING_MODES, round_number
from engine.values.money import allocate
from tests.pricing.fine_print import plan, quote, reads, refusals, shop, total

UNTIL = "2027-01-01"


def coupon(name, amount, **more):
    return {name: {"title": name, "coupon": name.upper(), "until": UNTIL, "amount_off": D(amount), **more}}


def percent(name, off, **more):
    return {name: {"title": name, "percent_off": off, **more}}


def discounted(policy, *discounts):
    return shop(discounts={name: each for discount in discounts for name, each in discount.items()}, discount_policy=policy)


def lines(book, order):
    return [line.amount for line in quote(book, order).lines]


def test_step_7():
    """Coupons: an amount is settled in step 7 whatever its place"""
    book = discounted(["gift", "half"], coupon("gift", 20), percent("half", "50%"))
    reads(total(book, plan({"seat": 10}, coupons=["GIFT"])), "30", "40")  # 100 x 50% - 20, not (100 - 20) x 50%


def test_place():
    """Coupons: place decides only their order"""
    everything, seats = coupon("everything", 60), coupon("seats", 50, items=["seat"])
    order = plan({"seat": 6, "disk": 400}, coupons=["SEATS", "EVERYTHING"])
    reads(lines(discounted(["everything", "seats"], everything, seats), order), ["0", "16"], ["0", "0"])  # 60 - 36 - 24; 40 - 24
    reads(lines(discounted(["seats", "everything"], everything, seats), order), ["0", "0"], ["0", "16"])  # 60 - 50 - 10; 40 - 40


def test_coupon_competes():
    """Coupons: in `best_of` they compete with what they would take"""
    book = discounted([{"best_of": ["tenth", "gift"]}], percent("tenth", "10%"), coupon("gift", 20))
    reads(total(book, plan({"seat": 10}, coupons=["GIFT"])), "80", "90")
    reads(total(book, plan({"seat": 30}, coupons=["GIFT"])), "270", "280")  # 10% of 300 is more than 20


def test_once_in_proportion():
    """Coupons: once an order, over the lines in scope in proportion to what is left"""
    book = discounted(["half", "gift"], percent("half", "50%", items=["seat"]), coupon("gift", 30))
    reads(lines(book, plan({"seat": 10, "disk": 1000}, coupons=["GIFT"])), ["40", "80"], ["35", "85"])  # of 50 and 100, not of 100 and 100


def test_capped():
    """Coupons: capped at what is left of the lines in scope"""
    book = discounted(["gift"], coupon("gift", 500, items=["seat"]))
    reads(lines(book, plan({"seat": 10, "disk": 1000}, coupons=["GIFT"])), ["0", "100"], ["-400", "100"])


def test_coupon_errors():
    """Coupons: an unknown, expired or inapplicable coupon is an error"""
    old = {"old": {"title": "Old", "coupon": "OLD", "until": "2026-01-01", "amount_off": D(20)}}
    book = discounted(["old", "disks"], old, coupon("disks", 20, items=["disk"]))
    reads(refusals(book, plan({"seat": 1}, coupons=["TYPO"])), ["unknown-coupon"], [])
    reads(refusals(book, plan({"seat": 1}, coupons=["OLD"])), ["coupon-not-in-force"], [])
    reads(refusals(book, plan({"seat": 1}, coupons=["DISKS"])), ["coupon-not-applicable"], [])


def test_losing_coupon():
    """Coupons: one that loses in `best_of` is not"""
    book = discounted([{"best_of": ["half", "gift"]}], percent("half", "50%"), coupon("gift", 20))
    order = plan({"seat": 10}, coupons=["GIFT"])
    reads(refusals(book, order), [], ["coupon-not-applicable"])
    reads(total(book, order), "50", "30")


def test_other_currency():
    """Coupons: amounts in no matching currency do not apply"""
    less = {"title": "Less", "amount_off": {"EUR": D(20)}}
    reads(total(discounted(["less"], {"less": less}), plan({"seat": 10})), "100", "80")


def test_exact_sum():
    """best_of: it compares the exact sum of all lines directly after the stage"""
    book = discounted([{"best_of": ["tenth", "more"]}], percent("tenth", "10%"), percent("more", "10.01%"))
    found = quote(book, plan({"seat": 1})).lines[0]
    reads(found.discount_amount, "1.001", "1.00")  # 8.999 is less than 9.00, though both lines say 9.00
    book = discounted(
        [{"best_of": ["seats", "all"]}, "rest"],
        percent("seats", "50%", items=["seat"]),
        percent("all", "20%"),
        percent("rest", "90%", items=["disk"]),
    )
    # directly after the stage: 50 + 100 against 80 + 80; the cheapest end would be 50 + 10 against 80 + 8
    reads(total(book, plan({"seat": 10, "disk": 1000})), "60", "88")


def test_tie():
    """best_of: a tie goes to the first named"""
    discounts = percent("seats", "10%", items=["seat"]), percent("disks", "10%", items=["disk"])
    order = plan({"seat": 10, "disk": 1000})
    reads(lines(discounted([{"best_of": ["seats", "disks"]}], *discounts), order), ["90", "100"], ["100", "90"])
    reads(lines(discounted([{"best_of": ["disks", "seats"]}], *discounts), order), ["100", "90"], ["90", "100"])


def test_by_quantity():
    """best_of: `by: quantity` is per line before the allowance"""
    many = {"many": {"title": "Many", "by": "quantity", "tiers": [{"from": 10, "percent_off": "50%"}]}}
    book = discounted(["many"], many)
    book["prices"] = [
        *book["prices"],
        {
            "effective": "2025-06-01",
            "billing_mode": "plan",
            "per": "month",
            "items": {"seat": {"model": "per_unit", "unit_price": D(10), "allowance": D(5)}},
        },
    ]
    reads(total(book, plan({"seat": 12})), "35", "70")  # (12 - 5) x 10 x 50%: 12 counts, not 7
    reads(total(book, plan({"seat": [{"quantity": 6}, {"quantity": 6}]})), "20", "10")  # no line has 10


def test_fixed_price_period():
    """best_of: `fixed_price` is for one price period"""
    book = discounted(["fixed"], {"fixed": {"title": "Fixed", "items": ["seat"], "fixed_price": D(8)}})
    reads(total(book, plan({"seat": 1}, "1 year")), "96", "8")
    welcome = {"welcome": {"title": "Welcome", "percent_off": "50%", "lasts": "3 months"}}
    both = discounted(["welcome", "fixed"], welcome, {"fixed": {"title": "Fixed", "items": ["seat"], "fixed_price": D(8)}})
    reads(total(both, plan({"seat": 2}, "1 year")), "174", "192")  # 2 x (3 x 5 + 9 x 8): each part has its own price periods
    fee = {"effective": "2025-06-01", "billing_mode": "plan", "per": "once", "items": {"seat": D(10)}}
    once = discounted(["fixed"], {"fixed": {"title": "Fixed", "items": ["seat"], "fixed_price": D(8)}})
    once["prices"] = [*shop(without="seat")["prices"], fee]
    reads(total(once, plan({"seat": 1}, "1 year")), "8", "0")  # what is due once has one period


def test_fixed_price_never_raises():
    """best_of: `fixed_price` never raises an amount"""
    book = discounted(["fixed"], {"fixed": {"title": "Fixed", "items": ["seat"], "fixed_price": D(12)}})
    reads(total(book, plan({"seat": 1})), "10", "12")


def test_until():
    """best_of: `until` is excluded, as every end is"""
    book = discounted(["half"], percent("half", "50%", until="2026-03-01"))
    reads(total(book, plan({"seat": 1}, date="2026-03-01")), "10", "5")
    reads(total(book, plan({"seat": 1}, date="2026-02-28T23:59")), "5", "10")


def test_months():
    """best_of: durations compare in months"""
    longer = {"longer": {"title": "Longer", "by": "term", "tiers": [{"from": "12 months", "percent_off": "50%"}]}}
    book = discounted(["longer"], longer)
    reads(total(book, plan({"seat": 1}, "1 year")), "60", "120")
    reads(total(book, plan({"seat": 1}, "18 months")), "90", "180")


def test_days_and_months():
    """best_of: days never compare with months"""
    longer = {"longer": {"title": "Longer", "by": "term", "tiers": [{"from": "30 days", "percent_off": "50%"}]}}
    reads(quote(discounted(["longer"], longer), plan({"seat": 10})).totals.net, "100.00", "50.00")


def test_largest_remainder():
    """Allocation: shares are rounded down, missing units go to the largest remainders, the first line of the order on a tie"""
    book = discounted(["gift"], coupon("gift", 20))
    three = plan({"seat": [{"quantity": 1}, {"quantity": 1}, {"quantity": 1}]}, coupons=["GIFT"])
    reads(lines(book, three), ["3.33", "3.33", "3.34"], ["3.33", "3.34", "3.33"])
    uneven = plan({"disk": 10, "seat": [{"quantity": 1}, {"quantity": 2}]}, coupons=["GIFT"])  # 1 + 10 + 20: 0.645.., 6.451.., 12.903..
    reads(lines(book, uneven), ["0.35", "3.55", "7.10"], ["0.36", "3.55", "7.09"])


def test_credits_mirror():
    """Allocation: a document of credits mirrors it"""
    reads(allocate(D("-20.00"), [D(1)] * 3, 2), ["-6.67", "-6.67", "-6.66"], ["-6.66", "-6.67", "-6.67"])


def test_symmetric():
    """Allocation: all rounding modes are symmetric about zero"""
    reads(round_number(D("-0.125"), 2, "half-up"), "-0.13", "-0.12")
    reads(round_number(D("-0.129"), 2, "down"), "-0.12", "-0.13")
    reads(round_number(D("-0.121"), 2, "up"), "-0.13", "-0.12")
    assert all(round_number(D("-2.5"), 0, mode) == -round_number(D("2.5"), 0, mode) for mode in ROUNDING_MODES)
