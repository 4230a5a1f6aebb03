"""Every place of a book's files where something is named: where it is declared, and where it is meant.

Contract: what a key or a word names is said by the schema (`names`, `keyNames`, `declares`), so a new key is found as soon as its table
says so; whether a name is known is not asked here. Source: authoring, In the editor.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.language.document import Document
from engine.language.samples import Schema
from engine.language.shape import read_schema
from engine.model.time_bands import BAND
from engine.values.spans import Path, Span

OWNERS = {"specs": "items", "values": "attributes"}
"""What is known inside of something else only: the specs of an item, the values of an attribute."""
ALL = ("items", "billing_modes")
"""Kinds of which `all` means every one."""
_QUANTITIES = ("quantity", "unit", "threshold", "order-item")
_QUANTITY = re.compile(r"[0-9.]+(?:/[0-9]+)? (\S+)\Z")
_LENGTHS = re.compile(r"(?:month|year|day|hour|minute|second)s?\Z")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a file: `kind` is the section that declares such names (`items`, `specs`, `coupons`, ...), `owner` the item of a spec and
    the attribute of a value, else empty. `span` holds the name alone, without quotes; `path` leads to it in its file, empty in a table.
    """

    kind: str
    name: str
    owner: str
    span: Span
    path: Path
    declares: bool = False

    @property
    def of(self) -> tuple[str, str, str]:
        """What is named: two mentions of one thing say the same here."""
        return (self.kind, self.owner, self.name)


def form_of(schema: Schema, data: Mapping[str, object]) -> Schema:
    """The part of a mapping's schema that says which keys it has; the price of an item is either a charge or a mapping of specs."""
    if "if" not in schema:
        return schema
    of_charge = schema["if"]["propertyNames"]["not"]["enum"]
    return schema["else"] if any(key in of_charge for key in data) else schema["then"]


def schema_below(schema: Schema, key: str | int, data: object) -> Schema:
    """The schema of the value under a key or position; an empty one where the schema says nothing of it."""
    if isinstance(key, int):
        inner = schema.get("items")
    else:
        form = form_of(schema, data if isinstance(data, dict) else {})
        further = form.get("additionalProperties")
        inner = form.get("properties", {}).get(key) or (further if isinstance(further, dict) else None)
    return inner or {}


def mentions_of(document: Document) -> Iterator[Mention]:
    """Everything that a rule file names, from top to bottom."""
    yield from _walk(document, read_schema("book-file"), document.data, (), {})


def _walk(document: Document, schema: Schema, data: object, path: Path, owners: Mapping[str, str]) -> Iterator[Mention]:
    if isinstance(data, dict):
        form = form_of(schema, data)
        known, kind = form.get("properties", {}), form.get("keyNames", "")
        if known.get("item", {}).get("names") == "items":  # a row of usage says first of which item its spec is
            owners = {**owners, "items": document.written.get((*path, "item"), "")}
        for key, value in data.items():
            where, inside = (*path, key), owners
            if kind and key not in known and where in document.keys:
                yield Mention(kind, key, owners.get(OWNERS.get(kind, ""), ""), inner_place(document.keys[where], key), where, form.get("declares", False))
                inside = {**owners, kind: key}
            yield from _walk(document, schema_below(schema, key, data), value, where, inside)
    elif isinstance(data, list):
        for position, value in enumerate(data):
            yield from _walk(document, schema_below(schema, position, data), value, (*path, position), owners)
    elif path in document.written and path in document.values:
        yield from _scalar(document, schema, data, path, owners)


def _scalar(document: Document, schema: Schema, data: object, path: Path, owners: Mapping[str, str]) -> Iterator[Mention]:
    text, kind = document.written[path], schema.get("names", "")
    place = inner_place(document.values[path], text)
    quantity = _QUANTITY.match(text) if schema.get("$comment") in _QUANTITIES else None
    if quantity is not None:
        if place.line == place.end_line and not (schema["$comment"] == "threshold" and _LENGTHS.match(quantity[1])):
            start = place.column + quantity.start(1)
            yield Mention("units", quantity[1], "", Span(place.file, place.line, start, place.line, start + len(quantity[1])), path)
    elif kind and text and not (text == "all" and kind in ALL) and not (kind == "specs" and isinstance(data, Decimal)):
        yield Mention(kind, text, owners.get(OWNERS.get(kind, ""), ""), place, path, schema.get("declares", False))


def inner_place(span: Span, text: str) -> Span:
    """The place of a word without the quotes around it."""
    if span.line == span.end_line and span.end_column - span.column == len(text) + 2:
        return Span(span.file, span.line, span.column + 1, span.line, span.end_column - 1)
    return span


def with_time_bands(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """All that the files of a book name: where it has time bands, a value of `band` is the name of one, and `band` itself nobody's."""
    found = tuple(mentions)
    if not any(each.kind == "time_bands" for each in found):
        return found
    others = (each for each in found if (each.kind, each.name) != ("attributes", BAND))
    return tuple(replace(each, kind="time_bands", owner="") if (each.kind, each.owner) == ("values", BAND) else each for each in others)


def declared(mentions: Iterable[Mention]) -> dict[tuple[str, str, str], list[Mention]]:
    """What is declared, each with every place that declares it, in the order of the files."""
    found: dict[tuple[str, str, str], list[Mention]] = {}
    for each in mentions:
        if each.declares:
            found.setdefault(each.of, []).append(each)
    return found
