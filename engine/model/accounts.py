"""An account: a customer, its subscriptions, and what happened to each of them (rule language, section 4, Account)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from engine.model.checks import checked, numbers, words
from engine.model.orders import OrderLine
from engine.model.parties import Party
from engine.values.periods import Duration
from engine.values.spans import NOWHERE, Origin


@dataclass(frozen=True, slots=True)
class AutoRenewal:
    """What is said of automatic renewals from an event on: whether terms renew by themselves, and where that is written."""

    on: bool
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(words(kind=("purchase", "change", "renew", "auto_renew", "switch", "unsubscribe", "start", "stop")))
class AccountEvent:
    """Something that happened at the UTC instant `at`: purchase | change | renew | auto_renew | switch | unsubscribe | start | stop.

    `lines` for a purchase, a change, or a start that says which fees are held, `term` for a purchase or a renewal, `to` for a switch; `automatic` for
    a renewal that the system paid by itself; `auto_renew` for an event that says whether terms renew by themselves from then on (None: as before).
    """

    at: datetime
    kind: str
    lines: tuple[OrderLine, ...] = ()
    term: Duration | None = None
    to: str | None = None
    coupons: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = NOWHERE
    automatic: bool = False
    auto_renew: AutoRenewal | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A line that somebody adds by hand at the UTC instant `at`: a one-off charge, or with a negative `amount` goodwill.

    `amount` is in the account's currency, net or gross as the book's prices are; it is taxed as the item `like` is on that day.
    """

    at: datetime
    title: str
    amount: Decimal
    like: str
    reason: str = ""
    reference: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
@checked(numbers("amount", positive=True))
class Credit:
    """Money that was paid ahead at the UTC instant `at`, in the account's currency: what is left of it pays invoices before `expires`.

    `expires` None: for ever. `items`: it pays for these alone; none: for all. `restore`: a refund restores it before anything is paid back.
    """

    at: datetime
    amount: Decimal
    expires: datetime | None = None
    items: tuple[str, ...] = ()
    title: str = ""
    restore: bool = False
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class AccountSubscription:
    """One subscription with its events, in the order in which they are written."""

    id: str
    billing_mode: str
    events: tuple[AccountEvent, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class UsageRow:
    """A record of usage as it is written, cell by column, with the place that it stands at."""

    file: str
    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Account:
    """A customer and its subscriptions; `attributes` are the customer's, `customer` (the account's id) and `country` included.

    `adjustments` and `credits` are of the account as a whole, in the order in which they are written.
    """

    id: str
    customer: Party
    currency: str
    subscriptions: tuple[AccountSubscription, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    origin: Origin = NOWHERE
    adjustments: tuple[Adjustment, ...] = ()
    credits: tuple[Credit, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What an example gives for an invoice: an account, the UTC period [start, end), and usage as rows or as the text of a CSV file."""

    account: Account
    start: datetime
    end: datetime
    rows: tuple[UsageRow, ...] = ()
    text: str | None = None
    file: str = ""
