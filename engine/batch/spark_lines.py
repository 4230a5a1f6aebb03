"""The lines of usage files as Spark sees them: where each stands, its cells, what they say, and whether it surely is a record.

Contract: what is `_fine` here is a record for `read_row` too, with the same meaning. Of a row that is not fine nothing is said: its cells may be
anything. What is asked of every row once is dear, what is read of it again cheap; Spark computes only what a query asks for.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from engine.batch.sources import LINE, Source, groups_of
from engine.batch.spark import DIALECT
from engine.model.book import PriceBook
from engine.rating.rejects import Shape, pieces_of
from engine.usage.lines import LONGEST_LINE
from engine.usage.rows import Facts, facts_of
from engine.usage.table import known_columns
from engine.values.exact import exact, multiply, whole_down

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

PLACES = 9
"""Decimals of a quantity that Spark reads; with as many digits before the point it fits into 64 bits."""
SCALE = 10**PLACES
SCALED = f"CAST(try_cast(quantity AS DECIMAL(18, {PLACES})) * {SCALE} AS BIGINT)"
"""The quantity as a whole number of its smallest part."""
CLOCK = "unix_micros(try_cast(replace(time, ' ', 'T') AS TIMESTAMP))"
"""Microseconds since 1970 of the time, as one of UTC where it has no offset."""
STRANGE = "[^ -~]"
QUANTITY = f"^(0|[1-9][0-9]{{0,8}})([.][0-9]{{1,{PLACES}}})?$"
TIME = "^(19[7-9][0-9]|20[0-9][0-9])-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?$"
HAS_OFFSET = "(right(time, 1) = 'Z' OR length(time) > 16 AND substr(time, -6, 1) IN ('+', '-'))"
"""Of a time of that form."""
EARLIEST, LATEST = 0, 2_524_608_000_000_000
PLACE = ("_value", "_written", "_path", "_block")
AS_TEXT = {
    "text": "{}", "number": "CAST({} AS STRING)", "instant": """date_format({}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")""",
    "wall": """date_format({}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS")""",
}  # fmt: skip
"""What a cell of Parquet says, as CSV would say it, by its kind."""


def lines_of(session: "SparkSession", book: PriceBook, sources: Iterable[Source], near: datetime) -> "DataFrame":
    """Every line with its place (`_path`, `_block`), its number `_row`, its text (`_value`, in Parquet `_written`, a text for each cell), its cells by
    name, `_at` and `_scaled`, and whether it is `_fine`. `near` is in the period.

    In CSV files the line that names the columns is one of them; their rows are lines without quotes.
    """
    names = columns_of(book)
    parts = []
    for group in groups_of(sources):
        shape, addresses = group[0].shape, [_address(each.name) for each in group]
        part = _of_parquet(session, shape, addresses, names) if group[0].parquet else _of_csv(session, shape, addresses, names)
        at, timely = _instant(book, shape.time, near)
        is_exact = f"quantity RLIKE '{QUANTITY}'" if shape.quantity == "text" else "true"
        cells = (f"`{name}`" for name in names)
        parts.append(part.selectExpr(*PLACE, *cells, "_scaled", f"{at} AS _at", f"_plain AND {timely} AND {is_exact} AND {_fine(book)} AS _sure"))
    # A number of its own for each line, the same in each query: it counts lines in the order in which a part of a file is read.
    read = reduce(lambda some, more: some.unionAll(more), parts).selectExpr("*", "monotonically_increasing_id() AS _row")
    return read.selectExpr("*", "coalesce(_sure AND _at IS NOT NULL AND _scaled >= 0, false) AS _fine")


def columns_of(book: PriceBook) -> tuple[str, ...]:
    """The cells of the lines: those of every record, and the attributes of usage."""
    return tuple(dict.fromkeys(known_columns(book)))


def in_bulk(source: Source) -> bool:
    """Whether a cluster can read the file by itself: CSV whose rows are its lines, and Parquet of kinds that Spark has too."""
    if not source.parquet:
        return source.rows is not None and LINE not in source.shape.columns
    import pyarrow.parquet

    kind = pyarrow.parquet.read_schema(source.name).field("time").type
    return source.shape.scale <= PLACES and getattr(kind, "unit", "us") in ("us", "ms")


def _of_csv(session: "SparkSession", shape: Shape, addresses: list[str], names: Sequence[str]) -> "DataFrame":
    # By the interpreter's own line end: Spark's would also be a lone carriage return.
    part = session.read.option("lineSep", "\n").text(addresses)
    part = part.selectExpr(
        "value AS _value",
        "CAST(NULL AS ARRAY<STRING>) AS _written",
        "_metadata.file_path AS _path",
        "_metadata.file_block_start AS _block",
        "rtrim('\r', value) AS _text",
    )
    plain = f"NOT _text RLIKE '{STRANGE}' AND length(_text) < {LONGEST_LINE - 2}"
    part = part.selectExpr(*PLACE, f"{plain} AS _whole", "split(_text, ',', -1) AS _cells")
    cells = (f"trim(get(_cells, {shape.columns.index(name)})) AS `{name}`" if name in shape.columns else f"'' AS `{name}`" for name in names)
    part = part.selectExpr(*PLACE, f"_whole AND size(_cells) = {len(shape.columns)} AS _plain", *cells)
    return part.selectExpr("*", f"{SCALED} AS _scaled", f"{CLOCK} AS _clock")


def _of_parquet(session: "SparkSession", shape: Shape, addresses: list[str], names: Sequence[str]) -> "DataFrame":
    kinds = dict.fromkeys(shape.columns, "text") | {"time": shape.time, "quantity": shape.quantity}
    written = ", ".join(f"coalesce({AS_TEXT[kinds[name]].format(f'`{name}`')}, '')" for name in shape.columns)
    place = ("CAST(NULL AS STRING) AS _value", f"array({written}) AS _written", "_metadata.file_path AS _path", "_metadata.file_block_start AS _block")
    cells = [f"trim(coalesce({AS_TEXT[kinds[name]].format(f'`{name}`')}, '')) AS `{name}`" if name in kinds else f"'' AS `{name}`" for name in names]
    read = ["quantity AS _quantity", "unix_micros(CAST(time AS TIMESTAMP)) AS _clock"] if kinds["time"] != "text" else ["quantity AS _quantity"]
    part = session.read.parquet(*addresses).selectExpr(*place, *cells, *read)
    further = [SCALED.replace("quantity", "_quantity") + " AS _scaled", *([f"{CLOCK} AS _clock"] if kinds["time"] == "text" else [])]
    texts = ", ".join(f"`{name}`" for name in shape.columns if kinds[name] == "text")
    return part.selectExpr("*", *further, f"NOT concat({texts}) RLIKE '{STRANGE}' AS _plain")


def _instant(book: PriceBook, kind: str, near: datetime) -> tuple[str, str]:
    """Microseconds since 1970 of the time of a kind, and whether it surely is one; what a clock change skips is none."""
    pieces = pieces_of(book, near.year, near.year)
    cases = "".join(f" WHEN _clock < {each.end} THEN {'NULL' if each.ahead is None else f'_clock - {each.ahead}'}" for each in pieces)
    local = f"CASE WHEN _clock < {pieces[0].start} THEN NULL{cases} END"
    if kind == "text":
        return f"CASE WHEN {HAS_OFFSET} THEN _clock ELSE {local} END", f"time RLIKE '{TIME}'"
    return local if kind == "wall" else "_clock", f"_clock BETWEEN {EARLIEST} AND {LATEST}"


def _fine(book: PriceBook) -> str:
    """Whether account, item, spec, attributes and the quantity's range are surely those of a record."""
    facts = facts_of(book)
    valued = {name: each.values for name, each in book.attributes.items() if each.is_column and each.values}
    known = [f"`{name}` IN ({_listed(['', *values])})" for name, values in valued.items()]
    numbers = [name for name, each in book.attributes.items() if each.source == "usage" and each.kind == "number"]
    known += [f"`{name}` RLIKE '^((0|[1-9][0-9]{{0,11}})([.][0-9]{{1,6}})?)?$'" for name in numbers]
    cases = [f"WHEN {DIALECT.text(name)} THEN {_fine_item(facts, name)}" for name in facts.metered]
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
        conditions.append(f"spec IN ({_listed([spec.id for spec in item.specs])})")
    elif "spec" not in facts.book.attributes:
        conditions.append("spec = ''")
    return " AND ".join(conditions) or "true"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(map(DIALECT.text, texts))


def _address(name: str) -> str:
    """A file's name as Spark takes it: absolute, and with signs that would stand for other names made plain."""
    return re.sub(r"([\\*?\[\]{}])", r"\\\1", str(Path(name).absolute()))
