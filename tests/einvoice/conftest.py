"""One child process checks the documents of all tests: the official rules are compiled once."""

from collections.abc import Iterator

import pytest

from engine.workers import RuleChecker


@pytest.fixture(scope="session")
def checker() -> Iterator[RuleChecker]:
    """The official rules, ready."""
    with RuleChecker() as made:
        yield made
