"""What a change asks for, before anything is computed: which lines of the subscription change, in which direction, and by which policy.

Contract: a subscription and a request in, the lines of the change out; raises Refused with everything that stands in its way.
Source: rule language, 3.8 and 3.10, Changes.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.orders import (
    EVENT_AFTER_EXPIRY,
    NO_ITEMS,
    NOTHING_CHANGES,
    REQUIRED_ITEM_MISSING,
    SPEC_CHANGE_NOT_SUPPORTED,
    TERM_NOT_NEEDED,
    UNKNOWN_ITEM,
    WHICH_LINE_CHANGES,
)
from engine.model.book import BillingMode, PriceBook, RoundingStep
from engine.model.orders import ChangeRequest, Order, OrderLine
from engine.model.policies import SpecChange
from engine.pricing.acceptance import accept_order
from engine.pricing.change_lines import LineChange, direction_of
from engine.pricing.change_sides import Moment
from engine.pricing.indexes import attribute_rank, price_index
from engine.pricing.messages import amount_of, listing, place
from engine.pricing.rated import AcceptedLine
from engine.pricing.refused import Refused
from engine.pricing.resolution import choose, rounding_in_force
from engine.pricing.steps import round_to
from engine.pricing.subscription import Held, Subscription, end_of, line_keys
from engine.values.periods import Duration


def policy_in_force(book: PriceBook, mode: BillingMode, order: Order, at: datetime) -> SpecChange | None:
    """The mode's spec-change policy for a term that was bought at `at`; None where the mode names none.

    A subscription keeps what was in force when its current term was bought. Source: rule language, 3.1.
    """
    chosen = choose(mode.spec_change, order.attributes, at, attribute_rank(book)) if mode.spec_change else None
    return book.spec_changes.get(chosen.entry.use) if chosen is not None and chosen.entry is not None else None


def accept_change(sub: Subscription, request: ChangeRequest) -> list[LineChange]:
    """The lines of the change with their directions; one unsupported line refuses the whole change, limits are checked after it."""
    policy = policy_in_force(sub.book, sub.mode, sub.order, sub.bought_at(request.at))
    standing = sub.standing(request.at)
    named = _named(sub, standing, request)
    problems = [each for key, line in named.items() if (each := _problem(sub, standing, key, line, request)) is not None]
    if problems:
        raise Refused(*problems)
    state = _state_after(sub, standing, named, request)
    found: list[LineChange] = []
    for key, line in named.items():
        old, new = standing.get(key), state.get(key)
        direction = direction_of(old, new)
        if direction is None:
            problems.append(_nothing_changes(sub, line, standing[key]))
        elif (again := _waits_already(sub, key, line, new)) is not None:
            problems.append(again)
        elif policy is None or direction not in policy.supports:
            problems.append(not_supported(sub.book, sub.mode, policy, line, direction))
        else:
            moment = Moment(sub, request.at, policy.by_direction.get(direction, policy.default), _prepaid(state), line.origin, key)
            found.append(LineChange(new or standing[key].line, old, new, direction, moment))
    if problems:
        raise Refused(*problems)
    return found


def _named(sub: Subscription, standing: Mapping[str, Held], request: ChangeRequest) -> dict[str, OrderLine]:
    """Which line of the subscription each line of the change is about; raises Refused where that is not clear.

    An item on one line, or on none, is clear. Of several lines a spec names its own, and quantity 0 drops the item: all of them.
    """
    found: dict[str, OrderLine] = {}
    problems: list[Diagnostic] = []
    counts = Counter(line.item for line in request.lines)
    for line in request.lines:
        held = [key for key, each in standing.items() if each.line.item.id == line.item]
        alone = counts[line.item] == 1
        if not held:
            keys = line_keys([line.item], found)
        elif alone and (len(held) == 1 or (_dropped(line) and line.spec is None)):
            keys = held
        else:
            keys = [key for key in held if line.spec is not None and _spec(standing[key]) == line.spec]
            if len(keys) != 1 or keys[0] in found:
                problems.append(_which_line(line, [standing[key] for key in held], counts[line.item]))
        found |= dict.fromkeys(keys, line)
    if problems:
        raise Refused(*problems)
    return found


def _spec(held: Held) -> str | None:
    return held.line.spec.id if held.line.spec is not None else None


def _dropped(line: OrderLine) -> bool:
    return line.quantity is not None and line.quantity == 0


def _problem(sub: Subscription, standing: Mapping[str, Held], key: str, line: OrderLine, request: ChangeRequest) -> Diagnostic | None:
    """What cannot be said of a line of the change at all."""
    name, at = line.item, place(line.origin)
    if name not in sub.book.items:
        return report(UNKNOWN_ITEM, f"the book sells no item `{name}`", at, path="change", subject=name)
    if key in standing:
        return None
    ends = [end_of((term.held.get(key) or term).expires, sub.book) for term in sub.terms]
    if ends and request.at >= max(ends):
        return report(EVENT_AFTER_EXPIRY, f"the paid term of `{name}` is over", at, path="change", subject=name)
    if _dropped(line):
        return report(NOTHING_CHANGES, f"`{name}` is dropped, and the subscription does not have it", at, path="change", subject=name)
    return None


def _state_after(sub: Subscription, standing: Mapping[str, Held], named: Mapping[str, OrderLine], request: ChangeRequest) -> dict[str, AcceptedLine]:
    """The whole subscription after the change, accepted as an order would be: quantities, steps, required items, limits."""
    lines = {key: held.line.line for key, held in standing.items()} | dict(named)
    kept = {key: line for key, line in lines.items() if not _dropped(line)}
    by_usage = {each.item for each in sub.mode.items if each.payment == "postpaid"}
    _check_what_is_left(sub, standing, named, kept, by_usage)
    if not kept:
        return {}
    # Nothing is estimated here: how long use lasts makes no difference to what may be held.
    length = (sub.order.duration or Duration(months=1)) if any(line.item in by_usage for line in kept.values()) else None
    origins = {"items": request.origin}
    order = replace(sub.order, at=request.at, lines=tuple(kept.values()), duration=length, origins=origins, coupons=())
    accepted = accept_order(sub.book, order, sub.running(request.at).settled if sub.terms else ())
    rule = rounding_in_force(sub.book, "quantity", request.at, sub.attributes)
    currency = sub.order.currency
    return {key: _billed(line, standing.get(key), key in named, rule, currency) for key, line in zip(kept, accepted, strict=True)}


def _billed(line: AcceptedLine, held: Held | None, asked: bool, rule: RoundingStep | None, currency: str) -> AcceptedLine:
    """A line with the quantity that is billed: rounded where the change asks for another, else the one that is held.

    Source: rule language, second version, 8.6.
    """
    if held is not None and not asked:
        return replace(line, quantity=held.quantity)
    same = held is not None and line.spec == held.line.spec and line.quantity == held.ordered
    return line if same else replace(line, quantity=round_to(line.quantity, rule, currency))


def _check_what_is_left(
    sub: Subscription, standing: Mapping[str, Held], named: Mapping[str, OrderLine], kept: Mapping[str, OrderLine], by_usage: set[str]
) -> None:
    """Raises Refused where a change drops what the mode requires, everything, or all that is paid in advance: that is an end."""
    left, required = {line.item for line in kept.values()}, price_index(sub.book).modes[sub.mode.id].required
    dropped = {line.item: line for key, line in named.items() if _dropped(line) and key in standing and line.item not in left}
    if not dropped:
        return
    last = next(iter(dropped.values()))
    leaving = f"to leave altogether, {last.origin.voice.key('unsubscribe')}"
    problems = [
        report(
            REQUIRED_ITEM_MISSING, f"`{sub.mode.id}` requires `{name}`, so a change cannot drop it", place(line.origin), path="change",
            subject=name, help=f"leave it out of the change; {leaving}",
        )
        for name, line in dropped.items() if name in required and not (sub.order.metered and sub.book.items[name].meter is not None)
    ]  # fmt: skip
    # What is metered goes on being used when the last fee is dropped.
    goes_on = sub.order.metered and not sub.terms and any(sub.book.items[each.item].meter is not None for each in sub.mode.items)
    if not problems and not left and not goes_on:
        message = "the change drops everything, and nothing would be left of the subscription"
        problems.append(report(NO_ITEMS, message, place(last.origin), path="change", subject=last.item, help=f"keep an item; {leaving}"))
    elif not problems and sub.terms and left <= by_usage:
        message = f"the change drops the last item that is paid in advance, so nothing is left of its term of {sub.order.term}"
        problems.append(report(TERM_NOT_NEEDED, message, place(last.origin), path="change", subject=last.item, help=f"keep it; {leaving}"))
    if problems:
        raise Refused(*problems)


def _prepaid(state: Mapping[str, AcceptedLine]) -> dict[str, AcceptedLine]:
    return {key: line for key, line in state.items() if line.mode_item.payment == "prepaid"}


def _which_line(line: OrderLine, held: list[Held], times: int) -> Diagnostic:
    if len(held) == 1 and times > 1:
        message = f"`{line.item}` is given {'twice' if times == 2 else f'{times} times'}, and the subscription has it on one line"
        remedy = "give it once, with the spec or quantity that it has afterwards"
        return report(WHICH_LINE_CHANGES, message, place(line.origin), path="change", subject=line.item, help=remedy)
    specs = [each.line.spec.id for each in held if each.line.spec]
    clear = len(set(specs)) == len(held)
    remedy = f"say which line: give the spec that it has, {listing(specs, 'or')}" if clear else "order it on one line, or with different specs"
    return report(
        WHICH_LINE_CHANGES, f"`{line.item}` is held on {len(held)} {'line' if len(held) == 1 else 'lines'}, and it is not clear which one "
        "changes", place(line.origin), path="change", subject=line.item, help=remedy,
    )  # fmt: skip


def _nothing_changes(sub: Subscription, line: OrderLine, held: Held) -> Diagnostic:
    what = held.line.spec.id if held.line.spec else amount_of(sub.book, held.quantity, held.line.item.unit)
    return report(
        NOTHING_CHANGES, f"`{line.item}` is {what} before and after the change", place(line.origin), path="change",
        subject=line.item, help="give the spec or quantity that it has afterwards, or leave it out",
    )  # fmt: skip


def _waits_already(sub: Subscription, key: str, line: OrderLine, new: AcceptedLine | None) -> Diagnostic | None:
    """The same change waits for the renewal already, so that asking again would change nothing. Source: rule language, second version, 8.14."""
    if key not in sub.pending:
        return None
    waiting = sub.pending[key]
    same = waiting is new if waiting is None or new is None else (waiting.spec, waiting.quantity) == (new.spec, new.quantity)
    if not same:
        return None
    state = "dropped" if new is None else new.spec.id if new.spec else amount_of(sub.book, new.quantity, new.item.unit)
    message = f"`{line.item}` is {state} from the next renewal on, by an earlier change"
    remedy = "leave it out, or give what it shall be instead"
    return report(NOTHING_CHANGES, message, place(line.origin), path="change", subject=line.item, help=remedy)


def not_supported(book: PriceBook, mode: BillingMode, policy: SpecChange | None, at: OrderLine | ChangeRequest, direction: str | None = None) -> Diagnostic:
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
        notes=tuple(note for note in (reason, f"policy `{policy.id}` ({policy.origin.label})" if policy else "", supported) if note),
        help=instead or f"leave {at.origin.voice.key('change')} out, or order in a billing mode that supports changes",
    )


NOUNS = {"upgrade": "upgrade", "downgrade": "downgrade", "expand": "expansion", "reduce": "reduction"}
