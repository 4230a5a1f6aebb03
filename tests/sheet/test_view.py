"""What the sheet says of KooDrive and of odd books: the facts, before any words."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from engine.language.build import load_book
from engine.model.policies import FeeRow
from engine.sheet import build_sheet
from engine.sheet.policies import fee_table
from engine.sheet.scaling import power_of_ten
from engine.sheet.view import PriceTable
from engine.values.periods import parse_duration
from tests.sheet import reading

D = Decimal


def tables(name: str, mode: str) -> dict[str, PriceTable]:
    found = next(each for each in reading.sheet(name).modes if each.mode == mode)
    return {table.kind: table for table in found.tables}


def values(table: PriceTable, item: str) -> list[list[str | None]]:
    return [[str(cell.value) if cell else None for cell in row.cells] for group in table.groups if group.item == item for row in group.rows]


def test_the_ladder_shows_list_effective_and_total() -> None:
    """50 users: 89.00 a month, 73.87 with a year, 886.44 paid ahead."""
    ladder = tables("koodrive", "yearly-monthly")["ladder"]
    assert [(column.kind, str(column.term), column.discount) for column in ladder.columns] == [
        ("list", "None", None),
        ("term", "1 year", D("0.17")),
        ("term", "2 years", D("0.25")),
        ("term", "3 years", D("0.35")),
    ]
    second = ladder.groups[0].rows[1]
    assert second.spec == "50-users-500-gb"
    assert [str(cell.value) for cell in second.cells] == ["89.00", "73.87", "66.75", "57.85"]
    assert [cell.total for cell in second.cells] == [None, D("886.44"), D("1602.00"), D("2082.60")]
    assert [(each.resource, str(each.quantity), each.unit) for each in second.provides] == [
        ("users", "50", "user"),
        ("storage", "500", "GB"),
    ]


def test_one_display_quantity_for_a_unit_in_both_modes() -> None:
    """0.000054 a GB and hour needs 100 GB for four decimals, so the package's monthly price is for 100 GB too."""
    packages, usage = tables("koodrive", "yearly-monthly")["packages"], tables("koodrive", "pay-per-use")["usage"]
    assert {group.item: str(group.quantity) for table in (packages, usage) for group in table.groups} == {
        "storage-expansion-package": "100",
        "user-expansion-package": "1",
        "storage": "100",
        "users": "1",
    }
    assert values(packages, "storage-expansion-package") == [["3.5", "2.905", "2.625", "2.275"]]
    assert values(usage, "storage") == [["0.0060", "4.38"], ["0.0054", "3.942"], ["0.0048", "3.504"]]


@pytest.mark.parametrize(
    ("price", "power"),
    [("2.40", 0), ("0.0049", 0), ("0.00490", 0), ("0.00007", 1), ("0.000054", 2), ("0", 0), ("1E+3", 0), ("0.0013483", 3)],
)
def test_the_smallest_power_of_ten(price: str, power: int) -> None:
    """A rate is shown for the smallest power of ten of its unit that needs at most four decimals (documents, Price sheet)."""
    assert power_of_ten(D(price)) == power


def test_a_rate_that_never_ends_asks_for_no_power() -> None:
    """No power of ten makes a third end."""
    assert power_of_ten(Fraction(1, 3)) == 0


def test_tiers_name_their_bounds_and_first_and_last_quantities() -> None:
    """Users come in steps of one, storage does not: only users have a first and a last."""
    usage = tables("koodrive", "pay-per-use")["usage"]
    found = {group.item: [(row.above, row.up_to, row.first, row.last) for row in group.rows] for group in usage.groups}
    assert found == {
        "storage": [(None, 1024, None, None), (1024, 10240, None, None), (10240, None, None, None)],
        "users": [(None, 100, 1, 100), (100, 1000, 101, 1000), (1000, None, 1001, None)],
    }


def test_a_tier_that_ends_below_its_bound_hands_it_on() -> None:
    """`below: 10` ends with 9 crates; 10 belong to the next tier."""
    groups = tables("crates", "monthly")["packages"].groups
    volume = next(group for group in groups if group.model == "volume")
    units = [row for row in volume.rows if row.part == "unit"]
    assert [(row.first, row.last, row.includes_lower, row.includes_upper) for row in units] == [
        (1, 9, False, False),
        (10, None, True, True),
    ]


def test_each_group_of_customers_has_rows_of_its_own() -> None:
    """Prices for regions and for a contract stand beside everybody's, labelled; the ladder has a group for the contract."""
    found = tables("crates", "monthly")
    crates = [(dict(group.when), group.rows[0].cells[1].value) for group in found["packages"].groups if group.item == "crate"]
    assert crates == [({}, D("1.50")), ({"region": ("north", "south")}, D("1.75")), ({"contract": ("framework",)}, D("1.10"))]
    assert [(dict(group.when), [row.spec for row in group.rows]) for group in found["ladder"].groups] == [
        ({}, ["silver", "gold"]),
        ({"contract": ("framework",)}, ["gold"]),
    ]


def test_prices_per_year_and_once_have_columns() -> None:
    """A plan with 15.00 once, 10.00 a month and 96.00 a year; ten months of twelve are paid, of the yearly price."""
    packages = tables("crates", "monthly")["packages"]
    assert [(column.kind, column.per) for column in packages.columns] == [
        ("list", "once"),
        ("list", "month"),
        ("list", "year"),
        ("term", "month"),
    ]
    small = next(group for group in packages.groups if group.item == "small")
    assert [cell.value for cell in small.rows[0].cells] == [D("15.00"), D("10.00"), D("96.00"), Fraction(20, 3)]


def test_terms_that_cost_the_same_share_a_row() -> None:
    """Five terms without a discount are one row; in the odd book items differ and have rows of their own."""
    koodrive = reading.sheet("koodrive").modes[0]
    assert [([str(term) for term in row.terms], str(row.pay), row.items) for row in koodrive.terms_table] == [
        (["1 month", "2 months", "3 months", "6 months", "9 months"], "1", ()),
        (["1 year"], "0.83", ()),
        (["2 years"], "0.75", ()),
        (["3 years"], "0.65", ()),
    ]
    assert koodrive.term_discount == "longer-term"
    crates = next(mode for mode in reading.sheet("crates").modes if mode.mode == "monthly")
    assert [(row.pay, row.items) for row in crates.terms_table] == [
        (1, ("small",)),
        (Fraction(2, 3), ("small",)),
        (1, ("crate", "care")),
        (Fraction(5, 6), ("crate", "care")),
    ]


def test_only_the_currency_that_is_asked_for() -> None:
    """In USD the odd book sells two plans by the year and nothing else."""
    view = reading.sheet("crates", currency="USD")
    found = [(mode.mode, group.item, str(group.rows[0].cells[0].value)) for mode in view.modes for table in mode.tables for group in table.groups if group.rows]
    assert found == [("yearly", "small", "110.00"), ("yearly", "large", "990.00")]
    assert view.examples == () and view.header.currency == "USD"


def test_every_part_of_a_charge_is_a_row() -> None:
    """Shares, fees per event, least and largest amounts, packages, flats of tiers: each stands by itself."""
    usage = tables("calls", "use")["usage"]
    assert {group.item: [row.part for row in group.rows] for group in usage.groups} == {
        "talk": ["unit", "tier-flat", "unit"],
        "lines": ["unit", "minimum"],
        "payments": ["rate", "per-event", "minimum", "maximum"],
        "letters": ["package"],
        "disk": ["unit"],
    }
    assert [(column.kind, column.per, column.hours) for column in usage.columns] == [
        ("list", "day", None),
        ("month", "day", 720),
        ("list", None, None),
    ]
    talk = usage.groups[0]
    assert (talk.allowance, talk.model, usage.groups[4].quantity) == (60, "volume", 10000)


def test_charges_of_one_item_and_specs_in_tiers() -> None:
    """Two charges of a locker are two groups; specs that are charged in tiers are groups, not a ladder."""
    (table,) = reading.sheet("gym").modes[0].tables
    assert [(group.item, group.spec, group.model) for group in table.groups] == [
        ("membership", "day", "graduated"),
        ("membership", "full", "per_unit"),
        ("locker", None, "flat"),
        ("locker", None, "per_unit"),
    ]
    assert reading.sheet("gym").break_even == () and reading.sheet("calls").break_even == ()


def test_the_reference_of_the_break_even() -> None:
    """The second rung of the ladder, and what it provides as usage; 386.96 hours, so 387 is the first full hour."""
    (found,) = reading.sheet("koodrive").break_even
    assert [(each.item, each.spec) for each in found.ordered] == [("basic-edition", "50-users-500-gb")]
    assert [(each.item, str(each.quantity)) for each in found.used] == [("storage", "500"), ("users", "50")]
    assert [(str(each.term), each.hours, each.last_hour, each.first_hour) for each in found.crossings] == [
        ("1 month", Fraction(8900, 23), 386, 387),
        ("1 year", Fraction(7387, 23), 321, 322),
        ("2 years", Fraction(6675, 23), 290, 291),
        ("3 years", Fraction(5785, 23), 251, 252),
    ]


def test_policies_in_force_and_for_whom() -> None:
    """Two cancellation policies, one of them for framework contracts; fees by term and year."""
    policies = reading.sheet("koodrive").policies
    assert [(view.mode, view.policy.id if view.policy else None) for view in policies.spec_changes] == [
        ("yearly-monthly", "prorated-difference"),
        ("pay-per-use", "not-supported"),
    ]
    assert [(view.policy.id, dict(view.when)) for view in policies.cancellations] == [
        ("five-days-then-fee", {}),
        ("no-fee", {"contract": ("framework",)}),
    ]
    table = policies.cancellations[0].fees
    assert [str(column) for column in table.columns] == ["1 year", "2 years", "None"]
    assert [(str(terms[-1]), [str(cell.fee) if cell else "None" for cell in cells]) for terms, cells in table.rows] == [
        ("1 year", ["0.10", "None", "None"]),
        ("2 years", ["0.15", "0.10", "None"]),
        ("3 years", ["0.15", "0.10", "0.05"]),
    ]


def test_fees_take_the_first_row_that_matches() -> None:
    """A bound inside a term is inclusive; a term that ends before a column has no fee there; no rows, no table."""
    rows = (FeeRow(D("0.5"), used_up_to=parse_duration("3 months")), FeeRow(D("0.2"), parse_duration("1 year")))
    terms = (parse_duration("3 months"), parse_duration("1 year"), parse_duration("2 years"))
    table = fee_table(rows, terms)
    assert table.columns == (parse_duration("3 months"), None)
    # After three months no row matches a term of two years, which is then free of a fee.
    assert [[cell and cell.fee for cell in cells] for _, cells in table.rows] == [[D("0.5"), None], [D("0.5"), D("0.2")], [D("0.5"), D("0")]]
    assert fee_table((), terms) is None and fee_table(rows, ()) is None


def test_fees_by_days_and_months_stand_in_order_of_length() -> None:
    """40 days end after a month: within the month 5%, then 10% to the 40th day, then nothing; a term of a month has no column after it."""
    rows = (FeeRow(D("0.05"), used_up_to=parse_duration("1 month")), FeeRow(D("0.10"), used_up_to=parse_duration("40 days")))
    table = fee_table(rows, (parse_duration("1 month"), parse_duration("1 year")))
    assert [str(column) for column in table.columns] == ["1 month", "40 days", "None"]
    assert [[cell and cell.fee for cell in cells] for _, cells in table.rows] == [[D("0.05"), None, None], [D("0.05"), D("0.10"), D("0")]]


def test_limits_in_the_largest_unit() -> None:
    """99614720 GB are 95 PB."""
    limits = reading.sheet("koodrive").limits
    assert [(limit.resource or limit.item, str(limit.shown_max), limit.shown_max_unit) for limit in limits][:2] == [
        ("storage", "95", "PB"),
        ("users", "20000", "user"),
    ]


def test_announced_changes_old_new_and_share() -> None:
    """2.10 becomes 2.25 from July 2027; in the odd book a price rises by a year and a crate is withdrawn."""
    (change,) = reading.sheet("koodrive", reading.AUTUMN).announced
    assert (change.item, change.per, change.row.first, change.old, change.new, change.change) == (
        "user-expansion-package", "month", 101, D("2.10"), D("2.25"), Fraction(1, 14),
    )  # fmt: skip
    found = reading.sheet("crates").announced
    assert [(each.item, each.old, each.new, each.withdrawn) for each in found] == [
        ("large", D("900.00"), D("950.00"), False),
        ("crate", D("12.00"), None, True),
    ]


def test_the_head_says_since_when_and_of_which_day() -> None:
    """Dates are instants; the last change before the day of the sheet is when its prices came into force."""
    header = reading.sheet("crates").header
    assert header.in_force_from == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert (header.at, header.currency, header.status) == (reading.SPRING, "EUR", "published")


def test_the_sheet_of_a_later_day_has_the_later_prices() -> None:
    """On 1 July 2027 the announced price is the price."""
    book = reading.book("koodrive")
    (change,) = reading.sheet("koodrive", reading.AUTUMN).announced
    later = build_sheet(book, change.effective)
    row = next(g for t in later.modes[0].tables for g in t.groups if g.item == "user-expansion-package").rows[1]
    assert row.cells[0].value == D("2.25") and later.announced == ()
    before = build_sheet(book, change.effective - timedelta(seconds=1))
    row = next(g for t in before.modes[0].tables for g in t.groups if g.item == "user-expansion-package").rows[1]
    assert row.cells[0].value == D("2.10")


def test_the_same_book_gives_the_same_sheet() -> None:
    """Twice the same records, whatever was asked before."""
    book = reading.book("koodrive")
    assert build_sheet(book, reading.SPRING) == build_sheet(replace(book), reading.SPRING)


@pytest.mark.parametrize("name", ["koodrive", *reading.ODD])
def test_no_float_and_no_formatted_text(name: str) -> None:
    """The view holds exact numbers and the book's own texts; nothing in it was formatted for a reader."""
    seen: list[object] = []
    _walk(reading.sheet(name), seen)
    assert not [value for value in seen if isinstance(value, float)]


def _walk(value: object, seen: list[object]) -> None:
    seen.append(value)
    if is_dataclass(value):
        for field in fields(value):
            _walk(getattr(value, field.name), seen)
    elif isinstance(value, dict):
        for key, part in value.items():
            _walk(key, seen)
            _walk(part, seen)
    elif isinstance(value, tuple | list):
        for part in value:
            _walk(part, seen)


def test_a_book_without_a_price_in_the_currency_has_an_empty_sheet() -> None:
    """Nothing has a price in JPY: every item says so; no break-even, no error."""
    view = reading.sheet("koodrive", currency="JPY")
    groups = [group for mode in view.modes for table in mode.tables for group in table.groups]
    assert {group.item for group in groups} == set(reading.book("koodrive").items)
    assert all(group.model == "unpriced" and group.rows == () for group in groups) and view.header.nothing_in_force
    assert view.break_even == () and view.announced == ()


REGIONS = """
book: {id: lamps, title: Lamps, status: published, currency: USD, timezone: UTC, rounding: {at: line, mode: half-up}}
units: {lamp: {title: lamp}}
attributes: {region: {source: order, values: [north, south, west]}}
items: {lamp: {title: Lamp, unit: lamp}}
billing_modes: {buy: {title: Buy, payment: prepaid, cycle: term, terms: [1 month], items: {lamp: required}}}
prices:
  - {effective: 2026-01-01, billing_mode: buy, per: month, items: {lamp: 9.00}}
  - {effective: 2026-01-01, billing_mode: buy, per: month, when: {region: [north, south]}, items: {lamp: 8.00}}
  - {effective: 2026-02-01, billing_mode: buy, per: month, when: {region: south}, items: {lamp: 7.00}}
  - {effective: 2026-01-01, billing_mode: buy, per: month, when: {region: west}, items: {lamp: 6.00}}
  - {effective: 2026-02-01, billing_mode: buy, per: month, when: {region: west}, items: {lamp: 5.00}}
"""


def test_a_row_is_for_those_who_get_its_price() -> None:
    """South has a price of its own since February, so the row of north and south is for north; a rule that never wins has no
    row."""
    loaded = load_book({"book.yaml": REGIONS.encode()})
    (table,) = build_sheet(loaded.book, reading.SPRING).modes[0].tables
    assert [(dict(group.when), str(group.rows[0].cells[0].value)) for group in table.groups] == [
        ({}, "9.00"),
        ({"region": ("north",)}, "8.00"),
        ({"region": ("south",)}, "7.00"),
        ({"region": ("west",)}, "5.00"),
    ]
