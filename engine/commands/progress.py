"""How far a long work is, on one line of a terminal that is written over and leaves nothing behind; nothing where stderr goes elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

FIRST, OFTEN = 2_000_000_000, 200_000_000
"""Nanoseconds: after which something is said of the time that is left, and between two lines."""


class Progress:
    """`accounts  612 of 1,240, about 20 s left`. Use it with `with`, and call `reached` with how many are done."""

    def __init__(self, noun: str, whole: int) -> None:
        self._noun, self._whole = noun, whole
        self._begun = self._said = time.monotonic_ns()
        self._width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._write("")

    def reached(self, done: int) -> None:
        """Says how far it is, unless that was said just now."""
        now = time.monotonic_ns()
        if sys.stderr.isatty() and now - self._said >= OFTEN:
            self._said = now
            self._write(progress_line(self._noun, done, self._whole, now - self._begun))

    def _write(self, line: str) -> None:
        if line or self._width:
            sys.stderr.write(f"\r{line.ljust(self._width)}" + ("" if line else "\r"))
            sys.stderr.flush()
        self._width = len(line)


def progress_line(noun: str, done: int, whole: int, passed: int) -> str:
    """The line after so many nanoseconds; of the time that is left nothing where too little is known.

    >>> progress_line("accounts", 612, 1240, 20_000_000_000)
    'accounts  612 of 1,240, about 21 s left'
    """
    left = f", about {_rough(passed * (whole - done) // done // 1_000_000_000)} left" if done and passed >= FIRST else ""
    return f"{noun}  {done:,} of {whole:,}{left}"


def _rough(seconds: int) -> str:
    return f"{seconds + 1} s" if seconds < 90 else f"{-(-seconds // 60)} min"
