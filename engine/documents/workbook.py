"""Tables -> one Excel workbook (.xlsx), the same bytes every time.

Contract: a number cell holds exactly the number that it is given. Excel keeps a number as a binary one, which is exact to 15 significant
digits; a number that needs more is written as text, digit for digit. Texts are texts: never a formula, never a link. Nothing is
rounded, and nothing computed: a formula comes with the number that it gives. Source: documents, Formats (XLSX).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any
from unicodedata import east_asian_width

from engine.documents.csv_text import may_run
from engine.documents.format import decimals, isolated, without_isolates
from engine.values.exact import ONE, Number, multiply, plain, shown
from engine.values.money import minor_places

MOST_DIGITS = 15
"""The significant digits that Excel keeps of every number."""

HUNDRED = ONE.scaleb(2)
NARROWEST, WIDEST = 8, 60
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_HEAD = {"bold": True, "bg_color": "#E8EDF2", "bottom": 1, "valign": "vcenter"}
_LANDSCAPE_A4 = 9
_FIRST_YEAR = 1901


@dataclass(frozen=True, slots=True)
class Share:
    """A ratio in a column of amounts, shown as a percentage."""

    value: Number


@dataclass(frozen=True, slots=True)
class Ref:
    """Another cell: the place of its sheet, of its row among the rows of the table, and of its column, each from 0."""

    sheet: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Product:
    """A formula: two cells multiplied, which gives `value`."""

    one: Ref
    other: Ref
    value: Number


@dataclass(frozen=True, slots=True)
class Sum:
    """A formula: the sum of rows of this column, from `first` to `last`, which is `value`."""

    first: int
    last: int
    value: Number


Cell = str | Number | date | Share | Product | Sum | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `kind`: text | amount (at least `places` decimals, one number of them for all) | number | percent (of ratios) | day.

    With a `currency` each amount names it, since cells are copied away from their heads; then only as many decimals as it needs. A `hidden`
    one is for programs alone.
    """

    title: str
    kind: str = "text"
    places: int = 0
    currency: str = ""
    hidden: bool = False


def money(title: str, currency: str) -> Column:
    """A column of amounts in a currency."""
    return Column(title, "amount", minor_places(currency), currency)


@dataclass(frozen=True, slots=True)
class Row:
    """A row; the cells of a `strong` one are bold: sums."""

    cells: tuple[Cell, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: a `note` above the table (the stamp of prices that are not real), what it is `about`, the head, which stays in sight, and the rows.

    The first `named` columns, which name a row, stay in sight too; a `filtered` table can be filtered by its heads.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    about: str = ""
    named: int = 0
    filtered: bool = False

    @property
    def top(self) -> int:
        """The row of the head, from 0."""
        return bool(self.note) + bool(self.about)


def workbook_bytes(sheets: Sequence[Sheet], title: str, day: date, right_to_left: bool) -> bytes:
    """The workbook's file, dated `day`, never the clock's."""
    from xlsxwriter import Workbook
    from xlsxwriter.utility import xl_rowcol_to_cell

    made = BytesIO()
    workbook = Workbook(made, _OPTIONS)
    workbook.set_properties({"title": title, "created": datetime.combine(day, time(), tzinfo=UTC)})
    formats, names = _Formats(workbook), [_sheet_name(sheet.title, number) for number, sheet in enumerate(sheets, 1)]

    def address(ref: Ref) -> str:
        sheet, name = sheets[ref.sheet], names[ref.sheet].replace("'", "''")
        return f"'{name}'!{xl_rowcol_to_cell(sheet.top + 1 + ref.row, ref.column, row_abs=True, col_abs=True)}"

    for sheet, name in zip(sheets, names, strict=True):
        worksheet = workbook.add_worksheet(name)
        if right_to_left:
            worksheet.right_to_left()
        _fill(worksheet, sheet, formats, address)
    workbook.close()
    return made.getvalue()


def _sheet_name(title: str, number: int) -> str:
    """A name that Excel takes: at most 31 characters, without the signs that mean something in a reference."""
    kept = "".join(" " if letter in "[]:*?/\\'" else letter for letter in without_isolates(title)).strip()
    return kept[:31] or str(number)


class _Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[tuple[str, object], ...], Any] = {}

    def get(self, **properties: object) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._workbook.add_format(properties)
        return self._made[key]


def _fill(worksheet: Any, sheet: Sheet, formats: _Formats, address: Callable[[Ref], str]) -> None:
    from xlsxwriter.utility import xl_range

    top = sheet.top
    if sheet.note:
        _write_text(worksheet, (0, 0), sheet.note, formats, {"bold": True, "font_color": "#9C2F00"})
    if sheet.about:
        _write_text(worksheet, (top - 1, 0), sheet.about, formats, {"font_color": "#5A6570"})
    for index, column in enumerate(sheet.columns):
        align = "left" if column.kind in ("text", "day") else "right"
        _write_text(worksheet, (top, index), column.title, formats, _HEAD | {"align": align} | _distance(sheet, index))
    for index, column in enumerate(sheet.columns):
        values = [row.cells[index] for row in sheet.rows]
        places = _places(column, values)
        width = len(column.title) + 2
        for offset, row in enumerate(sheet.rows, top + 1):
            style = ({"bold": True, "top": 1} if row.strong else {}) | _distance(sheet, index)
            cell = row.cells[index]
            match cell:
                case Product():
                    formula = f"={address(cell.one)}*{address(cell.other)}"
                case Sum():
                    formula = f"=SUM({xl_range(top + 1 + cell.first, index, top + 1 + cell.last, index)})"
                case _:
                    formula = ""
            width = max(width, _write(worksheet, (offset, index), cell, (column, places), formats, style, formula))
        worksheet.set_column(index, index, min(max(width, NARROWEST), WIDEST), None, {"hidden": True} if column.hidden else {})
    worksheet.freeze_panes(top + 1, sheet.named)
    if sheet.filtered and sheet.rows:
        worksheet.autofilter(top, 0, top + len(sheet.rows), len(sheet.columns) - 1)
    worksheet.set_landscape()
    worksheet.set_paper(_LANDSCAPE_A4)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(top)


def _distance(sheet: Sheet, index: int) -> dict[str, object]:
    """Words beside numbers keep away from them."""
    words = ("text", "day")
    return {"indent": 1} if index and sheet.columns[index].kind in words and sheet.columns[index - 1].kind not in words else {}


def _places(column: Column, values: Sequence[Cell]) -> int:
    """The decimals of all numbers of a column of amounts; of those that stand in it as text, none."""
    numbers = [number for value in values if (number := _number(value)) is not None and fits(number) and not isinstance(value, Share)]
    return decimals(numbers, column.places) if column.kind == "amount" else 0


def _number(cell: Cell) -> Number | None:
    value = cell.value if isinstance(cell, Share | Product | Sum) else cell
    return value if isinstance(value, Decimal | Fraction) else None


def _write(worksheet: Any, place: tuple[int, int], value: Cell, shape: tuple[Column, int], formats: _Formats, style: dict[str, object], formula: str) -> int:
    """Writes one cell; the width that it wants."""
    column, places = shape
    number = _number(value)
    if number is not None and fits(number):
        pattern = _pattern(replace(column, kind="percent") if isinstance(value, Share) else column, number, places)
        form = formats.get(num_format=pattern, **style)
        if formula:
            worksheet.write_formula(*place, formula, form, shown(number))
        else:
            worksheet.write_number(*place, shown(number), form)
        return len(plain(number, places)) * 4 // 3 + 2 + (len(column.currency) + 1 if column.currency else 0)
    if number is not None:
        digits = plain(number, column.places)
        worksheet.write_string(*place, digits, formats.get(align="right", **style))
        return len(digits) + 2
    if isinstance(value, date) and value.year >= _FIRST_YEAR:
        worksheet.write_datetime(*place, value, formats.get(num_format="yyyy-mm-dd", align="left", **style))
        return 12
    if value is None or value == "":
        worksheet.write_blank(*place, None, formats.get(**style) if style else None)
        return 0
    return _write_text(worksheet, place, str(value), formats, style)


def fits(value: Number) -> bool:
    """Whether Excel can hold the number as it is shown: at most 15 significant digits.

    >>> fits(Decimal("123456789012.345")), fits(Decimal("1234567890123.4567"))
    (True, False)
    """
    digits = plain(shown(value)).lstrip("-").replace(".", "")
    return len(digits.strip("0")) <= MOST_DIGITS and len(digits) <= 200


def _pattern(column: Column, value: Number, places: int) -> str:
    """Excel's pattern that shows all digits of the number: `#,##0.00`; with a currency `[$USD] #,##0.00??`, which keeps the points in line."""
    if column.kind == "percent":
        ratio = decimals([multiply(shown(value), HUNDRED)])
        return f"0{'.' if ratio else ''}{'0' * ratio}%"
    needed = places if column.kind == "amount" else decimals([value])
    least = min(column.places, needed) if column.currency else needed
    digits = "0" * least + "?" * (needed - least)
    return f"{f'[${column.currency}] ' if column.currency else ''}#,##0{'.' if digits else ''}{digits}"


def _write_text(worksheet: Any, place: tuple[int, int], text: str, formats: _Formats, style: dict[str, object]) -> int:
    # A line of a cell ends with a line feed alone.
    written = isolated(text).replace("\u00a0", " ").replace("\r\n", "\n").replace("\r", "\n")
    # The mark with which Excel itself keeps such a text a text when its cell is edited.
    quoted = {"quote_prefix": True} if may_run(without_isolates(written)) else {}
    cell_format = formats.get(**style, **quoted)
    if written.startswith("<r>") and written.endswith("</r>"):
        # XlsxWriter takes this for markup of its own and would not escape it; in parts it is written as what it is.
        worksheet.write_rich_string(*place, written[0], written[1], written[2:], cell_format)
    else:
        worksheet.write_string(*place, written, cell_format)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in written[: WIDEST * 2]) + 2
