"""What a delivery comes to, step by step: rows in doubt are read one by one, ids are counted, and what nobody can be charged for is taken out."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from engine.batch.amended import refuse_unknown
from engine.batch.doubtful import AT_ONCE, MENDED, Doubtful, cells_sql, fetched, insert, text_sql
from engine.batch.repeated import find_repeated, find_suspects
from engine.batch.sources import LINE, Source, select_sql
from engine.batch.usage_scan import KEY, RUNS, FileGroup, UsageScan
from engine.diagnostics import Diagnostic
from engine.language.cells import strange_cell
from engine.rating.rejects import plain_id_sql, quoted, read_sql, sure_sql
from engine.usage import UsageRecord
from engine.usage.records import conflict_of
from engine.values.microseconds import instant_at
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
        if group.parquet:
            rows = read_sql(group.shape, scan.pieces, select_sql(group.sources))
            connection.execute(f'INSERT INTO aside SELECT "#file", "#row" FROM ({rows}) WHERE NOT {sure}')
        scan.mending.read(_cells_of(scan, group, f"NOT {sure}"))


def _unclean(name: str) -> bool:
    return name.strip(" ") != name or strange_cell(name) is not None


def _cells_of(scan: UsageScan, group: FileGroup, condition: str) -> Iterator[Doubtful]:
    """The rows of a group for which the condition holds, in their order, as cells."""
    for select in scan.numbered(group):
        yield from _ordered_cells(scan, group, f"SELECT * FROM ({read_sql(group.shape, scan.pieces, select)}) WHERE {condition}")


def _ordered_cells(scan: UsageScan, group: FileGroup, rows: str) -> Iterator[Doubtful]:
    """The rows of a statement in their order, as cells."""
    sql = f'SELECT "#file", "#row", {cells_sql(group.shape, group.names)} FROM ({rows}) ORDER BY "#file", "#row"'
    return fetched(scan.session.connection, sql, {each.number: each for each in group.sources}, group.names)


# --- ids --------------------------------------------------------------------------------------------------------------------------


def _count_ids(scan: UsageScan) -> None:
    """Of each id one record, or none where they differ; before that what is amended is taken out."""
    connection = scan.session.connection
    with_ids = [group for group in scan.groups if "id" in group.names]
    if scan.mending.amended:
        _read_aside(scan, with_ids, "trim(id, ' ') IN (SELECT id FROM amended)")
        scan.amended_gone = True
        refuse_unknown(scan)
    if find_suspects(scan.session, map(scan.rows, with_ids)):
        _read_strange_ids(scan, with_ids)
        find_suspects(scan.session, map(scan.rows, with_ids))
    suspect = "hash(id) IN (SELECT h FROM suspect_hash)"
    found = find_repeated(scan.session, [scan.typed(group, scan.rows(group, suspect)) for group in with_ids], scan.attributes)
    if found is None:
        return
    connection.execute('INSERT INTO aside SELECT "#file", "#row" FROM suspect WHERE lies AND "#row" IS NOT NULL')
    connection.execute("INSERT INTO removed SELECT account, count(*) FROM suspect WHERE lies GROUP BY account")
    scan.repeated_by_file.update(found.by_file)
    scan.repeated_by_account.update(found.by_account)
    if found.conflicts:
        _tell_conflicts(scan, with_ids)
    connection.execute("DROP TABLE suspect")


def _read_strange_ids(scan: UsageScan, groups: Sequence[FileGroup]) -> None:
    """Rows whose ids may not be what they seem go to the reader of rows."""
    _read_aside(scan, groups, f"NOT {plain_id_sql()}")
    scan.strange_ids = True


def _read_aside(scan: UsageScan, groups: Sequence[FileGroup], condition: str) -> None:
    """The rows for which a condition holds go to the reader of rows, and stay no longer where they lie."""
    connection = scan.session.connection
    kept = [scan.numbered_rows(group) for group in groups]
    for group, selects in zip(groups, kept, strict=True):
        for select in selects:
            rows = f"SELECT * FROM ({select}) WHERE {condition}"
            connection.execute(f"INSERT INTO removed SELECT account, count(*) FROM ({rows}) GROUP BY account")
            if group.parquet:
                connection.execute(f'CREATE OR REPLACE TABLE taken_aside AS SELECT "#file", "#row" FROM ({rows})')
            scan.mending.read(_ordered_cells(scan, group, rows))
            if group.parquet:
                connection.execute("INSERT INTO aside FROM taken_aside")


def _tell_conflicts(scan: UsageScan, groups: Sequence[FileGroup]) -> None:
    """Rejects every row of an id that rows with different contents claim."""
    claimed = "id IN (SELECT id FROM claimed WHERE contents > 1)"
    found: list[tuple[int, UsageRecord, str]] = []
    cursor = scan.session.connection.cursor()
    for row in cursor.execute(f'SELECT * EXCLUDE (lies) FROM suspect WHERE {claimed} AND "#row" IS NOT NULL').fetchall():
        found.append(_record_of(scan, row))
    for group in groups:
        if any(_unnumbered(each) for each in group.sources):
            sure = sure_sql(scan.book, group.shape)
            for doubtful in _cells_of(scan, group, f"{claimed} AND {sure}"):
                made = scan.mending.made(doubtful)
                if isinstance(made, UsageRecord):
                    found.append((doubtful.source.number, made, doubtful.text))
    first: dict[str | None, UsageRecord] = {}
    told: dict[str | None, Diagnostic] = {}
    for _, record, _ in sorted(found, key=lambda each: (each[0], each[1].line)):
        if first.setdefault(record.id, record).content != record.content and record.id not in told:
            told[record.id] = conflict_of(first[record.id], record)
    for each in told.values():
        scan.mending.findings.add(each)
    for number, record, text in found:
        scan.mending.note(number, record.line, record.account, [told[record.id]], text)


def _unnumbered(source: Source) -> bool:
    return not source.parquet and LINE not in source.shape.columns


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
    cursor = connection.cursor()
    cursor.execute(f"SELECT {key}, min(first), max(last) FROM ({bounds}) GROUP BY {key}")
    while rows := cursor.fetchmany(AT_ONCE):
        for account, subscription, item, first, last in rows:
            spans = accounts.spans(account, subscription, item)
            if any(start <= first and last < end for start, end in spans):
                continue
            running += [(account, subscription, item, *span) for span in spans]
            problem = None
            if not accounts.is_known(account, subscription):
                problem = accounts.problem(UsageRecord(account, subscription, item, scan.stretch[0], Decimal(0)))
            flagged.append((account, subscription, item, *((problem[0].code, problem[0].message) if problem is not None else (None, None))))
    if not flagged:
        return
    kept = [scan.numbered_rows(group) for group in scan.groups]
    insert(connection, "flagged", ["VARCHAR"] * 5, flagged)
    insert(connection, "running", ["VARCHAR"] * 3 + ["BIGINT"] * 2, running)
    judging = _Judging(scan, accounts)
    judging.mended()
    for group, selects in zip(scan.groups, kept, strict=True):
        judging.group(group, selects)
    judging.tell({reason: (account, subscription, item) for account, subscription, item, _, reason in flagged if reason is not None})


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

    def group(self, group: FileGroup, selects: Sequence[str]) -> None:
        """Judges those of a group of files, which stay there no longer."""
        connection = self.scan.session.connection
        for select in selects:
            joined = f"SELECT rows.*, code, reason FROM ({select}) AS rows JOIN flagged USING (account, subscription, item) WHERE NOT {RUNS}"
            if group.parquet:
                connection.execute(f'CREATE OR REPLACE TABLE taken_aside AS SELECT "#file", "#row" FROM ({joined})')
            connection.execute(f"INSERT INTO removed SELECT account, count(*) FROM ({joined}) GROUP BY account")
            text = text_sql(group.shape, group.names)
            connection.execute(f'INSERT INTO rejected SELECT "#file", "#row", account, code, reason, {text} FROM ({joined}) WHERE reason IS NOT NULL')
            for row in _ordered_cells(self.scan, group, f"SELECT * FROM ({joined}) WHERE reason IS NULL"):
                made = self.scan.mending.made(row)
                if isinstance(made, UsageRecord):
                    self._judge(row.source.number, made, row.text)
                else:
                    # Its line holds what no line of a file may hold, though none of its cells does.
                    self.scan.mending.reject(row.source.number, row.row, row.cells["account"], made, row.text)
            self.scan.mending.flush()
            if group.parquet:
                connection.execute("INSERT INTO aside FROM taken_aside")

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
