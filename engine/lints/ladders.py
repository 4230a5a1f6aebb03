"""The ladder of specs and its prices: each rung costs more than the one below, and one number seldom prices them all.

Source: authoring, family M.
"""

from collections.abc import Iterator
from decimal import Decimal

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import money as codes
from engine.diagnostics import tiers
from engine.language.build.places import Places
from engine.language.wording import thousands_meant
from engine.lints.amounts import power_of_ten
from engine.lints.history import representative, sequences
from engine.lints.wording import amount, counted, dotted, labels
from engine.model.book import PriceBook
from engine.model.prices import PriceEntry
from engine.values.exact import magnitude, multiply, subtract
from engine.values.spans import Origin

MANY_RUNGS = 3
"""Rungs from which on one that goes the other way is a slip, and no order of its own."""


def falling(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A spec that costs less than the one below it, on each day on which one of the two gets a new price."""
    slipped = {finding.span for finding in power_of_ten(book, places)}  # ten times less has a finding of its own
    for ladder, instant in _ladders(book):
        for position in range(1, len(ladder)):
            below, above = ladder[position - 1], ladder[position]
            old, new = representative(below), representative(above)
            is_new = instant in (below.conditions.effective, above.conditions.effective)
            if not is_new or new >= old or not new:
                continue
            later, other = (above, below) if above.conditions.effective == instant else (below, above)
            if places.span(later.origin) in slipped:
                continue
            yield report(
                codes.LADDER_FALLS,
                f"`{above.spec}` costs {_said(above)}, less than `{below.spec}` below it, which costs {_said(below)}",
                places.span(later.origin),
                path=dotted(later.origin),
                labels=labels(places, other.origin, text=_said(other)),
                notes=(f"the ladder of `{above.item}`: " + ", ".join(f"`{each.spec}` {_said(each)}" for each in ladder),),
                help=_remedy(ladder, position),
            )


def _remedy(ladder: list[PriceEntry], position: int) -> str:
    """Ten times the price where that fits between the neighbours, else both things that can be wrong."""
    tenfold = multiply(representative(ladder[position]), Decimal(10))
    fits = position + 1 == len(ladder) or tenfold <= representative(ladder[position + 1])
    if representative(ladder[position - 1]) <= tenfold and fits:
        return f"did you mean `{amount(tenfold, ladder[position].currency)}`? If not, check the order of the specs: lowest first"
    return "check both prices, and the order of the specs: the ladder begins with the lowest"


def _ladders(book: PriceBook) -> Iterator[tuple[list[PriceEntry], object]]:
    """For each day of new prices of an item with specs: its prices in force from then, lowest rung first, and the day."""
    rungs = {item.id: [spec.id for spec in item.specs] for item in book.items.values() if len(item.specs) > 1}
    groups: dict[tuple, dict[str, list[PriceEntry]]] = {}
    for entries in sequences(book):
        first = entries[0]
        if first.spec in rungs.get(first.item, ()):
            attributes = tuple(sorted(first.conditions.when.items()))
            key = (first.billing_mode, first.item, first.currency, first.per, attributes)
            groups.setdefault(key, {})[first.spec] = entries
    for (_, item, *_), by_spec in groups.items():
        days = sorted({entry.conditions.effective for entries in by_spec.values() for entry in entries})
        for day in days:
            yield [entry for spec in rungs[item] if (entry := _in_force(by_spec.get(spec, ()), day)) is not None], day


def _in_force(entries, day) -> PriceEntry | None:
    begun = [each for each in entries if each.conditions.effective <= day]
    return begun[-1] if begun and (begun[-1].conditions.until is None or begun[-1].conditions.until > day) else None


def one_for_all(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A single number that takes the place of different prices of an item's specs."""
    replaced: dict[Origin, list[tuple[PriceEntry, PriceEntry]]] = {}
    for entries in sequences(book):
        for earlier, later in zip(entries, entries[1:], strict=False):
            if later.spec is not None:
                replaced.setdefault(later.origin, []).append((earlier, later))
    for origin, pairs in replaced.items():
        if len(pairs) > 1 and len({representative(earlier) for earlier, _ in pairs}) > 1:
            item, new = pairs[0][1].item, _said(pairs[0][1])
            nearest = min(pairs, key=lambda pair: magnitude(subtract(representative(pair[0]), representative(pair[1]))))[1].spec
            changes = ", ".join(f"`{later.spec}` {_said(earlier)}" for earlier, later in pairs)
            yield report(
                codes.ONE_PRICE_FOR_ALL,
                f"this one number makes each of the {len(pairs)} specs of `{item}` cost {new}",
                places.span(origin),
                path=dotted(origin),
                labels=labels(places, pairs[0][0].origin, text="the prices before"),
                notes=(f"until then: {changes}",),
                help=f"to change one spec, write `{item}: {{{nearest}: {new}}}` with its name; the others stay as they are",
            )


def _said(entry: PriceEntry) -> str:
    return amount(representative(entry), entry.currency)


def provides_less(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """The one spec of a ladder that provides less of a resource than the spec below it, where all others provide more."""
    if any(thousands_meant(places.written(unit.origin) or "") for unit in book.units.values()):
        return  # the numbers compared here are wrong by a unit, which is said where it stands
    for item in book.items.values():
        for resource in dict.fromkeys(each.resource for spec in item.specs for each in spec.provides):
            rungs = [(spec, next((each.quantity for each in spec.provides if each.resource == resource), None)) for spec in item.specs]
            falls = [position for position in range(1, len(rungs)) if _falls(rungs[position - 1][1], rungs[position][1])]
            if len(rungs) < MANY_RUNGS or len(falls) != 1 or any(quantity is None for _, quantity in rungs):
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


def _falls(below: Decimal | None, above: Decimal | None) -> bool:
    return below is not None and above is not None and above < below


CHECKS = (falling, one_for_all, provides_less)
