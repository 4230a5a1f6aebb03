"""How records check themselves where they are made: what would give a wrong amount in silence cannot be made.

Contract: a check raises InvalidRecord with a plain sentence; a field may always be None. Only records that are made once for a book
have these checks: what is made for each line or window would cost time, and comes from those. Calculations have quick ones of their own.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

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

        known = {name: tuple(allowed) for check in checks if isinstance(check, KnownWords) for name, allowed in check.known.items()}
        for name, value in (("__post_init__", run), ("__words__", known)):
            setattr(record, name, value)
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


@dataclass(frozen=True, slots=True)
class KnownWords:
    """A check of fields that hold words."""

    known: Mapping[str, Sequence[str]]

    def __call__(self, record: object) -> None:
        """Raises InvalidRecord where a field holds a word that is not known."""
        for name, allowed in self.known.items():
            value = getattr(record, name)
            if value is not None and value not in allowed:
                raise InvalidRecord(f"`{name}` is `{value}`, and must be one of {', '.join(allowed)}")


def words(**known: Sequence[str]) -> KnownWords:
    """Fields with one of the words that are known: any other would be taken for one of them."""
    return KnownWords(known)


def choices(record: "type[DataclassInstance]", name: str) -> tuple[str, ...]:
    """The words that a field may hold, in the order in which messages and pages list them. The rule language has no other list of them."""
    found: tuple[str, ...] = vars(record)["__words__"][name]
    return found


@cache
def default_of(record: "type[DataclassInstance]", name: str) -> str | None:
    """The word that a field has where nothing is written; None where it has none."""
    value = next(each.default for each in fields(record) if each.name == name)
    return value if isinstance(value, str) else None


def refuse(wrong: bool, sentence: str) -> None:
    """Raises InvalidRecord where something is wrong."""
    if wrong:
        raise InvalidRecord(sentence)
