"""The samples of a code's page, laid into its case: the bad one stands there word for word, and the good one in its place makes the good case.

A sample is a piece of a file of the case: a part of a line, or several lines that begin in one column. A line `# prices.yaml` heads a piece of
the file of that name (`book/prices.yaml` too); of which the other sample has no piece, that file is not there. A sample that begins with
`pricebook` is the whole command line. What stands behind two spaces and `#` is said to the reader only, unless it speaks to the program.
A sign that nobody could see is shown by another (`SHOWN`), and a link by an arrow to where it leads.
"""

import re
import shlex
from pathlib import Path

from engine.diagnostics import CODES, CodeInfo

SHOWN = {"␀": "\0", "⍽": "\u00a0", "⇠": "\u202e"}
"""What the page shows, and the sign that it stands for."""
LINK = "-> "
OF_THE_TEST = ("also", "expect", "fault.py")
HEAD = re.compile(r"^# ([\w./ -]+\.(?:yaml|csv|json|txt))\n", re.MULTILINE)
TO_THE_READER = re.compile(r"  +# (?!pricebook:).*$", re.MULTILINE)


class NotThere(ValueError):
    """A piece of a sample stands nowhere in the bad case, or in several places."""


def info_of(case: Path) -> CodeInfo:
    """The code of a case by its folder, `T206-volume-cliff`."""
    return CODES[case.name[:4]]


def files_of(folder: Path) -> dict[str, bytes]:
    """The files below a folder by their names, without what is said to the test; of a link, where it leads."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found[path.relative_to(folder).as_posix()] = f"{LINK}{path.readlink()}\n".encode()
        elif path.is_file() and path.name not in OF_THE_TEST:
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def good_files(case: Path) -> dict[str, bytes]:
    """The files of the good case: those of `good/`, where the case has one, or those of `bad/` with the good sample in place of the bad one."""
    info = info_of(case)
    return files_of(case / "good") if (case / "good").is_dir() else exchanged(files_of(case / "bad"), info.bad, info.good)


def write(files: dict[str, bytes], folder: Path) -> None:
    """Writes the files below the folder, links as links."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if content.startswith(LINK.encode()):
            (folder / name).symlink_to(content.decode().removeprefix(LINK).strip())
        else:
            (folder / name).write_bytes(content)


def pieces(sample: str) -> dict[str, str]:
    """The pieces of a sample by the file that each names; `""` where the sample is one piece of any file."""
    text = TO_THE_READER.sub("", sample.strip("\n"))
    for sign, meant in SHOWN.items():
        text = text.replace(sign, meant)
    if text.startswith("pricebook "):
        return {"command": "\n".join(shlex.split(text)[1:])}
    first, *rest = HEAD.split(text)
    named = {name: piece.strip("\n") for name, piece in zip(rest[::2], rest[1::2], strict=True)}
    return {"": first, **named} if first else named


def exchanged(files: dict[str, bytes], bad: str, good: str) -> dict[str, bytes]:
    """The files with the good sample in place of the bad one."""
    made, news = dict(files), pieces(good)
    for name, old in pieces(bad).items():
        path, start, column = _place(files, name, old)
        text, new = files[path].decode(), news.pop(name, None)
        if new is None:
            del made[path]
        else:
            made[path] = (text[:start] + _indented(new, column) + text[start + len(_indented(old, column)) :]).encode()
    return made | {name: f"{new}\n".encode() for name, new in news.items()}


def _place(files: dict[str, bytes], name: str, piece: str) -> tuple[str, int, int]:
    """The one place of the piece: its file, where it begins there, and in which column."""
    if name == "command" and files.get(name) == f"{piece}\n".encode():
        return name, 0, 0
    found = []
    for path, content in files.items():
        if (not name or path == name or path.endswith(f"/{name}")) and path != "command":
            text = content.decode(errors="replace")
            for match in re.finditer(re.escape(piece.split("\n")[0]), text):
                start = match.start()
                column = start - (text.rfind("\n", 0, start) + 1)
                whole = _indented(piece, column)
                if text.startswith(whole, start) and not _goes_on(text, start) and not _goes_on(text, start + len(whole)):
                    found.append((path, start, column))
    if len(found) != 1:
        raise NotThere(f"{piece!r} stands in {len(found)} places of the bad case")
    return found[0]


def _indented(piece: str, column: int) -> str:
    return piece.replace("\n", "\n" + " " * column)


def _goes_on(text: str, place: int) -> bool:
    """Whether a word or number goes on across the place."""
    return 0 < place < len(text) and all(sign.isalnum() or sign in "-_." for sign in text[place - 1 : place + 1])
