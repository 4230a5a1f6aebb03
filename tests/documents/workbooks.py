"""Reading workbooks back, for tests: what a cell holds as an exact number or as text."""

import io
import warnings
from decimal import Decimal

import openpyxl

Sheets = dict[str, list[list]]


def read(content: bytes) -> Sheets:
    """Every sheet's cells: a number as the digits that it was written with, a text as it is, None for an empty cell."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = openpyxl.load_workbook(io.BytesIO(content))
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row), "a formula"
    assert not any(cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row), "a link"
    return {sheet.title: [[_value(cell) for cell in row] for row in sheet.iter_rows()] for sheet in book}


def _value(cell):
    if cell.data_type == "n" and cell.value is not None:
        # What is read is binary; its shortest digits are those that were written, up to 15 of them.
        return Decimal(repr(cell.value))
    return cell.value.date() if cell.is_date else cell.value


def shown_digits(cell) -> str:
    """The digits that Excel shows for a number cell with a pattern such as `#,##0.00`."""
    places = len(cell.number_format.partition(".")[2].rstrip("%"))
    value = Decimal(repr(cell.value)) * (100 if cell.number_format.endswith("%") else 1)
    return f"{value:.{places}f}"


def texts(content: bytes) -> list[str]:
    """All texts of the workbook."""
    return [value for rows in read(content).values() for row in rows for value in row if isinstance(value, str)]
