"""How records check themselves where they are made: what would give a wrong amount in silence cannot be made.

Contract: a check raises InvalidRecord with a plain sentence; a field may always be None. Only records that are made once for a book
have checks: what is made for each line or window would cost time, and comes from these.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TypeVar

from engine.values.exact import Number

Check = Callable[[object], None]
Record = TypeVar("Record")


class InvalidRecord(ValueError):
    """A record that says what no rule may say."""


def need(holds: bool, sentence: str) -> None:
    """Raises InvalidRecord with the sentence where it does not hold."""
    if not holds:
        raise InvalidRecord(sentence)


def checked(*checks: Callable[[Record], None]) -> Callable[[type[Record]], type[Record]]:
    """A dataclass that runs the checks whenever one of it is made; stands below `@dataclass`."""

    def with_checks(record: type[Record]) -> type[Record]:
        def run(self: Record) -> None:
            for check in checks:
                check(self)

        setattr(record, "__post_init__", run)
        return record

    return with_checks


def numbers(*names: str, above: int | None = None, most: int | None = None) -> Check:
    """Exact finite numbers that are not below zero, or are above a number, and at most another: 0.17 of a price, not 17."""

    def check(record: object) -> None:
        for name in names:
            value = getattr(record, name)
            if value is None:
                continue
            need(isinstance(value, Number) and (not isinstance(value, Decimal) or value.is_finite()), f"`{name}` is {value!r}, no exact number")
            need(value >= 0 if above is None else value > above, f"`{name}` is {value}, and must {'not be below 0' if above is None else f'be above {above}'}")
            need(most is None or value <= most, f"`{name}` is {value}, and must not be above {most}")

    return check


def in_order(first: str, second: str, apart: bool = False) -> Check:
    """Two fields of which the second is not below the first, or with `apart` is above it."""

    def check(record: object) -> None:
        low, high = getattr(record, first), getattr(record, second)
        if low is not None and high is not None:
            need(high > low or (high == low and not apart), f"`{second}` is {high}, which is not {'after' if apart else 'at or above'} `{first}`, {low}")

    return check


def words(**known: Sequence[str]) -> Check:
    """Fields with one of the words that are known: any other would be taken for the last of them."""

    def check(record: object) -> None:
        for name, allowed in known.items():
            value = getattr(record, name)
            need(value is None or value in allowed, f"`{name}` is `{value}`, and must be one of {', '.join(allowed)}")

    return check
