"""Lints of amounts, dates, policies and titles on the small base book."""

from pathlib import Path

import pytest

from engine.language.build import load_book
from engine.lints import lint_book

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[1] / "errors" / "base").glob("*.yaml")}
PRICE = "prices:\n  - {{effective: {date}, {more}billing_mode: yearly-monthly, per: month, items: {items}}}\n"
DISCOUNTS = "discounts:\n{rules}discount_policy: {policy}\n"


def findings(**files: str):
    loaded = load_book({**BASE, **{f"{name}.yaml": text.encode() for name, text in files.items()}})
    assert loaded.book is not None, loaded.diagnostics
    return lint_book(loaded.book, loaded.places)


def price(date: str, items: str, more: str = "") -> str:
    return PRICE.format(date=date, items=items, more=more)


def test_the_base_book_is_clean():
    assert findings() == ()


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("announced: 2026-12-02, ", []),  # 30 days before 1 January: 2 December, and the day itself is in time
        ("announced: 2026-12-03, ", ["D201"]),
        ("", ["D202"]),
    ],
)
def test_the_notice_of_an_increase_is_counted_to_the_instant(more, expected):
    assert [each.code for each in findings(extra=price("2027-01-01", "{seat: 2.50}", more))] == expected


def test_an_increase_is_seen_at_any_quantity_and_shown_with_both_amounts():
    tiers = "{seat: {model: graduated, tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 2.30}]}}"
    (found,) = findings(extra=price("2027-01-01", tiers))
    assert (found.code, found.notes) == ("D202", ("101 users: 242.10 before, 242.30 after",))


def test_a_cut_needs_no_notice():
    assert findings(extra=price("2027-01-01", "{seat: 2.00}")) == ()


@pytest.mark.parametrize(
    ("items", "code", "message"),
    [
        ("{plan: {large: 0.00}}", "M202", "`large` costs nothing"),
        ("{plan: {large: 9.00}}", "M203", "`large` costs 9.00, after 90.00"),
        ("{plan: {small: 2.00}}", "M203", "`small` costs 2.00, after 20.00"),
    ],
)
def test_slips_of_amounts(items, code, message):
    assert (code, message) in [(each.code, each.message) for each in findings(extra=price("2027-01-01", items))]


def test_a_higher_spec_that_is_ten_times_cheaper():
    found = findings(extra=price("2027-01-01", "{plan: {small: 19.00, large: 1.90}}"))
    assert "`large` costs 1.90, while `small`, below it, costs 19.00" in [each.message for each in found]


@pytest.mark.parametrize(("large", "codes"), [("1500.00", []), ("9000.00", ["M203"])])
def test_a_higher_spec_is_ten_times_off_by_what_it_provides(large, codes):
    """`large` provides ten times as much as `small`: 75 times the price may be meant, 450 times is a lost point."""
    start = price("2027-01-01", f"{{plan: {{small: 20.00, large: {large}}}}}", "announced: 2026-06-01, ")
    assert [each.code for each in findings(extra=start) if each.message.startswith("`large` costs") and "while" in each.message] == codes


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("{EUR: 9.99, JPY: 100}", []), ("{EUR: 9.999}", ["M201"]), ("{JPY: 100.5}", ["M201"]), ("{KWD: 1.125, EUR: 1.10}", [])],
)
def test_decimals_belong_to_the_currency(amount, expected):
    rules = "  partner: {title: Partner, when: {segment: partner}, amount_off: " + amount + "}\n"
    found = [each.code for each in findings(discounts=DISCOUNTS.format(rules=rules, policy="[partner]"))]
    assert [code for code in found if code != "M204"] == expected


SLIPS = [
    # (file, text, code, message, help, notes)
    (
        "extra",
        price("2027-01-01", "{plan: 99.00}", "announced: 2026-11-01, "),
        "M206",
        "this one number makes each of the 2 specs of `plan` cost 99.00",
        "to change one spec, write `plan: {large: 99.00}` with its name; the others stay as they are",
        ("until then: `small` 20.00, `large` 90.00",),
    ),
    (
        "extra",
        price("2027-01-01", "{plan: {large: 12.00}}"),
        "M205",
        "`large` costs 12.00, less than `small` below it, which costs 20.00",
        "did you mean `120.00`? If not, check the order of the specs: lowest first",
        ("the ladder of `plan`: `small` 20.00, `large` 12.00",),
    ),
    (
        "extra",
        price("2027-01-01", "{plan: {small: 95.00}}", "announced: 2026-11-01, "),
        "M205",
        "`large` costs 90.00, less than `small` below it, which costs 95.00",
        "did you mean `900.00`? If not, check the order of the specs: lowest first",
        ("the ladder of `plan`: `small` 95.00, `large` 90.00",),
    ),
    (
        "extra",
        price(
            "2027-01-01",
            "{seat: {model: graduated, tiers: [{up_to: 100, unit_price: 2.40}, {unit_price: 21.0}]}}",
            "announced: 2026-11-01, ",
        ),
        "M203",
        "tier 2 of `seat` costs 21.00 for each unit, after 2.40 in tier 1",
        "check the decimal point",
        (),
    ),
    (
        "discounts",
        DISCOUNTS.format(rules="  partner: {title: P, when: {segment: partner}, amount_off: {USD: 20}}\n", policy="[partner]"),
        "M204",
        "`partner` takes 20.00 USD off, but nothing is sold in USD",
        "write `amount_off: {EUR: ...}`, or add prices in USD",
        ("every price of the book is in EUR",),
    ),
]


@pytest.mark.parametrize(("file", "text", "code", "message", "remedy", "notes"), SLIPS)
def test_slips_of_prices_are_found_with_their_numbers(file, text, code, message, remedy, notes):
    (found,) = findings(**{file: text})
    assert (found.code, found.message, found.help, found.notes) == (code, message, remedy, notes)


@pytest.mark.parametrize(
    "text",
    [
        price("2027-01-01", "{plan: {small: 15.00, large: 80.00}}"),
        price("2027-01-01", "{plan: {small: 20.00, large: 20.00}}"),
        price("2027-01-01", "{seat: 2.00}"),
    ],
)
def test_a_ladder_may_be_cheaper_or_level(text):
    assert findings(extra=text) == ()


def test_the_worst_combination_of_discounts_is_named_with_what_is_left():
    rules = (
        "  half: {title: Half, percent_off: 50%}\n"
        "  partner: {title: Partner, when: {segment: partner}, percent_off: 85%}\n"
        "  school: {title: School, when: {segment: education}, percent_off: 90%}\n"
        "  tiny: {title: Tiny, percent_off: 1%}\n"
    )
    (found,) = findings(discounts=DISCOUNTS.format(rules=rules, policy="[half, partner, school, tiny]"))
    # `partner` and `school` never meet in one order: half, then school, then tiny leave 0.5 x 0.1 x 0.99.
    assert (found.code, found.message) == ("P204", "`half` and `school` and `tiny` together leave 4.95% of the list price")
    assert found.notes == ("50% then 90% then 1%: of 100.00 a customer pays 4.95",)


def test_discounts_that_leave_a_tenth_are_fine():
    rules = "  most: {title: Most, when: {segment: partner}, percent_off: 90%}\n"
    assert findings(discounts=DISCOUNTS.format(rules=rules, policy="[most]")) == ()


def test_paying_for_fewer_months_counts_as_a_discount():
    rules = "  longer: {title: Longer, when: {segment: partner}, by: term, tiers: [{from: 6 months, pay_for: 5 months}, {from: 1 year, pay_for: 11 months}]}\n"
    (found,) = findings(discounts=DISCOUNTS.format(rules=rules, policy="[longer]"))
    assert (found.code, found.message) == ("P201", "`longer` gives 8.3333333333% from 1 year, but 16.6666666667% from 6 months")


def test_a_price_that_ends_is_fine_where_a_wider_one_goes_on():
    more = "until: 2027-06-01, when: {segment: partner}, "
    assert findings(extra=price("2027-01-01", "{seat: 2.00}", more)) == ()


METERED = """
units: {{call: {{title: call}}}}
items: {{api: {{title: API, unit: call, meter: {meter}}}}}
billing_modes: {{api: {{title: API, payment: postpaid, cycle: month, items: {{api: required}}}}}}
prices: [{{effective: 2026-01-01, billing_mode: api, {per}items: {{api: {price}}}}}]
"""
COUNTED, HELD = "{measure: sum, window: month}", "{measure: max, window: hour}"


@pytest.mark.parametrize(
    ("price", "per", "meter", "codes"),
    [
        ("{model: package, size: 1000, price: 0.005}", "", COUNTED, []),  # per 1000 calls: a rate
        ("{model: graduated, tiers: [{up_to: 100, package: {size: 10, price: 0.0005}}, {unit_price: 0.00001}]}", "", COUNTED, []),
        ("{model: flat, amount: 0.005}", "per: hour, ", HELD, []),  # 730 times a month
        ("{model: per_unit, unit_price: 0.1, minimum: 0.005}", "per: day, ", HELD, []),
        ("{model: flat, amount: 0.005}", "", COUNTED, ["M201"]),  # once a month: nobody can pay it
        ("{model: per_unit, unit_price: 0.1, minimum: 0.005}", "per: month, ", HELD, ["M201"]),
        ("{model: graduated, tiers: [{up_to: 100, flat: 0.005}, {unit_price: 0.1}]}", "", COUNTED, ["M201"]),
    ],
)
def test_decimals_of_a_rate_are_its_own_affair(price, per, meter, codes):
    """A package's price and what is due for each hour or day are multiplied before they are paid."""
    assert [each.code for each in findings(api=METERED.format(price=price, per=per, meter=meter))] == codes


LIMIT = "  - {resource: users, max: 1000}\n"


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ("  - {resource: users, max: 2000}\n", ["T209"]),
        ("  - {resource: users, max: 1000}\n", ["T209"]),  # the same once more: the second
        ("  - {resource: users, max: 900, billing_modes: [pay-per-use]}\n", []),
        ("  - {resource: users, max: 1100, billing_modes: [pay-per-use]}\n", ["T209"]),
        ("  - {resource: users, min: 1}\n", []),  # the other end
        ("  - {resource: users, min: 1, max: 900}\n", ["T209"]),  # now the first is never reached
    ],
)
def test_two_limits_for_one_resource(limits, expected):
    text = BASE["book.yaml"].decode()
    assert [each.code for each in findings(book=text.replace(LIMIT, LIMIT + limits))] == expected


LADDER = """
items: {{box: {{title: Box, unit: plan, specs: {{{specs}}}}}}}
billing_modes: {{boxes: {{title: Boxes, payment: prepaid, cycle: term, terms: [1 month], items: {{box: required}}}}}}
prices: [{{effective: 2026-01-01, billing_mode: boxes, per: month, items: {{box: 1.00}}}}]
"""


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ([5, 10, 20], []),
        ([5, 2, 20], ["`box-1` provides 2 users, less than `box-0` below it, which provides 5 users"]),
        ([50, 10, 20], ["`box-1` provides 10 users, less than `box-0` below it, which provides 50 users"]),
        ([50, 20, 10], []),  # down all the way: an order of its own
        ([20, 10], []),  # two: nothing tells which is wrong
        ([5, 5, 20], []),
    ],
)
def test_a_higher_spec_that_provides_less(users, expected):
    specs = ", ".join(f"box-{number}: {{title: Box {number}, provides: {{users: {count}}}}}" for number, count in enumerate(users))
    assert [each.message for each in findings(box=LADDER.format(specs=specs)) if each.code == "T212"] == expected


@pytest.mark.parametrize(("provided", "expected"), [("1 GB", []), ("1 TB", ["T211"]), ("0.5 GB", ["T211"]), ("0 GB", [])])
def test_a_unit_provides_what_it_is(provided, expected):
    text = BASE["items.yaml"].decode()
    assert [each.code for each in findings(items=text.replace("{storage: 1 GB}", f"{{storage: {provided}}}"))] == expected
