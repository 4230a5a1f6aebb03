"""The books that an editor has open: their files as they stand on the screen, and what the last reading of each found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from engine.diagnostics.record import Diagnostic
from engine.editing.edits import Edit
from engine.editing.expected import expected_edits
from engine.editor.index import Index, Shelf
from engine.language.build import Places
from engine.model.book import PriceBook
from engine.review.examples import run_examples
from engine.shelf import RULE_FILES, Unusable, book_of
from engine.store import OpenedBook, inspect_book, shown_file, shown_folder


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a book: what was found, the files' texts as they were read, and the book where there is one.

    Files are named as findings name them; `addresses` are those under which the editor opened some of them, and `home` is the file
    of what is found in no file. `numbers` are the edits that give examples what the engine computes; their files are named as in the book.
    """

    folder: Path
    found: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    home: str
    addresses: Mapping[str, str]
    opened: OpenedBook | None = None
    numbers: tuple[Edit, ...] = ()

    def name_of(self, name: str) -> str:
        """How findings call a file that has this name in the book."""
        return shown_file(shown_folder(self.folder), name)

    def address(self, file: str) -> str:
        """The address of a file by its name in a finding."""
        return self.addresses.get(file) or (Path.cwd() / file).as_uri()


@dataclass
class EditedBook:
    """A book with the files that are open: `buffers` by their names relative to the folder, each with its address.

    `stamp` counts what the editor said of it, `read` is the stamp of the last reading. `good` is the last book that could be priced.
    """

    folder: Path
    buffers: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    stamp: int = 0
    reading: Reading | None = None
    good: PriceBook | None = None
    places: Places = field(default_factory=Places)
    shelf: Shelf = field(init=False)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.folder)

    def name_of(self, path: Path) -> str:
        """The name of one of its files relative to the folder."""
        return path.relative_to(self.folder).as_posix()

    def edited(self) -> dict[str, bytes]:
        """The open files as they would be saved."""
        return {name: text.encode("utf-8", "surrogatepass") for name, text in self.buffers.items()}

    @property
    def is_broken(self) -> bool:
        """Whether what stands on the screen has errors, so that `good` is an earlier book."""
        return self.reading is not None and (self.reading.opened is None or self.reading.opened.book is None)

    def index(self) -> Index:
        """The names in all files, as they stand on the screen now."""
        return self.shelf.index(self.edited())

    def address(self, name: str) -> str:
        """The address of one of its files, as the editor calls it."""
        return self.addresses.get(name) or (self.folder / name).as_uri()

    def take(self, reading: Reading) -> None:
        """Keeps a reading; a book without errors takes the place of the last good one."""
        self.reading = reading
        if reading.opened is not None and reading.opened.book is not None:
            self.good, self.places = reading.opened.book, reading.opened.loaded.places


def read_whole(book: "EditedBook", edited: Mapping[str, bytes], addresses: Mapping[str, str]) -> Reading:
    """Reads and checks a book with the files as the editor holds them, and prices its examples."""
    book.shelf.index(edited)  # so that the next question finds all files read but the one that is typed in
    reading = read_edited(book.folder, edited, addresses)
    opened = reading.opened
    if opened is None or opened.book is None:
        return reading
    documents = {each.file: each for each in opened.loaded.documents}
    return replace(reading, numbers=tuple(expected_edits(run_examples(opened.book), documents)))


def read_edited(folder: Path, edited: Mapping[str, bytes], addresses: Mapping[str, str], lints: bool = True) -> Reading:
    """Reads a book with the files as the editor holds them, and with `lints` checks it; what cannot be used at all is a finding, too."""
    prefix = shown_folder(folder)
    shown = {shown_file(prefix, name): address for name, address in addresses.items()}
    home = shown_file(prefix, "book.yaml")
    try:
        opened = inspect_book(folder, lints=lints, edited=edited)
    except Unusable as unusable:
        return Reading(folder, unusable.diagnostics, {}, next(iter(shown), home), shown)
    sources = opened.sources
    return Reading(folder, opened.diagnostics, sources, home if home in sources else next(iter(sources), home), shown, opened)


@dataclass
class Desk:
    """The open books by their folders; `tops` are the folders that the editor works in."""

    tops: list[Path] = field(default_factory=list)
    books: dict[Path, EditedBook] = field(default_factory=dict)

    def book_at(self, path: Path) -> EditedBook | None:
        """The book that a file belongs to, which is remembered even while its `book:` section cannot be read; None for a file of no book."""
        if not path.name.lower().endswith(RULE_FILES):
            return None
        folder = next((folder for folder in self.books if path.is_relative_to(folder)), None) or book_of(path, self.tops)
        if folder is None or any(part.startswith(".") for part in path.relative_to(folder).parts):
            return None
        return self.books.setdefault(folder, EditedBook(folder))
