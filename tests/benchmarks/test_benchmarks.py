"""What `make bench` compares is comparable: both sides give the same amounts, and the generated book is a clean one."""

import pytest

from benchmarks.books import write_book
from benchmarks.measure import Comparison, Target
from benchmarks.orders import by_engine, by_hand, setting
from benchmarks.peers.__main__ import cents
from benchmarks.peers.task import TIERS, exact_cents, millionths, written
from benchmarks.reading import by_csv, by_reader, usage_file
from engine.model.prices import Charge, Graduated, Tier
from engine.pricing.charges import rate_charge
from engine.store import inspect_book
from engine.values.exact import exact


def test_the_hand_written_function_gives_the_engines_amounts():
    book, order = setting()
    quote = by_engine(book, order)
    lines, whole_list, net = by_hand()
    assert [(line.list_amount, line.amount) for line in quote.lines] == [(amount, paid) for amount, _, paid in lines]
    assert (quote.totals.list, quote.totals.net) == (whole_list, net)


def test_a_generated_book_has_its_lines_and_no_error(tmp_path):
    write_book(tmp_path / "book", 500)
    opened = inspect_book(tmp_path / "book")
    assert opened.book is not None, opened.diagnostics
    assert 450 <= sum(text.count("\n") for text in opened.sources.values()) <= 550


@pytest.mark.parametrize(("first", "reached"), [(1200, True), (1201, False)])
def test_a_ratio_is_reached_up_to_its_target(first, reached):
    comparison = Comparison(Target("a / b", "12"), first, 100)
    assert comparison.reached is reached
    assert comparison.ratio == ("12.00" if reached else "12.01")


def test_every_row_of_the_usage_becomes_a_record():
    book, content = usage_file(40)
    assert (by_reader(book, content), by_csv(content)) == (40, 41)


def test_the_exact_amounts_that_other_engines_are_held_against_are_the_engines_own():
    tiers = tuple(
        Tier(unit_price=exact(price), bound=exact(TIERS[position + 1][0]) if position + 1 < len(TIERS) else None) for position, (_, price) in enumerate(TIERS)
    )
    for quantity in (*millionths(200), 1, 100_000_000, 100_000_001, 20_000_000_000):
        assert cents(str(rate_charge(Charge(Graduated(tiers)), exact(written(quantity))).amount)) == exact_cents(quantity)
