"""Charges of usage summed up: applications become tallies, and tallies what a rated line needs.

Contract: the one path of invoices from usage and from charges. What discounts and taxes cut by time is cut here beforehand, so that each
tally lies on one side of every cut, or is the window that holds one; then it is split as its windows would be.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from engine.model.book import PriceBook
from engine.model.charges import Tally
from engine.model.prices import Charge, Percentage, PriceEntry
from engine.pricing.applications import Application
from engine.pricing.bands import band_at, bands_of
from engine.pricing.cuts import Cuts
from engine.pricing.indexes import price_index
from engine.pricing.rated import RatedCharge, RatedSpan
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply, subtract, total, trimmed


def tallied(book: PriceBook, applications: Iterable[Application], cuts: Cuts) -> tuple[Tally, ...]:
    """The sums of the applications, in order."""
    places = price_index(book).places
    found: dict[tuple[object, ...], Tally] = {}
    for one in applications:
        entry, charge = places[id(one.entry)], next(place for place, each in enumerate(one.entry.charges) if each is one.charge)
        band, packages = _band_of(one)
        free = one.rated.freed if _tells_free(one.charge) else ZERO
        for start, end, count in _pieces(one, cuts):
            share = ONE if count == one.count else divide(exact(count), exact(one.count))
            tally = Tally(
                entry, charge, band, start, end, one.ratio, count, multiply(subtract(one.quantity, free), exact(count)), packages * count,
                multiply(one.exact_amount, share), multiply(one.amount, share), one.part_counts_whole,
            )  # fmt: skip
            # What is free has a band of its own, and no window: those are counted where they are charged.
            freed = replace(tally, band=0, count=0, quantity=multiply(free, exact(count)), packages=0, exact_amount=ZERO, amount=ZERO)
            for each in (freed, tally) if free else (tally,):
                key = (entry, charge, each.band, place_of(cuts, start, end), one.ratio, one.part_counts_whole)
                found[key] = joined_tally(found[key], each) if key in found else each
    return tuple(sorted(map(trimmed_tally, found.values()), key=lambda tally: tally.order))


def _tells_free(charge: Charge) -> bool:
    """Whether what an allowance frees is told by itself: one that is shared leaves of a window what it left of those before."""
    return charge.terms is not None and not uses_up(charge)


def place_of(cuts: Cuts, start: datetime, end: datetime) -> tuple[object, object]:
    """Between which cuts windows lie: what is summed up together has one place."""
    return (start, end) if cuts is None else (bisect_right(cuts, start), bisect_left(cuts, end))


def trimmed_tally(tally: Tally) -> Tally:
    """The tally as any engine makes it: how its numbers were computed does not show in them."""
    return Tally(
        tally.entry, tally.charge, tally.band, tally.start, tally.end, trimmed(tally.ratio), tally.count, trimmed(tally.quantity), tally.packages,
        trimmed(tally.exact_amount), trimmed(tally.amount), tally.part_counts_whole,
    )  # fmt: skip


def _band_of(one: Application) -> tuple[int, int]:
    """The band that the quantity lies in, and how many packages it has."""
    if uses_up(one.charge):
        return 0, 0
    charged = subtract(one.quantity, one.rated.freed) if one.charge.terms is not None else one.quantity
    band = band_at(one.charge, charged, one.rated.tier)
    return band, bands_of(one.charge)[band].packages(charged)


def uses_up(charge: Charge) -> bool:
    """Whether a share of money uses an allowance up bit by bit, so that what a record costs depends on those before it."""
    return charge.allowance is not None and isinstance(charge.model, Percentage) and (charge.applies_to == "each-record" or charge.terms is not None)


def _pieces(one: Application, cuts: Cuts) -> Iterator[tuple[datetime, datetime, int]]:
    """The windows of an application, those that no cut keeps apart together; what is due once has no length."""
    if one.entry.per == "once":
        yield one.start, one.start, one.count
        return
    inside = cuts[bisect_right(cuts, one.start) : bisect_left(cuts, one.end)] if cuts and one.count > 1 else ()
    length = (one.end - one.start) // one.count
    marks = {0, one.count}
    for cut in inside:
        marks |= {(cut - one.start) // length, -((one.start - cut) // length)}
    ordered = sorted(marks)
    for first, last in itertools.pairwise(ordered):
        yield one.start + first * length, one.end if last == one.count else one.start + last * length, last - first


def joined_tally(one: Tally, other: Tally) -> Tally:
    """The sums of both, which differ in time alone."""
    return Tally(
        one.entry, one.charge, one.band, min(one.start, other.start), max(one.end, other.end), one.ratio, one.count + other.count,
        add(one.quantity, other.quantity), one.packages + other.packages, add(one.exact_amount, other.exact_amount), add(one.amount, other.amount),
        one.part_counts_whole,
    )  # fmt: skip


def price_of(book: PriceBook, tally: Tally) -> tuple[PriceEntry, Charge]:
    """The price, and which of its charges it is."""
    entry = book.prices[tally.entry]
    return entry, entry.charges[tally.charge]


# --- what a rated line needs ------------------------------------------------------------------------------------------------------


def charges_of(book: PriceBook, tallies: Sequence[Tally]) -> tuple[RatedCharge, ...]:
    """One rated charge for each charge of the prices, over all its windows."""
    by_charge: dict[tuple[int, int], list[Tally]] = {}
    for tally in tallies:
        by_charge.setdefault((tally.entry, tally.charge), []).append(tally)
    charges = []
    for same in by_charge.values():
        entry, charge = price_of(book, same[0])
        whole, rounded = total(one.exact_amount for one in same), total(one.amount for one in same)
        charges.append(RatedCharge(entry, charge, entry.per, whole, ONE, whole, rounded))
    return tuple(charges)


def span_of(book: PriceBook, tally: Tally) -> RatedSpan:
    """Where a tally lies in time, and what a fixed unit price would be multiplied by there."""
    return RatedSpan(tally.start, tally.end, tally.amount, _units(book, tally))


def unit_periods_of(book: PriceBook, tallies: Sequence[Tally]) -> Number:
    """Sum over the windows of quantity x window length / `per`; of several charges of a price, the first one's windows count."""
    return total(_units(book, tally) or ZERO for tally in tallies)


def _units(book: PriceBook, tally: Tally) -> Number | None:
    counts = tally.charge == 0 and book.prices[tally.entry].per != "once"
    return multiply(tally.quantity, tally.ratio) if counts else None
