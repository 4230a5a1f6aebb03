"""The books that the tests of the price sheet read: KooDrive's, and small odd ones beside this file."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from engine.language.build import load_book
from engine.model.book import PriceBook
from engine.sheet import build_sheet
from engine.sheet.view import SheetView

HERE = Path(__file__).parent
KOODRIVE = HERE.parent.parent / "rules" / "koodrive"
ODD = ("crates", "calls", "gym", "studio")
SPRING = datetime(2026, 3, 1, 4, tzinfo=UTC)
AUTUMN = datetime(2026, 11, 23, 4, tzinfo=UTC)


@cache
def book(name: str) -> PriceBook:
    """A book by name; its files must be without a mistake."""
    folder = KOODRIVE if name == "koodrive" else HERE / "books" / name
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.suffix in (".yaml", ".yml", ".csv")}
    loaded = load_book(files)
    errors = [found for found in loaded.diagnostics if found.severity == "error"]
    assert loaded.book is not None and not errors, errors
    return loaded.book


@cache
def sheet(name: str, at: datetime = SPRING, currency: str | None = None) -> SheetView:
    """The sheet of a book."""
    return build_sheet(book(name), at, currency)
