"""The law of rating on a cluster: Spark makes the charges that the interpreter makes of the same usage, to the last digit, as DuckDB does."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, assume, currently_in_test_context, given, settings

from engine.batch.spark import DIALECT, view
from engine.batch.spark_engine import rated_on
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.rating.answers import Rating
from engine.usage import UsageRecord
from engine.values.microseconds import in_microseconds
from tests.billing.test_invoice import koodrive
from tests.extent import cases
from tests.rating.books import Drawn, ratings
from tests.rating.crafted import CRAFTED
from tests.rating.rated import agree, extent_of, planned
from tests.rating.test_koodrive_plan import END, START, a_month

TEXTS, NUMBERS = ("account", "subscription", "item", "spec"), ("file", "row", "at", "quantity")
FOR_LITTLE = {
    "spark.sql.shuffle.partitions": "1", "spark.sql.leafNodeDefaultParallelism": "1", "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}  # fmt: skip
"""Settings by which a few records cost half: one part of everything, and expressions that are evaluated as they stand, not compiled for each book."""


@pytest.fixture(scope="session")
def in_spark(session) -> Callable[..., tuple[Rating, dict[str, str]]]:
    """What Spark makes of a delivery in which every third record came twice, and which accounts are left to the interpreter, and why."""

    def rate(book: PriceBook, accounts: Iterable[Account], records: Sequence[UsageRecord], start: datetime, end: datetime) -> tuple[Rating, dict[str, str]]:
        plan = planned(book, accounts, records, start, end, DIALECT)
        # Half of all random books have nothing that a cluster would be asked: they would count without a proof.
        if currently_in_test_context():
            assume(plan.emitted is not None and plan.emitted.queries)
        names = [each.id for each in book.attributes.values() if each.source == "usage"]
        scale = 10 ** extent_of(records).places
        numbered = [*enumerate(records, 1), *((-row, each) for row, each in enumerate(records[::3], 1))]
        rows = [
            (
                *(each.account, each.subscription, each.item, each.spec, *map(each.attributes.get, names)),
                *(0, row, in_microseconds(each.at), int(each.quantity * scale)),
            )
            for row, each in numbered
        ]
        view(session, "usage", (*TEXTS, *names), NUMBERS, rows)
        view(session, "dropped", (), ("file", "row"), [(0, row) for row, _ in numbered if row < 0])
        return rated_on(session, plan), dict(plan.left)

    return rate


@pytest.fixture
def for_little(session) -> Iterator[None]:
    """The session with settings for a few records."""
    before = {name: session.conf.get(name, None) for name in FOR_LITTLE}
    for name, value in FOR_LITTLE.items():
        session.conf.set(name, value)
    yield
    for name, value in before.items():
        session.conf.unset(name) if value is None else session.conf.set(name, value)


def test_a_month_of_koodrive(in_spark):
    assert agree(koodrive(), *a_month(), START, END, rate=in_spark) == 50


BOOKS = {"deadline": None, "suppress_health_check": list(HealthCheck), "phases": (Phase.explicit, Phase.generate)}
"""What fails is told as it is: to look for a smaller case would take minutes."""


@pytest.mark.parametrize("crafted", CRAFTED)
def test_a_cluster_charges_what_the_interpreter_charges_at_edges(in_spark, for_little, crafted: Drawn):
    assert agree(crafted.book, crafted.accounts, crafted.records, crafted.start, crafted.end, rate=in_spark) >= len(crafted.accounts)


@settings(max_examples=cases(16), **BOOKS)
@given(drawn=ratings())
def test_a_cluster_charges_what_the_interpreter_charges(in_spark, drawn: Drawn):
    agree(drawn.book, drawn.accounts, drawn.records, drawn.start, drawn.end, rate=in_spark)


@settings(max_examples=cases(210), **BOOKS)
@given(drawn=ratings())
def test_so_it_does_with_more_books(in_spark, for_little, drawn: Drawn):
    agree(drawn.book, drawn.accounts, drawn.records, drawn.start, drawn.end, rate=in_spark)
