"""What an engine does not rate, the interpreter does: whole accounts, in as many processes as the machine has cores.

Contract: the charges are those of `charges_for_usage`, in no order. Each process reads the records of its own accounts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.batch.account_records import AccountRecords, records_of
from engine.batch.accounts import Accounts
from engine.batch.usage_scan import UsageScan
from engine.billing.charges import charges_for_usage
from engine.diagnostics import Diagnostic
from engine.in_processes import in_processes
from engine.model.charges import UsageCharge
from engine.pricing.refused import Refused

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
    used = _used(scan, names)
    parts = [names[start : start + TOGETHER] for start in range(0, len(names), TOGETHER)]

    def work(number: int) -> Interpreted:
        found = Interpreted([], [])
        records = used.of(parts[number])
        for name in parts[number]:
            try:
                found.charges.extend(charges_for_usage(scan.book, accounts.by_id[name], records.get(name, []), *scan.stretch))
            except Refused as refused:
                found.problems.extend(refused.diagnostics)
        return found

    made = in_processes(work, len(parts), lambda done: reached(min(done * TOGETHER, len(names))), workers)
    return Interpreted([charge for each in made for charge in each.charges], [problem for each in made for problem in each.problems])


def _used(scan: UsageScan, names: Sequence[str]) -> AccountRecords:
    scan.session.connection.execute("CREATE OR REPLACE TEMP TABLE interpreted AS SELECT unnest(?::VARCHAR[]) AS account", [list(names)])
    return records_of(scan, "SELECT * FROM records WHERE account IN (FROM interpreted)", "interpreted")
