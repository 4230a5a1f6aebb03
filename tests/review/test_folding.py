"""Much is told as little: what is alike together, the largest of the rest, and nothing lost."""

from hypothesis import given
from hypothesis import strategies as st

from engine.review.folding import FEW, ROWS, Fold, folded
from engine.values.exact import exact


def keys(things):
    return folded(things, (lambda each: (each % 7, each % 3), lambda each: each % 3), exact)


def test_few_things_are_told_one_by_one():
    assert keys(range(FEW)) == (tuple(Fold(each) for each in range(FEW)), ())


def test_the_first_way_that_leaves_few_rows_is_taken():
    folds, rest = folded([*range(100)], (lambda each: each % ROWS, lambda each: 0), exact)
    assert len(folds) == ROWS and rest == () and folds[0] == Fold(0, tuple(range(ROWS, 100, ROWS)))
    folds, rest = folded([*range(100)], (lambda each: each % 20, lambda each: each % 2), exact)
    assert [each.first for each in folds] == [0, 1] and rest == ()


def test_where_nothing_is_alike_the_largest_are_told():
    folds, rest = folded([*range(100)], (lambda each: each,), exact)
    assert [each.first for each in folds] == [*range(90, 100)] and rest == tuple(range(90))


@given(st.lists(st.integers(0, 300), max_size=120))
def test_nothing_is_lost(things):
    folds, rest = keys(things)
    assert sorted([*rest, *(one for fold in folds for one in (fold.first, *fold.like))]) == sorted(things)
    assert len(folds) <= FEW
