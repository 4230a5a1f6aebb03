"""What an account used, metered by whom it is billed to: one subscription's usage of an item, or with `over: account` that of all.

Contract: records in, windows by subscription, item and billing period out; nothing of prices but which attributes keep records apart. Usage
that is pooled stands with the first subscription, as written, that has the item and any record of it. Raises Refused where pooled
subscriptions cannot be charged as one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.billing.runs import Run, Running, merged_running
from engine.diagnostics import report
from engine.diagnostics.accounts import POOL_DIFFERS
from engine.model.book import Item, ModeItem, PriceBook, Spec
from engine.pricing.apart import deciding_attributes, kept_apart
from engine.pricing.billing_periods import frames, item_by_period, period_of, start_of_month
from engine.pricing.cover import Rank
from engine.pricing.indexes import price_index
from engine.pricing.messages import place
from engine.pricing.refused import Refused
from engine.pricing.windows import HOUR, MeteredWindow, Stretch, first_window
from engine.usage import UsageRecord, meter_usage


@dataclass(frozen=True, slots=True)
class MeteredPeriod:
    """Windows of one item in one billing period `frame` of kind `kind`, on a line of the run with the number `owner`.

    `running` is when any of those ran whose usage it is, `begun` when its first record was, `first_use` when it was first used in the period:
    its first record, or where a level goes on its first window. `rank` puts series in order: run, item of the mode, first use, rung of the
    spec, values of attributes.
    """

    owner: int
    sold: ModeItem
    item: Item
    kind: str
    frame: Stretch
    running: Running
    spec: Spec | None
    attributes: tuple[tuple[str, str], ...]
    windows: tuple[MeteredWindow, ...]
    begun: datetime
    first_use: datetime
    rank: Rank


@dataclass(frozen=True, slots=True)
class _Seller:
    """A run that sells an item by usage, and its records of the item."""

    number: int
    run: Run
    position: int
    sold: ModeItem
    item: Item
    kind: str
    records: tuple[UsageRecord, ...]

    def used(self, frame: Stretch) -> bool:
        """Whether it ran in the period and has any record before its end: a level that began earlier may hold on."""
        return self.run.running.reaches(*frame) and any(record.at < frame[1] for record in self.records)


def meter_account(book: PriceBook, runs: Sequence[Run], records: Iterable[UsageRecord], start: datetime, end: datetime) -> Iterator[MeteredPeriod]:
    """Everything that was used in the billing periods that lie in any part of [start, end).

    For items that something covers the periods begin with the calendar month, or where they are longer with the first use: what was
    covered before is taken first. Where an allowance is carried over, they begin with the subscription.
    """
    sellers = [each for each in _sellers(book, runs, records) if each.records]
    cover_from = start_of_month(start, book.zone)
    if cover_from.minute:
        # The hour of UTC that a month begins in belongs to the month before, and may still hold a level in this one.
        cover_from = start_of_month(cover_from - HOUR, book.zone)
    if any(each.item.covered_by and each.kind in ("year", "term") for each in sellers):
        cover_from = min(cover_from, *(each.run.running.begun for each in sellers))
    begun = min((each.run.running.begun for each in sellers), default=start)
    pools: dict[str, list[_Seller]] = {}

    def first(item: Item) -> datetime:
        carried = any(terms.carry_over is not None for terms in price_index(book).allowances.get(item.id, ()))
        return min(start, begun) if carried else cover_from if item.covered_by else start

    if any(each.item.covered_by and first(each.item) < cover_from for each in sellers):
        cover_from = begun
    for each in sellers:
        if each.item.metered_by.over == "account":
            pools.setdefault(each.item.id, []).append(each)
            continue
        for frame in _frames(book, each, first(each.item), end):
            yield from _metered(book, [each], frame)
    for pool in pools.values():
        yield from _pooled(book, pool, first(pool[0].item), end)


def _frames(book: PriceBook, seller: _Seller, start: datetime, end: datetime) -> Iterator[Stretch]:
    """The billing periods in any part of [start, end), from the one on in which use began."""
    terms = [(term.start, term.end) for term in seller.run.terms]
    return (frame for frame in frames(seller.kind, start, end, book.zone, terms) if frame[1] > seller.run.running.begun)


def _sellers(book: PriceBook, runs: Sequence[Run], records: Iterable[UsageRecord]) -> Iterator[_Seller]:
    by_item: dict[tuple[str, str], list[UsageRecord]] = {}
    for record in records:
        by_item.setdefault((record.subscription, record.item), []).append(record)
    for number, run in enumerate(runs):
        mode = book.billing_modes[run.mode]
        for position, sold in enumerate(mode.items):
            item = item_by_period(book, mode, sold)
            if item is not None:
                own = tuple(each for each in by_item.get((run.subscription, item.id), ()) if run.running.holds(each.at))
                yield _Seller(number, run, position, sold, item, period_of(mode, sold), own)


def _metered(book: PriceBook, members: Sequence[_Seller], frame: Stretch) -> Iterator[MeteredPeriod]:
    """The series of one billing period: of one seller, or of all that are pooled; it stands with the first."""
    first = members[0]
    running = first.run.running if len(members) == 1 else merged_running([each.run for each in members])
    stops: Mapping[str, list[datetime]] = {each.run.subscription: [] for each in members}
    for each in members:
        stops[each.run.subscription].extend(each.run.running.stops)
    records = [record for each in members for record in each.records]
    begin = first_window(first.item.metered_by.window, running.begun, frame, book.zone)
    specs: dict[str | None, Spec] = {spec.id: spec for spec in first.item.specs}
    rungs = [None, *specs]
    for series in meter_usage(book, first.item, records, begin, frame[1], stops):
        first_use = next(iter(series.windows[0].times), series.windows[0].start)
        rank = (first.number, first.position, first_use, rungs.index(series.spec), series.attributes)
        yield MeteredPeriod(
            first.number, first.sold, first.item, first.kind, frame, running, specs.get(series.spec), series.attributes, series.windows,
            series.begun, first_use, rank,
        )  # fmt: skip


# --- usage of all subscriptions together ------------------------------------------------------------------------------------------


def _pooled(book: PriceBook, pool: Sequence[_Seller], start: datetime, end: datetime) -> Iterator[MeteredPeriod]:
    """Levels and records of all subscriptions in one billing mode added together before windows. Source: rule language, 3.4."""
    for mode in dict.fromkeys(each.run.mode for each in pool):
        same = [each for each in pool if each.run.mode == mode]
        for frame in _frames(book, same[0], start, end):
            members = [each for each in same if each.used(frame)]
            if members:
                _check_pool(book, members, [each for each in pool if each.used(frame)], frame)
                yield from _metered(book, members, frame)


def _check_pool(book: PriceBook, members: Sequence[_Seller], used: Sequence[_Seller], frame: Stretch) -> None:
    """Raises Refused where subscriptions that run at the same time would be charged differently for what is added together."""
    first = members[0]
    other = next((each for each in used if each.run.mode != first.run.mode and _together(each, members, frame)), None)
    if other is not None:
        names = f"`{first.run.subscription}` is billed by `{first.run.mode}`, `{other.run.subscription}` by `{other.run.mode}`"
        raise _refuse(first, other, names, "bill both subscriptions in one billing mode, or meter the item `over: subscription`")
    for name in _priced_by(book, first):
        values = {each.run.attributes.get(name) for each in members}
        if len(values) > 1:
            other = next(each for each in members if each.run.attributes.get(name) != first.run.attributes.get(name))
            told = [each.run.attributes.get(name) or "nothing" for each in (first, other)]
            names = f"what it costs depends on `{name}`: `{told[0]}` for `{first.run.subscription}`, `{told[1]}` for `{other.run.subscription}`"
            raise _refuse(first, other, names, f"give both the same `{name}`, or meter the item `over: subscription`")


def _together(other: _Seller, members: Sequence[_Seller], frame: Stretch) -> bool:
    """Whether it ran at the same time as any of the members in the period."""
    for start, end in other.run.running.spans:
        begin, stop = max(start, frame[0]), frame[1] if end is None else min(end, frame[1])
        if begin < stop and any(each.run.running.reaches(begin, stop) for each in members):
            return True
    return False


def _priced_by(book: PriceBook, seller: _Seller) -> list[str]:
    """The attributes of customers and orders that decide what the item costs."""
    apart = kept_apart(book, seller.item.id)
    return [name for name in deciding_attributes(book, seller.item.id) if name not in apart]


def _refuse(first: _Seller, other: _Seller, why: str, remedy: str) -> Refused:
    item = first.item.id
    message = f"the usage of `{item}` is added up over the account, but {why}"
    return Refused(report(POOL_DIFFERS, message, place(other.run.origin), path="subscriptions", subject=item, help=remedy))
