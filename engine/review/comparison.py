"""Two versions of a book side by side: what changed, what that does, and whether it stays within limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.model.book import PriceBook
from engine.review.bills import AccountEffect, Bills, bills_of
from engine.review.effect import Effects, example_effects
from engine.review.price_changes import price_changes
from engine.review.revision import RuleChange
from engine.review.rule_changes import rule_changes
from engine.review.thresholds import Threshold, Verdict, judge


@dataclass(frozen=True, slots=True)
class Comparison:
    """What an edit changed, as of `at`: prices first, then rules; examples and bills of accounts under both books; each limit, measured."""

    old: PriceBook
    new: PriceBook
    at: datetime
    changes: tuple[RuleChange, ...]
    effects: Effects
    bills: tuple[Bills, ...] = ()
    verdicts: tuple[tuple[Threshold, tuple[Verdict, ...]], ...] = ()


def book_changes(old: PriceBook, new: PriceBook, at: datetime) -> tuple[RuleChange, ...]:
    """What an edit changed, on the day `at` (a UTC instant): what has begun by then is in force, and is not to be edited."""
    return (*price_changes(old, new, at), *rule_changes(old, new, at))


def compare_books(
    old: PriceBook, new: PriceBook, at: datetime, thresholds: Sequence[Threshold] = (), accounts: Iterable[AccountEffect] = (),
    changes: tuple[RuleChange, ...] | None = None,
) -> Comparison:  # fmt: skip
    """The comparison, with what the changes do to the examples and to the accounts that were billed under both books.

    `changes` are those of the two books where they are known already.
    """
    changes = book_changes(old, new, at) if changes is None else changes
    effects = example_effects(old, new)
    bills = bills_of(accounts)
    return Comparison(old, new, at, changes, effects, bills, tuple((each, judge(each, changes, effects, bills)) for each in thresholds))
