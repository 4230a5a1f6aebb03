"""For whom prices are: each group of customers that has a price of its own, so that no price is silently missing from a sheet."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice, product

from engine.model.prices import PriceEntry
from engine.pricing.indexes import price_index
from engine.pricing.probing import Scope
from engine.pricing.resolution import prices_in_force
from engine.sheet.view import When

_TRIES = 500


@dataclass(frozen=True, slots=True)
class Customers:
    """A group of customers: what the rule's `when` asks beyond the sheet's reader, `attributes` of an order that it decides, and `shown`:
    those of its values that it does decide (a later or more important rule may have taken some of them).
    """

    when: When
    attributes: Mapping[str, str]
    shown: When


def customer_groups(scope: Scope, mode: str, item: str, specs: Iterable[str | None]) -> tuple[Customers, ...]:
    """Every `when` that decides some price of the item at the date; everybody first.

    A `when` that can never win (another entry outranks it for all its values) has no group.
    """
    index = price_index(scope.book)
    found: dict[tuple[tuple[str, tuple[str, ...]], ...], Customers] = {}
    for spec in specs:
        for entry in index.entries.get((mode, item, spec, scope.currency), ()):
            if entry.withdrawn:
                continue
            decided = _decided(scope, entry)
            when = scope.open_part(entry.conditions.when)
            key = tuple(sorted(when.items()))
            if decided and key in found:
                found[key] = replace(found[key], shown=_values(when, [found[key].shown, *_as_when(when, decided)]))
            elif decided:
                found[key] = Customers(when, decided[0], _values(when, _as_when(when, decided)))
    return tuple(sorted(found.values(), key=lambda group: bool(group.when)))


def _decided(scope: Scope, entry: PriceEntry) -> list[dict[str, str]]:
    """Attributes under which the entry is in force at the date, those of the sheet's reader among them."""
    when = scope.open_part(entry.conditions.when)
    decided = []
    for values in islice(product(*when.values()), _TRIES):
        attributes = {**scope.attributes, **dict(zip(when, values, strict=True))}
        in_force = prices_in_force(scope.book, entry.billing_mode, entry.item, entry.spec, scope.currency, scope.at, attributes)
        if any(chosen is entry for chosen in in_force.entries):
            decided.append(attributes)
    return decided


def _as_when(when: When, decided: list[dict[str, str]]) -> list[When]:
    return [{name: (attributes[name],) for name in when} for attributes in decided]


def _values(when: When, wins: list[When]) -> When:
    """The rule's values that occur in some win, in the rule's order."""
    return {name: tuple(value for value in values if any(value in win[name] for win in wins)) for name, values in when.items()}
