"""Faults to plant in the reader of orders, to see that the harness finds them: one that raises, one that spins, one that takes memory, ..."""

import os
import re
from collections.abc import Callable

from engine.language import build


def plant(name: str) -> None:
    """Makes the reader of orders do this before it reads an order that names its billing mode."""
    read, fault = build.load_order, FAULTS[name]

    def load_order(file, content, *more):
        if b"billing_mode" in content:
            fault()
        return read(file, content, *more)

    build.load_order = load_order


def _raise() -> None:
    raise KeyError("planted")


def _exit() -> None:
    raise SystemExit(7)


def _print() -> None:
    print("Traceback (most recent call last):")


def _spin() -> None:
    while True:
        pass


def _spin_in_c() -> None:
    """Python's own handlers of signals do not run until a regular expression has ended."""
    re.match(r"(a*)*b", "a" * 60)


def _allocate() -> None:
    kept = [bytearray(64 * 1024 * 1024) for _ in range(100)]
    del kept


def _hide_allocation() -> None:
    """More than a case may have, but nobody is told."""
    kept = bytearray(b"x") * (1300 * 1024 * 1024)
    del kept


FAULTS: dict[str, Callable[[], None]] = {
    "raise": _raise, "exit": _exit, "print": _print, "spin": _spin, "spin-in-c": _spin_in_c, "allocate": _allocate, "hide-allocation": _hide_allocation, "abort": os.abort,
}  # fmt: skip
"""Each fault by its name."""
