"""One row of usage: each cell read exactly and held against what the item's meter and prices ask for."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from engine.diagnostics import CodeInfo, Diagnostic, report
from engine.diagnostics.usage import BAD_USAGE_ATTRIBUTE, BAD_USAGE_SPEC, NOT_METERED, UNREADABLE_ROW, USAGE_OUT_OF_RANGE
from engine.language.build.node import is_number
from engine.language.cells import strange_cell
from engine.language.names import suggestion
from engine.language.wording import either_of, number_meant, readings
from engine.model.book import Item, Meter, PriceBook
from engine.pricing.apart import kept_apart
from engine.pricing.indexes import price_index
from engine.pricing.messages import listing
from engine.usage.record import UsageRecord
from engine.usage.times import read_time, why_not_read
from engine.values.bounds import MOST_DIGITS, too_long
from engine.values.exact import plain
from engine.values.spans import Span

_CELL = re.compile(r'"(?:[^"]|"")*"|[^,\r\n]*')
REMEMBERED = 4096
"""How many texts of times and quantities are kept with their meaning: in most files each stands in many rows."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What reading a row asks of a book, looked up once: the metered items, the attributes that may be columns, those that every price of an
    item asks for, and the meaning of texts that come again, which is one object however often it comes.
    """

    book: PriceBook
    metered: tuple[str, ...]
    columns: tuple[str, ...]
    required: Mapping[str, tuple[str, ...]]
    text: Callable[[str], str]
    time: Callable[[str], datetime | None]
    number: Callable[[str], Decimal | None]
    attributes: Callable[[tuple[tuple[str, str], ...]], Mapping[str, str]]


def facts_of(book: PriceBook) -> Facts:
    """The facts of a book for the rows of one reading."""
    metered = tuple(each.id for each in book.items.values() if each.meter is not None)
    numbers = price_index(book).numbers
    required = {
        name: (*(each for each in kept_apart(book, name) if book.attributes[each].is_column and _always_asked(book, name, each)), *numbers.get(name, ()))
        for name in metered
    }
    remembered = lru_cache(REMEMBERED)
    columns = tuple(name for name, each in book.attributes.items() if not each.by_time)
    return Facts(book, metered, columns, required, remembered(str), remembered(lambda text: _time(text, book)), remembered(_number), remembered(dict))


def _always_asked(book: PriceBook, item: str, name: str) -> bool:
    """Whether there is no price of the item for records without the attribute."""
    return all(name in entry.conditions.when for entry in book.prices if entry.item == item and not entry.withdrawn)


def _time(text: str, book: PriceBook) -> datetime | None:
    try:
        return read_time(text, book.zone)
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if is_number(text) and not too_long(text) else None


@dataclass(slots=True)
class FileRow:
    """The cells of a row by column, the text that they stand in, and what was found wrong with them so far."""

    file: str
    line: int
    cells: Mapping[str, str]
    written: Sequence[str] = ()
    problems: list[Diagnostic] = field(default_factory=list)

    def refuse(self, info: CodeInfo, column: str, message: str, remedy: str, at: int | None = None) -> None:
        """One more thing that is wrong, in the named column, or with the one character of its cell from 0."""
        span = self._span(column)
        if at is not None:
            span = Span(span.file, span.line, span.column + at, span.line, span.column + at + 1)
        self.problems.append(report(info, message, span, path=column, subject=column, help=remedy))

    def _span(self, column: str) -> Span:
        """Where the cell stands, without its quotes and the spaces around it; the row where it has no such cell."""
        if column not in self.cells or not self.written:
            return Span(self.file, self.line, 1, self.line, 2)
        text, start = "".join(self.written), 0
        for _ in range(list(self.cells).index(column)):
            start = next(_CELL.finditer(text, start)).end() + 1
        cell = next(_CELL.finditer(text, start))[0].strip(" ")
        start = text.index(cell, start)
        inner = cell[1:-1].strip(" ") if cell.startswith('"') else cell
        start = text.index(inner, start + cell.startswith('"'))
        line, begin = self.line + text.count("\n", 0, start), start - (text.rfind("\n", 0, start) + 1) + 1
        return Span(self.file, line, begin, line, begin + max(1, len(inner.partition("\n")[0])))


def read_row(facts: Facts, row: FileRow) -> UsageRecord | list[Diagnostic]:
    """The record of a row, or everything that is wrong with it."""
    written = "".join(row.cells.values())
    if not (written.isascii() and written.isprintable()):
        _check_signs(row)
    if row.problems:
        return row.problems
    for column in ("account", "subscription"):
        if not row.cells[column]:
            row.refuse(UNREADABLE_ROW, column, f"the {column} is empty", f"fill in whose usage it is: the {column}'s id")
    item, when, quantity = _item(facts, row), facts.time(row.cells["time"]), facts.number(row.cells["quantity"])
    if when is None:
        row.refuse(UNREADABLE_ROW, "time", *why_not_read(row.cells["time"], facts.book.zone))
    if quantity is None:
        row.refuse(UNREADABLE_ROW, "quantity", *_no_quantity(row.cells["quantity"]))
    given = facts.attributes(tuple([(name, cell) for name in facts.columns if (cell := row.cells.get(name))]))
    spec = None
    if item is not None:
        spec = _spec(facts.book, item, row)
        _check_attributes(facts, item, given, row)
        if quantity is not None:
            _check_quantity(item.metered_by, item.metered_by.unit or item.unit, quantity, row)
    if row.problems or item is None or when is None or quantity is None:
        return row.problems
    account, subscription = facts.text(row.cells["account"]), facts.text(row.cells["subscription"])
    return UsageRecord(account, subscription, item.id, when, quantity, row.cells.get("id") or None, spec, given, row.file, row.line)


def _check_signs(row: FileRow) -> None:
    """Characters that are not what they seem, each at its place."""
    for column, cell in row.cells.items():
        strange = strange_cell(cell)
        if strange is not None:
            row.refuse(strange.info, column, strange.message, strange.remedy, strange.at)


def _item(facts: Facts, row: FileRow) -> Item | None:
    name = row.cells["item"]
    item = facts.book.items.get(name)
    if item is None:
        message = f"the book sells no `{name}`" if name else "the item is empty"
        row.refuse(NOT_METERED, "item", message, suggestion(name, facts.metered, "metered item")["help"])
        return None
    if item.meter is None:
        why = "sold by the order, not by usage" if item.list_amounts is None else "billed on what others cost, and has no usage of its own"
        row.refuse(NOT_METERED, "item", f"`{name}` is {why}", suggestion(name, facts.metered, "metered item")["help"])
        return None
    return item


def _no_quantity(text: str) -> tuple[str, str]:
    """Message and remedy for a text that is no quantity."""
    if is_number(text):
        return f"the quantity has more than {MOST_DIGITS} digits", "write fewer digits"
    meant = readings(text, number_meant)
    message = f"the quantity `{text}` is not an exact number" if text else "the quantity is empty"
    return message, either_of(meant) if meant else "write a number such as `12.5`"


def _spec(book: PriceBook, item: Item, row: FileRow) -> str | None:
    """The spec that the record is of; an item with specs needs one of them, one without has none.

    Source: rule language, second version, 1.2. A book may have an attribute of that name: then the column is its own too.
    """
    named, known = row.cells.get("spec", ""), [spec.id for spec in item.specs]
    if named in known:
        return known[known.index(named)]
    if known and not named:
        message = f"`{item.id}` is sold by specs, and the record names none"
        row.refuse(BAD_USAGE_SPEC, "spec", message, f"fill in the column `spec`: {listing(known, 'or')}")
    elif known:
        message = f"`{item.id}` has no spec `{named}`"
        row.refuse(BAD_USAGE_SPEC, "spec", message, suggestion(named, known, "spec")["help"])
    elif named and "spec" not in book.attributes:
        message = f"`{item.id}` has no specs, so `{named}` names nothing"
        row.refuse(BAD_USAGE_SPEC, "spec", message, "leave the column `spec` empty")
    return None


def _check_quantity(meter: Meter, unit: str, quantity: Decimal, row: FileRow) -> None:
    """The declared range and decimals of the meter's records; both bounds belong to it."""
    if quantity < 0:
        row.refuse(USAGE_OUT_OF_RANGE, "quantity", f"{plain(quantity)} {unit} is below zero", "write what was used; corrections replace a record")
    if meter.max is not None and quantity > meter.max:
        message = f"{plain(quantity)} {unit} is more than the {plain(meter.max)} {unit} that one record can hold"
        row.refuse(USAGE_OUT_OF_RANGE, "quantity", message, "correct the record, or raise the meter's `max`")
    decimals = len(plain(quantity).partition(".")[2]) if meter.places is not None else 0
    if decimals > (meter.places or 0):
        message = f"{plain(quantity)} {unit} has {decimals} decimals, and the meter declares {meter.places}"
        row.refuse(USAGE_OUT_OF_RANGE, "quantity", message, "correct the record, or raise the meter's `places`")


def _check_attributes(facts: Facts, item: Item, attributes: Mapping[str, str], row: FileRow) -> None:
    """Values that the book knows, and the one that the meter counts."""
    for name, value in attributes.items():
        if facts.book.attributes[name].kind == "number" and ((number := facts.number(value)) is None or number < 0):
            row.refuse(BAD_USAGE_ATTRIBUTE, name, f"the {name} `{value}` is no number from 0 up", "write a number such as `1200`")
        known = facts.book.attributes[name].values
        if known and value not in known:
            message = f"the book knows no {name} `{value}`"
            row.refuse(BAD_USAGE_ATTRIBUTE, name, message, suggestion(value, known, name, have="choose one of")["help"])
    of = item.metered_by.of
    if of is not None and item.metered_by.measure == "unique" and of not in attributes:
        row.refuse(BAD_USAGE_ATTRIBUTE, of, f"`{item.id}` counts different values of `{of}`, and the record has none", f"fill in `{of}`")
    for name in facts.required[item.id]:
        if name not in attributes:
            asks = "a price" if name in price_index(facts.book).numbers.get(item.id, ()) else "every price"
            message = f"{asks} of `{item.id}` asks for `{name}`, and the record has none"
            row.refuse(BAD_USAGE_ATTRIBUTE, name, message, f"fill in `{name}`")
