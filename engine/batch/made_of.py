"""What a file of charges was made of: the usage files, what was amended in them, and the accounts; so that it can be continued.

Contract: facts only, written and read as one text of JSON. Files are told by the names that they were given by.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.store import open_input

PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as it was read: its name, its size in bytes, and a SHA-256, hex: of an amendment that of its content, of usage that of the contents of all
    files up to this one, which are read once for the digest of all.
    """

    name: str
    size: int
    digest: str


GoneRecord = tuple[str, str, str, int]
"""Account, subscription, item and instant (microseconds since 1970) of a record that was withdrawn, or replaced by one of another place."""


@dataclass(frozen=True, slots=True)
class MadeOf:
    """The usage files by their names, and the amendments in the order in which they hold. In their own order the digests of the accounts' texts;
    the ids that rows with different contents claim, of which none is charged; the places of records that are there no longer; and `again`: the
    accounts whose usage is all read again where a further day is added. `early` are those with records behind the days that were rated.
    """

    files: tuple[KnownFile, ...] = ()
    amendments: tuple[KnownFile, ...] = ()
    accounts: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()
    gone: tuple[GoneRecord, ...] = ()
    again: tuple[str, ...] = ()
    early: tuple[str, ...] = ()

    def text(self) -> str:
        """All of it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=True, separators=(",", ":"))


def made_of(text: str) -> MadeOf:
    """What `text` wrote."""
    said: Mapping[str, Any] = json.loads(text)
    files, amendments = (tuple(KnownFile(**each) for each in said[name]) for name in ("files", "amendments"))
    gone = tuple((account, subscription, item, at) for account, subscription, item, at in said["gone"])
    return MadeOf(files, amendments, tuple(said["accounts"]), tuple(said["claimed"]), gone, tuple(said["again"]), tuple(said["early"]))


def read_files(names: Iterable[str], amendments: Iterable[str] = ()) -> tuple[tuple[KnownFile, ...], tuple[KnownFile, ...], str]:
    """Usage files and amendments, each with its digest, and the digest of all contents: first those of usage in the order of their names, as
    `invoice` says it of the same ones. Raises Unusable where one cannot be read.
    """
    every = hashlib.sha256()
    files = []
    for name in sorted(names):
        size = _read(name, every)
        files.append(KnownFile(name, size, every.copy().hexdigest()))
    amended = []
    for name in amendments:
        own = hashlib.sha256()
        size = _read(name, every, own)
        amended.append(KnownFile(name, size, own.hexdigest()))
    return tuple(files), tuple(amended), every.hexdigest()


def _read(name: str, *digests: "hashlib._Hash") -> int:
    """Adds the content to digests; its size."""
    size = 0
    with open_input(name) as stream:
        while piece := stream.read(PIECE):
            for each in digests:
                each.update(piece)
            size += len(piece)
    return size
