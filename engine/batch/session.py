"""DuckDB as this program uses it: in memory, within limits, with a private folder for what does not fit, and its errors as messages.

Contract: nothing is left behind. What a run that was killed left in the folder for temporary files, the next one removes.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from engine.diagnostics.files import MACHINE_FAILED
from engine.diagnostics.record import report
from engine.results import writing
from engine.shelf import Unusable

PREFIX, LOCK = "pricebook-rate-", "lock"
ENOUGH_FREE = 64 * 1024 * 1024
"""Bytes on a disk: where fewer are left, it is full for an engine that writes in large pieces."""


COUNTED = 90
"""Percent of the memory that DuckDB is told: a tenth is for what it does not count, its buffers of files and what lies between its blocks."""
UNITS = {"KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """What a run may take: memory as DuckDB writes it (`1GB`), threads, and the folder for what does not fit into memory."""

    memory: str | None = None
    threads: int | None = None
    temp: Path | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A connection and its private folder."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    limits: EngineLimits


@contextmanager
def opened_session(limits: EngineLimits) -> Iterator[Session]:
    """A session within the limits; raises Unusable where the machine does not allow what is asked of it."""
    with _private_folder(limits.temp or Path(tempfile.gettempdir())) as folder, failures_told(folder, limits):
        connection = duckdb.connect(":memory:")
        try:
            _set(connection, folder, limits)
            yield Session(connection, folder, limits)
        finally:
            connection.close()


def _set(connection: duckdb.DuckDBPyConnection, folder: Path, limits: EngineLimits) -> None:
    connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false; SET preserve_insertion_order = false")
    connection.execute("SET temp_directory = ?", [str(folder / "spill")])
    # Memory that a query is done with goes back to the machine at once: whatever comes after it is not on top of it.
    connection.execute("SET allocator_flush_threshold = '16MB'; SET allocator_bulk_deallocation_flush_threshold = '16MB'")
    if limits.memory is not None:
        connection.execute("SET memory_limit = ?", [f"{_bytes(limits.memory) * COUNTED // 102400}KiB"])
    if limits.threads is not None:
        connection.execute("SET threads = ?", [limits.threads])


def _bytes(size: str) -> int:
    """How many bytes a size is.

    >>> _bytes("512MB"), _bytes("1 GiB")
    (512000000, 1073741824)
    """
    unit = size.lstrip("0123456789 ")
    return int(size.removesuffix(unit)) * UNITS[unit]


@contextmanager
def failures_told(folder: Path, limits: EngineLimits) -> Iterator[None]:
    """What DuckDB cannot do for want of memory or disk becomes a message: raises Unusable."""
    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError):
        # A disk that is full is told in the same way: what was to be written there is still in memory.
        if _is_full(folder):
            message = f"the disk of the folder for temporary files, `{folder.parent}`, is full"
            raise _machine(message, "make room, or name a folder on another disk with --temp") from None
        said = f" of {limits.memory}" if limits.memory else ""
        raise _machine(f"the memory{said} is too small for this delivery", "allow more with --memory, or less at once with --threads 1") from None
    except duckdb.IOException as error:
        if _is_full(folder):
            message = f"the disk of the folder for temporary files, `{folder.parent}`, is full"
            raise _machine(message, "make room, or name a folder on another disk with --temp") from None
        raise _machine(f"a file cannot be read or written: {_first_line(error)}", "look at the disk and the permissions of what is named") from None


def _machine(message: str, remedy: str) -> Unusable:
    return Unusable(report(MACHINE_FAILED, message, help=remedy), exit_code=3)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < ENOUGH_FREE
    except OSError:
        return False


@contextmanager
def _private_folder(parent: Path) -> Iterator[Path]:
    """A folder of this run alone, gone when it ends. A run that was killed holds its lock no longer, and its folder goes too."""
    with writing(parent / PREFIX, "--temp"):
        for left in parent.glob(f"{PREFIX}*"):
            with suppress(OSError), _locked(left, fcntl.LOCK_EX | fcntl.LOCK_NB) as alone:
                if alone:
                    shutil.rmtree(left, ignore_errors=True)
        folder, held = _made_and_held(parent)
    with held:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _made_and_held(parent: Path) -> tuple[Path, ExitStack]:
    """A new folder and its lock. Another run may take one that is not locked yet for one that was left: then the next one is made."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        with suppress(FileNotFoundError), ExitStack() as held:
            if held.enter_context(_locked(folder, fcntl.LOCK_EX)):
                return folder, held.pop_all()


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[bool]:
    """Holds the folder's lock, made where a run was killed before it made its own. Whether the folder is still there once it is held."""
    lock = os.open(folder / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, how)
        yield os.fstat(lock).st_nlink > 0
    finally:
        os.close(lock)
