"""The plan in DuckDB: parameters as tables, the plan's query over the relation `usage`, its answer as charges."""

from collections.abc import Iterable, Sequence

import duckdb

from engine.rating.answers import Rating, rating_of
from engine.rating.dialects import DuckDBDialect
from engine.rating.emit import emit
from engine.rating.parameters import Parameters
from engine.rating.templates import ROLES

DIALECT = DuckDBDialect()


def rate_in_duckdb(connection: duckdb.DuckDBPyConnection, parameters: Parameters) -> Rating:
    """The charges of the relation `usage` (less `dropped`) of a connection."""
    if not parameters.templates:
        return rating_of(parameters, ())
    dropped = connection.execute("SELECT 1 FROM dropped LIMIT 1").fetchone() is not None
    emitted = emit(parameters, DIALECT, dropped)
    fill(connection, parameters, emitted.columns, emitted.rows)
    return rating_of(parameters, (row for query in emitted.queries for row in connection.execute(query).fetchall()))


def fill(connection: duckdb.DuckDBPyConnection, parameters: Parameters, rate_columns: Sequence[str], rates: Iterable[Sequence[int]]) -> None:
    """The plan's own tables."""
    names = parameters.attributes
    attributes = [f"a{number} VARCHAR" for number in range(len(names))]
    _table(
        connection,
        "spans",
        ("owner BIGINT", "account VARCHAR", "subscription VARCHAR", "mode INTEGER", "kind INTEGER", "begun BIGINT", "until BIGINT"),
        parameters.spans(),
    )
    _table(connection, "things", ("mode INTEGER", "item VARCHAR", "spec VARCHAR", "thing BIGINT", *attributes), parameters.thing_rows())
    _table(connection, "rates", ("rate INTEGER", *(f"{name} BIGINT" for name in rate_columns)), rates)
    connection.execute("CREATE OR REPLACE TEMP TABLE owners AS SELECT owner, account, subscription, mode, begun, until FROM spans")
    for role in ROLES:
        charged = ("charge BIGINT", "allowance BIGINT") if role == "running" else ()
        columns = ("kind INTEGER", "thing BIGINT", "first BIGINT", "last BIGINT", "template BIGINT", "rate INTEGER", *charged)
        _table(connection, "kinds", columns, parameters.kind_rows(role))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {role}_lines AS SELECT s.owner * {len(parameters.things)} + k.thing AS line, k.* EXCLUDE (kind, thing) "
            "FROM (SELECT DISTINCT owner, kind FROM spans) s JOIN kinds k ON k.kind = s.kind"
        )


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A temporary table of rows; each column goes over as one list, which is much faster than row by row."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({', '.join(columns)})")
    listed = [list(column) for column in zip(*rows, strict=True)]
    if listed:
        types = [column.split()[-1] for column in columns]
        values = ", ".join(f"unnest(${number}::{kind}[])" for number, kind in enumerate(types, 1))
        connection.execute(f"INSERT INTO {name} SELECT {values}", listed)
