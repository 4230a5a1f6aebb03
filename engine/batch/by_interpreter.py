"""What an engine does not rate, the interpreter does: whole accounts, in as many processes as the machine has cores.

Contract: the charges are those of `charges_for_usage`, in no order. Each process reads the records of its own accounts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from engine.batch.accounts import Accounts
from engine.batch.session import Session
from engine.batch.usage_scan import UsageScan
from engine.billing.charges import charges_for_usage
from engine.commands.in_processes import in_processes
from engine.diagnostics import Diagnostic
from engine.model.charges import UsageCharge
from engine.pricing.refused import Refused
from engine.usage import UsageRecord
from engine.values.microseconds import instant_at

TOGETHER = 16
"""Accounts whose records are fetched at a time."""


@dataclass(frozen=True, slots=True)
class Interpreted:
    """The charges of accounts, and why others have none."""

    charges: list[UsageCharge]
    problems: list[Diagnostic]


def charges_by_interpreter(
    scan: UsageScan, accounts: Accounts, names: Sequence[str], reached: Callable[[int], None], workers: int | None = None
) -> Interpreted:
    """The charges of the named accounts from the relation `records`; `reached` is told how many of them are done."""
    file = _records_of(scan.session, names)
    parts = [names[start : start + TOGETHER] for start in range(0, len(names), TOGETHER)]
    attributes, sources = scan.attributes, [each.name for each in scan.sources]

    def work(number: int) -> Interpreted:
        found = Interpreted([], [])
        records = _fetched(file, parts[number], attributes, sources)
        for name in parts[number]:
            try:
                found.charges.extend(charges_for_usage(scan.book, accounts.by_id[name], records.get(name, []), *scan.stretch))
            except Refused as refused:
                found.problems.extend(refused.diagnostics)
        return found

    made = in_processes(work, len(parts), lambda done: reached(min(done * TOGETHER, len(names))), workers)
    return Interpreted([charge for each in made for charge in each.charges], [problem for each in made for problem in each.problems])


def _records_of(session: Session, names: Sequence[str]) -> str:
    file = str(session.folder / "interpreted.parquet")
    session.connection.execute("CREATE OR REPLACE TEMP TABLE interpreted AS SELECT unnest(?::VARCHAR[]) AS account", [list(names)])
    session.connection.execute(f"COPY (SELECT * FROM records WHERE account IN (FROM interpreted) ORDER BY account) TO '{file}' (FORMAT parquet)")
    return file


def _fetched(file: str, names: Sequence[str], attributes: Sequence[str], sources: Sequence[str]) -> dict[str, list[UsageRecord]]:
    """The records of some accounts."""
    found: dict[str, list[UsageRecord]] = {}
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        rows = connection.execute("SELECT * FROM read_parquet(?) WHERE account IN (SELECT unnest(?::VARCHAR[]))", [file, list(names)]).fetchall()
    for number, row, account, subscription, item, spec, *values, at, quantity in rows:
        given = {name: value for name, value in zip(attributes, values, strict=True) if value is not None}
        record = UsageRecord(account, subscription, item, instant_at(at), Decimal(quantity), None, spec, given, sources[number], row or 0)
        found.setdefault(account, []).append(record)
    return found
