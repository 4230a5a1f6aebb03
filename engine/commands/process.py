"""The process in which a command runs: its standard streams and its signals, in whatever state it was started.

Contract: a result reaches stdout whole, or the command says that it did not; a reader who goes away is no failure. What becomes of stderr
changes nothing, not even the exit code.
"""

import io
import os
import signal
import sys
from contextlib import suppress
from importlib.util import find_spec
from typing import Any, TextIO

from engine.machine import ENDING

STDIN, STDOUT, STDERR = range(3)
ended_by: list[int] = []
"""The signals that came: what a library makes of their exception is no fault of its own."""


class OutputLost(Exception):
    """The result cannot be written to stdout; its cause is the error of the machine."""


class _Stream(io.BufferedWriter):
    """Stdout or stderr. After an error everything goes to nowhere, so that nothing is said twice, nor when the program ends."""

    is_lost = False

    def write(self, data: Any) -> int:
        try:
            return super().write(data)
        except OSError as error:
            self._lose(error)
        return len(data)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            self._lose(error)

    def _lose(self, error: OSError) -> None:
        self.is_lost = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
        if self.fileno() == STDOUT and not isinstance(error, BrokenPipeError):
            raise OutputLost from error


def nobody_reads() -> bool:
    """Whether whoever read stdout has gone away, as was seen when something was written."""
    return getattr(sys.stdout.buffer, "is_lost", False)


def prepare() -> None:
    """Makes the process fit to run a command: no stream is missing, and a signal that ends it lets it clean up."""
    for descriptor in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            # Left closed, its number would go to the next file that is opened. A result that nobody can read is an error, a remark is none.
            os.open(os.devnull, os.O_WRONLY if descriptor == STDERR else os.O_RDONLY)
    sys.stdout, sys.stderr = _steady(sys.stdout, STDOUT), _steady(sys.stderr, STDERR)
    for each in ENDING:
        if signal.getsignal(each) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(each, _end)
    # No date is of the machine's own zone; a library reads it all the same, and fails where it is none.
    zones = find_spec("tzdata")
    if zones is not None and zones.origin is not None:
        os.environ["TZ"] = os.path.join(os.path.dirname(zones.origin), "zoneinfo", "UTC")


def _end(number: int, _frame: object) -> None:
    """Leaves the command by an exception, so that whatever it has begun is cleaned up."""
    ended_by.append(number)
    if number == signal.SIGINT:
        with suppress(OSError):
            os.write(STDERR, b"stopped\n")
    sys.exit(128 + number)


def _steady(stream: TextIO | None, descriptor: int) -> TextIO:
    """A `_Stream` in place of the stream, in its encoding."""
    buffer = getattr(stream, "buffer", None)
    if stream is not None and type(getattr(buffer, "raw", buffer)) is not io.FileIO:
        return stream  # a console that is no file
    encoding, errors = ("utf-8", "backslashreplace") if stream is None else (stream.encoding, stream.errors)
    by_line = descriptor == STDERR or (stream is not None and bool(stream.line_buffering))
    return io.TextIOWrapper(_Stream(io.FileIO(descriptor, "w", closefd=False)), encoding, errors, line_buffering=by_line)
