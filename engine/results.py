"""Results as files: each whole or not at all, and several all or none, whatever the machine does and whoever stops the program.

Contract: knows files, signals and what the machine refuses; knows nothing of what a result says.
"""

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EISDIR, ENOENT, ENOTDIR
from pathlib import Path
from threading import current_thread, main_thread

from engine.diagnostics.files import CANNOT_WRITE
from engine.diagnostics.record import report
from engine.machine import ENDING, exit_code, why
from engine.shelf import Unusable

PART = ".part"
"""How the name of a file ends that is being written."""
PIECE = 1024 * 1024
ASIDE = ".aside"


@contextmanager
def written(*files: tuple[Path, bytes | Path]) -> Iterator[None]:
    """Writes all of the files or none: what stood there stays until all that is new is safely on disk. Raises Unusable.

    A file's content is given as bytes, or where it is large as another file to copy.

    Inside of the `with` they stand, and nothing breaks off what is said of them.
    """
    plain = [each for each in files if not _written_through(*each)]
    parts: list[tuple[str, Path]] = []
    with unbroken():
        try:
            for path, content in plain:
                with writing(path):
                    parts.append((_part(path, content), path))
            for part, path in parts:
                with writing(path):
                    os.replace(part, _target(path))
            yield
        finally:
            for part, _ in parts:
                with suppress(FileNotFoundError):
                    os.unlink(part)


def _written_through(path: Path, content: bytes | Path) -> bool:
    """Whether it was written at once: a device or a pipe has nothing that could be half replaced, and may keep its writer waiting."""
    with writing(path):
        mode = _mode(path)
        if mode is None or stat.S_ISREG(mode):
            return False
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(EISDIR, "it is a folder")
        path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    return True


def _target(path: Path) -> Path:
    """Where the content goes: a link stays a link."""
    return path.resolve() if path.is_symlink() else path


@contextmanager
def unbroken() -> Iterator[None]:
    """What is begun is finished, and said: Ctrl-C and the signals that end a program wait until then.

    They are not blocked, for another thread would take them: they are kept.
    """
    kept: list[int] = []
    ours = ENDING if current_thread() is main_thread() else ()
    before = {each: signal.signal(each, lambda number, _: kept.append(number)) for each in ours}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler or signal.SIG_DFL)
        for each in kept:
            signal.raise_signal(each)


@contextmanager
def writing(path: Path, subject: str = "--output") -> Iterator[None]:
    """What the machine refuses while something is written at the path is why it cannot be used: raises Unusable."""
    try:
        yield
    except OSError as error:
        within = f"nothing can be made in the folder `{path.parent}`" if os.path.isdir(path.parent) else f"there is no folder `{path.parent}`"
        known = {ENOENT: within, ENOTDIR: f"`{path.parent}` is not a folder", EISDIR: "it is a folder"}
        reason, remedy = why(error, known)
        help_text = remedy if exit_code(error) == 3 else "name a file in a folder that exists and that you may write to"
        raise Unusable(report(CANNOT_WRITE, f"`{path}` was not written: {reason}", subject=subject, help=help_text), exit_code=exit_code(error)) from None


def make_folder(path: Path) -> None:
    """Makes the folder where there is none, in one that exists. Raises Unusable."""
    with writing(path):
        path.mkdir(exist_ok=True)


def remove_parts(folder: Path) -> None:
    """Removes what programs that were ended in the midst of writing left in a folder into which nobody writes now."""
    for path in folder.glob(f".*{PART}"):
        with suppress(OSError):
            path.unlink()
    shutil.rmtree(folder / ASIDE, ignore_errors=True)


@contextmanager
def aside(folder: Path) -> Iterator[None]:
    """What libraries write for themselves meanwhile stands in a hidden folder in this one, and is gone afterwards, also where a copy of this
    process was killed.
    """
    with writing(folder):
        (folder / ASIDE).mkdir(exist_ok=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folder / ASIDE)
    try:
        yield
    finally:
        tempfile.tempdir = before
        remove_parts(folder)


def _part(path: Path, content: bytes | Path) -> str:
    """The content in a file of its own beside its place, safely on disk."""
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=PART, dir=_target(path).parent)
    try:
        with open(descriptor, "wb") as stream:
            if isinstance(content, bytes):
                stream.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, stream, PIECE)
            stream.flush()
            os.fsync(stream.fileno())
        mode, mask = _mode(path), os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask if mode is None else stat.S_IMODE(mode))
    except BaseException:
        os.unlink(name)
        raise
    return name


def _mode(path: Path) -> int | None:
    """Kind and permissions of what stands there, behind all links; None where nothing does. Raises OSError."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None
