"""Edits of a book's files as data: the words at a place become others, or new lines stand behind a place.

Contract: only the named characters change; comments, line ends and the byte-order mark stay. Source: authoring, Edits.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.language.document import Document
from engine.language.splice import spliced
from engine.values.spans import Path, Span

QUOTES = ("'", '"')


@dataclass(frozen=True, slots=True)
class Edit:
    """The words at `span` become others; where `before` is empty, the lines of `after` are new there. `names` say what it is."""

    span: Span
    after: str
    before: str = ""
    names: tuple[str, ...] = ()


def applied(files: Mapping[str, bytes], edits: Iterable[Edit]) -> dict[str, bytes]:
    """The files that become others, by name; an edit of a file that is not there makes it. New lines end as those of their file do."""
    by_file: dict[str, dict[Span, str]] = {}
    for each in edits:
        places = by_file.setdefault(each.span.file, {})
        places[each.span] = places.get(each.span, "") + each.after
    found = {}
    for name, places in by_file.items():
        content = files.get(name, b"")
        end = "\r\n" if b"\r\n" in content else "\n"
        found[name] = spliced(content, {span: words.replace("\n", end) for span, words in places.items()})
    return found


def written_at(document: Document, path: Path) -> str:
    """The words of a value on one line, exactly as typed, with its quotes."""
    span = document.values[path]
    return document.text.split("\n")[span.line - 1][span.column - 1 : span.end_column - 1] if span.line == span.end_line else ""


def in_place_of(before: str, value: str) -> str:
    """The value in the quotes of what it replaces.

    >>> in_place_of("89.00", "95.00"), in_place_of("'a'", "it's")
    ('95.00', "'it''s'")
    """
    if before.startswith('"'):
        return json.dumps(value, ensure_ascii=False)
    return "'" + value.replace("'", "''") + "'" if before.startswith("'") else value


def behind(document: Document, path: Path, inside: int) -> Span:
    """The end of the last line of the block at a path, for new lines; lines further in than `inside` signs belong to its last value."""
    lines = document.text.split("\n")
    last = max(span.end_line for places in (document.keys, document.values) for at, span in places.items() if at[: len(path)] == path)
    following = last
    while following < len(lines) and (not lines[following].strip() or len(lines[following]) - len(lines[following].lstrip(" ")) > inside):
        following += 1
        last = following if lines[following - 1].strip() else last
    column = len(lines[last - 1].rstrip("\r")) + 1
    return Span(document.file, last, column, last, column)


def at_end(document: Document) -> tuple[Span, str]:
    """The end of a file's last line with words, and what parts new lines from it."""
    lines = document.text.rstrip().split("\n")
    column = len(lines[-1].rstrip("\r")) + 1
    return Span(document.file, len(lines), column, len(lines), column), "\n" if document.text.strip() else ""


def is_block(document: Document, path: Path) -> bool:
    """Whether a mapping or list is written as lines, one below the other, and not in brackets; nothing is where none is."""
    data = value_at(document, path)
    if not data or not isinstance(data, dict | list) or path not in document.values:
        return False
    place = document.values[path]
    return not document.text.split("\n")[place.line - 1][place.column - 1 :].startswith(("{", "["))


def value_at(document: Document, path: Path) -> object:
    """The value at a path; None where there is none."""
    data: object = document.data
    for key in path:
        if isinstance(data, list) and isinstance(key, int):
            data = data[key]
        else:
            data = data.get(str(key)) if isinstance(data, dict) else None
    return data


def keeps(new: object, old: object) -> bool:
    """Whether all that stood there stands there still, and in lists at its old place.

    >>> keeps({"a": [1, 2], "b": 3}, {"a": [1]}), keeps({"a": [2]}, {"a": [1]})
    (True, False)
    """
    if isinstance(old, dict):
        return isinstance(new, dict) and all(key in new and keeps(new[key], value) for key, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(new) >= len(old) and all(keeps(*pair) for pair in zip(new, old, strict=False))
    return new == old


def differs_only_at(new: object, old: object, paths: Sequence[Path]) -> bool:
    """Whether two documents are the same but for the scalars at the paths.

    >>> differs_only_at({"a": 1, "b": 3}, {"a": 1, "b": 2}, [("b",)]), differs_only_at({"a": 0}, {"a": 1}, [("b",)])
    (True, False)
    """
    if () in paths:
        return not isinstance(new, dict | list)
    if isinstance(old, dict):
        return isinstance(new, dict) and list(new) == list(old) and all(differs_only_at(new[key], old[key], _below(paths, key)) for key in old)
    if isinstance(old, list):
        if not isinstance(new, list) or len(new) != len(old):
            return False
        return all(differs_only_at(one, other, _below(paths, at)) for at, (one, other) in enumerate(zip(new, old, strict=True)))
    return type(new) is type(old) and str(new) == str(old)


def _below(paths: Sequence[Path], key: str | int) -> list[Path]:
    return [path[1:] for path in paths if path[:1] == (key,)]
