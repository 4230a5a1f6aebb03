"""Charges: what usage cost in a billing period, summed up, as a record that a bill can be made from without the usage.

Contract: facts only, exact, in UTC; nothing of discounts, roundings of lines, or taxes. Whoever rates usage (the interpreter or an engine)
makes the same records of it, in the same order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.values.exact import Number, subtract


@dataclass(frozen=True, slots=True)
class Tally:
    """What one charge of a price costs for all windows (or records, or periods) of a stretch whose quantity lies in one band of it.

    `entry` is the place of the price in the book's prices, `charge` that of the charge in the price, `band` that of the band in `bands_of` the charge;
    records of a `percentage` that use its allowance up one after the other have no band of their own, and 0 here.
    `start` and `end` are the start of the first of the windows and the end of the last one, as they are priced; what is due once has no length.
    No tally reaches over a `cut` of its line: the windows before the cut, the one that holds it inside, and those after it have a tally each.
    `count` is how many were charged, `quantity` the sum over them as charged (after rounding `at: quantity`, less what is covered), `packages` the
    whole packages that were charged for, 0 where the band has none. Each was multiplied by `ratio` (window length / `per`, times the share of a
    part month). `exact_amount` and `amount` are the sums before and after the rounding `at: charge`; where `part_counts_whole`, each
    window is only begun and charged as a whole one.
    """

    entry: int
    charge: int
    band: int
    start: datetime
    end: datetime
    ratio: Number
    count: int
    quantity: Number
    packages: int
    exact_amount: Number
    amount: Number
    part_counts_whole: bool = False

    @property
    def order(self) -> tuple[object, ...]:
        """The place among the tallies of a line: by time, then by price."""
        return (self.start, self.end, self.entry, self.charge, self.band, self.part_counts_whole, self.ratio)


@dataclass(frozen=True, slots=True)
class UseSums:
    """What is summed up of one line of use: `quantity` is the sum of what adds up, else the highest level.

    `metered` is the same before rounding `at: quantity` and with what is covered; `covered` is what was paid in advance of it, None where nothing of
    the line was. `windows` is how many there were, `records` how many records they are made of; None where an order describes the use.
    `tallies` are in their `order`.
    """

    quantity: Number
    metered: Number
    covered: Number | None
    windows: int
    records: int | None
    tallies: tuple[Tally, ...]

    @property
    def exact_quantity(self) -> Number:
        """The quantity less what is covered, before rounding `at: quantity`."""
        return self.metered if self.covered is None else subtract(self.metered, self.covered)


@dataclass(frozen=True, slots=True)
class UsageCharge:
    """What one line of a bill is made of before any discount: an item's use in what is billed ([start, end)) of its billing period.

    `attributes` are those of usage that keep the line apart from others of its item. `begun` is when the first record of this use was, whatever the
    period; `first_use` when it was first used in the period, which puts lines in order. `first_of_run` is when the use of the subscription's first
    window with a record began, whatever the item: a later bill is not the first one. None: not known.
    The rest is what `UseSums` says.
    """

    account: str
    subscription: str
    mode: str
    item: str
    spec: str | None
    attributes: tuple[tuple[str, str], ...]
    start: datetime
    end: datetime
    begun: datetime
    first_use: datetime
    first_of_run: datetime | None
    quantity: Number
    metered: Number
    covered: Number | None
    windows: int
    records: int
    tallies: tuple[Tally, ...]

    @property
    def sums(self) -> UseSums:
        """Its sums alone."""
        return UseSums(self.quantity, self.metered, self.covered, self.windows, self.records, self.tallies)

    @property
    def order(self) -> tuple[object, ...]:
        """The place among all charges: by account, subscription, mode, item, spec, attributes and time."""
        return (self.account, self.subscription, self.mode, self.item, self.spec or "", self.attributes, self.start, self.end)


@dataclass(frozen=True, slots=True)
class RatedUsage:
    """What is known of an account's usage where its records are not: the charges of each period [start, end) that was rated, and by period the
    records that are there no longer, since they were withdrawn or moved: subscription, item and instant of each.
    """

    periods: Mapping[tuple[datetime, datetime], tuple[UsageCharge, ...]]
    gone: Mapping[tuple[datetime, datetime], Sequence[tuple[str, str, datetime]]] = field(default_factory=dict)

    @property
    def charges(self) -> tuple[UsageCharge, ...]:
        """The charges of all periods."""
        return tuple(charge for charges in self.periods.values() for charge in charges)
