"""Usage files as an engine reads them: which files are meant, what each of them is, and how its columns are held.

Contract: opens files, judges no row. A CSV file whose rows are its lines, cut at each comma, is read by the engine itself; the rows of any
other one (with quotes, with other line ends) are written anew in that form by the reader of `invoice`, each with its line. Texts are read once
(`staging`), and what was read is a source of rows from then on.
"""

import csv
import glob
import gzip
import mmap
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from engine.batch.session import Session
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.files import NO_SUCH_FILE
from engine.diagnostics.usage import BAD_USAGE_FILE
from engine.model.book import PriceBook
from engine.rating.rejects import Shape, literal, quoted
from engine.shelf import Unusable, files_below
from engine.store import open_input
from engine.usage.lines import Lines
from engine.usage.table import WrongColumns, check_columns, opened_table
from engine.values.spans import Span

ENDINGS = (".csv", ".csv.gz", ".parquet")
LINE = "#line"
"""The column of a file that was written anew: the line at which the row began."""
PIECE = 1 << 24
_EXACT = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "DECIMAL", "VARCHAR")
_TIMES = {
    "TIMESTAMP WITH TIME ZONE": "instant", "TIMESTAMP": "wall", "TIMESTAMP_NS": "wall", "TIMESTAMP_MS": "wall", "TIMESTAMP_S": "wall",
    "VARCHAR": "text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staged:
    """A Parquet file of the rows that were read of another one, in their order: instants and quantities for their texts.

    `first` is the number of the first row; None where each row has its own. `digits` are those of a quantity, of which at most `scale` are decimals.
    """

    path: str
    first: int | None
    digits: int
    scale: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file of usage: its name as it was given, its place among all, what the engine opens, and how that holds its columns.

    `rows` is how many rows it has, None where a CSV file has other rows than its lines. `plain`: all of them may have as many cells. `staged` is where
    its rows are once they were read.
    """

    name: str
    number: int
    path: str
    parquet: bool
    shape: Shape
    rows: int | None = None
    plain: bool = True
    staged: Staged | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of usage."""
        return tuple(name for name in self.shape.columns if name != LINE)

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns that are kept as they are when times and quantities are read."""
        return tuple(name for name in self.names if name not in ("time", "quantity"))

    def written(self) -> str:
        """Its rows in SQL as they are written, each with `#file` and `#row`: the line, or in Parquet the row from 1."""
        row = "file_row_number + 1" if self.parquet else "row_number() OVER () + 1"
        row = f"TRY_CAST({quoted(LINE)} AS BIGINT)" if LINE in self.shape.columns else row
        rows = f"read_parquet({literal(self.path)})" if self.parquet else self.cells()
        return f'SELECT {self.number}::INTEGER AS "#file", {row} AS "#row", {", ".join(map(quoted, self.names))} FROM {rows}'

    def cells(self) -> str:
        """The rows of a CSV file in SQL: each cell a text, NULL for an empty one."""
        kept = ", ".join(f"{literal(each)}: 'VARCHAR'" for each in self.shape.columns)
        said = "auto_detect = false, header = false, skip = 1, delim = ',', quote = '', escape = '', comment = '', max_line_size = 1048576"
        return f"read_csv({literal(self.path)}, {said}, columns = {{{kept}}})"


def usage_names(given: Iterable[str]) -> list[str]:
    """The files that are meant by names of files, folders and patterns (`usage/*.csv`), each once, in order. Raises Unusable."""
    found: list[str] = []
    for name in given:
        path = Path(name)
        if path.is_dir():
            below = [str(each) for each in sorted(files_below(path)) if each.name.lower().endswith(ENDINGS)]
        else:
            below = [name] if path.exists() or not glob.has_magic(name) else sorted(glob.glob(name, recursive=True))
        if not below:
            what = f"no usage file lies in the folder `{name}`" if path.is_dir() else f"no file is meant by `{name}`"
            raise Unusable(report(NO_SUCH_FILE, what, subject=name, help=f"a usage file ends in {', '.join(ENDINGS)}"))
        found += below
    return sorted(dict.fromkeys(found))


def source_of(session: Session, book: PriceBook, name: str, number: int) -> Source:
    """The file as the engine is to read it; raises WrongColumns where it is none of usage, and Unusable where it cannot be opened."""
    with open_input(name) as stream:
        head = stream.peek(4)[:4]
    if head == b"PAR1":
        return _parquet(session, book, name, number)
    path = name
    if head[:2] == b"\x1f\x8b" and name.lower().endswith(".gz"):
        path = str(session.folder / f"unpacked-{number}.csv")
        _unpack(name, path)
    with open_input(path) as stream:
        lines = Lines(name, stream)
        columns, _ = opened_table(book, lines)
        at_top = lines.number == 1
    rows, even = _lines(path, len(columns)) if at_top else (None, False)
    return Source(name, number, path, False, Shape(tuple(columns)), rows, even)


def _unpack(name: str, path: str) -> None:
    with open_input(name) as packed, open(path, "wb") as target:
        try:
            with gzip.open(packed) as stream:
                while piece := stream.read(1 << 20):
                    target.write(piece)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            message = "the gzip archive is damaged, or a part of it is missing"
            raise WrongColumns(report(BAD_USAGE_FILE, message, Span(name, 1, 1, 1, 2), help="pack the file again, or give it unpacked")) from None


def _lines(path: str, cells: int) -> tuple[int | None, bool]:
    """How many rows a file has whose rows are its lines behind the first; None for one with quotes, zeros or line ends of several kinds.

    And whether all of them may have so many cells: DuckDB refuses a line with fewer, but passes over an empty cell too many at the end.
    """
    with open(path, "rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(b'"') >= 0 or content.find(b"\0") >= 0:
            return None, False
        size, lines, returns, pairs, commas = len(content), 0, 0, 0, 0
        has_returns = content.find(b"\r") >= 0
        for start in range(0, size, PIECE):
            piece = content[start : start + PIECE + 1]  # one byte more, so that no pair is cut
            lines += piece.count(b"\n", 0, PIECE)
            commas += piece.count(b",", 0, PIECE)
            if has_returns:
                returns += piece.count(b"\r", 0, PIECE)
                pairs += piece.count(b"\r\n")
        if returns not in (0, lines) or returns != pairs:
            return None, False
        ending = b"\r\n" if returns else b"\n"
        while size and content[size - len(ending) : size] == ending:
            size, lines = size - len(ending), lines - 1
        return lines, commas == (lines + 1) * (cells - 1)


def _parquet(session: Session, book: PriceBook, name: str, number: int) -> Source:
    try:
        described = session.connection.execute("SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(?))", [name]).fetchall()
        (rows,) = session.connection.execute("SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(?)", [name]).fetchone() or (None,)
    except duckdb.Error:
        raise damaged(name) from None
    types: dict[str, str] = {column: kind.partition("(")[0] for column, kind in described}
    scale = next((int(kind.rpartition(",")[2].rstrip(")")) for column, kind in described if column == "quantity" and "," in kind), 0)
    check_columns(book, name, 1, tuple(types))
    if types["quantity"] not in _EXACT:
        said = f"the column `quantity` is of the type {types['quantity']}, which holds no exact numbers"
        raise _wrong(name, said, "write it as DECIMAL, as whole numbers, or as text", "quantity")
    if types["time"] not in _TIMES:
        raise _wrong(
            name, f"the column `time` is of the type {types['time']}, and no instant", "write it as TIMESTAMP, best with a time zone, or as text", "time"
        )
    for column, kind in types.items():
        if column not in ("quantity", "time") and kind != "VARCHAR":
            raise _wrong(name, f"the column `{column}` is of the type {kind}, and not a text", "write it as text (a string of UTF-8)", column)
    quantity = "text" if types["quantity"] == "VARCHAR" else "number"
    return Source(name, number, name, True, Shape(tuple(types), _TIMES[types["time"]], quantity, scale), rows)


def damaged(name: str) -> WrongColumns:
    """What is said of a Parquet file that ends too soon, or in which something does not agree."""
    return _wrong(name, "the Parquet file cannot be read: it is damaged, or a part of it is missing", "write the file again, and copy it whole")


def _wrong(name: str, message: str, remedy: str, subject: str = "") -> WrongColumns:
    return WrongColumns(report(BAD_USAGE_FILE, message, Span(name, 1, 1, 1, 2), subject=subject, help=remedy))


def groups_of(sources: Iterable[Source]) -> list[list[Source]]:
    """The files that one statement can read: held alike, as an engine reads them."""
    found: dict[object, list[Source]] = {}
    for each in sources:
        read = each.staged
        found.setdefault(each.shape if read is None else (each.texts, read.digits, read.first is None), []).append(each)
    return [*found.values()]


def shape_of(group: Sequence[Source]) -> Shape:
    """How an engine finds the columns of files of one group."""
    scales = [each.staged.scale for each in group if each.staged is not None]
    return Shape(group[0].texts, "read", "read", max(scales)) if scales else group[0].shape


def select_sql(group: Sequence[Source]) -> str:
    """The rows of files of one group in SQL, each with `#file` and `#row`."""
    files = f"[{', '.join(literal(each.path if each.staged is None else each.staged.path) for each in group)}]"
    number = f"CAST({_by_file([each.number for each in group])} AS INTEGER)"
    columns, row = ", ".join(map(quoted, shape_of(group).columns)), "file_row_number + 1"
    if group[0].staged is not None:
        row, columns = '"#row"', f'{columns}, "#at", "#amount"'
        firsts = [each.staged.first for each in group if each.staged is not None and each.staged.first is not None]
        if firsts:
            row = f"file_row_number + {_by_file(firsts)}"
    return f'SELECT {number} AS "#file", {row} AS "#row", {columns} FROM read_parquet({files}, union_by_name = false)'


def _by_file(numbers: Sequence[int]) -> str:
    """The number of the file that a row is in."""
    return str(numbers[0]) if len(set(numbers)) == 1 else f"[{', '.join(map(str, numbers))}][CAST(file_index AS BIGINT) + 1]"


def _open(written: Sequence[str]) -> bool:
    """Whether a quote of the row stays open; one with a line break in its quotes may only have too many cells."""
    try:
        return not list(csv.reader(iter(written), strict=True))
    except csv.Error:
        return True


class Anew:
    """Writes the rows of a CSV file as lines without quotes, each behind its line, and gives those that cannot be written so.

    `refused`: a quote that is not closed swallowed rows of the file, which is refused as a whole. `written` is the file as it then stands.
    """

    def __init__(self, book: PriceBook, source: Source, path: str) -> None:
        self._book, self._source, self._path = book, source, path
        self.refused = False
        self.rows = 0

    def __iter__(self) -> "Iterator[tuple[int, dict[str, str], Sequence[str]] | Diagnostic]":
        from engine.usage.rows import FileRow
        from engine.usage.table import rows_of

        with open_input(self._source.path) as stream, open(self._path, "w", encoding="utf-8", newline="") as target:
            target.write(f"{LINE}\n")
            lines = Lines(self._source.name, stream)
            for row in rows_of(self._book, lines):
                if isinstance(row, FileRow):
                    cells = tuple(row.cells.values())
                    joined = ",".join(cells)
                    if joined.count(",") == len(cells) - 1 and joined.isprintable() and '"' not in joined:
                        target.write(f"{row.line},{joined}\n")
                        self.rows += 1
                    else:
                        yield row.line, dict(row.cells), tuple(row.written)
                else:
                    self.refused = self.refused or (row.span is not None and lines.number > row.span.line and _open(lines.written))
                    yield row

    @property
    def written(self) -> Source:
        """The file that was written."""
        shape = replace(self._source.shape, columns=(LINE, *self._source.shape.columns))
        return replace(self._source, path=self._path, shape=shape, rows=self.rows, plain=True)
