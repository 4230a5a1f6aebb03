"""What became of a delivery of usage: counts that add up, by file and by account, and what an engine has to know to compute with it.

Contract: pure. Every row that was read is a record or refused; every record is rated, repeated, outside of the period, or refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FileCounts:
    """How many rows of a file were read; of these `repeated` say again what another one said, and `rejected` are charged to nobody."""

    file: str
    read: int
    repeated: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """Usage as it was read for a period, in numbers that an engine computes with.

    Quantities are whole numbers of 10^-`places`, and `greatest` is the largest of them; `first` and `last` are the least and the greatest
    instant in microseconds since 1970, None where there is no record. `records` are those of the relation `usage`, `outside` of them
    lie outside of the period. `unfit` names the accounts with a record whose quantity is no such number: the interpreter rates them.
    `repeated_of` and `rejected_of` count by account what the files do.
    """

    places: int
    greatest: int
    first: int | None
    last: int | None
    records: int
    outside: int
    files: tuple[FileCounts, ...]
    unfit: frozenset[str] = frozenset()
    repeated_of: Mapping[str, int] = field(default_factory=dict)
    rejected_of: Mapping[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """How many rows all files have."""
        return sum(each.read for each in self.files)

    @property
    def repeated(self) -> int:
        """How many rows say again what another one said."""
        return sum(each.repeated for each in self.files)

    @property
    def rejected(self) -> int:
        """How many rows are charged to nobody."""
        return sum(each.rejected for each in self.files)
