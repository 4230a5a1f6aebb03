"""What an engine summed up, as charges: the same records that the interpreter makes of the same usage.

Contract: rows of whole numbers in, charges in order out. What is due once, and what is charged on a period's total, is computed here, because there
is one of each in a line.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import groupby

from engine.model.charges import Tally, UsageCharge
from engine.model.prices import Charge
from engine.pricing.bands import band_at, bands_of
from engine.pricing.charges import rate_charge
from engine.pricing.indexes import price_index
from engine.pricing.measures import TOTALS, lasts
from engine.pricing.steps import round_to
from engine.pricing.tallies import joined_tally, trimmed_tally
from engine.pricing.windows import Stretch
from engine.rating.parameters import Owner, Parameters
from engine.rating.plan import ItemPlan, Thing
from engine.rating.pools import Pools
from engine.rating.sums import OWN, SumRow
from engine.rating.templates import Template
from engine.values.exact import ONE, Number, divide, exact, multiply, total, trimmed
from engine.values.microseconds import instant_at


class _Metering:
    """What all lines of a thing have in common."""

    def __init__(self, thing: Thing) -> None:
        self.thing, self.plan = thing, thing.plan
        self.adds_up, self.lasts = thing.plan.meter.measure in TOTALS, lasts(thing.plan.meter)
        self.aligned, self.window_name = thing.plan.aligned, thing.plan.window_name
        # A charge's windows are those of many others.
        self.window = cache(thing.plan.calendar.window)


@dataclass(frozen=True, slots=True)
class Rating:
    """The charges of the accounts that an engine rated, in order, and the accounts that only the interpreter can say something of."""

    charges: tuple[UsageCharge, ...]
    unrated: frozenset[str]


def rating_of(parameters: Parameters, rows: Iterable[Sequence[int]]) -> Rating:
    """The charges of all accounts from a plan's answer; its rows come in any order."""
    found: list[UsageCharge] = []
    unrated: set[str] = set()
    count = len(parameters.things)
    metering = [_Metering(thing) for thing in parameters.things]
    ordered = sorted(map(SumRow._make, rows))
    pools = Pools(parameters, ordered)
    of_owners = {number: [*of_owner] for number, of_owner in groupby(ordered, key=lambda sums: sums.line // count)}
    for number, every in of_owners.items():
        owner, own = parameters.owners[number], [sums for sums in every if sums.template != OWN]
        if any(parameters.templates[sums.template].segment.refused for sums in own):
            unrated.add(owner.account.id)
            continue
        charges = []
        for line, same in groupby(own, key=lambda sums: sums.line):
            charged = pools.charged(line, owner)
            one = _Line(parameters, charged, metering[line % count], [*same])
            if one.counted:
                charges.append(one.charge(pools.first_of_run(charged, of_owners.get(charged.number, ()))))
        if owner.run.fees and not charges:
            # Its bill has fees alone, and is not the first: which record says so only the interpreter chooses.
            unrated.add(owner.account.id)
        found += charges
    kept = [charge for charge in found if charge.account not in unrated]
    return Rating(tuple(sorted(kept, key=lambda charge: charge.order)), frozenset(unrated))


Place = tuple[object, object]
"""Between which cuts of a line something lies."""


def _join(found: dict[tuple[object, ...], Tally], place: Place, tally: Tally) -> None:
    """Adds a tally to the one of the same charge, band and place."""
    key = (tally.entry, tally.charge, tally.band, place, tally.ratio, tally.part_counts_whole)
    found[key] = trimmed_tally(joined_tally(found[key], tally)) if key in found else tally


def _runs(windows: Iterable[Tally]) -> Iterator[Tally]:
    """Windows of one charge in order of time, equal ones directly after each other as one."""
    last: Tally | None = None
    for each in windows:
        if last is not None and _continues(last, each):
            last = joined_tally(last, each)
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def _continues(run: Tally, window: Tally) -> bool:
    alike = (run.band, run.ratio, run.part_counts_whole) == (window.band, window.ratio, window.part_counts_whole) and run.end == window.start
    return alike and run.quantity == multiply(window.quantity, exact(run.count)) and run.end - run.start == (window.end - window.start) * run.count


class _Line:
    """The rows of one line: `counted` are those of windows that are billed now, each window in one of them."""

    def __init__(self, parameters: Parameters, owner: Owner, metering: _Metering, rows: list[SumRow]) -> None:
        self._parameters, self._owner, self._metering, self._rows = parameters, owner, metering, rows
        self._plan: ItemPlan = metering.plan
        self._currency = owner.account.currency
        self._leading = [sums for sums in rows if self._template(sums).lead]
        self.counted = [sums for sums in self._leading if self._template(sums).segment.counts]

    def _first_at(self, rows: Iterable[SumRow]) -> datetime:
        """When the first record of some rows was."""
        return instant_at(min(each.first_at for each in rows if each.first_at is not None))

    def _records(self) -> int:
        """How many records the line is made of; a level that lasts is made of all before its end, because an earlier one may hold on."""
        rows, plan = self._leading, self._plan
        if self._metering.aligned and self._metering.lasts:
            end = plan.calendar.count if plan.owed[1] >= plan.calendar.end else plan.calendar.number(plan.owed[1])
            rows = [sums for sums in rows if self._template(sums).segment.first < end]
        elif self._metering.aligned:
            rows = self.counted
        return sum(each.records for each in rows)

    def _first_use(self) -> datetime:
        """When the line was first used in the period: its first record, or where a level goes on its first window."""
        inside = [sums for sums in self._leading if self._template(sums).segment.inside]
        window = self._metering.window(min(each.first_window for each in inside))
        found = min((instant_at(each.first_at) for each in inside if each.first_at is not None), default=window[1])
        return found if found < window[1] else window[0]

    def _template(self, sums: SumRow) -> Template:
        return self._parameters.templates[sums.template]

    def charge(self, first_of_run: datetime) -> UsageCharge:
        run, plan, own = self._owner.run, self._plan, self._template(self.counted[0])
        adds_up, thing = self._metering.adds_up, self._metering.thing
        quantity = sum(each.quantity for each in self.counted) if adds_up else max(each.highest for each in self.counted)
        metered = sum(each.metered for each in self.counted) if adds_up else max(each.highest_metered for each in self.counted)
        begun = self._first_at(self._leading)
        return UsageCharge(
            self._owner.account.id, run.subscription, plan.mode, plan.item.id, thing.spec, thing.attributes, *plan.owed, begun,
            self._first_use(), first_of_run, trimmed(own.quantity.of(quantity)), trimmed(own.metered.of(metered)), None,
            sum(each.windows for each in self.counted), self._records(),
            self._tallies(begun),
        )  # fmt: skip

    def _tallies(self, begun: datetime) -> tuple[Tally, ...]:
        found: dict[tuple[object, ...], Tally] = {}
        windows: dict[tuple[int, int], list[Tally]] = {}
        for sums in self._rows:
            template = self._template(sums)
            if template.applied is not None and template.segment.counts:
                tally = self._of_windows(sums, template)
                if template.schedule.apart:
                    windows.setdefault((tally.entry, tally.charge), []).extend(self._one_by_one(sums, tally))
                else:
                    _join(found, template.segment.place, tally)
        for place, tally in self._totals():
            _join(found, place, trimmed_tally(tally))
        runs = (run for same in windows.values() for run in _runs(sorted(same, key=lambda tally: tally.start)))
        every = [*found.values(), *map(trimmed_tally, (*runs, *self._once(begun)))]
        return tuple(sorted(every, key=lambda tally: tally.order)) if len(every) > 1 else tuple(every)

    def _of_windows(self, sums: SumRow, template: Template) -> Tally:
        """What a charge of each window costs for the windows of one band, its numbers trimmed."""
        applied = template.applied
        assert applied is not None
        quantity, charged, band = template.charged.of(sums.quantity), sums.quantity, sums.band
        if template.role == "running":
            # Its bands are those of what the allowance leaves, which a tally does not tell.
            charged, band = sums.metered, 0
        exactly = multiply(template.bands[sums.band].amount(sums.windows, template.charged.of(charged), sums.packages), applied.ratio)
        amount = exactly
        if template.schedule.charge_rounding is not None:
            amount = multiply(exact(sums.amount), ONE.scaleb(-template.places))
        return Tally(
            applied.entry, applied.position, band, self._stretch(sums.first_window)[0], self._stretch(sums.last_window)[1], trimmed(applied.ratio),
            sums.windows, trimmed(quantity), sums.packages if template.role != "running" else 0, trimmed(exactly), trimmed(amount), applied.part_whole,
        )  # fmt: skip

    def _one_by_one(self, sums: SumRow, tally: Tally) -> Iterator[Tally]:
        """Each window of equal ones after another."""
        count = exact(tally.count)
        quantity, exactly, amount = (divide(each, count) for each in (tally.quantity, tally.exact_amount, tally.amount))
        for number in range(sums.first_window, sums.last_window + 1):
            start, end = self._stretch(number)
            packages = tally.packages // tally.count
            yield replace(tally, start=start, end=end, count=1, quantity=quantity, packages=packages, exact_amount=exactly, amount=amount)

    def _stretch(self, number: int) -> Stretch:
        """A window as it is priced: an hour from when use began, a month or what of it there was use in."""
        start, end = self._metering.window(number)
        running, name = self._owner.run.running, self._metering.window_name
        if name == "hour":
            return max(start, min(running.begun, end)), end
        if name != "month":
            return start, end
        reached = [(begin, stop) for begin, stop in running.spans if begin < end and (stop is None or stop > start)]
        last = reached[-1][1]
        return max(start, reached[0][0]), end if last is None else min(end, last)

    # --- what there is one of ---------------------------------------------------------------------------------------------------------

    def _once(self, begun: datetime) -> Iterator[Tally]:
        """What is due once, in the first window of the use."""
        opening = min(self.counted, key=lambda sums: sums.first_window)
        template = self._template(opening)
        start = self._metering.window(opening.first_window)[0]
        if not (self._plan.owed[0] <= begun or start <= begun):
            return
        quantity, priced_from = template.quantity.of(opening.first_quantity), self._stretch(opening.first_window)[0]
        for entry in template.segment.once:
            for position, charge in enumerate(entry.charges):
                place = price_index(self._parameters.book).places[id(entry)]
                yield self._single(place, position, charge, quantity, ONE, (priced_from, priced_from))

    def _totals(self) -> Iterator[tuple[Place, Tally]]:
        """What is charged on the total of a billing period, and between which cuts it lies."""
        if not self._plan.by_window:
            ordered = sorted(self.counted, key=lambda sums: sums.first_window)
            for _, rows in groupby(ordered, key=lambda sums: self._template(sums).segment.period):
                yield from self._total([*rows])

    def _total(self, ordered: Sequence[SumRow]) -> Iterator[tuple[Place, Tally]]:
        """What is charged on a total: each window's quantity times its length, added up."""
        last = max(ordered, key=lambda sums: sums.last_window)
        start, end = self._stretch(ordered[0].first_window)[0], self._stretch(last.last_window)[1]
        place = self._template(ordered[0]).segment.place[0], self._template(last).segment.place[1]
        for applied in self._template(ordered[0]).segment.applied:
            if applied.per_total is not None:
                quantity = total(
                    multiply(self._template(sums).quantity.of(sums.quantity), self._per_total(sums, applied.entry, applied.position)) for sums in ordered
                )
                yield place, self._single(applied.entry, applied.position, applied.charge, quantity, applied.ratio, (start, end))

    def _per_total(self, sums: SumRow, entry: int, position: int) -> Number:
        """What a window's quantity counts in the period's total."""
        applied = self._template(sums).segment.applied
        return next(each.per_total for each in applied if (each.entry, each.position) == (entry, position) and each.per_total is not None)

    def _single(self, entry: int, position: int, charge: Charge, quantity: Number, ratio: Number, stretch: Stretch) -> Tally:
        exactly, band = multiply(rate_charge(charge, quantity).amount, ratio), band_at(charge, quantity)
        amount = round_to(exactly, self._template(self.counted[0]).schedule.charge_rounding, self._currency)
        packages = bands_of(charge)[band].packages(quantity)
        return Tally(entry, position, band, *stretch, ratio, 1, quantity, packages, exactly, amount)
