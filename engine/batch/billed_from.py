"""What the accounts of a period used, from whatever it is known, and the invoice that comes of it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.batch.charges_file import open_charges, records_by_account
from engine.commands.invoicing import Made, bill_account
from engine.commands.output import counted, say
from engine.commands.reading import show_findings
from engine.commands.usage_files import read_usage_of, usage_told
from engine.diagnostics import Diagnostic
from engine.model.charges import RatedUsage
from engine.values.periods import start_of_day

if TYPE_CHECKING:
    from engine.batch.charges_file import ChargesFile, ChargesHead
    from engine.model.accounts import Account
    from engine.model.book import PriceBook
    from engine.model.charges import UsageCharge
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

    def prepare(self, accounts: Sequence[str]) -> None:
        """Nothing: all records are there."""

    def others(self, accounts: Collection[str]) -> Counter[str]:
        """How many records there are of other accounts, by their ids."""
        return Counter({account: len(records) for account, records in self.records.items() if account not in accounts})


@dataclass(slots=True)
class ChargesSource:
    """A file of charges for the period between two UTC instants. Each process opens it for itself, and reads the charges of some accounts at a time."""

    book: "PriceBook"
    path: Path
    borders: tuple[datetime, datetime]
    head: "ChargesHead"
    _file: "ChargesFile | None" = None
    _known: "dict[str, tuple[UsageCharge, ...]]" = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """That of the charges."""
        return self.head.digest

    def prepare(self, accounts: Sequence[str]) -> None:
        """Reads the charges of accounts that are billed next."""
        if self._file is None:
            self._file = open_charges(self.path, self.book, self.borders)
        self._known = dict(self._file.accounts(accounts))

    def bill(self, account: "Account") -> tuple[Made | None, Sequence[Diagnostic]]:
        """The invoice from the account's charges, or None; and what is to be said of it."""
        if account.id not in self._known:
            self.prepare([account.id])
        charges = self._known.get(account.id, ())
        made, notes = bill_account(self.book, account, RatedUsage({self.borders: charges}), self.borders, ())
        return (Made(account, replace(made[0], usage_digest=self.head.usage_digest), made[1]) if made is not None else None), notes

    def others(self, accounts: Collection[str]) -> Counter[str]:
        """How many records the charges of other accounts are made of, by their ids."""
        with closing(open_charges(self.path, self.book, self.borders).connection) as connection:
            return Counter({account: count for account, count in records_by_account(connection, self.path) if account not in accounts})


def _source_of_charges(opened: "OpenedBook", name: str, period: tuple[date, date]) -> ChargesSource:
    """A file of charges, for this book and period. Raises Unusable where it is of another one."""
    book = opened.rules
    borders = (start_of_day(period[0], book.zone), start_of_day(period[1], book.zone))
    found = open_charges(Path(name), book, borders)
    found.connection.close()  # its threads end: this process is copied
    head = found.head
    say(f"charges: {counted(head.charges, 'charge')} of {counted(head.accounts, 'account')}, made of {counted(head.records, 'record')}")
    return ChargesSource(book, Path(name), borders, head)


def source_of(opened: "OpenedBook", usage: Sequence[str], charges: str | None, period: tuple[date, date]) -> UsageSource | ChargesSource | None:
    """What is known of usage: a file of charges, else usage files, perhaps none; None where any usage is refused, which is then shown."""
    return _source_of_usage(opened, usage, period) if charges is None else _source_of_charges(opened, charges, period)


def _source_of_usage(opened: "OpenedBook", files: Sequence[str], period: tuple[date, date]) -> UsageSource | None:
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
