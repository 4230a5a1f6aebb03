"""The task that every engine gets: so many quantities with six decimals, each at four graduated tiers.

Also run by the engines' own interpreters, so it imports nothing that does not come with Python.
"""

import sys
import time
from collections.abc import Callable, Sequence

TIERS = ((0, "0.1373"), (100, "0.1191"), (1_000, "0.0987"), (10_000, "0.0719"))
"""Where each tier begins, and the price of a unit in it."""
MILLION = 10**6


def millionths(rows: int) -> list[int]:
    """The quantities, counted in millionths: the same ones each time, up to 20,000."""
    found, state = [], 1
    for _ in range(rows):
        state = state * 48271 % 2147483647
        found.append(1 + state * 31 % (20_000 * MILLION))
    return found


def written(quantity: int) -> str:
    """The quantity as a decimal."""
    return f"{quantity // MILLION}.{quantity % MILLION:06}"


def exact_cents(quantity: int) -> int:
    """What the quantity costs, in whole cents, a half rounded up: whole numbers alone."""
    amount = 0
    for position, (lower, price) in enumerate(TIERS):
        upper = TIERS[position + 1][0] * MILLION if position + 1 < len(TIERS) else quantity
        amount += max(0, min(quantity, upper) - lower * MILLION) * int(price[2:])
    return (amount + 50 * MILLION) // (100 * MILLION)


def run(rate: Callable[[Sequence[int]], Sequence[object]]) -> None:
    """Reads the number of rows as the one argument, rates them, and writes processor nanoseconds and then each amount, a line each."""
    quantities = millionths(int(sys.argv[1]))
    start = time.process_time_ns()
    amounts = rate(quantities)
    taken = time.process_time_ns() - start
    sys.stdout.write("\n".join((str(taken), *map(str, amounts))))
