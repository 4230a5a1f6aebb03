"""What a folder of invoices holds: which run it is of, each account's number, and each file that is written, in `manifest.jsonl`.

A line is added and safely on disk before what it allows is done: a number before its invoice is rendered, a file after it stands. So a run
that was stopped anywhere goes on from here. Lines of JSON rather than a database: anybody can read them, what a line says is never changed, and
after a crash at most the end of the last one is missing, which is cut off.
"""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Self

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.runs import ANOTHER_RUN, FOLDER_BUSY, MANIFEST_UNREADABLE
from engine.results import make_folder, remove_parts, writing
from engine.shelf import Unusable

try:
    import fcntl

    HAS_LOCKS = True
except ImportError:  # a system that knows no such locks
    HAS_LOCKS = False

MANIFEST, SUMMARY = "manifest.jsonl", "summary.json"
VERSION = 1
TOLD = {
    "manifest": "the version of its manifest", "book": "the book", "period": "the period", "book_digest": "the book's digest", "date": "the day of issue",
    "number": "the number", "language": "the language", "explain": "--explain", "usage": "the digest of the usage", "charges": "the digest of the charges",
    "issued": "the digest of the issued invoices", "profile": "the profile",
}  # fmt: skip
"""What makes a run, and how it is called where two differ."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A document: the name of its file, its size and its SHA-256, hex."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class BilledAccount:
    """An account that was billed: the digest of its text; where something is owed the `stem` of its files, its `number` (None: a draft), the
    kind of document and its amounts as texts; and the files by their formats.
    """

    account: str
    text: str
    stem: str | None = None
    number: str | None = None
    kind: str | None = None
    currency: str | None = None
    net: str | None = None
    tax: str | None = None
    gross: str | None = None
    files: Mapping[str, WrittenFile] = field(default_factory=dict)

    @property
    def amounts(self) -> tuple[str, ...]:
        """What its invoice comes to: its kind, currency, net, tax and gross amounts; nothing where nothing is owed."""
        return tuple(each for each in (self.kind, self.currency, self.net, self.tax, self.gross) if each is not None)


class Manifest:
    """The manifest of a folder, which no other run may use meanwhile; a process that is gone holds it no longer. Use it with `with`."""

    def __init__(self, folder: Path, run: Mapping[str, Any]) -> None:
        """Opens the manifest for the run that is meant (the keys of TOLD), or begins it. Raises Unusable where that is another one's."""
        self.folder, self.path = folder, folder / MANIFEST
        self.accounts: dict[str, BilledAccount] = {}
        self._of_text: dict[str, str] = {}
        self._stems: set[str] = set()
        self.given = 0
        """How many numbers are given."""
        make_folder(folder)
        with writing(self.path):
            self._stream: IO[bytes] = open(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666), "r+b", buffering=0)  # noqa: SIM115
        try:
            self._lock()
            self._read({"manifest": VERSION, **run})
            remove_parts(folder)
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def of_text(self, digest: str) -> BilledAccount | None:
        """The account that was billed from a text; None where none was."""
        account = self._of_text.get(digest)
        return self.accounts[account] if account is not None else None

    def free_stem(self, wanted: str) -> str:
        """The beginning of the names of an account's files: as wanted, or with a number behind it where another account has that name."""
        stem, count = wanted, 1
        while stem.casefold() in self._stems:
            count += 1
            stem = f"{wanted}-{count}"
        self._stems.add(stem.casefold())
        return stem

    def bill(self, accounts: Iterable[BilledAccount]) -> None:
        """Notes that accounts are billed, with the numbers that they have from now on."""
        found = list(accounts)
        self._write(
            {key: value for key in BilledAccount.__dataclass_fields__ if key != "files" and (value := getattr(each, key)) is not None} for each in found
        )
        for each in found:
            self._keep(each)

    def wrote(self, files: Iterable[tuple[str, Mapping[str, WrittenFile]]]) -> None:
        """Notes which files of accounts stand."""
        found = [(account, form, file) for account, each in files for form, file in each.items()]
        self._write({"account": account, "format": form, "file": file.name, "size": file.size, "digest": file.digest} for account, form, file in found)
        for account, form, file in found:
            self.accounts[account] = _with_file(self.accounts[account], form, file)

    def lacks(self, billed: BilledAccount, formats: Iterable[str]) -> tuple[str, ...]:
        """The formats in which the account's document is not there, or not as it was written."""
        return tuple(each for each in formats if not self._stands(billed.files.get(each))) if billed.stem is not None else ()

    def _stands(self, file: WrittenFile | None) -> bool:
        try:
            return file is not None and os.stat(self.folder / file.name).st_size == file.size
        except OSError:
            return False

    def _lock(self) -> None:
        if not HAS_LOCKS:
            return
        try:
            # Of this process alone, so that neither its copies nor what they start keep it.
            fcntl.lockf(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            remedy = "wait until it has ended, and run this again: it goes on where that one ended"
            raise Unusable(report(FOLDER_BUSY, f"another run is billing into `{self.folder}`", subject="--output", help=remedy)) from None

    def _read(self, run: Mapping[str, Any]) -> None:
        with writing(self.path):
            content = self._stream.read()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                self._stream.truncate(whole)
        lines = content[:whole].splitlines()
        if not lines:
            self._write([run])
            self._settle()
            return
        try:
            head, *others = map(json.loads, lines)
            for key in (each for each in TOLD if head.get(each) != run.get(each)):
                raise Unusable(self._another(key, head.get(key), run.get(key)))
            for each in others:
                self._take(each)
        except (ValueError, TypeError, KeyError, AttributeError):
            message = f"`{self.path}` is not as it was written: a line of it cannot be read"
            remedy = "put the file back as it was; without it the numbers that are given are not known"
            raise Unusable(report(MANIFEST_UNREADABLE, message, subject="--output", help=remedy)) from None

    def _settle(self) -> None:
        """A new file is safely in its folder only when the folder is on disk."""
        with writing(self.path):
            folder = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _another(self, key: str, there: object, asked: object) -> Diagnostic:
        message = f"`{self.folder}` holds the invoices of another run: {TOLD[key]} is {_said(there)} there, and {_said(asked)} here"
        return report(ANOTHER_RUN, message, subject="--output", help="name another folder with -o, or bill what the folder was begun with")

    def _take(self, line: Mapping[str, Any]) -> None:
        if "format" in line:
            file = WrittenFile(line["file"], line["size"], line["digest"])
            self.accounts[line["account"]] = _with_file(self.accounts[line["account"]], line["format"], file)
        else:
            self._keep(BilledAccount(**line))
            if "stem" in line:
                self._stems.add(line["stem"].casefold())

    def _keep(self, billed: BilledAccount) -> None:
        before = self.accounts.get(billed.account)
        if before is not None:
            self._of_text.pop(before.text, None)
        self.given += billed.number is not None and (before is None or before.number is None)
        self.accounts[billed.account] = billed
        self._of_text[billed.text] = billed.account

    def _write(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Adds lines, safely on disk when it returns, or none of them."""
        content = b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in lines)
        with writing(self.path):
            end = self._stream.seek(0, os.SEEK_END)
            try:
                while content:
                    content = content[self._stream.write(content) :]
                os.fsync(self._stream.fileno())
            except OSError:
                self._stream.truncate(end)
                raise


def _with_file(billed: BilledAccount, form: str, file: WrittenFile) -> BilledAccount:
    return replace(billed, files={**billed.files, form: file})


def _said(value: object) -> str:
    return "not given" if value is None else f"`{' to '.join(value)}`" if isinstance(value, list) else f"`{value}`"
