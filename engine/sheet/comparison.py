"""The comparison of billing modes: facts by rule, which documents say in the vendor's words. Source: facts on KooDrive, 0."""

from engine.model.book import BillingMode
from engine.pricing.indexes import price_index
from engine.pricing.probing import Scope
from engine.pricing.resolution import choose
from engine.sheet.view import ModeFacts


def build_comparison(scope: Scope) -> tuple[ModeFacts, ...]:
    """A column of facts for each billing mode, in the book's order."""
    return tuple(_facts(scope, mode) for mode in scope.book.billing_modes.values())


def _facts(scope: Scope, mode: BillingMode) -> ModeFacts:
    return ModeFacts(
        mode=mode.id,
        title=mode.title,
        payment=mode.payment,
        cycle=mode.cycle,
        items=tuple(sold.item for sold in mode.items),
        spec_change=_supported(scope, mode),
        scenario=mode.scenario,
    )


def _supported(scope: Scope, mode: BillingMode) -> tuple[str, ...]:
    """The directions that the policy in force for everybody supports; none where the mode names no policy."""
    chosen = choose(mode.spec_change, scope.attributes, scope.at, price_index(scope.book).rank).entry
    policy = scope.book.spec_changes.get(chosen.use) if chosen is not None else None
    return policy.supports if policy is not None else ()
