"""Charges as a Parquet file: a row a tally, in the order of the charges, with what they are of in the file's own notes.

Contract: the file is there whole or not at all. Numbers are exact texts (`12.5`, or `1/743` where one does not end), instants are in UTC. The digest
is that of the rows as text, so that whoever rated the usage, in whatever order, has the same one. One that is of another book, period or form is
refused.
"""

import hashlib
import itertools
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.batch.made_of import MadeOf, made_of
from engine.billing.counting import days
from engine.diagnostics import report
from engine.diagnostics.files import CHARGES_UNFIT
from engine.model.book import PriceBook
from engine.model.charges import Tally, UsageCharge
from engine.results import writing
from engine.shelf import Unusable
from engine.store import open_input
from engine.values.exact import Number, exact, plain
from engine.values.microseconds import in_microseconds, instant_at

if TYPE_CHECKING:
    import duckdb

FORM = "3"
"""The version of the file's columns and notes."""
GROUP = 20_480
"""Rows that stand together in the file: to read one account, those groups are read that have it."""
MEMORY = "256MB"
COLUMNS: Mapping[str, str] = {
    "account": "VARCHAR", "subscription": "VARCHAR", "mode": "VARCHAR", "item": "VARCHAR", "spec": "VARCHAR", "attributes": "VARCHAR[][]",
    "start": "TIMESTAMPTZ", "end": "TIMESTAMPTZ", "begun": "TIMESTAMPTZ", "first_use": "TIMESTAMPTZ", "first_of_run": "TIMESTAMPTZ",
    "quantity": "VARCHAR", "metered": "VARCHAR", "covered": "VARCHAR", "windows": "BIGINT", "records": "BIGINT",
    "place": "INTEGER", "entry": "INTEGER", "charge": "INTEGER", "band": "INTEGER", "tally_start": "TIMESTAMPTZ", "tally_end": "TIMESTAMPTZ",
    "ratio": "VARCHAR", "count": "BIGINT", "tally_quantity": "VARCHAR", "packages": "BIGINT", "exact_amount": "VARCHAR", "amount": "VARCHAR",
    "part_counts_whole": "BOOLEAN",
}  # fmt: skip
"""The columns, in order: those of the charge, then from `place` on (its number among the charge's) those of the tally, empty where it has none."""
OF_CHARGE = list(COLUMNS).index("place")
ORDER = "account, subscription, mode, item, coalesce(spec, ''), attributes, start, \"end\", place"
DAMAGED = ("it is damaged", "rate all usage of the period again")
"""What is said of a file whose end is whole and whose rows are not."""
Row = tuple[Any, ...]
_json = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class ChargesHead:
    """What a file of charges is of: the book, the period [start, end), the usage (its SHA-256; None: not said), how much of it, its digest, and
    what it was made of.
    """

    book_id: str
    book_digest: str
    start: datetime
    end: datetime
    usage_digest: str | None = None
    accounts: int = 0
    charges: int = 0
    records: int = 0
    digest: str = ""
    made_of: MadeOf = MadeOf()


# --- writing ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeptCharges:
    """Charges of another file that are written again, those of all accounts but these; where days are added up to another `end`."""

    path: Path
    without: frozenset[str]
    end: datetime | None = None


def write_charges(path: Path, charges: Iterable[UsageCharge], head: ChargesHead, kept: KeptCharges | None = None) -> ChargesHead:
    """Writes the charges, given in any order, with those that are `kept`, and returns the head with what was counted. Raises Unusable where the
    machine cannot, or the other file is damaged.

    Piece by piece: the path is one of the run's own, from which `engine.results.written` puts the whole of it where it belongs.
    """
    from engine.batch.session import EngineLimits, opened_session

    with writing(path), opened_session(EngineLimits(MEMORY, 1, path.parent)) as session:
        connection, staged = session.connection, session.folder / "charges.ndjson"
        with staged.open("w", encoding="ascii") as stream:
            for charge in charges:
                stream.writelines(_lines(charge))
            if kept is not None:
                stream.writelines(_kept_lines(connection, kept))
        connection.execute(f"CREATE TEMP TABLE charges AS {_staged_rows(staged)}")
        staged.unlink()
        head = _counted(connection, head)
        listed = ", ".join(f'make_timestamp("{name}")::TIMESTAMPTZ AS "{name}"' if kind == "TIMESTAMPTZ" else f'"{name}"' for name, kind in COLUMNS.items())
        notes = ", ".join(f"\"{name}\": '{_quoted(value)}'" for name, value in _notes(head).items())
        connection.execute(
            f"COPY (SELECT {listed} FROM charges ORDER BY {ORDER}) TO '{_quoted(path)}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP}, KV_METADATA {{{notes}}})"
        )
    return head


def _kept_lines(connection: "duckdb.DuckDBPyConnection", kept: KeptCharges) -> Iterator[str]:
    import duckdb

    connection.execute("CREATE TEMP TABLE without AS SELECT unnest(?::VARCHAR[]) AS account", [list(kept.without)])
    until = f' REPLACE ({in_microseconds(kept.end)} AS "end")' if kept.end is not None else ""
    stays = f"SELECT {_in_microseconds()} FROM read_parquet('{_quoted(kept.path)}') ANTI JOIN without USING (account)"
    try:
        for row in _fetched(connection.execute(f"SELECT *{until} FROM ({stays})")):
            yield f"{_json(row)}\n"
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        raise unfit(kept.path, "continued", *DAMAGED) from None


def _staged_rows(path: Path) -> str:
    """The lines of a file in SQL, each as its `line` and the columns that stand in it."""
    columns = []
    for place, (name, kind) in enumerate(COLUMNS.items(), 1):
        value = f"fields[{place}] ->> '$'" if kind == "VARCHAR" else f"CAST(fields[{place}] AS {'BIGINT' if kind == 'TIMESTAMPTZ' else kind})"
        columns.append(f'{value} AS "{name}"')
    # No line has the delimiter: what is below a blank is escaped in JSON.
    said = "auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', comment = '', columns = {'line': 'VARCHAR'}"
    lines = f"SELECT line, CAST(CAST(line AS JSON) AS JSON[]) AS fields FROM read_csv('{_quoted(path)}', {said})"
    return f"SELECT line, {', '.join(columns)} FROM ({lines})"


def _in_microseconds() -> str:
    """The columns of a file, with instants as whole numbers."""
    return ", ".join(f'epoch_us("{name}") AS "{name}"' if kind == "TIMESTAMPTZ" else f'"{name}"' for name, kind in COLUMNS.items())


def _lines(charge: UsageCharge) -> Iterator[str]:
    """A charge as lines of the file's digest: the values of a row as JSON, with instants as microseconds of UTC. One without any tally has a line
    all the same.
    """
    common = _json([
        charge.account, charge.subscription, charge.mode, charge.item, charge.spec, charge.attributes,
        in_microseconds(charge.start), in_microseconds(charge.end), in_microseconds(charge.begun), in_microseconds(charge.first_use),
        None if charge.first_of_run is None else in_microseconds(charge.first_of_run),
        number_text(charge.quantity), number_text(charge.metered), number_text(charge.covered), charge.windows, charge.records,
    ])[:-1]  # fmt: skip
    for place, tally in enumerate(charge.tallies):
        own = _json([
            place, tally.entry, tally.charge, tally.band, in_microseconds(tally.start), in_microseconds(tally.end),
            number_text(tally.ratio), tally.count, number_text(tally.quantity),
            tally.packages, number_text(tally.exact_amount), number_text(tally.amount), tally.part_counts_whole,
        ])  # fmt: skip
        yield f"{common},{own[1:]}\n"
    if not charge.tallies:
        yield f"{common}{',null' * (len(COLUMNS) - OF_CHARGE)}]\n"


def _counted(connection: "duckdb.DuckDBPyConnection", head: ChargesHead) -> ChargesHead:
    """The head with what the rows come to, and their digest: the SHA-256 of their lines, in order."""
    digest, accounts, charges, records, last = hashlib.sha256(), 0, 0, 0, None
    for line, account, place, of_records in _fetched(connection.execute(f"SELECT line, account, place, records FROM charges ORDER BY {ORDER}")):
        digest.update(f"{line}\n".encode("ascii"))
        if not place:
            charges, records, accounts = charges + 1, records + of_records, accounts + (account != last)
            last = account
    return replace(head, accounts=accounts, charges=charges, records=records, digest=digest.hexdigest())


# --- reading ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChargesFile:
    """A file of charges that is open; `head` says what it is of."""

    path: Path
    head: ChargesHead
    connection: "duckdb.DuckDBPyConnection"

    def of(self, account: str) -> tuple[UsageCharge, ...]:
        """The charges of one account, in order; none where it has none."""
        return next((charges for _, charges in self.accounts([account])), ())

    def accounts(self, names: Sequence[str] | None = None) -> Iterator[tuple[str, tuple[UsageCharge, ...]]]:
        """Each account (of those that are named) with its charges, in the order of their ids."""
        among = "" if names is None else f"WHERE account IN ({', '.join('?' * len(names))})" if names else "WHERE false"
        rows = self.connection.cursor().execute(f"SELECT {_in_microseconds()} FROM read_parquet('{_quoted(self.path)}') {among}", list(names or ()))
        for account, of_account in itertools.groupby(_fetched(rows), key=lambda row: row[0]):
            yield account, tuple(_charge([first, *rest]) for first, *rest in _by_charge(of_account))

    def gone(self, account: str) -> list[tuple[str, str, datetime]]:
        """Subscription, item and instant of each record of the account that is there no longer."""
        return [(subscription, item, instant_at(at)) for name, subscription, item, at in self.head.made_of.gone if name == account]

    def names(self) -> frozenset[str]:
        """The ids of the accounts that have charges; raises Unusable where the file is damaged."""
        import duckdb

        try:
            rows = self.connection.execute(f"SELECT DISTINCT account FROM read_parquet('{_quoted(self.path)}')").fetchall()
        except duckdb.Error:
            raise unfit(self.path, "continued", *DAMAGED) from None
        return frozenset(name for (name,) in rows)


def records_by_account(connection: "duckdb.DuckDBPyConnection", path: Path) -> Iterator[tuple[str, int]]:
    """How many records the charges of each account are made of."""
    yield from connection.execute(
        f"SELECT account, sum(records)::BIGINT FROM read_parquet('{_quoted(path)}') WHERE coalesce(place, 0) = 0 GROUP BY account ORDER BY account"
    ).fetchall()


def open_charges(path: Path, book: PriceBook, period: tuple[datetime, datetime] | None = None, done: str = "billed") -> ChargesFile:
    """The file, for bills of this book (and period). Raises Unusable where it is no file of charges, or one of another book, period or form: it
    cannot be `done`.
    """
    import duckdb

    with open_input(str(path)):
        connection = _connect()
    try:
        notes = dict(connection.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{_quoted(path)}')").fetchall())
    except duckdb.Error:
        raise unfit(path, done, "it is no file of charges", "name a file that `pricebook rate` wrote") from None
    if notes.get("form") != FORM or "book_digest" not in notes:
        raise unfit(path, done, "it is no file of charges in this program's form", "rate the usage again, with this version of the program")
    head = ChargesHead(
        notes["book_id"], notes["book_digest"], instant_at(int(notes["start"])), instant_at(int(notes["end"])), notes["usage_digest"] or None,
        int(notes["accounts"]), int(notes["charges"]), int(notes["records"]), notes["digest"], made_of(notes["made_of"]),
    )  # fmt: skip
    if (head.book_id, head.book_digest) != (book.id, book.digest):
        other = "of an earlier or later version of the book" if head.book_id == book.id else f"of the book `{head.book_id}`"
        raise unfit(path, done, f"its charges are {other}", "rate the usage again with the book as it is now, or give that book with `-b`")
    if period is not None and (head.start, head.end) != period:
        raise of_another_period(path, book, head, period, done)
    return ChargesFile(path, head, connection)


def of_another_period(path: Path, book: PriceBook, head: ChargesHead, period: tuple[datetime, datetime], done: str) -> Unusable:
    """Why charges cannot be `done` for a period."""
    told = f"its charges are for {days(book, head.start, head.end)}, not for {days(book, *period)}"
    return unfit(path, done, told, "name the file of that period, or rate its usage")


def unfit(path: Path, done: str, why: str, remedy: str) -> Unusable:
    """Why a file of charges cannot be `done` (billed)."""
    return Unusable(report(CHARGES_UNFIT, f"`{path}` cannot be {done}: {why}", subject=str(path), help=remedy))


def _by_charge(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows of each charge: it begins with the first of its tallies."""
    found: list[Row] = []
    for row in rows:
        if not row[OF_CHARGE] and found:
            yield found
            found = []
        found.append(row)
    yield found


def _charge(rows: Sequence[Row]) -> UsageCharge:
    account, subscription, mode, item, spec, attributes, *instants, quantity, metered, covered, windows, records = rows[0][:OF_CHARGE]
    start, end, begun, first_use, first_of_run = instants
    return UsageCharge(
        account, subscription, mode, item, spec, tuple((name, value) for name, value in attributes), instant_at(start), instant_at(end), instant_at(begun),
        instant_at(first_use), None if first_of_run is None else instant_at(first_of_run), number_of(quantity), number_of(metered),
        None if covered is None else number_of(covered), windows, records, tuple(_tally(row[OF_CHARGE:]) for row in rows if row[OF_CHARGE] is not None),
    )  # fmt: skip


def _tally(row: Row) -> Tally:
    _, entry, charge, band, start, end, ratio, count, quantity, packages, exact_amount, amount, part_counts_whole = row
    return Tally(
        entry, charge, band, instant_at(start), instant_at(end), number_of(ratio), count, number_of(quantity), packages, number_of(exact_amount),
        number_of(amount), part_counts_whole,
    )  # fmt: skip


# --- values -----------------------------------------------------------------------------------------------------------------------


def number_text(value: Number | None) -> str | None:
    """An exact number as the file has it: without zeros that say nothing, as a fraction where it does not end.

    >>> number_text(Fraction(1, 743)), number_text(exact("12.50"))
    ('1/743', '12.5')
    """
    if value is None:
        return None
    number = exact(value)
    # Of both types this one is asked for quickly.
    return plain(number) if isinstance(number, Decimal) else f"{number.numerator}/{number.denominator}"


def number_of(text: str) -> Number:
    """The number that `number_text` wrote."""
    return exact(Fraction(text)) if "/" in text else exact(text)


def _notes(head: ChargesHead) -> Mapping[str, str]:
    return {
        "form": FORM, "book_id": head.book_id, "book_digest": head.book_digest,
        "start": str(in_microseconds(head.start)), "end": str(in_microseconds(head.end)),
        "usage_digest": head.usage_digest or "", "accounts": str(head.accounts), "charges": str(head.charges), "records": str(head.records),
        "digest": head.digest, "made_of": head.made_of.text(),
    }  # fmt: skip


# --- the engine -------------------------------------------------------------------------------------------------------------------


def _connect() -> "duckdb.DuckDBPyConnection":
    """An engine to read with: in one thread, in little memory, and nothing is loaded from elsewhere."""
    import duckdb

    return duckdb.connect(":memory:", config={"threads": 1, "memory_limit": MEMORY, "temp_directory": "", "autoinstall_known_extensions": False})


def _fetched(rows: "duckdb.DuckDBPyConnection") -> Iterator[Row]:
    while some := rows.fetchmany(GROUP):
        yield from some


def _quoted(text: object) -> str:
    return str(os.fspath(text) if isinstance(text, os.PathLike) else text).replace("'", "''")
