"""What a cell of a CSV file may not hold, whoever reads it: characters that nobody sees, and digits and signs of other keyboards.

Contract: knows one cell at a time. Every character that a rule file refuses in a name or number is refused here, and no cell is a text
to be read by people. Source: rule language, section 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.diagnostics import CodeInfo
from engine.diagnostics import text as codes
from engine.language.characters import HIDDEN_OR_CONTROL, called, hidden_in, how_to_type, plain_meant, revealed, strange_at
from engine.language.wording import short


@dataclass(frozen=True, slots=True)
class StrangeCell:
    """Why a cell is refused; `at` is the place of the character in the cell, from 0, and `plain` what the cell looks like."""

    info: CodeInfo
    message: str
    remedy: str
    at: int
    plain: str


def strange_cell(cell: str) -> StrangeCell | None:
    """The first character of a cell that is not what it seems; None where there is none. Blanks around the cell are part of it.

    >>> strange_cell("\\u200bNO").message, strange_cell("１００").remedy, strange_cell("São Paulo")
    ('an invisible character, zero-width space (U+200B), stands in `NO`', 'type `100` with the keyboard set to English (half-width)', None)
    """
    if cell.isascii() and cell.isprintable():
        return None
    hidden = hidden_in(cell, HIDDEN_OR_CONTROL)
    if hidden is not None:
        plain = revealed(cell)
        message = f"an invisible character, {called(cell[hidden])}, stands in {f'`{short(plain)}`' if plain else 'an empty cell'}"
        remedy = f"type `{short(plain)}` again" if plain else "delete it"
        return StrangeCell(codes.ODD_SPACE, message, remedy, hidden, plain)
    meant, at = plain_meant(cell), strange_at(cell)
    if meant is None or at is None:
        return None
    message = f"`{cell[at]}` in `{short(cell)}` is {called(cell[at], article=True)}, which only looks like `{meant[at]}`"
    return StrangeCell(codes.FULL_WIDTH_SIGN, message, how_to_type(cell[at], meant), at, meant)


def wrong_count(cells: Sequence[str], columns: Sequence[str]) -> tuple[str, str] | None:
    """Message and remedy for a row that has more or fewer cells than the file has columns; None where they are as many.

    >>> wrong_count(["seat"], ["item", "unit_price"])[0]
    'the row has 1 cell, the first row 2'
    """
    if len(cells) == len(columns):
        return None
    if sum(cell.count("\t") + 1 for cell in cells) >= len(columns) and any("\t" in cell for cell in cells):
        return "the cells of this row are separated by tabs, as they are pasted from a spreadsheet", "write a comma for each tab"
    said = f"the row has {len(cells)} cell{'s' * (len(cells) != 1)}, the first row {len(columns)}"
    return said, "give each row one cell for each column, empty ones too, and put a text that holds a comma in quotes"


def other_separator(head: Sequence[str]) -> bool:
    """Whether the first row names its columns with semicolons or tabs between them, as spreadsheets of many countries do."""
    return len(head) == 1 and (";" in head[0] or "\t" in head[0])
