"""The ladder of specs and its prices: each rung costs more than the one below, and one number seldom prices them all.

Source: authoring, family M.
"""

import itertools
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from engine.diagnostics import Diagnostic, report, tiers
from engine.diagnostics import money as codes
from engine.language.build.places import Places
from engine.language.wording import thousands_meant
from engine.lints.amounts import power_of_ten
from engine.lints.history import ranks, representative, said, sequences
from engine.lints.wording import amount, counted, dotted, labels
from engine.model.book import PriceBook
from engine.model.prices import PriceEntry
from engine.values.exact import Number, magnitude, multiply, subtract
from engine.values.spans import Origin

RUNGS_SHOWN = 6
"""Rungs on both sides of one that falls that are shown with it."""
MOST_SKIPPED = 100
"""Rungs without a price in force between two that are still neighbours."""
MANY_RUNGS = 3
"""Rungs from which on one that goes the other way is a slip, and no order of its own."""


def falling(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A spec that costs less than the one below it, on each day on which one of the two gets a new price."""
    slipped = {finding.span for finding in power_of_ten(book, places)}  # ten times less has a finding of its own
    for rungs in _ladders(book):
        for day, lower, upper in _steps(rungs):
            below, above = _in_force(rungs[lower], day), _in_force(rungs[upper], day)
            if below is None or above is None or not (new := representative(above)) or new >= representative(below):
                continue
            later, other = (above, below) if above.conditions.start == day else (below, above)
            if places.span(later.origin) in slipped:
                continue
            around = rungs[max(0, lower - RUNGS_SHOWN) : upper + RUNGS_SHOWN]
            ladder = [entry for entries in around if (entry := _in_force(entries, day)) is not None]
            yield report(
                codes.LADDER_FALLS,
                f"`{above.spec}` costs {said(above)}, less than `{below.spec}` below it, which costs {said(below)}",
                places.span(later.origin),
                path=dotted(later.origin),
                labels=labels(places, other.origin, text=said(other)),
                notes=(f"the ladder of `{above.item}`: " + ", ".join(f"`{each.spec}` {said(each)}" for each in ladder),),
                help=_remedy(ladder, ladder.index(above)),
            )


def _remedy(ladder: list[PriceEntry], position: int) -> str:
    """Ten times the price where that fits between the neighbours, else both things that can be wrong."""
    tenfold = multiply(representative(ladder[position]), Decimal(10))
    fits = position + 1 == len(ladder) or tenfold <= representative(ladder[position + 1])
    if representative(ladder[position - 1]) <= tenfold and fits:
        return f"did you mean `{amount(tenfold, ladder[position].currency)}`? If not, check the order of the specs: lowest first"
    return "check both prices, and the order of the specs: the ladder begins with the lowest"


def _ladders(book: PriceBook) -> Iterator[list[list[PriceEntry]]]:
    """The priced specs of each item that has several, lowest first, each with its prices in order of time."""
    rungs = ranks(book)
    groups: dict[tuple[object, ...], dict[int, list[PriceEntry]]] = {}
    for entries in sequences(book):
        first = entries[0]
        if first.spec in rungs.get(first.item, ()):
            key = (first.billing_mode, first.item, first.currency, first.per, frozenset(first.conditions.when.items()))
            groups.setdefault(key, {})[rungs[first.item][first.spec]] = entries
    for by_rank in groups.values():
        yield [by_rank[rank] for rank in sorted(by_rank)]


def _steps(rungs: list[list[PriceEntry]]) -> Iterator[tuple[datetime, int, int]]:
    """Each day of new prices with every two neighbouring rungs in force on it, one of which has a new price."""
    changed: dict[datetime, list[int]] = {}
    for position, entries in enumerate(rungs):
        for entry in entries:
            changed.setdefault(entry.conditions.start, []).append(position)
    for day in sorted(changed):
        pairs: set[tuple[int, int]] = set()
        for position in changed[day]:
            lower = next((at for at in range(position - 1, max(-1, position - MOST_SKIPPED), -1) if _in_force(rungs[at], day)), None)
            upper = next((at for at in range(position + 1, min(len(rungs), position + MOST_SKIPPED)) if _in_force(rungs[at], day)), None)
            pairs.update((below, above) for below, above in ((lower, position), (position, upper)) if below is not None and above is not None)
        yield from ((day, *pair) for pair in sorted(pairs))


def _in_force(entries: list[PriceEntry], day: datetime) -> PriceEntry | None:
    begun = bisect_right(entries, day, key=lambda entry: entry.conditions.start)
    latest = entries[begun - 1] if begun else None
    return latest if latest is not None and (latest.conditions.until is None or latest.conditions.until > day) else None


def one_for_all(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A single number that takes the place of different prices of an item's specs."""
    replaced: dict[Origin, list[tuple[PriceEntry, PriceEntry]]] = {}
    for entries in sequences(book):
        for earlier, later in itertools.pairwise(entries):
            if later.spec is not None:
                replaced.setdefault(later.origin, []).append((earlier, later))
    for origin, pairs in replaced.items():
        if len(pairs) > 1 and len({representative(earlier) for earlier, _ in pairs}) > 1:
            item, new = pairs[0][1].item, said(pairs[0][1])
            nearest = min(pairs, key=lambda pair: magnitude(subtract(representative(pair[0]), representative(pair[1]))))[1].spec
            changes = ", ".join(f"`{later.spec}` {said(earlier)}" for earlier, later in pairs[: 2 * RUNGS_SHOWN])
            changes += f" and {len(pairs) - 2 * RUNGS_SHOWN} more" if len(pairs) > 2 * RUNGS_SHOWN else ""
            yield report(
                codes.ONE_PRICE_FOR_ALL,
                f"this one number makes each of the {len(pairs)} specs of `{item}` cost {new}",
                places.span(origin),
                path=dotted(origin),
                labels=labels(places, pairs[0][0].origin, text="the prices before"),
                notes=(f"until then: {changes}",),
                help=f"to change one spec, write `{item}: {{{nearest}: {new}}}` with its name; the others stay as they are",
            )


def provides_less(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """The one spec of a ladder that provides less of a resource than the spec below it, where all others provide more."""
    if any(thousands_meant(places.written(unit.origin) or "") for unit in book.units.values()):
        return  # the numbers compared here are wrong by a unit, which is said where it stands
    for item in book.items.values():
        provided: dict[str, dict[str, Number]] = {}
        for spec in item.specs:
            for each in spec.provides:
                provided.setdefault(each.resource, {}).setdefault(spec.id, each.quantity)
        for resource, quantities in provided.items():
            if len(quantities) < max(MANY_RUNGS, len(item.specs)):
                continue
            rungs = [(spec, quantities[spec.id]) for spec in item.specs]
            falls = [position for position in range(1, len(rungs)) if rungs[position][1] < rungs[position - 1][1]]
            if len(falls) != 1:
                continue
            (below, more), (spec, less) = rungs[falls[0] - 1], rungs[falls[0]]
            unit = book.resources[resource].unit
            yield report(
                tiers.PROVIDES_LESS,
                f"`{spec.id}` provides {counted(book, less, unit)}, less than `{below.id}` below it, which provides {counted(book, more, unit)}",
                places.nearest(spec.origin, "provides", resource),
                path=dotted(spec.origin, "provides", resource),
                labels=labels(places, below.origin, "provides", resource, text=counted(book, more, unit)),
                help="check both numbers, and the order of the specs: the ladder begins with the lowest",
            )


CHECKS = (falling, one_for_all, provides_less)
