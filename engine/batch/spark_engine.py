"""The plan on a cluster: parameters as views, the plan's queries over the view `usage`, their answers as charges."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.batch.settling import Chargeable
from engine.batch.spark import DIALECT, view
from engine.batch.spark_lines import PLACES, in_bulk
from engine.batch.spark_usage import ClusterUsage
from engine.batch.usage_scan import UsageScan
from engine.rating.answers import Rating
from engine.rating.dialects import SparkDialect
from engine.rating.planned import Planned
from engine.rating.rejects import quoted

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@dataclass(slots=True)
class ClusterEngine:
    """Spark in a session on a cluster; it reads one delivery."""

    session: "SparkSession"
    rates: bool = True
    dialect: SparkDialect = DIALECT
    _usage: ClusterUsage | None = field(default=None, init=False)

    def look_at(self, scan: UsageScan, names: Sequence[str]) -> None:
        """Opens the files."""
        scan.look_at(names, in_bulk)

    def count(self, scan: UsageScan, accounts: Chargeable) -> None:
        """Has the cluster read what it can; what is in any doubt comes here."""
        self._usage = ClusterUsage(self.session, scan)
        self._usage.count(accounts)

    def rated(self, scan: UsageScan, plan: Planned) -> Rating:
        """The charges of what stays on the cluster, and of the records that are here."""
        texts = [DIALECT.name(name) for name in scan.texts]
        here = scan.session.connection.execute(f'SELECT {", ".join(map(quoted, scan.texts))}, "at", quantity FROM usage').fetchall()
        view(self.session, "usage_here", scan.texts, ("at", "quantity"), here)
        parts = [f"SELECT {', '.join(texts)}, at, quantity FROM usage_here"]
        if self._usage is not None and self._usage.sources:
            cells = ", ".join(f"nullif({name}, '') AS {name}" for name in texts)
            scale = 10 ** (PLACES - plan.parameters.extent.places)
            parts.append(f"SELECT {cells}, _at AS at, {DIALECT.quotient('_scaled', str(scale))} AS quantity FROM usage_kept")
        self.session.sql(" UNION ALL ".join(parts)).createOrReplaceTempView("usage")
        rating = rated_on(self.session, plan)
        if self._usage is not None:
            self._usage.check_rows()
        return rating

    def bring(self, scan: UsageScan, accounts: list[str]) -> None:
        """Puts the records of these accounts that stay on the cluster into the table `brought`."""
        if self._usage is not None and accounts:
            self._usage.bring(accounts)
            self._usage.check_rows()


def rated_on(session: "SparkSession", plan: Planned) -> Rating:
    """The charges that the plan makes of the usage, and the accounts that the interpreter has to look at after all."""
    for table in plan.tables():
        view(session, table.name, table.texts, table.numbers, table.rows)
    for name, sql in plan.derived():
        session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {sql}")
    return plan.rated(lambda sql: (tuple(None if value is None else int(value) for value in row) for row in _rows(session, sql)))


def _rows(session: "SparkSession", sql: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in session.sql(sql).toArrow().columns), strict=True)
