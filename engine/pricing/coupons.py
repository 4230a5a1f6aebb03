"""Coupons that an order gives and that it cannot use: each is an error with its reason (rule language, 3.10, Coupons)."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.orders import COUPON_NOT_APPLICABLE, COUPON_NOT_IN_FORCE, UNKNOWN_COUPON
from engine.model.book import PriceBook
from engine.model.orders import Order
from engine.model.policies import Discount
from engine.model.trace import Considered
from engine.pricing.discounts import unmet, why_not
from engine.pricing.messages import Where, among_attributes, suggestion, where
from engine.pricing.refused import Refused
from engine.values.exact import Number, plain
from engine.values.periods import local_date


def unknown_coupons(book: PriceBook, order: Order) -> list[Diagnostic]:
    """An error for each coupon that no discount of the book names."""
    known = {discount.coupon: discount for discount in book.discounts.values() if discount.coupon is not None}
    return [_unknown(code, sorted(known), order) for code in dict.fromkeys(order.coupons) if code not in known]


def check_coupons(book: PriceBook, order: Order, outcomes: Sequence[Mapping[str, Considered | None]], later: Container[str] = ()) -> None:
    """Raises Refused with each coupon that no bill of the order has a use for; `outcomes` tell of each bill what became of its discounts.

    Whether it is in force is decided by the day of the order, its first use; those named in `later` may find theirs after it,
    so that only what the order says as a whole speaks against them.
    """
    joined: dict[str, Considered | None] = {}
    for outcome in outcomes:
        joined |= {name: reason for name, reason in outcome.items() if reason is None or joined.get(name, reason) is not None}
    given = [rule for rule in book.discounts.values() if rule.coupon is not None and rule.coupon in order.coupons and rule.id in joined]
    joined |= {rule.id: reason for rule in given if (reason := why_not(rule, order)) is not None}
    by_usage = {each.id for each in book.attributes.values() if each.source == "usage"}
    waiting = {rule.id for rule in given if rule.coupon in later and (why_not(rule, order) or unmet(rule, order.attributes, by_usage)) is None}
    problems = unusable_coupons(book, order, {name: None if name in waiting else reason for name, reason in joined.items()})
    if problems:
        raise Refused(*problems)


def unusable_coupons(book: PriceBook, order: Order, outcome: dict[str, Considered | None]) -> list[Diagnostic]:
    """An error for each coupon none of whose discounts is an option; `outcome` holds why not, by discount (None: it was one)."""
    found = []
    for code in dict.fromkeys(order.coupons):
        discounts = [discount for discount in book.discounts.values() if discount.coupon == code]
        against = [reason for discount in discounts if (reason := outcome.get(discount.id, _NO_STAGE)) is not None]
        if discounts and len(against) == len(discounts):
            found.append(_unusable(code, discounts[0], against[0], book, order))
    return found


_NO_STAGE = Considered("", False, "in-no-stage")


def _unknown(code: str, known: list[str], order: Order) -> Diagnostic:
    help_text = suggestion(code, known) or f"the book has no coupons: leave {order.origin.voice.key('coupons')} out"
    return report(UNKNOWN_COUPON, f"the book has no coupon `{code}`", help=help_text, **_at(code, order))


def _unusable(code: str, discount: Discount, reason: Considered, book: PriceBook, order: Order) -> Diagnostic:
    info = COUPON_NOT_IN_FORCE if reason.reason in ("expired", "not-yet-effective") else COUPON_NOT_APPLICABLE
    why, remedy = _words(reason, book, order)
    notes = (f"it belongs to the discount `{discount.id}` ({discount.origin.label})",)
    remedy = f"{remedy}, or leave the coupon out" if remedy else "leave the coupon out"
    return report(info, f"coupon `{code}` cannot be used: {why}", help=remedy, notes=notes, **_at(code, order))


def _at(code: str, order: Order) -> Where:
    return where(order, "coupons") | {"subject": code}


def _words(reason: Considered, book: PriceBook, order: Order) -> tuple[str, str]:
    """Why a coupon is no option, and what to do, in words of pricing."""
    facts = reason.facts
    wanted, value = facts.get("wanted"), facts.get("value")
    match reason.reason, facts:
        case "expired", {"until": datetime() as until}:
            return f"it could be used before {local_date(until, book.zone)} only", "order before that date"
        case "not-yet-effective", {"effective": datetime() as effective}:
            return f"it can be used from {local_date(effective, book.zone)} on", "order from that date on"
    match reason.reason:
        case "other-billing-mode":
            return f"it is for {_listed(wanted)}, and the order is for `{value}`", "order in that billing mode"
        case "other-item":
            return f"it is for {_listed(wanted)}, and the order has none of that", "add such an item"
        case "condition-not-met":
            has = f"the order says `{value}`" if value is not None else "the order does not say it"
            name = facts["attribute"]
            return f"it needs `{name}` to be {_listed(wanted)}, and {has}", f"give `{name}` {among_attributes(order)}"
        case "other-currency":
            return f"it has no amount in {value}", f"order in {_listed(wanted)}"
        case "tier-not-reached":
            return f"it begins at a {facts['by']} of {_said(wanted)}, and the order has {_said(value)}", "order more"
        case "begins-later":
            return f"it begins {facts['after']} after the start, when this term is over", "order a longer term"
        case "takes-nothing":
            return "it would take nothing off this order", ""
        case "in-no-stage":
            return "no stage of the book's `discount_policy` names its discount", "name it there"
    return "what it gives cannot be counted for this order", ""


def _listed(wanted: object) -> str:
    return " or ".join(f"`{each}`" for each in wanted) if isinstance(wanted, tuple) else ""


def _said(value: object) -> str:
    if value is None:
        return "none"
    return plain(value) if isinstance(value, Number) else str(value)
