"""Rule language, second version, 8.5: charges that are due once, with both numbers of each reading.

Ten seats cost 100.00 a month; the disk costs 5.00 a GB when it is ordered, and nothing after that.
"""

from decimal import Decimal as D

import pytest

from tests.pricing.fine_print import SHOP, problems, quote, reads, refusals
from tests.pricing.later_shop import amount
from tests.readings.twice import APRIL, account_of, april, change, counted, invoice_of, owed, priced, renew, sells

ONCE = priced({"disk": 5}, "2025-01-01", per="once")
START = {"seat": 10, "disk": 4}


def once_only(*prices, presence="required", renewal={}, mode={}, **sections):
    """The shop whose disk is due once only."""
    items = SHOP["billing_modes"]["plan"]["items"] | {"disk": presence}
    return sells(ONCE, *prices, without="disk", renew=renewal, mode={"items": items} | mode, **sections)


def further(book, start=START, **order):
    """Lines and sum of the renewal of 25 April."""
    found = owed(book, april(start, renew=renew(), **order)).renewals[0]
    return [line.item for line in found.lines], str(found.totals.net)


@pytest.mark.parametrize("presence", ["required", "optional"])
@pytest.mark.parametrize("renewal", [{}, {"price": "original"}])
@pytest.mark.parametrize(
    "elsewhere",
    [
        None,
        priced({"disk": 3}, currency="EUR"),
        priced({"disk": 3}, when={"segment": "education"}),
        priced({"disk": 3}, "2026-04-26"),
        priced({"disk": 3}, until="2026-03-31"),
        priced({"disk": 3}, "2026-04-10", running_subscriptions="never"),
        priced({"disk": 3}, billing_mode="other"),
    ],
    ids=["none", "currency", "attribute", "later", "earlier", "new business", "mode"],
)
def test_what_was_due_once_is_left_out(elsewhere, renewal, presence):
    """8.5: an item that has only such charges is left out of a renewal, required or not, whatever other prices of it exist.

    The other reading asks for the required disk, or for a price that this subscription does not have: there was no renewal at all.
    """
    book = once_only(*([elsewhere] if elsewhere else []), presence=presence, renewal=renewal)
    if elsewhere and elsewhere["billing_mode"] == "other":
        other = book["billing_modes"]["plan"] | {"title": "Other", "items": {"disk": "optional", "seat": "optional"}}
        book["billing_modes"] = book["billing_modes"] | {"other": other}
    assert further(book) == (["seat"], "100.00")
    assert [str(line.amount) for line in quote(book, april(START)).lines] == ["100.00", "20.00"]


def test_a_price_for_each_term_by_the_day_of_the_renewal():
    """3.10 beside 8.5: a renewal takes the prices of its date, so a monthly price that came before it is renewed; an original one is not."""
    monthly = priced({"disk": 3}, "2026-04-10")
    assert further(once_only(monthly)) == (["seat", "disk"], "112.00")
    assert further(once_only(monthly, renewal={"price": "original"})) == (["seat"], "100.00")


def test_a_setup_fee_beside_a_monthly_price():
    """8.5: of a line with both, the monthly charge alone is renewed: 100.00 + 4 x 3.00, without the 20.00."""
    found = owed(once_only(priced({"disk": 3})), april(START, renew=renew()))
    reads([found.totals.net, found.renewals[0].totals.net], ["132.00", "112.00"], ["132.00", "132.00"])


def test_a_monthly_price_that_ended_is_no_charge_due_once():
    """8.5 is about what only ever was due once: an item that was paid by the month and has no such price any more cannot be renewed."""
    book = once_only(priced({"disk": 3}, until="2026-04-20"))
    assert refusals(book, april(START, renew=renew())) == ["no-longer-on-sale"]


@pytest.mark.parametrize("gone", [priced({"disk": "withdrawn"}, "2026-04-20"), None])
def test_a_setup_that_is_not_sold_any_more(gone):
    """8.5: whether the set-up is still sold makes no difference to who has it."""
    book = once_only(*([gone] if gone else []), presence="optional")
    if gone is None:
        book["prices"] = [entry | ({"until": "2026-04-20"} if entry["per"] == "once" else {}) for entry in book["prices"] if "per" in entry]
    assert further(book) == (["seat"], "100.00")


@pytest.mark.parametrize(
    "mode",
    [
        {"groups": {"setup": "required"}, "items": {"seat": "required"}},
        {"one_of": [["disk", "edition"]], "items": {"seat": "required", "disk": "optional", "edition": "optional"}},
    ],
    ids=["group", "one of"],
)
def test_groups_and_alternatives(mode):
    """8.5 for every way to require an item: of its group, or as one of several."""
    book = once_only(items={"disk": SHOP["items"]["disk"] | {"group": "setup"}}, mode=mode)
    sold = [*mode["items"], "disk"]
    prices = [entry | {"items": {item: price for item, price in entry["items"].items() if item in sold}} for entry in book["prices"]]
    book["prices"] = [entry for entry in prices if entry["billing_mode"] == "plan" and entry["items"]]
    assert refusals(book, april({"seat": 10})) in (["required-group-missing"], ["exactly-one-of"])
    assert further(book) == (["seat"], "100.00")
    again = change({"disk": 2}, "2026-05-16T12:00")
    assert str(amount(owed(book, april(START, renew=renew(), change=again)))) == "10.00"


def test_the_terms_after_it():
    """8.5: nobody asks for the required set-up again: a change of the renewed term and a second renewal are what they are without it."""
    events = [
        {"date": APRIL, "purchase": {"term": "1 month", "items": START}},
        {"date": "2026-04-25", "renew": {"term": "1 month"}},
        {"date": "2026-05-16T12:00", "change": {"items": {"seat": 20}}},
        {"date": "2026-05-25", "renew": {"term": "1 month"}},
    ]
    lines = invoice_of(once_only(), account_of("plan", events)).lines
    assert [(line.item, str(line.amount)) for line in lines] == [
        ("seat", "100.00"), ("disk", "20.00"), ("seat", "100.00"), ("seat", "50.00"), ("seat", "200.00"),
    ]  # fmt: skip


def test_added_again_it_is_due_again():
    """3.8 beside 8.5: a renewed term does not have the set-up, so a change that adds it is due in full."""
    found = owed(once_only(), april(START, renew=renew(), change=change({"disk": 2}, "2026-05-16T12:00")))
    reads(amount(found), "10.00", "0.00")


def test_in_its_own_term_a_required_setup_cannot_be_dropped():
    """What a renewal leaves out is still required of the order and of its first term."""
    assert refusals(once_only(), april({"seat": 10})) == ["required-item-missing"]
    assert refusals(once_only(), april(START, change=change({"disk": 0}))) == ["required-item-missing"]


def test_nothing_to_renew():
    """8.5: of an order that was due once altogether nothing is left to renew."""
    assert refusals(once_only(presence="optional"), april({"disk": 4}, renew=renew())) == ["nothing-ordered"]
    beside = april({"disk": 4, "hour": 1}, renew=renew(), **{"for": "10 hours"})
    (found,) = problems(once_only(presence="optional"), beside)
    assert found.message == "all that the subscription has was due once, so there is nothing to renew"


def test_automatic_renewals():
    """8.5 for a renewal that comes by itself."""
    book = once_only(renewal={"auto_renew": "7 days before"})
    events = [
        {"date": APRIL, "purchase": {"term": "1 month", "items": START}},
        {"date": "2026-04-24", "renew": {"automatic": True}},
    ]
    lines = invoice_of(book, account_of("plan", events)).lines
    assert [(line.bill_type, line.item, str(line.amount)) for line in lines][2:] == [("auto-renewal", "seat", "100.00")]


# --- discounts of what is due once --------------------------------------------------------------------------------------------------


def named(**rule):
    return {"discounts": {"d": {"title": "Deal"} | rule}, "discount_policy": ["d"]}


@pytest.mark.parametrize(
    ("prices", "listed", "right", "wrong"),
    [
        ((), "20.00", "8.00", "20.00"),  # 4 x 2.00 instead of 4 x 5.00: it replaces charges that stand alone
        ((priced({"disk": 3}),), "32.00", "28.00", "8.00"),  # 20.00 + 4 x 2.00: beside a monthly one it replaces that alone
    ],
)
def test_a_fixed_price(prices, listed, right, wrong):
    """8.5: `fixed_price` on a line of charges due once alone replaces them."""
    (line,) = owed(once_only(*prices, **named(fixed_price=2)), april({"disk": 4})).lines
    reads([line.list_amount, line.amount], [listed, right], [listed, wrong])


@pytest.mark.parametrize(("currency", "listed", "price", "right", "wrong"), [("JPY", 500, 200, 800, 2000), ("IQD", "0.500", "0.125", "0.500", "2.000")])
def test_a_fixed_price_in_other_currencies(currency, listed, price, right, wrong):
    """8.5 without decimals and with three: 4 GB at the fixed price instead of the list price."""
    entry = priced({"disk": D(listed)}, per="once", currency=currency)
    book = sells(entry, without="disk", **named(fixed_price={currency: D(price)}))
    reads(owed(book, april({"disk": 4}, currency=currency)).totals.net, right, wrong)


def test_a_fixed_price_that_is_higher():
    """3.10 beside 8.5: a fixed price never raises an amount, one that is due once neither."""
    assert str(owed(once_only(**named(fixed_price=6)), april({"disk": 4})).totals.net) == "20.00"


@pytest.mark.parametrize(
    ("prices", "start", "right", "wrong"),
    [
        ((priced({"disk": 3}),), {"disk": 4}, "44.00", "37.33"),  # 20.00 + 3 x 12.00 x 2/3; all at two thirds
        ((), {"disk": 4, "seat": 1}, "40.00", "33.33"),  # 20.00 and 30.00 x 2/3
    ],
)
def test_free_months(prices, start, right, wrong):
    """8.5: `pay_for` touches recurring charges only: of three months two are paid, and what is due once is paid in full."""
    book = once_only(*prices, **named(by="term", tiers=[{"from": "3 months", "pay_for": "2 months"}]))
    reads(owed(book, april(start, "3 months")).totals.net, right, wrong)


def test_a_percentage_touches_both():
    """3.6 beside 8.5: a percentage is off the whole line, what is due once included."""
    assert str(owed(once_only(priced({"disk": 3}), **named(percent_off="50%")), april({"disk": 4})).totals.net) == "16.00"


def test_a_change_adds_it_in_full():
    """3.8 beside 8.5: a charge due once is due in full when a change adds or raises it, under any discount, and never credited."""
    for how in ("as-ordered", "current", "none"):
        book = once_only(presence="optional", change=counted(discount=how), **named(percent_off="50%"))
        found = owed(book, april({"seat": 1, "disk": 4}, change=[change({"disk": 10}), change({"disk": 2}, "2026-04-17")]))
        assert [str(amount(found, 0)), str(amount(found))] == ["30.00", "0.00"]
