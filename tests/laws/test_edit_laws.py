"""An edit of one price changes its own bytes and nothing else, in any book, however its lines end and whatever its comments say."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import Diagnostic
from engine.editing.changing import from_date, holds, overwritten
from engine.editing.dated import Dated, new_price
from engine.editing.edits import applied
from engine.editing.figures import figures_of
from engine.editing.finding import Target, Wanted, find_target
from engine.language.build import load_book
from engine.language.build.node import instant_of
from engine.review.price_changes import price_changes
from tests.conformance.language import write
from tests.extent import examples
from tests.laws.books import books

ROOT = Path(__file__).resolve().parents[2]
DAY = "2027-03-01"
BOOKS = {
    name: {path.relative_to(ROOT / name).as_posix(): path.read_bytes() for path in sorted((ROOT / name).rglob("*")) if path.suffix in (".yaml", ".csv")}
    for name in ("rules/koodrive", "examples/hosting/book", "examples/reference/book", "tests/errors/base")
}


def dressed(files: dict[str, bytes], mark: bool, windows: bool, remarks: bool) -> dict[str, bytes]:
    """The files as another editor would have saved them."""
    found = {}
    for name, content in files.items():
        text = content.decode()
        if remarks and name.endswith(".yaml"):
            text = "# é, 价格\n" + "\n".join(f"{line}  # {number}: 1.00" if line.strip() else line for number, line in enumerate(text.split("\n"))) + "\n# end"
        if windows:
            text = text.replace("\n", "\r\n")
        found[name] = ("\ufeff" if mark else "").encode() + text.encode()
    return found


def check_both_ways(files: dict[str, bytes], pick: int, value: str) -> None:
    """Overwrites one number of a price, and gives it a price of its own from a date on."""
    loaded = load_book(files)
    assert loaded.book is not None, [each.message for each in loaded.diagnostics]
    documents = loaded.places.documents
    figures = list(figures_of(loaded.book, documents))
    figure = figures[pick % len(figures)]
    text = f"{value}%" if documents[figure.file].written[figure.path].endswith("%") else value
    edit = overwritten(documents, Target(figure.file, figure.path, figure), text, figure.name)
    if edit is None:
        return
    assert not isinstance(edit, Diagnostic), edit.message
    _in_its_place(files, loaded.book, documents, figure, edit, text)
    _from_a_day_on(files, loaded.book, documents, figure, text)


def _in_its_place(files, book, documents, figure, edit, text) -> None:
    made = applied(files, [edit])
    assert list(made) == [figure.file]
    before, after = files[figure.file].decode(), made[figure.file].decode()
    line = edit.span.line - 1
    same = [at for at, (one, other) in enumerate(zip(before.split("\n"), after.split("\n"), strict=True)) if one != other]
    assert same == [line]
    old, new = (each.split("\n")[line].removeprefix("\ufeff") for each in (before, after))
    start, end = edit.span.column - 1, edit.span.end_column - 1
    assert new == old[:start] + text + old[end:]
    again = load_book({**files, **made})
    if again.book is not None:
        changed = {(each.entry.item, each.key, each.path) for each in figures_of(again.book, again.places.documents)
                   if documents[each.file].written[each.path] != again.places.documents[each.file].written[each.path]}  # fmt: skip
        assert changed == {(figure.entry.item, figure.key, figure.path)}


def _from_a_day_on(files, book, documents, figure, text) -> None:
    at = instant_of(DAY, book.zone)
    assert at is not None
    price = new_price(figure, figure.name, text)
    edits = from_date(book, documents, Dated(DAY), [price])
    assert not isinstance(edits, Diagnostic), edits.message
    made = applied(files, edits)
    assert len(made) == 1
    (name, content), before = next(iter(made.items())), files.get(next(iter(made)), b"")
    if name in files:
        # What is new stands in one piece, and without it the file is what it was.
        (place,) = {each.span.line for each in edits}
        head = b"\n".join(before.split(b"\n")[:place]).removesuffix(b"\r")
        assert content.startswith(head) and content.endswith(before[len(head) :])
        assert (b"\r\n" in before) == (b"\r\n" in content) and (b"\r\n" not in before or b"\n" not in content.replace(b"\r\n", b""))
    again = load_book({**files, **made})
    if again.book is not None and not is_beyond(book, figure):
        assert holds(again.book, again.places.documents, price, at)
        changes = [each for each in price_changes(book, again.book, at) if each.what not in ("announced", "running-subscriptions")]
        assert {each.path[1:3] for each in changes} <= {(figure.entry.billing_mode, figure.entry.item)}


def is_beyond(book, figure) -> bool:
    """Whether a later price than the day's, or one for other customers, is looked at: the edit then may not be the one in force."""
    return figure.entry.conditions.start > instant_of(DAY, book.zone) or bool(figure.entry.conditions.until)


VALUES = st.decimals(min_value=1, max_value=90, places=4).map(lambda number: format(number, "f"))


@examples(60)
@given(books(), st.integers(0, 200), VALUES, st.booleans(), st.booleans(), st.booleans())
def test_an_edit_of_a_random_book_changes_its_own_bytes(book, pick, value, mark, windows, remarks):
    check_both_ways(dressed({"book.yaml": write(book).encode()}, mark, windows, remarks), pick, value)


@pytest.mark.parametrize("name", BOOKS)
@examples(40)
@given(pick=st.integers(0, 200), value=VALUES, mark=st.booleans(), windows=st.booleans(), remarks=st.booleans())
def test_an_edit_of_a_book_as_people_write_it_changes_its_own_bytes(name, pick, value, mark, windows, remarks):
    check_both_ways(dressed(BOOKS[name], mark, windows, remarks), pick, value)


@pytest.mark.parametrize("name", BOOKS)
def test_each_number_of_a_price_is_found_by_its_name(name):
    """With mode, currency, period, customers and day each name means the one number that has it."""
    loaded = load_book(BOOKS[name])
    documents = loaded.places.documents
    found = list(figures_of(loaded.book, documents))
    assert found
    for each in found:
        when = {name: values[0] for name, values in each.entry.conditions.when.items()}
        wanted = Wanted(each.name, each.entry.billing_mode, each.entry.currency, each.entry.per, when, each.entry.conditions.start)
        target = find_target(loaded.book, documents, wanted)
        assert isinstance(target, Target) and (target.file, target.path) == (each.file, each.path), each.name
        assert Decimal(documents[each.file].written[each.path].removesuffix("%").partition(" ")[0]) >= 0
