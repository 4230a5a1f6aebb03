"""Discounts, taxes, commitments, and the policies for changes, cancellations and renewals (rule language, 3.6 to 3.8). Ratios: 0.17 is 17%."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from engine.model.checks import checked, numbers, refuse, words
from engine.model.conditions import ALWAYS, Conditions
from engine.model.prices import Money
from engine.model.texts import Text
from engine.values.exact import ROUNDING_MODES, ZERO, Number
from engine.values.periods import Duration
from engine.values.spans import NOWHERE, Origin

CONVENTIONS = ("calendar-months", "days-of-365", "actual-days", "seconds", "30-day-month", "28-day-month", "30-360", "365/12", "whole-period", "none")
"""How a part of a period is counted (rule language, 3.7)."""

CONVENTIONS_OF_DAYS = ("actual-days", "seconds", "whole-period", "none")
"""Those of them that count a term of days (second version, 2.1)."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EACH_DAY = "each-day"
MIDNIGHT = "00:00"

COUNTS_FROM = ("same-day", "next-day", "next-hour", "instant")
DIRECTIONS = ("upgrade", "downgrade", "expand", "reduce")


@dataclass(frozen=True, slots=True)
@checked(numbers("ratio", most=1))
class PercentOff:
    """`ratio` of what the stage before left; 0.17 for 17%. The `origin` of a benefit is the line of its number."""

    ratio: Decimal
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class AmountOff:
    """A sum of money, allocated to the lines in scope (step 7); currencies it does not name get nothing."""

    amounts: Money
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class PayFor:
    """Of every `every` (months, or days) only `pay_for` are paid; the rest of a term is paid in full."""

    pay_for: Duration
    every: Duration
    origin: Origin = field(default=NOWHERE, compare=False)

    def __post_init__(self) -> None:
        paid, every = ((each.months, each.seconds) for each in (self.pay_for, self.every))
        refuse(bool(paid[0]) != bool(every[0]) or paid > every, "a part of a time is paid, not more")


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """The unit price for one price period instead of the list price; never raises an amount."""

    unit_prices: Money
    origin: Origin = field(default=NOWHERE, compare=False)


Benefit = PercentOff | AmountOff | PayFor | FixedPrice


@dataclass(frozen=True, slots=True)
class DiscountTier:
    """Reached at or above `start`: a Duration with `by: term`, a quantity with `quantity`, an amount in the order's currency with `spend`."""

    start: Duration | Number
    benefit: Benefit
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(words(by=("term", "quantity", "spend")))
class Discount:
    """A rule that lowers amounts. Empty `billing_modes` or `items` mean all. Either `benefit`, or `by` with `tiers` (ascending)."""

    id: str
    title: Text = Text()
    description: Text = Text()
    billing_modes: tuple[str, ...] = ()
    items: tuple[str, ...] = ()  # groups are already expanded
    benefit: Benefit | None = None
    by: str | None = None  # term | quantity | spend
    tiers: tuple[DiscountTier, ...] = ()
    coupon: str | None = None
    after: Duration | None = None
    lasts: Duration | str = "forever"  # "once" | "forever" | a Duration
    conditions: Conditions = ALWAYS
    origin: Origin = NOWHERE

    def __post_init__(self) -> None:
        tiered = {self.benefit is None, self.by is not None, bool(self.tiers)}
        refuse(len(tiered) > 1, "a discount has a benefit, or tiers `by` something")
        refuse(isinstance(self.lasts, str) and self.lasts not in ("once", "forever"), f"a discount cannot last `{self.lasts}`")
        starts = [each.start for each in self.tiers]
        refuse(any(isinstance(each, Duration) != (self.by == "term") for each in starts), "tiers by term begin at a duration, others at a number")
        sizes = [(each.months, each.seconds, ZERO) if isinstance(each, Duration) else (0, 0, each) for each in starts]
        refuse(any(first >= second for first, second in itertools.pairwise(sizes)), "the tiers of a discount begin one above the other")


@dataclass(frozen=True, slots=True)
class DiscountStage:
    """One stage of the policy: a single discount, or the best of several (at most one of them applies)."""

    discounts: tuple[str, ...]
    best_of: bool = False
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(words(monthly=CONVENTIONS, yearly=CONVENTIONS, daily=CONVENTIONS_OF_DAYS, mode=tuple(ROUNDING_MODES)))
class Remaining:
    """How the remaining duration is counted (rule language, 3.7, and second version, 2.1). `counts_from` is one rule, or by case.

    `monthly`, `yearly` and `daily` are None where no mode with such terms uses the policy.
    """

    monthly: str | None
    yearly: str | None
    counts_from: str | Mapping[str, str]  # same-day | next-day | next-hour | instant; cases: purchase-day, later
    places: int | None = None
    mode: str = "half-up"
    daily: str | None = None

    @staticmethod
    def key_for(term: Duration) -> str:
        """Which of the conventions counts what is left of a term: of whole years, of days, or of any other number of months."""
        if not term.months:
            return "daily"
        return "yearly" if term.months % 12 == 0 else "monthly"

    def for_term(self, term: Duration) -> str | None:
        """The convention for what is left of a term; None where the policy names none."""
        return {"daily": self.daily, "yearly": self.yearly, "monthly": self.monthly}[self.key_for(term)]


@dataclass(frozen=True, slots=True)
@checked(
    words(
        takes_effect=("immediately", "next-renewal"),
        charge=("difference", "full-difference", "new-less-credit", "none"),
        discount=("as-ordered", "on-difference", "current", "none"),
        amounts=("once", "again"),
        price_period=("ordered", "round-up", "round-down"),
        credit_base=("list", "paid"),
        credit_cap=("paid", "none"),
    )
)
class ChangeTerms:
    """What a change in one direction costs and when it takes effect (rule language, 3.8, and second version, 6)."""

    takes_effect: str = "immediately"
    charge: str = "difference"
    remaining: Remaining | None = None
    discount: str = "as-ordered"
    amounts: str = "once"
    price_period: str = "ordered"
    credit_base: str = "paid"
    credit_cap: str = "paid"

    def __post_init__(self) -> None:
        other = self.credit_base == "list" or self.charge == "new-less-credit"
        refuse(self.discount == "on-difference" and other, "a discount on the difference needs both prices discounted alike")


@dataclass(frozen=True, slots=True)
class SpecChange:
    """A spec-change policy: which directions it supports and the terms of each (`by_direction` holds every supported one)."""

    id: str
    supports: tuple[str, ...] = ()  # upgrade | downgrade | expand | reduce
    by_direction: Mapping[str, ChangeTerms] = field(default_factory=dict)
    default: ChangeTerms = ChangeTerms()
    title: Text = Text()
    reason: Text = Text()
    instead: Text = Text()
    origin: Origin = NOWHERE
    description: Text = Text()


@dataclass(frozen=True, slots=True)
@checked(words(by=("time-used", "re-rated"), of=("paid", "list"), count=("second", "minute", "hour", "day", "month"), part=("up", "down")))
class Consumed:
    """How the used part of a payment is counted (rule language, 3.8)."""

    by: str = "time-used"
    of: str = "paid"
    count: str = "day"
    part: str = "down"


@dataclass(frozen=True, slots=True)
@checked(numbers("fee", most=1), numbers("consumed_times"))
class FeeRow:
    """A row of the fee table: matches a term and the time used so far (inclusive); None matches all."""

    fee: Decimal = Decimal(0)
    term: Duration | None = None
    used_up_to: Duration | None = None
    consumed_times: Decimal | None = None
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(words(refund=("unused", "none")))
class Cancellation:
    """What an unsubscription returns: max(0, paid - consumed - fee)."""

    id: str
    refund: str = "unused"  # unused | none
    full_refund_within: Duration | None = None
    consumed: Consumed = Consumed()
    fees: tuple[FeeRow, ...] = ()
    title: Text = Text()
    description: Text = Text()
    reason: Text = Text()
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(words(price=("in-force", "original"), anchor=("original-day", "day-of-change"), stub=CONVENTIONS, first=("long", "short")))
class Renewal:
    """How a prepaid subscription goes on. `auto_renew` is how long before expiry it is paid.

    `align` is calendar | last-day | 1..28, for terms of days monday ... sunday | each-day; `align_time` the time at which terms end then
    (00:00 to 23:59; None: their own), `first` whether the first term is longer than ordered, or shorter.
    """

    id: str
    price: str = "in-force"
    anchor: str = "original-day"
    auto_renew: Duration | None = None
    grace: Duration | None = None
    retention: Duration | None = None
    align: str | int | None = None
    stub: str | None = None
    title: Text = Text()
    description: Text = Text()
    origin: Origin = NOWHERE
    align_time: str | None = None
    first: str = "long"


@dataclass(frozen=True, slots=True)
@checked(words(every=("month", "year", "term"), of=("net", "list"), stub=CONVENTIONS))
class Commitment:
    """What a subscription pays at least in each `every` for what is billed by usage; what is missing is the shortfall.

    `amount` is for a whole `every`, by `stub` less for a part of one (None: whole too). Empty `items` mean all; `of`: their amounts after rounding
    at line (net), or their list amounts. `category_of` is the item that the shortfall is taxed like; None: the first one in scope.
    `conditions` are those of the use of a mode that says none itself.
    """

    id: str
    amount: Money
    every: str  # month | year | term
    items: tuple[str, ...] = ()  # groups are already expanded
    of: str = "net"  # net | list
    stub: str | None = None
    category_of: str | None = None
    conditions: Conditions = ALWAYS
    title: Text = Text()
    description: Text = Text()
    origin: Origin = NOWHERE

    def covers(self, item: str) -> bool:
        """Whether what is billed of the item counts."""
        return not self.items or item in self.items


@dataclass(frozen=True, slots=True)
@checked(words(takes_effect=("immediately", "at-expiry")))
class ModeChange:
    """Whether and when a subscription may move from one mode to another."""

    source: str
    target: str
    takes_effect: str  # immediately | at-expiry
    title: Text = Text()
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(numbers("rate"))
class Tax:
    """A row of a tax: rows of one `tax` compete by rank, then date; different taxes add up. Empty `items` mean all."""

    tax: str
    rate: Decimal
    id: str | None = None
    category: str | None = None
    items: tuple[str, ...] = ()
    compound_on: tuple[str, ...] = ()
    title: Text = Text()
    reason: Text = Text()
    conditions: Conditions = ALWAYS
    origin: Origin = NOWHERE
    rate_origin: Origin = field(default=NOWHERE, compare=False)  # the line of the rate
