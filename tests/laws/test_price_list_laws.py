"""A price sheet as CSV is read back: unedited it changes nothing, and an edited price is the only one that becomes another."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents.format import formatter
from engine.documents.sheet_csv import COLUMNS, render_sheet_csv
from engine.documents.sheet_workbook import sheet_workbook
from engine.documents.workbook import workbook_bytes
from engine.editing.changing import replaced
from engine.editing.dated import NewPrice
from engine.editing.edits import applied
from engine.editing.figures import figures_of
from engine.editing.price_list import PriceList, check_others, key_of, read_list, repriced
from engine.language.build import load_book
from engine.sheet import build_sheet
from engine.values.exact import multiply
from tests.conformance.language import write
from tests.extent import examples
from tests.laws.books import books

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 11, 1, tzinfo=UTC)
FOLDERS = ["rules/koodrive", "examples/hosting/book", "examples/reference/book", "tests/errors/base"]
FOLDERS += [f"tests/sheet/books/{name}" for name in ("crates", "calls", "gym", "studio")]


def files_of(folder: str) -> dict[str, bytes]:
    root = ROOT / folder
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.suffix in (".yaml", ".csv")}


def the_list(files: dict[str, bytes], language: str, shuffled: bool = False, edit=None):
    """The book and what its own list of a day changes in it, after an edit of its rows."""
    loaded = load_book(files)
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    view = build_sheet(loaded.book, AT)
    rows = list(csv.DictReader(io.StringIO(render_sheet_csv(view, language))))
    if edit is not None:
        edit(rows)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS)
    writer.writeheader()
    writer.writerows(reversed(rows) if shuffled else rows)
    found = read_list("list.csv", stream.getvalue().encode())
    assert isinstance(found, PriceList), [each.message for each in found]
    figures = list(figures_of(loaded.book, loaded.places.documents))
    computed = {key_of(row, found.columns): row["price"] for row in csv.DictReader(io.StringIO(render_sheet_csv(view, "en"))) if row["kind"] != "list"}
    changes, problems = repriced(loaded.book, loaded.places.documents, figures, found, AT)
    return loaded, changes, (*problems, *check_others(found, computed))


def the_workbook(files: dict[str, bytes], language: str, edit=None):
    """The same of the workbook, as another program saves it."""
    loaded = load_book(files)
    view, words = build_sheet(loaded.book, AT), formatter(language)
    content = workbook_bytes(sheet_workbook(view, words), "List", AT.date(), words.right_to_left)
    if edit is not None:
        made, stream = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
        edit(made.worksheets[0])
        made.save(stream)
        content = stream.getvalue()
    found = read_list("list.xlsx", content)
    assert isinstance(found, PriceList), [each.message for each in found]
    return loaded, *repriced(loaded.book, loaded.places.documents, list(figures_of(loaded.book, loaded.places.documents)), found, AT)


LANGUAGE = st.sampled_from(["en", "de", "zh", "ar", "ja"])


@examples(40)
@given(books(), LANGUAGE, st.booleans())
def test_an_unedited_list_of_a_random_book_changes_nothing(book, language, shuffled):
    _, changes, problems = the_list({"book.yaml": write(book).encode()}, language, shuffled)
    assert (changes, problems) == ([], ())


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_an_unedited_list_changes_nothing(folder, language):
    _, changes, problems = the_list(files_of(folder), language, shuffled=True)
    assert (changes, problems) == ([], ())


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", ["de", "ar"])
def test_an_unedited_workbook_changes_nothing(folder, language):
    for edit in (None, lambda sheet: sheet.insert_cols(1)):
        _, changes, problems = the_workbook(files_of(folder), language, edit)
        assert (changes, problems) == ([], ())


@examples(15)
@given(books(), LANGUAGE)
def test_an_unedited_workbook_of_a_random_book_changes_nothing(book, language):
    _, changes, problems = the_workbook({"book.yaml": write(book).encode()}, language)
    assert (changes, problems) == ([], ())


@pytest.mark.parametrize("folder", FOLDERS)
@examples(25)
@given(pick=st.integers(0, 500), price=st.integers(1, 9999), shuffled=st.booleans())
def test_an_edited_price_is_the_one_that_becomes_another(folder, pick, price, shuffled):
    files = files_of(folder)
    of = {}

    def edit(rows):
        row = of["row"] = [row for row in rows if row["kind"] == "list"][pick % len([row for row in rows if row["kind"] == "list"])]
        of["before"] = row["price"]
        row["price"] = f"{Decimal(price) * Decimal(row['for_quantity'] or 1) / 1000:f}"

    loaded, changes, problems = the_list(files, "en", shuffled, edit)
    row = of["row"]
    if problems:  # several charges of one kind, or one price for several groups of customers, cannot be told apart by a list
        assert all(each.code == "Q806" and each.help for each in problems)
        return
    if Decimal(of["before"]) == Decimal(row["price"]):
        assert changes == []
        return
    (change,) = changes
    figure = change.figure
    assert (figure.entry.item, figure.entry.billing_mode) == (row["item"], row["billing_mode"]) and (figure.entry.per or "") == row["per"]
    documents = loaded.places.documents
    made = load_book({**files, **applied(files, replaced(documents, NewPrice(figure, None, {figure.path: change.after})))})
    if made.book is not None and not figure.shared:
        rows = csv.DictReader(io.StringIO(render_sheet_csv(build_sheet(made.book, AT), "en")))
        same = [each for each in rows if all(each[name] == row[name] for name in ("billing_mode", "item", "spec", "kind", "part", "when", "tier_above", "per"))]
        quantity = Decimal(row["for_quantity"] or 1)
        units = [multiply(Decimal(each["price"]), quantity) / Decimal(each["for_quantity"] or 1) for each in same]
        assert Decimal(row["price"]) in units
