"""What each term of a prepaid mode costs against its list price."""

from engine.model.book import BillingMode
from engine.sheet.probing import Scope, first_spec
from engine.sheet.term_prices import term_effect
from engine.sheet.view import TermRow
from engine.values.exact import ONE, Number, divide, exact, subtract
from engine.values.periods import Duration


def build_terms(scope: Scope, mode: BillingMode) -> tuple[TermRow, ...]:
    """Terms that cost the same share of the list price, in one row; items that are discounted differently get rows of their own.

    The list price is that of the shortest term on sale, by the month.
    """
    if not mode.terms:
        return ()
    by_shares: dict[tuple[Number, ...], list[str]] = {}
    for sold in mode.items:
        if sold.payment == "prepaid":
            shares = _shares(scope, mode, sold.item)
            if shares is not None:
                by_shares.setdefault(shares, []).append(sold.item)
    rows: list[TermRow] = []
    for shares, items in by_shares.items():
        rows += _rows(mode, shares, tuple(items) if len(by_shares) > 1 else ())
    return tuple(rows)


def _shares(scope: Scope, mode: BillingMode, item: str) -> tuple[Number, ...] | None:
    """For each term, the list amounts of one month against each other; None where the item cannot be ordered by itself."""
    found: list[Number] = []
    monthly: Number | None = None
    for term in mode.terms:
        effect = _of_term(scope, mode, item, term)
        if effect is None:
            return None
        listed, left = effect
        monthly = listed if monthly is None else monthly
        found.append(divide(left, monthly) if monthly else ONE)
    return tuple(found)


def _of_term(scope: Scope, mode: BillingMode, item: str, term: Duration) -> tuple[Number, Number] | None:
    """The list amount and the discounted amount of one month of the term for the least that can be ordered."""
    record = scope.book.items[item]
    spec = first_spec(scope, mode, record, scope.attributes) if record.specs else None
    effect = term_effect(scope, mode, record, spec, term, scope.attributes)
    if effect is None:
        return None
    months = exact(term.months)
    listed = divide(effect.recurring, months)
    return listed, divide(effect.recurring_left, months)


def _rows(mode: BillingMode, shares: tuple[Number, ...], items: tuple[str, ...]) -> list[TermRow]:
    by_share: dict[Number, list[Duration]] = {}
    for term, share in zip(mode.terms, shares, strict=True):
        by_share.setdefault(share, []).append(term)
    return [TermRow(tuple(terms), share, subtract(ONE, share), items) for share, terms in by_share.items()]


def term_discount(scope: Scope, mode: BillingMode) -> str | None:
    """The discount by term that everybody gets in the mode at the date; None where there is none or more than one."""
    named = [name for stage in scope.book.discount_policy for name in stage.discounts]
    found = []
    for name in named:
        discount = scope.book.discounts[name]
        open_to_all = discount.by == "term" and discount.coupon is None and not scope.open_part(discount.conditions.when)
        in_mode = not discount.billing_modes or mode.id in discount.billing_modes
        start, until = discount.conditions.effective, discount.conditions.until
        in_time = (start is None or start <= scope.at) and (until is None or scope.at < until)
        if open_to_all and in_mode and in_time:
            found.append(name)
    return found[0] if len(found) == 1 else None
