"""What of a delivery an engine rates, and what it leaves to the interpreter: the plan of a book for a period, and whose usage it is for.

Contract: an account is rated whole by one of both. Reads no usage; what a delivery holds is given as an extent, as the items, specs and attributes in
it, and as the accounts with records of what is not planned.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.billing.runs import Run
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.rating.compile import plans_of
from engine.rating.numbers import OutOfRange
from engine.rating.parameters import Differing, Parameters
from engine.rating.plan import ItemPlan, Planning, Thing, Unplanned
from engine.rating.templates import Extent

Use = tuple[str, str | None, tuple[tuple[str, str], ...]]
"""An item, the spec and the attributes of usage of records in a delivery."""


@dataclass(frozen=True, slots=True)
class BookPlan:
    """By billing mode and item how usage is rated that is billed in [start, end)."""

    book: PriceBook
    modes: Mapping[str, Mapping[str, Planning]]

    def left(self, mode: str, item: str) -> str | None:
        """Why the item is left to the interpreter in a mode; None where it is not."""
        found = self.modes.get(mode, {}).get(item)
        return found.reason if isinstance(found, Unplanned) else None

    def plans(self, mode: str, item: str) -> tuple[ItemPlan, ...]:
        """The plans of an item in a mode, one for each billing period; none where it is not rated by an engine."""
        found = self.modes.get(mode, {}).get(item, ())
        return found if isinstance(found, tuple) else ()

    @property
    def unplanned(self) -> tuple[str, ...]:
        """The items that are left to the interpreter in any mode."""
        return tuple(dict.fromkeys(item for plans in self.modes.values() for item, plan in plans.items() if isinstance(plan, Unplanned)))

    @property
    def in_question(self) -> tuple[str, ...]:
        """The items that are left to the interpreter in any mode, or of some subscriptions: who has records of them decides who rates an account."""
        by_term = (item for plans in self.modes.values() for item, found in plans.items() if isinstance(found, tuple) and found[0].kind == "term")
        return tuple(dict.fromkeys((*self.unplanned, *by_term)))

    @property
    def attributes(self) -> tuple[str, ...]:
        """All attributes of usage that keep records of some planned item apart."""
        planned = (plan for mode, items in self.modes.items() for item in items for plan in self.plans(mode, item))
        return tuple(dict.fromkeys(name for plan in planned for name in plan.apart))

    def things(self, uses: Iterable[Use]) -> tuple[Thing, ...]:
        """What is metered by itself of these uses, numbered."""
        found: dict[tuple[str, str, datetime, str | None, tuple[tuple[str, str], ...]], ItemPlan] = {}
        for item, spec, attributes in uses:
            for mode in self.modes:
                for plan in self.plans(mode, item):
                    given = dict(attributes)
                    found[mode, item, plan.frame[0], spec, tuple((name, given[name]) for name in plan.apart if name in given)] = plan
        return tuple(Thing(number, plan, spec, attributes) for number, ((*_, spec, attributes), plan) in enumerate(found.items()))


def plan_book(book: PriceBook, start: datetime, end: datetime) -> BookPlan:
    """The plan of every item that any billing mode sells by usage."""
    return BookPlan(book, {mode: plans_of(book, mode, start, end) for mode in book.billing_modes})


def parameters_for(
    plan: BookPlan, accounts: Iterable[tuple[Account, Iterable[Run]]], uses: Iterable[Use], users: Mapping[str, Collection[str]], extent: Extent
) -> tuple[Parameters, dict[str, str]]:
    """The parameters of all accounts that an engine rates whole, and why each of the others is left to the interpreter.

    `users` are the accounts with records of each item that is `in_question`.
    """
    owners = [(account, [*runs]) for account, runs in accounts]
    found, left = Parameters(plan.book, extent, plan.things(uses), max((len(runs) for _, runs in owners), default=1)), dict[str, str]()
    for account, runs in owners:
        why = _why_left(plan, account, runs, users)
        if why is None:
            try:
                found.add(account, runs)
            except (OutOfRange, Differing) as unfit:
                why = str(unfit)
        if why is not None:
            left[account.id] = why
    return found, left


def _why_left(plan: BookPlan, account: Account, runs: Collection[Run], users: Mapping[str, Collection[str]]) -> str | None:
    """Why the account's usage is left to the interpreter: an item that is not planned, or not for it."""
    for item in plan.book.items.values():
        if item.meter is not None and item.meter.over == "account" and len({run.mode for run in runs if plan.plans(run.mode, item.id)}) > 1:
            return f"`{item.id}` is added up over subscriptions in several billing modes"
    used = [item for item, accounts in users.items() if account.id in accounts]
    return next((why for run in runs for item in used if (why := _why_not(plan, run, item)) is not None), None)


def _why_not(plan: BookPlan, run: Run, item: str) -> str | None:
    if run.terms and any(each.kind == "term" for each in plan.plans(run.mode, item)):
        return f"`{item}` is billed by the term, which begins at another time for each subscription"
    return plan.left(run.mode, item)
