"""What moves with the prices that an edit changed, though nobody wrote it: what the next rung of a ladder costs more, and from how many hours
of use a month on a subscription is cheaper.

Contract: both books are asked on the same day, the one on which a changed price begins. Source: authoring pictures, Moves with them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from engine.model.book import PriceBook
from engine.model.prices import Flat, PerUnit
from engine.pricing.probing import Scope
from engine.pricing.resolution import prices_in_force
from engine.review.revision import RuleChange, increase
from engine.sheet.break_even import build_break_even
from engine.sheet.view import BreakEven
from engine.values.exact import Number, exact, subtract
from engine.values.periods import Duration


@dataclass(frozen=True, slots=True)
class DerivedChange:
    """A number that follows from prices, before and after; None: there is none. `upgrade`: by what the spec `upper` of an item costs more than
    `lower`, in `currency` per `per`. `break-even`: the first full hour a month from which the term of `billing_mode` is cheaper than `other` use.
    """

    what: Literal["upgrade", "break-even"]
    billing_mode: str
    item: str
    lower: str | None
    upper: str | None
    currency: str
    per: str | None
    before: Number | None
    after: Number | None
    other: str = ""
    term: Duration | None = None

    @property
    def ratio(self) -> Number | None:
        """By how much it rises; None where there was nothing, or it is no price."""
        positive = self.what == "upgrade" and self.before is not None and self.before > 0
        return increase(self.before, self.after) if positive else None


def derived_changes(old: PriceBook, new: PriceBook, changes: Sequence[RuleChange], at: datetime) -> tuple[DerivedChange, ...]:
    """What differs of it on the days on which changed prices begin, or on `at` for those that are in force by then."""
    prices = [each for each in changes if each.path[0] == "prices" and not each.when]
    days = sorted({max(at, each.reach.since or at) for each in prices})
    found = [each for day in days for each in _upgrades(old, new, [one for one in prices if max(at, one.reach.since or at) == day], day)]
    if days:
        found += _break_evens(old, new, days[-1])
    return tuple(dict.fromkeys(found))


def _upgrades(old: PriceBook, new: PriceBook, changes: Sequence[RuleChange], day: datetime) -> Iterator[DerivedChange]:
    for mode, item, currency, per in dict.fromkeys((each.path[1], each.path[2], each.currency or "", each.per) for each in changes):
        specs = [spec.id for spec in new.items[item].specs] if item in new.items and item in old.items else []
        prices = [[_price(book, mode, item, spec, currency, per, day) for spec in specs] for book in (old, new)]
        for number, (lower, upper) in enumerate(pairwise(specs)):
            before, after = (_step(row[number], row[number + 1]) for row in prices)
            if before != after and before is not None and after is not None:
                yield DerivedChange("upgrade", mode, item, lower, upper, currency, per, before, after)


def _price(book: PriceBook, mode: str, item: str, spec: str, currency: str, per: str | None, day: datetime) -> Number | None:
    """The one number that is the price of a spec; None where there is none, or several."""
    entries = [each for each in prices_in_force(book, mode, item, spec, currency, day, {}).entries if each.per == per]
    models = [charge.model for each in entries for charge in each.charges]
    match models:
        case [PerUnit(price)] | [Flat(price)]:
            return price
    return None


def _step(lower: Number | None, upper: Number | None) -> Number | None:
    return None if lower is None or upper is None else subtract(upper, lower)


def _break_evens(old: PriceBook, new: PriceBook, day: datetime) -> Iterator[DerivedChange]:
    sides = [{(each.prepaid, each.postpaid): each for each in _compared(book, day)} for book in (old, new)]
    for key, each in sides[1].items():
        before = sides[0].get(key)
        if before is None or before.ordered != each.ordered:
            continue
        was, comes = (one.crossings[0] for one in (before, each))
        if was.first_hour != comes.first_hour:
            hours = [exact(one) if one is not None else None for one in (was.first_hour, comes.first_hour)]
            bought = each.ordered[0]
            yield DerivedChange("break-even", each.prepaid, bought.item, bought.spec, None, "", None, hours[0], hours[1], each.postpaid, comes.term)


def _compared(book: PriceBook, day: datetime) -> tuple[BreakEven, ...]:
    """The shortest term of each mode against use."""
    return build_break_even(Scope(book, day, book.currency), {mode.id: mode.terms[:1] for mode in book.billing_modes.values()})
