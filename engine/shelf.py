"""Which folder is meant: finds a price book by its name under `rules/`, or as a folder, and says what else may have been meant."""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from stat import S_ISDIR

from engine.diagnostics.files import FOLDER_TOO_LARGE, NO_SUCH_BOOK, SEVERAL_BOOKS
from engine.diagnostics.limits import MOST_NAMES
from engine.diagnostics.record import Diagnostic, report
from engine.resources import shipped_book


class Unusable(Exception):
    """What a command was given cannot be used; `diagnostics` say why. `exit_code` 2: wrong usage, 3: the machine failed."""

    def __init__(self, *diagnostics: Diagnostic, exit_code: int = 2) -> None:
        super().__init__(diagnostics[0].message)
        self.diagnostics = diagnostics
        self.exit_code = exit_code

    def __reduce__(self) -> tuple[object, ...]:
        """As what it was made of: one process raises for another."""
        return type(self), self.diagnostics, {"exit_code": self.exit_code}


def find_book(name: str | None, start: Path | None = None, option: str = "-b ") -> Path:
    """The folder of a book: a name under `rules/`, or any folder; without a name the only book there is. Raises Unusable.

    `rules/` is looked for in `start` (the current folder) and the folders above it; where there is none, a book that ships with the
    program is found by its name, so that an installed program has something to try. `option` stands before a name that is to be given
    instead. Source: authoring, Commands.
    """
    start = start or Path.cwd()
    shelf = _rules_folder(start)
    books = {folder.name: folder for folder in _books_below(shelf)} if shelf else {}
    if name is None:
        return _only_book(start, books)
    if name in books:
        return books[name]
    folder = Path(name) if Path(name).is_absolute() else start / name
    if is_folder(folder):
        return folder
    shipped = shipped_book(name) if re.fullmatch(r"[\w.-]*\w", name) else None
    if shipped is not None and not books:
        return Path(str(shipped)).resolve()
    raise Unusable(_no_such_book(name, folder, books, option))


def book_of(file: Path, within: Iterable[Path] = ()) -> Path | None:
    """The folder of the book that a rule file belongs to: the nearest above it with a `book:` section, else the one right below `rules/`.

    None where the file belongs to no book. The file itself need not be there yet. Of a file below one of the folders `within` a book is
    looked for there alone.
    """
    tops = [top for top in within if file.is_relative_to(top)]
    above = [folder for folder in file.parents if folder.is_dir() and (not tops or any(folder.is_relative_to(top) for top in tops))]
    try:
        return next((folder for folder in above if is_book(folder)), None) or next((each for each in above if each.parent.name == "rules"), None)
    except OSError:
        return None  # what may not be looked into


def files_below(folder: Path, failed: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """The files below a folder that the user named, folder by folder in the order of their names; hidden ones are left out.

    Raises Unusable where so many names lie there that another folder is meant: a home, a disk. `failed` hears of folders that cannot be read.
    """
    seen = 0
    for parent, folders, names in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        seen += len(folders) + len(names)
        if seen > MOST_NAMES:
            message = f"more than {MOST_NAMES:,} files and folders lie below `{folder}`"
            raise Unusable(report(FOLDER_TOO_LARGE, message, subject=str(folder), help="name the folder that holds just the files that are meant"))
        yield from (Path(parent) / name for name in sorted(names) if not name.startswith("."))


def is_folder(path: Path) -> bool:
    """Whether a folder is there. What the machine cannot say is its OSError: of a name too long, of a link that leads back to itself."""
    try:
        return S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _rules_folder(start: Path) -> Path | None:
    return next((folder / "rules" for folder in (start, *start.parents) if (folder / "rules").is_dir()), None)


def _books_below(shelf: Path) -> list[Path]:
    return sorted(folder for folder in shelf.iterdir() if folder.is_dir() and not folder.name.startswith("."))


def _only_book(start: Path, books: Mapping[str, Path]) -> Path:
    if len(books) == 1:
        return next(iter(books.values()))
    if books:
        message = f"`rules/` holds {len(books)} books, {_listed(books, 'and')}, and none was named"
        raise Unusable(report(SEVERAL_BOOKS, message, subject="-b", help=f"say which one with `-b NAME`: {_either(books)}"))
    if (start / "book.yaml").is_file():
        return start
    message = "there is no `rules/` folder with a book here or above"
    raise Unusable(report(NO_SUCH_BOOK, message, subject="-b", help="start one with `pricebook new book NAME`, or name a folder with `-b FOLDER`"))


def _no_such_book(name: str, folder: Path, books: Mapping[str, Path], option: str) -> Diagnostic:
    if folder.is_file():
        return report(NO_SUCH_BOOK, f"`{name}` is a file, and a book is a folder", subject="-b", help=_book_around(name, folder, books, option))
    close = get_close_matches(name, books, n=1)
    if close:
        help_text = f"did you mean `{close[0]}`?"
    elif books:
        help_text = f"books under `rules/`: {', '.join(f'`{book}`' for book in books)}"
    else:
        help_text = "start a book with `pricebook new book NAME`, or name the folder of one"
    return report(NO_SUCH_BOOK, f"there is no book `{name}`: neither under `rules/` nor as a folder", subject="-b", help=help_text)


def _book_around(name: str, file: Path, books: Mapping[str, Path], option: str) -> str:
    """What to write instead of a file's name: its book, which is the nearest folder above with a file that has a `book:` section."""
    for folder, typed in zip(file.parents, Path(name).parents, strict=False):
        if is_book(folder):
            known = next((book for book, place in books.items() if place == folder.absolute()), None)
            return f"name its book: `{option}{known or typed.as_posix()}`"
    what = "a book is a folder of rule files, one of which has the section `book:`"
    return f"{what}; the books here are {_listed(books, 'and')}" if books else f"{what}; `pricebook new book NAME` starts one"


def is_book(folder: Path) -> bool:
    """Whether a rule file in the folder has the section `book:`."""
    names = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in (".yaml", ".yml") and path.is_file())
    return any(_BOOK_SECTION.search(_beginning(path)) for path in names)


_BOOK_SECTION = re.compile(rb"^(?:book|[\"\']book[\"\'])\s*:", re.MULTILINE)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(1024 * 1024)
    except OSError:
        return b""


# ------------------------------------------------------------------------------------------------------ files that are not read

RULE_FILES = (".yaml", ".yml", ".csv")
ACCOUNT_FILES = (".yaml", ".yml", ".json")
_ALMOST = re.compile(r"\W?(\w.*\.ya?ml)\W.*", re.IGNORECASE)
"""A rule file's name with something behind it: `prices.yaml.txt`, `prices.yml.bak`, `prices.yaml~`, `prices.yaml (1)`."""
OTHER_KINDS = (".gz", ".zip", ".xz", ".j2", ".md", ".html")
"""Endings behind `.yaml` of files that are something else: archives, templates, pages."""
_SECTION = re.compile(
    rb"^(?:units|attributes|resources|limits|billing_modes|prices|discounts|discount_policy|spec_changes|cancellations|renewals"
    rb"|mode_changes|taxes|examples):[ \t]*(?:#.*)?\r?$",
    re.MULTILINE,
)


def unread_files(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """Files that look like rule files and are not read, each with the reason and the remedy: in the book's folder under a name of
    another kind, and beside it, where no book reads them. Source: rule language, second version, 1.7.
    """
    for path in sorted(files_below(folder)):
        meant = _almost(path)
        if meant is not None:
            remedy = f"`{meant}` beside it is read: delete this one, or keep it elsewhere" if path.with_name(meant).exists() else f"rename it to `{meant}`"
            yield path, "the name of a rule file ends in `.yaml` or `.yml`", remedy
    try:
        beside = list(_beside(folder.absolute()))
    except OSError:
        beside = []  # what may not be looked into holds nothing for this book
    reason = f"it lies outside of the book's folder {folder.name}, and belongs to no other book"
    yield from ((path, reason, f"move it into {folder.name}, or keep it elsewhere") for path in beside)


def _almost(path: Path) -> str | None:
    """The name under which a file would be read that has another; None for files of other kinds."""
    if path.name.lower().endswith(RULE_FILES) or not path.is_file():
        return None
    match = _ALMOST.fullmatch(path.name)
    if match is not None:
        return match[1] if path.suffix.lower() not in OTHER_KINDS else None
    text_file = path.suffix.lower() in ("", ".txt") or path.suffix.lower().startswith(".y")
    return f"{path.stem}.yaml" if text_file and _SECTION.search(_beginning(path)) else None


def _beside(folder: Path) -> Iterator[Path]:
    """Rule files in the folder around a book, and below `rules/` in folders that are no books."""
    if is_book(folder.parent):
        return
    strays = [folder.parent, *(each for each in _books_below(folder.parent) if folder.parent.name == "rules" and not is_book(each))]
    for stray in strays:
        if stray != folder:
            names = sorted(path for path in stray.iterdir() if path.suffix.lower() in (".yaml", ".yml") and path.is_file())
            yield from (path for path in names if not path.name.startswith(".") and _SECTION.search(_beginning(path)))


def _listed(books: Iterable[str], last: str) -> str:
    names = [f"`{name}`" for name in books]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def _either(books: Iterable[str]) -> str:
    return " or ".join(f"`-b {name}`" for name in list(books)[:3])


def called(folder: Path) -> str:
    """The book's name as a command takes it: its name under `rules/`, else its folder as the user would type it."""
    known = _books_below(shelf) if (shelf := _rules_folder(Path.cwd())) else []
    if folder.absolute() in (each.absolute() for each in known):
        return folder.name
    try:
        return folder.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return folder.as_posix()


def is_book_name(name: str) -> bool:
    """Whether the text names a book here, or the folder of one."""
    try:
        return is_book(find_book(name))
    except Unusable:
        return False
