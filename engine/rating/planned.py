"""What an engine is told and asked to rate a delivery: the rows of the plan's own relations, and the queries that answer it.

Contract: pure. The engine has the relations `usage` (file, row, account, subscription, item, spec, `at` in microseconds, the quantity scaled by the
extent's places, and a column for each attribute of usage) and `dropped` (file, row: records that do not count).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.rating.answers import Rating, rating_of
from engine.rating.emit import Emitted
from engine.rating.parameters import Parameters
from engine.rating.templates import ROLES

Ask = Callable[[str], Iterable[Sequence[Any]]]
"""The rows that an engine answers a query with."""


@dataclass(frozen=True, slots=True)
class PlanTable:
    """A relation of the plan's own: columns of texts before those of whole numbers of 64 bits, and its rows."""

    name: str
    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Planned:
    """What an engine rates of a delivery: the parameters, the queries (None: nothing), and by account why it is left to the interpreter."""

    parameters: Parameters
    emitted: Emitted | None
    left: Mapping[str, str]

    def tables(self) -> Iterator[PlanTable]:
        """The relations that the queries read, but for those that `derived` makes of them."""
        if self.emitted is None:
            return
        parameters = self.parameters
        attributes = tuple(f"a{number}" for number in range(len(parameters.attributes)))
        spans = ((account, subscription, owner, *rest) for owner, account, subscription, *rest in parameters.spans())
        things = ((item, spec, *values, mode, thing) for mode, item, spec, thing, *values in parameters.thing_rows())
        yield PlanTable("spans", ("account", "subscription"), ("owner", "pool", "mode", "kind", "begun", "until"), spans)
        yield PlanTable("things", ("item", "spec", *attributes), ("mode", "thing"), things)
        yield PlanTable("rates", (), ("rate", *self.emitted.columns), self.emitted.rows)
        for role in ROLES:
            yield PlanTable(f"{role}_kinds", (), ("kind", "thing", *_columns(role)), parameters.kind_rows(role))

    def derived(self) -> Iterator[tuple[str, str]]:
        """Further relations by name, each as a query over the tables."""
        if self.emitted is None:
            return
        yield "owners", "SELECT owner, pool, account, subscription, mode, begun, until FROM spans"
        for role in ROLES:
            columns = ", ".join(f"k.{name}" for name in _columns(role))
            yield (
                f"{role}_lines",
                (
                    f"SELECT s.owner * {len(self.parameters.things)} + k.thing AS line, {columns} "
                    f"FROM (SELECT DISTINCT owner, kind FROM spans) s JOIN {role}_kinds k ON k.kind = s.kind"
                ),
            )

    def rated(self, ask: Ask) -> Rating:
        """The charges that an engine with these relations makes of the usage, and the accounts that the interpreter has to look at after all."""
        queries = self.emitted.queries if self.emitted is not None else ()
        return rating_of(self.parameters, (row for query in queries for row in ask(query)))


def _columns(role: str) -> tuple[str, ...]:
    return ("first", "last", "template", "rate", *(("charge", "allowance", "anew", "period") if role == "running" else ()))
