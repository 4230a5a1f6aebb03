"""A rule file as data with places: what was written, exactly as written, and where.

Contract: knows the hazards of typing, nothing of price books. It never raises for what a file holds: it returns what could be read and
says what is wrong. Numbers are Decimals with their digits, `true` and `false` are booleans, all else is text; whether a text may stand
somewhere is decided by the shape check and the builders. Source: rule language, section 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.diagnostics import Diagnostic
from engine.diagnostics.limits import MOST_WRITTEN, at_most
from engine.language.decoding import decode
from engine.language.events import Reader
from engine.language.hazards import Ignore, find_ignores, scan_lines
from engine.language.syntax import rest_after
from engine.values.spans import Path, Span
from engine.values.voices import IN_FILES, Voice

MOST_DAMAGED = 20  # syntax errors that are looked for in one file
MOST_READ_AGAIN = 16 * 1024 * 1024  # characters that are read once more for them: of a very large file not all are found in one run


@dataclass(frozen=True)
class Document:
    """A file that was read. `keys` and `values` say where each key and value stands, `written` how each scalar was typed.

    The place of a block of lines is that of the key that leads to it; of a list entry, its first line.
    """

    file: str
    text: str
    data: object
    keys: Mapping[Path, Span]
    values: Mapping[Path, Span]
    written: Mapping[Path, str]
    ignores: tuple[Ignore, ...] = ()
    complete: bool = True  # whether the file could be read to its end
    stopped_at: int | None = None  # the line (from 1) at which reading ended
    count: int = 0  # keys and values that were read
    subjects: Mapping[Path, str] = field(default_factory=dict)  # the command's option that gave a value, where none came from a file
    voice: Voice = IN_FILES


def is_empty(document: Document) -> bool:
    """Whether the file holds nothing but blanks and comments."""
    return document.complete and not document.values


def read_document(file: str, content: bytes, most: int = MOST_WRITTEN) -> tuple[Document | None, tuple[Diagnostic, ...]]:
    """The document in `content`, with every problem of its text; None where nothing could be read of it.

    `most` keys and values are read; how many it holds is in its `count`. Of a document with more than that, nothing is kept.
    """
    text = decode(file, content)
    if isinstance(text, Diagnostic):
        return None, (text,)
    reader = Reader(file, text, left=most)
    reader.run()
    if reader.is_too_much:
        return Document(file, text, {}, {}, {}, {}, complete=False, count=most - reader.left), tuple(reader.found)
    _read_on(reader)
    said: dict[int, list[Span]] = {}
    for place in (each.span for each in reader.found if each.span is not None):
        said.setdefault(place.line, []).append(place)
    on_lines = at_most(scan_lines(file, text, reader.scalars))
    reader.found.extend(each for each in on_lines if each.span is None or not any(_covers(known, each.span) for known in said.get(each.span.line, ())))
    data = {} if reader.data is None and not reader.broken else reader.data
    if reader.broken and not isinstance(data, (dict, list)):
        return None, tuple(reader.found)
    ignores = find_ignores(file, text, reader.scalars)
    stopped_at = reader.stopped_at + 1 if reader.stopped_at is not None else None
    places = (reader.keys, reader.values, reader.written)
    return Document(file, text, data, *places, ignores, not reader.broken, stopped_at, most - reader.left), tuple(reader.found)


def _covers(known: Span, found: Span) -> bool:
    """Whether a finding of the parser's stands where its line shows another: one cause is said once."""
    return known.column <= found.column < known.end_column


def _read_on(reader: Reader) -> None:
    """After a syntax error, reads the rest for its text alone: every damaged part is found in one run, though no data is taken."""
    rest, part = reader.text, reader
    for _ in range(min(MOST_DAMAGED, MOST_READ_AGAIN // max(1, len(reader.text)))):
        if part.stopped_at is None or (following := rest_after(rest, part.stopped_at)) is None:
            return
        before, rest, part = part.stopped_at, following, Reader(reader.file, following, left=reader.left)
        part.run()
        reader.left = part.left
        if part.is_too_much:
            return
        if part.stopped_at is not None and part.stopped_at <= before:
            return
        reader.found.extend(part.found)
        end = reader.scalars[-1][1] if reader.scalars else 0
        reader.scalars.extend(each for each in part.scalars if each[0] >= end)
