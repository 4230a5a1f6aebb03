"""The plan in DuckDB: parameters as tables, the plan's query over the relation `usage`, its answer as charges."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from engine.billing.runs import Run
from engine.model.accounts import Account
from engine.rating.answers import Rating, rating_of
from engine.rating.dialects import DuckDBDialect
from engine.rating.emit import Emitted, emit
from engine.rating.kernel import self_test
from engine.rating.parameters import Parameters
from engine.rating.rating_plan import BookPlan, Use, parameters_for
from engine.rating.templates import ROLES, Extent

DIALECT = DuckDBDialect()


@dataclass(frozen=True, slots=True)
class Planned:
    """What DuckDB rates of a delivery: the parameters, the queries (None: nothing), and by account why it is left to the interpreter."""

    parameters: Parameters
    emitted: Emitted | None
    left: Mapping[str, str]


def planned(connection: duckdb.DuckDBPyConnection, plan: BookPlan, accounts: Iterable[tuple[Account, Iterable[Run]]], extent: Extent) -> Planned:
    """The queries over the relation `usage` (less `dropped`) of a connection, for accounts with their runs.

    `usage` has the columns file, row, account, subscription, item, spec, at (microseconds), quantity (scaled by the extent's places), and
    one for each attribute of usage; `dropped` has file and row.
    """
    parameters, left = parameters_for(plan, accounts, uses_in(connection, plan), users_in(connection, plan), extent)
    if not parameters.templates:
        return Planned(parameters, None, left)
    dropped = connection.execute("SELECT 1 FROM dropped LIMIT 1").fetchone() is not None
    return Planned(parameters, emit(parameters, DIALECT, dropped), left)


def rated(connection: duckdb.DuckDBPyConnection, plan: Planned) -> Rating:
    """The charges that the plan makes of the usage, and the accounts that the interpreter has to look at after all."""
    if plan.emitted is None:
        return rating_of(plan.parameters, ())
    fill(connection, plan.parameters, plan.emitted)
    return rating_of(plan.parameters, (row for query in plan.emitted.queries for row in connection.execute(query).fetchall()))


def check_engine(connection: duckdb.DuckDBPyConnection) -> None:
    """Raises RuntimeError where the engine does not compute as the plan needs it: nothing is rated then."""
    wrong = [place for place, right in connection.execute(self_test(DIALECT)).fetchall() if not right]
    if wrong:
        raise RuntimeError(f"DuckDB {duckdb.__version__} gives {len(wrong)} wrong answers in its self-test")


def uses_in(connection: duckdb.DuckDBPyConnection, plan: BookPlan) -> list[Use]:
    """The items of a delivery with the specs and attributes that keep their records apart, in order."""
    names = plan.attributes
    columns = ", ".join(("item", "spec", *map(DIALECT.name, names)))
    rows = connection.execute(f"SELECT DISTINCT {columns} FROM usage ORDER BY ALL").fetchall()
    return [(item, spec, tuple((name, value) for name, value in zip(names, values, strict=True) if value is not None)) for item, spec, *values in rows]


def users_in(connection: duckdb.DuckDBPyConnection, plan: BookPlan) -> dict[str, set[str]]:
    """By item that is not planned the accounts with records of it."""
    found: dict[str, set[str]] = {item: set() for item in plan.unplanned}
    if found:
        listed = ", ".join(map(DIALECT.text, found))
        for item, account in connection.execute(f"SELECT DISTINCT item, account FROM usage WHERE item IN ({listed})").fetchall():
            found[item].add(account)
    return found


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
