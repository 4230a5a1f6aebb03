"""A delivery on a cluster: its rows stay there, but for those in any doubt, which are read here as if nothing else had been delivered.

Contract: a row stays where it is surely a record, has an id that no other row has, and is of a subscription that runs at its time. All others are
fetched with their lines, and the scan says of them what it says of the files of this machine: verdict and words are the same. What stays is
counted in the scan's tables. Every worker sees the files under the names that they have here.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from engine.batch.doubtful import AT_ONCE, Doubtful, insert
from engine.batch.settling import Chargeable, beyond_spans
from engine.batch.sources import LINE, Source, select_sql
from engine.batch.spark import DIALECT, numbers_changed, sees_other_files, view
from engine.batch.spark_lines import PLACES, in_bulk, lines_of
from engine.batch.usage_scan import KEY, RowOrWhyNot, UsageScan
from engine.diagnostics import Diagnostic
from engine.rating.rejects import Shape, quoted
from engine.store import open_input
from engine.usage import UsageRecord
from engine.usage.lines import Lines
from engine.usage.rows import FileRow
from engine.usage.table import rows_of
from engine.values.exact import plain
from engine.values.microseconds import in_microseconds

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PARTS = "spark.sql.files.minPartitionNum"
"""The setting by which Spark divides files: a line's number depends on it, so it stays the same from the first query to the last."""
ELSEWHERE = -1
"""The part of the scan's census that is not in files of its own."""


@dataclass(slots=True)
class ClusterUsage:
    """The part of a delivery that a cluster reads: of the view `usage_lines` all but what was `taken`, which stand in the view `usage_kept`."""

    session: "SparkSession"
    scan: UsageScan
    sources: dict[str, Source] = field(default_factory=dict)
    _numbers: set[int] = field(default_factory=set)
    _begins: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)
    _waiting: list[tuple[object, ...]] = field(default_factory=list)

    def count(self, accounts: Chargeable) -> None:
        """Counts what is surely a record, here and on the cluster."""
        scan = self.scan
        bulk = [each for each in scan.sources if each.shape.columns and each.number not in scan.mending.refused and each.staged is None and in_bulk(each)]
        self._numbers = {each.number for each in bulk}
        if bulk:
            self._open(bulk)
        scan.count([each for each in scan.sources if each.number not in self._numbers])
        if bulk:
            self._take_repeated()
            self._take_unchargeable(accounts)
            scan.count(self._in_files())
            self._count_outside()

    # --- lines ------------------------------------------------------------------------------------------------------------------

    def check_rows(self) -> None:
        """Raises Unusable where lines no longer have the numbers by which some were taken: the files are others, or are divided otherwise."""
        if self.sources and {(path, block): row for path, block, _, row in self._blocks()} != {place: row for place, (row, _) in self._begins.items()}:
            raise numbers_changed()

    def _blocks(self) -> list[Any]:
        """Each part of a file with the number of its lines, and that of the first."""
        found = self.session.sql("SELECT _path, _block, count(*) AS lines, min(_row) AS row FROM usage_lines GROUP BY _path, _block").collect()
        return list(found)

    def _open(self, bulk: list[Source]) -> None:
        if self.session.conf.get(PARTS, None) is None:
            # Left to Spark, files are divided by how many workers there are at the moment.
            workers = self.session.range(10_000).selectExpr("spark_partition_id() AS part").distinct().count()
            self.session.conf.set(PARTS, str(workers))
        lines_of(self.session, self.scan.book, bulk, self.scan.stretch[0]).createOrReplaceTempView("usage_lines")
        addresses = {str(Path(each.name).absolute()): each for each in bulk}
        lines = Counter[int]()
        for path, block, count, row in sorted(self._blocks()):
            source = self.sources[path] = addresses[unquote(urlsplit(path).path)]
            self._begins[path, block] = row, lines[source.number] + 1
            if not source.parquet and not lines[source.number]:
                self._taken.add(row)  # the names of the columns
            lines[source.number] += count
        for each in bulk:
            if lines[each.number] != each.rows if each.parquet else lines[each.number] <= (each.rows or 0):
                raise sees_other_files(each.name)
            self.scan.extra_rows[each.number] += each.rows or 0
            self.scan.sources[each.number] = replace(each, rows=0)
            if not each.parquet and each.path == each.name:
                self.scan.as_lines.add(each.number)
        self._count()
        connection = self.scan.session.connection
        (sure,) = connection.execute("SELECT coalesce(sum(sure), 0)::BIGINT FROM census WHERE part = ?", [ELSEWHERE]).fetchone() or (0,)
        if sure + len(self._taken) < lines.total():
            self._read("usage_lines WHERE NOT _fine")
        self._keep()

    def _count(self) -> None:
        """Counts what is surely a record by what decides its price."""
        priced = self.scan.priced
        places = " ".join(f"WHEN _scaled % {10 ** (PLACES - each)} = 0 THEN {each}" for each in range(PLACES))
        found = self.session.sql(
            f"""SELECT {", ".join(f"nullif({DIALECT.name(name)}, '') AS {DIALECT.name(name)}" for name in priced)}, count(*) AS rows, min(_at) AS first,
                max(_at) AS last, max(_scaled) AS greatest, CAST(sum(CAST(_scaled AS DECIMAL(28, 0))) AS DECIMAL(38, 0)) AS total,
                max(CASE {places} ELSE {PLACES} END) AS places
            FROM usage_lines WHERE _fine GROUP BY {", ".join(map(DIALECT.name, priced))}"""
        ).toArrow()
        cursor = self.scan.session.connection.cursor()
        cursor.register("counted", found)
        least = f"CAST('0.{'0' * (PLACES - 1)}1' AS DECIMAL({PLACES}, {PLACES}))"
        texts = ", ".join(f"#{number}" for number in range(1, len(priced) + 1))
        cursor.execute(f"INSERT INTO census SELECT {ELSEWHERE}, {texts}, rows, 0, first, last, greatest * {least}, total * {least} FROM counted")
        (self.scan.places,) = cursor.execute("SELECT coalesce(max(places), 0)::INTEGER FROM counted").fetchone() or (0,)
        cursor.close()

    def _keep(self) -> None:
        view(self.session, "usage_taken", (), ("row",), ((row,) for row in sorted(self._taken)))
        self.session.sql("SELECT * FROM usage_lines LEFT ANTI JOIN usage_taken ON _row = usage_taken.row").createOrReplaceTempView("usage_kept")

    # --- what is read here ------------------------------------------------------------------------------------------------------

    def _fetched(self, rows: str) -> Iterator[tuple[Source, Iterator[tuple[int, Any]]]]:
        """Rows that were not fetched before, by file and in its order, each with its line."""
        query = f"SELECT _path, _block, _row, CAST(_value AS BINARY) AS _bytes, _written, account FROM {rows} ORDER BY _path, _block, _row"
        for path, of_file in groupby(self.session.sql(query).toLocalIterator(), key=lambda row: row[0]):
            yield self.sources[path], self._new(path, of_file)

    def _new(self, path: str, rows: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        source = self.sources[path]
        last = (source.rows or 0) + (0 if source.parquet else 1)
        for row in rows:
            if row["_row"] not in self._taken:
                self._taken.add(row["_row"])
                begin, line = self._begins[path, row["_block"]]
                if line + row["_row"] - begin <= last:  # empty lines at the end are no rows
                    self.scan.extra_rows[source.number] -= 1
                    yield line + row["_row"] - begin, row

    def _read(self, rows: str) -> None:
        """Reads rows one by one: the records among them go where sure rows go, with the text that they have in the file."""
        for source, numbered in self._fetched(rows):
            self.scan.read_rows(source, self._no_records(source, self._cells(source, numbered) if source.parquet else self._parsed(source, numbered)))
            self._flush(source)

    def _no_records(self, source: Source, rows: Iterable[RowOrWhyNot]) -> Iterator[RowOrWhyNot]:
        for row in rows:
            if not isinstance(row, Diagnostic):
                line, cells, written = row
                if isinstance(self.scan.mending.made(Doubtful(replace(source, plain=False), line, cells, written)), UsageRecord):
                    self._put(source, line, "".join(written).rstrip("\r\n").split(",") if written else cells.values())
                    continue
            yield row

    def _parsed(self, source: Source, numbered: Iterable[tuple[int, Any]]) -> Iterator[RowOrWhyNot]:
        """Lines of a CSV file as rows, by the reader of `invoice`: of a copy of them, behind the names of the columns."""
        copy, lines = self.scan.session.folder / "lines.csv", [1]
        with copy.open("wb") as stream:
            stream.write(",".join(source.shape.columns).encode() + b"\n")
            for line, row in numbered:
                lines.append(line)
                stream.write(bytes(row["_bytes"]) + b"\n")
        with open_input(str(copy)) as opened:
            for each in rows_of(self.scan.book, Lines(source.name, opened)):
                if isinstance(each, FileRow):
                    yield lines[each.line - 1], dict(each.cells), tuple(each.written)
                else:
                    yield _placed(each, lines)

    def _cells(self, source: Source, numbered: Iterable[tuple[int, Any]]) -> Iterator[RowOrWhyNot]:
        for line, row in numbered:
            yield line, dict(zip(source.shape.columns, row["_written"], strict=True)), ()

    def _take(self, rows: str) -> None:
        """Fetches rows that are sure."""
        removed = Counter[str]()
        for source, numbered in self._fetched(rows):
            for line, row in numbered:
                removed[row["account"]] += 1
                self._put(source, line, row["_written"] if source.parquet else bytes(row["_bytes"]).decode().rstrip("\r").split(","))
            self._flush(source)
        insert(self.scan.session.connection, "removed", ["VARCHAR", "BIGINT"], [*removed.items()])
        if removed:
            self._keep()

    def _put(self, source: Source, line: int, cells: Iterable[str]) -> None:
        """One more row that DuckDB has to read."""
        self._waiting.append((line, *cells))
        if len(self._waiting) == AT_ONCE:
            self._flush(source)

    def _flush(self, source: Source) -> None:
        names = (LINE, *source.shape.columns)
        if self._waiting:
            columns = ", ".join(f"{quoted(name)} {'BIGINT' if name == LINE else 'VARCHAR'}" for name in names)
            self.scan.session.connection.execute(f"CREATE TABLE IF NOT EXISTS taken_{source.number} ({columns})")
            insert(self.scan.session.connection, f"taken_{source.number}", ["BIGINT", *["VARCHAR"] * len(source.shape.columns)], self._waiting)
            self.scan.sources[source.number] = replace(source, parquet=True, plain=True, shape=Shape(names), rows=0)
            self._waiting.clear()

    def _in_files(self) -> list[Source]:
        """What was put, as files with the lines of their rows."""
        found = []
        for source in self.scan.sources:
            if LINE in source.shape.columns and source.number in self._numbers:
                path, table = self.scan.session.folder / f"taken-{source.number}.parquet", f"taken_{source.number}"
                (rows,) = self.scan.session.connection.execute(f"COPY {table} TO '{path}' (FORMAT parquet)").fetchone() or (0,)
                self.scan.session.connection.execute(f"DROP TABLE {table}")
                found.append(self.scan.read(replace(source, path=str(path), rows=rows)))
        for source in found:
            self.scan.sources[source.number] = source
        return found

    def _take_repeated(self) -> None:
        """All rows of an id that comes again; also those whose id only has the hash of another one's."""
        if not any("id" in each.shape.columns for each in self.sources.values()):
            return
        here = [f"SELECT trim(id, ' ') AS id FROM ({select_sql(group.sources)})" for group in self.scan.groups if "id" in group.shape.columns]
        put = (each for each in self.scan.sources if each.number in self._numbers and {LINE, "id"} <= set(each.shape.columns))
        here += [f"SELECT trim(id, ' ') AS id FROM taken_{each.number}" for each in put]
        ids = self.scan.session.connection.execute(" UNION ".join([*here, "SELECT id FROM mended WHERE id IS NOT NULL"])).fetchall()
        view(self.session, "ids_here", ("id",), (), ids)
        hashes = "SELECT xxhash64(id) AS hash FROM usage_kept WHERE id <> '' UNION ALL SELECT xxhash64(id) AS hash FROM ids_here"
        again = f"(SELECT hash FROM ({hashes}) GROUP BY hash HAVING count(*) > 1) AS again"
        self._take(f"usage_kept LEFT SEMI JOIN {again} ON xxhash64(usage_kept.id) = again.hash WHERE id <> ''")

    def _take_unchargeable(self, accounts: Chargeable) -> None:
        """Rows that may be nobody's."""
        bounds = f"SELECT {', '.join(KEY)}, first, last FROM census WHERE part = {ELSEWHERE}"
        found = [*beyond_spans(self.scan, accounts, bounds)]
        if not found:
            return
        view(self.session, "not_always", KEY, (), (key for key, _ in found))
        view(self.session, "running", KEY, ("start", "until"), ((*key, *span) for key, spans in found for span in spans))
        of = " AND ".join(f"running.{name} = usage_kept.{name}" for name in KEY)
        within = f"{of} AND usage_kept._at >= running.start AND usage_kept._at < running.until"
        self._take(f"usage_kept LEFT SEMI JOIN not_always USING ({', '.join(KEY)}) LEFT ANTI JOIN running ON {within}")

    def _count_outside(self) -> None:
        """Counts by account the records outside of the period."""
        start, end = map(in_microseconds, self.scan.stretch)
        connection = self.scan.session.connection
        around = f"SELECT 1 FROM census WHERE part = {ELSEWHERE} AND (first < {start} OR last >= {end}) LIMIT 1"
        if connection.execute(around).fetchone() is not None:
            counted = f"SELECT account, count(*) FROM usage_kept WHERE _at < {start} OR _at >= {end} GROUP BY account"
            insert(connection, "beyond", ["VARCHAR", "BIGINT"], [tuple(row) for row in self.session.sql(counted).collect()])

    # --- what is asked for later ------------------------------------------------------------------------------------------------

    def bring(self, accounts: Iterable[str]) -> None:
        """Puts the records of these accounts that stay on the cluster into the scan's table `brought`."""
        if not self.sources:
            return
        view(self.session, "asked_for", ("account",), (), ((each,) for each in accounts))
        texts = ", ".join(f"nullif({DIALECT.name(name)}, '') AS {DIALECT.name(name)}" for name in self.scan.texts)
        query = f"SELECT _path, _block, _row, {texts}, _at, _scaled FROM usage_kept LEFT SEMI JOIN asked_for USING (account)"
        types = ["INTEGER", "BIGINT", *["VARCHAR"] * len(self.scan.texts), "BIGINT", "VARCHAR"]
        waiting: list[tuple[object, ...]] = []
        for path, block, number, *cells, at, scaled in self.session.sql(query).toLocalIterator():
            begin, line = self._begins[path, block]
            waiting.append((self.sources[path].number, line + number - begin, *cells, at, plain(Decimal(scaled).scaleb(-PLACES))))
            if len(waiting) == AT_ONCE:
                insert(self.scan.session.connection, "brought", types, waiting)
                waiting.clear()
        insert(self.scan.session.connection, "brought", types, waiting)


def _placed(found: Diagnostic, lines: list[int]) -> Diagnostic:
    """What is wrong with a line of a copy, at its place in the file."""
    if found.span is None:
        return found
    return replace(found, span=replace(found.span, line=lines[found.span.line - 1], end_line=lines[found.span.end_line - 1]))
