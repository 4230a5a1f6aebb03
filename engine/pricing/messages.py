"""How diagnostics of orders point and speak: the place in the order, the nearest known name, quantities in words."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypedDict

from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.values.exact import ONE, Number, divide, plain
from engine.values.spans import Origin, Span


def place(origin: Origin | None, word: str = "") -> Span | None:
    """The span of `word` (else of the last key of its path) at an origin; None where no file is at fault."""
    if origin is None or not origin.line:
        return None
    if not word and origin.path and isinstance(origin.path[-1], str):
        word = origin.path[-1]
    return Span(origin.file, origin.line, origin.column, origin.line, origin.column + max(1, len(word)))


class Where(TypedDict):
    """What a diagnostic is about, as fields of it."""

    span: Span | None
    path: str
    subject: str


def where(order: Order, key: str) -> Where:
    """`span`, `path` and `subject` of a key of the order."""
    origin = order.origins.get(key)
    return {"span": place(origin, "" if origin else key) if origin else place(order.origin), "path": key, "subject": key}


def among_attributes(order: Order) -> str:
    """Where an order says an attribute."""
    voice = order.origin.voice
    return f"with {voice.entry('attributes', 'NAME=VALUE')}" if voice.types("attributes") else f"under {voice.key('attributes')}"


def suggestion(name: str, known: Iterable[str]) -> str:
    """`did you mean `storage`?` for the one clearly nearest name, else the list of what there is; empty where nothing is
    known.
    """
    names = list(known)
    near = get_close_matches(name.lower(), [candidate.lower() for candidate in names], n=1)
    if near:
        return f"did you mean `{next(candidate for candidate in names if candidate.lower() == near[0])}`?"
    return f"choose one of {listing(names, 'or')}" if names else ""


def listing(names: Iterable[str], last: str = "and") -> str:
    """Names in backticks with commas and a last word: `a`, `b` and `c`; long lists end after twelve."""
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > 12:
        return ", ".join(quoted[:12]) + f" {last} {len(quoted) - 12} more"
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" {last} " + quoted[-1] if quoted else ""


def words(names: Iterable[str], last: str = "and") -> str:
    """Plain words with commas and a last word: 1 month, 6 months and 1 year."""
    listed = list(names)
    return listed[0] if len(listed) == 1 else ", ".join(listed[:-1]) + f" {last} " + listed[-1] if listed else ""


def amount_of(book: PriceBook, quantity: Number, unit: str) -> str:
    """A quantity with its unit in words: `500 GB`, `1 user`, `2 users` where the unit's English title has plural forms."""
    declared = book.units.get(unit)
    forms = declared.title.by_language.get("en", {}) if declared is not None else {}
    word = forms.get("one" if quantity == ONE else "other", forms.get("other", unit)) if "one" in forms else unit
    return f"{plain(quantity)} {word}"


def largest_unit(book: PriceBook, quantity: Number, unit: str) -> str:
    """The quantity in the largest declared unit in which it is a whole number: 99614720 GB is `95 PB`."""
    table = book.unit_table
    best = amount_of(book, quantity, unit)
    factor: Number = ONE
    for symbol in table.factors:
        if quantity and symbol != unit and table.convertible(unit, symbol):
            inner = table.convert(ONE, symbol, unit)
            said = divide(quantity, inner)
            if inner > factor and said.as_integer_ratio()[1] == 1:
                best, factor = amount_of(book, said, symbol), inner
    return best
