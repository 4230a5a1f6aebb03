"""What the accounts of a period used, from whatever it is known, and the invoice that comes of it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.batch.charges_file import open_charges, records_by_account
from engine.commands.invoicing import Made, bill_account
from engine.commands.output import counted, say
from engine.commands.rating_summary import rows_told, usage_digest
from engine.commands.reading import show_findings
from engine.diagnostics import Diagnostic
from engine.model.charges import RatedUsage
from engine.values.periods import start_of_day

LARGEST = 2**63 - 1

if TYPE_CHECKING:
    from engine.batch.account_records import AccountRecords
    from engine.batch.charges_file import ChargesFile, ChargesHead
    from engine.batch.session import Session
    from engine.model.accounts import Account
    from engine.model.book import PriceBook
    from engine.model.charges import UsageCharge
    from engine.store import OpenedBook
    from engine.usage import UsageRecord


@dataclass(slots=True)
class UsageSource:
    """Usage of the period between two UTC instants, with the digest of its files, and how many records there are of each account; None: no usage."""

    book: "PriceBook"
    records: "AccountRecords | None"
    digest: str | None
    borders: tuple[datetime, datetime]
    counts: Mapping[str, int] = field(default_factory=dict)
    _known: "Mapping[str, Sequence[UsageRecord]]" = field(default_factory=dict)

    def bill(self, account: "Account") -> tuple[Made | None, Sequence[Diagnostic]]:
        """The invoice from the account's own records, or None; and what is to be said of it."""
        if account.id in self.counts and account.id not in self._known:
            self.prepare([account.id])
        made, notes = bill_account(self.book, account, self._known.get(account.id, ()), self.borders, ())
        return (Made(account, replace(made[0], usage_digest=self.digest), made[1]) if made is not None else None), notes

    def prepare(self, accounts: Sequence[str]) -> None:
        """Reads the records of accounts that are billed next."""
        used = [name for name in accounts if name in self.counts]
        self._known = self.records.of(used) if self.records is not None and used else {}

    def others(self, accounts: Collection[str]) -> Counter[str]:
        """How many records there are of other accounts, by their ids."""
        return Counter({account: count for account, count in self.counts.items() if account not in accounts})


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
    book, borders = opened.rules, _borders(opened, period)
    found = open_charges(Path(name), book, borders)
    found.connection.close()  # its threads end: this process is copied
    head = found.head
    say(f"charges: {counted(head.charges, 'charge')} of {counted(head.accounts, 'account')}, made of {counted(head.records, 'record')}")
    return ChargesSource(book, Path(name), borders, head)


@contextmanager
def source_of(opened: "OpenedBook", usage: Sequence[str], charges: str | None, period: tuple[date, date]) -> Iterator[UsageSource | ChargesSource | None]:
    """What is known of usage: a file of charges, else usage files, perhaps none; None where any usage is refused, which is then shown."""
    if charges is not None:
        yield _source_of_charges(opened, charges, period)
    elif not usage:
        yield UsageSource(opened.rules, None, None, _borders(opened, period))
    else:
        from engine.batch.session import EngineLimits, opened_session

        with opened_session(EngineLimits()) as session:
            source = _source_of_usage(opened, session, usage, period)
            session.connection.close()  # its threads end: this process is copied
            yield source


def _source_of_usage(opened: "OpenedBook", session: "Session", usage: Sequence[str], period: tuple[date, date]) -> UsageSource | None:
    """The records of usage files; None where any is refused: that is then shown, since nobody could be billed in full."""
    from engine.batch.account_records import records_of
    from engine.batch.relation import relate
    from engine.batch.settling import settle
    from engine.batch.sources import usage_names
    from engine.batch.usage_scan import UsageScan

    book, borders = opened.rules, _borders(opened, period)
    scan = UsageScan(session, book, borders)
    scan.open(usage_names(usage))
    settle(scan, _Anybody(), lambda _: None)
    delivery = relate(scan)
    findings = scan.mending.findings.listed()
    if findings:
        show_findings(opened.shown(findings), dict(opened.sources) | scan.not_shown, "text")
    say(rows_told(delivery))
    if any(each.severity == "error" for each in findings):
        return None
    counts = {name: each.records for name, each in delivery.accounts.items()}
    return UsageSource(book, records_of(scan, "FROM records", "records"), usage_digest(scan.names), borders, counts)


def _borders(opened: "OpenedBook", period: tuple[date, date]) -> tuple[datetime, datetime]:
    return start_of_day(period[0], opened.rules.zone), start_of_day(period[1], opened.rules.zone)


class _Anybody:
    """Who can be charged, where each account says so itself when it is billed: everybody."""

    def spans(self, account: str, subscription: str, item: str) -> Sequence[tuple[int, int]]:
        """All time."""
        return [(-LARGEST, LARGEST)]

    def is_known(self, account: str, subscription: str) -> bool:
        """Every subscription may be one."""
        return True

    def problem(self, record: "UsageRecord") -> None:
        """None here."""
