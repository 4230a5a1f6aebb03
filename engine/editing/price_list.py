"""A price list that comes back from a spreadsheet: each row is matched to the price that it is of by ids, never by where it stands.

Contract: rows that are not there leave their prices as they are; a row that fits nothing, or several, or whose price cannot be read, is a finding
with its cell. The columns are those of the price sheet as CSV; of a list with fewer columns a row must still fit one price.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import islice

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.edits import BAD_LIST, BAD_LIST_ROW, NO_MATCH
from engine.diagnostics.limits import MOST_PRICES, at_most
from engine.diagnostics.text import OTHER_KIND_OF_FILE
from engine.editing.changing import why_no_price
from engine.editing.figures import PriceNumber
from engine.editing.workbook_rows import NotAWorkbook, is_workbook, workbook_rows
from engine.language.build.node import is_number
from engine.language.cells import other_separator, wrong_count
from engine.language.decoding import decode
from engine.language.document import Document
from engine.language.names import suggestion
from engine.model.book import PriceBook
from engine.pricing.resolution import prices_in_force
from engine.usage.rows import FileRow
from engine.values.exact import Number, decimal_places, divide, is_finite_decimal, multiply, plain
from engine.values.periods import local_date
from engine.values.spans import Span

HUNDRED = Decimal(100)
AGAIN = "write the list with `pricebook sheet`, as csv or xlsx, which names each price by its ids, and edit that"
PARTS = {
    "unit_price": ("unit", "rate", "spec"),
    "amount": ("flat", "spec"),
    "price": ("package",),
    "rate": ("rate",),
    "per_event": ("per-event",),
    "minimum": ("minimum",),
    "maximum": ("maximum",),
    "flat": ("tier-flat",),
}
"""The key of a price's number, and what the column `part` of a price sheet calls it."""
NAMED_BY = ("billing_mode", "item", "spec", "currency", "per", "part", "when", "tier_above", "tier_up_to")
"""The columns that tell a price from all others."""
COMPUTED = (*NAMED_BY, "kind", "term", "effective")
"""The columns that tell any row of a sheet from all others."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """The rows of a list by kind: `prices` are list prices, `others` what the sheet computes or announces; the columns that it has."""

    columns: tuple[str, ...]
    prices: tuple[FileRow, ...]
    others: tuple[FileRow, ...]
    letters: Mapping[str, str] = field(default_factory=dict)  # of the columns of a workbook

    def placed(self, problems: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """The findings, those of a workbook with the cell that they are about."""
        return tuple(
            replace(each, notes=(*each.notes, f"in the cell {self.letters[each.path]}{each.span.line}"))
            if each.path in self.letters and each.span is not None
            else each
            for each in problems
        )

    def only(self, column: str) -> str:
        """The one text that a column has in all rows; empty where there is none."""
        found = {row.cells[column] for row in (*self.prices, *self.others)} if column in self.columns else set()
        return found.pop() if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Repriced:
    """A number of a price, the new one as it is to be written, and the row that says so."""

    figure: PriceNumber
    after: str
    row: FileRow


def read_list(file: str, content: bytes) -> PriceList | tuple[Diagnostic, ...]:
    """The price list in a file, a CSV or a workbook, or why it is none."""
    top = Span(file, 1, 1, 1, 2)
    letters: dict[str, str] = {}
    try:
        if is_workbook(content):
            found = workbook_rows(content)
            lines, letters = found.lines, found.letters
        else:
            text = decode(file, content)
            if isinstance(text, Diagnostic):
                return (replace(text, help=AGAIN) if text.code == OTHER_KIND_OF_FILE.code else text,)
            lines = list(islice(_rows(text), MOST_PRICES + 2))
    except csv.Error:
        return (report(BAD_LIST, "the file cannot be read as CSV", top, help="save it as CSV with commas, in UTF-8"),)
    except NotAWorkbook as problem:
        return (report(BAD_LIST, str(problem), top, help=AGAIN),)
    if len(lines) > MOST_PRICES + 1:
        return (report(BAD_LIST, f"the list has more than {MOST_PRICES:,} rows; so many are read at most", top, help="make several lists of it"),)
    return _list(file, lines, letters)


def _list(file: str, lines: Sequence[tuple[int, list[str], list[str]]], letters: Mapping[str, str]) -> PriceList | tuple[Diagnostic, ...]:
    """The list in rows of cells, the names of the columns first."""
    head = [cell.strip() for cell in lines[0][1]] if lines else []
    wrong = _wrong_columns(head)
    if wrong is not None:
        return (report(BAD_LIST, wrong[0], Span(file, 1, 1, 1, 2), help=wrong[1]),)
    found: list[Diagnostic] = []
    prices: list[FileRow] = []
    others: list[FileRow] = []
    for line, cells, written in lines[1:]:
        miscounted = wrong_count(cells, head)
        if miscounted is not None:
            found.append(report(BAD_LIST_ROW, miscounted[0], Span(file, line, 1, line, 2), help=miscounted[1]))
            continue
        row = FileRow(file, line, dict(zip(head, (cell.strip() for cell in cells), strict=True)), written)
        (prices if row.cells.get("kind", "list") == "list" else others).append(row)
    return tuple(at_most(found)) or PriceList(tuple(head), tuple(prices), tuple(others), letters)


def _rows(text: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """The first line, the cells and the text of each row that is not empty."""
    lines = text.splitlines(keepends=True)
    reader, before = csv.reader(io.StringIO(text, newline=""), strict=True), 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield before + 1, cells, lines[before : reader.line_num]
        before = reader.line_num


def _wrong_columns(head: Sequence[str]) -> tuple[str, str] | None:
    """Message and remedy for the names of the columns."""
    if not head:
        return "the list names no columns", "write one with `pricebook sheet -f csv`, and edit its column `price`"
    if other_separator(head):
        return "the columns are not separated by commas", "save the file as CSV with commas, in UTF-8"
    for name in ("item", "price"):
        if name not in head:
            return (
                f"the list has no column `{name}`",
                f"call it so; the columns are those of `pricebook sheet -f csv`: {', '.join(NAMED_BY)}, price",
            )
    twice = next((name for name in head if head.count(name) > 1), None)
    return (f"the column `{twice}` stands there twice", "leave one of them out") if twice else None


def key_of(cells: Mapping[str, object], columns: Sequence[str]) -> tuple[str, ...]:
    """What tells a row from others, by the columns that there are."""
    return tuple(str(cells.get(column) or "") for column in COMPUTED if column in columns)


def check_others(found: PriceList, computed: Mapping[tuple[str, ...], str]) -> tuple[Diagnostic, ...]:
    """A finding for each row that the sheet computes, or announces, and whose price is another one; `computed` are their prices by `key_of`."""
    problems = []
    for row in found.others:
        price = computed.get(key_of(row.cells, found.columns))
        if price is not None and row.cells["price"] != price and not _same(row.cells["price"], price):
            kind = row.cells["kind"]
            what = "is in force later" if kind == "announced" else "follows from the list price"
            message = f"a price of kind `{kind}` {what}, and cannot be edited in the list"
            row.refuse(NO_MATCH, "price", message, f"write `{price}` again, and edit the row of kind `list`, or use `pricebook set PATH VALUE --date DATE`")
            problems += row.problems
    return tuple(at_most(problems))


def _same(one: str, other: str) -> bool:
    return is_number(one) and is_number(other) and Decimal(one) == Decimal(other)


def repriced(
    book: PriceBook, documents: Mapping[str, Document], figures: Sequence[PriceNumber], found: PriceList, at: datetime
) -> tuple[list[Repriced], tuple[Diagnostic, ...]]:
    """The prices that are others in the list than in the book at the instant, and what is wrong with its rows."""
    matcher = _Matcher(book, figures, found.columns, at)
    groups: dict[tuple[int, ...], list[tuple[FileRow, list[PriceNumber], Number]]] = {}
    for row in found.prices:
        fitting = matcher.fitting(row)
        price = _price(row)
        if fitting and price is not None:
            groups.setdefault(tuple(map(id, fitting)), []).append((row, fitting, price))
    changes: list[Repriced] = []
    for rows in groups.values():
        changes += _changes(rows, documents)
    return changes, tuple(at_most(problem for row in found.prices for problem in row.problems))


def _changes(rows: Sequence[tuple[FileRow, list[PriceNumber], Number]], documents: Mapping[str, Document]) -> Iterator[Repriced]:
    """What the rows that fit the same prices change; several rows may be several charges of one kind, as long as none is another one."""
    fitting = rows[0][1]
    typed = [documents[each.file].written[each.path] for each in fitting]
    known = [_value(each) for each in typed]
    units = [_unit_price(row, each[0], price) for row, each, price in rows]
    if len(fitting) > 1:
        if sorted(units) != sorted(known):
            for (row, _, _), unit in zip(rows, units, strict=True):
                if unit not in known:
                    listed = ", ".join(f"{name.name} {word}" for name, word in zip(fitting, typed, strict=True))
                    row.refuse(NO_MATCH, "price", f"the row fits {len(fitting)} prices: {listed}", _what_tells_apart(row, fitting))
        return
    for (row, _, _), unit in zip(rows, units, strict=True):
        if unit != units[0]:
            row.refuse(NO_MATCH, "price", f"line {rows[0][0].line} gives another number to the same price", "write the same number in both, or delete one row")
    if units[0] != known[0] and not any(row.problems for row, _, _ in rows):
        after = _as_typed(typed[0], units[0])
        if after is None:
            rows[0][0].refuse(BAD_LIST_ROW, "price", "the price of one unit that comes of it does not end", "write one that can be divided by `for_quantity`")
        else:
            yield Repriced(fitting[0], after, rows[0][0])


def _price(row: FileRow) -> Number | None:
    """The number in the column of prices; None with a finding where it is none."""
    text = row.cells["price"]
    unfit = why_no_price(text) if text else ("the price is empty", "write a number, or delete the row: what is not in the list stays as it is")
    if unfit is not None:
        row.refuse(BAD_LIST_ROW, "price", *unfit)
    return None if unfit is not None else _value(text)


def _value(typed: str) -> Number:
    number = Decimal(typed.removesuffix("%"))
    return divide(number, HUNDRED) if typed.endswith("%") else number


def _unit_price(row: FileRow, figure: PriceNumber, price: Number) -> Number:
    """The price as the book has it: for one unit, where the list shows it for several."""
    quantity = row.cells.get("for_quantity", "")
    scaled = figure.key == "unit_price" and is_number(quantity) and Decimal(quantity) > 0
    return divide(price, Decimal(quantity)) if scaled else price


def _as_typed(typed: str, unit: Number) -> str | None:
    """The number with as many decimals as the one before it, at least; None where it does not end."""
    sign = "%" if typed.endswith("%") else ""
    number = multiply(unit, HUNDRED) if sign else unit
    places = decimal_places(Decimal(typed.removesuffix("%")))
    return plain(number, max(places, 0)) + sign if is_finite_decimal(number) else None


def _what_tells_apart(row: FileRow, fitting: Sequence[PriceNumber]) -> str:
    """The columns that the row does not have, and that the prices differ in."""
    columns: dict[str, set[object]] = {
        "spec": {each.entry.spec for each in fitting},
        "billing_mode": {each.entry.billing_mode for each in fitting},
        "currency": {each.entry.currency for each in fitting},
        "per": {each.entry.per for each in fitting},
        "part": {each.key for each in fitting},
        "tier_above": {each.above for each in fitting},
    }
    missing = [f"`{name}`" for name, values in columns.items() if len(values) > 1 and not row.cells.get(name)]
    return f"fill in {' and '.join(missing)}" if missing else "edit these by `pricebook set FILE:PATH VALUE`"


class _Matcher:
    """Finds the prices that a row may be of."""

    def __init__(self, book: PriceBook, figures: Sequence[PriceNumber], columns: Sequence[str], at: datetime) -> None:
        self._book, self._columns, self._at = book, columns, at
        self._by_item: dict[str, list[PriceNumber]] = {}
        for each in figures:
            if each.key in PARTS:
                self._by_item.setdefault(each.entry.item, []).append(each)
        self._in_force: dict[tuple[str, ...], tuple[int, ...]] = {}

    def fitting(self, row: FileRow) -> list[PriceNumber]:
        """The prices that the row fits; none with a finding where it fits nothing."""
        item = row.cells["item"]
        known = self._by_item.get(item)
        if known is None:
            row.refuse(NO_MATCH, "item", f"the book has no price of an item `{item}`", suggestion(item, self._by_item, "item with a price")["help"])
            return []
        found = known
        for column in NAMED_BY:
            if column in row.cells and column != "item" and found:
                found, before = [each for each in found if self._fits(each, column, row.cells)], found
                if not found:
                    values = sorted({_cell(each, column) for each in before} - {""})
                    message = f"no price of `{item}` has {column} `{row.cells[column]}`" if row.cells[column] else f"the column {column} is empty"
                    row.refuse(NO_MATCH, column, message, f"write one of {', '.join(f'`{each}`' for each in values)}" if values else "leave it empty")
                    return []
        found = [each for each in found if id(each.entry) in self._entries(each, row.cells)]
        if not found:
            day = local_date(self._at, self._book.zone)
            row.refuse(NO_MATCH, "price", f"the price of `{item}` is not in force on {day}", "name another day with --date, or delete the row")
        return found

    def _fits(self, figure: PriceNumber, column: str, cells: Mapping[str, str]) -> bool:
        cell = cells[column]
        match column:
            case "when":
                return True  # who pays which price is asked of the book
            case "part":
                return not cell or cell in PARTS[figure.key]
            case "tier_above" | "tier_up_to":
                bound = figure.above if column == "tier_above" else figure.up_to
                return bound == Decimal(cell) if is_number(cell) and bound is not None else not cell and not bound
            case "billing_mode" | "currency":
                return cell in ("", _cell(figure, column))
        return cell == _cell(figure, column)

    def _entries(self, figure: PriceNumber, cells: Mapping[str, str]) -> tuple[int, ...]:
        """The entries that are in force for the row's customers, where the figure's one is."""
        entry, when = figure.entry, cells.get("when", "")
        key = (entry.billing_mode, entry.item, entry.spec or "", entry.currency, when)
        if key not in self._in_force:
            pairs = (each.partition("=") for each in when.split("; ") if each)
            attributes = {name: values.split("|")[0] for name, _, values in pairs}
            found = prices_in_force(self._book, entry.billing_mode, entry.item, entry.spec, entry.currency, self._at, attributes)
            self._in_force[key] = tuple(map(id, found.entries))
        return self._in_force[key]


def _cell(figure: PriceNumber, column: str) -> str:
    """What the column says of a price."""
    entry = figure.entry
    match column:
        case "part":
            return PARTS[figure.key][0]
        case "tier_above" | "tier_up_to":
            bound = figure.above if column == "tier_above" else figure.up_to
            return plain(bound) if bound else ""
    return {"billing_mode": entry.billing_mode, "spec": entry.spec or "", "currency": entry.currency, "per": entry.per or ""}.get(column, "")
