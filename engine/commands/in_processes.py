"""Work on many things in as many processes as the machine has cores: each is a copy of this one, so that what it needs is there already.

Contract: the answers are the same, and in the same order, whatever the number of processes. What one of them raises is raised here, and so is
that one has ended; when this returns or raises, none is left.
"""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_all_start_methods, get_context
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from engine.machine import ENDING

FEW = 48
"""Things that one process does sooner than several are started."""
AT_ONCE = 8
"""Things that a process takes at a time: few enough that somebody who stops the command does not wait for them."""

Done = TypeVar("Done")
_work: list[Callable[[int], Any]] = []
"""What the copies of this process do."""


def in_processes(work: Callable[[int], Done], count: int, reached: Callable[[int], None], workers: int | None = None) -> list[Done]:
    """The answers of the work to 0, 1, ... `count` - 1; `reached` is told how many are there. Without `workers`: as many as make sense."""
    if workers is None:
        workers = _cores() if count > FEW and "fork" in get_all_start_methods() else 1
    if workers == 1:
        return _told((work(number) for number in range(count)), reached)
    before = {*active_children()}
    _work[:] = [work]
    pool = ProcessPoolExecutor(workers, get_context("fork"), _begin)
    try:
        with _signals_wait():
            parts: list[Future[list[Done]]] = [pool.submit(_do, start, min(start + AT_ONCE, count)) for start in range(0, count, AT_ONCE)]
        return _told((answer for part in parts for answer in part.result()), reached)
    except BaseException:
        _end({*active_children()} - before)
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        _work.clear()


def _told(answers: Iterable[Done], reached: Callable[[int], None]) -> list[Done]:
    found = []
    for answer in answers:
        found.append(answer)
        reached(len(found))
    return found


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _signals_wait() -> Iterator[None]:
    """No signal comes while processes are started: a copy would take it for its own before it knows that it is one."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """What a copy does first: whoever stops the command with a key means the process that has the copies, which ends them."""
    for each in ENDING:
        signal.signal(each, signal.SIG_IGN if each == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _do(start: int, end: int) -> list[Any]:
    return [_work[0](number) for number in range(start, end)]


def _end(processes: Iterable[BaseProcess]) -> None:
    for each in processes:
        each.terminate()
