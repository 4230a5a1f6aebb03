"""Records that come twice count once; a conflict is kept out."""

from dataclasses import replace

from engine.usage import without_duplicates
from tests.usage.meter_books import record

ONE = replace(record("03-01 10:00", 3, region="eu"), id="r-1")


def test_a_repetition_is_dropped_and_told():
    found = without_duplicates([ONE, record("03-01 10:00", 3), ONE, record("03-01 10:00", 3)])
    assert (len(found.kept), len(found.dropped), found.conflicting) == (3, 1, ())


def test_the_same_number_written_otherwise_is_the_same():
    assert len(without_duplicates([ONE, replace(ONE, quantity=record("03-01", "3.00").quantity)]).dropped) == 1


def test_one_id_with_two_contents_is_kept_out_whatever_comes_first():
    for other in (replace(ONE, quantity=record("03-01", 4).quantity), replace(ONE, attributes={}), replace(ONE, account="b")):
        for group in ([ONE, other], [other, ONE], [ONE, other, ONE]):
            found = without_duplicates(group)
            assert (found.kept, found.dropped, found.conflicting) == ((), (), (tuple(group),))
