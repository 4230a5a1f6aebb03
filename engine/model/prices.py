"""Dated prices and the charge models (rule language, 3.1 and 3.5). Unit prices, flats and bounds are exact and not negative."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.model.conditions import ALWAYS, Conditions
from engine.values.spans import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
class PerUnit:
    """q x unit_price. For an item whose unit is a currency, `unit_price: 7%` is 0.07."""

    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class Flat:
    """One amount, whatever the quantity."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Package:
    """n x price with n = q / size: rounded up (`whole`), exact (`proportional`) or rounded down (`drop`)."""

    size: Decimal
    price: Decimal
    part_package: str = "whole"


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to `bound` (included or not; None: open). Its price per unit or per package, and a `flat` due once with it."""

    bound: Decimal | None = None
    includes_bound: bool = True  # up_to includes, below does not
    unit_price: Decimal | None = None
    package: Package | None = None
    flat: Decimal | None = None
    origin: Origin = NOWHERE
    price_origin: Origin = field(default=NOWHERE, compare=False)  # the line of its price


@dataclass(frozen=True, slots=True)
class Graduated:
    """Each unit at the price of its own tier."""

    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Volume:
    """All units at the price of the tier that the quantity reaches."""

    tiers: tuple[Tier, ...]


@dataclass(frozen=True, slots=True)
class Percentage:
    """clamp(q x rate + per_event, minimum, maximum), summed over events; q is an amount of money, `rate` 0.015 is 1.5%."""

    rate: Decimal
    per_event: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None


Model = PerUnit | Flat | Package | Graduated | Volume | Percentage


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge model with what any charge may add. `minimum`/`maximum` of a Percentage stand in the model, not here."""

    model: Model
    allowance: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    at_zero: str = "skip"  # skip | bill
    applies_to: str = "each-window"  # each-window | each-record | period-total; metered items only
    origin: Origin = NOWHERE
    key_origins: Mapping[str, Origin] = field(default_factory=dict, compare=False)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers of its model; none where it has none."""
        return self.model.tiers if isinstance(self.model, Graduated | Volume) else ()

    def place_of(self, key: str) -> Origin:
        """Where the number under a key was written; the charge's own place where that is not known better."""
        return self.key_origins.get(key, self.origin)


@dataclass(frozen=True, slots=True)
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
    per: str | None = None  # month | year | once on ordered items; hour | day | month | year or None on metered ones
    withdrawn: bool = False
    conditions: Conditions = ALWAYS
    announced: datetime | None = None
    running_subscriptions: str = "next-renewal"  # next-renewal | next-period | immediately | never
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its currency, for rules that name several: `amount_off: {USD: 20.00, EUR: 18.00}`."""

    by_currency: Mapping[str, Decimal] = field(default_factory=dict)
