"""What the accounts of a period used, from whatever it is known, and the invoice that comes of it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from engine.batch.charges_file import open_charges, records_by_account
from engine.batch.made_of import read_files
from engine.commands.bills.issued_before import IssuedBefore, issued_before
from engine.commands.invoicing import Made, bill_account
from engine.commands.output import counted, say
from engine.commands.rating_summary import rows_told
from engine.commands.reading import show_findings
from engine.commands.usage_files import charges_of
from engine.diagnostics import Diagnostic
from engine.model.charges import RatedUsage
from engine.values.periods import start_of_day

LARGEST = 2**63 - 1
Period = tuple[datetime, datetime]

if TYPE_CHECKING:
    from engine.batch.account_records import AccountRecords
    from engine.batch.charges_file import ChargesFile, ChargesHead
    from engine.batch.session import Session
    from engine.billing.ledger import Known
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
    borders: Period
    issued: IssuedBefore
    counts: Mapping[str, int] = field(default_factory=dict)
    _known: "Mapping[str, Sequence[UsageRecord]]" = field(default_factory=dict)

    def bill(self, account: "Account") -> tuple[Made | None, Sequence[Diagnostic]]:
        """The invoice from the account's own records, or None; and what is to be said of it."""
        if account.id in self.counts and account.id not in self._known:
            self.prepare([account.id])
        return _billed(self.book, account, self._known.get(account.id, ()), self.borders, self.issued, self.digest)

    def prepare(self, accounts: Sequence[str]) -> None:
        """Reads the records of accounts that are billed next."""
        used = [name for name in accounts if name in self.counts]
        self._known = self.records.of(used) if self.records is not None and used else {}

    def others(self, accounts: Collection[str]) -> Counter[str]:
        """How many records there are of other accounts, by their ids."""
        return Counter({account: count for account, count in self.counts.items() if account not in accounts})


@dataclass(slots=True)
class ChargesSource:
    """Files of charges by their periods, of which one is billed. Each process opens them for itself, and reads those of some accounts at a time."""

    book: "PriceBook"
    paths: Mapping[Period, Path]
    borders: Period
    issued: IssuedBefore
    heads: "Mapping[Period, ChargesHead]"
    _files: "dict[Period, ChargesFile]" = field(default_factory=dict)
    _known: "dict[str, dict[Period, tuple[UsageCharge, ...]]]" = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """That of the charges; of several files that of their digests, in the order of their periods."""
        digests = [self.heads[each].digest for each in sorted(self.heads)]
        return digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()

    def prepare(self, accounts: Sequence[str]) -> None:
        """Reads the charges of accounts that are billed next."""
        if not self._files:
            self._files = {span: open_charges(path, self.book, span) for span, path in self.paths.items()}
        self._known = {name: dict.fromkeys(self.paths, ()) for name in accounts}
        for span, file in self._files.items():
            for name, charges in file.accounts(accounts):
                self._known[name][span] = charges

    def bill(self, account: "Account") -> tuple[Made | None, Sequence[Diagnostic]]:
        """The invoice from the account's charges, or None; and what is to be said of it."""
        if account.id not in self._known:
            self.prepare([account.id])
        gone = {span: each.gone(account.id) for span, each in self._files.items()}
        rated = RatedUsage(self._known[account.id], gone)
        return _billed(self.book, account, rated, self.borders, self.issued, self.heads[self.borders].usage_digest)

    def others(self, accounts: Collection[str]) -> Counter[str]:
        """How many records the charges of other accounts are made of in the period that is billed, by their ids."""
        path = self.paths[self.borders]
        with closing(open_charges(path, self.book, self.borders).connection) as connection:
            return Counter({account: count for account, count in records_by_account(connection, path) if account not in accounts})


def _billed(
    book: "PriceBook", account: "Account", known: "Known", borders: Period, issued: IssuedBefore, digest: str | None
) -> tuple[Made | None, Sequence[Diagnostic]]:
    """The invoice from what is known of the account's usage, or None; and what is to be said of it and of those that were issued before."""
    given, wrong = issued.of(account.id)
    if any(each.severity == "error" for each in wrong):
        return None, wrong
    made, notes = bill_account(book, account, known, borders, given)
    return (Made(account, replace(made[0], usage_digest=digest), made[1]) if made is not None else None), [*wrong, *notes]


def _source_of_charges(opened: "OpenedBook", names: Sequence[str], period: tuple[date, date], issued: IssuedBefore) -> ChargesSource:
    """Files of charges, for this book and period. Raises Unusable where one is of another book, or none of the period."""
    book, borders = opened.rules, _borders(opened, period)
    files = charges_of(names, book, borders)
    for each in files.values():
        each.connection.close()  # its threads end: this process is copied
    head = files[borders].head
    say(f"charges: {counted(head.charges, 'charge')} of {counted(head.accounts, 'account')}, made of {counted(head.records, 'record')}")
    paths, heads = {span: each.path for span, each in files.items()}, {span: each.head for span, each in files.items()}
    return ChargesSource(book, paths, borders, issued, heads)


@contextmanager
def source_of(
    opened: "OpenedBook", usage: Sequence[str], charges: Sequence[str], period: tuple[date, date], issued: Sequence[str]
) -> Iterator[UsageSource | ChargesSource | None]:
    """What is known of usage: files of charges, else usage files, perhaps none; and of invoices that were issued before. None where any usage or
    invoice is refused, which is then shown.
    """
    before = issued_before(issued, opened.rules)
    if before.problems:
        show_findings(opened.shown(before.problems), dict(opened.sources), "text")
        yield None
    elif charges:
        yield _source_of_charges(opened, charges, period, before)
    elif not usage:
        yield UsageSource(opened.rules, None, None, _borders(opened, period), before)
    else:
        from engine.batch.session import EngineLimits, opened_session

        with opened_session(EngineLimits()) as session:
            source = _source_of_usage(opened, session, usage, period, before)
            session.connection.close()  # its threads end: this process is copied
            yield source


def _source_of_usage(opened: "OpenedBook", session: "Session", usage: Sequence[str], period: tuple[date, date], issued: IssuedBefore) -> UsageSource | None:
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
    return UsageSource(book, records_of(scan, "FROM records", "records"), read_files(scan.names)[-1], borders, issued, counts)


def _borders(opened: "OpenedBook", period: tuple[date, date]) -> Period:
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
