"""A preview that runs: one for all tests of a module that change nothing, or one of the test's own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.commands.desk import run
from tests.preview.running import Running, end, folder, start

__all__ = ["run"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    found = start(folder(tmp_path_factory.mktemp("desk")))
    yield found
    assert end(found) == ""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return folder(tmp_path)


@pytest.fixture
def begin() -> Iterator[Callable[..., Running]]:
    """Starts previews, and sees to it that none outlives its test."""
    begun: list[Running] = []

    def beginning(desk: Path, *arguments: str, port: int = 0) -> Running:
        begun.append(start(desk, *arguments, port=port))
        return begun[-1]

    yield beginning
    assert [end(each) for each in begun] == [""] * len(begun)


@pytest.fixture
def own(place: Path, begin: Callable[..., Running]) -> Running:
    return begin(place)
