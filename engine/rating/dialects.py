"""The words in which engines differ; everything else of a plan's SQL is the same on all of them.

Contract: expressions in, expressions out, as texts; every value is a whole number of 64 bits, sums are of 38 digits. What goes in may be any
expression, and what comes out can stand wherever one may: brackets are set here, where an operator is, and not by who calls.
"""

from collections.abc import Sequence
from typing import Protocol


class Dialect(Protocol):
    """What an engine writes in its own way."""

    def quotient(self, number: str, divisor: str) -> str:
        """The whole part of a quotient of two numbers that are not below zero."""

    def total(self, number: str) -> str:
        """The sum of a group, of up to 38 digits."""

    def wide(self, number: int) -> str:
        """A literal of up to 38 digits."""

    def narrow(self, number: str) -> str:
        """A sum that fits into 64 bits, as a number of 64 bits."""

    def of_first(self, number: str, order: str) -> str:
        """The number of a group's row with the least order."""

    def of_last(self, number: str, order: Sequence[str]) -> str:
        """The number of a group's row with the greatest order, which is compared part by part."""

    def bit(self, place: str) -> str:
        """The number of 64 bits with one bit set, at a place from 0 on."""

    def read_often(self, relation: str) -> str:
        """What stands before the query of a relation that others read more than once."""

    def same(self, one: str, other: str) -> str:
        """Whether two texts are the same, or both missing."""

    def text(self, value: str) -> str:
        """A text as a literal."""

    def name(self, column: str) -> str:
        """A column's name, whatever signs are in it."""


class DuckDBDialect:
    """DuckDB's own words."""

    def quotient(self, number: str, divisor: str) -> str:
        """`//` of 64 bits is exact; of 128 it costs twenty times as much."""
        return f"(({number}) // ({divisor}))"

    def total(self, number: str) -> str:
        """A sum of 64 bits has 128."""
        return f"sum({number})"

    def wide(self, number: int) -> str:
        """Whole numbers are of as many bits as they need."""
        return f"CAST({number} AS HUGEINT)"

    def narrow(self, number: str) -> str:
        """Raises where it does not fit, which the plan's ranges rule out."""
        return f"CAST({number} AS BIGINT)"

    def of_first(self, number: str, order: str) -> str:
        """The number beside the least order."""
        return f"arg_min({number}, {order})"

    def of_last(self, number: str, order: Sequence[str]) -> str:
        """The number beside the greatest order; a structure compares part by part."""
        return f"arg_max({number}, row({', '.join(order)}))"

    def bit(self, place: str) -> str:
        """The shift of a number of 32 bits would have 32."""
        return f"(CAST(1 AS BIGINT) << ({place}))"

    def read_often(self, relation: str) -> str:
        """It is computed once."""
        return f"{relation} AS MATERIALIZED"

    def same(self, one: str, other: str) -> str:
        """A join on it is one by hash."""
        return f"({one} IS NOT DISTINCT FROM {other})"

    def text(self, value: str) -> str:
        """Quotes are doubled, nothing else has a meaning."""
        return "'" + value.replace("'", "''") + "'"

    def name(self, column: str) -> str:
        """In double quotes."""
        return '"' + column.replace('"', '""') + '"'


class SparkDialect:
    """Spark's own words, in ANSI mode: what does not fit is an error there too."""

    def quotient(self, number: str, divisor: str) -> str:
        """`div` of 64 bits is exact; of decimals its answer has 64 bits."""
        return f"(({number}) div ({divisor}))"

    def total(self, number: str) -> str:
        """A sum has ten digits more than what it adds up."""
        return f"sum(CAST({number} AS DECIMAL(28, 0)))"

    def wide(self, number: int) -> str:
        """A decimal without decimals."""
        return f"CAST({number} AS DECIMAL(38, 0))"

    def narrow(self, number: str) -> str:
        """Raises where it does not fit, which the plan's ranges rule out."""
        return f"CAST({number} AS BIGINT)"

    def of_first(self, number: str, order: str) -> str:
        """The number beside the least order."""
        return f"min_by({number}, {order})"

    def of_last(self, number: str, order: Sequence[str]) -> str:
        """The number beside the greatest order; a structure compares part by part."""
        return f"max_by({number}, struct({', '.join(order)}))"

    def bit(self, place: str) -> str:
        """By a function: an operator it is in the latest versions alone."""
        return f"shiftleft(CAST(1 AS BIGINT), CAST({place} AS INT))"

    def read_often(self, relation: str) -> str:
        """It finds by itself that an exchange can be used again."""
        return f"{relation} AS"

    def same(self, one: str, other: str) -> str:
        """A join on it is one by hash."""
        return f"({one} <=> {other})"

    def text(self, value: str) -> str:
        """A backslash has a meaning too."""
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def name(self, column: str) -> str:
        """In backquotes."""
        return "`" + column.replace("`", "``") + "`"


def remainder(number: str, divisor: str) -> str:
    """What a quotient leaves of a number, on every engine."""
    return f"(({number}) % ({divisor}))"


def rounding(dialect: Dialect, number: str, added: str, divisor: str, even: str | None) -> str:
    """The rounding that a `Division` of these constants makes of a number, on every engine; `even` (None: never) is 1 where a half goes to the even one."""
    raised = number if added == "0" else f"({number} + {added})"
    whole = raised if divisor == "1" else dialect.quotient(raised, divisor)
    if even is None:
        return whole
    return f"({whole} - CASE WHEN {even} = 1 AND {remainder(raised, divisor)} = 0 THEN {remainder(whole, '2')} ELSE 0 END)"
