"""Changes of a running subscription that pay the customer: there and back for a gain, more returned than was paid. Source: authoring, family P.

Every pair of specs, and of the quantities at which prices part, is bought, changed and changed back by the engine: at once, and later in the term.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, TypeVar

from engine.diagnostics import CodeInfo, Diagnostic, report
from engine.diagnostics import policies as codes
from engine.language.build.places import Places
from engine.lints.history import quantities
from engine.lints.probes import Purse, days_of, scopes
from engine.lints.wording import amount, counted, dotted
from engine.model.book import BillingMode, Item, PriceBook
from engine.model.orders import ChangeRequest, Order, OrderLine
from engine.model.policies import ChangeTerms, SpecChange
from engine.pricing.change_request import policy_in_force
from engine.pricing.changes import evaluate_change
from engine.pricing.indexes import price_index
from engine.pricing.probing import Scope, companions, least_above, least_quantity
from engine.pricing.refused import Refused
from engine.pricing.subscription import Subscription, subscribe
from engine.pricing.waterfall import Pricing, run_waterfall
from engine.values.exact import Number, add, exact, multiply, negate, subtract, total
from engine.values.money import minor_places
from engine.values.periods import local_date

Each = TypeVar("Each")

MOST_CHANGES = 240
"""Changes that are priced for one book."""
MOST_STATES = 6
"""Specs, or quantities, of one item that are tried against each other."""
SOON = timedelta(hours=1)
ROUNDED = Decimal(2)
"""Smallest units of the currency that rounding may bring, one for each of two changes."""


def paying_changes(book: PriceBook, places: Places) -> Iterator[Diagnostic]:
    """Of each policy the change and its way back that leave a customer most, and the change that returns most beyond what was paid."""
    days, purse = days_of(book), Purse(MOST_CHANGES)
    worst: dict[tuple[str, str], _Found] = {}
    for mode in book.billing_modes.values():
        if mode.payment != "prepaid" or not mode.terms or not mode.spec_change:
            continue
        for scope in scopes(book, mode, days):
            for found in _tried(scope, mode, days[mode.id], purse):
                key = (found.info.code, found.policy)
                if key not in worst or found.gain > worst[key].gain:
                    worst[key] = found
    for found in worst.values():
        yield _told(book, places, found)


class _Found(NamedTuple):
    """What pays the customer: how much, by which policy, and in which steps."""

    info: CodeInfo
    policy: str
    gain: Number
    currency: str
    message: str
    notes: tuple[str, ...]


def _tried(scope: Scope, mode: BillingMode, days: Sequence[datetime], purse: Purse) -> Iterator[_Found]:
    plain = Order(scope.at, mode.id, scope.currency, (), attributes=scope.attributes)
    policy = policy_in_force(scope.book, mode, plain, scope.at)
    if policy is None:
        return
    for sold in mode.items:
        item = scope.book.items[sold.item]
        more, less = _both_ways(policy, item)
        if sold.payment != "prepaid" or not _returns(less):
            continue
        beside = companions(scope, mode, (item.id,), scope.attributes)
        # Where both ways cost the same, whatever pays at one pair pays most at the pair that is farthest apart, and in the longest term.
        alike = more == less and less is not None and (less.charge, less.credit_base, less.credit_cap) == ("difference", "paid", "paid")
        states = _spread(_states(scope, mode, item), 2 if alike else MOST_STATES)
        for term in mode.terms[-1:] if alike else dict.fromkeys((mode.terms[-1], mode.terms[0])):
            for first in states:
                others = [second for second in states if second != first]
                if others and purse.pays(1 + 5 * len(others)):
                    yield from _from(scope, replace(plain, lines=(first, *beside), term=term), policy, others, days)


def _both_ways(policy: SpecChange, item: Item) -> tuple[ChangeTerms | None, ChangeTerms | None]:
    """The terms of more of the item and of less of it; None where that is not supported."""
    ways = ("upgrade", "downgrade") if item.specs else ("expand", "reduce")
    more, less = (policy.by_direction.get(way, policy.default) if way in policy.supports else None for way in ways)
    return more, less


def _returns(less: ChangeTerms | None) -> bool:
    return less is not None and less.charge != "none" and less.takes_effect == "immediately"


def _states(scope: Scope, mode: BillingMode, item: Item) -> list[OrderLine]:
    """What a subscription may hold of the item: each spec, or the quantities on both sides of each bound of its prices."""
    if item.specs:
        return [OrderLine(item.id, spec.id) for spec in item.specs]
    entries = price_index(scope.book).entries.get((mode.id, item.id, None, scope.currency), ())
    least = least_quantity(item)
    found = {least, least_above(item, least), *(least_above(item, quantity, included=True) for quantity in quantities(list(entries)))}
    allowed = [each for each in sorted(found) if item.quantity.max is None or each <= item.quantity.max]
    return [OrderLine(item.id, None, each) for each in allowed]


def _spread(every: Sequence[Each], most: int) -> list[Each]:
    """The first, the last and some between, where there are many."""
    return list(every) if len(every) <= most else [every[position * (len(every) - 1) // (most - 1)] for position in range(most)]


def _from(scope: Scope, order: Order, policy: SpecChange, others: Sequence[OrderLine], days: Sequence[datetime]) -> Iterator[_Found]:
    """What comes of it to buy the lines and to change the first of them into each of the others, and back."""
    first, term = order.lines[0], order.term
    bought = _bought(scope.book, order)
    if bought is None:
        return
    paid = total(payment.amount for payment in bought.terms[0].payments if payment.item == first.item)
    soon, middle = scope.at + SOON, scope.at + (bought.end - scope.at) / 2
    dearer = next((day for day in days if scope.at < day < bought.end - SOON), middle)
    later = max(middle, dearer)
    smallest = multiply(ROUNDED, exact(Decimal(1).scaleb(-minor_places(scope.currency))))
    for second in others:
        for day, backs in ((soon, (soon, later)), (later, (later,))):
            there = _changed(bought, second, day)
            if there is None:
                continue
            after, costs = there
            told = [f"{_said(scope, first)} for {term} on {_day(scope, order.at)}: {amount(paid, scope.currency)} paid",
                    f"{_said(scope, second)} on {_day(scope, day)}: {_moved(costs, scope.currency)}"]  # fmt: skip
            over = subtract(negate(costs), paid)
            if over > smallest:
                returned, had = amount(negate(costs), scope.currency), amount(paid, scope.currency)
                message = f"from {_said(scope, first)} to {_said(scope, second)} returns {returned}, more than the {had} that were paid"
                yield _Found(codes.REFUND_ABOVE_PAID, policy.id, over, scope.currency, message, tuple(told))
            for back in backs:
                again = _changed(after, first, back)
                gain = negate(add(costs, again[1])) if again is not None else exact(0)
                # Who holds less for a while gets back what was paid for it; who holds more, or changes back at once, does not.
                if again is not None and gain > smallest and (back == day or costs >= 0):
                    message = f"from {_said(scope, first)} to {_said(scope, second)} and back leaves the customer {amount(gain, scope.currency)}"
                    notes = (*told, f"back on {_day(scope, back)}: {_moved(again[1], scope.currency)}")
                    yield _Found(codes.CHANGE_AND_BACK, policy.id, gain, scope.currency, message, notes)


def _bought(book: PriceBook, order: Order) -> Subscription | None:
    try:
        return subscribe(run_waterfall(Pricing(book, order)))
    except Refused:
        return None


def _changed(sub: Subscription, line: OrderLine, at: datetime) -> tuple[Subscription, Decimal] | None:
    """The subscription after the change, and what that costs (negative: returns); None where it is refused."""
    try:
        after, change = evaluate_change(sub, ChangeRequest(at, (line,)))
    except Refused:
        return None
    return after, change.net


def _said(scope: Scope, line: OrderLine) -> str:
    if line.spec is not None or line.quantity is None:
        return f"`{line.spec or line.item}`"
    return f"{counted(scope.book, line.quantity, scope.book.items[line.item].unit)} of `{line.item}`"


def _day(scope: Scope, at: datetime) -> str:
    return str(local_date(at, scope.book.zone))


def _moved(costs: Decimal, currency: str) -> str:
    return f"{amount(negate(costs), currency)} returned" if costs < 0 else f"{amount(costs, currency)} charged"


def _told(book: PriceBook, places: Places, found: _Found) -> Diagnostic:
    origin = book.spec_changes[found.policy].origin
    keys: tuple[str, ...] = ()
    remedy = "give both directions the same terms: one `charge` and one `discount`, and `credit: {base: paid, cap: paid}`"
    if found.info is codes.REFUND_ABOVE_PAID:
        keys, remedy = ("credit",), "write `{base: paid, cap: paid}`, so that no more comes back than was paid"
    span, path = places.nearest(origin, *keys), dotted(origin, *keys)
    return report(found.info, f"{found.message}, under `{found.policy}`", span, path=path, notes=found.notes, help=remedy)


CHECKS = (paying_changes,)
