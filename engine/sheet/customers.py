"""For whom prices are: each group of customers that has a price of its own, so that no price is silently missing from a sheet."""

from collections.abc import Iterable, Mapping
from itertools import islice, product

from engine.model.prices import PriceEntry
from engine.pricing.resolution import price_index, prices_in_force
from engine.sheet.probing import Scope
from engine.sheet.view import When

_TRIES = 500


def customer_groups(
    scope: Scope, mode: str, item: str, specs: Iterable[str | None]
) -> tuple[tuple[When, Mapping[str, str]], ...]:
    """Every `when` that decides some price of the item at the date, with attributes of an order that it decides; everybody first.

    A `when` that can never win (another entry outranks it for all its values) has no group.
    """
    index = price_index(scope.book)
    found: dict[tuple, tuple[When, Mapping[str, str]]] = {}
    for spec in specs:
        for entry in index.entries.get((mode, item, spec, scope.currency), ()):
            key = tuple(sorted(entry.conditions.when.items()))
            if key in found or entry.withdrawn:
                continue
            attributes = _deciding_attributes(scope, entry)
            if attributes is not None:
                found[key] = (entry.conditions.when, attributes)
    return tuple(sorted(found.values(), key=lambda group: bool(group[0])))


def _deciding_attributes(scope: Scope, entry: PriceEntry) -> Mapping[str, str] | None:
    """Attributes under which the entry is in force at the date; None where there are none."""
    names = list(entry.conditions.when)
    for values in islice(product(*(entry.conditions.when[name] for name in names)), _TRIES):
        attributes = dict(zip(names, values, strict=True))
        in_force = prices_in_force(scope.book, entry.billing_mode, entry.item, entry.spec, scope.currency, scope.at, attributes)
        if any(chosen is entry for chosen in in_force.entries):
            return attributes
    return None
