"""A price sheet as CSV: one row a price, with everything that tells it from the others. Numbers are exact and plain in every
language.

Text that a spreadsheet would run as a formula is disarmed; columns of numbers are never touched. `raw` leaves texts as they are, for machines.
Source: documents, Formats (CSV: escape by column type).
"""

from collections.abc import Iterator
from datetime import datetime

from engine.documents.csv_text import csv_text
from engine.documents.format import formatter
from engine.documents.row_words import when_cell
from engine.documents.sheet_words import Teller, capital, row_label, status, teller, tier_range, whom
from engine.sheet.view import AnnouncedPrice, ModeSheet, PriceCell, PriceColumn, PriceGroup, PriceRow, SheetView, When
from engine.values.exact import ONE, Number, multiply, plain
from engine.values.money import minor_places
from engine.values.periods import local_date, zone

COLUMNS = (
    "status",
    "book",
    "digest",
    "shown_as_of",
    "billing_mode",
    "billing_mode_title",
    "item",
    "item_title",
    "spec",
    "spec_title",
    "customers",
    "kind",
    "price_for",
    "tier_above",
    "tier_up_to",
    "includes_upper",
    "price",
    "currency",
    "for_quantity",
    "unit",
    "per",
    "term",
    "discount_percent",
    "total_paid_ahead",
    "effective",
    "part",
    "when",
)
"""`kind`: list | effective (by the month of a term) | month-equivalent | announced | no-price (none in force). `price` is for `for_quantity` of
`unit`, `effective` the day from which an announced one is in force. `part` (the word of a row's record) and `when` (`segment=education; region=eu`)
tell a row from others in every language: with them `pricebook set --table` reads the list again."""

NUMBERS = frozenset(("tier_above", "tier_up_to", "price", "for_quantity", "discount_percent", "total_paid_ahead"))


def render_sheet_csv(view: SheetView, language: str, raw: bool = False) -> str:
    """Every price of the sheet as a row, announced ones last; titles in the reader's language. The first column is the book's
    status."""
    return csv_text(COLUMNS, NUMBERS, sheet_rows(view, language), raw)


def sheet_rows(view: SheetView, language: str) -> list[dict[str, object]]:
    """The rows by column, as they are written; empty cells are None, or not there."""
    t = teller(view, formatter(language))
    common = _common(t, view)
    return [common | row for row in (*_price_rows(t, view), *_announced_rows(t, view))]


def _common(t: Teller, view: SheetView) -> dict[str, object]:
    header = view.header
    stamp = status(t, header)
    return {
        "status": stamp[0] if stamp else t.say("Published prices"),
        "book": header.book_id,
        "digest": header.digest,
        "shown_as_of": _day(header.at, view),
        "currency": header.currency,
    }


def _price_rows(t: Teller, view: SheetView) -> Iterator[dict[str, object]]:
    for mode in view.modes:
        for table in mode.tables:
            for group in table.groups:
                if not group.rows:
                    yield {**_what(t, view, mode.mode, group.item, None, {}), "kind": "no-price", "price_for": t.say("no price in force")}
                for row in group.rows:
                    for column, cell in zip(table.columns, row.cells, strict=True):
                        if cell is not None:
                            yield _price_row(t, view, mode, group, row, column, cell)


def _price_row(t: Teller, view: SheetView, mode: ModeSheet, group: PriceGroup, row: PriceRow, column: PriceColumn, cell: PriceCell) -> dict[str, object]:
    kinds = {"list": "list", "term": "effective", "month": "month-equivalent"}
    places = minor_places(view.header.currency)
    spec = row.spec or group.spec
    return {
        **_what(t, view, mode.mode, group.item, spec, group.when),
        "kind": kinds[column.kind],
        "part": row.part,
        **_tier(row),
        "price_for": t.spec(group.item, row.spec) if row.spec else row_label(t, group, row)[0],
        "price": plain(cell.value, 0 if row.part == "rate" else places),
        "for_quantity": _quantity(row, group.quantity),
        "unit": group.unit,
        "per": "month" if column.kind == "month" else column.per,
        "term": str(column.term) if column.term else None,
        "discount_percent": plain(multiply(column.discount, ONE.scaleb(2))) if column.discount is not None else None,
        "total_paid_ahead": plain(cell.total, places) if cell.total is not None else None,
    }


def _announced_rows(t: Teller, view: SheetView) -> Iterator[dict[str, object]]:
    places = minor_places(view.header.currency)
    for change in view.announced:
        yield {
            **_what(t, view, change.mode, change.item, change.spec, change.when),
            "kind": "announced",
            "part": change.row.part,
            **_tier(change.row),
            "price_for": _announced_for(t, change),
            "price": plain(change.new, places) if change.new is not None else None,
            "for_quantity": _quantity(change.row, change.quantity),
            "unit": change.unit,
            "per": change.per,
            "effective": _day(change.effective, view),
        }


def _announced_for(t: Teller, change: AnnouncedPrice) -> str:
    if change.new is None:
        return t.say("No longer sold") if change.withdrawn else t.say("Ends")
    return t.spec(change.item, change.spec) if change.spec else capital(tier_range(t, change.unit, change.row))


def _what(t: Teller, view: SheetView, mode: str, item: str, spec: str | None, when: When) -> dict[str, object]:
    return {
        "billing_mode": mode,
        "billing_mode_title": t.mode(mode),
        "item": item,
        "item_title": t.item(item),
        "spec": spec,
        "spec_title": t.spec(item, spec) if spec else None,
        "customers": whom(t, {**{name: (value,) for name, value in view.header.audience.items()}, **when}),
        "when": when_cell(view.header.audience, when),
    }


def _tier(row: PriceRow) -> dict[str, object]:
    tiered = row.above is not None or row.up_to is not None
    return {
        "tier_above": plain(row.above) if row.above is not None else None,
        "tier_up_to": plain(row.up_to) if row.up_to is not None else None,
        "includes_upper": ("yes" if row.includes_upper else "no") if tiered and row.up_to is not None else None,
    }


def _quantity(row: PriceRow, displayed: Number) -> str | None:
    if row.part in ("unit", "spec"):
        return plain(displayed)
    return plain(row.package_size) if row.package_size is not None else None


def _day(at: datetime | None, view: SheetView) -> str | None:
    return local_date(at, zone(view.header.timezone)).isoformat() if at is not None else None
