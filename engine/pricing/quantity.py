"""Step 1 of the waterfall for orders: what is ordered, in the item's unit, within its rules, its mode and the book's limits.

Contract: reads an order and a book, returns accepted lines and every problem of the order at once; computes no price.
Source: rule language, 2 (quantity, limits, billing_modes) and 3.10, Quantity.
"""

from collections.abc import Collection, Sequence

from engine.diagnostics import CodeInfo, Diagnostic, Label, orders, report
from engine.model.book import BillingMode, Item, ModeItem, PriceBook, Provision, Spec
from engine.model.orders import Order, OrderLine
from engine.pricing.indexes import price_index
from engine.pricing.messages import amount_of, largest_unit, listing, place, suggestion, where
from engine.pricing.rated import AcceptedLine, RatedLine
from engine.pricing.refused import Refused
from engine.values.exact import ONE, ZERO, Number, add, divide, exact, multiply, subtract, total, whole_down, whole_up
from engine.values.spans import dotted
from engine.values.units import UnitMismatch


def accept_lines(book: PriceBook, mode: BillingMode, order: Order) -> tuple[tuple[AcceptedLine, ...], tuple[Diagnostic, ...]]:
    """The order's lines in the units of their items, and every problem with them; a line with a problem is left out."""
    accepted: list[AcceptedLine] = []
    found: list[Diagnostic] = []
    sold = price_index(book).modes[mode.id].sold
    for position, line in enumerate(order.lines):
        item = book.items.get(line.item)
        if item is None:
            found.append(_about(line, orders.UNKNOWN_ITEM, f"the book sells no item `{line.item}`", suggestion(line.item, book.items)))
        elif item.id not in sold:
            found.append(_not_in_mode(book, mode, line))
        else:
            try:
                accepted.append(accept_line(book, sold[item.id], item, line, position))
            except Refused as refused:
                found += refused.diagnostics
    return tuple(accepted), tuple(found)


def accept_line(book: PriceBook, mode_item: ModeItem, item: Item, line: OrderLine, position: int = 0) -> AcceptedLine:
    """One line with its spec found and its quantity in the item's unit; raises Refused with what is wrong with it."""
    spec, quantity = _find_spec(item, line), _in_item_unit(book, item, line)
    _check_quantity(book, item, mode_item, line, quantity)
    return AcceptedLine(position, line, item, spec, mode_item, quantity)


def _find_spec(item: Item, line: OrderLine) -> Spec | None:
    names = [spec.id for spec in item.specs]
    if not names:
        if line.spec is None:
            return None
        message = f"`{item.id}` has no specs, so `{line.spec}` names nothing"
        raise Refused(_about(line, orders.SPEC_NOT_APPLICABLE, message, f"give a quantity instead, in {item.unit}"))
    if line.spec is None:
        message = f"`{item.id}` is sold by specs, and the order chooses none"
        raise Refused(_about(line, orders.SPEC_MISSING, message, f"choose one of {listing(names, 'or')}"))
    found = next((spec for spec in item.specs if spec.id == line.spec), None)
    if found is None:
        raise Refused(_about(line, orders.UNKNOWN_SPEC, f"`{item.id}` has no spec `{line.spec}`", suggestion(line.spec, names)))
    return found


def _in_item_unit(book: PriceBook, item: Item, line: OrderLine) -> Number:
    """The line's quantity by exact conversion: 1 TB of an item sold in GB is 1024."""
    if line.quantity is None:
        if item.specs:
            return ONE
        message = f"`{item.id}` is sold by quantity, and the order gives none"
        raise Refused(_about(line, orders.QUANTITY_BELOW_MINIMUM, message, f"say how much, in {item.unit}"))
    if line.unit is None:
        return exact(line.quantity)
    try:
        return book.unit_table.convert(exact(line.quantity), line.unit, item.unit)
    except UnitMismatch:
        message = f"`{item.id}` is sold in {item.unit}, and {line.unit} does not convert to it"
        units = [
            item.unit,
            *(unit for unit in book.unit_table.factors if unit != item.unit and book.unit_table.convertible(unit, item.unit)),
        ]
        remedy = f"give the quantity in {listing(units, 'or')}; symbols are case-sensitive"
        raise Refused(_about(line, orders.UNIT_MISMATCH, message, remedy)) from None


def _check_quantity(book: PriceBook, item: Item, mode_item: ModeItem, line: OrderLine, quantity: Number) -> None:
    """Raises Refused with what the item's `quantity` rule says against so much of it: minimum and maximum included, whole steps above
    the minimum.

    Source: rule language, 3.10, Quantity.
    """
    rule, unit = item.quantity, item.unit
    if item.list_amounts is not None:
        if quantity != ONE:
            message = f"`{item.id}` is billed on what others cost, so it is held or not, and the order has {amount_of(book, quantity, unit)} of it"
            raise Refused(_about(line, orders.QUANTITY_ABOVE_MAXIMUM, message, f"order `{item.id}: 1`, or leave it out"))
        return
    low = ZERO if rule.min is None else rule.min
    # Usage may be 0: a window with nothing in it still exists, and `at_zero` says what it owes.
    may_be_zero = item.meter is not None and mode_item.payment == "postpaid" and low == ZERO
    if quantity < low or quantity < ZERO or (quantity == ZERO and not may_be_zero):
        if low > ZERO:
            message = f"`{item.id}` is sold from {amount_of(book, low, unit)} on, and the order has {amount_of(book, quantity, unit)}"
            remedy = f"order at least {amount_of(book, low, unit)}"
        else:
            message = f"the order has {amount_of(book, quantity, unit)} of `{item.id}`"
            remedy = "order more than 0"
        raise Refused(_about(line, orders.QUANTITY_BELOW_MINIMUM, message, f"{remedy}, or leave the item out"))
    if rule.max is not None and quantity > rule.max:
        message = f"`{item.id}` is sold up to {amount_of(book, rule.max, unit)}, and the order has {amount_of(book, quantity, unit)}"
        raise Refused(_about(line, orders.QUANTITY_ABOVE_MAXIMUM, message, f"order at most {amount_of(book, rule.max, unit)}"))
    if rule.step is not None:
        _check_step(book, item, line, quantity, low, rule.step)


def _check_step(book: PriceBook, item: Item, line: OrderLine, quantity: Number, low: Number, step: Number) -> None:
    steps = divide(subtract(quantity, low), step)
    whole = whole_down(steps)
    if steps == whole:
        return
    below = add(low, multiply(exact(whole), step))
    above = add(below, step)
    start = f"from {amount_of(book, low, item.unit)} on " if low else ""
    sold = f"`{item.id}` is sold {start}in whole steps of {amount_of(book, step, item.unit)}"
    message = f"{sold}, and the order has {amount_of(book, quantity, item.unit)}"
    choices = [value for value in (below, above) if value > ZERO and (item.quantity.max is None or value <= item.quantity.max)]
    remedy = " or ".join(amount_of(book, value, item.unit) for value in choices)
    raise Refused(_about(line, orders.QUANTITY_OFF_STEP, message, f"order {remedy}"))


def check_presence(book: PriceBook, mode: BillingMode, order: Order, settled: Collection[str] = ()) -> tuple[Diagnostic, ...]:
    """What the order lacks or has too much of: required items, required groups, and `one_of` lists (exactly one of each).

    What was due once and is `settled` is not asked for again. Nor is what is billed by usage, where its records are billed: it can
    be used without being ordered.
    """
    ordered = {line.item for line in order.lines}
    there = ordered.union(settled)
    if not ordered:
        remedy = f"it sells {listing(sold.item for sold in mode.items)}"
        message = f"the order names nothing that `{mode.id}` sells"
        return (report(orders.NO_ITEMS, message, help=remedy, **where(order, "items")),)
    index, voice = price_index(book).modes[mode.id], order.origin.voice
    found: list[Diagnostic] = []
    unasked = {name for name, sold in index.sold.items() if order.metered and sold.payment == "postpaid" and book.items[name].meter}
    for name in index.required:
        if name not in there and name not in unasked:
            message = f"`{mode.id}` requires `{name}`, and the order does not have it"
            typed = f"{name}={'SPEC' if book.items[name].specs else 'QUANTITY'}"
            remedy = f"add {voice.entry('items', typed)}" if voice.types("items") else f"add `{name}` to the order"
            found.append(report(orders.REQUIRED_ITEM_MISSING, message, help=remedy, **where(order, "items")))
    for group, members in index.required_groups.items():
        if there.isdisjoint(members) and not unasked.issuperset(members):
            message = f"`{mode.id}` requires an item of the group `{group}`, and the order has none"
            remedy = f"add {voice.key('items')} with" if voice.types("items") else "add"
            remedy += f" one of {listing(members, 'or')}"
            found.append(report(orders.REQUIRED_GROUP_MISSING, message, help=remedy, **where(order, "items")))
    for choice in mode.one_of:
        taken = [name for name in choice if name in ordered]
        if len(taken) > 1 or (there.isdisjoint(choice) and not unasked.issuperset(choice)):
            has = f"both {listing(taken)}" if len(taken) == 2 else listing(taken) if taken else "none of them"
            message = f"`{mode.id}` is ordered with exactly one of {listing(choice, 'or')}, and the order has {has}"
            found.append(report(orders.EXACTLY_ONE, message, help="keep exactly one of them", **where(order, "items")))
    return tuple(found)


def check_limits(book: PriceBook, mode: BillingMode, lines: Sequence[AcceptedLine], whole: bool = True) -> tuple[Diagnostic, ...]:
    """Every limit that the sum of what the lines provide breaks; bounds are allowed. Source: rule language, 3.10, Quantity.

    Where the lines are not the `whole` order, because others have problems of their own, only the maximum can be told.
    """
    found: list[Diagnostic] = []
    for limit in book.limits:
        if limit.billing_modes and mode.id not in limit.billing_modes:
            continue
        shares = [(line, amount) for line in lines if (amount := provides(line, limit.resource)) > ZERO]
        provided = total(amount for _, amount in shares)
        if limit.max is not None and provided > limit.max:
            found.append(_over(book, limit.resource, limit.max, shares, provided))
        elif whole and limit.min is not None and provided < limit.min:
            found.append(_under(book, limit.resource, limit.min, shares, provided, lines))
    return tuple(found)


def provides(line: AcceptedLine, resource: str) -> Number:
    """How much of a resource the line provides, in the resource's unit: of its spec and of its item, each for every unit ordered."""
    return total(multiply(line.quantity, each.quantity) for each in provided_by(line) if each.resource == resource)


def provided_by(line: AcceptedLine | RatedLine) -> tuple[Provision, ...]:
    """What one unit of the line provides: of its item and of its spec."""
    return (*line.item.provides, *(line.spec.provides if line.spec else ()))


Shares = list[tuple[AcceptedLine, Number]]
"""Lines with what each provides of a resource, in the resource's unit."""


def _over(book: PriceBook, resource: str, most: Number, shares: Shares, whole: Number) -> Diagnostic:
    unit = book.resources[resource].unit
    largest = max(shares, key=lambda share: share[1])[0]
    message = f"the order provides {amount_of(book, whole, unit)}, and the limit for `{resource}` is {_said(book, most, unit)}"
    labels = tuple(
        Label(span, f"provides {amount_of(book, amount, unit)}")
        for line, amount in shares
        if line is not largest and (span := place(line.line.origin)) is not None
    )
    return _about(
        largest.line, orders.LIMIT_EXCEEDED, message, f"order {amount_of(book, _too_much(largest, resource, subtract(whole, most)), unit)} less",
        notes=_shares_note(book, shares, unit), labels=labels,
    )  # fmt: skip


def _too_much(line: AcceptedLine, resource: str, over: Number) -> Number:
    """By how much the lines provide too much, in whole steps of the line that provides most: 480 GB too much are 5 steps of 100."""
    step = line.item.quantity.step
    if step is None:
        return over
    each = multiply(step, divide(provides(line, resource), line.quantity))
    less = multiply(exact(whole_up(divide(over, each))), each)
    return less if less < provides(line, resource) else over


def _under(book: PriceBook, resource: str, least: Number, shares: Shares, whole: Number, lines: Sequence[AcceptedLine]) -> Diagnostic:
    unit = book.resources[resource].unit
    said = _said(book, least, unit)
    message = f"the order provides {amount_of(book, whole, unit)}, and an order needs at least {said} of `{resource}`"
    subject = shares[0][0].line if shares else lines[0].line if lines else OrderLine("")
    remedy = f"order {amount_of(book, subtract(least, whole), unit)} more"
    return _about(subject, orders.LIMIT_NOT_REACHED, message, remedy, notes=_shares_note(book, shares, unit))


def _said(book: PriceBook, quantity: Number, unit: str) -> str:
    plainly, largest = amount_of(book, quantity, unit), largest_unit(book, quantity, unit)
    return plainly if plainly == largest else f"{largest} ({plainly})"


def _shares_note(book: PriceBook, shares: Shares, unit: str) -> tuple[str, ...]:
    if not shares:
        return ()
    parts = [f"`{line.item.id}`{f' {line.spec.id}' if line.spec else ''}: {amount_of(book, amount, unit)}" for line, amount in shares]
    return ("provided by " + ", ".join(parts),)


def _not_in_mode(book: PriceBook, mode: BillingMode, line: OrderLine) -> Diagnostic:
    others = [other.id for other in book.billing_modes.values() if any(sold.item == line.item for sold in other.items)]
    remedy = f"it sells {listing(sold.item for sold in mode.items)}"
    notes = (f"`{line.item}` is sold in {listing(others)}",) if others else ()
    return _about(line, orders.ITEM_NOT_IN_MODE, f"`{mode.id}` does not sell `{line.item}`", remedy, notes=notes)


def _about(line: OrderLine, info: CodeInfo, message: str, remedy: str, notes: tuple[str, ...] = (), labels: tuple[Label, ...] = ()) -> Diagnostic:
    """A diagnostic that points at a line of the order."""
    path = dotted(line.origin.path) or f"items.{line.item}"
    return report(info, message, place(line.origin), path=path, subject=line.item, help=remedy, notes=notes, labels=labels)
