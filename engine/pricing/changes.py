"""One spec change of a running subscription: checked as a whole, computed item by item, rounded and taxed, then applied.

Contract: the subscription given stands as the events before it left it, and the answer comes with the one after it; raises Refused where
the change cannot be made. Source: rule language, 3.8 and 3.10, Changes.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from engine.diagnostics import Diagnostic
from engine.model.orders import ChangeRequest
from engine.model.quotes import ChangeLine, QuotedChange, RemainingTime
from engine.model.trace import TraceStep
from engine.pricing.change_lines import LineChange, compute_change, covered
from engine.pricing.change_request import accept_change
from engine.pricing.factors import UNDISCOUNTED
from engine.pricing.line_taxes import line_taxes
from engine.pricing.refused import Refused
from engine.pricing.resolution import rounding_in_force
from engine.pricing.rounding import line_step, round_invoice, round_lines
from engine.pricing.settlement import settle_amounts
from engine.pricing.subscription import (
    Held,
    Payment,
    Subscription,
    TermSpan,
    days_after,
    give_back,
    last_end,
)
from engine.pricing.tax_days import TaxedPart
from engine.pricing.taxes import UNTAXED, Taxed, note_taxes, tax_parts
from engine.values.exact import ONE, ZERO, Number, add, decimal_places, finite, magnitude, negate, shown, subtract, total
from engine.values.money import allocate, minor_places

T = TypeVar("T")


def evaluate_change(sub: Subscription, request: ChangeRequest) -> tuple[Subscription, QuotedChange]:
    """The subscription after the change, and what that costs or returns.

    From 50 to 100 users on 15 July in a year from 1 March at 17% off: 229/365 x (169 - 89) x 12 x 0.83 = 499.91.
    """
    changes = accept_change(sub, request)
    _compute(changes)
    book, order = sub.book, sub.order
    places = minor_places(order.currency)
    chain = {at: rounding_in_force(book, at, request.at, order.attributes) for at in ("line", "invoice")}
    round_lines(changes, [line_step(chain["line"], chain["invoice"])] * len(changes), places)
    _take_amounts(changes, places)
    steps = list(round_invoice(changes, chain["invoice"], places))
    after, taxed = _tax(sub, changes, request)
    steps += taxed.steps
    note_taxes(changes, taxed)
    for change in changes:
        after = _applied(after, change)
    after = _restarted(after, request)
    return after, _quoted(after, request, changes, taxed, steps)


def _compute(changes: list[LineChange]) -> None:
    """Steps 1 to 5 of every line; raises Refused with all that has no price."""
    given: dict[str, Number] = {}
    problems: list[Diagnostic] = []
    for change in changes:
        try:
            compute_change(change, given.get(change.line.item.id, ZERO))
        except Refused as refused:
            problems += [each for each in refused.diagnostics if each not in problems]
        given[change.line.item.id] = add(given.get(change.line.item.id, ZERO), max(ZERO, negate(change.left)))
    if problems:
        raise Refused(*problems)


def _take_amounts(changes: list[LineChange], places: int) -> None:
    """Step 7, for policies with `amounts: again`: the amounts that the paid terms were bought with, off what the change charges, down to 0.

    Each is given once a term and change, as it was with the term: an amount of 5.00 off 30.00 and 10.00 takes 3.75 and 1.25. One that held
    for a part of the term's time is not given again, nor is a coupon's. Source: rule language, second version, 6.
    """
    again = [index for index, change in enumerate(changes) if change.moment.terms.amounts == "again" and change.parts and change.left > 0]
    terms = {position: term for index in again for position, term in covered(changes[index].moment).items()}
    pending = []
    for position, term in terms.items():
        for each in term.amounts:
            scope = [index for index in again if not each.discount.items or changes[index].line.item.id in each.discount.items]
            scope = [index for index in scope if any(part.position == position for part in changes[index].parts)]
            if scope:
                pending.append(replace(each, scope=tuple((index, ONE) for index in scope)))
    if pending:
        settle_amounts(pending, changes, places)


# --- tax ------------------------------------------------------------------------------------------------------------------------


def _tax(sub: Subscription, changes: list[LineChange], request: ChangeRequest) -> tuple[Subscription, Taxed]:
    """The taxes, and the subscription with what was returned of its payments: a charge takes the rate of its day, a refund that of the
    payment it returns.

    Source: rule language, 3.10, Taxes.
    """
    parts: list[TaxedPart] = []
    for index, change in enumerate(changes):
        amount = finite(change.left)
        if amount >= 0:
            parts.append(TaxedPart(index, change.line.item.id, amount, request.at))
            continue
        sub, returned = give_back(sub, covered(change.moment), change.line.item.id, negate(amount))
        parts += [TaxedPart(index, change.line.item.id, negate(amount), at) for at, amount in returned]
    return sub, tax_parts(sub.book, parts, sub.order.currency, sub.attributes, request.at) if sub.book.taxes else UNTAXED


# --- the state after it ---------------------------------------------------------------------------------------------------------


def _applied(sub: Subscription, change: LineChange) -> Subscription:
    """What is held from now on, and the payment of each term; what waits for the renewal is only remembered."""
    moment, item, key = change.moment, change.line.item.id, change.moment.line
    if change.by_usage:
        return replace(sub, others=_used_after(sub.others, change))
    if moment.terms.takes_effect == "next-renewal":
        return replace(sub, pending={**sub.pending, key: change.new})
    shares, discounts = _shares(change, finite(change.left)), _shares(change, finite(change.discount))
    for part, share, taken in zip(change.parts, shares, discounts, strict=True):
        term = sub.terms[part.position]
        old = term.held.get(key)
        span = part.span or (TermSpan(old.start, old.expires, old.extra, old.own) if old else TermSpan(term.start, term.expires, term.extra))
        held = _without(term.held, key)
        if change.new is not None:
            price_at = old.price_at if old else moment.at
            held = {**term.held, key: Held(change.new, change.new.quantity, change.new.quantity, part.factor, price_at, *span)}
        payment = Payment(item, moment.at, share, part.listed, max(moment.at, span.start), span.expires, line=key)
        paid = (*term.payments, payment) if payment.amount or payment.list_amount else term.payments
        coupons = {**term.coupons, item: add(term.coupons.get(item, ZERO), taken)} if taken else term.coupons
        sub = sub.with_term(part.position, replace(term, held=held, payments=paid, coupons=coupons))
    return replace(sub, pending=_without(sub.pending, key))


def _used_after(others: Mapping[str, Held], change: LineChange) -> Mapping[str, Held]:
    key, at = change.moment.line, change.moment.at
    if change.new is None:
        return _without(others, key)
    held = change.old or Held(change.new, ZERO, ZERO, UNDISCOUNTED, at, at, datetime.max.replace(tzinfo=at.tzinfo))
    return {**others, key: replace(held, line=change.new, quantity=change.new.quantity, ordered=change.new.quantity)}


def _without(lines: Mapping[str, T], key: str) -> dict[str, T]:
    return {name: line for name, line in lines.items() if name != key}


def _restarted(sub: Subscription, request: ChangeRequest) -> Subscription:
    """Where every item began a new full term with the change, the subscription's days count from it."""
    for position, term in enumerate(sub.terms):
        times = {(held.start, held.expires, held.own) for held in term.held.values()}
        held = next(iter(term.held.values()), None)
        if held is None or held.own is None or len(times) != 1 or request.at >= last_end(term, sub.book):
            continue
        lines = {key: replace(each, own=None) for key, each in term.held.items()}
        days = days_after(sub.book, TermSpan(held.start, held.expires, held.extra), held.own)
        begun = replace(term, start=held.start, expires=held.expires, extra=held.extra, held=lines)
        sub = replace(sub.with_term(position, begun), days=days)
    return sub


def _shares(change: LineChange, amount: Decimal) -> list[Decimal]:
    """An amount of the line by the terms that it covers."""
    if len(change.parts) < 2:
        return [amount for _ in change.parts]
    weights = [magnitude(part.value) for part in change.parts]
    places = max(minor_places(change.moment.currency), decimal_places(amount))
    return list(allocate(amount, weights, places))


# --- the answer -----------------------------------------------------------------------------------------------------------------


def _quoted(sub: Subscription, request: ChangeRequest, changes: list[LineChange], taxed: Taxed, steps: list[TraceStep]) -> QuotedChange:
    amount = total(finite(change.left) for change in changes)
    tax = total(each.amount for each in taxed.totals) if taxed.totals else ZERO
    if sub.book.prices_include_tax:
        amount = subtract(amount, tax)
    charge, refund = (amount, None) if amount >= 0 else (None, negate(amount))
    return QuotedChange(
        at=request.at,
        charge=charge,
        refund=refund,
        tax=tax if refund is None else negate(tax),
        lines=tuple(_line(sub, change) for change in changes),
        taxes=taxed.totals,
        trace=tuple(steps),
        taxed=line_taxes(taxed, len(changes), sub.order.currency, sub.book.prices_include_tax),
    )


def _line(sub: Subscription, change: LineChange) -> ChangeLine:
    terms = [sub.terms[part.position] for part in change.parts]
    ends = [(part.span or term.held.get(change.moment.line) or term).expires for part, term in zip(change.parts, terms, strict=True)]
    left = next((part.left for part in change.parts if part.left is not None), None)
    new, spec = change.new, change.line.spec
    return ChangeLine(
        item=change.line.item.id,
        spec=spec.id if spec else None,
        quantity=new.quantity if new else ZERO,
        unit=change.line.item.unit,
        direction=change.direction,
        remaining=RemainingTime(left.value, left.unit, left.convention) if left else None,
        amount=finite(change.left),
        trace=tuple(change.steps),
        takes_effect="immediately" if change.by_usage else change.moment.terms.takes_effect,
        expires=ends[-1] if ends else None,
        changed=_changed(change),
        **_from_list(change),
    )


def _changed(change: LineChange) -> Number:
    """How much more or less of the item there is; of another spec, what is held of it."""
    if change.direction not in ("expand", "reduce"):
        return change.line.quantity
    new, old = (side.quantity if side else ZERO for side in (change.new, change.old))
    return max(subtract(new, old), subtract(old, new))


def _from_list(change: LineChange) -> dict[str, Number]:
    """The difference of the list prices, and what discounts and the limits of a refund take off it, as shown.

    500 GB more for 267/365 of a year: list 153.6164385, of which 83% are paid, 127.501643955, which becomes 127.50.
    """
    listed = total(part.listed for part in change.parts)
    list_amount, discount = shown(listed), shown(add(subtract(listed, change.exact), change.discount))
    rounding = subtract(subtract(list_amount, discount), change.left)
    return {"list_amount": list_amount, "discount_amount": discount, "rounding_amount": rounding}
