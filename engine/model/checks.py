"""How records check themselves where they are made: what would give a wrong amount in silence cannot be made.

Contract: a check raises InvalidRecord with a plain sentence; a field may always be None. Only records that are made once for a book
have these checks: what is made for each line or window would cost time, and comes from those. Calculations have quick ones of their own.
"""

import itertools
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

Check = Callable[[object], None]
Record = TypeVar("Record")


class InvalidRecord(ValueError):
    """A record that says what no rule may say."""


def checked(*checks: Callable[[Record], None]) -> Callable[[type[Record]], type[Record]]:
    """Makes a dataclass run the checks, and its own `__post_init__`, whenever one of it is made; stands below `@dataclass`."""

    def with_checks(record: type[Record]) -> type[Record]:
        own = getattr(record, "__post_init__", None)

        def run(self: Record) -> None:
            for check in (*checks, own) if own is not None else checks:
                check(self)

        setattr(record, "__post_init__", run)  # noqa: B010  # no type has it by itself
        return record

    return with_checks


def numbers(*names: str, positive: bool = False, most: int | None = None, rising: bool = False) -> Check:
    """Exact finite numbers from 0 on, above 0, or up to a number (17% is 0.17, never 17); with `rising` none is below the one before."""
    bounds = "above 0" if positive else "0 or more" if most is None else f"from 0 to {most}"

    def check(record: object) -> None:
        given = [(name, value) for name in names if (value := getattr(record, name)) is not None]
        for name, value in given:
            if not ((isinstance(value, Decimal) and value.is_finite()) or isinstance(value, Fraction)):
                raise InvalidRecord(f"`{name}` is {value!r}, which is no exact number")
            if value < 0 or (positive and not value) or (most is not None and value > most):
                raise InvalidRecord(f"`{name}` is {value}, and must be {bounds}")
        if rising and any(before > after for (_, before), (_, after) in itertools.pairwise(given)):
            raise InvalidRecord(f"`{names[-1]}` is below `{names[0]}`")

    return check


def words(**known: Sequence[str]) -> Check:
    """Fields with one of the words that are known: any other would be taken for one of them."""

    def check(record: object) -> None:
        for name, allowed in known.items():
            value = getattr(record, name)
            if value is not None and value not in allowed:
                raise InvalidRecord(f"`{name}` is `{value}`, and must be one of {', '.join(allowed)}")

    return check


def refuse(wrong: bool, sentence: str) -> None:
    """Raises InvalidRecord where something is wrong."""
    if wrong:
        raise InvalidRecord(sentence)
