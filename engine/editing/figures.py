"""The numbers of a book's prices, each by the name that a product manager has for it, and where it is written.

Contract: a name is made of ids, keys and the bounds of tiers, never of a position in a list.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.language.document import Document
from engine.model.book import PriceBook
from engine.model.prices import Charge, PriceEntry
from engine.values.exact import ZERO, Number, plain
from engine.values.spans import Origin, Path

MAIN = ("unit_price", "amount", "price", "rate", "flat")
"""The keys of which a charge, or a tier, has one most often: its name alone means it."""
KEYS = ("unit_price", "amount", "price", "size", "rate", "per_event", "minimum", "maximum", "allowance")


@dataclass(frozen=True, slots=True)
class PriceNumber:
    """A number of a price: of which entry and charge, under which key, for which tier (its bounds; None: of no tier), and where it stands.

    `shared`: it is written once for all specs of its item.
    """

    entry: PriceEntry
    charge: Charge
    key: str
    file: str
    path: Path
    shared: bool
    above: Number | None = None
    up_to: Number | None = None
    tiers: tuple[str, ...] = ()
    main: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Every name of it, the one that messages use first: `basic-edition.50-users-500-gb`, `seat.above-100`, `calls.minimum`."""
        own = ".".join((self.entry.item, *([self.entry.spec] if self.entry.spec and not self.shared else [])))
        whole = (own, *([f"{own}.{self.entry.spec}"] if self.shared else []))
        ends = [*([""] if self.main else []), f".{self.key}"]
        return tuple(f"{start}{tier}{end}" for end in ends for start in whole for tier in ([f".{each}" for each in self.tiers] or [""]))

    @property
    def name(self) -> str:
        """The name that messages use."""
        return self.names[0]


def figures_of(book: PriceBook, documents: Mapping[str, Document]) -> Iterator[PriceNumber]:
    """Every number of every price, in the order of the files; a number for all specs of an item comes once for each."""
    once: dict[tuple[str, Path], set[str | None]] = {}
    for entry in book.prices:
        for charge in entry.charges:
            once.setdefault((charge.origin.file, charge.origin.path), set()).add(entry.spec)
    for entry in book.prices:
        for charge in entry.charges:
            document = documents.get(charge.origin.file)
            if document is not None:
                specs = once[charge.origin.file, charge.origin.path]
                yield from _of_charge(entry, charge, document, shared=entry.spec is not None and len(specs) > 1)


def _of_charge(entry: PriceEntry, charge: Charge, document: Document, shared: bool) -> Iterator[PriceNumber]:
    origin = charge.origin
    if origin.path in document.written and (*origin.path, "unit_price") not in document.written:
        yield PriceNumber(entry, charge, "unit_price", origin.file, origin.path, shared)
        return
    paths = {key: each for key in KEYS for each in _paths(origin.path, key) if each in document.written}
    mains = [key for key in paths if key in MAIN]
    for key, written in paths.items():
        yield PriceNumber(entry, charge, key, origin.file, written, shared, main=mains == [key])
    above: Number = ZERO
    for number, tier in enumerate(charge.tiers):
        path = (*origin.path, "tiers", number)
        names = _tier_names(tier.bound, tier.includes_bound, above, number and charge.tiers[number - 1].includes_bound)
        keys = [keys for keys in (("unit_price",), ("package", "price"), ("package", "size"), ("flat",)) if (*path, *keys) in document.written]
        mains = [keys[-1] for keys in keys if keys[-1] in MAIN]
        for each in keys:
            yield PriceNumber(entry, charge, each[-1], origin.file, (*path, *each), shared, above, tier.bound, names, mains == [each[-1]])
        above = tier.bound if tier.bound is not None else above


def _paths(charge: Path, key: str) -> tuple[Path, ...]:
    """Where the number of a charge under the key may stand: an allowance that is shared and a bound after discounts have further keys."""
    below = {"allowance": "quantity", "minimum": "amount", "maximum": "amount"}.get(key)
    return ((*charge, key), (*charge, key, below)) if below is not None else ((*charge, key),)


def _tier_names(bound: Number | None, includes: bool, above: Number, included_before: bool | int) -> tuple[str, ...]:
    """How a tier is called: by the quantity above which it holds, the first one by its own bound."""
    lower = [f"{'above' if included_before else 'from'}-{plain(above)}"] if above else []
    upper = [f"{'up-to' if includes else 'below'}-{plain(bound)}"] if bound is not None else []
    return (*lower, *upper) or ("tier",)


def place_of(figure: PriceNumber, documents: Mapping[str, Document]) -> str:
    """`prices/2026-01-01.yaml:12`, where the number stands."""
    span = documents[figure.file].values[figure.path]
    return Origin(span.file, span.line).label
