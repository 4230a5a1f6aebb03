"""What is being written where the cursor stands: a key or a value, in which mapping, although the file around it is not finished.

Contract: the word at the cursor is replaced by one that YAML can read, as a value or as a key, and its place is looked up. Only the section
that the cursor stands in is read, so what is wrong in others does not matter.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.language.events import Reader
from engine.values.spans import Path

_MARK = "zz.cursor.zz"
_WORD = r"[^\s,\[\]{}:#\"'](?:[^,\[\]{}:#\"'\n]*[^\s,\[\]{}:#\"'])?"
_BEFORE = re.compile(rf"(?:{_WORD}(?: (?=\Z))?)?\Z")
_AFTER = re.compile(r"[^\s,\[\]{}:#\"']*")
_DASHES = re.compile(r"(?:- +)*")
_SECTION = re.compile(r"[^\s#-]")
_PAIRS = {"{": "}", "[": "]"}


@dataclass(frozen=True, slots=True)
class Cursor:
    """A word that is being written, from column `start` to before `end` of its line, both from 1.

    `path` leads to the value that it is, or with `is_key` to the mapping that it becomes a key of. `alone`: nothing stands before it on its
    line but dashes, so that a value may still become a key. `has_colon`: a colon follows. `data` is what the section says around it, with the
    word left out, by the whole file's paths.
    """

    path: Path
    is_key: bool
    alone: bool
    has_colon: bool
    start: int
    end: int
    data: Mapping[str, object]

    def around(self, path: Path) -> object:
        """What is written at a path of the section; None where nothing is."""
        found: object = self.data
        for part in path:
            if isinstance(found, dict) and isinstance(part, str):
                found = found.get(part)
            elif isinstance(found, list) and isinstance(part, int) and part < len(found):
                found = found[part]
            else:
                return None
        return found


def cursor_at(lines: Sequence[str], line: int, column: int) -> Cursor | None:
    """What is written at a line and column, both from 1; None inside of comments, and where nothing around it can be read."""
    text = lines[line - 1] if line <= len(lines) else ""
    before, after = text[: column - 1], text[column - 1 :]
    if re.search(r"(?:^|\s)#", before):
        return None
    word = _BEFORE.search(before)
    start = word.start() if word is not None else len(before)
    start += len(dashes[0]) if (dashes := _DASHES.match(before[start:])) else 0
    rest = _AFTER.match(after)
    end = len(before) + (rest.end() if rest is not None else 0)
    head, tail = text[:start], text[end:]
    alone = not head.replace("-", "").strip()
    top = next((number for number in range(line - 1, -1, -1) if number < len(lines) and _SECTION.match(lines[number])), None)
    if not head and (top is None or top == line - 1 or not lines[line - 1][:1].isspace()):
        known = {match[1]: None for each in lines if (match := re.match(r"([a-z_]+):", each))}
        return Cursor((), True, True, tail.lstrip().startswith(":"), start + 1, end + 1, known)
    if top is None:
        return None
    bottom = next((number for number in range(line, len(lines)) if _SECTION.match(lines[number])), len(lines))
    above, below = "".join(f"{each}\n" for each in lines[top : line - 1]), "\n".join(["", *lines[line:bottom]])
    for attempt in _attempts(above + head, tail, below):
        reader = Reader("", attempt)
        reader.run()
        if reader.broken or not isinstance(reader.data, dict):
            continue
        key = next((path for path in reader.keys if path[-1] == _MARK), None)
        value = next((path for path, written in reader.written.items() if written == _MARK), None)
        if key is not None or value is not None:
            path = key[:-1] if key is not None else value or ()
            return Cursor(path, key is not None, alone, tail.lstrip().startswith(":"), start + 1, end + 1, reader.data)
    return None


def _attempts(head: str, tail: str, below: str) -> Iterator[str]:
    """The section with a word that can be read at the cursor: as it goes on, and where it cannot be read so, as it would end here."""
    for rest in (tail + below, _closing(head)):
        yield f"{head}{_MARK}{rest}"
        yield f"{head}{_MARK}: {rest}"


def _closing(text: str) -> str:
    """The brackets that are open at the end of a text."""
    opened: list[str] = []
    quote = ""
    for at, sign in enumerate(text):
        begins = at == 0 or text[at - 1] in " \n[{,"
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'" and begins:
            quote = sign
        elif sign in _PAIRS:
            opened.append(_PAIRS[sign])
        elif sign in _PAIRS.values() and opened:
            opened.pop()
    return "".join(reversed(opened))


def without_mark(data: Mapping[str, object]) -> dict[str, object]:
    """A mapping without the word that is being written."""
    return {key: value for key, value in data.items() if key != _MARK}
