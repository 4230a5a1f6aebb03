"""What a delivery comes to, step by step: rows in doubt are read one by one, ids are counted, and what nobody can be charged for is taken out."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from engine.batch.amended import refuse_unknown
from engine.batch.doubtful import AT_ONCE, MENDED, Doubtful, cells_sql, fetched, insert, text_sql
from engine.batch.repeated import find_repeated, find_suspects
from engine.batch.sources import Source, select_sql
from engine.batch.usage_scan import KEY, RUNS, FileGroup, UsageScan
from engine.diagnostics import Diagnostic
from engine.language.cells import strange_cell
from engine.rating.rejects import plain_id_sql, quoted, read_sql, sure_sql, trimmed_sql
from engine.usage import UsageRecord
from engine.usage.records import conflict_of
from engine.values.microseconds import in_microseconds, instant_at
from engine.values.spans import Span

Problem = tuple[Diagnostic, Hashable]


class Chargeable(Protocol):
    """Who can be charged for usage: what is known of the accounts."""

    def spans(self, account: str, subscription: str, item: str) -> Sequence[tuple[int, int]]:
        """From when until when (microseconds since 1970, the end excluded) the subscription can be charged for the item."""

    def is_known(self, account: str, subscription: str) -> bool:
        """Whether there is such a subscription."""

    def problem(self, record: UsageRecord) -> Problem | None:
        """Why nobody can be charged for the record, and what others have in common with it whose reason is the same."""


def settle(scan: UsageScan, accounts: Chargeable, reached: Callable[[int], None]) -> None:
    """Takes everything out of the delivery that is no record to charge, or no record of its own; `reached` is told how many steps are done."""
    for number, step in enumerate((_read_doubts, _count_ids)):
        step(scan)
        reached(number + 1)
    _flag(scan, accounts)
    scan.mending.flush()
    scan.session.connection.execute("DROP TABLE IF EXISTS taken")


def claimed_ids(scan: UsageScan) -> tuple[str, ...]:
    """The ids that rows with different contents claim, in order."""
    return tuple(name for (name,) in scan.session.connection.execute("SELECT id FROM claimed WHERE contents > 1 ORDER BY id").fetchall())


# --- rows in doubt ----------------------------------------------------------------------------------------------------------------


def _read_doubts(scan: UsageScan) -> None:
    """Every row that is not surely a record goes to the reader of rows; also those of accounts whose names are not what they seem."""
    connection = scan.session.connection
    named = connection.execute("SELECT DISTINCT account, subscription FROM census WHERE sure > 0").fetchall()
    unclean = [pair for pair in named if any(_unclean(each) for each in pair)]
    if unclean:
        connection.execute("INSERT INTO unclean SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])", [list(each) for each in zip(*unclean, strict=True)])
        connection.execute("UPDATE census SET doubts = doubts + sure, sure = 0 WHERE (account, subscription) IN (SELECT (account, subscription) FROM unclean)")
    for part, group in enumerate(scan.groups):
        (doubts,) = connection.execute("SELECT coalesce(sum(doubts), 0)::BIGINT FROM census WHERE part = ?", [part]).fetchone() or (0,)
        if not doubts:
            continue
        sure = sure_sql(scan.book, group.shape)
        if unclean:
            sure = f"({sure} AND (account, subscription) NOT IN (SELECT (account, subscription) FROM unclean))"
        rows = read_sql(group.shape, scan.pieces, select_sql(group.sources))
        connection.execute(f'CREATE OR REPLACE TABLE taken AS SELECT "#file" AS file, "#row" AS row FROM ({rows}) WHERE NOT {sure}')
        connection.execute("INSERT INTO aside FROM taken")
        scan.mending.read(_cells_of(scan, group))


def _unclean(name: str) -> bool:
    return name.strip(" ") != name or strange_cell(name) is not None


def _cells_of(scan: UsageScan, group: FileGroup) -> Iterator[Doubtful]:
    """The rows of a group that were `taken`, in their order, as cells."""
    for source, rows in _written(scan, group):
        sql = f'SELECT "#row", {cells_sql(source.shape, source.names)} FROM ({rows}) ORDER BY "#row"'
        yield from fetched(scan.session.connection, sql, source)


def _written(scan: UsageScan, group: FileGroup) -> Iterator[tuple[Source, str]]:
    """Of each file of a group that has rows which were `taken` a statement that gives these as they are written."""
    found = {number for (number,) in scan.session.connection.execute("SELECT DISTINCT file FROM taken").fetchall()}
    for each in group.sources:
        if each.number in found:
            yield each, f'SELECT * FROM ({each.written()}) WHERE "#row" IN (SELECT row FROM taken WHERE file = {each.number})'


# --- ids --------------------------------------------------------------------------------------------------------------------------


def _count_ids(scan: UsageScan) -> None:
    """Of each id one record, or none where they differ; before that what is amended is taken out."""
    connection = scan.session.connection
    with_ids = [group for group in scan.groups if "id" in group.shape.columns]
    if scan.mending.amended:
        _read_aside(scan, with_ids, f"{trimmed_sql('id')} IN (SELECT id FROM amended)")
        refuse_unknown(scan)
    if find_suspects(scan.session, map(scan.rows, with_ids)):
        _read_aside(scan, with_ids, f"NOT {plain_id_sql()}")  # these may not be what they seem
        find_suspects(scan.session, map(scan.rows, with_ids))
    start, end = map(in_microseconds, scan.stretch)
    connection.execute(f'INSERT INTO astray SELECT DISTINCT account FROM mended WHERE "#at" < {start} OR "#at" >= {end}')
    suspect = "hash(id) IN (SELECT h FROM suspect_hash)"
    found = find_repeated(scan.session, [scan.typed(group, scan.rows(group, suspect)) for group in with_ids], scan.attributes)
    if found is None:
        return
    connection.execute('CREATE OR REPLACE TABLE taken AS SELECT "#file" AS file, "#row" AS row, account FROM suspect WHERE lies')
    _take(scan)
    scan.repeated_by_file.update(found.by_file)
    scan.repeated_by_account.update(found.by_account)
    if found.conflicts:
        _tell_conflicts(scan, with_ids)
    connection.execute("DROP TABLE suspect")


def _read_aside(scan: UsageScan, groups: Sequence[FileGroup], condition: str) -> None:
    """The rows for which a condition holds go to the reader of rows."""
    for group in groups:
        rows = f"FROM ({scan.rows(group)}) WHERE {condition}"
        scan.session.connection.execute(f'CREATE OR REPLACE TABLE taken AS SELECT "#file" AS file, "#row" AS row, account {rows}')
        _take(scan)
        scan.mending.read(_cells_of(scan, group))


def _take(scan: UsageScan) -> None:
    """What was `taken` stands among the rows of the files no longer."""
    scan.session.connection.execute("INSERT INTO removed SELECT account, count(*) FROM taken GROUP BY account")
    scan.session.connection.execute("INSERT INTO aside SELECT file, row FROM taken")


def _tell_conflicts(scan: UsageScan, groups: Sequence[FileGroup]) -> None:
    """Rejects every row of an id that rows with different contents claim."""
    connection, claimed = scan.session.connection, "id IN (SELECT id FROM claimed WHERE contents > 1)"
    found: list[tuple[int, UsageRecord, str]] = []
    for row in connection.execute(f"SELECT * EXCLUDE (lies) FROM suspect WHERE {claimed} AND NOT lies").fetchall():
        found.append(_record_of(scan, row))
    connection.execute(f'CREATE OR REPLACE TABLE taken AS SELECT "#file" AS file, "#row" AS row FROM suspect WHERE {claimed} AND lies')
    for group in groups:
        for doubtful in _cells_of(scan, group):
            made = scan.mending.made(doubtful)
            if isinstance(made, UsageRecord):
                found.append((doubtful.source.number, made, doubtful.text))
            else:
                _reject_line(scan, doubtful, made)
    first: dict[str | None, UsageRecord] = {}
    told: dict[str | None, Diagnostic] = {}
    for _, record, _ in sorted(found, key=lambda each: (each[0], each[1].line)):
        if first.setdefault(record.id, record).content != record.content and record.id not in told:
            told[record.id] = conflict_of(first[record.id], record)
    for each in told.values():
        scan.mending.findings.add(each)
    for number, record, text in found:
        scan.mending.note(number, record.line, record.account, [told[record.id]], text)


def _reject_line(scan: UsageScan, row: Doubtful, found: Sequence[Diagnostic]) -> None:
    """Rejects a row that is no record because its line holds what no line of a file may hold, though none of its cells does."""
    scan.mending.reject(row.source.number, row.row, row.cells["account"], found, row.text)


def _record_of(scan: UsageScan, row: tuple[Any, ...]) -> tuple[int, UsageRecord, str]:
    """A row of the table `mended` as its file's number, its record and its text."""
    number, line, *texts, at, amount = row
    account, subscription, item, spec, name, *values = texts
    attributes = {each: value for each, value in zip(scan.attributes, values, strict=True) if value is not None}
    instant = instant_at(at)
    source = scan.sources[number]
    record = UsageRecord(account, subscription, item, instant, Decimal(amount), name, spec, attributes, source.name, line)
    cells = dict(zip((*MENDED, *scan.attributes), texts, strict=True)) | {"time": f"{instant:%Y-%m-%dT%H:%M:%S.%fZ}", "quantity": amount}
    names = [each for each in source.shape.columns if each in cells]
    return number, record, Doubtful(source, line, {each: cells[each] or "" for each in names}).text


# --- accounts ---------------------------------------------------------------------------------------------------------------------


def _flag(scan: UsageScan, accounts: Chargeable) -> None:
    """Takes out every record that nobody can be charged for."""
    connection = scan.session.connection
    key = ", ".join(map(quoted, KEY))
    bounds = f'SELECT {key}, first, last FROM census WHERE sure > 0 UNION ALL SELECT {key}, "#at", "#at" FROM mended'
    flagged: list[tuple[str, str, str, str | None, str | None]] = []
    running: list[tuple[str, str, str, int, int]] = []
    for (account, subscription, item), spans in beyond_spans(scan, accounts, bounds):
        running += [(account, subscription, item, *span) for span in spans]
        problem = None
        if not accounts.is_known(account, subscription):
            problem = accounts.problem(UsageRecord(account, subscription, item, scan.stretch[0], Decimal(0)))
        flagged.append((account, subscription, item, *((problem[0].code, problem[0].message) if problem is not None else (None, None))))
    if not flagged:
        return
    kept = [scan.rows(group) for group in scan.groups]
    insert(connection, "flagged", ["VARCHAR"] * 5, flagged)
    insert(connection, "running", ["VARCHAR"] * 3 + ["BIGINT"] * 2, running)
    judging = _Judging(scan, accounts)
    judging.mended()
    for group, staying in zip(scan.groups, kept, strict=True):
        judging.group(group, staying)
    judging.tell({reason: (account, subscription, item) for account, subscription, item, _, reason in flagged if reason is not None})


def beyond_spans(scan: UsageScan, accounts: Chargeable, bounds: str) -> Iterator[tuple[tuple[str, str, str], Sequence[tuple[int, int]]]]:
    """Of a statement's keys, each with its first and last instant, those that cannot be charged all that time, and when they can be."""
    key = ", ".join(map(quoted, KEY))
    cursor = scan.session.connection.cursor()
    cursor.execute(f"SELECT {key}, min(first), max(last) FROM ({bounds}) GROUP BY {key}")
    while rows := cursor.fetchmany(AT_ONCE):
        for account, subscription, item, first, last in rows:
            spans = accounts.spans(account, subscription, item)
            if not any(start <= first and last < end for start, end in spans):
                yield (account, subscription, item), spans


@dataclass(slots=True)
class _Judging:
    """The records of what is flagged: of an unknown subscription all are rejected at once, of any other each is looked at."""

    scan: UsageScan
    accounts: Chargeable

    def mended(self) -> None:
        """Judges those that were read one by one."""
        connection = self.scan.session.connection
        of_flagged = "(account, subscription, item) IN (SELECT (account, subscription, item) FROM flagged)"
        rows = connection.execute(f"SELECT * FROM mended WHERE {of_flagged}").fetchall()
        connection.execute(f"DELETE FROM mended WHERE {of_flagged}")
        for row in rows:
            self._judge(*_record_of(self.scan, row))
        self.scan.mending.flush()

    def group(self, group: FileGroup, rows: str) -> None:
        """Judges those of a group of files, which stay there no longer."""
        connection = self.scan.session.connection
        flagged = f'SELECT "#file" AS file, "#row" AS row, account, reason FROM ({rows}) AS rows JOIN flagged USING ({", ".join(KEY)}) WHERE NOT {RUNS}'
        connection.execute(f"CREATE OR REPLACE TABLE taken AS {flagged}")
        _take(self.scan)
        for source, written in _written(self.scan, group):
            joined = f"SELECT *, {text_sql(source.shape, source.names)} AS text FROM ({written}) JOIN flagged USING ({', '.join(KEY)})"
            connection.execute(f'INSERT INTO rejected SELECT "#file", "#row", account, code, reason, text FROM ({joined}) WHERE reason IS NOT NULL')
        connection.execute("DELETE FROM taken WHERE reason IS NOT NULL")
        for row in _cells_of(self.scan, group):
            made = self.scan.mending.made(row)
            if isinstance(made, UsageRecord):
                self._judge(row.source.number, made, row.text)
            else:
                _reject_line(self.scan, row, made)
        self.scan.mending.flush()

    def _judge(self, number: int, record: UsageRecord, text: str) -> None:
        problem = self.accounts.problem(record)
        if problem is None:
            self.scan.mending.keep(number, record)
        else:
            self.scan.mending.reject(number, record.line, record.account, [problem[0]], text, problem[1])

    def tell(self, reasons: Mapping[str, tuple[str, str, str]]) -> None:
        """A finding for each reason for which many were rejected at once."""
        rows = "SELECT reason, count(*), min({f: file, r: row}), max({f: file, r: row}) FROM rejected WHERE reason IN (SELECT reason FROM flagged) GROUP BY ALL"
        for reason, count, first, last in self.scan.session.connection.execute(rows).fetchall():
            name = self.scan.sources[first["f"]].name
            record = UsageRecord(*reasons[reason], self.scan.stretch[0], Decimal(0), file=name, line=first["r"])
            problem = self.accounts.problem(record)
            if problem is not None:
                place = Span(self.scan.sources[last["f"]].name, last["r"], 1, last["r"], 2)
                self.scan.mending.findings.add(problem[0], problem[1], count, place)
