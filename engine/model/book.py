"""The price book: what is sold, how it is billed, under which rules. Key names are those of the rule language, section 2.

Quantities are exact Decimals in the item's unit unless a field says otherwise; instants are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from engine.model.accounts import History
from engine.model.checks import checked, numbers, refuse, words
from engine.model.conditions import ALWAYS, Conditions
from engine.model.orders import Order
from engine.model.parties import Letterhead, Party
from engine.model.policies import CONVENTIONS, Cancellation, Commitment, Discount, DiscountStage, ModeChange, Renewal, SpecChange, Tax
from engine.model.prices import Money, PriceEntry
from engine.model.quotes import Refusal
from engine.model.texts import Text, UnitTitle
from engine.model.time_bands import TimeBand
from engine.values.exact import ROUNDING_MODES, Number
from engine.values.periods import Duration
from engine.values.spans import NOWHERE, Origin
from engine.values.terms import alike, kind_of
from engine.values.units import UnitTable

CYCLES = ("term", "hour", "day", "month")


@dataclass(frozen=True, slots=True)
@checked(words(at=("quantity", "charge", "line", "invoice", "tax", "payable"), mode=tuple(ROUNDING_MODES)))
class RoundingStep:
    """One link of the rounding chain. `at`: quantity | charge | line | invoice | tax | payable; `places` None: the currency's minor unit.

    `to` is for `payable` alone: by currency the amount of which what is paid is a multiple.
    """

    at: str
    mode: str
    places: int | None = None
    conditions: Conditions = ALWAYS
    origin: Origin = NOWHERE
    to: Money | None = None

    def __post_init__(self) -> None:
        refuse((self.at == "payable") != (self.to is not None), "what is to be paid is rounded to a multiple, and nothing else is")
        refuse(self.to is not None and any(not amount for amount in self.to.by_currency.values()), "nothing is a multiple of 0")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of quantity; its factor is in `PriceBook.unit_table`."""

    id: str
    title: UnitTitle = UnitTitle()
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(words(source=("customer", "order", "usage"), kind=("text", "number")))
class Attribute:
    """What `when` may name. `source`: customer | order | usage; `values` empty: any text. `rank` 0 is the most important.

    `private`: rules that name it are for its own customers' sheets, and on no public one. `kind` "number": its values are numbers, not below zero.
    `by_time`: the time band of a record, which its own time decides and no column says.
    """

    id: str
    source: str
    rank: int
    title: Text = Text()
    values: tuple[str, ...] = ()
    origin: Origin = NOWHERE
    description: Text = Text()
    private: bool = False
    kind: str = "text"  # text | number
    by_time: bool = False

    @property
    def is_column(self) -> bool:
        """Whether usage has a column of it."""
        return self.source == "usage" and not self.by_time


@dataclass(frozen=True, slots=True)
class Resource:
    """What items provide, limits count and quotas hold, in `unit`."""

    id: str
    unit: str
    title: Text = Text()
    origin: Origin = NOWHERE
    description: Text = Text()


@dataclass(frozen=True, slots=True)
@checked(numbers("quantity"), words(every=("month",)))
class Provision:
    """How much of a resource one unit of an item (or one spec) provides, in the resource's unit; `every` "month": a quota."""

    resource: str
    quantity: Number
    every: str | None = None


@dataclass(frozen=True, slots=True)
class Spec:
    """One rung of an item's ladder; lowest first in `Item.specs`."""

    id: str
    title: Text = Text()
    description: Text = Text()
    provides: tuple[Provision, ...] = ()
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(numbers("min", "max", rising=True), numbers("step", positive=True))
class QuantityRule:
    """What may be ordered: from `min` in whole `step`s up to `max`, both bounds included; None: no such bound."""

    min: Number | None = None
    max: Number | None = None
    step: Number | None = None
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(
    words(
        measure=("sum", "count", "unique", "max", "min", "last", "mean", "list-amount"),
        window=("hour", "day", "month", "period"),
        over=("subscription", "account"),
    ),
    numbers("max", "record_at_least"),
    numbers("record_round_up", positive=True),
)
class Meter:
    """How usage records become quantities (rule language, 3.4). What is measured by `list-amount` has no records: see `ListAmounts`."""

    measure: str  # sum | count | unique | max | min | last | mean
    window: str = "hour"  # hour | day | month | period
    of: str | None = None
    hold: bool = False
    step: Duration | None = None
    over: str = "subscription"  # subscription | account
    unit: str | None = None
    places: int | None = None
    max: Number | None = None
    record_at_least: Number | None = None
    record_round_up: Number | None = None
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class ListAmounts:
    """What an item is billed on that costs a part of what others cost: the list amounts of these `items` in a month, over the whole account.

    None are all others that the modes of the item bill by usage.
    """

    items: tuple[str, ...] = ()
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is sold: by specs (a ladder), by quantity, by metered usage, or billed on what others cost.

    One with `list_amounts` has no meter: it is held as a fee is.
    """

    id: str
    unit: str
    title: Text = Text()
    description: Text = Text()
    group: str | None = None
    specs: tuple[Spec, ...] = ()
    quantity: QuantityRule = QuantityRule()
    provides: tuple[Provision, ...] = ()
    meter: Meter | None = None
    covered_by: str | None = None
    origin: Origin = NOWHERE
    list_amounts: ListAmounts | None = None

    @property
    def metered_by(self) -> Meter:
        """The meter of an item that has one, as every item does whose usage is billed; TypeError for any other."""
        if self.meter is None:
            raise TypeError(f"`{self.id}` has no meter")
        return self.meter


@dataclass(frozen=True, slots=True)
@checked(numbers("min", "max", rising=True))
class Limit:
    """Over a whole order: the sum of what its items provide of `resource` lies in [min, max], in the resource's unit."""

    resource: str
    max: Number | None = None
    min: Number | None = None
    billing_modes: tuple[str, ...] = ()
    origin: Origin = NOWHERE
    title: Text = Text()


@dataclass(frozen=True, slots=True)
@checked(words(presence=("required", "optional"), payment=("prepaid", "postpaid"), cycle=CYCLES))
class ModeItem:
    """An item in a billing mode. `payment` and `cycle` are the mode's unless the item overrides them; `window` cycles see 3.4."""

    item: str
    presence: str  # required | optional
    payment: str  # prepaid | postpaid
    cycle: str  # term | hour | day | month
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class PolicyUse:
    """Which policy a mode uses, from when, for whom; several compete by rank, then date."""

    use: str
    conditions: Conditions = ALWAYS
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(words(invoiced=("hour", "day", "month", "year", "term"), expires=("same-time", "end-of-day"), stub=CONVENTIONS))
class BillingMode:
    """One way to pay. `items` holds every item of the mode, those of its `groups` expanded; `terms` ascend and are all months, or all whole days."""

    id: str
    payment: str
    cycle: str
    items: tuple[ModeItem, ...]
    title: Text = Text()
    description: Text = Text()
    scenario: Text = Text()
    terms: tuple[Duration, ...] = ()
    invoiced: str | None = None
    expires: str = "same-time"  # same-time | end-of-day
    groups: Mapping[str, str] = field(default_factory=dict)  # group -> presence of the group: required means at least one of its items
    one_of: tuple[tuple[str, ...], ...] = ()
    spec_change: tuple[PolicyUse, ...] = ()
    cancellation: tuple[PolicyUse, ...] = ()
    renewal: tuple[PolicyUse, ...] = ()
    commitment: tuple[PolicyUse, ...] = ()
    stub: str | None = None
    origin: Origin = NOWHERE

    def __post_init__(self) -> None:
        refuse(bool(self.terms) and not alike(*self.terms), "the terms of a mode are all months, or all whole days")

    @property
    def sold_by(self) -> str:
        """What its terms are counted in: `month`, as without any, or `day`."""
        return kind_of(self.terms[0]) or "day" if self.terms else "month"


@dataclass(frozen=True, slots=True)
class Example:
    """A test and a worked example. `given` is an Order, or a History (account, usage, period) for anything that needs one, or why it
    could not be read, where an error is expected.

    `expect` holds only what the author named, as exact values by field; `expect_error` is a diagnostic's code or slug.
    """

    id: str
    given: Order | History | Refusal
    title: Text = Text()
    description: Text = Text()
    expect: Mapping[str, object] = field(default_factory=dict)
    expect_error: str | None = None
    needs_history: bool = False
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(words(status=("illustrative", "draft", "published")))
class PriceBook:
    """A whole book. Mappings keep the order of the files; `digest` is the SHA-256 of all its files, its logo's too, hex."""

    id: str
    title: Text
    status: str  # illustrative | draft | published
    currency: str
    timezone: str
    zone: ZoneInfo
    rounding: tuple[RoundingStep, ...]
    items: Mapping[str, Item]
    billing_modes: Mapping[str, BillingMode]
    prices: tuple[PriceEntry, ...]
    digest: str = ""
    language: str = "en"
    description: Text = Text()
    seller: Party | None = None
    letterhead: Letterhead = Letterhead()
    payment_terms: Duration | None = None
    price_notice: Duration | None = None
    prices_include_tax: bool = False
    month_is: Duration | None = None
    units: Mapping[str, Unit] = field(default_factory=dict)
    unit_table: UnitTable = UnitTable()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    time_bands: Mapping[str, TimeBand] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    discounts: Mapping[str, Discount] = field(default_factory=dict)
    discount_policy: tuple[DiscountStage, ...] = ()
    spec_changes: Mapping[str, SpecChange] = field(default_factory=dict)
    cancellations: Mapping[str, Cancellation] = field(default_factory=dict)
    renewals: Mapping[str, Renewal] = field(default_factory=dict)
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    mode_changes: tuple[ModeChange, ...] = ()
    taxes: tuple[Tax, ...] = ()
    examples: Mapping[str, Example] = field(default_factory=dict)
    languages: tuple[str, ...] = ()  # every language that some text of the book has
    origin: Origin = NOWHERE

    def counted_by(self, item: Item) -> tuple[str, ...]:
        """What an item counts that is billed on what others cost: the named ones, or all else that the modes which sell it bill by usage.

        Of all, those are left out that are billed so themselves: each is computed last.
        """
        if item.list_amounts is None or item.list_amounts.items:
            return item.list_amounts.items if item.list_amounts is not None else ()
        offered = [mode.items for mode in self.billing_modes.values() if any(sold.item == item.id for sold in mode.items)]
        billed = dict.fromkeys(sold.item for each in offered for sold in each if sold.payment == "postpaid")
        return tuple(name for name in billed if name in self.items and self.items[name].list_amounts is None)
