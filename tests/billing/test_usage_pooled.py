"""`over: account`: usage of all the account's subscriptions together, billed once on the line of the first that has the item (3.4)."""

from decimal import Decimal

import pytest

from tests.billing.usage_shop import SHOP, account, bill, book_of, event, lines_of, refused, shop, subscription

D = Decimal
START = event("2026-03-01", "start")
TIERS = {"model": "graduated", "tiers": [{"up_to": D(100), "unit_price": D("0.10")}, {"unit_price": D("0.01")}]}


def pool_of(price: object = TIERS, modes: tuple[str, ...] = ("use",), **meter: object):
    """The shop with an item `shared` that is metered over the account in these modes."""
    items = SHOP["items"] | {"shared": {"title": "Shared", "unit": "GB", "meter": {"measure": "sum", "window": "month", "over": "account"} | meter}}
    own = {
        "use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"shared": "optional", "calls": "optional"}},
        "other": {"title": "Other", "payment": "postpaid", "cycle": "month", "items": {"shared": "optional"}},
    }  # fmt: skip
    paid = SHOP["billing_modes"]["paid"]
    paid = paid | {"items": paid["items"] | {"shared": {"presence": "optional", "payment": "postpaid", "cycle": "month"}}}
    per = {} if meter.get("measure", "sum") in ("sum", "count") else {"per": "month"}
    calls = {"effective": "2026-01-01", "billing_mode": "use", "items": {"calls": D("0.01")}}
    shared = [{"effective": "2026-01-01", "billing_mode": mode, "items": {"shared": price}} | per for mode in modes]
    return book_of(shop(items=items, billing_modes=own | {"paid": paid}, prices=[*SHOP["prices"][:3], calls, *shared]))


def by_use(book, *names: str, mode: str = "use"):
    return account(book, *(subscription(name, mode, START) for name in names))


def shared(*rows: tuple[str, str, object]) -> list:
    return [(name, "shared", at, quantity) for name, at, quantity in rows]


def test_records_of_all_subscriptions_are_charged_once():
    """90 and 60: together 100 at 0.10 and 50 at 0.01 = 10.50; each by itself they were 9.00 and 6.00."""
    book = pool_of()
    found = bill(book, by_use(book, "s-1", "s-2"), shared(("s-2", "03-04T10:00", 90), ("s-1", "03-09T10:00", 60)))
    assert lines_of(found) == [("s-1", "shared", D(150), D("10.50"))]


def test_the_line_is_that_of_the_first_subscription_with_usage_of_the_item():
    """The first one as written has no record of it, the third one's line of calls stays its own."""
    book = pool_of()
    rows = [*shared(("s-3", "03-04T10:00", 90), ("s-2", "03-09T10:00", 60)), ("s-3", "calls", "03-09T10:00", 100)]
    found = bill(book, by_use(book, "s-1", "s-2", "s-3"), rows)
    assert lines_of(found) == [("s-2", "shared", D(150), D("10.50")), ("s-3", "calls", D(100), D("1.00"))]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("max", 70), ("last", 30), ("min", 20)],  # 40; 70 from the 4th to the 20th; then 30
)
def test_levels_of_all_subscriptions_are_added(measure, expected):
    book = pool_of(D("1.00"), measure=measure, hold=True)
    made = account(book, subscription("s-1", "use", START, event("2026-03-20", "stop")), subscription("s-2", "use", event("2026-03-04", "start")))
    rows = shared(("s-1", "03-01T00:00", 20), ("s-1", "03-02T00:00", 40), ("s-2", "03-04T00:00", 30))
    assert lines_of(bill(book, made, rows)) == [("s-1", "shared", D(expected), D(expected))]


def test_without_hold_the_records_are_pooled():
    book = pool_of(D("1.00"), measure="max")
    rows = shared(("s-1", "03-02T00:00", 40), ("s-2", "03-04T00:00", 30))
    assert lines_of(bill(book, by_use(book, "s-1", "s-2"), rows)) == [("s-1", "shared", D(40), D("40.00"))]


def test_usage_beside_a_paid_subscription_is_pooled_too():
    book = pool_of(modes=("paid",))
    buy = event("2026-03-01", "purchase", term="1 month", items={"plan": "small"})
    made = account(book, subscription("s-1", "paid", buy), subscription("s-2", "paid", buy))
    found = bill(book, made, shared(("s-2", "03-04T10:00", 90), ("s-1", "03-09T10:00", 60)))
    assert lines_of(found) == [("s-1", "shared", D(150), D("10.50"))]


def test_two_billing_modes_at_the_same_time_are_refused():
    book = pool_of(modes=("use", "other"))
    made = account(book, subscription("s-1", "use", START), subscription("s-2", "other", START))
    found = bill(book, made, shared(("s-1", "03-04T10:00", 90), ("s-2", "03-09T10:00", 60)))
    assert refused(found) == ["Q720"]
    assert found.diagnostics[0].message == ("the usage of `shared` is added up over the account, but `s-1` is billed by `use`, `s-2` by `other`")


def test_two_billing_modes_one_after_the_other_are_charged_each_by_itself():
    book = pool_of(modes=("use", "other"))
    made = account(book, subscription("s-1", "use", START, event("2026-03-10", "stop")), subscription("s-2", "other", event("2026-03-10", "start")))
    found = bill(book, made, shared(("s-1", "03-04T10:00", 90), ("s-2", "03-12T10:00", 60)))
    assert lines_of(found) == [("s-1", "shared", D(90), D("9.00")), ("s-2", "shared", D(60), D("6.00"))]


def test_subscriptions_whose_attributes_have_other_prices_are_refused():
    data = {"attributes": {"tariff": {"source": "order", "values": ["old", "new"]}}}
    items = {"shared": {"title": "Shared", "unit": "GB", "meter": {"measure": "sum", "window": "month", "over": "account"}}}
    modes = {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"shared": "optional"}}}
    prices = [
        {"effective": "2026-01-01", "billing_mode": "use", "when": {"tariff": name}, "items": {"shared": price}}
        for name, price in (("old", D(1)), ("new", D(2)))
    ]
    book = book_of({name: SHOP[name] for name in ("book", "units")} | data | {"items": items, "billing_modes": modes, "prices": prices})
    rows = shared(("s-1", "03-04T10:00", 90), ("s-2", "03-09T10:00", 60))
    made = account(book, subscription("s-1", "use", START, tariff="old"), subscription("s-2", "use", START, tariff="new"))
    assert refused(bill(book, made, rows)) == ["Q720"]
    made = account(book, subscription("s-1", "use", START, tariff="new"), subscription("s-2", "use", START, tariff="new"))
    assert lines_of(bill(book, made, rows)) == [("s-1", "shared", D(150), D("300.00"))]


def test_what_is_pooled_can_be_covered():
    """150 GB of traffic of two subscriptions, and a bundle of 50 GB a month: 100 at 0.10."""
    items = SHOP["items"] | {
        "shared": {"title": "Shared", "unit": "GB", "covered_by": "traffic", "meter": {"measure": "sum", "window": "month", "over": "account"}}
    }
    modes = {"use": {"title": "Use", "payment": "postpaid", "cycle": "month", "items": {"shared": "optional"}}, "paid": SHOP["billing_modes"]["paid"]}
    prices = [*SHOP["prices"][:3], {"effective": "2026-01-01", "billing_mode": "use", "items": {"shared": D("0.10")}}]
    book = book_of(shop(items=items, billing_modes=modes, prices=prices))
    bundle = subscription("s-0", "paid", event("2026-03-01", "purchase", term="1 month", items={"bundle": D(1)}))
    made = account(book, bundle, subscription("s-1", "use", START), subscription("s-2", "use", START))
    found = bill(book, made, shared(("s-2", "03-04T10:00", 90), ("s-1", "03-09T10:00", 60)))
    assert lines_of(found) == [("s-1", "shared", D(100), D("10.00"))]
    # Levels are added before anything is covered: 40 + 30 less 50 of the quota, not each by itself.
    held = items | {"shared": items["shared"] | {"meter": {"measure": "max", "window": "month", "hold": True, "over": "account"}}}
    book = book_of(shop(items=held, billing_modes=modes, prices=[*prices[:3], prices[3] | {"per": "month"}]))
    made = account(book, bundle, subscription("s-1", "use", START), subscription("s-2", "use", START))
    found = bill(book, made, shared(("s-1", "03-01T00:00", 40), ("s-2", "03-04T00:00", 30)))
    assert lines_of(found) == [("s-1", "shared", D(20), D("2.00"))]
