"""Users' files: finds and opens price books and orders.

Knows folders, links, permissions and sizes; knows nothing of what a file says. Files of a book are named relative to its folder,
so that a book, its traces and its digest are the same wherever the folder stands; only what is shown to the user names the folder too.
"""

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from errno import EISDIR, ENOENT
from functools import partial
from io import BufferedReader
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from engine.diagnostics.files import (
    EMPTY_BOOK,
    FOLDER_TOO_LARGE,
    LINK_LEAVES_BOOK,
    NO_SUCH_BOOK,
    NO_SUCH_FILE,
    NOT_READ,
    UNREADABLE_FILE,
)
from engine.diagnostics.limits import LARGEST_BOOK, LARGEST_FILE
from engine.diagnostics.record import Diagnostic, joined, report, sorted_diagnostics
from engine.machine import exit_code, refuse_other_encodings, why
from engine.shelf import RULE_FILES, Unusable, files_below, is_folder, unread_files
from engine.values.spans import Span

if TYPE_CHECKING:
    from engine.language.build import Loaded
    from engine.language.pictures import Missing
    from engine.lints.baseline import Earlier
    from engine.model.book import PriceBook


@dataclass(frozen=True, slots=True)
class OpenedBook:
    """A book as it was read. `diagnostics` and `sources` name files as shown to the user, `loaded` and `files` relative to the folder.

    `problems` are the files that could not be read: without all of them there is no book.
    """

    folder: Path
    loaded: "Loaded"
    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, str]
    files: frozenset[str]
    problems: tuple[Diagnostic, ...] = ()

    @property
    def book(self) -> "PriceBook | None":
        """The price book, or None where errors prevent one."""
        return self.loaded.book

    @property
    def rules(self) -> "PriceBook":
        """The price book of what can be priced; TypeError where errors prevent one."""
        if self.loaded.book is None:
            raise TypeError(f"`{self.folder}` has errors")
        return self.loaded.book

    def shown(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """The findings with the names of files as the user would type them."""
        prefix = shown_folder(self.folder)
        return tuple(_relocated(diagnostic, prefix, self.files) for diagnostic in diagnostics)


# ---------------------------------------------------------------------------------------------------------------- reading


def open_book(folder: Path | str, edited: Mapping[str, bytes] | None = None) -> OpenedBook:
    """Reads every rule file below the folder and builds the book; raises Unusable where there is nothing to read.

    `edited` are files by their names relative to the folder as an editor holds them: they stand in place of, or beside, what is on the disk.
    """
    from engine.language.build import load_book

    folder = Path(folder)
    if not is_folder(folder):
        what = "is a file, and a book is a folder" if folder.exists() else "is not there: a book is a folder with `*.yaml` files"
        raise Unusable(report(NO_SUCH_BOOK, f"`{folder}` {what}", subject="-b", help="check the name, and the folder from which it is looked up"))
    files, problems = read_folder(folder, edited)
    if not files and not problems:
        message = f"`{shown_folder(folder)}` holds no rule files"
        raise Unusable(report(EMPTY_BOOK, message, subject="-b", help="a book is a folder with `*.yaml` files: `pricebook new book NAME` starts one"))
    loaded = load_book(files, partial(other_file, folder))
    prefix = shown_folder(folder)
    diagnostics = [_relocated(diagnostic, prefix, files) for diagnostic in loaded.diagnostics]
    if problems:
        # Without all of its files a book has no price: whatever was built from the rest must not be used.
        loaded = replace(loaded, book=None)
    # A file that is too large was not read; its text proves nothing.
    texts = {name: content.decode("utf-8-sig", "replace") for name, content in files.items() if len(content) <= LARGEST_FILE}
    sources = {shown_file(prefix, name): text for name, text in texts.items()}
    return OpenedBook(folder, loaded, tuple(sorted_diagnostics([*problems, *diagnostics])), sources, frozenset(files), tuple(problems))


def inspect_book(
    folder: Path | str, lints: bool = True, coverage: bool = False, edited: Mapping[str, bytes] | None = None, earlier: "Earlier | None" = None
) -> OpenedBook:
    """The book with all that `check` finds in it: what reading and building say, and what a well-formed book can still get wrong.

    With `coverage` also every tier, discount and policy row that no example touches, with an `earlier` book what became of what it sold; `edited`
    as `open_book` takes it.
    """
    from engine.diagnostics.examples import NOT_COVERED
    from engine.diagnostics.text import UNUSED_IGNORE
    from engine.language.hazards import apply_ignores
    from engine.lints import lint_book, lint_draft
    from engine.lints.baseline import OF_EDITS, lint_edit

    opened = open_book(folder, edited)
    complete = opened.book is not None and lints
    found = lint_book(opened.rules, opened.loaded.places) if complete else ()
    if lints and not complete and opened.loaded.draft is not None:
        found = lint_draft(opened.loaded.draft, opened.loaded.places, opened.loaded.diagnostics)
    if complete and coverage:
        found = (*found, *_not_covered(opened))
    if complete and earlier is not None:
        found = (*found, *lint_edit(opened.rules, opened.loaded.places, earlier))
    kept: Sequence[Diagnostic] = apply_ignores([*opened.loaded.diagnostics, *found], opened.loaded.documents)
    if not complete:
        # What a comment silences may be what was not looked for.
        kept = [each for each in kept if each.code != UNUSED_IGNORE.code]
    else:
        unasked = {*(() if coverage else (NOT_COVERED.code,)), *(() if earlier is not None else OF_EDITS)}
        kept = [each for each in kept if each.code != UNUSED_IGNORE.code or unasked.isdisjoint(each.names)]
    return replace(opened, diagnostics=tuple(joined([*opened.problems, *_not_read(opened.folder), *opened.shown(kept)])))


def _not_read(folder: Path) -> Iterator[Diagnostic]:
    for path, reason, remedy in unread_files(folder):
        shown = shown_folder(path)
        yield report(NOT_READ, f"{shown} is not read: {reason}", Span(shown, 1, 1, 1, 1), help=remedy)


def _not_covered(opened: OpenedBook) -> tuple[Diagnostic, ...]:
    from engine.review.coverage import cover, coverage_findings
    from engine.review.examples import run_examples

    return coverage_findings(cover(opened.rules, run_examples(opened.rules)), opened.loaded.places)


def read_folder(folder: Path, edited: Mapping[str, bytes] | None = None) -> tuple[dict[str, bytes], list[Diagnostic]]:
    """The rule files below the folder by relative name, in path order, and what could not be read. Hidden names are left out.

    `edited` as `open_book` takes it. Raises Unusable where they are too many or too large for a book.
    """
    edited = edited or {}
    prefix = shown_folder(folder)
    files: dict[str, bytes] = {}
    problems: list[Diagnostic] = []
    root, size = folder.resolve(), 0
    for name in dict.fromkeys((*_rule_names(folder, problems, prefix), *edited)):
        path = folder / name
        shown = shown_file(prefix, name)
        if path.is_symlink() and path.exists() and not path.resolve().is_relative_to(root):
            message = f"`{shown}` is a link that leads out of the book's folder, to {path.resolve()}"
            problems.append(report(LINK_LEAVES_BOOK, message, Span(shown, 1, 1, 1, 1), help="put the file itself into the book's folder"))
            continue
        try:
            _refuse_unseen(name)
            files[name] = edited[name] if name in edited else _read(path)
        except OSError as error:
            problems.append(_unreadable(shown, error))
            continue
        size += len(files[name])
        if size > LARGEST_BOOK:
            message = f"the rule files below `{prefix}` come to more than {LARGEST_BOOK // 1024**2} MB"
            raise Unusable(report(FOLDER_TOO_LARGE, message, subject="-b", help="name the folder of one book, and keep other files elsewhere"))
    return dict(sorted(files.items(), key=lambda item: PurePosixPath(item[0]).parts)), problems


def _rule_names(folder: Path, problems: list[Diagnostic], prefix: str, endings: tuple[str, ...] = RULE_FILES) -> Iterator[str]:
    def failed(error: OSError) -> None:
        problems.append(_unreadable(str(error.filename or prefix), error))

    for path in files_below(folder, failed):
        if path.name.lower().endswith(endings):
            yield path.relative_to(folder).as_posix()


def other_file(folder: Path, name: str) -> "bytes | Missing":
    """The bytes of a file below the folder that is no rule file; or why it cannot be had, and what to do."""
    from engine.language.pictures import Missing

    path = folder / name
    try:
        real = Path(os.path.realpath(path, strict=True))
        if not real.is_relative_to(folder.resolve()):
            return Missing(f"it is a link that leads out of the book's folder, to {real}", "put the file itself into the book's folder")
        return _read(path)
    except OSError as error:
        near = get_close_matches(path.name, _names_beside(path), n=1) if error.errno == ENOENT else []
        reason, remedy = why(error, {EISDIR: "it is a folder"})
        return Missing(reason, f"did you mean `{near[0]}`?" if near else remedy)


def _names_beside(path: Path) -> list[str]:
    try:
        return [each.name for each in path.parent.iterdir()]
    except OSError:
        return []


def _refuse_unseen(name: str) -> None:
    """Raises OSError for the name of a rule file that traces and documents cannot show as it is."""
    from engine.language.characters import visible

    if visible(name, whole=True) != name:
        raise OSError(0, "its name holds signs that cannot be shown as they are")


def _read(path: Path) -> bytes:
    with _open(path) as stream:
        return stream.read(LARGEST_FILE + 1)  # one byte more than is read on, so that the reader sees that a file is too large


def _open(path: Path) -> BufferedReader:
    # Not blocking: a named pipe in the folder must not hold the program up.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    stream = open(descriptor, "rb")  # noqa: SIM115  # whoever reads it closes it
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        stream.close()
        raise OSError(0, "it is not a plain file")
    return stream


def _unreadable(shown: str, error: OSError) -> Diagnostic:
    reason, remedy = why(error, {ENOENT: "it is a link to a file that is gone", EISDIR: "it is a folder"})
    plain = "put a plain file there that you may read, under a name that can be seen"
    return report(UNREADABLE_FILE, f"`{shown}` cannot be read: {reason}", Span(shown, 1, 1, 1, 1), help=remedy if exit_code(error) == 3 else plain)


def changes_below(folder: Path) -> Iterator[None]:
    """Yields at once, and again after every change of a rule file or picture below the folder: edited, added, removed. Never ends by itself."""
    import time

    before = None
    while True:
        now = signature(folder)
        if now == before:
            time.sleep(3 / 10)  # seconds: soon enough for a person who saves a file
            continue
        # Taken before the caller reads the files: what changes while it does is seen the next time.
        before = now
        yield


def signature(folder: Path) -> list[tuple[str, int, int]]:
    """Name, time of change and size of every rule file and picture below the folder: where it is another one, something was saved."""
    from engine.language.pictures import PICTURE_FILES

    found = []
    for name in _rule_names(folder, [], "", (*RULE_FILES, *PICTURE_FILES)):
        try:
            status = (folder / name).stat()
        except OSError:
            continue
        found.append((name, status.st_mtime_ns, status.st_size))
    return found


def read_input(name: str) -> bytes:
    """The bytes of a file that the user named (an order, a template); raises Unusable where it cannot be read."""
    with open_input(name) as stream:
        try:
            return stream.read(LARGEST_FILE + 1)
        except OSError as error:
            raise _unusable(name, error) from None


def open_input(name: str) -> BufferedReader:
    """The bytes of a file of any size that the user named, to be read piece by piece; raises Unusable where it cannot be opened."""
    path = Path(name)
    try:
        refuse_other_encodings(name)
        return _open(path)
    except (FileNotFoundError, NotADirectoryError):
        near = get_close_matches(path.name, _names_beside(path), n=1)
        help_text = f"did you mean `{path.with_name(near[0])}`?" if near else "check the name and the folder you are in"
        raise Unusable(report(NO_SUCH_FILE, f"there is no file `{name}`", subject=name, help=help_text)) from None
    except OSError as error:
        raise _unusable(name, error) from None


def _unusable(name: str, error: OSError) -> Unusable:
    return Unusable(replace(_unreadable(name, error), span=None, subject=name), exit_code=exit_code(error))


# ------------------------------------------------------------------------------------------------- names as shown to users


def shown_folder(folder: Path) -> str:
    """The folder as the user would type it: relative where it lies below the current one."""
    absolute = folder if folder.is_absolute() else Path.cwd() / folder
    try:
        return absolute.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return absolute.as_posix()


def shown_file(prefix: str, name: str) -> str:
    """The name of a book's file behind the folder's."""
    return name if prefix == "." else f"{prefix}/{name}"


def _relocated(diagnostic: Diagnostic, prefix: str, files: Collection[str]) -> Diagnostic:
    # An order stands in no file of the book: its places keep the name that the user gave.
    def move(span: Span) -> Span:
        file = shown_file(prefix, span.file)
        return Span(file, span.line, span.column, span.end_line, span.end_column) if span.file in files else span

    if diagnostic.span is None and not diagnostic.labels:
        return diagnostic
    labels = tuple(replace(label, span=move(label.span)) for label in diagnostic.labels)
    return replace(diagnostic, span=diagnostic.span and move(diagnostic.span), labels=labels)
