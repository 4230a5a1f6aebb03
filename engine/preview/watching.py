"""When a book is to be read again: its files were saved, its folder went away or came back, or the repository has a new commit."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

GROUPED, QUIET, LOOKED = 200, 30, 500
"""Milliseconds: for how long saves are taken together, after how long without another one they are told, how often the folder is looked for."""


def saves(folder: Path, beside: Sequence[Path], stop: Event) -> Iterator[None]:
    """Yields after each save below the folder, of a file `beside` it, and whenever the folder is another one or gone; ends when told to stop.

    Names that begin with a dot are left out: editors and git write such files beside those of the book.
    """
    from watchfiles import Change, watch

    root, others = folder.absolute(), {str(each) for each in beside}

    def counts(_: Change, name: str) -> bool:
        try:
            return not any(part.startswith(".") for part in Path(name).relative_to(root).parts)
        except ValueError:
            return name in others

    while not stop.is_set():
        known = _identity(root)
        if known is None:
            stop.wait(LOOKED / 1000)
            if _identity(root) is not None:
                yield
            continue
        there = [each for each in beside if each.exists()]
        try:
            for found in watch(
                root,
                *there,
                watch_filter=counts,
                debounce=GROUPED,
                step=QUIET,
                stop_event=stop,
                rust_timeout=LOOKED,
                yield_on_timeout=True,
                raise_interrupt=False,
            ):
                if _identity(root) != known:
                    yield
                    break
                if found:
                    yield
        except OSError:
            stop.wait(LOOKED / 1000)  # it went away while it was being watched


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which folder it is; None where there is none: another one of the same name is watched anew."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
