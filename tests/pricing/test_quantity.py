"""What may be ordered (rule language, 2 and 3.10, Quantity): units, steps, specs, presence and limits; every problem at once."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from engine.model.book import BillingMode, Item, Limit, Meter, ModeItem, PriceBook, Provision, QuantityRule, Resource, Spec
from engine.model.orders import Order, OrderLine
from engine.model.texts import Text
from engine.pricing.acceptance import accept_order
from engine.pricing.quantity import provides
from engine.pricing.refused import Refused
from engine.values.periods import Duration
from engine.values.spans import Origin
from engine.values.units import UnitTable
from tests.pricing.books import ZONE, day, price

UNITS = UnitTable({"GB": ("GB", D(1)), "TB": ("GB", D(1024)), "PB": ("GB", D(1024) ** 2), "user": ("user", D(1)), "edition": ("edition", D(1))})
ITEMS = (
    Item(
        "edition", "edition",
        specs=(
            Spec("small", provides=(Provision("users", D(10)), Provision("storage", D(100)))),
            Spec("large", provides=(Provision("users", D(50)), Provision("storage", D(500)))),
        ),
    ),
    Item("storage-pack", "GB", quantity=QuantityRule(min=D(100), step=D(100)), provides=(Provision("storage", D(1)),)),
    Item("user-pack", "user", quantity=QuantityRule(max=D(30000)), provides=(Provision("users", D(1)),)),
    Item("odd-pack", "user", quantity=QuantityRule(min=D(5), step=D(3), max=D(20))),
    Item("support", "edition", group="services"),
    Item("training", "edition", group="services"),
    Item("users", "user", quantity=QuantityRule(min=D(1), max=D(20000)), provides=(Provision("users", D(1)),)),
    Item("traffic", "GB", meter=Meter("sum")),
)  # fmt: skip
LIMITS = (Limit("users", max=D(20000)), Limit("storage", max=D(95) * 1024**2, min=D(100)))


def shop(limits=LIMITS, **changes) -> PriceBook:
    """A book with one prepaid mode `plan` and one postpaid mode `use`; `changes` are fields of `plan`."""
    plan = BillingMode(
        "plan", "prepaid", "term", terms=(Duration(months=1), Duration(months=12)),
        items=tuple(ModeItem(item.id, "required" if item.id == "edition" else "optional", "prepaid", "term") for item in ITEMS[:6]),
    )  # fmt: skip
    use = BillingMode("use", "postpaid", "hour", tuple(ModeItem(name, "optional", "postpaid", "hour") for name in ("users", "traffic")))
    return PriceBook(
        "shop", Text({"en": "Shop"}), "draft", "USD", "Asia/Shanghai", ZONE, (), {item.id: item for item in ITEMS},
        {"plan": replace(plan, **changes), "use": use}, (price("edition", 1, spec="small"),), unit_table=UNITS, limits=limits,
        resources={"users": Resource("users", "user"), "storage": Resource("storage", "GB")},
    )  # fmt: skip


def line(item, quantity=None, unit=None, spec=None):
    """A line of an order, with a place in a file."""
    origin = Origin("order.yaml", 7, 3, ("items", item))
    return OrderLine(item, spec, None if quantity is None else D(quantity), unit, origin)


def ordered(*lines, mode="plan", **fields) -> Order:
    """An order with a small edition unless a line names one."""
    if mode == "plan" and not any(given.item == "edition" for given in lines):
        lines = (line("edition", spec="small"), *lines)
    fields = ({"term": Duration(months=1)} if mode == "plan" else {"duration": Duration(seconds=3600)}) | fields
    return Order(day("2026-03-01"), mode, "USD", tuple(lines), **fields)


def problems(order, book=None) -> list[str]:
    """The slugs of what is wrong with an order."""
    try:
        accept_order(book or shop(), order)
    except Refused as refused:
        return [found.slug for found in refused.diagnostics]
    return []


def told(order, book=None):
    """The one diagnostic of an order."""
    with pytest.raises(Refused) as refused:
        accept_order(book or shop(), order)
    (found,) = refused.value.diagnostics
    return found


LINES = [
    ("a quantity in the item's unit", line("storage-pack", "500"), []),
    ("a quantity in a larger unit", line("storage-pack", "25", "TB"), []),
    ("the minimum itself", line("storage-pack", "100"), []),
    ("below the minimum", line("storage-pack", "99"), ["quantity-below-minimum"]),
    ("nothing of it", line("storage-pack", "0"), ["quantity-below-minimum"]),
    ("nothing of an item without a minimum", line("user-pack", "0"), ["quantity-below-minimum"]),
    ("less than nothing", line("user-pack", "-1"), ["quantity-below-minimum"]),
    ("between two steps", line("storage-pack", "150"), ["quantity-off-step"]),
    ("steps count from the minimum: 5, 8, 11", line("odd-pack", "11"), []),
    ("steps do not count from 0", line("odd-pack", "9"), ["quantity-off-step"]),
    ("the maximum need not be on a step", line("odd-pack", "20"), []),
    ("above the maximum", line("odd-pack", "23"), ["quantity-above-maximum"]),
    ("an item without steps takes any part", line("user-pack", "2.5"), []),
    ("a spec alone is one", line("edition", spec="large"), []),
    ("a spec with a quantity", line("edition", "3", spec="large"), []),
    ("no spec", line("edition", "3"), ["spec-missing"]),
    ("an unknown spec", line("edition", spec="medium"), ["unknown-spec"]),
    ("a spec of an item without specs", line("user-pack", spec="large"), ["spec-not-applicable"]),
    ("no quantity", line("user-pack"), ["quantity-below-minimum"]),
    ("a unit of another kind", line("storage-pack", "100", "user"), ["UNIT_MISMATCH"]),
    ("an item of another mode", line("users", "5"), ["item-not-in-mode"]),
    ("an item that is not sold at all", line("user-pac", "5"), ["unknown-item"]),
]


@pytest.mark.parametrize(("given", "slugs"), [case[1:] for case in LINES], ids=[case[0] for case in LINES])
def test_one_line(given, slugs):
    """What is accepted and what is refused, line by line."""
    from engine.diagnostics import orders

    assert problems(ordered(given)) == [orders.UNIT_MISMATCH.slug if slug == "UNIT_MISMATCH" else slug for slug in slugs]


def test_a_quantity_is_whole_steps_after_conversion_exactly():
    """3.10: "quantity - `min` is whole `step`s after conversion, exactly": 25 TB are 25600 GB, so 255 whole steps above 100;
    before conversion 25 - 100 would be no step at all, and 1 TB = 1024 GB lies between 1000 and 1100.
    """
    (_, pack) = accept_order(shop(), ordered(line("storage-pack", "25", "TB")))
    assert pack.quantity == 25600
    found = told(ordered(line("storage-pack", "1", "TB")))
    assert found.slug == "quantity-off-step"
    assert "1024 GB" in found.message
    assert found.help == "order 1000 GB or 1100 GB"


def test_zero_drops_an_item_only_in_a_change():
    """3.10: "0 only in a change, where it drops the item": an order of 0 is refused; it does not mean 0.00."""
    assert problems(ordered(line("user-pack", "0"))) == ["quantity-below-minimum"]


def test_usage_may_be_zero():
    """An estimate of a metered item may be 0 (a window can be empty), unless the item has a minimum."""
    assert problems(ordered(line("traffic", "0"), mode="use"), shop(limits=())) == []
    assert problems(ordered(line("users", "0"), mode="use"), shop(limits=())) == ["quantity-below-minimum"]


def test_unit_symbols_are_case_sensitive():
    """3.10: "Unit symbols are case-sensitive": gb is no GB."""
    assert told(ordered(line("storage-pack", "100", "gb"))).help.startswith("give the quantity in `GB`, `TB` or `PB`")


# --- limits over the order --------------------------------------------------------------------------------------------------------


def test_limits_include_their_bound():
    """3.10: "Limits include their bound": 50 + 19950 = 20000 users are sold, one more is not."""
    assert problems(ordered(line("edition", spec="large"), line("user-pack", "19950"))) == []
    assert problems(ordered(line("edition", spec="large"), line("user-pack", "19951"))) == ["limit-exceeded"]


def test_a_limit_counts_specs_and_units_and_says_who_provides():
    """The message shows the sum and who provides it: 3 x 50 + 19900 = 20050."""
    found = told(ordered(line("edition", "3", spec="large"), line("user-pack", "19900")))
    assert found.message == "the order provides 20050 user, and the limit for `users` is 20000 user"
    assert found.notes == ("provided by `edition` large: 150 user, `user-pack`: 19900 user",)
    assert found.help == "order 50 user less"
    assert found.subject == "user-pack"
    assert [label.text for label in found.labels] == ["provides 150 user"]


def test_a_limit_is_said_in_its_largest_unit():
    """95 PB is said as 95 PB; 95 PB of packs and 100 GB of the edition exceed it by 100 GB."""
    found = told(ordered(line("edition", spec="small"), line("storage-pack", "99614700")))
    assert found.message == "the order provides 99614800 GB, and the limit for `storage` is 95 PB (99614720 GB)"
    assert found.help == "order 100 GB less"


def test_a_limit_may_name_a_minimum():
    """`min` over the whole order: a book without the edition's storage."""
    limits = (Limit("storage", min=D(600)),)
    assert problems(ordered(line("edition", spec="large"), line("storage-pack", "100")), shop(limits)) == []
    assert problems(ordered(line("edition", spec="large")), shop(limits)) == ["limit-not-reached"]


def test_a_limit_of_another_mode_does_not_bind():
    """A limit may name its billing modes."""
    limits = (Limit("users", max=D(5), billing_modes=("use",)),)
    assert problems(ordered(line("edition", spec="large")), shop(limits)) == []
    assert problems(ordered(line("users", "6"), mode="use"), shop(limits)) == ["limit-exceeded"]


def test_what_a_line_provides():
    """Each unit of a spec provides what the spec names: 3 x 50 users."""
    (edition,) = accept_order(shop(), ordered(line("edition", "3", spec="large")))
    assert (provides(edition, "users"), provides(edition, "storage")) == (150, 1500)


# --- what belongs to an order -----------------------------------------------------------------------------------------------------

CHOICE = (("support", "training"),)
PRESENCE = [
    ("a required item is missing", (line("user-pack", "5"),), {}, ["required-item-missing"]),
    ("nothing at all", (), {}, ["nothing-ordered"]),
    (
        "a required group is missing",
        (line("edition", spec="small"),),
        {"groups": {"services": "required"}},
        ["required-group-missing"],
    ),
    ("one of a group is enough", (line("edition", spec="small"), line("support", "1")), {"groups": {"services": "required"}}, []),
    ("an optional group", (line("edition", spec="small"),), {"groups": {"services": "optional"}}, []),
    ("one of two", (line("edition", spec="small"), line("support", "1")), {"one_of": CHOICE}, []),
    ("none of two", (line("edition", spec="small"),), {"one_of": CHOICE}, ["exactly-one-of"]),
    (
        "both of two",
        (line("edition", spec="small"), line("support", "1"), line("training", "1")),
        {"one_of": CHOICE},
        ["exactly-one-of"],
    ),
    ("the same item twice, with different specs", (line("edition", spec="small"), line("edition", spec="large")), {}, []),
]


@pytest.mark.parametrize(("lines", "changes", "slugs"), [case[1:] for case in PRESENCE], ids=[case[0] for case in PRESENCE])
def test_what_belongs_to_an_order(lines, changes, slugs):
    """2 and 3.5: required items, `groups` and `one_of` ("exactly one of each")."""
    order = Order(day("2026-03-01"), "plan", "USD", lines, term=Duration(months=1))
    limits = (Limit("users", max=D(20000)),)
    assert problems(order, shop(limits, **changes)) == slugs


def test_all_problems_of_an_order_are_told_at_once():
    """An unknown item, a missing spec, a term not on sale, an unknown attribute and currency."""
    order = ordered(line("user-pac", "5"), line("edition"), term=Duration(months=4), attributes={"colour": "red"})
    order = replace(order, currency="EUR")
    assert problems(order) == ["unknown-item", "spec-missing", "term-not-offered", "unknown-attribute", "unknown-currency"]


def test_a_limit_is_told_beside_the_problems_of_other_lines():
    """What the other lines provide is already too much; a minimum is not asked for before all lines stand."""
    assert problems(ordered(line("user-pack", "30000"), line("storage-pack", "150"))) == ["quantity-off-step", "limit-exceeded"]
    few = shop((Limit("users", min=D(100)),))
    assert problems(ordered(line("storage-pack", "150")), few) == ["quantity-off-step"]


MEANT = [
    ("item", ordered(line("usr-pack", "5"), line("edition", spec="small")), "did you mean `user-pack`?"),
    ("spec", ordered(line("edition", spec="smal")), "did you mean `small`?"),
    ("mode", ordered(line("edition", spec="small"), mode="plam"), "did you mean `plan`?"),
    ("attribute", ordered(attributes={"countri": "DE"}), "did you mean `country`?"),
    ("value", ordered(attributes={"business": "yes"}), "choose one of `true` or `false`"),
]


@pytest.mark.parametrize(("order", "help"), [case[1:] for case in MEANT], ids=[case[0] for case in MEANT])
def test_what_was_meant(order, help):
    """The one clearly nearest name, else what there is."""
    assert told(order).help == help


def test_a_diagnostic_points_at_the_line():
    """Place, reason, remedy."""
    found = told(ordered(line("storage-pack", "150")))
    assert (found.span.file, found.span.line, found.span.column, found.span.end_column) == ("order.yaml", 7, 3, 15)
    assert found.path == "items.storage-pack"
    assert found.message == "`storage-pack` is sold from 100 GB on in whole steps of 100 GB, and the order has 150 GB"
