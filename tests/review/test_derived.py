"""What moves with prices that nobody wrote: the step to the next rung, and the hours from which a subscription is cheaper."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

from engine.review.comparison import book_changes
from engine.review.derived import derived_changes
from tests.review.test_timing import DEAR, OLD, USE, book

TODAY = datetime(2026, 6, 1, tzinfo=UTC)


def told(new, old=OLD):
    found = derived_changes(old, new, book_changes(old, new, TODAY), TODAY)
    return [(each.what, each.lower, each.upper, each.before, each.after) for each in found]


def test_the_steps_beside_a_rung_that_is_dearer_and_the_hours_of_use_that_it_is_worth():
    """169.00 - 89.00 and 169.00 - 99.68; 387 and 434 hours as the sheet of each book says."""
    assert told(DEAR) == [
        ("upgrade", "10-users-100-gb", "50-users-500-gb", Decimal("70.00"), Decimal("80.68")),
        ("upgrade", "50-users-500-gb", "100-users-1-tb", Decimal("80.00"), Decimal("69.32")),
        ("break-even", "50-users-500-gb", None, Decimal(387), Decimal(434)),
    ]


def test_use_that_is_dearer_moves_the_hours_alone():
    ((what, _, _, before, after),) = told(USE)
    assert what == "break-even" and before == 387 and after < before


def test_a_rung_of_which_nothing_moves_and_a_book_that_is_the_same_have_none():
    assert told(book(items="{storage-expansion-package: 0.040}")) == []
    assert told(OLD) == []


def test_a_ratio_is_of_a_price_and_not_of_hours():
    upgrade, _, hours = derived_changes(OLD, DEAR, book_changes(OLD, DEAR, TODAY), TODAY)
    assert upgrade.ratio == Fraction(8068, 7000) - 1
    assert hours.ratio is None
