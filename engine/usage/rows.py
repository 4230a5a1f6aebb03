"""One row of a usage file: each cell read exactly and held against what the item's meter and prices ask for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.diagnostics import CodeInfo, Diagnostic, report
from engine.diagnostics.usage import BAD_USAGE_ATTRIBUTE, BAD_USAGE_SPEC, NOT_METERED, UNREADABLE_ROW, USAGE_OUT_OF_RANGE
from engine.language.build.node import is_number
from engine.language.events import LONGEST_NUMBER
from engine.language.names import suggestion
from engine.language.wording import either_of, number_meant, readings
from engine.model.book import Item, Meter, PriceBook
from engine.pricing.apart import kept_apart
from engine.pricing.messages import listing
from engine.usage.record import UsageRecord
from engine.usage.times import read_time, why_not_read
from engine.values.exact import plain
from engine.values.spans import Origin, Span


@dataclass(slots=True)
class Row:
    """The cells of a row by column, and what was found wrong with them so far."""

    file: str
    line: int
    cells: Mapping[str, str]
    problems: list[Diagnostic] = field(default_factory=list)

    def refuse(self, info: CodeInfo, column: str, message: str, remedy: str) -> None:
        """One more thing that is wrong, in the named column."""
        span = Span(self.file, self.line, 1, self.line, 2)
        self.problems.append(report(info, message, span, path=column, subject=column, help=remedy))


def read_row(book: PriceBook, row: Row) -> UsageRecord | list[Diagnostic]:
    """The record of a row, or everything that is wrong with it."""
    for column in ("account", "subscription"):
        if not row.cells[column]:
            row.refuse(UNREADABLE_ROW, column, f"the {column} is empty", f"fill in whose usage it is: the {column}'s id")
    item = _item(book, row)
    when, quantity = _time(book, row), _quantity(row)
    if item is not None and quantity is not None:
        _check_quantity(item.meter, item.meter.unit or item.unit, quantity, row)
    attributes = {name: row.cells[name] for name in book.attributes if row.cells.get(name)}
    spec = _spec(book, item, row) if item is not None else None
    if item is not None:
        _check_attributes(book, item, attributes, row)
    if row.problems:
        return row.problems
    return UsageRecord(
        row.cells["account"], row.cells["subscription"], item.id, when, quantity, row.cells.get("id") or None, spec, attributes,
        Origin(row.file, row.line, 1),
    )  # fmt: skip


def _item(book: PriceBook, row: Row) -> Item | None:
    name = row.cells["item"]
    item = book.items.get(name)
    metered = [each.id for each in book.items.values() if each.meter is not None]
    if item is None:
        row.refuse(NOT_METERED, "item", f"the book sells no `{name}`" if name else "the item is empty", suggestion(name, metered, "metered item"))
        return None
    if item.meter is None:
        message = f"`{name}` is sold by the order, not by usage"
        row.refuse(NOT_METERED, "item", message, suggestion(name, [each for each in metered if each != name], "metered item"))
        return None
    return item


def _spec(book: PriceBook, item: Item, row: Row) -> str | None:
    """The spec that the record is of; an item with specs needs one of them, one without has none.

    Source: rule language, second version, 1.2. A book may have an attribute of that name: then the column is its own too.
    """
    named, known = row.cells.get("spec", ""), [spec.id for spec in item.specs]
    if named in known:
        return named
    if known and not named:
        message = f"`{item.id}` is sold by specs, and the record names none"
        row.refuse(BAD_USAGE_SPEC, "spec", message, f"fill in the column `spec`: {listing(known, 'or')}")
    elif known:
        message = f"`{item.id}` has no spec `{named}`"
        row.refuse(BAD_USAGE_SPEC, "spec", message, suggestion(named, known, "spec"))
    elif named and "spec" not in book.attributes:
        row.refuse(BAD_USAGE_SPEC, "spec", f"`{item.id}` has no specs, so `{named}` names nothing", "leave the column `spec` empty")
    return None


def _time(book: PriceBook, row: Row) -> datetime | None:
    text = row.cells["time"]
    try:
        found = read_time(text, book.zone)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        row.refuse(UNREADABLE_ROW, "time", *why_not_read(text, book.zone))
    return found


def _quantity(row: Row) -> Decimal | None:
    text = row.cells["quantity"]
    if is_number(text) and sum(sign.isdigit() for sign in text) <= LONGEST_NUMBER:
        return Decimal(text)
    if is_number(text):
        message, remedy = f"the quantity has more than {LONGEST_NUMBER} digits", "write fewer digits"
    else:
        meant = readings(text, number_meant)
        message = f"the quantity `{text}` is not an exact number" if text else "the quantity is empty"
        remedy = either_of(meant) if meant else "write a number such as `12.5`"
    row.refuse(UNREADABLE_ROW, "quantity", message, remedy)
    return None


def _check_quantity(meter: Meter, unit: str, quantity: Decimal, row: Row) -> None:
    """The declared range and decimals of the meter's records; both bounds belong to it."""
    if quantity < 0:
        row.refuse(USAGE_OUT_OF_RANGE, "quantity", f"{plain(quantity)} {unit} is below zero", "write what was used; corrections replace a record")
    if meter.max is not None and quantity > meter.max:
        message = f"{plain(quantity)} {unit} is more than the {plain(meter.max)} {unit} that one record can hold"
        row.refuse(USAGE_OUT_OF_RANGE, "quantity", message, "correct the record, or raise the meter's `max`")
    decimals = len(plain(quantity).partition(".")[2])
    if meter.places is not None and decimals > meter.places:
        message = f"{plain(quantity)} {unit} has {decimals} decimals, and the meter declares {meter.places}"
        row.refuse(USAGE_OUT_OF_RANGE, "quantity", message, "correct the record, or raise the meter's `places`")


def _check_attributes(book: PriceBook, item: Item, attributes: Mapping[str, str], row: Row) -> None:
    """Values that the book knows, and the one that the meter counts."""
    for name, value in attributes.items():
        known = book.attributes[name].values
        if known and value not in known:
            message = f"the book knows no {name} `{value}`"
            row.refuse(BAD_USAGE_ATTRIBUTE, name, message, suggestion(value, known, name).replace("the book has", "choose one of"))
    of = item.meter.of
    if of is not None and item.meter.measure == "unique" and of not in attributes:
        row.refuse(BAD_USAGE_ATTRIBUTE, of, f"`{item.id}` counts different values of `{of}`, and the record has none", f"fill in `{of}`")
    for name in kept_apart(book, item.id):
        if name not in attributes and _always_asked(book, item, name):
            message = f"every price of `{item.id}` asks for `{name}`, and the record has none"
            row.refuse(BAD_USAGE_ATTRIBUTE, name, message, f"fill in `{name}`")


def _always_asked(book: PriceBook, item: Item, name: str) -> bool:
    """Whether there is no price of the item for records without the attribute."""
    return all(name in entry.conditions.when for entry in book.prices if entry.item == item.id and not entry.withdrawn)
