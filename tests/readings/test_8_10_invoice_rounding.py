"""Rule language, second version, 8.10: how a sum that is rounded `at: invoice` is shared among the lines."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values.exact import ROUNDING_MODES, negate, round_number, total
from engine.values.money import share_rounding
from tests.pricing.fine_print import SHOP, plan, quote, reads, shop, use
from tests.pricing.later_shop import changed, later

UP = {"rounding": {"at": "invoice", "mode": "up"}}
ALL = {"monthly": "whole-period", "yearly": "whole-period", "counts_from": "same-day"}
PRICES = {"disk": Decimal("57.8524"), "seat": Decimal("1200.00"), "edition": Decimal("12.00")}
ORDER = {"disk": 1, "seat": 1, "edition": "small"}
RIGHT = ["57.86", "1200.00", "12.00"]
BY_SIZE = ["57.85", "1200.01", "12.00"]
"""57.8524 + 1200.00 + 12.00 = 1269.8524, up to 1269.86: the missing cent goes to the only line with a remainder. Shared by size the sum
gives 57.8527..., 1200.0071..., 12.0000...: the largest remainder would be that of 1200.00, which was whole."""


def priced(mode: dict | None = None, **sections):
    price = {"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "items": PRICES}
    return later(price, change={"remaining": ALL}, book=UP, mode=mode or {}, **sections)


def with_a_base(mode: str = "up") -> dict:
    """The same with an item that a change can leave."""
    held = SHOP["billing_modes"]["plan"]["items"] | {"base": "required"}
    book = priced({"items": held}, items={"base": {"title": "Base", "unit": "piece"}})
    price = {"effective": "2025-01-01", "billing_mode": "plan", "per": "month", "items": {"base": Decimal("1.00")}}
    return book | {"prices": [*book["prices"], price], "book": book["book"] | {"rounding": {"at": "invoice", "mode": mode}}}


def amounts(lines) -> list[str]:
    return [str(line.amount) for line in lines]


def test_a_purchase():
    """ "each line is rounded down to the minor unit, missing units go one each to the largest remainders"."""
    assert RIGHT != BY_SIZE
    found = quote(priced(), plan(ORDER))
    assert amounts(found.lines) == RIGHT
    reads(found.totals.net, "1269.86", "1269.85")


def test_a_renewal():
    found = quote(priced(), plan(ORDER, renew={"date": "2026-03-20", "term": "1 month"}))
    assert amounts(found.renewals[0].lines) == RIGHT


def test_what_a_change_adds():
    """The charge lines of a change are shared as those of a purchase are."""
    book = with_a_base()
    found = changed(book, "2026-03-10", ORDER, start={"base": 1}).changes[0]
    assert amounts(found.lines) == RIGHT
    assert str(found.charge) == "1269.86"


def test_what_a_change_returns_is_the_mirror():
    """ "a negative sum is the mirror": all three dropped, -57.86, -1200.00, -12.00; rounded towards minus infinity the cent would lie on
    the same line, but of -57.8524 down to -57.85 with `mode: down` it shows: -57.85 and not -57.86."""
    book = with_a_base()
    none = dict.fromkeys(ORDER, 0)
    found = changed(book, "2026-03-10", none, start={"base": 1, **ORDER}).changes[0]
    assert amounts(found.lines) == ["-" + each for each in RIGHT]
    found = changed(with_a_base("down"), "2026-03-10", none, start={"base": 1, **ORDER}).changes[0]
    assert amounts(found.lines) == ["-57.85", "-1200.00", "-12.00"]


def test_what_is_billed_by_usage():
    """Metered lines share a rounded sum too: 24 hours at 0.30 are 7.20, a day is 0.004: up to 7.21."""
    prices = [
        {"effective": "2025-06-01", "billing_mode": "use", "per": per, "items": {per: Decimal(price)}} for per, price in (("hour", "0.30"), ("day", "0.004"))
    ]
    found = quote(shop(*prices, book=UP), use({"hour": 1, "day": 1}, "24 hours"))
    # By size 7.21 is 7.2060... and 0.0040...: the cent would go to the first line.
    assert amounts(found.lines) == ["7.20", "0.01"]


@pytest.mark.parametrize(
    ("currency", "prices", "right", "by_size"),
    [
        # 5.3 + 1200 + 1 = 1206.3, up to 1207 yen.
        ("JPY", ("5.3", "1200", "1"), ("6", "1200", "1"), ("5", "1201", "1")),
        # Of three decimals: 57.85241 + 1200.000 + 12.000, up to 1269.853 dinars.
        ("IQD", ("57.85241", "1200.000", "12.000"), ("57.853", "1200.000", "12.000"), ("57.852", "1200.001", "12.000")),
    ],
)
def test_in_the_minor_unit_of_the_currency(currency, prices, right, by_size):
    items = {item: Decimal(price) for item, price in zip(PRICES, prices, strict=True)}
    price = {"effective": "2025-06-01", "billing_mode": "plan", "per": "month", "items": items}
    found = quote(later(price, book=UP | {"currency": currency}), plan(ORDER))
    assert (tuple(amounts(found.lines)), right != by_size) == (right, True)


@pytest.mark.parametrize(
    ("rounded", "lines", "right", "other"),
    [
        # A tie: two equal remainders, one cent: the first line; sorted any other way it were the second.
        ("0.67", ("0.335", "0.335"), ("0.34", "0.33"), ("0.33", "0.34")),
        # Towards minus infinity: -10.002 becomes -10.01 and gets the cent back; cut towards zero there would be one cent too many.
        ("0.00", ("10.005", "-10.002"), ("10.00", "-10.00"), ("10.01", "-10.01")),
        # The mirror: -0.67 of two equal lines.
        ("-0.67", ("-0.335", "-0.335"), ("-0.34", "-0.33"), ("-0.33", "-0.34")),
        # Not more than a unit a line: whole lines tie, so the first gets it; by size it were the last.
        ("61.00", ("10.00", "20.00", "30.99"), ("10.01", "20.00", "30.99"), ("10.00", "20.00", "31.00")),
        # What costs nothing stays free.
        ("31.00", ("0.00", "10.49", "20.50"), ("0.00", "10.50", "20.50"), ("0.01", "10.49", "20.50")),
        # More than a unit a line: shared by size, as 10.37 off 3.50 and 6.87 is 0.12 and 0.25; one each first it were 0.02 of 0.50.
        ("10.00", ("3.50", "6.87"), ("3.38", "6.62"), ("3.49", "6.51")),
        ("1.00", ("0.01", "0.49"), ("0.02", "0.98"), ("0.04", "0.96")),
        # Rounded away altogether: no line falls below zero.
        ("0.00", ("0.009", "0.98"), ("0.00", "0.00"), ("-0.01", "0.01")),
    ],
)  # fmt: skip
def test_the_lines_of_a_rounded_sum(rounded, lines, right, other):
    shares = share_rounding(Decimal(rounded), [Decimal(line) for line in lines], 2)
    assert (tuple(map(str, shares)), right != other) == (right, True)


numbers = st.one_of(
    st.decimals(min_value=-500, max_value=2000, places=4), st.decimals(min_value=0, max_value=9, places=2),
    st.fractions(min_value=-20, max_value=200, max_denominator=365), st.just(Decimal(0)),
)  # fmt: skip


@given(st.lists(numbers, min_size=1, max_size=6), st.sampled_from(sorted(ROUNDING_MODES)), st.integers(0, 3), st.integers(-2, 2))
def test_the_lines_add_up_and_stay_close(lines, mode, places, coarser):
    """The law: the lines are the rounded sum, in whole units; none is a unit or more off, unless the step moves the sum by more than that
    a line; what costs nothing stays free; a document of credits mirrors one of charges."""
    exact_sum = total(lines)
    rounded = round_number(exact_sum, max(0, places - max(0, coarser)), mode)
    shares = share_rounding(rounded, lines, places)
    unit = Fraction(1, 10**places)
    assert sum(map(Fraction, shares)) == Fraction(rounded)
    assert all(Fraction(share) % unit == 0 for share in shares)
    if all(lines) and abs(Fraction(rounded) - Fraction(exact_sum)) < unit:
        assert all(abs(Fraction(share) - Fraction(line)) < unit for share, line in zip(shares, lines, strict=True))
    if any(lines):
        assert all(share == 0 for share, line in zip(shares, lines, strict=True) if not line)
    if exact_sum:
        assert share_rounding(negate(rounded), [negate(line) for line in lines], places) == tuple(map(negate, shares))
