"""The parameters of a plan: who uses what under which prices, as rows of whole numbers that an engine joins usage to.

Contract: subscriptions that are charged alike share their rows; what is looked up for each record is a number. Raises OutOfRange where
the numbers of a delivery might not fit.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.billing.runs import Run
from engine.model.accounts import Account
from engine.model.book import PriceBook, RoundingStep
from engine.model.policies import Discount
from engine.pricing.apart import deciding_attributes
from engine.rating.numbers import Division, RecordRule, Scaled, WholeRate, largest_sum, quantity_division, record_rule, whole_rate
from engine.rating.plan import Applied, ItemPlan, Segment, Thing, micros
from engine.rating.schedules import Schedule, schedule_of
from engine.values.exact import ONE, divide, exact
from engine.values.money import minor_places
from engine.values.periods import Duration

FOREVER = 2**62
"""An end that never comes, in microseconds."""


@dataclass(frozen=True, slots=True)
class Extent:
    """What a delivery holds at most: the decimals of its quantities (`places`), the `greatest` of them and their `total` scaled by it, how many
    `rows`, and from `least` to `last` when they were, in microseconds.
    """

    places: int
    greatest: int
    total: int
    rows: int
    least: int
    last: int


@dataclass(frozen=True, slots=True)
class Owner:
    """A subscription in a billing mode: its number, its run, and the kind of subscription that it is charged as."""

    number: int
    account: Account
    run: Run
    mode: int
    kind: int


@dataclass(frozen=True, slots=True)
class WindowRate:
    """How an engine charges one window: `factor` and `rounding` make the quantity of what is metered, `whole` the amount."""

    factor: int
    rounding: Division | None
    whole: WholeRate | None


@dataclass(frozen=True, slots=True)
class Template:
    """What the rows of a sum have in common: the thing, the segment of its schedule, and which charge; None: none for each window.

    `lead`: of several charges for the same windows the first, by which windows and quantities are counted.
    """

    schedule: Schedule
    segment: Segment
    applied: Applied | None
    lead: bool
    metered: Scaled
    quantity: Scaled
    places: int
    rate: int


@dataclass(slots=True)
class Parameters:
    """All rows of one rating. `kinds` holds for each kind of subscription the templates of each of its things."""

    book: PriceBook
    extent: Extent
    things: Sequence[Thing]
    owners: list[Owner] = field(default_factory=list)
    templates: list[Template] = field(default_factory=list)
    rates: list[WindowRate] = field(default_factory=list)
    kinds: list[tuple[tuple[int, int], ...]] = field(default_factory=list)
    modes: dict[str, int] = field(default_factory=dict)
    _known: dict[object, int] = field(default_factory=dict)
    _known_rates: dict[WindowRate, int] = field(default_factory=dict)

    def add(self, account: Account, runs: Iterable[Run]) -> None:
        """The subscriptions of an account that are billed by usage."""
        for run in runs:
            things = [thing for thing in self.things if thing.plan.mode == run.mode]
            if things:
                mode = self.modes.setdefault(run.mode, len(self.modes))
                self.owners.append(Owner(len(self.owners), account, run, mode, self._kind(account, run, things)))

    def spans(self) -> Iterator[tuple[int, str, str, int, int, int, int]]:
        """By owner and time in which it ran: its number, account and subscription, mode and kind, begin and end."""
        for owner in self.owners:
            for start, end in owner.run.running.spans:
                until = FOREVER if end is None else micros(end)
                yield owner.number, owner.account.id, owner.run.subscription, owner.mode, owner.kind, micros(start), until

    @property
    def attributes(self) -> tuple[str, ...]:
        """All attributes of usage that keep records of some item apart, as the columns a0, a1, ... of its things."""
        return tuple(dict.fromkeys(name for thing in self.things for name in thing.plan.apart))

    def thing_rows(self) -> Iterator[tuple[object, ...]]:
        """By mode and item, spec and values of attributes the thing's number."""
        for thing in self.things:
            values = dict(thing.attributes)
            if thing.plan.mode in self.modes:
                yield self.modes[thing.plan.mode], thing.plan.item.id, thing.spec, thing.number, *(values.get(name) for name in self.attributes)

    def kind_rows(self) -> Iterator[tuple[int, int, int, int, int, int]]:
        """By kind of subscription and thing the windows from which number to before which have which template and rate."""
        for kind, rows in enumerate(self.kinds):
            for thing, number in rows:
                template = self.templates[number]
                yield kind, thing, template.segment.first, template.segment.last, number, template.rate

    def _kind(self, account: Account, run: Run, things: Sequence[Thing]) -> int:
        """The number of the kind of subscription; its templates are made for the first one of it."""
        key = _alike(self.book, run, account.currency, things)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.kinds)
            rows = [row for thing in things for row in self._templates(schedule_of(self.book, thing, account, run), account.currency)]
            self.kinds.append(tuple(rows))
        return found

    def _templates(self, schedule: Schedule, currency: str) -> Iterator[tuple[int, int]]:
        """A row for each charge of each segment: the thing and the template."""
        metered = metered_numbers(self.book, schedule.thing.plan, self.extent)
        factor, rounding, quantity = 1, None, metered
        rule = _rule(schedule.rounding, currency)
        division = quantity_division(metered, *rule) if rule is not None else None
        if rule is not None and division is not None:
            factor, rounding = division
            quantity = Scaled(divide(ONE, exact(10 ** rule[0])), rounding.answer(factor * metered.greatest))
        largest_sum([each.greatest * self.extent.rows for each in (metered, quantity)])
        charging = _rule(schedule.charge_rounding, currency)
        places = charging[0] if charging is not None else 0
        # Windows that no charge is for have the numbers of any rate, and no use for them.
        idle = next(
            (
                whole_rate(applied.charge, quantity, applied.ratio, charging)
                for each in schedule.segments
                for applied in each.applied
                if applied.per_total is None
            ),
            None,
        )
        for segment in schedule.segments:
            each_window = [applied for applied in segment.applied if applied.per_total is None]
            for place, applied in enumerate(each_window or [None]):
                whole = idle if applied is None else whole_rate(applied.charge, quantity, applied.ratio, charging)
                rate = self._rate(WindowRate(factor, rounding, whole))
                self.templates.append(Template(schedule, segment, applied, place == 0, metered, quantity, places, rate))
                yield schedule.thing.number, len(self.templates) - 1

    def _rate(self, row: WindowRate) -> int:
        found = self._known_rates.setdefault(row, len(self.rates))
        if found == len(self.rates):
            self.rates.append(row)
        return found


def _rule(rule: RoundingStep | None, currency: str) -> tuple[int, str] | None:
    """The decimals and the mode of a rounding."""
    return None if rule is None else (minor_places(currency) if rule.places is None else rule.places, rule.mode)


def metered_numbers(book: PriceBook, plan: ItemPlan, extent: Extent) -> Scaled:
    """What a window's metered quantity is as a whole number."""
    meter = plan.meter
    if meter.measure == "count":
        return Scaled(ONE, extent.rows)
    rule, record = counted_records(book, plan, extent)
    if meter.measure == "sum":
        # Each record is rounded up by less than one, or counts the least.
        return Scaled(record.unit, rule.times * extent.total // rule.divisor + extent.rows * (rule.least + (rule.added > 0)))
    return record


def counted_records(book: PriceBook, plan: ItemPlan, extent: Extent) -> tuple[RecordRule, Scaled]:
    """How a record of an item counts, and as what: in the item's unit, by the meter's rules for each record."""
    meter, convert = plan.meter, book.unit_table.convert
    written = meter.unit or plan.item.unit
    bounds = [None if bound is None else convert(bound, written, plan.item.unit) for bound in (meter.record_at_least, meter.record_round_up)]
    return record_rule(convert(divide(ONE, exact(10**extent.places)), written, plan.item.unit), extent.greatest, *bounds)


# --- who is charged alike ---------------------------------------------------------------------------------------------------------


def _alike(book: PriceBook, run: Run, currency: str, things: Sequence[Thing]) -> object:
    """What subscriptions of one kind have in common: everything that may decide what a window of theirs costs."""
    begin = min(thing.plan.calendar.window(0)[0] for thing in things)
    end = max(thing.plan.calendar.window(thing.plan.calendar.count - 1)[1] for thing in things)
    begun = run.running.begun
    if begun < begin and not any(map(_counts_time, book.discounts.values())):
        # Of what began before the period only the prices count that it may have kept.
        dates = {entry.conditions.effective for entry in book.prices if entry.conditions.effective is not None}
        begun = max((day for day in dates if day <= begun), default=datetime.min)
    spans = tuple((max(start, begin), None if stop is None or stop > end else stop) for start, stop in run.running.spans if stop is None or stop > begin)
    named = {name for thing in things for name in deciding_attributes(book, thing.plan.item.id)}
    attributes = tuple(sorted((name, value) for name, value in run.attributes.items() if name in named))
    terms = tuple((term.start, term.bought_at) for term in run.terms)
    return run.mode, currency, begun, spans, attributes, run.coupons, terms


def _counts_time(rule: Discount) -> bool:
    """Whether the discount counts from when a subscription began."""
    return any(isinstance(each, Duration) for each in (rule.after, rule.lasts))
