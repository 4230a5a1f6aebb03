"""Findings as the page shows them: what is wrong, the lines with the words marked, what to write, and the edit that a button makes.

Contract: an edit replaces the marked word by what was meant, in the file as it was read, and changes no other byte.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.diagnostics.record import MOST_MARKED, SEVERITIES, Diagnostic
from engine.language.characters import visible
from engine.language.splice import spliced
from engine.results import written
from engine.store import OpenedBook, shown_file, shown_folder
from engine.values.spans import Span

CONTEXT = 2
"""Lines above the first marked one."""
LONGEST = 400
"""Signs of a line that are shown."""
MOST_SHOWN = 20
"""Findings that the page shows, the gravest."""


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line of a file: its number, and its text before, in and after the marked words, with what is said of them; without a mark all is `before`."""

    number: int
    before: str
    words: str = ""
    after: str = ""
    label: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding, its place as it is told, its lines, and the number under which its edit is asked for (None: there is none to make)."""

    found: Diagnostic
    place: str
    lines: tuple[MarkedLine, ...]
    edit: int | None


def problems(found: Sequence[Diagnostic], sources: Mapping[str, str]) -> list[Problem]:
    """The gravest of the findings, in the order of their gravity and places."""
    gravest = sorted(enumerate(found), key=lambda each: SEVERITIES.index(each[1].severity))[:MOST_SHOWN]
    return [Problem(each, _place(each), tuple(_lines(each, sources)), number if _editable(each) else None) for number, each in gravest]


def _place(found: Diagnostic) -> str:
    span = found.span
    return f"{visible(span.file, whole=True)}, line {span.line}, column {span.column}" if span is not None else ""


def _lines(found: Diagnostic, sources: Mapping[str, str]) -> Iterator[MarkedLine]:
    """The marked lines of the finding's file in order, with the lines above the first."""
    if found.span is None or found.span.file not in sources:
        return
    text = sources[found.span.file].removeprefix("\ufeff").split("\n")
    places = [(found.span, found.label, True), *((each.span, each.text, False) for each in found.labels[:MOST_MARKED])]
    here = sorted((each for each in places if each[0].file == found.span.file), key=lambda each: (each[0].line, each[0].column))
    first = here[0][0].line
    for number in range(max(1, first - CONTEXT), first):
        yield MarkedLine(number, visible(text[number - 1][:LONGEST].rstrip("\r")))
    for span, label, main in here:
        if span.line <= len(text):
            yield _marked(span, text[span.line - 1].rstrip("\r"), visible(label), main)


def _marked(span: Span, line: str, label: str, main: bool) -> MarkedLine:
    start = span.column - 1
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    words = line[start:end] or line[start : start + 1]
    return MarkedLine(span.line, visible(line[:start][-LONGEST:]), visible(words[:LONGEST]), visible(line[start + len(words) :][:LONGEST]), label, main)


def _editable(found: Diagnostic) -> bool:
    return found.fix is not None and found.span is not None and found.span.line == found.span.end_line


def edited(opened: OpenedBook, found: Diagnostic) -> bool:
    """Writes the edit of the finding into its file; False where there is none to make, or the file is another one by now. Raises Unusable."""
    if not _editable(found) or found.fix is None or found.span is None:
        return False
    path, read = _file(opened, found.span.file), opened.sources.get(found.span.file)
    if path is None or read is None:
        return False
    content = path.read_bytes()
    if content.decode("utf-8-sig", "replace") != read:
        return False
    with written((path, spliced(content, {found.span: found.fix}))):
        return True


def _file(opened: OpenedBook, shown: str) -> Path | None:
    """The file of the book that is shown under the name."""
    prefix = shown_folder(opened.folder)
    return next((opened.folder / name for name in opened.files if shown_file(prefix, name) == shown), None)
