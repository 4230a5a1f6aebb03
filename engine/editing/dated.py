"""A price from a date on: what changes is written again with its new number, into an entry of that date; nothing that stands there is touched.

The entry goes into the list of the file that has prices of the date, or into a new file `DATE.yaml` beside the prices. Source: rule language, 3.1.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.editing.edits import Edit, behind, is_block, value_at, written_at
from engine.editing.figures import PriceNumber
from engine.language.build.node import instant_of
from engine.language.build.tables import TableDocument
from engine.language.document import Document
from engine.model.book import PriceBook
from engine.model.conditions import Conditions
from engine.model.prices import PriceEntry
from engine.values.periods import local_date
from engine.values.spans import Path, Span

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 %._/+-]*\Z")
_SCHEMA = "# yaml-language-server: $schema="
STEP = "  "
Entry = tuple[Sequence[str], Callable[[int], Iterable[str]]]
"""The keys of an entry before its items, and the lines of these, so far in."""


@dataclass(frozen=True, slots=True)
class Dated:
    """From when a price is in force, and when it is announced, as they are written."""

    effective: str
    announced: str | None = None


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price of the date: the number that it follows, for one spec or for the whole item, and the numbers that are others, by their paths."""

    figure: PriceNumber
    spec: str | None
    changed: Mapping[Path, str]

    @property
    def entry(self) -> PriceEntry:
        """The entry that it follows."""
        return self.figure.entry


def new_price(figure: PriceNumber, path: str, after: str) -> NewPrice:
    """The price that follows the figure's, with another number; of one spec where the path names it, or where each spec has its own."""
    whole = figure.shared and not path.startswith(f"{figure.entry.item}.{figure.entry.spec}")
    return NewPrice(figure, None if whole else figure.entry.spec, {figure.path: after})


def dated_edits(book: PriceBook, documents: Mapping[str, Document], dated: Dated, prices: Sequence[NewPrice]) -> list[Edit]:
    """The new lines for the prices, those of one heading together."""
    groups: dict[tuple[str, ...], list[NewPrice]] = {}
    for each in prices:
        groups.setdefault(tuple(_heading(book, dated, each.entry)), []).append(each)
    edits: list[Edit] = []
    apart: list[Entry] = []
    for heading, group in groups.items():
        inside = _into_entry(book, documents, dated, group)
        if inside is None:
            apart.append((heading, partial(_items, documents, group)))
        edits += inside or ()
    # A row of a table stands in a file of rows: the new entry goes beside the rule files.
    rules = [prices[0].entry.origin.file, *(name for name, each in documents.items() if _entries(each))]
    beside = next(name for name in rules if not isinstance(documents[name], TableDocument))
    return [*edits, *(new_entries(book, documents, dated.effective, beside, apart) if apart else ())]


def _items(documents: Mapping[str, Document], group: Sequence[NewPrice], indent: int) -> Iterator[str]:
    for item in _by_item(group):
        yield from _item(documents, item, indent)


def _heading(book: PriceBook, dated: Dated, entry: PriceEntry) -> Iterator[str]:
    """The keys that an entry has before its items."""
    conditions = entry.conditions
    yield f"effective: {dated.effective}"
    start = instant_of(dated.effective, book.zone)
    if conditions.until is not None and start is not None and conditions.until > start:
        yield f"until: {_day(conditions.until, book)}"
    if dated.announced is not None:
        yield f"announced: {dated.announced}"
    yield f"billing_mode: {scalar(entry.billing_mode)}"
    if entry.currency != book.currency:
        yield f"currency: {entry.currency}"
    if entry.per is not None:
        yield f"per: {entry.per}"
    if conditions.when:
        pairs = (f"{scalar(name)}: {_one_or_more(values)}" for name, values in conditions.when.items())
        yield f"when: {{{', '.join(pairs)}}}"


def _one_or_more(values: Sequence[str]) -> str:
    return scalar(values[0]) if len(values) == 1 else f"[{', '.join(map(scalar, values))}]"


def _day(at: datetime, book: PriceBook) -> str:
    """An instant as a rule file writes it: by its day where one begins at it."""
    day = local_date(at, book.zone).isoformat()
    return day if instant_of(day, book.zone) == at else at.strftime("%Y-%m-%dT%H:%M:%SZ")


def scalar(text: str) -> str:
    """A text as a rule file writes it, in quotes where it needs them."""
    return text if _PLAIN.match(text) and text == text.strip() else json.dumps(text, ensure_ascii=False)


# --- where the lines go -----------------------------------------------------------------------------------------------------------


def _into_entry(book: PriceBook, documents: Mapping[str, Document], dated: Dated, group: Sequence[NewPrice]) -> list[Edit] | None:
    """The lines inside of an entry that is there already, for the same date, mode, currency, period and customers; None where there is none."""
    entry = group[0].entry
    start = instant_of(dated.effective, book.zone)
    for document in documents.values():
        for at, data in enumerate(_entries(document)):
            items: Path = ("prices", at, "items")
            if isinstance(data, dict) and _is_of(book, document, at, data, start, entry, dated) and is_block(document, items):
                lines = _items_lines(documents, group, document, items)
                return lines if lines is not None else None
    return None


def _entries(document: Document) -> list[object]:
    found = document.data.get("prices") if isinstance(document.data, dict) else None
    return found if isinstance(found, list) else []


def _is_of(book: PriceBook, document: Document, at: int, data: dict[str, object], start: datetime | None, entry: PriceEntry, dated: Dated) -> bool:
    of_entry = [each for each in book.prices if each.origin.file == document.file and each.origin.path[:2] == ("prices", at)]
    same = of_entry and all(
        (each.billing_mode, each.currency, each.per, each.conditions)
        == (entry.billing_mode, entry.currency, entry.per, Conditions(entry.conditions.when, start, each.conditions.until))
        for each in of_entry
    )
    announced = document.written.get(("prices", at, "announced"))
    kept = entry.conditions.until if start is None or entry.conditions.until is None or entry.conditions.until > start else None
    return bool(same) and of_entry[0].conditions.until == kept and dated.announced in (None, announced)


def _items_lines(documents: Mapping[str, Document], group: Sequence[NewPrice], document: Document, items: Path) -> list[Edit] | None:
    """The lines behind the last item, or behind the last spec of an item that the entry has; None where one of them stands there."""
    indent = document.keys[(*items, next(iter(_mapping(document, items))))].column - 1
    edits, own = [], [each for each in group if each.entry.item not in _mapping(document, items)]
    for each in group:
        there: Path = (*items, each.entry.item)
        if each in own:
            continue
        specs = _mapping(document, there)
        if each.spec is None or each.spec in specs or not is_block(document, there):
            return None
        within = document.keys[(*there, next(iter(specs)))].column - 1
        edits.append(Edit(behind(document, there, within), _behind(_charges(documents, each, each.spec, within))))
    lines = [line for item in _by_item(own) for line in _item(documents, item, indent)]
    return [*edits, *([Edit(behind(document, items, indent), _behind(lines))] if lines else [])]


def _mapping(document: Document, path: Path) -> dict[str, object]:
    data = value_at(document, path)
    return data if isinstance(data, dict) else {}


def _behind(lines: Iterable[str]) -> str:
    return "".join(f"\n{line}" for line in lines)


def new_entries(book: PriceBook, documents: Mapping[str, Document], effective: str, beside: str, entries: Sequence[Entry]) -> list[Edit]:
    """New entries behind those of a file that has prices of the date, else in a new file beside the one that is named."""
    day, folder = effective[:10], posixpath.dirname(beside)
    name = posixpath.join(folder or "prices", f"{day}.yaml")
    start = instant_of(effective, book.zone)
    of_date = dict.fromkeys(each.origin.file for each in book.prices if each.conditions.effective == start)
    for file in dict.fromkeys((name, *of_date)):
        document = documents.get(file)
        if document is not None and is_block(document, ("prices",)):
            column = _dash(document)
            return [Edit(behind(document, ("prices",), column + len(STEP)), _behind(line for each in entries for line in _entry(each, column)))]
    while name in documents:
        name = f"{name.removesuffix('.yaml')}-more.yaml"
    lines = [line for each in entries for line in ("", *_entry(each, len(STEP)))][1:]
    head = [*schema_line(documents, beside, name), f"# From {day} on. What is not named here stays as it is.", "prices:"]
    return [Edit(Span(name, 1, 1, 1, 1), "".join(f"{line}\n" for line in (*head, *lines)))]


def _dash(document: Document) -> int:
    """How far in the dashes of the prices stand."""
    place = document.values["prices", 0]
    return document.text.split("\n")[place.line - 1].index("-")


def schema_line(documents: Mapping[str, Document], beside: str, name: str) -> Iterator[str]:
    """The line by which editors find the schema, as the file beside has it, from where the new one stands."""
    document = documents.get(beside)
    first = document.text.split("\n")[0].strip() if document is not None else ""
    if first.startswith(_SCHEMA):
        target = posixpath.join(posixpath.dirname(beside), first.removeprefix(_SCHEMA))
        yield _SCHEMA + (first.removeprefix(_SCHEMA) if "://" in first else posixpath.relpath(target, posixpath.dirname(name) or "."))


# --- lines ------------------------------------------------------------------------------------------------------------------------


def _entry(entry: Entry, indent: int) -> Iterator[str]:
    heading, items = entry
    for number, line in enumerate((*heading, "items:")):
        yield f"{' ' * indent}{'- ' if number == 0 else STEP}{line}"
    yield from items(indent + 2 * len(STEP))


def _by_item(group: Sequence[NewPrice]) -> list[list[NewPrice]]:
    found: dict[str, list[NewPrice]] = {}
    for each in group:
        found.setdefault(each.entry.item, []).append(each)
    return list(found.values())


def _item(documents: Mapping[str, Document], prices: Sequence[NewPrice], indent: int) -> Iterator[str]:
    """The lines of an item: its price, or that of each of its specs that has a new one."""
    item, whole = prices[0].entry.item, [each for each in prices if each.spec is None]
    if whole:
        yield from _charges(documents, whole[0], item, indent)
        return
    yield f"{' ' * indent}{scalar(item)}:"
    for each in prices:
        yield from _charges(documents, each, each.spec or "", indent + len(STEP))


def _charges(documents: Mapping[str, Document], price: NewPrice, key: str, indent: int) -> Iterator[str]:
    """`key:` with the price's charges as they are written now, but for the numbers that are others."""
    charges = price.entry.charges
    if len(charges) == 1:
        origin = charges[0].origin
        yield from _written(documents[origin.file], origin.path, f"{' ' * indent}{scalar(key)}:", indent, price.changed)
        return
    yield f"{' ' * indent}{scalar(key)}:"
    for each in charges:
        yield from _element(documents[each.origin.file], each.origin.path, indent + len(STEP), price.changed)


def _written(document: Document, path: Path, start: str, indent: int, changed: Mapping[Path, str]) -> Iterator[str]:
    """A value behind its key, in lines or in brackets as it stands there."""
    data = value_at(document, path)
    if not isinstance(data, dict | list):
        yield f"{start} {_word(document, path, changed)}".rstrip()
    elif not _in_lines(document, path):
        yield f"{start} {in_brackets(document, path, changed)}"
    else:
        yield start
        for key in data if isinstance(data, dict) else range(len(data)):
            if isinstance(key, int):
                yield from _element(document, (*path, key), indent + len(STEP), changed)
            else:
                yield from _written(document, (*path, key), f"{' ' * (indent + len(STEP))}{scalar(key)}:", indent + len(STEP), changed)


def _element(document: Document, path: Path, indent: int, changed: Mapping[Path, str]) -> Iterator[str]:
    """An entry of a list."""
    data = value_at(document, path)
    if isinstance(data, dict) and _in_lines(document, path):
        for number, key in enumerate(data):
            yield from _written(document, (*path, key), f"{' ' * indent}{STEP if number else '- '}{scalar(key)}:", indent + len(STEP), changed)
    else:
        yield from _written(document, path, f"{' ' * indent}-", indent, changed)


def _in_lines(document: Document, path: Path) -> bool:
    """Of a table's row the charge is written in lines, each tier in brackets."""
    return "tiers" not in path[:-1] if isinstance(document, TableDocument) else is_block(document, path)


def in_brackets(document: Document, path: Path, changed: Mapping[Path, str]) -> str:
    """A value on one line, its lists and mappings in brackets, with other words at some paths."""
    data = value_at(document, path)
    if isinstance(data, dict):
        return "{" + ", ".join(f"{scalar(key)}: {in_brackets(document, (*path, key), changed)}" for key in data) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(in_brackets(document, (*path, at), changed) for at in range(len(data))) + "]"
    return _word(document, path, changed)


def _word(document: Document, path: Path, changed: Mapping[Path, str]) -> str:
    """A scalar as it is typed, or what comes in its place; one of several lines in quotes on one."""
    if path in changed:
        return changed[path]
    if path not in document.written:
        return ""
    typed = written_at(document, path) if path in document.values else ""
    return typed if typed and not isinstance(document, TableDocument) else scalar(document.written[path])
