"""Tiers that are never reached, change nothing, rise, or make buying more cost less. Source: authoring, family T."""

import itertools
from collections.abc import Iterator
from decimal import Decimal

from engine.diagnostics import Diagnostic, report
from engine.diagnostics import tiers as codes
from engine.language.build.places import Places
from engine.lints.history import TEN_TIMES
from engine.lints.wording import amount, charges, counted, dotted, is_slip, labels, unit_name
from engine.model.book import Item, PriceBook
from engine.model.prices import Charge, Graduated, PriceEntry, Tier, Volume
from engine.pricing.charges import rate_charge
from engine.values.exact import ONE, ZERO, Number, add, divide, multiply, plain, subtract, whole_down
from engine.values.spans import Span

FARTHEST = Decimal(10) ** 15  # no dead zone is looked for beyond it


def _tiered(book: PriceBook, chosen: bool = False) -> Iterator[tuple[PriceEntry, Charge, Item, tuple[Tier, ...]]]:
    """Every charge with tiers; `chosen`: those too whose tier the use of other items chooses."""
    for entry, charge, item in charges(book):
        if isinstance(charge.model, Graduated | Volume) and (chosen or not charge.tier_by):
            yield entry, charge, item, charge.model.tiers


def unreachable(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A tier that lies wholly above the item's maximum or below its minimum."""
    for _, charge, item, tiers in _tiered(book):
        taken_off = charge.allowance or ZERO
        smallest, largest = item.quantity.min, item.quantity.max
        if is_slip(places, item.quantity):
            continue
        for position, tier in enumerate(tiers):
            begins = tiers[position - 1].bound if position else None
            if largest is not None and begins is not None and subtract(largest, taken_off) <= begins:
                reason = f"sold up to {counted(book, largest, item.unit)}; the tier begins above {counted(book, begins, item.unit)}"
            elif smallest is not None and item.meter is None and tier.bound is not None and tier.bound < subtract(smallest, taken_off):
                reason = f"sold from {counted(book, smallest, item.unit)}; the tier ends at {counted(book, tier.bound, item.unit)}"
            else:
                continue
            yield report(
                codes.UNREACHABLE_TIER,
                f"tier {position + 1} of `{item.id}` is never reached",
                places.span(tier.origin),
                path=dotted(tier.origin),
                notes=(reason,),
                help="remove the tier, or change the item's `quantity`",
            )


def alike(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Two neighbouring tiers with the same price."""
    for _, _, item, tiers in _tiered(book, chosen=True):
        for position in range(1, len(tiers)):
            first, second = tiers[position - 1], tiers[position]
            if (first.unit_price, first.package) == (second.unit_price, second.package) and not first.flat and not second.flat:
                yield report(
                    codes.TIERS_ALIKE,
                    f"tiers {position} and {position + 1} of `{item.id}` cost the same",
                    _price_span(places, second),
                    path=dotted(second.origin),
                    labels=labels(places, first.origin, _price_key(first), text="the same price"),
                    help="join the two tiers, or correct the price of one",
                )


def single(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A ladder with one tier."""
    for _, _, item, tiers in _tiered(book, chosen=True):
        if len(tiers) == 1:
            yield report(
                codes.SINGLE_TIER,
                f"the ladder of `{item.id}` has one tier only",
                places.span(tiers[0].origin),
                path=dotted(tiers[0].origin),
                help="add the tier that is missing, or write the price without `model` and `tiers`",
            )


def off_step(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A bound between two steps in which the item is sold."""
    for _, charge, item, tiers in _tiered(book):
        step, start = item.quantity.step, item.quantity.min or ZERO
        for position, tier in enumerate(tiers):
            if step is None or tier.bound is None or charge.allowance or tier.bound < start:
                continue
            steps = divide(subtract(tier.bound, start), step)
            if steps != whole_down(steps):
                last = add(start, multiply(step, Decimal(whole_down(steps))))
                yield report(
                    codes.BOUND_OFF_STEP,
                    f"tier {position + 1} of `{item.id}` ends at {counted(book, tier.bound, item.unit)}, which nobody can order",
                    places.nearest(tier.origin, "up_to" if tier.includes_bound else "below"),
                    path=dotted(tier.origin),
                    notes=(f"sold in steps of {counted(book, step, item.unit)}: the tier ends at {counted(book, last, item.unit)}",),
                    help=f"write {counted(book, last, item.unit)}, or change the item's `step`",
                )


def rising(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """A unit price that rises where the ladder otherwise falls."""
    for entry, _, item, tiers in _tiered(book):
        prices = [tier.unit_price for tier in tiers if tier.unit_price is not None]
        if len(prices) < len(tiers) or not any(later < earlier for earlier, later in itertools.pairwise(prices)):
            continue
        for position in range(1, len(prices)):
            if prices[position - 1] < prices[position] < multiply(prices[position - 1], TEN_TIMES):  # ten times is a finding of its own
                yield report(
                    codes.RISING_TIER,
                    f"the unit price of `{item.id}` rises from tier {position} to tier {position + 1}",
                    _price_span(places, tiers[position]),
                    path=dotted(tiers[position].origin),
                    label=amount(prices[position], entry.currency),
                    labels=labels(places, tiers[position - 1].origin, "unit_price", text=amount(prices[position - 1], entry.currency)),
                    help="correct the price, or silence this if it is meant",
                )


def allowance_above(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """An allowance that is larger than the first tier."""
    for _, charge, item, tiers in _tiered(book):
        if charge.allowance and tiers[0].bound is not None and charge.allowance > tiers[0].bound:
            free, ends = counted(book, charge.allowance, item.unit), counted(book, tiers[0].bound, item.unit)
            yield report(
                codes.ALLOWANCE_ABOVE_TIER,
                f"the allowance of `{item.id}` is larger than its first tier",
                places.nearest(charge.origin, "allowance"),
                path=dotted(charge.origin, "allowance"),
                notes=(f"the first {free} are free, and only then the first tier begins, for a further {ends}",),
                help="if the first tier was meant to be the free part, remove `allowance` and write `unit_price: 0` there",
            )


def cliff(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """In `volume`, a bound above which the whole amount drops, with the dead zone that it makes."""
    for entry, charge, item, tiers in _tiered(book):
        if isinstance(charge.model, Volume):
            for tier, following in itertools.pairwise(tiers):
                yield from _cliff_at(book, places, entry, charge, item, tier, following)


def _cliff_at(
    book: PriceBook, places: Places, entry: PriceEntry, charge: Charge, item: Item, tier: Tier, following: Tier,
) -> Iterator[Diagnostic]:  # fmt: skip
    if tier.bound is None:
        return
    step = item.quantity.step or ONE
    bound = add(tier.bound, charge.allowance or ZERO)
    last = bound if tier.includes_bound else subtract(bound, step)
    first = add(last, step)
    largest = item.quantity.max
    if last <= ZERO or (largest is not None and first > largest):
        return
    before, after = rate_charge(charge, last).amount, rate_charge(charge, first).amount
    if after >= before:
        return
    end = _end_of_dead_zone(charge, first, step, before, largest)
    lowest, highest = counted(book, last, item.unit), counted(book, first, item.unit)
    zone = f"from {plain(first)} to {plain(end)}" if end is not None else f"from {plain(first)} on"
    units = unit_name(book, Decimal(2), item.unit)
    yield report(
        codes.VOLUME_CLIFF,
        f"buying more costs less: `{item.id}` gets cheaper at {highest}",
        _price_span(places, following),
        path=dotted(following.origin, _price_key(following)),
        label=f"{highest} cost {amount(after, entry.currency)}",
        labels=labels(places, tier.origin, _price_key(tier), text=f"{lowest} cost {amount(before, entry.currency)}"),
        notes=(f"in `volume` all units take the price of the tier reached; {zone} {units} a customer pays less than for {plain(last)}",),
        help="use `graduated`, or silence with `# pricebook: ignore=T206 reason: ...`",
    )


def _end_of_dead_zone(charge: Charge, first: Number, step: Number, before: Number, largest: Number | None) -> Number | None:
    """The last quantity on sale from `first` on that costs less than `before`; None where all do."""
    low, high = 0, 1
    while rate_charge(charge, _at(first, step, high)).amount < before:
        low, high = high, high * 2
        if (largest is not None and _at(first, step, high) > largest) or high > FARTHEST:
            return largest
    while high - low > 1:
        middle = (low + high) // 2
        if rate_charge(charge, _at(first, step, middle)).amount < before:
            low = middle
        else:
            high = middle
    return _at(first, step, low)


def _at(first: Number, step: Number, steps: int) -> Number:
    return add(first, multiply(step, Decimal(steps)))


def _price_key(tier: Tier) -> str:
    return "unit_price" if tier.unit_price is not None else "package" if tier.package is not None else "flat"


def _price_span(places: Places, tier: Tier) -> Span | None:
    return places.nearest(tier.origin, _price_key(tier))


CHECKS = (unreachable, single, alike, off_step, rising, allowance_above, cliff)
