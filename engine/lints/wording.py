"""Numbers and units as findings say them: `100 users`, `240.00`."""

from collections.abc import Iterator

from engine.diagnostics import Label
from engine.language.build.places import Places
from engine.language.wording import thousands_meant
from engine.model.book import Item, Limit, PriceBook, QuantityRule
from engine.model.prices import Charge, PriceEntry
from engine.values.exact import ONE, Number, plain
from engine.values.money import minor_places
from engine.values.spans import Origin
from engine.values.spans import dotted as dotted_path


def amount(value: Number, currency: str) -> str:
    """An amount with at least the currency's decimals."""
    return plain(value, minor_places(currency))


def counted(book: PriceBook, quantity: Number, unit: str) -> str:
    """A quantity with its unit's name."""
    return f"{plain(quantity)} {unit_name(book, quantity, unit)}"


def unit_name(book: PriceBook, quantity: Number, unit: str) -> str:
    """The unit's name for a quantity, in the book's language; the symbol where it has none."""
    record = book.units.get(unit)
    forms = record.title.forms(book.language, book.language) if record is not None else {}
    word = forms.get("one") if quantity == ONE else None
    return word or forms.get("other") or unit


def labels(places: Places, origin: Origin, *keys: str | int, text: str) -> tuple[Label, ...]:
    """A second place with its words; none where it has no place."""
    span = places.nearest(origin, *keys)
    return (Label(span, text),) if span is not None else ()


def dotted(origin: Origin, *keys: str | int) -> str:
    """The path of a finding."""
    return dotted_path((*origin.path, *keys))


def is_slip(places: Places, rule: Limit | QuantityRule) -> bool:
    """Whether a bound of the rule has a point between thousands: that is said where it stands, and nothing that follows from it."""
    return any(thousands_meant(places.written(rule.origin, key) or "") is not None for key in ("min", "max", "step"))


def charges(book: PriceBook) -> Iterator[tuple[PriceEntry, Charge, Item]]:
    """Every charge as it is written: a charge that holds for several specs comes once."""
    seen: set[Origin] = set()
    for entry in book.prices:
        item = book.items.get(entry.item)
        for charge in entry.charges:
            if item is not None and charge.origin not in seen:
                seen.add(charge.origin)
                yield entry, charge, item
