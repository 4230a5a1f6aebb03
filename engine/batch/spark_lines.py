"""The lines of usage files as Spark sees them: where each stands, its cells, what they say, and whether it surely is a record.

Contract: what is `_fine` here is a record for `read_row` too, with the same meaning. Of a row that is not fine nothing is said: its cells may be
anything. What is asked of every row once is dear, what is read of it again cheap; Spark computes only what a query asks for.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from engine.batch.spark import DIALECT
from engine.batch.usage_columns import UsageColumns
from engine.model.book import PriceBook
from engine.rating.rejects import pieces_of
from engine.usage.lines import LONGEST_LINE
from engine.usage.rows import Facts, facts_of
from engine.usage.table import OPTIONAL, REQUIRED
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
PLAIN_ROW = r'^([^",]*|"[^",]*")(,([^",]*|"[^",]*"))*$'
QUANTITY = f"^(0|[1-9][0-9]{{0,8}})([.][0-9]{{1,{PLACES}}})?$"
TIME = "^(19[7-9][0-9]|20[0-9][0-9])-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?$"
HAS_OFFSET = "(right(time, 1) = 'Z' OR substr(time, -6, 1) IN ('+', '-'))"
"""Of a time of that form."""
EARLIEST, LATEST = 0, 2_524_608_000_000_000
PLACE = ("_value", "_path", "_block")
AS_TEXT = {
    "text": "trim({})", "number": "CAST({} AS STRING)", "instant": """date_format({}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")""",
    "local": """date_format({}, "yyyy-MM-dd'T'HH:mm:ss.SSSSSS")""",
}  # fmt: skip
"""What a cell of Parquet says, as CSV would say it, by its kind."""


def lines_of(session: "SparkSession", book: PriceBook, alike: Mapping[UsageColumns, Sequence[str]], near: datetime) -> "DataFrame":
    """Every line with its place (`_value` its text, `_path`, `_block`), its number `_row`, its cells by name, `_at` and `_scaled`, and if it is `_fine`."""
    names = (*REQUIRED, *OPTIONAL, *attributes_of(book))
    parts = []
    for columns, files in alike.items():
        addresses = [_address(name) for name in files]
        part = _of_parquet(session, columns, addresses, names) if columns.is_typed else _of_csv(session, columns, addresses, names)
        kinds = dict(zip(columns.names, columns.kinds or ["text"] * len(columns.names), strict=True))
        at, timely = _instant(book, kinds["time"], near)
        is_exact = f"quantity RLIKE '{QUANTITY}'" if kinds["quantity"] == "text" else "true"
        cells = (f"`{name}`" for name in names)
        parts.append(part.selectExpr(*PLACE, *cells, "_scaled", f"{at} AS _at", f"_plain AND {timely} AND {is_exact} AND {_fine(book)} AS _sure"))
    # A number of its own for each line, the same in each query: it counts lines in the order in which a part of a file is read.
    read = reduce(lambda some, more: some.unionAll(more), parts).selectExpr("*", "monotonically_increasing_id() AS _row")
    return read.selectExpr("*", "coalesce(_sure AND _at IS NOT NULL AND _scaled >= 0, false) AS _fine")


def attributes_of(book: PriceBook) -> tuple[str, ...]:
    """The attributes of usage, each a column of the lines."""
    return tuple(name for name, attribute in book.attributes.items() if attribute.source == "usage" and name not in OPTIONAL)


def _of_csv(session: "SparkSession", columns: UsageColumns, addresses: list[str], names: Sequence[str]) -> "DataFrame":
    # By the interpreter's own line end: Spark's would also be a lone carriage return.
    part = session.read.option("lineSep", "\n").text(addresses)
    part = part.selectExpr("value AS _value", "_metadata.file_path AS _path", "_metadata.file_block_start AS _block", "rtrim('\r', value) AS _text")
    plain = f"NOT _text RLIKE '{STRANGE}' AND length(_text) < {LONGEST_LINE - 2} AND (NOT contains(_text, '\"') OR _text RLIKE {DIALECT.text(PLAIN_ROW)})"
    part = part.selectExpr(*PLACE, f"{plain} AS _whole", "split(replace(_text, '\"', ''), ',', -1) AS _cells")
    cells = (f"trim(get(_cells, {columns.names.index(name)})) AS `{name}`" if name in columns.names else f"'' AS `{name}`" for name in names)
    part = part.selectExpr(*PLACE, f"_whole AND size(_cells) = {len(columns.names)} AS _plain", *cells)
    return part.selectExpr("*", f"{SCALED} AS _scaled", f"{CLOCK} AS _clock")


def _of_parquet(session: "SparkSession", columns: UsageColumns, addresses: list[str], names: Sequence[str]) -> "DataFrame":
    kinds = dict(zip(columns.names, columns.kinds, strict=True))
    place = ("NULL AS _value", "_metadata.file_path AS _path", "_metadata.file_block_start AS _block")
    cells = [f"coalesce({AS_TEXT[kinds[name]].format(f'`{name}`')}, '') AS `{name}`" if name in kinds else f"'' AS `{name}`" for name in names]
    read = ["quantity AS _quantity", "unix_micros(CAST(time AS TIMESTAMP)) AS _clock"] if kinds["time"] != "text" else ["quantity AS _quantity"]
    part = session.read.parquet(*addresses).selectExpr(*place, *cells, *read)
    further = [SCALED.replace("quantity", "_quantity") + " AS _scaled", *([f"{CLOCK} AS _clock"] if kinds["time"] == "text" else [])]
    texts = ", ".join(f"`{name}`" for name in columns.names if kinds[name] == "text")
    return part.selectExpr("*", *further, f"NOT concat({texts}) RLIKE '{STRANGE}' AS _plain")


def _instant(book: PriceBook, kind: str, near: datetime) -> tuple[str, str]:
    """Microseconds since 1970 of the time of a kind, and whether it surely is one; what a clock change skips is none."""
    pieces = pieces_of(book, near.year, near.year)
    cases = "".join(f" WHEN _clock < {each.end} THEN {'NULL' if each.ahead is None else f'_clock - {each.ahead}'}" for each in pieces)
    local = f"CASE WHEN _clock < {pieces[0].start} THEN NULL{cases} END"
    if kind == "text":
        return f"CASE WHEN {HAS_OFFSET} THEN _clock ELSE {local} END", f"time RLIKE '{TIME}'"
    return local if kind == "local" else "_clock", f"_clock BETWEEN {EARLIEST} AND {LATEST}"


def _fine(book: PriceBook) -> str:
    """Whether account, item, spec, attributes and the quantity's range are surely those of a record."""
    facts = facts_of(book)
    known = [f"`{name}` IN ({_listed(['', *book.attributes[name].values])})" for name in attributes_of(book) if book.attributes[name].values]
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
