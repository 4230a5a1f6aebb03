"""Prepaid against pay-per-use: from how many hours a month on is a subscription cheaper?

The reference order is chosen by rule, so that two sheets of one book show the same: the required items of the prepaid mode, with the second rung of
each ladder (the only one where there is one) and the least quantity of the others; usage is what that order provides.
"""

from collections.abc import Iterable
from fractions import Fraction

from engine.model.book import BillingMode
from engine.model.orders import OrderLine
from engine.pricing.probing import Scope, before_rounding, companions, quote_of
from engine.pricing.resolution import prices_in_force
from engine.sheet.month_equivalents import month_hours
from engine.sheet.view import BreakEven, Crossing, OrderedItem, ProvisionView
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply, subtract, total, whole_down
from engine.values.periods import Duration


def build_break_even(scope: Scope, shown_terms: dict[str, tuple[Duration, ...]]) -> tuple[BreakEven, ...]:
    """One comparison for each prepaid mode of months and each mode by the hour that can provide the same.

    `shown_terms`: for each prepaid mode the terms that a sheet shows: the shortest, and those that cost less.
    """
    modes = scope.book.billing_modes.values()
    prepaid = [mode for mode in modes if mode.payment == "prepaid" and mode.terms and mode.sold_by == "month"]
    postpaid = [mode for mode in modes if mode.payment == "postpaid" and mode.cycle == "hour"]
    found = [_compare(scope, one, other, shown_terms.get(one.id, ())) for one in prepaid for other in postpaid]
    return tuple(each for each in found if each is not None)


def _compare(scope: Scope, prepaid: BillingMode, postpaid: BillingMode, terms: tuple[Duration, ...]) -> BreakEven | None:
    lines = reference_lines(scope, prepaid)
    provided = _provided(scope, lines)
    used = _usage(scope, postpaid, provided)
    if used is None or not lines or any(_payment(prepaid, line.item) == "postpaid" for line in lines):
        return None
    hours = whole_down(month_hours(scope.book))
    meter = _Meter(scope, postpaid, used, hours)
    full = meter.cost(hours)
    # What costs nothing, or cannot be ordered, is compared with nothing.
    crossings = tuple(each for term in terms if full and (each := _crossing(scope, prepaid, lines, term, meter)) is not None)
    if not full or not crossings or len(crossings) < len(terms):
        return None
    shown = (0, hours) if meter.hourly is not None else range(0, hours + 1, 10)
    points = tuple((exact(hour), cost) for hour in shown if (cost := meter.cost(hour)) is not None)
    if points[-1][0] != hours:
        points += ((exact(hours), full),)
    return BreakEven(
        prepaid=prepaid.id,
        postpaid=postpaid.id,
        ordered=tuple(_ordered(scope, line) for line in lines),
        used=tuple(_ordered(scope, line) for line in used),
        provides=tuple(ProvisionView(name, amount, scope.book.resources[name].unit) for name, amount in provided.items()),
        month_hours=hours,
        hourly=meter.hourly,
        points=points,
        crossings=crossings,
    )


def reference_lines(scope: Scope, mode: BillingMode) -> tuple[OrderLine, ...]:
    """The reference order of a prepaid mode; an order that requires nothing takes the mode's first item."""
    lines = companions(scope, mode, (), scope.attributes)
    if not lines and mode.items:
        first = scope.book.items[mode.items[0].item]
        lines = companions(scope, mode, (first.id,), scope.attributes)
        lines = (OrderLine(first.id, _rung(scope, mode, first.id), None if first.specs else first.quantity.min or ONE), *lines)
    return tuple(OrderLine(line.item, _rung(scope, mode, line.item), line.quantity) for line in lines)


def _rung(scope: Scope, mode: BillingMode, item: str) -> str | None:
    """The second rung that has a price, the only one where there is one; None for an item without specs."""
    priced = [
        spec.id
        for spec in scope.book.items[item].specs
        if prices_in_force(scope.book, mode.id, item, spec.id, scope.currency, scope.at, scope.attributes).entries
    ]
    return priced[min(1, len(priced) - 1)] if priced else None


def _payment(mode: BillingMode, item: str) -> str:
    return next(sold.payment for sold in mode.items if sold.item == item)


def _provided(scope: Scope, lines: Iterable[OrderLine]) -> dict[str, Number]:
    """What the order provides as a level, by resource; quotas that reset are left out."""
    found: dict[str, Number] = {}
    for line in lines:
        item = scope.book.items[line.item]
        spec = next((each for each in item.specs if each.id == line.spec), None)
        for each in (*item.provides, *(spec.provides if spec else ())):
            if each.every is None:
                found[each.resource] = add(found.get(each.resource, ZERO), multiply(each.quantity, line.quantity or ONE))
    return found


def _usage(scope: Scope, mode: BillingMode, provided: dict[str, Number]) -> tuple[OrderLine, ...] | None:
    """Metered lines that hold as much of every resource; None where the mode cannot provide one of them, or requires something
    else."""
    lines: list[OrderLine] = []
    for resource, amount in provided.items():
        maker = next((sold.item for sold in mode.items if _provides_only(scope, sold.item, resource)), None)
        if maker is None:
            return None
        each = scope.book.items[maker].provides[0].quantity
        lines.append(OrderLine(maker, None, divide(amount, each)))
    # What the mode requires besides provides something else than the reference order: the two would not be alike.
    if not lines or companions(scope, mode, tuple(line.item for line in lines), scope.attributes):
        return None
    order = [sold.item for sold in mode.items]
    return tuple(sorted(lines, key=lambda line: order.index(line.item)))


def _provides_only(scope: Scope, item: str, resource: str) -> bool:
    record = scope.book.items[item]
    return not record.specs and len(record.provides) == 1 and record.provides[0].resource == resource and bool(record.provides[0].quantity)


def _ordered(scope: Scope, line: OrderLine) -> OrderedItem:
    return OrderedItem(line.item, line.spec, line.quantity or ONE, scope.book.items[line.item].unit)


class _Meter:
    """What so many hours of use cost, before the rounding of lines. `hourly` is the cost of one where every hour costs the
    same."""

    def __init__(self, scope: Scope, mode: BillingMode, lines: tuple[OrderLine, ...], hours: int) -> None:
        self._scope, self._mode, self._lines = scope, mode, lines
        one, two = self._quoted(1), self._quoted(2)
        same = one is not None and two == multiply(one, exact(2)) and self._by_window()
        self.hourly = one if same else None

    def cost(self, hours: int) -> Number | None:
        """The cost of `hours` hours at today's prices; None where they cannot be ordered."""
        if hours == 0:
            return ZERO
        if self.hourly is not None:
            return multiply(self.hourly, exact(hours))
        return self._quoted(hours)

    def _quoted(self, hours: int) -> Number | None:
        quote = quote_of(self._scope, self._mode, self._lines, None, Duration(seconds=3600 * hours), self._scope.attributes)
        return None if quote is None else before_rounding(quote)

    def _by_window(self) -> bool:
        """Whether every charge is made for each window by itself, so that hours add up."""
        scope = self._scope
        for line in self._lines:
            entries = prices_in_force(scope.book, self._mode.id, line.item, None, scope.currency, scope.at, scope.attributes).entries
            if any(charge.applies_to != "each-window" for entry in entries for charge in entry.charges):
                return False
            if any(entry.per not in ("hour", "day") for entry in entries):
                return False
        return True


def _crossing(scope: Scope, mode: BillingMode, lines: tuple[OrderLine, ...], term: Duration, meter: _Meter) -> Crossing | None:
    quote = quote_of(scope, mode, lines, term, None, scope.attributes)
    hours = whole_down(month_hours(scope.book))
    if quote is None or meter.cost(hours) is None:
        return None
    monthly = divide(before_rounding(quote), exact(term.months))
    if meter.hourly is not None:
        at = divide(monthly, meter.hourly)
        # On the crossing itself both cost the same, so the subscription is cheaper from the next full hour on.
        last = min(whole_down(at), hours)
    else:
        at, last = None, _last_hour(meter, monthly, hours)
    listed, left = quote.totals.list, before_rounding(quote)
    discount = subtract(ONE, divide(left, listed)) if listed else None
    first = last + 1 if last < hours else None
    paid = total(line.amount for line in quote.lines)
    return Crossing(term, monthly, paid, discount, at, first, last, exact(Fraction(last, hours)))


def _last_hour(meter: _Meter, monthly: Number, hours: int) -> int:
    """The last hour up to which usage costs no more, by halving; the cost never falls with the hours."""
    low, high = 0, hours
    while low < high:
        middle = (low + high + 1) // 2
        cost = meter.cost(middle)
        if cost is not None and cost <= monthly:
            low = middle
        else:
            high = middle - 1
    return low
