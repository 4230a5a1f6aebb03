"""The book with which another one is compared: another folder, or what a commit of the repository holds in the book's folder.

Contract: nothing of the repository is changed and none of its programs run; a commit is read as an archive, its rule files only.
"""

import os
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from threading import Timer

from engine.diagnostics.files import NO_SUCH_BOOK
from engine.diagnostics.limits import LARGEST_BOOK
from engine.diagnostics.record import report
from engine.shelf import Unusable, find_book
from engine.store import OpenedBook, open_book

GIT = "git:"
SECONDS = 60
"""A commit of a book is read in far less; what takes longer waits for somebody."""
OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
MOST = 4 * LARGEST_BOOK
"""Bytes of an archive: the files of a book, and as much again of others beside them."""


@contextmanager
def baseline(against: str, folder: Path) -> Iterator[OpenedBook]:
    """The book named `against`, opened: a name or folder, or with `git:REF` the one in `folder` as of a commit. Raises Unusable."""
    if not against.startswith(GIT):
        try:
            found = find_book(against, option="--against ")
        except Unusable as unusable:
            raise _unusable(unusable.diagnostics[0].message, f"name a book or a folder; of a commit, `--against git:{against}`") from None
        yield open_book(found)
        return
    with TemporaryDirectory(prefix="pricebook-") as place:
        # It is called as the folder is, so that a finding about it names the same file.
        there = Path(place) / (folder.resolve().name or "book")
        _unpack(_archive(against.removeprefix(GIT), folder), there)
        yield open_book(there)


def commit_files(folder: Path) -> list[Path]:
    """The file of the repository that a new commit is written to; none where the folder is in no repository."""
    try:
        named = _git(folder, ("rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"), "", "").decode().splitlines()
    except Unusable:
        return []
    return [Path(each) for each in named]


def _archive(reference: str, folder: Path) -> bytes:
    """The folder as of the commit, as a tar file."""
    asked = ("rev-parse", "--show-toplevel", "--show-prefix")
    top, inside = _git(folder, asked, f"`{folder}` is in no git repository", "name a folder with --against").decode().splitlines()
    commit = _git(
        folder, ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{reference}^{{commit}}"), f"git knows no commit `{reference}`",
        "name a branch, a tag or a commit that `git log` lists; of a shallow clone git has the last commits only",
    ).decode().strip()  # fmt: skip
    return _git(
        Path(top), ("archive", "--format=tar", f"{commit}:{inside}" if inside else commit), f"the commit `{reference}` has no folder `{inside}`",
        "name a commit in which the book was there",
    )  # fmt: skip


def _git(folder: Path, arguments: Sequence[str], fault: str, remedy: str) -> bytes:
    try:
        run = subprocess.Popen(
            ["git", "-C", str(folder), *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_environment()
        )
    except FileNotFoundError:
        raise _unusable("git is not installed", "install git, or name a folder with --against") from None
    late = Timer(SECONDS, run.kill)
    late.start()
    with run:
        answer = run.stdout.read(MOST + 1) if run.stdout is not None else b""
        if len(answer) > MOST:
            run.kill()
    late.cancel()
    if len(answer) > MOST:
        raise _unusable(f"the commit holds more than {MOST // 1024**2} MB in the book's folder", "keep just the files of the book in it")
    if run.returncode < 0:
        raise _unusable(f"git did not answer within {SECONDS} seconds", "try again, or name a folder with --against")
    if run.returncode:
        raise _unusable(fault, remedy)
    return answer


def _environment() -> dict[str, str]:
    """The environment without what a hook of git says of its own repository: the book's folder says which one is meant."""
    return {name: value for name, value in os.environ.items() if name not in OF_A_HOOK}


def _unpack(archive: bytes, there: Path) -> None:
    """Files only, each below the folder: a link of a repository may lead anywhere."""
    there.mkdir()
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        for member in files:
            parts = PurePosixPath(member.name).parts
            content = files.extractfile(member) if member.isfile() and ".." not in parts and not member.name.startswith("/") else None
            if content is not None:
                path = there.joinpath(*parts)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def _unusable(message: str, remedy: str) -> Unusable:
    return Unusable(report(NO_SUCH_BOOK, message, subject="--against", help=remedy))
