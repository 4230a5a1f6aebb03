"""The sections `spec_changes`, `cancellations`, `renewals` and `mode_changes`. Source: rule language, 3.7 and 3.8."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TypedDict, TypeVar

from engine.diagnostics import policies
from engine.language.build.charges import not_negative
from engine.language.build.context import Build
from engine.language.build.node import Node, Unreadable
from engine.model.policies import (
    COUNTS_FROM,
    DIRECTIONS,
    EACH_DAY,
    MIDNIGHT,
    WEEKDAYS,
    Cancellation,
    ChangeTerms,
    Consumed,
    FeeRow,
    ModeChange,
    Remaining,
    Renewal,
    SpecChange,
)
from engine.values.periods import Duration

Policy = TypeVar("Policy")
PRORATED = ("difference",)
_BEFORE = re.compile(r"(.+) before\Z")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z")
APART = {"new-less-credit": "charge: new-less-credit", "list": "credit: {base: list}"}
"""What discounts the two prices of a change each in its own way."""


def read_all(build: Build, parts: dict[str, Node], reader: Callable[[Build, str, Node], Policy]) -> dict[str, Policy]:
    """Every policy of a section that can be built."""
    found = {}
    for name, node in parts.items():
        policy = build.attempt(reader, name, node)
        if policy is not None:
            found[name] = policy
    return found


def read_spec_change(build: Build, name: str, node: Node) -> SpecChange:
    """A spec-change policy; a direction's own block overrides the policy's keys, key by key."""
    supported = node.read("supports", lambda supports: tuple(each.choice(*DIRECTIONS) for each in supports.one_or_more())) or ()
    default = _read_terms(build, node, ChangeTerms())
    by_direction = {}
    for direction in DIRECTIONS:
        block = node.get(direction)
        if block is not None and direction not in supported:
            build.report(
                policies.SUPPORTED_DIRECTION_MISSING,
                f"`{name}` has terms for `{direction}`, but does not support it",
                block.key_span(),
                path=block.dotted(),
                help=f"add `{direction}` to `supports`, or remove the block",
            )
        if direction in supported:
            terms = default if block is None else _read_terms(build, block, default)
            by_direction[direction] = terms
            _check_terms(build, name, direction, terms, block if block is not None else node)
    return SpecChange(
        name,
        supported,
        by_direction,
        default,
        title=build.text_of(node.get("title")),
        reason=build.text_of(node.get("reason")),
        instead=build.text_of(node.get("instead")),
        origin=node.origin(),
        description=build.text_of(node.get("description")),
    )


def _read_terms(build: Build, node: Node, default: ChangeTerms) -> ChangeTerms:
    terms = {key: node.word(ChangeTerms, key) for key in ("takes_effect", "charge", "discount", "amounts", "price_period") if node.get(key) is not None}
    credit, counted = node.get("credit"), build.read(node, "remaining", _read_remaining) or default.remaining
    if credit is not None:
        terms |= {f"credit_{key}": credit.word(ChangeTerms, f"credit_{key}", key) for key in ("base", "cap")}
    whole = {"discount": default.discount, "charge": default.charge, "credit_base": default.credit_base} | terms
    if whole["discount"] == "on-difference" and (other := APART.get(whole["charge"]) or APART.get(whole["credit_base"])):
        at = node.get("discount") or node.get("credit") or node.get("charge") or node
        build.report(
            policies.ON_DIFFERENCE_WITH_OTHERS,
            f"`discount: on-difference` discounts the difference as one, which `{other}` does not have",
            at.key_span(),
            path=at.dotted(),
            help=f"leave `{other}` out, or write `discount: as-ordered`",
        )
        terms["discount"] = ChangeTerms().discount
    return replace(default, remaining=counted, **terms)


def _read_remaining(build: Build, node: Node) -> Remaining:
    counts = node.need("counts_from")
    found = Remaining(
        counts_from=_read_counts_from(counts),
        monthly=node.word_or_none(Remaining, "monthly"),
        yearly=node.word_or_none(Remaining, "yearly"),
        daily=node.word_or_none(Remaining, "daily"),
        places=node.read("places", Node.whole),
        mode=node.word(Remaining, "mode"),
    )
    rules = (found.counts_from,) if isinstance(found.counts_from, str) else tuple(found.counts_from.values())
    if "seconds" in (found.monthly, found.yearly, found.daily) and set(rules) != {"instant"}:
        other = next(rule for rule in rules if rule != "instant")
        build.report(
            policies.SECONDS_FROM_A_DAY,
            f"the time that remains is counted in seconds, and from `{other}`",
            counts.span(),
            path=counts.dotted(),
            help="write `counts_from: instant`, or a convention that counts days",
        )
    return found


def _read_counts_from(node: Node) -> str | dict[str, str]:
    if not node.is_mapping:
        return node.choice(*COUNTS_FROM)
    return {case: node.need(case).choice(*COUNTS_FROM) for case in ("purchase-day", "later")}


def _check_terms(build: Build, name: str, direction: str, terms: ChangeTerms, node: Node) -> None:
    if terms.charge in PRORATED and terms.remaining is None and terms.takes_effect == "immediately":
        build.report(
            policies.REMAINING_MISSING,
            f"`{name}` charges the difference for the time that remains, but does not say how that time is counted",
            node.key_span(),
            path=node.dotted(),
            help="add `remaining: {monthly: calendar-months, yearly: days-of-365, counts_from: next-day}`",
        )
    if terms.takes_effect == "next-renewal" and terms.charge != "none":
        at = node.get("charge") or node.get("takes_effect") or node
        build.report(
            policies.RENEWAL_WITH_CHARGE,
            f"`{direction}` waits for the renewal, so `charge: {terms.charge}` could never be due",
            at.key_span(),
            path=at.dotted(),
            help="write `charge: none` beside `takes_effect: next-renewal`",
        )


def read_cancellation(build: Build, name: str, node: Node) -> Cancellation:
    """What an unsubscription returns: its free days, how the used part is counted, and the fee table."""
    fee = node.get("fee")
    return Cancellation(
        name,
        refund=node.word(Cancellation, "refund"),
        full_refund_within=node.read("full_refund_within", Node.duration),
        consumed=node.read("consumed", _read_consumed) or Consumed(),
        fees=build.each(_read_fee, fee.one_or_more()) if fee is not None else (),
        title=build.text_of(node.get("title")),
        description=build.text_of(node.get("description")),
        reason=build.text_of(node.get("reason")),
        origin=node.origin(),
    )


def _read_consumed(node: Node) -> Consumed:
    return Consumed(**{key: node.word(Consumed, key) for key in ("by", "of", "count", "part")})


def _read_fee(build: Build, node: Node) -> FeeRow:
    if not node.is_mapping:
        return FeeRow(_fee(build, node), origin=node.origin())
    if node.get("fee") is None and node.get("consumed_times") is None:
        raise Unreadable(node, "a row with `fee: 10%` or `consumed_times: 150%`")
    return FeeRow(
        fee=build.read(node, "fee", _fee) or FeeRow().fee,
        term=node.read("term", Node.duration),
        used_up_to=node.read("used_up_to", Node.duration),
        consumed_times=node.read("consumed_times", lambda times: not_negative(build, times.percent(), times)),
        origin=node.origin(),
    )


def _fee(build: Build, node: Node) -> Decimal:
    if node.percent() > 1:
        message = f"a fee of `{node.text()}` is more than what was paid, so nothing would ever come back"
        build.report(policies.FEE_ABOVE_PAID, message, node, help="write a percentage from `0%` to `100%`; `refund: none` on the policy returns nothing")
    return not_negative(build, node.percent(), node)


def read_renewal(build: Build, name: str, node: Node) -> Renewal:
    """How a prepaid subscription goes on after its term."""
    return Renewal(
        name,
        price=node.word(Renewal, "price"),
        anchor=node.word(Renewal, "anchor"),
        auto_renew=node.read("auto_renew", _read_before),
        grace=node.read("grace", Node.duration),
        retention=node.read("retention", Node.duration),
        **(node.read("align", _read_unified) or {}),
        stub=node.word_or_none(Renewal, "stub"),
        title=build.text_of(node.get("title")),
        description=build.text_of(node.get("description")),
        origin=node.origin(),
    )


def _read_before(node: Node) -> Duration:
    match = _BEFORE.match(node.text())
    if match is None:
        raise Unreadable(node, "how long before expiry, such as `7 days before`")
    return node.duration(match[1])


class _UnifiedDay(TypedDict, total=False):
    align: str | int
    align_time: str
    first: str


def _read_unified(node: Node) -> _UnifiedDay:
    """A unified day alone, or a mapping that names its instant: its beginning where it says no time. Source: rule language, second version, 2.2."""
    if not node.is_mapping:
        return {"align": _read_day(node)}
    found: _UnifiedDay = {"align": node.read("day", _read_day) or EACH_DAY}
    found["first"] = node.word(Renewal, "first")
    if found["align"] != "calendar":
        found["align_time"] = node.read("time", _read_clock) or MIDNIGHT
    elif node.get("time") is not None:
        raise Unreadable(node.at("time"), "no time, since a calendar month ends at midnight")
    return found


def _read_day(node: Node) -> str | int:
    if node.text() in ("calendar", "last-day", *WEEKDAYS):
        return node.text()
    try:
        day = node.whole()
    except Unreadable:
        day = 0
    if not 1 <= day <= 28:
        raise Unreadable(node, "`calendar`, `last-day`, a day from `1` to `28`, or a day of the week such as `monday`")
    return day


def _read_clock(node: Node) -> str:
    if _CLOCK.match(node.text()) is None:
        raise Unreadable(node, "a time of day such as `12:00`")
    return node.text()


def read_mode_change(build: Build, node: Node) -> ModeChange:
    """Whether and when a subscription may move from one mode to another."""
    source = build.refer(node.need("from"), "billing_modes", "billing mode")
    target = build.refer(node.need("to"), "billing_modes", "billing mode")
    if source == target:
        build.report(
            policies.MODE_CHANGE_TO_ITSELF,
            f"the change leads from `{source}` back to `{source}`",
            node.at("to"),
            help="name two different modes",
        )
    return ModeChange(
        source,
        target,
        node.word(ModeChange, "takes_effect"),
        build.text_of(node.get("title")),
        node.origin(),
    )
