"""The book as it was last saved and as it last could be priced, read again whenever it changes, and who is told of it.

Contract: what is shown is one frozen record, exchanged whole: a request that has begun goes on with the one that it began with.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from engine.commands.baseline import GIT, baseline, commit_files
from engine.commands.reading import obstacles, start_of_today
from engine.diagnostics.files import MACHINE_FAILED, TOOL_FAILED
from engine.diagnostics.record import Diagnostic, report
from engine.machine import is_fault, why
from engine.preview.watching import saves
from engine.review.comparison import Comparison, compare_books
from engine.shelf import Unusable
from engine.store import OpenedBook, inspect_book

Told = Callable[[str], None]
"""Hears `checking` when a save is being read, `saved` when the answers have changed, and `ended`."""


LAST_COMMIT = f"{GIT}HEAD"
"""What a book is compared with where nothing else is named."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one reading of the book's files gave. `number` counts the readings.

    `diagnostics` and `sources` are those of the last reading, `files` how many it read; `good` is the last book that could be priced, read
    `good_at`, and `stale` tells that it is not the one that was saved last. `comparison` sets it beside `before`, or `incomparable` says why not.
    """

    number: int
    read_at: datetime
    diagnostics: tuple[Diagnostic, ...] = ()
    sources: dict[str, str] | None = None
    files: int = 0
    opened: OpenedBook | None = None
    good: OpenedBook | None = None
    good_at: datetime | None = None
    before: OpenedBook | None = None
    comparison: Comparison | None = None
    incomparable: str = ""

    @property
    def stale(self) -> bool:
        """Whether the last save cannot be priced, so that what is shown is an earlier one."""
        return self.opened is not self.good


class LiveBook:
    """A book that is read again on every save. `against` names what it is compared with."""

    def __init__(self, folder: Path, against: str) -> None:
        self.folder, self.against = folder, against
        self.now = Snapshot(0, _clock())
        self.listeners: set[Told] = set()
        self._stop = Event()

    def start(self) -> None:
        """Reads the book, and from now on whenever it is saved."""
        saved = saves(self.folder, commit_files(self.folder) if self.against.startswith(GIT) else [], self._stop)
        next(saved)
        self.read()
        Thread(target=self._watch, args=(saved,), name="saves", daemon=True).start()

    def stop(self) -> None:
        """Tells everybody that the preview ends. Called from a signal's handler: it waits for nothing."""
        self._stop.set()
        self._tell("ended")

    def read(self) -> None:
        """Reads the files and exchanges what is shown; whatever goes wrong is a finding."""
        self._tell("checking")
        last = self.now
        try:
            self.now = self._with_comparison(self._read(last))
        except Unusable as unusable:
            self.now = _unread(last, unusable.diagnostics)
        except Exception as error:
            # A fault of the program must not end the preview: the next save may be read again.
            self.now = _unread(last, (_fault(error),))
        self._tell("saved")

    def _read(self, last: Snapshot) -> Snapshot:
        opened = inspect_book(self.folder)
        sound = opened.book is not None and not obstacles(opened)
        now = Snapshot(last.number + 1, _clock(), opened.diagnostics, dict(opened.sources), len(opened.files), opened)
        return replace(now, good=opened if sound else last.good, good_at=now.read_at if sound else last.good_at)

    def _with_comparison(self, now: Snapshot) -> Snapshot:
        """The reading with what it is compared with, which is read anew too: a commit may have come."""
        if now.good is None:
            return replace(now, incomparable="There is nothing to compare before the book can be read.")
        try:
            with baseline(self.against, self.folder) as before:
                if before.book is None or obstacles(before):
                    return replace(now, incomparable=f"The book of {called(self.against)} has errors itself, so nothing can be compared with it.")
                found = compare_books(before.book, now.good.rules, start_of_today(now.good.rules))
            return replace(now, before=before, comparison=found)
        except Unusable as unusable:
            first = unusable.diagnostics[0]
            return replace(now, incomparable=f"{first.message[:1].upper()}{first.message[1:]}: {first.help}.")

    def _watch(self, saved: Iterator[None]) -> None:
        for _ in saved:
            self.read()

    def _tell(self, what: str) -> None:
        for listener in tuple(self.listeners):
            listener(what)


def called(against: str) -> str:
    """What the page calls the book that it compares with."""
    return "the last commit" if against == LAST_COMMIT else against.removeprefix(GIT)


def _unread(last: Snapshot, diagnostics: tuple[Diagnostic, ...]) -> Snapshot:
    """The reading of a folder in which nothing could be read; what was shown before stays."""
    return replace(last, number=last.number + 1, read_at=_clock(), diagnostics=diagnostics, sources={}, files=0, opened=None)


def _fault(error: Exception) -> Diagnostic:
    if is_fault(error):
        reason, remedy = why(error)
        return report(MACHINE_FAILED, f"the book cannot be read: {reason}", subject="preview", help=remedy)
    message = f"pricebook itself failed: {type(error).__name__}: {' '.join(str(error).split())[:200]}"
    return report(TOOL_FAILED, message, subject="preview", help="this is a fault of the program, not of your files; report what it says")


def _clock() -> datetime:
    return datetime.now(UTC)
