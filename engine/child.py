"""A process that does one kind of work for the program within limits of processor time, memory and output.

Started by `engine.workers`, in Python's isolated mode; of the product it imports itself and the module that does the work. It reads
JSON lines. The first one (the limits, and what the work begins with) it answers when it is ready, with the memory that it may use.
Each further one is a job; the answer is what the work makes of it, or a `failure`: what (time, memory, output, depth, failed) and a
message. Whatever a job does wrong is an answer, not a crash; where the process ends, its parent says why.
"""

import json
import signal
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Required, TypedDict

try:
    import resource

    HAS_LIMITS = True
except ImportError:  # a system that knows no such limits: the parent's clock remains
    HAS_LIMITS = False

GRACE = 2
"""Seconds of the processor from when Python is told that the time is up until the process ends, if it does not listen."""


class Failure(TypedDict, total=False):
    """What went wrong with a job: `what` in a word, a message; of a template, in which and on which line."""

    what: Required[str]
    message: Required[str]
    template: str
    line: int | None


class Answer(TypedDict, total=False):
    """What a child may answer, each kind by its own key."""

    memory: int
    html: str
    pdf: str
    problems: list[tuple[str, str, str]]
    findings: list[dict[str, str]]
    failure: Failure


class TooMuch(Exception):
    """A limit was reached: `what` is time, memory or output."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def serve(name: str) -> None:
    """Answers jobs until there are no more, by what the function `begin` of the module `name` makes of the first line."""
    first = json.loads(sys.stdin.buffer.readline())
    limits = first["limits"]
    try:
        work = import_module(name).begin(first)
        ready: Answer = {"memory": _limit_memory(limits["memory"])}
    except Exception as error:
        ready = {"failure": failure_of(error)}
    _say(_line(ready))
    for line in sys.stdin.buffer if "memory" in ready else ():
        _say(_answer(work, line, limits))


def failure_of(error: BaseException) -> Failure:
    """What is said of an error."""
    match error:
        case TooMuch():
            return {"what": error.what, "message": ""}
        case MemoryError():
            return {"what": "memory", "message": ""}
        case RecursionError():
            return {"what": "depth", "message": ""}
    return {"what": "failed", "message": str(error) or type(error).__name__}


def _answer(work: Callable[[object], Answer], line: bytes, limits: Mapping[str, int]) -> bytes:
    expired: list[bool] = []
    try:
        try:
            _limit_time(limits["seconds"], expired)
            answer = work(json.loads(line))
            made = _line(answer)
        finally:
            _limit_time(0, expired)
        # A library may have taken the exception for a fault of one drawing, and left that out.
        failure = answer.get("failure")
        if expired and (failure is None or failure["what"] != "time"):
            raise TooMuch("time")
        if len(made) > limits["output"]:
            raise TooMuch("output")
    except Exception as error:
        return _line({"failure": failure_of(error)})
    return made


def _line(answer: Answer) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _limit_memory(wanted: int) -> int:
    """Limits what is written to; not the address space, of which some libraries set aside much more than they use.

    Gives the bytes that there are: fewer than wanted where the process itself was started with a lower limit.
    """
    if not HAS_LIMITS:
        return wanted
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    given = [each for name in (resource.RLIMIT_DATA, resource.RLIMIT_AS) for each in resource.getrlimit(name) if each != resource.RLIM_INFINITY]
    least = min([wanted, *given])
    resource.setrlimit(resource.RLIMIT_DATA, (least, least))
    return least


def _limit_time(seconds: int, expired: list[bool]) -> None:
    """So many more seconds of the processor from now on; 0: as many as the answer takes."""
    if not HAS_LIMITS:
        return

    def out_of_time(*_: object) -> None:
        expired.append(True)
        raise TooMuch("time")

    signal.signal(signal.SIGPROF, out_of_time)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    used, (_, most) = resource.getrusage(resource.RUSAGE_SELF), resource.getrlimit(resource.RLIMIT_CPU)
    last = int(used.ru_utime + used.ru_stime) + seconds + GRACE
    resource.setrlimit(resource.RLIMIT_CPU, (last if most == resource.RLIM_INFINITY else min(last, most), most))
