"""Rule language, second version, 8.4: what is not priced cannot be added, with what the other reading would have given: 0.00 for ever."""

import pytest

from tests.pricing.fine_print import SHOP, plan, problems, quote, refusals
from tests.pricing.later_shop import amount
from tests.readings.twice import april, change, counted, priced, renew, sells

BOX = {"box": {"title": "Box", "unit": "piece"}, "bag": {"title": "Bag", "unit": "piece"}}
FREE = {"charge": "none"}
WAITS = {"charge": "none", "takes_effect": "next-renewal"}
WAYS = [FREE, FREE | {"discount": "none"}, FREE | {"discount": "current"}, WAITS, WAITS | {"discount": "none"}, {"charge": "difference"}]
"""Terms of a change; all but the last cost nothing when it is made."""


def shelf(*prices, change=None, **sections):
    """The shop with a box and a bag, which have the prices given and no others."""
    items = SHOP["billing_modes"]["plan"]["items"] | {"box": "optional", "bag": "optional"}
    return sells(*prices, change=counted(**(change or {})), items=BOX, mode={"items": items}, **sections)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("entry", "slug"),
    [
        (priced({"box": 5}, billing_mode="use", per="hour"), "no-price"),
        (priced({"box": 5}, currency="EUR"), "no-price-in-currency"),
        (priced({"box": 5}, "2026-05-10"), "not-on-sale-yet"),
        (priced({"box": 5}, until="2026-04-10"), "no-longer-on-sale"),
        (priced({"box": 5}, when={"segment": "education"}), "no-price"),
    ],
)
def test_an_item_without_a_price_for_the_order(entry, slug, way):
    """8.4: what has no price for this order on the day of change cannot be added, not even where the change costs nothing."""
    if entry["billing_mode"] == "use":
        entry = entry | {"items": {"day": 5}, "per": "day"}  # the box has no price at all
    order = april({"seat": 10}, change=change({"box": 9}), renew=renew())
    assert refusals(shelf(entry, change=way), order) == [slug]
    # With a price it is added; the other reading would add it at nothing, and the renewal would forget it.
    found = quote(shelf(priced({"box": 5}), change=way), order)
    assert [str(amount(found)), str(found.renewals[0].totals.net)] == ["0.00" if way["charge"] == "none" else "22.50", "145.00"]


@pytest.mark.parametrize("way", WAYS)
def test_a_spec_without_a_price(way):
    """8.4 for an upgrade and a downgrade: a spec that has no price cannot be held either."""
    ladder = {"edition": {"title": "Edition", "unit": "piece", "specs": {name: {"title": name} for name in ("tiny", "small", "large")}}}
    book = sells(priced({"edition": {"small": 30}}), without="edition", change=counted(**way), items=ladder)
    for spec in ("tiny", "large"):
        assert refusals(book, april({"edition": "small"}, change=change({"edition": spec}))) == ["no-price"]


@pytest.mark.parametrize("way", WAYS)
def test_every_item_without_a_price_is_told(way):
    """8.4: two items without a price are two findings, each at its own place; what has a price is no finding."""
    found = problems(shelf(change=way), april({"seat": 10}, change=change({"box": 1, "disk": 100, "bag": 2})))
    assert [(each.slug, each.subject) for each in found] == [("no-price", "box"), ("no-price", "bag")]
    assert len({(each.span.line, each.span.column) for each in found}) == 2


@pytest.mark.parametrize("way", WAYS)
def test_what_is_held_goes_on(way):
    """8.4 is about what is added: an item that is held is changed at the price that it has, whatever became of it for others."""
    gone = priced({"box": "withdrawn"}, "2026-04-10")
    book = shelf(priced({"box": 5}), gone, change=way)
    found = quote(book, april({"seat": 1, "box": 2}, change=[change({"box": 4}), change({"box": 1}, "2026-04-17")]))
    assert [line.direction for each in found.changes for line in each.lines] == ["expand", "reduce"]


def test_what_came_at_the_price_of_a_day_goes_on_at_it():
    """8.4 and 3.8: a box that a change brought at its price of that day, which ended on the next, is given back at that price."""
    book = shelf(priced({"box": 8}, "2026-04-05", until="2026-04-17"))
    found = quote(book, april({"seat": 1}, change=[change({"box": 3}), change({"box": 1}, "2026-04-21")]))
    assert [str(amount(found, 0)), str(amount(found))] == ["12.00", "-5.33"]  # 3 x 8 x 15/30; -2 x 8 x 10/30
    assert refusals(book, april({"seat": 1}, change=change({"box": 3}, "2026-04-21"))) == ["no-longer-on-sale"]


def test_use_without_a_price():
    """8.4 for what is billed by usage: its change costs nothing in any case, and needs a price as its order does."""
    items = {"box": {"title": "Box", "unit": "piece", "meter": {"measure": "max", "window": "hour"}}}
    book = sells(
        items=items, mode={"items": SHOP["billing_modes"]["plan"]["items"] | {"box": {"presence": "optional", "payment": "postpaid", "cycle": "hour"}}}
    )
    order = plan({"seat": 10, "hour": 1}, **{"for": "10 hours"}, change={"date": "2026-03-10", "items": {"box": 2}})
    assert refusals(book, order) == ["no-price"]
    book["prices"] = [*book["prices"], {"effective": "2025-01-01", "billing_mode": "plan", "per": "hour", "items": {"box": 1}}]
    assert str(amount(quote(book, order))) == "0.00"
