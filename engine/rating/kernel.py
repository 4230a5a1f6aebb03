"""The self-test of an engine: sums, divisions and roundings at the edges of what a plan computes with, each with its exact answer.

Contract: an engine that answers any of them otherwise rates nothing. The answers come from `engine.values.exact`, not from what is tested.
"""

from collections.abc import Iterator
from fractions import Fraction

from engine.rating.dialects import Dialect
from engine.rating.numbers import LARGEST, Division
from engine.values.exact import ROUNDING_MODES, round_number

NUMBERS = (0, 1, 2, 3, 5, 743, 999_999_999, LARGEST // 4)
DIVISORS = (1, 2, 3, 744, 10**9)
WIDEST_SUM = 3 * LARGEST


def questions(dialect: Dialect) -> Iterator[tuple[str, int]]:
    """Expressions of an engine, each with what it has to answer."""
    for divisor in DIVISORS:
        for number in NUMBERS:
            yield dialect.quotient(_number(number), _number(divisor)), number // divisor
            for mode in ROUNDING_MODES:
                division = Division.of(mode, divisor)
                raised = f"({_number(number)} + {division.added})"
                whole = dialect.quotient(raised, _number(divisor))
                even = f" - CASE WHEN {raised} % {divisor} = 0 THEN {whole} % 2 ELSE 0 END" if division.even else ""
                yield whole + even, int(round_number(Fraction(number, divisor), 0, mode))


def self_test(dialect: Dialect) -> str:
    """One query with an answer a row: its place, and whether it is right; the last is a sum that 64 bits do not hold."""
    rows = [f"SELECT {place} AS place, {text} = {answer} AS is_right" for place, (text, answer) in enumerate(questions(dialect))]
    widest = " UNION ALL ".join(f"SELECT {_number(LARGEST)} AS n" for _ in range(3))
    rows.append(f"SELECT {len(rows)} AS place, {dialect.total('n')} = {dialect.wide(WIDEST_SUM)} AS is_right FROM ({widest}) s")
    return "\nUNION ALL\n".join(rows)


def _number(value: int) -> str:
    """A number of 64 bits, whatever an engine makes of a small literal."""
    return f"CAST({value} AS BIGINT)"
