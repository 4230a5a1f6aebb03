"""What whole processes cost: processor seconds with those of their children, clock, the largest resident size, and what they spill.

Two sides run in turn, each in a process of its own, and medians are compared: whatever slows the machine down slows both down.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
TEMPORARY = "{temp}"
"""Stands in a command for a folder that is empty when it starts, and whose greatest size is what it spills."""
OUTPUT = "{output}"
"""Stands in a command for another empty folder."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one process, or the medians of several: seconds and bytes."""

    processor: float
    clock: float
    resident: int
    spilled: int


class Failed(Exception):
    """A command that did not end well: a ratio of it would be worth nothing. The text is what it said."""


def cost_of(command: Sequence[str]) -> Cost:
    """Runs the command once; raises Failed."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as spill, tempfile.TemporaryDirectory() as output, tempfile.TemporaryFile() as said:
        command = [each.replace(TEMPORARY, spill).replace(OUTPUT, output) for each in command]
        with _Size(Path(spill)) as size:
            start = time.perf_counter()
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
            _, status, used = os.wait4(process.pid, 0)
            clock = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{said.read().decode()[-2000:]}")
    return Cost(used.ru_utime + used.ru_stime, clock, used.ru_maxrss * 1024, size.greatest)


def output_of(command: Sequence[str]) -> str:
    """What the command prints, run with an empty folder to spill into; raises Failed."""
    with tempfile.TemporaryDirectory() as spill:
        ran = subprocess.run([each.replace(TEMPORARY, spill) for each in command], cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise Failed(f"{' '.join(command)} ended with {ran.returncode}:\n{ran.stderr[-2000:]}")
    return ran.stdout


def in_turn(first: Sequence[str], second: Sequence[str], rounds: int, cost_of: Callable[[Sequence[str]], Cost] = cost_of) -> tuple[Cost, Cost]:
    """The medians of both commands; of several rounds a first one does not count, so that both find their files in memory."""
    runs = [(cost_of(first), cost_of(second)) for _ in range(rounds + 1 if rounds > 1 else 1)][-rounds:]
    return _medians([each for each, _ in runs]), _medians([each for _, each in runs])


def _medians(costs: Sequence[Cost]) -> Cost:
    return Cost(
        median(each.processor for each in costs), median(each.clock for each in costs),
        max(each.resident for each in costs), max(each.spilled for each in costs),
    )  # fmt: skip


class _Size:
    """The greatest size of a folder's files while a command runs."""

    def __init__(self, folder: Path) -> None:
        self.greatest = 0
        self._folder = folder
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Size":
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._over.wait(0.05):
            self.greatest = max(self.greatest, size_of_folder(self._folder))


def size_of_folder(folder: Path) -> int:
    """Bytes on the disk: a file that is given away meanwhile counts no more."""
    total = 0
    for below, _, names in os.walk(folder):  # which passes over a folder that is gone
        for name in names:
            with suppress(FileNotFoundError):
                total += os.stat(os.path.join(below, name)).st_blocks * 512
    return total
