"""The files of a book as they stand on the screen, and every name in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from engine.editor.places import lines_of
from engine.language.build.table_mentions import mentions_of_table
from engine.language.document import Document, read_document
from engine.language.mentions import Mention, declared, mentions_of, with_time_bands
from engine.shelf import Unusable
from engine.store import read_folder
from engine.values.spans import Span


@dataclass(frozen=True)
class Index:
    """A book's texts and documents by their names relative to its folder; `mentions` are all its names, file by file.

    `broken` are the files that cannot be read to their end: not all of their names are known.
    """

    texts: Mapping[str, str]
    documents: Mapping[str, Document]
    mentions: tuple[Mention, ...]
    broken: tuple[str, ...]

    @cached_property
    def declared(self) -> dict[tuple[str, str, str], list[Mention]]:
        """What the book declares, each with the places that declare it."""
        return declared(self.mentions)

    @cached_property
    def lines(self) -> dict[str, list[str]]:
        """Each file's lines."""
        return {name: lines_of(text) for name, text in self.texts.items()}

    def at(self, name: str, line: int, column: int) -> Mention | None:
        """What is named at a place of a file, the ends of the name included."""
        found = [each for each in self.mentions if each.span.file == name and covers(each.span, line, column)]
        return min(found, key=lambda each: each.span.end_column - each.span.column, default=None)

    def of(self, mention: Mention) -> tuple[Mention, ...]:
        """Every place that names the same."""
        return tuple(each for each in self.mentions if each.of == mention.of)

    def names(self, kind: str, owner: str = "") -> dict[str, Mention]:
        """The names of a kind that the book declares, in the order of its files; of a spec's item, or a value's attribute, where one is named."""
        return {of[2]: places[0] for of, places in self.declared.items() if of[0] == kind and (not owner or of[1] == owner)}


def covers(span: Span, line: int, column: int) -> bool:
    """Whether a place holds a cursor, which may stand right behind it."""
    return span.line == line == span.end_line and span.column <= column <= span.end_column


@dataclass(frozen=True, slots=True)
class _Read:
    content: bytes
    document: Document | None
    mentions: tuple[Mention, ...]


class Shelf:
    """Reads a book's files for their names; a file that is the same as before is not read again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, _Read] = {}

    def index(self, edited: Mapping[str, bytes]) -> Index:
        """The names of all files, with the open ones as the editor holds them; of a folder that cannot be read, of the open ones alone."""
        try:
            files, _ = read_folder(self._folder, edited)
        except (Unusable, OSError):
            files = dict(edited)
        self._read = {name: self._again(name, content) for name, content in files.items()}
        texts = {name: each.document.text if each.document else each.content.decode("utf-8-sig", "replace") for name, each in self._read.items()}
        tables = [name for name in self._read if name.lower().endswith(".csv")]
        documents = {name: each.document for name, each in self._read.items() if each.document is not None}
        broken = tuple(name for name in self._read if name not in tables and (name not in documents or not documents[name].complete))
        return Index(texts, documents, with_time_bands(mention for each in self._read.values() for mention in each.mentions), broken)

    def _again(self, name: str, content: bytes) -> _Read:
        before = self._read.get(name)
        if before is not None and before.content == content:
            return before
        if name.lower().endswith(".csv"):
            return _Read(content, None, tuple(mentions_of_table(name, content.decode("utf-8-sig", "replace"))))
        document, _ = read_document(name, content)
        return _Read(content, document, tuple(_mentions(document)))


def _mentions(document: Document | None) -> Iterator[Mention]:
    return mentions_of(document) if document is not None else iter(())
