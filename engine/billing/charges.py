"""The charges of an account, made of its usage by the interpreter: what a bill can be made of without the usage.

Contract: what is billed of these charges is what is billed of the usage, to the last digit; only what each window cost is not told.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.billing.due import order_of, subscribed
from engine.billing.ledger import Ledger, ledger_of
from engine.billing.runs import Run
from engine.billing.usage import first_use_of, uses_of
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.charges import UsageCharge
from engine.pricing.refused import Refused
from engine.pricing.used import rate_windows
from engine.usage import UsageRecord
from engine.values.exact import ZERO


def charges_for_usage(book: PriceBook, account: Account, records: Sequence[UsageRecord], start: datetime, end: datetime) -> list[UsageCharge]:
    """The charges of everything that a bill for [start, end) has of the account's usage, in their order. Raises Refused with all problems.

    `records` are all that is known, without duplicates, of any account. Fees are not among the charges: the account says them.
    """
    ledger = ledger_of(book, account, records, end)
    if ledger.problems:
        raise Refused(*ledger.problems)
    found: list[UsageCharge] = []
    first = [first_use_of(book, run, ledger.records) for run in ledger.runs]
    for each in uses_of(book, account, ledger.runs, ledger.records, start, end):
        metered, run = each.metered, ledger.runs[each.metered.owner]
        sums = rate_windows(book, order_of(account, run), each.used, each.period, subscribed(run, metered.running)).sums
        charge = UsageCharge(
            account.id, run.subscription, run.mode, metered.item.id, metered.spec.id if metered.spec is not None else None, metered.attributes,
            *each.period, metered.begun, metered.first_use, first[metered.owner], sums.quantity, sums.metered, sums.covered, sums.windows,
            each.used.records or 0, sums.tallies,
        )  # fmt: skip
        found.append(charge)
    found += _unused(ledger, first, {(each.subscription, each.mode) for each in found}, start, end)
    return sorted(found, key=lambda charge: charge.order)


def _unused(ledger: Ledger, first: Sequence[datetime | None], used: set[tuple[str, str]], start: datetime, end: datetime) -> Iterator[UsageCharge]:
    """A charge of nothing for each run that has fees, and was used before but not now: so its bill is known not to be the first one."""
    for run, begun in zip(ledger.runs, first, strict=True):
        if run.fees and begun is not None and (run.subscription, run.mode) not in used:
            used.add((run.subscription, run.mode))
            yield _of_nothing(ledger, run, begun, start, end)


def _of_nothing(ledger: Ledger, run: Run, begun: datetime, start: datetime, end: datetime) -> UsageCharge:
    item = next(record.item for record in ledger.records if record.subscription == run.subscription and run.running.holds(record.at))
    return UsageCharge(ledger.account.id, run.subscription, run.mode, item, None, (), start, end, begun, begun, begun, ZERO, ZERO, None, 0, 0, ())
