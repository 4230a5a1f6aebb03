"""The self-test of engines: it holds where they compute exactly, and tells what they answer where they do not."""

import duckdb
import pytest

from engine.batch import duckdb as engine
from engine.batch.duckdb import check_engine
from engine.rating.dialects import DuckDBDialect
from engine.rating.kernel import kernel_rows


class ByDouble(DuckDBDialect):
    def quotient(self, number, divisor):
        return f"CAST(floor(({number}) / ({divisor})) AS BIGINT)"


class Rounded(DuckDBDialect):
    def quotient(self, number, divisor):
        return f"CAST(round(({number}) / ({divisor})) AS BIGINT)"


class WithoutBrackets(DuckDBDialect):
    def quotient(self, number, divisor):
        return f"({number} // {divisor})"


class SumOfDouble(DuckDBDialect):
    def total(self, number):
        return f"CAST(sum(CAST({number} AS DOUBLE)) AS HUGEINT)"


class FirstOfAny(DuckDBDialect):
    def of_first(self, number, order):
        return f"min({number})"


class LastByOne(DuckDBDialect):
    def of_last(self, number, order):
        return f"arg_max({number}, {order[1]})"


class EqualOnly(DuckDBDialect):
    def same(self, one, other):
        return f"{one} = {other}"


class NarrowSum(DuckDBDialect):
    def wide(self, number):
        return f"CAST({number % 2**32} AS HUGEINT)"


def test_duckdb_computes_exactly():
    with duckdb.connect() as connection:
        check_engine(connection)
    assert len(kernel_rows()) > 100


@pytest.mark.parametrize("dialect", [ByDouble, Rounded, WithoutBrackets, SumOfDouble, NarrowSum, FirstOfAny, LastByOne, EqualOnly])
def test_an_engine_that_answers_otherwise_rates_nothing(monkeypatch, dialect):
    monkeypatch.setattr(engine, "DIALECT", dialect())
    # A double may be no whole number of 64 bits: then the engine says so itself.
    with duckdb.connect() as connection, pytest.raises((RuntimeError, duckdb.ConversionException), match=r"in place of|out of range"):
        check_engine(connection)
