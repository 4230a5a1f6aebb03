"""Fine print of prices, quantities, tiers and percentages; docstrings are sentences of the rule language, 3.10."""

from decimal import Decimal as D

import pytest

from engine.pricing.charges import rate_events
from tests.pricing.fine_print import book_errors, loaded, plan, quote, reads, refusals, shop, total, use

LATER = {"effective": "2025-06-01", "billing_mode": "plan"}


def graduated(*tiers, **more):
    return {"model": "graduated", "tiers": list(tiers), **more}


def volume(*tiers, **more):
    return {"model": "volume", "tiers": list(tiers), **more}


def test_own_per():
    """Prices: each charge of a list is kept under its own `per`"""
    fees = [{"model": "flat", "amount": D(50), "per": "once"}, {"model": "per_unit", "unit_price": D(10), "per": "month"}]
    book = shop(
        LATER | {"items": {"seat": fees}},
        {"effective": "2025-09-01", "billing_mode": "plan", "per": "month", "items": {"seat": D(12)}},
    )
    reads(total(book, plan({"seat": 1}, "3 months")), "86", "36")  # 50 once + 3 x 12; not 36: the set-up fee was not replaced


def test_replaces_its_per():
    """Prices: a later entry replaces the `per` it names"""
    book = shop(LATER | {"per": "year", "items": {"seat": D(100)}})
    reads(total(book, plan({"seat": 1}, "3 months")), "30", "25")  # the monthly price is still there
    reads(total(book, plan({"seat": 1}, "1 year")), "100", "120")  # the longest that divides the term


def test_withdrawn():
    """Prices: `withdrawn` ends all"""
    yearly = LATER | {"per": "year", "items": {"seat": D(100)}}
    ended = {"effective": "2026-01-01", "billing_mode": "plan", "withdrawn": ["seat"]}
    reads(refusals(shop(yearly), plan({"seat": 1}, "1 year")), [], ["no-longer-on-sale"])
    for term in ("1 month", "1 year"):
        reads(refusals(shop(yearly, ended), plan({"seat": 1}, term)), ["no-longer-on-sale"], [])


def test_exact_fraction():
    """Prices: if only one of `month`/`year` exists it is multiplied by the exact fraction"""
    yearly = shop(LATER | {"per": "year", "items": {"seat": D(100)}}, without="seat")
    reads(total(yearly, plan({"seat": 1}, "3 months")), "25", "100")  # 100 x 3/12
    reads(total(yearly, plan({"seat": 1}, "2 months")), "16.67", "16.66")  # 100 x 2/12, not 2 x round(100/12) - 0.01
    reads(total(shop(), plan({"seat": 1}, "18 months")), "180", "120")


def test_per_must_agree():
    """Prices: `cycle`, `window` and `per` of a metered item must agree or convert; disagreement is an error"""
    priced_a_day = shop({"effective": "2025-06-01", "billing_mode": "use", "per": "day", "items": {"hour": D("2.40")}})
    reads(total(priced_a_day, use({"hour": 1}, "12 hours")), "2.40", "28.80")  # converts: 0.10 an hour more, beside the hourly price
    summed_by_the_hour = shop({"effective": "2025-06-01", "billing_mode": "use", "per": "hour", "items": {"call": D(1)}})
    reads(bool(book_errors(summed_by_the_hour)), True, False)


def test_bare_number():
    """Prices: a bare number for an item with specs prices every spec"""
    prices = [quote(shop(), plan({"edition": spec})).totals.net for spec in ("small", "large")]
    reads(prices, ["30", "30"], ["30", "0"])


def test_steps_after_conversion():
    """Quantity: quantity - `min` is whole `step`s after conversion, exactly"""
    book = shop(items={"disk": {"title": "Disk", "unit": "GB", "quantity": {"min": 112, "step": 100}}})
    reads(refusals(book, plan({"disk": "0.5 TB"})), [], ["quantity-off-step"])  # 512 - 112 = 4 steps, though 512 is no multiple of 100
    reads(refusals(book, plan({"disk": 500})), ["quantity-off-step"], [])  # 500 - 112 = 3.88 steps, though 500 is 5 x 100
    reads(refusals(book, plan({"disk": D("212.5")})), ["quantity-off-step"], [])  # nothing is rounded to a step


def test_zero():
    """Quantity: 0 only in a change"""
    reads(refusals(shop(), plan({"seat": 0})) != [], True, False)


def test_limit_bound():
    """Quantity: limits include their bound"""
    book = shop(
        resources={"people": {"title": "People", "unit": "piece"}},
        items={"seat": {"title": "Seat", "unit": "piece", "provides": {"people": 1}}},
        limits=[{"resource": "people", "max": 20}],
    )
    reads(refusals(book, plan({"seat": 20})), [], ["limit-exceeded"])
    reads(refusals(book, plan({"seat": 21})), ["limit-exceeded"], [])


def test_unit_case():
    """Quantity: unit symbols are case-sensitive"""
    reads(total(shop(), plan({"disk": "1 TB"})), "102.40", "0.10")
    reads(refusals(shop(), plan({"disk": "1 tb"})) != [], True, False)


def test_tiers_after_allowance():
    """Tiers: they see the quantity after the allowance"""
    price = graduated({"up_to": 10, "unit_price": D(1)}, {"unit_price": D("0.5")}, allowance=D(10))
    reads(total(shop(LATER | {"per": "month", "items": {"seat": price}}), plan({"seat": 15})), "5", "2.50")


STAIRS = [({"up_to": 100, "flat": D(5)}, {"flat": D(7)}), ({"below": 100, "flat": D(5)}, {"flat": D(7)})]


def _disk(price, quantity):
    return total(shop(LATER | {"per": "month", "items": {"disk": price}}), plan({"disk": quantity}))


def test_any_part():
    """Tiers: any part of a unit counts for `flat`"""
    reads(_disk(graduated(*STAIRS[0]), D("100.001")), "12", "5")


def test_graduated_bounds():
    """Tiers: in `graduated`, `below` and `up_to` are the same"""
    for tiers in STAIRS:
        reads(_disk(graduated(*tiers), 100), "5", "12")  # at the bound the next flat is not yet due


def test_volume_bounds():
    """Tiers: in `volume` they differ at the bound only"""
    up_to, below = (volume(*tiers) for tiers in STAIRS)
    reads(_disk(up_to, 100), "5", "7")
    reads(_disk(below, 100), "7", "5")
    for quantity, price in ((D("99.999"), "5"), (D("100.001"), "7")):
        reads([_disk(up_to, quantity), _disk(below, quantity)], [price, price], ["5", "7"])


def test_tier_price():
    """Tiers: a tier has `unit_price` or `package`, not both"""
    both = graduated({"up_to": 10, "unit_price": D(1), "package": {"size": 5, "price": D(4)}}, {"unit_price": D(1)})
    one = graduated({"up_to": 10, "package": {"size": 5, "price": D(4)}}, {"unit_price": D(1)})
    reads(bool(book_errors(shop(LATER | {"per": "month", "items": {"seat": both}}))), True, False)
    reads(total(shop(LATER | {"per": "month", "items": {"seat": one}}), plan({"seat": 7})), "8", "5.60")


@pytest.mark.parametrize(
    "price",
    [
        D(-1),
        {"model": "flat", "amount": D(-1)},
        graduated({"up_to": -5, "unit_price": D(1)}, {"unit_price": D(1)}),
        graduated({"up_to": 5, "unit_price": D(1), "flat": D(-1)}, {"unit_price": D(1)}),
        {"model": "per_unit", "unit_price": D(1), "allowance": D(-1)},
    ],
    ids=["price", "amount", "bound", "flat", "allowance"],
)
def test_not_negative(price):
    """Tiers: prices, flats, bounds, allowances are not negative"""
    reads(bool(book_errors(shop(LATER | {"per": "month", "items": {"seat": price}}))), True, False)


def payments(**price):
    """A shop that takes a percentage of payments; `events` rates them one by one, as records are."""
    return shop(
        {"effective": "2025-01-01", "billing_mode": "use", "items": {"payment": {"model": "percentage", **price}}},
        items={"payment": {"title": "Payments", "unit": "USD", "meter": {"measure": "sum", "window": "period"}}},
        billing_modes=_with_payments(),
    )


def _with_payments():
    modes = shop()["billing_modes"]
    return modes | {"use": modes["use"] | {"items": modes["use"]["items"] | {"payment": "optional"}}}


def _events(book, *amounts):
    (entry,) = (entry for entry in loaded(book).prices if entry.item == "payment")
    return rate_events(entry.charges[0], [D(amount) for amount in amounts]).amount


def test_per_event():
    """Percentage: sum over events of clamp(amount x rate + per_event, minimum, maximum), which here are per event only"""
    book = payments(rate="2.99%", minimum=D("1.75"), maximum=D(12), applies_to="each-record")
    reads(_events(book, 10, 80, 10000), "16.142", "12")  # 1.75 + 2.392 + 12, not 10090 x 2.99% held to 12 once


def test_free_events():
    """Percentage: the allowance is used up in order of time and an event wholly free owes no `per_event`"""
    book = payments(rate="1%", per_event=D("0.30"), allowance=D(100), applies_to="each-record")
    reads(_events(book, 80, 70), "0.80", "1.10")  # 0 + (50 x 1% + 0.30), not 0.30 for the free one too
    reads(_events(book, 120, 30), "1.10", "0.80")  # the first uses the allowance up


def test_one_event():
    """Percentage: a record is an event, in an order the quantity is one"""
    book = payments(rate="2.99%", minimum=D("1.75"), maximum=D(12))
    reads(total(book, use({"payment": 10090}, "1 month")), "12", "16.14")
