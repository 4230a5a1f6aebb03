"""What a price sheet says, as records of facts: exact numbers, ids, dates, durations and the book's own texts. No words, no formats.

Contract: everything here is language-neutral and was computed by `engine.pricing`; documents put it into words and decide no amount.
Amounts are exact numbers in `Header.currency`; ratios are shares of one (0.17 is 17%); instants are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.diagnostics import Diagnostic
from engine.model.book import Party
from engine.model.conditions import ALWAYS, Conditions
from engine.model.orders import Order
from engine.model.policies import Benefit, Cancellation, ModeChange, Renewal, SpecChange
from engine.model.quotes import Quote
from engine.model.texts import Text, UnitTitle
from engine.values.exact import Number
from engine.values.periods import Duration
from engine.values.units import UnitTable

When = Mapping[str, tuple[str, ...]]
"""Whom a row is for: attribute -> its values; empty: everybody."""


# --- names ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit by its symbol and its name (empty: the symbol is the name)."""

    id: str
    title: UnitTitle = UnitTitle()


@dataclass(frozen=True, slots=True)
class Names:
    """The titles behind the ids that the sheet uses; `language` is the book's own, the fallback of every text."""

    language: str
    items: Mapping[str, Text]
    specs: Mapping[tuple[str, str], Text]
    modes: Mapping[str, Text]
    units: Mapping[str, UnitView]
    resources: Mapping[str, Text]
    attributes: Mapping[str, Text]
    discounts: Mapping[str, Text]
    taxes: Mapping[str, Text] = field(default_factory=dict)
    descriptions: Mapping[str, Text] = field(default_factory=dict)  # items
    item_units: Mapping[str, str] = field(default_factory=dict)  # item -> unit
    unit_table: UnitTable = UnitTable()  # so that a document may say 1,024 GB as 1 TB


@dataclass(frozen=True, slots=True)
class Header:
    """The head of the sheet. `in_force_from`: since when every price shown is in force (None: no dated price)."""

    book_id: str
    digest: str
    title: Text
    description: Text
    status: str  # illustrative | draft | published
    currency: str
    prices_include_tax: bool
    at: datetime
    in_force_from: datetime | None
    timezone: str
    seller: Party | None = None
    price_notice: Duration | None = None
    payment_terms: Duration | None = None


# --- the comparison of billing modes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModeFacts:
    """A billing mode in the comparison table. `items` are ids in the book's order; `spec_change` empty: not supported."""

    mode: str
    title: Text
    payment: str  # prepaid | postpaid
    cycle: str  # term | hour | day | month
    items: tuple[str, ...]
    spec_change: tuple[str, ...]  # upgrade | downgrade | expand | reduce
    scenario: Text


# --- prices ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProvisionView:
    """How much of a resource an item or spec provides; `every` "month": a quota."""

    resource: str
    quantity: Number
    unit: str
    every: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
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
class PriceRow:
    """A row of prices under a group. `part` says what is priced:

    spec: one of the item's specs; unit: each unit of (`above`, `up_to`]; package: each started package of `package_size` units;
    flat: one amount, whatever the quantity; tier-flat: one amount, once for the tier; rate: a share of an amount of money;
    per-event, minimum, maximum: amounts of a charge, once for each application.
    `above` and `up_to` are the tier's bounds in the item's unit (None: none); `includes_upper` False: up to but not including.
    `includes_lower`: `above` itself belongs to the tier, because the tier before ends `below` it.
    `first` and `last` are the least and the largest orderable quantity of the tier where the item is sold in whole steps (101 after
    100), else None.
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
    model: str  # specs | per_unit | flat | package | graduated | volume | percentage
    rows: tuple[PriceRow, ...]
    spec: str | None = None
    when: When = field(default_factory=dict)
    quantity: Number = Decimal(1)
    allowance: Number | None = None
    at_zero: str = "skip"
    applies_to: str = "each-window"
    min: Number | None = None
    max: Number | None = None
    step: Number | None = None
    provides: tuple[ProvisionView, ...] = ()
    measure: str | None = None  # the meter's measure and window, for metered items
    window: str | None = None
    covered_by: str | None = None


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Groups that share columns. `kind`: ladder (the specs of one item), packages (ordered by quantity), usage (metered)."""

    kind: str
    columns: tuple[Column, ...]
    groups: tuple[PriceGroup, ...]
    applies_to_term: bool = False  # some column is a term


@dataclass(frozen=True, slots=True)
class TermRow:
    """What a term costs against the list price: `pay` + `discount` = 1. `items`: only these (empty: all the mode's prepaid items)."""

    terms: tuple[Duration, ...]
    pay: Number
    discount: Number
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What `quantity` costs for one price period at list price, and per unit (None at 0)."""

    quantity: Number
    amount: Number
    average: Number | None


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


@dataclass(frozen=True, slots=True)
class ModeSheet:
    """The prices of one billing mode. `one_of`: exactly one item of each; `groups`: item group -> presence."""

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


# --- discounts and taxes ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DiscountTierView:
    """Reached at or above `start`: a Duration by term, a quantity, or an amount of money by spend."""

    start: Duration | Decimal
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
    """A link of the rounding chain in force; `places` None: the currency's minor unit, given in `decimals`."""

    at: str
    mode: str
    decimals: int


# --- break-even ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderedItem:
    """A line of a reference order."""

    item: str
    spec: str | None
    quantity: Number
    unit: str


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where paying by use gets dearer than the prepaid price of `term`.

    `monthly` is the prepaid cost of one month. `hours` is the exact crossing (None: it lies between `first_hour` - 1 and `first_hour`,
    found by quoting). `first_hour` is the first whole hour at which prepaid is cheaper (None: never inside the month), `last_hour` the
    last at which usage does not cost more. `share` = last_hour / hours of the month.
    """

    term: Duration
    monthly: Number
    total: Decimal
    discount: Number | None
    hours: Number | None
    first_hour: int | None
    last_hour: int
    share: Number


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Prepaid against pay-per-use for one reference order, over a month of `month_hours` hours.

    The reference is the required items of the prepaid mode, with the second rung of each ladder (the only one where there is one) and
    the least quantity of the others; usage is what these provide. `hourly` is the cost of one hour of use (None where hours differ);
    `points` are (hours, cost).
    """

    prepaid: str
    postpaid: str
    ordered: tuple[OrderedItem, ...]
    used: tuple[OrderedItem, ...]
    provides: tuple[ProvisionView, ...]
    month_hours: int
    hourly: Number | None
    points: tuple[tuple[Number, Number], ...]
    crossings: tuple[Crossing, ...]


# --- worked examples -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepCell:
    """One line's part of a step: the calculation in digits and its result. `facts` are those of the trace."""

    formula: str
    value: Number | None
    before: Number | None
    kind: str
    facts: Mapping[str, object] = field(default_factory=dict)
    idle: bool = False


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step over all lines of an example: the waterfall's number and name, what happened, a cell per line (None: not on that line)."""

    number: int
    name: str
    kind: str
    cells: tuple[StepCell | None, ...]
    idle: bool = False


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """An example of the book as the engine prices it. `outcome`:

    quote: priced; error: refused, as the book expects; refused: refused although the book expects a price; history: not computed here,
    because it needs an account's history.
    `per_month` is the net total divided by the months of the term.
    """

    id: str
    title: Text
    description: Text
    outcome: str
    order: Order | None
    quote: Quote | None = None
    steps: tuple[StepRow, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    per_month: Number | None = None


# --- policies --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SpecChangeView:
    """A spec-change policy of a mode, for whom; `policy` None: the mode names none, so changes are not supported."""

    mode: str
    policy: SpecChange | None
    when: When = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeeTable:
    """Cancellation fees by term and time used: a cell per column where the term reaches it, else None.

    `columns` are the inclusive ends of the time used; the last one, None, has no end. Rows hold terms with the same fees.
    """

    columns: tuple[Duration | None, ...]
    rows: tuple[tuple[tuple[Duration, ...], tuple[Decimal | None, ...]], ...]


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


# --- limits and announced changes ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LimitView:
    """A bound over a whole order (`resource`) or on the quantity of one item (`item`). Quantities are in `unit`; `shown_*` is the same
    in the largest unit in which it is a whole number. Empty `modes`: all."""

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

    `row` says which price of the item it is (its cells are empty); `quantity` is the display quantity that `old` and `new` are for.
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


# --- the sheet -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetView:
    """Everything a price sheet of a book says for one date and currency. `glossary` names the terms used, in reading order."""

    header: Header
    names: Names
    comparison: tuple[ModeFacts, ...]
    modes: tuple[ModeSheet, ...]
    discounts: tuple[DiscountView, ...]
    taxes: tuple[TaxView, ...]
    rounding: tuple[RoundingView, ...]
    break_even: tuple[BreakEven, ...]
    examples: tuple[WorkedExample, ...]
    policies: Policies
    limits: tuple[LimitView, ...]
    announced: tuple[AnnouncedPrice, ...]
    glossary: tuple[str, ...]


GLOSSARY = (
    "prepaid",
    "postpaid",
    "term",
    "specification",
    "list-price",
    "effective-price",
    "graduated",
    "volume",
    "package",
    "month-equivalent",
    "list-amount",
    "rounding",
)
"""Every term that a sheet may explain; documents hold the words."""

EVERYBODY: When = ALWAYS.when
