"""Two versions of a book side by side: what changed, what that does, and whether it stays within limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from engine.model.book import PriceBook
from engine.review.bills import AccountEffect, Bills, bills_of
from engine.review.derived import DerivedChange, derived_changes
from engine.review.effect import Effects, example_effects
from engine.review.price_changes import price_changes
from engine.review.renames import renamed_items, with_renames
from engine.review.revision import RuleChange
from engine.review.rule_changes import rule_changes
from engine.review.thresholds import Threshold, Verdict, judge


@dataclass(frozen=True, slots=True)
class Measured:
    """What else an edit is measured by: limits, orders that were priced and accounts that were billed under both books, and the first and last
    day of these bills.
    """

    thresholds: Sequence[Threshold] = ()
    orders: Effects | None = None
    accounts: Iterable[AccountEffect] = ()
    period: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an edit changed, as of `at`: prices first, then rules, and what moves with them; examples, orders (None: there are none) and bills of
    accounts under both books, for the days of the `period`; each limit, measured.
    """

    old: PriceBook
    new: PriceBook
    at: datetime
    changes: tuple[RuleChange, ...]
    derived: tuple[DerivedChange, ...]
    effects: Effects
    orders: Effects | None = None
    bills: tuple[Bills, ...] = ()
    period: tuple[date, date] | None = None
    verdicts: tuple[tuple[Threshold, tuple[Verdict, ...]], ...] = ()


def book_changes(old: PriceBook, new: PriceBook, at: datetime) -> tuple[RuleChange, ...]:
    """What an edit changed, on the day `at` (a UTC instant): what has begun by then is in force, and is not to be edited."""
    changes = (*price_changes(old, new, at), *rule_changes(old, new, at))
    return tuple(with_renames(changes, renamed_items(old, new), new))


def compare_books(old: PriceBook, new: PriceBook, at: datetime, asked: Measured = Measured(), changes: tuple[RuleChange, ...] | None = None) -> Comparison:
    """The comparison with what the changes do to the examples, and to what was asked for. `changes` are those of the books where they are known already."""
    changes = book_changes(old, new, at) if changes is None else changes
    effects, bills = example_effects(old, new), bills_of(asked.accounts)
    verdicts = tuple((each, judge(each, changes, effects, asked.orders, bills)) for each in asked.thresholds)
    return Comparison(old, new, at, changes, derived_changes(old, new, changes, at), effects, asked.orders, bills, asked.period, verdicts)
