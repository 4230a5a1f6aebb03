"""What metered lines cost: (window, quantity) pairs, charged and rounded one by one (rule language, 3.1, 3.3 and 3.10, Estimates).

Contract: the one path of estimates, usage and fees; nothing here knows which. Equal windows of a run are charged once and multiplied,
which is exact.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.model.book import PriceBook, RoundingStep
from engine.model.orders import Order
from engine.model.prices import Charge, PriceEntry
from engine.pricing.applications import Application, apply_charge, merged
from engine.pricing.billing_periods import period_of
from engine.pricing.charges import AllowanceShare, Beside, Rated, joined_share, rate_charge, rate_each_event
from engine.pricing.indexes import price_index
from engine.pricing.measures import HELD
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.remaining import share_of_month
from engine.pricing.resolution import PricesInForce, choose_prices, rounding_in_force
from engine.pricing.unpriced import no_price
from engine.pricing.windows import Stretch, WindowRun, boundaries, window_ratio
from engine.values.exact import ONE, ZERO, Number, divide, exact, multiply, total
from engine.values.money import minor_places

Shares = Mapping[int, Sequence[AllowanceShare]]
"""By the identity of a charge what each record, or each part of what is used, has of its allowance."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A run of equal windows with the quantity that each is charged for, in the item's unit.

    `records` are the quantities of the window's records in order of time; None where the quantity is itself one record. `part_whole`:
    the window is only begun, and yet charged as a whole one. `shares` is what it has of allowances with terms, `beside` what else is used in its
    billing period, `numbers` those of each record.
    """

    run: WindowRun
    quantity: Number
    records: tuple[Number, ...] | None = None
    part_whole: bool = False
    shares: Shares = field(default_factory=dict)
    beside: Beside = field(default_factory=dict)
    numbers: tuple[Beside, ...] = ()

    @property
    def each_beside(self) -> list[Beside]:
        """What chooses the tier of each record: what else is used, and its own numbers."""
        own = self.numbers or (self.beside,) * len(self.records or ())
        return [{**self.beside, **each} for each in own]


@dataclass(frozen=True, slots=True)
class Metered:
    """What charging one line needs to know; `entries` are all its prices, whatever their date; `order.at` is when its use began.

    `terms` are (start, bought at) of the terms that are paid in advance beside it, in order; none for what is billed by usage alone.
    `once`: this is the first period of the use, in which what is due once is due.
    """

    book: PriceBook
    order: Order
    line: AcceptedLine
    entries: tuple[PriceEntry, ...]
    rank: tuple[str, ...]
    rule: RoundingStep | None
    terms: tuple[tuple[datetime, datetime], ...] = ()
    once: bool = True

    @property
    def fee(self) -> bool:
        """Whether it is a fee: held, not metered."""
        return self.line.item.meter is None

    @property
    def places(self) -> int:
        """The decimals of the order's currency."""
        return minor_places(self.order.currency)

    @property
    def period(self) -> str:
        """What the mode charges by: its `invoiced`, else the line's `cycle`."""
        return period_of(self.book.billing_modes[self.order.billing_mode], self.line.mode_item)


PricedPair = tuple[Pair, PricesInForce]


def metered_line(
    book: PriceBook, order: Order, line: AcceptedLine, at: datetime, terms: Sequence[tuple[datetime, datetime]] = (), once: bool = True
) -> Metered:
    """The line with its prices and the rounding `at: charge` that is in force at `at`; `terms` are paid in advance beside it."""
    index = price_index(book)
    key = (order.billing_mode, line.item.id, line.spec.id if line.spec else None, order.currency)
    rule = rounding_in_force(book, "charge", at, order.attributes)
    return Metered(book, order, line, index.entries.get(key, ()), index.rank, rule, tuple(terms), once)


def priced(metered: Metered, pairs: Sequence[Pair]) -> list[PricedPair]:
    """Each pair with the prices in force for its windows; raises Refused where there are none."""
    return [(pair, _prices_of(metered, pair.run)) for pair in pairs]


def applications_of(metered: Metered, pairs: list[PricedPair]) -> list[Application]:
    """Every charge applied to each window, record and period, in order of time."""
    return merged([*_window_applications(metered, pairs), *_period_applications(metered, pairs)])


def window_kind(line: AcceptedLine) -> str:
    """The window by which a line is metered: its meter's; a fee is held for its billing period."""
    return line.item.meter.window if line.item.meter is not None else "period"


def _prices_of(metered: Metered, run: WindowRun) -> PricesInForce:
    """The prices in force for a run of windows; raises Refused where there are none. A `per` for a total is a fault.

    What is charged on the period's total has the price in force when the period begins, or the use in it, until the period is over; it
    lies on no window, and whatever replaces it waits too. Source: rule language, second version, 8.3.
    """
    found = prices_at(metered, run.start, run.period)
    opening = max(run.period, metered.order.at)
    if opening != run.start and any(map(_of_period, metered.entries)):
        kept = tuple(filter(_of_period, prices_at(metered, opening, run.period).entries))
        others = [entry for entry in found.entries if not _of_period(entry) and all(entry.per != each.per for each in kept)]
        found = replace(found, entries=(*kept, *others))
    if not found.entries:
        raise Refused(no_price(metered.book, metered.order, metered.line, found, run.start))
    meter = metered.line.item.meter
    for entry in found.entries:
        if meter is not None and meter.measure not in HELD and entry.per not in (None, "once"):
            raise ValueError(f"{metered.line.item.id} is a total, which has no length, and its price is per {entry.per}")
    return found


def prices_at(metered: Metered, at: datetime, period: datetime) -> PricesInForce:
    """The prices in force at the instant, in a billing period that begins at `period`; none where nothing is."""
    return choose_prices(_reaching(metered, at, period), at, metered.order.attributes, metered.rank)


def _of_period(entry: PriceEntry) -> bool:
    """Whether any of its charges is on the total of a billing period."""
    return any(charge.applies_to == "period-total" for charge in entry.charges)


def _reaching(metered: Metered, at: datetime, period: datetime) -> tuple[PriceEntry, ...]:
    """The entries that a subscription begun at `order.at` can have at `at`.

    One that takes effect later reaches it `immediately`, from the first period that starts on or after it (the default), with the
    next paid term that is bought on or after it, or never; and a later withdrawal ends new sales only. Source: rule language, 3.1.
    """
    begun = metered.order.at
    bought = next((bought for start, bought in reversed(metered.terms) if start <= at), None)

    def reaches(entry: PriceEntry) -> bool:
        effective = entry.conditions.effective
        # What is still to come loses by its date, and is told as such.
        if effective is None or effective <= begun or effective > at:
            return True
        if entry.withdrawn or entry.running_subscriptions == "never":
            return False
        if entry.running_subscriptions == "next-renewal" and bought is not None:
            return effective <= bought
        return effective <= period or (entry.running_subscriptions == "immediately" and not _of_period(entry))

    return tuple(filter(reaches, metered.entries))


def _window_applications(metered: Metered, pairs: list[PricedPair]) -> Iterator[Application]:
    """Every charge that is applied to each window or record, and what is due once."""
    freed: dict[tuple[datetime, int], Number] = {}
    for position, (pair, found) in enumerate(pairs):
        run = pair.run
        for entry in found.entries:
            once = entry.per == "once"
            if once and (position > 0 or not metered.once):
                continue
            ratio = ONE if once else multiply(_ratio(metered, run, entry.per), stub_share(metered, run))
            for charge in entry.charges:
                if charge.applies_to == "period-total" and not once:
                    continue
                group = run.start if once else _group(metered, run)
                count, part = 1 if once else run.count, not once and pair.part_whole
                for rated, quantity in _rated(metered, charge, pair, freed):
                    application = Application(entry, charge, rated, quantity, ratio, count, run.start, run.end, group, part)
                    yield apply_charge(application, metered.rule, metered.order.currency)


def _rated(metered: Metered, charge: Charge, pair: Pair, freed: dict[tuple[datetime, int], Number]) -> list[tuple[Rated, Number]]:
    """The charge on a window's quantity, or on each of its records; `freed` is what the period's records used of an allowance."""
    if charge.terms is not None:
        shares = pair.shares.get(id(charge), ())  # a level that holds has no record in most windows
        if charge.applies_to == "each-record" and pair.records is not None:
            parts = zip(pair.records, shares, pair.each_beside, strict=True)
            return [(rate_charge(charge, each, metered.places, share, beside), each) for each, share, beside in parts]
        return [(rate_charge(charge, pair.quantity, metered.places, joined_share(shares), pair.beside), pair.quantity)]
    if charge.applies_to != "each-record" or pair.records is None:
        return [(rate_charge(charge, pair.quantity, metered.places, None, pair.beside), pair.quantity)]
    key = (pair.run.period, id(charge))
    rated = rate_each_event(charge, pair.records, freed.get(key, ZERO), metered.places, pair.each_beside if charge.tier_by else ())
    freed[key] = total((freed.get(key, ZERO), *(each.freed for each in rated)))
    return list(zip(rated, pair.records, strict=True))


def _period_applications(metered: Metered, pairs: list[PricedPair]) -> Iterator[Application]:
    """Every `period-total` charge: each window's quantity x its length, summed over the period, charged once.

    Its price changes only with a period. Source: rule language, 3.1 and 3.3.
    """
    if not any(charge.applies_to == "period-total" for _, found in pairs for entry in found.entries for charge in entry.charges):
        return
    for members in _by_period(metered, pairs):
        first, last = members[0][0].run, members[-1][0].run
        for entry in members[0][1].entries:
            for charge in entry.charges:
                if charge.applies_to != "period-total" or entry.per == "once":
                    continue
                quantity = total(held_quantity(metered, pair, entry) for pair, _ in members)
                share = joined_share([each for pair, _ in members for each in pair.shares[id(charge)]]) if charge.terms is not None else None
                rated, part = rate_charge(charge, quantity, metered.places, share, members[0][0].beside), stub_share(metered, first)
                application = Application(
                    entry, charge, rated, quantity, part, 1, first.start, last.end, _group(metered, first)
                )  # fmt: skip
                yield apply_charge(application, metered.rule, metered.order.currency)


def held_quantity(metered: Metered, pair: Pair, entry: PriceEntry) -> Number:
    """What the windows of a run add to the total of their period: each one's quantity x its length."""
    return multiply(pair.quantity, multiply(_ratio(metered, pair.run, entry.per), exact(pair.run.count)))


def _by_period(metered: Metered, pairs: list[PricedPair]) -> Iterator[list[PricedPair]]:
    """The runs of each billing period together; where a period is no longer than a window, each window is one."""
    members: list[PricedPair] = []
    for pair, found in pairs:
        run = pair.run
        if run.count > 1 and metered.period == run.window:
            length = (run.end - run.start) // run.count
            for number in range(run.count):
                start = run.start + number * length
                yield [(replace(pair, run=replace(run, start=start, end=start + length, count=1, period=start)), found)]
            continue
        if members and run.period != members[0][0].run.period:
            yield members
            members = []
        members.append((pair, found))
    if members:
        yield members


def _group(metered: Metered, run: WindowRun) -> datetime | None:
    """What keeps windows apart in the trace: their month; equal hours and days are told as one."""
    return None if metered.period in ("hour", "day") and run.window in ("hour", "day") else run.period


def _ratio(metered: Metered, run: WindowRun, per: str | None) -> Number:
    """Window length / `per` length; a fee's year has 12 months, whatever their days."""
    if metered.fee and (run.window, per) in MONTHS_OF:
        return MONTHS_OF[run.window, per]
    return window_ratio(metered.book, run, per)


MONTHS_OF: Mapping[tuple[str, str | None], Number] = {("year", "month"): exact(12), ("month", "year"): divide(ONE, exact(12))}
"""How many of a fee's price periods its billing period has, where the two differ. Source: rule language, second version, 1.3."""


def stub_share(metered: Metered, run: WindowRun) -> Number:
    """What a part of a month (of a fee: or year) is multiplied by: the mode's `stub` convention, else 1 (rule language, 3.4).

    49.00 from 15 March by `actual-days`: 17/31 of it, 26.87.
    """
    stub = metered.book.billing_modes[metered.order.billing_mode].stub
    if metered.line.item.list_amounts is not None:
        return ONE  # what others cost is charged whole, however long it is counted
    meter = metered.line.item.meter
    by_month = run.window in ("month", "year") if meter is None else (metered.line.mode_item.cycle, run.window) == ("month", "month")
    # What was used is charged whole, however long it took; a part of the month makes a level's price, or a fee, smaller.
    by_month = by_month and (meter is None or meter.measure in HELD)
    if stub is None or not by_month or run.covered == ONE:
        return ONE
    pieces = [month for piece in run.pieces or ((run.start, run.end),) for month in _by_month(piece, metered)]
    share = total(share_of_month(stub, *piece, metered.book.zone) for piece in pieces)
    return share if run.window == "month" else divide(share, exact(12))


def _by_month(piece: Stretch, metered: Metered) -> Iterator[Stretch]:
    """The piece cut where a calendar month begins."""
    marks = [piece[0], *boundaries("month", *piece, metered.book.zone), piece[1]]
    return itertools.pairwise(marks)


def distinct(pairs: list[PricedPair]) -> list[tuple[datetime, PricesInForce]]:
    """The prices in force in the order in which they begin to apply, each told once."""
    found: list[tuple[datetime, PricesInForce]] = []
    for pair, candidate in pairs:
        if not found or [id(entry) for entry in found[-1][1].entries] != [id(entry) for entry in candidate.entries]:
            found.append((pair.run.start, candidate))
    return found
