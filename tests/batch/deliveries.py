"""Deliveries of usage as bytes and files, and what two readers make of them: the one of `invoice`, and the scan of an engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from engine.batch.duckdb import EmbeddedEngine
from engine.batch.engine import Engine
from engine.batch.relation import relate
from engine.batch.session import EngineLimits, opened_session
from engine.batch.settling import settle
from engine.batch.usage_scan import UsageScan
from engine.model.book import PriceBook
from engine.rating.reconcile import Delivery, unaccounted
from engine.usage import UsageRecord, read_usage_files

EMBEDDED = EmbeddedEngine()
STRETCH = (datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Everybody:
    """Charges whoever is named."""

    def spans(self, account: str, subscription: str, item: str) -> list[tuple[int, int]]:
        return [(-(2**62), 2**62)]

    def is_known(self, account: str, subscription: str) -> bool:
        return True

    def problem(self, record: UsageRecord):
        return None


@dataclass(frozen=True)
class Outcome:
    """The contents of records in no order, those that are rejected as (file, line, code), and the findings as (file, line, code, message)."""

    records: list[tuple]
    rejected: list[tuple[str, int, str]]
    findings: list[tuple[str, int, str, str]]
    counts: tuple[int, int, int]


def scanned(
    book: PriceBook, names: Sequence[str], accounts=None, whole: list | None = None, engine: Engine = EMBEDDED, rejects: list | None = None
) -> tuple[Outcome, Delivery]:
    """What the scan makes of files that an engine reads; `whole` takes what DuckDB computes with, `rejects` the rows of the table of rejects."""
    with opened_session(EngineLimits(threads=1)) as session:
        scan = UsageScan(session, book, STRETCH)
        engine.look_at(scan, names)
        engine.count(scan, accounts or Everybody())
        settle(scan, accounts or Everybody(), lambda done: None)
        delivery = relate(scan)
        engine.bring(scan, sorted(delivery.accounts))
        texts = scan.attributes
        rows = session.connection.execute("SELECT * EXCLUDE (file, row) FROM records").fetchall()
        records = [record_of(row, texts) for row in rows]
        if whole is not None:
            whole += session.connection.execute("SELECT * EXCLUDE (file, row) FROM usage").fetchall()
        if rejects is not None:
            rejects += session.connection.execute("SELECT * FROM rejected ORDER BY ALL").fetchall()
        rejected = session.connection.execute("SELECT file, row, code FROM rejected").fetchall()
        findings = scan.mending.findings.listed()
    assert unaccounted(delivery) is None and delivery.records == len(records)
    told = [(each.span.file, each.span.line, each.code, each.message) for each in findings]
    rejects = sorted((names[file], row, code) for file, row, code in rejected)
    return Outcome(sorted(records), rejects, sorted(told), (delivery.read, delivery.repeated, delivery.rejected)), delivery


def record_of(row: tuple, texts: Sequence[str]) -> tuple:
    account, subscription, item, spec, *values, at, quantity = row
    attributes = tuple(sorted((name, value) for name, value in zip(texts, values, strict=True) if value is not None))
    return (account, subscription, item, spec or "", EPOCH + timedelta(microseconds=at), Decimal(quantity), attributes)


def content(record: UsageRecord) -> tuple:
    """What is compared of a record."""
    attributes = tuple(sorted(record.attributes.items()))
    return (record.account, record.subscription, record.item, record.spec or "", record.at, record.quantity, attributes)


def interpreted(book: PriceBook, names: Sequence[str]) -> Outcome:
    """What the reader of `invoice` makes of the same files."""
    found = read_usage_files(book, [(name, open(name, "rb")) for name in names])  # noqa: SIM115  # read to the end at once
    told = [(each.span.file, each.span.line, each.code, each.message) for each in found.diagnostics if each.severity == "error"]
    records = [content(each) for each in found.records]
    return Outcome(sorted(records), [], sorted(told), (found.read, found.repeated, found.refused))


def written(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """The names of the files, which stand in the folder then."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [str(folder / name) for name in sorted(files)]
