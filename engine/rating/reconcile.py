"""What became of a delivery of usage: counts that add up, by file and by account, and what an engine has to know to compute with it.

Contract: pure. Every row that was read is a record or refused; every record is rated, repeated, amended, outside of the period, or refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Use = tuple[str, str | None, tuple[tuple[str, str], ...]]
"""An item, its spec, and the attributes of usage that decide what it costs."""


@dataclass(frozen=True, slots=True)
class FileCounts:
    """How many rows of a file were read; of these `repeated` say again what another one said, `rejected` are charged to nobody, and `amended` are
    replaced or withdrawn.
    """

    file: str
    read: int
    repeated: int = 0
    rejected: int = 0
    amended: int = 0


@dataclass(frozen=True, slots=True)
class AccountCounts:
    """How many `records` an account has, of which some lie `outside` of the period, and how many rows were repeated, rejected or amended."""

    records: int
    outside: int = 0
    repeated: int = 0
    rejected: int = 0
    amended: int = 0

    @property
    def read(self) -> int:
        """How many rows name the account."""
        return self.records + self.repeated + self.rejected + self.amended

    @property
    def rated(self) -> int:
        """How many records lie in the period."""
        return self.records - self.outside


@dataclass(frozen=True, slots=True)
class Delivery:
    """Usage as it was read for a period, in numbers that an engine computes with.

    Quantities are whole numbers of 10^-`places`; `greatest` is at least the largest of them, and `total` at least their sum. `first` and `last`
    are the least and the greatest instant in microseconds since 1970, None where there is no record. `uses` are all items, specs and
    attributes that decide a price. `unfit` names the accounts with a record whose quantity is no such number: the interpreter rates them.
    """

    places: int
    greatest: int
    total: int
    first: int | None
    last: int | None
    files: tuple[FileCounts, ...]
    uses: tuple[Use, ...] = ()
    unfit: frozenset[str] = frozenset()
    accounts: Mapping[str, AccountCounts] = field(default_factory=dict)

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

    @property
    def amended(self) -> int:
        """How many rows are replaced or withdrawn."""
        return sum(each.amended for each in self.files)

    @property
    def records(self) -> int:
        """How many records there are."""
        return sum(each.records for each in self.accounts.values())

    @property
    def outside(self) -> int:
        """How many records lie outside of the period."""
        return sum(each.outside for each in self.accounts.values())


def unaccounted(delivery: Delivery) -> str | None:
    """What does not add up: rows of files that are neither of any account nor rejected. None where all do.

    Files are counted by their rows, accounts by their records: neither knows of the other.
    """
    of_accounts = sum(each.read for each in delivery.accounts.values())
    if of_accounts != delivery.read:
        return f"{delivery.read:,} rows were read, and {of_accounts:,} are accounted for"
    for name in ("repeated", "rejected", "amended"):
        by_file, by_account = getattr(delivery, name), sum(getattr(each, name) for each in delivery.accounts.values())
        if by_file != by_account:
            return f"{by_file:,} rows of files were {name}, and {by_account:,} of accounts"
    return None
