"""Work on many things in as many processes as the machine has cores: each is a copy of this one, so that what it needs is there already.

Contract: a process does one task at a time and says which thing it has begun; one that ends is told of with it, never waited for. What one of
them raises is raised here. When a crew is left none of its processes remains, and none outlives this process by more than the thing that it
is at.
"""

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Self, TypeVar

from engine.diagnostics.documents import PROCESS_CANNOT_WORK
from engine.diagnostics.record import report
from engine.machine import ENDING
from engine.shelf import Unusable

FEW = 48
"""Things that one process does sooner than several are started."""
AT_ONCE = 8
"""Things that a process takes at a time: few enough that somebody who stops the command does not wait for them."""

Done = TypeVar("Done")
Begun = Callable[[int], None]
"""What a task calls with the number of each thing that it begins."""


@dataclass(slots=True)
class Member:
    """One process of a crew: its task, the thing that it has begun, and the line to it. `process` is None where the crew is this process itself."""

    process: BaseProcess | None
    line: Connection | None
    task: Any = None
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a process said of a task: its answer, that it has `begun` a thing, or nothing, because it `ended` (how, in words)."""

    member: Member
    task: Any
    answer: Any = None
    begun: int | None = None
    ended: str = ""


class Crew:
    """So many processes that do tasks by one function, which takes a task and whom to tell what it begins; 0: none but this one. Use it with `with`."""

    def __init__(self, work: Callable[[Any, Begun], Any], count: int) -> None:
        self._work = work
        self._said: list[Heard] = []
        self.members: list[Member] = []
        for _ in range(count):
            self._start()
        if not count:
            self.members.append(Member(None, None))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self.members:
            if each.process is not None and each.line is not None:
                each.process.terminate()
                each.line.close()
        for each in self.members:
            if each.process is not None:
                each.process.join()

    @property
    def idle(self) -> list[Member]:
        """The processes without a task."""
        return [each for each in self.members if each.task is None]

    def give(self, member: Member, task: object) -> None:
        """Gives a process that is idle its next task, which is not None."""
        member.task, member.at = task, None
        if member.line is None:
            answer = self._work(task, lambda number: self._said.append(Heard(member, task, begun=number)))
            self._said.append(Heard(member, task, answer))
            return
        with suppress(OSError):  # one that has ended is heard of
            member.line.send(task)

    def heard(self) -> Iterator[Heard]:
        """What was said, once anything is: of an answer and of an end, the process is idle or replaced already. Raises what a task raised."""
        lines = {each.line: each for each in self.members if each.line is not None}
        for line in wait([*lines]) if lines else ():
            yield self._listen(lines[line])  # type: ignore[index]  # only what was asked for is ready
        said, self._said = self._said, []
        for each in said:
            each.member.at = each.begun
            if each.begun is None:
                each.member.task = None
            yield each

    def _listen(self, member: Member) -> Heard:
        task = member.task
        try:
            what, value = member.line.recv()  # type: ignore[union-attr]  # it has a line: something was said on it
        except (OSError, EOFError):
            return Heard(member, task, ended=self._replace(member))
        if what == "begun":
            member.at = value
            return Heard(member, task, begun=value)
        member.task = None
        if what == "raised":
            raise value
        return Heard(member, task, value)

    def _replace(self, member: Member) -> str:
        """Starts another process in place of one that has ended, and says how it did."""
        process = member.process
        if process is None or member.line is None:
            return ""
        member.line.close()
        process.join()
        self.members.remove(member)
        self._start()
        code = process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def _start(self) -> None:
        ours, theirs = get_context("fork").Pipe()
        others = [ours, *(each.line for each in self.members if each.line is not None)]
        process = get_context("fork").Process(target=_serve, args=(theirs, others, self._work), daemon=True)
        with _signals_wait(), _nothing_collected():
            process.start()
        theirs.close()
        self.members.append(Member(process, ours))


def in_processes(work: Callable[[int], Done], count: int, reached: Callable[[int], None], workers: int | None = None) -> list[Done]:
    """The answers of the work to 0, 1, ... `count` - 1; `reached` is told how many are there. Without `workers`: as many as make sense.

    The answers are the same, and in the same order, whatever the number of processes. Raises Unusable where one of them ends.
    """
    if workers is None:
        workers = cores() if count > FEW and can_copy() else 1
    if workers == 1:
        return _told((work(number) for number in range(count)), reached)
    parts = [range(start, min(start + AT_ONCE, count)) for start in range(0, count, AT_ONCE)]
    with Crew(lambda part, _: [work(number) for number in part], workers) as crew:
        return _told((answer for part in _in_order(crew, parts) for answer in part), reached)


def _in_order(crew: Crew, parts: list[range]) -> Iterator[list[Any]]:
    found: dict[int, list[Any]] = {}
    given = next_one = 0
    while next_one < len(parts):
        for member in crew.idle[: len(parts) - given]:
            crew.give(member, parts[given])
            given += 1
        for each in crew.heard():
            if each.ended:
                raise ended(each.ended)
            found[each.task.start] = each.answer
        while next_one < len(parts) and parts[next_one].start in found:
            yield found.pop(parts[next_one].start)
            next_one += 1


def ended(how: str, what: str = "the command") -> Unusable:
    """That a process of what is done has ended, as an exception with exit code 3."""
    remedy = "end other programs, or raise the limit of this one (ulimit, container): the system ends a process where memory runs out"
    return Unusable(report(PROCESS_CANNOT_WORK, f"A process of {what} was ended: {how}", help=remedy), exit_code=3)


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def can_copy() -> bool:
    """Whether this system makes copies of a process."""
    return "fork" in get_all_start_methods()


def _told(answers: Iterable[Done], reached: Callable[[int], None]) -> list[Done]:
    found = []
    for answer in answers:
        found.append(answer)
        reached(len(found))
    return found


@contextmanager
def _signals_wait() -> Iterator[None]:
    """No signal comes while processes are started: a copy would take it for its own before it knows that it is one."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """A copy collects nothing that it was born with: garbage of this process may hold what belongs to its threads, which a copy does not have."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _serve(line: Connection, others: list[Connection], work: Callable[[Any, Begun], Any]) -> None:
    """What a copy does: task after task, until there are no more or nobody is there who asks for them."""
    # Held open here, the lines of the others would never tell these that nobody asks any more.
    for each in others:
        each.close()
    # Whoever stops the command with a key means the process that has the copies, which ends them.
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            task = line.recv()
            try:
                answer: tuple[str, Any] = ("answer", work(task, lambda number: line.send(("begun", number))))
            except Exception as error:
                answer = ("raised", error)
            line.send(answer)
