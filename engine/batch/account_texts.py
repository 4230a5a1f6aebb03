"""The texts of many accounts: files, folders of them, and rows of a Parquet file; what they say is read by whoever bills them.

Contract: DuckDB, which reads Parquet, is closed when a function returns, and its threads have ended: the process can be copied afterwards.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from engine.diagnostics.record import report
from engine.diagnostics.runs import ACCOUNTS_UNREADABLE
from engine.shelf import ACCOUNT_FILES, Unusable, files_below
from engine.store import open_input, read_input

PARQUET = ".parquet"


@dataclass(frozen=True, slots=True)
class AccountText:
    """The text of an account, the name of its file (of a row, with the account's id), the id where it is known, and whether the user named
    the file: what was found in a folder may be something else.
    """

    name: str
    content: bytes
    id: str | None = None
    named: bool = True

    @property
    def digest(self) -> str:
        """The SHA-256 of the text, hex."""
        return hashlib.sha256(self.content).hexdigest()


class AccountTexts:
    """The texts of accounts in the order of the names: of a folder in the order of their paths, of a Parquet file in that of its rows."""

    def __init__(self, names: Iterable[str]) -> None:
        self._rows: dict[str, list[AccountText]] = {}
        files: dict[str, bool] = {}
        for name in names:
            if Path(name).is_dir():
                files = dict.fromkeys(_files_of(name), False) | files
                continue
            files[name] = True
            if name.lower().endswith(PARQUET):
                self._rows[name] = read_rows(name)
        self._files = [*files.items()]

    def __len__(self) -> int:
        return sum(len(self._rows[name]) if name in self._rows else 1 for name, _ in self._files)

    def __iter__(self) -> Iterator[AccountText]:
        for name, named in self._files:
            if name in self._rows:
                yield from self._rows[name]
            else:
                yield AccountText(name, read_input(name), named=named)


def _files_of(folder: str) -> list[str]:
    """The files of a folder that may be accounts. Raises wrong usage where there is none."""
    found = [str(each) for each in sorted(files_below(Path(folder))) if each.suffix in ACCOUNT_FILES]
    if not found:
        raise click.UsageError(f"No account stands in the folder `{folder}`. An account is a .yaml or .json file with a customer and subscriptions.")
    return found


def read_rows(name: str) -> list[AccountText]:
    """The accounts of a Parquet file with the columns `account` (the id) and `document` (the account as JSON). Raises Unusable."""
    import duckdb

    with open_input(name):
        pass  # that it is there, and may be read, is found out as of every file
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            relation = connection.from_parquet(name)
            texts = {column for column, kind in zip(relation.columns, relation.types, strict=True) if str(kind) == "VARCHAR"}
            lacking = [each for each in ("account", "document") if each not in texts]
            if lacking:
                raise _unreadable(name, f"it has no column of texts `{lacking[0]}`")
            rows = relation.select("account", "document").fetchall()
    except duckdb.Error as error:
        raise _unreadable(name, str(error).splitlines()[0]) from None
    empty = next((number for number, row in enumerate(rows, 1) if row[0] is None or row[1] is None), None)
    if empty is not None:
        raise _unreadable(name, f"its row {empty:,} names no account, or has no document")
    twice = next((account for account, count in Counter(account for account, _ in rows).items() if count > 1), None)
    if twice is not None:
        raise _unreadable(name, f"two of its rows are of the account `{twice}`")
    return [AccountText(f"{name}:{account}", document.encode(), account) for account, document in rows]


def _unreadable(name: str, reason: str) -> Unusable:
    remedy = "write a row for each account: `account`, its id, and `document`, the account as JSON, both texts"
    return Unusable(report(ACCOUNTS_UNREADABLE, f"`{name}` cannot be read as accounts: {reason}", subject="--accounts", help=remedy))
