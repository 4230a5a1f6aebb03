"""What an edit changed in a book, in words of pricing: by id and date, never by position in a list.

Contract: two books in, records out; nothing is worded and no clock is read. Source: authoring, Diff and impact.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.values.exact import ONE, Number, divide, subtract
from engine.values.spans import NOWHERE, Origin

Sign = Literal["changed", "added", "removed", "renamed"]
Kind = Literal["amount", "ratio", "quantity", "word", "instant"]
Promise = Literal["edited", "backdated", "notice", "announced", "withdrawn", "undated", "renamed"]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a change reaches: new business from `since` on (None: at once), what runs as `running` says (a word of `running_subscriptions`,
    or `use` for what is billed by what is used), and what was paid before keeps what it has.
    """

    since: datetime | None = None
    running: str = "next-renewal"


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One value that is another one in the new book. `path` are ids, the section first; `what` names the value (`unit-price`, `tier`).

    `before` and `after` are exact: amounts in `currency` per `per`, ratios as 0.17, quantities in `unit`, UTC instants, or words; None: there
    was, or is, none. `above` and `upto` are the quantities for which a price of tiers holds. `paid` is by how much the customer pays more, as a
    ratio; None where that is no question. `breaks` is the promise to existing customers that it does not keep;
    `origin` is its place in the new book, `stood` that of the value before.
    """

    sign: Sign
    path: tuple[str, ...]
    what: str
    kind: Kind
    before: Number | str | datetime | None
    after: Number | str | datetime | None
    currency: str | None = None
    per: str | None = None
    unit: str | None = None
    above: Number | None = None
    upto: Number | None = None
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    paid: Number | None = None
    reach: Reach = Reach()
    breaks: Promise | None = None
    origin: Origin = field(default=NOWHERE, compare=False)
    stood: Origin = field(default=NOWHERE, compare=False)


def increase(before: Number | None, after: Number | None) -> Number | None:
    """By how much an amount rose, as a ratio: 0.12 from 89.00 to 99.68. None where there was none, or nothing.

    >>> from decimal import Decimal
    >>> increase(Decimal("89.00"), Decimal("99.68"))
    Decimal('0.12')
    """
    if before is None or after is None or not before:
        return None
    return subtract(divide(after, before), ONE)


def increase_of_discount(before: Number, after: Number) -> Number | None:
    """By how much more is paid where a discount is another one: from 25% to 22%, 0.04.

    >>> from decimal import Decimal
    >>> increase_of_discount(Decimal("0.25"), Decimal("0.22"))
    Decimal('0.04')
    """
    return increase(subtract(ONE, before), subtract(ONE, after))
