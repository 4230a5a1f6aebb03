"""Medians of interleaved runs: whatever slows the machine down for a while slows both sides down."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Target:
    """What is compared, and the largest ratio that is good enough."""

    what: str
    most: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two medians in nanoseconds."""

    target: Target
    first_time: int
    second_time: int

    @property
    def ratio(self) -> str:
        """How many times longer the first takes, with two decimals."""
        return f"{Decimal(self.first_time) / Decimal(self.second_time):.2f}"

    @property
    def reached(self) -> bool:
        """Whether the ratio is within its target."""
        return Decimal(self.first_time) <= Decimal(self.target.most) * self.second_time

    @property
    def first(self) -> str:
        """The first median in words."""
        return _words(self.first_time)

    @property
    def second(self) -> str:
        """The second median in words."""
        return _words(self.second_time)


def in_process(target: Target, first: Callable[[], object], second: Callable[[], object], rounds: int = 60, batch: int = 20) -> Comparison:
    """Compares two calls; each round times a batch of one, then of the other."""
    for function in (first, second) * 3:
        function()
    return Comparison(target, *_medians([_batch(first, batch), _batch(second, batch)], rounds, batch))


def whole_processes(target: Target, first: Sequence[str], second: Sequence[str], rounds: int = 9) -> Comparison:
    """Compares two commands from start to end, as a person waits for them."""
    return Comparison(target, *_medians([_command(first), _command(second)], rounds, 1))


def _medians(runs: Sequence[Callable[[], int]], rounds: int, batch: int) -> list[int]:
    times: list[list[int]] = [[] for _ in runs]
    for _ in range(rounds):
        for run, taken in zip(runs, times, strict=True):
            taken.append(run())
    return [int(median(taken)) // batch for taken in times]


def _batch(function: Callable[[], object], batch: int) -> Callable[[], int]:
    """Processor time: what others do on the machine meanwhile is not counted."""

    def run() -> int:
        start = time.process_time_ns()
        for _ in range(batch):
            function()
        return time.process_time_ns() - start

    return run


def _command(arguments: Sequence[str]) -> Callable[[], int]:
    # As whoever uses it: with its modules compiled, whatever the shell of a developer says of that.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def run() -> int:
        start = time.perf_counter_ns()
        done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        taken = time.perf_counter_ns() - start
        if done.returncode != 0:
            # A command that fails early is fast: a ratio of it would be worth nothing.
            sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[:2000]}")
        return taken

    return run


def _words(nanoseconds: int) -> str:
    if nanoseconds < 1_000_000:
        return f"{nanoseconds // 1000} us"
    return f"{nanoseconds // 1_000_000} ms" if nanoseconds < 10_000_000_000 else f"{nanoseconds // 1_000_000_000} s"
