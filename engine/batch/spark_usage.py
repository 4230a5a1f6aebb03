"""Usage on a cluster: files of any size become one relation of records, read by Spark where a row is surely fine, else by the interpreter.

Contract: what Spark takes in bulk is a part of what `read_row` takes, with the same meaning. Every other row comes here, one by one, with its
file and line, and goes through `read_row` itself: verdict and words are those of `invoice --usage`. A file in which cells may go over
line ends, or that does not begin with the names of its columns, is read here as a whole.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from engine.batch.spark import DIALECT, view
from engine.batch.spark_lines import PLACES, SCALE, attributes_of, lines_of
from engine.batch.usage_columns import UsageColumns, columns_of
from engine.diagnostics import Diagnostic
from engine.model.book import PriceBook
from engine.rating.templates import Extent
from engine.store import open_input
from engine.usage.lines import Lines
from engine.usage.record import UsageRecord
from engine.usage.rows import Facts, FileRow, facts_of, read_row
from engine.usage.table import OPTIONAL, REQUIRED, WrongColumns, rows_of
from engine.values.exact import exact, is_finite_decimal, multiply, whole_down

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class ClusterUsage:
    """What a delivery holds, beside the view `usage_records` of its records.

    `names` are those of the files by their addresses, which the views have; `begins` are the number of the first row of each part of a file, and its line.
    `read` counts the rows of each file, `refused` what is wrong with a row, or with a file as a whole. Of the records: `places` are the most
    decimals of a quantity, `greatest` the greatest one, `first` and `last` the instants between which all lie.
    """

    read: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    refused: list[tuple[str, int, list[Diagnostic]]] = field(default_factory=list)
    unfit: list[UsageRecord] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    begins: list[tuple[int, int]] = field(default_factory=list)
    records: int = 0
    places: int = 0
    greatest: int = 0
    total: int = 0
    first: int | None = None
    last: int | None = None

    def line(self, row: int) -> int:
        """The line of a record, by its number in the view."""
        begin, line = self.begins[bisect(self.begins, row, key=lambda each: each[0]) - 1] if row >= 0 else (0, 0)
        return line + row - begin if row >= 0 else -row

    @property
    def extent(self) -> Extent:
        """What the view holds at most, with quantities as it has them."""
        unit = 10 ** (PLACES - self.places)
        return Extent(self.places, self.greatest // unit, self.total // unit, self.records, self.first or 0, self.last or 0)

    def note(self, records: int, places: int, greatest: int, total: int, first: int, last: int) -> None:
        """So many records more, of which these are the extremes."""
        self.records += records
        self.places, self.greatest, self.total = max(self.places, places), max(self.greatest, greatest), self.total + total
        self.first, self.last = min(first, self.first or first), max(last, self.last or last)


def read_delivery(session: "SparkSession", book: PriceBook, files: Sequence[str], near: datetime) -> ClusterUsage:
    """Makes the view `usage_records` of CSV and Parquet files, which have these names for every worker too; `near` is in the period."""
    found = ClusterUsage()
    facts = facts_of(book)
    alike: dict[UsageColumns, list[str]] = defaultdict(list)
    by_hand: list[UsageRecord] = []
    for name in files:
        columns = columns_of(book, name)
        if isinstance(columns, UsageColumns):
            alike[columns].append(name)
        elif columns is not None:
            found.refused.append((name, 1, [columns]))
        else:
            by_hand += _whole_file(facts, name, found)
    if alike:
        lines_of(session, book, alike, near).createOrReplaceTempView("usage_lines")
        by_hand += _doubtful(session, facts, {name: columns for columns, names in alike.items() for name in names}, found)
    _make_view(session, book, by_hand, found, bool(alike))
    return found


# --- what comes here, row by row --------------------------------------------------------------------------------------------------


def _whole_file(facts: Facts, name: str, found: ClusterUsage) -> Iterator[UsageRecord]:
    """The records of a file that is read here."""
    with open_input(name) as stream:
        try:
            yield from _records(facts, name, rows_of(facts.book, Lines(name, cast(RawIOBase, stream.raw))), found)
        except WrongColumns as wrong:
            found.refused.append((name, 1, [wrong.diagnostic]))


def _records(facts: Facts, name: str, rows: Iterable[FileRow | Diagnostic], found: ClusterUsage) -> Iterator[UsageRecord]:
    for row in rows:
        found.read[name] += 1
        made = read_row(facts, row) if isinstance(row, FileRow) else [row]
        if isinstance(made, UsageRecord):
            yield made
        else:
            line = row.line if isinstance(row, FileRow) else row.span.line if row.span is not None else 0
            found.refused.append((name, line, made))


def _at_line(rows: Iterable[FileRow | Diagnostic], line: int) -> Iterator[FileRow | Diagnostic]:
    """Rows that were read of a copy of their line, at its place in the file."""
    for row in rows:
        if isinstance(row, FileRow):
            row.line = line
            yield row
        else:
            yield row if row.span is None else replace(row, span=replace(row.span, line=line, end_line=line))


def _doubtful(session: "SparkSession", facts: Facts, columns: Mapping[str, UsageColumns], found: ClusterUsage) -> Iterator[UsageRecord]:
    """The records of rows that Spark is not sure of; notes what was read of each file, and what is wrong with it."""
    names = {str(Path(name).absolute()): name for name in columns}
    blocks = session.sql(_BLOCKS).collect()
    count_of: dict[str, int] = defaultdict(int)
    heads = []
    for block in blocks:
        found.names[block["_path"]] = names[unquote(urlsplit(block["_path"]).path)]
        if block["_path"] not in count_of and not columns[found.names[block["_path"]]].is_typed:
            heads.append(block["row"])
        found.begins.append((block["row"], count_of[block["_path"]] + 1))
        count_of[block["_path"]] += block["lines"]
    found.begins.sort()
    doubtful = []
    # The first line of each CSV file, its columns, is no record: it is always in doubt.
    if sum(block["lines"] - block["fine"] for block in blocks) > len(heads):
        cells = ", ".join(f"`{name}`" for name in (*REQUIRED, *OPTIONAL, *attributes_of(facts.book)))
        doubtful = (
            session.sql(f"SELECT _path, _row, CAST(_value AS BINARY) AS _bytes, {cells} FROM usage_lines WHERE NOT _fine ORDER BY _row").toArrow().to_pylist()
        )
    # Where a quote is left open, the cell goes on in the next line: only who reads the file from its begin knows where it ends.
    torn = {each["_path"] for each in doubtful if each["_bytes"] is not None and each["_bytes"].count(b'"') % 2}
    for block in blocks:
        if block["_path"] not in torn and block["fine"]:
            found.read[found.names[block["_path"]]] += block["fine"]
            found.note(block["fine"], block["places"], block["greatest"], int(block["total"]), block["first"], block["last"])
    for path in sorted(torn):
        yield from _whole_file(facts, found.names[path], found)
    for each in doubtful:
        name, line = found.names[each["_path"]], found.line(each["_row"])
        if columns[name].is_typed:
            yield from _records(facts, name, [FileRow(name, line, {each_name: each[each_name] for each_name in columns[name].names})], found)
        elif line > 1 and each["_path"] not in torn:
            copy = BytesIO(",".join(columns[name].names).encode() + b"\n" + each["_bytes"] + b"\n")
            yield from _records(facts, name, _at_line(rows_of(facts.book, Lines(name, copy)), line), found)
    if torn:
        session.sql(f"SELECT * FROM usage_lines WHERE _path NOT IN ({', '.join(map(DIALECT.text, sorted(torn)))})").createOrReplaceTempView("usage_lines")
    # What was looked at here, row by row, is not looked at again there: all other rows are records.
    view(session, "usage_doubts", (), ("row",), ((row,) for row in [each["_row"] for each in doubtful] or heads))


_BLOCKS = f"""
    SELECT _path, _block, count(*) AS lines, min(_row) AS row, count_if(_fine) AS fine, min(_at) FILTER (WHERE _fine) AS first,
        max(_at) FILTER (WHERE _fine) AS last, max(_scaled) FILTER (WHERE _fine) AS greatest,
        sum(CAST(_scaled AS DECIMAL(28, 0))) FILTER (WHERE _fine) AS total,
        max(CASE {" ".join(f"WHEN _scaled % {10 ** (PLACES - places)} = 0 THEN {places}" for places in range(PLACES))} ELSE {PLACES} END)
            FILTER (WHERE _fine) AS places
    FROM usage_lines GROUP BY _path, _block ORDER BY _path, _block"""


# --- the relation -----------------------------------------------------------------------------------------------------------------


def _make_view(session: "SparkSession", book: PriceBook, by_hand: Iterable[UsageRecord], found: ClusterUsage, has_lines: bool) -> None:
    """The view `usage_records`: the relation `usage` with the ids of its records."""
    names = ("account", "subscription", "item", "spec", *attributes_of(book), "id")
    rows: list[tuple[object, ...]] = []
    addresses = {name: path for path, name in found.names.items()}
    for record in by_hand:
        scaled = multiply(record.quantity, exact(SCALE))
        if not is_finite_decimal(scaled) or whole_down(scaled) != scaled or scaled >= SCALE * SCALE:
            found.unfit.append(record)
            continue
        number, at = whole_down(scaled), (record.at - EPOCH) // MICROSECOND
        found.note(1, next(places for places in range(PLACES + 1) if number % 10 ** (PLACES - places) == 0), number, number, at, at)
        attributes = [record.attributes.get(name) for name in attributes_of(book)]
        texts = (record.account, record.subscription, record.item, record.spec, *attributes, record.id)
        rows.append((addresses.setdefault(record.file, record.file), *texts, -record.line, at, number))
    found.names = {path: name for name, path in addresses.items()}
    listed = ", ".join(f"`{name}`" for name in names)
    view(session, "records_by_hand", ("file", *names), ("row", "at", "scaled"), rows)
    quantity = f"scaled div {10 ** (PLACES - found.places)} AS quantity"
    parts = [f"SELECT file, row, {listed}, at, {quantity} FROM records_by_hand"]
    if has_lines:
        cells = ", ".join(f"nullif(`{name}`, '') AS `{name}`" for name in names)
        parts.append(
            f"SELECT _path AS file, _row AS row, {cells}, _at AS at, _{quantity} FROM usage_lines LEFT ANTI JOIN usage_doubts ON _row = usage_doubts.row"
        )
    session.sql(" UNION ALL ".join(parts)).createOrReplaceTempView("usage_records")
