"""The records of a delivery by account, in a file of the run: a process that bills or rates some accounts reads those of them alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from engine.batch.usage_scan import UsageScan
from engine.usage import UsageRecord
from engine.values.microseconds import instant_at

GROUP = 20_480
"""Rows that stand together in the file: to read some accounts, those groups are read that have them."""


@dataclass(frozen=True, slots=True)
class AccountRecords:
    """Where the records lie, in order of accounts; the attributes of usage, and the names of the files that they come from."""

    path: str
    attributes: tuple[str, ...]
    sources: tuple[str, ...]

    def of(self, names: Sequence[str]) -> dict[str, list[UsageRecord]]:
        """The records of some accounts; those without any are left out."""
        found: dict[str, list[UsageRecord]] = {}
        with duckdb.connect(":memory:", config={"threads": 1}) as connection:
            rows = connection.execute("SELECT * FROM read_parquet(?) WHERE account IN (SELECT unnest(?::VARCHAR[]))", [self.path, list(names)]).fetchall()
        for number, row, account, subscription, item, spec, *values, at, quantity in rows:
            given = {name: value for name, value in zip(self.attributes, values, strict=True) if value is not None}
            record = UsageRecord(account, subscription, item, instant_at(at), Decimal(quantity), None, spec, given, self.sources[number], row or 0)
            found.setdefault(account, []).append(record)
        return found


def records_of(scan: UsageScan, records: str, name: str) -> AccountRecords:
    """Writes the rows of a query with the columns of the relation `records` into a file of the run with this name."""
    path = str(scan.session.folder / f"{name}.parquet")
    scan.session.connection.execute(f"COPY ({records} ORDER BY account) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE {GROUP})")
    return AccountRecords(path, scan.attributes, tuple(each.name for each in scan.sources))
