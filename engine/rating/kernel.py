"""The self-test of an engine: what every plan is made of, asked once before anything is rated, at the edges of what it may compute.

Contract: pure. The relation `kernel` has a row for each question (`COLUMNS`, all of 64 bits), and `kernel_sql` asks them all. The answers come from
`engine.values.exact`, not from what is tested; an engine that answers any of them otherwise rates nothing.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from engine.rating.dialects import Dialect, remainder, rounding
from engine.rating.numbers import LARGEST, Division
from engine.values.exact import ROUNDING_MODES, round_number

MODES = tuple(ROUNDING_MODES)
DIVISORS = (1, 2, 3, 4, 7, 10, 743, 3600, 10**9, 10**18, 2**62)
COLUMNS = ("part", "question", "number", "divisor", *(f"{name}_{place}" for place in range(len(MODES)) for name in ("added", "even")))
PARTS = 4
"""The questions are summed up in so many groups: each sum of whole numbers at the edge has more than 64 bits."""


def kernel_rows() -> tuple[tuple[int, ...], ...]:
    """The questions: numbers around every half of a divisor and around the largest one, each with the constants of all roundings."""
    found: list[tuple[int, ...]] = []
    for divisor in DIVISORS:
        divisions = [Division.of(mode, divisor) for mode in MODES]
        most = LARGEST - max(each.added for each in divisions)
        wanted = {base + more for base in (0, divisor // 2, divisor, divisor + divisor // 2, 3 * divisor, most) for more in (-1, 0, 1)}
        for number in sorted(each for each in wanted if 0 <= each <= most):
            constants = (constant for each in divisions for constant in (each.added, int(each.even)))
            found.append((len(found) % PARTS, len(found), number, divisor, *constants))
    return tuple(found)


def kernel_sql(dialect: Dialect) -> str:
    """Everything that is asked, as one query with a row for each part."""
    # Of sums, as a plan's are: an operator that bound more closely would be seen here.
    number, divisor = "number - 1 + 1", "divisor - 1 + 1"
    asked = [f"{dialect.quotient(number, divisor)} AS whole", f"{remainder(number, divisor)} AS rest"]
    asked += [f"{rounding(dialect, number, f'added_{place}', divisor, f'even_{place}')} AS rounded_{place}" for place in range(len(MODES))]
    summed = [dialect.total(name) for name in ("number", "whole", "rest", *(f"rounded_{place}" for place in range(len(MODES))))]
    others = [
        f"{dialect.total('number')} - {dialect.wide(LARGEST)}", dialect.narrow(dialect.total(remainder("rest", "1000"))),
        dialect.of_first("number", "0 - question"), dialect.of_last("whole", ("divisor", "number")), "min(number)", "max(whole)",
        dialect.narrow(dialect.total(f"CASE WHEN {dialect.same('nullif(rest, 0)', 'nullif(part, part)')} THEN 1 ELSE 0 END")),
    ]  # fmt: skip
    return f"SELECT part, {', '.join((*summed, *others))}\nFROM (SELECT part, question, number, divisor, {', '.join(asked)} FROM kernel) asked\nGROUP BY part"


def kernel_answers() -> list[tuple[int, ...]]:
    """What an engine has to answer, in order."""
    found = []
    for part in range(PARTS):
        rows = [row for row in kernel_rows() if row[0] == part]
        whole, rest = [number // divisor for _, _, number, divisor, *_ in rows], [number % divisor for _, _, number, divisor, *_ in rows]
        rounded = [sum(int(round_number(Fraction(number, divisor), 0, mode)) for _, _, number, divisor, *_ in rows) for mode in MODES]
        numbers = [number for _, _, number, *_ in rows]
        last = max(range(len(rows)), key=lambda place: (rows[place][3], numbers[place]))
        others = (sum(numbers) - LARGEST, sum(each % 1000 for each in rest), numbers[-1], whole[last], min(numbers), max(whole), rest.count(0))
        found.append((part, sum(numbers), sum(whole), sum(rest), *rounded, *others))
    return found


def wrong_answer(answers: Iterable[Sequence[int]]) -> str | None:
    """The first of an engine's answers that is wrong, beside the right one; None where it computes exactly."""
    for found, expected in zip(sorted(tuple(map(int, row)) for row in answers), kernel_answers(), strict=True):
        for place, (one, other) in enumerate(zip(found, expected, strict=True)):
            if one != other:
                return f"{one} in place of {other} (answer {place} of part {found[0]})"
    return None
