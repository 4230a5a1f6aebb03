"""Which entry applies: rank, then date (rule language, 3.1). One rule for prices, discounts, taxes, policies and rounding.

Contract: looks at `conditions` alone. Of the entries whose `when` matches and whose span holds the date, the one that names the
more important attribute wins; among equals the latest `effective`. Ends are excluded. Every loser says why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Generic, TypeVar

from engine.model.book import PolicyUse, PriceBook, RoundingStep
from engine.model.conditions import Conditions
from engine.model.facts import RuleFacts
from engine.model.policies import Tax
from engine.model.prices import PriceEntry
from engine.model.trace import Considered
from engine.pricing.indexes import PriceKey, Same, price_index

Entry = TypeVar("Entry", bound=PriceEntry | PolicyUse | RoundingStep | Tax)
"""What competes by its conditions; those of one kind with each other."""


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Entry]):
    """The entry that applies, or None, and every entry that was looked at with the reason why not."""

    entry: Entry | None
    considered: tuple[Considered, ...]


@dataclass(frozen=True, slots=True)
class PricesInForce:
    """The entries in force, one for each `per`; none where nothing is on sale: then `withdrawn` is the entry that ended sale, if
    any.
    """

    entries: tuple[PriceEntry, ...]
    considered: tuple[Considered, ...]
    withdrawn: PriceEntry | None = None


def choose(entries: Iterable[Entry], attributes: Mapping[str, str], at: datetime, rank: Sequence[str]) -> Chosen[Entry]:
    """The entry that applies at `at` to `attributes`; the first one on a full tie.

    Entries are compared attribute by attribute in the order of `rank`: one that names it outranks one that does not; among
    equals the latest `effective` not after `at` wins; `until` is excluded. Source: rule language, 3.1.
    """
    listed = tuple(entries)
    best: Entry | None = None
    for entry in listed:
        if applies(entry.conditions, attributes, at) and (best is None or _beats(entry.conditions, best.conditions, rank)):
            best = entry
    return Chosen(best, tuple(_explain(entry, best, attributes, at, rank) for entry in listed))


def applies(conditions: Conditions, attributes: Mapping[str, str], at: datetime) -> bool:
    """Whether all attributes of `when` match and `at` lies in [effective, until)."""
    if conditions.effective is not None and at < conditions.effective:
        return False
    if conditions.until is not None and at >= conditions.until:
        return False
    return not conditions.when or all(attributes.get(name) in values for name, values in conditions.when.items())


def _beats(challenger: Conditions, holder: Conditions, rank: Sequence[str]) -> bool:
    """Whether the challenger outranks the holder, or equals its rank and is the later one."""
    attribute = _deciding_attribute(challenger, holder, rank)
    if attribute is not None:
        return attribute in challenger.when
    if challenger.effective is None or holder.effective is None:
        return challenger.effective is not None and holder.effective is None
    return challenger.effective > holder.effective


def _deciding_attribute(one: Conditions, other: Conditions, rank: Sequence[str]) -> str | None:
    """The most important attribute that exactly one of the two names."""
    if not one.when and not other.when:
        return None
    return next((name for name in rank if (name in one.when) != (name in other.when)), None)


def _explain(entry: Entry, best: Entry | None, attributes: Mapping[str, str], at: datetime, rank: Sequence[str]) -> Considered:
    """What became of an entry: chosen, or the first reason against it."""
    conditions = entry.conditions
    facts: RuleFacts = {"effective": conditions.effective}
    for name, values in conditions.when.items():
        if attributes.get(name) not in values:
            facts |= {"attribute": name, "wanted": values, "value": attributes.get(name)}
            return Considered(rule_name(entry), False, "condition-not-met", facts, entry.origin)
    if conditions.effective is not None and at < conditions.effective:
        return Considered(rule_name(entry), False, "not-yet-effective", facts, entry.origin)
    if conditions.until is not None and at >= conditions.until:
        return Considered(rule_name(entry), False, "expired", facts | {"until": conditions.until}, entry.origin)
    if best is None or entry is best:
        return Considered(rule_name(entry), True, "in-force", facts, entry.origin)
    facts |= {"by": rule_name(best), "by_origin": best.origin.label, "by_effective": best.conditions.effective}
    attribute = _deciding_attribute(conditions, best.conditions, rank)
    if attribute is not None:
        return Considered(rule_name(entry), False, "outranked", facts | {"attribute": attribute}, entry.origin)
    return Considered(rule_name(entry), False, "superseded", facts, entry.origin)


def rule_name(entry: PriceEntry | PolicyUse | RoundingStep | Tax) -> str:
    """How traces and messages name an entry: a price by what it prices, anything else by its id."""
    match entry:
        case PriceEntry():
            what = f"{entry.item}/{entry.spec}" if entry.spec else entry.item
            return f"{what} per {entry.per}" if entry.per else what
        case PolicyUse():
            return entry.use
        case RoundingStep():
            return entry.at
        case Tax():
            return entry.id or entry.tax


# --- prices ---------------------------------------------------------------------------------------------------------------------


def prices_in_force(book: PriceBook, mode: str, item: str, spec: str | None, currency: str, at: datetime, attributes: Mapping[str, str]) -> PricesInForce:
    """The price entries of (mode, item, spec, currency) in force at `at`, one for each `per`.

    Each `per` is decided by itself, so what later entries do not mention stays in force; a withdrawal competes under every
    `per`, so it ends all until a later entry. Source: rule language, 3.1 and 3.10, Prices.
    """
    index, key = price_index(book), (mode, item, spec, currency)
    entries = index.entries.get(key, ())
    if any(entry.conditions.when for entry in entries):
        return choose_prices(entries, at, attributes, index.rank)
    return _on_date(Same(book), key, at)


@lru_cache(maxsize=4096)
def _on_date(same: Same, key: PriceKey, at: datetime) -> PricesInForce:
    """Prices that depend on nothing but the date: the same for every order of that instant."""
    index = price_index(same.book)
    return choose_prices(index.entries.get(key, ()), at, {}, index.rank)


def choose_prices(entries: tuple[PriceEntry, ...], at: datetime, attributes: Mapping[str, str], rank: Sequence[str]) -> PricesInForce:
    """Of the entries of one (mode, item, spec, currency), those in force at `at`, one for each `per`."""
    if len(entries) == 1:
        chosen = choose(entries, attributes, at, rank)
        entry = chosen.entry
        if entry is not None and not entry.withdrawn:
            return PricesInForce(entries, chosen.considered)
        return PricesInForce((), chosen.considered, entry)
    withdrawals = tuple(entry for entry in entries if entry.withdrawn)
    in_force: list[PriceEntry] = []
    considered: dict[int, Considered] = {}
    ended = None
    for per in dict.fromkeys(entry.per for entry in entries if not entry.withdrawn) or (None,):
        rivals = tuple(entry for entry in entries if entry.withdrawn or entry.per == per)
        chosen = choose(rivals, attributes, at, rank)
        for rival, outcome in zip(rivals, chosen.considered, strict=True):
            # A withdrawal competes under every `per`: what it won anywhere is what it is.
            if id(rival) not in considered or outcome.chosen:
                considered[id(rival)] = outcome
        if chosen.entry is not None and not chosen.entry.withdrawn:
            in_force.append(chosen.entry)
        elif chosen.entry is not None:
            ended = chosen.entry
    explained = tuple(considered[id(entry)] for entry in (*entries,) if id(entry) in considered)
    return PricesInForce(tuple(in_force), explained, ended if withdrawals and not in_force else None)


def rounding_in_force(book: PriceBook, stage: str, at: datetime, attributes: Mapping[str, str]) -> RoundingStep | None:
    """The rounding step `at: stage` that applies (quantity | charge | line | invoice | tax | payable); None where the chain has none.

    Steps with the same `at` compete as prices do. Source: rule language, 3.1.
    """
    index = price_index(book)
    steps = index.rounding.get(stage, ())
    if len(steps) <= 1:
        return steps[0] if steps and applies(steps[0].conditions, attributes, at) else None
    return choose(steps, attributes, at, index.rank).entry
