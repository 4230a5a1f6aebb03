"""The blocks of a billing mode: its price tables, what terms cost, and the curves of its tiers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.documents import page_blocks as blocks
from engine.documents import sheet_words as words
from engine.documents.charts import MODE_COLOURS
from engine.documents.format import decimals
from engine.documents.page_curves import curve_blocks
from engine.documents.page_discounts import shows_terms, time_limits
from engine.documents.page_parts import BarRow, HeadOver, PageCell, PageColumn, PageGroup, PageRow
from engine.documents.page_price_notes import price_notes
from engine.documents.page_types import BarsBlock, Block, TableBlock
from engine.documents.teller import Teller, shown
from engine.sheet.view import ModeSheet, PriceCell, PriceGroup, PriceRow, PriceTable, SheetView, When
from engine.values.exact import ONE, multiply, negate, plain, round_number
from engine.values.money import minor_places

MOST_COLUMNS, ROOM = 5, 44_000
"""What fits beside each other on every page: so many columns of prices, and so wide (in thousandths of the type size); on a phone a table of
so many may scroll."""


@dataclass(frozen=True, slots=True)
class Line:
    """A price that is told: its row, and what stands side by side, a column each: that row for every group of customers (None: it has no such
    price), or, where the line is the `whole` table, every price of it.
    """

    group: PriceGroup
    row: PriceRow
    beside: list[PriceRow | None]
    whole: bool = False


def mode_blocks(t: Teller, mode: ModeSheet, view: SheetView, colour: str, group: str | None) -> list[Block]:
    """What the section of a mode shows of an item group: tables and curves; of no group (None) also what the terms cost."""
    tables = [table for table in mode.tables if t.names.item_group.get(table.groups[0].item) == group]
    found: list[Block] = [block for table in tables for block in price_tables(t, table, mode)]
    if group is None and (term_bars := _term_bars(t, mode, view)):
        found.append(term_bars)
    items = {each.item for table in tables for each in table.groups}
    # One drawing of a price: for the first group of customers, everybody if they have one; the table has the prices of all.
    first = {(curve.item, curve.spec): curve.when for curve in reversed(mode.curves) if curve.item in items}
    return found + curve_blocks(t, mode, colour, [curve for curve in mode.curves if first.get((curve.item, curve.spec)) == curve.when])


def price_tables(t: Teller, table: PriceTable, mode: ModeSheet) -> list[TableBlock]:
    """A table of prices, all its columns with the decimals that they need; several where its groups of customers do not fit in one.

    A row is what is sold, a column a list price or a term. Where those are too many, or there are groups of customers to compare, the
    prices of each thing that is sold stand below each other instead, and a column is a group of customers, or one of a few things.
    """
    if not table.columns:
        return [_without_prices(t, table)]
    places = _places(t, table)
    columns = [blocks.column(*words.column_head(t, column)) for column in table.columns]
    cells = [[_price(t, row, cell, many) for cell, many in zip(row.cells, places, strict=True)] for row in _rows(table)]
    widths = [blocks.column_width(column, [row[index] for row in cells]) for index, column in enumerate(columns)]
    if table.side_by_side or len(columns) > MOST_COLUMNS or sum(widths) > ROOM:
        many = max(1, min(MOST_COLUMNS, ROOM // max(widths)))
        heads, above, lines = _beside_each_other(t, table)
        parts = [slice(start, start + many) for start in range(0, len(heads), many)]
        return [_by_term(t, table, mode, places, heads[part], above, [replace(line, beside=line.beside[part]) for line in lines]) for part in parts]
    terms = [index for index, column in enumerate(table.columns) if column.kind == "term"]
    totals = _has_totals(table)
    over = blocks.over(1 + terms[0], len(terms), words.over_terms(t, table.columns[terms[0]].per, totals)) if terms and totals else None
    return [_block(t, table, mode, [_first_column(t, table), *columns], _groups(t, table, places), over, False)]


def _block(
    t: Teller, table: PriceTable, mode: ModeSheet, columns: Sequence[PageColumn], groups: Sequence[PageGroup], over: HeadOver | None, by_term: bool
) -> TableBlock:
    """The table under its title, which the heading of an item group is already."""
    title, about = words.table_title(t, table), [words.table_about(t, table, mode)]
    listed = any(group["cells"] for group in groups)
    if listed:
        by_month = any(column.kind == "term" and column.per == "month" for column in table.columns)
        beside = t.say("Beside each item stands its list price, below it the price per month in each term.")
        about.append(beside if by_month else t.say("Beside each item stands its list price, below it the price in each term."))
    if by_term and _has_totals(table):
        about.append(t.say("Below a price stands the total that is paid ahead."))
    return blocks.table(
        "prices by-term" if by_term else "prices",
        columns,
        groups,
        title="" if table.kind != "ladder" and table.groups[0].item in t.names.item_group else title,
        about=words.sentences(about),
        label=title,
        over=over,
        notes=price_notes(t, table),
        folds=listed and len({group.item for each in mode.tables for group in each.groups}) > words.MOST_NAMED,
    )


def _has_totals(table: PriceTable) -> bool:
    return any(cell and cell.total is not None for row in _rows(table) for cell in row.cells)


def _beside_each_other(t: Teller, table: PriceTable) -> tuple[list[PageColumn], str, list[Line]]:
    """What stands side by side where prices by term stand below each other: the heads, what they have in common, and the lines."""
    whens = table.side_by_side
    if whens:
        attributes = {attribute for when in whens for attribute in when}
        alike = len(attributes) == 1 and all(whens)
        names = [_head(t, when, alike) if when else words.others(t, whens) for when in whens]
        return list(map(blocks.column, names)), t.attribute(*attributes) if alike else "", _lines(table)
    lines = [Line(group, row, [row]) for group in table.groups for row in group.rows]
    if len(lines) > MOST_COLUMNS and not _is_one_ladder(table):
        return [blocks.column(t.say("Price"))], "", lines
    heads = []
    for line in lines:
        (title, *others), about = _named(t, table, line)
        heads.append(blocks.column(title, t.f.row(part for part in (*others, about) if part)))
    return heads, "", [replace(lines[0], beside=[line.row for line in lines], whole=True)]


def _head(t: Teller, when: When, alike: bool) -> str:
    """Whom a column is for; where all are by one attribute, which then stands above them, its values alone."""
    return t.f.either(t.value(name, value) for name, values in when.items() for value in values) if alike else words.whom(t, when)


def _is_one_ladder(table: PriceTable) -> bool:
    """Whether the table's title says already of which item, and for whom, its rows are."""
    return table.kind == "ladder" and (len(table.groups) == 1 or bool(table.side_by_side))


def _named(t: Teller, table: PriceTable, line: Line) -> tuple[list[str], str]:
    """What a price is for: item and tier or spec; and the unit, or what the spec provides."""
    label, second = words.row_label(t, line.group, line.row)
    # Of the only price of an item by the unit there is nothing to say but its steps.
    alone = len(line.group.rows) == 1 and line.row.part == "unit" and line.group.step in (None, ONE)
    title = "" if _is_one_ladder(table) else _group_title(t, table, line.group)
    if title and line.row.part == "unit" and words.has_tier(line.row):
        label = words.tier_phrase(t, line.group, line.row)
    names = [title, "" if alone else label]
    about = (words.group_unit(t, line.group, table.kind == "usage"), second)
    return [name for name in names if name], t.f.row(part for part in about if part)


def _by_term(
    t: Teller, table: PriceTable, mode: ModeSheet, places: Sequence[int], heads: Sequence[PageColumn], above: str, lines: Sequence[Line]
) -> TableBlock:
    """Below each other the prices of what is sold, each in its terms."""
    over = blocks.over(1, len(heads), above) if above else None
    columns = [blocks.column(t.say("Term"), number=False, strong=False), *heads]
    lines = [line for line in lines if any(line.beside)]
    if len(table.columns) == 1:
        columns[0] = _first_column(t, table)
        groups = [_rows_of(t, table, group, [line for line in lines if line.group is group], places) for group in table.groups]
    else:
        groups = [_terms_of(t, table, line, places) for line in lines]
    groups = [group for group in groups if group["rows"] or group["cells"]]
    groups += [blocks.group(_group_title(t, table, group), [], t.say("no price in force")) for group in table.groups if not group.rows]
    return _block(t, table, mode, columns, groups, over, len(table.columns) > 1)


def _lines(table: PriceTable) -> list[Line]:
    """Each thing that has a price, once, with its prices for each of the groups of customers."""
    found: list[Line] = []
    for group in table.groups:
        for row in group.rows:
            when = table.side_by_side.index(group.when)
            line = next((line for line in found if _is_of(line, group, row) and line.beside[when] is None), None)
            if line is None:
                line = Line(group, row, [None] * len(table.side_by_side))
                found.append(line)
            line.beside[when] = row
    return found


def _is_of(line: Line, group: PriceGroup, row: PriceRow) -> bool:
    return (line.group.item, line.group.spec) == (group.item, group.spec) and replace(line.row, cells=()) == replace(row, cells=())


def _rows_of(t: Teller, table: PriceTable, group: PriceGroup, lines: Sequence[Line], places: Sequence[int]) -> PageGroup:
    """An item of a table whose prices have one column: a row for each of its prices."""
    rows = [blocks.row(blocks.cell(*words.row_label(t, line.group, line.row)), _beside(t, line, 0, places)) for line in lines]
    return blocks.group(_group_title(t, table, group), rows, words.group_unit(t, group, table.kind == "usage"))


def _terms_of(t: Teller, table: PriceTable, line: Line, places: Sequence[int]) -> PageGroup:
    """A price in all its columns, as rows: its only list price beside its title, if it has one."""
    listed = [index for index, column in enumerate(table.columns) if column.kind == "list"]
    beside = listed[0] if len(listed) == 1 and not line.whole else None
    rows = [
        blocks.row(blocks.cell(*words.column_head(t, column)), _beside(t, line, index, places))
        for index, column in enumerate(table.columns)
        if index != beside and any(row is not None and row.cells[index] is not None for row in line.beside)
    ]
    if line.whole:
        return blocks.group("", rows)
    names, about = _named(t, table, line)
    return blocks.group(t.f.row(names), rows, about, _beside(t, line, beside, places) if beside is not None else ())


def _beside(t: Teller, line: Line, index: int, places: Sequence[int]) -> list[PageCell]:
    return [_price(t, row, row.cells[index], places[index]) if row is not None else blocks.cell("") for row in line.beside]


def _without_prices(t: Teller, table: PriceTable) -> TableBlock:
    """Items that are sold, none of which has a price in force."""
    rows = [blocks.row(t.item(group.item), [t.say("no price in force")]) for group in table.groups]
    columns = [blocks.column("", number=False, label=t.say("What")), blocks.column("", label=t.say("Price"))]
    return blocks.table("facts-table", columns, [blocks.group("", rows)], title=words.table_title(t, table))


def _first_column(t: Teller, table: PriceTable) -> PageColumn:
    if table.kind == "ladder":
        return blocks.column(t.say("Specification"), number=False, strong=False)
    if table.kind == "usage":
        return blocks.column(t.say("Item and tier"), number=False, strong=False)
    return blocks.column("", number=False, label=t.say("Item and tier"))


def _groups(t: Teller, table: PriceTable, places: Sequence[int]) -> list[PageGroup]:
    alone = table.kind == "ladder" and len(table.groups) == 1 and not table.groups[0].when
    found = []
    for group in table.groups:
        title = "" if alone else _group_title(t, table, group)
        rows = [_row(t, group, row, places) for row in group.rows]
        unit = words.group_unit(t, group, table.kind == "usage") if rows else t.say("no price in force")
        found.append(blocks.group(title, rows, unit))
    return found


def _group_title(t: Teller, table: PriceTable, group: PriceGroup) -> str:
    parts = [t.item(group.item)]
    if group.spec is not None:
        parts.append(t.spec(group.item, group.spec))
    if group.when and not table.side_by_side:
        parts.append(words.whom(t, group.when))
    return t.f.row(parts)


def _row(t: Teller, group: PriceGroup, row: PriceRow, places: Sequence[int]) -> PageRow:
    label, second = words.row_label(t, group, row)
    return blocks.row(blocks.cell(label, second), [_price(t, row, cell, many) for cell, many in zip(row.cells, places, strict=True)])


def _price(t: Teller, row: PriceRow, cell: PriceCell | None, places: int) -> PageCell:
    if cell is None:
        return blocks.cell("")
    if row.part == "rate":
        return blocks.cell(t.f.percent(cell.value))
    total = t.f.amount(cell.total, t.currency) if cell.total is not None else ""
    return blocks.cell(t.f.number(shown(cell.value), places), total)


def _places(t: Teller, table: PriceTable) -> list[int]:
    """Decimals a column: one number for all list and term columns of a table, since they are compared with each other."""
    minor = minor_places(t.currency)
    cells = [[row.cells[index] for row in _rows(table) if row.part != "rate"] for index in range(len(table.columns))]
    columns = [[shown(cell.value) for cell in column if cell] for column in cells]
    if any(column.kind == "term" for column in table.columns):
        shared = decimals([value for values in columns for value in values], minor)
        return [shared] * len(table.columns)
    return [decimals(values, minor) for values in columns]


def _rows(table: PriceTable) -> list[PriceRow]:
    return [row for group in table.groups for row in group.rows]


# --- what terms cost ------------------------------------------------------------------------------------------------------------


def _term_bars(t: Teller, mode: ModeSheet, view: SheetView) -> BarsBlock | None:
    if not shows_terms(mode):
        return None
    told = next((one for one in view.discounts if one.id == mode.term_discount), None)
    title = (t.text(told.title) if told else "") or t.say("What each term costs")
    alike = {row.items for row in mode.terms_table}
    scope = _scope_of_terms(t, next(iter(alike))) if len(alike) == 1 else ""
    limits = time_limits(t, told, view) if told else []
    columns = [
        blocks.column(t.say("Term"), number=False, strong=False),
        *(blocks.column(head, strong=False) for head in (t.say("You pay"), t.say("Discount"))),
    ]
    rows: list[BarRow] = []
    for row in mode.terms_table:
        label = t.f.durations(row.terms)
        if not scope:
            label = t.say("%(terms)s: %(items)s", terms=label, items=t.f.titles(map(t.item, row.items)))
        off = t.f.percent(words.shown_ratio(negate(row.discount))) if row.discount else t.say("none")
        share = plain(round_number(multiply(row.pay, Decimal(100)), 4, "half-up"))
        rows.append({"label": label, "share": share, "cells": [t.f.percent(words.shown_ratio(row.pay)), off]})
    about = words.sentences([t.say("Share of the list price that is paid, by term."), scope, *limits])
    return blocks.bars(title, about, columns, rows)


def _scope_of_terms(t: Teller, items: Sequence[str]) -> str:
    if not items:
        return t.say("Applies to every item.")
    return t.say("Applies to %(items)s.", items=t.f.lowered(t.f.titles(map(t.item, items))))


def mode_colours(modes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The style class and the colour of each mode, in the book's order."""
    return {mode: (f"mode-{index % len(MODE_COLOURS) + 1}", MODE_COLOURS[index % len(MODE_COLOURS)]) for index, mode in enumerate(modes)}
