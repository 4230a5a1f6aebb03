"""A price sheet as the sheets of a workbook: what a sales person filters, sorts and computes with.

One row is one price; what names it stands in every row. The prices of longer terms are formulas, the list price times the share of it
that is paid, wherever that is how the engine gets there; sums of examples are formulas too. Source: pictures guide 2, xlsx.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from engine.documents import sheet_words as words
from engine.documents.format import Formatter
from engine.documents.row_words import row_label, tier_range, when_cell, whom
from engine.documents.sheet_words import Teller, capital, sentences
from engine.documents.workbook import Cell, Column, Product, Ref, Row, Share, Sheet, Sum, money
from engine.editing.workbook_rows import PRICE_HEADING
from engine.sheet.view import AnnouncedPrice, ModeSheet, PriceGroup, PriceRow, PriceTable, SheetView, TermRow, WorkedExample
from engine.values.exact import Number, multiply, negate, total
from engine.values.periods import Duration, local_date, zone
from engine.values.terms import units

PRICES, TERMS = range(2)
LIST_PRICE, SHARE_PAID = 6, 2
"""Where the sheets of prices and terms have what a formula multiplies."""
IDS = (
    (PRICE_HEADING, "text"), ("book", "text"), ("digest", "text"), ("shown_as_of", "text"), ("billing_mode", "text"), ("item", "text"),
    ("spec", "text"), ("currency", "text"), ("per", "text"), ("part", "text"), ("when", "text"), ("tier_above", "number"), ("tier_up_to", "number"),
    ("for_quantity", "number"),
)  # fmt: skip
"""Hidden columns, called as those of the CSV: with them `pricebook set --table` reads the prices again."""


@dataclass(frozen=True, slots=True)
class _Price:
    """One list price: a row of a group of a table, and which of the table's columns it stands in; `first` of that row."""

    mode: ModeSheet
    table: PriceTable
    group: PriceGroup
    row: PriceRow
    at: int
    first: bool


def sheet_workbook(view: SheetView, f: Formatter) -> tuple[Sheet, ...]:
    """The sheets of prices, of terms, of announced changes and of examples, each only where there is something to say."""
    t = words.teller(view, f)
    stamp = words.status(t, view.header)
    note = sentences([t.sentence(stamp[0]), stamp[1]]) if stamp else ""
    shares = [(mode, row) for mode in view.modes for row in mode.terms_table]
    found = [_prices(t, view, shares, note)]
    # Formulas name a sheet by its place: terms come second, where there are any.
    found += [_terms(t, shares, note)] if shares else []
    found += [_announced(t, view, note)] if view.announced else []
    priced = [each for each in view.examples if each.quote is not None]
    return (*found, *([_examples(t, priced, note)] if priced else []))


# --- prices ---------------------------------------------------------------------------------------------------------------------


def _prices(t: Teller, view: SheetView, shares: list[tuple[ModeSheet, TermRow]], note: str) -> Sheet:
    listed = list(_listed(view))
    terms = sorted(
        {column.term for each in listed for column in each.table.columns if column.term is not None}, key=lambda term: (not term.months, units(term))
    )
    columns = (
        Column(t.say("Billing mode")), Column(t.say("Item")), Column(t.say("Specification")), Column(t.say("Quantity"), "number"), Column(t.say("Unit")),
        Column(t.say("Period")), money(t.say("List price"), t.currency), *(money(t.f.duration(term), t.currency) for term in terms),
        Column(t.say("Prices for")), Column(t.say("Note")), *(Column(title, kind, hidden=True) for title, kind in IDS),
    )  # fmt: skip
    rows = [_price_row(t, view, each, position, terms, shares) for position, each in enumerate(listed)]
    about = sentences([t.say("%(what)s: %(how)s.", what=label, how=value) for label, value in words.head_facts(t, view.header)])
    return _sheet(Sheet(t.say("Price sheet"), columns, tuple(rows), note, about, named=3, filtered=True))


def _listed(view: SheetView) -> Iterator[_Price]:
    for mode in view.modes:
        for table in mode.tables:
            at = [index for index, column in enumerate(table.columns) if column.kind == "list"]
            for group in table.groups:
                for row in group.rows:
                    given = [index for index in at if row.cells[index] is not None]
                    yield from (_Price(mode, table, group, row, index, index == given[0]) for index in given)


def _price_row(t: Teller, view: SheetView, price: _Price, position: int, terms: list[Duration], shares: list[tuple[ModeSheet, TermRow]]) -> Row:
    group, row = price.group, price.row
    labels = [t.spec(group.item, row.spec)] if row.spec else [t.spec(group.item, group.spec) if group.spec else "", *row_label(t, group, row)]
    listed = row.cells[price.at]
    assert listed is not None
    quantity, unit = _unit(t, group, row)
    by_term = [_term_price(price, position, term, shares) if price.first else None for term in terms]
    model = {"graduated": t.say("graduated"), "volume": t.say("volume")}.get(group.model, "")
    column = price.table.columns[price.at]
    per = words.column_head(t, column)[0] if column.per else ""
    cells: tuple[Cell, ...] = (
        t.mode(price.mode.mode), t.item(group.item), t.f.row(label for label in labels if label), quantity, unit, per,
        _amount(row, listed.value), *by_term, whom(t, group.when), model, t.say("List price"), *_ids(view, price),
    )  # fmt: skip
    return Row(cells)


def _ids(view: SheetView, price: _Price) -> tuple[Cell, ...]:
    """What tells the price from all others, in the columns of `IDS` behind the first."""
    header, group, row = view.header, price.group, price.row
    day = local_date(header.at, zone(header.timezone)).isoformat()
    per = price.table.columns[price.at].per or ""
    of = (price.mode.mode, group.item, row.spec or group.spec or "", header.currency, per, row.part, when_cell(header.audience, group.when))
    scaled = group.quantity if row.part in ("unit", "spec") else None
    return (header.book_id, header.digest, day, *of, row.above, row.up_to, scaled)


def _unit(t: Teller, group: PriceGroup, row: PriceRow) -> tuple[Number | None, str]:
    """Of how much a price is the price."""
    quantity = group.quantity if row.part in ("unit", "spec") else row.package_size
    return (quantity, t.noun(group.unit, quantity)) if quantity is not None else (None, "")


def _term_price(price: _Price, position: int, term: Duration, shares: list[tuple[ModeSheet, TermRow]]) -> Cell:
    """A month of a term: a formula where it is the list price times the share that the sheet of terms shows."""
    cells = zip(price.table.columns, price.row.cells, strict=True)
    found = next((cell for column, cell in cells if column.term == term and cell is not None), None)
    if found is None:
        return None
    listed = price.row.cells[price.at]
    for at, (mode, share) in enumerate(shares):
        holds = mode is price.mode and term in share.terms and (not share.items or price.group.item in share.items)
        if holds and listed is not None and multiply(listed.value, share.pay) == found.value:
            return Product(Ref(PRICES, position, LIST_PRICE), Ref(TERMS, at, SHARE_PAID), found.value)
    return found.value


def _sheet(sheet: Sheet) -> Sheet:
    """The sheet without the columns of words that say nothing in any row; those stand behind all that a formula names."""
    kept = [at for at, column in enumerate(sheet.columns) if column.kind != "text" or not sheet.rows or any(row.cells[at] for row in sheet.rows)]
    rows = (replace(row, cells=tuple(row.cells[at] for at in kept)) for row in sheet.rows)
    return replace(sheet, columns=tuple(sheet.columns[at] for at in kept), rows=tuple(rows))


# --- terms, announced changes, examples -----------------------------------------------------------------------------------------


def _terms(t: Teller, shares: list[tuple[ModeSheet, TermRow]], note: str) -> Sheet:
    columns = (
        Column(t.say("Billing mode")), Column(t.say("Term")), Column(t.say("You pay"), "percent"), Column(t.say("Discount"), "percent"),
        Column(t.say("Item")),
    )  # fmt: skip
    rows = []
    for mode, row in shares:
        items = t.f.titles(map(t.item, row.items)) if row.items else ""
        rows.append(Row((t.mode(mode.mode), t.f.durations(row.terms), row.pay, negate(row.discount) if row.discount else None, items)))
    about = t.say("Share of the list price that is paid, by term.")
    return _sheet(Sheet(t.say("What each term costs"), columns, tuple(rows), note, about, named=2))


def _announced(t: Teller, view: SheetView, note: str) -> Sheet:
    columns = (
        Column(t.say("Billing mode")), Column(t.say("Item")), Column(t.say("Specification")), Column(t.say_in("time", "From"), "day"),
        money(t.say("Now"), t.currency), money(t.say("Announced"), t.currency), Column(t.say("Change"), "percent"),
        Column(t.say("Prices for")), Column(t.say("Note")),
    )  # fmt: skip
    rows = tuple(_announced_row(t, each) for each in view.announced)
    return _sheet(Sheet(t.say("Announced changes"), columns, rows, note, named=3, filtered=True))


def _announced_row(t: Teller, one: AnnouncedPrice) -> Row:
    old, new = (_amount(one.row, price) for price in (one.old, one.new))
    ends = t.say("No longer sold") if one.withdrawn else t.say("Ends")
    spec = t.spec(one.item, one.spec) if one.spec else capital(tier_range(t, one.unit, one.row))
    day = local_date(one.effective, t.zone)
    return Row((t.mode(one.mode), t.item(one.item), spec, day, old, new, one.change, whom(t, one.when), ends if one.new is None else ""))


def _amount(row: PriceRow, price: Number | None) -> Cell:
    """A price; a share of an amount as a percentage."""
    return Share(price) if row.part == "rate" and price is not None else price


def _examples(t: Teller, examples: list[WorkedExample], note: str) -> Sheet:
    columns = (
        Column(t.say("Example")), Column(t.say("Item")), Column(t.say("Quantity"), "number"), Column(t.say("Unit")),
        *(money(title, t.currency) for title in (t.say("List amount"), t.say("Discount"), t.say("Rounding"), t.say("Amount"))),
    )  # fmt: skip
    rows: list[Row] = []
    for example in examples:
        rows += _example(t, example, len(rows))
    return Sheet(t.say("Examples"), columns, tuple(rows), note, t.say("Computed by the same software that writes the invoices."), named=2)


def _example(t: Teller, example: WorkedExample, first: int) -> Iterator[Row]:
    quote = example.quote
    assert quote is not None
    title = t.text(example.title) or example.id
    amounts_of_lines: list[tuple[Number, ...]] = []
    for line in quote.lines:
        what = t.f.row(part for part in (t.item(line.item), t.spec(line.item, line.spec) if line.spec else "") if part)
        amounts = (line.list_amount, negate(line.discount_amount), negate(line.rounding_amount), line.amount)
        amounts_of_lines.append(amounts)
        yield Row((title, what, line.quantity, t.noun(line.unit, line.quantity), *amounts))
    last = first + len(quote.lines) - 1
    if amounts_of_lines:
        sums = (Sum(first, last, total(column)) for column in zip(*amounts_of_lines, strict=True))
        yield Row((title, t.say("Total"), None, "", *sums), strong=True)
