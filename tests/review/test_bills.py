"""Bills under two books: who pays more, what the sums are, and how the changes are spread."""

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.review.bills import LARGEST, MOST_BINS, AccountEffect, Bills, bills_of, spread, sums_of

AMOUNT = st.integers(0, 10**6).map(lambda cents: Decimal(cents).scaleb(-2))


def D(text):
    return Decimal(text)


def effect(account, before, after, currency="USD"):
    return AccountEffect(account, currency, before if before is None else D(before), after if after is None else D(after))


MOVED = (
    effect("a", "100.00", "112.00"), effect("b", "50.00", "45.00"), effect("c", "10.00", "10.00"), effect("d", "20.00", None), effect("e", "0.00", "5.00"),
    effect("f", "9.00", "9.90", "EUR"),
)  # fmt: skip


def test_bills_are_told_by_currency_and_direction():
    dollars, euros = bills_of(MOVED)
    assert [[each.account for each in dollars.of(direction)] for direction in ("more", "less", "same", "failed")] == [["a", "e"], ["b"], ["c"], ["d"]]
    assert (dollars.currency, euros.currency, [each.account for each in euros.accounts]) == ("USD", "EUR", ["f"])
    assert (dollars.ratio, euros.ratio) == (Fraction(12, 160), D("0.1"))


def test_a_bill_that_fails_under_one_book_is_in_no_sum():
    dollars, _ = bills_of(MOVED)
    assert sums_of(dollars.of("more", "less", "same")) == (D("160.00"), D("172.00"))


@pytest.mark.parametrize(("before", "after", "ratio"), [("100.00", "112.00", D("0.12")), ("0.00", "5.00", None), ("-5.00", "5.00", None), ("3.00", None, None)])
def test_a_ratio_is_of_a_bill_that_there_was(before, after, ratio):
    assert effect("a", before, after).ratio == ratio


def test_the_largest_changes_come_first_and_no_more_than_ten():
    bills = Bills("USD", tuple(effect(f"a{number:02}", "100.00", str(100 + number)) for number in range(20)))
    assert [each.account for (each,) in bills.largest("more")] == [f"a{number:02}" for number in range(19, 19 - LARGEST, -1)]
    assert bills.largest("less") == ()


def test_bills_that_change_by_the_same_amount_stand_together_where_they_are_many():
    bills = Bills("USD", (effect("a", "1.00", "9.00"), effect("b", "2.00", "10.00"), *(effect(f"c{number}", "5.00", "6.00") for number in range(5))))
    assert [[each.account for each in equal] for equal in bills.largest("more")] == [["a"], ["b"], ["c0", "c1", "c2", "c3", "c4"]]


def test_a_bill_that_was_next_to_nothing_makes_few_bins_too():
    assert len(spread(Bills("USD", (effect("a", "0.01", "1000000000.00"), effect("b", "1.00", "1.01"))))) <= MOST_BINS


@given(st.lists(st.tuples(AMOUNT, AMOUNT), max_size=12))
def test_each_bill_that_moves_is_in_the_bin_of_its_ratio(pairs):
    bills = Bills("USD", tuple(AccountEffect(str(number), "USD", *pair) for number, pair in enumerate(pairs)))
    ratios = [Fraction(each.ratio) for each in bills.of("more", "less") if each.ratio is not None]
    found = spread(bills)
    assert sum(each.count for each in found) == len(ratios)
    for each in found:
        # The end that lies nearer to nothing is not of the bin.
        held = [ratio for ratio in ratios if (each.start < ratio <= each.end if each.end > 0 else each.start <= ratio < each.end)]
        assert len(held) == each.count
    assert len({Fraction(each.end) - Fraction(each.start) for each in found}) <= 1
    assert all(before.end == after.start for before, after in itertools.pairwise(found))
    if max([0, *ratios]) - min([0, *ratios]) <= 10 * MOST_BINS:
        assert len(found) <= MOST_BINS + 1


def test_bills_that_stay_are_spread_over_nothing():
    assert spread(Bills("USD", (effect("c", "10.00", "10.00"), effect("e", "0.00", "5.00")))) == ()
