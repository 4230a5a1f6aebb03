"""The parameters of a plan: who uses what under which prices, as rows of whole numbers that an engine joins usage to.

Contract: subscriptions that are charged alike share their rows; what is looked up for each record is a number. Raises OutOfRange where
the numbers of a delivery might not fit.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.billing.runs import Run
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.model.policies import Discount
from engine.pricing.apart import deciding_attributes
from engine.rating.plan import Thing
from engine.rating.schedules import schedule_of
from engine.rating.templates import Extent, Role, Template, WindowRate, templates_of
from engine.values.microseconds import in_microseconds
from engine.values.periods import Duration

FOREVER = 2**62
"""An end that never comes, in microseconds."""


class Differing(ValueError):
    """Subscriptions whose usage is added up and that do not run and cost alike; the text says of what."""


@dataclass(frozen=True, slots=True)
class Owner:
    """A subscription in a billing mode: its number, its run, and the kind of subscription that it is charged as.

    `pool` is the number of the one on whose line the usage of all of an account is added up: its own where it is alone or the first.
    """

    number: int
    account: Account
    run: Run
    mode: int
    kind: int
    pool: int


@dataclass(slots=True)
class Parameters:
    """All rows of one rating. `rate_numbers` is by template which of the rates it has, `kinds` by kind of subscription its templates; `together`
    is how many subscriptions an account has at most.
    """

    book: PriceBook
    extent: Extent
    things: Sequence[Thing]
    together: int = 1
    owners: list[Owner] = field(default_factory=list)
    templates: list[Template] = field(default_factory=list)
    rates: list[WindowRate] = field(default_factory=list)
    rate_numbers: list[int] = field(default_factory=list)
    kinds: list[range] = field(default_factory=list)
    modes: dict[str, int] = field(default_factory=dict)
    _known: dict[object, int] = field(default_factory=dict)
    _known_rates: dict[WindowRate, int] = field(default_factory=dict)
    _deciding: "dict[str, _Deciding]" = field(default_factory=dict)

    def add(self, account: Account, runs: Iterable[Run]) -> None:
        """The subscriptions of an account that are billed by usage. Raises Differing where some are added up and do not cost alike."""
        first: dict[str, int] = {}
        for run in runs:
            deciding = self._deciding.get(run.mode)
            if deciding is None:
                deciding = self._deciding[run.mode] = _Deciding(self.book, [thing for thing in self.things if thing.plan.mode == run.mode])
            if deciding.things:
                mode = self.modes.setdefault(run.mode, len(self.modes))
                number, kind = len(self.owners), self._kind(account, run, deciding)
                pool = first.setdefault(run.mode, number) if deciding.pooled else number
                if pool != number:
                    deciding.check(kind == self.owners[pool].kind and not run.fees and not self.owners[pool].run.fees)
                self.owners.append(Owner(number, account, run, mode, kind, pool))

    @property
    def pools(self) -> bool:
        """Whether the usage of any subscriptions is added up."""
        return any(owner.pool != owner.number for owner in self.owners)

    def spans(self) -> Iterator[tuple[int, str, str, int, int, int, int, int]]:
        """By owner and time in which it ran: its number, account and subscription, pool, mode and kind, begin and end."""
        for owner in self.owners:
            for start, end in owner.run.running.spans:
                until = FOREVER if end is None else in_microseconds(end)
                yield owner.number, owner.account.id, owner.run.subscription, owner.pool, owner.mode, owner.kind, in_microseconds(start), until

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

    def kind_rows(self, role: Role) -> Iterator[tuple[int, ...]]:
        """By kind of subscription and thing the windows from which number to before which have which template and rate; of a running allowance
        also which charge it is of, how much it is, whether each window begins one anew (1), and which billing period.
        """
        for kind, numbers in enumerate(self.kinds):
            for number in numbers:
                template = self.templates[number]
                if template.role == role and self.is_reached(template):
                    row = kind, template.schedule.thing.number, template.segment.first, template.segment.last, number, self.rate_numbers[number]
                    anew, period = int(template.schedule.thing.plan.by_window), template.segment.period
                    running = template.charge, template.allowance, anew, in_microseconds(period) if period is not None else 0
                    yield (*row, *running) if role == "running" else row

    def is_reached(self, template: Template) -> bool:
        """Whether any record of the delivery may lie in the template's windows."""
        return template.segment.last > self._reached(template)[0]

    def is_everywhere(self, template: Template) -> bool:
        """Whether every record of the delivery lies in the template's windows, if it is one of its thing."""
        first, last = self._reached(template)
        return template.segment.first <= first and last <= template.segment.last

    def _reached(self, template: Template) -> tuple[int, int]:
        """From which number to before which the windows lie that a record of the template's thing may be in."""
        calendar = template.schedule.thing.plan.calendar
        before, after = self.extent.least < in_microseconds(calendar.starts[0]), self.extent.last >= in_microseconds(calendar.end)
        return -int(before), calendar.count + int(after)

    def _kind(self, account: Account, run: Run, deciding: "_Deciding") -> int:
        """The number of the kind of subscription; its templates are made for the first one of it."""
        key = _alike(deciding, run, account.currency)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.kinds)
            begin = len(self.templates)
            for thing in deciding.things:
                for template, rate in templates_of(self.book, self.extent, schedule_of(self.book, thing, account, run), account.currency, self.together):
                    self.templates.append(template)
                    self.rate_numbers.append(self._rate(rate))
            self.kinds.append(range(begin, len(self.templates)))
        return found

    def _rate(self, row: WindowRate) -> int:
        found = self._known_rates.setdefault(row, len(self.rates))
        if found == len(self.rates):
            self.rates.append(row)
        return found


# --- who is charged alike ---------------------------------------------------------------------------------------------------------


class _Deciding:
    """What of the things of a billing mode may decide what a window costs, whoever's it is."""

    def __init__(self, book: PriceBook, things: Sequence[Thing]) -> None:
        self.things = things
        self.pooled = [thing.plan for thing in things if thing.plan.meter.over == "account"]
        calendars = [thing.plan.calendar for thing in things]
        self.begin = min((each.window(0)[0] for each in calendars), default=datetime.max)
        self.end = max((each.end for each in calendars), default=datetime.min)
        self.counts_time = any(map(_counts_time, book.discounts.values()))
        self.dates = sorted({entry.conditions.effective for entry in book.prices if entry.conditions.effective is not None})
        self.attributes = {name for thing in things for name in deciding_attributes(book, thing.plan.item.id)}

    def check(self, alike: bool) -> None:
        """Raises Differing where what several subscriptions use together depends on which of them use it."""
        summed = f"`{self.pooled[0].item.id}` is added up over several subscriptions"
        if not alike:
            raise Differing(f"{summed}, which do not run at the same times and cost alike")
        if any(plan.calendar.end > plan.frame[1] for plan in self.pooled):
            raise Differing(f"{summed}, and its last window ends after the period")


def _alike(deciding: _Deciding, run: Run, currency: str) -> object:
    """What subscriptions of one kind have in common: everything that may decide what a window of theirs costs."""
    begin, end, begun = deciding.begin, deciding.end, run.running.begun
    if begun < begin and not deciding.counts_time:
        # Of what began before the period only the prices count that it may have kept.
        before = bisect_right(deciding.dates, begun)
        begun = deciding.dates[before - 1] if before else datetime.min
    spans = tuple((max(start, begin), None if stop is None or stop > end else stop) for start, stop in run.running.spans if stop is None or stop > begin)
    attributes = tuple(sorted((name, value) for name, value in run.attributes.items() if name in deciding.attributes))
    terms = tuple((term.start, term.bought_at) for term in run.terms)
    return run.mode, currency, begun, spans, attributes, run.coupons, terms


def _counts_time(rule: Discount) -> bool:
    """Whether the discount counts from when a subscription began."""
    return any(isinstance(each, Duration) for each in (rule.after, rule.lasts))
