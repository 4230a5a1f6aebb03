"""What an hourly or daily price comes to in a month: the sheet's figure is what a quote of that use says (rule language, 3.3)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.model.prices import Charge, Flat, Graduated, Package, PerUnit, Volume
from engine.pricing.charges import rate_charge
from engine.pricing.probing import before_rounding
from engine.sheet import build_sheet
from engine.sheet.components import components
from engine.values.exact import exact
from tests.extent import examples
from tests.sheet.small_books import BASICS, BEGIN, book_of, quote_of

HOURLY = """
units: {token: {title: token}}
items:
  plain: {title: Plain, unit: token, meter: {measure: max, window: hour}}
  pack: {title: Pack, unit: token, meter: {measure: max, window: hour}}
  flat: {title: Flat, unit: token, meter: {measure: max, window: hour}}
  tier: {title: Tier, unit: token, meter: {measure: max, window: hour}}
  tierpack: {title: Tierpack, unit: token, meter: {measure: max, window: hour}}
  level: {title: Level, unit: token, meter: {measure: max, window: hour}}
billing_modes:
  use:
    {title: Use, payment: postpaid, cycle: hour, invoiced: month,
     items: {plain: optional, pack: optional, flat: optional, tier: optional, tierpack: optional, level: optional}}
prices:
  - effective: 2026-01-01
    billing_mode: use
    per: hour
    items:
      plain: 4.50
      pack: {model: package, size: 1000, price: 4.50}
      flat: {model: flat, amount: 4.50}
      tier: {model: graduated, tiers: [{up_to: 10, unit_price: 4.50, flat: 2.00}, {unit_price: 3.00}]}
      tierpack: {model: graduated, tiers: [{up_to: 1000, package: {size: 1000, price: 4.50}}, {unit_price: 3.00}]}
      level: {unit_price: 2.00, allowance: 3, minimum: 1.00, maximum: 90.00}
"""


def by_month(book) -> dict[str, list[tuple[str, str | None]]]:
    """Each price of each item: what it is for, and what it comes to in a month."""
    (mode,) = build_sheet(book, BEGIN).modes
    found: dict[str, list] = {}
    for table in mode.tables:
        place = next((index for index, column in enumerate(table.columns) if column.kind == "month"), None)
        for group in table.groups:
            for row in group.rows:
                cell = row.cells[place] if place is not None else None
                found.setdefault(group.item, []).append((row.part, str(cell.unit_price) if cell else None))
    return found


def test_every_hourly_price_counts_730_times():
    """4.50 x 730 = 3,285.00, whether for a unit, a package, a flat or the packages of a tier; so do bounds: 1.00 x 730, 90.00 x 730."""
    book = book_of(HOURLY)
    assert by_month(book) == {
        "plain": [("unit", "3285")],
        "pack": [("package", "3285")],
        "flat": [("flat", "3285")],
        "tier": [("unit", "3285"), ("tier-flat", "1460"), ("unit", "2190")],
        "tierpack": [("package", "3285"), ("unit", "2190")],
        "level": [("unit", "1460"), ("minimum", "730"), ("maximum", "65700")],
    }
    order = "{date: 2026-03-01, billing_mode: use, for: 730 hours, items: {plain: 1, pack: 1000, flat: 1, tier: 1, tierpack: 1000, level: 3}}"
    # 4.50 for one in the tier and 2.00 for the tier, each hour; the first three of `level` are free, and then nothing is due.
    assert [str(line.list_amount) for line in quote_of(book, order).lines] == ["3285"] * 3 + ["4745", "3285", "0"]


@pytest.mark.parametrize(
    ("book", "window", "per", "expected"),
    [
        ("", "hour", "hour", "730"),
        ("", "hour", "day", "365/12"),  # 730 hours of 1/24 of a day
        ("", "day", "day", "31"),  # the last 10 of 730 hours are a day that has begun
        ("", "day", "hour", "744"),
        ("", "month", "hour", None),  # a month has its own hours: there is no figure for all
        (", month_is: 720 hours", "hour", "hour", "720"),
        (", month_is: 720 hours", "day", "day", "30"),
        (", month_is: 720 hours", "month", "hour", "720"),
        (", month_is: 720 hours", "month", "day", "30"),
    ],
)
def test_windows_and_periods_of_a_price(book, window, per, expected):
    """1.00 a thing: what a quote of a month's hours from 1 January says; the quote of any other month with as many says the same."""
    made = book_of(
        f"""
units: {{x: {{title: thing}}}}
items: {{level: {{title: Level, unit: x, meter: {{measure: max, window: {window}}}}}}}
billing_modes: {{use: {{title: Use, payment: postpaid, cycle: {window}, invoiced: month, items: {{level: optional}}}}}}
prices: [{{effective: 2026-01-01, billing_mode: use, per: {per}, items: {{level: 1.00}}}}]
""",
        BASICS.replace("timezone: UTC", f"timezone: UTC{book}"),
    )
    ((_, shown),) = by_month(made)["level"]
    assert shown == expected
    columns = build_sheet(made, BEGIN).modes[0].tables[0].columns
    assert [column.kind for column in columns] == (["list"] if expected is None else ["list", "month"])
    if expected is not None:
        hours = 720 if book else 730
        order = f"{{date: 2026-03-01, billing_mode: use, for: {hours} hours, items: {{level: 1}}}}"
        assert str(before_rounding(quote_of(made, order))) == expected


def test_a_total_of_the_period_has_its_flat_once():
    """A flat of the period's total is due once a month, its units for each hour: 4.50 and 2.00 x 730."""
    found = by_month(book_of(HOURLY.replace("flat: 2.00}, {unit_price: 3.00}]}", "flat: 2.00}, {unit_price: 3.00}], applies_to: period-total}", 1)))
    assert found["tier"] == [("unit", "3285"), ("tier-flat", "2"), ("unit", "2190")]


# --- the law --------------------------------------------------------------------------------------------------------------------

MONEY = st.integers(0, 100_000).map(lambda cents: Decimal(cents).scaleb(-4))
BOUNDS = st.lists(st.integers(1, 60), min_size=1, max_size=3, unique=True).map(sorted)


@st.composite
def charges(draw) -> dict:
    """A charge as rules write it."""
    model = draw(st.sampled_from(("per_unit", "flat", "package", "graduated", "volume")))
    match model:
        case "per_unit":
            found = {"unit_price": draw(MONEY)}
        case "flat":
            found = {"model": "flat", "amount": draw(MONEY)}
        case "package":
            found = {"model": "package", "size": draw(st.integers(1, 20)), "price": draw(MONEY)}
        case _:
            tiers = [{"up_to": bound} for bound in draw(BOUNDS)] + [{}]
            found = {"model": model, "tiers": [tier | {"unit_price": draw(MONEY)} | ({"flat": draw(MONEY)} if draw(st.booleans()) else {}) for tier in tiers]}
    for key, values in (("allowance", st.integers(1, 9)), ("minimum", MONEY), ("at_zero", st.just("bill"))):
        if draw(st.integers(0, 3)) == 0:
            found[key] = draw(values)
    if draw(st.integers(0, 3)) == 0:
        found["maximum"] = found.get("minimum", Decimal(0)) + draw(MONEY)
    return found


def written(value) -> str:
    """A value in YAML's own short form."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key}: {written(each)}" for key, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
    return format(value, "f") if isinstance(value, Decimal) else str(value)


@examples(60)
@given(charges(), st.sampled_from(("hour", "day")), st.sampled_from(("hour", "day")), st.integers(0, 80))
def test_the_charge_of_the_month_column_is_what_a_quote_charges(charge, per, window, quantity):
    """The month column is a charge of its own: with its prices in place of the listed ones, a quantity costs what a quote of it says."""
    book = book_of(
        f"""
units: {{x: {{title: thing}}}}
items: {{level: {{title: Level, unit: x, meter: {{measure: max, window: {window}}}}}}}
billing_modes: {{use: {{title: Use, payment: postpaid, cycle: {window}, invoiced: month, items: {{level: optional}}}}}}
prices: [{{effective: 2026-01-01, billing_mode: use, per: {per}, items: {{level: {written(charge)}}}}}]
"""
    )
    ((listed,),) = [entry.charges for entry in book.prices]
    (mode,) = build_sheet(book, BEGIN).modes
    rows = mode.tables[0].groups[0].rows
    monthly = [row.cells[1].unit_price for row in rows]
    assert [row.cells[0].unit_price for row in rows] == [each.price for each in components(listed, book.items["level"], book.items)]
    quoted = quote_of(book, f"{{date: 2026-03-01, billing_mode: use, for: 730 hours, items: {{level: {quantity}}}}}")
    assert rate_charge(with_prices(listed, monthly), exact(quantity)).amount == before_rounding(quoted)


def with_prices(charge: Charge, prices: list) -> Charge:
    """The charge with other prices, in the order in which `components` names them."""
    left = iter(prices)
    match charge.model:
        case PerUnit():
            model = PerUnit(next(left))
        case Flat():
            model = Flat(next(left))
        case Package():
            model = replace(charge.model, price=next(left))
        case Graduated(tiers) | Volume(tiers):
            made = tuple(replace(tier, unit_price=next(left), flat=None if tier.flat is None else next(left)) for tier in tiers)
            model = type(charge.model)(made)
    bounds = {name: next(left) for name in ("minimum", "maximum") if getattr(charge, name) is not None}
    return replace(charge, model=model, **bounds)
