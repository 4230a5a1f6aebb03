"""What running subscriptions that are paid in advance take off metered quantities: `covered_by` (rule language, 3.4).

Contract: windows and provisions in, what is covered of each window out; nothing of prices. A level is there anew in every window: what
is provided at its start, less what windows that are still open then have taken of it. A quota is each subscription's own, whole in each
calendar month in which it is provided, used in order of time: a sum or count record by record, a level by its window. What is covered
by a level is not taken from a quota. At the same time the claims stand in the order of their `rank` (subscriptions as written, then
items of the mode, then values of attributes), and quotas are used up in the order of the subscriptions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model.book import Item, PriceBook
from engine.pricing.measures import TOTALS
from engine.pricing.windows import HOUR, MeteredWindow
from engine.values.exact import ONE, ZERO, Number, add, multiply, subtract, total
from engine.values.periods import add_months, local_date, start_of_day


@dataclass(frozen=True, slots=True)
class Provided:
    """So much of a resource, in its unit, from `start` on and before `end`; `every` "month": a quota, else a level."""

    start: datetime
    end: datetime | None
    resource: str
    quantity: Number
    every: str | None

    def holds(self, at: datetime) -> bool:
        """Whether it is provided at the instant."""
        return self.start <= at and (self.end is None or at < self.end)


Rank = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A window that a resource may cover: of which item, and from when on its use ran in it (the window's start, or a later purchase).

    `rank` puts claims of one instant in order; it is different for each series.
    """

    rank: Rank
    item: Item
    resource: str
    window: MeteredWindow
    begun: datetime

    @property
    def at(self) -> datetime:
        """The instant whose level counts."""
        return max(self.window.start, min(self.begun, self.window.end))


@dataclass(frozen=True, slots=True)
class Covered:
    """What is taken off a window, in the item's unit; of a sum or count also off each of its records, in order of time."""

    quantity: Number = ZERO
    records: tuple[Number, ...] = ()


NOTHING = Covered()

Key = tuple[Rank, datetime]


def cover(book: PriceBook, provided_by: Sequence[Sequence[Provided]], claims: Iterable[Claim]) -> dict[Key, Covered]:
    """What is covered of each claim, by its rank and the start of its window; what nothing is covered of is left out.

    `provided_by` is what each subscription provides, in the order in which they are written.

    100 GB a month of traffic, used 60 GB on the 3rd and 70 GB on the 9th: 60 and 40 are covered. Units are converted.
    """
    by_resource: dict[str, list[Claim]] = {}
    for claim in claims:
        by_resource.setdefault(claim.resource, []).append(claim)
    found: dict[Key, Covered] = {}
    for resource, several in by_resource.items():
        several.sort(key=lambda each: (each.at, each.rank))
        provided = [[each for each in of_one if each.resource == resource] for of_one in provided_by]
        levels = [each for of_run in provided for each in of_run if each.every is None]
        quotas = [[each for each in of_run if each.every is not None] for of_run in provided]
        unit = book.resources[resource].unit
        parts = [_parts(book, claim, unit) for claim in several]
        _take_levels(several, parts, levels)
        _take_quotas(book, several, parts, quotas)
        for claim, own in zip(several, parts, strict=True):
            if any(part.taken for part in own):
                found[claim.rank, claim.window.start] = _covered(book, claim, own, unit)
    return found


@dataclass(slots=True)
class _Part:
    """So much was used at the instant `at`, and `taken` of it is covered, in the resource's unit."""

    at: datetime
    amount: Number
    taken: Number = ZERO

    @property
    def left(self) -> Number:
        return subtract(self.amount, self.taken)

    def take(self, available: Number) -> Number:
        """Covers as much of what is left as is available, and tells how much that is."""
        part = max(ZERO, min(self.left, available))
        self.taken = add(self.taken, part)
        return part


def _parts(book: PriceBook, claim: Claim, unit: str) -> list[_Part]:
    """What of a window is used when, in the `unit` of what covers it: a sum or count by its records, a level at once."""
    window, item, measure = claim.window, claim.item, claim.item.metered_by.measure
    if measure not in TOTALS:
        return [_Part(claim.at, book.unit_table.convert(window.quantity, item.unit, unit))]
    amounts = window.records if measure == "sum" else [ONE for _ in window.times]
    return [_Part(at, book.unit_table.convert(amount, item.unit, unit)) for at, amount in zip(window.times, amounts, strict=True)]


def _covered(book: PriceBook, claim: Claim, parts: list[_Part], unit: str) -> Covered:
    """What was taken, in the item's unit; of a count's record its quantity, where the record is covered."""
    window, item, measure = claim.window, claim.item, claim.item.metered_by.measure
    taken = tuple(book.unit_table.convert(each.taken, unit, item.unit) for each in parts)
    if measure not in TOTALS:
        return Covered(taken[0])
    records = taken
    if measure == "count":
        records = tuple(multiply(quantity, each) for quantity, each in zip(window.records, taken, strict=True))
    return Covered(total(taken), records)


def _take_levels(claims: list[Claim], parts: list[list[_Part]], levels: Sequence[Provided]) -> None:
    """The level at each window's start, less what windows that are still open then took of it."""
    if not levels:
        return
    still_open: list[tuple[datetime, Number]] = []
    for claim, own in zip(claims, parts, strict=True):
        # Claims come in order of their instants, so every window that took something before began before this one.
        still_open = [each for each in still_open if each[0] > claim.at]
        provided = total(each.quantity for each in levels if each.holds(claim.at))
        available = subtract(provided, total(amount for _, amount in still_open))
        whole: Number = ZERO
        for part in own:
            whole = add(whole, part.take(subtract(available, whole)))
        if whole:
            still_open.append((claim.window.end, whole))


def _take_quotas(book: PriceBook, claims: list[Claim], parts: list[list[_Part]], quotas: Sequence[Sequence[Provided]]) -> None:
    """Each subscription's quota of the calendar month, in whatever billing modes it runs, used up in order of time."""
    if not any(quotas):
        return
    used: dict[tuple[int, int, int], Number] = {}
    draws = [
        (part.at, claim.rank, position, claim, part)
        for claim, own in zip(claims, parts, strict=True) for position, part in enumerate(own)
    ]  # fmt: skip
    for at, _, _, claim, part in sorted(draws, key=lambda each: each[:3]):
        month = _month(book, claim, at)
        for number, quota in enumerate(quotas):
            key = (number, *month)
            provided = total(each.quantity for each in quota if each.holds(at))
            taken = part.take(subtract(provided, used.get(key, ZERO)))
            if taken:
                used[key] = add(used.get(key, ZERO), taken)


def _month(book: PriceBook, claim: Claim, at: datetime) -> tuple[int, int]:
    """The calendar month whose quota counts: that of the window's start, for what is metered over longer periods its own.

    A window belongs whole to the period that holds its start. Source: rule language, 3.10, Windows.
    """
    first = local_date(claim.window.start, book.zone)
    beyond = claim.window.end - start_of_day(add_months(first.replace(day=1), 1), book.zone)
    day = local_date(at, book.zone) if beyond > HOUR else first
    return day.year, day.month
