"""Whatever is half typed, no question fails: every place of the KooDrive files, as they stand and as they break off there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.editor.completion import Offers
from engine.editor.cursor import cursor_at
from engine.editor.hover import hover
from engine.editor.index import Shelf
from engine.editor.outline import outline
from engine.editor.places import Columns, lines_of
from engine.editor.prices import Sold
from engine.store import open_book
from tests.extent import cases

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "rules" / "koodrive"
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yaml"))
BOOK = open_book(FOLDER).rules
TODAY = datetime(2026, 9, 14, tzinfo=UTC)


@pytest.mark.parametrize("name", FILES)
def test_every_place_may_be_asked_about(name):
    shelf, text = Shelf(FOLDER), (FOLDER / name).read_text(encoding="utf-8")
    sold = Sold(BOOK, TODAY)
    answered = 0
    places = range(7, len(text), max(1, len(text) // cases(40)))
    for at in places:
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        for typed in (text, text[:at], text[:at] + "\n" + text[at:]):
            index = shelf.index({name: typed.encode("utf-8")})
            said = hover(index, sold, True, name, line, column)
            cursor = cursor_at(index.lines[name], line, column)
            offers = Offers(cursor, index, BOOK, TODAY).all() if cursor is not None else []
            answered += bool(said) + bool(offers)
            assert len({each.label for each in offers}) == len(offers)
            if cursor is not None:
                assert 1 <= cursor.start <= column <= cursor.end
            assert all(entry.last >= entry.place.line for document in index.documents.values() for entry in outline(document))
    assert answered > len(places) // 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_columns_are_counted_there_and_back(encoding):
    columns, lines = Columns(encoding), lines_of("a: \U0001f393é\r\nب: x\rend\n")
    assert lines == ["a: \U0001f393é", "ب: x", "end", ""]
    for number, line in enumerate(lines, 1):
        for column in range(1, len(line) + 2):
            assert columns.column(lines, columns.position(lines, number, column)) == column
    assert [columns.units("\U0001f393é")] == [{"utf-8": 6, "utf-16": 3, "utf-32": 2}[encoding]]
    beyond = columns.position(lines, 9, 1)
    assert (beyond.line, beyond.character) == (3, 0)
