"""What usage is read and rated by: DuckDB on this machine, or a cluster that keeps the rows in no doubt; the interpreter does what is left.

Contract: all of them read a delivery through one `UsageScan`, which alone says what is wrong with a row, and make the same charges of it.
"""

from collections.abc import Sequence
from typing import Protocol

from engine.batch.settling import Chargeable
from engine.batch.usage_scan import UsageScan
from engine.rating.answers import Rating
from engine.rating.dialects import Dialect
from engine.rating.planned import Planned


class Engine(Protocol):
    """An engine that is open."""

    @property
    def dialect(self) -> Dialect:
        """The words of its queries."""

    @property
    def rates(self) -> bool:
        """Whether it computes charges: the interpreter only reads with an engine."""

    def look_at(self, scan: UsageScan, names: Sequence[str]) -> None:
        """Opens the files in the scan."""

    def count(self, scan: UsageScan, accounts: Chargeable) -> None:
        """Counts in the scan's `census` what is surely a record; what stays elsewhere is of someone who can be charged for it."""

    def rated(self, scan: UsageScan, plan: Planned) -> Rating:
        """The charges of the usage that the scan was settled to, and the accounts that the interpreter has to look at after all."""

    def bring(self, scan: UsageScan, accounts: list[str]) -> None:
        """Puts the records of these accounts that lie elsewhere into the table `brought`, a part of the relation `records`."""
