"""What mends a book by itself writes the bytes that were wrong and no others, in any book, however its lines end and whatever its comments say."""

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.commands.mending import mend
from engine.editing.edits import applied
from engine.editing.expected import expected_edits
from engine.language.build import load_book
from engine.review.examples import FAILED, run_examples
from tests.conformance.language import write
from tests.extent import examples
from tests.laws.books import books
from tests.laws.test_edit_laws import BOOKS, dressed

PRICE = re.compile(rb"(?<=[a-z]: )[0-9]+\.[0-9]+(?=\r?\n|  #)")
EXPECTED = re.compile(rb"(?<=[ {])(?:list|discount|total|charge|refund): (-?[0-9]+\.[0-9]+)(?=[,}\r\n ])")
DRESSES = {"mark": st.booleans(), "windows": st.booleans(), "remarks": st.booleans()}


@examples(60)
@given(book=books(), picks=st.sets(st.integers(0, 200), min_size=1, max_size=4), **DRESSES)
def test_numbers_in_quotes_become_what_they_were(book, picks, mark, windows, remarks):
    """Whatever prices of a random book stand in quotes, `check --fix` gives its bytes back."""
    (right,) = dressed({"book.yaml": write(book).encode()}, mark, windows, remarks).values()
    prices = [found.span() for found in PRICE.finditer(right)]
    wrong = right
    for start, end in sorted({prices[pick % len(prices)] for pick in picks}, reverse=True):
        wrong = wrong[:start] + b'"' + wrong[start:end] + b'"' + wrong[end:]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "book.yaml").write_bytes(wrong)
        done = mend(Path(folder), lambda _: True)
    assert done.before == {"book.yaml": wrong} and done.after == {"book.yaml": right}


@pytest.mark.parametrize("name", ["rules/koodrive", "examples/reference/book"])
@examples(40)
@given(picks=st.sets(st.integers(0, 200), min_size=1, max_size=6), off=st.decimals("0.01", "9.99", places=2), **DRESSES)
def test_numbers_of_examples_become_what_they_were(name, picks, off, mark, windows, remarks):
    """Whatever numbers the examples of a book expect in place of the right ones, `test --update` gives its bytes back."""
    files = dressed(BOOKS[name], mark, windows, remarks)
    places = [(file, found.span(1)) for file, content in files.items() for found in EXPECTED.finditer(content)]
    wrong = dict(files)
    for file, (start, end) in sorted({places[pick % len(places)] for pick in picks}, reverse=True):
        wrong[file] = wrong[file][:start] + str(off).encode() + b"1" + wrong[file][end:]
    loaded = load_book(wrong)
    assert loaded.book is not None
    failed = [each for each in run_examples(loaded.book) if each.outcome == FAILED]
    edits = list(expected_edits(failed, {each.file: each for each in loaded.documents}))
    assert failed and {**wrong, **applied(wrong, edits)} == files
