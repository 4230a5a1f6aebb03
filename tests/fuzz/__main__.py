"""`python -m tests.fuzz`: fuzzes every reader of the product in turn, for a time or a number of cases; `make fuzz` runs it for an hour.

It prints its seed first; the same seed makes the same cases. It ends with 1 where a case failed: with exit 3, an exception or a traceback, more
than 10 s of processor time, or more than 1 GB. What failed is kept in `out/fuzz/`, as small as it could be made.
"""

import argparse
import itertools
import json
import os
import secrets
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.campaign import Failure, Tally, Worker, reduced, run_cases
from tests.fuzz.faults import FAULTS
from tests.fuzz.targets import TARGETS
from tests.fuzz.words import ROOT
from tests.fuzz.worker import decoded

ROUNDS = 10
"""In so many rounds each reader has as many cases as in the suite."""


class Campaign:
    """All workers together: which cases come next, what was counted, which failures are known."""

    def __init__(self, targets: list[str], first: int, until: float, cases: int | None, folder: Path, planted: list[str]) -> None:
        self.tallies = {name: Tally() for name in targets}
        self.failures: Counter = Counter()
        self._until, self._folder, self._planted, self._lock = until, folder, planted, threading.Lock()
        self._turns = self._next_turns(targets, first, cases)

    @staticmethod
    def _next_turns(targets: list[str], first: int, cases: int | None) -> Iterator[tuple[str, range]]:
        """Each reader in turn, so many cases as its share says, until all of them have as many `cases` as are asked for."""
        for turn in itertools.count():
            asked = [
                (name, range(turn * size, (turn + 1) * size if cases is None else min((turn + 1) * size, cases)))
                for name in targets
                for size in [TARGETS[name].share // ROUNDS]
            ]
            if not any(seeds for _, seeds in asked):
                return
            yield from ((name, range(first + seeds.start, first + seeds.stop)) for name, seeds in asked if seeds)

    def work(self) -> None:
        """Takes turn after turn until the time is over."""
        with Worker(*self._planted) as worker:
            while (turn := self._next()) is not None:
                tally = Tally()
                for failure in run_cases(worker, *turn, tally):
                    self._found(worker, failure)
                self._count(turn[0], tally)

    def _next(self) -> tuple[str, range] | None:
        with self._lock:
            return next(self._turns, None) if time.monotonic() < self._until else None

    def _found(self, worker: Worker, failure: Failure) -> None:
        with self._lock:
            self.failures[failure.signature] += 1
            known = self.failures[failure.signature] > 1
        if not known:
            failure = reduced(worker, failure)
            print(failure.told(failure.keep(self._folder)), flush=True)

    def _count(self, name: str, tally: Tally) -> None:
        with self._lock:
            whole = self.tallies[name]
            whole.cases, whole.failures = whole.cases + tally.cases, whole.failures + tally.failures
            whole.exits += tally.exits
            whole.codes += tally.codes
            whole.slowest, whole.largest = max(whole.slowest, tally.slowest), max(whole.largest, tally.largest)

    def table(self) -> str:
        """What was run: cases, exit codes of their commands, how many codes were seen, the dearest case, failures."""
        head = f"{'reader':<10} {'cases':>8} {'exit 0':>8} {'exit 1':>8} {'exit 2':>8} {'codes':>6} {'slowest':>8} {'largest':>8} {'failed':>7}"
        rows = [
            f"{name:<10} {each.cases:>8} {each.exits[0]:>8} {each.exits[1]:>8} {each.exits[2]:>8} {len(each.codes):>6} {each.slowest:>6.1f} s {each.largest:>5} MB {each.failures:>7}"
            for name, each in self.tallies.items()
        ]
        codes = set().union(*(each.codes for each in self.tallies.values()))
        cases, failed = sum(each.cases for each in self.tallies.values()), sum(each.failures for each in self.tallies.values())
        return "\n".join([head, *rows, f"{cases} cases, {failed} failed in {len(self.failures)} ways, {len(codes)} different codes shown"])


def main() -> int:
    """Fuzzes as it is asked; 1 where a case failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz the readers of the product.")
    parser.add_argument("--minutes", type=float, default=60, help="how long, on the clock; default: 60")
    parser.add_argument("--cases", type=int, help="so many cases of each reader in place of a time")
    parser.add_argument("--seed", type=int, help="the first seed, which repeats a run; default: a random one")
    parser.add_argument("--target", action="append", choices=sorted(TARGETS), help="only this reader; may be given again")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes at a time; default: one for each processor")
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "fuzz", help="where failing cases are kept; default: out/fuzz")
    parser.add_argument("--plant", action="append", default=[], choices=sorted(FAULTS), help="plant a fault in the reader of orders, to see it found")
    parser.add_argument("--repeat", type=Path, metavar="FOLDER", help="run a case that was kept, once")
    asked = parser.parse_args()
    if asked.repeat:
        return _repeat(asked.repeat, asked.plant)
    first = secrets.randbelow(10**9) if asked.seed is None else asked.seed
    targets = asked.target or list(TARGETS)
    print(f"seed {first}: {', '.join(targets)}", flush=True)
    until = time.monotonic() + (asked.minutes * 60 if asked.cases is None else float("inf"))
    campaign = Campaign(targets, first, until, asked.cases, asked.out, asked.plant)
    with ThreadPoolExecutor(asked.workers or 1) as pool:
        for each in [pool.submit(campaign.work) for _ in range(asked.workers or 1)]:
            each.result()  # what goes wrong in the harness itself is raised here, and never passes for a run without failures
    print(campaign.table(), flush=True)
    print(f"seed {first}")
    return 1 if campaign.failures else 0


def _repeat(folder: Path, planted: list[str]) -> int:
    case = decoded(json.loads((folder / "case.json").read_text(encoding="utf-8")))
    with Worker(*planted) as worker:
        answer = worker.run({"case": json.loads((folder / "case.json").read_text(encoding="utf-8"))})
    if answer["fault"] is None:
        print(f"no fault: exit {', '.join(map(str, answer['exits']))}; {answer['seconds']} s, {answer['megabytes']} MB")
        return 0
    target, _, seed = folder.name.rpartition("-")
    print(Failure(target, int(seed) if seed.isdigit() else 0, case, answer["fault"], answer["where"], answer["run"], answer["said"]).told(folder))
    return 1


if __name__ == "__main__":
    sys.exit(main())
