"""Which entry applies: rank, then date (rule language, 3.1). One rule for prices, discounts, taxes, policies and rounding."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model.book import PriceBook, RoundingStep
from engine.model.prices import PriceEntry
from engine.model.trace import Considered


@dataclass(frozen=True, slots=True)
class Chosen:
    """The entry that applies, or None, and every entry that was looked at with the reason why not."""

    entry: object | None
    considered: tuple[Considered, ...]


@dataclass(frozen=True, slots=True)
class PricesInForce:
    """The entries in force, one for each `per`; none where nothing is on sale: then `withdrawn` is the entry that ended sale, if any."""

    entries: tuple[PriceEntry, ...]
    considered: tuple[Considered, ...]
    withdrawn: PriceEntry | None = None


def attribute_rank(book: PriceBook) -> tuple[str, ...]:
    """The attributes of the book, most important first; built-ins that it does not declare come before all."""
    raise NotImplementedError


def choose(entries: Iterable, attributes: Mapping[str, str], at: datetime, rank: Sequence[str]) -> Chosen:
    """The entry that applies at `at` to `attributes`, of any records that have `.conditions`."""
    raise NotImplementedError


def prices_in_force(
    book: PriceBook, mode: str, item: str, spec: str | None, currency: str, at: datetime, attributes: Mapping[str, str]
) -> PricesInForce:
    """The price entries of (mode, item, spec, currency) in force at `at`, one for each `per`."""
    raise NotImplementedError


def rounding_in_force(book: PriceBook, stage: str, at: datetime, attributes: Mapping[str, str]) -> RoundingStep | None:
    """The rounding step `at: stage` that applies (quantity | charge | line | invoice); None where the chain has none."""
    raise NotImplementedError
