"""One spec change of a running subscription: checked as a whole, computed item by item, rounded and taxed, then applied.

Contract: the subscription given stands as the events before it left it, and is changed in place; raises Refused before that where
the change cannot be made. Source: rule language, 3.8 and 3.10, Changes.
"""

from dataclasses import replace
from decimal import Decimal

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.orders import (
    EVENT_AFTER_EXPIRY,
    NOT_EVALUATED_YET,
    NOTHING_CHANGES,
    SPEC_CHANGE_NOT_SUPPORTED,
    UNKNOWN_ITEM,
)
from engine.model.book import BillingMode, PriceBook
from engine.model.orders import ChangeRequest, Order, OrderLine
from engine.model.policies import SpecChange
from engine.model.quotes import ChangeLine, QuotedChange, RemainingTime
from engine.model.trace import TraceStep
from engine.pricing.acceptance import accept_order
from engine.pricing.change_lines import LineChange, compute_change, covered, direction_of
from engine.pricing.change_sides import Moment
from engine.pricing.line_taxes import line_taxes
from engine.pricing.messages import amount_of, place
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.resolution import attribute_rank, choose, rounding_in_force
from engine.pricing.rounding import line_step, round_invoice, round_lines
from engine.pricing.subscription import Held, PaidTerm, Payment, Subscription, end_of, give_back
from engine.pricing.tax_days import TaxedPart
from engine.pricing.taxes import UNTAXED, Taxed, tax_parts
from engine.values.exact import ZERO, Number, negate, subtract, total
from engine.values.money import allocate, minor_places


def policy_in_force(book: PriceBook, mode: BillingMode, order: Order, at) -> SpecChange | None:
    """The mode's spec-change policy for a term that was bought at `at`; None where the mode names none.

    A subscription keeps what was in force when its current term was bought. Source: rule language, 3.1.
    """
    chosen = choose(mode.spec_change, order.attributes, at, attribute_rank(book)) if mode.spec_change else None
    return book.spec_changes.get(chosen.entry.use) if chosen is not None and chosen.entry is not None else None


def evaluate_change(sub: Subscription, request: ChangeRequest) -> QuotedChange:
    """What the change costs or returns, and the subscription after it.

    From 50 to 100 users on 15 July in a year from 1 March at 17% off: 229/365 x (169 - 89) x 12 x 0.83 = 499.91.
    """
    changes = _accept(sub, request)
    for change in changes:
        compute_change(change)
    book, order = sub.book, sub.order
    places = minor_places(order.currency)
    chain = {at: rounding_in_force(book, at, request.at, order.attributes) for at in ("line", "invoice")}
    round_lines(changes, line_step(chain["line"], chain["invoice"]), places)
    steps = list(round_invoice(changes, chain["invoice"], places))
    taxed = _tax(sub, changes, request)
    steps += taxed.steps
    _tax_steps(changes, taxed)
    for change in changes:
        _apply(sub, change)
    _restart(sub, request)
    return _quoted(sub, request, changes, taxed, steps)


# --- what is changed ------------------------------------------------------------------------------------------------------------


def _accept(sub: Subscription, request: ChangeRequest) -> list[LineChange]:
    """The lines of the change with their directions; one unsupported line refuses the whole change, limits are checked after it."""
    term = sub.running(request.at)
    policy = policy_in_force(sub.book, sub.mode, sub.order, term.bought_at)
    problems = [found for line in request.lines if (found := _problem(sub, term, line, request)) is not None]
    if problems:
        raise Refused(*problems)
    state = _state_after(sub, term, request)
    found: list[LineChange] = []
    for line in request.lines:
        old, new = term.held.get(line.item), next((each for each in state if each.item.id == line.item), None)
        direction = direction_of(old, new)
        if direction is None:
            problems.append(_nothing_changes(sub, line, old))
        elif policy is None or direction not in policy.supports:
            problems.append(not_supported(sub.book, sub.mode, policy, line, direction))
        else:
            moment = Moment(sub, request.at, policy.by_direction.get(direction, policy.default), tuple(state), line.origin)
            if moment.terms.charge == "new-less-credit" and len(covered(moment)) > 1:
                problems.append(_two_terms(line))
            found.append(LineChange(sub.book.items[line.item], old, new, direction, moment))
    if problems:
        raise Refused(*problems)
    return found


def _problem(sub: Subscription, term: PaidTerm, line: OrderLine, request: ChangeRequest) -> Diagnostic | None:
    """What cannot be said of a line of the change at all."""
    name, at = line.item, place(line.origin)
    if name not in sub.book.items:
        return report(UNKNOWN_ITEM, f"the book sells no item `{name}`", at, path="change", subject=name)
    if any(other.item == name for other in sub.others):
        return report(
            NOT_EVALUATED_YET, f"`{name}` is billed by usage, so a change of what was ordered changes no amount", at,
            path="change", subject="change", help="leave it out of the change: what is used is what is billed",
        )  # fmt: skip
    if name in sub.twice or sum(each.item == name for each in request.lines) > 1:
        return report(
            NOT_EVALUATED_YET, f"`{name}` stands in the order more than once, so it is not clear which line changes", at,
            path="change", subject="change", help=f"order `{name}` on one line, and change it on one line",
        )  # fmt: skip
    held = term.held.get(name)
    if held is not None and request.at >= end_of(held.expires, sub.book):
        return report(EVENT_AFTER_EXPIRY, f"the paid term of `{name}` is over", at, path="change", subject=name)
    if line.quantity is not None and line.quantity == 0 and name not in term.held:
        return report(NOTHING_CHANGES, f"`{name}` is dropped, and the subscription does not have it", at, path="change", subject=name)
    return None


def _state_after(sub: Subscription, term: PaidTerm, request: ChangeRequest) -> list[AcceptedLine]:
    """The whole subscription after the change, accepted as an order would be: quantities, steps, required items, limits."""
    changed = {line.item: line for line in request.lines}
    lines = [changed.pop(name, held.line.line) for name, held in term.held.items()] + list(changed.values())
    kept = tuple(line for line in lines if line.quantity is None or line.quantity != 0)
    origins = {"items": request.origin}
    order = replace(sub.order, at=request.at, lines=(*kept, *sub.others), origins=origins, coupons=())
    return [line for line in accept_order(sub.book, order) if line.mode_item.payment == "prepaid"]


def _two_terms(line: OrderLine) -> Diagnostic:
    return report(
        NOT_EVALUATED_YET, "this version does not compute a change that begins a new term while a further one is paid yet",
        place(line.origin), path="change", subject="change", help="date the renewal after the change",
    )  # fmt: skip


def _nothing_changes(sub: Subscription, line: OrderLine, held: Held) -> Diagnostic:
    what = held.line.spec.id if held.line.spec else amount_of(sub.book, held.quantity, held.line.item.unit)
    return report(
        NOTHING_CHANGES, f"`{line.item}` is {what} before and after the change", place(line.origin), path="change",
        subject=line.item, help="give the spec or quantity that it has afterwards, or leave it out",
    )  # fmt: skip


def not_supported(
    book: PriceBook, mode: BillingMode, policy: SpecChange | None, at: OrderLine | ChangeRequest, direction: str | None = None
) -> Diagnostic:
    """The refusal of a change, with the policy's reason and what to do instead."""
    reason = policy.reason.read("en", book.language) if policy else "The billing mode names no spec-change policy."
    instead = policy.instead.read("en", book.language) if policy else ""
    title = mode.title.read("en", book.language) or mode.id
    item = f" of `{at.item}`" if isinstance(at, OrderLine) else ""
    what = f"{'an' if direction in ('upgrade', 'expand') else 'a'} {NOUNS[direction]}{item}" if direction else "a spec change"
    supported = f"it supports {', '.join(policy.supports)}" if policy and policy.supports else ""
    return report(
        SPEC_CHANGE_NOT_SUPPORTED,
        f"{title} does not support {what}",
        span=place(at.origin),
        path="change",
        subject=mode.id,
        notes=tuple(
            note for note in (reason, f"policy `{policy.id}` ({policy.origin.label})" if policy else "", supported) if note
        ),
        help=instead or "leave `change` out, or order in a billing mode that supports changes",
    )


NOUNS = {"upgrade": "upgrade", "downgrade": "downgrade", "expand": "expansion", "reduce": "reduction"}


# --- tax ------------------------------------------------------------------------------------------------------------------------


def _tax(sub: Subscription, changes: list[LineChange], request: ChangeRequest) -> Taxed:
    """A charge takes the rate of its day, a refund that of the payment it returns. Source: rule language, 3.10, Taxes."""
    parts: list[TaxedPart] = []
    for index, change in enumerate(changes):
        if change.left >= 0:
            parts.append(TaxedPart(index, change.item.id, change.left, request.at))
            continue
        returned = give_back(covered(change.moment), change.item.id, negate(change.left))
        parts += [TaxedPart(index, change.item.id, negate(amount), at) for at, amount in returned]
    return tax_parts(sub.book, parts, sub.order.currency, sub.attributes) if sub.book.taxes else UNTAXED


def _tax_steps(changes: list[LineChange], taxed: Taxed) -> None:
    for index, change in enumerate(changes):
        rows = taxed.by_line.get(index, ())
        facts = {"taxes": tuple((each.row.tax, each.row.category, each.row.rate) for each in rows)} if rows else {}
        considered = taxed.considered.get(index, ())
        change.steps.append(TraceStep(9, "tax", change.left, change.left, facts=facts, considered=considered, idle=not rows))


# --- the state after it ---------------------------------------------------------------------------------------------------------


def _apply(sub: Subscription, change: LineChange) -> None:
    """What is held from now on, and the payment of each term; what waits for the renewal is only remembered."""
    moment, item = change.moment, change.item.id
    if moment.terms.takes_effect == "next-renewal":
        sub.pending[item] = change.new.line if change.new else None
        return
    sub.pending.pop(item, None)
    shares = _shares(change)
    for part, share in zip(change.parts, shares, strict=True):
        term, old = part.term, part.term.held.get(item)
        expires = part.expires or (old.expires if old else term.expires)
        if change.new is None:
            term.held.pop(item, None)
        else:
            start = moment.at if part.expires else old.start if old else term.start
            term.held[item] = Held(change.new, change.new.quantity, part.profile, old.price_at if old else moment.at, start, expires)
        begins = max(moment.at, term.start)
        payment = Payment(item, moment.at, share, part.listed, begins, expires)
        if payment.amount or payment.list_amount:
            term.payments.append(payment)


def _restart(sub: Subscription, request: ChangeRequest) -> None:
    """Where every item began a new full term with the change, the subscription's days count from it."""
    term = sub.running(request.at)
    ends = {held.expires for held in term.held.values()}
    if len(ends) == 1 and ends != {term.expires}:
        term.start, term.expires = request.at, ends.pop()
        sub.anchor, sub.anchored_months = request.at, term.length.months


def _shares(change: LineChange) -> list[Number]:
    """The line's amount by the terms that it covers."""
    if len(change.parts) < 2:
        return [change.left for _ in change.parts]
    weights = [abs(part.value) for part in change.parts]
    places = max(minor_places(change.moment.currency), -change.left.as_tuple().exponent)
    return list(allocate(change.left, weights, places))


# --- the answer -----------------------------------------------------------------------------------------------------------------


def _quoted(sub: Subscription, request: ChangeRequest, changes: list[LineChange], taxed: Taxed, steps: list[TraceStep]) -> QuotedChange:
    amount = total(change.left for change in changes)
    tax = total(each.amount for each in taxed.totals) if taxed.totals else ZERO
    if sub.book.prices_include_tax:
        amount = subtract(amount, tax)
    charge, refund = (amount, None) if amount >= 0 else (None, negate(amount))
    return QuotedChange(
        at=request.at,
        charge=charge,
        refund=refund,
        tax=tax if refund is None else negate(tax),
        lines=tuple(_line(change) for change in changes),
        taxes=taxed.totals,
        trace=tuple(steps),
        taxed=line_taxes(taxed, len(changes), sub.order.currency, sub.book.prices_include_tax),
    )


def _line(change: LineChange) -> ChangeLine:
    left = next((part.left for part in change.parts if part.left is not None), None)
    new, old = change.new, change.old
    spec = new.spec if new else old.line.spec
    return ChangeLine(
        item=change.item.id,
        spec=spec.id if spec else None,
        quantity=new.quantity if new else ZERO,
        unit=change.item.unit,
        direction=change.direction,
        remaining=RemainingTime(left.value, left.unit, left.convention) if left else None,
        amount=_money(change.left),
        trace=tuple(change.steps),
        takes_effect=change.moment.terms.takes_effect,
    )


def _money(amount: Number) -> Decimal:
    if type(amount) is not Decimal:
        raise TypeError(f"an amount that was not rounded: {amount}")
    return amount
