"""The price sheet as a workbook: a row a price, formulas that give what the engine gave, numbers that are numbers."""

import io
import re
from decimal import Decimal
from fractions import Fraction

import openpyxl
import pytest

from engine.documents.format import formatter
from engine.documents.sheet_json import sheet_data
from engine.documents.sheet_workbook import IDS, sheet_workbook
from engine.documents.workbook import Product, Sheet, Sum, workbook_bytes
from engine.values.exact import add, multiply, total
from engine.values.periods import local_date, zone
from tests.sheet import reading

BOOKS = ("koodrive", *reading.ODD)
LANGUAGES = ("en", "ar", "de", "ja", "zh")


def sheets(name: str, language: str = "en", at=reading.SPRING) -> tuple[Sheet, ...]:
    return sheet_workbook(reading.sheet(name, at), formatter(language))


def workbook(name: str, language: str = "en", at=reading.SPRING, values: bool = False):
    view, words = reading.sheet(name, at), formatter(language)
    day = local_date(view.header.at, zone(view.header.timezone))
    made = workbook_bytes(sheets(name, language, at), name, day, words.right_to_left)
    return openpyxl.load_workbook(io.BytesIO(made), data_only=values)


@pytest.mark.parametrize("at", [reading.SPRING, reading.AUTUMN])
@pytest.mark.parametrize("name", BOOKS)
def test_a_formula_gives_the_number_that_the_engine_gave(name, at):
    """What is multiplied and added, exactly, is what stands beside the formula; so it is in the file."""
    found = sheets(name, at=at)
    for sheet in found:
        for row in sheet.rows:
            for column, cell in enumerate(row.cells):
                match cell:
                    case Product(one, other, value):
                        assert multiply(*(found[ref.sheet].rows[ref.row].cells[ref.column] for ref in (one, other))) == value
                    case Sum(first, last, value):
                        assert total(each.cells[column] for each in sheet.rows[first : last + 1]) == value


def test_the_formulas_name_the_cells_that_they_are_about():
    made = workbook("koodrive")["Price sheet"]
    heads = [cell.value for cell in made[3]]
    assert heads[:7] == ["Billing mode", "Item", "Specification", "Quantity", "Unit", "Period", "List price"]
    row = next(row for row in made.iter_rows(min_row=4) if row[2].value == "50 users, 500 GB")
    assert row[7].value == f"='Price sheet'!$G${row[0].row}*'What each term costs'!$C$5"
    assert workbook("koodrive")["What each term costs"]["C5"].value == 0.83
    values = workbook("koodrive", values=True)["Price sheet"]
    assert [Decimal(repr(values.cell(row[0].row, column).value)) for column in range(7, 11)] == [
        Decimal(each) for each in ("89.0", "73.87", "66.75", "57.85")
    ]  # fmt: skip


@pytest.mark.parametrize("name", BOOKS)
def test_a_row_is_a_price_and_every_list_price_has_one(name):
    """As many rows as the sheet has list prices, each with its amount, in the order of the sheet."""
    listed = [
        Fraction(cell["value"])
        for mode in sheet_data(reading.sheet(name))["modes"]
        for table in mode["tables"]
        for group in table["groups"]
        for row in group["rows"]
        for column, cell in zip(table["columns"], row["cells"], strict=True)
        if cell is not None and column["kind"] == "list"
    ]
    shown = [getattr(row.cells[6], "value", row.cells[6]) for row in sheets(name)[0].rows]
    assert [Fraction(each) for each in shown] == listed and listed


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_name_their_currency_and_numbers_are_numbers(language):
    for made in workbook("koodrive", language):
        assert bool(made.sheet_view.rightToLeft) == (language == "ar")
        for row in made.iter_rows(min_row=4):
            for cell in row:
                if cell.data_type in ("n", "f") and cell.value is not None and "$" in cell.number_format:
                    assert re.fullmatch(r"\[\$USD\] #,##0\.00\?*", cell.number_format)
                assert not (isinstance(cell.value, str) and re.fullmatch(r"[\d.,]+", cell.value)), cell.value
        amounts = [cell for row in made.iter_rows(min_row=4) for cell in row if "USD" in cell.number_format]
        assert amounts or made.title == made.parent.sheetnames[1]


def test_heads_and_names_stay_in_sight_and_prices_can_be_filtered():
    made = workbook("koodrive")
    assert [(each.title, each.freeze_panes) for each in made] == [("Price sheet", "D4"), ("What each term costs", "C4"), ("Examples", "C4")]
    assert made["Price sheet"].auto_filter.ref == f"A3:X{made['Price sheet'].max_row}"
    assert made["Price sheet"]["A1"].value.startswith("Illustrative prices.")


@pytest.mark.parametrize("name", BOOKS)
def test_programs_find_each_price_by_ids_that_nobody_sees(name):
    made = workbook(name).worksheets[0]
    top = int(re.match(r"[A-Z]+([0-9]+)", made.auto_filter.ref)[1])
    heads = {cell.value: cell.column for cell in made[top]}
    ids = {heads[title] for title, _ in IDS if title in heads}
    assert {"item", "billing_mode", "part", "currency", "digest"} <= set(heads)
    hidden = {column for each in made.column_dimensions.values() if each.hidden for column in range(each.min, each.max + 1)}
    assert hidden == ids and heads["List price"] not in hidden
    assert {made.cell(row, heads["price_heading"]).value for row in range(top + 1, made.max_row + 1)} == {"List price"}


def test_announced_prices_have_their_day():
    made = workbook("crates")
    sheet = made["Announced changes"]
    first = [cell.value for cell in sheet[sheet.max_row]]
    assert first[3].year >= 2026 and "Announced changes" not in workbook("koodrive").sheetnames


def test_examples_add_up_to_what_is_to_be_paid():
    rows = [row for row in sheets("koodrive")[-1].rows if row.strong]
    assert rows[0].cells[1] == "Total" and [cell.value for cell in rows[0].cells[4:]] == [Decimal(each) for each in ("1356.00", "-230.52", "0.00", "1125.48")]
    for row in rows:
        listed, discount, rounding, amount = (cell.value for cell in row.cells[4:])
        assert add(add(listed, discount), rounding) == amount
