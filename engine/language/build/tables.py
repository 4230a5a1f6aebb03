"""Price tables: a CSV file whose rows are charges. Rows with the same item, spec and attributes are tiers of one charge.

Source: rule language, 3.5. A table is turned into the same nodes that YAML gives, so charges are read by one code; cells
keep their places.
"""

import csv
import io
import posixpath
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice

from engine.diagnostics import Diagnostic, references
from engine.diagnostics.limits import MOST_PRICES
from engine.diagnostics.record import Remedy
from engine.language.build.conditions import check_attribute, read_attribute_value
from engine.language.build.context import Build
from engine.language.build.node import Node, is_number
from engine.language.cells import other_separator, strange_cell, wrong_count
from engine.language.decoding import decode
from engine.language.document import Document
from engine.model.conditions import Conditions
from engine.values.spans import Path, Span

TIER_COLUMNS = ("up_to", "below", "unit_price", "flat")
CHARGE_COLUMNS = (
    "model",
    "unit_price",
    "amount",
    "size",
    "price",
    "part_package",
    "rate",
    "per_event",
    "minimum",
    "maximum",
    "allowance",
    "at_zero",
    "applies_to",
    "per",
    "up_to",
    "below",
    "flat",
)
KEY_COLUMNS = ("item", "spec")
FEW_ROWS = 3
"""Rows with different mistakes of one kind in a column that are still told one by one."""


@dataclass(frozen=True)
class TableDocument(Document):
    """A read table in the form of a document: `data` holds one charge per group of rows."""

    file: str
    text: str
    data: list[dict[str, object]] = field(default_factory=list)
    keys: dict[Path, Span] = field(default_factory=dict)
    values: dict[Path, Span] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TableRow:
    """A row's filled cells by column, each with its place."""

    line: int
    cells: dict[str, tuple[str, Span]]

    def text(self, column: str) -> str:
        """The cell, empty where it is not filled."""
        return self.cells[column][0] if column in self.cells else ""


def read_table(build: Build, entry: Node, base: Conditions) -> Iterator[tuple[str, str | None, Conditions, Node]]:
    """(item, spec, conditions, charge) of every group of rows of the table that the entry names; nothing without one."""
    node = entry.get("table")
    if node is None:
        return
    path = posixpath.normpath(posixpath.join(posixpath.dirname(entry.file), node.text()))
    content = build.tables.get(path)
    if content is None:
        build.report(
            references.TABLE_NOT_FOUND,
            f"the price table `{node.text()}` is not there",
            node,
            names=(node.text(),),
            **build.table_meant(path, "table"),
        )
        return
    document = TableDocument(path, content.decode("utf-8-sig", "replace"))
    rows = _read_rows(build, path, content)
    if rows is None:
        return
    build.take_prices(len(rows), node)
    groups: dict[tuple[object, ...], list[TableRow]] = {}
    for row in _with_known_items(build, rows):
        key = (*tuple((column, text) for column, (text, _) in row.cells.items() if column not in CHARGE_COLUMNS), row.text("per"))
        groups.setdefault(key, []).append(row)
    build.places.documents[path] = document
    for group in groups.values():
        made = build.attempt(_read_group, document, group, base)
        if made is not None:
            yield made


def _with_known_items(build: Build, rows: list[TableRow]) -> Iterator[TableRow]:
    """The rows but those of an item that the book does not have, each of which is reported; `once_per_column` counts them."""
    for row in rows:
        name = row.text("item")
        if not name or name in build.declared["items"]:
            yield row
        else:
            message, remedy = f"item `{name}` is not declared", build.suggest(name, "items", "item")
            build.report(references.UNKNOWN_REFERENCE, message, row.cells["item"][1], names=(name,), **remedy)


def _read_rows(build: Build, path: str, content: bytes) -> list[TableRow] | None:
    top = Span(path, 1, 1, 1, 2)
    text = decode(path, content)
    if isinstance(text, Diagnostic):
        build.found.add(text)
        return None
    written = text.split("\n")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in islice(reader, MOST_PRICES + 1)]
    except csv.Error:
        build.report(references.BAD_TABLE, "the price table cannot be read as CSV", top, help="save it as CSV with commas, in UTF-8")
        return None
    if not lines or not lines[0][1]:
        build.report(references.BAD_TABLE, "the price table is empty", top, help="its first row names the columns: `item,unit_price`")
        return None
    if other_separator(lines[0][1]):
        build.report(
            references.BAD_TABLE,
            "the columns of the price table are not separated by commas",
            top,
            help="save it as CSV with commas, in UTF-8",
        )
        return None
    columns = [cell.strip(" ") for cell in lines[0][1]]
    if _strange_cells(build, table_row(path, lines[0][0], columns, columns, written[lines[0][0] - 1])):
        return None
    if not _check_columns(build, path, columns):
        return None
    rows = []
    for number, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        miscounted = wrong_count(cells, columns)
        if miscounted is not None:
            place = _end_of_row(path, number, written[number - 1], len(columns))
            build.report(references.BAD_TABLE, miscounted[0], place, help=miscounted[1])
            continue
        row = table_row(path, number, columns, cells, written[number - 1])
        if not _strange_cells(build, row):
            rows.append(row)
    return rows


def _end_of_row(path: str, number: int, line: str, columns: int) -> Span:
    """The cells that a row has too many, or the end of one that has too few."""
    text = line.rstrip("\r\n")
    commas = [at for at, sign in enumerate(text) if sign == ","]
    start = commas[columns - 1] + 2 if len(commas) >= columns and '"' not in text else len(text) + 1
    return Span(path, number, start, number, max(len(text), start) + 1)


def _strange_cells(build: Build, row: TableRow) -> bool:
    """Whether a cell of the row holds a character that is not what it seems; each is reported at the character."""
    found = [(strange, span) for text, span in row.cells.values() if (strange := strange_cell(text)) is not None]
    if found:
        build.used.update(("attributes", name) for name in row.cells)
    for strange, span in found:
        column = span.column + strange.at
        place = Span(span.file, span.line, column, span.line, column + 1)
        build.report(strange.info, strange.message, place, help=strange.remedy, meant=strange.plain)
    return bool(found)


def table_row(path: str, number: int, columns: list[str], cells: list[str], line: str) -> TableRow:
    """A row of a CSV file from its cells and the text of its line, in which they are found again."""
    found, after = {}, 0
    for name, cell in zip(columns, cells, strict=True):
        text = cell.strip(" ")
        if text:
            # Quotes and spaces around a cell are no part of it; a quote doubled inside one leaves its place approximate.
            start = max(line.find(text, after), after)
            found[name] = (text, Span(path, number, start + 1, number, start + 1 + len(text)))
            after = start + len(text)
        after = max(line.find(",", after), after) + 1
    return TableRow(number, found)


def once_per_column(found: Iterable[Diagnostic], tables: Collection[str]) -> list[Diagnostic]:
    """The findings, those of one column of a table joined: what is said of several rows alike, and mistakes of one kind in many rows."""
    kept: list[Diagnostic] = []
    columns: dict[tuple[str, str, str], dict[str, list[Diagnostic]]] = {}
    for each in found:
        if each.span is not None and each.span.file in tables:
            column = each.path.rpartition(".")[2] if "." in each.path else ""
            columns.setdefault((each.span.file, each.code, column), {}).setdefault(each.message, []).append(each)
        else:
            kept.append(each)
    for alike in columns.values():
        if len(alike) > FEW_ROWS:
            kept.append(_joined([each for group in alike.values() for each in group], "a mistake of the same kind stands"))
        else:
            kept.extend(_joined(group, "the same stands") for group in alike.values())
    return kept


def _joined(group: list[Diagnostic], what: str) -> Diagnostic:
    if len(group) == 1:
        return group[0]
    lines = [str(each.span.line) for each in group[1:4] if each.span is not None]
    listed = f"in {len(group) - 1} more rows: lines {', '.join(lines)} ..." if len(group) > 4 else f"in line {' and '.join(lines)} too"
    return replace(group[0], notes=(*group[0].notes, f"{what} {listed}"))


def _check_columns(build: Build, path: str, columns: list[str]) -> bool:
    allowed = (*KEY_COLUMNS, *CHARGE_COLUMNS, *build.attribute_names())
    fine, column, seen = True, 1, set()
    for name in columns:
        span = Span(path, 1, column, 1, column + max(1, len(name)))
        column += len(name) + 1
        if name not in allowed or name in seen:
            fine = False
            problem = f"column `{name}` stands twice" if name in seen else f"the table has no use for a column `{name}`"
            build.report(
                references.BAD_TABLE,
                problem,
                span,
                names=(name,),
                **(Remedy(help="keep one of them") if name in seen else build.meant(name, allowed, "column")),
            )
        seen.add(name)
    if "item" not in columns:
        fine = False
        build.report(
            references.BAD_TABLE,
            "the table has no column `item`",
            Span(path, 1, 1, 1, 2),
            help="name the item of each row in a column `item`",
        )
    return fine


def _read_group(build: Build, document: TableDocument, rows: list[TableRow], base: Conditions) -> tuple[str, str | None, Conditions, Node]:
    first = rows[0]
    position = len(document.data)
    root: Path = (position,)
    head = Span(document.file, first.line, 1, first.line, 2)
    if "item" not in first.cells:
        raise build.refuse(references.BAD_TABLE, "the row names no item", head, help="fill the column `item`")
    document.data.append({})
    document.keys[root] = document.values[root] = first.cells["item"][1]
    if "spec" in first.cells:
        document.values[(*root, "spec")] = first.cells["spec"][1]
    when = dict(base.when)
    for name in first.cells:
        if name not in KEY_COLUMNS and name not in CHARGE_COLUMNS:
            cell = _scalar(document, (position, name), *first.cells[name])
            if check_attribute(build, name, cell):
                when[name] = (read_attribute_value(build, cell, name),)
    charge = _charge_data(build, document, rows, root)
    document.data[position] = charge
    conditions = Conditions(when, base.effective, base.until)
    return first.text("item"), first.text("spec") or None, conditions, Node(document, root, charge)


def _charge_data(build: Build, document: TableDocument, rows: list[TableRow], root: Path) -> dict[str, object]:
    first = rows[0]
    tiered = len(rows) > 1 or any(column in first.cells for column in ("up_to", "below"))
    shared = [column for column in CHARGE_COLUMNS if column in first.cells and not (tiered and column in (*TIER_COLUMNS, "size", "price", "part_package"))]
    data = {column: _fill(document, (*root, column), *first.cells[column]) for column in shared}
    if not tiered:
        return data
    for row in rows[1:]:
        for column in ("model", "minimum", "maximum", "allowance", "at_zero", "applies_to"):
            if row.text(column) not in ("", first.text(column)):
                raise build.refuse(
                    references.BAD_TABLE,
                    f"rows of one charge disagree: `{column}` is `{first.text(column)}` and `{row.text(column)}`",
                    row.cells[column][1],
                    help="rows with the same item, spec and attributes are tiers of one charge: write it in the first only",
                )
    document.keys[(*root, "tiers")] = document.values[(*root, "tiers")] = first.cells["item"][1]
    data["tiers"] = [_tier_data(document, row, (*root, "tiers", number)) for number, row in enumerate(rows)]
    return data


def _tier_data(document: TableDocument, row: TableRow, root: Path) -> dict[str, object]:
    document.keys[root] = document.values[root] = row.cells["item"][1]
    tier = {column: _fill(document, (*root, column), *row.cells[column]) for column in TIER_COLUMNS if column in row.cells}
    package = [column for column in ("size", "price", "part_package") if column in row.cells]
    if package:
        document.keys[(*root, "package")] = row.cells[package[0]][1]
        tier["package"] = {column: _fill(document, (*root, "package", column), *row.cells[column]) for column in package}
    return tier


def _fill(document: TableDocument, path: Path, text: str, span: Span) -> object:
    document.values[path] = document.keys[path] = span
    document.written[path] = text
    return Decimal(text) if is_number(text) else text


def _scalar(document: TableDocument, path: Path, text: str, span: Span) -> Node:
    return Node(document, path, _fill(document, path, text, span))
