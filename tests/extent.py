"""How much of the suite runs. `make test` runs all of it but what is more of the same: the same page in a further language, the hundredth random book.

`--whole`, as continuous integration has it, runs these too: `make test PYTEST_FLAGS="--whole -n auto"`. What is left out is deselected.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import settings

LESS = 8
"""How many times fewer random cases a law has where the suite does not run as a whole."""
FEWEST = 5


class _Extent:
    whole = False


def run_whole(whole: bool) -> None:
    """Says, before any test is read, how much of the suite runs."""
    _Extent.whole = whole


def cases(number: int) -> int:
    """How many random cases there are for a law that has so many in the whole suite."""
    return number if _Extent.whole else min(number, max(FEWEST, number // LESS))


def examples(number: int, **others: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The settings of a law with so many random cases in the whole suite, and fewer in a quick one."""
    return settings(max_examples=cases(number), deadline=None, **others)


def first(count: int, values: Iterable[Any]) -> list[Any]:
    """The values of `parametrize`: the first ones always, the others in the whole suite only."""
    return [each if number < count else _further(each) for number, each in enumerate(values)]


def one_in(step: int, values: Iterable[Any]) -> list[Any]:
    """The values of `parametrize`: one of so many always, the others in the whole suite only."""
    return [_further(each) if number % step else each for number, each in enumerate(values)]


def _further(values: Any) -> Any:
    return pytest.param(*(values if isinstance(values, tuple) else (values,)), marks=pytest.mark.whole)
