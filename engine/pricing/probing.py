"""Small orders that a sheet or a check prices to learn its numbers: an item with the least that its billing mode requires beside it.

Contract: every amount comes from `engine.pricing.price_order`; an order that is refused gives None, and the caller shows list
prices only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from engine.model.book import BillingMode, Item, PriceBook
from engine.model.orders import Order, OrderLine
from engine.model.quotes import Quote, QuoteLine
from engine.pricing.indexes import Same
from engine.pricing.quote import price_order
from engine.pricing.resolution import prices_in_force
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply, subtract, total, whole_down
from engine.values.periods import Duration

ONE_HOUR = Duration(seconds=3600)


OrderKey = tuple[str, tuple[OrderLine, ...], Duration | None, Duration | None, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a sheet is about: a book at an instant in a currency, and what is known of its reader (nothing: everybody).

    `quotes` remembers orders that were priced.
    """

    book: PriceBook
    at: datetime
    currency: str
    quotes: dict[OrderKey, Quote | None] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)

    def open_part(self, when: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
        """What `when` asks beyond what is known of the reader."""
        return {name: values for name, values in when.items() if name not in self.attributes}


def least_quantity(item: Item) -> Number:
    """The least that can be ordered: its minimum, else one step, else 1."""
    rule = item.quantity
    return rule.min if rule.min else rule.step or ONE


def least_above(item: Item, bound: Number | None, included: bool = False) -> Number:
    """The least orderable quantity above `bound` (None: the least of all), or at it; steps of 1 where the item names none."""
    least = least_quantity(item)
    if bound is None or least > bound or (included and least == bound):
        return least
    step, start = item.quantity.step or ONE, item.quantity.min or ZERO
    steps = divide(subtract(bound, start), step)
    whole = whole_down(steps)
    return add(start, multiply(exact(whole if included and steps == whole else whole + 1), step))


def largest_up_to(item: Item, bound: Number, included: bool) -> Number | None:
    """The largest orderable quantity up to `bound` or below it; None where there is none."""
    step, start = item.quantity.step or ONE, item.quantity.min or ZERO
    steps = divide(subtract(bound, start), step)
    whole = whole_down(steps)
    found = add(start, multiply(exact(whole if included or steps != whole else whole - 1), step))
    return found if found >= least_quantity(item) else None


def first_spec(scope: Scope, mode: BillingMode, item: Item, attributes: Mapping[str, str]) -> str | None:
    """The lowest rung of the item that has a price."""
    for spec in item.specs:
        found = prices_in_force(scope.book, mode.id, item.id, spec.id, scope.currency, scope.at, attributes)
        if found.entries:
            return spec.id
    return item.specs[0].id if item.specs else None


def smallest_line(scope: Scope, mode: BillingMode, item: Item, attributes: Mapping[str, str]) -> OrderLine:
    """The smallest order line of an item: its lowest priced rung, or its least quantity."""
    if item.specs:
        return OrderLine(item.id, first_spec(scope, mode, item, attributes))
    return OrderLine(item.id, None, least_quantity(item))


def companions(scope: Scope, mode: BillingMode, chosen: tuple[str, ...], attributes: Mapping[str, str]) -> tuple[OrderLine, ...]:
    """What the mode requires beside the `chosen` items, as little of it as can be ordered."""
    names = list(chosen)
    in_choice = {name for choice in mode.one_of for name in choice}
    for sold in mode.items:
        if sold.presence == "required" and sold.item not in names and sold.item not in in_choice:
            names.append(sold.item)
    for choice in mode.one_of:
        if not set(choice) & set(names):
            names.append(choice[0])
    for group, presence in mode.groups.items():
        members = [sold.item for sold in mode.items if scope.book.items[sold.item].group == group]
        if presence == "required" and members and not set(members) & set(names):
            names.append(members[0])
    return tuple(smallest_line(scope, mode, scope.book.items[name], attributes) for name in names[len(chosen) :])


def quote_of(
    scope: Scope,
    mode: BillingMode,
    lines: tuple[OrderLine, ...],
    term: Duration | None,
    length: Duration | None,
    attributes: Mapping[str, str],
) -> Quote | None:
    """The quote of an order, None where it is refused. `term` and `length` are left out where nothing in the order needs them.

    A term is as long as it says: what the way to a unified day costs depends on the day alone on which it is bought.
    """
    sold = {each.item: each.payment for each in mode.items}
    payments = {sold.get(line.item) for line in lines}
    if "prepaid" in payments:
        term = term or (mode.terms[0] if mode.terms else None)
    else:
        term = None
    length = (length or ONE_HOUR) if "postpaid" in payments else None
    key = (mode.id, lines, term, length, tuple(sorted(attributes.items())))
    if key not in scope.quotes:
        order = Order(scope.at, mode.id, scope.currency, lines, term, length, attributes)
        outcome = price_order(_whole_terms(Same(scope.book)), order)
        scope.quotes[key] = outcome if isinstance(outcome, Quote) else None
    return scope.quotes[key]


@lru_cache(maxsize=16)
def _whole_terms(same: Same) -> PriceBook:
    """The book with terms that end on their anniversaries."""
    renewals = same.book.renewals
    if all(policy.align is None for policy in renewals.values()):
        return same.book
    return replace(same.book, renewals={name: replace(policy, align=None) for name, policy in renewals.items()})


def quote_line(
    scope: Scope,
    mode: BillingMode,
    line: OrderLine,
    attributes: Mapping[str, str],
    term: Duration | None = None,
    length: Duration | None = None,
) -> QuoteLine | None:
    """What one line costs when it is ordered with what its mode requires; None where that order is refused."""
    lines = (line, *companions(scope, mode, (line.item,), attributes))
    quote = quote_of(scope, mode, lines, term, length, attributes)
    return quote.lines[0] if quote else None


def before_rounding(quote: Quote) -> Number:
    """The exact sum that the discount stages left."""
    lines = [part for line in quote.lines for part in line.traced]
    return total(after_stages(line) for line in lines)


def listed_exactly(line: QuoteLine) -> Number:
    """The list amount of what is paid in advance, exactly: the line's own is cut to the decimals that are shown."""
    return next(step.value for step in reversed(line.trace) if step.number == 4 and step.value is not None)


def after_stages(line: QuoteLine) -> Number:
    """What the discount stages left of the line, exactly."""
    return next(step.value for step in reversed(line.trace) if step.number == 5 and step.value is not None)
