"""The blocks of a billing mode: its price tables, what terms cost, and the curves of its tiers."""

from collections.abc import Sequence
from decimal import Decimal

from engine.documents import page_blocks as blocks
from engine.documents import sheet_words as words
from engine.documents.charts import MODE_COLOURS
from engine.documents.format import decimals
from engine.documents.page_blocks import Block
from engine.documents.page_curves import curve_blocks
from engine.documents.page_discounts import shows_terms, time_limits
from engine.documents.teller import ENDLESS_DECIMALS, Teller, shown
from engine.sheet.view import ModeSheet, PriceCell, PriceGroup, PriceRow, PriceTable, SheetView
from engine.values.exact import Number, exact, multiply, negate, plain, round_number
from engine.values.money import minor_places


def mode_blocks(t: Teller, mode: ModeSheet, view: SheetView, colour: str) -> list[Block]:
    """Everything that a mode's section shows."""
    found = [price_table(t, table, mode) for table in mode.tables]
    if term_bars := _term_bars(t, mode, view):
        found.append(term_bars)
    return found + curve_blocks(t, mode, colour)


def price_table(t: Teller, table: PriceTable, mode: ModeSheet) -> Block:
    """A table of prices, all its columns with the decimals that they need."""
    if not table.columns:
        return _without_prices(t, table)
    places = _places(t, table)
    heads = [words.column_head(t, column) for column in table.columns]
    columns = [_first_column(t, table), *(blocks.column(head, second) for head, second in heads)]
    terms = [index for index, column in enumerate(table.columns) if column.kind == "term"]
    totals = any(cell and cell.total is not None for group in table.groups for row in group.rows for cell in row.cells)
    over = {"before": 1 + terms[0], "span": len(terms), "text": words.over_terms(t, totals)} if terms and totals else None
    groups = _groups(t, table, places)
    return blocks.table(
        "prices",
        columns,
        groups,
        title=words.table_title(t, table),
        about=words.table_about(t, table, mode),
        over=over,
        notes=_notes(t, table),
    )


def _without_prices(t: Teller, table: PriceTable) -> Block:
    """Items that are sold, none of which has a price in force."""
    rows = [blocks.row(t.item(group.item), [t.say("no price in force")]) for group in table.groups]
    columns = [blocks.column("", number=False, label=t.say("What")), blocks.column("", label=t.say("Price"))]
    return blocks.table("facts-table", columns, [blocks.group("", rows)], title=words.table_title(t, table))


def _first_column(t: Teller, table: PriceTable) -> Block:
    if table.kind == "ladder":
        return blocks.column(t.say("Specification"), number=False, strong=False)
    if table.kind == "usage":
        return blocks.column(t.say("Item and tier"), number=False, strong=False)
    return blocks.column("", number=False, label=t.say("Item and tier"))


def _groups(t: Teller, table: PriceTable, places: Sequence[int]) -> list[Block]:
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
    if group.when:
        parts.append(words.whom(t, group.when))
    return t.f.row(parts)


def _row(t: Teller, group: PriceGroup, row: PriceRow, places: Sequence[int]) -> Block:
    label, second = words.row_label(t, group, row)
    return blocks.row(blocks.cell(label, second), [_price(t, row, cell, many) for cell, many in zip(row.cells, places, strict=True)])


def _price(t: Teller, row: PriceRow, cell: PriceCell | None, places: int) -> Block:
    if cell is None:
        return blocks.cell("")
    if row.part == "rate":
        return blocks.cell(t.f.percent(cell.value))
    total = t.f.amount(cell.total, t.currency) if cell.total is not None else ""
    return blocks.cell(t.f.number(shown(cell.value), places), total)


def _places(t: Teller, table: PriceTable) -> list[int]:
    """Decimals a column: one number for all list and term columns of a table, since they are compared with each other."""
    minor = minor_places(t.currency)
    columns = [[shown(row.cells[index].value) for row in _rows(table) if row.part != "rate" and row.cells[index]] for index in range(len(table.columns))]
    if any(column.kind == "term" for column in table.columns):
        shared = decimals([value for values in columns for value in values], minor)
        return [shared] * len(table.columns)
    return [decimals(values, minor) for values in columns]


def _rows(table: PriceTable) -> list[PriceRow]:
    return [row for group in table.groups for row in group.rows]


def _notes(t: Teller, table: PriceTable) -> list[str]:
    models = {group.model for group in table.groups}
    notes = []
    if "graduated" in models:
        notes.append(
            t.say("Graduated tiers: each unit is charged at the price of its own tier, so reaching a tier never changes what the units before it cost.")
        )
    if "volume" in models:
        notes.append(t.say("Volume prices: all units are charged at the price of the tier that their number reaches."))
    for group in table.groups:
        if group.allowance:
            notes += [_allowance(t, group), t.say("Tiers begin after them.") if group.model in ("graduated", "volume") else ""]
    whole = [each for each in table.groups if each.applies_to == "period-total"]
    notes += [_over_period(t, group) for group in whole if group.allowance or group.model not in ("per_unit", "flat")]
    notes += [_covered(t, group) for group in table.groups if group.covered_by]
    notes += _measures(t, table)
    if table.terms_alike:
        notes.append(t.say("The price per month is the same for each term."))
    hours = next((column.hours for column in table.columns if column.kind == "month" and column.hours is not None), None)
    if hours is not None:
        notes.append(_month_of(t, hours))
    if any(cell and shown(cell.value) != exact(cell.value) for row in _rows(table) for cell in row.cells):
        notes.append(
            t.say(
                "Prices that do not end are shown with %(places)s decimals; they are computed exactly.",
                places=t.f.number(ENDLESS_DECIMALS),
            )
        )
    return [words.sentences(dict.fromkeys(notes))]


def _month_of(t: Teller, hours: Number) -> str:
    if multiply(hours, Decimal(12)) == Decimal(8760):
        return t.say("A month of %(hours)s hours is one twelfth of a year of 365 days.", hours=t.f.number(hours))
    return t.say("A month counts %(hours)s hours here.", hours=t.f.number(hours))


def _allowance(t: Teller, group: PriceGroup) -> str:
    """What is free, and how often: an allowance of what is metered is given to each window, or to the billing period as a whole."""
    values = {"item": t.item(group.item), "quantity": t.quantity(group.allowance, group.unit)}
    match group.window if group.applies_to == "each-window" else "period":
        case "hour":
            return t.say("%(item)s: the first %(quantity)s in each hour are free.", **values)
        case "day":
            return t.say("%(item)s: the first %(quantity)s on each day are free.", **values)
        case "month":
            return t.say("%(item)s: the first %(quantity)s in each month are free.", **values)
        case "period":
            return t.say("%(item)s: the first %(quantity)s in each billing period are free.", **values)
    return t.say("%(item)s: the first %(quantity)s are free.", **values)


def _over_period(t: Teller, group: PriceGroup) -> str:
    return t.say("%(item)s: tiers, packages and free units count what each billing period adds up to.", item=t.item(group.item))


def _covered(t: Teller, group: PriceGroup) -> str:
    return t.say("%(item)s: what a subscription already provides is not charged.", item=t.item(group.item))


def _measures(t: Teller, table: PriceTable) -> list[str]:
    """How usage is measured, once for items that are measured alike."""
    alike: dict[tuple[str, str], list[str]] = {}
    for group in table.groups:
        if group.measure and group.window:
            named = alike.setdefault((group.measure, group.window), [])
            if group.item not in named:
                named.append(group.item)
    return [_measure(t, measure, window, t.f.titles(map(t.item, items))) for (measure, window), items in alike.items()]


def _measure(t: Teller, measure: str, window: str, items: str) -> str:
    windows = {
        "hour": t.say("each hour"),
        "day": t.say("each day"),
        "month": t.say("each month"),
        "period": t.say("each billing period"),
    }
    values = {"items": items, "window": windows[window]}
    match measure:
        case "max":
            return t.say("%(items)s: the highest value within %(window)s counts.", **values)
        case "min":
            return t.say("%(items)s: the lowest value within %(window)s counts.", **values)
        case "mean":
            return t.say("%(items)s: the mean over %(window)s counts.", **values)
        case "last":
            return t.say("%(items)s: the last value within %(window)s counts.", **values)
        case "count":
            return t.say("%(items)s: the number of records in %(window)s counts.", **values)
        case "unique":
            return t.say("%(items)s: each different one counts once in %(window)s.", **values)
    return t.say("%(items)s: the sum over %(window)s counts.", **values)


# --- what terms cost ------------------------------------------------------------------------------------------------------------


def _term_bars(t: Teller, mode: ModeSheet, view: SheetView) -> Block | None:
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
    rows = []
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
        return t.say("Applies to every item above.")
    return t.say("Applies to %(items)s.", items=t.f.lowered(t.f.titles(map(t.item, items))))


def mode_colours(modes: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The style class and the colour of each mode, in the book's order."""
    return {mode: (f"mode-{index % len(MODE_COLOURS) + 1}", MODE_COLOURS[index % len(MODE_COLOURS)]) for index, mode in enumerate(modes)}
