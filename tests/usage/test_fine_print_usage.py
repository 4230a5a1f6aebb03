"""The fine print of windows as far as it concerns records: each sentence with the right number and that of the other reading."""

from tests.usage.meter_books import metered_book, quantities, record


def reads(found: object, right: object, wrong: object) -> None:
    """The meter says `right`; the other reading of the sentence would have said `wrong`."""
    assert found == right
    assert right != wrong


def test_windows_belong_to_the_period_of_their_start():
    """Windows: a window belongs whole to the period that holds its start.

    In Kolkata (UTC+5:30) March begins at 18:30 UTC, inside the hour from 18:00: all of it belongs to February.
    """
    book = metered_book("sum", zone_name="Asia/Kolkata")
    records = [record("02-28 18:10", 1), record("02-28 18:50", 2), record("02-28 19:10", 4)]
    reads(quantities(book, records, "01-31 18:30", "02-28 18:30"), [3], [1])
    reads(quantities(book, records, "02-28 18:30", "03-31 18:30"), [4], [2, 4])


def test_last_at_equal_times():
    """Windows: `last` at equal times is the larger quantity."""
    for records in ([3, 8, 5], [8, 5, 3]):
        reads(quantities(metered_book("last"), [record("03-01 10:00", each) for each in records]), [8], [records[-1]])


def test_unique_counts_values():
    """Windows: `unique` counts distinct values of the attribute named `of`."""
    records = [record("03-01 10:00", 1, tier="a"), record("03-01 10:01", 2, tier="a"), record("03-01 10:02", 2, tier="b")]
    reads(quantities(metered_book("unique", of="tier"), records), [2], [3])


def test_a_window_without_a_sample_does_not_exist():
    """3.4: without `hold` records are samples: a window without one does not exist."""
    records = [record("03-01 10:00", 1), record("03-01 12:00", 3)]
    reads(quantities(metered_book(), records, end="03-01 13:00"), [1, 3], [1, 0, 3])
    reads(quantities(metered_book(hold=True), records, end="03-01 13:00"), [1, 1, 3], [1, 3])


def test_a_mean_of_levels_counts_zero_before_the_first_record():
    """3.4: a step has the highest level that holds in any part of it, 0 before the first record."""
    reads(quantities(metered_book("mean", hold=True), [record("03-01 10:45", 8)], end="03-01 11:00"), [2], [8])
