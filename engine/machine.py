"""Faults of the machine: why it refused to do what was asked of it, and what to do about that.

Contract: knows what the errors of an operating system mean to a person. A name that leads nowhere is wrong usage (exit code 2), every other
fault is the machine's (3): neither a mistake in a file nor one of the program.
"""

import errno
import os
import signal
from collections.abc import Mapping

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""The signals by which somebody ends a program, as far as the system knows them."""
WRONG_NAMES = (0, errno.ENOENT, errno.EEXIST, errno.ENOTDIR, errno.EISDIR)
"""The errors that say that another name was meant; 0 is what the program itself does not take."""

_DENIED = "your permissions do not allow it", "ask for the permission, or name another place"
_FULL = "the disk is full", "make room, or name a place on another disk"
_CROWDED = "too many files are open", "end other programs, or raise the limit (`ulimit -n`)"
_KNOWN = {
    errno.ENOENT: ("there is nothing of that name", "check the name, and the folder from which it is looked up"),
    errno.EEXIST: ("something else stands there", "name another place"),
    errno.EPERM: _DENIED,
    errno.EACCES: _DENIED,
    errno.EROFS: ("the disk may only be read", "name a place that can be written"),
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: ("a file may not grow so large here", "raise the limit (`ulimit -f`), or name a place on another disk"),
    errno.EIO: ("the disk or its connection fails", "have the machine looked at: nothing that it says can be relied on"),
    errno.EBADF: ("it is closed", "open it, or name a file with -o"),
    errno.EMFILE: _CROWDED,
    errno.ENFILE: _CROWDED,
    errno.ENOMEM: ("there is too little memory", "end other programs, or raise the limit (`ulimit -v`)"),
    errno.ENAMETOOLONG: ("the name is too long", "use a shorter one: a name has at most 255 bytes on most machines"),
    errno.ELOOP: ("it is a link that leads back to itself", "let the link lead to a file or a folder, or name that itself"),
    errno.EILSEQ: ("it is not in UTF-8", "write it in UTF-8; where it is, set LC_ALL=C.UTF-8"),
}


def is_fault(error: BaseException | None) -> bool:
    """Whether the machine is at fault: also where it cannot load what is no Python, for want of memory or because it is not whole."""
    unloaded = isinstance(error, ImportError) and not (error.path or ".py").endswith(".py")
    return unloaded or isinstance(error, OSError | MemoryError)


def why(error: BaseException | None, known: Mapping[int, str] | None = None) -> tuple[str, str]:
    """The reason, to be read behind "it was not written: ", and the remedy; `known` has reasons that say more of what was tried."""
    if isinstance(error, ImportError):
        return f"a part of the program cannot be loaded ({error})", "raise the limit of memory (`ulimit -v`), or install the program anew"
    number = errno.ENOMEM if isinstance(error, MemoryError) else getattr(error, "errno", None) or 0
    if number == errno.ENOENT and _is_adrift():
        return "the folder in which the command runs is gone", "change to a folder that is there, and run the command again"
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    reason, remedy = _KNOWN.get(number, (said, "check the name, and what the machine says of the place"))
    return (known or {}).get(number, reason), remedy


def exit_code(error: OSError) -> int:
    """2 where another name would do, 3 where the machine is at fault."""
    return 2 if error.errno in WRONG_NAMES and not _is_adrift() else 3


def refuse_other_encodings(*names: str) -> None:
    """Raises OSError for a name or an option that is not in UTF-8: it could stand in no document, and in no data."""
    for name in names:
        if any("\ud800" <= sign <= "\udfff" for sign in name):
            raise OSError(errno.EILSEQ, "", name)


def _is_adrift() -> bool:
    try:
        os.getcwd()
    except FileNotFoundError:
        return True
    return False
