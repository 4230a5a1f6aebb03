"""What may be written where the cursor stands: keys and words from the schema, names from the book, each with what it means."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.diagnostics import CODES
from engine.editor.cursor import Cursor, without_mark
from engine.editor.hints import example_of, kind_of, shown, title_in
from engine.editor.index import Index
from engine.editor.prices import WORDS, Sold
from engine.language.build.node import instant_of
from engine.language.mentions import ALL, OWNERS, form_of, schema_below
from engine.language.samples import Schema
from engine.language.shape import read_schema
from engine.model.book import BillingMode, PriceBook
from engine.model.conditions import BUILT_IN_ATTRIBUTES
from engine.model.policies import Discount
from engine.model.time_bands import BAND
from engine.values.spans import Path


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that may be written: `kind` is `key`, `word` or `name`, `text` what is written for it, `detail` a few words beside it."""

    label: str
    kind: str
    text: str
    detail: str = ""
    meaning: str = ""
    first: bool = False  # whether it is offered before the others


@dataclass(frozen=True)
class Offers:
    """What is offered at a cursor of a book. `book` is the last one that could be priced, and `at` the instant of today."""

    cursor: Cursor
    index: Index
    book: PriceBook | None
    today: datetime | None

    def all(self) -> list[Offer]:
        """Everything that may be written there, each once."""
        cursor = self.cursor
        schema, owners = self._walk(cursor.path)
        if cursor.is_key:
            found = self._keys(schema, owners, cursor.around(cursor.path))
        else:
            # On a line of its own a word may still become a key.
            keys = self._keys(schema, owners, None) if cursor.alone and "object" in _types(schema) else iter(())
            found = iter([*self._values(schema, owners), *keys])
        return [*{each.label: each for each in found}.values()]

    def _walk(self, path: Path) -> tuple[Schema, dict[str, str]]:
        """The schema of what is written at a path, and what it belongs to: the item of a spec, the attribute of a value."""
        schema, owners, data = read_schema("book-file"), {}, self.cursor.around(())
        for end, key in enumerate(path):
            mapping = without_mark(data) if isinstance(data, dict) else data
            if isinstance(mapping, dict):
                form = form_of(schema, mapping)
                if isinstance(key, str) and "keyNames" in form and key not in form.get("properties", {}):
                    owners[form["keyNames"]] = key
                if form.get("properties", {}).get("item", {}).get("names") == "items":
                    owners["items"] = str(mapping.get("item", ""))
            schema, data = schema_below(schema, key, mapping), self.cursor.around(path[: end + 1])
        return schema, owners

    # --- keys

    def _keys(self, schema: Schema, owners: Mapping[str, str], data: object) -> Iterator[Offer]:
        written = without_mark(data) if isinstance(data, dict) else {}
        for form in _forms(schema, written, bool(self.index.names("specs", owners.get("items", "-")))):
            needed = form.get("required", [])
            for key, inner in form.get("properties", {}).items():
                if key not in written:
                    yield self._key(key, inner, key in needed)
            if "keyNames" in form and not form.get("declares"):
                for offer in self._names(form["keyNames"], owners):
                    if offer.label not in written:
                        yield self._key(offer.label, {}, False, offer)

    def _key(self, key: str, schema: Schema, needed: bool, offer: Offer | None = None) -> Offer:
        text = key if self.cursor.has_colon else f"{key}:" if _types(schema) and {*_types(schema)} <= {"object", "array"} else f"{key}: "
        if offer is not None:
            return Offer(key, "name", text, offer.detail, offer.meaning)
        return Offer(key, "key", text, "needed" if needed else kind_of(schema), example_of(key, schema), first=needed)

    # --- values

    def _values(self, schema: Schema, owners: Mapping[str, str]) -> Iterator[Offer]:
        words = schema.get("enum", ())
        meanings = schema.get("enumDescriptions", [""] * len(words))
        for word, meaning in zip(words, meanings, strict=True):
            yield Offer(word, "word", word, "default" if word == schema.get("default") else "", meaning)
        kind = schema.get("$comment", "")
        if kind == "boolean" and "boolean" in _types(schema):
            yield from (Offer(word, "word", word) for word in ("true", "false"))
        if kind == "presence":
            yield from self._values(schema["properties"]["presence"], owners)
        names = schema.get("names")
        if names is not None and not schema.get("declares"):
            if names in ALL and "default" in schema:
                yield Offer("all", "word", "all", "default", "every one")
            yield from self._names(names, owners)
        if self.cursor.path[-1:] == ("term",) and self.book is not None:
            terms = {WORDS.duration(term): mode for mode in self.book.billing_modes.values() for term in mode.terms}
            yield from (Offer(term, "word", term, title_in(self.book, mode.title) or mode.id) for term, mode in terms.items())

    def _names(self, kind: str, owners: Mapping[str, str]) -> Iterator[Offer]:
        owner = owners.get(OWNERS.get(kind, ""), "")
        match kind:
            case "currencies":
                yield from (Offer(name, "name", name) for name in dict.fromkeys(each.name for each in self.index.mentions if each.kind == kind))
            case "codes":
                yield from (Offer(info.slug, "name", info.slug, info.code, info.title) for info in CODES.values() if info.code[0] in "QXR")
            case "attributes":
                of_time = (BAND,) if self.index.names("time_bands") else ()
                yield from (Offer(name, "name", name) for name in (*self.index.names(kind), *BUILT_IN_ATTRIBUTES, *of_time))
            case "values" if owner == BAND and self.index.names("time_bands"):
                yield from (self._name("time_bands", name, "") for name in self.index.names("time_bands"))
            case "values" if owner == "business":
                yield from (Offer(name, "name", name) for name in ("true", "false"))
            case _ if kind not in OWNERS or owner:
                yield from (self._name(kind, name, owner) for name in self.index.names(kind, owner))

    def _name(self, kind: str, name: str, owner: str) -> Offer:
        if self.book is None or kind not in ("items", "specs", "billing_modes", "discounts"):
            return Offer(name, "name", name)
        if kind in ("items", "specs"):
            return self._sold(self.book, name if kind == "items" else owner, name if kind == "specs" else None)
        titled: Mapping[str, BillingMode | Discount] = self.book.billing_modes if kind == "billing_modes" else self.book.discounts
        return Offer(name, "name", name, meaning=shown(title_in(self.book, titled[name].title)) if name in titled else "")

    def _sold(self, book: PriceBook, item: str, spec: str | None) -> Offer:
        """An item or a spec with its price on the day of the example that is written, else of today."""
        name, known = spec or item, book.items.get(item)
        rung = next((each for each in known.specs if each.id == spec), None) if known is not None else None
        if known is None or (spec is not None and rung is None):
            return Offer(name, "name", name)
        at, about = self._day(book)
        lines = [f"**{shown(title_in(book, rung.title if rung is not None else known.title) or name)}**"]
        detail = ""
        if at is not None and (spec is not None or not known.specs):
            sold = Sold(book, at)
            mode = self._mode()
            prices = [sold.price(each.id, item, spec) for each in sold.modes(item) if mode in (None, each.id)]
            detail = next(filter(None, prices), "")
            lines += [shown(f"{detail or 'no price'} on {sold.day}{about}"), shown(sold.presence(item))]
        return Offer(name, "name", name, detail, "\n\n".join(filter(None, lines)))

    def _mode(self) -> str | None:
        """The billing mode that the order or the price entry around the cursor names."""
        return next((str(found) for found in self._above("billing_mode")), None)

    def _day(self, book: PriceBook) -> tuple[datetime | None, str]:
        """The date of the order around the cursor, else the day of today."""
        for written in self._above("date", "effective"):
            try:
                found = instant_of(str(written), book.zone)
            except (ValueError, OverflowError):
                found = None
            if found is not None:
                return found, ", the date that is written here"
        return self.today, ""

    def _above(self, *keys: str) -> Iterator[object]:
        """What is written under one of the keys in the mappings around the cursor, the innermost first."""
        for end in range(len(self.cursor.path), 0, -1):
            around = self.cursor.around(self.cursor.path[:end])
            if isinstance(around, dict):
                yield from (around[key] for key in keys if around.get(key) is not None)


def _types(schema: Schema) -> list[str]:
    types = schema.get("type", [])
    return [types] if isinstance(types, str) else types


def _forms(schema: Schema, written: Mapping[str, object], has_specs: bool) -> list[Schema]:
    """What says which keys the mapping may have; of the price of an item that is still empty, both of its forms."""
    if "if" in schema and not written.keys() - {"reference"}:
        return [schema["then"], schema["else"]] if has_specs else [schema["else"]]
    return [form_of(schema, written)]
