"""Usage becomes records: files of any size row by row, each row checked by itself (rule language, 4, Usage, and 3.4).

Contract: takes streams and rows, opens no file; the order of files and rows makes no difference to what is charged. A row in any doubt
is refused with its place and reason. Every row is a record to bill, a repetition, one of another account, or refused.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO, RawIOBase

from engine.diagnostics import Diagnostic, Label, report
from engine.diagnostics.usage import IDENTICAL_USAGE, USAGE_ID_CONFLICT
from engine.model.book import PriceBook
from engine.usage.duplicates import Deduplicated, without_duplicates
from engine.usage.findings import RowFindings
from engine.usage.lines import Lines
from engine.usage.record import UsageRecord
from engine.usage.rows import FileRow, facts_of, read_row
from engine.usage.table import WrongColumns, rows_of
from engine.values.spans import Span


@dataclass(frozen=True, slots=True)
class UsageRead:
    """What usage held: `read` rows = the `records` to bill + `repeated` + those of `others` by account + `refused`.

    A file with wrong columns has no rows. `refused_of` counts the rows that were refused for themselves, by the account that they name.
    """

    records: tuple[UsageRecord, ...]
    read: int
    repeated: int
    others: Mapping[str, int]
    refused: int
    diagnostics: tuple[Diagnostic, ...]
    refused_of: Mapping[str, int] = field(default_factory=dict)


def read_usage(book: PriceBook, file: str, text: str) -> UsageRead:
    """The records of one file of any account, in the order of its rows, and what is wrong with the others."""
    return read_usage_files(book, [(file, BytesIO(text.encode()))])


def read_usage_files(book: PriceBook, files: Iterable[tuple[str, RawIOBase | BytesIO]], accounts: Collection[str] | None = None) -> UsageRead:
    """The records of all files (their names and bytes) as one delivery, each id once, and what is wrong with the others.

    A file's first row names the columns: account, subscription, item, time, quantity, perhaps id and spec, and attributes of usage.
    Records of other `accounts` are counted, not kept; None: all are kept.
    """
    reading = _Reading()
    rows = (row for name, stream in files for row in _rows_of_file(book, name, stream, reading.findings))
    return _read(reading, without_duplicates(reading.records(book, rows), accounts))


def read_usage_rows(book: PriceBook, rows: Iterable[FileRow]) -> UsageRead:
    """The records of rows that stand in no CSV file, and what is wrong with the others."""
    reading = _Reading()
    return _read(reading, without_duplicates(reading.records(book, rows)))


def _rows_of_file(book: PriceBook, name: str, stream: RawIOBase | BytesIO, findings: RowFindings) -> Iterator[FileRow | Diagnostic]:
    lines = Lines(name, stream)
    try:
        yield from rows_of(book, lines)
    except WrongColumns as wrong:
        findings.add(wrong.diagnostic)


@dataclass(slots=True)
class _Reading:
    """What is noted while rows go by: how many were read and refused, and why."""

    findings: RowFindings = field(default_factory=RowFindings)
    read: int = 0
    refused: int = 0
    refused_of: Counter[str] = field(default_factory=Counter)

    def records(self, book: PriceBook, rows: Iterable[FileRow | Diagnostic]) -> Iterator[UsageRecord]:
        """The records of rows."""
        facts = facts_of(book)
        for row in rows:
            self.read += 1
            made = [row] if isinstance(row, Diagnostic) else read_row(facts, row)
            if isinstance(made, UsageRecord):
                yield made
                continue
            self.refused += 1
            if isinstance(row, FileRow) and row.cells.get("account"):
                self.refused_of[row.cells["account"]] += 1
            for each in made:
                self.findings.add(each)


def _read(reading: _Reading, unique: Deduplicated) -> UsageRead:
    for first, other in unique.conflicts:
        reading.findings.add(conflict_of(first, other))
    listed = reading.findings.listed()
    if unique.first_alike is not None:
        listed = (*listed, _alike(unique.alike, *unique.first_alike))
    ordered = tuple(sorted(listed, key=lambda each: each.order))
    return UsageRead(unique.kept, reading.read, unique.repeated, unique.others, reading.refused + unique.refused, ordered, reading.refused_of)


def conflict_of(first: UsageRecord, other: UsageRecord) -> Diagnostic:
    """Two records of one id that differ, each with its place."""
    where = f"in {first.origin.label} and in {other.origin.label}"
    if first.file == other.file:
        where = f"in lines {first.line} and {other.line}"
    return report(
        USAGE_ID_CONFLICT, f"the record `{first.id}` stands {where} with different contents", _row(other), subject=first.id or "",
        labels=(Label(_row(first), "the first one"),), help="give different records different ids, or leave out the one that is wrong",
    )  # fmt: skip


def _alike(count: int, first: UsageRecord, other: UsageRecord) -> Diagnostic:
    """A warning for records without an id that are the same as one before them."""
    said = "1 record is the same in every cell as one before it"
    if count > 1:
        said = f"{count:,} records are the same in every cell as one before them"
    return report(
        IDENTICAL_USAGE, f"{said}, and without an `id` nothing says that it was delivered twice: all are billed", _row(other),
        labels=(Label(_row(first), "the first one"),), help="give each record an `id`: then one that comes again counts once",
    )  # fmt: skip


def _row(record: UsageRecord) -> Span:
    return Span(record.file, record.line, 1, record.line, 2)
