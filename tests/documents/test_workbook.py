"""Workbooks: exact numbers, harmless texts, the same bytes each time."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.documents.workbook import Column, Row, Sheet, fits, workbook_bytes
from engine.values.exact import plain, shown
from tests.documents.workbooks import read, shown_digits, texts
from tests.extent import examples

DAY = date(2026, 4, 1)


def book(column: Column, *values, right_to_left: bool = False) -> bytes:
    return workbook_bytes([Sheet("Lines", (column,), tuple(Row((value,)) for value in values))], "Invoice", DAY, right_to_left)


def cells(content: bytes) -> list:
    return [row[0] for row in read(content)["Lines"][1:]]


@pytest.mark.parametrize(
    "digits",
    ["0.00", "886.44", "-886.44", "0.1", "0.0000000001", "123456789012.345", "99999999999999.9", "1000000000000000000", "-0.07", "4503599627370.5"],
)
def test_a_number_is_read_back_to_the_last_digit(digits):
    for kind in ("amount", "number"):
        assert cells(book(Column("A", kind, 2), Decimal(digits))) == [Decimal(digits)]


@examples(60)
@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**16), max_value=10**16), min_size=1, max_size=20))
def test_any_number_is_exact_as_number_or_as_text(values):
    found = cells(book(Column("A", "amount", 2), *values))
    for value, cell in zip(values, found, strict=True):
        assert Decimal(cell) == value
        assert isinstance(cell, Decimal) == fits(value)


@pytest.mark.parametrize("kind", ["amount", "number", "percent"])
def test_the_digits_shown_are_those_of_the_number(kind):
    values = [Decimal("12.5"), Decimal("0.333"), Decimal("7"), Decimal("-1.25"), Fraction(1, 3)]
    made = openpyxl.load_workbook(io.BytesIO(book(Column("A", kind, 2), *values)))["Lines"]
    for value, (cell,) in zip(values, list(made.iter_rows())[1:], strict=True):
        factor = 100 if kind == "percent" else 1
        assert Decimal(shown_digits(cell)) == shown(value) * factor
    if kind == "amount":
        assert len({cell.number_format for (cell,) in list(made.iter_rows())[1:]}) == 1, "one number of decimals per column"


def test_more_digits_than_excel_keeps_are_text():
    long = Decimal("12345678901234567.891")
    assert cells(book(Column("A", "amount", 2), long, Decimal("1.5"))) == ["12345678901234567.891", Decimal("1.5")]


@pytest.mark.parametrize(
    "text",
    [
        "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "http://example.com", "mailto:a@b.c", "1e5", "<b>&amp;\"'", "<r><t>x</t></r>",
        "<r></oops></r>", "\u202eevil", "x" * 10_000, "two\nlines", "_x0041_", " leading", "'quoted", "{=1+1}", "\ufffe",
    ],
)  # fmt: skip
def test_a_text_is_that_text(text):
    content = book(Column("A"), text)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            ElementTree.fromstring(parts.read(name))
    # Excel writes what XML cannot hold as `_xHHHH_`; openpyxl leaves that as it is written.
    written = {"\ufffe": "_xFFFE_"}.get(text, text)
    assert cells(content) == [written]


def test_the_bytes_are_the_same_each_time_and_the_date_is_given():
    first, second = (book(Column("A"), "x", date(2026, 3, 1), Decimal("1.5")) for _ in range(2))
    assert first == second
    made = openpyxl.load_workbook(io.BytesIO(first))
    assert made.properties.created.date() == made.properties.modified.date() == DAY
    assert cells(first) == ["x", date(2026, 3, 1), Decimal("1.5")]


def test_a_right_to_left_sheet_runs_from_the_right_and_the_head_stays():
    for right_to_left in (False, True):
        sheet = openpyxl.load_workbook(io.BytesIO(book(Column("A"), "x", right_to_left=right_to_left)))["Lines"]
        assert (bool(sheet.sheet_view.rightToLeft), sheet.freeze_panes) == (right_to_left, "A2")


def test_a_note_stands_above_the_head():
    made = workbook_bytes([Sheet("A/B: [" + "x" * 40, (Column("Head"),), (Row(("cell",), strong=True),), "Draft")], "t", DAY, False)
    assert list(read(made).values()) == [[["Draft"], ["Head"], ["cell"]]]
    assert texts(made) == ["Draft", "Head", "cell"]


@pytest.mark.parametrize(("digits", "holds"), [("123456789012345", True), ("1234567890123456", False), ("0.000000000000001", True), ("1E+300", False)])
def test_what_fits(digits, holds):
    assert fits(Decimal(digits)) is holds
    assert len(plain(Decimal(digits)))


@pytest.mark.parametrize(("digits", "pattern"), [(("12.5", "7"), "[$EUR] #,##0.00"), (("12.345", "7"), "[$EUR] #,##0.00?")])
def test_an_amount_names_its_currency_where_it_is_copied_to(digits, pattern):
    """The decimals that the currency has are zeros where they are none; further ones keep their places, so that the points stand in line."""
    made = openpyxl.load_workbook(io.BytesIO(book(Column("A", "amount", 2, "EUR"), *map(Decimal, digits))))["Lines"]
    assert {cell.number_format for (cell,) in list(made.iter_rows())[1:]} == {pattern}
