"""What the accounts of a period used, from whatever it is known, and the invoice that comes of it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from engine.commands.invoicing import Made, bill_account
from engine.commands.output import say
from engine.commands.reading import show_findings
from engine.commands.usage_files import read_usage_of, usage_told
from engine.diagnostics import Diagnostic
from engine.values.periods import start_of_day

if TYPE_CHECKING:
    from engine.model.accounts import Account
    from engine.model.book import PriceBook
    from engine.store import OpenedBook
    from engine.usage import UsageRecord


@dataclass(frozen=True, slots=True)
class UsageSource:
    """Usage records by account, with the digest of their files, for the period between two UTC instants."""

    book: "PriceBook"
    records: Mapping[str, "Sequence[UsageRecord]"]
    digest: str | None
    borders: tuple[datetime, datetime]

    def bill(self, account: "Account") -> tuple[Made | None, Sequence[Diagnostic]]:
        """The invoice from the account's own records, or None; and what is to be said of it."""
        made, notes = bill_account(self.book, account, self.records.get(account.id, ()), self.borders, ())
        return (Made(account, replace(made[0], usage_digest=self.digest), made[1]) if made is not None else None), notes

    def others(self, accounts: Collection[str]) -> Counter[str]:
        """How many records there are of other accounts, by their ids."""
        return Counter({account: len(records) for account, records in self.records.items() if account not in accounts})


def source_of_usage(opened: "OpenedBook", files: Sequence[str], period: tuple[date, date]) -> UsageSource | None:
    """The records of usage files; None where any is refused: that is then shown, since nobody could be billed in full."""
    book = opened.rules
    borders = (start_of_day(period[0], book.zone), start_of_day(period[1], book.zone))
    used, digest = read_usage_of(files, book)
    if used.diagnostics:
        show_findings(opened.shown(used.diagnostics), dict(opened.sources), "text")
    if files:
        say(usage_told(used, len(set(files)), [borders]))
    if any(each.severity == "error" for each in used.diagnostics):
        return None
    records: dict[str, list[UsageRecord]] = {}
    for each in used.records:
        records.setdefault(each.account, []).append(each)
    return UsageSource(book, records, digest, borders)
