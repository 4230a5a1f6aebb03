"""A process that runs cases: each in an empty folder, within limits of processor time and memory, and never with the clock's own day.

It reads one JSON request a line and answers each with one line. A case that exceeds the time ends the process, which the parent sees; what
Python was doing then stands on stderr. Its arguments are the processor seconds of a case, and the names of faults (`tests.fuzz.faults`) that
are planted before anything is run.
"""

import base64
import contextlib
import faulthandler
import io
import json
import math
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from datetime import date
from pathlib import Path

from engine.commands import reading, shell
from engine.values.periods import start_of_day
from tests.fuzz import calls, faults
from tests.fuzz.targets import CALLS, VALUES, Case, make_case

MEMORY = 1024 * 1024 * 1024
"""Bytes that a case may have at a time beside what the process had before it."""
LONGEST_NAME = 255
"""Bytes of a name that a machine takes."""
CODE = re.compile(r'(?:\[|"code": ")([A-Z][0-9]{3})\b')


def main() -> None:
    """Answers until there is no more request."""
    requests, answers = sys.stdin, os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    faulthandler.enable()
    faulthandler.register(signal.SIGXCPU, all_threads=False, chain=True)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    reading.start_of_today = lambda book: start_of_day(date(2026, 3, 1), book.zone)
    seconds = int(sys.argv[1])
    for name in sys.argv[2:]:
        faults.plant(name)
    # A folder in a folder of its own: what a mutated path such as `..` leads to is the same on every machine.
    folder = Path(tempfile.mkdtemp(prefix="pricebook-fuzz-")) / "case"
    folder.mkdir()
    try:
        for line in requests:
            request = json.loads(line)
            case = decoded(request["case"]) if "case" in request else make_case(request["target"], request["seed"])
            answers.write(json.dumps(run_case(case, folder, seconds)) + "\n")
            answers.flush()
    finally:
        shutil.rmtree(folder.parent, ignore_errors=True)


def encoded(case: Case) -> dict:
    """The case as JSON can carry it."""
    return {"files": {name: base64.b64encode(content).decode() for name, content in case.files.items()}, "runs": case.runs, "mutated": case.mutated}


def decoded(data: dict) -> Case:
    """The case that was encoded."""
    files = {name: base64.b64decode(content) for name, content in data["files"].items()}
    return Case(files, tuple(map(tuple, data["runs"])), data["mutated"])


def run_case(case: Case, folder: Path, limit: int) -> dict:
    """What became of it: its exit codes and the codes it showed, its cost, and the `fault` of the product that it found, or None."""
    for each in folder.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()
    for name, content in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    os.chdir(folder)
    before = _limit(limit)
    answer = {"fault": None, "exits": [], "codes": []}
    for number, run in enumerate(case.runs):
        code, out, err = _run(run)
        fault, where = _fault(run, code, out, err)
        answer["exits"].append(code)
        answer["codes"] = sorted({*answer["codes"], *CODE.findall(out + err)})
        if fault:
            answer |= {"fault": fault, "where": where, "run": number, "said": (err or out)[-3000:]}
            break
    seconds, peak = _seconds() - before[0], _kilobytes("VmHWM") * 1024 - before[1]
    if seconds > limit:
        answer |= {"fault": f"more than {limit} s", "where": "processor time", "run": len(answer["exits"]) - 1, "said": ""}
    if peak > MEMORY or "MemoryError" in answer.get("where", ""):
        answer |= {"fault": "more than 1 GB", "run": len(answer["exits"]) - 1} | ({"where": "memory", "said": ""} if answer["fault"] is None else {})
    return answer | {"seconds": round(seconds, 3), "megabytes": max(0, peak) // 2**20}


def _run(run: tuple[str, ...]) -> tuple[int, str, str]:
    """The exit code of one run and what it wrote to stdout and stderr."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", errors="backslashreplace") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        if run[0] in CALLS:
            code = _call(run)
        else:
            code = shell.run(run)
    out.flush(), err.flush()
    return code, *(stream.buffer.getvalue().decode("utf-8", "replace") for stream in (out, err))


def _call(run: tuple[str, ...]) -> int:
    try:
        content = Path(run[-1]).read_bytes()
        return calls.values(content.decode("utf-8")) if run[0] == VALUES else calls.library(run[1], content)
    except Exception:
        traceback.print_exc()
        return 3


def _fault(run: tuple[str, ...], code: int, out: str, err: str) -> tuple[str, str]:
    """What is wrong with the way in which a run ended, and where in the program; empty texts where it ended as it may."""
    if code in (0, 1, 2) and "Traceback (most recent call last)" not in out + err:
        if "json" in run and run[run.index("json") - 1] == "-f" and out and not _is_json(out):
            return "no JSON", "stdout"
        return "", ""
    if code == 3 and _names_too_much(run) and "the name is too long" in out + err:
        return "", ""
    told = err if run[0] in CALLS else _run(("--debug", *run))[2]
    frames = re.findall(r'File "[^"]*?((?:engine|pricebook)/[^"]+)", line (\d+), in (\S+)', told)
    raised = re.findall(r"^(\w[\w.]*(?:Error|Exception|Interrupt|Exit|Iteration|NotImplemented\w*)\b[^\n]*)", told, re.MULTILINE)
    where = f"{frames[-1][0]}:{frames[-1][1]} {frames[-1][2]}" if frames else "?"
    return f"exit {code}", f"{where}: {raised[-1][:120] if raised else told.strip()[:120]}"


def _names_too_much(run: tuple[str, ...]) -> bool:
    """Whether a file is named that no machine takes: its fault, which has exit code 3."""
    return any(len(part.encode("utf-8", "surrogateescape")) > LONGEST_NAME for text in run for part in text.split("/"))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


# --- limits ---------------------------------------------------------------------------------------------------------------------


def _limit(seconds: int) -> tuple[float, int]:
    """Sets the limits anew and returns the processor seconds and the bytes of memory that were used by then."""
    soft = math.ceil(time.process_time()) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    # Of what is written to, not of addresses: the program of the official rules, which is a child, sets aside gigabytes of them.
    resource.setrlimit(resource.RLIMIT_DATA, (_kilobytes("VmData") * 1024 + 3 * MEMORY // 2, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here on
    return _seconds(), _kilobytes("VmRSS") * 1024


def _seconds() -> float:
    """Processor seconds of this process and of the children that it waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


def _kilobytes(name: str) -> int:
    return int(re.search(rf"^{name}:\s+(\d+)", Path("/proc/self/status").read_text(), re.MULTILINE)[1])


if __name__ == "__main__":
    main()
