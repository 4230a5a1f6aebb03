"""Usage on a cluster: files of any size become one relation of records, read by Spark where a row is surely fine, else by the interpreter.

Contract: what Spark takes in bulk is a part of what `read_row` takes, with the same meaning. Every other row comes here, one by one, with its
file and line, and goes through `read_row` itself: verdict and words are those of `invoice --usage`. A file in which cells may go over
line ends, or that does not begin with the names of its columns, is read here as a whole.
"""

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import reduce
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote, urlsplit

from engine.batch.spark import view
from engine.batch.usage_columns import UsageColumns, columns_of
from engine.diagnostics import Diagnostic
from engine.model.book import PriceBook
from engine.rating.templates import Extent
from engine.store import open_input
from engine.usage.lines import LONGEST_LINE, Lines
from engine.usage.record import UsageRecord
from engine.usage.rows import Facts, FileRow, facts_of, read_row
from engine.usage.table import OPTIONAL, REQUIRED, WrongColumns, rows_of
from engine.values.exact import exact, is_finite_decimal, multiply, whole_down

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PLACES = 9
"""Decimals of a quantity that Spark reads; with as many digits before the point it fits into 64 bits."""
SCALE = 10**PLACES
PLAIN_ROW = r'^([^",]*|"[^",]*")(,([^",]*|"[^",]*"))*$'
QUANTITY = f"^(0|[1-9][0-9]{{0,8}})([.][0-9]{{1,{PLACES}}})?$"
SCALED = f"CASE WHEN quantity RLIKE '{QUANTITY}' THEN CAST(CAST(quantity AS DECIMAL(18, {PLACES})) * {SCALE} AS BIGINT) END"
"""The quantity as a whole number of its smallest part; NULL where it is no plain number."""
LOCAL = "^(19[7-9][0-9]|20[0-9][0-9])-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?$"
WITH_OFFSET = LOCAL.replace("$", "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])$")
CLOCK = "unix_micros(try_cast(replace(time, ' ', 'T') AS TIMESTAMP))"
"""Microseconds since 1970 of the time, as one of UTC where it has no offset; NULL where it is none."""
PLACE = ("_value", "_path", "_block")
PRINTABLE = "^[ -~]*$"
AS_TEXT = {
    "text": "trim({})", "number": "CAST({} AS STRING)", "instant": """date_format({}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")""",
    "local": """date_format({}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS")""",
}  # fmt: skip
"""What a cell of Parquet says, as CSV would say it, by its kind."""
YEARS_AROUND = 2
"""Local times so near to the period are read by Spark: for each change of the clock there is a case."""
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
        _lines(session, book, alike, near).createOrReplaceTempView("usage_lines")
        by_hand += _doubtful(session, facts, {name: columns for columns, names in alike.items() for name in names}, found)
    _make_view(session, book, by_hand, found, bool(alike))
    return found


# --- what Spark reads -------------------------------------------------------------------------------------------------------------


def _lines(session: "SparkSession", book: PriceBook, alike: Mapping[UsageColumns, Sequence[str]], near: datetime) -> "DataFrame":
    """Every line with its place, its cells by name, and what is read of them; `_fine`: surely a record. What is ours begins with `_`."""
    names = (*REQUIRED, *OPTIONAL, *attributes_of(book))
    parts = []
    for columns, files in alike.items():
        addresses = [_address(name) for name in files]
        part = _of_parquet(session, columns, addresses, names) if columns.is_typed else _of_csv(session, columns, addresses, names)
        parts.append(part.selectExpr(*PLACE, "_plain", *(f"`{name}`" for name in names), "_scaled", f"{_instant(book, near)} AS _at"))
    # A number of its own for each line, the same in each query: it counts lines in the order in which a part of a file is read.
    read = reduce(lambda some, more: some.unionAll(more), parts).selectExpr("*", "monotonically_increasing_id() AS _row")
    return read.selectExpr("*", f"coalesce(_plain AND _at IS NOT NULL AND _scaled >= 0 AND {_fine(book)}, false) AS _fine")


def _of_csv(session: "SparkSession", columns: UsageColumns, addresses: list[str], names: Sequence[str]) -> "DataFrame":
    # By the interpreter's own line end: Spark's would also be a lone carriage return.
    part = session.read.option("lineSep", "\n").text(addresses)
    part = part.selectExpr("value AS _value", "_metadata.file_path AS _path", "_metadata.file_block_start AS _block", "rtrim('\r', value) AS _text")
    plain = f"_text RLIKE '{PRINTABLE}' AND length(_text) < {LONGEST_LINE - 2} AND _text RLIKE {_text(PLAIN_ROW)}"
    part = part.selectExpr(*PLACE, f"{plain} AS _plain", "split(replace(_text, '\"', ''), ',', -1) AS _cells")
    fits = f"_plain AND size(_cells) = {len(columns.names)}"
    part = part.selectExpr(*PLACE, f"{fits} AS _plain", f"IF({fits}, _cells, NULL) AS _cells")
    cells = (f"trim(_cells[{columns.names.index(name)}]) AS `{name}`" if name in columns.names else f"'' AS `{name}`" for name in names)
    return part.selectExpr(*PLACE, "_plain", *cells).selectExpr("*", f"{SCALED} AS _scaled", f"{CLOCK} AS _clock")


def _of_parquet(session: "SparkSession", columns: UsageColumns, addresses: list[str], names: Sequence[str]) -> "DataFrame":
    part = session.read.parquet(*addresses)
    kinds = dict(zip(columns.names, columns.kinds, strict=True))
    cells = [f"coalesce({AS_TEXT[kinds[name]].format(f'`{name}`')}, '') AS `{name}`" if name in kinds else f"'' AS `{name}`" for name in names]
    typed = {
        "_scaled": f"CAST(try_cast(quantity AS DECIMAL(18, {PLACES})) * {SCALE} AS BIGINT)" if kinds["quantity"] == "number" else None,
        "_clock": "unix_micros(CAST(time AS TIMESTAMP))" if kinds["time"] != "text" else None,
    }  # fmt: skip
    place = ("NULL AS _value", "_metadata.file_path AS _path", "_metadata.file_block_start AS _block")
    part = part.selectExpr(*place, *cells, *(f"{made} AS {name}" for name, made in typed.items() if made is not None))
    further = [f"{made} AS {name}" for name, made in (("_scaled", SCALED), ("_clock", CLOCK)) if typed[name] is None]
    texts = ", ".join(f"`{name}`" for name in names if kinds.get(name, "text") == "text")
    return part.selectExpr("*", f"concat({texts}) RLIKE '{PRINTABLE}' AS _plain", *further)


def attributes_of(book: PriceBook) -> tuple[str, ...]:
    """The attributes of usage, each a column of the view."""
    return tuple(name for name, attribute in book.attributes.items() if attribute.source == "usage" and name not in OPTIONAL)


def _instant(book: PriceBook, near: datetime) -> str:
    """Microseconds since 1970 of the time; NULL where it is none, or one that needs a second look: a skipped or a repeated hour."""
    cases = " ".join(f"WHEN _clock >= {begin} AND _clock < {end} THEN _clock - {offset}" for begin, end, offset in _offsets(book, near))
    return f"CASE WHEN time RLIKE '{WITH_OFFSET}' THEN _clock WHEN time RLIKE '{LOCAL}' THEN CASE {cases} END END"


def _offsets(book: PriceBook, near: datetime) -> Iterator[tuple[int, int, int]]:
    """Stretches of local time that mean one instant each, with what lies between both, all in microseconds."""
    begin, end = (near + timedelta(days=366 * years) for years in (-YEARS_AROUND, YEARS_AROUND))
    changes, day = [begin], begin
    while day < end:
        later = day + timedelta(days=1)
        if _offset(book, day) != _offset(book, later):
            changes.append(_change(book, day, later))
        day = later
    for start, stop in zip(changes, [*changes[1:], end], strict=True):
        own = _offset(book, start)
        before = max(own, _offset(book, start - MICROSECOND))
        after = min(own, _offset(book, stop))
        yield (start - EPOCH + before) // MICROSECOND, (stop - EPOCH + after) // MICROSECOND, own // MICROSECOND


def _offset(book: PriceBook, at: datetime) -> timedelta:
    return at.astimezone(book.zone).utcoffset() or timedelta()


def _change(book: PriceBook, before: datetime, after: datetime) -> datetime:
    """The first second with the offset of `after`."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _offset(book, middle) == _offset(book, before) else (before, middle)
    return after


def _fine(book: PriceBook) -> str:
    """Whether account, item, spec, attributes and the quantity's range are surely those of a record."""
    facts = facts_of(book)
    known = [f"`{name}` IN ({', '.join(map(_text, ('', *book.attributes[name].values)))})" for name in attributes_of(book) if book.attributes[name].values]
    cases = [f"WHEN {_text(name)} THEN {_fine_item(facts, name)}" for name in facts.metered]
    return " AND ".join(["account <> ''", "subscription <> ''", *known, f"CASE item {' '.join(cases)} ELSE false END" if cases else "false"])


def _fine_item(facts: Facts, name: str) -> str:
    item = facts.book.items[name]
    meter, asked = item.metered_by, list(facts.required[name])
    if meter.measure == "unique" and meter.of is not None:
        asked.append(meter.of)
    least = 1 if meter.places is None else 10 ** (PLACES - min(meter.places, PLACES))
    conditions = [f"`{each}` <> ''" for each in asked] + ([f"_scaled % {least} = 0"] if least > 1 else [])
    if meter.max is not None:
        conditions.append(f"_scaled <= {min(whole_down(multiply(meter.max, exact(SCALE))), 2**63 - 1)}")
    if item.specs:
        conditions.append(f"spec IN ({', '.join(_text(spec.id) for spec in item.specs)})")
    elif "spec" not in facts.book.attributes:
        conditions.append("spec = ''")
    return " AND ".join(conditions) or "true"


def _text(value: str) -> str:
    """A text as Spark reads it back, whatever signs it has."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


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
    lines_of: dict[str, int] = defaultdict(int)
    for block in blocks:
        found.names[block["_path"]] = names[unquote(urlsplit(block["_path"]).path)]
        found.begins.append((block["row"], lines_of[block["_path"]] + 1))
        lines_of[block["_path"]] += block["lines"]
    found.begins.sort()
    doubtful = []
    # The first line of each CSV file, its columns, is no record: it is always in doubt.
    if sum(block["lines"] - block["fine"] for block in blocks) > sum(not columns[found.names[path]].is_typed for path in lines_of):
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
        session.sql(f"SELECT * FROM usage_lines WHERE _path NOT IN ({', '.join(map(_text, sorted(torn)))})").createOrReplaceTempView("usage_lines")


_BLOCKS = f"""
    SELECT _path, _block, count(*) AS lines, min(_row) AS row, count_if(_fine) AS fine, min(_at) FILTER (WHERE _fine) AS first,
        max(_at) FILTER (WHERE _fine) AS last, max(_scaled) FILTER (WHERE _fine) AS greatest,
        sum(CAST(_scaled AS DECIMAL(28, 0))) FILTER (WHERE _fine) AS total,
        max(CASE {" ".join(f"WHEN _scaled % {10 ** (PLACES - places)} = 0 THEN {places}" for places in range(PLACES))} ELSE {PLACES} END)
            FILTER (WHERE _fine) AS places
    FROM usage_lines GROUP BY _path, _block ORDER BY _path, _block"""


def _address(name: str) -> str:
    """A file's name as Spark takes it: absolute, and with signs that would stand for other names made plain."""
    return re.sub(r"([\\*?\[\]{}])", r"\\\1", str(Path(name).absolute()))


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
        parts.append(f"SELECT _path AS file, _row AS row, {cells}, _at AS at, _{quantity} FROM usage_lines WHERE _fine")
    session.sql(" UNION ALL ".join(parts)).createOrReplaceTempView("usage_records")
