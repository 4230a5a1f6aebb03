"""When a book is to be read again: its files were saved, its folder went away or came back, or the repository has a new commit."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

from engine.shelf import Unusable
from engine.store import signature

GROUPED, QUIET, LOOKED = 200, 30, 500
"""Milliseconds: for how long saves are taken together, after how long without another one they are told, how often the folder is looked at."""
Seen = tuple[tuple[int, int] | None, list[tuple[str, int, int]]]


def saves(folder: Path, beside: Sequence[Path], stop: Event) -> Iterator[None]:
    """Yields at once, and again after each save below the folder, of a file `beside` it, and when the folder goes or another one comes.

    Names that begin with a dot are left out: editors and git write such files beside those of the book. The machine tells of saves at
    once where it can; what it does not tell, on a disk of another machine or before it began to watch, is seen by looking.
    """
    root, seen = folder.absolute(), _look(folder)
    yield
    while not stop.is_set():
        for told in _ticks(root, beside, stop):
            now = _look(root)
            if told or now != seen:
                moved, seen = now[0] != seen[0], now
                yield
                if moved:
                    break  # another folder of the name is to be watched anew


def _ticks(root: Path, beside: Sequence[Path], stop: Event) -> Iterator[bool]:
    """Again and again whether a save was told; ends when told to stop, and where nothing can be watched."""
    from watchfiles import Change, watch

    others = {str(each) for each in beside}

    def counts(_: Change, name: str) -> bool:
        try:
            return not any(part.startswith(".") for part in Path(name).relative_to(root).parts)
        except ValueError:
            return name in others

    there = [each for each in (root, *beside) if each.exists()]
    if root in there:
        with suppress(OSError):  # it goes away while it is watched
            for found in watch(
                *there, watch_filter=counts, debounce=GROUPED, step=QUIET, stop_event=stop, rust_timeout=LOOKED, yield_on_timeout=True, raise_interrupt=False
            ):
                yield bool(found)
    stop.wait(LOOKED / 1000)
    yield False


def _look(root: Path) -> Seen:
    """Which folder it is, None where there is none, and what of it would be read."""
    try:
        status = root.stat()
        return (status.st_dev, status.st_ino), signature(root)
    except (OSError, Unusable):
        return None, []
