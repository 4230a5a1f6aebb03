"""Allowances that several share, that end, or that are carried over: what each window or record has of them (rule language, second version, 3.2).

Contract: windows with their prices in, shares out; no amount is computed. An allowance is used in order of time, at one instant in the order of the
lines: of what adds up record by record, of a level window by window. What earlier billing periods left is used first, the oldest first.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from engine.model.prices import AllowanceTerms, Charge, Percentage, PriceEntry
from engine.pricing.charges import AllowanceShare
from engine.pricing.cover import Key, Rank
from engine.pricing.measures import TOTALS
from engine.pricing.metered import Metered, Pair, PricedPair, Shares, held_quantity, priced, prices_at
from engine.pricing.refused import Refused
from engine.pricing.windows import MeteredWindow, Spans, Stretch, window_of
from engine.values.exact import ONE, ZERO, Number, add, subtract
from engine.values.periods import Duration, after

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Sharer:
    """A line's windows of one billing period `frame` of kind `kind`, and with whom it shares: the other lines of the `subscription`, and of the account.

    `ran` is when the subscription ran, `account_ran` when any of the account did that has the item. `terms` are those that are paid in advance beside
    it. `rank` puts lines in order, and is different for each.
    """

    rank: Rank
    metered: Metered
    pairs: Sequence[Pair]
    windows: Sequence[MeteredWindow]
    attributes: tuple[tuple[str, str], ...]
    kind: str
    frame: Stretch
    subscription: str
    ran: Spans
    account_ran: Spans
    terms: Sequence[Stretch] = ()


def terms_of(metered: Metered) -> Iterator[AllowanceTerms]:
    """The terms of every allowance of the line's prices, whatever their date."""
    yield from (charge.terms for entry in metered.entries for charge in entry.charges if charge.terms is not None)


def shares_of(sharers: Iterable[Sharer]) -> dict[Key, Shares]:
    """What each window has of its allowances with terms, by the rank of its line and its start. A window that has no price has none.

    100 GB across attributes, 80 used in one region and then 40 in another: 80 and 20.
    """
    draws = [draw for sharer in sharers if any(True for _ in terms_of(sharer.metered)) for draw in _draws(sharer)]
    pools: dict[tuple[object, ...], _Pool] = {}
    found: dict[Key, dict[int, list[AllowanceShare]]] = {}
    for draw in sorted(draws, key=lambda each: each.order):
        share = pools.setdefault(draw.pool, _Pool()).take(draw)
        of_window = found.setdefault((draw.sharer.rank, draw.window.start), {})
        of_window.setdefault(id(draw.charge), []).append(share)
    return {key: dict(shares) for key, shares in found.items()}


@dataclass(frozen=True, slots=True)
class _Draw:
    """So much is used at the instant `at`, as the part with a number of what is used in a window, of the allowance of a charge (`place` in its entry)."""

    sharer: Sharer
    window: MeteredWindow
    entry: PriceEntry
    place: int
    period: Stretch
    at: datetime
    number: int
    amount: Number

    @property
    def charge(self) -> Charge:
        return self.entry.charges[self.place]

    @property
    def terms(self) -> AllowanceTerms:
        terms = self.charge.terms
        if terms is None:
            raise ValueError("an allowance without terms is not shared")
        return terms

    @property
    def order(self) -> tuple[object, ...]:
        """By billing period and time, then as lines, windows and charges stand."""
        return (self.period[0], self.at, self.sharer.rank, self.window.start, self.number, self.place)

    @property
    def for_account(self) -> bool:
        """Whether all subscriptions of the account share it."""
        meter = self.sharer.metered.line.item.meter
        return self.terms.over == "account" or (meter is not None and meter.over == "account")

    @property
    def ran(self) -> Spans:
        """When any of those ran that share it."""
        return self.sharer.account_ran if self.for_account else self.sharer.ran

    @property
    def begun(self) -> datetime:
        """Since when those run that share it."""
        return min(start for start, _ in self.ran)

    @property
    def pool(self) -> tuple[object, ...]:
        """What has one allowance together in a billing period."""
        line, spec = self.sharer.metered.line, self.sharer.metered.line.spec
        whose = None if self.for_account else self.sharer.subscription
        apart = () if self.terms.across is not None else (spec.id if spec is not None else None, self.sharer.attributes)
        return (line.item.id, self.sharer.kind, self.entry.per, self.place, whose, apart, self._anew)

    @property
    def _anew(self) -> tuple[object, ...]:
        """What of a billing period has an allowance of its own, where nothing is shared."""
        charge = self.charge
        if self.terms.pooled or charge.applies_to == "period-total":
            return ()
        if charge.applies_to == "each-window":
            return (self.window.start,)
        return () if isinstance(charge.model, Percentage) else (self.window.start, self.number)


@dataclass(slots=True)
class _Pool:
    """What was used of one allowance, by the start of the billing period that it was given for."""

    used: dict[datetime, Number] = field(default_factory=dict)

    def take(self, draw: _Draw) -> AllowanceShare:
        """What the draw has of it: first of what earlier periods left."""
        left = draw.amount
        carried: Number = ZERO
        for start, quantity in _carried(draw):
            part = self._take(start, quantity, left)
            left, carried = subtract(left, part), add(carried, part)
        before, ended = self.used.get(draw.period[0], ZERO), _ended(draw, draw.terms, draw.period)
        own = self._take(draw.period[0], draw.charge.allowance or ZERO, left) if ended is None else ZERO
        return AllowanceShare(add(carried, own), carried, before, ended)

    def _take(self, start: datetime, quantity: Number, wanted: Number) -> Number:
        used = self.used.get(start, ZERO)
        part = max(ZERO, min(wanted, subtract(quantity, used)))
        self.used[start] = add(used, part)
        return part


def _ended(draw: _Draw, terms: AllowanceTerms, period: Stretch) -> datetime | None:
    """Since when there is no allowance, in a billing period that begins then or later; None where it has one."""
    if terms.lasts is None:
        return None
    end = after(draw.begun, terms.lasts, draw.sharer.metered.book.zone)
    return end if end <= period[0] else None


def _carried(draw: _Draw) -> Iterator[tuple[datetime, Number]]:
    """The earlier billing periods whose allowance may still be used, the first one first, and how large it was."""
    zone = draw.sharer.metered.book.zone
    longest = [terms.carry_over for terms in terms_of(draw.sharer.metered) if terms.carry_over is not None]
    found = []
    period = _before(draw, draw.period)
    while period[1] > draw.begun and any(after(period[1], each, zone) > draw.at for each in longest):
        charge = _charge_in(draw, period)
        terms = charge.terms if charge is not None else None
        if not any(start < period[1] and (end is None or end > period[0]) for start, end in draw.ran):
            terms = None  # in a period in which nothing ran there was none
        if charge is not None and terms is not None and _still(terms.carry_over, period, draw) and _ended(draw, terms, period) is None:
            found.append((period[0], charge.allowance or ZERO))
        period = _before(draw, period)
    yield from reversed(found)


def _still(carry_over: Duration | None, period: Stretch, draw: _Draw) -> bool:
    """Whether what the period left can be used at the instant."""
    return carry_over is not None and after(period[1], carry_over, draw.sharer.metered.book.zone) > draw.at


def _before(draw: _Draw, period: Stretch) -> Stretch:
    """The billing period before one; an empty one before the first paid term."""
    kind, terms = draw.sharer.kind, draw.sharer.terms
    if kind == "term" and terms:
        return next((term for term in reversed(terms) if term[1] <= period[0]), (draw.begun, draw.begun))
    return window_of("month" if kind == "term" else kind, period[0] - MOMENT, draw.sharer.metered.book.zone)


def _charge_in(draw: _Draw, period: Stretch) -> Charge | None:
    """The charge in its place when an earlier billing period began; None where there was none."""
    start = max(period[0], draw.begun)
    entries = [entry for entry in prices_at(draw.sharer.metered, start, start).entries if entry.per == draw.entry.per]
    return next((entry.charges[draw.place] for entry in entries if draw.place < len(entry.charges)), None)


# --- what is used when ------------------------------------------------------------------------------------------------------------


def _draws(sharer: Sharer) -> Iterator[_Draw]:
    """Everything that a line uses of allowances with terms."""
    zone = sharer.metered.book.zone
    for pair, window in zip(sharer.pairs, sharer.windows, strict=True):
        period = window_of(sharer.kind, window.start, zone) if sharer.kind in ("hour", "day") else sharer.frame
        for entry in _entries(sharer.metered, pair):
            for place, charge in enumerate(entry.charges):
                if charge.terms is not None:
                    for number, (at, amount) in enumerate(_parts(sharer, pair, window, entry, charge)):
                        yield _Draw(sharer, window, entry, place, period, at, number, amount)


def _entries(metered: Metered, pair: Pair) -> tuple[PriceEntry, ...]:
    try:
        found: list[PricedPair] = priced(metered, [pair])
    except Refused:
        return ()  # it is told where the window is charged
    return found[0][1].entries


def _parts(sharer: Sharer, pair: Pair, window: MeteredWindow, entry: PriceEntry, charge: Charge) -> list[tuple[datetime, Number]]:
    """What is used when in a window, in the quantity that the charge sees: together as much as it is charged for."""
    start = max(pair.run.start, sharer.metered.order.at)
    times = window.times or tuple(start for _ in window.records)
    if charge.applies_to == "each-record" and pair.records is not None:
        return [*zip(times, pair.records, strict=True)]
    whole = held_quantity(sharer.metered, pair, entry) if charge.applies_to == "period-total" else pair.quantity
    measure = sharer.metered.line.item.metered_by.measure
    if measure not in TOTALS or not times:
        return [(start, whole)]
    # Of a count, what is paid in advance covers the first records.
    amounts = list(pair.records or ()) if measure == "sum" else [ONE for _ in times]
    found: list[Number] = []
    left = whole
    for amount in amounts if measure == "sum" else reversed(amounts):
        part = min(left, amount)
        found.append(part)
        left = subtract(left, part)
    found[-1] = add(found[-1], left)  # what a rounding of the whole quantity adds
    return [*zip(times, found if measure == "sum" else found[::-1], strict=True)]
