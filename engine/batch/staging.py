"""Texts of usage, read once: a CSV file, or Parquet whose times or quantities are texts, becomes a file of instants and exact numbers.

Contract: each row of the file is one here, in the same order, whatever is wrong with it: where a time or a quantity is not surely one, there is
none, and the row is looked up where it is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import duckdb

from engine.batch.session import Session
from engine.batch.sources import LINE, Source, Staged
from engine.rating.rejects import MOST_PLACES, literal, quoted, read_text_sql
from engine.rating.wall_clock import WallPiece

DECIMALS = ((18, 6), (38, MOST_PLACES))
"""Digits and places of quantities: an engine computes with the first as with whole numbers, and the second takes twice the room."""
RARE = 1000
"""Of so many rows one that does not fit into the first is read by itself; with more of them the file is read into the second."""


def staged(session: Session, source: Source, pieces: Sequence[WallPiece]) -> Source | None:
    """The source with its rows read; None where an engine cannot read it, or finds other rows than the file has."""
    path = str(session.folder / f"read-{source.number}.parquet")
    for digits, places in DECIMALS:
        try:
            count, columns = _copied(session, read_text_sql(source.shape, pieces, _rows(source), digits, places), source, path)
        except (duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error as error:
            # What was written anew for the engine is what it reads.
            if LINE in source.shape.columns or (isinstance(error, duckdb.IOException) and _is_whole(session, source)):
                raise
            return None
        if count != source.rows:
            return None
        beyond = _empty(columns, "#amount") - _empty(columns, "#places")
        if beyond * RARE <= count:
            break
    scale = min(int(columns.get(quoted("#places"), {}).get("max", 0)), places)
    first = None if LINE in source.shape.columns else 1 if source.parquet else 2
    return replace(source, staged=Staged(path, first, digits, scale))


def _rows(source: Source) -> str:
    names = ", ".join(map(quoted, source.names))
    if LINE in source.shape.columns:
        names = f'TRY_CAST({quoted(LINE)} AS BIGINT) AS "#row", {names}'
    return f"SELECT {names} FROM {f'read_parquet({literal(source.path)})' if source.parquet else source.cells()}"


def _copied(session: Session, rows: str, source: Source, path: str) -> tuple[int, Mapping[str, Mapping[str, str]]]:
    """Writes the file; how many rows it has, and what is known of each of its columns."""
    kept = [*(['"#row"'] if LINE in source.shape.columns else []), *map(quoted, source.texts), '"#at"', '"#amount"', '"#places"']
    said = "FORMAT parquet, PARQUET_VERSION V2, COMPRESSION uncompressed, PRESERVE_ORDER true, RETURN_STATS"  # which is the least work
    found = session.connection.execute(f"COPY (SELECT {', '.join(kept)} FROM ({rows})) TO {literal(path)} ({said})").fetchone()
    return (found[1], found[4]) if found is not None else (0, {})


def _is_whole(session: Session, source: Source) -> bool:
    """Whether the file can be read to its end: then what failed is the disk."""
    try:
        session.connection.execute(f"SELECT {', '.join(f'max({quoted(name)})' for name in source.names)} FROM ({_rows(source)})").fetchall()
    except duckdb.Error:
        return False
    return True


def _empty(columns: Mapping[str, Mapping[str, str]], name: str) -> int:
    return int(columns.get(quoted(name), {}).get("null_count", 0))
