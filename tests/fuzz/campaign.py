"""Runs cases in worker processes, and says of each fault what it takes to see it again.

The worker may end with a case (too much processor time, a fault in C): then the parent knows which one it was, and starts another.
"""

import json
import selectors
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.fuzz.targets import CALLS, Case, make_case
from tests.fuzz.words import ROOT
from tests.fuzz.worker import encoded

SECONDS = 10
"""Processor time of a case."""
PATIENCE = 600
"""Seconds on the clock that an answer may take: a process that waits for something uses no processor time."""
REDUCING = 60
"""Seconds that are spent on making a failing case smaller."""
MOST_PIECES = 20_000
"""Lines or bytes of a file that is made smaller."""
SHOWN = 4000
"""Bytes of a file that are printed."""


@dataclass(frozen=True)
class Failure:
    """A fault of the product: the case, which of its runs it was, what happened, where, and what the program said."""

    target: str
    seed: int
    case: Case
    fault: str
    where: str
    run: int = 0
    said: str = ""

    @property
    def signature(self) -> tuple[str, str]:
        """What makes two failures the same one."""
        place = self.where.partition(":" if self.fault.startswith("more") else " ")[0]
        return self.fault, place

    def told(self, folder: Path | None = None) -> str:
        """The failure with its seed, its bytes, and the commands that repeat it."""
        run = self.case.runs[self.run]
        typed = "" if run[0] in CALLS else f"pricebook {shlex.join(run)}"
        lines = [f"FAILED {self.target}, seed {self.seed}: {self.fault}, {self.where}"]
        lines += [f"  repeat the case:    python -m tests.fuzz --target {self.target} --seed {self.seed} --cases 1"]
        lines += [f"  repeat what is kept: python -m tests.fuzz --repeat {shlex.quote(str(folder))}"] if folder else []
        lines += [f"  repeat the command: cd {shlex.quote(str(folder))} && {typed}"] if folder and typed else [f"  the command:        {typed}"] * bool(typed)
        content = self.case.files.get(self.case.mutated)
        if content is not None:
            more = f" ... ({len(content)} bytes)" if len(content) > SHOWN else ""
            lines.append(f"  {self.case.mutated}: {content[:SHOWN]!r}{more}")
        return "\n".join([*lines, *(f"  | {line}" for line in self.said.strip().splitlines()[-12:])])

    def keep(self, below: Path) -> Path:
        """Writes the case into a folder of its own, with its command lines, and returns the folder."""
        folder = below / f"{self.target}-{self.seed}"
        for name, content in self.case.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        (folder / "case.json").write_text(json.dumps(encoded(self.case)), encoding="utf-8")
        return folder


@dataclass
class Tally:
    """What became of the cases of a target."""

    cases: int = 0
    exits: Counter = field(default_factory=Counter)
    codes: Counter = field(default_factory=Counter)
    slowest: float = 0
    largest: int = 0
    failures: int = 0

    def add(self, answer: dict) -> None:
        """Counts one answer."""
        self.cases += 1
        self.exits.update(answer["exits"])
        self.codes.update(answer["codes"])
        self.slowest, self.largest = max(self.slowest, answer["seconds"]), max(self.largest, answer["megabytes"])
        self.failures += answer["fault"] is not None


class Worker:
    """A process that runs cases, started anew whenever one ended it. Use it with `with`."""

    def __init__(self, *planted: str, seconds: int = SECONDS) -> None:
        self._seconds = seconds
        self._command = [sys.executable, "-m", "tests.fuzz.worker", str(seconds), *planted]
        self._process: subprocess.Popen | None = None
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed with the worker

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_) -> None:
        self._end()
        self._said.close()

    def run(self, request: dict) -> dict:
        """The answer to a request (`target` and `seed`, or a `case`); a worker that ended, or does not answer, is a fault of the case."""
        process = self._running()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = _line(process, PATIENCE)
        except OSError:
            line = b""
        if line.endswith(b"\n"):
            return json.loads(line)
        waited = line is not None and process.poll() is None
        where = self._end()
        code = process.returncode
        over = code == -signal.SIGXCPU
        fault = "no answer" if waited else f"more than {self._seconds} s" if over else f"ended by {signal.Signals(-code).name if code < 0 else f'exit {code}'}"
        return {"fault": fault, "where": where, "said": "", "run": 0, "exits": [], "codes": [], "seconds": self._seconds if over else 0, "megabytes": 0}

    def _running(self) -> subprocess.Popen:
        if self._process is None:
            self._said.seek(0), self._said.truncate()
            self._process = subprocess.Popen(self._command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said)
        return self._process

    def _end(self) -> str:
        """Ends the process; where it was in the product's code, as far as it could say."""
        process, self._process = self._process, None
        if process is None:
            return ""
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._said.seek(0)
        told = self._said.read().decode("utf-8", "replace").splitlines()
        frames = [line.strip() for line in told if line.startswith('  File "') and ("/engine/" in line or "/pricebook/" in line)]
        place = frames[0].replace('File "', "").split('", line ') if frames else []
        return f"{Path(place[0]).relative_to(ROOT) if Path(place[0]).is_relative_to(ROOT) else place[0]}:{place[1]}" if place else "?"


def _line(process: subprocess.Popen, seconds: float) -> bytes:
    """A line of the process's output; without its end where the process ended, or the time is over."""
    until, line = time.monotonic() + seconds, b""
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n"):
            if not ready.select(max(0, until - time.monotonic())):
                return line
            part = process.stdout.read1()
            if not part:
                process.wait()
                return line
            line += part
    return line


def run_cases(worker: Worker, target: str, seeds: Iterator[int] | range, tally: Tally) -> Iterator[Failure]:
    """Runs the cases of these seeds; yields what fails."""
    for seed in seeds:
        answer = worker.run({"target": target, "seed": seed})
        tally.add(answer)
        if answer["fault"] is not None:
            yield Failure(target, seed, make_case(target, seed), answer["fault"], answer["where"], answer["run"], answer["said"])


def reduced(worker: Worker, failure: Failure, seconds: float = REDUCING) -> Failure:
    """The failure with one command line and a smaller file, as far as they can be found in the time."""
    until = time.monotonic() + seconds

    def still(case: Case) -> bool:
        answer = worker.run({"case": encoded(case)})
        return replace(failure, fault=answer["fault"] or "", where=answer.get("where", "")).signature == failure.signature

    case = failure.case
    alone = replace(case, runs=(case.runs[failure.run],))
    case = alone if still(alone) else case
    for between in (b"\n", b"") if case.mutated else ():
        content = case.files[case.mutated]
        pieces = content.split(between) if between else [content[at : at + 1] for at in range(len(content))]
        size = len(pieces) // 2 if len(pieces) < MOST_PIECES else 0
        while size:
            at = 0
            while at < len(pieces) and time.monotonic() < until:
                left = pieces[:at] + pieces[at + size :]
                smaller = replace(case, files=case.files | {case.mutated: between.join(left)})
                if still(smaller):
                    pieces, case = left, smaller
                else:
                    at += size
            size //= 2
    answer = worker.run({"case": encoded(case)})
    return replace(failure, case=case, run=answer["run"], said=answer["said"]) if answer["fault"] else failure
