"""Dated prices and the charge models (rule language, 3.1 and 3.5). Unit prices, flats and bounds are exact and not negative."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.model.checks import checked, numbers, refuse, words
from engine.model.conditions import ALWAYS, Conditions
from engine.values.exact import Number
from engine.values.periods import Duration
from engine.values.spans import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
@checked(numbers("unit_price"))
class PerUnit:
    """q x unit_price. For an item whose unit is a currency, `unit_price: 7%` is 0.07."""

    unit_price: Decimal


@dataclass(frozen=True, slots=True)
@checked(numbers("amount"))
class Flat:
    """One amount, whatever the quantity."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
@checked(numbers("size", positive=True), numbers("price"), words(part_package=("whole", "proportional", "drop")))
class Package:
    """n x price with n = q / size: rounded up (`whole`), exact (`proportional`) or rounded down (`drop`)."""

    size: Number
    price: Decimal
    part_package: str = "whole"


@dataclass(frozen=True, slots=True)
@checked(numbers("bound", "unit_price", "flat"))
class Tier:
    """Up to `bound` (included or not; None: open). Its price per unit or per package, and a `flat` due once with it.

    `bounds` stand in its place where other quantities choose the tier: one for each of them, None where that one has no bound.
    """

    bound: Number | None = None
    includes_bound: bool = True  # up_to includes, below does not
    unit_price: Decimal | None = None
    package: Package | None = None
    flat: Decimal | None = None
    origin: Origin = NOWHERE
    price_origin: Origin = field(default=NOWHERE, compare=False)  # the line of its price
    bounds: tuple[Number | None, ...] = ()

    def __post_init__(self) -> None:
        refuse(self.unit_price is not None and self.package is not None, "a tier has `unit_price` or `package`, not both")
        refuse(self.unit_price is None and self.package is None and self.flat is None, "a tier has no price")


def _check_tiers(model: "Graduated | Volume") -> None:
    if isinstance(model, Volume) and model.by:
        refuse(any(len(each.bounds) != len(model.by) or each.bound is not None for each in model.tiers), "each tier has a bound for each name in `tier_by`")
        ends = [each for each in model.tiers if any(bound is not None for bound in each.bounds)]
        refuse(ends != list(model.tiers[:-1]), "of tiers the last one is open, and no other")
        return
    refuse(any(each.bounds for each in model.tiers), "only a tier that other quantities choose has several bounds")
    bounds = [(each.bound, each.includes_bound) for each in model.tiers if each.bound is not None]
    refuse(len(bounds) != len(model.tiers) - 1 or model.tiers[-1].bound is not None, "of tiers the last one is open, and no other")
    refuse(any(first >= second for first, second in itertools.pairwise(bounds)), "the bounds of tiers rise from one to the next")


@dataclass(frozen=True, slots=True)
@checked(_check_tiers)
class Graduated:
    """Each unit at the price of its own tier."""

    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
@checked(_check_tiers)
class Volume:
    """All units at the price of the tier that the quantity reaches.

    With `by` it is the first tier within whose bounds all these lie: the quantities of items of the same subscription and billing period.
    """

    tiers: tuple[Tier, ...]
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
@checked(numbers("rate", "per_event"), numbers("minimum", "maximum", rising=True))
class Percentage:
    """clamp(q x rate + per_event, minimum, maximum), summed over events; q is an amount of money, `rate` 0.015 is 1.5%."""

    rate: Decimal
    per_event: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None


Model = PerUnit | Flat | Package | Graduated | Volume | Percentage


@dataclass(frozen=True, slots=True)
@checked(numbers("amount"), words(of=("list", "net")))
class ChargeBound:
    """A minimum or maximum as it is written. `of` "list": of each application; "net": of a line of a billing period after its discounts."""

    amount: Decimal
    of: str = "list"  # list | net


@dataclass(frozen=True, slots=True)
@checked(words(across=("attributes",), over=("subscription", "account")))
class AllowanceTerms:
    """Who shares an allowance of metered use, and for how long there is one (rule language, second version, 3.2).

    `across` "attributes": one for all of the item's lines; `over` "account": one for all subscriptions of the account. `lasts` counts from the
    subscription's start; what a billing period leaves is added to the next, until `carry_over` after its end.
    """

    across: str | None = None
    over: str = "subscription"  # subscription | account
    lasts: Duration | None = None
    carry_over: Duration | None = None

    @property
    def pooled(self) -> bool:
        """Whether there is one for a whole billing period, used up in order of time, whatever a charge applies to."""
        return self.across is not None or self.over == "account" or self.carry_over is not None


@dataclass(frozen=True, slots=True)
@checked(
    numbers("allowance"),
    numbers("minimum", "maximum", rising=True),
    numbers("net_minimum", "net_maximum", rising=True),
    words(at_zero=("skip", "bill"), applies_to=("each-window", "each-record", "period-total")),
)
class Charge:
    """A charge model with what any charge may add. `minimum`/`maximum` of a Percentage stand in the model, not here.

    `net_minimum` and `net_maximum` are for a line of a billing period after its discounts (rule language, second version, 3.3).
    """

    model: Model
    allowance: Number | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    at_zero: str = "skip"  # skip | bill
    applies_to: str = "each-window"  # each-window | each-record | period-total; metered items only
    net_minimum: Decimal | None = None
    net_maximum: Decimal | None = None
    terms: AllowanceTerms | None = None  # of the allowance; None: it is free in each application, as long as the price is in force
    origin: Origin = NOWHERE
    key_origins: Mapping[str, Origin] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        refuse(self.terms is not None and self.allowance is None, "there are terms of an allowance, and none of it")

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers of its model; none where it has none."""
        return self.model.tiers if isinstance(self.model, Graduated | Volume) else ()

    @property
    def tier_by(self) -> tuple[str, ...]:
        """What chooses the tier in place of the charge's own quantity; empty where that does."""
        return self.model.by if isinstance(self.model, Volume) else ()

    def place_of(self, key: str) -> Origin:
        """Where the number under a key was written; the charge's own place where that is not known better."""
        return self.key_origins.get(key, self.origin)


@dataclass(frozen=True, slots=True)
@checked(words(per=("hour", "day", "week", "month", "year", "once"), running_subscriptions=("next-renewal", "next-period", "immediately", "never")))
class PriceEntry:
    """What an item (or one spec of it) costs from a date on, in one mode, currency and `per`.

    An entry replaces earlier ones of the same (billing_mode, item, spec, currency, per, when). `charges` under one `per` are summed.
    `withdrawn` ends sale of the (item, spec) whatever the `per`; then `charges` is empty and `per` None.
    A price written for an item with specs is held once for every spec. Source: rule language, 3.1 and 3.10, Prices.
    """

    billing_mode: str
    item: str
    currency: str
    charges: tuple[Charge, ...]
    spec: str | None = None
    per: str | None = None  # month | year | day | week | once on ordered items; hour | day | month | year or None on metered ones
    withdrawn: bool = False
    conditions: Conditions = ALWAYS
    announced: datetime | None = None
    running_subscriptions: str = "next-renewal"  # next-renewal | next-period | immediately | never
    origin: Origin = NOWHERE

    def __post_init__(self) -> None:
        refuse(bool(self.charges) == self.withdrawn, "a price has charges, and a withdrawal has none")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency, for rules that name several: `amount_off: {USD: 20.00, EUR: 18.00}`."""

    by_currency: Mapping[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for amount in self.by_currency.values():
            Flat(amount)
