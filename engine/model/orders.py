"""An order: what somebody wants to buy, and what they may do with it later (rule language, section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.values.exact import Number
from engine.values.periods import Duration
from engine.values.spans import NOWHERE, Origin

EACH = ("hour", "day", "month", "year")
"""In what a total that an estimate says may come in anew."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line: an item with a spec or a quantity as written, in `unit` (None: the item's own). Quantity None: 1, for a spec.

    `each` (hour | day | month | year): the quantity is used anew in each of these; None: it is a level, or all of a total.
    `attributes` of usage are those of what is used on this line; the order's hold beside them.
    """

    item: str
    spec: str | None = None
    quantity: Number | None = None
    unit: str | None = None
    origin: Origin = NOWHERE
    each: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """A spec change of what was bought: only the items that change."""

    at: datetime
    lines: tuple[OrderLine, ...]
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class RenewRequest:
    """A further term."""

    at: datetime
    term: Duration
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class SwitchRequest:
    """A move to another billing mode."""

    at: datetime
    to: str
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class UnsubscribeRequest:
    """The end of the subscription before its expiry."""

    at: datetime
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Order:
    """What is ordered at the UTC instant `at`. `term` for prepaid items, `duration` (`for:`) for an estimate of postpaid ones.

    `metered`: usage is billed from records, so what is billed by usage need not be ordered.
    """

    at: datetime
    billing_mode: str
    currency: str
    lines: tuple[OrderLine, ...]
    term: Duration | None = None
    duration: Duration | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)  # booleans are "true" and "false"
    coupons: tuple[str, ...] = ()
    changes: tuple[ChangeRequest, ...] = ()
    renew: RenewRequest | None = None
    switch: SwitchRequest | None = None
    unsubscribe: UnsubscribeRequest | None = None
    origin: Origin = NOWHERE
    origins: Mapping[str, Origin] = field(default_factory=dict)  # key of the order -> where it stands, for messages
    metered: bool = False

    @property
    def estimate_length(self) -> Duration:
        """The duration of an order that has one, as every order of what is billed by usage does; TypeError for any other."""
        if self.duration is None:
            raise TypeError("the order has no duration")
        return self.duration

    @property
    def term_length(self) -> Duration:
        """The term of an order that has one, as every order of what is paid in advance does; TypeError for any other."""
        if self.term is None:
            raise TypeError("the order has no term")
        return self.term
