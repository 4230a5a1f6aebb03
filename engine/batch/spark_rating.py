"""The plan on a cluster: parameters as views, the plan's queries over the view `usage`, their answers as charges."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from engine.batch.spark import DIALECT, view
from engine.billing.runs import Run
from engine.model.accounts import Account
from engine.rating.answers import Rating
from engine.rating.planned import Planned, plan_usage
from engine.rating.rating_plan import BookPlan
from engine.rating.templates import Extent

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def planned_on(session: "SparkSession", plan: BookPlan, accounts: Iterable[tuple[Account, Iterable[Run]]], extent: Extent) -> Planned:
    """The queries over the view `usage` (less `dropped`) of a session, for accounts with their runs."""
    return plan_usage(lambda sql: _rows(session, sql), DIALECT, plan, accounts, extent)


def rated_on(session: "SparkSession", plan: Planned) -> Rating:
    """The charges that the plan makes of the usage, and the accounts that the interpreter has to look at after all."""
    for table in plan.tables():
        view(session, table.name, table.texts, table.numbers, table.rows)
    for name, sql in plan.derived():
        session.sql(sql).createOrReplaceTempView(name)
    return plan.rated(lambda sql: (tuple(map(int, row)) for row in _rows(session, sql)))


def _rows(session: "SparkSession", sql: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in session.sql(sql).toArrow().columns), strict=True)
