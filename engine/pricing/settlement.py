"""Step 7 of the waterfall: discounts of a fixed amount, allocated to the lines in scope, never below zero.

Source: rule language, 3.2 and 3.10, Coupons and Allocation.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from engine.model.facts import StepFacts
from engine.model.formulas import Figure, difference
from engine.model.trace import Considered, TraceStep
from engine.pricing.discounts import Pending
from engine.values.exact import ONE, ZERO, Number, add, decimal_places, multiply, round_number, subtract, total
from engine.values.money import allocate


class Reducible(Protocol):
    """A line of an order or of a change on its way to its amount: what is `left`, and what discounts took."""

    left: Number
    discount: Number
    steps: list[TraceStep]


def settle_amounts(pending: Sequence[Pending], lines: Sequence[Reducible], places: int) -> dict[str, Considered]:
    """Takes each amount once, in the policy's order, from what the ones before left; `places` are the currency's decimals.

    Returns the discounts that found nothing left to take.
    """
    touched, took = set(), set()
    for each in pending:
        before = total(lines[index].left for index, _ in each.scope)
        touched.update(_settle(each, lines, places))
        if before != total(lines[index].left for index, _ in each.scope):
            took.add(each.discount.id)
    for index, line in enumerate(lines):
        if index not in touched:
            line.steps.append(TraceStep(7, "amount-off", line.left, line.left, idle=True))
    idle = [each.discount for each in pending if each.discount.id not in took]
    return {discount.id: Considered(discount.id, False, "takes-nothing", {}, discount.origin) for discount in idle}


def _settle(pending: Pending, lines: Sequence[Reducible], places: int) -> list[int]:
    discount = pending.discount
    indexes = [index for index, _ in pending.scope]
    caps = [_cap(lines[index].left, share, places) for index, share in pending.scope]
    shares = share_capped(pending.amount, caps, max(places, decimal_places(pending.amount)))
    whole = total(caps)
    for index, cap, share in zip(indexes, caps, shares, strict=True):
        line = lines[index]
        left = subtract(line.left, share)
        facts: StepFacts = {"discount": discount.id, "amount": pending.amount, "share": share, "of": cap, "of_all": whole}
        considered = (Considered(discount.id, True, "applied", {"amount": pending.amount}, discount.origin),)
        formula = difference(Figure(line.left, places), Figure(share, places)) if share else None
        step = TraceStep(7, "amount-off", left, line.left, formula, facts, considered, idle=not share, origin=pending.origin)
        line.steps.append(step)
        line.discount = add(line.discount, share)
        line.left = left
    return indexes


def _cap(left: Number, share: Number, places: int) -> Number:
    # Only the part of a line that a timed discount covers may be used up by it, in whole minor units.
    return left if share == ONE else round_number(multiply(left, share), places, "down")


def share_capped(amount: Decimal, caps: Sequence[Number], places: int) -> tuple[Number, ...]:
    """`amount` shared in proportion to what each line has left, no line below zero; what no line can bear is not given.

    Source: rule language, 3.10, Coupons and Allocation.

    >>> share_capped(Decimal("20.00"), [Decimal("19.00"), Decimal("24.00")], 2)
    (Decimal('8.84'), Decimal('11.16'))
    >>> share_capped(Decimal("50.00"), [Decimal("19.00"), Decimal("24.00")], 2)
    (Decimal('19.00'), Decimal('24.00'))
    """
    if amount >= total(caps):
        return tuple(caps)
    shares = allocate(amount, caps, places)
    if all(share <= cap for share, cap in zip(shares, caps, strict=True)):
        return shares
    return _within(shares, caps, places)


def _within(shares: Sequence[Decimal], caps: Sequence[Number], places: int) -> tuple[Number, ...]:
    """Shares that the last unit lifted above an unrounded amount, brought back under it; their units go to lines with room."""
    whole_caps = [round_number(cap, places, "down") for cap in caps]
    kept = [min(share, cap) for share, cap in zip(shares, whole_caps, strict=True)]
    missing = subtract(total(shares), total(kept))
    for index, cap in enumerate(whole_caps):
        room = min(missing, subtract(cap, kept[index]))
        kept[index] = add(kept[index], room)
        missing = subtract(missing, room)
    return tuple(kept) if any(kept) else tuple(ZERO for _ in caps)
