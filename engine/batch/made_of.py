"""What a file of charges was made of: the usage files, what was amended in them, and the accounts; so that it can be gone on from.

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
    """A file as it was read: its name, its size in bytes, and the SHA-256 of its content, hex."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class MadeOf:
    """The usage files by their names in order; the digest of each account's text, in order; the ids that rows with different contents claim,
    in order: none of these rows is charged.
    """

    files: tuple[KnownFile, ...] = ()
    accounts: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()

    def text(self) -> str:
        """All of it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=True, separators=(",", ":"))


def made_of(text: str) -> MadeOf:
    """What `text` wrote."""
    said: Mapping[str, Any] = json.loads(text)
    return MadeOf(tuple(KnownFile(**each) for each in said["files"]), tuple(said["accounts"]), tuple(said["claimed"]))


def read_files(names: Iterable[str]) -> tuple[tuple[KnownFile, ...], str]:
    """Each file with its digest, in the order of the names, and the digest of all contents in this order: what `invoice` says of the same ones.

    Raises Unusable where one cannot be read.
    """
    every, found = hashlib.sha256(), []
    for name in sorted(names):
        size, digest = 0, hashlib.sha256()
        with open_input(name) as stream:
            while piece := stream.read(PIECE):
                every.update(piece)
                digest.update(piece)
                size += len(piece)
        found.append(KnownFile(name, size, digest.hexdigest()))
    return tuple(found), every.hexdigest()
