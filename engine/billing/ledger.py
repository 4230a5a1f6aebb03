"""What is known of an account: its events, when its subscriptions ran, and its usage, as records or as charges that were made of them.

Contract: replays events and asks what is owed for a time; what cannot be is kept as problems.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.billing.account_runs import runs_in
from engine.billing.adjustments import owed_by_hand
from engine.billing.owed import Owed
from engine.billing.runs import Run
from engine.billing.stretches import stretches
from engine.billing.unbillable import unknown_subscriptions
from engine.billing.usage import owed_for_charges, owed_for_usage
from engine.diagnostics import Diagnostic
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.charges import RatedUsage
from engine.pricing.refused import Refused
from engine.usage import UsageRecord

Known = Sequence[UsageRecord] | RatedUsage
"""What is known of usage: the records, without duplicates, of any account; or the account's charges."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is known of an account: what its events owe, when its subscriptions ran, its usage (`rated`: its charges), and what cannot be."""

    book: PriceBook
    account: Account
    events: tuple[Owed, ...]
    runs: tuple[Run, ...]
    records: tuple[UsageRecord, ...]
    problems: tuple[Diagnostic, ...]
    rated: RatedUsage | None = None

    def owed(self, start: datetime, end: datetime) -> list[Owed]:
        """What is owed for [start, end); raises Refused where usage cannot be charged."""
        events = [each for each in self.events if start <= each.at < end]
        if self.rated is not None:
            return events + owed_for_charges(self.book, self.account, self.runs, self.rated, start, end)
        return events + owed_for_usage(self.book, self.account, self.runs, self.records, start, end)


def ledger_of(book: PriceBook, account: Account, usage: Known, until: datetime) -> Ledger:
    """The account's history, every subscription's first problem included; terms that renew by themselves do so before `until`."""
    rated = usage if isinstance(usage, RatedUsage) else None
    records = [] if isinstance(usage, RatedUsage) else [record for record in usage if record.account == account.id]
    owed = owed_by_hand(book, account)
    problems: list[Diagnostic] = []
    runs: list[Run] = []
    known = {sub.id for sub in account.subscriptions}
    unread: set[str] = set()
    used_by = {each.subscription for each in (rated.charges if rated is not None else records)}
    covering = bool(records) and any(item.covered_by is not None for item in book.items.values())
    for sub in account.subscriptions:
        try:
            for stretch in stretches(book, account, sub, until):
                owed += stretch.owed
                runs += runs_in(book, account, stretch, sub.id in used_by or covering)
        except Refused as refused:
            problems += refused.diagnostics
            unread.add(sub.id)
    problems += unknown_subscriptions(account, records)
    mine = tuple(record for record in records if record.subscription in known - unread)
    return Ledger(book, account, tuple(owed), tuple(runs), mine, tuple(problems), rated)
