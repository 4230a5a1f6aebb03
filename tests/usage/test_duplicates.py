"""Records that come twice count once; a conflict is kept out; every record is in exactly one of the classes."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from engine.usage import without_duplicates
from tests.usage.meter_books import record

ONE = replace(record("03-01 10:00", 3, region="eu"), id="r-1")
PLAIN = record("03-01 10:00", 3)


def test_a_repetition_is_dropped_and_told():
    found = without_duplicates([ONE, PLAIN, ONE, PLAIN])
    assert (len(found.kept), found.repeated, found.refused, found.conflicts) == (3, 1, 0, ())


def test_the_same_number_written_otherwise_is_the_same():
    assert without_duplicates([ONE, replace(ONE, quantity=record("03-01", "3.00").quantity)]).repeated == 1


def test_one_id_with_two_contents_is_kept_out_whatever_comes_first():
    others = (replace(ONE, quantity=record("03-01", 4).quantity), replace(ONE, attributes={}), replace(ONE, account="b"), replace(ONE, spec="large"))
    for other in others:
        for group in ([ONE, other], [other, ONE], [ONE, other, ONE], [ONE, ONE, other]):
            found = without_duplicates(group)
            assert (found.kept, found.repeated, found.refused) == ((), 0, len(group))
            assert found.conflicts == ((group[0], next(each for each in group if each != group[0])),)


def test_a_conflict_with_a_record_of_another_account_is_one():
    """What is not asked for is read all the same: an id that two accounts claim is neither's."""
    other = replace(ONE, account="b")
    for group in ([ONE, other], [other, ONE]):
        found = without_duplicates(group, {"acme"})
        assert (found.kept, found.others, found.refused) == ((), {}, 2)


def test_records_alike_without_an_id_are_kept_and_told():
    found = without_duplicates([PLAIN, ONE, replace(PLAIN, line=7), replace(PLAIN, line=9), record("03-01 10:00", 4)])
    assert (len(found.kept), found.alike) == (5, 2)
    assert [each.line for each in found.first_alike] == [0, 7]


def test_records_alike_of_accounts_that_are_not_asked_for_are_not_told():
    assert without_duplicates([PLAIN, PLAIN], {"b"}).alike == 0


RECORDS = st.builds(
    lambda account, name, quantity: replace(record("03-01 10:00", quantity), account=account, id=name),
    st.sampled_from("abc"), st.sampled_from([None, "1", "2", "3", "4"]), st.integers(1, 2),
)  # fmt: skip


@given(st.lists(RECORDS, max_size=12), st.sampled_from([None, {"a"}, {"a", "b"}, set()]), st.randoms())
def test_every_record_is_in_one_class_whatever_the_order(records, accounts, random):
    """The classes are recounted by their definition: all records of one id together."""
    found = without_duplicates(records, accounts)
    expected: Counter[str] = Counter()
    groups: dict = {}
    for number, each in enumerate(records):
        groups.setdefault(each.id or number, []).append(each)
    for group in groups.values():
        asked = accounts is None or group[0].account in accounts
        if len({each.content for each in group}) > 1:
            expected["refused"] += len(group)
        elif asked:
            expected.update(kept=1, repeated=len(group) - 1)
        else:
            expected["others"] += len(group)
    for order in (records, random.sample(records, len(records))):
        found = without_duplicates(order, accounts)
        counts = {"kept": len(found.kept), "repeated": found.repeated, "refused": found.refused, "others": sum(found.others.values())}
        assert +Counter(counts) == +expected
        assert sum(counts.values()) == len(records)
