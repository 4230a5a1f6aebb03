"""What is told together where there is too much to be read one by one: things that are alike, and beside them the largest of the others.

Contract: nothing is lost; each thing is first of a fold, like the first of one, or among the rest. Source: authoring pictures, diff-terminal, Many.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.values.exact import Number

Told = TypeVar("Told")
FEW = 40
"""As many are told one by one."""
ROWS = 10
"""As many folds stand for more of them."""


@dataclass(frozen=True, slots=True)
class Fold(Generic[Told]):
    """A thing that is told, and those that are like it."""

    first: Told
    like: tuple[Told, ...] = ()


def folded(
    things: Sequence[Told], alike: Sequence[Callable[[Told], Hashable]], size: Callable[[Told], Number], few: int = FEW
) -> tuple[tuple[Fold[Told], ...], tuple[Told, ...]]:
    """The folds in the order of their first things, and the rest. `alike` says what things of one fold share, what tells more apart first: the
    first one that leaves few folds is taken; where even the last leaves many, the folds with the largest things are told.
    """
    if len(things) <= few:
        return tuple(Fold(each) for each in things), ()
    folds: list[Fold[Told]] = []
    for same in alike:
        found: dict[Hashable, list[Told]] = {}
        for each in things:
            found.setdefault(same(each), []).append(each)
        folds = [Fold(first, tuple(like)) for first, *like in found.values()]
        if len(folds) <= ROWS:
            return tuple(folds), ()
    largest = sorted(range(len(folds)), key=lambda place: (-size(folds[place].first), place))[:ROWS]
    rest = [folds[place] for place in range(len(folds)) if place not in largest]
    return tuple(folds[place] for place in sorted(largest)), tuple(each for fold in rest for each in (fold.first, *fold.like))
