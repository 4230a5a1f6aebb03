"""The plan in DuckDB: parameters as tables, the plan's query over the relation `usage`, its answer as charges."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from engine.batch.settling import Chargeable
from engine.batch.usage_scan import UsageScan
from engine.rating.answers import Rating
from engine.rating.dialects import DuckDBDialect
from engine.rating.kernel import COLUMNS, kernel_rows, kernel_sql, wrong_answer
from engine.rating.planned import Planned

DIALECT = DuckDBDialect()


@dataclass(frozen=True, slots=True)
class EmbeddedEngine:
    """DuckDB in this process; where it does not rate (`rates`), it only reads for the interpreter."""

    rates: bool = True
    dialect: DuckDBDialect = DIALECT

    def look_at(self, scan: UsageScan, names: Sequence[str]) -> None:
        """Opens the files."""
        scan.look_at(names)

    def count(self, scan: UsageScan, accounts: Chargeable) -> None:
        """Counts what is surely a record: whose it is, is asked later."""
        scan.count()

    def rated(self, scan: UsageScan, plan: Planned) -> Rating:
        """The charges of the relation `usage`. Raises RuntimeError where DuckDB does not compute exactly."""
        check_engine(scan.session.connection)
        return rated(scan.session.connection, plan)

    def bring(self, scan: UsageScan, accounts: list[str]) -> None:
        """Nothing lies elsewhere."""


def rated(connection: duckdb.DuckDBPyConnection, plan: Planned) -> Rating:
    """The charges that the plan makes of the usage, and the accounts that the interpreter has to look at after all."""
    for each in plan.tables():
        table(connection, each.name, [*(f"{name} VARCHAR" for name in each.texts), *(f"{name} BIGINT" for name in each.numbers)], each.rows)
    for name, sql in plan.derived():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")
    return plan.rated(lambda sql: _rows(connection, sql))


def check_engine(connection: duckdb.DuckDBPyConnection) -> None:
    """Raises RuntimeError where the engine does not compute as the plan needs it: nothing is rated then."""
    table(connection, "kernel", [f"{name} BIGINT" for name in COLUMNS], kernel_rows())
    wrong = wrong_answer(_rows(connection, kernel_sql(DIALECT)))
    if wrong is not None:
        raise RuntimeError(f"DuckDB {duckdb.__version__} does not compute exactly: it gives {wrong}")


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def table(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A temporary table of rows; each column goes over as one list, which is much faster than row by row."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({', '.join(columns)})")
    listed = [list(column) for column in zip(*rows, strict=True)]
    if listed:
        types = [column.split()[-1] for column in columns]
        values = ", ".join(f"unnest(${number}::{kind}[])" for number, kind in enumerate(types, 1))
        connection.execute(f"INSERT INTO {name} SELECT {values}", listed)
