"""The records of rules around prices: discounts, taxes, rounding, policies, limits and announced changes.

Contract: facts only, in exact numbers; see `engine.sheet.view`, which is where everything is imported from.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.model.conditions import Conditions
from engine.model.policies import Benefit, Cancellation, ModeChange, Renewal, SpecChange
from engine.model.texts import Text
from engine.sheet.price_records import PriceRow, When
from engine.values.exact import Number
from engine.values.periods import Duration


@dataclass(frozen=True, slots=True)
class DiscountTierView:
    """Reached at or above `start`: a Duration by term, a quantity, or an amount of money by spend."""

    start: Duration | Number
    benefit: Benefit


@dataclass(frozen=True, slots=True)
class DiscountView:
    """A discount that somebody can get at the date of the sheet, or from `conditions.effective` on if that is later.

    `best_of`: the other discounts of its stage; at most one of them applies. Empty `items` or `modes`: all.
    """

    id: str
    title: Text
    description: Text
    modes: tuple[str, ...]
    items: tuple[str, ...]
    benefit: Benefit | None
    by: str | None
    tiers: tuple[DiscountTierView, ...]
    coupon: bool
    after: Duration | None
    lasts: Duration | str
    conditions: Conditions
    best_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxView:
    """A row of a tax in force."""

    tax: str
    title: Text
    rate: Decimal
    category: str | None
    items: tuple[str, ...]
    compound_on: tuple[str, ...]
    when: When


@dataclass(frozen=True, slots=True)
class RoundingView:
    """A link of the rounding chain in force; `places` None: the currency's minor unit, given in `decimals`.

    What is to be paid is rounded to a multiple of `to`.
    """

    at: str
    mode: str
    decimals: int
    to: Number | None = None


# --- policies -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpecChangeView:
    """A spec-change policy of a mode, for whom; `policy` None: the mode names none, so changes are not supported."""

    mode: str
    policy: SpecChange | None
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeeCell:
    """What a cancellation keeps: a share of the amount paid, and how often the used share counts (None: once)."""

    fee: Decimal
    consumed_times: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FeeTable:
    """Cancellation fees by term and time used: a cell per column where the term reaches it, else None; 0 where no row matches.

    `columns` are the inclusive ends of the time used; the last one, None, has no end. Rows hold terms with the same fees.
    """

    columns: tuple[Duration | None, ...]
    rows: tuple[tuple[tuple[Duration, ...], tuple[FeeCell | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class CancellationView:
    """A cancellation policy of a mode, for whom; `policy` None: the mode names none."""

    mode: str
    policy: Cancellation | None
    fees: FeeTable | None = None
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenewalView:
    """A renewal policy of a prepaid mode, for whom; `expires` is the mode's."""

    mode: str
    policy: Renewal | None
    expires: str
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policies:
    """What may be done with a subscription later, per billing mode."""

    spec_changes: tuple[SpecChangeView, ...]
    cancellations: tuple[CancellationView, ...]
    renewals: tuple[RenewalView, ...]
    mode_changes: tuple[ModeChange, ...]


# --- limits and announced changes
# ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LimitView:
    """A bound over a whole order (`resource`) or on the quantity of one item (`item`). Quantities are in `unit`; `shown_*` is the same in the largest
    unit in which it is a whole number. Empty `modes`: all."""

    unit: str
    resource: str | None = None
    item: str | None = None
    min: Number | None = None
    max: Number | None = None
    step: Number | None = None
    modes: tuple[str, ...] = ()
    shown_max: Number | None = None
    shown_max_unit: str = ""
    shown_min: Number | None = None
    shown_min_unit: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncedPrice:
    """A price that changes after the date of the sheet. `old` or `new` None: did not exist, or ends. `change` is new / old - 1.

    `row` says which price of the item it is (its cells are empty); `quantity` is the display quantity that `old` and `new` are
    for.
    """

    effective: datetime
    mode: str
    item: str
    spec: str | None
    per: str | None
    row: PriceRow
    quantity: Number
    unit: str
    old: Number | None
    new: Number | None
    change: Number | None
    when: When = field(default_factory=dict)
    announced: datetime | None = None
    running_subscriptions: str | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class TimeBandView:
    """The hours of a time band, from and to so many minutes after midnight (above 1,440: on the day after); `days` from 0 (Monday) on and
    `months` from 1 on are those on which its hours begin, and empty: every one.
    """

    band: str
    description: Text
    hours: tuple[tuple[int, int], ...]
    days: tuple[int, ...]
    months: tuple[int, ...]
