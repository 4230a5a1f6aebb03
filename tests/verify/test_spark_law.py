"""Two thousand random books are rated on a cluster as by the interpreter. A slow proof: `make verify` runs it, the suite runs a few."""

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.rating.books import Drawn, ratings
from tests.rating.rated import agree
from tests.spark.conftest import cluster, session
from tests.spark.test_rating import for_little, in_spark

__all__ = ["cluster", "for_little", "in_spark", "session"]  # fixtures
PARTS, BOOKS = 20, 100


@pytest.mark.parametrize("part", range(PARTS))
def test_a_cluster_charges_what_the_interpreter_charges(in_spark, for_little, part):
    @seed(part)
    @settings(max_examples=BOOKS, deadline=None, derandomize=False, database=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(drawn=ratings())
    def law(drawn: Drawn) -> None:
        agree(drawn.book, drawn.accounts, drawn.records, drawn.start, drawn.end, rate=in_spark)

    law()
