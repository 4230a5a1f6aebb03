"""The records of prices: tables of a billing mode, their columns, groups, rows and cells; what terms cost; curves of tiers.

Contract: facts only, in exact numbers; see `engine.sheet.view`, which is where everything is imported from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.model.prices import AllowanceTerms
from engine.model.texts import Text
from engine.values.exact import Number
from engine.values.periods import Duration

When = Mapping[str, tuple[str, ...]]
"""Whom a row is for: attribute -> its values; empty: everybody."""


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """How much of a resource an item or spec provides; `every` "month": a quota."""

    resource: str
    quantity: Number
    unit: str
    every: str | None = None


@dataclass(frozen=True, slots=True)
class PriceColumn:
    """A column of prices. `kind`:

    list: the list price for one `per` (month | year | once; hour | day | month | year on usage; None: for each unit used)
    term: the effective price of one month when `term` is bought; `discount` is its share off where all rows have the same
    month: what a `per: hour | day` price comes to in a month of `hours` hours
    """

    kind: str
    per: str | None = None
    term: Duration | None = None
    discount: Number | None = None
    hours: Number | None = None


@dataclass(frozen=True, slots=True)
class PriceCell:
    """A price. `value` is for the group's display quantity, `unit_price` for one unit (both the same where nothing is scaled).

    `total` is what is paid ahead for the whole term, rounded as a quote rounds it (ladder rows only).
    """

    value: Number
    unit_price: Number
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class TierBound:
    """How much is used of another item, in its `unit`, where a tier is the one that holds: from `above` to `up_to` (None: open), whose bounds are included
    as those of a row are. Without a unit, `item` is an attribute, and the bounds are of the number that each record has.
    """

    item: str
    unit: str
    above: Number | None = None
    up_to: Number | None = None
    includes_upper: bool = True
    includes_lower: bool = False


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A row of prices under a group. `part` says what is priced:

    spec: one of the item's specs; unit: each unit of (`above`, `up_to`]; package: each started package of `package_size` units;
    flat: one amount, whatever the quantity; tier-flat: one amount, once for the tier; rate: a share of an amount of money;
    per-event, minimum, maximum: amounts of a charge, once for each application.
    `above` and `up_to` are the tier's bounds in the item's unit (None: none); `includes_upper` False: up to but not including.
    `includes_lower`: `above` itself belongs to the tier, because the tier before ends `below` it.
    `first` and `last` are the least and the largest orderable quantity of the tier where the item is sold in whole steps
    (101 after 100), else None. `beside` are the bounds of a tier that the use of other items chooses: all of them hold, and no tier before.
    `cells` follow the table's columns; None: does not occur.
    """

    part: str
    cells: tuple[PriceCell | None, ...]
    spec: str | None = None
    spec_title: Text = Text()
    provides: tuple[ProvisionView, ...] = ()
    above: Number | None = None
    up_to: Number | None = None
    includes_upper: bool = True
    first: Number | None = None
    package_size: Number | None = None
    part_package: str | None = None
    includes_lower: bool = False
    last: Number | None = None
    beside: tuple[TierBound, ...] | None = None


@dataclass(frozen=True, slots=True)
class PriceGroup:
    """The prices of one item (or one spec of it) for one group of customers under one charge.

    `quantity` is the display quantity: prices with part `unit` are for so many of `unit`. `step`, `min`, `max`: what may be ordered.
    """

    item: str
    title: Text
    description: Text
    unit: str
    presence: str  # required | optional
    model: str  # specs | per_unit | flat | package | graduated | volume | percentage | unpriced (no price in force, no rows)
    rows: tuple[PriceRow, ...]
    spec: str | None = None
    when: When = field(default_factory=dict)
    quantity: Number = Decimal(1)
    allowance: Number | None = None
    allowance_terms: AllowanceTerms | None = None
    net_minimum: Decimal | None = None
    net_maximum: Decimal | None = None
    at_zero: str = "skip"
    applies_to: str = "each-window"
    tier_by: tuple[str, ...] | None = None
    min: Number | None = None
    max: Number | None = None
    step: Number | None = None
    provides: tuple[ProvisionView, ...] = ()
    measure: str | None = None  # the meter's measure and window, for metered items
    window: str | None = None
    hold: bool = False
    meter_step: Duration | None = None  # how often a level is looked at for its mean
    over: str = "subscription"
    record_at_least: Number | None = None
    record_round_up: Number | None = None
    by_month: bool = False  # a price per month or year is charged for shorter windows, of which a month has `month_is` or its own
    month_is: Duration | None = None
    covered_by: str | None = None
    counts: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Groups that share columns. `kind`: ladder (the specs of one item), packages (ordered by quantity), usage (metered).

    All its items are of one item group, or of none. `side_by_side`: the groups of customers (regions, segments) each of which has prices for
    everything in the table, so that they can be compared; empty: there are none to compare.
    """

    kind: str
    columns: tuple[PriceColumn, ...]
    groups: tuple[PriceGroup, ...]
    applies_to_term: bool = False  # some column is a term
    terms_alike: bool = False  # there are several terms, and a month costs the same in each
    side_by_side: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True)
class TermRow:
    """What a term costs against the list price: `pay` + `discount` = 1. `items`: only these (empty: every item of the mode)."""

    terms: tuple[Duration, ...]
    pay: Number
    discount: Number
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What `quantity` costs for one price period at list price, and per unit (None at 0).

    `charged` False: the amount is only approached from one side, because at the quantity itself the other one is due.
    """

    quantity: Number
    amount: Number
    average: Number | None
    charged: bool = True


@dataclass(frozen=True, slots=True)
class TierCurve:
    """The amount of a tiered charge by quantity, straight between its points; two points at one quantity are a jump."""

    item: str
    unit: str
    per: str | None
    model: str
    points: tuple[CurvePoint, ...]
    bounds: tuple[Number, ...]
    spec: str | None = None
    when: When = field(default_factory=dict)
    allowance: Number | None = None


@dataclass(frozen=True, slots=True)
class CommitmentView:
    """The least that is paid in a mode for each `every`; `items` empty: for all. `like` is the item that what is missing is taxed like, which the
    book names itself where `like_named`.
    """

    id: str
    title: Text
    amount: Number
    every: str  # month | year | term
    items: tuple[str, ...]
    of: str  # net | list
    stub: str | None
    like: str
    like_named: bool
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModeSheet:
    """The prices of one billing mode. `one_of`: exactly one item of each; `groups`: item group -> presence; `at_least_one`: the items of
    each group that is required.
    """

    mode: str
    title: Text
    description: Text
    payment: str
    cycle: str
    invoiced: str | None
    terms: tuple[Duration, ...]
    expires: str
    tables: tuple[PriceTable, ...]
    terms_table: tuple[TermRow, ...] = ()
    term_discount: str | None = None  # the discount's id, where one rule makes the terms cheaper
    curves: tuple[TierCurve, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    at_least_one: tuple[tuple[str, ...], ...] = ()
    commitments: tuple[CommitmentView, ...] = ()
