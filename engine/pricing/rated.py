"""What rating a line gives: the list amount of steps 1 to 4 of the waterfall, charge by charge (rule language, 3.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.model.book import Item, ModeItem, Spec
from engine.model.orders import Order, OrderLine
from engine.model.prices import Charge, PriceEntry
from engine.model.trace import TraceStep
from engine.values.exact import ZERO, Number, exact, multiply
from engine.values.spans import NOWHERE, Origin
from engine.values.terms import UNITS_OF


@dataclass(frozen=True, slots=True)
class AcceptedLine:
    """A line of an order after its checks: what is sold, and how much of it in the item's unit (before rounding `at:
    quantity`).
    """

    position: int
    line: OrderLine
    item: Item
    spec: Spec | None
    mode_item: ModeItem
    quantity: Number

    @property
    def rung(self) -> int:
        """Where its spec stands on the item's ladder: 0 is the lowest one, or none."""
        return self.item.specs.index(self.spec) if self.spec is not None else 0


@dataclass(frozen=True, slots=True)
class RatedCharge:
    """One charge of a line: `model_amount` x `multiplier` = `exact_amount`; `amount` is that after rounding `at: charge`.

    Prepaid: `model_amount` is for one `per`, `multiplier` the price periods of the term, 1 for `once`.
    Metered: `model_amount` is for all windows together and `multiplier` is 1.
    """

    entry: PriceEntry
    charge: Charge
    per: str | None
    model_amount: Number
    multiplier: Number
    exact_amount: Number
    amount: Number

    @property
    def recurring(self) -> bool:
        """Whether the charge comes with every price period; a `once` charge does not."""
        return self.per != "once"


@dataclass(frozen=True, slots=True)
class RatedSpan:
    """A stretch [start, end) of a metered line with its share of the list amount; what is due once has no length (end = start).

    Discounts with `after` or `lasts` are split along these; the amounts of a line's spans add up to its list amount, their
    `unit_periods` (quantity x price periods of the stretch) to the line's.
    """

    start: datetime
    end: datetime
    amount: Number
    unit_periods: Number | None = None


@dataclass(frozen=True, slots=True)
class ExtraPart:
    """The part [start, end) of a term from its anniversary to its unified day: by price period the share of one that it costs.

    `convention` is the policy's `stub`. Of a first term that is short it is all (`alone`), from its start on. Source: rule language,
    3.10, Renewals, and second version, 2.2.
    """

    start: datetime
    end: datetime
    convention: str
    shares: Mapping[str, Number]
    origin: Origin = NOWHERE
    alone: bool = False

    def share(self, per: str | None) -> Number:
        """The share of a price per `per` that it costs; what is due once costs nothing for it."""
        return ZERO if per is None else self.shares.get(per, ZERO)

    def units(self, per: str | None) -> Number:
        """What it costs, in months (or days) of a price per `per`: half a price per year is 6."""
        return multiply(self.share(per), exact(UNITS_OF.get(per or "", 1)))


@dataclass(frozen=True, slots=True)
class RatedLine:
    """A line with its list amount = the sum of `charges[].amount`, and the trace of steps 1 to 4."""

    item: Item
    spec: Spec | None
    quantity: Number
    unit: str
    payment: str  # prepaid | postpaid
    list_amount: Number
    charges: tuple[RatedCharge, ...]
    steps: tuple[TraceStep, ...]
    line: OrderLine
    unit_periods: Number | None = None
    """What a unit price of one price period is multiplied by: quantity x price periods (prepaid: 10 x 12), for a metered line the
    sum over its windows of quantity x window length / `per`. None: not known, a `fixed_price` then does not apply."""
    spans: tuple[RatedSpan, ...] = ()
    """Metered lines only."""
    extra: ExtraPart | None = None
    """Prepaid lines only: the part of the term after its anniversary, which the list amount holds."""
    extra_units: Number = ZERO
    """What `extra` costs, in months (or days) of the line's price."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Metered lines only: the attributes of usage that keep it apart from other lines of its item."""
    taxed_at: datetime | None = None
    """The end of the billing period whose last day decides the tax of a metered line; None: found from its spans."""
    commitment: str | None = None
    """Of the line that makes a commitment up, which one; its one span is the time that is committed to."""

    def attributes_in(self, order: Order) -> Mapping[str, str]:
        """All attributes that decide about the line: those of the order and the customer, and its own of usage."""
        return {**order.attributes, **self.attributes} if self.attributes else order.attributes
