"""What each term of a prepaid mode costs against its list price."""

from engine.model.book import BillingMode, ModeItem
from engine.pricing.probing import Scope
from engine.sheet.tables import Priced, priced_of
from engine.sheet.term_prices import term_effect
from engine.sheet.view import TermRow
from engine.values.exact import ONE, Number, divide, exact, subtract
from engine.values.periods import Duration
from engine.values.terms import units


def build_terms(scope: Scope, mode: BillingMode) -> tuple[TermRow, ...]:
    """Terms that cost the same share of the list price, in one row; items that are discounted differently get rows of their own.

    The list price is that of the shortest term on sale, by the month (or day).
    """
    if not mode.terms:
        return ()
    by_shares: dict[tuple[Number, ...], list[str]] = {}
    for sold in mode.items:
        if sold.payment == "prepaid":
            shares = _shares(scope, mode, sold)
            if shares is not None:
                by_shares.setdefault(shares, []).append(sold.item)
    rows: list[TermRow] = []
    for shares, items in by_shares.items():
        rows += _rows(mode, shares, tuple(items) if len(items) < len(mode.items) else ())
    return tuple(rows)


def _shares(scope: Scope, mode: BillingMode, sold: ModeItem) -> tuple[Number, ...] | None:
    """For each term, the list amounts of one month (or day) against each other, the same for every spec of the item and everybody who buys it.

    None where they differ, or where the item cannot be ordered by itself: then its own table tells what its terms cost.
    """
    found = {_shares_of(scope, mode, priced) for priced in priced_of(scope, mode, sold)}
    return found.pop() if len(found) == 1 else None


def _shares_of(scope: Scope, mode: BillingMode, priced: Priced) -> tuple[Number, ...] | None:
    found: list[Number] = []
    monthly: Number | None = None
    spec = priced.spec.id if priced.spec else None
    for term in mode.terms:
        effect = term_effect(scope, mode, priced.item, spec, term, priced.attributes)
        if effect is None:
            return None
        listed, left = (divide(amount, exact(units(term))) for amount in (effect.recurring, effect.recurring_left))
        monthly = listed if monthly is None else monthly
        found.append(divide(left, monthly) if monthly else ONE)
    return tuple(found)


def _rows(mode: BillingMode, shares: tuple[Number, ...], items: tuple[str, ...]) -> list[TermRow]:
    by_share: dict[Number, list[Duration]] = {}
    for term, share in zip(mode.terms, shares, strict=True):
        by_share.setdefault(share, []).append(term)
    return [TermRow(tuple(terms), share, subtract(ONE, share), items) for share, terms in by_share.items()]


def term_discount(scope: Scope, mode: BillingMode) -> str | None:
    """The discount by term that everybody gets in the mode; None where none, or more than it, makes the terms cost what they do."""
    found = {
        str(step.facts["discount"])
        for sold in mode.items
        if sold.payment == "prepaid"
        for priced in priced_of(scope, mode, sold)
        for term in mode.terms
        if (effect := term_effect(scope, mode, priced.item, priced.spec.id if priced.spec else None, term, priced.attributes)) is not None
        for step in effect.line.trace
        if step.number == 5 and not step.idle and "discount" in step.facts
    }
    name = found.pop() if len(found) == 1 else None
    discount = scope.book.discounts.get(name or "")
    return name if discount is not None and discount.by == "term" and not scope.open_part(discount.conditions.when) else None
