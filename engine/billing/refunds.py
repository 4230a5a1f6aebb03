"""An unsubscription as bills of their own kinds: what each item returns, and the handling fee that is kept of it.

Contract: the lines add up to the refund that the quote says; nothing is computed here.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from engine.billing.owed import Owed
from engine.model.invoices import InvoiceLine
from engine.model.quotes import LineTax, QuotedUnsubscription, RefundPart
from engine.model.trace import TraceStep
from engine.pricing.line_taxes import joined_rows, negated
from engine.pricing.subscription import Held, Subscription
from engine.values.exact import ZERO, negate, subtract, total


def owed_of_refund(state: Subscription, name: str, ended: QuotedUnsubscription) -> Owed:
    """A line for each item that returns something, and one for the fee: -50.00 and 10.00 where the refund is 40.00.

    With prices that include tax they are gross, as every line is. What is taxed by other taxes has a line of its own.
    """
    by_item: dict[tuple[str, frozenset[str]], list[RefundPart]] = {}
    by_taxes: dict[frozenset[str], list[RefundPart]] = {}
    for part in ended.parts:
        names = frozenset(row.tax for row in part.taxed)
        if part.returned:
            by_item.setdefault((part.item, names), []).append(part)
        by_taxes.setdefault(names, []).append(part)
    lines = [_line(state, name, ended, item, parts) for (item, _), parts in by_item.items()]
    lines += [line for parts in by_taxes.values() if (line := _fee(state, name, ended, parts)).amount]
    taxes = tuple(replace(each, base=negate(each.base), amount=negate(each.amount)) for each in ended.taxes)
    return Owed(ended.at, tuple(lines), taxes, negate(ended.refund))


def _line(state: Subscription, name: str, ended: QuotedUnsubscription, item: str, parts: list[RefundPart]) -> InvoiceLine:
    """What one item returns, of all its payments; it is told as it was held."""
    back = negate(total(each.returned for each in parts))
    held = _held(state, item)
    return InvoiceLine(
        name, "refund-unsubscription", ended.at, item, held.line.spec.id if held and held.line.spec else None,
        held.quantity if held else None, state.book.items[item].unit if held else None, ended.at, max(each.end for each in parts),
        back, ZERO, ZERO, back, None, _steps(ended, item, parts), negated(_rows(each.taxed for each in parts)),
        state.mode.id, state.running(ended.at).length,
    )  # fmt: skip


def _held(state: Subscription, item: str) -> Held | None:
    """The item as it was held last; None where it stood on several lines, which have no quantity in common."""
    for term in reversed(state.terms):
        found = [each for each in term.held.values() if each.line.item.id == item]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _rows(taxed: Iterable[tuple[LineTax, ...]]) -> tuple[LineTax, ...]:
    """The taxes of several payments; one that returns nothing adds none."""
    return tuple(row for row in joined_rows(row for rows in taxed for row in rows) if row.base or row.amount)


def _fee(state: Subscription, name: str, ended: QuotedUnsubscription, parts: list[RefundPart]) -> InvoiceLine:
    """What is kept of these payments as the fee."""
    kept = total(subtract(each.returned, each.share) for each in parts)
    return InvoiceLine(
        name, "unsubscription-fee", ended.at, None, None, None, None, ended.at, None, kept, ZERO, ZERO, kept, None,
        _fee_steps(ended, parts, kept), _rows(each.fee_taxed for each in parts), state.mode.id, state.running(ended.at).length,
    )  # fmt: skip


def _fee_steps(ended: QuotedUnsubscription, parts: list[RefundPart], kept: Decimal) -> tuple[TraceStep, ...]:
    """The fee, where it is more than what is unused that, and its rounding: 88.644 is at most 26.6416393443, which is 26.64."""
    fee, unused = total(each.fee for each in parts), max(ZERO, total(subtract(each.paid, each.consumed) for each in parts))
    steps: list[TraceStep] = []
    for step in ended.trace:
        if step.kind == "fee":
            steps.append(replace(step, value=fee))
            if fee > unused:
                steps.append(TraceStep(4, "fee-cap", unused, fee, facts={"unused": unused}))
        elif step.kind == "round-line":
            exact = min(fee, unused)
            steps.append(replace(step, before=exact, value=kept, idle=exact == kept))
    return tuple(steps)


def _steps(ended: QuotedUnsubscription, item: str, parts: list[RefundPart]) -> tuple[TraceStep, ...]:
    """Of the item's own payments what is consumed, and what that leaves; the cents are those that make the lines the refund.

    Paid 358.56, consumed 71.1895081967: 287.3704918033 are left, of which the line returns 287.37.
    """
    paid, used = total(each.paid for each in parts), total(each.consumed for each in parts)
    left, back = subtract(paid, used), total(each.returned for each in parts)
    whole = next((step for step in ended.trace if step.kind == "consumed"), None)
    mine = tuple(step for step in whole.children if step.facts.get("item") == item) if whole else ()
    consumed = () if whole is None else (replace(whole, value=total(step.value or ZERO for step in mine), children=mine),)
    return (
        *consumed,
        TraceStep(4, "refund", left, facts={"paid": paid, "consumed": used}),
        TraceStep(6, "refund-share", back, left, idle=left == back),
    )
