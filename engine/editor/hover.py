"""What is said of the name, the key or the word below the mouse: what it is, what it costs, what it means, and who uses it. Markdown.

Contract: prices come from the last book that could be priced, names and their uses from what stands on the screen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.editor.hints import code, example_of, shown, title_in
from engine.editor.index import Index, covers
from engine.editor.prices import WORDS, Sold, of_entry
from engine.editor.renaming import CALLED
from engine.language.document import Document
from engine.language.mentions import Mention, schema_below
from engine.language.samples import Schema
from engine.language.shape import read_schema
from engine.model.book import Item, Provision, Spec
from engine.model.prices import PriceEntry
from engine.model.texts import Text, UnitTitle
from engine.values.spans import Path, Span

MOST_WORDS = 8
"""Words of a policy that are explained."""


@dataclass(frozen=True, slots=True)
class Said:
    """Paragraphs of Markdown about a place."""

    span: Span
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(each for each in self.paragraphs if each)


def hover(index: Index, sold: Sold | None, stale: bool, name: str, line: int, column: int) -> Said | None:
    """What is said of a place, None where there is nothing. `stale`: the book has errors now, so that `sold` is the last good one."""
    mention, document = index.at(name, line, column), index.documents.get(name)
    if mention is not None and mention.kind != "codes":
        parts = tuple(_of_name(index, sold, mention))
        return Said(mention.span, (*parts, "*From the last good book: this one has errors.*" if stale and sold is not None else ""))
    found = _written_at(document, line, column) if document is not None else None
    if document is None or found is None:
        return None
    path, span, is_key = found
    schema = _schema_at(document, path)
    return Said(span, tuple(_of_key(path, schema) if is_key else _of_word(document, path, schema)))


# --- keys and words


def _written_at(document: Document, line: int, column: int) -> tuple[Path, Span, bool] | None:
    """The key or the value at a place: its path, where it stands, and whether it is a key."""
    for path, span in document.keys.items():
        if covers(span, line, column):
            return path, span, True
    return next(((path, span, False) for path, span in document.values.items() if path in document.written and covers(span, line, column)), None)


def _schema_at(document: Document, path: Path) -> Schema:
    schema, data = read_schema("book-file"), document.data
    for part in path:
        schema = schema_below(schema, part, data)
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
    return schema


def _of_key(path: Path, schema: Schema) -> Iterator[str]:
    if schema:
        yield f"**{path[-1]}** {schema.get('title', '')}"
        yield example_of(str(path[-1]), schema)


def _of_word(document: Document, path: Path, schema: Schema) -> Iterator[str]:
    word, inner = document.written[path], schema.get("properties", {}).get("presence", schema)
    if (meaning := _meaning(inner, word)) is not None:
        yield f"**{word}**: {meaning}"
    if inner and path and isinstance(path[-1], str):
        yield f"`{path[-1]}`: {inner.get('description', '')}"


def _meaning(schema: Schema, word: str) -> str | None:
    words, meanings = schema.get("enum", []), schema.get("enumDescriptions", [])
    return dict(zip(words, meanings, strict=True)).get(word) if len(words) == len(meanings) else None


# --- names


def _of_name(index: Index, sold: Sold | None, mention: Mention) -> Iterator[str]:
    item, spec = _sold_by(sold, mention)
    yield _headline(sold, mention, item)
    if sold is not None and item is not None:
        yield _prices(sold, item, spec, _entry(sold, mention, item, spec))
    facts = [*(_provides(sold, spec.provides if spec is not None else item.provides) if sold is not None and item is not None else ())]
    facts += [*_declared(index, mention), *_uses(index, sold, mention)]
    yield "\\\n".join(facts)


def _sold_by(sold: Sold | None, mention: Mention) -> tuple[Item | None, Spec | None]:
    if sold is None or mention.kind not in ("items", "specs"):
        return None, None
    item = sold.book.items.get(mention.name if mention.kind == "items" else mention.owner)
    spec = next((each for each in item.specs if each.id == mention.name), None) if item is not None and mention.kind == "specs" else None
    return (None, None) if mention.kind == "specs" and spec is None else (item, spec)


def _headline(sold: Sold | None, mention: Mention, item: Item | None) -> str:
    """The name in words, and what it is: `**50 users, 500 GB** spec of Basic edition`."""
    called = CALLED[mention.kind]
    title = _title(sold, mention, item) if sold is not None else ""
    of = ""
    if mention.owner:
        of = f" of {shown(title_in(sold.book, item.title) or mention.owner)}" if sold is not None and item is not None else f" of {code(mention.owner)}"
    return f"**{shown(title or mention.name)}** {called}{of}{f' ({code(mention.name)})' if title and title != mention.name else ''}"


def _title(sold: Sold, mention: Mention, item: Item | None) -> str:
    book = sold.book
    known: Mapping[str, object] = {
        "items": book.items, "billing_modes": book.billing_modes, "discounts": book.discounts, "spec_changes": book.spec_changes,
        "cancellations": book.cancellations, "renewals": book.renewals, "commitments": book.commitments, "resources": book.resources,
        "attributes": book.attributes, "time_bands": book.time_bands, "examples": book.examples, "units": book.units,
        "specs": {each.id: each for each in item.specs} if item is not None else {},
    }.get(mention.kind, {})  # fmt: skip
    title = getattr(known.get(mention.name), "title", None)
    if isinstance(title, UnitTitle):
        return WORDS.noun(title, mention.name, 2, book.language)
    return title_in(book, title) if isinstance(title, Text) else ""


def _prices(sold: Sold, item: Item, spec: Spec | None, entry: PriceEntry | None) -> str:
    """A table: the price in force in each mode, what terms make of it, and the one that is written here where it begins later."""
    rung = spec.id if spec is not None else None
    rows: list[tuple[str, str]] = []
    for mode in sold.modes(item.id) if spec is not None or not item.specs else ():
        if entry is not None and entry.billing_mode != mode.id:
            continue
        title = title_in(sold.book, mode.title) or mode.id
        rows.append((f"in force today, {sold.day}", shown(f"{sold.price(mode.id, item.id, rung) or 'no price'}, {title}")))
        rows += of_entry(sold, entry, item, rung) if entry is not None else ()
        if terms := sold.terms(mode, item, rung):
            rows.append(("a month of the term", terms))
    return "\n".join(["| | |", "|---|---|", *(f"| {label} | {text} |" for label, text in rows)]) if rows else ""


def _entry(sold: Sold, mention: Mention, item: Item, spec: Spec | None) -> PriceEntry | None:
    """The price that is written where the name stands."""
    if mention.path[:1] != ("prices",):
        return None
    rung = spec.id if spec is not None else None
    found = (each for each in sold.book.prices if (each.item, each.spec) == (item.id, rung) and each.origin.file == mention.span.file)
    return next((each for each in found if each.origin.path[:2] == mention.path[:2]), None)


def _provides(sold: Sold, provisions: Sequence[Provision]) -> Iterator[str]:
    book = sold.book
    parts = []
    for each in provisions:
        resource = book.resources.get(each.resource)
        unit = book.units.get(resource.unit) if resource is not None else None
        amount = WORDS.quantity(each.quantity, unit.title, unit.id, book.language) if unit is not None else WORDS.number(each.quantity)
        parts.append(f"{amount}{f' each {each.every}' if each.every else ''}")
    if parts:
        yield shown(f"Provides {', '.join(parts)}")


def _declared(index: Index, mention: Mention) -> Iterator[str]:
    """Of a policy what its words mean, as the schema says it."""
    home = next(iter(index.declared.get(mention.of, ())), None)
    document = index.documents.get(home.span.file) if home is not None else None
    if home is None or document is None or mention.kind not in ("spec_changes", "cancellations", "renewals", "commitments", "billing_modes", "discounts"):
        return
    told = 0
    for path, word in document.written.items():
        if path[: len(home.path)] == home.path and len(path) > len(home.path) and told < MOST_WORDS:
            meaning = _meaning(_schema_at(document, path), word)
            key = ".".join(str(part) for part in path[len(home.path) :] if isinstance(part, str))
            if meaning is not None:
                told += 1
                yield f"`{key}: {word}`: {meaning}"


def _uses(index: Index, sold: Sold | None, mention: Mention) -> Iterator[str]:
    """Who uses the name, counted by what it is: examples, price files, billing modes."""
    users: dict[str, dict[str, None]] = {}
    for each in index.of(mention):
        if not each.declares:
            section = str(each.path[0]) if each.path else "prices"
            who = each.span.file if section == "prices" else str(each.path[1]) if len(each.path) > 1 else section
            users.setdefault(section, {})[who] = None
    said = [_counted(section, list(who)) for section, who in users.items()]
    if mention.kind != "currencies":
        yield shown(f"Used by {', '.join(said)}") if said else "Used by nothing"


_USERS = {
    "prices": "price file", "taxes": "tax row", "limits": "limit", "mode_changes": "mode change", "discount_policy": "discount stage", "book": "book head",
}  # fmt: skip


def _counted(section: str, who: list[str]) -> str:
    noun = _USERS.get(section) or CALLED.get(section, section)
    names = f" ({', '.join(who)})" if len(who) <= 2 and section not in ("prices", "limits", "mode_changes", "discount_policy", "taxes", "book") else ""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"1 {noun}{names}" if len(who) == 1 else f"{len(who)} {plural}{names}"
