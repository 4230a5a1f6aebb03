"""What an order wants to do after its purchase: a change that no policy supports is refused, the rest not computed yet.

Source: rule language, 2 (`spec_changes`) and 3.8; a mode that names no `spec_change` does not support one.
"""

from engine.diagnostics import Diagnostic, report
from engine.diagnostics.orders import NOT_EVALUATED_YET, SPEC_CHANGE_NOT_SUPPORTED
from engine.model.book import BillingMode, PriceBook
from engine.model.orders import Order
from engine.model.policies import SpecChange
from engine.pricing.messages import place
from engine.pricing.resolution import attribute_rank, choose

LATER_EVENTS = {"renew": "a renewal", "switch": "a move to another billing mode", "unsubscribe": "an unsubscription"}


def spec_change_in_force(book: PriceBook, mode: BillingMode, order: Order) -> SpecChange | None:
    """The mode's spec-change policy for this order; None where the mode names none."""
    chosen = choose(mode.spec_change, order.attributes, order.at, attribute_rank(book)) if mode.spec_change else None
    return book.spec_changes.get(chosen.entry.use) if chosen is not None and chosen.entry is not None else None


def refuse_later_events(book: PriceBook, order: Order) -> list[Diagnostic]:
    """An error for each event after the purchase that the order names."""
    found = []
    mode = book.billing_modes.get(order.billing_mode)
    if order.changes and mode is not None:
        policy = spec_change_in_force(book, mode, order)
        if policy is None or not policy.supports:
            found.append(_not_supported(book, mode, policy, order))
        else:
            found.append(_not_yet("change", "a spec change", order, order.changes[0].origin))
    for key, words in LATER_EVENTS.items():
        event = getattr(order, key)
        if event is not None:
            found.append(_not_yet(key, words, order, event.origin))
    return found


def _not_supported(book: PriceBook, mode: BillingMode, policy: SpecChange | None, order: Order) -> Diagnostic:
    reason = policy.reason.read("en", book.language) if policy else "The billing mode names no spec-change policy."
    instead = policy.instead.read("en", book.language) if policy else ""
    title = mode.title.read("en", book.language) or mode.id
    origin = order.changes[0].origin
    return report(
        SPEC_CHANGE_NOT_SUPPORTED,
        f"{title} does not support a spec change",
        span=place(origin),
        path="change",
        subject=mode.id,
        notes=tuple(note for note in (reason, f"policy `{policy.id}` ({policy.origin.label})" if policy else "") if note),
        help=instead or "leave `change` out, or order in a billing mode that supports changes",
    )


def _not_yet(key: str, words: str, order: Order, origin) -> Diagnostic:
    return report(
        NOT_EVALUATED_YET,
        f"this version does not compute {words} yet, so the order has no quote",
        span=place(origin),
        path=key,
        subject=key,
        notes=("the rules for it are read and checked; only the amount is missing, and it is not guessed",),
        help=f"leave `{key}` out to get the quote of the purchase alone",
    )
