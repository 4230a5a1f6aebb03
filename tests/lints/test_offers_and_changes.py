"""Lints that let the engine price offers beside each other, changes and their way back, and the rows of a policy in every case."""

import pytest

from engine.language.build import load_book
from engine.lints import lint_book
from engine.lints.changes import MOST_CHANGES
from engine.pricing.changes import evaluate_change
from tests.errors.cases import HERE, book_files

MODE = "  {id}: {{title: {id}, payment: {payment}, terms: [{terms}], items: {{{items}}}{more}}}\n"
PRICE = "  - {{effective: {date}, billing_mode: {mode}, per: {per}, items: {{{items}}}}}\n"
REMAINING = "remaining: {monthly: calendar-months, yearly: days-of-365, counts_from: next-day}"


def mode(items: str, terms: str = "1 month, 1 year", name: str = "extra", more: str = "") -> str:
    return MODE.format(id=name, payment="prepaid, cycle: term", terms=terms, items=items, more=more)


def price(items: str, date: str = "2026-01-01", name: str = "extra", per: str = "month") -> str:
    return PRICE.format(date=date, mode=name, per=per, items=items)


def findings(modes: str = "", prices: str = "", policies: str = "", **files: str):
    text = policies + (f"billing_modes:\n{modes}" if modes else "") + (f"prices:\n{prices}" if prices else "")
    loaded = load_book({**book_files(HERE / "nothing"), "extra.yaml": text.encode(), **{f"{name}.yaml": each.encode() for name, each in files.items()}})
    assert loaded.book is not None, loaded.diagnostics
    return lint_book(loaded.book, loaded.places)


def told(*args: str, **files: str) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in findings(*args, **files)]


# --- terms and modes ------------------------------------------------------------------------------------------------------------


def test_two_half_years_that_cost_less_than_a_year_are_found_by_quoting_both():
    discounts = (
        "discounts:\n  half: {title: Half, billing_modes: [extra], by: term, tiers: [{from: 6 months, percent_off: 20%}]}\n"
        "  whole: {title: Whole, billing_modes: [yearly-monthly], percent_off: 1%}\ndiscount_policy: [half, whole]\n"
    )
    both = "[{unit_price: 5.00, per: month}, {unit_price: 59.00, per: year}]"
    months = findings(mode("seat: optional", "1 month, 6 months, 1 year"), price(f"seat: {both}"))
    assert months == ()
    assert told(mode("seat: optional", "6 months, 1 year"), price("seat: [{unit_price: 5.00, per: month}, {unit_price: 60.00, per: year}]")) == []
    fixed = discounts.replace("percent_off: 20%}]", "percent_off: 20%}, {from: 1 year, percent_off: 20%}]")
    assert told(mode("seat: optional", "6 months, 1 year"), price(f"seat: {both}"), discounts=fixed) == []
    found = told(mode("seat: optional", "6 months, 1 year"), price("seat: [{unit_price: 5.00, per: month}, {unit_price: 59.00, per: year}]"), discounts=discounts.replace(
        "percent_off: 20%}]", "amount_off: 4.00}, {from: 1 year, amount_off: 1.00}]"
    ))  # fmt: skip
    assert ("P202", "1 year of `seat` costs 58.00, 2 times 6 months cost 52.00") in found


def test_paying_in_advance_is_held_against_use_around_the_clock():
    dear = "billing_modes:\n  by-hour: {title: By hour, payment: postpaid, cycle: hour, invoiced: month, items: {disk: required, people: optional}}\n"
    items = "items:\n  people: {title: People, unit: user, provides: {users: 1}, meter: {measure: max, window: hour}}\n"
    hour = "prices:\n  - {effective: 2026-01-01, billing_mode: by-hour, per: hour, items: {disk: %s, people: 0.001}}\n"
    cheap = findings(extra=dear, others=items, prices2=hour % "0.00001")
    assert [each.code for each in cheap if each.code == "P221"] == ["P221"]
    (found,) = [each for each in cheap if each.code == "P221"]
    assert "around the clock" in found.notes[0]
    assert [each for each in told(extra=dear, others=items, prices2=hour % "0.01") if each[0] == "P221"] == []


def test_a_mode_by_the_month_is_held_against_one_by_the_year():
    cheaper = mode("seat: optional", "1 month", "monthly")
    both = mode("seat: optional", "1 year") + cheaper
    assert told(both, price("seat: 5.00") + price("seat: 5.00", name="monthly")) == []
    assert told(both, price("seat: 5.50") + price("seat: 5.00", name="monthly")) == [
        ("P221", "1 year of `seat` in `extra` costs what `monthly` costs in 13.2 months")
    ]


# --- changes --------------------------------------------------------------------------------------------------------------------

POLICY = (
    "spec_changes:\n  both: {{supports: [upgrade, downgrade, expand, reduce], charge: difference, "
    + REMAINING.replace("{", "{{").replace("}", "}}")
    + "{more}}}\n"
)
PLANS = price("plan: {small: 20.00, large: 90.00}")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", []),
        (", credit: {base: list}", ["P222"]),  # the cap holds each refund to what was paid, and yet all of it comes back
        (", discount: none, credit: {base: list, cap: none}", ["P223"]),
        (", upgrade: {charge: none}", ["P222"]),
        (", downgrade: {charge: none}", []),
        (", downgrade: {takes_effect: next-renewal, charge: none}", []),
    ],
)
def test_changes_that_pay_the_customer(more, code):
    discounts = (
        "discounts:\n  long: {title: Long, by: term, tiers: [{from: 6 months, percent_off: 5%}, {from: 1 year, percent_off: 40%}]}\ndiscount_policy: [long]\n"
    )
    given = findings(mode("plan: required", more=", spec_change: both"), PLANS, POLICY.format(more=more), discounts=discounts)
    assert [each.code for each in given if each.code in ("P222", "P223")] == code
    assert all(each.notes for each in given)


def test_a_gap_that_grows_with_a_later_price_is_found_at_the_days_after_it():
    """Small to large at the old prices, back at new ones under which large costs far more: the cap lets it return no more than was paid for it."""
    later = price("plan: {large: 400.00}", date="2026-06-01").replace("{effective", "{announced: 2026-01-01, effective")
    modes, policy = mode("plan: required", "1 year", more=", spec_change: both"), POLICY.format(more=", credit: {base: paid, cap: paid}")
    assert [each[0] for each in told(modes, PLANS + later, policy) if each[0] == "P222"] == []


def test_the_changes_that_are_priced_are_bounded(monkeypatch):
    asked = []
    monkeypatch.setattr("engine.lints.changes.evaluate_change", lambda *given: asked.append(given) or evaluate_change(*given))
    ids = [f"s{number}" for number in range(40)]
    items = "items:\n  big:\n    title: Big\n    unit: plan\n    specs: {" + ", ".join(f"{each}: {{title: {each}}}" for each in ids) + "}\n"
    modes = "".join(mode("big: required", "1 month, 1 year", f"m{number}", ", spec_change: both") for number in range(6))
    prices = "".join(price("big: {" + ", ".join(f"{each}: {20 + at}.00" for at, each in enumerate(ids)) + "}", name=f"m{number}") for number in range(6))
    findings(modes, prices, POLICY.format(more=", upgrade: {discount: current}"), items2=items)
    assert 0 < len(asked) <= MOST_CHANGES


# --- rows and stacks ------------------------------------------------------------------------------------------------------------

FEES = "cancellations:\n  free: {fee: [{fee: 0%}]}\n  dear: {fee: [{fee: 10%}]}\n"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("[{use: dear}, {use: free, when: {segment: partner}}]", []),
        ("[{use: dear, when: {segment: education}}, {use: free, when: {segment: partner}}]", ["P220"]),
        ("[{use: dear}, {use: free, effective: 2025-01-01}]", ["P219"]),  # from the first price on, the dated row always holds
        ("[{use: dear}, {use: free, effective: 2026-06-01}]", []),
        ("[{use: dear, effective: 2026-06-01}]", ["P220"]),
        ("[{use: dear}, {use: free, when: {segment: partner}, until: 2025-06-01}]", ["P219"]),
    ],
)
def test_rows_are_tried_in_every_case(rows, expected):
    found = findings(mode("seat: optional", more=f", cancellation: {rows}"), price("seat: 2.00"), FEES)
    assert [each.code for each in found if each.code in ("P219", "P220")] == expected


def test_the_worst_combination_is_found_among_thousands_and_named():
    rules = "".join(f"  d{number}: {{title: D{number}, percent_off: {5 + number % 9}%}}\n" for number in range(60))
    rules += "  never: {title: N, when: {segment: education}, percent_off: 85%}\n  deep: {title: Deep, when: {segment: partner}, percent_off: 80%}\n"
    policy = ", ".join(f"{{best_of: [d{number}, d{number + 1}]}}" for number in range(0, 20, 2))
    rest = ", ".join(f"d{number}" for number in range(20, 60))
    alone = findings(discounts=f"discounts:\n{rules}discount_policy: [never, deep, {policy}, {{best_of: [{rest}]}}]\n")
    (found,) = [each for each in alone if each.code == "P204"]
    assert "`never`" in found.message
    assert "`deep`" not in found.message
