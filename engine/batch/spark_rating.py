"""The plan on a cluster: parameters as views, the plan's queries over the view `usage`, their answers as charges."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.batch.spark import DIALECT, view
from engine.batch.spark_lines import attributes_of
from engine.batch.spark_repeats import Dropped, drop_repeated
from engine.batch.spark_usage import ClusterUsage, read_delivery
from engine.billing.runs import Run
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.rating.answers import Rating
from engine.rating.planned import Planned, plan_usage
from engine.rating.rating_plan import BookPlan, plan_book
from engine.rating.templates import Extent

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(frozen=True, slots=True)
class ClusterRating:
    """What a cluster makes of a delivery: the charges, what was read, what does not count, and by account why it is left to the interpreter."""

    rating: Rating
    usage: ClusterUsage
    dropped: tuple[Dropped, ...]
    left: Mapping[str, str]


def rate_files(
    session: "SparkSession", book: PriceBook, files: Sequence[str], accounts: Iterable[tuple[Account, Iterable[Run]]], start: datetime, end: datetime
) -> ClusterRating:
    """The charges of the usage in files for what is billed in [start, end); accounts come with their runs."""
    usage = read_delivery(session, book, files, start)
    dropped = drop_repeated(session, usage, attributes_of(book))
    unfit = {record.account for record in usage.unfit}
    plan = planned_on(session, plan_book(book, start, end), ((owner, runs) for owner, runs in accounts if owner.id not in unfit), usage.extent)
    left = dict.fromkeys(sorted(unfit), "it has a quantity of more digits than an engine computes with")
    return ClusterRating(rated_on(session, plan), usage, dropped, left | dict(plan.left))


def planned_on(session: "SparkSession", plan: BookPlan, accounts: Iterable[tuple[Account, Iterable[Run]]], extent: Extent) -> Planned:
    """The queries over the view `usage` (less `dropped`) of a session, for accounts with their runs."""
    return plan_usage(lambda sql: _rows(session, sql), DIALECT, plan, accounts, extent)


def rated_on(session: "SparkSession", plan: Planned) -> Rating:
    """The charges that the plan makes of the usage, and the accounts that the interpreter has to look at after all."""
    for table in plan.tables():
        view(session, table.name, table.texts, table.numbers, table.rows)
    for name, sql in plan.derived():
        session.sql(sql).createOrReplaceTempView(name)
    return plan.rated(lambda sql: (tuple(None if value is None else int(value) for value in row) for row in _rows(session, sql)))


def _rows(session: "SparkSession", sql: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in session.sql(sql).toArrow().columns), strict=True)
