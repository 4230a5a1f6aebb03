"""Usage to charges: by an engine as far as its plan goes, by the interpreter for the accounts that are left, to the same amounts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.batch.accounts import Accounts
from engine.batch.by_interpreter import charges_by_interpreter
from engine.batch.engine import Engine
from engine.batch.relation import users
from engine.batch.usage_scan import UsageScan
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.accounts import CARRIED_UNKNOWN
from engine.model.charges import UsageCharge
from engine.pricing.indexes import price_index
from engine.rating.emit import emit
from engine.rating.planned import Planned
from engine.rating.rating_plan import parameters_for, plan_book
from engine.rating.reconcile import Delivery
from engine.rating.templates import Extent
from engine.values.microseconds import in_microseconds
from engine.values.periods import local_date


@dataclass(frozen=True, slots=True)
class RatedDelivery:
    """The charges of a delivery in their order, what is wrong with accounts that have none, and why accounts were left to the interpreter."""

    charges: tuple[UsageCharge, ...]
    problems: tuple[Diagnostic, ...]
    left: dict[str, str]


def plan_delivery(scan: UsageScan, accounts: Accounts, delivery: Delivery, engine: Engine) -> Planned:
    """The engine's queries over the relation `usage`, and which accounts are left to the interpreter."""
    plan = plan_book(scan.book, *scan.stretch)
    unplanned = {item: users(scan, item) for item in plan.in_question}
    owners = [(accounts.by_id[name], accounts.runs[name]) for name, counts in delivery.accounts.items() if counts.records and name not in delivery.unfit]
    extent = Extent(delivery.places, delivery.greatest, delivery.total, delivery.records, delivery.first or 0, delivery.last or 0)
    parameters, left = parameters_for(plan, owners, delivery.uses, unplanned, extent)
    left |= dict.fromkeys(delivery.unfit, "a quantity of it has more digits than an engine computes with")
    return Planned(parameters, emit(parameters, engine.dialect, False) if parameters.templates else None, left)


def rate_delivery(scan: UsageScan, accounts: Accounts, delivery: Delivery, engine: Engine, reached: Callable[[int], None]) -> RatedDelivery:
    """The charges of all accounts with a record; `reached` is told how many accounts the interpreter has done."""
    charges: list[UsageCharge] = []
    if not engine.rates:
        left = {name: "the interpreter was asked for" for name, counts in delivery.accounts.items() if counts.records}
    else:
        plan = plan_delivery(scan, accounts, delivery, engine)
        rating = engine.rated(scan, plan)
        charges += [charge for charge in rating.charges if charge.account not in plan.left]
        left = {**plan.left, **dict.fromkeys(rating.unrated, "its charges are refused, and the interpreter says why")}
    engine.bring(scan, sorted(left))
    made = charges_by_interpreter(scan, accounts, sorted(left), reached)
    problems = (*made.problems, *_carried_unknown(scan, delivery))
    return RatedDelivery(tuple(sorted([*charges, *made.charges], key=lambda charge: charge.order)), problems, left)


def _carried_unknown(scan: UsageScan, delivery: Delivery) -> Iterator[Diagnostic]:
    """A warning where what earlier billing periods left is carried over, and no record of one is in the delivery."""
    carried = [item for item, found in price_index(scan.book).allowances.items() if any(terms.carry_over is not None for terms in found)]
    if carried and delivery.first is not None and delivery.first >= in_microseconds(scan.stretch[0]):
        day = local_date(scan.stretch[0], scan.book.zone)
        message = f"what is left of the allowance of `{carried[0]}` is carried over, and no record from before {day} is given"
        remedy = "give the usage since the subscriptions' start too; if nothing was used before, this is right as it is"
        yield report(CARRIED_UNKNOWN, message, subject="usage", help=remedy)
