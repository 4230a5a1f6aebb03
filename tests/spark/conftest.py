"""One cluster serves all tests of this folder: they come first, so that one process of the suite runs them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine.batch.spark import open_session
from tests.spark.cluster import Cluster, lacking

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

HERE = Path(__file__).resolve().parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They need a cluster, so only the whole suite has them; and they come first: another process takes over only what comes last."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.whole)
    items.sort(key=lambda item: not item.path.is_relative_to(HERE))


@pytest.fixture(scope="session", autouse=True)
def _equipped() -> None:
    missing = lacking()
    if missing is not None:
        pytest.skip(missing)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster that runs."""
    started = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        started.start()
        yield started
    finally:
        started.end()


@pytest.fixture(scope="session")
def session(cluster: Cluster) -> "Iterator[SparkSession]":
    """A session on the cluster, as `rate` opens it."""
    with open_session(cluster.remote, None, {}) as opened:
        yield opened
