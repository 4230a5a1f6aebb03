"""The plan in DuckDB: parameters as tables, the plan's query over the relation `usage`, its answer as charges."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from engine.rating.answers import Rating, rating_of
from engine.rating.dialects import DuckDBDialect
from engine.rating.emit import Emitted
from engine.rating.kernel import self_test
from engine.rating.parameters import Parameters
from engine.rating.templates import ROLES

DIALECT = DuckDBDialect()


@dataclass(frozen=True, slots=True)
class Planned:
    """What DuckDB rates of a delivery: the parameters, the queries (None: nothing), and by account why it is left to the interpreter."""

    parameters: Parameters
    emitted: Emitted | None
    left: Mapping[str, str]


def rated(connection: duckdb.DuckDBPyConnection, plan: Planned) -> Rating:
    """The charges that the plan makes of the relation `usage` of a connection, and the accounts that the interpreter has to look at after all.

    `usage` has the columns account, subscription, item, spec, at (microseconds), quantity (scaled by the extent's places), and one for each
    attribute of usage; where records are `dropped`, it has file and row, as that relation has.
    """
    if plan.emitted is None:
        return rating_of(plan.parameters, ())
    fill(connection, plan.parameters, plan.emitted)
    return rating_of(plan.parameters, (row for query in plan.emitted.queries for row in connection.execute(query).fetchall()))


def check_engine(connection: duckdb.DuckDBPyConnection) -> None:
    """Raises RuntimeError where the engine does not compute as the plan needs it: nothing is rated then."""
    wrong = [place for place, right in connection.execute(self_test(DIALECT)).fetchall() if not right]
    if wrong:
        raise RuntimeError(f"DuckDB {duckdb.__version__} gives {len(wrong)} wrong answers in its self-test")


def fill(connection: duckdb.DuckDBPyConnection, parameters: Parameters, emitted: Emitted) -> None:
    """The plan's own tables."""
    names = parameters.attributes
    attributes = [f"a{number} VARCHAR" for number in range(len(names))]
    table(
        connection,
        "spans",
        ("owner BIGINT", "account VARCHAR", "subscription VARCHAR", "mode INTEGER", "kind INTEGER", "begun BIGINT", "until BIGINT"),
        parameters.spans(),
    )
    table(connection, "things", ("mode INTEGER", "item VARCHAR", "spec VARCHAR", "thing BIGINT", *attributes), parameters.thing_rows())
    table(connection, "rates", ("rate INTEGER", *(f"{name} BIGINT" for name in emitted.columns)), emitted.rows)
    connection.execute("CREATE OR REPLACE TEMP TABLE owners AS SELECT owner, account, subscription, mode, begun, until FROM spans")
    for role in ROLES:
        charged = ("charge BIGINT", "allowance BIGINT", "anew BIGINT") if role == "running" else ()
        columns = ("kind INTEGER", "thing BIGINT", "first BIGINT", "last BIGINT", "template BIGINT", "rate INTEGER", *charged)
        table(connection, "kinds", columns, parameters.kind_rows(role))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {role}_lines AS SELECT s.owner * {len(parameters.things)} + k.thing AS line, k.* EXCLUDE (kind, thing) "
            "FROM (SELECT DISTINCT owner, kind FROM spans) s JOIN kinds k ON k.kind = s.kind"
        )


def table(connection: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A temporary table of rows; each column goes over as one list, which is much faster than row by row."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({', '.join(columns)})")
    listed = [list(column) for column in zip(*rows, strict=True)]
    if listed:
        types = [column.split()[-1] for column in columns]
        values = ", ".join(f"unnest(${number}::{kind}[])" for number, kind in enumerate(types, 1))
        connection.execute(f"INSERT INTO {name} SELECT {values}", listed)
